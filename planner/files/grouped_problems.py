"""Problems that say the same told as one: of one message, or of one field whose column is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from planner.errors import Problem
from planner.message import Message, messages_in, pieces

GROUP_FROM = 4
"""Problems that differ in nothing but their row are told one by one up to here."""
COLUMN_FROM = 8
"""Problems of one field that differ in what was found are told one by one up to here."""
FIRST_PLACES = 4
"""Places that are named of a column that is wrong."""
_Key: TypeAlias = tuple[Message | tuple[str, ...], str, str, int]
"""What is said, and of which field: the table, the field, how deep it lies."""


def grouped(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems with those that differ in nothing but their row told as one, and a column that is wrong as one.

    >>> problems = [Problem(("sites", str(n), "pu"), Message("unknown"), f"a.yaml:{n}") for n in range(1, 41)]
    >>> [str(problem) for problem in grouped(problems)]
    ['a.yaml:1 and 39 more sites.1.pu: unknown']
    >>> said = [Message("found {found}; allowed: 0", found=n) for n in range(1, 10)]
    >>> problems = [Problem(("sites", str(n), "pue"), each, f"S!C{n}") for n, each in enumerate(said, start=1)]
    >>> [str(problem) for problem in grouped(problems)]
    ['S!C1 and 8 more sites.1.pue: found 1; allowed: 0 (others at S!C2, S!C3, S!C4, ...)']
    """
    problems = list(problems)
    columns: dict[_Key, list[Problem]] = {}
    for problem in problems:
        columns.setdefault(_key(problem, _templates(problem.message)), []).append(problem)
    groups: dict[_Key, list[Problem]] = {}
    for problem in problems:
        key = _key(problem, _templates(problem.message))
        groups.setdefault(key if len(columns[key]) >= COLUMN_FROM else _key(problem, problem.message), []).append(
            problem
        )
    for group in groups.values():
        if len(group) < GROUP_FROM:
            yield from group
            continue
        head, *others = group
        named = [each.place for each in others[: FIRST_PLACES - 1] if each.place]
        differ = len({each.message for each in group}) > 1
        message = head.message
        if named and differ:
            message = Message("{message} (others at {places})", message=message, places=(*named, "..."))
        place = f"{head.place} and" if head.place else "here and"
        yield replace(head, message=message, place=f"{place} {len(others)} more")


def _templates(message: Message) -> tuple[str, ...]:
    """What a message says but for its fields, which hold what was typed and figures; all of it where it is a field."""
    return tuple(
        each.template if any(text.strip() for text, _ in pieces(each.template)) else str(each)
        for each in messages_in(message)
    )


def _key(problem: Problem, message: Message | tuple[str, ...]) -> _Key:
    first, last = (problem.path[0], problem.path[-1]) if problem.path else ("", "")
    return message, first, last, len(problem.path)


__all__ = ["grouped"]
