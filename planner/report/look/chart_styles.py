"""Text, lines and fills of charts in a theme."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun

from planner.report.look.colour_roles import NONE
from planner.report.look.theme import Theme
from planner.report.workbook.cells import clean


@dataclass(frozen=True)
class ChartPen:
    """Draws in a theme's font and colours."""

    theme: Theme

    def text(self, role: str = "quiet") -> RichText:
        """How labels are written."""
        look = self._letters(self.theme.size - 1, role)
        return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])

    def heading(self, text: str) -> Title:
        """The title of a chart."""
        return self._title(text, self.theme.size + 0.5, bold=True)

    def axis_title(self, text: str) -> Title | None:
        """The title of an axis, which may have none."""
        return self._title(text, self.theme.size - 1, bold=False) if text else None

    def _title(self, text: str, points: float, *, bold: bool) -> Title:
        look = self._letters(points, "ink", bold=bold)
        run = RegularTextRun(rPr=look, t=clean(text))
        body = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])
        return Title(tx=Text(rich=body), overlay=False)

    def _letters(self, points: float, role: str, *, bold: bool | None = None) -> CharacterProperties:
        face = Font(typeface=self.theme.font)
        return CharacterProperties(sz=int(points * 100), b=bold, solidFill=self.theme.colour(role), latin=face, ea=face)

    def line(self, role: str, points: float) -> GraphicalProperties:
        """A line without a fill."""
        return GraphicalProperties(ln=self._stroke(role, points))

    def axis(self, role: str) -> GraphicalProperties:
        """An axis or the lines across; `none` leaves it out."""
        return GraphicalProperties(ln=LineProperties(noFill=True) if role == NONE else self._stroke(role, None))

    def _stroke(self, role: str, points: float | None) -> LineProperties:
        width = None if points is None else int(points * 12_700)
        return LineProperties(solidFill=self.theme.colour(role), w=width)

    def area(self, role: str, *, edge: str | None = None) -> GraphicalProperties:
        """A filled area with an edge as thin as a hair, or none; `none` draws nothing."""
        if role == NONE:
            return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        stroke = LineProperties(solidFill=edge, w=3175) if edge else LineProperties(noFill=True)
        return GraphicalProperties(solidFill=self.theme.colour(role), ln=stroke)
