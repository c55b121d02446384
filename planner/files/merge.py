"""A case file laid over the one it extends."""

from __future__ import annotations

from typing import Any

from planner.errors import Problem
from planner.files.values_with_places import Placed
from planner.message import Message
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below, row_of, table_of
from planner.schema.wording import near, shortened, shown

REMOVE = "remove"
"""The word in a table that drops inherited rows."""


def merge(parent: Placed | None, child: Placed, problems: list[Problem]) -> Placed:
    """The whole that two files make: tables merge by name, profiles, lists and single values are replaced.

    The child alone is settled too, since it may remove what it does not inherit: that is added to `problems`.
    """
    return _merge(parent, child, Case, (), problems)


def _merge(parent: Placed | None, child: Placed, annotation: Any, path: CasePath, problems: list[Problem]) -> Placed:
    if path == ("assumptions",) and parent is not None:
        return _assumptions(parent, child)
    if not isinstance(child.value, dict):
        return child
    is_table = table_of(annotation) is not None
    if not is_table and row_of(annotation) is None:
        return child
    inherited = parent.value if parent is not None and isinstance(parent.value, dict) else {}
    merged = dict(inherited)
    typed = dict(child.value)
    remove = typed.get(REMOVE)
    if is_table and remove is not None and isinstance(remove.value, (list, str)):
        del typed[REMOVE]
        _remove(merged, remove, (*path, REMOVE), problems)
    for key, node in typed.items():
        merged[key] = _merge(merged.get(key), node, below(annotation, key), (*path, key), problems)
    return Placed(child.place, merged)


def _remove(rows: dict[str, Placed], remove: Placed, path: CasePath, problems: list[Problem]) -> None:
    if not isinstance(remove.value, list):
        typed = shortened(str(remove.value))
        problems.append(
            Problem(
                path,
                Message("found {value}; type a list: [{typed}]", value=shown(remove.value), typed=typed),
                remove.place,
            )
        )
        return
    for position, item in enumerate(remove.value):
        name = (item.text or "").strip()
        if name in rows:
            del rows[name]
        else:
            message = Message("found {name}, which is not inherited{hint}", name=shown(name), hint=near(name, rows))
            problems.append(Problem((*path, str(position)), message, item.place))


def _assumptions(parent: Placed, child: Placed) -> Placed:
    """The parent's assumptions, but for paths that the child speaks of, then the child's."""
    if not isinstance(parent.value, list) or not isinstance(child.value, list):
        return child
    spoken = {_subject(item) for item in child.value} - {None}
    kept = [item for item in parent.value if _subject(item) not in spoken]
    return Placed(child.place, [*kept, *child.value])


def _subject(assumption: Placed) -> str | None:
    path = assumption.value.get("path") if isinstance(assumption.value, dict) else None
    return path.text.strip() if path is not None and path.text is not None else None
