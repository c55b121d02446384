"""Two cases compared: every row and field in which they say different things, whatever files they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import count
from typing import Any, Final, TypeAlias

from planner.files.write import flow
from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.kinds import Starts, kind_of
from planner.schema.walk_fields import CasePath, fields_of, row_of, table_of


class Absent(Enum):
    """What stands where one case has nothing at all: no such row, no such entry."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
IN_ORDER = (("goals", "milestones"),)
"""Tables whose order counts: the most important row stands first."""
_APPLIED_IN_ORDER = "shocks"
"""The one list of names whose order counts: an outcome's shocks."""


@dataclass(frozen=True)
class Difference:
    """One thing in which two cases differ."""

    table: str
    """The table, dotted: sites, policy.bans; settings and goals are tables of one row."""
    row: str
    """The row's name; empty where the table has one row, or differs as a whole."""
    field: str
    """The field below the row, dotted: build_options.fast.capex_musd_per_mw; empty where the whole row differs."""
    old: Any
    """What the first case says; ABSENT where it has no such row."""
    new: Any
    """What the second case says; ABSENT where it has no such row."""
    old_path: CasePath
    """Where in the first case."""
    new_path: CasePath
    """Where in the second case."""

    @property
    def only_in(self) -> int | None:
        """0 where the first case alone has it, 1 where the second does; None where both do."""
        return 1 if self.old is ABSENT else 0 if self.new is ABSENT else None


def diff(old: Case, new: Case) -> list[Difference]:
    """What differs between two cases, table by table as the schema has them; empty where they ask the same question.

    Rows are compared by name, profiles by the values that they stand for, lists of names without their order.
    Order counts where the planner reads it: among milestones and among changes that are applied one after another.
    """
    starts = old.settings.start, new.settings.start
    found = [
        Difference(*_named(each.shown), each.old, each.new, each.old_path, each.new_path)
        for each in _rows(old, new, _Place((), (), ()), starts)
    ]
    tables = list(dict.fromkeys(each.table for each in found))
    return sorted(found, key=lambda each: tables.index(each.table))


@dataclass(frozen=True)
class _Place:
    """Where two values stand: as shown, and in either case."""

    shown: CasePath
    old: CasePath
    new: CasePath

    def __truediv__(self, part: str) -> _Place:
        return self.split(part, part, part)

    def split(self, shown: str, old: str, new: str) -> _Place:
        return _Place((*self.shown, shown), (*self.old, old), (*self.new, new))


@dataclass(frozen=True)
class _Found:
    shown: CasePath
    old: Any
    new: Any
    old_path: CasePath
    new_path: CasePath


def _rows(old: Row, new: Row, at: _Place, starts: Starts) -> Iterator[_Found]:
    for name, annotation in fields_of(type(old)).items():
        yield from _values(getattr(old, name), getattr(new, name), annotation, at / name, starts)


def _values(old: Any, new: Any, annotation: Any, at: _Place, starts: Starts) -> Iterator[_Found]:
    kind = kind_of(annotation)
    if kind is not None:
        same = old == new if at.shown[-1] == _APPLIED_IN_ORDER else kind.same(old, new, starts)
        if not same:
            yield _found(at, old, new)
    elif isinstance(old, Row) and type(old) is type(new):
        yield from _rows(old, new, at, starts)
    elif isinstance(old, Mapping) and isinstance(new, Mapping) and table_of(annotation) is not None:
        yield from _tables(old, new, table_of(annotation), at, starts)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, at, starts)
    elif old != new:
        yield _found(at, old, new)


def _found(at: _Place, old: Any, new: Any) -> _Found:
    return _Found(at.shown, old, new, at.old, at.new)


def _tables(
    old: Mapping[str, Any], new: Mapping[str, Any], annotation: Any, at: _Place, starts: Starts
) -> Iterator[_Found]:
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            yield from _values(old[name], new[name], annotation, at / name, starts)
        else:
            yield _found(at / name, old.get(name, ABSENT), new.get(name, ABSENT))
    shared = [name for name in old if name in new], [name for name in new if name in old]
    if at.shown in IN_ORDER and shared[0] != shared[1]:
        yield _found(at, shared[0], shared[1])


def _lists(old: list[Any], new: list[Any], at: _Place, starts: Starts) -> Iterator[_Found]:
    by_subject = at.shown == ("assumptions",)
    for first, second in _by_subject(old, new) if by_subject else _aligned(old, new):
        name = _subject(old, first) if by_subject and first is not None else None
        name = name or (_subject(new, second) if by_subject and second is not None else None)
        shown = name or str(second if second is not None else first)
        if first is None or second is None:
            place = at.split(shown, str(first), str(second))
            yield _Found(
                place.shown,
                ABSENT if first is None else old[first],
                ABSENT if second is None else new[second],
                at.old if first is None else place.old,
                at.new if second is None else place.new,
            )
        else:
            yield from _rows(old[first], new[second], at.split(shown, str(first), str(second)), starts)


_Pair: TypeAlias = tuple[int | None, int | None]


def _aligned(old: Sequence[Any], new: Sequence[Any]) -> Iterator[_Pair]:
    """Positions of items that belong together, where order counts."""
    texts = [flow(item) for item in old], [flow(item) for item in new]
    for _, i, i_end, j, j_end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        both = min(i_end - i, j_end - j)
        yield from ((i + step, j + step) for step in range(both))
        yield from ((position, None) for position in range(i + both, i_end))
        yield from ((None, position) for position in range(j + both, j_end))


def _by_subject(old: Sequence[Any], new: Sequence[Any]) -> Iterator[_Pair]:
    """Positions of assumptions that speak of the same thing; those that are the same in all come first."""
    for subject in dict.fromkeys(item.path for item in (*old, *new)):
        left = [i for i, item in enumerate(old) if item.path == subject]
        right = [j for j, item in enumerate(new) if item.path == subject]
        for i in list(left):
            same = next((j for j in right if new[j] == old[i]), None)
            if same is not None:
                left.remove(i)
                right.remove(same)
                yield i, same
        both = min(len(left), len(right))
        yield from zip(left[:both], right[:both], strict=True)
        yield from ((i, None) for i in left[both:])
        yield from ((None, j) for j in right[both:])


def _subject(items: Sequence[Any], position: int) -> str:
    """What an assumption speaks of, with its number where several speak of the same thing."""
    subject: str = items[position].path
    of_same = [i for i, item in enumerate(items) if item.path == subject]
    return subject if len(of_same) == 1 else f"{subject} ({of_same.index(position) + 1})"


def _named(path: CasePath) -> tuple[str, str, str]:
    """Table, row and field of a path.

    >>> _named(("policy", "bans", "H20, all", "since"))
    ('policy.bans', 'H20, all', 'since')
    >>> _named(("settings", "display_currency", "code"))
    ('settings', '', 'display_currency.code')
    """
    annotation: Any = Case
    for length in count(1):
        annotation = fields_of(row_of(annotation) or Case).get(path[length - 1])
        if length == len(path) or row_of(annotation) is None:
            break
    in_rows = table_of(annotation) is not None
    if in_rows or path[0] == "assumptions":
        row = path[length] if length < len(path) else ""
        return ".".join(path[:length]), row, ".".join(path[length + 1 :])
    return path[0], "", ".".join(path[1:])
