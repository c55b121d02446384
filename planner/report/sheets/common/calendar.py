"""Periods of several lengths on the calendar: stretches of time of one length, for what is drawn along them."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from planner.timeline import Frequency, Timeline

MOST_COLUMNS = 24
"""Columns of time that fit on a page."""


class TimeColumn(NamedTuple):
    """A column of time."""

    label: str
    """Its heading."""
    last: int
    """Period whose state it shows: the one that its last month lies in."""
    begun: range
    """Periods that begin in it."""
    end: int
    """Months from the plan's first day to its end."""


def is_even(line: Timeline) -> bool:
    """Whether all periods that are reported have one length."""
    return len({line.months(t) for t in range(line.reported)}) == 1


def time_columns(line: Timeline) -> list[TimeColumn]:
    """Columns of the periods that are reported, all of one length: periods where they are alike, else of the calendar.

    >>> line = Timeline.of(date(2027, 1, 1), month=15, quarter=2, year=1)
    >>> [(each.label, each.last, each.end) for each in time_columns(line)][4:8]
    [('2028-Q1', 14, 15), ('2028-Q2', 15, 18), ('2028-Q3', 16, 21), ('2028-Q4', 17, 24)]
    """
    if is_even(line):
        step = math.ceil(line.reported / MOST_COLUMNS)
        ends = range(step - 1, line.reported, step)
        return [TimeColumn(line.label(t), t, range(t - step + 1, t + 1), line.offset(t + 1)) for t in ends]
    return calendar_columns(line)[1]


def calendar_columns(line: Timeline) -> tuple[Frequency, list[TimeColumn]]:
    """Columns of the calendar for the periods that are reported, the shortest that fit on a page, and their length.

    >>> calendar_columns(Timeline.of(date(2027, 1, 1), month=2, year=2))[0]
    'quarter'
    """
    period_of = [t for t in range(line.reported) for _ in range(line.months(t))]
    offsets = [line.offset(t) for t in range(line.reported)]
    by_month = Timeline.even(line.start, "month", len(period_of))
    days = [by_month.first_day(month) for month in by_month]
    for_each = [(length, [(name, list(run)) for name, run in _runs(days, label)]) for length, label in _CALENDAR]
    length, runs = next((each for each in for_each if len(each[1]) <= MOST_COLUMNS), for_each[-1])
    return length, [
        TimeColumn(
            name,
            period_of[months[-1]],
            range(bisect_left(offsets, months[0]), bisect_left(offsets, months[-1] + 1)),
            months[-1] + 1,
        )
        for name, months in runs
    ]


def _runs(days: list[date], label: Callable[[date], str]) -> Iterator[tuple[str, Iterator[int]]]:
    """Months that share a name, by their positions."""
    return groupby(range(len(days)), key=lambda month: label(days[month]))


_CALENDAR: tuple[tuple[Frequency, Callable[[date], str]], ...] = (
    ("month", lambda day: f"{day:%Y-%m}"),
    ("quarter", lambda day: f"{day.year}-Q{(day.month - 1) // 3 + 1}"),
    ("year", lambda day: str(day.year)),
)
"""Lengths of columns of the calendar, the shortest first, and what a day's month, quarter and year are called."""

__all__ = ["MOST_COLUMNS", "TimeColumn", "calendar_columns", "is_even", "time_columns"]
