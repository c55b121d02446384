"""What the lines of a sheet say, laid into the case's tables: fields, named rows, items of lists, rows to drop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import FILE_COLUMNS
from planner.files.excel.headers import Headed, text_of
from planner.files.excel.layout import ANY_NAME, EMPTY, VERTICAL_HEADERS, SheetColumn, folded
from planner.files.excel.source_columns import Sources
from planner.files.excel.tables import ReadTables, table_named
from planner.files.values_with_places import Placed
from planner.message import Message
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath
from planner.schema.wording import closest, near, shown

_TYPED_EVEN_IF_EMPTY = tuple(name for name, info in Case.model_fields.items() if info.is_required())
"""Tables that a case must hold: a sheet without rows is an empty one."""
_ASSUMPTIONS = ("assumptions",)


class _Named(NamedTuple):
    """A row whose fields are read."""

    path: CasePath
    """Where it stands in the case."""
    place: str
    """Where its name was typed."""


def read_fields(sheet: Headed, rows: list[int], tables: ReadTables) -> None:
    """A sheet with a field a line."""
    layout, cells = sheet.layout, sheet.grid.rows
    heads = {folded(cell.value): at for at, cell in cells[sheet.header].items() if cell.content == "text"}
    names, values = heads[VERTICAL_HEADERS[0]], heads.get(VERTICAL_HEADERS[1])
    head = sheet.at(sheet.header, names)
    if values is None:
        sheet.problem(Message("found no column headed value"), head)
        return
    typed: dict[str, str] = {}
    for row in rows:
        cell = cells[row].get(names)
        name = text_of(cell) if cell is not None else ""
        place = sheet.at(row, values)
        if not name:
            if values in cells[row]:
                sheet.problem(Message("a value without a field; type the field or clear it"), place)
            continue
        column = layout.column(name)
        if column is None:
            known = [each.header for each in layout.columns]
            sheet.problem(
                Message("unknown field{hint}", hint=near(name, known)), sheet.at(row, names), (*layout.path, name)
            )
            meant = closest(name, known)
            column = layout.column(meant) if meant else None
            if column is None or column.header in typed:
                continue
        if column.header in typed:
            message = Message("typed twice, first at {typed}; keep one of them", typed=typed[column.header])
            sheet.problem(message, place, (*layout.path, *column.path))
        else:
            typed[column.header] = place
            _put_fields(sheet, row, {values: column}, _Named(layout.path, head), tables)


def read_rows(sheet: Headed, rows: list[int], tables: ReadTables, sources: Sources) -> None:
    """A sheet with a row of a table a line."""
    layout = sheet.layout
    if not rows and layout.path[0] in _TYPED_EVEN_IF_EMPTY and len(layout.path) == 2:
        tables.open((layout.path[0],), sheet.at(sheet.header, 1))
    fields, plain = _fields(sheet), layout.form == "values"
    seen: dict[CasePath, str] = {}
    for row in rows:
        named = _names(sheet, row)
        if named is None:
            continue
        names, places = named
        path, place = filled(layout.path, names), places[-1]
        if path in seen:
            sheet.problem(Message("typed twice, first at {seen}; keep one of them", seen=seen[path]), place, path)
            continue
        seen[path] = place
        empty = tables.empty.get(path[:-1])
        if empty is not None:
            sheet.problem(
                Message(
                    "{path} is said to be empty at {empty}; clear that cell, or the row", path=path[-2], empty=empty
                ),
                place,
                path,
            )
        tables.row(path, places, plain=plain)
        _put_fields(sheet, row, fields, _Named(path, place), tables)
        if plain and tables.get(path) is None:
            tables.waiting[path] = place
        sources.add(sheet, row, path)


def read_items(sheet: Headed, rows: list[int], tables: ReadTables, sources: Sources) -> None:
    """A sheet with an item of a list a line."""
    fields = _fields(sheet)
    for row in rows:
        named = _names(sheet, row)
        if named is None:
            continue
        names, places = named
        path = filled(sheet.layout.path, names)
        items = sources.listed if path == _ASSUMPTIONS else tables.items(path, places)
        values = _item(sheet, row, fields, (*path, str(len(items))), tables)
        items.append(Placed(sheet.at(row, min(fields)) if fields else places[-1], values))
        if path != _ASSUMPTIONS:
            sources.add(sheet, row, path[:-1])


def read_removed(sheet: Headed, rows: list[int], removed: dict[CasePath, list[Placed]]) -> None:
    """Rows of the extended case to drop, by their table."""
    for row in rows:
        named = _names(sheet, row)
        if named is None:
            continue
        (table, name), (table_place, name_place) = named
        path = table_named(table)
        if path is None:
            known = [layout.table for layout in sheets() if layout.form in ("table", "values")]
            message = Message(
                "found {table}, which is no table of named rows{hint}", table=shown(table), hint=near(table, known)
            )
            sheet.problem(message, table_place, (sheet.layout.name, "table"))
        else:
            removed.setdefault(path, []).append(Placed(name_place, name, name))


def filled(pattern: CasePath, names: Iterable[str]) -> CasePath:
    """A sheet's path with the names of a row.

    >>> filled(("sites", "*", "onsite", "*"), ("Abilene", "gas"))
    ('sites', 'Abilene', 'onsite', 'gas')
    """
    waiting = iter(names)
    return tuple(next(waiting) if part == ANY_NAME else part for part in pattern)


def _fields(sheet: Headed) -> dict[int, SheetColumn]:
    """Columns that do not name the row, from left to right."""
    return {at: column for at, column in sorted(sheet.columns.items()) if column not in sheet.layout.keys}


def _names(sheet: Headed, row: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The names in a row's key columns, and the place of each; None where one is wrong or missing, which is told."""
    path, keys = sheet.layout.problem_path, sheet.layout.keys
    columns = {at: column for at, column in sheet.columns.items() if column in keys}
    found, wrong = sheet.typed(row, columns, lambda column: (*path, column.header))
    where = {column.header: sheet.at(row, at) for at, column in columns.items()}
    if len(found) == len(keys):
        places = tuple(where[key.header] for key in keys) or (sheet.at(row, min(sheet.grid.rows[row])),)
        return tuple(str(found[key.header].value) for key in keys), places
    missing = next(key.header for key in keys if key.header not in found)
    if not wrong and missing in where:
        sheet.problem(
            Message("the row has no {missing}; type it, or clear the row", missing=missing),
            where[missing],
            (*path, missing),
        )
    return None


def _item(
    sheet: Headed, row: int, fields: dict[int, SheetColumn], path: CasePath, tables: ReadTables
) -> dict[str, Placed]:
    """The fields of a list's item."""
    values: dict[str, Placed] = {}
    for number, node in sheet.values(row, fields, lambda column: (*path, *column.path)).items():
        column = fields[number]
        if node is not None:
            values[column.path[0]] = node
        elif column.required:
            tables.blanks[(*path, *column.path)] = sheet.at(row, number)
    return values


def _put_fields(sheet: Headed, row: int, fields: dict[int, SheetColumn], named: _Named, tables: ReadTables) -> None:
    """Put a row's fields below its path."""

    def path_of(column: SheetColumn) -> CasePath:
        return column.path if column in FILE_COLUMNS else (*named.path, *column.path)

    for number, node in sheet.values(row, fields, path_of).items():
        column, at = fields[number], sheet.at(row, number)
        if node is not None:
            tables.put(path_of(column), node, named.place)
            if column.kind is EMPTY:
                tables.empty[path_of(column)] = at
        elif column.required:
            tables.blanks[path_of(column)] = at
