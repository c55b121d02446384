"""Dotted paths of a case, such as `sites.Ulanqab.max_it_mw`: where they lead, and a case with other values there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from planner.errors import CaseError, Problem
from planner.message import Message
from planner.schema.base import Row
from planner.schema.case import Case, parse_case
from planner.schema.kinds import read_value
from planner.schema.walk_fields import CasePath, below, row_of, table_of
from planner.schema.wording import near, shown


class _Target(NamedTuple):
    """A value in the plain data of a case."""

    holder: dict[str, Any]
    key: str
    annotation: Any
    path: CasePath
    is_row: bool = False


class _Missed(NamedTuple):
    """How far a dotted path leads, and what is left of it there."""

    holder: dict[str, Any]
    annotation: Any
    path: CasePath
    rest: str


def path_of(case: Case, dotted: str) -> CasePath:
    """The steps of a dotted path; names may hold dots themselves, so the case says where they end.

    Raises CaseError, with what was likely meant, where it leads nowhere.
    """
    if found := _steps(case, dotted.strip()):
        return found
    missed = _found(case.model_dump(), dotted.strip(), None)
    raise CaseError([missed if isinstance(missed, Problem) else Problem(missed.path, Message("is not there"))])


def _steps(value: Any, dotted: str) -> CasePath:
    keys = type(value).model_fields if isinstance(value, Row) else value if isinstance(value, dict) else ()
    for key in keys:
        if dotted == key:
            return (key,)
        if dotted.startswith(f"{key}."):
            inner = getattr(value, key) if isinstance(value, Row) else value[key]
            if steps := _steps(inner, dotted[len(key) + 1 :]):
                return (key, *steps)
    return ()


def with_values(case: Case, values: Mapping[str, Any]) -> tuple[Case, list[CasePath]]:
    """The case with other values at dotted paths, and those paths in steps, in order.

    Values are plain data as a case file says them. A row that is not there yet is added where the whole of it is given,
    and one for which None is given goes.
    Types and cross-references are checked again; raises CaseError with every problem.
    """
    data = case.model_dump()
    problems: list[Problem] = []
    paths: list[CasePath] = []
    for dotted, value in values.items():
        new = _plain(value)
        target = _found(data, dotted.strip(), new)
        if isinstance(target, Problem):
            problems.append(target)
            continue
        if new is None and target.is_row:
            del target.holder[target.key]
        else:
            target.holder[target.key] = read_value(new, target.annotation, target.key)
        paths.append(target.path)
    if problems:
        raise CaseError(problems)
    return parse_case(data), paths


def _found(data: dict[str, Any], dotted: str, value: Any) -> _Target | Problem:
    missed: list[_Missed] = []
    target = _follow(_Missed(data, Case, (), dotted), missed)
    if target is not None:
        return target
    holder, annotation, path, rest = max(missed, key=lambda each: len(each.path))
    if table_of(annotation) is not None:
        rows = table_of(annotation)
        if row_of(rows) is not None and isinstance(value, Mapping):
            return _Target(holder, rest, rows, (*path, rest))
        name = rest.split(".")[0]
        table, hint = ".".join(path), near(name, holder)
        found = Message("found {name}, which is no row of {table}{hint}", name=shown(name), table=table, hint=hint)
        if row_of(rows) is None:
            return Problem(path, found)
        return Problem(path, Message("{found}; a new row is given whole, as a dictionary", found=found))
    row = row_of(annotation)
    known = list(row.model_fields) if row is not None else []
    name = rest.split(".")[0]
    return Problem((*path, name), Message("unknown{hint}", hint=near(name, known)))


def _follow(at: _Missed, missed: list[_Missed]) -> _Target | None:
    """The value that a path leads to; where it leads nowhere, how far it does is added to `missed`."""
    row = row_of(at.annotation)
    for key in row.model_fields if row is not None else at.holder:
        kind = below(at.annotation, key)
        if at.rest == key:
            return _Target(at.holder, key, kind, (*at.path, key), is_row=row is None)
        inner = at.holder.get(key)
        if not at.rest.startswith(f"{key}.") or not isinstance(inner, dict):
            continue
        if row_of(kind) is None and table_of(kind) is None:
            continue
        if (found := _follow(_Missed(inner, kind, (*at.path, key), at.rest[len(key) + 1 :]), missed)) is not None:
            return found
    missed.append(at)
    return None


def _plain(value: Any) -> Any:
    """A value of Python, NumPy or pandas as plain data of a case file."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, datetime):
        return value.date()
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return value


def _key(key: Any) -> Any:
    return key.date() if isinstance(key, datetime) else key if isinstance(key, (str, date)) else str(key)
