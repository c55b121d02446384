"""A case as the rows of a workbook's sheets, before anything is said of cells and colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.files.excel.cell_kinds import CELL_KINDS
from planner.files.excel.cell_text import as_text
from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import SERIES, SERIES_BY_DATE
from planner.files.excel.layout import ANY_NAME, SheetColumn, SheetLayout
from planner.files.excel.series_rows import CellValue, SeriesRow, TargetCell
from planner.schema.case import Case

MOST_DATES = 40
"""Dates across on Series; where there are more, dated points stand on Series by date."""


@dataclass(frozen=True)
class SheetContent:
    """What the sheets of a workbook hold."""

    rows: dict[str, list[tuple[CellValue, ...]]]
    """Rows by the sheet's name, a cell a column; a vertical sheet has one row."""
    dates: tuple[date, ...]
    """Dates across on Series."""


def content_of(case: Case | None) -> SheetContent:
    """The sheets' rows; without a case, none."""
    found: dict[str, list[tuple[CellValue, ...]]] = {layout.name: [] for layout in sheets()}
    if case is None:
        return SheetContent(found, ())
    series: list[SeriesRow] = []
    for layout in sheets():
        for names, row in _instances(case, layout):
            cells = (_cell(row, column, layout, names, series) for column in layout.columns)
            found[layout.name].append((*map(as_text, names), *cells))
    dates = tuple(sorted({day for row in series for day in row.points}))
    if len(dates) > MOST_DATES:
        found[SERIES_BY_DATE.name] = [
            (*map(as_text, row.subject), row.form, day, value) for row in series for day, value in row.points.items()
        ]
        series, dates = [row for row in series if not row.points], ()
    found[SERIES.name] = [
        (*map(as_text, row.subject), row.form, *row.growth, *(row.points.get(day) for day in dates)) for row in series
    ]
    return SheetContent(found, dates)


def _instances(case: Case, layout: SheetLayout) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every row of a sheet with the names that lead to it."""
    found: list[tuple[tuple[str, ...], Any]] = [((), case)]
    for part in layout.path:
        if part == ANY_NAME:
            found = [((*names, name), row) for names, table in found for name, row in (table or {}).items()]
        else:
            found = [(names, getattr(row, part)) for names, row in found]
    if layout.form == "list":
        found = [(names, item) for names, items in found for item in items]
    yield from found


def _cell(
    row: Any, column: SheetColumn, layout: SheetLayout, names: tuple[str, ...], series: list[SeriesRow]
) -> CellValue:
    """What a row's cell holds."""
    value, typed = row, True
    for part in column.path:
        if value is None:
            return None
        if part not in type(value).model_fields:  # a word of the file, not of the case
            return None
        typed = part in value.model_fields_set
        value = getattr(value, part)
    if value is None or (not typed and value == column.default):
        return None
    return CELL_KINDS[column.kind].write(value, TargetCell(column, layout, names, series))
