"""A copy of a workbook with its wrong cells marked; the workbook itself is never rewritten."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path as File
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import Problem
from planner.files.excel.book import all_sheets
from planner.files.excel.guards import checked, refused
from planner.files.excel.layout import HEADER_ROW, HEADER_WITHIN, VERTICAL_HEADERS, folded

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


def mark(workbook: File, problems: Sequence[Problem]) -> bytes:
    """A copy of a workbook as a file's content: wrong cells coloured, each with its message as a comment.

    Problems whose cell does not exist mark the header of their sheet; those of other files are listed and no more.
    Raises CaseError where the workbook cannot be opened.
    """
    book = _opened(workbook)
    if is_list(book):
        _unmark(book)
    listed = book.create_sheet(PROBLEMS, 0)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listed
    messages: dict[tuple[str, str], list[str]] = {}
    links: list[tuple[str, str] | None] = []
    for problem in problems:
        cells = list(_cells(book, problem.place))
        links.append(cells[0] if cells else None)
        for cell in cells:
            messages.setdefault(cell, []).append(problem.message)
    for (name, address), told in messages.items():
        _colour(book[name], address, list(dict.fromkeys(told)))
    _list(listed, problems, links)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def is_marked(workbook: File) -> bool:
    """Whether a file is a marked copy, which may be replaced by a newer one."""
    try:
        book = load_workbook(workbook, read_only=True, keep_links=False)
    except (OSError, ValueError, KeyError, BadZipFile, InvalidFileException):
        return False
    try:
        return is_list(book)
    finally:
        book.close()


def is_list(book: Workbook) -> bool:
    """Whether the first sheet of a workbook lists what was wrong in it."""
    first = book.worksheets[0] if book.worksheets else None
    if first is None or not first.title.startswith(PROBLEMS):
        return False
    rows = first.iter_rows(min_row=2, max_row=2, max_col=len(_HEADERS), values_only=True)
    return next(iter(rows), ()) == _HEADERS


def _unmark(book: Workbook) -> None:
    """Take an older copy's marks away."""
    del book[book.sheetnames[0]]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment, cell.fill = None, PatternFill()


def _opened(workbook: File) -> Workbook:
    content = checked(workbook, workbook.name).content
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(io.BytesIO(content), keep_links=False)
        except Exception as error:  # openpyxl raises whatever a damaged file runs it into
            raise refused(workbook.name, "cannot be opened") from error


def _cells(book: Workbook, place: str | None) -> Iterator[tuple[str, str]]:
    """Sheet and address of each cell that a place names and the workbook has."""
    for part in (place or "").split(", "):
        name, _, address = part.rpartition("!") if "!" in part else (part, "", "")
        name = name.strip("'")
        if name not in book.sheetnames or not isinstance(book[name], Worksheet):
            continue
        address = address.split(":")[0].replace("$", "")
        yield name, address if _is_address(address) else _header_cell(book[name])


def _is_address(address: str) -> bool:
    try:
        coordinate_from_string(address)
    except (CellCoordinatesException, ValueError):
        return False
    return True


def _header_cell(sheet: Worksheet) -> str:
    """The first cell of the row that holds the headers."""
    layout = next((each for each in all_sheets() if folded(each.name) == folded(sheet.title)), None)
    wanted = {folded(VERTICAL_HEADERS[0])} if layout is None else {folded(each.header) for each in layout.keys}
    wanted = wanted or {folded(VERTICAL_HEADERS[0])}
    for row in sheet.iter_rows(max_row=min(HEADER_WITHIN, sheet.max_row)):
        for cell in row:
            if isinstance(cell.value, str) and folded(cell.value) in wanted:
                return str(cell.coordinate)
    return f"A{min(HEADER_ROW, sheet.max_row)}"


def _colour(sheet: Worksheet, address: str, messages: list[str]) -> None:
    """Colour a cell and say in a comment what is wrong with it, below what was said there already."""
    cell: Any = sheet[address]
    if isinstance(cell, MergedCell):
        around = next((each for each in sheet.merged_cells.ranges if address in each), None)
        if around is None:
            return
        cell = sheet.cell(around.min_row, around.min_col)
    cell.fill = PatternFill("solid", fgColor=MARK)
    text = _clean("\n".join(messages))
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
        values = problem.place or "", ".".join(problem.path), problem.message
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
    cell.value = _clean(text)
    cell.data_type = "s"
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=row > 2)


def _clean(text: str) -> str:
    """Text without what no cell can hold."""
    return re.sub(ILLEGAL_CHARACTERS_RE, "?", text)[:32_000]
