"""What a case says in each period: profiles as lists over the periods, and the rules in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from planner.discounting import shares_left
from planner.schema import Case
from planner.schema.base import Dated
from planner.schema.chips import Channel
from planner.time_profile import Profile, typed_between, value_at
from planner.timeline import MONTHS_PER_YEAR


class PeriodValues:
    """A case read period by period, every profile once."""

    def __init__(self, case: Case) -> None:
        """`case` is kept, so that its profiles can be told apart by identity."""
        self.case = case
        self.line = case.settings.timeline
        self.periods = range(self.line.periods)
        self.years = [self.line.years(t) for t in self.periods]
        """Years in each period."""
        self._days = [self.line.first_day(t) for t in range(len(self.periods) + 1)]
        self._profiles: dict[int, list[float]] = {}
        self._in_force: dict[int, list[bool]] = {}
        self._left: dict[float, list[list[float]]] = {}
        self._life_ends: dict[float, list[int]] = {}

    def of(self, profile: Profile) -> list[float]:
        """Value in each period."""
        if isinstance(profile, int | float):
            return [profile] * len(self.periods)
        if id(profile) not in self._profiles:
            self._profiles[id(profile)] = [
                value_at(profile, self._days[t], self._days[t + 1], self._days[0]) for t in self.periods
            ]
        return self._profiles[id(profile)]

    def in_force(self, rule: Dated) -> list[bool]:
        """Whether a rule holds, by period."""
        if id(rule) not in self._in_force:
            self._in_force[id(rule)] = [
                rule.enabled and self.line.in_force(t, rule.since, rule.until) for t in self.periods
            ]
        return self._in_force[id(rule)]

    def windows(self, rule: Dated) -> list[list[int]]:
        """Periods that one limit of a rule covers together, within the time that it is in force."""
        periods = [t for t in self.periods if self.in_force(rule)[t]]
        window = getattr(rule, "window", "period")
        if window == "whole":
            return [periods] if periods else []
        if window == "calendar_year":
            return [list(group) for _, group in groupby(periods, key=self.line.calendar_year)]
        return [[t] for t in periods]

    def of_window(self, rule: Dated, profile: Profile, window: list[int]) -> float:
        """Amount of a rule's window: as read in its first period; of a calendar year so many twelfths as its months.

        A part that does not begin on 1 January is not cut where its amount is typed for it, from a day in it on. Of
        long periods after short ones more than twelve months may begin in one calendar year.
        """
        amount, months = self.of(profile)[window[0]], sum(self.line.months(t) for t in window)
        if getattr(rule, "window", "period") != "calendar_year" or months == MONTHS_PER_YEAR:
            return amount
        if months > MONTHS_PER_YEAR:
            return amount * months / 12.0
        first, last = self._days[window[0]], self._days[window[-1] + 1] - timedelta(days=1)
        begins = first
        if rule.since is not None and date(first.year, 1, 1) < rule.since < first:
            begins = rule.since
        if (begins.month, begins.day) != (1, 1) and typed_between(profile, first, begins, last):
            return amount
        return amount * months / 12.0

    def within_a_year(self, limit: Profile, rule: Dated | None = None) -> Iterator[tuple[range, float]]:
        """Every run of periods of at most twelve months in which a rule is in force, with its largest yearly limit.

        Periods in which the rule is not in force are part of a run but count for nothing: their limit is none.
        """
        yearly, there = self.of(limit), self.in_force(rule) if rule else [True for _ in self.periods]
        for last in self.periods:
            for first in self.line.twelve_months(last):
                if there[first] and there[last]:
                    yield range(first, last + 1), max(yearly[t] for t in range(first, last + 1) if there[t])

    def matured(self, months: Profile) -> list[int]:
        """Latest period whose beginnings have matured, by period; -1 while none has.

        A longer lag holds back what still waits, a shorter one brings it forward, what has arrived stays.
        """
        latest, reached = -1, []
        for t, wait in zip(self.periods, self.of(months), strict=True):
            latest = max(latest, self.line.reach(t, wait))
            reached.append(latest)
        return reached

    def left(self, rate: float) -> list[list[float]]:
        """Share that a yearly rate of attrition leaves of what stands in a period, in that period and each after it."""
        if rate not in self._left:
            self._left[rate] = [shares_left(rate, self.years[since:-1]) for since in self.periods]
        return self._left[rate]

    def life_ends(self, years: float | None) -> list[int]:
        """By period, the first one without what a service life began in; the end of the plan or beyond for none."""
        if years is None:
            return [len(self.periods) for _ in self.periods]
        if years not in self._life_ends:
            self._life_ends[years] = [self.line.life_ends(t, years) for t in self.periods]
        return self._life_ends[years]

    def channel(self, chip: str, market: str) -> Channel | None:
        """How a chip is offered to a market, if at all."""
        return self.case.chips[chip].markets.get(market)

    def price_usd(self, chip: str, market: str) -> list[float]:
        """All-in price of a chip by period, USD; 0 where it is not offered."""
        channel = self.channel(chip, market)
        return self.of(channel.price_usd if channel else 0.0)


def first_at_least(reached: list[int], begun: int) -> int | None:
    """First period in which what began in a period has matured; none when that lies beyond the horizon.

    >>> first_at_least([-1, 0, 0, 2], 1), first_at_least([-1, 0, 0, 2], 3)
    (3, None)
    """
    return next((t for t in range(begun, len(reached)) if reached[t] >= begun), None)
