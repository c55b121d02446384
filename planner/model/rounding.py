"""A continuous plan made whole: a first plan for the integer program to better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from planner.lp import Values
from planner.model.decisions import Model

IN_USE = 1e-6
"""Share of a site, a phase or a cluster from which it counts as there."""


TRIED = (0.5, 0.65, 0.8, 0.95, 0.35)
"""Shares of a phase of which so much may be missing for it to be begun; which is best depends on the case."""


def rounded(m: Model, values: Values, up: float = IN_USE) -> Values:
    """The values with every whole decision rounded to what is likely to hold, surest where `up` is left out.

    Phases are rounded on what has been begun so far, not one by one, so that many small starts become a few whole
    ones, and up to the next where all but `up` of it is begun; a site is acquired when the plan first uses any of it;
    a chip at a site that gives a workload less than a cluster gives it none.
    """
    position = m.program.position
    whole = values.copy()
    options: dict[str, list[str]] = defaultdict(list)
    for site, option in dict.fromkeys((site, option) for site, option, _ in m.phases):
        options[site].append(option)
    for site, offered in options.items():
        _round_site(m, values, whole, site, offered, up)
    for (site, n), opening in m.open.items():
        if not m.instance.sites.whole[site]:
            continue
        parent = m.instance.tree[n].parent
        before = 0.0 if parent is None else values[position(m.opened[site, parent])]
        now = values[position(m.opened[site, n])]
        whole[position(opening)] = float(before <= IN_USE < now)
    for at, cluster in m.cluster.items():
        chip, _, workload, n = at
        compute = m.instance.compute
        served = values[position(m.place[at])] * compute.rate[chip, workload, n]
        whole[position(cluster)] = float(served >= (1 - IN_USE) * compute.cluster[workload])
    return whole


def _round_site(m: Model, values: Values, whole: Values, site: str, options: Iterable[str], up: float) -> None:
    """Whole phases of a site once all but `up` of one is begun, within what fits, may start and may become ready."""
    tree, sites, position = m.instance.tree, m.instance.sites, m.program.position
    ready_at: dict[tuple[str, int], list[int]] = defaultdict(list)
    for (place, n), starts in sites.ready.items():
        for start in starts if place == site else ():
            ready_at[start].append(n)
    crews = {
        n: max(0.0, limit - sites.committed.get((site, n), 0.0))
        for (place, n), limit in sites.ready_limit.items()
        if place == site
    }
    begun: dict[int, dict[str, tuple[float, float]]] = {}
    for node in tree:
        state = {} if node.parent is None else dict(begun[node.parent])
        for option in options:
            at = (site, option, node.index)
            if at not in m.phases:
                continue
            phase, (wanted, given) = sites.phase[site, option], state.get(option, (0.0, 0.0))
            wanted += values[position(m.start[at])] / phase
            room = sites.max_it[site] - sites.standing[site]
            room -= sum(count * sites.phase[site, other] for other, (_, count) in state.items())
            readied = [n for n in ready_at[option, node.index] if n in crews]
            most = min([room, sites.start_limit.get(at, room), *(crews[n] for n in readied)]) / phase
            count = max(0.0, float(min(np.floor(wanted - given + up), np.floor(most + IN_USE))))
            whole[position(m.phases[at])] = count
            for n in readied:
                crews[n] -= count * phase
            state[option] = wanted, given + count
        begun[node.index] = state
