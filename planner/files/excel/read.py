"""A case workbook as nodes: every sheet by its layout, every value with its cell, all problems at once."""

from __future__ import annotations

from planner.errors import CaseError, Problem
from planner.files.excel.data_rows import lines
from planner.files.excel.expected_sheets import all_sheets, sheets
from planner.files.excel.extra_sheets import CALCULATION, REMOVE, SERIES, SERIES_BY_DATE, is_aside
from planner.files.excel.grid import Grid, read_sheets
from planner.files.excel.headers import headed, name_columns
from planner.files.excel.layout import SheetLayout, folded
from planner.files.excel.read_rows import read_fields, read_items, read_removed, read_rows
from planner.files.excel.safety_checks import SafeWorkbook
from planner.files.excel.series import WorkbookProfiles
from planner.files.excel.source_columns import Sources
from planner.files.excel.tables import ReadTables
from planner.files.values_with_places import Placed, Workbook
from planner.message import Message
from planner.schema.walk_fields import CasePath
from planner.schema.wording import closest, near, shown

REPORT = frozenset({"Summary", "Checks", "Provenance"})
"""Sheets by which a report is known."""


def read_workbook(book: SafeWorkbook, name: str, *, is_case: bool = True) -> tuple[Workbook, list[Problem]]:
    """A workbook's content and what is wrong with it; CaseError when it cannot be read at all.

    `name` is what places call the file; they leave it out where the workbook itself is the case.
    """
    grids = read_sheets(book, name)
    if {grid.name for grid in grids} >= REPORT:
        message = Message("is a report, not a case; the case that it tells of is case.yaml in the folder beside it")
        raise CaseError([Problem((), message, name)])
    reader = _Reader(name, "" if is_case else f"{name} ")
    if book.book.date_1904:
        reader.notes.append(
            Message(
                "{workbook} counts its dates from 1904, and they are read so: one that is copied to or from another "
                "workbook moves by four years.",
                workbook=name,
            )
        )
    found = reader.sorted_out(grids)
    for layout in all_sheets():
        if layout in found and found[layout].rows:
            reader.read(layout, found[layout])
    return reader.workbook(), reader.problems


class _Reader:
    """Reads one workbook."""

    def __init__(self, name: str, before: str) -> None:
        self.name = name
        self.before = before
        """Beginning of every place: the file's name, where it is needed."""
        self.problems: list[Problem] = []
        self.tables = ReadTables()
        self.series = WorkbookProfiles(self.tables, self.problems)
        self.sources = Sources()
        self.removed: dict[CasePath, list[Placed]] = {}
        self.notes: list[Message] = []

    def sorted_out(self, grids: list[Grid]) -> dict[SheetLayout, Grid]:
        """The sheets by what they hold; those that are not known are told, and taken for what was meant."""
        known = {folded(layout.name): layout for layout in all_sheets()}
        known |= {folded(layout.table): layout for layout in sheets()}
        found: dict[SheetLayout, Grid] = {}
        strange: list[Grid] = []
        for grid in grids:
            layout = known.get(folded(grid.name))
            if layout is None:
                strange.append(grid)
            elif layout in found:
                self.problem(Message("a second sheet for {table}; keep one", table=layout.table or layout.name), grid)
            else:
                found[layout] = grid
        for grid in strange:
            if is_aside(grid.name) or not grid.rows:
                continue
            if grid.beyond_reach:
                self.notes.append(
                    Message(
                        "{workbook}: the sheet {sheet} is hidden as only add-ins hide theirs; it is not read.",
                        workbook=self.name,
                        sheet=shown(grid.name),
                    )
                )
                continue
            name, names = grid.name.strip(), [layout.name for layout in all_sheets()]
            meant = closest(name, names)
            hidden = " and is hidden" if grid.hidden else ""
            remedy = "" if meant else f"; one that only calculates has a name that begins with {CALCULATION}"
            message = Message(
                "found the sheet {name}, which is no table{hidden}{hint}{remedy}",
                name=shown(grid.name),
                hidden=hidden,
                hint=near(name, names),
                remedy=remedy,
            )
            self.problem(message, grid)
            if meant is not None:
                found.setdefault(known[folded(meant)], grid)
        return found

    def problem(self, message: Message, grid: Grid) -> None:
        """Tell what is wrong with a sheet as a whole."""
        self.problems.append(Problem((), message, f"{self.before}{grid.name}!A1"))

    def read(self, layout: SheetLayout, grid: Grid) -> None:
        """One sheet."""
        sheet = headed(layout, grid, f"{self.before}{grid.name}!", self.problems)
        if sheet is None:
            return
        if layout.form != "vertical":
            name_columns(sheet)
        rows = lines(sheet)
        if layout.form == "vertical":
            read_fields(sheet, rows, self.tables)
        elif layout is REMOVE:
            read_removed(sheet, rows, self.removed)
        elif layout in (SERIES, SERIES_BY_DATE):
            self.series.read(sheet, rows, self.sources)
        elif layout.form == "list":
            read_items(sheet, rows, self.tables, self.sources)
        else:
            read_rows(sheet, rows, self.tables, self.sources)

    def workbook(self) -> Workbook:
        """What was read."""
        self.series.finish()
        tables = self.tables
        told = {problem.path for problem in self.problems}
        for path, place in tables.waiting.items():
            if tables.get(path) is None and path not in told:
                message = Message("missing; it has no default, so type it")
                self.problems.append(Problem(path, message, tables.blanks.get(path, place)))
        items = self.sources.items()
        if items:
            tables.root["assumptions"] = Placed(items[0].place, items)
        for path, names in self.removed.items():
            table = tables.open(path, names[0].place)
            table["remove"] = Placed(names[0].place, list(names))
        elsewhere, notes = tuple(tables.elsewhere.items()), tuple(self.notes)
        return Workbook(self.name, tables.root, elsewhere=elsewhere, blanks=tables.blanks, notes=notes)
