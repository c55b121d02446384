"""Power: halls, connections, regional headroom and the electricity of nations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow
from planner.model.onsite import onsite_output


def facility_load(m: Model) -> Iterator[RuleRow]:
    """What a site draws from the grid and from its own plant is the load of its chips times its PUE, MW facility."""
    chips, sites = m.instance.chips, m.instance.sites
    loads: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (chip, site, n), powered in m.powered.items():
        if chips.load[chip] > 0:
            loads[site, n].append((powered, sites.pue[site] * chips.load[chip]))
    for site, n in m.site_nodes:
        drawn = [(m.grid[site, n], -1.0), *onsite_output(m, site, n, -1.0)]
        yield RuleRow((site,), n, total(loads[site, n], drawn) == 0)


def hall_space(m: Model) -> Iterator[RuleRow]:
    """Chips that are installed fit into the halls that are ready, switched on or not, MW IT.

    The price is what one more MW of halls there and then would save, USD per MW.
    """
    load = m.instance.chips.load
    installed: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (chip, site, n), fleet in m.fleet.items():
        if load[chip] > 0:
            installed[site, n].append((fleet, load[chip]))
    for (site, n), racks in installed.items():
        yield RuleRow((site,), n, total(racks, [(m.ready_it_mw[site, n], -1.0)]) <= 0)


def connection_limit(m: Model) -> Iterator[RuleRow]:
    """A site draws no more than its grid connection, MW facility.

    The price is what one more MW of connection there and then would save, USD per MW.
    """
    for site, n in m.site_nodes:
        yield RuleRow((site,), n, total([(m.grid[site, n], 1.0), (m.grid_cap[site, n], -1.0)]) <= 0)


def headroom(m: Model) -> Iterator[RuleRow]:
    """Data centres in a region never draw more than the grid can spare there, MW facility.

    The price is what one more MW of headroom in that region and period would save, USD per MW.
    """
    power = m.instance.power
    for (region, n), limit in power.headroom.items():
        draw = total((m.grid[site, n], 1.0) for site in power.sites_in_region[region])
        yield RuleRow((region,), n, draw <= limit, limit=limit)


def national_energy(m: Model) -> Iterator[RuleRow]:
    """Data centres in a country use no more energy than its generation leaves to this operator, MWh.

    The price is what one more MWh in that period would save, USD per MWh.
    """
    power = m.instance.power
    for (market, n), limit in power.energy.items():
        use = total((m.grid[site, n], power.load_factor[site, n]) for site in power.sites_in_market[market])
        yield RuleRow((market,), n, use <= limit, limit=limit)
