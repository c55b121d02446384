"""The scenario tree: decisions live on its nodes, so scenarios that have not separated share them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from planner.discounting import discount_factor
from planner.schema import Case
from planner.schema.base import Dated
from planner.schema.scenarios import BASE, branches
from planner.time_profile import Profile, value_at
from planner.timeline import Timeline

T = TypeVar("T")
ROUNDING = 1e-9
"""Share of a lot that what is made may miss it by and still fill it."""


@dataclass(frozen=True)
class Node:
    """A period in one or more scenarios that have not separated."""

    index: int
    """Position in the tree; parents come before their children."""
    name: str
    """Name of the node; on a single path the period's label."""
    period: int
    """Position of its period."""
    parent: int | None
    """Index of the node before it; none at the root."""
    probability: float
    """Probability of reaching it."""
    case: Case
    """The case as it is known to hold in this branch."""
    branch: str = ""
    """Outcomes known by then; empty before the first reveal."""


class KeptValue(NamedTuple, Generic[T]):
    """What was paid for once and keeps a value at the end."""

    bought: T
    """What was begun or ordered, where and at which node."""
    leaf: int
    """Node at the end."""
    life_left: float
    """Share of its life that is left."""
    worth: float
    """Worth of one unit."""


class Stretch(NamedTuple):
    """Nodes of a path that follow each other, and the most that may be done in them together."""

    nodes: tuple[int, ...]
    most: float


@dataclass(frozen=True)
class Tree:
    """Nodes in order, parents first."""

    timeline: Timeline
    nodes: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, index: int) -> Node:
        return self.nodes[index]

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the nodes that follow each node."""
        following: list[list[int]] = [[] for _ in self.nodes]
        for node in self.nodes:
            if node.parent is not None:
                following[node.parent].append(node.index)
        return tuple(map(tuple, following))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Nodes of the last period, one a scenario."""
        return tuple(node.index for node in self.nodes if not self.children[node.index])

    @cached_property
    def scenario_names(self) -> tuple[str, ...]:
        """Name of the scenario that ends at each leaf, in the order of the leaves."""
        return (BASE,) if len(self.leaves) == 1 else tuple(self.nodes[leaf].branch for leaf in self.leaves)

    @cached_property
    def before_reveal(self) -> tuple[int, ...]:
        """Nodes before scenarios part, which every scenario passes; all of them where there is only one."""
        return tuple(sorted(set.intersection(*(set(self.path(leaf)) for leaf in self.leaves))))

    @cached_property
    def whole_nodes(self) -> frozenset[int]:
        """Nodes at which what comes whole is decided whole: all, or those before scenarios part."""
        every = self.nodes[0].case.settings.whole_after_reveal
        return frozenset(range(len(self.nodes)) if every else self.before_reveal)

    @cached_property
    def discount(self) -> tuple[float, ...]:
        """Present worth of one dollar spent at each node, not weighted by probability."""
        rate = self.nodes[0].case.settings.discount_rate
        return tuple(discount_factor(rate, self.timeline.middle(node.period)) for node in self.nodes)

    @cached_property
    def end_discount(self) -> float:
        """Present worth of one dollar at the horizon's end."""
        rate = self.nodes[0].case.settings.discount_rate
        return discount_factor(rate, self.timeline.years_between(0, self.timeline.periods))

    def path(self, index: int) -> tuple[int, ...]:
        """Nodes from the root to a node, both included."""
        path = []
        at: int | None = index
        while at is not None:
            path.append(at)
            at = self.nodes[at].parent
        return tuple(reversed(path))

    def stretches(self, index: int, limits: Mapping[int, float]) -> Iterator[Stretch]:
        """Runs of up to twelve months that end at a node, each with the largest of the yearly limits in force in it.

        `limits` holds a limit for each node where there is one. A run that may do as much as a longer one is left out.
        """
        nodes: list[int] = []
        most = limits[index]
        path = self.path(index)
        for at in (path[period] for period in reversed(self.timeline.twelve_months(self.nodes[index].period))):
            if at in limits:
                if limits[at] > most:
                    yield Stretch(tuple(reversed(nodes)), most)
                    most = limits[at]
                nodes.append(at)
        yield Stretch(tuple(reversed(nodes)), most)

    def filling(self, index: int, rates: Mapping[int, float], lot: float) -> Stretch:
        """The fewest nodes in a row that end at a node and in which so much is made as fills a lot, with all of that.

        `rates` holds what is made at each node where that is limited. Where less was made since the plan began, all
        of it; a node at which nothing is made stands by itself.
        """
        path = self.path(index)
        nodes, made = [index], rates[index]
        for at in reversed(path[:-1]):
            if made <= 0.0 or made >= lot * (1.0 - ROUNDING) or at not in rates:
                break
            nodes.append(at)
            made += rates[at]
        return Stretch(tuple(reversed(nodes)), made)

    def below(self, index: int, period: int) -> Iterator[int]:
        """A node and its descendants up to a period, that period's included."""
        row: tuple[int, ...] = (index,)
        for _ in range(self.nodes[index].period, period + 1):
            yield from row
            row = tuple(child for node in row for child in self.children[node])

    def first_below(
        self,
        index: int,
        reached: Callable[[int], bool],
        *,
        stopped: Callable[[int], bool] = lambda _: False,
    ) -> Iterator[tuple[int, bool]]:
        """On every branch from a node on, the first node that is reached, or the first that stops the way there.

        Yields the node and whether it was reached. A stop counts only after the first node, and before what
        is reached at the same node.
        """
        pending = [index]
        while pending:
            node = pending.pop()
            if node != index and stopped(node):
                yield node, False
            elif reached(node):
                yield node, True
            else:
                pending.extend(reversed(self.children[node]))

    def value(self, profile: Profile, index: int) -> float:
        """Value of a profile in the period of a node."""
        if isinstance(profile, float):
            return profile
        period = self.nodes[index].period
        line = self.timeline
        return value_at(profile, line.first_day(period), line.first_day(period + 1), line.start)

    def years(self, index: int) -> float:
        """Years of a node's period."""
        return self.timeline.years(self.nodes[index].period)

    def carbon_prices(self, market: str, index: int) -> dict[str, float]:
        """Carbon prices in force in a market, USD per t CO2, by rule."""
        return {
            name: self.value(rule.usd_per_t, index)
            for name, rule in self.nodes[index].case.policy.carbon_prices.items()
            if market in rule.markets and self.in_force(rule, index)
        }

    def in_force(self, rule: Dated, index: int) -> bool:
        """Whether a dated rule counts at a node."""
        period = self.nodes[index].period
        return rule.enabled and self.timeline.in_force(period, rule.since, rule.until)


