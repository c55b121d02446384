"""Shocks applied: a case and its typed changes become another case."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner.errors import CaseError, Problem
from planner.message import Message
from planner.schema.base import Dated, Row
from planner.schema.case import Case, parse_case
from planner.schema.kinds import UnchangeableError, kind_of, read_value, refuse_to_move
from planner.schema.policy import Policy
from planner.schema.uncertainty import Shock
from planner.schema.walk_fields import CasePath, below, row_of, table_of
from planner.schema.what_reveals_change import why_not_at_reveal
from planner.schema.wording import near, shown


@dataclass(frozen=True)
class ShockTarget:
    """One value that a shock reaches, in the case's plain data."""

    holder: dict[str, Any]
    key: str
    annotation: Any
    row: type[Row] | None
    path: CasePath

    @property
    def value(self) -> Any:
        return self.holder.get(self.key)


def apply_shocks(case: Case, shocks: Sequence[Shock], *, at: CasePath = ("changes",)) -> Case:
    """The case with shocks applied in order and checked again as a whole.

    Raises CaseError with every problem; `at` is the path of the list of shocks, with which problems begin.
    """
    return trace_shocks(case, shocks, at=at)[0]


def trace_shocks(
    case: Case, shocks: Sequence[Shock], *, at: CasePath = ("changes",), revealed: date | None = None
) -> tuple[Case, list[tuple[CasePath, int]]]:
    """As apply_shocks, with every path that was changed and the position of the shock that did, in order.

    Where they become known at a reveal, `revealed` is its day: they hold from then on, and none may change what
    was before it.
    """
    data = case.model_dump()
    problems: list[Problem] = []
    touched: list[tuple[CasePath, int]] = []
    for position, shock in enumerate(shocks):
        here = (*at, str(position))
        try:
            targets = targets_of(data, shock, here)
        except CaseError as error:
            problems += error.problems
            continue
        refused: dict[Message, list[CasePath]] = {}
        for target in targets:
            try:
                touched += [(path, position) for path in change_value(target, shock, case.settings.start, revealed)]
            except UnchangeableError as error:
                refused.setdefault(error.message, []).append(target.path)
        for reason, paths in refused.items():
            more = Message(" and {n} more", n=len(paths) - 1) if len(paths) > 1 else ""
            problems.append(
                Problem(
                    (*here, shock.action),
                    Message("{path}{more} {reason}", path=".".join(paths[0]), more=more, reason=reason),
                )
            )
    if problems:
        raise CaseError(problems)
    try:
        changed = parse_case(data)
    except CaseError as error:
        raise CaseError([_blamed(problem, shocks, touched, at) for problem in error.problems]) from error
    if revealed is not None:
        late: dict[tuple[int, Message], Problem] = {}
        for path, position in touched:
            if why := why_not_at_reveal(case, changed, path, revealed):
                here = (*at, str(position), shocks[position].action)
                late.setdefault((position, why), Problem(here, Message("{path} {why}", path=".".join(path), why=why)))
        if late:
            raise CaseError(list(late.values()))
    return changed, touched


def _tables() -> dict[str, CasePath]:
    """Tables that a shock may name, with their paths."""
    plain = [name for name in Case.model_fields if name not in ("policy", "shocks", "alternatives", "assumptions")]
    return {name: (name,) for name in plain} | {f"policy.{kind}": ("policy", kind) for kind in Policy.model_fields}


def targets_of(data: dict[str, Any], shock: Shock, here: CasePath) -> list[ShockTarget]:
    """Every value that a shock reaches; CaseError when its table, a row or its field matches nothing."""
    rows = _reached_rows(data, shock, here)
    found = {
        target.path: target
        for row_path, (kind, row) in rows.items()
        for target in _follow(row, kind, shock.field.strip(), row_path)
    }
    if not found:
        known = dict.fromkeys(name for kind, row in list(rows.values())[:20] for name in _leaves(row, kind))
        said = Message(
            "found {field}, which matches no field of {table}{hint}",
            field=shown(shock.field),
            table=shock.table.strip(),
            hint=near(shock.field, known),
        )
        raise CaseError([Problem((*here, "field"), said)])
    return list(found.values())


def _reached_rows(data: dict[str, Any], shock: Shock, here: CasePath) -> dict[CasePath, tuple[Any, Any]]:
    """Rows that a shock reaches by their paths, each with its kind and what it holds."""
    tables, table = _tables(), shock.table.strip()
    if table not in tables:
        hint = near(table, list(tables))
        said = Message("found {table}, which is no table{hint}", table=shown(shock.table), hint=hint)
        raise CaseError([Problem((*here, "table"), said)])
    path = tables[table]
    annotation: Any = Case
    holder: Any = data
    for part in path:
        annotation, holder = below(annotation, part), holder[part]
    if row_of(annotation) is not None:
        if shock.rows != ["*"]:
            raise CaseError([Problem((*here, "rows"), Message("{table} has no rows; leave rows out", table=table))])
        return {path: (annotation, holder)}
    names = list(holder)
    missing = [pattern for pattern in shock.rows if not any(_matches(pattern, name) for name in names)]
    if missing:
        raise CaseError([_no_row(pattern, table, names, (*here, "rows")) for pattern in missing])
    chosen = [name for name in names if any(_matches(pattern, name) for pattern in shock.rows)]
    return {(*path, name): (table_of(annotation), holder[name]) for name in chosen}


