"""What a sheet is made of: frozen data, without a cell or a colour in it.

A table has an identity in the workbook; formulas, charts and checks name its columns and rows by it, and
the layout turns these names into addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

COUNT, ONE, TWO, THREE, SHARE, PLAIN = "#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "0.0%", "General"
"""Number formats."""
TINY = "0.0E+00"
"""Number format of tolerances."""


@dataclass(frozen=True)
class Ref:
    """A cell or a range of a table."""

    table: str
    """The table's identity."""
    column: str
    """Key of the column."""
    row: int | None = None
    """Position of the row; every row when left out."""
    last: int | None = None
    """Position of the last row of a range; the one row when left out."""
    to: str | None = None
    """Key of the last column of a range; the one column when left out."""
    total: bool = False
    """Whether the total row is meant."""


@dataclass(frozen=True)
class Formula:
    """A formula with the value that Python found for it."""

    template: str
    """Formula without its equals sign; references stand in braces."""
    refs: Mapping[str, Ref]
    """What the names in braces refer to."""
    value: float | str
    """Its value, written as the cell's cache."""


@dataclass(frozen=True)
class Cell:
    """A value with a look of its own."""

    value: Scalar
    """The value."""
    format: str | None = None
    """Number format in place of the column's."""
    look: str | None = None
    """Look in place of the column's: strong, quiet, good, bad, a code of the Gantt, or heat 1 to heat 5."""


Scalar: TypeAlias = float | int | str | Formula | None
Value: TypeAlias = float | int | str | Formula | Cell | None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    """Identity within the table."""
    header: str
    """What it holds."""
    unit: str = ""
    """Unit of its numbers."""
    format: str = PLAIN
    """Number format."""
    width: float = 11.0
    """Width in characters."""
    total: bool = False
    """Whether the total row adds it up."""
    wrap: bool = False
    """Whether long text goes over several lines."""
    span: int = 1
    """Columns of the sheet that it takes; with several, their widths are left to other tables."""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.format != PLAIN

    def place(self, left: int) -> int:
        """Column of the sheet that holds its cells: numbers to the right of its span, text to the left."""
        return left + self.span - 1 if self.numeric else left


@dataclass(frozen=True)
class Table:
    """A table with its header and, when asked, a total row."""

    id: str
    """Identity in the workbook."""
    caption: str
    """What it shows; the heading above it."""
    columns: tuple[Column, ...]
    """Its columns, from the left."""
    rows: tuple[tuple[Value, ...], ...]
    """Its rows, each as long as the columns."""
    total: str | None = None
    """Label of the total row; no such row when left out."""
    header: bool = True
    """Whether the header is written; key figures go without."""
    flag: str | None = None
    """Column whose FAILED cells turn red."""
    legend: tuple[tuple[str, str], ...] = ()
    """Looks of its coloured cells, each with its meaning; written below it."""
    uncharted: int = 0
    """Rows at its end that no chart shows, such as what comes after the periods that are reported."""

    def position(self, column: str) -> int:
        """Position of a column."""
        return next(i for i, c in enumerate(self.columns) if c.key == column)

    def values(self, column: str) -> list[float | int | str | None]:
        """Plain values of a column, formulas by their cache."""
        at = self.position(column)
        return [plain(row[at]) for row in self.rows]


@dataclass(frozen=True)
class Gantt:
    """Rows of labels followed by one coloured cell per period."""

    id: str
    """Identity in the workbook."""
    caption: str
    """What it shows."""
    columns: tuple[Column, ...]
    """Columns of labels, then one per period."""
    rows: tuple[tuple[Value, ...], ...]
    """Rows; cells of periods carry the code of their colour as look."""
    legend: tuple[tuple[str, str], ...]
    """Codes of the colours, each with its meaning."""


@dataclass(frozen=True)
class Series:
    """A series of a chart."""

    column: str
    """Column of the chart's table."""
    label: str
    """Name in the legend."""
    colour: str
    """Role of its colour, such as `series 1` or `other`; `none` is not drawn."""
    line: bool = False
    """Drawn as a line over the columns."""


