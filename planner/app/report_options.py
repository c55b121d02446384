"""How a report looks and speaks, and where it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.errors import FailedCheck
from planner.report import write_report
from planner.report.dossier import Dossier
from planner.report.language import speaking
from planner.report.look.theme import Theme, read_theme
from planner.report.pdf import find_office, write_pdf


@dataclass(frozen=True)
class Looks:
    """Fonts and colours, language, and whether there is a printed copy."""

    style: Path | None = None
    """File of fonts, colours and logo; the planner's own looks when left out."""
    language: str = "en"
    """Language of the report."""
    pdf: bool = False
    """Whether the workbook is printed as well, beside it."""

    def check(self) -> None:
        """Find out before anything is solved whether the report can look as asked.

        Raises CaseError for a style file that cannot be used, OptionError for an unknown language, and WriteError where
        no program on this machine prints workbooks.
        """
        with speaking(self.language):
            self._theme()
        if self.pdf:
            find_office()

    def write(self, workbook: Path, dossier: Dossier) -> tuple[FailedCheck, ...]:
        """Write the workbook; which of its checks do not hold. Raises as `check`, and WriteError."""
        with speaking(self.language):
            return write_report(workbook, dossier, theme=self._theme())

    def print(self, workbook: Path) -> None:
        """Write the printed copy of a workbook beside it, where asked; raises WriteError."""
        if self.pdf:
            write_pdf(workbook, workbook.with_suffix(".pdf"))

    def _theme(self) -> Theme:
        return Theme() if self.style is None else read_theme(self.style)
