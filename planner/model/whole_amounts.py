"""What comes in whole numbers of a size, and the hard limits that hold such amounts together.

Limits that hold nothing but whole numbers of one size hold a whole number of them: in parts of halls, lots and units a
limit of 3.7 is met at 3.7, and in whole ones at 3. What follows bounds the program in parts before branch and cut
begins, and rounding keeps to the same limits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from planner.lp import total
from planner.model.chips import chip_draws, delivered_before_plan, market_draws, pool_draws
from planner.model.decisions import DecisionKey, Family, Model, RuleRow
from planner.model.onsite import most_plant

ROUNDING = 1e-9
"""Share of one by which a sum of sizes may miss a whole number."""


class HardLimit(NamedTuple):
    """Amounts that a hard limit holds together."""

    where: tuple[str, ...]
    node: int
    """The last of its window."""
    takes: Mapping[DecisionKey, float]
    """What one unit of each amount takes of it."""
    most: float


class InWhole(NamedTuple):
    """Amounts that are numbers of something of a size."""

    counts: Family
    amounts: Family
    sizes: Mapping[tuple[str, str], float]
    """Size of one, by the first two names of a key."""
    limits: list[HardLimit]

    def size(self, key: DecisionKey) -> float:
        """Size of one, model units."""
        return self.sizes[key[0], key[1]]


def counted(m: Model) -> Iterator[InWhole]:
    """Every kind of amount that comes in whole numbers: halls in phases, chips in lots, on-site plant in units."""
    if m.phases:
        yield InWhole(m.phases, m.start, m.instance.sites.phase, list(_construction(m)))
    if m.lots:
        yield InWhole(m.lots, m.order, m.instance.chips.lot, list(_chips(m)))
    if m.plant_units:
        yield InWhole(m.plant_units, m.onsite_start, m.instance.onsite.unit, list(_plant(m)))


def whole_within_limits(m: Model) -> Iterator[RuleRow]:
    """What is begun or ordered in whole phases, lots and units stays within limits rounded down to a whole number.

    It follows from those limits where all that one holds comes in a size, or in whole multiples of the smallest.
    """
    for kind in counted(m):
        for limit in kind.limits:
            if not limit.takes or not all(key in kind.counts for key in limit.takes):
                continue
            sizes = np.array([take * kind.size(key) for key, take in limit.takes.items()])
            if limit.most < 0.0 or sizes.min() <= 0.0:
                continue
            multiples, most = sizes / sizes.min(), limit.most / sizes.min()
            if np.abs(multiples - np.round(multiples)).max() > ROUNDING or most - np.floor(most + ROUNDING) <= ROUNDING:
                continue
            terms = zip((kind.counts[key] for key in limit.takes), np.round(multiples).tolist(), strict=True)
            yield RuleRow(limit.where, limit.node, total(terms) <= float(np.floor(most + ROUNDING)), spans=True)


def _construction(m: Model) -> Iterator[HardLimit]:
    """Limits on what begins and what becomes ready in twelve months, and on what fits on a site."""
    sites, tree = m.instance.sites, m.instance.tree
    offered = defaultdict(list)
    for start in sites.starts:
        offered[start[0], start[2]].append(start)
    for (site, option, n), stretches in sites.start_limits.items():
        for nodes, most in stretches:
            yield _limit((site, option), n, [(site, option, k) for k in nodes if (site, option, k) in m.start], most)
    for (site, n), stretches in sites.ready_limits.items():
        for nodes, most in stretches:
            begun = [(site, *each) for node in nodes for each in sites.ready.get((site, node), ())]
            yield _limit((site,), n, begun, most)
    for rate in m.instance.rules.build_rates:
        if rate.soft is None:
            begun = [start for site in rate.sites for n in rate.window for start in offered[site, n]]
            yield _limit((rate.rule,), rate.node, begun, rate.amount)
    for site in sorted({site for site, *_ in m.phases}):
        for leaf in tree.leaves:
            begun = [start for n in tree.path(leaf) for start in offered[site, n]]
            yield _limit((site,), leaf, begun, sites.max_it[site] - sites.standing[site])


def _chips(m: Model) -> Iterator[HardLimit]:
    """Limits on what is made, and on what a licence lets in."""
    for draw in (*market_draws(m), *chip_draws(m), *pool_draws(m)):
        yield HardLimit(draw.where, draw.nodes[-1], dict(draw.orders), draw.most)
    arrivals = m.instance.chips.arrivals
    for quota in m.instance.rules.licence_quotas:
        if quota.soft is None:
            at = [(chip, market, n) for chip, market in quota.holdings for n in quota.window]
            orders = [(*each[:2], arrival.order) for each in at for arrival in arrivals.get(each, ())]
            most = quota.amount - sum(delivered_before_plan(m, *each) for each in at)
            yield _limit((quota.rule,), quota.node, orders, most)


def _plant(m: Model) -> Iterator[HardLimit]:
    """Limits on what is ordered of on-site plant in twelve months and on what stands at a site."""
    onsite, market, tree = m.instance.onsite, m.instance.sites.market, m.instance.tree
    for (source, place, n), stretches in onsite.supply.items():
        sites = [site for name, site in onsite.pairs if name == source and market[site] == place]
        for nodes, most in stretches:
            ordered = [(source, site, k) for site in sites for k in nodes if (source, site, k) in m.onsite_start]
            yield _limit((source, place), n, ordered, most)
    for pair in onsite.unit:
        most = most_plant(m, *pair)
        for leaf in tree.leaves:
            standing: dict[DecisionKey, float] = {}
            for n in tree.path(leaf):
                for gone in onsite.ending.get((*pair, n), ()):
                    yield HardLimit(pair, n, dict(standing), most)
                    standing.pop((*pair, gone), None)
                if (*pair, n) in m.onsite_start:
                    standing[*pair, n] = 1.0
            yield HardLimit(pair, leaf, standing, most)


def _limit(where: tuple[str, ...], node: int, keys: list[DecisionKey], most: float) -> HardLimit:
    """A limit of which every unit takes one."""
    return HardLimit(where, node, dict.fromkeys(keys, 1.0), most)
