"""Sheets become a workbook: the only part of the report that speaks to openpyxl."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from planner.report.look.cell_styles import ordinary
from planner.report.look.theme import Theme, theme_in_use
from planner.report.sheet_spec import Charts, Formula, Gantt, Note, Ref, Sheet, Table, Value, plain, tables_of
from planner.report.words import say
from planner.report.workbook.cells import Writer, clean
from planner.report.workbook.charts import draw
from planner.report.workbook.finish_xlsx import finish
from planner.report.workbook.layout import POINTS_PER_CM, ROW_HEIGHT, TOP, Page, PlacedBlock, heading, lay_out

__all__ = ["Properties", "workbook_bytes"]

EMU_PER_CM, EMU_PER_PIXEL = 360_000, 9_525
LOGO_HEIGHT, LOGO_WIDTH = 1.2, 6.0
"""Most cm of a logo, which keeps its proportion."""
LOGO_AIR = 4.0
"""Points below it."""


@dataclass(frozen=True)
class Properties:
    """What the document says of itself."""

    title: str
    """Name of the case."""
    day: date
    """Date printed: the case's own."""
    keywords: str
    """Run and version."""
    master: Formula
    """The master check."""


def workbook_bytes(
    sheets: Sequence[Sheet], properties: Properties, *, cached: bool = True, theme: Theme | None = None
) -> bytes:
    """The workbook as a file's content; without caches, programs work the formulas out when they open it."""
    theme = theme_in_use(theme)
    layout = lay_out(sheets, scale=theme.scale, digit=theme.digit_pixels)
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    _ordinary_font(book, theme)
    writer = Writer(book, layout, theme)
    tables = {table.id: table for sheet in sheets for table in tables_of(sheet.blocks)}
    alts = []
    for page in layout.pages:
        texts = _write(writer, book.create_sheet(page.sheet.name), page, properties, tables)
        if texts:
            alts.append(texts)
    _describe(book, properties)
    raw = io.BytesIO()
    book.save(raw)
    caches = [writer.caches.get(page.sheet.name, {}) if cached else {} for page in layout.pages]
    return finish(raw.getvalue(), caches=caches, alts=alts, day=properties.day)


def _ordinary_font(book: Any, theme: Theme) -> None:
    font = ordinary(theme)
    book._fonts = IndexedList([font])
    book._named_styles["Normal"].font = font


def _describe(book: Workbook, properties: Properties) -> None:
    about = book.properties
    about.title = clean(properties.title)
    about.creator = "planner"
    about.lastModifiedBy = "planner"
    about.keywords = clean(properties.keywords)
    about.created = datetime(properties.day.year, properties.day.month, properties.day.day)
    book.calculation.fullCalcOnLoad = True


