"""The sheets of a workbook as cells, read once: what was typed, what formulas gave, what is hidden or merged.

Parts are read as streams, so that a formula and its stored result are seen in one pass and nothing is built that is
not looked at. Of looks only number formats are read, since they make dates: whoever wrote the workbook, what else it
looks like cannot be in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from planner.files.excel.number_formats import Formats
from planner.files.excel.safety_checks import DAMAGE, MAX_CELLS, MAX_ROWS, SafeWorkbook, hostile, refused
from planner.files.excel.stored_values import CellContent, Texts, moment_of, moment_typed, number_or_text, unescaped
from planner.files.excel.xml_stream import Attributes, Broken, Hostile, Reader, is_on
from planner.message import Figure, Message
from planner.schema.wording import shortened

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
"""Size of a sheet in Excel."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A cell that is not blank."""

    row: int
    column: int
    content: CellContent
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
    beyond_reach: bool = False
    """Whether it is hidden so that no menu shows it, as add-ins hide theirs."""
    rows: dict[int, dict[int, FilledCell]] = field(default_factory=dict)
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


def read_sheets(book: SafeWorkbook, name: str) -> list[Grid]:
    """Every sheet with cells; raises CaseError when the workbook cannot be read or holds too much."""
    try:
        return list(_grids(book, name))
    except Hostile as error:
        raise hostile(name) from error
    except MemoryError as error:
        raise refused(name, Message("is too large to be read")) from error
    except (Broken, *DAMAGE) as error:
        reason = shortened(str(error).splitlines()[0] if str(error) else type(error).__name__)
        raise refused(
            name, Message("is damaged ({reason}); open it in Excel and save it again", reason=reason)
        ) from error


def _grids(book: SafeWorkbook, name: str) -> Iterator[Grid]:
    reader = _Reader(book, name)
    for listed in book.book.sheets:
        relation = book.book.relations.get(listed.relation)
        if relation is None:
            raise Broken(f"the part of the sheet {listed.name} is missing")
        if relation.kind == "worksheet":
            grid = Grid(listed.name, listed.state != "visible", listed.state == "veryHidden")
            with book.package.open(relation.part) as source:
                _SheetReader(reader, grid).read(source, relation.part)
            yield grid


