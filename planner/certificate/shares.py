"""What counts towards a domestic share in one scenario: chips installed since the rule began that still stand.

Chips of one kind at a site are alike, so what is retired may be any of them. What a plan may claim is the best that
could be true of each period: that domestic chips from before the rule left first and others last, and where money
counts that the costliest domestic chips stay and the costliest of the others leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.certificate.scenario_path import ScenarioPath
from planner.plan_reader import kept
from planner.schema.policy import DomesticShare
from planner.timeline import PerPeriod
from planner.units import KW_PER_MW, USD_PER_MUSD


@dataclass(frozen=True)
class _Stand:
    """Chips of one kind at one site."""

    kept: PerPeriod
    """Share of what stood the period before that is left, by period."""
    left: Sequence[PerPeriod]
    """By period, share of what stood in it that is left there and in each period after it."""
    ends: Sequence[int]
    """By period, the first one without the chips that were installed in it."""
    existing: float
    """Chips on the first day."""
    until: int
    """Period in which the life of these ends."""
    install: PerPeriod
    fleet: PerPeriod

    def young(self, periods: range, t: int) -> float:
        """What attrition leaves in a period of the installs of some periods whose life has not ended."""
        return sum(self.left[k][t - k] * self.install[k] for k in periods if t < self.ends[k])

    def oldest(self, first: int, t: int) -> float:
        """Most chips that can still stand in period `t` from before a rule that began in period `first`."""
        left = self.existing if first == 0 else self.kept[first] * self.fleet[first - 1]
        for period in range(first, t + 1):
            there = self.left[0][period] * self.existing if period < self.until else 0.0
            left = min(left if period == first else self.kept[period] * left, self.fleet[period])
            left = min(left, there + self.young(range(first), period))
        return left

    def since(self, first: int, t: int) -> float:
        """Most chips that can stand in period `t` of those installed since period `first`."""
        left = 0.0
        for period in range(first, t + 1):
            came = self.kept[period] * left + self.install[period]
            left = min(came, self.fleet[period], self.young(range(first, period + 1), period))
        return left

    def by_date(self, first: int, t: int, prices: PerPeriod, *, costliest: bool) -> dict[int, float]:
        """Chips that can stand in period `t` by period of installation, the costliest or the cheapest kept longest."""
        left: dict[int, float] = {}
        alive = [k for k in range(first, t + 1) if t < self.ends[k]]
        order = sorted(alive, key=lambda k: prices[k], reverse=costliest)
        for period in range(first, t + 1):
            left = {k: self.kept[period] * units for k, units in left.items()}
            if period in alive:
                left[period] = self.install[period]
            room = self.fleet[period]
            for k in order:
                if k in left:
                    left[k] = min(left[k], room)
                    room -= left[k]
        return left


def weight(path: ScenarioPath, rule: DomesticShare, chip: str) -> PerPeriod:
    """What one chip counts for in a domestic share, by period of its installation."""
    row = path.case.chips[chip]
    if rule.measure == "spend":
        return [price / USD_PER_MUSD for price in path.values.price_usd(chip, rule.market)]
    each = {"units": 1.0, "mw": row.it_kw / KW_PER_MW, "pflops": row.peak_pflops.get(rule.precision, 0.0)}
    return [each[rule.measure] for _ in path.nodes]


def counted(path: ScenarioPath, rule: DomesticShare) -> tuple[PerPeriod, PerPeriod]:
    """Domestic chips and all chips that count, by period, in the rule's measure; zero while it is not in force."""
    origins = [rule.market] if rule.origins is None else rule.origins
    home, every = [0.0 for _ in path.nodes], [0.0 for _ in path.nodes]
    first: int | None = None
    there = list(_stands(path, rule))
    for t in path.values.periods:
        if not path.values.in_force(rule)[t]:
            first = None
            continue
        first = t if first is None else first
        for chip, stand in there:
            is_home = path.case.chips[chip].origin in origins
            amount = _amount(stand, weight(path, rule, chip), first, t, is_home=is_home)
            every[t] += amount
            home[t] += amount if is_home else 0.0
    return home, every


def _amount(stand: _Stand, weights: PerPeriod, first: int, t: int, *, is_home: bool) -> float:
    prices = weights[first : t + 1]
    if min(prices) == max(prices):
        units = stand.since(first, t) if is_home else stand.fleet[t] - stand.oldest(first, t)
        return prices[0] * units
    by_date = stand.by_date(first, t, weights, costliest=is_home)
    if is_home:
        return sum(weights[k] * units for k, units in by_date.items())
    missing, amount = stand.fleet[t] - stand.oldest(first, t), 0.0
    for k in sorted(by_date, key=lambda k: weights[k]):
        units = min(missing, by_date[k])
        missing, amount = missing - units, amount + weights[k] * units
    return amount + max(0.0, missing) * max(prices)


def _stands(path: ScenarioPath, rule: DomesticShare) -> Iterator[tuple[str, _Stand]]:
    install = path.stated("fleet", "install")
    line, horizon = path.values.line, len(path.nodes)
    for (chip, name), fleet in path.fleets.fleet.items():
        site = path.case.sites[name]
        if path.case.market_of(name) != rule.market or (rule.sites is not None and name not in rule.sites):
            continue
        if rule.regions is not None and site.region not in rule.regions:
            continue
        years, given = path.case.chips[chip].service_life_years, site.existing_fleet.get(chip)
        until = None if given is None else given.until
        yield (
            chip,
            _Stand(
                kept=kept(path.values, chip),
                left=path.values.left(path.case.chips[chip].attrition_per_year),
                ends=path.values.life_ends(years),
                existing=0.0 if given is None else given.units,
                until=horizon if until is None else line.from_date(until),
                install=install[chip, name],
                fleet=fleet,
            ),
        )
