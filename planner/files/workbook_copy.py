"""Copies of a workbook, to be marked: with all its looks where they can be copied, else with its values alone."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.utils import get_column_letter

from planner.files.excel.grid import FilledCell, Grid
from planner.files.excel.safety_checks import MAX_PART, SafeWorkbook

VALUES_ALONE = "it holds the values of the cells alone, since the looks of this workbook cannot be copied"
"""What a copy lacks whose looks cannot be copied."""
LONGEST_TEXT = 32_000
"""Characters of a text in a copy; a cell cannot hold many more."""
_LONGEST_NAME = 31
_MOST_MERGED = 100_000
"""Most cells of a merged area that are copied with their looks."""
MANY_BYTES, BYTES_PER_CELL = 20_000_000, 100
"""Sheets that unpack to more, with less than a cell of content in so many bytes, are looks for the most part."""
_KEPT_PICTURES = ("png", "jpeg", "gif")
_KINDS = {
    "charts/chart": "charts",
    "media/": "pictures",
    "drawings/drawing": "drawings",
    "threadedcomments/": "threads of comments",
    "pivottables/": "pivot tables",
    "tables/": "tables",
    "slicers/": "slicers",
    "timelines/": "timelines",
    "ctrlprops/": "controls",
    "activex/": "controls",
    "externallinks/externallink": "links to other workbooks",
    "connections": "connections",
}
"""Parts of a workbook that a copy may lack, by how their names go on below its folder, and what they are called."""


class Uncopied(Exception):  # noqa: N818  (no error of the program)
    """The looks of a workbook cannot be copied."""


def with_looks(book: SafeWorkbook, grids: Sequence[Grid]) -> Workbook:
    """The workbook with its looks; raises Uncopied, or whatever the library runs into, where it is not all there."""
    parts = [part for part in book.package.parts if "sheet" in part.filename.lower()]
    size, cells = sum(part.file_size for part in parts), sum(len(row) for grid in grids for row in grid.rows.values())
    if size > MANY_BYTES and cells * BYTES_PER_CELL < size:
        raise Uncopied("looks for the most part")
    if any("pivotcache/" in part.filename.lower() and part.file_size > MAX_PART for part in book.package.parts):
        raise Uncopied("a pivot table with much in store")
    for top, left, bottom, right in (area for grid in grids for area in grid.merged):
        if (bottom - top + 1) * (right - left + 1) > _MOST_MERGED:
            raise Uncopied("a merged area without end")
    copy = load_workbook(io.BytesIO(book.content), keep_links=False)
    for grid in grids:
        sheet: Any = copy[grid.name]
        sheet._images = [image for image in sheet._images if image.format in _KEPT_PICTURES]
        for cell in (cell for row in grid.rows.values() for cell in row.values()):
            found = sheet._cells.get((cell.row, cell.column))
            if found is None or (found.value is None and not _may_be_blank(found, cell)):
                raise Uncopied(f"{grid.name}!{cell.address} is lost")
    return copy


def _may_be_blank(found: Any, cell: FilledCell) -> bool:
    """Whether a cell without a value has lost none: beneath merged cells nothing is kept, nor is a text of blanks."""
    return isinstance(found, MergedCell) or (cell.content == "text" and not cell.value.strip())


def of_values(grids: Sequence[Grid]) -> Workbook:
    """A plain workbook with every sheet and every value of another one, and what was hidden hidden."""
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for grid in grids:
        name = re.sub(r"[\[\]*?:/\\]", "_", clean(grid.name)).strip("'")[:_LONGEST_NAME]
        sheet: Any = copy.create_sheet(name or "Sheet")
        sheet.sheet_state = "veryHidden" if grid.beyond_reach else "hidden" if grid.hidden else "visible"
        for number, row in grid.rows.items():
            for column, cell in row.items():
                _put(sheet.cell(number, column), cell)
            if number in grid.hidden_rows:
                sheet.row_dimensions[number].hidden = True
        for first, last in grid.hidden_columns:
            dimension = sheet.column_dimensions[get_column_letter(first)]
            dimension.min, dimension.max, dimension.hidden = first, last, True
    return copy


def _put(target: Any, cell: FilledCell) -> None:
    """Write a value that stays what it is: a text that begins with = is none that is calculated."""
    value = cell.value
    if isinstance(value, float) and not math.isfinite(value):
        value = str(value)
    if not isinstance(value, str):
        target.value = value
        return
    target.value = clean(value)
    target.data_type = "s"


def clean(text: str) -> str:
    """Text without what no cell can hold."""
    return re.sub(ILLEGAL_CHARACTERS_RE, "?", text)[:LONGEST_TEXT]


def lacking(book: SafeWorkbook, copy: bytes) -> str:
    """What a copy lacks that the workbook had, in words: 'it lacks pictures'; empty where it lacks nothing."""
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        names = [name.lower() for name in package.namelist()]

    def count(parts: Sequence[str], begins: str) -> int:
        return sum(part.startswith(f"xl/{begins}") and not part.endswith((".rels", "/")) for part in parts)

    lost = [word for begins, word in _KINDS.items() if count(sorted(book.package.names), begins) > count(names, begins)]
    return f"it lacks {', '.join(dict.fromkeys(lost))} of this workbook" if lost else ""
