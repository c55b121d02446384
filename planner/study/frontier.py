"""The frontier of cash cost against average delay, by the epsilon-constraint method.

Mavrotas, G. (2009), Effective implementation of the epsilon-constraint method in multi-objective
mathematical programming problems, Applied Mathematics and Computation 213: both ends are lexicographic, so
that every point is one on which neither goal can be bettered alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import InfeasibleError
from planner.findings import average_delay, cash_cost
from planner.schema import Case
from planner.solution import Solution
from planner.study.short_text import amount
from planner.study.study_type import KeptStudy, PlanBeside, Study, StudyInput

if TYPE_CHECKING:
    from planner.solving import Session

SAME = 1e-6
"""Share of the longest delay within which two delays are one."""


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

    The cheapest comes first, then the soonest, then what lies between, the cheaper first. Where the cheapest is the
    soonest there is no other.
    Raises ValueError for fewer than two points.
    """
    from planner.solving import SLACK

    if points < 2:
        raise ValueError("a frontier has two ends at least")
    s.minimise("delay")
    soonest = s.optimum()
    _, longest = s.tie_break("cash", "delay")
    # The tie was broken among the cheapest plans, so the first point is at hand.
    s.minimise("cash", fresh=False)
    for step in _order(points) if longest > soonest * (1 + SAME) else [0]:
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
    from planner.solving import SLACK

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


def not_dominated(points: Sequence[Point]) -> list[Point]:
    """The points that no other betters in one goal without losing in the other, the cheapest first."""
    kept: list[Point] = []
    longest = max((p.delay_months for p in points), default=0.0)
    for point in sorted(points, key=lambda p: (p.cost_musd, p.delay_months)):
        if not kept or point.delay_months < kept[-1].delay_months - SAME * longest:
            kept.append(point)
    return kept


Points = tuple[Point, ...]


def _run(given: StudyInput) -> Iterator[Points]:
    points: Points = ()
    for point in frontier(given.session, given.points):
        points = (*points, point)
        place = f"{point.delay_months:.3f} months, {point.cost_musd:,.0f} million USD"
        given.report("frontier", f"point {len(points)} of {given.points}: {place}")
        yield points


def _plans(points: Points, case: Case) -> dict[int, PlanBeside]:
    lies_in = case_of_points(case)
    return {at: PlanBeside(lies_in, point.solution) for at, point in enumerate(not_dominated(points), start=1)}


def _read(kept: KeptStudy, case: Case, plan: Solution) -> Points:
    lies_in = case_of_points(case)
    plans = [kept.plan(number, lies_in) for number in kept.numbers()]
    return tuple(Point(average_delay(lies_in, each), cash_cost(lies_in, each), each) for each in plans)


def _in_json(points: Points | None, plan: Solution) -> list[dict[str, float]]:
    return [
        {"delay_months": point.delay_months, "present_cost_musd": point.cost_musd}
        for point in not_dominated(points or ())
    ]


def _lines(told: list[dict[str, Any]]) -> dict[str, str]:
    places = [
        f"{point['delay_months']:.3g} months for {amount(point['present_cost_musd'])} million USD" for point in told
    ]
    return {"frontier": "; ".join(places)} if places else {}


FRONTIER = Study(
    name="frontier",
    sentence="Plans from the cheapest to the soonest, and what each month of delay costs.",
    run=_run,
    read=_read,
    plans=_plans,
    to_prove=lambda points: (point.solution for point in points),
    in_json=_in_json,
    lines=_lines,
    missing="the study of cost against delay is not part of this result; run: planner frontier CASE",
)
