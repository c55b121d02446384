"""Names of rows that look the same: those that are one name are refused, those that may be are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.errors import Problem
from planner.files.values_with_places import Placed
from planner.message import Message
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below, table_of
from planner.typed_text import folded_name, spelt


def same_name_problems(tree: Placed) -> list[Problem]:
    """Names in one table that differ in nothing but width, spaces or characters that cannot be seen."""
    problems = []
    for path, rows in _tables(tree, Case, ()):
        seen: dict[str, str] = {}
        for name in rows:
            folded = folded_name(name)
            first = seen.setdefault(folded, name)
            if not folded:
                message = Message("the name holds nothing that can be seen; type one that does")
            elif first == name:
                continue
            else:
                message = Message(
                    "one name typed twice, first at {place}: '{first}' and '{name}' differ only in the width "
                    "of letters, in spaces or in characters that cannot be seen; delete one, or rename it",
                    place=rows[first].place,
                    first=spelt(first),
                    name=spelt(name),
                )
            problems.append(Problem((*path, name), message, rows[name].place))
    return problems


def similar_name_notes(tree: Placed) -> Iterator[Message]:
    """Names in one table that differ in capitals alone, or hold more than one space in a row."""
    for path, rows in _tables(tree, Case, ()):
        seen: dict[str, str] = {}
        for name in rows:
            at = ".".join(path)
            if "  " in name:
                yield Message(
                    "{place} {path}: the name holds two spaces in a row; is one meant?",
                    place=rows[name].place,
                    path=f"{at}.{name}",
                )
            lowered = folded_name(name).casefold()
            first = seen.setdefault(lowered, name)
            if folded_name(first) != folded_name(name):
                yield Message(
                    "{place} {path}: differs in capitals alone from {first} at {other}",
                    place=rows[name].place,
                    path=f"{at}.{name}",
                    first=first,
                    other=rows[first].place,
                )


def _tables(node: Placed, annotation: Any, path: CasePath) -> Iterator[tuple[CasePath, dict[str, Placed]]]:
    """Every table of named rows below a node."""
    if not isinstance(node.value, dict):
        return
    if table_of(annotation) is not None:
        yield path, node.value
    for key, child in node.value.items():
        yield from _tables(child, below(annotation, key), (*path, key))
