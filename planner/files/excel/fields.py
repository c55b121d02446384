"""A field of the schema as a column: what its annotation allows, its unit and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pydantic.fields import FieldInfo

from planner.files.excel.layout import EMPTY, VALUE_HEADER, SheetColumn
from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.kinds import Kind, choices_of, kind_of
from planner.schema.walk_fields import CasePath, constraints, fields_of, items_of, members, row_of, table_of
from planner.units import unit_of

_TABLES = {
    "foreign": "chips",
    "domestic": "chips",
    "next": "uncertainty",
    "order_most": "chips",
    "order_most_in": "markets",
    "only_market": "markets",
}
"""Tables whose rows are named by fields that are called otherwise."""


def columns_of(row: type[Row], path: CasePath = (), *, optional: bool = False) -> Iterator[SheetColumn]:
    """Columns of a row's fields; `optional` below a nested row that may be left out as a whole."""
    for field, annotation in fields_of(row).items():
        info, at = row.model_fields[field], (*path, field)
        inner, item, nested = table_of(annotation), row_of(items_of(annotation)), row_of(annotation)
        if inner is not None:
            if type(None) in members(annotation):
                yield SheetColumn(".".join(at), EMPTY, at, meaning=meaning_of(info))
        elif item is not None:
            continue
        elif nested is not None:
            yield from columns_of(nested, at, optional=type(None) in members(annotation))
        else:
            required = info.is_required()
            yield replace(
                _column(".".join(at), field, annotation),
                path=at,
                meaning=meaning_of(info),
                required=required and not optional,
                default=None if required else info.get_default(call_default_factory=True),
            )


def value_column(table: str, annotation: Any) -> SheetColumn:
    """The one column of a table of plain values."""
    return replace(_column(VALUE_HEADER, table, annotation), meaning="The value", required=True)


def _column(header: str, field: str, annotation: Any) -> SheetColumn:
    """What the name and the annotation of a field say of its column."""
    kind = kind_of(annotation)
    if kind is None:
        raise TypeError(f"{field} is of no kind of value; add its kind to planner.schema.kinds")
    low, low_excluded, high, high_excluded = _range(annotation, kind)
    return SheetColumn(
        header,
        kind,
        unit=unit_of(field) if kind.measured else "",
        choices=choices_of(annotation),
        low=low,
        low_excluded=low_excluded,
        high=high,
        high_excluded=high_excluded,
        refers_to=_refers_to(field, kind),
    )


def meaning_of(info: FieldInfo) -> str:
    """A field's description on one line."""
    return " ".join((info.description or "").split())


def checks_of(annotation: Any) -> tuple[Callable[[Any], Any], ...]:
    """Checks of a number that a field allows; each raises ValueError with the reason."""
    return tuple(each.func for each in constraints(annotation) if hasattr(each, "func"))


def _range(annotation: Any, kind: Kind) -> tuple[float | None, bool, float | None, bool]:
    """Least and largest number that a field allows, each with whether it is itself refused."""
    if kind.in_time:
        checks = checks_of(annotation)
        low = 0.0 if any(_refuses(check, -1.0) for check in checks) else None
        high = 1.0 if any(_refuses(check, 2.0) for check in checks) else None
        return low, False, high, False
    low = high = None
    low_excluded = high_excluded = False
    for each in constraints(annotation):
        if getattr(each, "ge", None) is not None:
            low = float(each.ge)
        if getattr(each, "gt", None) is not None:
            low, low_excluded = float(each.gt), True
        if getattr(each, "le", None) is not None:
            high = float(each.le)
        if getattr(each, "lt", None) is not None:
            high, high_excluded = float(each.lt), True
    return low, low_excluded, high, high_excluded


def _refuses(check: Callable[[Any], Any], value: float) -> bool:
    """Whether a check allows no such number."""
    try:
        check(value)
    except (TypeError, ValueError):
        return True
    return False


def _refers_to(field: str, kind: Kind) -> str | None:
    """Table that a field of names speaks of."""
    if not kind.is_name:
        return None
    return next((each for each in (_TABLES.get(field), field, f"{field}s") if each in Case.model_fields), None)
