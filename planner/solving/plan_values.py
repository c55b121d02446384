"""What the values of a program's decisions mean for its case."""

from __future__ import annotations

import numpy as np

from planner.lp import Values
from planner.model import Model
from planner.model.goals import most_reached, node_costs, reached

REACHED = 1e-9
"""Share of an amount that may be missing where a plan already reaches it: rounding."""


def scenario_costs(model: Model, values: Values) -> dict[str, float]:
    """Present cost in each scenario, million USD."""
    costs, tree = node_costs(model), model.instance.tree
    spent = np.bincount(costs.node, weights=costs.amount * values[costs.column], minlength=len(tree.nodes))
    present = spent + costs.constant
    return {
        name: float(present[list(tree.path(leaf))].sum()) * model.instance.units.musd
        for name, leaf in zip(tree.scenario_names, tree.leaves, strict=True)
    }


def first_period_reached(model: Model, values: Values, milestone: str) -> int:
    """First period from which a milestone is held in every scenario; past the last one if never."""
    position, short = model.program.position, [-1]
    for node in model.instance.tree:
        _, amount = reached(model, milestone, node.index)
        if most_reached(model, milestone, node.index, lambda v: values[position(v)]) < amount * (1 - REACHED):
            short.append(node.period)
    return max(short) + 1
