"""Where every value of a case was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from planner.message import Message
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below, row_of
from planner.time_profile import DATED, FORMS

DEFAULT = "default"
"""Place of a value that was not typed: the schema's default."""
_UNNAMED = (*DATED, "number", *(form for form in FORMS if form not in DATED))
"""Steps of a typed path that problems leave out."""


class Origins:
    """A map from case paths to places such as `2026.yaml:14`, `Sites!D7` or `2026.xlsx Sites!D7`.

    >>> origins = Origins({(): "a.yaml:1", ("sites",): "a.yaml:4", ("sites", "X"): "a.yaml:5"})
    >>> origins.place(("sites", "X", "pue"))
    'default'
    >>> origins.nearest(("sites", "X", "pue"))
    'a.yaml:5'
    """

    def __init__(self, places: Mapping[CasePath, str], notes: Iterable[Message] = ()) -> None:
        """`places` holds every path that was typed; `notes` what is worth a word about the files themselves."""
        self._places = dict(places)
        self.notes = tuple(notes)

    def __contains__(self, path: CasePath) -> bool:
        """Whether a path was typed."""
        return path in self._places

    def __len__(self) -> int:
        return len(self._places)

    def place(self, path: CasePath) -> str:
        """Where a value was typed; `default` when it was not; the nearest parent's place for parts of a value."""
        typed = self._deepest(path)
        if typed is None:
            return DEFAULT
        if len(typed) < len(path) and _has_default(typed, path[len(typed)]):
            return DEFAULT
        return self._places[typed]

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that something was typed in, as places name it."""
        main = _file(self._places.get((), "")) or self._places.get((), "")
        return tuple(sorted({_file(place) or main for place in self._places.values() if ", " not in place}))

    def nearest(self, path: CasePath) -> str | None:
        """Place of a path or of the nearest parent that was typed: where to look for what is missing."""
        typed = self._deepest(path)
        return None if typed is None else self._places[typed]

    def overlaid(self, changes: Iterable[tuple[CasePath, str, bool]]) -> Origins:
        """Origins after changes: path, place of the change, and whether what stood there before counts no more."""
        result = Origins(self._places, self.notes)
        changed = set()
        for path, place, replaced in changes:
            result._places[path] = place if replaced else f"{result.place(path)}, {place}"
            changed.add(path)
        return Origins(
            {
                path: place
                for path, place in result._places.items()
                if not any(path[:length] in changed for length in range(1, len(path)))
            },
            self.notes,
        )

    def _deepest(self, path: CasePath) -> CasePath | None:
        if () not in self._places:
            return None
        typed: CasePath = ()
        for part in path:
            steps = [(*typed, part), *((*typed, unnamed, part) for unnamed in _UNNAMED)]
            found = next((step for step in steps if step in self._places), None)
            if found is None:
                break
            typed = found
        return typed


def _file(place: str) -> str:
    """The file in a place; empty where a cell of the case's own workbook stands alone.

    >>> _file("2026.yaml:14"), _file("tables/2026.xlsx Sites!D7"), _file("Sites!D7"), _file("2026.xlsx")
    ('2026.yaml', 'tables/2026.xlsx', '', '')
    """
    line = re.fullmatch(r"(.*):\d+", place, re.DOTALL)
    cell = re.fullmatch(r"(.*\.xlsx) [^!]*![A-Z]+\d+", place, re.DOTALL | re.IGNORECASE)
    return line[1] if line else cell[1] if cell else ""


def _has_default(row_path: CasePath, field: str) -> bool:
    annotation: Any = Case
    for part in row_path:
        annotation = below(annotation, part)
    row = row_of(annotation)
    return row is not None and field in row.model_fields and not row.model_fields[field].is_required()
