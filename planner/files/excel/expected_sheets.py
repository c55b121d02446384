"""The sheets of a case workbook, derived from the schema: what `read` expects and `write` lays out.

A table of the schema is a sheet; its rows are named in the first columns, parents first. Single rows are vertical
sheets; single rows within rows are flattened with a dot; tables and lists within rows are sheets of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic.fields import FieldInfo

from planner.files.excel.extra_sheets import FILE_COLUMNS, OWN_SHEETS
from planner.files.excel.fields import columns_of, meaning_of, value_column
from planner.files.excel.layout import ANY_NAME, NAME_HEADER, SheetColumn, SheetLayout, folded, nameless
from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.kinds import NAME
from planner.schema.walk_fields import CasePath, fields_of, items_of, row_of, table_of

LONGEST_NAME = 31
"""Characters that Excel allows for a sheet's name."""
_NAMED_AFTER = {
    "existing_fleet": "chips",
    "onsite": "onsite_sources",
    "supply_mw_per_year": "markets",
    "delay_weights": "workloads",
}
"""Tables of the case after whose rows those of another table are named, where both are called differently."""


@cache
def sheets() -> tuple[SheetLayout, ...]:
    """The sheets of the schema's tables, Settings first, in the schema's order."""
    return tuple(_row_sheets(Case, (), ()))


@cache
def all_sheets() -> tuple[SheetLayout, ...]:
    """The sheets of the schema's tables, then the workbook's own."""
    return (*sheets(), *OWN_SHEETS)


@cache
def sheet_position(name: str) -> int:
    """Where a sheet stands among those of a workbook; those that are not known come first."""
    names = [folded(layout.name) for layout in all_sheets()]
    return names.index(folded(name)) if folded(name) in names else -1


def _row_sheets(row: type[Row], path: CasePath, parents: tuple[SheetColumn, ...]) -> Iterator[SheetLayout]:
    """Sheets of the tables, lists and single rows that a row holds."""
    for field, annotation in fields_of(row).items():
        info, at = row.model_fields[field], (*path, field)
        inner, item, nested = table_of(annotation), row_of(items_of(annotation)), row_of(annotation)
        if inner is not None:
            yield from _table_sheets(at, inner, info, parents)
        elif item is not None:
            yield SheetLayout(in_words(at), at, "list", parents, tuple(columns_of(item)), meaning_of(info))
        elif nested is not None and not path and any(table_of(each) is None for each in fields_of(nested).values()):
            columns = (*columns_of(nested), *(FILE_COLUMNS if field == "settings" else ()))
            yield SheetLayout(in_words(at), at, "vertical", (), columns, meaning_of(info))
            yield from _row_sheets(nested, at, ())
        elif nested is not None:
            yield from _row_sheets(nested, at, parents)


def _table_sheets(
    path: CasePath, inner: Any, info: FieldInfo, parents: tuple[SheetColumn, ...]
) -> Iterator[SheetLayout]:
    """The sheet of a table, and those of the tables, lists and single rows within its rows."""
    at, table, row = (*path, ANY_NAME), path[-1], row_of(inner)
    refers = _NAMED_AFTER.get(table) or (table if parents and table in Case.model_fields else None)
    keys = (*parents, SheetColumn(NAME_HEADER, NAME, meaning="Name of the row", required=True, refers_to=refers))
    if row is None:
        yield SheetLayout(in_words(at), at, "values", keys, (value_column(table, inner),), meaning_of(info))
        return
    yield SheetLayout(in_words(at), at, "table", keys, tuple(columns_of(row)), meaning_of(info))
    meaning, of = f"Row of {in_words(path)}", ".".join(nameless(path))
    parent = SheetColumn(singular(table, row), NAME, meaning=meaning, required=True, refers_to=of)
    yield from _row_sheets(row, at, (*parents, parent))


def in_words(path: CasePath) -> str:
    """The name of a sheet: its path in words, without its middle or its end where it is longer than Excel allows.

    >>> in_words(("sites", "*", "build_options", "*")), in_words(("onsite_sources", "*", "supply_mw_per_year", "*"))
    ('Sites build options', 'Onsite sources supply')
    >>> in_words(("uncertainty", "*", "outcomes", "*", "changes"))
    'Uncertainty changes'
    """
    parts = [part.replace("_", " ") for part in nameless(path)]
    if len(parts) > 2:
        parts = [parts[0], parts[-1]]
    if len(" ".join(parts)) > LONGEST_NAME:
        parts[-1] = parts[-1].split(" ")[0]
    name = " ".join(parts)
    return name[0].upper() + name[1:]


def singular(table: str, row: type[Row] | None = None) -> str:
    """What one row of a table is called: `site` of sites, `reveal` of uncertainty, whose name only its row tells."""
    if table.endswith("s") or row is None:
        return table.removesuffix("s")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", row.__name__).lower()
