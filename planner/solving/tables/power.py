"""Tables of power: draw against headroom, the electricity balance of each market."""

from __future__ import annotations

from collections import defaultdict

from planner.solving.tables.all_tables import AnswerReader, TableRows
from planner.units import HOURS_PER_YEAR, MWH_PER_TWH


def regions(read: AnswerReader) -> TableRows:
    """Draw against headroom, MW of facility."""
    power, units = read.instance.power, read.instance.units
    grid = read(read.model.grid)
    return [
        (
            node.name,
            region,
            sum(grid[site, node.index] for site in power.sites_in_region[region]),
            power.headroom.get((region, node.index), float("nan")) * units.mw,
        )
        for node in read.tree
        for region in power.regions
    ]


def markets(read: AnswerReader) -> TableRows:
    """Electricity balance of each market: MW, TWh in the period."""
    power, units, pue = read.instance.power, read.instance.units, read.instance.sites.pue
    ready, grid, own = read(read.model.ready_it_mw), read(read.model.grid), read(read.model.onsite)
    made: dict[tuple[str, int], float] = defaultdict(float)
    for (_, site, n), output in own.items():
        made[site, n] += output
    rows = []
    for node in read.tree:
        n, years = node.index, read.tree.years(node.index)
        hours = HOURS_PER_YEAR * years
        for market in power.markets:
            sites = power.sites_in_market[market]
            generation = node.case.markets[market].generation_twh_per_year
            rows.append(
                (
                    node.name,
                    market,
                    sum(ready[site, n] for site in sites),
                    sum((grid[site, n] + made[site, n]) / pue[site] for site in sites),
                    sum(grid[site, n] for site in sites),
                    sum(grid[site, n] * power.load_factor[site, n] for site in sites) * hours / MWH_PER_TWH,
                    power.energy.get((market, n), float("nan")) * units.mw * hours / MWH_PER_TWH,
                    float("nan") if generation is None else read.tree.value(generation, n) * years,
                )
            )
    return rows
