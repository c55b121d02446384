"""From a case and a question to a plan with its studies, checked; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from planner.app.request import Question
from planner.app.run_studies import Found, asked_studies, run_studies
from planner.certificate import certify
from planner.errors import (
    GAP_NOT_CLOSED,
    Interrupted,
)
from planner.files.case import Case
from planner.results import Result, run_id
from planner.solution import Solution, Status
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from planner.stage_timing import Report, Timing


@dataclass(frozen=True)
class Answered:
    """What was found of a case."""

    result: Result
    exit_code: int
    """0 when the plan is proven within the asked gap, 5 when it is not, 130 when the user stopped it with a plan."""


def answer(case: Case, question: Question, *, report: Report, timing: Timing) -> Answered:
    """Solve a case with what is studied beside it, and check every plan.

    Stopped by the user once there is a plan, it gives the plan and what was found until then; where a study fails, the
    plan without it. Raises a PlannerError where there is no plan.
    """
    case = Case.of(question.of(case), case.source)
    asked = asked_studies(question, case)
    with session(case, question.options, report=report, timing=timing) as s:
        found = run_studies(question, asked, s, OBJECTIVES[case.goals.objective](s), report)
    noted = dict.fromkeys((*case.source.origins.notes, *found.plan.warnings))
    found.plan = replace(found.plan, warnings=tuple(noted))
    try:
        result = _result(question, case, found, report, timing)
    except (KeyboardInterrupt, Interrupted):
        report("stopped", "the plan is checked first; stop once more to leave without it")
        found.stopped = True
        result = _result(question, case, found, report, timing)
    code = max(_exit_code(each) for each in found.to_prove)
    return Answered(result, Interrupted.exit_code if found.stopped else code)


def _result(question: Question, case: Case, found: Found, report: Report, timing: Timing) -> Result:
    """Everything that was found with its certificates and the record of the run."""
    run = _record(question, case, found)
    with timing.stage("certify"):
        report("certify", "")
        certified = {at: certify(plan.case, plan.solution) for at, plan in found.studied.plans(case)}
        certificate = certify(case, found.plan)
    return Result(
        case,
        found.plan,
        certificate,
        run,
        found.studied,
        certified,
        stopped=found.stopped,
        lacking=None if found.failed is None else found.failed.message,
    )


def _record(question: Question, case: Case, found: Found) -> dict[str, Any]:
    """How the run went, without a clock reading."""
    tool, options = version("planner"), question.options
    asked = {
        "solver": options.solver,
        "gap": options.gap,
        "threads": options.threads,
        "time_limit": options.time_limit,
        "continuous": question.continuous,
        "untidy": question.untidy,
    }
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
    return record | found.studied.facts()


def _exit_code(solution: Solution) -> int:
    if solution.interrupted:
        return Interrupted.exit_code
    return 0 if solution.status is Status.OPTIMAL else GAP_NOT_CLOSED
