"""A case workbook as nodes: every sheet by its layout, every value with its cell, all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from planner.errors import CaseError, Problem
from planner.files.excel.book import all_sheets, sheets, singular
from planner.files.excel.cells import WrongCell, name_of, unspaced, value_of
from planner.files.excel.guards import Checked
from planner.files.excel.layout import (
    ANY_NAME,
    HEADER_WITHIN,
    NAME,
    VALUE,
    VERTICAL_HEADERS,
    Column,
    Kind,
    SheetLayout,
    folded,
    nameless,
)
from planner.files.excel.own import LISTS, README, REMOVE, SERIES, SERIES_BY_DATE, SOURCES
from planner.files.excel.series import Series
from planner.files.excel.sheet import Cell, Grid, letters, read_sheets
from planner.files.excel.tables import Tables, table_named
from planner.files.tree import Node, Workbook
from planner.schema.case import Case
from planner.schema.walk import Path
from planner.schema.wording import near, shown

REPORT = frozenset({"Summary", "Checks", "Provenance"})
"""Sheets by which a report is known."""
_TYPED_EVEN_IF_EMPTY = tuple(name for name, info in Case.model_fields.items() if info.is_required())
"""Tables that a case must hold: a sheet without rows is an empty one."""


def read_workbook(book: Checked, name: str, *, is_case: bool = True) -> tuple[Workbook, list[Problem]]:
    """A workbook's content and what is wrong with it; CaseError when it cannot be read at all.

    `name` is what places call the file; they leave it out where the workbook itself is the case.
    """
    reader = _Reader(name, "" if is_case else f"{name} ")
    if book.date_1904:
        reader.problems.append(
            Problem(
                (),
                "counts its dates from 1904, so that they move by four years when they are copied; switch that off "
                "(File > Options > Advanced > Use 1904 date system), then correct every date",
                name,
            )
        )
    grids = read_sheets(book, name)
    if {grid.name for grid in grids} >= REPORT:
        message = "is a report, not a case; the case that it tells of is case.yaml in the folder beside it"
        raise CaseError([Problem((), message, name)])
    reader.read(grids)
    return reader.workbook(), reader.problems


@dataclass
class _Sheet:
    """A sheet whose header was found."""

    layout: SheetLayout
    grid: Grid
    place: str
    """Beginning of its places: `Sites!`."""
    header: int
    """Number of the header's row."""
    columns: dict[int, Column] = field(default_factory=dict)
    """Columns by number."""
    sources: dict[int, Column] = field(default_factory=dict)
    """Columns that say where a row comes from."""
    dates: dict[int, Node] = field(default_factory=dict)
    """Columns headed by a date, on Series."""

    def at(self, row: int, column: int) -> str:
        return f"{self.place}{letters(column)}{row}"


