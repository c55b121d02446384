"""The sheets of a workbook as cells, read once: what was typed, what formulas gave, what is hidden or merged.

openpyxl opens the package and reads texts and formats; the sheets are read cell by cell through its hardened XML
reader, so that a formula and its stored result are seen in one pass and nothing is built that is not looked at.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.cell.text import Text
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from planner.errors import CaseError
from planner.files.excel.guards import MAX_CELLS, MAX_ROWS, Checked, refused
from planner.schema.wording import shortened

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
"""Size of a sheet in Excel."""
Content: TypeAlias = Literal["number", "text", "yes or no", "date", "span", "error", "formula"]

_TAG = f"{{{SHEET_MAIN_NS}}}"
_ROW, _COLUMN, _VALUE, _FORMULA, _INLINE = (f"{_TAG}{tag}" for tag in ("row", "col", "v", "f", "is"))
_MERGED, _CELL, _TEXT = (f"{_TAG}{tag}" for tag in ("mergeCell", "c", "t"))
_KEPT = frozenset(f"{_TAG}{tag}" for tag in ("c", "v", "f", "is", "t", "r", "rPr", "rPh", "phoneticPr"))
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not blank."""

    row: int
    column: int
    content: Content
    """number; text; yes or no; date; span: a time of day or a length of time; error: #N/A and its like; formula: one
    without a stored result."""
    value: Any
    """What it holds: float, int, str, bool or datetime; for errors and formulas their text."""

    @property
    def address(self) -> str:
        """Such as D7."""
        return f"{letters(self.column)}{self.row}"


@dataclass
class Grid:
    """A sheet."""

    name: str
    """As its tab says."""
    hidden: bool
    """Whether the whole sheet is hidden."""
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    """Cells that are not blank, by row and column."""
    hidden_rows: set[int] = field(default_factory=set)
    """Rows that are hidden, by hand or by a filter."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last column of what is hidden."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row and last column of what is merged."""


def letters(column: int) -> str:
    """A column's letters.

    >>> letters(1), letters(26), letters(27), letters(16384)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_sheets(book: Checked, name: str) -> list[Grid]:
    """Every sheet with cells; raises CaseError when the workbook cannot be read or holds too much."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            opened: Any = openpyxl.load_workbook(io.BytesIO(book.content), read_only=True, keep_links=False)
            try:
                reader = _Reader(opened, book, name)
                return [reader.grid(sheet) for sheet in opened.worksheets]
            finally:
                opened.close()
        except CaseError:
            raise
        except MemoryError as error:
            raise refused(name, "is too large to be read") from error
        # openpyxl raises whatever a damaged file runs it into.
        except Exception as error:
            if isinstance(error.__cause__ or error, DefusedXmlException):
                message = "holds XML entities, which no spreadsheet program writes; it is not read"
                raise refused(name, message) from error
            reason = shortened(str(error.__cause__ or error).splitlines()[0] if str(error) else type(error).__name__)
            raise refused(name, f"is damaged ({reason}); open it in Excel and save it again") from error


