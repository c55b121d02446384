"""Checks of on-site plant."""

from __future__ import annotations

from collections.abc import Iterator

from planner.certificate.check_sites import decided_whole, is_whole
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, whole_number


def plant_offered(r: Recomputed) -> Iterator[Finding]:
    """On-site plant is ordered only at sites that allow it and where it runs within the horizon."""
    in_time = {
        (*key, path.nodes[t])
        for path in r.paths
        for key, plant in path.plants.items()
        for t, runs in plant.ripe.items()
        if runs is not None
    }
    for path in r.paths:
        for (source, site), plant in path.plants.items():
            allowed = source in path.case.sites[site].onsite
            for t, node in enumerate(path.nodes):
                if not allowed or (source, site, node) not in in_time:
                    yield at_most(plant.ordered[t], 0.0, r.floors.mw, source, site, node)


def whole_plant(r: Recomputed) -> Iterator[Finding]:
    """Where phases are whole, on-site plant is ordered in whole numbers of its units, as stated."""
    for path in r.paths:
        stated = path.tables.column("onsite", "units")
        for (source, site), plant in path.plants.items():
            unit = path.case.onsite_sources[source].unit_mw
            if unit is not None and is_whole(path, site):
                for t, node in enumerate(path.nodes):
                    if decided_whole(r, path, node):
                        yield whole_number(plant.ordered[t] / unit, source, site, node)
                    if node in stated.get((source, site), {}):
                        yield same(stated[source, site][node], plant.ordered[t] / unit, 1.0, source, site, node)


def plant_room(r: Recomputed) -> Iterator[Finding]:
    """On-site plant on order or standing never exceeds what its site allows as far as it is open."""
    for path in r.paths:
        for (source, site), plant in path.plants.items():
            row = path.case.sites[site]
            if source not in row.onsite:
                continue
            most = row.onsite[source].max_mw
            if most is None:
                least = _least_availability(r, source)
                most = row.pue * row.max_it_mw / least if least else 0.0
            for t, node in enumerate(path.nodes):
                room = most * path.halls[site].opened[t]
                yield at_most(plant.begun[t], room, r.floors.mw, source, site, node)


def plant_output(r: Recomputed) -> Iterator[Finding]:
    """No on-site plant makes more than the share of it that can be counted on."""
    for path in r.paths:
        for (source, site), plant in path.plants.items():
            works = path.values.of(path.case.onsite_sources[source].availability)
            for t, node in enumerate(path.nodes):
                yield at_most(plant.output[t], works[t] * plant.cap_mw[t], r.floors.mw, source, site, node)


def plant_load(r: Recomputed) -> Iterator[Finding]:
    """On-site plant never makes more than its site draws."""
    for path in r.paths:
        for site, draw in path.grid_mw.items():
            for t, node in enumerate(path.nodes):
                yield at_most(-draw[t], 0.0, r.floors.mw, site, node)


def plant_supply(r: Recomputed) -> Iterator[Finding]:
    """Orders of on-site plant in a market never exceed what this operator can get there in any twelve months."""
    for path in r.paths:
        for name, source in path.case.onsite_sources.items():
            for market, supply in source.supply_mw_per_year.items():
                ordered = [
                    plant.ordered
                    for (kind, site), plant in path.plants.items()
                    if kind == name and path.case.market_of(site) == market
                ]
                for run, most in path.values.within_a_year(supply):
                    total = sum(mw[t] for mw in ordered for t in run)
                    yield at_most(total, most, r.floors.mw, name, market, path.nodes[run[-1]])


def _least_availability(r: Recomputed, source: str) -> float:
    """Least share of a source that can be counted on, where any can, in any period of any scenario."""
    shares = (path.values.of(path.case.onsite_sources[source].availability) for path in r.paths)
    return min((share for series in shares for share in series if share > 0.0), default=0.0)
