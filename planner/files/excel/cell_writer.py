"""Writes the cells of one sheet of a case workbook, so that each comes back as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import PlannerError
from planner.files.excel.layout import PLAIN_FORMAT
from planner.files.excel.series_rows import CellValue
from planner.files.excel.style import Styles
from planner.message import Message
from planner.xlsx_package import exact

LONGEST_CELL = 32_767
"""Characters that a cell can hold."""
FIRST_DAY = date(1900, 3, 1)
"""Days before this are text: Excel counts one too many in February 1900."""


class SheetPen:
    """Writes into one sheet."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet = sheet
        self._styles = styles

    def put(
        self,
        row: int,
        column: int,
        value: CellValue,
        look: str,
        number_format: str = PLAIN_FORMAT,
        *,
        left: bool = False,
    ) -> None:
        """Write one cell; a text that begins with = stays text, and a number comes back as it is."""
        cell: Any = self.sheet.cell(row, column)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        cell.style = self._styles.named(look, number_format, right=not left and (number or isinstance(value, date)))
        if isinstance(value, str):
            if len(value) > LONGEST_CELL:
                raise PlannerError(
                    Message(
                        "{title}!{coordinate} would hold a text of {value} characters; a cell of a workbook holds "
                        "{longest_cell}, so shorten it or keep the case as YAML",
                        title=self.sheet.title,
                        coordinate=cell.coordinate,
                        value=len(value),
                        longest_cell=LONGEST_CELL,
                    )
                )
            cell.value, cell.data_type = value, "s"
            if value[:1] in ("=", "+", "-", "@"):
                cell.quotePrefix = True
        elif isinstance(value, bool):
            cell.value = value
        elif isinstance(value, int | float):
            cell.value, cell.data_type = exact(value) if isinstance(value, float) else str(value), "n"
        elif isinstance(value, date) and value < FIRST_DAY:
            cell.value = value.isoformat()
        elif value is not None:
            cell.value = value

    def link(self, row: int, name: str) -> None:
        """The name of a sheet, leading there."""
        self.put(row, 1, name, "link")
        cell: Any = self.sheet.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.style = self._styles.named("link")
