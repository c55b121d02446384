"""Paths of a case: the value that stands there, as a reader reads it, and its unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from planner.report.words import joined, listed, say, several
from planner.schema import Case
from planner.schema.base import Row
from planner.time_profile import Changed, Growth, Linear, Step
from planner.units import unit_of

__all__ = ["shown", "unit_of", "value_at_path"]


def value_at_path(case: Case, path: str) -> Any:
    """What stands at a dotted path, whose names may hold dots themselves; None where nothing does."""

    def follow(value: Any, rest: str) -> Iterable[Any]:
        if not rest:
            yield value
            return
        keys: Iterable[Any] = type(value).model_fields if isinstance(value, Row) else ()
        if isinstance(value, Mapping):
            keys = [key for key in value if isinstance(key, str)]
        for key in keys:
            if rest == key or rest.startswith(f"{key}."):
                below = getattr(value, key) if isinstance(value, Row) else value[key]
                yield from follow(below, rest[len(key) + 1 :])

    return next(iter(follow(case, path)), None)


def shown(value: Any) -> float | str | None:
    """A value of a case in one cell.

    >>> shown(Growth(base=10590, growth_per_year=0.05, base_date=date(2025, 7, 1)))
    '10,590, +5 % a year from 2025-07-01'
    >>> shown(Linear(linear={date(2026, 10, 1): 250, date(2031, 10, 1): 700}))
    '250 (2026-10-01) rising to 700 (2031-10-01)'
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Growth):
        fields = {"base": _plain(value.base), "growth": _plain(value.growth_per_year * 100, sign=True)}
        if value.base_date is None:
            return say("{base}, {growth} % a year", **fields)
        return say("{base}, {growth} % a year from {day}", day=value.base_date, **fields)
    if isinstance(value, Linear):
        points = sorted(value.linear.items())
        if len(points) == 2:
            way = say("rising") if points[1][1] >= points[0][1] else say("falling")
            (first, low), (last, high) = points
            return say(
                "{low} ({first}) {way} to {high} ({last})",
                low=_plain(low),
                first=first,
                way=way,
                high=_plain(high),
                last=last,
            )
        return say("linear: {points}", points=_points(points))
    if isinstance(value, Step):
        return say("steps: {points}", points=_points(sorted(value.step.items())))
    if isinstance(value, Changed):
        changes = several(len(value.changes), "{n} change", "{n} changes")
        return say("{profile}; then {changes}", profile=shown(value.profile), changes=changes)
    if isinstance(value, Mapping):
        plain = [
            str(key) if isinstance(each, Row) else say("{name}: {value}", name=key, value=shown(each))
            for key, each in value.items()
        ]
        return listed(plain, 6)
    return None


def _points(points: Iterable[tuple[date, float]]) -> str:
    return joined([say("{value} ({day})", value=_plain(value), day=day) for day, value in points])


def _plain(value: float, *, sign: bool = False) -> str:
    text = f"{value:+,.6f}" if sign else f"{value:,.6f}"
    return text.rstrip("0").rstrip(".")
