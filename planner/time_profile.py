"""Values that move in time, as a planner types them.

A profile is a number, a base with a yearly growth, dated points read as steps or linearly, or any of
these with dated changes on top. Steps and changes are read on a period's first day; growth and linear
profiles at its middle. Before the first point and after the last the profile holds level.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Discriminator, Field, Tag, model_validator

from planner.frozen import FrozenModel
from planner.message import Message, RefusedValueError
from planner.typed_text import read_day


def _read_date(typed: Any) -> Any:
    """A date is typed as 2027-04-01 or 2027-04; a number or a free text is refused by the field."""
    if isinstance(typed, date):
        return typed
    if isinstance(typed, str):
        text = typed.strip()
        try:
            return date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
        except ValueError:
            if day := read_day(text):
                return day
    raise RefusedValueError(Message("type a date as year-month-day, such as 2027-04-01, or as year-month"))


Day: TypeAlias = Annotated[date, BeforeValidator(_read_date)]
Number: TypeAlias = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Growth(FrozenModel):
    """A base that grows or declines by the same share every year."""

    base: Number
    """Value on the base date."""
    growth_per_year: Annotated[Number, Field(gt=-1)]
    """Change per year as a fraction: 0.05 grows by 5 % a year, -0.10 falls by 10 %."""
    base_date: Day | None = None
    """Date from which growth counts; the plan's first day when left out."""


class Step(FrozenModel):
    """Dated values, each in force until the next."""

    step: Annotated[dict[Day, Number], Field(min_length=1)]
    """Value from each date on; before the first date the first value holds."""


class Linear(FrozenModel):
    """Dated values joined by straight lines."""

    linear: Annotated[dict[Day, Number], Field(min_length=1)]
    """Value at each date; level before the first and after the last."""


