"""What every page of a report has to warn of before all else: it is the one home of that line."""

from __future__ import annotations

from dataclasses import replace

from planner.report.dossier import Dossier
from planner.report.sheet_spec import Sheet
from planner.report.words import say


def cautioned(dossier: Dossier, sheet: Sheet) -> Sheet:
    """The sheet, its title beginning with the warning where the plan is one in fractions.

    The title is the second line of every sheet, and of every page that is printed of it.
    """
    if not dossier.in_fractions:
        return sheet
    return replace(
        sheet,
        title=say("A study in fractions of halls and lots, not for signature. {title}", title=sheet.title),
    )
