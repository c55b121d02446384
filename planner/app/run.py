"""From a case and a question to a plan with its studies, checked; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from planner.app.request import Question
from planner.certificate import certify
from planner.errors import (
    GAP_NOT_CLOSED,
    InfeasibleError,
    Interrupted,
    NoPlanError,
    OptionError,
    PlannerError,
    UnboundedError,
)
from planner.files.case import Case
from planner.results import Compared, Result, run_id
from planner.schema.scenarios import scenarios
from planner.solution import Solution, Status
from planner.solving import Report, Session, Timing, session
from planner.solving.objectives import OBJECTIVES
from planner.study.alternatives import Option, options
from planner.study.frontier import Point, case_of_points, not_dominated
from planner.study.frontier import frontier as trace
from planner.study.risk import Risk
from planner.study.risk import risk as study_risk
from planner.study.without_plant import WithoutPlant, without_plant


@dataclass
class _Found:
    """A plan and what was found beside it so far."""

    plan: Solution
    risk: Risk | None = None
    without_plant: WithoutPlant | None = None
    options: list[Option] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    stopped: bool = False
    """Whether the user stopped a study; what it had found by then is kept."""
    failed: PlannerError | None = None
    """Why a study ended without an answer."""


@dataclass(frozen=True)
class Answer:
    """What was found of a case."""

    result: Result
    exit_code: int
    """0 when the plan is proven within the asked gap, 5 when it is not, 130 when the user stopped it with a plan."""


def answer(case: Case, question: Question, *, report: Report, timing: Timing) -> Answer:
    """Solve a case with what is studied beside it, and check every plan.

    Stopped by the user once there is a plan, it gives the plan and what was found until then; where a study fails, the
    plan without it. Raises a PlannerError where there is no plan.
    """
    case = Case.of(question.of(case), case.source)
    if "risk" in question.studies:
        _refuse_certain(case)
    with session(case, question.options, report=report, timing=timing) as s:
        found = _Found(OBJECTIVES[case.goals.objective](s))
        _study(question, s, found, report)
    noted = dict.fromkeys((*case.source.origins.notes, *found.plan.warnings))
    found.plan = replace(found.plan, warnings=tuple(noted))
    try:
        result = _result(question, case, found, report, timing)
    except (KeyboardInterrupt, Interrupted):
        report("stopped", "the plan is checked first; stop once more to leave without it")
        found.stopped = True
        result = _result(question, case, found, report, timing)
    code = max(_exit_code(each) for each in (found.plan, *(point.solution for point in found.points)))
    return Answer(result, Interrupted.exit_code if found.stopped else code)


def _study(question: Question, s: Session, found: _Found, report: Report) -> None:
    """Everything that is asked beside the plan, in turn; the rest is left out when the user stops it."""
    stage = ""
    try:
        for stage, study in _studies(question, s, report):
            try:
                with s.timing.stage(stage):
                    study(found)
            except (InfeasibleError, NoPlanError, UnboundedError) as error:
                found.failed = found.failed or error
    except (KeyboardInterrupt, Interrupted):
        report("stopped", f"while it was at {stage}; what was found until now is kept")
        found.stopped = True


def _studies(question: Question, s: Session, report: Report) -> Iterator[tuple[str, Callable[[_Found], None]]]:
    """What is asked beside the plan, in the order in which it is asked of the session."""
    own_door = question.options.solver == "HiGHS"
    start = s.standing() if own_door and s.case.alternatives and not question.plain else None

    def weigh(found: _Found) -> None:
        found.risk = study_risk(s, found.plan, report=report)

    def verify(found: _Found) -> None:
        found.plan = s.verify_prices(found.plan)

    def do_without_plant(found: _Found) -> None:
        # A second integer program would take as long as the first.
        if found.plan.linear and s.case.goals.objective == "cost":
            found.without_plant = without_plant(s)

    def compare(found: _Found) -> None:
        for option in options(s.case, start, question.options, report=report):
            found.options.append(option)

    def follow(found: _Found) -> None:
        for point in trace(s, question.points):
            found.points.append(point)
            place = f"{point.delay_months:.3f} months, {point.cost_musd:,.0f} million USD"
            report("frontier", f"point {len(found.points)} of {question.points}: {place}")

    if "risk" in question.studies:
        yield "risk", weigh
    yield "verify", verify
    if own_door and not question.plain:
        yield "compare", do_without_plant
        yield "compare", compare
    if "frontier" in question.studies:
        yield "frontier", follow


def _result(question: Question, case: Case, found: _Found, report: Report, timing: Timing) -> Result:
    """Everything that was found with its certificates and the record of the run."""
    run = _record(question, case, found)
    with timing.stage("certify"):
        report("certify", "")
        lies_in = case_of_points(case)
        points = [
            Result(lies_in, point.solution, certify(lies_in, point.solution), run)
            for point in not_dominated(found.points)
        ]
        compared = [
            Compared(option, None if option.solution is None else certify(option.case, option.solution))
            for option in found.options
        ]
        certificate = certify(case, found.plan)
    return Result(
        case,
        found.plan,
        certificate,
        run,
        found.risk,
        tuple(points),
        tuple(compared),
        stopped=found.stopped,
        lacking="" if found.failed is None else str(found.failed),
    )


def _record(question: Question, case: Case, found: _Found) -> dict[str, Any]:
    """How the run went, without a clock reading."""
    tool, options = version("planner"), question.options
    asked = {"solver": options.solver, "gap": options.gap, "threads": options.threads, "time_limit": options.time_limit}
    source = case.source
    typed = [each.path for each in case.assumptions] + sorted(set(found.plan["prices"]["typed"]) - {""})
    record: dict[str, Any] = {
        "planner": tool,
        "run": run_id(case, tool, asked),
        "inputs": [{"file": file, "sha256": sha256} for file, sha256 in source.hashes.items()],
        "places": {path: case.place(path) for path in typed} if source.path else {},
        "overlays": list(source.overlays),
        "options": asked,
    }
    if source.changes:
        record["changes"] = list(source.changes)
    if found.without_plant is not None:
        record["without_plant"] = found.without_plant.to_json()
    return record


def _refuse_certain(case: Case) -> None:
    if len(scenarios(case)) == 1:
        raise OptionError(
            "the case has nothing uncertain in it: type a table uncertainty, with a reveal and its outcomes, "
            "or run planner optimize"
        )
    if case.goals.objective not in ("cost", "regret"):
        raise OptionError(
            f"the study of risk weighs costs, and the objective of the case is {case.goals.objective}; "
            "add --objective cost or --objective regret"
        )


def _exit_code(solution: Solution) -> int:
    if "nterrupt" in str(solution.solver.get("said", "")):
        return Interrupted.exit_code
    return 0 if solution.status is Status.OPTIMAL else GAP_NOT_CLOSED
