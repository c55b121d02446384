"""What on-site power is worth: the same case with none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import InfeasibleError, NoPlanError
from planner.findings import average_delay, final_it_mw, milestones_reached, reported
from planner.message import Message
from planner.schema import Case
from planner.solution import Solution
from planner.study.study_type import KeptStudy, Study, StudyInput

if TYPE_CHECKING:
    from planner.solving import Session


@dataclass(frozen=True)
class WithoutPlant:
    """The best plan of a case without on-site plant, in the figures that a board compares."""

    cost_musd: float
    """Present cost, million USD."""
    delay_months: float
    """Average delay."""
    final_it_mw: dict[str, float]
    """MW of IT ready at the end, by market."""
    milestones: dict[str, str | None]
    """First period from which each milestone is held; None where it never is."""

    def to_json(self) -> dict[str, Any]:
        """The figures as plain data."""
        return asdict(self)


def without_plant(s: Session) -> WithoutPlant | None:
    """The plan of least cost without on-site plant; None where there is none, nor a plan without, nor time."""
    if not s.has_plant:
        return None
    try:
        plan = s.solve_without_plant()
    except (InfeasibleError, NoPlanError):
        return None
    case = s.case
    return WithoutPlant(
        plan.objective_musd,
        average_delay(case, plan),
        final_it_mw(reported(case, plan)),
        milestones_reached(case, plan),
    )


def _run(given: StudyInput) -> Iterator[WithoutPlant]:
    # A second integer program would take as long as the first.
    found = without_plant(given.session) if given.plan.linear else None
    if found is not None:
        yield found


def _read(kept: KeptStudy, case: Case, plan: Solution) -> WithoutPlant:
    return WithoutPlant(**kept.data(dict))


def _needs(case: Case) -> Message | None:
    if case.goals.objective == "cost":
        return None
    return Message("its plan is the cheapest; add --objective cost")


WITHOUT_PLANT = Study(
    name="without_plant",
    sentence="The plan of least cost without on-site plant, and so what that plant is worth.",
    run=_run,
    read=_read,
    by_name=False,
    needs=_needs,
    stage="compare",
    data=WithoutPlant.to_json,
    in_run=True,
)