class _Reader:
    """Reads one workbook."""

    def __init__(self, name: str, before: str) -> None:
        self.name = name
        self.before = before
        self.problems: list[Problem] = []
        self.tables = Tables()
        self.series = Series(self.tables, self.problems)
        self.assumptions: dict[tuple[str | None, ...], Node] = {}
        self.listed: list[Node] = []
        self.removed: dict[Path, list[Node]] = {}

    def problem(self, path: Path, message: str, place: str) -> None:
        self.problems.append(Problem(path, message, place))

    def workbook(self) -> Workbook:
        """What was read."""
        self.series.finish()
        told = {problem.path for problem in self.problems}
        for path, place in self.tables.waiting.items():
            if self.tables.get(path) is None and path not in told:
                message = "missing; it has no default, so type it"
                self.problem(path, message, self.tables.blanks.get(path, place))
        root = self.tables.root
        if self.listed or self.assumptions:
            items = [*self.listed, *self.assumptions.values()]
            root["assumptions"] = Node(items[0].place, items)
        for path, names in self.removed.items():
            table = self.tables.open(path, names[0].place)
            table["remove"] = Node(names[0].place, list(names))
        elsewhere = tuple(self.tables.elsewhere.items())
        return Workbook(self.name, root, elsewhere=elsewhere, blanks=self.tables.blanks)

    def read(self, grids: list[Grid]) -> None:
        """Every sheet, in the layout's order."""
        known = {folded(layout.name): layout for layout in all_sheets()}
        known |= {folded(layout.table): layout for layout in sheets()}
        found: dict[SheetLayout, Grid] = {}
        strange: list[Grid] = []
        for grid in grids:
            layout = known.get(folded(grid.name))
            if layout is None:
                strange.append(grid)
            elif layout in found:
                self.problem((), f"a second sheet for {layout.table or layout.name}; keep one", self.corner(grid))
            else:
                found[layout] = grid
        for grid in strange:
            if folded(grid.name) in (folded(README), folded(LISTS)) or not grid.rows:
                continue
            names = [layout.name for layout in all_sheets()]
            hint = near(grid.name.strip(), names)
            self.problem((), f"found the sheet {shown(grid.name)}, which is no table{hint}", self.corner(grid))
            meant = known.get(folded(_meant(hint)))
            if meant is not None and meant not in found:
                found[meant] = grid
        for layout in all_sheets():
            if layout in found and found[layout].rows:
                self.sheet(layout, found[layout])

    def corner(self, grid: Grid) -> str:
        """Place of a sheet as a whole."""
        return f"{self.before}{grid.name}!A1"

    def sheet(self, layout: SheetLayout, grid: Grid) -> None:
        """One sheet."""
        sheet = self.headed(layout, grid)
        if sheet is None:
            return
        if layout.form == "vertical":
            rows = [row for row in sorted(grid.rows) if row > sheet.header]
            self.unseen(sheet, rows)
            self.vertical(sheet, rows)
            return
        self.name_columns(sheet)
        rows = [row for row in self.data_rows(sheet) if self.is_row(sheet, row)]
        self.unseen(sheet, rows)
        if layout is REMOVE:
            self.remove(sheet, rows)
        elif layout in (SERIES, SERIES_BY_DATE):
            self.dated(sheet, rows)
        else:
            self.table(sheet, rows)

    def headed(self, layout: SheetLayout, grid: Grid) -> _Sheet | None:
        """A sheet with its header's row."""
        for row in sorted(grid.rows):
            if row > HEADER_WITHIN:
                break
            if _is_header(layout, {folded(_text_of(cell)) for cell in grid.rows[row].values()}):
                return _Sheet(layout, grid, f"{self.before}{grid.name}!", row)
        wanted = ", ".join(column.header for column in layout.all_columns[:3]) or ", ".join(VERTICAL_HEADERS[:2])
        if layout.form == "vertical":
            wanted = ", ".join(VERTICAL_HEADERS[:2])
        self.problem(
            layout.problem_path,
            f"found no header among the first {HEADER_WITHIN} rows; type one with {wanted}, ...",
            self.corner(grid),
        )
        return None

    def unseen(self, sheet: _Sheet, rows: list[int]) -> None:
        """Refuse what a planner does not see, or sees in one cell and means for several."""
        grid, path = sheet.grid, sheet.layout.problem_path
        if not rows:
            return
        if grid.hidden:
            self.problem(path, "the sheet is hidden, yet would count; show it, or delete it", self.corner(grid))
        columns = set(sheet.columns) | set(sheet.sources) | set(sheet.dates)
        for row in rows:
            if row in grid.hidden_rows:
                message = "the row is hidden or filtered out, yet would count; show it, or delete it"
                self.problem(path, message, sheet.at(row, min(grid.rows[row])))
        for first, last in grid.hidden_columns:
            for column in sorted(columns):
                if first <= column <= last and any(column in grid.rows[row] for row in rows):
                    message = "the column is hidden, yet would count; show it, or delete it"
                    self.problem(path, message, sheet.at(sheet.header, column))
        last_row, last_column = rows[-1], max(columns, default=1)
        for top, left, bottom, right in grid.merged:
            among = sheet.header <= bottom and top <= last_row and left <= last_column
            if among and (top == sheet.header or any(top <= row <= bottom for row in rows)):
                area = f"{letters(left)}{top}:{letters(right)}{bottom}"
                message = f"the cells {area} are merged; unmerge them and type the value into each that needs it"
                self.problem(path, message, sheet.at(top, left))

    # ------------------------------------------------------------------ vertical sheets

    def vertical(self, sheet: _Sheet, rows: list[int]) -> None:
        """A sheet with a field a line."""
        layout, grid = sheet.layout, sheet.grid
        heads = {folded(cell.value): at for at, cell in grid.rows[sheet.header].items() if cell.content == "text"}
        names, values = heads[VERTICAL_HEADERS[0]], heads.get(VERTICAL_HEADERS[1])
        if values is None:
            self.problem(layout.problem_path, "found no column headed value", sheet.at(sheet.header, names))
            return
        typed: dict[str, str] = {}
        for row in rows:
            cell = grid.rows[row].get(names)
            place = sheet.at(row, values)
            if cell is None or not _text_of(cell):
                if values in grid.rows[row]:
                    self.problem(layout.problem_path, "a value without a field; type the field or clear it", place)
                continue
            name = _text_of(cell)
            column = layout.column(name)
            if column is None:
                hint = near(name, [each.header for each in layout.columns])
                self.problem((*layout.path, name), f"unknown field{hint}", sheet.at(row, names))
                column = layout.column(_meant(hint))
                if column is None or column.header in typed:
                    continue
            path = (*layout.path, *column.path)
            if column.header in typed:
                self.problem(path, f"typed twice, first at {typed[column.header]}; keep one of them", place)
            else:
                typed[column.header] = place
                self.field(layout.path, column, grid.rows[row].get(values), place, sheet.at(sheet.header, names))

    # ------------------------------------------------------------------ horizontal sheets

    def name_columns(self, sheet: _Sheet) -> None:
        """Which field each column holds."""
        layout = sheet.layout
        heads = sheet.grid.rows[sheet.header]
        own = {folded(column.header): column for column in layout.all_columns}
        sources = {folded(column.header): column for column in SOURCES} if layout is not REMOVE else {}
        alias = layout.keys[-1] if layout.keys and layout.keys[-1].header == NAME else None
        own |= {header: alias for header in _names_of_row(layout) if alias is not None and header not in own}
        strange: list[tuple[int, str]] = []
        taken: dict[str, str] = {}

        def take(at: int, header: str) -> bool:
            column, source = own.get(header), sources.get(header)
            meant = column or source
            if meant is None:
                return False
            if meant.header in taken:
                message = f"the column {meant.header} is typed twice, first at {taken[meant.header]}; keep one of them"
                self.problem(layout.problem_path, message, sheet.at(sheet.header, at))
                sheet.sources[at] = _PASSED
                return True
            taken[meant.header] = sheet.at(sheet.header, at)
            (sheet.columns if column else sheet.sources)[at] = meant
            return True

        for at, cell in sorted(heads.items()):
            text = _text_of(cell)
            if layout is SERIES and (cell.content in ("date", "number", "formula", "error") or text[:1].isdigit()):
                self.date_header(sheet, at, cell)
            elif text and not take(at, folded(text)):
                strange.append((at, text))
        for at, text in strange:
            known = [column.header for column in layout.all_columns if column.header not in taken]
            hint = near(text, known)
            close = get_close_matches(folded(text), [folded(each) for each in known], n=1, cutoff=0.8)
            hint = f"; did you mean {own[close[0]].header}?" if close else hint
            self.problem((*layout.problem_path, text), f"unknown column{hint}", sheet.at(sheet.header, at))
            if not take(at, folded(_meant(hint))):
                sheet.sources[at] = _PASSED
        self.key_columns(sheet)

    def key_columns(self, sheet: _Sheet) -> None:
        """Refuse a sheet without a column that names its rows."""
        present = {column.header for column in sheet.columns.values()}
        for key in sheet.layout.keys:
            if key.header not in present:
                message = f"found no column headed {key.header}"
                self.problem(sheet.layout.problem_path, message, sheet.at(sheet.header, 1))

    def date_header(self, sheet: _Sheet, at: int, cell: Cell) -> None:
        """A column of Series headed by a date."""
        place = sheet.at(sheet.header, at)
        try:
            node = value_of(cell, _DATE, place)
        except WrongCell as wrong:
            self.problem(("Series",), str(wrong), place)
            sheet.sources[at] = _PASSED
            return
        if node is None:
            return
        earlier = next((each for each in sheet.dates.values() if each.value == node.value), None)
        if earlier is not None:
            self.problem(("Series",), f"the date {node.value} is typed twice, first at {earlier.place}", place)
            sheet.sources[at] = _PASSED
        else:
            sheet.dates[at] = node

    def data_rows(self, sheet: _Sheet) -> Iterator[int]:
        """Rows below the header that are not its units and meanings."""
        waiting = 2
        for row in sorted(sheet.grid.rows):
            if row <= sheet.header:
                continue
            if waiting and row <= sheet.header + 2 and _describes(sheet, row):
                waiting -= 1
                continue
            yield row

    def is_row(self, sheet: _Sheet, row: int) -> bool:
        """Whether a row holds something below the headers."""
        cells = sheet.grid.rows[row]
        seen = False
        for at, cell in cells.items():
            if at in sheet.columns or at in sheet.dates:
                seen = seen or cell.content != "text" or bool(unspaced(cell.value))
            elif at not in sheet.sources and (cell.content != "text" or unspaced(cell.value)):
                message = "a value under no header; type the column's header, or clear the cell"
                self.problem(sheet.layout.problem_path, message, sheet.at(row, at))
        return seen

    def names(self, sheet: _Sheet, row: int) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The names in a row's key columns, with the place of each; None where there are none or one is wrong."""
        cells = sheet.grid.rows[row]
        found: dict[str, str] = {}
        where: dict[str, str] = {}
        wrong = False
        for at, column in sheet.columns.items():
            if column not in sheet.layout.keys:
                continue
            where[column.header] = sheet.at(row, at)
            cell = cells.get(at)
            if cell is None:
                continue
            try:
                node = value_of(cell, column, where[column.header])
            except WrongCell as reason:
                self.problem((*sheet.layout.problem_path, column.header), str(reason), where[column.header])
                wrong = True
            else:
                if node is not None:
                    found[column.header] = str(node.value)
        keys = [key.header for key in sheet.layout.keys]
        places = tuple(where.get(key, sheet.at(row, min(cells))) for key in keys) or (sheet.at(row, min(cells)),)
        if len(found) == len(keys):
            return tuple(found[key] for key in keys), places
        if not wrong:
            missing = next(key for key in keys if key not in found)
            if missing in where:
                message = f"the row has no {missing}; type it, or clear the row"
                self.problem((*sheet.layout.problem_path, missing), message, where[missing])
        return None, places

    def table(self, sheet: _Sheet, rows: list[int]) -> None:
        """A sheet with a row of a table, or an item of a list, a line."""
        layout = sheet.layout
        if not rows and layout.path[0] in _TYPED_EVEN_IF_EMPTY and len(layout.path) == 2:
            self.tables.open((layout.path[0],), sheet.at(sheet.header, 1))
        fields = sorted((at, column) for at, column in sheet.columns.items() if column not in layout.keys)
        seen: dict[Path, str] = {}
        for row in rows:
            names, places = self.names(sheet, row)
            if names is None:
                continue
            path, place = filled(layout.path, names), places[-1]
            if layout.form == "list":
                self.item(sheet, row, fields, path, places)
                continue
            if path in seen:
                self.problem(path, f"typed twice, first at {seen[path]}; keep one of them", place)
                continue
            seen[path] = place
            if path[:-1] in self.tables.empty:
                message = (
                    f"{path[-2]} is said to be empty at {self.tables.empty[path[:-1]]}; clear that cell, or the row"
                )
                self.problem(path, message, place)
            self.tables.row(path, places, plain=layout.form == "values")
            cells = sheet.grid.rows[row]
            for at, column in fields:
                self.field(path, column, cells.get(at), sheet.at(row, at), place)
            if layout.form == "values" and self.tables.get(path) is None:
                self.tables.waiting[path] = place
            self.sources(sheet, row, ".".join(part for part in path))

    def field(self, row: Path, column: Column, cell: Cell | None, place: str, row_place: str) -> None:
        """One cell of a row."""
        path = (*row, *column.path) if column.path[:1] not in (("extends",), ("includes",)) else column.path
        if cell is None:
            if column.required:
                self.tables.blanks[path] = place
            return
        try:
            node = value_of(cell, column, place)
        except WrongCell as wrong:
            self.problem(path, str(wrong), place)
            return
        if node is not None:
            self.tables.put(path, node, row_place)
            if column.kind is Kind.EMPTY:
                self.tables.empty[path] = place
        elif column.required:
            self.tables.blanks[path] = place

    def item(
        self, sheet: _Sheet, row: int, fields: list[tuple[int, Column]], path: Path, places: tuple[str, ...]
    ) -> None:
        """One item of a list."""
        items = self.tables.items(path, places) if path != ("assumptions",) else self.listed
        at_item = (*path, str(len(items)))
        values: dict[str, Node] = {}
        first = sheet.at(row, fields[0][0]) if fields else places[-1]
        for at, column in fields:
            cell = sheet.grid.rows[row].get(at)
            try:
                node = None if cell is None else value_of(cell, column, sheet.at(row, at))
            except WrongCell as wrong:
                self.problem((*at_item, *column.path), str(wrong), sheet.at(row, at))
            else:
                if node is not None:
                    values[column.path[0]] = node
                elif column.required:
                    self.tables.blanks[(*at_item, *column.path)] = sheet.at(row, at)
        items.append(Node(first, values))
        if path != ("assumptions",):
            self.sources(sheet, row, ".".join(path[:-1]))

    def sources(self, sheet: _Sheet, row: int, path: str) -> None:
        """Where a row comes from, as an assumption that speaks of it."""
        cells = sheet.grid.rows[row]
        values: dict[str, Node] = {}
        for at, column in sheet.sources.items():
            cell = cells.get(at)
            if cell is None or column is _PASSED:
                continue
            place = sheet.at(row, at)
            try:
                node = value_of(cell, column, place)
            except WrongCell as wrong:
                self.problem(("assumptions", column.header), str(wrong), place)
            else:
                if node is not None:
                    values[column.header] = node
        if values:
            place = next(iter(values.values())).place
            key = (path, *(node.text if node else None for node in map(values.get, _SOURCE_NAMES)))
            self.assumptions.setdefault(key, Node(place, {"path": Node(place, path, path), **values}))

    # ------------------------------------------------------------------ sheets of the workbook's own

    def dated(self, sheet: _Sheet, rows: list[int]) -> None:
        """Profiles, on Series or Series by date."""
        numbers = {column.header: number for number, column in sheet.columns.items()}
        needed = sheet.layout.columns[:1] if sheet.layout is SERIES else sheet.layout.columns
        missing = [column.header for column in needed if column.header not in numbers]
        for header in missing:
            self.problem((header,), f"found no column headed {header}", sheet.at(sheet.header, 1))
        if missing or any(key.header not in numbers for key in sheet.layout.keys):
            return
        keys = [(numbers[column.header], column) for column in sheet.layout.keys]
        others = [(numbers[column.header], column) for column in sheet.layout.columns if column.header in numbers]
        dates = sorted(sheet.dates.items())
        for row in rows:

            def at(header: str, row: int = row) -> str:
                return sheet.at(row, numbers.get(header, 1))

            names, wrong = self.values(sheet, row, keys, ())
            subject = None if wrong else self.series.subject(names, at)
            if subject is None:
                continue
            values, wrong = self.values(sheet, row, others, subject.path)
            points: list[tuple[Node, Node]] = []
            for number, day in dates:
                found, amiss = self.values(sheet, row, [(number, _POINT)], subject.path)
                wrong = wrong or amiss
                points += ((day, node) for node in found.values())
            if wrong:
                subject.spoilt = True
            elif sheet.layout is SERIES:
                self.series.wide(subject, values, points, at)
            else:
                self.series.by_date(subject, values, at)
            if sheet.sources:
                self.sources(sheet, row, ".".join(subject.path))

    def values(
        self, sheet: _Sheet, row: int, columns: Iterable[tuple[int, Column]], path: Path
    ) -> tuple[dict[str, Node], bool]:
        """Cells of a row by their headers, and whether one of them is wrong; problems lie at a path, or the header."""
        cells = sheet.grid.rows[row]
        values: dict[str, Node] = {}
        wrong = False
        for number, column in columns:
            cell = cells.get(number)
            if cell is None:
                continue
            place = sheet.at(row, number)
            try:
                node = value_of(cell, column, place)
            except WrongCell as reason:
                self.problem(path or (column.header,), str(reason), place)
                wrong = True
            else:
                if node is not None:
                    values[column.header] = node
        return values, wrong

    def remove(self, sheet: _Sheet, rows: list[int]) -> None:
        """Rows of the extended case to drop."""
        for row in rows:
            names, places = self.names(sheet, row)
            if names is None:
                continue
            table, name = names
            path = table_named(table)
            if path is None:
                known = [layout.table for layout in sheets() if layout.form in ("table", "values")]
                message = f"found {shown(table)}, which is no table of named rows{near(table, known)}"
                self.problem(("Remove", "table"), message, places[0])
                continue
            self.removed.setdefault(path, []).append(Node(places[1], name, name))


