"""A copy of a workbook with its wrong cells marked; the workbook itself is never rewritten."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import CaseError, Problem
from planner.files.excel.expected_sheets import all_sheets
from planner.files.excel.grid import Grid, place_in, read_sheets
from planner.files.excel.layout import HEADER_ROW, HEADER_WITHIN, VERTICAL_HEADERS, folded
from planner.files.excel.safety_checks import SafeWorkbook, checked
from planner.files.workbook_copy import VALUES_ALONE, Uncopied, clean, lacking, of_values, with_looks

PROBLEMS = "Problems"
"""The sheet that lists what is wrong, first in a marked copy."""
AUTHOR = "planner check"
"""Author of the comments."""
MARK = "FFC7CE"
"""Fill of a wrong cell."""
_HEADERS = ("Where", "What", "Problem")
_WIDTHS = (26.0, 44.0, 110.0)
_FONT = "Arial"
_MOST = 1_000
"""Characters of a comment; the rest is on the sheet of problems."""


@dataclass(frozen=True)
class Marked:
    """A marked copy."""

    content: bytes
    """The file."""
    lacks: str
    """What it lacks that the workbook had, in words; empty where it lacks nothing."""


def mark(workbook: File, problems: Sequence[Problem]) -> Marked:
    """A copy of a workbook: wrong cells coloured, each with its message as a comment.

    Problems whose cell does not exist mark the header of their sheet; those of other files are listed and no more.
    Where the looks of the workbook cannot be copied the copy holds its values alone. Raises CaseError where the
    workbook cannot be opened.
    """
    book = checked(workbook, workbook.name)
    grids = read_sheets(book, workbook.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _marked_with_looks(book, grids, problems)
        except Uncopied:
            return Marked(_marked(of_values(grids), grids, problems), VALUES_ALONE)


def is_marked(workbook: File) -> bool:
    """Whether a file is a marked copy, which may be replaced by a newer one."""
    try:
        grids = read_sheets(checked(workbook, workbook.name), workbook.name)
    except CaseError:
        return False
    return is_list(grids)


def is_list(grids: Sequence[Grid]) -> bool:
    """Whether the first sheet of a workbook lists what was wrong in it."""
    if not grids or not grids[0].name.startswith(PROBLEMS):
        return False
    second = grids[0].rows.get(2, {})
    return tuple(second[column].value for column in sorted(second)) == _HEADERS


def _marked_with_looks(book: SafeWorkbook, grids: Sequence[Grid], problems: Sequence[Problem]) -> Marked:
    try:
        content = _marked(with_looks(book, grids), grids, problems)
    except Exception as error:  # openpyxl raises whatever an odd look runs it into
        raise Uncopied from error
    return Marked(content, lacking(book, content))


def _marked(book: Workbook, grids: Sequence[Grid], problems: Sequence[Problem]) -> bytes:
    """A workbook as a file's content, marked."""
    if is_list(grids):
        _unmark(book)
    listed = book.create_sheet(PROBLEMS, 0)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listed
    known = {grid.name: grid for grid in grids if grid.name in book.sheetnames}
    messages: dict[tuple[str, str], list[str]] = {}
    links: list[tuple[str, str] | None] = []
    for problem in problems:
        cells = list(_cells(book, known, problem.place))
        links.append(cells[0] if cells else None)
        for cell in cells:
            messages.setdefault(cell, []).append(str(problem.message))
    for (name, address), told in messages.items():
        _colour(book[name], address, list(dict.fromkeys(told)))
    _list(listed, problems, links)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _unmark(book: Workbook) -> None:
    """Take an older copy's marks away."""
    del book[book.sheetnames[0]]
    for sheet in book.worksheets:
        marked: Any = sheet
        for cell in marked._cells.values():
            if getattr(cell, "comment", None) is not None and cell.comment.author == AUTHOR:
                cell.comment, cell.fill = None, PatternFill()


def _cells(book: Workbook, grids: Mapping[str, Grid], place: str | None) -> Iterator[tuple[str, str]]:
    """Sheet and address of each cell that a place names and the workbook has."""
    for part in (place or "").split(", "):
        name, _, address = part.rpartition("!") if "!" in part else (part, "", "")
        name = name if name in grids else name.strip("'")
        if name not in grids or name not in book.sheetnames or not isinstance(book[name], Worksheet):
            continue
        address = address.split(":")[0].replace("$", "")
        yield name, address if place_in(address) else _header_cell(grids[name])


def _header_cell(grid: Grid) -> str:
    """The first cell of the row that holds the headers."""
    layout = next((each for each in all_sheets() if folded(each.name) == folded(grid.name)), None)
    wanted = {folded(VERTICAL_HEADERS[0])} if layout is None else {folded(each.header) for each in layout.keys}
    wanted = wanted or {folded(VERTICAL_HEADERS[0])}
    for number in sorted(grid.rows):
        if number > HEADER_WITHIN:
            break
        for _, cell in sorted(grid.rows[number].items()):
            if cell.content == "text" and folded(cell.value) in wanted:
                return cell.address
    return f"A{min(HEADER_ROW, max(grid.rows, default=1))}"


def _colour(sheet: Worksheet, address: str, messages: list[str]) -> None:
    """Colour a cell and say in a comment what is wrong with it, below what was said there already."""
    cell: Any = sheet[address]
    if isinstance(cell, MergedCell):
        around = next((each for each in sheet.merged_cells.ranges if address in each), None)
        if around is None:
            return
        cell = sheet.cell(around.min_row, around.min_col)
    cell.fill = PatternFill("solid", fgColor=MARK)
    text = clean("\n".join(messages))
    text = text if len(text) <= _MOST else f"{text[:_MOST]} ..."
    if cell.comment is not None and cell.comment.author != AUTHOR:
        text = f"{cell.comment.text}\n{text}"
    comment = Comment(text, AUTHOR)
    comment.width = 340
    comment.height = 40 + 18 * sum(1 + len(line) // 48 for line in text.splitlines())
    cell.comment = comment


def _list(sheet: Worksheet, problems: Sequence[Problem], links: Sequence[tuple[str, str] | None]) -> None:
    """The sheet of problems: where, what it is, what is wrong."""
    bold, plain = Font(name=_FONT, size=10, bold=True), Font(name=_FONT, size=10)
    title = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}; a copy: correct them in your own workbook"
    _put(sheet, 1, 1, title, Font(name=_FONT, size=13, bold=True))
    for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), start=1):
        _put(sheet, 2, column, header, bold)
        sheet.column_dimensions["ABC"[column - 1]].width = width
    for row, (problem, link) in enumerate(zip(problems, links, strict=True), start=3):
        values = problem.place or "", ".".join(problem.path), str(problem.message)
        for column, value in enumerate(values, start=1):
            _put(sheet, row, column, value, plain)
        if link is not None:
            cell: Any = sheet.cell(row, 1)
            name = link[0].replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{link[1]}")
            cell.font = _underlined(plain)
    sheet.freeze_panes = "A3"
    sheet.sheet_view.showGridLines = False


def _underlined(font: Font) -> Font:
    link = copy(font)
    link.underline, link.color = "single", "FF1F4E8C"
    return link


def _put(sheet: Worksheet, row: int, column: int, text: str, font: Font) -> None:
    """Write text that stays text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    cell.value = clean(text)
    cell.data_type = "s"
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=row > 2)
