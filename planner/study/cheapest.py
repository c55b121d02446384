"""What being early costs: the same case at least cost, beside a plan that reaches its milestones early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import InfeasibleError, NoPlanError
from planner.findings import average_delay, cost_by_account, milestones_reached
from planner.message import Message
from planner.schema import Case
from planner.solution import Solution
from planner.study.study_type import KeptStudy, Study, StudyInput

if TYPE_CHECKING:
    from planner.solving import Session


@dataclass(frozen=True)
class Cheapest:
    """The plan of least cost of a case that asks for milestones first, in the figures that a board compares."""

    cost_musd: float
    """Present cost, million USD."""
    delay_months: float
    """Average delay."""
    by_account: dict[str, float]
    """Present cost by account, million USD."""
    milestones: dict[str, str | None]
    """First period from which each milestone is held; None where it never is."""

    def to_json(self) -> dict[str, Any]:
        """The figures as plain data."""
        return asdict(self)


def cheapest_beside(s: Session) -> Cheapest | None:
    """The plan of least cost, from where an earliest plan stands; None where there is none in the time.

    The session is asked for no milestone and no delay from then on.
    """
    case = s.case
    s.limit("delay", None)
    for name in case.milestones():
        s.reach(name, None)
    s.minimise("cost", fresh=False)
    try:
        plan = s.solve()
    except (InfeasibleError, NoPlanError):
        return None
    return Cheapest(
        plan.objective_musd, average_delay(case, plan), cost_by_account(plan), milestones_reached(case, plan)
    )


def _run(given: StudyInput) -> Iterator[Cheapest]:
    found = cheapest_beside(given.session)
    if found is not None:
        yield found


def _read(kept: KeptStudy, case: Case, plan: Solution) -> Cheapest:
    return Cheapest(**kept.data(dict))


def _needs(case: Case) -> Message | None:
    if case.goals.objective == "earliest":
        return None
    return Message("it is set beside a plan for milestones; add --objective earliest")


def _in_json(found: Cheapest | None, plan: Solution) -> dict[str, Any] | None:
    if found is None:
        return None
    own = cost_by_account(plan)
    accounts = dict.fromkeys((*own, *found.by_account))
    return {
        "present_cost_musd": found.cost_musd,
        "plan_costs_more_musd": plan.objective_musd - found.cost_musd,
        "average_delay_months": found.delay_months,
        "milestones": found.milestones,
        "more_by_account_musd": {name: own.get(name, 0.0) - found.by_account.get(name, 0.0) for name in accounts},
    }


def _lines(told: dict[str, Any] | None) -> dict[str, str]:
    if told is None:
        return {}
    more, steps = told["plan_costs_more_musd"], told["more_by_account_musd"]
    largest = sorted(steps, key=lambda name: -abs(steps[name]))[:3]
    dates = ", ".join(f"{name} {period or 'never'}" for name, period in told["milestones"].items())
    by = ", ".join(f"{name} {steps[name]:+,.0f}" for name in largest if abs(steps[name]) >= 0.5)
    return {
        "being early costs": f"{more:,.0f} million USD more than the cheapest plan{f' ({by})' if by else ''}",
        "the cheapest reaches": f"{dates}; average delay {told['average_delay_months']:.3g} months",
    }


CHEAPEST = Study(
    name="cheapest",
    sentence="The plan of least cost of a case that is to be early, and so what being early costs and brings.",
    run=_run,
    read=_read,
    by_name=False,
    needs=_needs,
    stage="compare",
    data=Cheapest.to_json,
    in_run=True,
    in_json=_in_json,
    lines=_lines,
)
