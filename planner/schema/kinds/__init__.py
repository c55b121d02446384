"""Kinds of value: what a field may hold, each in a file of its own, and the list of them all.

How a kind is typed in a cell of a workbook stands beside the workbooks, in `planner.files.excel.cell_kinds`.
"""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from typing import Any

from planner.schema.kinds.dates import DATE
from planner.schema.kinds.grids import GRID
from planner.schema.kinds.kind import Kind, Starts, UnchangeableError, refuse_to_move
from planner.schema.kinds.numbers import NUMBER, WHOLE
from planner.schema.kinds.profiles import PROFILE
from planner.schema.kinds.texts import CHOICE, NAME, NAMES, TEXT, choices_of
from planner.schema.kinds.yes_no import YES_NO
from planner.schema.walk_fields import members

ANYTHING = Kind("anything", "a number, a text, yes or no", lambda annotation: Any in members(annotation))
KINDS: tuple[Kind, ...] = (PROFILE, GRID, NAMES, CHOICE, YES_NO, WHOLE, NUMBER, DATE, NAME, TEXT, ANYTHING)
"""Every kind; a field is of the first that holds its annotation."""


@lru_cache(maxsize=4096)
def kind_of(annotation: Any) -> Kind | None:
    """The kind of a field's values; None for rows, tables of rows and lists of rows.

    >>> kind_of(bool | None).name, kind_of(dict[str, float])
    ('true or false', None)
    """
    return next((kind for kind in KINDS if kind.holds(annotation)), None)


def read_value(value: Any, annotation: Any, field: str, known: Container[str] = ()) -> Any:
    """A typed value as its field takes it; `known` holds names that are not cut at commas.

    >>> read_value("yes", bool, "enabled"), read_value("１２０", float, "max_it_mw"), read_value("?", bool, "enabled")
    (True, 120.0, '?')
    """
    kind = kind_of(annotation)
    return value if kind is None else kind.read(value, field, known)


def refused_as(error: str) -> Kind | None:
    """The kind whose values pydantic misses with an error.

    >>> refused_as("int_type").name, refused_as("missing")
    ('whole number', None)
    """
    return next((kind for kind in KINDS if error in kind.refusals), None)


def plain_value(value: Any) -> Any:
    """A single value as files hold it.

    >>> from datetime import date
    >>> plain_value(date(2027, 4, 1)), plain_value(0.5)
    ('2027-04-01', 0.5)
    """
    return next((kind.plain(value) for kind in KINDS if type(value) in kind.types), value)


__all__ = [
    "ANYTHING",
    "CHOICE",
    "DATE",
    "GRID",
    "KINDS",
    "NAME",
    "NAMES",
    "NUMBER",
    "PROFILE",
    "TEXT",
    "WHOLE",
    "YES_NO",
    "Kind",
    "Starts",
    "UnchangeableError",
    "choices_of",
    "kind_of",
    "plain_value",
    "read_value",
    "refuse_to_move",
    "refused_as",
]
