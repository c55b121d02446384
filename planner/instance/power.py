"""Grid power unrolled: headroom, national energy, tariffs, carbon and subsidies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.instance.tree import Tree, fractions
from planner.schema import Case
from planner.units import HOURS_PER_YEAR, KWH_PER_MWH, MWH_PER_TWH, USD_PER_MUSD, Units


@dataclass
class Power:
    """Sets and parameters of power, in model units; money is not discounted."""

    regions: tuple[str, ...]
    markets: tuple[str, ...]
    region_market: Mapping[str, str]
    sites_in_region: Mapping[str, tuple[str, ...]]
    sites_in_market: Mapping[str, tuple[str, ...]]
    headroom: dict[tuple[str, int], float] = field(default_factory=dict)
    energy: dict[tuple[str, int], float] = field(default_factory=dict)
    """Energy open to this operator in a market, as mean power over the period."""
    load_factor: dict[tuple[str, int], float] = field(default_factory=dict)
    energy_cost: dict[tuple[str, int], float] = field(default_factory=dict)
    """Cost of one unit of draw at a site over a period."""
    carbon: dict[tuple[str, int], float] = field(default_factory=dict)
    """Carbon of one unit of draw at a site, t CO2 per MWh of reserved power."""
    carbon_cost: dict[tuple[str, int], float] = field(default_factory=dict)
    carbon_shares: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    """Share of the price on carbon by the rule that sets it, by market and node."""
    subsidy: dict[tuple[str, str, int], float] = field(default_factory=dict)
    """Subsidy on one unit of draw by chips of an origin, at a site and node."""
    subsidy_shares: dict[tuple[str, str, int], dict[str, float]] = field(default_factory=dict)
    """Share of that subsidy by the rule that gives it."""


def unroll_power(case: Case, tree: Tree, units: Units) -> Power:
    """Every region and market over every node."""
    by_region: dict[str, list[str]] = defaultdict(list)
    by_market: dict[str, list[str]] = defaultdict(list)
    for name in sorted(case.sites):
        by_region[case.sites[name].region].append(name)
        by_market[case.market_of(name)].append(name)
    power = Power(
        regions=tuple(sorted(case.regions)),
        markets=tuple(sorted(case.markets)),
        region_market={name: region.market for name, region in case.regions.items()},
        sites_in_region={region: tuple(by_region[region]) for region in case.regions},
        sites_in_market={market: tuple(by_market[market]) for market in case.markets},
    )
    for node in tree:
        n, years = node.index, tree.timeline.years(node.period)
        hours = HOURS_PER_YEAR * years
        for name, region in node.case.regions.items():
            if region.headroom_mw is not None:
                power.headroom[name, n] = tree.value(region.headroom_mw, n) / units.mw
        for name, market in node.case.markets.items():
            if market.generation_twh_per_year is not None:
                share = tree.value(market.ai_share, n) * tree.value(market.operator_share, n)
                mwh = tree.value(market.generation_twh_per_year, n) * MWH_PER_TWH * share * years
                power.energy[name, n] = mwh / hours / units.mw
            power.carbon_shares[name, n] = fractions(tree.carbon_prices(name, n))
        for name, site in node.case.sites.items():
            grid = node.case.regions[site.region]
            load_factor = tree.value(site.load_factor, n)
            mwh = load_factor * hours * units.mw
            tariff = tree.value(grid.tariff_usd_per_mwh, n)
            carbon = tree.value(grid.carbon_t_per_mwh, n) * load_factor
            power.load_factor[name, n] = load_factor
            power.energy_cost[name, n] = tariff * mwh / USD_PER_MUSD / units.musd
            power.carbon[name, n] = carbon
            carbon_price = sum(tree.carbon_prices(grid.market, n).values())
            power.carbon_cost[name, n] = carbon * hours * units.mw * carbon_price / USD_PER_MUSD / units.musd
            for origin in {chip.origin for chip in node.case.chips.values() if chip.origin}:
                given = {
                    rule: tree.value(row.usd_per_kwh, n) * KWH_PER_MWH
                    for rule, row in node.case.policy.power_subsidies.items()
                    if origin in row.origins and site.region in row.regions and tree.in_force(row, n)
                }
                subsidy = sum(given.values())
                if subsidy > 0:
                    power.subsidy[origin, name, n] = min(subsidy, tariff) * mwh / USD_PER_MUSD / units.musd
                    power.subsidy_shares[origin, name, n] = fractions(given)
    return power
