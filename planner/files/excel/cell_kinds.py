"""How each kind of value is typed in a cell: read, written, shown, and what Excel refuses in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from planner.files.excel import cells
from planner.files.excel.cell_text import as_text, listed, quoted
from planner.files.excel.grid import FilledCell
from planner.files.excel.layout import (
    DAY_FORMAT,
    EMPTY,
    EMPTY_LIST,
    EMPTY_TABLE,
    PLAIN_FORMAT,
    TEXT_FORMAT,
    SheetColumn,
)
from planner.files.excel.series_rows import CellValue, TargetCell, write_profile
from planner.files.values_with_places import Placed
from planner.files.write import flow
from planner.message import Message
from planner.schema.kinds import (
    ANYTHING,
    CHOICE,
    DATE,
    GRID,
    NAME,
    NAMES,
    NUMBER,
    PROFILE,
    TEXT,
    WHOLE,
    YES_NO,
    Kind,
    plain_value,
)
from planner.schema.wording import shortened

YES_OR_NO = ("yes", "no")


@dataclass(frozen=True)
class CellRule:
    """What Excel takes in a cell."""

    type: Literal["list", "date", "whole", "decimal", "custom"]
    """What is checked: a choice, a date, a number, or a formula."""
    formula1: str = ""
    """The least value, or the formula."""
    formula2: str | None = None
    """The largest value."""
    operator: Literal["between", "greaterThan", "greaterThanOrEqual"] | None = None
    choices: tuple[str, ...] = ()
    """Choices of a list."""
    title: str = ""
    """What the list of choices is called where it serves several columns."""
    table: str = ""
    """Table whose rows' names a list offers."""
    words: str = ""
    """What is allowed; the column's own words where it is empty."""


Write: TypeAlias = Callable[[Any, TargetCell], CellValue]


def _as_text_or_is(value: Any, target: TargetCell) -> CellValue:
    plain: CellValue = plain_value(value)
    return as_text(plain) if isinstance(plain, str) else plain


@dataclass(frozen=True)
class CellKind:
    """A kind of value in the cells of a workbook."""

    read: Callable[[FilledCell, SheetColumn, str], Placed | None]
    """The value that a cell holds, with its place; None where it is blank after all. Raises WrongCell."""
    write: Write = _as_text_or_is
    """What a cell holds for a value."""
    rule: Callable[[SheetColumn, str], CellRule | None] = lambda column, cells: None
    """What Excel takes in cells of a column, if it can tell."""
    number_format: str = PLAIN_FORMAT
    """How Excel shows the value."""
    width: float = 15.0
    """Least width of a column, in characters."""
    wraps: bool = False
    """Whether a long value goes on below."""
    words: Callable[[Any], str] | None = None
    """A value as sentences in a workbook say it, where they differ from those elsewhere."""


def _date(value: Any, target: TargetCell) -> CellValue:
    found: CellValue = value
    return found


def _yes_no(value: Any, target: TargetCell | None = None) -> str:
    return "yes" if value else "no"


def _names(value: Any, target: TargetCell) -> CellValue:
    return listed(value) if value else None if value == target.column.default else EMPTY_LIST


def _anything(value: Any, target: TargetCell) -> CellValue:
    if isinstance(value, str):
        return quoted(value) if value[:1] in "{[" else as_text(value)
    return value if isinstance(value, bool | int | float | date) else flow(value)


def _empty(value: Any, target: TargetCell) -> CellValue:
    return None if value else EMPTY_TABLE


def _choices(column: SheetColumn, cells: str) -> CellRule:
    return CellRule("list", choices=column.choices)


def _yes_or_no(column: SheetColumn, cells: str) -> CellRule:
    return CellRule("list", choices=YES_OR_NO, title="yes or no")


def _named(column: SheetColumn, cells: str) -> CellRule | None:
    return CellRule("list", table=column.refers_to) if column.refers_to else None


def _dated(column: SheetColumn, cells: str) -> CellRule:
    return CellRule("date", "61", operator="greaterThanOrEqual", words="a date, such as 2027-04-01")


def _whole(column: SheetColumn, cells: str) -> CellRule:
    return _between(column, cells, "whole")


def _number(column: SheetColumn, cells: str) -> CellRule:
    return _between(column, cells, "decimal")


def _between(column: SheetColumn, cells: str, type: Literal["whole", "decimal"]) -> CellRule:
    low, high = column.low, column.high
    if not (column.low_excluded or column.high_excluded):
        least, most = (f"{end if bound is None else bound:G}" for end, bound in ((-1e30, low), (1e30, high)))
        return CellRule(type, least, most, operator="between")
    if high is None:
        return CellRule(type, f"{low:G}", operator="greaterThan")
    first = cells.split(":")[0]
    above = f"{first}{'>' if column.low_excluded else '>='}{low:G}"
    below = f"{first}{'<' if column.high_excluded else '<='}{high:G}"
    return CellRule("custom", f"AND(ISNUMBER({first}),{above},{below})")


def _number_or_profile(column: SheetColumn, cells: str) -> CellRule:
    """A number in its range, or a profile in one text: {base: 100, growth_per_year: 0.05}."""
    first = cells.split(":")[0]
    bounds = [f"{first}>={column.low:G}"] if column.low is not None else []
    bounds += [f"{first}<={column.high:G}"] if column.high is not None else []
    number = f"AND({','.join([f'ISNUMBER({first})', *bounds])})"
    return CellRule("custom", f'OR({number},LEFT({first},1)="{{")')


CELL_KINDS: dict[Kind, CellKind] = {
    NAME: CellKind(cells.read_name_cell, rule=_named, number_format=TEXT_FORMAT, width=18.0),
    TEXT: CellKind(cells.read_text_cell, number_format=TEXT_FORMAT, width=18.0),
    CHOICE: CellKind(cells.read_choice_cell, rule=_choices, number_format=TEXT_FORMAT, width=16.0),
    NUMBER: CellKind(cells.read_number_cell, rule=_number),
    WHOLE: CellKind(cells.read_whole_cell, rule=_whole),
    PROFILE: CellKind(cells.read_profile_cell, write_profile, _number_or_profile, width=16.0),
    DATE: CellKind(cells.read_date_cell, _date, _dated, number_format=DAY_FORMAT, width=14.0),
    GRID: CellKind(cells.read_text_cell, number_format=TEXT_FORMAT, width=30.0),
    YES_NO: CellKind(cells.read_yes_no_cell, _yes_no, _yes_or_no, words=_yes_no),
    NAMES: CellKind(cells.read_names_cell, _names, number_format=TEXT_FORMAT, width=28.0, wraps=True),
    ANYTHING: CellKind(cells.read_anything_cell, _anything, width=18.0),
    EMPTY: CellKind(cells.read_empty_cell, _empty),
}
"""Every kind of value, and the cell that says that a table is empty."""


def value_of(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    """The value of a field in a cell, with its place; None where it is blank after all. Raises WrongCell."""
    if cell.content == "error":
        raise cells.WrongCell(
            Message("found {value}, the error of a formula; correct it, or clear the cell", value=str(cell.value))
        )
    if cell.content == "formula":
        raise cells.WrongCell(
            Message(
                "found the formula {formula} without a stored result; open the workbook in Excel, let it calculate "
                "and save it, or type the value",
                formula=shortened(cell.value),
            )
        )
    if cell.content == "text" and not cells.unspaced(cell.value):
        return None
    return CELL_KINDS[column.kind].read(cell, column, place)
