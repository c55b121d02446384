"""Location: where sites are acquired whole, what serves from a region is held to what is acquired there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def served_where_open(m: Model) -> Iterator[RuleRow]:
    """A region serves a workload no more than the whole demand for each site acquired there, effective PFLOP/s.

    Only where every site of the region is acquired whole or not at all, and none of it was there before, and at nodes
    up to which all is decided whole. No plan is lost: what serves beyond the demand earns nothing, and where no site is
    acquired nothing serves. In parts of sites, which branch and cut begins with, a tenth of a site could else serve
    a whole customer that is a tenth of it. Left out where the size of the sites already says so, for chips that draw no
    power and so need no halls, and for workloads in whole clusters, where the last cluster may serve beyond the demand.
    """
    compute, power = m.instance.compute, m.instance.power
    served: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    most: dict[tuple[str, str, int], float] = defaultdict(float)
    unfed: set[tuple[str, str, int]] = set()
    for (chip, region, workload, n), variable in m.serve.items():
        if workload in compute.cluster or n not in m.instance.tree.whole_nodes:
            continue
        if not all(_acquired_whole(m, site) for site in power.sites_in_region[region]):
            continue
        at, rate, load = (region, workload, n), compute.rate[chip, workload, n], m.instance.chips.load[chip]
        served[at].append((variable, rate))
        if load > 0:
            most[at] = max(most[at], rate / load)
        else:
            unfed.add(at)
    for at, terms in served.items():
        (region, workload, n), sites = at, power.sites_in_region[at[0]]
        wanted = compute.demand[workload, n]
        if at not in unfed and any(most[at] * m.instance.sites.max_it[site] > wanted for site in sites):
            opened = ((m.opened[site, n], -wanted) for site in sites)
            yield RuleRow((region, workload), n, total(terms, opened) <= 0)


def _acquired_whole(m: Model, site: str) -> bool:
    """Whether a site is no one's until the plan acquires the whole of it."""
    sites = m.instance.sites
    return sites.whole[site] and site not in sites.open_before