@dataclass(frozen=True)
class Chart:
    """A chart of a table's columns."""

    kind: str
    """stacked (columns), capacity (pale gap-free columns below a line), line, bar (horizontal, clustered), scatter,
    waterfall (columns label, base, rise, fall and total; series of base, with the role none, rise, fall and total)."""
    title: str
    """The finding with its unit."""
    table: str
    """Identity of the table."""
    category: str
    """Column of the category axis; of a scatter, the numbers along it."""
    series: tuple[Series, ...]
    """Its series, from the bottom of a stack upwards."""
    alt: str
    """What the chart shows, for those who cannot see it."""
    unit: str = ""
    """Title of the value axis."""
    format: str = COUNT
    """Number format of the value axis."""
    across: str = ""
    """Title of a scatter's horizontal axis."""
    across_format: str = COUNT
    """Number format of a scatter's horizontal axis."""
    width: float = 15.0
    """Width in cm."""
    height: float = 7.5
    """Height in cm."""
    maximum: float | None = None
    """End of the value axis, where two charts of a page share a scale."""
    sums: bool = False
    """Whether it shows what has come together by the end of each period, in place of what there is in it."""


@dataclass(frozen=True)
class Charts:
    """Charts side by side."""

    charts: tuple[Chart, ...]
    """From the left."""


@dataclass(frozen=True)
class Note:
    """Text over the page's width, a line or several."""

    text: str
    """A sentence or two."""
    look: str = "plain"
    """plain, heading, alert, banner."""


@dataclass(frozen=True)
class Gap:
    """Empty rows."""

    rows: int = 1
    """How many."""


@dataclass(frozen=True)
class Beside:
    """Two stacks of blocks side by side."""

    left: tuple[Block, ...]
    """Blocks from the first column on."""
    right: tuple[Block, ...]
    """Blocks from the column `at` on."""
    at: int
    """Columns to the left of the right stack."""


Block: TypeAlias = "Table | Gantt | Charts | Note | Gap | Beside"


@dataclass(frozen=True)
class Sheet:
    """A page of the report."""

    name: str
    """Name of the tab."""
    message: str
    """The conclusion in one sentence of 40 to 140 characters, with its number."""
    title: str
    """What, unit, scenario and period."""
    blocks: tuple[Block, ...]
    """From top to bottom."""
    one_page: bool = False
    """Whether it is printed on a single page."""
    freeze_header: bool = False
    """Whether the header of the first table is kept in sight."""
    repeat_header: bool = False
    """Whether it is printed on every page, the sheet being one long table."""
    options: Mapping[str, Formula] = field(default_factory=dict)
    """Formulas of single cells outside the blocks, by address; only Checks has one."""


def plain(value: Value) -> float | int | str | None:
    """The value of a cell, a formula's being its cache."""
    if isinstance(value, Cell):
        value = value.value
    return value.value if isinstance(value, Formula) else value


def number(value: Value) -> float:
    """The value of a numeric cell; an empty one counts nothing."""
    found = plain(value)
    return float(found) if isinstance(found, int | float) else 0.0


def row_sum(table: str, row: int, first: str, last: str, values: Sequence[Value]) -> Formula:
    """Sum over neighbouring columns of one row."""
    return Formula("SUM({cells})", {"cells": Ref(table, first, row, to=last)}, sum(number(value) for value in values))


def link(table: str, column: str, value: float | str, *, row: int | None = None, total: bool = False) -> Formula:
    """The value of another cell."""
    return Formula("{cell}", {"cell": Ref(table, column, row, total=total)}, value)


def tables_of(blocks: Sequence[Block]) -> list[Table | Gantt]:
    """Every table of a stack of blocks."""
    found: list[Table | Gantt] = []
    for block in blocks:
        if isinstance(block, Beside):
            found += tables_of(block.left) + tables_of(block.right)
        elif isinstance(block, Table | Gantt):
            found.append(block)
    return found
