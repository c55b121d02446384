"""A field of the schema as a column: what its annotation allows, its unit and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from planner.files.excel.layout import VALUE, Column, Kind
from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, fields_of, is_profile, items_of, members, row_of, table_of
from planner.units import unit_of

_SIMPLE = {bool: Kind.YES_NO, int: Kind.WHOLE, float: Kind.NUMBER, date: Kind.DATE}
_TABLES = {
    "foreign": "chips",
    "domestic": "chips",
    "next": "uncertainty",
    "order_most": "chips",
    "order_most_in": "markets",
    "only_market": "markets",
}
"""Tables whose rows are named by fields that are called otherwise."""


def columns_of(row: type[Row], path: CasePath = (), *, optional: bool = False) -> Iterator[Column]:
    """Columns of a row's fields; `optional` below a nested row that may be left out as a whole."""
    for field, annotation in fields_of(row).items():
        info, at = row.model_fields[field], (*path, field)
        inner, item, nested = table_of(annotation), row_of(items_of(annotation)), row_of(annotation)
        if inner is not None and not is_profile(annotation):
            if type(None) in members(annotation):
                yield Column(".".join(at), Kind.EMPTY, at, meaning=meaning_of(info))
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


def value_column(table: str, annotation: Any) -> Column:
    """The one column of a table of plain values."""
    return replace(_column(VALUE, table, annotation), meaning="The value", required=True)


def _column(header: str, field: str, annotation: Any) -> Column:
    """What the name and the annotation of a field say of its column."""
    kind, choices = _kind(annotation)
    low, low_excluded, high, high_excluded = _range(annotation)
    return Column(
        header,
        kind,
        unit=unit_of(field) if kind in (Kind.NUMBER, Kind.WHOLE, Kind.PROFILE) else "",
        choices=choices,
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
    return tuple(each.func for each in _constraints(annotation) if hasattr(each, "func"))


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """What a field holds, with the choices of a choice."""
    if is_profile(annotation):
        return Kind.PROFILE, ()
    if items_of(annotation) is not None:
        return Kind.NAMES, ()
    types = [each for each in members(annotation) if each is not type(None)]
    for each in types:
        if get_origin(each) is Literal:
            return Kind.CHOICE, tuple(map(str, get_args(each)))
    for each in types:
        if each in _SIMPLE:
            return _SIMPLE[each], ()
    if str in types:
        return (Kind.NAME if _is_name(annotation) else Kind.TEXT), ()
    return Kind.ANYTHING, ()


def _is_name(annotation: Any) -> bool:
    """Whether a text is a name, which has a greatest length."""
    return any(getattr(each, "max_length", None) for each in _constraints(annotation))


def _constraints(annotation: Any) -> Iterator[Any]:
    """Every constraint in an annotation, those of its alternatives included."""
    for each in getattr(annotation, "__metadata__", ()):
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    for argument in (getattr(annotation, "__origin__", None), *get_args(annotation)):
        if argument is not None and argument is not annotation and not isinstance(argument, str):
            yield from _constraints(argument) if hasattr(argument, "__metadata__") or get_args(argument) else ()


def _range(annotation: Any) -> tuple[float | None, bool, float | None, bool]:
    """Least and largest number that a field allows, each with whether it is itself refused."""
    if is_profile(annotation):
        checks = checks_of(annotation)
        low = 0.0 if any(_refuses(check, -1.0) for check in checks) else None
        high = 1.0 if any(_refuses(check, 2.0) for check in checks) else None
        return low, False, high, False
    low = high = None
    low_excluded = high_excluded = False
    for each in _constraints(annotation):
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
    if kind not in (Kind.NAME, Kind.NAMES):
        return None
    return next((each for each in (_TABLES.get(field), field, f"{field}s") if each in Case.model_fields), None)
