"""From a question to a plan with its studies, checked and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner.app.deliver import put_in_place
from planner.app.destination import Place
from planner.app.redraw import dossier_of
from planner.app.refuse_failed import refuse_failed, refuse_unreconciled
from planner.app.request import Inputs, Question
from planner.certificate import certify
from planner.disk import Staging
from planner.errors import (
    GAP_NOT_CLOSED,
    CertificateError,
    FailedCheck,
    InfeasibleError,
    Interrupted,
    NoPlanError,
    OptionError,
    PlannerError,
    UnboundedError,
)
from planner.results import Compared, Result, run_id
from planner.schema import Case
from planner.schema.scenarios import scenarios
from planner.solution import Solution, Status
from planner.solving import Session, Timing, session
from planner.solving.objectives import OBJECTIVES
from planner.study.alternatives import Option, options
from planner.study.frontier import Point, case_of_points, not_dominated
from planner.study.frontier import frontier as trace
from planner.study.risk import Risk
from planner.study.risk import risk as study_risk
from planner.study.without_plant import WithoutPlant, without_plant


@dataclass(frozen=True)
class FinishedRun:
    """What `optimize` found and where it is."""

    result: Result
    workbook: Path
    folder: Path
    exit_code: int
    """0 when the plan is proven within the asked gap, 5 when it is not, 130 when it was stopped with a plan, 6
    when something in it does not hold."""
    failed: tuple[FailedCheck, ...] = ()
    """Checks of its plans, or of its report, that do not hold."""


class ChecksFailedError(PlannerError):
    """A plan, or its report, does not hold when it is checked again; it is written all the same."""

    exit_code = CertificateError.exit_code

    def __init__(self, message: str, finished: FinishedRun) -> None:
        """`finished` is what was found and where it is, with what failed."""
        super().__init__(message)
        self.finished = finished


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


def optimize(question: Question) -> FinishedRun:
    """Solve a case file with what is studied beside it, check every plan, and write workbook and result folder.

    Stopped by the user once there is a plan, it writes the plan and what was found until then.
    Raises a PlannerError with the exit code that belongs to it; what was found is never lost. Where a study fails, the
    plan is written first.
    """
    timing = Timing()
    question.looks.check()
    case, files = question.read(timing)
    if "risk" in question.studies:
        _refuse_certain(case)
    place = question.place(case.shocks)
    with place.held() as held:
        with session(case, question.options, report=question.report, timing=timing) as s:
            found = _Found(OBJECTIVES[case.goals.objective](s))
            _study(question, s, found)
        run = _Run(question, case, files, place, held, timing)
        try:
            result, unheld, unprinted = run.finish(found)
        except (KeyboardInterrupt, Interrupted):
            question.report("stopped", "the plan is written first; stop once more to leave without it")
            found.stopped = True
            result, unheld, unprinted = run.finish(found)
    try:
        refuse_failed(result, place.folder)
        refuse_unreconciled(unheld, place.workbook)
    except CertificateError as error:
        finished = FinishedRun(result, place.workbook, place.folder, CertificateError.exit_code, error.failed)
        raise ChecksFailedError(str(error), finished) from error
    if unprinted is not None:
        raise unprinted
    if found.failed is not None:
        raise NoPlanError(f"{found.failed}\n  The plan itself is written to {place.workbook}; the study is left out.")
    code = max(_exit_code(each) for each in (found.plan, *(point.solution for point in found.points)))
    return FinishedRun(result, place.workbook, place.folder, Interrupted.exit_code if found.stopped else code)


@dataclass(frozen=True)
class _Run:
    """A run from its plan on."""

    question: Question
    case: Case
    files: Inputs
    place: Place
    held: Staging
    timing: Timing

    def finish(self, found: _Found) -> tuple[Result, tuple[FailedCheck, ...], PlannerError | None]:
        """Check and write what was found; the result, what in its report does not hold, why it was not printed."""
        found.plan = replace(found.plan, warnings=tuple(dict.fromkeys((*self.files.notes, *found.plan.warnings))))
        result = _result(self.question, self.case, self.files, found, self.timing)
        self.question.report("write", str(self.place.workbook))
        looks = self.question.looks
        return result, *put_in_place(result, lambda: dossier_of(result), self.place, self.held, looks, self.timing)


def _study(question: Question, s: Session, found: _Found) -> None:
    """Everything that is asked beside the plan, in turn; the rest is left out when the user stops it."""
    stage = ""
    try:
        for stage, study in _studies(question, s):
            try:
                with s.timing.stage(stage):
                    study(found)
            except (InfeasibleError, NoPlanError, UnboundedError) as error:
                found.failed = found.failed or error
    except (KeyboardInterrupt, Interrupted):
        question.report("stopped", f"while it was at {stage}; what was found until now is kept")
        found.stopped = True


def _studies(question: Question, s: Session) -> Iterator[tuple[str, Callable[[_Found], None]]]:
    """What is asked beside the plan, in the order in which it is asked of the session."""
    own_door = question.options.solver == "HiGHS"
    start = s.standing() if own_door and s.case.alternatives and not question.plain else None
    report = question.report

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


def _result(question: Question, case: Case, files: Inputs, found: _Found, timing: Timing) -> Result:
    """Everything that was found with its certificates and the record of the run."""
    run = _record(question, case, files, found)
    with timing.stage("certify"):
        question.report("certify", "")
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
    return Result(case, found.plan, certificate, run, found.risk, tuple(points), tuple(compared))


def _record(question: Question, case: Case, files: Inputs, found: _Found) -> dict[str, Any]:
    """How the run went, without a clock reading."""
    tool, options = version("planner"), question.options
    asked = {"solver": options.solver, "gap": options.gap, "threads": options.threads, "time_limit": options.time_limit}
    record: dict[str, Any] = {
        "planner": tool,
        "run": run_id(case, tool, asked),
        "inputs": [{"file": file, "sha256": found} for file, found in files.hashes.items()],
        "places": {
            **files.places,
            **{path: files.place(path) for path in sorted(set(found.plan["prices"]["typed"])) if path},
        },
        "overlays": list(question.overlays),
        "options": asked,
    }
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
