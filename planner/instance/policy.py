"""Policy rules unrolled into limits on sums of decisions, each with the price of breaking it when it is soft.

Fees, bans, inspections, site bars, subsidies and carbon prices act on chips and power where those are
unrolled; what is here becomes rows of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.instance.chips import Holding
from planner.instance.counted import COUNTED, CountedChip
from planner.instance.in_force import Head, InForce, PolicyRow, Unrolled
from planner.instance.shares import domestic_shares
from planner.measures import CHIPS, MUSD, MW_FACILITY, MW_IT, T_CO2
from planner.schema.policy import (
    Budget,
    BuildRate,
    Bundling,
    CapacityLimit,
    CarbonCap,
    LicenceQuota,
    PowerCap,
)


@dataclass(frozen=True)
class Limit(PolicyRow):
    """A limit at a node, or over a window that ends there, in model units."""

    amount: float
    """The limit itself, whichever way it limits."""
    window: tuple[int, ...] = ()
    """Nodes of the path that count together."""
    sites: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True)
class Ratio(PolicyRow):
    """A least ratio of domestic chips delivered at a node, counted since the rule began."""

    before: int | None
    """Node before it in which the rule was in force."""
    least: float
    ours: Mapping[tuple[str, str], float]
    """Weight by chip and market of what must reach the ratio."""
    all: Mapping[tuple[str, str], float]
    """Weight of what the ratio is taken of."""


@dataclass(frozen=True)
class Capacity(PolicyRow):
    """A least or most capacity at a node."""

    least: float | None
    most: float | None
    fleet: Mapping[tuple[str, str], float]
    """Weight by chip and site."""
    halls: tuple[str, ...]
    """Sites whose halls count."""


class Rules:
    """Limits of every kind, a line each; soft ones have their violations in this order."""

    def __init__(self, u: Unrolled) -> None:
        """Every rule over every node in which it is in force."""
        self.licence_quotas = list(_licence_quotas(u))
        self.budgets = list(_budgets(u))
        self.carbon_caps = list(_carbon_caps(u))
        self.build_rates = list(_build_rates(u))
        self.power_caps = list(_power_caps(u))
        self.bundling = list(_bundling(u))
        self.domestic_shares = list(domestic_shares(u))
        self.capacity_limits = list(_capacity_limits(u))

    def __iter__(self) -> Iterator[PolicyRow]:
        """Every limit, kind by kind."""
        for rows in vars(self).values():
            yield from rows

    def soft(self) -> dict[tuple[str, str, int], Head]:
        """Heads of soft limits by table, rule and node: limits of one rule at a node share a violation."""
        return {(row.head.table, row.rule, row.node): row.head for row in self if row.soft is not None}


def _licence_quotas(u: Unrolled) -> Iterator[Limit]:
    for at in u.in_force("licence_quotas", LicenceQuota):
        quota = u.case.policy.licence_quotas[at.name]
        holdings = tuple(
            (chip, market) for chip, market in u.chips.holdings if chip in quota.chips and market in quota.markets
        )
        most = _licensed(u, at) / u.size(CHIPS, at.node)
        yield Limit(u.head(at, CHIPS), most, window=at.window, holdings=holdings)


def _licensed(u: Unrolled, at: InForce[LicenceQuota]) -> float:
    """Chips of a quota in its window, this operator's share."""
    row, value = at.row, u.tree.value
    if row.units is not None:
        return u.amount(row, row.units, at.window) * value(row.operator_share, at.window[0])
    assert row.sales_units_per_year is not None
    return sum(
        value(row.sales_units_per_year, n) * value(row.sales_share, n) * value(row.operator_share, n) * u.tree.years(n)
        for n in at.window
    )


def _budgets(u: Unrolled) -> Iterator[Limit]:
    for at in u.in_force("budgets", Budget):
        markets = tuple(u.case.policy.budgets[at.name].markets or sorted(u.case.markets))
        most = u.amount(at.row, at.row.musd, at.window) / u.size(MUSD, at.node)
        yield Limit(u.head(at, MUSD), most, window=at.window, markets=markets)


def _carbon_caps(u: Unrolled) -> Iterator[Limit]:
    for at in u.in_force("carbon_caps", CarbonCap):
        most = u.value(at.row.t_per_year, at) * u.tree.years(at.node) / u.size(T_CO2, at.node)
        yield Limit(u.head(at, T_CO2), most, sites=u.sites_of(u.case.policy.carbon_caps[at.name].markets))


def _build_rates(u: Unrolled) -> Iterator[Limit]:
    rates = list(u.in_force("build_rates", BuildRate))
    limits: dict[str, dict[int, float]] = {}
    for at in rates:
        limits.setdefault(at.name, {})[at.node] = u.value(at.row.mw_per_year, at) / u.size(MW_IT, at.node)
    for at in rates:
        within = u.sites_of(u.case.policy.build_rates[at.name].markets)
        for nodes, most in u.tree.stretches(at.node, limits[at.name]):
            yield Limit(u.head(at, MW_IT), most, window=nodes, sites=within)


def _power_caps(u: Unrolled) -> Iterator[Limit]:
    for at in u.in_force("power_caps", PowerCap):
        within = u.sites_of(u.case.policy.power_caps[at.name].markets)
        yield Limit(u.head(at, MW_FACILITY), u.value(at.row.mw, at) / u.size(MW_FACILITY, at.node), sites=within)


def _bundling(u: Unrolled) -> Iterator[Ratio]:
    for at in u.in_force("bundling", Bundling):
        rule, parent = u.case.policy.bundling[at.name], u.tree[at.node].parent
        yield Ratio(
            u.head(at, CHIPS),
            before=parent if parent is not None and u.tree.in_force(at.row, parent) else None,
            least=u.value(at.row.ratio, at),
            ours={(chip, rule.market): 1.0 for chip in rule.domestic if (chip, rule.market) in u.chips.holdings},
            all={(chip, rule.market): 1.0 for chip in rule.foreign if (chip, rule.market) in u.chips.holdings},
        )


def _capacity_limits(u: Unrolled) -> Iterator[Capacity]:
    for at in u.in_force("capacity_limits", CapacityLimit):
        rule = u.case.policy.capacity_limits[at.name]
        within = u.sites_of(rule.markets, named=rule.sites)
        counted, by_hall = COUNTED[rule.measure], rule.measure == "hall_mw"
        pairs = sorted(
            {(c, s) for c, s, _ in u.chips.fleets if s in within and (rule.chips is None or c in rule.chips)}
        )
        scale = u.size(counted.measure, at.node)
        yield Capacity(
            u.head(at, counted.measure),
            least=None if at.row.least is None else u.value(at.row.least, at) / scale,
            most=None if at.row.most is None else u.value(at.row.most, at) / scale,
            fleet={
                (chip, site): counted.weight(u, CountedChip(chip, u.sites.market[site], at.node, rule.precision))
                for chip, site in pairs
                if not by_hall and (rule.chips is None or chip in rule.chips)
                if (chip, site, at.node) in u.chips.fleet_set
            },
            halls=within if by_hall else (),
        )
