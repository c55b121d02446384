"""What one more chip would cost per unit of compute, from the inputs alone, before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, get_args

from planner.accounts import ACCOUNTS, Component
from planner.discounting import discount_factor, unspent_share
from planner.findings.supply_routes import SupplyRoute, timings, ways
from planner.instance.compute import eligible_chips, eligible_regions
from planner.plan_reader import PeriodValues, left
from planner.schema import Case
from planner.schema.workloads import ChipOnWorkload, RegionForWorkload
from planner.solution import Solution
from planner.units import HOURS_PER_YEAR, KW_PER_MW, KWH_PER_MWH, USD_PER_MUSD

COMPONENTS: tuple[Component, ...] = get_args(Component)
"""What a levelised cost is made of."""
NET: Mapping[str, tuple[Component, ...]] = {
    "purchase": ("purchase", "chip residual"),
    "fee": ("fee",),
    "halls": ("halls", "hall residual"),
    "grid": ("grid",),
    "energy": ("energy", "subsidy"),
    "operations": ("operations",),
}
"""The same in groups, each less what comes back of it."""
CLOSE = 0.05
"""Share of the cheaper by which two chips may differ and still be called close."""


@dataclass(frozen=True)
class Screened:
    """One chip bought for one workload, in new halls of its own."""

    market: str
    """Market that it is bought in."""
    workload: str
    """Workload that it is given to."""
    chip: str
    """Chip."""
    site: str
    """Site at which it costs least."""
    option: str
    """Build option at that site."""
    ordered: int
    """Period of the order, from 0."""
    arrives: int
    """Period of delivery."""
    runs: int
    """First period in which it runs: delivered, hall ready and grid connected."""
    usd: Mapping[str, float]
    """Levelised cost by component, USD per effective PFLOP/s-month."""
    rent_usd: float | None
    """What renting the same compute in the same periods costs, USD per effective PFLOP/s-month; none without rent."""

    @property
    def total_usd(self) -> float:
        """Levelised cost, USD per effective PFLOP/s-month."""
        return sum(self.usd.values())


@dataclass(frozen=True)
class ClosePair:
    """Two chips for the same workload and market that cost nearly the same."""

    cheaper: Screened
    """The one that costs less."""
    costlier: Screened
    """The one that costs more."""
    tips: str
    """Group of components in which the costlier one is worse by most: what tips it."""
    tips_usd: float
    """How much worse it is there, USD per effective PFLOP/s-month."""
    holds: str
    """Group in which the cheaper one is worse by most; empty where it is in none."""
    holds_usd: float
    """How much worse that one is there, USD per effective PFLOP/s-month."""

    @property
    def gap(self) -> float:
        """Difference of their levelised costs as a share of the cheaper."""
        return self.costlier.total_usd / self.cheaper.total_usd - 1


def screened(case: Case, period: int | None = None) -> list[Screened]:
    """Levelised cost of each chip for each workload and market, at the site and build option where it is least.

    One chip is ordered in `period`; left out, in the first period in which an order finds a hall and the grid ready
    when it arrives, or else in the first in which it can be ordered. Levelised cost is present cost over present
    output, as in NREL's Annual Technology Baseline and in Short, Packey and Holt 1995, A Manual for the Economic
    Evaluation of Energy Efficiency and Renewable Energy Technologies. Cost: purchase and fee, halls for the chip's IT
    load with their share of the site's opening and grid connection, both begun as late as has them there when the
    chip arrives (or as soon as can be, the chip waiting in stock), grid energy with carbon less subsidy, operation of
    chip and halls, network and running, less what chip and halls are worth at the horizon. Output: effective
    PFLOP/s-months from the chip's first period to the horizon, with attrition and availability. Both are discounted
    as the plan's money is. A chip that cannot be ordered, or that no open site can run before the horizon, is left
    out. Limits on amounts (supply, headroom, clusters) count only where they are zero.
    """
    values = PeriodValues(case)
    known, costs = timings(values), _Costs(values)
    found = []
    for market in case.markets:
        for name, workload in case.workloads.items():
            links, pairs = eligible_regions(case, workload), eligible_chips(case, workload)
            sites = [s for s, row in case.sites.items() if row.region in links and case.market_of(s) == market]
            for chip in (chip for chip in case.chips if chip in pairs):
                each = [
                    _levelised(costs, way, name, chip, pairs[chip], links=links)
                    for way in ways(values, known, chip, market, sites, period=period)
                ]
                if any(each):
                    found.append(min(filter(None, each), key=lambda cost: cost.total_usd))
    return found


def not_screened(solution: Solution) -> list[str]:
    """Accounts in which a plan books money and which the levelised cost of one more chip leaves out."""
    booked = {account for account, musd in solution.rows("ledger", "account", "present_musd") if musd}
    return [name for name, account in ACCOUNTS.items() if account.screening == "left out" and name in booked]


def net_usd(cost: Screened) -> dict[str, float]:
    """Levelised cost by group of components, each less its residual value or subsidy, USD per PFLOP/s-month."""
    return {group: sum(cost.usd[name] for name in names) for group, names in NET.items()}


def close_chips(found: list[Screened], within: float = CLOSE) -> list[ClosePair]:
    """Pairs of chips in the same market and workload whose levelised costs differ by no more than a share."""
    pairs = []
    for one, other in combinations(found, 2):
        if (one.market, one.workload) != (other.market, other.workload):
            continue
        cheaper, costlier = sorted((one, other), key=lambda each: each.total_usd)
        if cheaper.total_usd > 0 and costlier.total_usd <= cheaper.total_usd * (1 + within):
            low, high = net_usd(cheaper), net_usd(costlier)
            worse = {group: high[group] - low[group] for group in NET}
            tips, holds = max(NET, key=lambda group: worse[group]), min(NET, key=lambda group: worse[group])
            back = -worse[holds]
            pairs.append(ClosePair(cheaper, costlier, tips, worse[tips], holds if back > 0 else "", max(0.0, back)))
    return sorted(pairs, key=lambda pair: pair.gap)


class _Served(NamedTuple):
    """What one chip gives a workload, by period, and what that comes to."""

    pflops: Mapping[int, float]
    """Effective PFLOP/s."""
    output: float
    """Present-weighted PFLOP/s-months."""
    running_usd: float
    """Present cost of running the workload on it, USD."""
    rent_usd: float | None
    """Levelised price of renting the same, USD per effective PFLOP/s-month; none without rent."""


class _Costs:
    """What many ways of buying and running a chip share, each thing worked out once."""

    def __init__(self, values: PeriodValues) -> None:
        self.values = values
        self.worth = [
            discount_factor(values.case.settings.discount_rate, values.line.middle(t)) for t in values.periods
        ]
        """Present worth of one dollar in each period."""
        self._spent: dict[tuple[str, SupplyRoute], tuple[dict[Component, float], dict[int, float]]] = {}
        self._served: dict[tuple[str, str, str, int, int, int], _Served] = {}

    def spent(self, chip: str, way: SupplyRoute) -> tuple[Mapping[Component, float], Mapping[int, float]]:
        """Present cost by component of one chip, whatever it is used for, and how much of it runs in each period."""
        if (chip, way) not in self._spent:
            fleet = {t: left(self.values, chip, way.arrives, t) for t in range(way.runs, way.ends)}
            musd = dict.fromkeys(COMPONENTS, 0.0)
            _add_chip(musd, self.values, chip, way, fleet, worth=self.worth)
            _add_halls(musd, self.values, chip, way, self.worth)
            _add_energy(musd, self.values, chip, way, fleet, worth=self.worth)
            self._spent[chip, way] = musd, fleet
        return self._spent[chip, way]

    def served(self, workload: str, chip: str, pair: ChipOnWorkload, way: SupplyRoute) -> _Served:
        """What one chip gives a workload while it runs; the same at every site."""
        key = (workload, chip, way.market, way.arrives, way.runs, way.ends)
        if key not in self._served:
            self._served[key] = self._serve(workload, chip, pair, way)
        return self._served[key]

    def _serve(self, workload: str, chip: str, pair: ChipOnWorkload, way: SupplyRoute) -> _Served:
        values, worth, (_, fleet) = self.values, self.worth, self.spent(chip, way)
        row, offered, channel = (
            values.case.workloads[workload],
            values.case.chips[chip],
            values.channel(chip, way.market),
        )
        peak = offered.peak_pflops[pair.precision or row.precision]
        working, efficiency = values.of(offered.availability), values.of(pair.efficiency)
        usable = values.of(channel.usable_share if channel else 1.0)
        given = {t: there * working[t] * usable[t] for t, there in fleet.items()}
        pflops = {t: units * peak * efficiency[t] for t, units in given.items()}
        output = sum(worth[t] * amount * values.line.months(t) for t, amount in pflops.items())
        per_unit = values.of(pair.running_usd_per_unit_year)
        running = sum(worth[t] * per_unit[t] * units * values.years[t] for t, units in given.items())
        rent = None
        if row.shortfall is not None and row.shortfall.kind == "rent" and output > 0:
            price = values.of(row.shortfall.usd_per_pflops_year)
            rent = sum(worth[t] * price[t] * amount * values.years[t] for t, amount in pflops.items()) / output
        return _Served(pflops, output, running, rent)


def _levelised(
    costs: _Costs,
    way: SupplyRoute,
    workload: str,
    chip: str,
    pair: ChipOnWorkload,
    *,
    links: Mapping[str, RegionForWorkload],
) -> Screened | None:
    """Present cost over present output of one chip; none where it gives nothing."""
    served = costs.served(workload, chip, pair, way)
    if served.output <= 0:
        return None
    values, worth, musd = costs.values, costs.worth, dict(costs.spent(chip, way)[0])
    network = values.of(links[values.case.sites[way.site].region].network_usd_per_pflops_year)
    reaching = sum(worth[t] * network[t] * amount * values.years[t] for t, amount in served.pflops.items())
    musd["operations"] += (reaching + served.running_usd) / USD_PER_MUSD
    usd: dict[str, float] = {name: amount * USD_PER_MUSD / served.output for name, amount in musd.items()}
    periods = way.ordered, way.arrives, way.runs
    return Screened(way.market, workload, chip, way.site, way.option, *periods, usd, served.rent_usd)


def _add_chip(
    musd: dict[Component, float],
    values: PeriodValues,
    chip: str,
    way: SupplyRoute,
    fleet: Mapping[int, float],
    *,
    worth: list[float],
) -> None:
    """Purchase, fee, waiting in stock, operation and residual value of one chip."""
    case, row, channel = values.case, values.case.chips[chip], values.channel(chip, way.market)
    assert channel is not None
    prices, deposit = values.of(channel.price_usd), values.of(channel.deposit_share)[way.ordered]
    price, paid = prices[way.ordered], worth[way.ordered] * deposit + worth[way.arrives] * (1.0 - deposit)
    musd["purchase"] = price * paid / USD_PER_MUSD
    fees = [f for f in case.policy.import_fees.values() if chip in f.chips and way.market in f.markets]
    rate = sum(values.of(fee.rate)[way.arrives] for fee in fees if values.in_force(fee)[way.arrives])
    value = values.of(channel.chip_value_usd)[way.ordered]
    musd["fee"] = rate * value * worth[way.arrives] / USD_PER_MUSD
    holding, upkeep = values.of(row.holding_usd_per_unit_year), values.of(row.om_usd_per_unit_year)
    stock = {t: left(values, chip, way.arrives, t) for t in range(way.arrives, way.runs)}
    waits = sum(worth[t] * holding[t] * there * values.years[t] for t, there in stock.items())
    runs = sum(worth[t] * upkeep[t] * there * values.years[t] for t, there in fleet.items())
    musd["operations"] += (waits + runs) / USD_PER_MUSD
    last = len(values.periods) - 1
    if row.residual_life_years is not None and last in fleet:
        share = unspent_share(values.line.years_between(way.arrives, last + 1), row.residual_life_years)
        each = price if case.settings.residual_price == "paid" else min(price, prices[last])
        musd["chip residual"] = -_end(values) * fleet[last] * each * share / USD_PER_MUSD


def _add_halls(
    musd: dict[Component, float], values: PeriodValues, chip: str, way: SupplyRoute, worth: list[float]
) -> None:
    """Halls for one chip: construction, share of the opening, grid connection, upkeep and residual value."""
    site = values.case.sites[way.site]
    build, line, horizon = site.build_options[way.option], values.line, len(values.periods)
    mw = values.case.chips[chip].it_kw / KW_PER_MW * left(values, chip, way.arrives, way.runs)
    capex = values.of(build.capex_musd_per_mw)[way.begun] * mw
    end = max(way.begun + 1, line.arrival(way.begun, values.of(build.build_months)[way.begun]))
    last = min(end - 1, max(way.ready, way.begun))
    paid = {t: line.part(t, way.begun, end, rest=t == last) for t in range(way.begun, last + 1)}
    musd["halls"] = capex * sum(worth[t] * share for t, share in paid.items())
    if not site.existing_it_mw and not any(halls.it_mw for halls in site.committed.values()):
        opened = way.begun if way.applied is None else min(way.begun, way.applied)
        musd["halls"] += worth[opened] * values.of(site.opening_musd)[opened] * mw / site.max_it_mw
    if way.applied is not None:
        cost = values.of(site.grid_connection_musd_per_mw)[way.applied]
        musd["grid"] = worth[way.applied] * cost * site.pue * mw
    upkeep = values.of(site.om_musd_per_mw_year)
    musd["operations"] += sum(worth[t] * upkeep[t] * values.years[t] for t in range(way.ready, horizon)) * mw
    if build.life_years is not None:
        unspent = unspent_share(line.years_between(way.ready, horizon), build.life_years)
        musd["hall residual"] = -_end(values) * capex * unspent


def _add_energy(
    musd: dict[Component, float],
    values: PeriodValues,
    chip: str,
    way: SupplyRoute,
    fleet: Mapping[int, float],
    *,
    worth: list[float],
) -> None:
    """Grid energy with its carbon, less the subsidy on chips of this origin."""
    policy, site = values.case.policy, values.case.sites[way.site]
    region, row = values.case.regions[site.region], values.case.chips[chip]
    tariff, carbon, load = (
        values.of(each) for each in (region.tariff_usd_per_mwh, region.carbon_t_per_mwh, site.load_factor)
    )
    prices = [rule for rule in policy.carbon_prices.values() if way.market in rule.markets]
    grants = [
        rule for rule in policy.power_subsidies.values() if row.origin in rule.origins and site.region in rule.regions
    ]
    for t, there in fleet.items():
        mwh = there * row.it_kw / KW_PER_MW * site.pue * load[t] * HOURS_PER_YEAR * values.years[t]
        price = sum(values.of(rule.usd_per_t)[t] for rule in prices if values.in_force(rule)[t])
        given = KWH_PER_MWH * sum(values.of(rule.usd_per_kwh)[t] for rule in grants if values.in_force(rule)[t])
        musd["energy"] += worth[t] * mwh * (tariff[t] + carbon[t] * price) / USD_PER_MUSD
        musd["subsidy"] -= worth[t] * mwh * min(given, tariff[t]) / USD_PER_MUSD


def _end(values: PeriodValues) -> float:
    """Present worth of one dollar at the horizon's end."""
    return discount_factor(values.case.settings.discount_rate, values.line.years_between(0, len(values.periods)))
