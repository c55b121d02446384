"""Where each block of a sheet stands: names of tables and columns become addresses."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname

from planner.report.spec import (
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

TOP = 5
"""First row below the frozen message, title and links."""
LEAST_WIDTH = 162.0
"""Characters that a page is wide at least, so that a long message fits on its line."""
ROW_HEIGHT = 13.2
"""Points of an ordinary row."""
LINE_HEIGHT = 12.6
"""Points of each line of wrapped text."""
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
class Placed:
    """A block with its top left corner."""

    block: Table | Gantt | Charts | Note
    row: int
    column: int
    lines: tuple[str, ...] = ()
    """Lines of a note."""


@dataclass
class Page:
    """A sheet laid out."""

    sheet: Sheet
    placed: list[Placed] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    last_row: int = TOP
    last_column: int = 1
    header_row: int | None = None
    """Row of the first table's header."""
    breaks: list[int] = field(default_factory=list)
    """Rows after which a printed page ends, so that tables and charts stay whole where they fit on one."""

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
            top = bottom = spot.first_row + ref.row
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


def lay_out(sheets: Sequence[Sheet]) -> Layout:
    """Lay out every sheet."""
    layout = Layout()
    for sheet in sheets:
        page = Page(sheet)
        _widths(page, sheet.blocks, 1)
        page.last_column = max(page.widths, default=1)
        while page.width() < LEAST_WIDTH:
            page.last_column += 1
            page.widths.setdefault(page.last_column, PAD_COLUMN)
        row, spans = TOP, []
        for block in sheet.blocks:
            after = _stack(layout, page, [block], row, 1)
            spans.append(
                Span(row, after, isinstance(block, Note) and block.look == "heading", isinstance(block, Table))
            )
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
    heads: bool
    """Whether it stays with what follows."""
    flows: bool
    """Whether it may be cut rather than leave a page empty."""


def _break(page: Page, spans: Sequence[Span]) -> None:
    """Where pages end: before a block that would be cut and fits on a page; headings stay with what follows.

    A table that comes when little of a page is used begins there all the same.
    """
    points = sum((page.widths.get(at, PAD_COLUMN) * 7 + 5) * 0.75 for at in range(1, page.last_column + 1))
    room = PRINTED_HEIGHT / min(1.0, PRINTED_WIDTH / points)
    titles = _height(page, 1, 3)
    used = _height(page, 1, TOP)
    start: int | None = None
    for first, after, heads, flows in spans:
        start = first if start is None else start
        if heads:
            continue
        height = _height(page, start, after)
        begins_here = flows and used < LITTLE * room
        if used + height > room and titles + height <= room and start > TOP and not begins_here:
            page.breaks.append(start - 1)
            used = titles
        used += height
        while used > room:
            used -= room - titles
        start = None


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


def _stack(layout: Layout, page: Page, blocks: Sequence[Block], row: int, column: int) -> int:
    """Place blocks one below the other; the row after the last."""
    for block in blocks:
        if isinstance(block, Gap):
            row += block.rows
        elif isinstance(block, Beside):
            left = _stack(layout, page, block.left, row, column)
            right = _stack(layout, page, block.right, row, column + block.at)
            row = max(left, right)
        elif isinstance(block, Note):
            row = _note(page, block, row, column)
        elif isinstance(block, Charts):
            page.placed.append(Placed(block, row, column))
            height = max(chart.height for chart in block.charts) * POINTS_PER_CM
            row += math.ceil(height / ROW_HEIGHT) + 1
        else:
            row = _table(layout, page, block, row, column)
    return row


def _note(page: Page, note: Note, row: int, column: int) -> int:
    room = page.width() - sum(page.widths.get(at, PAD_COLUMN) for at in range(1, column))
    lines = tuple(textwrap.wrap(note.text, max(40, int(room * 1.12)))) or ("",)
    page.placed.append(Placed(note, row, column, lines))
    if note.look == "heading":
        page.heights[row] = 19.0
    return row + len(lines)


def _table(layout: Layout, page: Page, table: Table | Gantt, row: int, column: int) -> int:
    page.placed.append(Placed(table, row, column))
    if table.caption:
        page.heights[row] = 19.0
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
    if isinstance(table, Gantt) or table.total is not None:
        row += 1
    return row + 1


def heading(column: Column) -> str:
    """A column's header: what it holds and, behind a comma, its unit."""
    return f"{column.header}, {column.unit}" if column.unit and column.header else column.header or column.unit


def _wrapped(column: Column, value: Value) -> int:
    if isinstance(value, Cell):
        value = value.value
    return _lines(value, column.width) if column.wrap and isinstance(value, str) else 1


def _lines(text: str, width: float, *, bold: bool = False) -> int:
    room = max(3, int(width * (1.06 if bold else 1.12)))
    return sum(max(1, len(textwrap.wrap(part, room))) for part in text.split("\n"))
