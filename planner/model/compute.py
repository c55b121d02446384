"""Compute: fleet given to workloads, and demand met or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, Row


def usable_fleet(m: Model) -> Iterator[Row]:
    """Chips given to workloads in a region work there and may be used there, chips."""
    chips, power = m.instance.chips, m.instance.power
    region_of = m.instance.sites.region
    powered: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (chip, site, n), variable in m.powered.items():
        region = region_of[site]
        powered[chip, region, n].append((variable, -chips.usable[chip, power.region_market[region], n]))
    given: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (chip, region, _, n), variable in m.serve.items():
        given[chip, region, n].append((variable, 1.0))
    for (chip, region, n), terms in given.items():
        yield Row((chip, region), n, total(terms, powered[chip, region, n]) <= 0)


def demand(m: Model) -> Iterator[Row]:
    """Every workload's demand is met by chips of the plan or counted as shortfall, effective PFLOP/s.

    The price is what one more PFLOP/s of demand in that period would cost, USD per PFLOP/s.
    """
    compute = m.instance.compute
    served: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (chip, _, workload, n), variable in m.serve.items():
        served[workload, n].append((variable, compute.rate[chip, workload, n]))
    for (workload, n), amount in compute.demand.items():
        unmet = [(m.shortfall[workload, n], 1.0)] if (workload, n) in m.shortfall else []
        yield Row((workload,), n, total(served[workload, n], unmet) >= amount, limit=amount)
