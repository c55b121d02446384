"""A scenario tree: every scenario an ordinary case, decisions of the same node one and the same."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from planner.audit.chips import chips
from planner.audit.compute import compute
from planner.audit.finance import present_cost, residual_of_chips
from planner.audit.futures import Future, futures
from planner.audit.linear_program import LinearProgram, Sum, total
from planner.audit.one_scenario import ScenarioModel
from planner.audit.orders import orders
from planner.audit.plants import plants
from planner.audit.policy import policy
from planner.audit.power import power
from planner.audit.sites import sites
from planner.audit.solver import How, Optimum, minimise
from planner.schema import Case


@dataclass(frozen=True)
class BuiltScenario:
    """One scenario of a tree, built."""

    future: Future
    scenario: ScenarioModel
    cost: Sum
    """Its present cost, million USD."""


@dataclass(frozen=True)
class BuiltTree:
    """A case built anew: one program, and in it every scenario."""

    case: Case
    program: LinearProgram
    branches: tuple[BuiltScenario, ...]

    @property
    def expected(self) -> Sum:
        """Expected present cost, million USD."""
        return total(branch.cost * branch.future.probability for branch in self.branches)

    def weighed(self) -> Sum:
        """Expected cost and the mean of the costliest scenarios, weighed as the case says, million USD."""
        goals = self.case.goals
        if goals.risk_weight == 0.0 or len(self.branches) == 1:
            return self.expected
        threshold = self.program.decide(("", "threshold"), free=True)
        worst = [threshold]
        for position, branch in enumerate(self.branches):
            beyond = self.program.excess(("", "beyond", position), branch.cost - threshold)
            worst.append(beyond * (branch.future.probability / (1.0 - goals.risk_level)))
        return self.expected * (1.0 - goals.risk_weight) + total(worst) * goals.risk_weight


def least_cost(case: Case, how: How | None = None) -> Optimum:
    """Least cost as the case weighs it; infinite when no plan is feasible, minus infinite where it has no end."""
    tree = plant(case)
    return minimise(tree.program, tree.weighed(), how)


def plant(case: Case) -> BuiltTree:
    """The tree of a case."""
    found, program = futures(case), LinearProgram()
    nodes = [[future.node(t) for t in case.settings.timeline] for future in found]
    family = [future.case for future in found]
    common = frozenset.intersection(*map(frozenset, nodes))
    useful: set[Hashable] = set()
    if len(found) > 1:
        for future, passed in zip(found, nodes, strict=True):
            alone = LinearProgram()
            _begun(ScenarioModel(future.case, alone, passed, family=family, common=common))
            useful |= set(alone.named)
    branches = []
    for future, passed in zip(found, nodes, strict=True):
        scenario = ScenarioModel(future.case, program, passed, useful, family, common=common)
        branches.append(BuiltScenario(future, scenario, _build(scenario)))
    return BuiltTree(case, program, tuple(branches))


def _build(s: ScenarioModel) -> Sum:
    """Every row of a scenario, and its present cost."""
    _begun(s)
    chips(s)
    power(s)
    compute(s)
    residual_of_chips(s)
    policy(s)
    return present_cost(s)


def _begun(s: ScenarioModel) -> None:
    """What is begun in a scenario and matures later: the rooms that decide it."""
    sites(s)
    plants(s)
    orders(s)
