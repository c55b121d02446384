"""Numbers."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Any

from planner.schema.kinds.kind import Kind, refuse_to_move
from planner.schema.uncertainty import Shock
from planner.schema.walk_fields import members
from planner.typed_text import read_number
from planner.units import unit_of


def read_figure(value: Any, field: str, known: Container[str] = ()) -> Any:
    """Digits of full width as a number, or a figure with the sign of the field's own currency."""
    if isinstance(value, str):
        number = read_number(value, unit_of(field))
        return value if number is None else number
    return [read_figure(each, field) for each in value] if isinstance(value, list) else value


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def moved(value: float, shock: Shock) -> float:
    """A number with a shock's factor or amount on it."""
    return value * shock.scale if shock.scale is not None else value + (shock.add or 0.0)


def _move(value: Any, shock: Shock, start: date) -> Any:
    if not is_number(value):
        return refuse_to_move(value, shock, start)
    result = moved(value, shock)
    return int(result) if isinstance(value, int) and result == int(result) else result


def number_words(value: Any) -> str:
    """A number as a sentence says it: 0.5, 12."""
    return f"{value:g}" if isinstance(value, float) else str(value)


WHOLE = Kind(
    "whole number",
    "a whole number",
    lambda annotation: int in members(annotation),
    read=read_figure,
    measured=True,
    words=number_words,
    move=_move,
    refusals={"int_type": "a whole number"},
)
NUMBER = Kind(
    "number",
    "a number",
    lambda annotation: float in members(annotation),
    read=read_figure,
    measured=True,
    words=number_words,
    move=_move,
    refusals={"float_type": "a number"},
)
