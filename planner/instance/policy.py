"""Policy rules unrolled into limits on sums of decisions, each with the price of breaking it when it is soft.

Fees, bans, inspections, site bars, subsidies and carbon prices act on chips and power where those are
unrolled; what is here becomes rows of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from planner.instance.chips import Chips, Holding
from planner.instance.shares import ShareRule, paths_in_force, stands_from_before
from planner.instance.sites import Sites
from planner.instance.tree import Tree
from planner.schema import Case
from planner.schema.base import Dated, Softness
from planner.schema.policy import Budget, CapacityLimit, DomesticShare, LicenceQuota
from planner.time_profile import Profile, typed_between
from planner.units import HOURS_PER_YEAR, USD_PER_MUSD, Units


@dataclass(frozen=True)
class Limit:
    """A limit at a node, or over a window that ends there, in model units."""

    rule: str
    node: int
    most: float
    soft: float | None
    """Cost of one unit of violation; none when the rule is hard."""
    window: tuple[int, ...] = ()
    """Nodes of the path that count together."""
    sites: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True)
class Ratio:
    """A least ratio of domestic chips delivered at a node, counted since the rule began."""

    rule: str
    node: int
    before: int | None
    """Node before it in which the rule was in force."""
    least: float
    soft: float | None
    ours: Mapping[tuple[str, str], float]
    """Weight by chip and market of what must reach the ratio."""
    all: Mapping[tuple[str, str], float]
    """Weight of what the ratio is taken of."""
    unit: tuple[float, str]
    """What one model unit of the measure is in the planner's units, and its name."""


@dataclass(frozen=True)
class Capacity:
    """A least or most capacity at a node."""

    rule: str
    node: int
    least: float | None
    most: float | None
    soft: float | None
    fleet: Mapping[tuple[str, str], float]
    """Weight by chip and site."""
    halls: tuple[str, ...]
    """Sites whose halls count."""
    unit: tuple[float, str]
    """What one model unit of the measure is in the planner's units, and its name."""


@dataclass
class Rules:
    """Limits of every kind."""

    quotas: list[Limit] = field(default_factory=list)
    budgets: list[Limit] = field(default_factory=list)
    carbon_caps: list[Limit] = field(default_factory=list)
    build_rates: list[Limit] = field(default_factory=list)
    power_caps: list[Limit] = field(default_factory=list)
    bundling: list[Ratio] = field(default_factory=list)
    domestic_shares: list[ShareRule] = field(default_factory=list)
    capacities: list[Capacity] = field(default_factory=list)

    def softenable(self) -> Iterator[tuple[str, Limit | Ratio | ShareRule | Capacity]]:
        """Every limit that may be soft, with the policy table that it is typed in."""
        yield from (("licence_quotas", row) for row in self.quotas)
        yield from (("budgets", row) for row in self.budgets)
        yield from (("carbon_caps", row) for row in self.carbon_caps)
        yield from (("build_rates", row) for row in self.build_rates)
        yield from (("power_caps", row) for row in self.power_caps)
        yield from (("bundling", row) for row in self.bundling)
        yield from (("domestic_shares", row) for row in self.domestic_shares)
        yield from (("capacity_limits", row) for row in self.capacities)


def unroll_policy(case: Case, tree: Tree, sites: Sites, chips: Chips, units: Units) -> Rules:
    """Every rule over every node in which it is in force."""
    rules = Rules()
    policy = case.policy
    years = tree.timeline.years_per_period
    hours = HOURS_PER_YEAR * years

    for name in sorted(policy.licence_quotas):
        rules.quotas += _quotas(name, tree, chips, units)
    for name in sorted(policy.budgets):
        budget = policy.budgets[name]
        markets = tuple(budget.markets or sorted(case.markets))
        for window in _windows(lambda case, name=name: case.policy.budgets[name], budget.window, tree):  # type: ignore[misc]
            row = tree[window[-1]].case.policy.budgets[name]
            most = _in_window(tree, row, row.musd, window) / units.musd
            soft = _soft(budget, ONCE, units.musd, units)
            rules.budgets.append(Limit(name, window[-1], most, soft, window=window, markets=markets))
    for name in sorted(policy.carbon_caps):
        cap = policy.carbon_caps[name]
        within = _sites_of(case, sites, cap.markets, None, None)
        for n, row in _in_force(tree, lambda case, name=name: case.policy.carbon_caps[name]):  # type: ignore[misc]
            scale = hours * units.mw
            most = tree.value(row.t_per_year, n) * years / scale
            rules.carbon_caps.append(Limit(name, n, most, _soft(row, ONCE, scale, units), sites=within))
    for name in sorted(policy.build_rates):
        within = _sites_of(case, sites, policy.build_rates[name].markets, None, None)
        paces = dict(_in_force(tree, lambda case, name=name: case.policy.build_rates[name]))  # type: ignore[misc]
        limits = {n: tree.value(pace.mw_per_year, n) / units.mw for n, pace in paces.items()}
        for n, pace in paces.items():
            soft = _soft(pace, ONCE, units.mw, units)
            for nodes, most in tree.stretches(n, limits):
                rules.build_rates.append(Limit(name, n, most, soft, window=nodes, sites=within))
    for name in sorted(policy.power_caps):
        within = _sites_of(case, sites, policy.power_caps[name].markets, None, None)
        for n, power in _in_force(tree, lambda case, name=name: case.policy.power_caps[name]):  # type: ignore[misc]
            most = tree.value(power.mw, n) / units.mw
            rules.power_caps.append(Limit(name, n, most, _soft(power, years, units.mw, units), sites=within))
    for name in sorted(policy.bundling):
        rules.bundling += _bundling(name, tree, chips, units)
    for name in sorted(policy.domestic_shares):
        rules.domestic_shares += _domestic(name, case, tree, sites, chips, units)
    for name in sorted(policy.capacity_limits):
        rules.capacities += _capacities(name, case, tree, sites, chips, units)
    return rules


