"""A report from a result folder, without solving anything."""

from __future__ import annotations

from pathlib import Path

from planner.app.deliver import drawn, printed
from planner.app.destination import Place, refuse_no_workbook
from planner.app.dossier import dossier_of
from planner.app.refuse_uncertified import refuse_changed, refuse_unreconciled
from planner.app.report_options import Looks
from planner.errors import CaseError, FailedCheck, OptionError, PlannerError, Problem, WriteError
from planner.message import Message
from planner.results import Result
from planner.results.damage import DAMAGE, told


def redraw(result: Result, folder: Path, workbook: Path, looks: Looks, *, force: bool = False) -> Path:
    """Write the report of a result that was read from a folder, its plans certified again; where it is.

    Raises OptionError for a place that no workbook can have, WriteError where it cannot be written, CaseError where it
    cannot be drawn, CertificateError where a plan no longer holds or the report's own checks fail.
    """
    refuse_no_workbook(workbook)
    if workbook.resolve().is_relative_to(folder.resolve()):
        raise OptionError(
            Message(
                "{workbook} lies in the result folder itself; give the report another place with -o", workbook=workbook
            )
        )
    looks.check()
    place = Place(workbook, tables=False, pdf=looks.pdf, force=force)
    try:
        with place.held() as held:
            unheld = _drawn(result, folder, held.new / workbook.name, looks)
            failed = printed(held.new / workbook.name, workbook, looks)
            held.swap(place.without_print().targets if failed else place.targets)
    except OSError as error:
        raise WriteError(
            Message(
                "could not write {workbook}: {reason}. What stood there is as it was; close it where it is open, "
                "or name another file with -o.",
                workbook=workbook,
                reason=error.strerror or error,
            )
        ) from error
    refuse_changed(result, folder, workbook)
    refuse_unreconciled(unheld, workbook)
    if failed is not None:
        raise failed
    return workbook


def _drawn(result: Result, folder: Path, workbook: Path, looks: Looks) -> tuple[FailedCheck, ...]:
    """Draw the report; which of its checks do not hold."""
    try:
        dossier = dossier_of(result)
    except DAMAGE as error:
        raise _undrawn(folder, error) from error
    try:
        return drawn(workbook, dossier, looks)
    except (WriteError, OSError):
        raise
    except (PlannerError, *DAMAGE) as error:
        refuse_changed(result, folder, None)
        raise _undrawn(folder, error) from error


def _undrawn(folder: Path, error: Exception) -> CaseError:
    reason = Message(
        "cannot be drawn: {reason}; unless a file of it was changed, a fault of ours",
        reason=" ".join(str(told(error)).split())[:300],
    )
    return CaseError([Problem((), reason, str(folder))])
