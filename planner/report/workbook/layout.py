"""Where each block of a sheet stands: names of tables and columns become addresses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname

from planner.report.language import columns, spoken
from planner.report.sheet_spec import (
    Beside,
    Block,
    Cell,
    Charts,
    Column,
    Formula,
    Gantt,
    Gap,
    Note,
    Ref,
    Sheet,
    Table,
    Value,
)
from planner.report.words import say
from planner.report.workbook.legend import Slot, slots
from planner.report.workbook.wrapping import wrapped

TOP = 5
"""First row below the frozen message, title and links."""
LEAST_WIDTH = 162.0
"""Characters that a page is wide at least, so that a long message fits on its line."""
LETTERS = 1.1
"""Letters of running text in the width of a figure, cautiously."""
ROW_HEIGHT = 13.2
"""Points of an ordinary row."""
HEADING, AIRY_HEADING = 19.0, 26.0
"""Points of a heading's row, and of one right below a note."""
LINE_HEIGHT = 12.6
"""Points of each line of wrapped text."""
WIDE_LINE = 1.12
"""Height of a line of Chinese characters against one of Latin letters."""
POINTS_PER_CM = 72 / 2.54
PRINTED_WIDTH, PRINTED_HEIGHT = 780.0, 510.0
"""Points of an A4 page within its margins, a little less to be safe."""
LITTLE = 0.35
"""Share of a page that may be left with nothing but what stands above a table."""
PAD_COLUMN = 9.0
"""Width of a column that no block asks about."""


@dataclass(frozen=True)
class Spot:
    """Where a table stands."""

    sheet: str
    first_row: int
    """Row of its first line of data."""
    columns: dict[str, int]
    rows: int

    @property
    def last_row(self) -> int:
        """Row of its last line of data."""
        return self.first_row + self.rows - 1


@dataclass(frozen=True)
class PlacedBlock:
    """A block with its top left corner."""

    block: Table | Gantt | Charts | Note
    row: int
    column: int
    lines: tuple[str, ...] = ()
    """Lines of a note."""
    legend: tuple[Slot, ...] = ()
    """Entries of a table's legend, which begins below its last row."""


@dataclass
class Page:
    """A sheet laid out."""

    sheet: Sheet
    placed: list[PlacedBlock] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    last_row: int = TOP
    last_column: int = 1
    header_row: int | None = None
    """Row of the first table's header."""
    breaks: list[int] = field(default_factory=list)
    """Rows after which a printed page ends, so that tables and charts stay whole where they fit on one."""
    scale: float = 1.0
    """Height of a row against that of ten-point text."""
    digit: int = 7
    """Pixels of a figure, the unit of a column's width."""

    def pixels(self, column: int) -> int:
        """Pixels that a column is wide."""
        return int(self.widths.get(column, PAD_COLUMN) * self.digit + 5)

    def width(self) -> float:
        """Characters across."""
        return sum(self.widths.get(column, PAD_COLUMN) for column in range(1, self.last_column + 1))


@dataclass
class Layout:
    """Every sheet laid out, with the addresses of all tables."""

    pages: list[Page] = field(default_factory=list)
    spots: dict[str, Spot] = field(default_factory=dict)

    def address(self, ref: Ref, sheet: str = "", *, absolute: bool = False) -> str:
        """Address of a reference, with its sheet's name where that is another one."""
        spot = self.spots[ref.table]
        first = get_column_letter(spot.columns[ref.column])
        last = get_column_letter(spot.columns[ref.to or ref.column])
        if ref.total:
            top = bottom = spot.last_row + 1
        elif ref.row is not None:
            top = spot.first_row + ref.row
            bottom = top if ref.last is None else spot.first_row + ref.last
        else:
            top, bottom = spot.first_row, spot.last_row
        mark = "$" if absolute else ""
        cells = f"{mark}{first}{mark}{top}"
        if (first, top) != (last, bottom):
            cells += f":{mark}{last}{mark}{bottom}"
        return cells if spot.sheet == sheet else f"{quote_sheetname(spot.sheet)}!{cells}"

    def formula(self, formula: Formula, sheet: str) -> str:
        """A formula with its addresses."""
        return "=" + formula.template.format(**{name: self.address(ref, sheet) for name, ref in formula.refs.items()})


