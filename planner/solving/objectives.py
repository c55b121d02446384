"""What a plan can be best at, each a short conversation with a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.errors import NoPlanError
from planner.schema.goals import Objective
from planner.solution import Solution, Status
from planner.solving import SLACK, LeastValue, Session, own_plans
from planner.solving.worst_alone import TIE


def cheapest(s: Session) -> Solution:
    """Least expected present cost, or what the case makes of it where the costliest scenarios weigh in.

    Where these alone count, the cheapest on average of the plans that are best for them, with the whole decisions that
    every scenario shares as they were found for them.
    """
    plan = s.solve()
    if plan.criterion_musd is None or s.case.goals.risk_weight < 1.0:
        return plan
    return s.cheapest_on_average(plan)


def earliest(s: Session) -> Solution:
    """Each milestone reached and held as early as can be, the most important first; then least delay, then least cost.

    The delay is of all demand, so that what is no milestone is served as well, within the tolerance.

    Reaching a milestone from a later period asks for less. The last plan reaches it in some period, from which ever
    longer steps are tried towards the first until one is too long: each solve is then close to the one before. A
    milestone that cannot be reached even in the last period is let go.
    """
    if not s.possible():
        return s.solve()
    periods, reached, unproven = s.case.settings.timeline.periods, dict[str, int | None](), set[str]()
    for name in s.case.milestones():
        first, never, step = 0, s.reached(name), 1
        while first < never:
            tried = max(first, never - step)
            s.reach(name, tried)
            if _possible(s, name, unproven):
                never, step = tried, 2 * step
            else:
                first, step = tried + 1, 1
        reached[name] = first if first < periods else None
        s.reach(name, reached[name])
        if not s.possible():
            break
    s.minimise("delay", fresh=False)
    least = _least_delay(s)
    s.minimise("cost", fresh=False)
    plan = _stating(s.solve(), "earliest", least, reached=reached)
    if not unproven:
        return plan
    goal = plan.solver["goal"] | {"unproven": sorted(unproven)}
    return replace(plan, status=Status.FEASIBLE, solver={**plan.solver, "goal": goal})


def _possible(s: Session, name: str, unproven: set[str]) -> bool:
    """Whether what is asked of a milestone can be met; where the solver has no time to tell it counts as not proven."""
    try:
        return s.possible()
    except NoPlanError:
        unproven.add(name)
        return False


def soonest(s: Session) -> Solution:
    """Least average delay, then least cash within the tolerance."""
    s.minimise("delay")
    least = _least_delay(s)
    s.minimise("cash")
    return _stating(s.solve(), "delay", least)


def _least_delay(s: Session) -> LeastValue:
    """The least average delay of what is asked; what is asked next may exceed it by the case's tolerance."""
    least = s.least()
    s.limit("delay", least.value * (1 + SLACK) + s.case.goals.delay_tolerance_months)
    return least


def least_regret(s: Session) -> Solution:
    """Least largest regret over the scenarios, each against its own best plan; then least expected cost."""
    plan = s.solve()
    futures = s.scenario_programs()
    if len(futures) == 1:
        return plan
    own = {future.name: found.cost_musd for future, found in zip(futures, own_plans(futures), strict=True)}
    s.compare_with(own)
    s.minimise("regret")
    least = s.optimum()
    s.limit("regret", least + SLACK * abs(least) + TIE * max(map(abs, own.values())))
    s.minimise("cost")
    found, costs = s.solve(), s.scenario_costs
    largest = max(costs[name] - best for name, best in own.items())
    return _stating(found, "regret", None, own_best_musd=own, largest_regret_musd=largest)


def _stating(plan: Solution, objective: Objective, delay: LeastValue | None, **goal: Any) -> Solution:
    """The plan with what it was made for, and what it reached of that: what the certificate holds it to.

    A plan whose least delay is not proven is not proven either.
    """
    if delay is not None:
        goal |= {"least_delay_months": delay.value, "delay_bound_months": max(0.0, delay.bound)}
    unproven = delay is not None and not delay.proven
    return replace(
        plan,
        status=Status.FEASIBLE if unproven else plan.status,
        solver={**plan.solver, "objective": objective, "goal": goal},
    )


OBJECTIVES: dict[Objective, Callable[[Session], Solution]] = {
    "cost": cheapest,
    "earliest": earliest,
    "delay": soonest,
    "regret": least_regret,
}
"""By name, as typed in the case or on the command line."""
