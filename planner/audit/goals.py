"""What a plan can be best at, each worked out anew and set beside what the plan reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from planner.audit.finance import penalties
from planner.audit.fixed_plan import Settled
from planner.audit.linear_program import LinearProgram, ProgramRow, Sum, total
from planner.audit.milestones import MilestoneCount, counted, reached
from planner.audit.scenario_tree import BuiltTree, plant
from planner.audit.solver import How, Optimum, minimise
from planner.schema.goals import Objective
from planner.solution import Solution

SAME = 1e-6
"""Share of an amount within which two formulations agree."""
_TURNED = 1e-8
"""The same, of the turnover behind an amount: where costs and credits cancel, little is left to agree in."""
_SLACK = 1e-7
"""Share by which a first goal may be missed while a second is sought."""
_TIE = 1e-9
"""The same, of the costs that a regret is the difference of."""


@dataclass(frozen=True)
class ComparedAmount:
    """An amount of the plan beside that of the second formulation."""

    what: str
    """What is compared, in words."""
    unit: str
    plan: float
    """What the plan comes to."""
    plan_bound: float
    """Below which, as the plan says, nothing can come; minus infinite where it says nothing."""
    audit: float
    """The least that the second formulation found; infinite where it found none."""
    audit_bound: float
    """Below which, as it proves, nothing can come."""
    tolerance: float
    proven: bool
    """Whether the second formulation's solver ended by itself."""

    @property
    def agrees(self) -> bool:
        """Whether both can be right: neither plan lies below the other's bound."""
        above = self.plan_bound <= self.audit + self.tolerance
        return above and self.audit_bound <= self.plan + self.tolerance


class AuditedPlan:
    """A plan, the second formulation with the plan's decisions held, and how it is solved."""

    def __init__(self, tree: BuiltTree, settled: Settled, solution: Solution, how: How) -> None:
        """Nothing is solved yet."""
        self.tree, self.settled, self.solution, self.how = tree, settled, solution, how
        self.goals = tree.case.goals
        self.whole = any(tree.program.whole)

    def compare(self, what: str, unit: str, value: Sum, proven_below: float, *, loosely: float = 0.0) -> ComparedAmount:
        """The least of an expression beside what the plan makes of it, the plan's bound lying so far below.

        `loosely` is how far the plan may lie above the least, by what the case allows.
        """
        plan = self.settled.least(value)
        found = self.minimise(what, value, plan - (0.0 if proven_below == inf else proven_below))
        turnover = max(self.settled.turnover(value), 0.0 if found.turnover == inf else found.turnover)
        tolerance = SAME * abs(plan) + _TURNED * turnover + 1e-9
        return ComparedAmount(
            what, unit, plan, plan - proven_below - loosely, found.cost, found.bound, tolerance, found.proven
        )

    def minimise(self, what: str, value: Sum, claimed: float = inf, program: LinearProgram | None = None) -> Optimum:
        """The least of an expression; with whole decisions, no further than where it proves what the plan claims."""
        self.how.tell(what)
        enough = claimed if self.whole else inf
        return minimise(program or self.tree.program, value, replace(self.how, enough=enough))

    @property
    def unproven(self) -> float:
        """How far below its cost the plan puts its bound, million USD."""
        return self.solution.minimised_musd - self.solution.bound_musd


def cost(q: AuditedPlan) -> Iterator[ComparedAmount]:
    """Least expected present cost, or as the case weighs the costliest scenarios."""
    weighed = q.goals.risk_weight > 0.0 and len(q.tree.branches) > 1
    yield q.compare("cost as weighed" if weighed else "present cost", "million USD", q.tree.weighed(), q.unproven)


def delay(q: AuditedPlan) -> Iterator[ComparedAmount]:
    """Least average delay, then least cash within what may be missed of it."""
    penalty = total(penalties(each.scenario) * each.future.probability for each in q.tree.branches)
    yield from _delay_then(q, "cash at that delay", q.tree.expected - penalty)


def _delay_then(q: AuditedPlan, what: str, money: Sum) -> Iterator[ComparedAmount]:
    """Least average delay, then the least of an amount of money within what may be missed of it."""
    value, allowed = _average_delay(q.tree), q.goals.delay_tolerance_months
    first = q.compare("average delay", "months", value, _unproven_delay(q), loosely=allowed)
    yield first
    least = max(first.audit, first.plan - allowed) if q.whole else first.audit
    if least == inf:
        return
    q.tree.program.most(value, least * (1.0 + _SLACK) + allowed)
    yield q.compare(what, "million USD", money, inf if q.whole else q.unproven)


