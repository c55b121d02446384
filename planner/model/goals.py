"""From the ledger, the demand and the milestones to what is minimised or asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.lp import Expression, Values, Variable, total
from planner.model.decisions import Model
from planner.schema.goals import most_of_use


def present_cost(m: Model, *, cash: bool = False) -> Expression:
    """Expected present cost, in model money: every charge, discounted and weighted by probability.

    `cash` leaves out what nobody pays: the penalties on demand that is not met.
    """
    tree = m.instance.tree
    workloads = tree[0].case.workloads
    penalised = {
        name for name, workload in workloads.items() if workload.shortfall and workload.shortfall.kind == "penalty"
    }

    charges = [
        (charge, tree[charge.node].probability * worth)
        for account, charge, worth in m.present_charges()
        if not (cash and account == "shortfall" and charge.item in penalised)
    ]
    expression = total((variable, amount * factor) for charge, factor in charges for variable, amount in charge.terms)
    expression.constant = sum(charge.constant * factor for charge, factor in charges)
    return expression


def risk_adjusted_cost(m: Model) -> Expression:
    """Expected present cost and the mean of the costliest scenarios, weighed as the case says, in model money."""
    tree, goals = m.instance.tree, m.instance.tree[0].case.goals
    tail = goals.risk_weight / (1.0 - goals.risk_level)
    expected = present_cost(m)
    expression = total(
        ((variable, (1.0 - goals.risk_weight) * amount) for variable, amount in expected.items()),
        [(m.at_risk[0,], goals.risk_weight)],
        ((beyond, tail * tree[leaf].probability) for (leaf,), beyond in m.beyond.items()),
    )
    expression.constant = (1.0 - goals.risk_weight) * expected.constant
    return expression


def largest_regret(m: Model) -> Expression:
    """Most by which a scenario costs more than its own best plan, in model money."""
    return total((variable, 1.0) for variable in m.largest_regret.values())


@dataclass(frozen=True)
class NodeCosts:
    """Present cost of each node by decision, in model money, should the node be reached."""

    node: np.ndarray[Any, np.dtype[np.int64]]
    """Node of each entry."""
    column: np.ndarray[Any, np.dtype[np.int64]]
    """Decision of each entry, by its position in the program."""
    amount: Values
    """Cost of one unit of it."""
    constant: Values
    """Cost of each node that no decision moves."""


def node_costs(m: Model) -> NodeCosts:
    """What each decision costs at each node, in present money that is not weighed by probability."""
    position = m.program.position
    nodes: list[int] = []
    columns: list[int] = []
    amounts: list[float] = []
    constant = np.zeros(len(m.instance.tree.nodes))
    for _, charge, worth in m.present_charges():
        constant[charge.node] += charge.constant * worth
        for variable, amount in charge.terms:
            nodes.append(charge.node)
            columns.append(position(variable))
            amounts.append(amount * worth)
    return NodeCosts(np.array(nodes, dtype=np.int64), np.array(columns, dtype=np.int64), np.array(amounts), constant)


def average_delay(m: Model) -> Expression:
    """Average delay, months: the area between demand and served curve over its peak, weighted over workloads.

    Expected over scenarios; a workload without demand is left out.
    """
    instance, tree = m.instance, m.instance.tree
    weights = tree[0].case.goals.weights({name: _peak(m, name) for name in instance.compute.workloads})
    return total(
        (variable, weights[name] * tree[n].probability * tree.timeline.months(tree[n].period) / _peak(m, name))
        for (name, n), variable in m.shortfall.items()
        if weights.get(name)
    )


def reached(m: Model, name: str, n: int) -> tuple[Expression, float]:
    """What counts towards a milestone at a node, and the amount that it asks for, in model units.

    Only a model of a case whose objective is `earliest` has it.
    """
    milestone = m.instance.tree[0].case.milestones()[name]
    if milestone.pflops is not None:
        counted = ((variable, 1.0) for (which, _, at), variable in m.counted.items() if (which, at) == (name, n))
        return total(counted), milestone.pflops / m.instance.units.pflops
    assert milestone.it_mw is not None
    loads = (
        (variable, _load(m, chip, region, at))
        for (which, chip, region, _, at), variable in m.at_work.items()
        if (which, at) == (name, n)
    )
    return total(loads), milestone.it_mw / m.instance.units.mw


def most_reached(m: Model, name: str, n: int, value: Callable[[Variable], float]) -> float:
    """The most of what serves in a plan that counts towards a milestone at a node, in model units."""
    milestone, compute = m.instance.tree[0].case.milestones()[name], m.instance.compute
    most = 0.0
    for workload in compute.workloads:
        parts = []
        for at in m.serving(milestone, workload, n):
            units = value(m.serve[at])
            pflops = units * compute.rate[at[0], workload, n]
            parts.append((pflops, pflops if milestone.it_mw is None else units * _load(m, at[0], at[1], n)))
        most += most_of_use(parts, compute.demand[workload, n])
    return most


def _load(m: Model, chip: str, region: str, n: int) -> float:
    """Power of what stands behind one unit of chips that serves: spares and what may not be used draw as well."""
    usable = m.instance.chips.usable[chip, m.instance.power.region_market[region], n]
    return m.instance.chips.load[chip] / usable if usable > 0.0 else 0.0


def expected_orders(m: Model, chips: Collection[str], markets: Collection[str]) -> Expression:
    """Orders of chips for markets over the whole plan, expected over scenarios, in model units."""
    tree = m.instance.tree
    return total(
        (variable, tree[n].probability)
        for (chip, market, n), variable in m.order.items()
        if chip in chips and market in markets
    )


def _peak(m: Model, workload: str) -> float:
    return max(m.instance.compute.demand[workload, node.index] for node in m.instance.tree)
