"""Problems that say the same told as one: of one message, or of one field whose column is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.errors import Problem
from planner.message import Message

GROUP_FROM = 4
"""Problems that differ in nothing but their row are told one by one up to here."""
COLUMN_FROM = 8
"""Problems of one field that differ in what was found are told one by one up to here."""
FIRST_PLACES = 4
"""Places that are named of a column that is wrong."""
_TYPED = re.compile(r"'[^']*'|(?<![\w])[-+]?\d[\d.,]*(?:e[-+]?\d+)?")
"""What messages repeat of what was typed, and figures."""


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
    columns: dict[tuple[str, str, str, int], list[Problem]] = {}
    for problem in problems:
        columns.setdefault(_key(problem, _TYPED.sub("", str(problem.message))), []).append(problem)
    groups: dict[tuple[str, str, str, int], list[Problem]] = {}
    for problem in problems:
        key = _key(problem, _TYPED.sub("", str(problem.message)))
        groups.setdefault(key if len(columns[key]) >= COLUMN_FROM else _key(problem, str(problem.message)), []).append(
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


def _key(problem: Problem, message: str) -> tuple[str, str, str, int]:
    first, last = (problem.path[0], problem.path[-1]) if problem.path else ("", "")
    return message, first, last, len(problem.path)


__all__ = ["grouped"]
