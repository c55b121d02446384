"""What a case file says before the schema has looked at it: values, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from planner.message import Message
from planner.schema.kinds import kind_of
from planner.schema.walk_fields import CasePath, below
from planner.time_profile import DATED

_MONTH = re.compile(r"\d{4}-\d\d")

TypedScalar: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A value, a list or a table as typed."""

    place: str
    """Where it was typed, which is where its key stands: `2026.yaml:14`."""
    value: TypedScalar | list[Placed] | dict[str, Placed]
    """What was typed."""
    text: str | None = None
    """The characters of a single value, for fields that hold text: 910 may be a chip's name."""


@dataclass(frozen=True, slots=True)
class Workbook(Placed):
    """What a workbook holds, with what it leaves to the files that it goes with."""

    elsewhere: tuple[tuple[CasePath, str], ...] = ()
    """Rows that it speaks of and does not hold, parents first, each with the first place: another file must."""
    blanks: dict[CasePath, str] = field(default_factory=dict)
    """Blank cells of fields that must be typed, if not here."""
    notes: tuple[Message, ...] = ()
    """What is read and yet worth a word, in whole sentences."""


def plain(node: Placed, annotation: Any) -> Any:
    """Nested plain data for the schema, whose annotation says what a text is meant as, and where a number is text."""
    return _plain(node, annotation, "", set(_keys(node)))


def _keys(node: Placed) -> Iterator[str]:
    """Every name that anything in a tree has."""
    for key, child in _children(node):
        yield key
        yield from _keys(child)


def _children(node: Placed) -> Iterator[tuple[str, Placed]]:
    if isinstance(node.value, dict):
        yield from node.value.items()
    elif isinstance(node.value, list):
        yield from (("", child) for child in node.value)


def _plain(node: Placed, annotation: Any, field: str, known: set[str]) -> Any:
    kind = kind_of(annotation)
    value: Any = node.value
    if isinstance(value, dict):
        value = {key: _plain(child, below(annotation, key), key, known) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_plain(child, below(annotation, ""), field, known) for child in value]
    elif kind is not None and kind.is_text and value is not None and node.text is not None:
        return node.text
    return value if value is None or kind is None else kind.read(value, field, known)


def places(node: Placed, path: CasePath = ()) -> Iterator[tuple[CasePath, str]]:
    """Every path that was typed, with its place; a point of a profile typed as a month is also its first day."""
    yield path, node.place
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from places(child, (*path, key))
            if path and path[-1] in DATED and _MONTH.fullmatch(key):
                yield (*path, f"{key}-01"), child.place
    elif isinstance(node.value, list):
        for position, child in enumerate(node.value):
            yield from places(child, (*path, str(position)))
