"""A scenario tree: every scenario an ordinary case, decisions of the same node one and the same."""

from __future__ import annotations

from collections.abc import Hashable

from planner.audit.chips import chips
from planner.audit.compute import compute
from planner.audit.finance import present_cost, residual_of_chips
from planner.audit.futures import futures
from planner.audit.orders import orders
from planner.audit.plants import plants
from planner.audit.policy import policy
from planner.audit.power import power
from planner.audit.program import Program, Sum, total
from planner.audit.scenario import Scenario
from planner.audit.sites import sites
from planner.audit.solver import Found, How, minimise
from planner.schema import Case


def least_cost(case: Case, how: How | None = None) -> Found:
    """Least cost as the case weighs it; infinite when no plan is feasible, minus infinite where it has no end."""
    program = Program()
    return minimise(program, weighed_cost(case, costs(case, program), program), how)


def weighed_cost(case: Case, costs: list[tuple[float, Sum]], program: Program) -> Sum:
    """Expected cost and the mean of the costliest scenarios, weighed as the case says."""
    goals = case.goals
    expected = total(cost * probability for probability, cost in costs)
    if goals.risk_weight == 0.0 or len(costs) == 1:
        return expected
    threshold = program.decide(("threshold",), free=True)
    worst = [threshold]
    for probability, cost in costs:
        beyond = program.excess(("beyond", len(worst)), cost - threshold)
        worst.append(beyond * (probability / (1.0 - goals.risk_level)))
    return expected * (1.0 - goals.risk_weight) + total(worst) * goals.risk_weight


def build(s: Scenario) -> Sum:
    """Every row of a scenario, and its present cost."""
    begun(s)
    chips(s)
    power(s)
    compute(s)
    residual_of_chips(s)
    policy(s)
    return present_cost(s)


def begun(s: Scenario) -> None:
    """What is begun in a scenario and matures later: the rooms that decide it."""
    sites(s)
    plants(s)
    orders(s)


def costs(case: Case, program: Program) -> list[tuple[float, Sum]]:
    """Probability and present cost of each scenario, its rows in the program."""
    found = futures(case)
    nodes = [[future.node(t) for t in case.settings.timeline] for future in found]
    family = [future.case for future in found]
    useful: set[Hashable] = set()
    if len(found) > 1:
        for future, passed in zip(found, nodes, strict=True):
            alone = Program()
            begun(Scenario(future.case, alone, passed, family=family))
            useful |= set(alone.named)
    return [
        (future.probability, build(Scenario(future.case, program, passed, useful, family)))
        for future, passed in zip(found, nodes, strict=True)
    ]