class _Reader:
    """Reads the sheets of one workbook."""

    def __init__(self, opened: Any, book: Checked, name: str) -> None:
        self.epoch = opened.epoch
        self.dates: set[int] = opened._date_formats
        self.spans: set[int] = opened._timedelta_formats
        self.uncalculated = book.uncalculated
        self.name = name
        self.count = {"rows": 0, "cells": 0}
        self.columns: dict[str, int] = {}
        self.days: dict[tuple[str, bool], tuple[Content, Any]] = {}

    def grid(self, sheet: Any) -> Grid:
        """One sheet."""
        grid = Grid(sheet.title, sheet.sheet_state != "visible")
        self.texts: list[str] = sheet._shared_strings
        row = 0
        with sheet._get_source() as source:
            for element in _elements(source):
                tag = element.tag
                if tag == _ROW:
                    row = self.row(grid, element, row)
                elif tag == _COLUMN and _is_on(element.get("hidden")):
                    grid.hidden_columns.append((int(element.get("min")), int(element.get("max"))))
                elif tag == _MERGED:
                    first, _, last = element.get("ref").partition(":")
                    grid.merged.append((*self.at(first), *self.at(last or first)))
        return grid

    def row(self, grid: Grid, element: Any, before: int) -> int:
        """Add one row; its number."""
        number = int(float(element.get("r", before + 1)))
        if _is_on(element.get("hidden")):
            grid.hidden_rows.add(number)
        self.add("rows", 1, MAX_ROWS)
        self.add("cells", len(element), MAX_CELLS)
        cells: dict[int, Cell] = {}
        column = 0
        for child in element:
            if child.tag != _CELL:
                continue
            reference = child.get("r")
            column = self.column(reference) if reference else column + 1
            content, value = self.content(child)
            if value is not None:
                cells[column] = Cell(number, column, content, value)
        if cells:
            grid.rows[number] = cells
        return number

    def add(self, what: str, more: int, most: int) -> None:
        self.count[what] += more
        if self.count[what] > most:
            raise refused(self.name, f"holds more than {most:,} {what}; delete the empty ones below the data")

    def column(self, reference: str) -> int:
        """Number of the column in a reference such as D7."""
        name = reference.rstrip("0123456789")
        found = self.columns.get(name)
        if found is None:
            found = self.columns[name] = self.at(f"{name}1")[1]
        return found

    def at(self, reference: str) -> tuple[int, int]:
        """Row and column of a reference such as D7."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise refused(self.name, f"holds a cell at {reference!r}, which is no place in a sheet")
        column = 0
        for letter in match[1]:
            column = 26 * column + ord(letter) - 64
        row = int(match[2])
        if column > LAST_COLUMN or not 1 <= row <= LAST_ROW:
            raise refused(self.name, f"holds a cell at {reference!r}, which is no place in a sheet")
        return row, column

    def content(self, element: Any) -> tuple[Content, Any]:
        """What a cell holds; a value of None when it is blank."""
        kind = element.get("t", "n")
        value, formula, inline = None, None, None
        for child in element:
            if child.tag == _VALUE:
                value = child.text or ""
            elif child.tag == _FORMULA:
                formula = child.text or ""
            elif child.tag == _INLINE:
                inline = child
        if formula is not None and (self.uncalculated or value is None or (value == "" and kind != "str")):
            return "formula", f"={formula}"
        if kind == "inlineStr":
            return "text", None if inline is None else _inline(inline)
        if not value:
            return "text", None
        if kind == "s":
            return "text", self.texts[int(value)]
        if kind == "str":
            return "text", value
        if kind == "b":
            return "yes or no", _is_on(value)
        if kind == "e":
            return "error", value
        if kind == "d":
            return _dated(from_ISO8601(value))  # type: ignore[no-untyped-call]
        style = int(element.get("s", 0))
        return self.day(value, style in self.spans) if style in self.dates else ("number", _number(value))

    def day(self, value: str, span: bool) -> tuple[Content, Any]:
        """What a number shown as a date stands for; a number again where it is none."""
        if (value, span) not in self.days:
            number = _number(value)
            try:
                self.days[value, span] = _dated(from_excel(number, self.epoch, timedelta=span))
            except (OverflowError, ValueError):
                self.days[value, span] = "number", number
        return self.days[value, span]


def _elements(source: Any) -> Iterator[Any]:
    """Elements as they end, each cleared when it has been used; those within a cell stay until their row ends."""
    for _, element in iterparse(source):
        yield element
        if element.tag not in _KEPT:
            element.clear()


def _inline(element: Any) -> str | None:
    """Text that stands in the cell itself."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return element[0].text or ""
    text: Any = Text.from_tree(element)
    return None if text is None else str(text.content)


def _is_on(flag: str | None) -> bool:
    return flag in ("1", "true")


def _number(value: str) -> int | float:
    try:
        return int(value)
    except ValueError:
        return float(value)


def _dated(value: Any) -> tuple[Content, Any]:
    if isinstance(value, datetime):
        return "date", value
    if isinstance(value, date):
        return "date", datetime(value.year, value.month, value.day)
    return "span", value
