"""Periods and lead times: the only place where dates become periods and months become lags."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Literal, NamedTuple, TypeAlias

Frequency: TypeAlias = Literal["month", "quarter", "year"]
PerPeriod: TypeAlias = list[float]
"""One number a period of the plan."""

MONTHS: dict[Frequency, int] = {"month": 1, "quarter": 3, "year": 12}
"""Months in a period."""
MONTHS_PER_YEAR = 12

_ROUNDING = 1e-9
"""Periods: what a sum of typed months may miss a whole period by and still count as whole."""


class EqualPeriods(NamedTuple):
    """Periods of one length that follow each other."""

    frequency: Frequency
    """Length of a period."""
    periods: int
    """Number of periods."""


@dataclass(frozen=True)
class Timeline:
    """The plan's periods: runs of whole months from its first day, short ones at first where the plan wants them.

    Beyond the last period the timeline goes on in periods of the last length, so that what ends there has a place.

    >>> line = Timeline.of(date(2026, 10, 1), month=3, quarter=4, year=1)
    >>> [line.label(t) for t in line]
    ['2026-10', '2026-11', '2026-12', '2027-Q1', '2027-Q2', '2027-Q3', '2027-Q4', '2028']
    >>> [line.months(t) for t in (0, 3, 7)], line.offset(8)
    ([1, 3, 12], 27)
    """

    start: date
    """First day of the plan."""
    spans: tuple[EqualPeriods, ...]
    """Lengths of its periods, in the order in which they follow each other."""
    report_until: date | None = None
    """First day that is solved and not reported; none where all of the plan is."""

    @classmethod
    def even(cls, start: date, frequency: Frequency, periods: int) -> Timeline:
        """A timeline of periods of one length.

        >>> [Timeline.even(date(2026, 10, 1), "quarter", 2).label(t) for t in (0, 1)]
        ['2026-Q4', '2027-Q1']
        """
        return cls(start, (EqualPeriods(frequency, periods),))

    @classmethod
    def of(cls, start: date, *, report_until: date | None = None, **lengths: int) -> Timeline:
        """A timeline of several lengths, in the order in which they are named.

        >>> [Timeline.of(date(2027, 1, 1), month=2, year=1).months(t) for t in range(3)]
        [1, 1, 12]
        """
        by_name: dict[str, Frequency] = {name: name for name in MONTHS}
        spans = (EqualPeriods(by_name[name], periods) for name, periods in lengths.items())
        return cls(start, tuple(spans), report_until)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.periods))

    @cached_property
    def periods(self) -> int:
        """Number of periods."""
        return sum(span.periods for span in self.spans)

    @cached_property
    def reported(self) -> int:
        """Number of periods that are reported: those that end by `report_until`; the rest is the tail.

        >>> Timeline.of(date(2027, 1, 1), report_until=date(2030, 6, 1), year=4).reported
        3
        """
        if self.report_until is None:
            return self.periods
        ends = [t for t in self if self.first_day(t + 1) <= self.report_until]
        return len(ends)

    @cached_property
    def _frequencies(self) -> tuple[Frequency, ...]:
        return tuple(span.frequency for span in self.spans for _ in range(span.periods))

    @cached_property
    def _offsets(self) -> tuple[int, ...]:
        offsets = [0]
        for frequency in self._frequencies:
            offsets.append(offsets[-1] + MONTHS[frequency])
        return tuple(offsets)

    def frequency(self, period: int) -> Frequency:
        """Length of a period, as a word."""
        return self._frequencies[min(period, self.periods - 1)]

    def months(self, period: int) -> int:
        """Months in a period."""
        return MONTHS[self.frequency(period)]

    def years(self, period: int) -> float:
        """Years in a period: 1/12, 1/4 or 1."""
        return self.months(period) / 12.0

    def offset(self, period: int) -> int:
        """Months from the plan's first day to a period's first day."""
        beyond = max(0, period - self.periods)
        return self._offsets[period - beyond] + beyond * self.months(period)

    def first_day(self, period: int) -> date:
        """First day of a period; of the period after the last, the day after the horizon.

        >>> Timeline.even(date(2026, 10, 1), "quarter", 3).first_day(3)
        datetime.date(2027, 7, 1)
        """
        months = self.start.month - 1 + self.offset(period)
        return date(self.start.year + months // 12, months % 12 + 1, self.start.day)

    def label(self, period: int) -> str:
        """Name of a period: 2026-Q4, 2026-10 or 2026, after the period's first day."""
        day, frequency = self.first_day(period), self.frequency(period)
        if frequency == "month":
            return f"{day:%Y-%m}"
        if frequency == "quarter":
            return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        return str(day.year)

    def arrival(self, period: int, months: float) -> int:
        """First period that begins at least so many months after the first day of a period: late, never early.

        >>> quarters = Timeline.even(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.arrival(1, months) for months in (0, 1, 3, 3.1, 10)]
        [1, 2, 2, 3, 5]
        >>> mixed = Timeline.of(date(2027, 1, 1), month=3, quarter=3, year=1)
        >>> [mixed.arrival(1, months) for months in (1, 2, 3, 5, 6, 12)]
        [2, 3, 4, 4, 5, 7]
        """
        wanted = self.offset(period) + months
        there = period
        while self.offset(there) < wanted - _ROUNDING * self.months(there):
            if there >= self.periods:
                length = self.months(there)
                return there + max(0, math.ceil((wanted - self.offset(there)) / length - _ROUNDING))
            there += 1
        return there

    def reach(self, period: int, months: float) -> int:
        """Last period of which everything has matured at a period's first day, after a wait of months; -1 for none.

        >>> mixed = Timeline.of(date(2027, 1, 1), month=3, quarter=3, year=1)
        >>> [mixed.reach(t, 4) for t in mixed]
        [-1, -1, -1, -1, 2, 3, 4]
        """
        latest = self.offset(period) - months + _ROUNDING * self.months(period)
        return bisect_right(self._offsets, latest, hi=period + 1) - 1

    def life_ends(self, period: int, years: float) -> int:
        """First period without what a service life of years began in: early, never late, at least the next.

        >>> quarters = Timeline.even(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.life_ends(2, years) for years in (5, 1.2, 0.1)]
        [22, 6, 3]
        """
        latest = self.offset(period) + 12.0 * years
        there = period + 1
        while there < self.periods and self.offset(there + 1) <= latest + _ROUNDING * self.months(there):
            there += 1
        if there < self.periods:
            return there
        length = self.months(there)
        return max(there, there + math.floor((latest - self.offset(there)) / length + _ROUNDING))

    def runs(self, first: int, end: int) -> Iterator[tuple[float, int]]:
        """Periods from one up to, not including, another: years of a period and how many of that length follow.

        >>> list(Timeline.of(date(2027, 1, 1), quarter=4, year=2).runs(2, 5))
        [(0.25, 2), (1.0, 1)]
        """
        for years, run in groupby(self.years(t) for t in range(first, end)):
            yield years, len(list(run))

    def years_between(self, first: int, end: int) -> float:
        """Years from the first day of one period to the first day of another.

        >>> Timeline.of(date(2027, 1, 1), quarter=4, year=2).years_between(2, 5)
        1.5
        """
        return sum(years * count for years, count in self.runs(first, end))

    def part(self, period: int, first: int, end: int, *, rest: bool = False) -> float:
        """Share of what is spread evenly over the months from one period up to, not including, another.

        The share of a period of these, or with `rest` of it and all that follow; 0 for a period outside.

        >>> line = Timeline.of(date(2027, 1, 1), month=3, quarter=3)
        >>> line.part(1, 1, 4), line.part(3, 1, 4), line.part(2, 1, 4, rest=True), line.part(4, 1, 4)
        (0.2, 0.6, 0.8, 0.0)
        """
        if not first <= period < end:
            return 0.0
        until = end if rest else period + 1
        return (self.offset(until) - self.offset(period)) / (self.offset(end) - self.offset(first))

    def middle(self, period: int) -> float:
        """Years from the plan's first day to the middle of a period.

        >>> Timeline.of(date(2027, 1, 1), quarter=4, year=2).middle(4)
        1.5
        """
        return (self.offset(period) / self.months(period) + 0.5) * self.years(period)

    def twelve_months(self, last: int) -> range:
        """The periods that end with one and make up to twelve months; that one alone where it is so long.

        >>> Timeline.of(date(2027, 1, 1), month=3, quarter=4).twelve_months(5)
        range(0, 6)
        """
        end, first = self.offset(last + 1), last
        while first > 0 and end - self.offset(first - 1) <= MONTHS_PER_YEAR:
            first -= 1
        return range(first, last + 1)

    def from_date(self, day: date | None) -> int:
        """First period that starts on or after a date; 0 for no date, `periods` or more when it lies beyond.

        >>> quarters = Timeline.even(date(2026, 10, 1), "quarter", 8)
        >>> [quarters.from_date(day) for day in (None, date(2026, 10, 1), date(2026, 10, 2), date(2020, 1, 1))]
        [0, 0, 1, 0]
        """
        if day is None or day <= self.start:
            return 0
        months = 12 * (day.year - self.start.year) + day.month - self.start.month
        period = self._period_of(months)
        return period if self.first_day(period) >= day else period + 1

    def _period_of(self, months: int) -> int:
        """Period that holds a month, counted from the plan's first."""
        if months < self._offsets[-1]:
            return bisect_right(self._offsets, months) - 1
        return self.periods + (months - self._offsets[-1]) // self.months(self.periods)

    def in_force(self, period: int, since: date | None, until: date | None) -> bool:
        """Whether something dated holds in a period: read on the period's first day.

        >>> quarters = Timeline.even(date(2026, 10, 1), "quarter", 8)
        >>> quarters.in_force(1, date(2027, 1, 1), until=date(2027, 4, 1))
        True
        """
        day = self.first_day(period)
        return (since is None or since <= day) and (until is None or day < until)

    def calendar_year(self, period: int) -> int:
        """Calendar year in which a period begins."""
        return self.first_day(period).year
