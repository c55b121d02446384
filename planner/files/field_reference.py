"""What a case may say, field by field: the workbook's data dictionary, and the reference page beside the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from planner.files.excel.cell_kinds import CELL_KINDS
from planner.files.excel.expected_sheets import all_sheets, sheets
from planner.files.excel.extra_sheets import FILE_COLUMNS
from planner.files.excel.layout import ANY_NAME, EMPTY, SheetColumn, SheetLayout
from planner.schema.case import Case
from planner.schema.walk_fields import below, row_of

Entry: TypeAlias = tuple[str, str, str, str, str, str]
"""Sheet, column, unit, meaning, what a blank cell says, what is allowed."""

MAY_BE_BLANK = "may be left blank"
_HEAD = """\
# Reference

Every field of a case, generated from the schema by `python -m tests.regenerate`. In YAML a table holds rows by name:
`sites: {Abilene: {region: ERCOT, max_it_mw: 120}}`. In a workbook it is a sheet, named below each title, whose first
columns name the row. A field without a default must be typed; all others may be left out.

* **number or profile**: a number, or `{base: 100, growth_per_year: 0.05, base_date: 2026-01-01}`,
  `{step: {2027-01-01: 3, 2028-01-01: 4}}`, `{linear: {2027-01-01: 3, 2028-01-01: 4}}`, or dated changes of these:
  `{profile: 100, changes: [{since: 2028-01-01, scale: 0.5}]}`, each with one of `set`, `scale` and `add`. In a workbook
  the cell stays blank and the profile is a row of `Series`, or of `Series by date`. The range holds in every period.
* **name**: any text of up to 80 characters; a name of a table is that of one of its rows.
* **date**: year-month-day, or year-month for the first of the month.
* Shares and rates are fractions: 85 % is 0.85. All money is in USD.

Beside its tables a file may say `extends: other.yaml` (start from another case), `includes: [shocks.yaml]` (take the
shocks of other files), `tables: 2026.xlsx` (take tables from a workbook), and inside a table `remove: [row]` (drop rows
of the case that it extends; in a workbook the sheet `Remove`).
"""


def allowed(column: SheetColumn) -> str:
    """What may be typed into a cell, in words."""
    return column.allowed


def default(column: SheetColumn, layout: SheetLayout) -> str:
    """What a blank cell says, as a sentence without its full stop."""
    if column in layout.keys:
        return "must be filled: it names the row"
    if above := _needed_in(column, layout):
        return f"must be filled where there is a {above}"
    if column.required:
        return "must be filled"
    shown = _words(column, CELL_KINDS[column.kind].words or column.kind.words)
    return f"left blank: {shown}" if shown else MAY_BE_BLANK


def dictionary() -> Iterator[Entry]:
    """Every column of every sheet."""
    for layout in all_sheets():
        for column in layout.all_columns:
            yield (
                layout.name,
                column.header,
                column.unit,
                column.meaning,
                _capital(default(column, layout)),
                allowed(column),
            )


def reference_page() -> str:
    """The page of all fields, in Markdown."""
    return "\n".join([_HEAD, *(line for layout in sheets() for line in _section(layout))])


def _section(layout: SheetLayout) -> Iterator[str]:
    at = ".".join(part if part != ANY_NAME else "NAME" for part in layout.path)
    called = {
        "vertical": "fields",
        "table": "rows by name",
        "values": "values by name",
        "list": "a list",
    }[layout.form]
    yield f"## {layout.table}\n"
    yield f"{layout.meaning} `{at}`: {called}. Sheet `{layout.name}`.\n"
    yield "| field | unit | meaning | type | allowed | default |"
    yield "|---|---|---|---|---|---|"
    for column in layout.columns:
        if column not in FILE_COLUMNS and column.kind is not EMPTY:
            cells = (
                f"`{column.header}`",
                column.unit,
                column.meaning,
                column.kind.name,
                _range(column),
                _default(column, layout),
            )
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _range(column: SheetColumn) -> str:
    """Choices, range or table of names."""
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    if column.refers_to:
        return f"names of `{column.refers_to}`"
    return column.bounds


def _default(column: SheetColumn, layout: SheetLayout) -> str:
    if above := _needed_in(column, layout):
        return f"none; needed in a `{above}`"
    if column.required:
        return "none"
    shown = _words(column, column.kind.words)
    return f"`{shown}`" if shown else "left out"


def _needed_in(column: SheetColumn, layout: SheetLayout) -> str:
    """The nested row that may be left out as a whole, where a field of it must not be; empty for all else."""
    if len(column.path) < 2:
        return ""
    annotation: Any = Case
    for part in (*layout.path, *column.path[:-1]):
        annotation = below(annotation, part)
    row = row_of(annotation)
    return column.path[-2] if row is not None and row.model_fields[column.path[-1]].is_required() else ""


def _words(column: SheetColumn, words: Callable[[Any], str]) -> str:
    """A default as it is typed; empty where it says nothing."""
    return "" if column.default is None or column.default == [] else words(column.default)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
