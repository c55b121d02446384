"""The rows below a sheet's header: which of them count, and what is refused since a planner does not see it."""

from __future__ import annotations

from collections.abc import Iterator

from planner.files.excel.cells import unspaced
from planner.files.excel.grid import FilledCell, letters
from planner.files.excel.headers import Headed
from planner.files.excel.layout import folded
from planner.message import Message


def lines(sheet: Headed) -> list[int]:
    """Rows of a sheet that hold something, below its header and what describes the columns."""
    below = [row for row in sorted(sheet.grid.rows) if row > sheet.header]
    if sheet.layout.form != "vertical":
        below = [row for row in below if not _describes(sheet, row) and _is_filled(sheet, row)]
    if below:
        _refuse_unseen(sheet, below)
    return below


def _describes(sheet: Headed, row: int) -> bool:
    """Whether one of the two rows below the header holds its units or its meanings."""
    if row > sheet.header + 2:
        return False
    matching = other = 0
    for at, cell in sheet.grid.rows[row].items():
        column = sheet.columns.get(at)
        if column is None or _is_blank(cell):
            continue
        text = folded(str(cell.value))
        unit, meaning = folded(column.unit), folded(column.meaning)
        if (unit and text == unit) or (meaning and text.startswith(meaning.rstrip())):
            matching += 1
        else:
            other += 1
    return matching > other


def _is_filled(sheet: Headed, row: int) -> bool:
    """Whether a row holds something below the headers; what stands below none is told."""
    filled = False
    for at, cell in sheet.grid.rows[row].items():
        if _is_blank(cell):
            continue
        if at in sheet.columns or at in sheet.dates:
            filled = True
        elif at not in sheet.sources and at not in sheet.refused:
            message = Message("a value under no header; type the column's header, or clear the cell")
            sheet.problem(message, sheet.at(row, at))
    return filled


def _is_blank(cell: FilledCell) -> bool:
    return cell.content == "text" and not unspaced(cell.value)


def _refuse_unseen(sheet: Headed, rows: list[int]) -> None:
    """Refuse what a planner does not see, or sees in one cell and means for several."""
    grid = sheet.grid
    if grid.hidden:
        sheet.problem(Message("the sheet is hidden, yet would count; show it, or delete it"), f"{sheet.place}A1")
    for row in rows:
        if row in grid.hidden_rows:
            message = Message("the row is hidden or filtered out, yet would count; show it, or delete it")
            sheet.problem(message, sheet.at(row, min(grid.rows[row])))
    columns = {*sheet.columns, *sheet.sources, *sheet.dates, *sheet.refused}
    for first, last in grid.hidden_columns:
        for column in sorted(columns):
            if first <= column <= last and any(column in grid.rows[row] for row in rows):
                message = Message("the column is hidden, yet would count; show it, or delete it")
                sheet.problem(message, sheet.at(sheet.header, column))
    for top, left, area in _merged(sheet, rows, max(columns, default=1)):
        message = Message(
            "the cells {area} are merged; unmerge them and type the value into each that needs it", area=area
        )
        sheet.problem(message, sheet.at(top, left))


def _merged(sheet: Headed, rows: list[int], last_column: int) -> Iterator[tuple[int, int, str]]:
    """Merged cells among a sheet's headers and values: first row, first column and their area."""
    for top, left, bottom, right in sheet.grid.merged:
        among = sheet.header <= bottom and top <= rows[-1] and left <= last_column
        if among and (top == sheet.header or any(top <= row <= bottom for row in rows)):
            yield top, left, f"{letters(left)}{top}:{letters(right)}{bottom}"
