"""A case as the rows of a workbook's sheets, before anything is said of cells and colours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import CHANGE_FORMS, SERIES, SERIES_BY_DATE
from planner.files.excel.layout import ANY_NAME, EMPTY_LIST, EMPTY_TABLE, Column, Kind, SheetLayout
from planner.files.write import flow
from planner.schema.base import Row
from planner.schema.case import Case
from planner.time_profile import Changed, Growth, Linear, Step

CellValue: TypeAlias = bool | int | float | str | date | None
"""What a cell holds: text as it is typed, None where it is blank."""
MOST_DATES = 40
"""Dates across on Series; where there are more, dated points stand on Series by date."""
_CONTROL = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
_AWKWARD = re.compile(rf'{_CONTROL}|_x[0-9A-Fa-f]{{4}}_|^[\s\u200b\ufeff"]|[\s\u200b\ufeff]\Z|^\Z')
"""Text that a cell cannot hold, or that comes back as something else."""
_IN_LISTS = re.compile(rf'[,"\n]|^{re.escape(EMPTY_LIST)}$')
_UNSAFE = re.compile(rf"{_CONTROL}|_(?=x[0-9A-Fa-f]{{4}}_)")


@dataclass(frozen=True)
class Series:
    """A row of Series: one profile, or one change of it."""

    subject: tuple[str, str, str]
    """Table, row and field."""
    form: str
    growth: tuple[CellValue, ...] = (None, None, None)
    """base, growth_per_year and base_date."""
    points: Mapping[date, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What the sheets of a workbook hold."""

    rows: dict[str, list[tuple[CellValue, ...]]]
    """Rows by the sheet's name, a cell a column; a vertical sheet has one row."""
    dates: tuple[date, ...]
    """Dates across on Series."""


def content_of(case: Case | None) -> Content:
    """The sheets' rows; without a case, none."""
    found: dict[str, list[tuple[CellValue, ...]]] = {layout.name: [] for layout in sheets()}
    if case is None:
        return Content(found, ())
    series: list[Series] = []
    for layout in sheets():
        for names, row in _instances(case, layout):
            cells = (_cell(row, column, layout, names, series) for column in layout.columns)
            found[layout.name].append((*map(as_text, names), *cells))
    dates = tuple(sorted({day for row in series for day in row.points}))
    if len(dates) > MOST_DATES:
        found[SERIES_BY_DATE.name] = [
            (*map(as_text, row.subject), row.form, day, value) for row in series for day, value in row.points.items()
        ]
        series, dates = [row for row in series if not row.points], ()
    found[SERIES.name] = [
        (*map(as_text, row.subject), row.form, *row.growth, *(row.points.get(day) for day in dates)) for row in series
    ]
    return Content(found, dates)


def _instances(case: Case, layout: SheetLayout) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every row of a sheet with the names that lead to it."""
    found: list[tuple[tuple[str, ...], Any]] = [((), case)]
    for part in layout.path:
        if part == ANY_NAME:
            found = [((*names, name), row) for names, table in found for name, row in (table or {}).items()]
        else:
            found = [(names, getattr(row, part)) for names, row in found]
    if layout.form == "list":
        found = [(names, item) for names, items in found for item in items]
    yield from found


def _cell(row: Any, column: Column, layout: SheetLayout, names: tuple[str, ...], series: list[Series]) -> CellValue:
    """What a row's cell holds; a profile that is no number goes to the series."""
    value, typed = row, True
    for part in column.path:
        if value is None:
            return None
        if part not in type(value).model_fields:  # a word of the file, not of the case
            return None
        typed = part in value.model_fields_set
        value = getattr(value, part)
    if value is None or (not typed and value == column.default):
        return None
    if column.kind is Kind.PROFILE:
        return _profile(value, _subject(layout, names, column), series)
    if column.kind is Kind.EMPTY:
        return None if value else EMPTY_TABLE
    if column.kind is Kind.NAMES:
        return listed(value) if value else None if value == column.default else EMPTY_LIST
    if column.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if column.kind is Kind.ANYTHING:
        return _anything(value)
    return as_text(value) if isinstance(value, str) else value


def _subject(layout: SheetLayout, names: tuple[str, ...], column: Column) -> tuple[str, str, str] | None:
    """Table, row and field of a profile; None where a dot in a name would make the field ambiguous."""
    first = layout.path.index(ANY_NAME)
    below, waiting = layout.path[first + 1 :], iter(names[1:])
    if any("." in name for name in names[1:]):
        return None
    parts = [next(waiting) if part == ANY_NAME else part for part in below]
    return ".".join(layout.path[:first]), names[0], ".".join([*parts, *column.path])


def _profile(profile: Any, subject: tuple[str, str, str] | None, series: list[Series]) -> CellValue:
    """The number in a profile's cell; rows of Series for all else, or one text where no row can say it."""
    base, changes = (profile.profile, profile.changes) if isinstance(profile, Changed) else (profile, None)
    if not isinstance(base, Row | Growth | Step | Linear | Changed) and changes is None:
        return base
    nested = any(isinstance(each.set, Growth | Step | Linear | Changed) for each in changes or ())
    if subject is None or isinstance(base, Changed) or changes == [] or nested:
        return flow(profile)
    number = None
    if isinstance(base, Growth):
        series.append(Series(subject, "growth", (base.base, base.growth_per_year, base.base_date)))
    elif isinstance(base, Step):
        series.append(Series(subject, "step", points=base.step))
    elif isinstance(base, Linear):
        series.append(Series(subject, "linear", points=base.linear))
    else:
        number = base
    for change in changes or ():
        form = next(form for form in CHANGE_FORMS if getattr(change, form) is not None)
        series.append(Series(subject, form, points={change.since: getattr(change, form)}))
    return number


def _anything(value: Any) -> CellValue:
    if isinstance(value, str):
        return quoted(value) if value[:1] in "{[" else as_text(value)
    if isinstance(value, bool | int | float | date):
        return value
    return flow(value)


def as_text(text: str) -> str:
    """Text as a cell holds it: in quotes where it would not come back as it is.

    >>> print(as_text("Ulanqab"), as_text(" x"), as_text(""))
    Ulanqab " x" ""
    """
    return quoted(text) if _AWKWARD.search(text) else text


def quoted(text: str) -> str:
    """Text in double quotes, with what no cell can hold escaped as in JSON and YAML.

    >>> print(quoted('a "b"'), quoted("_x000D_"))
    "a \\"b\\"" "\\u005fx000D_"
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def listed(names: Sequence[str]) -> str:
    """Names with commas between them, in quotes where a name holds a comma or quotes itself.

    >>> print(listed(["H200", "a, b"]))
    H200, "a, b"
    """
    return ", ".join(quoted(name) if _AWKWARD.search(name) or _IN_LISTS.search(name) else name for name in names)
