"""On-site plant unrolled: what may be ordered where and when, when it runs, how long, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from planner.discounting import unspent_share
from planner.instance.tree import KeptValue, Stretch, Tree, fractions, matured
from planner.schema import Case
from planner.units import HOURS_PER_YEAR, KW_PER_MW, USD_PER_MUSD, Units

FUEL_PRICES = ("fuel_usd_per_mwh", "operating_usd_per_mwh")
"""Fields that price energy made on site."""
PlantKey = tuple[str, str, int]
"""Source, site and node."""


@dataclass
class Onsite:
    """Sets and parameters of on-site plant, in model units; money is not discounted."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    """Sources and the sites that allow them."""
    starts: list[PlantKey] = field(default_factory=list)
    """Orders that are offered: those that run on some path."""
    running_from: dict[PlantKey, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Nodes whose orders run first at a node."""
    ending: dict[PlantKey, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Nodes whose orders have come to the end of their life at a node."""
    most: dict[tuple[str, str], float] = field(default_factory=dict)
    unit: dict[tuple[str, str], float] = field(default_factory=dict)
    """Power of one unit, by source and site, where orders are in whole units."""
    supply: dict[tuple[str, str, int], tuple[Stretch, ...]] = field(default_factory=dict)
    """Limits on orders in twelve months that end at a node, by source, market and node."""
    available: dict[tuple[str, int], float] = field(default_factory=dict)
    """Share that can be counted on, by source and node."""
    capex: dict[tuple[str, int], float] = field(default_factory=dict)
    fuel: dict[PlantKey, float] = field(default_factory=dict)
    """Fuel and operation of one unit of power over a period."""
    fuel_shares: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    """Share of that cost by the field that prices it, by source and node."""
    carbon: dict[PlantKey, float] = field(default_factory=dict)
    """Carbon of one unit of power, t CO2 per MWh of reserved power."""
    carbon_cost: dict[PlantKey, float] = field(default_factory=dict)
    residual: list[KeptValue[PlantKey]] = field(default_factory=list)
    """Orders that keep a value at the end."""


def unroll_onsite(case: Case, tree: Tree, units: Units) -> Onsite:
    """Every source at every site that allows it, over every node."""
    onsite = Onsite(pairs=[(source, site) for site in sorted(case.sites) for source in sorted(case.sites[site].onsite)])
    limits: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for source, site in onsite.pairs:
        most = case.sites[site].onsite[source].max_mw
        if most is not None:
            onsite.most[source, site] = most / units.mw
        size = case.onsite_sources[source].unit_mw
        if size is not None and case.is_whole(site):
            onsite.unit[source, site] = size / units.mw
        _unroll_orders(onsite, source, site, tree, units)
        _unroll_running(onsite, source, site, tree, units)
    for node in tree:
        for name, row in node.case.onsite_sources.items():
            at = (name, node.index)
            onsite.available[at] = tree.value(row.availability, node.index)
            capex = tree.value(row.capex_usd_per_kw, node.index) * KW_PER_MW * units.mw
            onsite.capex[at] = capex / USD_PER_MUSD / units.musd
            for market, supply in row.supply_mw_per_year.items():
                limits[name, market][node.index] = tree.value(supply, node.index) / units.mw
    for (name, market), by_node in limits.items():
        for n in by_node:
            onsite.supply[name, market, n] = tuple(tree.stretches(n, by_node))
    for (source, site, n), leaf, share in _shares(onsite, case, tree):
        onsite.residual.append(KeptValue((source, site, n), leaf, share, share * onsite.capex[source, n]))
    return onsite


def _unroll_orders(onsite: Onsite, source: str, site: str, tree: Tree, units: Units) -> None:
    line = tree.timeline
    months = [tree.value(node.case.onsite_sources[source].lead_months, node.index) for node in tree]
    for node in tree:
        arrivals = [at for at, _ in tree.first_below(node.index, matured(tree, node.period, months))]
        if not arrivals:
            continue
        onsite.starts.append((source, site, node.index))
        life_years = node.case.onsite_sources[source].life_years
        for at in arrivals:
            onsite.running_from[source, site, at].append(node.index)
            if life_years is not None:
                last = line.life_ends(tree[at].period, life_years)
                for end in tree.below(at, last):
                    if tree[end].period == last:
                        onsite.ending[source, site, end].append(node.index)


def _unroll_running(onsite: Onsite, source: str, site: str, tree: Tree, units: Units) -> None:
    for node in tree:
        hours = HOURS_PER_YEAR * tree.timeline.years(node.period)
        n = node.index
        row, place = node.case.onsite_sources[source], node.case.sites[site]
        load_factor = tree.value(place.load_factor, n)
        mwh = load_factor * hours * units.mw
        prices = {field: tree.value(getattr(row, field), n) for field in FUEL_PRICES}
        onsite.fuel[source, site, n] = sum(prices.values()) * mwh / USD_PER_MUSD / units.musd
        onsite.fuel_shares[source, n] = fractions(prices)
        carbon = tree.value(row.carbon_t_per_mwh, n) * load_factor
        onsite.carbon[source, site, n] = carbon
        price = sum(tree.carbon_prices(node.case.regions[place.region].market, n).values())
        onsite.carbon_cost[source, site, n] = carbon * hours * units.mw * price / USD_PER_MUSD / units.musd


def _shares(onsite: Onsite, case: Case, tree: Tree) -> list[tuple[PlantKey, int, float]]:
    """Unspent share of every order at every leaf where it runs."""
    line = tree.timeline
    found = []
    for (source, site, at), orders in onsite.running_from.items():
        life = case.onsite_sources[source].life_years
        if life is None:
            continue
        share = unspent_share(line.years_between(tree[at].period, line.periods), life)
        leaves = [leaf for leaf in tree.leaves if share > 0 and at in tree.path(leaf)]
        found += [((source, site, order), leaf, share) for order in orders for leaf in leaves]
    return found
