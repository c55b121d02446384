"""What the other scenarios cost where the costliest alone count: of the plans that are best for these, the cheapest.

Left to themselves the other scenarios would waste what nobody weighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from planner.discounting import mean_of_worst
from planner.errors import NoPlanError
from planner.lp import Answer, SolverStatus, Values
from planner.model import Model
from planner.solving.first_moves import shared_whole
from planner.solving.plan_values import scenario_costs
from planner.solving.solver_program import SolverProgram

TIE = 1e-9
"""Share of a present cost by which plans that are equal may differ, where a second goal chooses between them."""


@contextmanager
def mean_counted(program: SolverProgram, most_musd: float) -> Iterator[None]:
    """Minimise the expected cost for as long as the context lasts, the costliest scenarios held to an amount."""
    program.limit("risk", most_musd)
    program.minimise("cost", fresh=False)
    try:
        yield
    finally:
        program.limit("risk", None)
        program.minimise("risk", fresh=False)


def decided_anew(program: SolverProgram, exact: Answer) -> Answer:
    """A plan as good for the costliest scenarios, its whole decisions chosen anew where not every scenario shares them.

    It is the same plan where there are none of these, or nothing cheaper was found in time.
    """
    whole = np.flatnonzero(program.matrix.whole)
    shared = shared_whole(program.model, whole, exact.values)
    if len(shared.positions) == len(whole):
        return exact
    program.last = exact
    try:
        with mean_counted(program, _most(program, exact, TIE)), program.fixed(shared):
            found = program.plan()
    except NoPlanError:
        return exact
    return found if program.present_cost(found) < program.present_cost(exact) else exact


def cheapest_of_equals(program: SolverProgram, exact: Answer) -> Answer:
    """The cheapest on average of the plans that are as good for the costliest scenarios, whole decisions held.

    `exact` is the last answer, with its whole decisions exact. Its prices hold for the plan as well: what has one stays
    where it is.
    """
    program.limit("risk", _most(program, exact, TIE))
    try:
        with program.whole_fixed(exact.values):
            program.linear_answer()
            with program.among_the_best():
                program.minimise("cost", fresh=False)
                found = program.linear_answer()
    finally:
        program.limit("risk", None)
        program.minimise("risk", fresh=False)
    return program.as_told(found) if found.status is SolverStatus.OPTIMAL else exact


def mean_of_costliest(model: Model, values: Values) -> float:
    """Mean cost of the costliest scenarios of a plan at the level of its case, model units."""
    tree, costs = model.instance.tree, scenario_costs(model, values)
    outcomes = [
        (tree[leaf].probability, costs[name]) for name, leaf in zip(tree.scenario_names, tree.leaves, strict=True)
    ]
    return mean_of_worst(outcomes, tree[0].case.goals.risk_level) / model.instance.units.musd


def _most(program: SolverProgram, exact: Answer, within: float) -> float:
    return (exact.objective + within * abs(exact.objective)) * program.instance.units.musd