class Change(FrozenModel):
    """One dated change of a profile."""

    since: Day
    """First day on which the change holds."""
    set: Profile | None = None
    """The value from that day on: a number, or a profile of its own, whose dates and growth are read as anywhere."""
    scale: Number | None = None
    """Factor on the value from that day on."""
    add: Number | None = None
    """Amount added to the value from that day on."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Change:
        if sum(value is not None for value in (self.set, self.scale, self.add)) != 1:
            raise RefusedValueError(Message("give exactly one of set, scale and add"))
        return self


class Changed(FrozenModel):
    """A profile with dated changes on top, applied in the order listed."""

    profile: Profile
    """The profile before the changes."""
    changes: list[Change]
    """The dated changes."""


FORMS: dict[str, type[BaseModel]] = {"growth": Growth, "step": Step, "linear": Linear, "changed": Changed}
"""The forms of a profile that is no number, by the tags with which pydantic marks them."""
DATED = ("step", "linear")
"""Forms that hold dated values under their own names."""


def _form(typed: Any) -> str | None:
    if isinstance(typed, BaseModel):
        return next(tag for tag, form in FORMS.items() if isinstance(typed, form))
    if isinstance(typed, dict):
        for key, form in (*zip(DATED, DATED, strict=True), ("profile", "changed"), ("changes", "changed")):
            if key in typed:
                return form
        return "growth"
    return "number"


Profile: TypeAlias = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[Growth, Tag("growth")]
    | Annotated[Step, Tag("step")]
    | Annotated[Linear, Tag("linear")]
    | Annotated[Changed, Tag("changed")],
    Discriminator(_form),
]
Change.model_rebuild()
Changed.model_rebuild()


def numbers(profile: Profile) -> Iterable[float]:
    """Every value typed in a profile, for range checks.

    >>> list(numbers(Step(step={date(2027, 1, 1): 3.0, date(2028, 1, 1): 4.0})))
    [3.0, 4.0]
    """
    if isinstance(profile, Growth):
        yield profile.base
    elif isinstance(profile, Step):
        yield from profile.step.values()
    elif isinstance(profile, Linear):
        yield from profile.linear.values()
    elif isinstance(profile, Changed):
        yield from numbers(profile.profile)
        for change in profile.changes:
            yield from () if change.set is None else numbers(change.set)
    else:
        yield profile


def _within(low: float, high: float, words: str) -> Callable[[Profile], Profile]:
    def check(profile: Profile) -> Profile:
        for value in numbers(profile):
            if not low <= value <= high:
                raise RefusedValueError(Message("found {found}; allowed: {words}", found=value, words=words))
        return profile

    return check


NonNegativeProfile: TypeAlias = Annotated[Profile, AfterValidator(_within(0.0, math.inf, "0 or more"))]
ShareProfile: TypeAlias = Annotated[Profile, AfterValidator(_within(0.0, 1.0, "0 to 1, so 85 % is typed 0.85"))]


def value_at(profile: Profile, first_day: date, next_day: date, plan_start: date) -> float:
    """Value of a profile in the period from `first_day` up to, not including, `next_day`.

    `plan_start` is the date from which growth without a base date of its own counts.

    >>> quarter = date(2027, 1, 1), date(2027, 4, 1)
    >>> value_at(5.0, *quarter, plan_start=date(2026, 1, 1))
    5.0
    >>> value_at(Step(step={date(2027, 1, 2): 8.0}), *quarter, plan_start=date(2026, 1, 1))
    8.0
    >>> value_at(Step(step={date(2026, 1, 1): 3.0, date(2027, 1, 2): 8.0}), *quarter, plan_start=date(2026, 1, 1))
    3.0
    >>> round(value_at(Linear(linear={date(2027, 1, 1): 0.0, date(2027, 4, 1): 10.0}), *quarter,
    ...                plan_start=date(2026, 1, 1)), 6)
    5.0
    >>> round(value_at(Growth(base=100.0, growth_per_year=0.1), date(2026, 1, 1), date(2027, 1, 1),
    ...                plan_start=date(2026, 1, 1)), 3)
    104.881
    """
    if isinstance(profile, Growth):
        months = _middle(first_day, next_day) - month_number(profile.base_date or plan_start)
        return float(profile.base * (1.0 + profile.growth_per_year) ** (months / 12.0))
    if isinstance(profile, Step):
        points = sorted(profile.step.items())
        return next((value for day, value in reversed(points) if day <= first_day), points[0][1])
    if isinstance(profile, Linear):
        line = sorted((month_number(day), value) for day, value in profile.linear.items())
        return _interpolate(line, _middle(first_day, next_day))
    if isinstance(profile, Changed):
        value = value_at(profile.profile, first_day, next_day, plan_start)
        for change in profile.changes:
            if change.since <= first_day:
                value = _apply(change, value, first_day, next_day, plan_start)
        return value
    return profile


def typed_between(profile: Profile, first_day: date, since: date, last_day: date) -> bool:
    """Whether the value in force on `first_day` is typed for a span of days: by a step's point or a set change in it.

    >>> budget = Step(step={date(2026, 10, 1): 50.0, date(2027, 1, 1): 200.0})
    >>> typed_between(budget, date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 31))
    True
    >>> typed_between(budget, date(2027, 4, 1), date(2027, 4, 1), date(2027, 12, 31))
    False
    """
    if isinstance(profile, Changed):
        dated = [change.since for change in profile.changes if change.set is not None and change.since <= first_day]
        return since <= dated[-1] <= last_day if dated else typed_between(profile.profile, first_day, since, last_day)
    if isinstance(profile, Step):
        days = sorted(profile.step)
        point = max((day for day in days if day <= first_day), default=days[0])
        return since <= point <= last_day
    return False


def month_number(day: date) -> float:
    """A date as months since year 0, a day being its share of its own month.

    Periods are whole months, so time measured this way makes every quarter a quarter of a year and every
    middle of a period fall halfway, whatever the number of its days.

    >>> month_number(date(2026, 10, 1)) - month_number(date(2025, 10, 1))
    12.0
    """
    return 12.0 * day.year + day.month - 1 + (day.day - 1) / monthrange(day.year, day.month)[1]


def _interpolate(points: list[tuple[float, float]], month: float) -> float:
    if month <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if month <= right:
            return low + (high - low) * (month - left) / (right - left)
    return points[-1][1]


def _middle(first_day: date, next_day: date) -> float:
    return (month_number(first_day) + month_number(next_day)) / 2.0


def _apply(change: Change, value: float, first_day: date, next_day: date, plan_start: date) -> float:
    if change.set is not None:
        return value_at(change.set, first_day, next_day, plan_start)
    if change.scale is not None:
        return value * change.scale
    return value + (change.add or 0.0)
