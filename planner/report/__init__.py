"""The board's workbook: a dossier becomes sheets, sheets become a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planner.errors import FailedCheck, WriteError
from planner.message import Message
from planner.report.atomic_write import write_whole
from planner.report.caution import cautioned
from planner.report.dossier import Dossier, Provenance
from planner.report.look.theme import Theme
from planner.report.on_calendar import on_calendar
from planner.report.sheet_spec import Sheet
from planner.report.sheets.assumptions import assumptions
from planner.report.sheets.checks import checks, failed_checks, master_link
from planner.report.sheets.china_us import china_us
from planner.report.sheets.chips import chips
from planner.report.sheets.compute import compute
from planner.report.sheets.cost import cost
from planner.report.sheets.decide import decide_now
from planner.report.sheets.frontier import frontier
from planner.report.sheets.options import options
from planner.report.sheets.power import power
from planner.report.sheets.prices import prices
from planner.report.sheets.provenance import provenance
from planner.report.sheets.risk import risk
from planner.report.sheets.sites import sites
from planner.report.sheets.summary import summary
from planner.report.words import say
from planner.report.workbook import Properties, workbook_bytes
from planner.study.alternatives import ALTERNATIVES
from planner.study.frontier import FRONTIER
from planner.study.risk import RISK

__all__ = ["SHEETS", "SHEET_NAMES", "Dossier", "Provenance", "report_bytes", "sheets_of", "write_report"]

_NOT_RUN = "its study is not part of this result."

SHEETS: tuple[tuple[str, Callable[[Dossier], Sheet | None], str], ...] = (
    ("Summary", summary, ""),
    ("Decide now", decide_now, ""),
    ("Options", options, ALTERNATIVES.missing),
    ("China vs US", china_us, "the case has sites in one market only."),
    ("Chips", chips, ""),
    ("Sites", sites, ""),
    ("Power", power, ""),
    ("Compute", compute, ""),
    ("Cost", cost, ""),
    ("Risk", risk, RISK.missing),
    ("Frontier", frontier, FRONTIER.missing),
    (
        "Prices",
        prices,
        "no limit has a price, or the solver gave none; HiGHS, the solver when none is asked for, gives them.",
    ),
    ("Assumptions", assumptions, "the case names no sources; add a table of assumptions to it."),
)
"""Name, function and, for a sheet that may be left out, why and how to get it; Checks and Provenance follow."""


LATER: tuple[tuple[str, str], ...] = (("Sensitivity", _NOT_RUN),)
"""Sheets of studies that take more than one solve, each with how to get it."""
SHEET_NAMES = frozenset(
    {*(name for name, _, _ in SHEETS), *(name for name, _ in LATER), "Markets", "Checks", "Provenance"}
)
"""Every name that a sheet of a report may have."""


def sheets_of(dossier: Dossier) -> tuple[Sheet, ...]:
    """Every sheet of the report, in order; those whose study was not run are left out."""
    made: list[Sheet] = []
    missing: list[tuple[str, str]] = []
    for name, build, remedy in SHEETS:
        sheet = build(dossier)
        if sheet is None:
            missing.append((name, say(remedy)))
        else:
            made.append(sheet)
    missing += [(name, say(remedy)) for name, remedy in LATER]
    last = provenance(dossier, missing)
    sheets = on_calendar(dossier, (*made, checks(dossier, (*made, last)), last))
    return tuple(cautioned(dossier, sheet) for sheet in sheets)


def report_bytes(dossier: Dossier, *, cached: bool = True, theme: Theme | None = None) -> bytes:
    """The workbook's content; the same dossier gives the same bytes."""
    return _drawn(dossier, sheets_of(dossier), cached=cached, theme=theme)


def _drawn(dossier: Dossier, sheets: tuple[Sheet, ...], *, cached: bool, theme: Theme | None) -> bytes:
    case, origin = dossier.case, dossier.provenance
    master = master_link(next(sheet for sheet in sheets if sheet.name == "Checks"))
    properties = Properties(
        title=case.settings.name,
        day=case.settings.prepared or case.settings.start,
        keywords=f"run={origin.run}, planner={origin.version}",
        master=master,
    )
    return workbook_bytes(sheets, properties, cached=cached, theme=theme)


def write_report(path: Path, dossier: Dossier, *, theme: Theme | None = None) -> tuple[FailedCheck, ...]:
    """Write the workbook whole or not at all; which of its checks do not hold, in their order on the sheet Checks.

    Raises WriteError where the target cannot be written, such as a file that Excel holds open.
    """
    sheets = sheets_of(dossier)
    content = _drawn(dossier, sheets, cached=True, theme=theme)
    try:
        write_whole(path, content)
    except OSError as error:
        raise WriteError(
            Message(
                "cannot write {path}: {reason}; close it if it is open, or name another file with -o.",
                path=path,
                reason=error.strerror or error,
            )
        ) from error
    return failed_checks(dossier, sheets)
