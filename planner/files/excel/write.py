"""A case as a workbook that planners edit: every sheet of the layout, with its data dictionary and its choices."""

from __future__ import annotations

import io
import os
import tempfile
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path as File
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from planner.files.excel import style
from planner.files.excel.case_rows import SheetContent, content_of
from planner.files.excel.cell_kinds import CELL_KINDS
from planner.files.excel.cell_writer import SheetPen
from planner.files.excel.data_validation import LAST_ROW, CellRules, Lists
from planner.files.excel.expected_sheets import all_sheets
from planner.files.excel.extra_sheets import DATE_ACROSS, LISTS, README, SERIES, VALUE_BELOW
from planner.files.excel.layout import (
    DAY_FORMAT,
    FIRST_ROW,
    HEADER_ROW,
    MEANING_ROW,
    PLAIN_FORMAT,
    TITLE_ROW,
    UNIT_ROW,
    VERTICAL_HEADERS,
    SheetColumn,
    SheetLayout,
)
from planner.files.excel.series_rows import CellValue
from planner.files.field_reference import MAY_BE_BLANK, allowed, default, dictionary
from planner.schema.case import Case
from planner.xlsx_package import packed

SPARE_ROWS = 12
"""Filled cells below the last row."""
SPARE_DATES = 3
"""Columns for dates beside those that Series uses."""
NO_DAY = date(2000, 1, 1)
"""Date of the document's properties where a case has none of its own."""
_RUNNING = ("note", "source")
"""Columns of running text."""
_WIDE = {"note": 52.0, "source": 44.0, "path": 34.0, "field": 40.0, "rows": 26.0}
_VERTICAL_WIDTHS = (26.0, 44.0, 14.0, 92.0)


def write_workbook(case: Case | None, path: File) -> None:
    """Write a case as a workbook, whole or not at all; without a case, an empty one to be filled."""
    path = File(path)
    content = workbook_bytes(case)
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        File(part).chmod(0o666 & ~umask)
        File(part).replace(path)
    except BaseException:
        File(part).unlink(missing_ok=True)
        raise


