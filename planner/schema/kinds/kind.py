"""What a kind of value is, whatever the file that it is typed in."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from planner.message import Message, RefusedValueError
from planner.schema.uncertainty import Shock

Starts: TypeAlias = tuple[date, date]
"""First days of two plans that are compared: growth without a date of its own counts from them."""


class UnchangeableError(RefusedValueError):
    """Why a shock cannot change a value."""


def _as_it_is(value: Any, *_: Any) -> Any:
    return value


def _equal(old: Any, new: Any, starts: Starts) -> bool:
    return bool(old == new) and isinstance(old, bool) is isinstance(new, bool)


def refuse_to_move(value: Any, shock: Shock, start: date) -> Any:
    """Refuse a factor or an amount on a value that has none."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    found = Message("a table") if isinstance(value, dict) else text
    raise UnchangeableError(Message("is no number ({found}); set it instead", found=found))


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of value: what a field may hold, how it is read where it was typed, compared and changed by a shock."""

    name: str
    """What the reference calls it: `whole number`."""
    allowed: str
    """What may be typed, in words: `a whole number`."""
    holds: Callable[[Any], bool]
    """Whether fields of an annotation are of this kind."""
    read: Callable[[Any, str, Container[str]], Any] = _as_it_is
    """A typed value as the field takes it, with the field's name and all names in the file: yes as true. What has more
    than one reading, or none, is left for the schema to refuse."""
    is_text: bool = False
    """Whether what was typed is taken letter by letter: 910 may be a chip's name."""
    is_name: bool = False
    """Whether it names rows of a table."""
    measured: bool = False
    """Whether it is a number, which has a unit and a range."""
    in_time: bool = False
    """Whether it may move in time."""
    types: tuple[type, ...] = ()
    """Python types whose values `plain` writes; without one they are plain already."""
    plain: Callable[[Any], Any] = _as_it_is
    """A value as files hold it: a text, a number, true or false."""
    words: Callable[[Any], str] = str
    """A value as a sentence says it."""
    same: Callable[[Any, Any, Starts], bool] = _equal
    """Whether two values ask the same question, in plans that start on two days."""
    move: Callable[[Any, Shock, date], Any] = refuse_to_move
    """A value in plain data with a shock's factor or amount on it, in a plan that starts on a day; a kind that moves in
    time also takes what a shock sets from a day on. Raises UnchangeableError."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """What is allowed, as refusals say it, by the name that pydantic has for the error."""
