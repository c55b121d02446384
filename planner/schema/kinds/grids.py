"""Time grids: periods of several lengths, one length after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from planner.message import Message, RefusedValueError
from planner.schema.kinds.kind import Kind
from planner.schema.walk_fields import members
from planner.timeline import EqualPeriods, Frequency

MOST_PERIODS = 600
"""Periods that a plan may have."""
ALLOWED = "lengths in their order, such as 15 months, 8 quarters, 4 years"
_SPAN = re.compile(r"(\d{1,9})\s*(month|quarter|year)s?", re.IGNORECASE)


@dataclass(frozen=True)
class PeriodGrid:
    """Lengths of the periods of a plan, in their order."""

    spans: tuple[EqualPeriods, ...]

    def __str__(self) -> str:
        """The grid as it may be typed.

        >>> str(PeriodGrid((EqualPeriods("month", 15), EqualPeriods("year", 1))))
        '15 months, 1 year'
        """
        return ", ".join(f"{count} {length}{'' if count == 1 else 's'}" for length, count in self.spans)


def _refused(typed: Any) -> RefusedValueError:
    return RefusedValueError(Message("found {typed}; allowed: {allowed}", typed=repr(typed), allowed=ALLOWED))


def _span(typed: Any) -> EqualPeriods:
    if isinstance(typed, EqualPeriods):
        return typed
    if isinstance(typed, Mapping) and set(typed) == {"frequency", "periods"}:
        frequency, periods = typed["frequency"], typed["periods"]
        if frequency in get_args(Frequency) and isinstance(periods, int | float) and periods == int(periods):
            return EqualPeriods(frequency, int(periods))
    raise _refused(typed)


def _in_words(typed: str) -> list[EqualPeriods]:
    found = []
    for part in typed.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise _refused(typed)
        frequency = next(each for each in get_args(Frequency) if each == match[2].lower())
        found.append(EqualPeriods(frequency, int(match[1])))
    return found


def read_grid(typed: Any) -> Any:
    """A grid as it is typed: in words, or as a list of frequencies with their periods.

    Raises RefusedValueError where it is neither, or where its periods are none or too many.

    >>> read_grid("15 months, 1 year") == read_grid([{"frequency": "month", "periods": 15}, EqualPeriods("year", 1)])
    True
    """
    if typed is None or isinstance(typed, PeriodGrid):
        return typed
    if isinstance(typed, str):
        spans = _in_words(typed)
    elif isinstance(typed, list | tuple) and typed:
        spans = [_span(each) for each in typed]
    else:
        raise _refused(typed)
    if any(span.periods < 1 for span in spans):
        raise _refused(typed)
    if (total := sum(span.periods for span in spans)) > MOST_PERIODS:
        raise RefusedValueError(
            Message("found {total} periods; allowed: up to {most} in all", total=total, most=MOST_PERIODS)
        )
    return PeriodGrid(tuple(spans))


_IN_WORDS = {"type": "string", "pattern": r"^ *\d+ *(month|quarter|year)s?( *, *\d+ *(month|quarter|year)s?)* *$"}
_AS_LIST = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["frequency", "periods"],
        "properties": {
            "frequency": {"enum": list(get_args(Frequency))},
            "periods": {"type": "integer", "minimum": 1, "maximum": MOST_PERIODS},
        },
    },
}
TimeGrid = Annotated[
    PeriodGrid,
    BeforeValidator(read_grid),
    PlainSerializer(str),
    WithJsonSchema({"anyOf": [_IN_WORDS, _AS_LIST]}),
]
"""A grid as a field of a case holds it."""

GRID = Kind(
    "time grid",
    ALLOWED,
    lambda annotation: PeriodGrid in members(annotation),
    is_text=True,
    types=(PeriodGrid,),
    plain=str,
)
