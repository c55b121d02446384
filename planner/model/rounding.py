"""A continuous plan made whole: a first plan for the integer program to better."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from planner.lp import Values
from planner.model.decisions import Model

IN_USE = 1e-6
"""Share of a site from which it counts as acquired."""


def rounded(m: Model, values: Values) -> Values:
    """The values with every whole decision rounded to what is likely to hold.

    Phases are rounded on what has been begun so far, not one by one, so that many small starts become a few whole
    ones; a site is acquired when the plan first uses any of it; a chip at a site that gives a workload less than a
    cluster gives it none.
    """
    position = m.program.position
    whole = values.copy()
    _round_phases(m, values, whole)
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


def _round_phases(m: Model, values: Values, whole: Values) -> None:
    position, tree, phase = m.program.position, m.instance.tree, m.instance.sites.phase
    options: dict[tuple[str, str], list[int]] = defaultdict(list)
    for site, option, n in m.phases:
        options[site, option].append(n)
    for (site, option), nodes in options.items():
        begun: dict[int, tuple[float, float]] = {}
        for node in tree:
            wanted, given = (0.0, 0.0) if node.parent is None else begun[node.parent]
            if node.index in nodes:
                at = (site, option, node.index)
                wanted += values[position(m.start[at])] / phase[site, option]
                count = max(0.0, np.floor(wanted + IN_USE) - given)
                whole[position(m.phases[at])] = count
                given += count
            begun[node.index] = (wanted, given)
