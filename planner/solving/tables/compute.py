"""Tables of compute: fleet given to workloads, whole clusters, demand and what meets it."""

from __future__ import annotations

from collections import defaultdict

from planner.solving.tables.all_tables import AnswerReader, TableRows


def serve(read: AnswerReader) -> TableRows:
    """Fleet given to workloads: chips, effective PFLOP/s, MW of IT."""
    rate, units = read.instance.compute.rate, read.instance.units
    load, usable, market = read.instance.chips.load, read.instance.chips.usable, read.instance.power.region_market
    per_chip = units.pflops / units.chips
    return [
        (
            read.name(n),
            chip,
            region,
            workload,
            count,
            count * rate[chip, workload, n] * per_chip,
            count * load[chip] * units.mw / units.chips / usable[chip, market[region], n],
        )
        for (chip, region, workload, n), count in read(read.model.serve).items()
        if count and usable[chip, market[region], n] > 0.0
    ]


def clusters(read: AnswerReader) -> TableRows:
    """Whole clusters: chips, effective PFLOP/s."""
    rate, units = read.instance.compute.rate, read.instance.units
    per_chip = units.pflops / units.chips
    return [
        (read.name(n), chip, site, workload, count, count * rate[chip, workload, n] * per_chip)
        for (chip, site, workload, n), count in read(read.model.place).items()
        if count
    ]


def service(read: AnswerReader) -> TableRows:
    """Demand and what meets it, effective PFLOP/s."""
    served: dict[tuple[str, str], float] = defaultdict(float)
    for node, _, _, workload, _, pflops, _ in serve(read):
        served[node, workload] += pflops
    unmet, units = read(read.model.shortfall), read.instance.units
    return [
        (read.name(n), workload, amount * units.pflops, served[read.name(n), workload], unmet.get((workload, n), 0.0))
        for (workload, n), amount in read.instance.compute.demand.items()
    ]
