"""A generated case as sets and parameters, read from its YAML file with nothing of the planner's.

Written as a peer's user would: PyYAML, then dictionaries by name and period. It covers what `generate.py` writes on one
path, and nothing else: quarters, level lead times, hard rules. Units are those in which such a user would write down a
plan of this size: million USD, MW, thousand chips, thousand PFLOP/s; money is not discounted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import yaml

Table: TypeAlias = dict[str, dict[str, Any]]
Site: TypeAlias = tuple[str, int]
"""Site and period."""
Start: TypeAlias = tuple[str, str, int]
"""Site, build option and period."""
Order: TypeAlias = tuple[str, str, int]
"""Chip, market and period."""
Fleet: TypeAlias = tuple[str, str, int]
"""Chip, site and period."""
Serve: TypeAlias = tuple[str, str, str, int]
"""Chip, region, workload and period."""

YEARS = 0.25
"""Years in a period."""
HOURS = 8760.0 * YEARS
"""Hours in a period."""
THOUSAND = 1000.0


@dataclass
class Data:
    """Sets and parameters of one case; `t` is a period, counted from 0."""

    periods: int
    first_year: int
    discount: list[float]
    """Present worth of one dollar in the middle of each period."""
    end_discount: float

    markets: list[str]
    regions: list[str]
    sites: list[str]
    chips: list[str]
    workloads: list[str]
    pools: list[str]
    region_of: dict[str, str] = field(default_factory=dict)
    market_of: dict[str, str] = field(default_factory=dict)
    """Market of each site and of each region."""

    # Sites, MW and million USD.
    pue: dict[str, float] = field(default_factory=dict)
    room: dict[str, float] = field(default_factory=dict)
    existing: dict[str, float] = field(default_factory=dict)
    standing: dict[str, float] = field(default_factory=dict)
    """Existing and committed halls."""
    committed: dict[Site, float] = field(default_factory=dict)
    connection_given: dict[Site, float] = field(default_factory=dict)
    """Connection that comes with halls that are not the plan's, by the period in which it comes."""
    ready: dict[Start, int] = field(default_factory=dict)
    """Period in which each start is ready: the starts that are ready within the plan."""
    start_limit: dict[Start, float] = field(default_factory=dict)
    ready_limit: dict[str, float] = field(default_factory=dict)
    connected: dict[Site, int] = field(default_factory=dict)
    """Period in which each application is connected."""

    # Chips, thousands.
    load: dict[str, float] = field(default_factory=dict)
    """MW of IT of a thousand chips."""
    keep: dict[str, float] = field(default_factory=dict)
    usable: dict[str, float] = field(default_factory=dict)
    holdings: list[tuple[str, str]] = field(default_factory=list)
    delivered: dict[Order, int] = field(default_factory=dict)
    """Period in which each order is delivered: the orders that are delivered within the plan."""
    held: list[Order] = field(default_factory=list)
    fleets: list[Fleet] = field(default_factory=list)
    installable: list[Fleet] = field(default_factory=list)
    fleet_before: dict[tuple[str, str], float] = field(default_factory=dict)
    supply: dict[tuple[str, str], float] = field(default_factory=dict)
    shared_supply: dict[str, float] = field(default_factory=dict)
    pool_capacity: dict[str, float] = field(default_factory=dict)
    pool_take: dict[tuple[str, str], float] = field(default_factory=dict)
    left_share: dict[Order, float] = field(default_factory=dict)
    """Share of a delivery that attrition leaves at the end, where it still has a value."""

    # Power, MW.
    load_factor: dict[str, float] = field(default_factory=dict)
    headroom: dict[tuple[str, int], float] = field(default_factory=dict)
    energy: dict[tuple[str, int], float] = field(default_factory=dict)
    """Mean power that a market leaves to the plan."""

    # Compute, thousand PFLOP/s.
    serve: list[Serve] = field(default_factory=list)
    rate: dict[tuple[str, str], float] = field(default_factory=dict)
    demand: dict[tuple[str, int], float] = field(default_factory=dict)

    # Rules.
    quotas: list[tuple[list[int], float]] = field(default_factory=list)
    """Periods that count together, and the most that may be delivered in them."""
    quota_chips: list[str] = field(default_factory=list)
    quota_markets: list[str] = field(default_factory=list)
    budgets: list[tuple[list[int], float]] = field(default_factory=list)
    domestic: list[str] = field(default_factory=list)
    """Chips that count as domestic in the market of the share rule."""
    share_market: str = ""
    share: float = 0.0
    share_since: int = 0
    build_rate: dict[str, float] = field(default_factory=dict)
    """MW started in any four quarters, as the limits of starts and of what becomes ready."""
    power_cap: dict[str, float] = field(default_factory=dict)

    # Money, million USD.
    capex: dict[str, dict[str, float]] = field(default_factory=dict)
    """Per MW, by site and build option."""
    build_periods: dict[tuple[str, str], int] = field(default_factory=dict)
    hall_left: dict[Start, float] = field(default_factory=dict)
    """Worth at the end of one MW started."""
    opening: dict[str, float] = field(default_factory=dict)
    connecting: dict[str, float] = field(default_factory=dict)
    upkeep: dict[str, float] = field(default_factory=dict)
    committed_cost: dict[int, float] = field(default_factory=dict)
    deposit: dict[Order, float] = field(default_factory=dict)
    balance: dict[Order, float] = field(default_factory=dict)
    """Due at delivery, the import fee included."""
    chip_left: dict[Order, float] = field(default_factory=dict)
    holding_cost: dict[str, float] = field(default_factory=dict)
    chip_upkeep: dict[str, float] = field(default_factory=dict)
    tariff: dict[str, float] = field(default_factory=dict)
    """Per MW drawn in a period, by site."""
    running: dict[tuple[str, str], float] = field(default_factory=dict)
    shortfall: dict[str, float] = field(default_factory=dict)

    def payments(self, start: Start) -> list[tuple[int, float]]:
        """Periods in which one MW started is paid, with what falls due."""
        site, option, t = start
        parts = self.build_periods[site, option]
        return [(t + part, self.capex[site][option] / parts) for part in range(parts)]