def filled(pattern: Path, names: Iterable[str]) -> Path:
    """A sheet's path with the names of a row.

    >>> filled(("sites", "*", "onsite", "*"), ("Abilene", "gas"))
    ('sites', 'Abilene', 'onsite', 'gas')
    """
    waiting = iter(names)
    return tuple(next(waiting) if part == ANY_NAME else part for part in pattern)


def _is_header(layout: SheetLayout, texts: set[str]) -> bool:
    """Whether texts, as compared, are those of a sheet's header: the name's, or two that the sheet knows."""
    if layout.form == "vertical":
        return VERTICAL_HEADERS[0] in texts
    known = {folded(column.header) for column in layout.all_columns} | _names_of_row(layout)
    key = layout.keys[-1].header if layout.keys else layout.columns[0].header
    return (key == NAME and NAME in texts) or (bool(texts & (_names_of_row(layout) | {key})) and len(texts & known) > 1)


def _names_of_row(layout: SheetLayout) -> set[str]:
    """Headers, as compared, that the column of a row's name may have: name, site, sites."""
    if not layout.keys or layout.keys[-1].header != NAME:
        return set()
    table = nameless(layout.path)[-1]
    fields = {folded(column.header) for column in (*layout.keys[:-1], *layout.columns)}
    return {NAME, folded(singular(table)), folded(table)} - fields


def _meant(hint: str) -> str:
    """The name that a hint holds, if it holds one."""
    return hint.removeprefix("; did you mean ").removesuffix("?") if hint.startswith("; did you mean ") else ""


def _text_of(cell: Cell) -> str:
    """Text of a header or a field's name; what is no text as messages show it."""
    if cell.content == "text":
        return unspaced(cell.value)
    try:
        return name_of(cell)
    except WrongCell:
        return str(cell.value)


def _describes(sheet: _Sheet, row: int) -> bool:
    """Whether a row below the header holds its units or its meanings."""
    alike = other = 0
    for at, cell in sheet.grid.rows[row].items():
        column = sheet.columns.get(at)
        if column is None:
            continue
        text = folded(str(cell.value))
        unit, meaning = folded(column.unit), folded(column.meaning)
        if (unit and text == unit) or (meaning and text.startswith(meaning.rstrip())):
            alike += 1
        else:
            other += 1
    return alike > other


_DATE = Column("date", Kind.DATE)
_POINT = Column(VALUE, Kind.NUMBER)
_PASSED = Column("", Kind.TEXT)
"""Stands for a column that has been refused."""
_SOURCE_NAMES = tuple(column.header for column in SOURCES)