_Rule = TypeVar("_Rule", bound=Dated)
ONCE = 1.0
"""Years for which a violation of an amount is paid: it is paid once, however long its window is."""


def _in_force(tree: Tree, of: Callable[[Case], _Rule]) -> Iterator[tuple[int, _Rule]]:
    for node in tree:
        rule = of(node.case)
        if tree.in_force(rule, node.index):
            yield node.index, rule


def _windows(of: Callable[[Case], Dated], span: str, tree: Tree) -> Iterator[tuple[int, ...]]:
    """Nodes that count together, along each path: the whole time in force there, a calendar year or a period."""

    def key(index: int) -> int:
        period = tree[index].period
        return {"whole": 0, "calendar_year": tree.timeline.calendar_year(period), "period": period}[span]

    seen = set()
    for leaf in tree.leaves:
        windows: dict[int, list[int]] = {}
        for index in tree.path(leaf):
            if tree.in_force(of(tree[index].case), index):
                windows.setdefault(key(index), []).append(index)
        for window in windows.values():
            if tuple(window) not in seen:
                seen.add(tuple(window))
                yield tuple(window)


def _in_window(tree: Tree, rule: Budget | LicenceQuota, profile: Profile, window: tuple[int, ...]) -> float:
    """Amount of a window, read in its first period; of a part of a calendar year the part of the year's amount.

    A part that begins after 1 January keeps an amount that is typed for it, dated in it.
    """
    line, amount = tree.timeline, tree.value(profile, window[0])
    months = len(window) * line.months_per_period
    if rule.window != "calendar_year" or months >= 12:
        return amount
    first, end = line.first_day(tree[window[0]].period), line.first_day(tree[window[-1]].period + 1)
    new_year = date(first.year, 1, 1)
    begins = first if rule.since is None or rule.since <= new_year else min(first, rule.since)
    if begins > new_year and typed_between(profile, first, begins, end - timedelta(days=1)):
        return amount
    return amount * months / 12.0


def _soft(rule: Softness, years: float, unit: float, units: Units) -> float | None:
    """Cost of one model unit of violation: of a level over some years, of an amount once, which is one year."""
    if rule.violation_usd_per_unit_year is None:
        return None
    return rule.violation_usd_per_unit_year * unit * years / USD_PER_MUSD / units.musd


def _sites_of(
    case: Case,
    sites: Sites,
    markets: list[str] | None,
    regions: list[str] | None,
    named: list[str] | None,
) -> tuple[str, ...]:
    return tuple(
        site
        for site in sites.names
        if (markets is None or sites.market[site] in markets)
        and (regions is None or sites.region[site] in regions)
        and (named is None or site in named)
    )


def _quotas(name: str, tree: Tree, chips: Chips, units: Units) -> Iterator[Limit]:
    years = tree.timeline.years_per_period
    quota: LicenceQuota = tree[0].case.policy.licence_quotas[name]
    holdings = tuple(
        (chip, market) for chip, market in chips.holdings if chip in quota.chips and market in quota.markets
    )
    for window in _windows(lambda case: case.policy.licence_quotas[name], quota.window, tree):
        row: LicenceQuota = tree[window[-1]].case.policy.licence_quotas[name]
        if row.units is not None:
            most = _in_window(tree, row, row.units, window) * tree.value(row.operator_share, window[0])
        else:
            assert row.sales_units_per_year is not None
            most = sum(
                tree.value(row.sales_units_per_year, n)
                * tree.value(row.sales_share, n)
                * tree.value(row.operator_share, n)
                * years
                for n in window
            )
        soft = _soft(row, ONCE, units.chips, units)
        yield Limit(name, window[-1], most / units.chips, soft, window=window, holdings=holdings)