def read(path: Path) -> Data:
    """The sets and parameters of a case file."""
    case = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    settings = case["settings"]
    periods, rate = settings["periods"], settings["discount_rate"]
    d = Data(
        periods=periods,
        first_year=date.fromisoformat(settings["start"]).year,
        discount=[(1 + rate) ** -((t + 0.5) * YEARS) for t in range(periods)],
        end_discount=(1 + rate) ** -(periods * YEARS),
        markets=sorted(case["markets"]),
        regions=sorted(case["regions"]),
        sites=sorted(case["sites"]),
        chips=sorted(case["chips"]),
        workloads=sorted(case["workloads"]),
        pools=sorted(case["pools"]),
    )
    if settings["frequency"] != "quarter" or case.get("uncertainty"):
        raise ValueError("only quarters on one path are read")
    d.market_of = {name: region["market"] for name, region in case["regions"].items()}
    for name, site in case["sites"].items():
        d.region_of[name], d.market_of[name] = site["region"], d.market_of[site["region"]]
        _site(d, name, site, case["regions"][site["region"]])
    _power(d, case)
    for name, chip in case["chips"].items():
        _chip(d, name, chip, case["policy"])
    d.pool_capacity = {name: pool["capacity_per_year"] * YEARS / THOUSAND for name, pool in case["pools"].items()}
    _fleets(d, case["sites"])
    _compute(d, case)
    _rules(d, case["policy"], case["chips"])
    return d