def place_in(reference: str) -> tuple[int, int] | None:
    """Row and column of a reference such as D7; None where it is no place in a sheet.

    >>> place_in("D7"), place_in("XFE1")
    ((7, 4), None)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    row = int(match[2])
    return (row, column) if column <= LAST_COLUMN and 1 <= row <= LAST_ROW else None


class _Reader:
    """What the sheets of one workbook share."""

    def __init__(self, book: SafeWorkbook, name: str) -> None:
        self.name = name
        self.date_1904 = book.book.date_1904
        self.uncalculated = book.book.uncalculated
        self.texts: list[str] = []
        self.formats = Formats()
        parts: tuple[tuple[str, Callable[[IO[bytes], str], object]], ...] = (
            ("styles", self.formats.read),
            ("sharedStrings", Texts(self.texts).read),
        )
        for kind, read in parts:
            part = book.book.part_of(kind)
            if part is not None and part in book.package:
                with book.package.open(part) as source:
                    read(source, part)
        self.rows = self.cells = 0
        self.columns: dict[str, int] = {}
        self.days: dict[tuple[str, bool], tuple[CellContent, Any]] = {}

    def count(self, cells: int) -> None:
        """Count a row that holds something."""
        self.rows += 1
        self.cells += cells
        for found, most, what in ((self.rows, MAX_ROWS, "rows"), (self.cells, MAX_CELLS, "cells")):
            if found > most:
                raise refused(
                    self.name,
                    Message(
                        "holds more than {most} {what}; delete the empty ones below the data",
                        most=Figure(most, ","),
                        what=what,
                    ),
                )

    def at(self, reference: str) -> tuple[int, int]:
        """Row and column of a reference."""
        found = place_in(reference)
        if found is None:
            raise refused(
                self.name,
                Message(
                    "holds a cell at {reference}, which is no place in a sheet", reference=repr(shortened(reference))
                ),
            )
        return found

    def column(self, reference: str) -> int:
        """Number of the column in a reference."""
        name = reference.rstrip("0123456789")
        found = self.columns.get(name)
        if found is None:
            found = self.columns[name] = self.at(f"{name}1")[1]
        return found

    def day(self, value: str, span: bool) -> tuple[CellContent, Any]:
        """What a number shown as a date stands for; a number again where it is none."""
        found = self.days.get((value, span))
        if found is None:
            found = self.days[value, span] = moment_of(value, span=span, from_1904=self.date_1904)
        return found

    def text(self, position: str) -> str:
        """A text by its number among those that sheets share."""
        number = int(position)
        if not 0 <= number < len(self.texts):
            raise Broken(f"a cell shows the text {number}, and there is none")
        return self.texts[number]


class _SheetReader(Reader):
    """Reads one sheet."""

    def __init__(self, reader: _Reader, grid: Grid) -> None:
        self._reader = reader
        self._grid = grid
        self._cells: dict[int, FilledCell] = {}
        self._row = self._column = 0
        self._is_numbered = False
        self._cell: Attributes = {}
        self._value: str | None = None
        self._formula: str | None = None
        self._inline: str | None = None
        self._aside = 0
        starts = {
            "col": self._start_columns,
            "row": self._start_row,
            "c": self._start_cell,
            **dict.fromkeys(("v", "f", "t"), self._start_text),
            "rPh": lambda _: self._step(1),
            "mergeCell": self._start_merged,
        }
        ends = {"row": self._end_row, "c": self._end_cell, "v": self._end_value, "f": self._end_formula}
        super().__init__(starts, {**ends, "t": self._end_text, "rPh": lambda: self._step(-1)})

    def _start_columns(self, attributes: Attributes) -> None:
        if is_on(attributes.get("hidden")) or _is_nothing(attributes.get("width")):
            self._grid.hidden_columns.append((int(attributes.get("min", 1)), int(attributes.get("max", LAST_COLUMN))))

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self._is_numbered = number is not None
        self._row = self._row + 1 if number is None else int(number) if number.isdecimal() else int(float(number))
        if not 1 <= self._row <= LAST_ROW:
            raise Broken(f"a row is numbered {self._row}")
        if ("hidden" in attributes and is_on(attributes["hidden"])) or (
            "ht" in attributes and _is_nothing(attributes["ht"])
        ):
            self._grid.hidden_rows.add(self._row)
        self._column = 0

    def _end_row(self) -> None:
        if self._cells:
            self._reader.count(len(self._cells))
            self._grid.rows.setdefault(self._row, {}).update(self._cells)
            self._cells = {}

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._value = self._formula = self._inline = None
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        self._column = self._reader.column(reference)
        if not self._is_numbered:
            self._row, self._is_numbered = self._reader.at(reference)[0], True

    def _end_cell(self) -> None:
        if self._value is not None or self._formula is not None or self._inline is not None:
            content, value = self._content()
            if value is not None:
                self._cells[self._column] = FilledCell(self._row, self._column, content, value)

    def _start_text(self, _: Attributes) -> None:
        self.text.clear()

    def _end_value(self) -> None:
        self._value = "".join(self.text)

    def _end_formula(self) -> None:
        self._formula = "".join(self.text)

    def _end_text(self) -> None:
        if not self._aside:
            self._inline = (self._inline or "") + "".join(self.text)

    def _step(self, by: int) -> None:
        self._aside += by

    def _start_merged(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        self._grid.merged.append((*self._reader.at(first), *self._reader.at(last or first)))

    def _content(self) -> tuple[CellContent, Any]:
        """What a cell holds; a value of None when it is blank."""
        attributes, value = self._cell, self._value
        kind = attributes.get("t", "n")
        if self._formula is not None and (
            self._reader.uncalculated or value is None or (value == "" and kind != "str")
        ):
            return "formula", f"={self._formula}"
        if kind == "inlineStr" or (value is None and self._inline is not None):
            text = self._inline if self._inline is not None else value
            return "text", None if text is None else unescaped(text)
        if not value:
            return "text", None
        if kind == "s":
            return "text", self._reader.text(value)
        if kind == "str":
            return "text", unescaped(value)
        if kind == "b":
            return "yes or no", is_on(value.strip())
        if kind == "e":
            return "error", value
        if kind == "d":
            return moment_typed(value)
        style = attributes.get("s")
        if style in self._reader.formats.dates:
            return self._reader.day(value, False)
        return self._reader.day(value, True) if style in self._reader.formats.spans else number_or_text(value)


def _is_nothing(size: str | None) -> bool:
    """Whether the size of a column or a row is nothing, which hides it."""
    return size is not None and not size.strip("0. ")