def lay_out(sheets: Sequence[Sheet], *, scale: float = 1.0, digit: int = 7) -> Layout:
    """Lay out every sheet; `scale` and `digit` are those of the theme's text."""
    layout = Layout()
    for sheet in sheets:
        page = Page(sheet, scale=scale * (WIDE_LINE if spoken().wide else 1.0), digit=digit)
        _widths(page, sheet.blocks, 1)
        page.last_column = max(page.widths, default=1)
        while page.width() < max(LEAST_WIDTH, columns(sheet.title) / LETTERS):
            page.last_column += 1
            page.widths.setdefault(page.last_column, PAD_COLUMN)
        row, spans = TOP, []
        for block in sheet.blocks:
            after = _stack(layout, page, [block], row, _Across(1, page.last_column))
            spans.append(Span(row, after, block))
            row = after
        page.last_row = max(TOP, row - 1)
        if not sheet.one_page:
            _break(page, spans)
        layout.pages.append(page)
    return layout


class Span(NamedTuple):
    """Rows of a block, and how it takes the end of a page."""

    first: int
    after: int
    block: Block

    @property
    def heads(self) -> bool:
        """Whether it stays with what follows."""
        return isinstance(self.block, Note) and self.block.look == "heading"

    @property
    def explains(self) -> bool:
        """Whether it belongs to the table above."""
        return isinstance(self.block, Note) and self.block.look == "plain"

    @property
    def flows(self) -> bool:
        """Whether it may be cut rather than leave a page empty."""
        return isinstance(self.block, Table)


def _break(page: Page, spans: Sequence[Span]) -> None:
    """Where pages end: before a block that would be cut and fits on a page; headings stay with what follows.

    A table that comes when little of a page is used begins there all the same.
    """
    points = sum((page.widths.get(at, PAD_COLUMN) * page.digit + 5) * 0.75 for at in range(1, page.last_column + 1))
    room = PRINTED_HEIGHT / (math.floor(100 * min(1.0, PRINTED_WIDTH / points)) / 100) / page.scale
    titles = _height(page, 1, 3)
    used = _height(page, 1, TOP)
    start: int | None = None
    for span in _explained(page, spans, room):
        start = span.first if start is None else start
        if span.heads:
            continue
        height = _height(page, start, span.after)
        begins_here = span.flows and used < LITTLE * room
        if used + height > room and titles + height <= room and start > TOP and not begins_here:
            page.breaks.append(start - 1)
            used = titles
        used += height
        while used > room:
            used -= room - titles
        start = None


def _explained(page: Page, spans: Sequence[Span], room: float) -> list[Span]:
    """The same with the notes below each table that is no longer than half a page joined to it."""
    joined: list[Span] = []
    for span in spans:
        above = joined[-1] if joined else None
        if above and above.flows and span.explains and _height(page, above.first, span.after) <= room / 2:
            joined[-1] = above._replace(after=span.after)
        else:
            joined.append(span)
    return joined


def _height(page: Page, first: int, after: int) -> float:
    return sum(page.heights.get(row, ROW_HEIGHT) for row in range(first, after)) + (11 if first == 1 else 0)


def _widths(page: Page, blocks: Sequence[Block], column: int) -> None:
    for block in blocks:
        if isinstance(block, Beside):
            _widths(page, block.left, column)
            _widths(page, block.right, column + block.at)
        elif isinstance(block, Table | Gantt):
            at = column
            for spec in block.columns:
                for into in range(spec.span):
                    least = spec.width if spec.span == 1 else 0.0
                    page.widths[at + into] = max(page.widths.get(at + into, 0.0), least)
                at += spec.span


class _Across(NamedTuple):
    """Columns that blocks have."""

    first: int
    last: int


def _stack(layout: Layout, page: Page, blocks: Sequence[Block], row: int, across: _Across) -> int:
    """Place blocks one below the other; the row after them."""
    column = across.first
    for block in blocks:
        if isinstance(block, Gap):
            row += block.rows
        elif isinstance(block, Beside):
            left = _stack(layout, page, block.left, row, _Across(column, column + block.at - 1))
            right = _stack(layout, page, block.right, row, _Across(column + block.at, across.last))
            row = max(left, right)
        elif isinstance(block, Note):
            row = _note(page, block, row, column)
        elif isinstance(block, Charts):
            page.placed.append(PlacedBlock(block, row, column))
            height = max((chart.height for chart in block.charts), default=0.0) * POINTS_PER_CM
            row += math.ceil(height / (ROW_HEIGHT * page.scale)) + 1
        else:
            row = _table(layout, page, block, row, across)
    return row


