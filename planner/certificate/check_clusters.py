"""Whole clusters: a workload that asks for them is served by enough of one chip at one site, or not from there."""

from __future__ import annotations

from collections.abc import Iterator

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same
from planner.certificate.scenario_path import ScenarioPath


def cluster_split(r: Recomputed) -> Iterator[Finding]:
    """Chips that serve a workload of whole clusters in a region are those of its sites, and no others stand there."""
    for path in r.paths:
        zeros = [0.0 for _ in path.nodes]
        at_sites: dict[tuple[str, ...], list[float]] = {}
        for (chip, site, workload), units in _clusters(path).items():
            key = chip, path.case.sites[site].region, workload
            at_sites[key] = _sum(at_sites.get(key, zeros), units)
        asked = {name for name, workload in path.case.workloads.items() if workload.cluster_pflops is not None}
        serving = {key: units for key, units in path.read("serve", "units").items() if key[2] in asked}
        for row in sorted({*at_sites, *serving}):
            placed, given = at_sites.get(row, zeros), serving.get(row, zeros)
            for t, node in enumerate(path.nodes):
                yield same(placed[t], given[t], r.floors.chips, *row, node)


def cluster_fleet(r: Recomputed) -> Iterator[Finding]:
    """Chips of whole clusters at a site never exceed the usable share of those switched on there."""
    for path in r.paths:
        zeros = [0.0 for _ in path.nodes]
        given: dict[tuple[str, str], list[float]] = {}
        for (chip, site, _), units in _clusters(path).items():
            given[chip, site] = _sum(given.get((chip, site), zeros), units)
        powered = path.read("fleet", "powered")
        for (chip, site), units in given.items():
            channel = path.values.channel(chip, path.case.market_of(site))
            works = path.values.of(path.case.chips[chip].availability)
            usable = path.values.of(channel.usable_share if channel else 1.0)
            on = powered.get((chip, site), zeros)
            for t, node in enumerate(path.nodes):
                yield at_most(units[t], works[t] * usable[t] * on[t], r.floors.chips, chip, site, node)


def cluster_least(r: Recomputed) -> Iterator[Finding]:
    """A chip at a site gives a workload of whole clusters at least one of them, or nothing."""
    for path in r.paths:
        for (chip, site, workload), units in _clusters(path).items():
            least = path.case.workloads[workload].cluster_pflops
            if least is None or (chip, workload) not in path.rate:
                continue
            rate = path.rate[chip, workload]
            for t, node in enumerate(path.nodes):
                served = units[t] * rate[t]
                size = max(r.floors.pflops, least)
                yield at_most(min(served, least - served), 0.0, size, chip, site, workload, node)


def cluster_served(r: Recomputed) -> Iterator[Finding]:
    """The table of whole clusters states the PFLOP/s that their chips serve."""
    for path in r.paths:
        stated = path.stated("clusters", "pflops")
        for (chip, site, workload), units in _clusters(path).items():
            rate = path.rate.get((chip, workload), [0.0 for _ in path.nodes])
            for t, node in enumerate(path.nodes):
                due = units[t] * rate[t]
                yield same(stated[chip, site, workload][t], due, r.floors.pflops, chip, site, workload, node)


def _clusters(path: ScenarioPath) -> dict[tuple[str, str, str], list[float]]:
    return {(chip, site, workload): units for (chip, site, workload), units in path.read("clusters", "units").items()}


def _sum(left: list[float], right: list[float]) -> list[float]:
    return [one + other for one, other in zip(left, right, strict=True)]
