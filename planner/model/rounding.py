"""A continuous plan made whole: a first plan for the integer program to better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from planner.lp import Values
from planner.model.decisions import DecisionKey, Model
from planner.model.whole_amounts import InWhole, counted

IN_USE = 1e-6
"""Share of a site, a phase or a cluster from which it counts as there."""

NOT_USED = 1e-9
"""Share of a site's size that is the solver's rounding."""

TRIED = (0.5, 0.65, 0.8, 0.95, 0.35)
"""Shares of a phase of which so much may be missing for it to be begun; which is best depends on the case."""


def rounded(m: Model, values: Values, up: float = IN_USE) -> Values:
    """The values with every whole decision rounded to what is likely to hold, surest where `up` is left out.

    Phases, lots and units of plant are rounded on what has been begun or ordered so far, not one by one, so that many
    small starts become a few whole ones, and up to the next where all but `up` of it is begun; where `up` is left out
    any part of a lot or unit is rounded up, since what is ordered can wait. A site is acquired when the plan first uses
    any of it, or where no phases are whole on it, all but `up` of it; a chip at a site that gives a workload less than
    a cluster gives it none.
    """
    position = m.program.position
    whole = values.copy()
    started: dict[tuple[str, int], float] = defaultdict(float)
    for kind in counted(m):
        any_part = up <= IN_USE and kind.counts is not m.phases
        _round_counted(m, values, whole, 1 - IN_USE if any_part else up, kind)
    for (site, _, n), phases in m.phases.items():
        started[site, n] += whole[position(phases)]
    for (site, n), count in m.phases_begun.items():
        parent = m.instance.tree[n].parent
        before = 0.0 if parent is None else whole[position(m.phases_begun[site, parent])]
        whole[position(count)] = before + started[site, n]
    phased = {site for site, *_ in m.phases}
    for (site, n), opening in m.open.items():
        if not m.instance.sites.whole[site] or site in m.instance.sites.free:
            continue
        parent = m.instance.tree[n].parent
        before = 0.0 if parent is None else values[position(m.opened[site, parent])]
        now = values[position(m.opened[site, n])]
        share = IN_USE if site in phased or up <= IN_USE else 1 - up
        whole[position(opening)] = float(before <= share < now)
    for at, cluster in m.cluster.items():
        chip, _, workload, n = at
        compute = m.instance.compute
        served = values[position(m.place[at])] * compute.rate[chip, workload, n]
        whole[position(cluster)] = float(served >= (1 - IN_USE) * compute.cluster[workload])
    return whole


def _round_counted(m: Model, values: Values, whole: Values, up: float, of: InWhole) -> None:
    """Whole numbers of what has been begun or ordered so far once all but `up` of one is, within hard limits."""
    position = m.program.position
    left = [limit.most for limit in of.limits]
    held: dict[DecisionKey, list[tuple[int, float]]] = defaultdict(list)
    for number, limit in enumerate(of.limits):
        for key, take in limit.takes.items():
            if key in of.counts:
                held[key].append((number, take))
            else:
                left[number] -= take * values[position(of.amounts[key])]
    so_far: dict[DecisionKey, tuple[float, float]] = {}
    for key, variable in sorted(of.counts.items(), key=lambda item: item[0][-1]):
        *names, n = key
        size, parent = of.size(key), m.instance.tree[n].parent
        wanted, given = (0.0, 0.0) if parent is None else _last(m, so_far, (*names, parent))
        wanted += values[position(of.amounts[key])] / size
        room = min((left[number] / take for number, take in held[key] if take > 0.0), default=np.inf) / size
        count = max(0.0, float(min(np.floor(wanted - given + up), np.floor(max(0.0, room) + IN_USE))))
        whole[position(variable)] = count
        for number, take in held[key]:
            left[number] -= count * size * take
        so_far[key] = wanted, given + count


def _last(m: Model, so_far: Mapping[DecisionKey, tuple[float, float]], key: DecisionKey) -> tuple[float, float]:
    """What had been wanted and given by a node, of the last one up to it at which any was offered."""
    *names, n = key
    at: int | None = n
    while at is not None:
        if (found := so_far.get((*names, at))) is not None:
            return found
        at = m.instance.tree[at].parent
    return 0.0, 0.0


def opened_whole(m: Model, values: Values) -> Values:
    """The values with every site whose opening is free acquired whole once anything is begun or applied for on it.

    It costs nothing and only makes room, so that a plan stays a plan, and as good.
    """
    sites, tree, position = m.instance.sites, m.instance.tree, m.program.position
    at = [key for key in m.open if sites.whole[key[0]] and key[0] in sites.free]
    if not at:
        return values
    whole = values.copy()
    for site, n in at:
        parent = tree[n].parent
        before = 0.0 if parent is None else whole[position(m.opened[site, parent])]
        used = [m.begun[site, n], m.applied[site, n]]
        used += [m.onsite_begun[source, site, n] for source in m.sources_at.get(site, ())]
        least = NOT_USED * sites.max_it[site]
        now = float(before > 0.0 or any(values[position(variable)] > least for variable in used))
        whole[position(m.opened[site, n])] = now
        whole[position(m.open[site, n])] = now - before
    return whole
