"""The units of one model, chosen from the size of its case."""

from __future__ import annotations

from statistics import median

from planner.instance.tree import Tree
from planner.schema import Case
from planner.time_profile import numbers
from planner.units import KW_PER_MW, USD_PER_MUSD, Units, power_of_ten


def units_of(case: Case, tree: Tree) -> Units:
    """Units in which a case's chips, power, compute and money come out between 1 and about 1000.

    The fleet that the largest demand needs, at the median rate of the chips, sets the size of everything
    else; limits do not, since a planner may type a very large number for none.
    """
    demand = max(
        (tree.value(workload.demand_pflops, node.index) for workload in case.workloads.values() for node in tree),
        default=0.0,
    )
    chips = list(case.chips.values())
    rates = [max(chip.peak_pflops.values()) for chip in chips]
    rate = median([rate for rate in rates if rate > 0] or [1.0])
    fleet = demand / rate or max(
        (fleet.units for site in case.sites.values() for fleet in site.existing_fleet.values()), default=1.0
    )
    load = fleet * max((chip.it_kw for chip in chips), default=0.0) / KW_PER_MW
    load = load or max((site.max_it_mw for site in case.sites.values()), default=1.0)
    return Units(
        musd=power_of_ten(_money(case, fleet=fleet, load_mw=load, demand=demand), target=1000.0),
        chips=power_of_ten([fleet]),
        mw=power_of_ten([load]),
        pflops=power_of_ten([demand]),
    )


def _money(case: Case, *, fleet: float, load_mw: float, demand: float) -> list[float]:
    """Sizes of the main costs, million USD."""
    sizes = [0.0]
    for chip in case.chips.values():
        for channel in chip.markets.values():
            sizes.append(fleet * max(numbers(channel.price_usd)) / USD_PER_MUSD)
    for site in case.sites.values():
        sizes.append(max(numbers(site.opening_musd)))
        sizes += [
            min(load_mw, site.max_it_mw) * max(numbers(option.capex_musd_per_mw))
            for option in site.build_options.values()
        ]
    for workload in case.workloads.values():
        sizes += [
            demand * max(numbers(pair.network_usd_per_pflops_year)) / USD_PER_MUSD
            for pair in (workload.regions or {}).values()
        ]
        sizes += [
            fleet * max(numbers(pair.running_usd_per_unit_year)) / USD_PER_MUSD
            for pair in (workload.chips or {}).values()
        ]
    if max(sizes) == 0.0:
        sizes += [
            demand * max(numbers(workload.shortfall.usd_per_pflops_year)) / USD_PER_MUSD
            for workload in case.workloads.values()
            if workload.shortfall
        ]
    return sizes
