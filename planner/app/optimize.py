"""From a case file to a plan with its studies, checked and written: what the command `optimize` does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.app.deliver import put_in_place
from planner.app.destination import refuse_sources
from planner.app.refuse_uncertified import refuse_failed, refuse_unreconciled
from planner.app.request import Job
from planner.app.run import answer
from planner.errors import CertificateError, FailedCheck, Interrupted, NoPlanError, PlannerError
from planner.files.case import read_case
from planner.message import Message
from planner.results import Result
from planner.stage_timing import Timing


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

    def __init__(self, cause: CertificateError, finished: FinishedRun) -> None:
        """`finished` is what was found and where it is, with what failed."""
        super().__init__(cause.message, cause.failed)
        self.finished = finished


def optimize(job: Job) -> FinishedRun:
    """Solve a case file with what is studied beside it, check every plan, and write workbook and result folder.

    Stopped by the user once there is a plan, it writes the plan and what was found until then.
    Raises a PlannerError with the exit code that belongs to it; what was found is never lost. Where a study fails, the
    plan is written first.
    """
    timing, report = Timing(), job.report
    job.looks.check()
    with timing.stage("read"):
        report("read", str(job.path))
        case = read_case(job.path, overlays=job.overlays, allow_outside=job.allow_outside)
    place = job.place(case.shocks)
    refuse_sources(place, case.source)
    with place.held() as held:
        found = answer(case, job.question, report=report, timing=timing)
        result, code = found.result, found.exit_code
        report("write", str(place.workbook))
        try:
            unheld, unprinted = put_in_place(result, place, held, job.looks, timing)
        except (KeyboardInterrupt, Interrupted):
            report("stopped", "the plan is written first; stop once more to leave without it")
            code = Interrupted.exit_code
            unheld, unprinted = put_in_place(result, place, held, job.looks, timing)
    try:
        refuse_failed(result, place.folder)
        refuse_unreconciled(unheld, place.workbook)
    except CertificateError as error:
        finished = FinishedRun(result, place.workbook, place.folder, CertificateError.exit_code, error.failed)
        raise ChecksFailedError(error, finished) from error
    if unprinted is not None:
        raise unprinted
    if result.lacking is not None:
        raise NoPlanError(
            Message(
                "{failed}\n  The plan itself is written to {workbook}; the study is left out.",
                failed=result.lacking,
                workbook=str(place.workbook),
            )
        )
    return FinishedRun(result, place.workbook, place.folder, code)
