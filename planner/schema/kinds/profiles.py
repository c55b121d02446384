"""Profiles: numbers that may move in time."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from planner.schema.kinds.kind import Kind, Starts, refuse_to_move
from planner.schema.kinds.numbers import is_number, moved, number_words, read_figure
from planner.schema.uncertainty import Shock
from planner.schema.walk_fields import is_profile
from planner.time_profile import DATED, Changed, Growth, Linear, Profile, Step

_RATIOS = ("scale", "growth_per_year")
"""Parts of a profile that are not in the unit of the field."""
_DATES = ("base_date", "since")
"""Parts of a profile that are no numbers; the schema reads them."""


def _read(value: Any, field: str, known: Container[str] = ()) -> Any:
    """A number, or each number of a profile."""
    if isinstance(value, Mapping):
        return {
            key: each if key in _DATES else _read(each, "" if key in _RATIOS else field) for key, each in value.items()
        }
    if isinstance(value, list):
        return [_read(each, field) for each in value]
    return read_figure(value, field)


def _same(old: Any, new: Any, starts: Starts) -> bool:
    return bool(old == new) or settled(old, starts[0]) == settled(new, starts[1])


def settled(profile: Profile, start: date) -> Any:
    """A profile in the one form that all profiles with the same values share, in a plan that starts on a day.

    >>> day = date(2027, 1, 1)
    >>> settled(Step(step={day: 3.0, date(2028, 1, 1): 3.0}), day) == settled(Growth(base=3, growth_per_year=0), day)
    True
    """
    if isinstance(profile, Growth):
        if profile.base == 0 or profile.growth_per_year == 0:
            return profile.base
        return "growth", profile.base, profile.growth_per_year, profile.base_date or start
    if isinstance(profile, Step):
        points = sorted(profile.step.items())
        kept = [point for i, point in enumerate(points) if i == 0 or point[1] != points[i - 1][1]]
        # Before its first point a profile holds that point's value, so the first date says nothing.
        return kept[0][1] if len(kept) == 1 else ("step", kept[0][1], *kept[1:])
    if isinstance(profile, Linear):
        points = sorted(profile.linear.items())
        return points[0][1] if len({value for _, value in points}) == 1 else ("linear", *points)
    if isinstance(profile, Changed):
        inner = settled(profile.profile, start)
        changes = tuple(
            (each.since, None if each.set is None else settled(each.set, start), each.scale, each.add)
            for each in profile.changes
        )
        return ("changed", inner, *changes) if changes else inner
    return profile


def _move(profile: Any, shock: Shock, start: date) -> Any:
    """A profile in plain data after a shock; growth takes an amount as a change from the plan's first day."""
    if shock.since is not None:
        return _with_change(profile, shock, shock.since)
    if is_number(profile):
        return moved(profile, shock)
    if not isinstance(profile, dict):
        return refuse_to_move(profile, shock, start)
    for form in DATED:
        if isinstance(profile.get(form), dict) and all(map(is_number, profile[form].values())):
            return {form: {day: moved(value, shock) for day, value in profile[form].items()}}
    if shock.scale is not None and is_number(profile.get("base")):
        return profile | {"base": profile["base"] * shock.scale}
    return _with_change(profile, shock, start)


def _with_change(profile: Any, shock: Shock, since: date) -> dict[str, Any]:
    change = {"since": since, shock.action: getattr(shock, shock.action)}
    if isinstance(profile, dict) and isinstance(profile.get("changes"), list):
        return profile | {"changes": [*profile["changes"], change]}
    return {"profile": profile, "changes": [change]}


PROFILE = Kind(
    "number or profile",
    "a number",
    is_profile,
    read=_read,
    measured=True,
    in_time=True,
    words=number_words,
    same=_same,
    move=_move,
)