def _write(
    writer: Writer, sheet: Worksheet, page: Page, properties: Properties, tables: dict[str, Table | Gantt]
) -> list[str]:
    """Write one sheet; the alternative texts of its charts."""
    _head(writer, sheet, page, properties)
    texts: list[str] = []
    for placed in page.placed:
        if isinstance(placed.block, Note):
            _write_note(writer, sheet, page, placed)
        elif isinstance(placed.block, Charts):
            texts += _write_charts(writer, sheet, page, placed, tables)
        else:
            _write_table(writer, sheet, placed)
    for column in range(1, page.last_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = page.widths.get(column, 9.0)
    for row in range(1, page.last_row + 1):
        sheet.row_dimensions[row].height = page.heights.get(row, ROW_HEIGHT) * page.scale
    sheet.row_dimensions[1].height = 24 * page.scale
    if page.sheet.name == "Summary" and writer.theme.logo is not None:
        _write_logo(sheet, page, writer.theme.logo)
        texts.append(say("logo"))
    _print_setup(sheet, page, properties, writer.theme)
    return texts


def _head(writer: Writer, sheet: Worksheet, page: Page, properties: Properties) -> None:
    writer.put(sheet, 1, 1, page.sheet.message, "message")
    writer.put(sheet, 2, 1, page.sheet.title, "title plain")
    if page.sheet.name == "Summary":
        writer.link(sheet, 3, 1, "Checks", "'Checks'!A1")
    else:
        writer.link(sheet, 3, 1, "Summary", "'Summary'!A1")
    writer.put(sheet, 3, 2, properties.master, "good" if properties.master.value == "ALL OK" else "bad")
    sheet.conditional_formatting.add("B3", _red(writer.theme, '"ALL OK"', "notEqual"))
    for address, formula in page.sheet.options.items():
        cell = sheet[address]
        writer.put(sheet, cell.row, cell.column, formula, "good" if formula.value == "ALL OK" else "bad")
        sheet.conditional_formatting.add(address, _red(writer.theme, '"ALL OK"', "notEqual"))


def _write_note(writer: Writer, sheet: Worksheet, page: Page, placed: PlacedBlock) -> None:
    note = placed.block
    assert isinstance(note, Note)
    for offset, line in enumerate(placed.lines):
        writer.put(sheet, placed.row + offset, placed.column, line, note.look)
        if note.look in ("alert", "banner"):
            for column in range(placed.column + 1, page.last_column + 1):
                writer.put(sheet, placed.row + offset, column, None, note.look)


def _write_charts(
    writer: Writer, sheet: Worksheet, page: Page, placed: PlacedBlock, tables: dict[str, Table | Gantt]
) -> list[str]:
    block = placed.block
    assert isinstance(block, Charts)
    texts = []
    left = 0.0
    for chart in block.charts:
        drawn = draw(chart, writer.layout, tables, writer.theme)
        drawn.anchor = _anchor(page, left, placed.row, chart.width, chart.height)
        sheet.add_chart(drawn)
        texts.append(clean(chart.alt))
        left += chart.width / 2.54 * 96 + 6
    return texts


def _anchor(page: Page, pixels: float, row: int, width: float, height: float) -> OneCellAnchor:
    """Where something of a size in cm stands whose left edge lies so many pixels from the page's."""
    column = 0
    while pixels >= page.pixels(column + 1):
        pixels -= page.pixels(column + 1)
        column += 1
    marker = AnchorMarker(col=column, colOff=int(pixels) * EMU_PER_PIXEL, row=row - 1, rowOff=0)
    return OneCellAnchor(_from=marker, ext=XDRPositiveSize2D(int(width * EMU_PER_CM), int(height * EMU_PER_CM)))


def _write_logo(sheet: Worksheet, page: Page, logo: Path) -> None:
    """A picture at the right edge of the links' row, where no text stands, and of the row below, made high enough."""
    picture = Image(io.BytesIO(logo.read_bytes()))
    cm = min(LOGO_HEIGHT / picture.height, LOGO_WIDTH / picture.width)
    width, height = cm * picture.width, cm * picture.height
    across = sum(page.pixels(column) for column in range(1, page.last_column + 1))
    left = across - math.ceil(width / 2.54 * 96) - 2
    picture.anchor = _anchor(page, left, TOP - 2, width, height)
    sheet.add_image(picture)
    above = sheet.row_dimensions[TOP - 2].height or 0.0
    sheet.row_dimensions[TOP - 1].height = max(ROW_HEIGHT * page.scale, height * POINTS_PER_CM - above + LOGO_AIR)


def _write_table(writer: Writer, sheet: Worksheet, placed: PlacedBlock) -> None:
    table = placed.block
    assert isinstance(table, Table | Gantt)
    row, left = placed.row, placed.column
    if table.caption:
        writer.put(sheet, row, left, table.caption, "heading")
        row += 1
    if isinstance(table, Gantt) or table.header:
        _write_line(writer, sheet, table, row, left, values=[heading(column) for column in table.columns], header=True)
        row += 1
    largest = _largest(table)
    for values in table.rows:
        _write_line(writer, sheet, table, row, left, values=values, largest=largest)
        row += 1
    if isinstance(table, Table) and table.total is not None:
        _write_total(writer, sheet, table, row, left)
        row += 1
    for slot in placed.legend:
        writer.put(sheet, row + slot.line, slot.column, None, slot.look)
        writer.put(sheet, row + slot.line, slot.column + 1, slot.meaning, "plain", indent=True)
    if isinstance(table, Table) and table.flag:
        spot = writer.layout.address(Ref(table.id, table.flag), sheet.title)
        sheet.conditional_formatting.add(spot, _red(writer.theme, '"FAILED"', "equal"))


def _write_line(
    writer: Writer,
    sheet: Worksheet,
    table: Table | Gantt,
    row: int,
    left: int,
    *,
    values: Sequence[Value],
    header: bool = False,
    look: str = "body",
    largest: Sequence[float] = (),
) -> None:
    """Write one row of a table; a column that spans several has its value in one of them.

    `largest` is the size of the largest number of each column.
    """
    for column, value, size in zip(table.columns, values, largest or [0.0] * len(values), strict=True):
        dress = "wrap" if column.wrap and look == "body" else look
        if header:
            dress = ("header number" if column.numeric else "header") + (" flat" if column.span > 1 else "")
        for at in range(left, left + column.span):
            here = value if at == column.place(left) else None
            indent = column is not table.columns[0]
            writer.put(sheet, row, at, here, dress, number_format=column.format, indent=indent, largest=size)
        left += column.span


def _largest(table: Table | Gantt) -> list[float]:
    """Size of the largest number in each column of a table."""
    return [
        max((abs(v) for row in table.rows if isinstance(v := plain(row[at]), int | float)), default=0.0)
        for at in range(len(table.columns))
    ]


def _write_total(writer: Writer, sheet: Worksheet, table: Table, row: int, left: int) -> None:
    line: list[Value] = [table.total]
    for column in table.columns[1:]:
        value = math.fsum(v for v in table.values(column.key) if isinstance(v, int | float))
        # A sum over no rows would be a range that holds the sum itself.
        added = Formula("SUM({cells})", {"cells": Ref(table.id, column.key)}, value) if table.rows else 0
        line.append(added if column.total else None)
    _write_line(writer, sheet, table, row, left, values=line, look="total")


def _red(theme: Theme, formula: str, operator: Literal["equal", "notEqual"]) -> Rule:
    fill = PatternFill("solid", bgColor=theme.bad.fill)
    look = DifferentialStyle(font=Font(color=theme.bad.text, bold=True), fill=fill)
    return Rule(type="cellIs", operator=operator, formula=[formula], dxf=look)


def _print_setup(sheet: Any, page: Page, properties: Properties, theme: Theme) -> None:
    last = get_column_letter(page.last_column)
    sheet.print_area = f"A1:{last}{page.last_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if page.sheet.one_page else 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.4
    sheet.page_margins.bottom = 0.6
    sheet.page_margins.header = sheet.page_margins.footer = 0.25
    sheet.oddFooter.left.text = clean(properties.title).replace("&", "&&")
    sheet.oddFooter.center.text = page.sheet.name
    sheet.oddFooter.right.text = say("{page} of {pages}", page="&P", pages="&N")
    for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
        part.size, part.font = 8, f"{theme.font},Regular"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 90
    first = TOP
    titles = "1:2"
    if page.sheet.freeze_header and page.header_row is not None:
        first = page.header_row + 1
        if page.sheet.repeat_header:
            titles = f"1:{page.header_row}"
    if not page.sheet.one_page:
        sheet.print_title_rows = titles
    for row in page.breaks:
        sheet.row_breaks.append(Break(id=row))
    sheet.freeze_panes = f"A{first}"