def _value(profile: Any, d: Data, t: int) -> float:
    """A number, a base with growth, or a line between dates, in the middle of a period."""
    if not isinstance(profile, dict):
        return float(profile)
    if "base" in profile:
        return float(profile["base"] * (1 + profile["growth_per_year"]) ** ((t + 0.5) * YEARS))
    points = sorted(profile["linear"].items())
    (first, low), (last, high) = points
    begin, end = _periods(d, first), _periods(d, last)
    return float(low + (high - low) * min(1.0, max(0.0, (t + 0.5 - begin) / (end - begin))))


def _periods(d: Data, day: str) -> int:
    """Periods from the plan's first day to the first day of a quarter."""
    at = date.fromisoformat(day)
    return 4 * (at.year - d.first_year) + (at.month - 1) // 3


def _lag(months: float) -> int:
    return math.ceil(months / 3)


def _site(d: Data, name: str, site: dict[str, Any], region: dict[str, Any]) -> None:
    d.pue[name], d.room[name], d.load_factor[name] = site["pue"], site["max_it_mw"], site["load_factor"]
    d.opening[name], d.connecting[name] = site["opening_musd"], site["grid_connection_musd_per_mw"]
    d.upkeep[name] = site["om_musd_per_mw_year"] * YEARS
    d.tariff[name] = region["tariff_usd_per_mwh"] * HOURS * site["load_factor"] / 1e6
    d.ready_limit[name] = site["max_ready_mw_per_year"]
    d.existing[name] = d.standing[name] = site.get("existing_it_mw", 0.0)
    d.connection_given[name, 0] = site["pue"] * d.existing[name]
    for halls in site.get("committed", {}).values():
        ready = _periods(d, halls["ready"])
        d.standing[name] += halls["it_mw"]
        d.committed[name, ready] = halls["it_mw"]
        d.connection_given[name, ready] = site["pue"] * halls["it_mw"]
        for t in range(ready):
            d.committed_cost[t] = d.committed_cost.get(t, 0.0) + halls["remaining_cost_musd"] / ready
    d.capex[name] = {option: terms["capex_musd_per_mw"] for option, terms in site["build_options"].items()}
    for option, terms in site["build_options"].items():
        lag = _lag(terms["build_months"])
        d.build_periods[name, option] = lag
        for t in range(d.periods - lag):
            d.ready[name, option, t] = t + lag
            age = (d.periods - t - lag) * YEARS
            d.hall_left[name, option, t] = terms["capex_musd_per_mw"] * max(0.0, 1 - age / terms["life_years"])
            if "max_start_mw_per_year" in terms:
                d.start_limit[name, option, t] = terms["max_start_mw_per_year"]
    wait = _lag(site["grid_connection_months"])
    for t in range(d.periods - wait):
        d.connected[name, t] = t + wait


def _power(d: Data, case: dict[str, Any]) -> None:
    for t in range(d.periods):
        for name, region in case["regions"].items():
            d.headroom[name, t] = _value(region["headroom_mw"], d, t)
        for name, market in case["markets"].items():
            twh = _value(market["generation_twh_per_year"], d, t) * market["ai_share"]
            d.energy[name, t] = twh * 1e6 / 8760.0