def workbook_bytes(case: Case | None) -> bytes:
    """The workbook as a file's content, the same for the same case."""
    content = content_of(case)
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    title = "".join(each if each.isprintable() else " " for each in case.settings.name) if case else "Empty case"
    writer = _Writer(book, content, title, complete=case is not None)
    for layout in all_sheets():
        if layout.form == "vertical":
            writer.vertical(layout)
        else:
            writer.table(layout)
    writer.readme()
    writer.lists.write(book.create_sheet(LISTS), writer.styles)
    writer.set_up(book[LISTS], "A3", HEADER_ROW)
    day = (case.settings.prepared if case else None) or NO_DAY
    book.properties.title = title
    book.properties.creator = book.properties.lastModifiedBy = "planner"
    book.properties.created = datetime(day.year, day.month, day.day)
    raw = io.BytesIO()
    book.save(raw)
    return packed(raw.getvalue(), day=day)


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Workbook, content: SheetContent, title: str, *, complete: bool) -> None:
        self.book = book
        self.content = content
        self.title = title
        self.styles = style.Styles(book)
        self.lists = Lists()
        self.rules = CellRules(self.lists, complete=complete)

    def vertical(self, layout: SheetLayout) -> None:
        """A sheet with a field a line."""
        pen = self.pen(layout)
        sheet = pen.sheet
        for at, header in enumerate(VERTICAL_HEADERS, 1):
            pen.put(HEADER_ROW, at, header, "header")
        rows = self.content.rows[layout.name]
        values = rows[0] if rows else (None,) * len(layout.columns)
        for row, (column, value) in enumerate(zip(layout.columns, values, strict=True), HEADER_ROW + 1):
            meaning = explained(column, layout)
            must = column.required and len(column.path) == 1
            pen.put(row, 1, column.header, "required field" if must else "field")
            pen.put(row, 2, value, "wrapped", _format(column), left=True)
            pen.put(row, 3, column.unit or None, "unit")
            pen.put(row, 4, meaning, "text")
            lines = max(_lines(meaning, _VERTICAL_WIDTHS[3]), _lines(str(value or ""), _VERTICAL_WIDTHS[1]))
            sheet.row_dimensions[row].height = lines * style.LINE + 3
            self.rules.add(sheet, column, f"B{row}")
        for at, width in enumerate(_VERTICAL_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        self.rules.place(sheet)
        self.set_up(sheet, f"B{HEADER_ROW + 1}", HEADER_ROW)

    def table(self, layout: SheetLayout) -> None:
        """A sheet with a row of the table a line."""
        pen = self.pen(layout)
        sheet = pen.sheet
        columns, rows = layout.all_columns, self.content.rows.get(layout.name, [])
        tall = 0.0
        widths = []
        for at, column in enumerate(columns, 1):
            meaning = explained(column, layout)
            width = _width(column, (row[at - 1] for row in rows))
            widths.append(width)
            must = column.required and len(column.path) <= 1
            pen.put(HEADER_ROW, at, column.header, "required" if must else "header")
            pen.put(UNIT_ROW, at, column.unit or None, "unit")
            pen.put(MEANING_ROW, at, meaning, "meaning")
            tall = max(tall, _lines(meaning, width * 1.22))
            letter = get_column_letter(at)
            sheet.column_dimensions[letter].width = width
            self.rules.add(sheet, column, f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
        dates = self._dates(pen, len(columns)) if layout is SERIES else 0
        keys = len(layout.keys)
        for row in range(FIRST_ROW, FIRST_ROW + len(rows) + SPARE_ROWS):
            cells = rows[row - FIRST_ROW] if row - FIRST_ROW < len(rows) else ()
            for at in range(1, len(columns) + dates + 1):
                spec = columns[at - 1] if at <= len(columns) else None
                look = "name" if at <= keys else "wrapped" if spec and _wraps(spec) else "cell"
                value = cells[at - 1] if at <= len(cells) else None
                pen.put(row, at, value, look, _format(spec) if spec else PLAIN_FORMAT)
            high = max(
                (_lines(value, widths[at]) for at, value in enumerate(cells) if isinstance(value, str)), default=1
            )
            if high > 1:
                sheet.row_dimensions[row].height = high * style.LINE + 2
        sheet.row_dimensions[HEADER_ROW].height = style.LINE + 5
        units = max(_lines(column.unit, width) for column, width in zip(columns, widths, strict=True))
        sheet.row_dimensions[UNIT_ROW].height = units * style.LINE + 2
        sheet.row_dimensions[MEANING_ROW].height = tall * style.SMALL_LINE + 4
        self.rules.place(sheet)
        self.set_up(sheet, f"{get_column_letter(keys + 1)}{FIRST_ROW}", MEANING_ROW)

    def _dates(self, pen: SheetPen, after: int) -> int:
        """Headers of the dates across; how many there are."""
        dates = (*self.content.dates, *((None,) * SPARE_DATES))
        for at, day in enumerate(dates, after + 1):
            pen.put(HEADER_ROW, at, day, "header", DAY_FORMAT)
            pen.put(UNIT_ROW, at, None, "unit")
            pen.put(MEANING_ROW, at, "Value on this date." if day else "Type a date above.", "meaning")
            pen.sheet.column_dimensions[get_column_letter(at)].width = 12.5
        first, last = get_column_letter(after + 1), get_column_letter(after + len(dates))
        self.rules.add(pen.sheet, DATE_ACROSS, f"{first}{HEADER_ROW}:{last}{HEADER_ROW}")
        self.rules.add(pen.sheet, VALUE_BELOW, f"{first}{FIRST_ROW}:{last}{LAST_ROW}")
        return len(dates)

    def readme(self) -> None:
        """The data dictionary: how to fill the workbook, what each sheet holds, and every column."""
        sheet = self.book.create_sheet(README)
        pen = SheetPen(sheet, self.styles)
        sheet.sheet_properties.tabColor = style.QUIET
        pen.put(TITLE_ROW, 1, "How to fill this workbook, and what every column means", "title")
        sheet.row_dimensions[TITLE_ROW].height = 24
        widths = (27.0, 28.0, 20.0, 76.0, 20.0, 48.0)
        for at, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        row = TITLE_ROW + 1
        for line in (line for text in _ADVICE for line in textwrap.wrap(text, int(sum(widths) * 0.8))):
            pen.put(row, 1, line, "plain")
            row += 1
        row += 1
        for at, header in enumerate(("Sheet", "Table", "Rows", "What it holds"), 1):
            pen.put(row, at, header, "header")
        for layout in all_sheets():
            row += 1
            pen.link(row, layout.name)
            pen.put(row, 2, layout.table or None, "text")
            pen.put(row, 3, len(self.content.rows.get(layout.name, ())), "text")
            pen.put(row, 4, layout.meaning, "text")
            sheet.row_dimensions[row].height = _lines(layout.meaning, widths[3]) * style.LINE + 2
        row += 2
        for at, header in enumerate(("Sheet", "Column", "Unit", "Meaning", "Left blank", "Allowed"), 1):
            pen.put(row, at, header, "header")
        for entry in dictionary():
            row += 1
            for at, value in enumerate(entry, 1):
                pen.put(row, at, value or None, "text")
            sheet.row_dimensions[row].height = (
                max(_lines(value, width) for value, width in zip(entry, widths, strict=True)) * style.LINE + 2
            )
        self.set_up(sheet, f"A{TITLE_ROW + 1}", TITLE_ROW)

    def pen(self, layout: SheetLayout) -> SheetPen:
        """Writes into a new sheet with its title."""
        pen = SheetPen(self.book.create_sheet(layout.name), self.styles)
        pen.put(TITLE_ROW, 1, f"{layout.name}: {layout.meaning}", "title")
        pen.sheet.row_dimensions[TITLE_ROW].height = 24
        pen.sheet.sheet_properties.tabColor = style.tab(layout.table)
        return pen

    def set_up(self, sheet: Any, frozen: str, titles: int) -> None:
        """Frozen panes and print set-up: one page wide, so that rows alone are repeated on the next.

        LibreOffice takes many seconds to open a workbook of as many sheets with columns that are repeated too.
        """
        sheet.freeze_panes = frozen
        sheet.print_title_rows = f"1:{titles}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        margins = sheet.page_margins
        margins.left = margins.right = margins.top = 0.4
        margins.bottom, margins.header, margins.footer = 0.6, 0.25, 0.25
        footer = sheet.oddFooter
        footer.left.text = self.title.replace("&", "&&")
        footer.center.text = sheet.title
        footer.right.text = "&P of &N"
        for part in (footer.left, footer.center, footer.right):
            part.size, part.font = 8, f"{style.FONT},Regular"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 90


_ADVICE: Sequence[str] = (
    "Type into the pale yellow cells. A blank cell is a value left out: it takes its default, or what the case says "
    "that this one extends. Columns whose header is dark must be filled in every row.",
    "The first columns name the row. A row of a sheet such as Sites build options belongs to the row of Sites that its "
    "first column names. Rows without names are no rows; rows and columns in between may be added or left empty, "
    "and the rows with units and meanings may be deleted.",
    "A value that moves in time is left blank on its own sheet and stands on Series: table, row and field name it, "
    "step or linear gives it dates across, growth a base and a growth a year. set, scale and add change it from a "
    "date on, in the order of the rows. Series by date holds the same with a date a row.",
    'Lists of names have commas between them; a name that holds a comma stands in quotes: "a, b". Shares are '
    "fractions: 85 % is 0.85. All money is in USD.",
    "Sheets of your own whose names begin with Calc are not read; cells of the tables may be formulas that show their "
    "results.",
    "In every table the columns Source, As of, Confidence, Owner and Note may be added; they go with the row into the "
    "sheet Assumptions of the report.",
)


def explained(column: SheetColumn, layout: SheetLayout) -> str:
    """What a column means, what may be typed, and what a blank cell says."""
    meaning = column.meaning if column.meaning.endswith((".", "...")) else f"{column.meaning}."
    blank = default(column, layout)
    told = blank == MAY_BE_BLANK and "left out" in meaning
    return f"{meaning} Allowed: {allowed(column)}.{'' if told else f' {blank[0].upper()}{blank[1:]}.'}"


def _format(column: SheetColumn) -> str:
    """How Excel shows a column; cells for text of 256 and more characters are no text cells."""
    return PLAIN_FORMAT if column.header in _RUNNING else CELL_KINDS[column.kind].number_format


def _wraps(column: SheetColumn) -> bool:
    return column.header in _RUNNING or CELL_KINDS[column.kind].wraps


def _width(column: SheetColumn, values: Iterable[CellValue]) -> float:
    least = _WIDE.get(column.header) or CELL_KINDS[column.kind].width
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    most = least if _wraps(column) else 46.0
    header = sum(1.45 if letter in "mw" else 1.0 for letter in column.header)
    return max(least, header * 1.02 + 3, min(most, longest * 1.08 + 2))


def _lines(text: str, width: float) -> int:
    room = max(4, int(width * 1.15))
    return sum(max(1, len(textwrap.wrap(part, room, break_on_hyphens=False))) for part in text.split("\n"))