def _bundling(name: str, tree: Tree, chips: Chips, units: Units) -> Iterator[Ratio]:
    years = tree.timeline.years_per_period
    rule = tree[0].case.policy.bundling[name]
    ours = {(chip, rule.market): 1.0 for chip in rule.domestic if (chip, rule.market) in chips.holdings}
    theirs = {(chip, rule.market): 1.0 for chip in rule.foreign if (chip, rule.market) in chips.holdings}
    for n, row in _in_force(tree, lambda case: case.policy.bundling[name]):
        soft = _soft(row, years, units.chips, units)
        yield Ratio(
            name, n, _before(tree, row, n), tree.value(row.ratio, n), soft, ours, theirs, (units.chips, "chips")
        )


def _before(tree: Tree, rule: Dated, index: int) -> int | None:
    parent = tree[index].parent
    return parent if parent is not None and tree.in_force(rule, parent) else None


def _measure(measure: str, units: Units) -> tuple[float, str]:
    return {
        "units": (units.chips, "chips"),
        "mw": (units.mw, "MW"),
        "chip_mw": (units.mw, "MW"),
        "hall_mw": (units.mw, "MW"),
        "spend": (units.musd, "million USD"),
        "pflops": (units.pflops, "PFLOP/s"),
    }[measure]


def _weight(case: Case, chips: Chips, chip: str, market: str, n: int, measure: str, precision: str, u: Units) -> float:
    """What one unit of chips counts in a measure, in the measure's model unit."""
    if measure in ("mw", "chip_mw"):
        return chips.load[chip]
    if measure == "spend":
        return chips.price.get((chip, market, n), 0.0)
    if measure == "pflops":
        return case.chips[chip].peak_pflops.get(precision, 0.0) * u.chips / u.pflops
    return 1.0


def _domestic(name: str, case: Case, tree: Tree, sites: Sites, chips: Chips, units: Units) -> Iterator[ShareRule]:
    years = tree.timeline.years_per_period
    rule: DomesticShare = case.policy.domestic_shares[name]
    within = _sites_of(case, sites, [rule.market], rule.regions, rule.sites)
    origins = rule.origins or [rule.market]
    pairs = sorted({(chip, site) for chip, site, _ in chips.fleets if site in within})
    scale, unit = _measure(rule.measure, units)
    domestic = frozenset(chip for chip in chips.names if chips.origin[chip] in origins)
    held = list(paths_in_force(tree, name))

    def weight(chip: str, n: int) -> float:
        return _weight(case, chips, chip, rule.market, n, rule.measure, rule.precision, units)

    moving = {chip for chip in chips.names if len({weight(chip, n) for n, *_ in held}) > 1}
    for n, row, before, since in held:
        here = [pair for pair in pairs if (*pair, n) in chips.fleet_set]
        yield ShareRule(
            rule=name,
            node=n,
            before=before,
            since=since,
            earlier=tree.path(since[0])[:-1],
            least=tree.value(row.share, n),
            soft=_soft(row, years, scale, units),
            weights={pair: weight(pair[0], n) for pair in here},
            domestic=domestic,
            standing=frozenset(pair for pair in here if stands_from_before(chips, tree, pair, since[0])),
            prices={pair: {k: weight(pair[0], k) for k in since} for pair in here if pair[0] in moving},
            unit=(scale, unit),
        )


def _capacities(name: str, case: Case, tree: Tree, sites: Sites, chips: Chips, units: Units) -> Iterator[Capacity]:
    years = tree.timeline.years_per_period
    rule: CapacityLimit = case.policy.capacity_limits[name]
    within = _sites_of(case, sites, rule.markets, None, rule.sites)
    pairs = sorted({(c, s) for c, s, _ in chips.fleets if s in within and (rule.chips is None or c in rule.chips)})
    scale, unit = _measure(rule.measure, units)
    by_hall = rule.measure == "hall_mw"
    for n, row in _in_force(tree, lambda case: case.policy.capacity_limits[name]):
        fleet = {
            (chip, site): _weight(case, chips, chip, sites.market[site], n, rule.measure, rule.precision, units)
            for chip, site in pairs
            if not by_hall and (chip, site, n) in chips.fleet_set
        }
        yield Capacity(
            rule=name,
            node=n,
            least=None if row.least is None else tree.value(row.least, n) / scale,
            most=None if row.most is None else tree.value(row.most, n) / scale,
            soft=_soft(row, years, scale, units),
            fleet=fleet,
            halls=within if by_hall else (),
            unit=(scale, unit),
        )
