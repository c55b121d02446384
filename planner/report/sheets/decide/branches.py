"""What becomes known, and what the plan does next in each outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from planner.report.by_period import View
from planner.report.sheet_spec import ONE, TWO, Block, Column, Note, Table, Value
from planner.report.sheets.decide.moves import KINDS, amount_cell, least_of, move_words, unit_cost, unit_of
from planner.report.words import chance, say, sentences, several

AHEAD = 4
"""Periods after the reveal that are shown."""
MOST_BRANCHES, MOST_ACTIONS = 5, 16
"""Outcomes side by side, and lines below them, that a page has room for."""
ALIKE = 0.01
"""Share of the largest amount within which outcomes count as doing the same."""

SEPARATOR = ", "
"""What stands between the outcomes of a scenario's name."""

Action = tuple[str, tuple[str, ...]]
"""Kind and item."""

DECIDED = (
    ("order", "orders", "ordered", ("chip", "market")),
    ("cancel", "orders", "cancelled", ("chip", "market")),
    ("start", "starts", "start_mw", ("site", "option")),
    ("open", "halls", "open", ("site",)),
    ("connect", "halls", "grid_apply_mw", ("site",)),
    ("plant", "onsite", "start_mw", ("source", "site")),
)
"""Kind of action, and where the plan says how much of it is done."""


@dataclass(frozen=True)
class Branches:
    """A plan from the first reveal on."""

    view: View
    reveal: int
    """Position of the first reveal's period."""

    @cached_property
    def names(self) -> dict[str, str]:
        """Outcomes known by then, of each node."""
        nodes = self.view.solution["nodes"]
        labels = zip(nodes["node"], nodes["label"], strict=True)
        return {node: node.removeprefix(label).strip() for node, label in labels}

    @cached_property
    def roots(self) -> list[str]:
        """Nodes of the reveal's period, the likeliest first."""
        here = [node for node, period in self.view.period_of.items() if period == self.reveal]
        return sorted(here, key=lambda node: -self.view.probability_of[node])

    @cached_property
    def root_of(self) -> dict[str, str]:
        """Node of the reveal's period that each later node follows."""
        nodes = self.view.solution["nodes"]
        found: dict[str, str] = {}
        for node, parent in zip(nodes["node"], nodes["parent"], strict=True):
            if node in self.roots:
                found[node] = node
            elif parent in found:
                found[node] = found[parent]
        return found

    @cached_property
    def _known(self) -> list[tuple[str, frozenset[str]]]:
        """Outcomes, alone and two together, with the scenarios in which they come true: those of most first."""
        parts = {name: name.split(SEPARATOR) for name in self.view.scenarios}
        found: dict[str, set[str]] = {}
        for name, outcomes in parts.items():
            pairs = [SEPARATOR.join(pair) for pair in combinations(outcomes, 2)]
            for words in (*outcomes, *pairs):
                found.setdefault(words, set()).add(name)
        order = sorted(found, key=lambda words: (-len(found[words]), words.count(SEPARATOR)))
        return [(say("every scenario"), frozenset(parts)), *((words, frozenset(found[words])) for words in order)]

    def covering(self, scenarios: Iterable[str]) -> list[str]:
        """Scenarios in few words: an outcome stands for all in which it comes true."""
        left = list(dict.fromkeys(scenarios))
        words = []
        for name, known in self._known:
            if known <= set(left):
                words.append(name)
                left = [scenario for scenario in left if scenario not in known]
        words += left
        return words if len(words) == 1 else [f"“{name}”" if SEPARATOR in name else name for name in words]

    def actions(self) -> dict[Action, dict[str, float]]:
        """Amount of each action in the periods after the reveal, by the node that begins the branch."""
        found: dict[Action, dict[str, float]] = {}
        chance_of, period_of = self.view.probability_of, self.view.period_of
        for kind, table, amount, keys in DECIDED:
            for node, value, *item in self.view.solution.rows(table, "node", amount, *keys):
                root = self.root_of.get(node)
                if root is None or not value > 0 or period_of[node] >= self.reveal + AHEAD:
                    continue
                done = found.setdefault((kind, tuple(item)), dict.fromkeys(self.roots, 0.0))
                done[root] += value * chance_of[node] / chance_of[root]
        least = {kind: least_of(max(done.values()) for (k, _), done in found.items() if k == kind) for kind in KINDS}
        return {action: done for action, done in found.items() if max(done.values()) > least[action[0]]}

    def reveals(self) -> str:
        """Names of what becomes known first."""
        case = self.view.dossier.case
        line = case.settings.timeline
        found = [name for name, row in case.uncertainty.items() if line.from_date(row.date) == self.reveal]
        return say(" and ").join(found)


def next_blocks(branches: Branches) -> Iterator[Block]:
    """What each outcome of the first reveal leads to, side by side."""
    actions = branches.actions()
    apart = {
        action: _apart(done) * unit_cost(branches.view, *action, branches.reveal)
        for action, done in actions.items()
        if _apart(done) > ALIKE * max(done.values()) and _apart(done) > 0
    }
    shown = branches.roots[:MOST_BRANCHES]
    first = branches.view.periods[branches.reveal]
    last = branches.view.periods[min(branches.reveal + AHEAD, len(branches.view.periods)) - 1]
    order = sorted(apart, key=lambda action: (-apart[action], KINDS.index(action[0]), action[1]))[:MOST_ACTIONS]
    rows: list[tuple[Value, ...]] = []
    for kind, item in order:
        amounts = [amount_cell(kind, actions[kind, item][root]) for root in shown]
        rows.append((move_words(kind, item), unit_of(kind), *amounts, apart[kind, item]))
    if not rows:
        yield Note(say("From {first} to {last} the plan does the same in every outcome.", first=first, last=last))
        return
    yield Table(
        "next",
        say("What each outcome leads to from {first} to {last}: what differs", first=first, last=last),
        (
            Column("what", say("Action"), width=37, wrap=True),
            Column("unit", say("Unit"), width=9.5),
            *(Column(f"to {i}", _heading(branches, root), "", TWO, 10) for i, root in enumerate(shown)),
            Column("apart", say("Apart by"), say("million USD"), ONE, 10),
        ),
        tuple(rows),
    )
    yield Note(_left_out(branches, alike=len(actions) - len(apart), more=len(apart) - len(order)))


def _heading(branches: Branches, root: str) -> str:
    name = branches.names[root] or say("every scenario")
    return say("{name}\n{chance}", name=name, chance=chance(branches.view.probability_of[root]))


def _apart(done: dict[str, float]) -> float:
    return max(done.values()) - min(done.values())


def _left_out(branches: Branches, *, alike: int, more: int) -> str:
    words = [
        say(
            "Amounts are expected where an outcome parts further; they are apart by the most less the least, at the "
            "prices of {period}.",
            period=branches.view.periods[branches.reveal],
        )
    ]
    if alike:
        words.append(
            several(
                alike,
                "{n} more action is the same in every outcome.",
                "{n} more actions are the same in every outcome.",
            )
        )
    if more:
        words.append(several(more, "{n} more differs by less.", "{n} more differ by less."))
    if (hidden := len(branches.roots) - MOST_BRANCHES) > 0:
        words.append(several(hidden, "{n} outcome less likely is left out.", "{n} outcomes less likely are left out."))
    return sentences(*words)


__all__ = ["AHEAD", "MOST_BRANCHES", "Branches", "next_blocks"]