def tree_of(case: Case) -> Tree:
    """The tree of a case: one node a period in each branch.

    Raises CaseError where a shock of an outcome cannot be applied.
    """
    line = case.settings.timeline
    nodes: list[Node] = []
    last: list[int] = []
    for branch in branches(case):
        parent = None if branch.parent is None else last[branch.parent]
        for t in range(branch.since, branch.until):
            name = f"{line.label(t)} {branch.name}".rstrip()
            nodes.append(Node(len(nodes), name, t, parent, branch.probability, branch.case, branch.name))
            parent = len(nodes) - 1
        last.append(len(nodes) - 1)
    return Tree(timeline=line, nodes=tuple(nodes))


def fractions(amounts: Mapping[str, float]) -> dict[str, float]:
    """Each amount as a fraction of their sum; what is nothing is left out.

    >>> fractions({"fuel": 30.0, "operation": 10.0, "none": 0.0})
    {'fuel': 0.75, 'operation': 0.25}
    """
    whole = sum(amounts.values())
    return {name: amount / whole for name, amount in amounts.items() if amount}


def matured(tree: Tree, begun: int, months: Sequence[float]) -> Callable[[int], bool]:
    """Test of a node: whether what was begun in a period is done there, by the months that it takes there.

    What is done at an earlier node stays done, so the first node that passes is where it matures.
    """
    return lambda index: tree.timeline.reach(tree[index].period, months[index]) >= begun
