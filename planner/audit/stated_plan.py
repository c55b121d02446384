"""A plan as its tables state it, put into the second formulation: what each decision is there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from planner.audit.linear_program import DecisionName
from planner.audit.scenario_tree import BuiltTree
from planner.schema import Case
from planner.schema.scenarios import branches, scenarios_of
from planner.solution import Solution

_DECISIONS: Mapping[tuple[str, str], str] = {
    ("halls", "open"): "opening",
    ("starts", "start_mw"): "start",
    ("halls", "grid_apply_mw"): "application",
    ("onsite", "start_mw"): "plant",
    ("onsite", "output_mw"): "output",
    ("orders", "ordered"): "order",
    ("orders", "scrapped"): "scrap",
    ("fleet", "install"): "install",
    ("fleet", "retire"): "retire",
    ("fleet", "powered"): "powered",
    ("serve", "units"): "serve",
    ("clusters", "units"): "cluster",
    ("service", "shortfall"): "shortfall",
    ("residuals", "units"): "residual",
}
"""Columns of the tables that state a decision, with what the second formulation calls it."""
_INDEX: Mapping[str, tuple[str, ...]] = {
    "halls": ("site",),
    "starts": ("site", "option"),
    "onsite": ("source", "site"),
    "orders": ("chip", "market"),
    "fleet": ("chip", "site"),
    "serve": ("chip", "region", "workload"),
    "clusters": ("chip", "site", "workload"),
    "service": ("workload",),
    "residuals": ("chip", "market", "order"),
}
"""Columns that name a row beside its node, in the order of the decision's name."""


@dataclass(frozen=True)
class StatedPlan:
    """The decisions of a plan, in the units of the tables."""

    amounts: Mapping[DecisionName, float]
    """By the name of the decision in the second formulation."""
    strange: tuple[str, ...]
    """What the tables state that the case does not have, in words."""


def stated(tree: BuiltTree, solution: Solution) -> StatedPlan:
    """The plan's decisions as they stand in its tables."""
    nodes, strange = _nodes(tree, solution)
    amounts: dict[DecisionName, float] = {}
    for (table, column), kind in _DECISIONS.items():
        index = _INDEX[table]
        for node, amount, *key in solution.rows(table, "node", column, *index):
            if node not in nodes:
                strange.append(f"{table}: node {node}")
                continue
            name = (
                nodes[node],
                kind,
                *(_item(part, column_name, nodes) for part, column_name in zip(key, index, strict=True)),
            )
            amounts[name] = amounts.get(name, 0.0) + float(amount)
            if kind == "cluster":
                amounts[nodes[node], "stands", *key] = 1.0 if amount > 0.0 else 0.0
    return StatedPlan(amounts, tuple(dict.fromkeys(strange)))


def unknown(tree: BuiltTree, found: StatedPlan) -> Iterator[str]:
    """Decisions of the plan that the second formulation does not offer, in words."""
    for name, amount in found.amounts.items():
        if amount and name not in tree.program.named and name[1] != "stands":
            yield f"{told(tree.case, name)} is {amount:.6g}, which is not offered"


def told(case: Case, name: DecisionName) -> str:
    """A decision in words: its kind, what it is about, its period and what is known by then."""
    node, kind, *item = name
    label, outcomes = "", ""
    if isinstance(node, tuple):
        period, learnt = node
        label = case.settings.timeline.label(period)
        outcomes = ", ".join(str(entry[2]) for entry in sorted(learnt))
    things = ", ".join(_place(case, part) for part in item)
    where = f"{label} ({outcomes})" if outcomes else label
    return " ".join(part for part in (str(kind), things, f"in {where}" if where else "") if part)


def _place(case: Case, part: Hashable) -> str:
    """A part of a name: a thing of the case, or the period of an order."""
    return f"ordered in {case.settings.timeline.label(part[0])}" if isinstance(part, tuple) else str(part)


def _item(part: str, column: str, nodes: Mapping[str, Hashable]) -> Hashable:
    return nodes.get(part, part) if column == "order" else part


def _nodes(tree: BuiltTree, solution: Solution) -> tuple[dict[str, Hashable], list[str]]:
    """The plan's nodes by name, as the second formulation knows them."""
    known = branches(tree.case)
    by_name = {each.name: frozenset(known[each.branches[-1]].outcomes) for each in scenarios_of(known)}
    learnt = {
        frozenset((reveal, outcome) for _, reveal, outcome in branch.future.learnt): branch.future
        for branch in tree.branches
    }
    nodes: dict[str, Hashable] = {}
    strange = []
    for scenario, period, node in solution.rows("paths", "scenario", "period", "node"):
        future = learnt.get(by_name.get(scenario, frozenset({("", "")})))
        if future is None:
            strange.append(f"paths: scenario {scenario}")
        elif nodes.setdefault(node, future.node(int(period))) != future.node(int(period)):
            strange.append(f"paths: node {node}")
    return nodes, strange
