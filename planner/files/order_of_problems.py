"""Problems in the order of the places that they are at."""

from __future__ import annotations

import re

from planner.errors import Problem

_CELL = re.compile(r"(?:(.*\.xlsx) )?([^!:]*)!([A-Z]+)(\d+)", re.IGNORECASE)
"""Place of a cell: the file where it is not the case itself, sheet, column and row."""


def in_order(problem: Problem) -> tuple[tuple[int, str], ...]:
    """Key to put problems in order by file and line, line 9 before line 10; in a workbook by sheet, in the
    order of the layout, and cell."""
    place = problem.place or ""
    cell = _CELL.fullmatch(place)
    if cell is None:
        parts = re.split(r"(\d+)", place)
        return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
    from planner.files.excel.expected_sheets import sheet_position

    file, sheet, column, row = cell.groups()
    number = 0
    for letter in column:
        number = 26 * number + ord(letter) - 64
    return (-1, file or ""), (sheet_position(sheet), sheet), (int(row), ""), (number, "")
