"""Periods and lead times: the only place where dates become periods and months become lags."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Frequency: TypeAlias = Literal["month", "quarter", "year"]
PerPeriod: TypeAlias = list[float]
"""One number a period of the plan."""

MONTHS: dict[Frequency, int] = {"month": 1, "quarter": 3, "year": 12}
"""Months in a period."""

_ROUNDING = 1e-9
"""Months: what a sum of typed months may miss a whole period by and still count as whole."""


@dataclass(frozen=True)
class Timeline:
    """The plan's periods: equal runs of whole months from its first day.

    >>> line = Timeline(start=date(2026, 10, 1), frequency="quarter", periods=3)
    >>> [line.label(t) for t in line]
    ['2026-Q4', '2027-Q1', '2027-Q2']
    >>> line.years_per_period
    0.25
    """

    start: date
    """First day of the plan."""
    frequency: Frequency
    """Length of a period."""
    periods: int
    """Number of periods."""

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.periods))

    @property
    def months_per_period(self) -> int:
        """Months in one period."""
        return MONTHS[self.frequency]

    @property
    def years_per_period(self) -> float:
        """Years in one period: 1/12, 1/4 or 1."""
        return self.months_per_period / 12.0

    @property
    def periods_per_year(self) -> int:
        """Periods in twelve months: 12, 4 or 1."""
        return 12 // self.months_per_period

    def first_day(self, period: int) -> date:
        """First day of a period; of the period after the last, the day after the horizon.

        >>> Timeline(date(2026, 10, 1), "quarter", 3).first_day(3)
        datetime.date(2027, 7, 1)
        """
        months = self.start.month - 1 + period * self.months_per_period
        return date(self.start.year + months // 12, months % 12 + 1, self.start.day)

    def label(self, period: int) -> str:
        """Name of a period: 2026-Q4, 2026-10 or 2026, after the period's first day."""
        day = self.first_day(period)
        if self.frequency == "month":
            return f"{day:%Y-%m}"
        if self.frequency == "quarter":
            return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        return str(day.year)

    def lag(self, months: float) -> int:
        """Lead time in periods, rounded up: late, never early.

        >>> quarters = Timeline(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.lag(months) for months in (0, 1, 3, 3.1, 10)]
        [0, 1, 1, 2, 4]
        """
        return max(0, math.ceil(months / self.months_per_period - _ROUNDING))

    def life(self, years: float) -> int:
        """Service life in periods, rounded down, at least one: early, never late.

        >>> quarters = Timeline(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.life(years) for years in (5, 1.2, 0.1)]
        [20, 4, 1]
        """
        return max(1, math.floor(12.0 * years / self.months_per_period + _ROUNDING))

    def from_date(self, day: date | None) -> int:
        """First period that starts on or after a date; 0 for no date, `periods` or more when it lies beyond.

        >>> quarters = Timeline(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.from_date(day) for day in (None, date(2026, 10, 1), date(2026, 10, 2), date(2020, 1, 1))]
        [0, 0, 1, 0]
        """
        if day is None or day <= self.start:
            return 0
        months = 12 * (day.year - self.start.year) + day.month - self.start.month
        period = months // self.months_per_period
        return period if self.first_day(period) >= day else period + 1

    def in_force(self, period: int, since: date | None, until: date | None) -> bool:
        """Whether something dated holds in a period: read on the period's first day.

        >>> Timeline(date(2026, 10, 1), "quarter", 8).in_force(1, date(2027, 1, 1), until=date(2027, 4, 1))
        True
        """
        day = self.first_day(period)
        return (since is None or since <= day) and (until is None or day < until)

    def calendar_year(self, period: int) -> int:
        """Calendar year in which a period begins."""
        return self.first_day(period).year
