"""Workloads unrolled: demand, who may serve it, at what rate and at what price."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.instance.chips import Chips
from planner.instance.tree import Tree
from planner.schema import Case
from planner.schema.chips import Chip
from planner.schema.workloads import ChipOnWorkload, RegionForWorkload, Workload
from planner.units import USD_PER_MUSD, Units

Serving = tuple[str, str, str, int]
"""Chip, region, workload and node."""


@dataclass
class Compute:
    """Sets and parameters of workloads, in model units; money is not discounted."""

    workloads: tuple[str, ...]
    demand: dict[tuple[str, int], float] = field(default_factory=dict)
    serving: list[Serving] = field(default_factory=list)
    rate: dict[tuple[str, str, int], float] = field(default_factory=dict)
    """Compute of one unit of a chip on a workload at a node."""
    network_cost: dict[tuple[str, str, int], float] = field(default_factory=dict)
    """Cost of one unit of compute served from a region to a workload over a period."""
    running_cost: dict[tuple[str, str, int], float] = field(default_factory=dict)
    """Cost of one unit of a chip on a workload over a period."""
    cluster: dict[str, float] = field(default_factory=dict)
    """Least compute of one chip at one site, by workload that asks for whole clusters."""
    shortfall_cost: dict[tuple[str, int], float] = field(default_factory=dict)
    """Cost of one unit of demand not met over a period; missing where it must be met."""


def eligible_chips(case: Case, workload: Workload) -> dict[str, ChipOnWorkload]:
    """Chips that may serve a workload, with how well they do it."""

    def fits(chip: Chip) -> bool:
        return workload.min_memory_gb == 0 or (chip.memory_gb or 0.0) >= workload.min_memory_gb

    if workload.chips is None:
        chosen = {name: ChipOnWorkload() for name, chip in case.chips.items() if workload.precision in chip.peak_pflops}
    else:
        chosen = dict(workload.chips)
    return {name: pair for name, pair in sorted(chosen.items()) if fits(case.chips[name])}


def eligible_regions(case: Case, workload: Workload) -> dict[str, RegionForWorkload]:
    """Regions that may serve a workload, with what that costs."""
    chosen = {name: RegionForWorkload() for name in case.regions} if workload.regions is None else workload.regions
    markets = set(case.markets) if workload.markets is None else set(workload.markets)
    return {name: pair for name, pair in sorted(chosen.items()) if case.regions[name].market in markets}


def unroll_compute(case: Case, tree: Tree, chips: Chips, units: Units) -> Compute:
    """Every workload over every node."""
    compute = Compute(workloads=tuple(sorted(case.workloads)))
    for name, row in case.workloads.items():
        if row.cluster_pflops is not None:
            compute.cluster[name] = row.cluster_pflops / units.pflops
    region_of = {site: row.region for site, row in case.sites.items()}
    present = {(chip, region_of[site], n) for chip, site, n in chips.fleets}
    for node in tree:
        n, years = node.index, tree.timeline.years(node.period)
        for name in compute.workloads:
            workload = node.case.workloads[name]
            compute.demand[name, n] = tree.value(workload.demand_pflops, n) / units.pflops
            per_pflops = years * units.pflops / USD_PER_MUSD / units.musd
            if workload.shortfall is not None:
                compute.shortfall_cost[name, n] = tree.value(workload.shortfall.usd_per_pflops_year, n) * per_pflops
            regions = eligible_regions(node.case, workload)
            for region, link in regions.items():
                compute.network_cost[region, name, n] = tree.value(link.network_usd_per_pflops_year, n) * per_pflops
            for chip, pair in eligible_chips(node.case, workload).items():
                peak = node.case.chips[chip].peak_pflops[pair.precision or workload.precision]
                rate = peak * tree.value(pair.efficiency, n) * units.chips / units.pflops
                if rate == 0.0:
                    continue
                compute.rate[chip, name, n] = rate
                per_unit = years * units.chips / USD_PER_MUSD / units.musd
                compute.running_cost[chip, name, n] = tree.value(pair.running_usd_per_unit_year, n) * per_unit
                compute.serving += [(chip, region, name, n) for region in regions if (chip, region, n) in present]
    return compute
