"""Domestic shares unrolled: which chips count, at what weight, and which may stand from before a rule began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.instance.chips import Chips
from planner.instance.tree import Tree
from planner.schema.policy import DomesticShare

ChipAndSite = tuple[str, str]
"""Chip and site."""


@dataclass(frozen=True)
class ShareRule:
    """A least share of domestic chips at a node, of those installed since the rule began that still stand."""

    rule: str
    node: int
    before: int | None
    """Node before it in which the rule was in force."""
    since: tuple[int, ...]
    """Nodes of the path from the rule's first one on."""
    earlier: tuple[int, ...]
    """Nodes of the path before the rule's first one."""
    least: float
    soft: float | None
    weights: Mapping[ChipAndSite, float]
    """What one unit of chips counts, by chip and site."""
    domestic: frozenset[str]
    """Chips that count as domestic."""
    standing: frozenset[ChipAndSite]
    """Where chips may stand from before the rule."""
    prices: Mapping[ChipAndSite, Mapping[int, float]]
    """In place of a weight where it moves in time: what one unit counts that was installed at a node."""
    unit: tuple[float, str]
    """What one model unit of the measure is in the planner's units, and its name."""


def paths_in_force(tree: Tree, rule: str) -> Iterator[tuple[int, DomesticShare, int | None, tuple[int, ...]]]:
    """Nodes in which a rule is in force, each with its row, the node before it and the nodes since the rule began.

    A rule that is switched off and on again begins anew.
    """
    since: dict[int, tuple[int, ...]] = {}
    for node in tree:
        row = node.case.policy.domestic_shares[rule]
        if tree.in_force(row, node.index):
            before = node.parent if node.parent in since else None
            since[node.index] = (*(since[before] if before is not None else ()), node.index)
            yield node.index, row, before, since[node.index]


def stands_from_before(chips: Chips, tree: Tree, pair: ChipAndSite, first: int) -> bool:
    """Whether chips can stand at a site from before a rule that begins at a node."""
    parent = tree[first].parent
    return pair in chips.fleet_before if parent is None else (*pair, parent) in chips.fleet_set
