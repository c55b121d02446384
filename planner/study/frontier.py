"""The frontier of cash cost against average delay, by the epsilon-constraint method.

Mavrotas, G. (2009), Effective implementation of the epsilon-constraint method in multi-objective
mathematical programming problems, Applied Mathematics and Computation 213: both ends are lexicographic, so
that every point is one on which neither goal can be bettered alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.errors import InfeasibleError
from planner.findings import average_delay, cash_cost
from planner.schema import Case
from planner.solution import Solution
from planner.solving import SLACK, Session

SAME = 1e-6
"""Share of the frontier's width within which two points are one."""


@dataclass(frozen=True)
class Point:
    """A plan on the frontier."""

    delay_months: float
    """Average delay."""
    cost_musd: float
    """Present cost in cash, penalties left out, million USD."""
    solution: Solution
    """The plan."""


def case_of_points(case: Case) -> Case:
    """The case that plans on its frontier answer: they limit delay, save cash and weigh no risk, as for cost."""
    return case.model_copy(update={"goals": case.goals.model_copy(update={"risk_weight": 0.0, "objective": "cost"})})


def frontier(s: Session, points: int) -> Iterator[Point]:
    """Plans from the cheapest to the soonest, evenly spaced in delay; what is found is yielded at once.

    The cheapest comes first, then the soonest, then what lies between, the cheaper first.
    Raises ValueError for fewer than two points.
    """
    if points < 2:
        raise ValueError("a frontier has two ends at least")
    s.minimise("delay")
    soonest = s.optimum()
    _, longest = s.tie_break("cash", "delay")
    # The tie was broken among the cheapest plans, so the first point is at hand.
    s.minimise("cash", afresh=False)
    for step in _order(points):
        most = longest + (soonest - longest) * step / (points - 1)
        s.limit("delay", most + SLACK * max(most, longest))
        try:
            plan = s.solve()
        except InfeasibleError:
            continue
        if not plan.linear:
            plan = _soonest_at(s, plan)
        yield Point(average_delay(s.case, plan), cash_cost(s.case, plan), plan)


def _soonest_at(s: Session, plan: Solution) -> Solution:
    """The soonest plan that costs no more: between whole phases a cheaper limit may leave delay on the table.

    On the frontier of a linear program the limit on delay is met exactly, so there is none to find.
    """
    cost = cash_cost(s.case, plan)
    s.limit("cash", cost + max(SLACK, plan.gap or 0.0) * abs(cost))
    s.minimise("delay")
    s.limit("delay", s.optimum() * (1 + SLACK))
    s.minimise("cash")
    better = s.solve()
    s.limit("cash", None)
    return better


def _order(points: int) -> list[int]:
    """The two ends first, so that an interrupted study still spans the frontier.

    >>> _order(5)
    [0, 4, 1, 2, 3]
    """
    return [0, points - 1, *range(1, points - 1)]


def not_dominated(points: list[Point]) -> list[Point]:
    """The points that no other betters in one goal without losing in the other, the cheapest first."""
    kept: list[Point] = []
    width = max((p.delay_months for p in points), default=0.0) - min((p.delay_months for p in points), default=0.0)
    for point in sorted(points, key=lambda p: (p.cost_musd, p.delay_months)):
        if not kept or point.delay_months < kept[-1].delay_months - SAME * width:
            kept.append(point)
    return kept