def _unproven_delay(q: AuditedPlan) -> float:
    """How far below the least delay that it found a plan puts its bound, months."""
    goal = q.solution.solver.get("goal", {})
    least = goal.get("least_delay_months", 0.0)
    return float(least) - float(goal.get("delay_bound_months", least))


def regret(q: AuditedPlan) -> Iterator[ComparedAmount]:
    """Least largest regret over the scenarios, then least expected cost."""
    if len(q.tree.branches) == 1:
        yield from cost(q)
        return
    own = []
    for branch in q.tree.branches:
        alone = plant(branch.future.case)
        found = q.minimise("each scenario's own best plan", alone.expected, program=alone.program)
        own.append(found.bound if q.whole else found.cost)
    largest = q.tree.program.decide(("", "largest regret"), free=True)
    for branch, best in zip(q.tree.branches, own, strict=True):
        q.tree.program.most(branch.cost - best, largest)
    (column,) = largest.terms
    regrets = [q.settled.least(branch.cost) - best for branch, best in zip(q.tree.branches, own, strict=True)]
    q.settled.values[column] = max(regrets)
    slack = _TIE * max(map(abs, own))
    first = q.compare("largest regret", "million USD", largest, inf if q.whole else 0.0)
    first = replace(first, tolerance=first.tolerance + SAME * max(map(abs, own)))
    yield first
    if first.audit == inf:
        return
    most = max(first.audit, first.plan) if q.whole else first.audit
    q.tree.program.most(largest, most + _SLACK * abs(most) + slack)
    yield q.compare("present cost at that regret", "million USD", q.tree.expected, inf if q.whole else q.unproven)


def earliest(q: AuditedPlan) -> Iterator[ComparedAmount]:
    """Each milestone reached and held as early as can be, in their order; then least delay, then least cost."""
    for name, milestone in q.tree.case.milestones().items():
        asked = counted(q.tree, name, milestone)
        first = plan = reached(q.settled, asked)
        proven = True
        while first > 0 and (sooner := _held_from(q, name, asked, first - 1)).cost < inf:
            first, proven = first - 1, sooner.proven
        yield ComparedAmount(f"milestone {name}", "periods", plan, plan, first, first, 0.5, proven)
        for row in _rows(asked, first):
            q.tree.program.write(row)
    yield from _delay_then(q, "present cost at that delay", q.tree.expected)


GOALS: Mapping[Objective, Callable[[AuditedPlan], Iterator[ComparedAmount]]] = {
    "cost": cost,
    "delay": delay,
    "regret": regret,
    "earliest": earliest,
}
"""By name, as typed in the case."""


def _held_from(q: AuditedPlan, name: str, asked: list[list[MilestoneCount]], first: int) -> Optimum:
    """Whether a milestone can be held from a period on: what is found is infinite where it cannot."""
    kept = len(q.tree.program.rows)
    for row in _rows(asked, first):
        q.tree.program.write(row)
    found = q.minimise(f"milestone {name}", Sum())
    q.tree.program.forget(kept)
    return found


def _rows(asked: list[list[MilestoneCount]], first: int) -> Iterator[ProgramRow]:
    """Rows that hold a milestone from a period on."""
    return (row for scenarios in asked[first:] for each in scenarios for row in each.held)


def _average_delay(tree: BuiltTree) -> Sum:
    """Area between demand and what is served over the peak of demand, weighted over workloads, months."""
    scenarios = [(branch.future.probability, branch.scenario) for branch in tree.branches]
    peaks = {
        name: max(s.at(s.case.workloads[name].demand_pflops, t) for _, s in scenarios for t in s.periods)
        for name in tree.case.workloads
    }
    line, weights = tree.case.settings.timeline, tree.case.goals.weights(peaks)
    return total(
        s.decide(t, "shortfall", name, size=s.lot) * (probability * weight * line.months(t) / peaks[name])
        for probability, s in scenarios
        for name, weight in weights.items()
        if s.case.workloads[name].shortfall is not None
        for t in s.periods
    )
