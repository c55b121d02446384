"""A continuous plan made whole: a first plan for the integer program to better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from planner.instance.sites import Start
from planner.lp import Values
from planner.model.chips import chip_draws, market_draws, pool_draws
from planner.model.decisions import DecisionKey, Family, Model
from planner.model.onsite import most_plant

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
    _round_phases(m, values, whole, up)
    counted = 1 - IN_USE if up <= IN_USE else up
    _round_counted(m, values, whole, counted, _Counted(m.lots, m.order, m.instance.chips.lot, _supplies(m)))
    _round_counted(
        m, values, whole, counted, _Counted(m.plant_units, m.onsite_start, m.instance.onsite.unit, _plant(m))
    )
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


def _limits(m: Model) -> Iterator[tuple[frozenset[Start], float]]:
    """Starts that hard limits on what begins and what becomes ready in twelve months hold together, with the most."""
    sites, starts = m.instance.sites, m.instance.sites.starts
    offered = defaultdict(list)
    for start in starts:
        offered[start[0], start[2]].append(start)
    for (site, option, _), stretches in sites.start_limits.items():
        for nodes, most in stretches:
            yield frozenset((site, option, k) for k in nodes), most
    for (site, _), stretches in sites.ready_limits.items():
        for nodes, most in stretches:
            yield frozenset((site, *each) for node in nodes for each in sites.ready.get((site, node), ())), most
    for rate in m.instance.rules.build_rates:
        if rate.soft is None:
            begun = [start for site in rate.sites for n in rate.window for start in offered[site, n]]
            yield frozenset(begun), rate.amount


def _round_phases(m: Model, values: Values, whole: Values, up: float) -> None:
    """Whole phases once all but `up` of one is begun, within what may start, become ready and stand at each site."""
    sites, position = m.instance.sites, m.program.position
    options: dict[str, list[str]] = defaultdict(list)
    for site, option in dict.fromkeys((site, option) for site, option, _ in m.phases):
        options[site].append(option)
    limits = list(_limits(m))
    left = [most for _, most in limits]
    held: dict[Start, list[int]] = defaultdict(list)
    for number, (starts, _) in enumerate(limits):
        for start in starts:
            held[start].append(number)
    for site, offered in options.items():
        begun: dict[int, dict[str, tuple[float, float]]] = {}
        for node in m.instance.tree:
            state = {} if node.parent is None else dict(begun[node.parent])
            for option in offered:
                at = (site, option, node.index)
                if at not in m.phases:
                    continue
                phase, (wanted, given) = sites.phase[site, option], state.get(option, (0.0, 0.0))
                wanted += values[position(m.start[at])] / phase
                room = sites.max_it[site] - sites.standing[site]
                room -= sum(count * sites.phase[site, other] for other, (_, count) in state.items())
                most = max(0.0, min([room, *(left[limit] for limit in held[at])])) / phase
                count = max(0.0, float(min(np.floor(wanted - given + up), np.floor(most + IN_USE))))
                whole[position(m.phases[at])] = count
                for limit in held[at]:
                    left[limit] -= count * phase
                state[option] = wanted, given + count
            begun[node.index] = state


class _Held(NamedTuple):
    """Decisions that a hard limit holds together, with what one unit of each takes, and the most."""

    takes: Mapping[DecisionKey, float]
    most: float


class _Counted(NamedTuple):
    """What comes in whole numbers of a size."""

    counts: Family
    amounts: Family
    sizes: Mapping[tuple[str, str], float]
    """Size of one, by the names of a key."""
    limits: list[_Held]


def _supplies(m: Model) -> list[_Held]:
    """Limits on what is made."""
    draws = (*market_draws(m), *chip_draws(m), *pool_draws(m))
    return [_Held(dict(draw.orders), draw.most) for draw in draws]


def _plant(m: Model) -> list[_Held]:
    """Limits on what is ordered of on-site plant in twelve months and on what stands at a site."""
    onsite, market, tree = m.instance.onsite, m.instance.sites.market, m.instance.tree
    limits = []
    for (source, place, _), stretches in onsite.supply.items():
        sites = [site for name, site in onsite.pairs if name == source and market[site] == place]
        for nodes, most in stretches:
            limits.append(_Held({(source, site, k): 1.0 for site in sites for k in nodes}, most))
    for pair in onsite.unit:
        most = most_plant(m, *pair)
        for leaf in tree.leaves:
            ordered: dict[DecisionKey, float] = {}
            for n in tree.path(leaf):
                ordered[(*pair, n)] = 1.0
                for gone in onsite.ending.get((*pair, n), ()):
                    limits.append(_Held(dict(ordered), most))
                    ordered.pop((*pair, gone), None)
            limits.append(_Held(ordered, most))
    return limits


def _round_counted(m: Model, values: Values, whole: Values, up: float, of: _Counted) -> None:
    """Whole numbers of what has been ordered so far once all but `up` of one is, within limits; nothing else moves."""
    position = m.program.position
    left = [limit.most for limit in of.limits]
    held: dict[DecisionKey, list[tuple[int, float]]] = defaultdict(list)
    for number, limit in enumerate(of.limits):
        for key, take in limit.takes.items():
            if key in of.counts:
                held[key].append((number, take))
            elif key in of.amounts:
                left[number] -= take * values[position(of.amounts[key])]
    so_far: dict[DecisionKey, tuple[float, float]] = {}
    for key, variable in sorted(of.counts.items(), key=lambda item: item[0][-1]):
        *names, n = key
        size = of.sizes[names[0], names[1]]
        parent = m.instance.tree[n].parent
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
