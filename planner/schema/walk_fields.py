"""Walkers over the schema: what a case path may hold, and every value that moves in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import AfterValidator
from pydantic.fields import FieldInfo

from planner.errors import Problem
from planner.message import Message, message_of
from planner.schema.base import Row
from planner.time_profile import Changed, Growth, value_at
from planner.timeline import Timeline

CasePath: TypeAlias = tuple[str, ...]
"""Where in a case: table, row, field, ..."""
LEAST_SIZE, MOST_SIZE = 1e-30, 1e30
"""Numbers but 0 lie between these in size: beyond them no unit makes sense and no solver can count."""


def members(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, unions and constraints unwrapped.

    >>> list(members(Annotated[int, "above 0"] | None))
    [<class 'int'>, <class 'NoneType'>]
    """
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from members(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for argument in get_args(annotation):
            yield from members(argument)
    else:
        yield annotation


def constraints(annotation: Any) -> Iterator[Any]:
    """Every constraint in an annotation, those of its alternatives included."""
    for each in getattr(annotation, "__metadata__", ()):
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    for argument in (getattr(annotation, "__origin__", None), *get_args(annotation)):
        if argument is not None and argument is not annotation and not isinstance(argument, str):
            yield from constraints(argument) if hasattr(argument, "__metadata__") or get_args(argument) else ()


def is_profile(annotation: Any) -> bool:
    """Whether a field may move in time."""
    return Growth in members(annotation)


def row_of(annotation: Any) -> type[Row] | None:
    """The row model that an annotation holds, if any."""
    return next((each for each in members(annotation) if isinstance(each, type) and issubclass(each, Row)), None)


def table_of(annotation: Any) -> Any:
    """The annotation of a table's rows; None when it is no table of named rows."""
    return next((get_args(each)[1] for each in members(annotation) if get_origin(each) is dict), None)


def items_of(annotation: Any) -> Any:
    """The annotation of a list's items; None when it is no list."""
    return next((get_args(each)[0] for each in members(annotation) if get_origin(each) is list), None)


def below(annotation: Any, part: str) -> Any:
    """The annotation one step down a case path; None where the schema knows nothing.

    >>> from planner.schema import Case
    >>> is_profile(below(below(below(Case, "sites"), "any name"), "load_factor"))
    True
    """
    row = row_of(annotation)
    if row is not None:
        return fields_of(row).get(part)
    table = table_of(annotation)
    return table if table is not None else items_of(annotation)


def value_of(row: Any, path: CasePath) -> Any:
    """What stands at a path below a row; raises KeyError or AttributeError where there is nothing."""
    for part in path:
        row = getattr(row, part) if isinstance(row, Row) else row[part]
    return row


def has_value(row: Any, path: str) -> bool:
    """Whether there is a value at a path below a row or table, its parts joined by dots; names may hold dots.

    >>> from planner.schema.case import Settings
    >>> rows = {"a.b": Settings(name="x", start="2027-01-01", frequency="year", periods=1)}
    >>> has_value(rows, "a.b.periods"), has_value(rows, "a.b.nothing"), has_value(rows, "a")
    (True, False, False)
    """
    if isinstance(row, Mapping):
        below = [(value, path[len(name) :]) for name, value in row.items() if f"{path}.".startswith(f"{name}.")]
        return any(has_value(value, rest[1:]) if rest else value is not None for value, rest in below)
    if not isinstance(row, Row):
        return False
    name, dot, rest = path.partition(".")
    value = getattr(row, name, None) if name in fields_of(type(row)) else None
    return has_value(value, rest) if dot else value is not None


@cache
def fields_of(row: type[Row]) -> dict[str, Any]:
    """A row's fields with their annotations and constraints in one piece."""
    return {name: Annotated[(field.annotation, *field.metadata, None)] for name, field in row.model_fields.items()}


def range_problems(row: Row, line: Timeline) -> Iterator[Problem]:
    """Values that leave their field's range in some period: growth and dated changes are seen only when worked out."""
    for path, annotation, value in _moving(row, ()):
        yield from range_problem(value, annotation, path, line)


def range_problem(value: Any, annotation: Any, path: CasePath, line: Timeline) -> Iterator[Problem]:
    """The first period in which a profile leaves its field's range, if any."""
    for period in line:
        days = line.first_day(period), line.first_day(period + 1)
        try:
            found = value_at(value, *days, plan_start=line.start)
            if abs(found) > MOST_SIZE:
                yield Problem(
                    path,
                    Message(
                        "grows to {found}; allowed: up to 1e30 in size (in {period})",
                        found=found,
                        period=line.label(period),
                    ),
                )
                return
            for check in _checks(annotation):
                check(found)
        except OverflowError:
            yield Problem(
                path,
                Message("grows without bounds; allowed: up to 1e30 in size (in {period})", period=line.label(period)),
            )
            return
        except ValueError as error:
            yield Problem(path, Message("{error} (in {period})", error=message_of(error), period=line.label(period)))
            return


def _moving(row: Row, path: CasePath) -> Iterator[tuple[CasePath, Any, Any]]:
    """Every profile below a row whose values are not those typed, with its annotation."""
    for name, annotation in fields_of(type(row)).items():
        value = getattr(row, name)
        if isinstance(value, (Changed, Growth)):
            yield (*path, name), annotation, value
        elif isinstance(value, Row):
            yield from _moving(value, (*path, name))
        elif isinstance(value, Mapping):
            for key, item in value.items():
                if isinstance(item, Row):
                    yield from _moving(item, (*path, name, str(key)))


def _checks(annotation: Any) -> Iterator[Callable[[Any], Any]]:
    """The range checks in an annotation."""
    if get_origin(annotation) is Annotated:
        yield from (each.func for each in annotation.__metadata__ if isinstance(each, AfterValidator))  # type: ignore[misc]
        yield from _checks(annotation.__origin__)
    elif get_origin(annotation) in (Union, UnionType):
        for argument in get_args(annotation):
            yield from _checks(argument)
