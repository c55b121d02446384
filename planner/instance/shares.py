"""Domestic shares unrolled: which chips count, at what weight, and which may stand from before a rule began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from planner.instance.chips import Chips
from planner.instance.counted import COUNTED, CountedChip
from planner.instance.in_force import InForce, PolicyRow, Unrolled
from planner.instance.tree import Tree
from planner.schema.policy import DomesticShare

ChipAndSite = tuple[str, str]
"""Chip and site."""


@dataclass(frozen=True)
class ShareRule(PolicyRow):
    """A least share of domestic chips at a node, of those installed since the rule began that still stand."""

    before: int | None
    """Node before it in which the rule was in force."""
    since: tuple[int, ...]
    """Nodes of the path from the rule's first one on."""
    earlier: tuple[int, ...]
    """Nodes of the path before the rule's first one."""
    least: float
    weights: Mapping[ChipAndSite, float]
    """What one unit of chips counts, by chip and site."""
    domestic: frozenset[str]
    """Chips that count as domestic."""
    standing: frozenset[ChipAndSite]
    """Where chips may stand from before the rule."""
    prices: Mapping[ChipAndSite, Mapping[int, float]]
    """In place of a weight where it moves in time: what one unit counts that was installed at a node."""


class _Since(NamedTuple):
    """A share rule in force at a node, and since when."""

    at: InForce[DomesticShare]
    before: int | None
    """Node before it in which the rule was in force."""
    since: tuple[int, ...]
    """Nodes of the path from the rule's first one on; one that is switched off and on again begins anew."""


def domestic_shares(u: Unrolled) -> Iterator[ShareRule]:
    """Every share rule at every node in which it is in force."""
    by_rule: dict[str, list[_Since]] = {}
    for found in _since(u):
        by_rule.setdefault(found.at.name, []).append(found)
    for name, there in by_rule.items():
        yield from _of_rule(u, u.case.policy.domestic_shares[name], there)


def _since(u: Unrolled) -> Iterator[_Since]:
    since: dict[tuple[str, int | None], tuple[int, ...]] = {}
    for at in u.in_force("domestic_shares", DomesticShare):
        parent = u.tree[at.node].parent
        before = parent if (at.name, parent) in since else None
        since[at.name, at.node] = (*since.get((at.name, before), ()), at.node)
        yield _Since(at, before, since[at.name, at.node])


def _of_rule(u: Unrolled, rule: DomesticShare, there: list[_Since]) -> Iterator[ShareRule]:
    within = u.sites_of([rule.market], regions=rule.regions, named=rule.sites)
    origins = rule.origins or [rule.market]
    pairs = sorted({(chip, site) for chip, site, _ in u.chips.fleets if site in within})
    counted = COUNTED[rule.measure]

    def weight(chip: str, n: int) -> float:
        return counted.weight(u, CountedChip(chip, rule.market, n, rule.precision))

    moving = {chip for chip in u.chips.names if len({weight(chip, each.at.node) for each in there}) > 1}
    for at, before, since in there:
        here = [pair for pair in pairs if (*pair, at.node) in u.chips.fleet_set]
        yield ShareRule(
            u.head(at, counted.measure),
            before=before,
            since=since,
            earlier=u.tree.path(since[0])[:-1],
            least=u.value(at.row.share, at),
            weights={pair: weight(pair[0], at.node) for pair in here},
            domestic=frozenset(chip for chip in u.chips.names if u.chips.origin[chip] in origins),
            standing=frozenset(pair for pair in here if stands_from_before(u.chips, u.tree, pair, since[0])),
            prices={pair: {k: weight(pair[0], k) for k in since} for pair in here if pair[0] in moving},
        )


def stands_from_before(chips: Chips, tree: Tree, pair: ChipAndSite, first: int) -> bool:
    """Whether chips can stand at a site from before a rule that begins at a node."""
    parent = tree[first].parent
    return pair in chips.fleet_before if parent is None else (*pair, parent) in chips.fleet_set
