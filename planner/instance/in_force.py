"""Rules of policy in force: the one way to walk them, and what each row that comes of them says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from planner.instance.chips import Chips
from planner.instance.sites import Sites
from planner.instance.tree import Tree
from planner.measures import Measure
from planner.schema import Case
from planner.schema.base import Dated, Softness
from planner.time_profile import Profile, typed_between
from planner.timeline import MONTHS_PER_YEAR
from planner.units import USD_PER_MUSD, Units

R = TypeVar("R", bound=Dated)


class InForce(NamedTuple, Generic[R]):
    """A rule of policy over the nodes that one limit of it covers."""

    table: str
    """Table of policy that it is typed in."""
    name: str
    row: R
    """The rule as it stands at the last of the nodes."""
    window: tuple[int, ...]
    """Nodes of a path; one where the rule has no window."""

    @property
    def node(self) -> int:
        """The last of the nodes."""
        return self.window[-1]


class Head(NamedTuple):
    """What every row of policy says of itself."""

    table: str
    """Table of policy that it is typed in."""
    rule: str
    node: int
    measure: Measure
    """What it is counted in, and so its violation."""
    soft: float | None
    """Cost of one model unit of violation; none when the rule is hard."""


@dataclass(frozen=True)
class PolicyRow:
    """A limit that a rule of policy sets at a node."""

    head: Head

    @property
    def rule(self) -> str:
        """Name of the rule."""
        return self.head.rule

    @property
    def node(self) -> int:
        """Node it belongs to, or the last of its window."""
        return self.head.node

    @property
    def measure(self) -> Measure:
        """What it is counted in."""
        return self.head.measure

    @property
    def soft(self) -> float | None:
        """Cost of one model unit of violation; none when the rule is hard."""
        return self.head.soft


@dataclass(frozen=True)
class Unrolled:
    """What is unrolled when the rules of policy are."""

    case: Case
    tree: Tree
    sites: Sites
    chips: Chips
    units: Units

    def size(self, measure: Measure, node: int) -> float:
        """How many of a measure's unit one unit of the model is at a node."""
        return measure.size(self.units, self.tree.years(node))

    def value(self, profile: Profile, at: InForce[R]) -> float:
        """Value of a profile at the last node of a rule's window."""
        return self.tree.value(profile, at.node)

    def in_force(self, table: str, kind: type[R]) -> Iterator[InForce[R]]:
        """Rules of a table, of one kind, where they are in force: name by name, over each of its windows.

        A rule without windows has one at each node. Raises TypeError where the table holds another kind of rule.
        """
        for name in sorted(getattr(self.case.policy, table)):
            rows: list[R] = []
            for node in self.tree:
                row = getattr(node.case.policy, table)[name]
                if not isinstance(row, kind):
                    raise TypeError(f"policy.{table} holds rules of the kind {type(row).__name__}")
                rows.append(row)
            for window in _windows(self.tree, rows):
                yield InForce(table, name, rows[window[-1]], window)

    def head(self, at: InForce[R], measure: Measure) -> Head:
        """What a row says of itself; of a level a violation is paid for each year, of an amount once."""
        soft = None
        rule = at.row
        if isinstance(rule, Softness) and rule.violation_usd_per_unit_year is not None:
            years = 1.0 if rule.paid_once else self.tree.years(at.node)
            soft = (
                rule.violation_usd_per_unit_year * self.size(measure, at.node) * years / USD_PER_MUSD / self.units.musd
            )
        return Head(at.table, at.name, at.node, measure, soft)

    def sites_of(
        self, markets: list[str] | None, *, regions: list[str] | None = None, named: list[str] | None = None
    ) -> tuple[str, ...]:
        """Sites in markets and regions and among names; all where none is given."""
        sites = self.sites
        return tuple(
            site
            for site in sites.names
            if (markets is None or sites.market[site] in markets)
            and (regions is None or sites.region[site] in regions)
            and (named is None or site in named)
        )

    def amount(self, rule: Dated, profile: Profile, window: tuple[int, ...]) -> float:
        """Amount of a window, read in its first period; of a calendar year the part that its periods are of a year.

        A part that begins after 1 January keeps an amount that is typed for it, dated in it. Where long periods follow
        short ones those that begin in a calendar year may be more than twelve months, and allow more than its amount.
        """
        line, amount = self.tree.timeline, self.tree.value(profile, window[0])
        months = sum(line.months(self.tree[n].period) for n in window)
        if getattr(rule, "window", "") != "calendar_year" or months == MONTHS_PER_YEAR:
            return amount
        if months > MONTHS_PER_YEAR:
            return amount * months / 12.0
        first, end = line.first_day(self.tree[window[0]].period), line.first_day(self.tree[window[-1]].period + 1)
        new_year = date(first.year, 1, 1)
        begins = first if rule.since is None or rule.since <= new_year else min(first, rule.since)
        if begins > new_year and typed_between(profile, first, begins, end - timedelta(days=1)):
            return amount
        return amount * months / 12.0


def _windows(tree: Tree, rows: Sequence[Dated]) -> Iterator[tuple[int, ...]]:
    """Nodes that one limit covers: each by itself, or along each path those of a window of the rule."""
    if span := getattr(rows[0], "window", ""):
        yield from _along_paths(tree, rows, span)
    else:
        yield from ((node.index,) for node in tree if tree.in_force(rows[node.index], node.index))


def _along_paths(tree: Tree, rows: Sequence[Dated], span: str) -> Iterator[tuple[int, ...]]:
    """Nodes that count together, along each path: the whole time in force there, a calendar year or a period."""

    def key(index: int) -> int:
        period = tree[index].period
        return {"whole": 0, "calendar_year": tree.timeline.calendar_year(period), "period": period}[span]

    seen = set()
    for leaf in tree.leaves:
        windows: dict[int, list[int]] = {}
        for index in tree.path(leaf):
            if tree.in_force(rows[index], index):
                windows.setdefault(key(index), []).append(index)
        for window in windows.values():
            if tuple(window) not in seen:
                seen.add(tuple(window))
                yield tuple(window)
