"""The header of a sheet: in which row it stands, and which field each of its columns holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from planner.errors import Problem
from planner.files.excel.cell_kinds import value_of
from planner.files.excel.cells import WrongCell, name_of, unspaced
from planner.files.excel.expected_sheets import singular
from planner.files.excel.extra_sheets import DATE_ACROSS, REMOVE, SERIES, SOURCES
from planner.files.excel.grid import FilledCell, Grid, letters
from planner.files.excel.layout import (
    HEADER_WITHIN,
    NAME_HEADER,
    VERTICAL_HEADERS,
    SheetColumn,
    SheetLayout,
    folded,
    nameless,
)
from planner.files.values_with_places import Placed
from planner.message import Message
from planner.schema.walk_fields import CasePath
from planner.schema.wording import closest, near


@dataclass
class Headed:
    """A sheet whose header was found."""

    layout: SheetLayout
    grid: Grid
    place: str
    """Beginning of its places: `Sites!`."""
    header: int
    """Number of the header's row."""
    problems: list[Problem]
    """What is wrong with the workbook."""
    columns: dict[int, SheetColumn] = field(default_factory=dict)
    """Columns by number."""
    sources: dict[int, SheetColumn] = field(default_factory=dict)
    """Columns that say where a row comes from."""
    dates: dict[int, Placed] = field(default_factory=dict)
    """Columns headed by a date, on Series."""
    refused: set[int] = field(default_factory=set)
    """Columns whose header is wrong, which is told once and not again for every row."""

    def at(self, row: int, column: int) -> str:
        """Place of a cell."""
        return f"{self.place}{letters(column)}{row}"

    def problem(self, message: Message, place: str, path: CasePath | None = None) -> None:
        """Tell what is wrong; without a path it lies with the sheet's table."""
        self.problems.append(Problem(self.layout.problem_path if path is None else path, message, place))

    def values(
        self, row: int, columns: Mapping[int, SheetColumn], path: Callable[[SheetColumn], CasePath]
    ) -> dict[int, Placed | None]:
        """Values of a row by the column's number, None where a cell is blank; what is wrong is told and left out."""
        cells = self.grid.rows[row]
        found: dict[int, Placed | None] = {}
        for number, column in columns.items():
            cell, place = cells.get(number), self.at(row, number)
            try:
                found[number] = None if cell is None else value_of(cell, column, place)
            except WrongCell as wrong:
                self.problem(wrong.message, place, path(column))
        return found

    def typed(
        self, row: int, columns: Mapping[int, SheetColumn], path: Callable[[SheetColumn], CasePath]
    ) -> tuple[dict[str, Placed], bool]:
        """Values of a row by their header, without those that are blank, and whether one of them is wrong."""
        found = self.values(row, columns, path)
        values = {columns[number].header: node for number, node in found.items() if node is not None}
        return values, len(found) < len(columns)


def headed(layout: SheetLayout, grid: Grid, place: str, problems: list[Problem]) -> Headed | None:
    """A sheet with its header's row; None where there is none, which is told."""
    for row in sorted(grid.rows):
        if row > HEADER_WITHIN:
            break
        if _is_header(layout, {folded(text_of(cell)) for cell in grid.rows[row].values()}):
            return Headed(layout, grid, place, row, problems)
    headers = VERTICAL_HEADERS[:2] if layout.form == "vertical" else [each.header for each in layout.all_columns[:3]]
    message = Message(
        "found no header among the first {header_within} rows; type one with {headers}, ...",
        header_within=HEADER_WITHIN,
        headers=tuple(headers),
    )
    problems.append(Problem(layout.problem_path, message, f"{place}A1"))
    return None


def name_columns(sheet: Headed) -> None:
    """Find the field that each column of a horizontal sheet holds."""
    layout = sheet.layout
    known = _columns_by_header(layout)
    strange: list[tuple[int, str]] = []
    for at, cell in sorted(sheet.grid.rows[sheet.header].items()):
        text = text_of(cell)
        if layout is SERIES and (cell.content in ("date", "number", "formula", "error") or text[:1].isdigit()):
            _take_date(sheet, at, cell)
        elif text and folded(text) in known:
            _take(sheet, at, known[folded(text)])
        elif text:
            strange.append((at, text))
    for at, text in strange:
        _take_meant(sheet, at, text, known)
    present = sheet.columns.values()
    for key in layout.keys:
        if key not in present:
            sheet.problem(Message("found no column headed {header}", header=key.header), sheet.at(sheet.header, 1))