def _note(page: Page, note: Note, row: int, column: int) -> int:
    room = page.width() - sum(page.widths.get(at, PAD_COLUMN) for at in range(1, column))
    lines = tuple(wrapped(note.text, max(40, int(room * (1.0 if columns(note.text) > len(note.text) else 1.12)))))
    if note.look == "heading":
        page.heights[row] = _heading_height(page, row, column)
    page.placed.append(PlacedBlock(note, row, column, lines))
    return row + len(lines)


def _table(layout: Layout, page: Page, table: Table | Gantt, row: int, across: _Across) -> int:
    column = across.first
    legend = slots(table.legend, _cells_from(table, column), across.last, lambda at: page.widths.get(at, PAD_COLUMN))
    page.placed.append(PlacedBlock(table, row, column, legend=legend))
    if table.caption:
        page.heights[row] = _heading_height(page, row, column)
        row += 1
    header = not isinstance(table, Table) or table.header
    if header:
        if page.header_row is None:
            page.header_row = row
        lines = max(_lines(heading(c), c.width, bold=True) if c.span == 1 else 1 for c in table.columns)
        page.heights[row] = max(page.heights.get(row, 0.0), ROW_HEIGHT, lines * LINE_HEIGHT + 3)
        row += 1
    columns, left = {}, column
    for spec in table.columns:
        columns[spec.key] = spec.place(left)
        left += spec.span
    layout.spots[table.id] = Spot(page.sheet.name, row, columns, len(table.rows))
    for position, values in enumerate(table.rows):
        lines = max((_wrapped(spec, value) for spec, value in zip(table.columns, values, strict=True)), default=1)
        if lines > 1:
            at = row + position
            page.heights[at] = max(page.heights.get(at, 0.0), lines * LINE_HEIGHT + 2)
    row += len(table.rows)
    if isinstance(table, Table) and table.total is not None:
        row += 1
    if legend:
        row += legend[-1].line + 1
    return row + 1


def _heading_height(page: Page, row: int, column: int) -> float:
    """Points of a heading's row, which gives it air where a note ends right above."""
    close = any(
        isinstance(above.block, Note) and above.column == column and above.row + len(above.lines) == row
        for above in page.placed
    )
    return max(page.heights.get(row, 0.0), AIRY_HEADING if close else HEADING)


def _cells_from(table: Table | Gantt, column: int) -> int:
    """Column of the sheet in which a table's coloured cells begin, behind its labels."""
    for spec in table.columns:
        if spec.numeric:
            break
        column += spec.span
    return column


def heading(column: Column) -> str:
    """A column's header: what it holds and, behind a comma, its unit.

    In Chinese its lines are broken here, the unit on lines of its own, since programs would break them anywhere.
    """
    text = column.header or column.unit
    if column.unit and column.header:
        text = say("{header}, {unit}", header=column.header, unit=column.unit)
    if not spoken().wide or column.span > 1 or columns(text) <= (room := _room(text, column.width)):
        return text
    parts = (column.header, text.removeprefix(column.header)) if text.startswith(column.header) else (text, "")
    lines = (line for part in parts for each in part.split("\n") for line in wrapped(each, room))
    return "\n".join(line for line in lines if line)


def _wrapped(column: Column, value: Value) -> int:
    if isinstance(value, Cell):
        value = value.value
    return _lines(value, column.width) if column.wrap and isinstance(value, str) else 1


def _lines(text: str, width: float, *, bold: bool = False) -> int:
    return sum(len(wrapped(part, _room(part, width, bold=bold))) for part in text.split("\n"))


def _room(text: str, width: float, *, bold: bool = False) -> int:
    """Characters that go on a line: Latin ones are narrower than figures, a Chinese one is as wide as two."""
    return max(3, int(width - 0.9 if columns(text) > len(text) else width * (1.06 if bold else 1.12)))
