"""Compute: fleet given to workloads, and demand met or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def usable_fleet(m: Model) -> Iterator[RuleRow]:
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
        yield RuleRow((chip, region), n, total(terms, powered[chip, region, n]) <= 0)


def demand(m: Model) -> Iterator[RuleRow]:
    """Every workload's demand is met by chips of the plan or counted as shortfall, effective PFLOP/s.

    The price is what one more PFLOP/s of demand in that period would cost, USD per PFLOP/s.
    """
    compute = m.instance.compute
    served: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (chip, _, workload, n), variable in m.serve.items():
        served[workload, n].append((variable, compute.rate[chip, workload, n]))
    for (workload, n), amount in compute.demand.items():
        unmet = [(m.shortfall[workload, n], 1.0)] if (workload, n) in m.shortfall else []
        yield RuleRow((workload,), n, total(served[workload, n], unmet) >= amount, limit=amount)


def cluster_split(m: Model) -> Iterator[RuleRow]:
    """Where a workload asks for whole clusters, what serves it in a region stands at its sites, chips."""
    region_of = m.instance.sites.region
    placed: dict[tuple[str, str, str, int], list[Term]] = defaultdict(list)
    for (chip, site, workload, n), variable in m.place.items():
        placed[chip, region_of[site], workload, n].append((variable, -1.0))
    for at, terms in placed.items():
        yield RuleRow(at[:3], at[3], total(terms, [(m.serve[at], 1.0)]) == 0)


def cluster_fleet(m: Model) -> Iterator[RuleRow]:
    """Chips of whole clusters at a site work there and may be used there, chips."""
    chips, market = m.instance.chips, m.instance.sites.market
    placed: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (chip, site, _, n), variable in m.place.items():
        placed[chip, site, n].append((variable, 1.0))
    for at, terms in placed.items():
        usable = chips.usable[at[0], market[at[1]], at[2]]
        yield RuleRow(at[:2], at[2], total(terms, [(m.powered[at], -usable)]) <= 0)


def cluster_least(m: Model) -> Iterator[RuleRow]:
    """A chip at a site gives a workload a whole cluster or nothing, effective PFLOP/s."""
    compute = m.instance.compute
    for at, variable in m.place.items():
        chip, _, workload, n = at
        rate, least = compute.rate[chip, workload, n], compute.cluster[workload]
        yield RuleRow(at[:3], n, total([(variable, rate), (m.cluster[at], -least)]) >= 0)


def cluster_most(m: Model) -> Iterator[RuleRow]:
    """Without a cluster a chip at a site gives a workload nothing; with one no more than the demand is of use."""
    compute = m.instance.compute
    for at, variable in m.place.items():
        chip, _, workload, n = at
        rate = compute.rate[chip, workload, n]
        useful = max(compute.demand[workload, n], compute.cluster[workload])
        yield RuleRow(at[:3], n, total([(variable, rate), (m.cluster[at], -useful)]) <= 0)