def text_of(cell: FilledCell) -> str:
    """Text of a header or a field's name; what is no text as messages show it."""
    if cell.content == "text":
        return unspaced(cell.value)
    try:
        return name_of(cell)
    except WrongCell:
        return str(cell.value)


def _is_header(layout: SheetLayout, texts: set[str]) -> bool:
    """Whether texts, as compared, are those of a sheet's header: the name's, or two that the sheet knows."""
    if layout.form == "vertical":
        return VERTICAL_HEADERS[0] in texts
    known = {folded(column.header) for column in layout.all_columns} | _names_of_row(layout)
    key = layout.keys[-1].header if layout.keys else layout.columns[0].header
    return (key == NAME_HEADER and NAME_HEADER in texts) or (
        bool(texts & (_names_of_row(layout) | {key})) and len(texts & known) > 1
    )


def _names_of_row(layout: SheetLayout) -> set[str]:
    """Headers, as compared, that the column of a row's name may have: name, site, sites."""
    if not layout.keys or layout.keys[-1].header != NAME_HEADER:
        return set()
    table = nameless(layout.path)[-1]
    fields = {folded(column.header) for column in (*layout.keys[:-1], *layout.columns)}
    return {NAME_HEADER, folded(singular(table)), folded(table)} - fields


def _columns_by_header(layout: SheetLayout) -> dict[str, SheetColumn]:
    """Columns that a sheet may have, by their headers as compared."""
    sources = () if layout is REMOVE else SOURCES
    known = {folded(column.header): column for column in sources}
    if layout.keys:
        known |= dict.fromkeys(_names_of_row(layout), layout.keys[-1])
    return known | {folded(column.header): column for column in layout.all_columns}


def _take(sheet: Headed, at: int, column: SheetColumn) -> None:
    """Let a column of the sheet hold a field, if no other one does."""
    taken = {each: number for number, each in (*sheet.columns.items(), *sheet.sources.items())}
    if column in taken:
        first = sheet.at(sheet.header, taken[column])
        message = Message(
            "the column {header} is typed twice, first at {first}; keep one of them", header=column.header, first=first
        )
        sheet.problem(message, sheet.at(sheet.header, at))
        sheet.refused.add(at)
    elif column in SOURCES:
        sheet.sources[at] = column
    else:
        sheet.columns[at] = column


def _take_meant(sheet: Headed, at: int, text: str, known: Mapping[str, SheetColumn]) -> None:
    """Tell that a header is not known, and go on with the one that was meant."""
    taken = sheet.columns.values()
    free = [column.header for column in sheet.layout.all_columns if column not in taken]
    similar = get_close_matches(folded(text), map(folded, free), n=1, cutoff=0.8)
    meant = known[similar[0]].header if similar else closest(text, free)
    hint = Message("; did you mean {name}?", name=meant) if meant else near(text, free)
    sheet.problem(
        Message("unknown column{hint}", hint=hint), sheet.at(sheet.header, at), (*sheet.layout.problem_path, text)
    )
    if meant:
        _take(sheet, at, known[folded(meant)])
    else:
        sheet.refused.add(at)


def _take_date(sheet: Headed, at: int, cell: FilledCell) -> None:
    """Let a column of Series hold the values of a date."""
    place = sheet.at(sheet.header, at)
    try:
        node = value_of(cell, DATE_ACROSS, place)
    except WrongCell as wrong:
        sheet.problem(wrong.message, place)
        sheet.refused.add(at)
        return
    if node is None:
        return
    earlier = next((each for each in sheet.dates.values() if each.value == node.value), None)
    if earlier is None:
        sheet.dates[at] = node
    else:
        sheet.problem(
            Message("the date {value} is typed twice, first at {place}", value=str(node.value), place=earlier.place),
            place,
        )
        sheet.refused.add(at)