def _no_row(pattern: str, table: str, names: list[str], at: CasePath) -> Problem:
    said = Message(
        "found {pattern}, which matches no row of {table}{hint}",
        pattern=shown(pattern),
        table=table,
        hint=near(pattern, names),
    )
    return Problem(at, said)


def _matches(pattern: str, name: str) -> bool:
    """Whether a pattern, in which `*` stands for any text, is a name; capitals count.

    >>> _matches("Ascend*", "Ascend 910C"), _matches("ascend*", "Ascend 910C"), _matches("H200 [SXM]", "H200 [SXM]")
    (True, False, True)
    """
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def _follow(holder: dict[str, Any], annotation: Any, rest: str, path: CasePath) -> Iterator[ShockTarget]:
    """Values below a row that a dotted field reaches; a name with dots of its own takes several segments."""
    row = row_of(annotation)
    segments = rest.split(".")
    for key in row.model_fields if row is not None else list(holder):
        kind = below(annotation, key)
        for taken in range(len(segments), 0, -1):
            if not _matches(".".join(segments[:taken]), key):
                continue
            if taken == len(segments):
                yield ShockTarget(holder, key, kind, row, (*path, key))
            elif _has_fields(holder.get(key), kind):
                yield from _follow(holder[key], kind, ".".join(segments[taken:]), (*path, key))


def _has_fields(value: Any, annotation: Any) -> bool:
    return isinstance(value, dict) and (row_of(annotation) is not None or table_of(annotation) is not None)


def _leaves(holder: dict[str, Any], annotation: Any) -> Iterator[str]:
    """Dotted fields of a row, for hints."""
    row = row_of(annotation)
    for key in row.model_fields if row is not None else list(holder):
        kind = below(annotation, key)
        if _has_fields(holder.get(key), kind) and holder[key]:
            yield from (f"{key}.{leaf}" for leaf in _leaves(holder[key], kind))
        else:
            yield key


def change_value(target: ShockTarget, shock: Shock, start: date, revealed: date | None) -> list[CasePath]:
    """Change one value; the paths that are no longer as typed. Raises UnchangeableError."""
    kind = kind_of(target.annotation)
    in_time = kind is not None and kind.in_time
    switched = target.key == "enabled" and target.row is not None and issubclass(target.row, Dated)
    if revealed is not None and (switched or in_time):
        shock = shock.model_copy(update={"since": max(revealed, shock.since or revealed)})
    if shock.set is not None:
        shock = shock.model_copy(update={"set": read_value(shock.set, target.annotation, target.key)})
    if shock.since is not None and not in_time:
        if switched:
            return _switch(target, shock, start)
        raise UnchangeableError(Message("is fixed for the whole plan; leave since out"))
    if shock.set is not None and shock.since is None:
        target.holder[target.key] = copy.deepcopy(shock.set)
        return [target.path]
    if target.value is None:
        remedy = "set it without since" if shock.set is not None else "set it instead"
        remedy = remedy if revealed is None else "type one in the case itself first"
        raise UnchangeableError(Message("has no value that could change; {remedy}", remedy=remedy))
    move = refuse_to_move if kind is None else kind.move
    target.holder[target.key] = move(target.value, shock, start)
    return [target.path]


def _switch(target: ShockTarget, shock: Shock, start: date) -> list[CasePath]:
    """A policy rule switched on or off from a date."""
    rule, day = target.holder, shock.since
    if not isinstance(shock.set, bool) or day is None:
        raise UnchangeableError(Message("is switched with set: true or set: false"))
    since, until = _day(rule.get("since")), _day(rule.get("until"))
    if shock.set and rule["enabled"] and (since or start) <= day:
        if until is not None and until <= day:
            raise UnchangeableError(
                Message("has ended on {until} and begins no second time; type another rule for that", until=until)
            )
        return []
    if shock.set:
        since = max(since, day) if since else day
        rule["enabled"] = until is None or since < until
        if rule["enabled"]:
            rule["since"] = since
    elif rule["enabled"]:
        until = min(until, day) if until else day
        rule["enabled"] = (since or start) < until and until > start
        if rule["enabled"]:
            rule["until"] = until
    return [target.path, (*target.path[:-1], "since" if shock.set else "until")]


def _day(typed: Any) -> date | None:
    """A date of a rule, which an earlier shock of the same list may have set as text."""
    if not isinstance(typed, str):
        return typed if isinstance(typed, date) else None
    try:
        return date.fromisoformat(f"{typed}-01" if len(typed) == 7 else typed)
    except ValueError:
        raise UnchangeableError(Message("stands beside {typed}, which is no date", typed=repr(typed))) from None


def _blamed(
    problem: Problem, shocks: Sequence[Shock], touched: Iterable[tuple[CasePath, int]], at: CasePath
) -> Problem:
    """A problem of the changed case, laid at the last shock that touched its place."""

    def shared(path: CasePath) -> int:
        return next((i for i, (a, b) in enumerate(zip(path, problem.path, strict=False)) if a != b), len(path))

    best = max(touched, key=lambda pair: (shared(pair[0]), pair[1]), default=None)
    message = Message("makes {path} wrong: {message}", path=".".join(problem.path), message=problem.message)
    if best is None or shared(best[0]) == 0:
        return Problem(at, message)
    return Problem((*at, str(best[1]), shocks[best[1]].action), message)
