"""Plans and reports that do not hold when they are checked are told, and leave with their exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.errors import CertificateError, FailedCheck
from planner.message import Message
from planner.report.sheets.checks.certificate import failed_checks
from planner.results import Result


def refuse_unreconciled(failed: Sequence[FailedCheck], workbook: Path) -> None:
    """Raise CertificateError, with what failed, where the checks on a report's sheet Checks do not all hold."""
    if failed:
        raise CertificateError(
            Message(
                "the report does not add up: {failed} FAILED on the sheet Checks of {workbook}. Unless a file of "
                "its folder was changed, this is a fault of this tool; do not use it.",
                failed=len(failed),
                workbook=workbook,
            ),
            failed,
        )


def refuse_failed(result: Result, folder: Path) -> None:
    """Raise CertificateError, with what failed, where a plan that was just found does not hold."""
    if failed := _failed(result):
        raise CertificateError(
            Message(
                "a plan does not hold when it is checked again, which is a fault of this tool; do not use it. The "
                "result is kept in {folder} and marked as failed.",
                folder=folder,
            ),
            failed,
        )


def refuse_changed(result: Result, folder: Path, workbook: Path | None) -> None:
    """Raise CertificateError where a plan that was read back no longer holds; `workbook` is its report, if drawn."""
    if failed := _failed(result):
        drawn = "No report is drawn." if workbook is None else f"The report {workbook} is marked as failed."
        raise CertificateError(
            Message(
                "the plan in {folder} does not hold when it is checked again: one of its files was changed, or "
                "this is a fault of this tool; do not use it. {drawn}",
                folder=folder,
                drawn=drawn,
            ),
            failed,
        )


def _failed(result: Result) -> list[FailedCheck]:
    return [check for kept, found in result.certificates for check in failed_checks(kept, found)]
