"""Checks of power and compute."""

from __future__ import annotations

from collections.abc import Iterator

from planner.certificate.check_tables import energy_limit_twh, generation_twh
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most
from planner.certificate.scenario_path import may_serve
from planner.units import KW_PER_MW, MWH_PER_TWH


def hall_space(r: Recomputed) -> Iterator[Finding]:
    """Installed chips never take more than the halls that are ready at their site, switched on or not."""
    for path in r.paths:
        racks = {name: [0.0 for _ in path.nodes] for name in path.halls}
        for (chip, site), fleet in path.fleets.fleet.items():
            each = path.case.chips[chip].it_kw / KW_PER_MW
            racks[site] = [mw + each * units for mw, units in zip(racks[site], fleet, strict=True)]
        for name, halls in path.halls.items():
            for t, node in enumerate(path.nodes):
                yield at_most(racks[name][t], halls.it_mw[t], r.floors.mw, name, node)


def grid_connection(r: Recomputed) -> Iterator[Finding]:
    """No site draws more from the grid than its connection carries."""
    for path in r.paths:
        for name, halls in path.halls.items():
            for t, node in enumerate(path.nodes):
                yield at_most(path.grid_mw[name][t], halls.grid_cap[t], r.floors.mw, name, node)


def headroom(r: Recomputed) -> Iterator[Finding]:
    """Data centres in a region never draw more than the grid can spare there."""
    for path in r.paths:
        for name, region in path.case.regions.items():
            if region.headroom_mw is not None:
                draw = path.total(path.grid_mw, path.sites_in(name))
                for t, most in enumerate(path.values.of(region.headroom_mw)):
                    yield at_most(draw[t], most, r.floors.mw, name, path.nodes[t])


def market_energy(r: Recomputed) -> Iterator[Finding]:
    """Grid energy used in a market never exceeds what its generation leaves to this operator."""
    for path in r.paths:
        for market in path.case.markets:
            generation = generation_twh(path, market)
            if generation is not None:
                limit = energy_limit_twh(path, market, generation)
                used = path.total(path.grid_mwh, [s for s in path.case.sites if path.case.market_of(s) == market])
                for t, node in enumerate(path.nodes):
                    yield at_most(used[t], limit[t] * MWH_PER_TWH, r.floors.mwh, market, node)


def compute_capacity(r: Recomputed) -> Iterator[Finding]:
    """Chips given to workloads in a region never exceed the usable share of those switched on there."""
    for path in r.paths:
        given: dict[tuple[str, str], list[float]] = {}
        for (chip, region, _), units in path.read("serve", "units").items():
            before = given.get((chip, region), [0.0 for _ in path.nodes])
            given[chip, region] = [already + more for already, more in zip(before, units, strict=True)]
        zeros = [0.0 for _ in path.nodes]
        for (chip, region), units in given.items():
            channel = path.values.channel(chip, path.case.regions[region].market)
            works = path.values.of(path.case.chips[chip].availability)
            usable = path.values.of(channel.usable_share if channel else 1.0)
            on = path.powered.get((chip, region), zeros)
            for t, node in enumerate(path.nodes):
                yield at_most(units[t], works[t] * usable[t] * on[t], r.floors.chips, chip, region, node)


def eligibility(r: Recomputed) -> Iterator[Finding]:
    """Only chips and regions that may serve a workload serve it."""
    for path in r.paths:
        for (chip, region, workload), units in path.read("serve", "units").items():
            if (chip, workload) not in path.rate or not may_serve(path.case, region, workload):
                for t, node in enumerate(path.nodes):
                    yield at_most(units[t], 0.0, r.floors.chips, chip, region, workload, node)


def demand_met(r: Recomputed) -> Iterator[Finding]:
    """Demand without a price for shortfall is met in full."""
    for path in r.paths:
        for name, workload in path.case.workloads.items():
            if workload.shortfall is None:
                for t, demand in enumerate(path.values.of(workload.demand_pflops)):
                    yield at_most(demand - path.served[name][t], 0.0, max(r.floors.pflops, demand), name, path.nodes[t])
