"""Typed text as the value that its field takes, where it has one reading only."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from planner.schema.walk_fields import is_profile, items_of, members
from planner.typed_text import read_number, split_names, truth
from planner.units import unit_of


def meant(value: Any, annotation: Any, path: tuple[str, ...], known: Container[str] = ()) -> Any:
    """A value as its field takes it: yes as true, digits of full width as a number, `、` as a comma between names.

    What has more than one reading, or none, is left for the schema to refuse; `known` holds names that are not cut.
    """
    kinds = list(members(annotation))
    if bool in kinds:
        return truth(value)
    if items_of(annotation) is not None and str in members(items_of(annotation)):
        return _names(value, known)
    if float in kinds or int in kinds or is_profile(annotation):
        return _numbers(value, unit_of(path[-1] if path else ""))
    return value


def _names(value: Any, known: Container[str]) -> Any:
    if isinstance(value, str):
        names = split_names(value, known)
        return names if len(names) > 1 else value
    if isinstance(value, list):
        return [name for each in value for name in (_item(each, known) if isinstance(each, str) else [each])]
    return value


def _item(text: str, known: Container[str]) -> list[str]:
    """An item of a list, which commas of full width part; an ASCII comma in quotes belongs to a name."""
    return split_names(text, known) if any(each in text for each in "、，；") else [text]


def _numbers(value: Any, unit: str) -> Any:
    """A number, or each number of a profile; dates are read by the schema."""
    if isinstance(value, str):
        number = read_number(value, unit)
        return value if number is None else number
    if isinstance(value, Mapping):
        return {
            key: _numbers(each, "" if key in ("scale", "growth_per_year") else unit)
            if key not in ("base_date", "since")
            else each
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_numbers(each, unit) for each in value]
    return value


__all__ = ["meant"]
