"""The second formulation on scenario trees: every scenario an ordinary case, decisions shared until a reveal."""

from __future__ import annotations

from planner.certify.futures import futures
from planner.schema import Case
from planner.schema.scenarios import scenarios
from tests.model.reference import Program, Scenario, Sum, total


def reference_of_tree(case: Case) -> tuple[float, float]:
    """Least cost as the case weighs it, and the turnover behind it, million USD; infinite when no plan is feasible."""
    program = Program()
    costs = _costs(case, program)
    goals = case.goals
    expected = total(cost * probability for probability, cost in costs)
    if goals.risk_weight == 0.0:
        return program.minimise(expected)
    threshold = program.decide() - program.decide()
    worst = threshold
    for probability, cost in costs:
        beyond = program.decide()
        program.least(beyond, cost - threshold)
        worst += beyond * (probability / (1.0 - goals.risk_level))
    return program.minimise(expected * (1.0 - goals.risk_weight) + worst * goals.risk_weight)


def _costs(case: Case, program: Program) -> list[tuple[float, Sum]]:
    """Probability and present cost of each scenario, its rows in the program."""
    periods = case.settings.timeline
    cases = {scenario.name: scenario.case for scenario in scenarios(case)}
    nodes = {name: [(t, future.by(t)) for t in periods] for name, future in futures(case).items()}
    useful: set[object] = set()
    for name in cases:
        alone = Program()
        Scenario(cases[name], alone, nodes[name]).build()
        useful |= set(alone.named)
    return [
        (future.probability, Scenario(cases[name], program, nodes[name], useful).build())
        for name, future in futures(case).items()
    ]