def _chip(d: Data, name: str, chip: dict[str, Any], policy: dict[str, Table]) -> None:
    """Prices in USD are million USD per thousand chips after division by a thousand."""
    d.load[name] = chip["it_kw"]
    d.keep[name] = (1 - chip["attrition_per_year"]) ** YEARS
    d.usable[name] = chip["availability"]
    d.chip_upkeep[name] = chip["om_usd_per_unit_year"] * YEARS / THOUSAND
    d.holding_cost[name] = chip["holding_usd_per_unit_year"] * YEARS / THOUSAND
    d.shared_supply[name] = chip["supply_per_year"] * YEARS / THOUSAND
    d.pool_take |= {(pool, name): take for pool, take in chip["pools"].items()}
    for market, terms in chip["markets"].items():
        d.holdings.append((name, market))
        d.supply[name, market] = terms["supply_per_year"] * YEARS / THOUSAND
        fees = [f for f in policy["import_fees"].values() if name in f["chips"] and market in f["markets"]]
        fee = sum(f["rate"] for f in fees) * terms["chip_value_usd"] / THOUSAND
        prices = [_value(terms["price_usd"], d, t) / THOUSAND for t in range(d.periods)]
        lag = _lag(terms["lead_months"])
        for t in range(d.periods - lag):
            at = (name, market, t)
            d.delivered[at] = t + lag
            d.deposit[at] = terms["deposit_share"] * prices[t]
            d.balance[at] = prices[t] - d.deposit[at] + fee
            age = (d.periods - t - lag) * YEARS
            share = max(0.0, 1 - age / chip["residual_life_years"])
            if share > 0:
                d.left_share[at] = d.keep[name] ** (d.periods - 1 - t - lag)
                d.chip_left[at] = share * min(prices[t], prices[-1])


def _fleets(d: Data, sites: Table) -> None:
    d.fleet_before = {
        (chip, site): fleet["units"] / THOUSAND
        for site, row in sites.items()
        for chip, fleet in row.get("existing_fleet", {}).items()
    }
    first: dict[tuple[str, str], int] = {}
    for (chip, market, _), there in d.delivered.items():
        first[chip, market] = min(there, first.get((chip, market), there))
    for chip, market in d.holdings:
        held = range(first.get((chip, market), d.periods), d.periods)
        d.held += [(chip, market, t) for t in held]
        for site in (site for site in d.sites if d.market_of[site] == market):
            d.installable += [(chip, site, t) for t in held]
            since = 0 if (chip, site) in d.fleet_before else held.start
            d.fleets += [(chip, site, t) for t in range(since, d.periods)]


def _compute(d: Data, case: dict[str, Any]) -> None:
    present: dict[tuple[str, str], int] = {}
    for chip, site, t in d.fleets:
        at = (chip, d.region_of[site])
        present[at] = min(t, present.get(at, t))
    for name, workload in case["workloads"].items():
        d.shortfall[name] = workload["shortfall"]["usd_per_pflops_year"] * YEARS / THOUSAND
        for t in range(d.periods):
            d.demand[name, t] = _value(workload["demand_pflops"], d, t) / THOUSAND
        for chip, terms in workload["chips"].items():
            d.rate[chip, name] = case["chips"][chip]["peak_pflops"][workload["precision"]] * terms["efficiency"]
            d.running[chip, name] = terms["running_usd_per_unit_year"] * YEARS / THOUSAND
            for region in d.regions:
                if d.market_of[region] in workload["markets"]:
                    since = present.get((chip, region), d.periods)
                    d.serve += [(chip, region, name, t) for t in range(since, d.periods)]


def _rules(d: Data, policy: dict[str, Table], chips: Table) -> None:
    years: dict[int, list[int]] = {}
    for t in range(d.periods):
        years.setdefault(t // 4, []).append(t)
    (quota,) = policy["licence_quotas"].values()
    d.quotas = [(window, quota["units"] / THOUSAND) for window in years.values()]
    d.quota_chips, d.quota_markets = quota["chips"], quota["markets"]
    (budget,) = policy["budgets"].values()
    for window in years.values():
        committed = sum(d.committed_cost.get(t, 0.0) for t in window)
        d.budgets.append((window, budget["musd"] - committed))
    (rule,) = policy["domestic_shares"].values()
    d.share_market, d.share, d.share_since = rule["market"], rule["share"], _periods(d, rule["since"])
    d.domestic = [name for name in d.chips if chips[name]["origin"] in rule["origins"]]
    for rate in policy["build_rates"].values():
        d.build_rate |= dict.fromkeys(rate["markets"], rate["mw_per_year"])
    for cap in policy["power_caps"].values():
        d.power_cap |= dict.fromkeys(cap["markets"], cap["mw"])
