"""One scenario as an ordinary case: its periods, what is decided in it, and what is booked."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence

from planner.audit.linear_program import LinearProgram, Sum
from planner.discounting import share_left
from planner.schema import Case
from planner.schema.base import Dated, Softness
from planner.time_profile import Profile, value_at
from planner.units import power_of_ten

HOURS = 8760.0

NamePair = tuple[str, str]
SumByPeriod = list[Sum]
"""A quantity by period."""


class ScenarioModel:
    """The program of one deterministic case. Quantities are lists by period; what does not exist is zero.

    Money is in million USD, power in MW, compute in PFLOP/s and chips are single chips. In a tree, scenarios share a
    program; `nodes` names the node in each period, and what has the same name at the same node is one. `offered`
    names decisions that some scenario of the tree has a use for: what is begun for its sake is begun in the others
    as well, and comes to nothing there.
    """

    def __init__(
        self,
        case: Case,
        program: LinearProgram | None = None,
        nodes: Sequence[Hashable] | None = None,
        offered: Iterable[Hashable] = (),
        family: Sequence[Case] = (),
        *,
        common: Collection[Hashable] | None = None,
    ) -> None:
        """Nothing is built yet; `family` are the cases of all scenarios, `common` the nodes that all of them pass."""
        self.case = case
        self.family = family or [case]
        self.nodes = nodes or list(case.settings.timeline)
        self.offered = frozenset(offered)
        self.common = frozenset(self.nodes if common is None else common)
        self.line = case.settings.timeline
        self.periods = list(self.line)
        self.years = [self.line.years(t) for t in self.periods]
        """Years in each period."""
        self.last = len(self.periods)
        self.program = program or LinearProgram()
        self.booked: list[tuple[str, str, int, Sum]] = []
        """Account, market, period and million USD of every cost."""
        self.at_end: list[Sum] = []
        """What is worth something at the horizon's end, million USD, with a minus."""
        self.lot = _lot(case)
        self._values: dict[tuple[int, int], float] = {}
        self._rules = {
            id(rule): (kind, name) for kind in type(case.policy).model_fields for name, rule in self._named(kind)
        }
        self.market_of = {site: case.regions[row.region].market for site, row in case.sites.items()}
        self.pairs = [(chip, market) for chip in case.chips for market in case.markets]
        self._name_quantities()

    def _name_quantities(self) -> None:
        """Quantities that rooms work out for each other, by what they are about."""
        self.opened: dict[str, SumByPeriod] = {}
        """Share of the site that is acquired."""
        self.started: dict[str, SumByPeriod] = {}
        """MW of halls begun, by site."""
        self.halls: dict[str, SumByPeriod] = {}
        """MW of halls ready, by site."""
        self.connection: dict[str, SumByPeriod] = {}
        """MW of grid connection that stands, by site."""
        self.ordered: dict[NamePair, SumByPeriod] = {}
        """Chips ordered, by chip and market."""
        self.delivered: dict[NamePair, SumByPeriod] = {}
        """Chips that arrive, by chip and market."""
        self.deliveries: dict[NamePair, list[tuple[int, int, Sum]]] = {}
        """Periods of order and arrival of what the plan orders."""
        self.install: dict[NamePair, SumByPeriod] = {}
        """Chips installed, by chip and site."""
        self.retire: dict[NamePair, SumByPeriod] = {}
        """Chips retired, by chip and site."""
        self.fleet: dict[NamePair, SumByPeriod] = {}
        """Chips that stand, by chip and site."""
        self.stock: dict[NamePair, SumByPeriod] = {}
        """Chips that wait, by chip and market."""
        self.powered: dict[NamePair, SumByPeriod] = {}
        """Chips switched on, by chip and site."""
        self.draw: dict[str, SumByPeriod] = {}
        """MW from the grid, by site."""
        self.mwh: dict[str, SumByPeriod] = {}
        """MWh from the grid in the period, by site."""
        self.made: dict[NamePair, SumByPeriod] = {}
        """MW of on-site plant's output, by source and site."""
        self.clusters: dict[tuple[str, str, int], SumByPeriod] = {}
        """Chips that serve workloads of whole clusters, by chip, site and period."""

    def settled(self, t: int) -> bool:
        """Whether what comes whole is decided whole in a period: before scenarios part, later where that is asked."""
        return self.case.settings.whole_after_reveal or self.nodes[t] in self.common

    def decide(self, t: int, *name: Hashable, whole: bool = False, size: float = 1.0) -> Sum:
        """The decision of that name in a period."""
        return self.program.decide((self.nodes[t], *name), whole=whole, size=size)

    def state(self, t: int, value: Sum, *name: Hashable, free: bool = True, size: float = 1.0) -> Sum:
        """A decision that is the value, so that later periods can build on it; 0 or more where it is not free."""
        return self.program.state((self.nodes[t], *name), value, free=free, size=size)

    def so_far(self, flow: SumByPeriod, *name: Hashable) -> SumByPeriod:
        """What has come up to each period, from what comes in each."""
        return self.worn(flow, [1.0] * self.last, *name)

    def worn(
        self, flow: SumByPeriod, keep: Sequence[float], *name: Hashable, free: bool = True, size: float = 1.0
    ) -> SumByPeriod:
        """What is left in each period of what has come and gone, `keep` being the share kept of the period before."""
        made: SumByPeriod = []
        for t in self.periods:
            value = flow[t] + made[t - 1] * keep[t] if t else flow[t]
            made.append(self.state(t, value, *name, free=free, size=size))
        return made

    def left(self, chip: str, since: int, t: int) -> float:
        """Share that attrition leaves in a period of chips that stood in an earlier one."""
        return share_left(self.case.chips[chip].attrition_per_year, self.line.runs(since, t))

    def keep(self, chip: str) -> list[float]:
        """Share that attrition leaves in each period of the chips of the period before."""
        return [self.left(chip, max(0, t - 1), t) for t in self.periods]

    def ends(self, t: int, life_years: float | None) -> int:
        """First period without what began its life in one; beyond the plan where its life has no end."""
        return self.last if life_years is None else self.line.life_ends(t, life_years)

    def useful(self, t: int, *name: Hashable) -> bool:
        """Whether another scenario of the tree has a use for a decision."""
        return (self.nodes[t], *name) in self.offered

    def at(self, profile: Profile, t: int) -> float:
        """Value of a profile in a period."""
        if isinstance(profile, int | float):
            return float(profile)
        known = id(profile), t
        if known not in self._values:
            days = self.line.first_day(t), self.line.first_day(t + 1)
            self._values[known] = value_at(profile, *days, self.line.start)
        return self._values[known]

    def plant_shares(self, source: str) -> list[float]:
        """Share of a kind of plant that can be counted on, in every period of every scenario."""
        days = [(self.line.first_day(t), self.line.first_day(t + 1)) for t in self.periods]
        profiles = [case.onsite_sources[source].availability for case in self.family]
        return [value_at(profile, *each, self.line.start) for profile in profiles for each in days]

    def holds(self, rule: Dated, t: int) -> bool:
        """Whether a rule is in force in a period."""
        return rule.enabled and self.line.in_force(t, rule.since, rule.until)

    def span(self, rule: Dated) -> list[int]:
        """Periods in which a rule is in force."""
        return [t for t in self.periods if self.holds(rule, t)]

    def windows(self, rule: Dated) -> list[list[int]]:
        """The rule's periods, in the spans that one limit covers."""
        span, window = self.span(rule), getattr(rule, "window", "period")
        if window == "whole":
            return [span] if span else []
        if window == "period":
            return [[t] for t in span]
        years = sorted({self.line.calendar_year(t) for t in span})
        return [[t for t in span if self.line.calendar_year(t) == year] for year in years]

    def yearly(self, limit: Profile, periods: Sequence[int]) -> list[tuple[list[int], float]]:
        """Of some periods those that lie within twelve months, ending in each, with the largest limit in force in them.

        A shorter run stands beside a longer one only where less may be done in it.
        """
        found: list[tuple[list[int], float]] = []
        for t in periods:
            longer: float | None = None
            for first in self.line.twelve_months(t):
                run = [v for v in periods if first <= v <= t]
                most = max(self.at(limit, v) for v in run)
                if longer is None or most < longer:
                    found.append((run, most))
                longer = most
        return found

    def matures(self, months: Profile) -> list[int | None]:
        """For what is begun in each period, the first period that reaches back to it."""
        reach = [self.line.reach(t, self.at(months, t)) for t in self.periods]
        return [next((t for t in self.periods if reach[t] >= begun), None) for begun in self.periods]

    def book(self, account: str, market: str, t: int, musd: Sum | float) -> None:
        """A cost in a period; one beyond the horizon is nobody's."""
        if t < self.last:
            self.booked.append((account, market, t, musd if isinstance(musd, Sum) else Sum(musd)))

    def limit(
        self, rule: Softness, value: Sum, most: Sum | float, window: Sequence[int], *, side: str = "excess"
    ) -> None:
        """`value <= most`, or the excess is paid for when the rule is soft; a rule with two sides names each."""
        price = rule.violation_usd_per_unit_year
        if price is None:
            self.program.most(value, most)
            return
        years = 1.0 if rule.paid_once else self.years[window[-1]]
        excess = self.program.excess((self.nodes[window[-1]], side, *self._rules[id(rule)]), value - most)
        self.book("soft rules", "", window[-1], excess * (price * years / 1e6))

    def _named(self, kind: str) -> Iterable[tuple[str, Dated]]:
        rules: dict[str, Dated] = getattr(self.case.policy, kind)
        return rules.items()

    def sites_in(self, market: str) -> list[str]:
        """Sites of a market."""
        return [site for site in self.case.sites if self.market_of[site] == market]

    def sites_among(self, markets: list[str] | None) -> list[str]:
        """Sites of some markets; of all where none is named."""
        return [site for site in self.case.sites if markets is None or self.market_of[site] in markets]


def _lot(case: Case) -> float:
    """Chips that the solver counts as one, so that its numbers are near one: a hundredth of the most ever needed."""
    line = case.settings.timeline
    best = max((peak for chip in case.chips.values() for peak in chip.peak_pflops.values()), default=0.0)
    asked = [
        value_at(row.demand_pflops, line.first_day(t), line.first_day(t + 1), line.start)
        for row in case.workloads.values()
        for t in line
    ]
    return power_of_ten([max(asked, default=0.0) / best]) if best > 0.0 else 1.0
