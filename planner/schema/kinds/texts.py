"""Texts: names, lists of names, choices and free text."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Literal, get_args, get_origin

from planner.schema.kinds.kind import Kind, Starts
from planner.schema.walk_fields import constraints, items_of, members
from planner.typed_text import split_names


def _is_text(annotation: Any) -> bool:
    return str in members(annotation)


def _is_name(annotation: Any) -> bool:
    """Whether a text is a name, which has a greatest length."""
    return _is_text(annotation) and any(getattr(each, "max_length", None) for each in constraints(annotation))


def _lists_names(annotation: Any) -> bool:
    return items_of(annotation) is not None and _is_text(items_of(annotation))


def choices_of(annotation: Any) -> tuple[str, ...]:
    """The choices of a choice; none for all else.

    >>> choices_of(Literal["month", "quarter"] | None)
    ('month', 'quarter')
    """
    return next((tuple(map(str, get_args(each))) for each in members(annotation) if get_origin(each) is Literal), ())


def _read_names(value: Any, field: str, known: Container[str]) -> Any:
    """`、` as a comma between names; a text that is a known name itself is not cut."""
    if isinstance(value, str):
        names = split_names(value, known)
        return names if len(names) > 1 else value
    if isinstance(value, list):
        return [name for each in value for name in (_item(each, known) if isinstance(each, str) else [each])]
    return value


def _item(text: str, known: Container[str]) -> list[str]:
    """An item of a list, which commas of full width part; an ASCII comma in quotes belongs to a name."""
    return split_names(text, known) if any(each in text for each in "、，；") else [text]


def _same_names(old: Any, new: Any, starts: Starts) -> bool:
    """Whether two lists hold the same names, in any order."""
    if isinstance(old, list) and isinstance(new, list):
        return sorted(old) == sorted(new)
    return bool(old == new)


NAMES = Kind(
    "list of names",
    "names with commas",
    _lists_names,
    read=_read_names,
    is_name=True,
    words=", ".join,
    same=_same_names,
)
CHOICE = Kind("choice", "one of the choices", lambda annotation: bool(choices_of(annotation)), is_text=True)
NAME = Kind("name", "a name", _is_name, is_text=True, is_name=True)
TEXT = Kind("text", "text", _is_text, is_text=True, refusals={"string_type": "a text"})
