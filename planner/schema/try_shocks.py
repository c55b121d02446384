"""Named shocks tried each for itself, so that one which nobody takes today is as right as one in use."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from planner.errors import CaseError, Problem
from planner.message import Message
from planner.schema.case import Case
from planner.schema.kinds import UnchangeableError
from planner.schema.shocks import change_value, targets_of
from planner.schema.uncertainty import Shock
from planner.schema.walk_fields import CasePath, below, row_of, table_of
from planner.schema.wording import typed_problems

_NEVER_CHANGED = {"shocks", "alternatives", "assumptions"}


def shock_problems(case: Case) -> Iterator[Problem]:
    """What is wrong with named shocks, be they used or not, each tried on the case alone.

    A change is held to its table, rows, field and kind of value; what the changed case would say as a whole is told
    where a shock is used.
    """
    if not case.shocks:
        return
    data = case.model_dump(exclude=_NEVER_CHANGED)
    for name, row in case.shocks.items():
        changed = copy.deepcopy(data)
        for position, shock in enumerate(row.changes):
            yield from _problems(case, changed, shock, ("shocks", name, "changes", str(position)))


def _problems(case: Case, data: dict[str, Any], shock: Shock, here: CasePath) -> Iterator[Problem]:
    """What is wrong with one change of plain data, which is changed."""
    try:
        targets = targets_of(data, shock, here)
    except CaseError as error:
        yield from error.problems
        return
    told: dict[Message, None] = {}
    touched: list[CasePath] = []
    for target in targets:
        try:
            change_value(target, shock, case.settings.start, None)
        except UnchangeableError as error:
            told.setdefault(Message("{path} {reason}", path=".".join(target.path), reason=error.message))
        else:
            touched.append(target.path)
    told |= dict.fromkeys(_row_problems(data, touched))
    first = next(iter(told), None)
    if first is not None:
        if len(told) > 1:
            first = Message("{message} (and {n} more)", message=first, n=len(told) - 1)
        yield Problem((*here, shock.action), first)


def _row_problems(data: dict[str, Any], touched: Iterable[CasePath]) -> Iterator[Message]:
    """What the schema says of rows in plain data, some of whose values were changed."""
    for at in dict.fromkeys(_row_path(path) for path in touched):
        annotation: Any = Case
        value: Any = data
        for part in at:
            annotation, value = below(annotation, part), value[part]
        row = row_of(annotation)
        if row is None:
            continue
        try:
            row.model_validate(value)
        except ValidationError as error:
            for each in typed_problems(error, row):
                whole = ".".join((*at, *each.path))
                yield Message("makes {path} wrong: {message}", path=whole, message=each.message)


def _row_path(path: CasePath) -> CasePath:
    """Where the row stands that a value belongs to."""
    if path[0] == "policy":
        return path[:3]
    return path[:2] if table_of(below(Case, path[0])) is not None else path[:1]


__all__ = ["shock_problems"]
