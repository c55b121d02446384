"""Compute: chips that are switched on serve workloads, and what is missing is paid for."""

from __future__ import annotations

from typing import NamedTuple

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import NamePair, ScenarioModel
from planner.schema.workloads import Workload


def compute(s: ScenarioModel) -> None:
    """Demand of every workload met, by chips that are usable there or by what is paid for the shortfall."""
    for t in s.periods:
        given: dict[NamePair, list[Sum]] = {}
        for name, workload in s.case.workloads.items():
            served = _served(s, name, workload, t, given)
            if workload.shortfall is not None:
                short = s.decide(t, "shortfall", name, size=s.lot)
                served.append(short)
                price = s.at(workload.shortfall.usd_per_pflops_year, t) * s.years[t] / 1e6
                s.book("shortfall", "", t, short * price)
            s.program.least(total(served), s.at(workload.demand_pflops, t))
        for (chip_name, region_name), units in given.items():
            usable = usable_share(s, chip_name, s.case.regions[region_name].market, t)
            on = total(s.powered[chip_name, site][t] for site, row in s.case.sites.items() if row.region == region_name)
            s.program.most(total(units), on * usable)
    for (chip_name, site, t), there in s.clusters.items():
        usable = usable_share(s, chip_name, s.market_of[site], t)
        s.program.most(total(there), s.powered[chip_name, site][t] * usable)


def _served(s: ScenarioModel, name: str, workload: Workload, t: int, given: dict[NamePair, list[Sum]]) -> list[Sum]:
    """PFLOP/s that chips serve; the chips are added to what is given, by chip and region."""
    served = []
    for region_name, region in s.case.regions.items():
        if workload.markets is not None and region.market not in workload.markets:
            continue
        if workload.regions is not None and region_name not in workload.regions:
            continue
        network = 0.0
        if workload.regions is not None:
            network = s.at(workload.regions[region_name].network_usd_per_pflops_year, t)
        for chip_name, chip in s.case.chips.items():
            rate, running = on_workload(s, chip_name, workload, t)
            if rate is None or (chip.memory_gb or 0.0) < workload.min_memory_gb:
                continue
            units = s.decide(t, "serve", chip_name, region_name, name, size=s.lot)
            given.setdefault((chip_name, region_name), []).append(units)
            served.append(units * rate)
            if workload.cluster_pflops is not None:
                _clusters(s, _Serving(chip_name, region_name, name, t), units, rate)
            cost = (network * rate + running) * s.years[t] / 1e6
            s.book("network, running", region.market, t, units * cost)
    return served


class _Serving(NamedTuple):
    """Chips of a region that serve a workload in a period."""

    chip: str
    region: str
    workload: str
    t: int


def _clusters(s: ScenarioModel, at: _Serving, units: Sum, rate: float) -> None:
    """What serves a workload of whole clusters stands at the region's sites: a cluster or more of it, or nothing."""
    chip, region, name, t = at
    workload = s.case.workloads[name]
    least = workload.cluster_pflops or 0.0
    of_use = max(s.at(workload.demand_pflops, t), least)
    placed = []
    for site, row in s.case.sites.items():
        if row.region == region:
            there = s.decide(t, "cluster", chip, site, name, size=s.lot)
            stands = s.decide(t, "stands", chip, site, name, whole=True)
            s.program.least(there * rate, stands * least)
            s.program.most(there * rate, stands * of_use)
            s.clusters.setdefault((chip, site, t), []).append(there)
            placed.append(there)
    s.program.same(units, total(placed))


def usable_share(s: ScenarioModel, chip: str, market: str, t: int) -> float:
    """Share of a chip's fleet in a market that can and may work."""
    channel = s.case.chips[chip].markets.get(market)
    return s.at(s.case.chips[chip].availability, t) * (s.at(channel.usable_share, t) if channel else 1.0)


def on_workload(s: ScenarioModel, chip: str, workload: Workload, t: int) -> tuple[float | None, float]:
    """PFLOP/s of one chip on a workload and its running cost, USD a year; no rate where it may not serve."""
    peak = s.case.chips[chip].peak_pflops
    if workload.chips is None:
        return peak.get(workload.precision), 0.0
    pair = workload.chips.get(chip)
    if pair is None:
        return None, 0.0
    efficiency = s.at(pair.efficiency, t)
    return peak[pair.precision or workload.precision] * efficiency, s.at(pair.running_usd_per_unit_year, t)
