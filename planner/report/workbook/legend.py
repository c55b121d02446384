"""Legends of coloured cells: a swatch and its meaning, one after the other, on as many lines as they take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from planner.report.language import columns

GAP = 2.0
"""Characters from a meaning to the next swatch at least."""


class Slot(NamedTuple):
    """Where an entry of a legend stands."""

    line: int
    """Line of the legend, counted from 0."""
    column: int
    """Column of the sheet that holds the swatch; the meaning stands to its right."""
    look: str
    """Look of the swatch."""
    meaning: str
    """What it means."""


def slots(legend: Sequence[tuple[str, str]], first: int, last: int, width: Callable[[int], float]) -> tuple[Slot, ...]:
    """Places of a legend's entries from the first column on, none of which runs past the last one.

    `width` gives a column's width in characters. A meaning that no line can hold stands on one of its own.

    >>> legend = [("start", "with a start"), ("build", "few"), ("waits", "few")]
    >>> [(slot.line, slot.column) for slot in slots(legend, 1, 7, lambda at: 6.0)]
    [(0, 1), (0, 5), (1, 1)]
    """
    placed: list[Slot] = []
    line, at = 0, first
    for look, meaning in legend:
        after = _after(meaning, at, width)
        if after > last + 1 and at > first:
            line, at = line + 1, first
            after = _after(meaning, at, width)
        placed.append(Slot(line, at, look, meaning))
        at = after
    return tuple(placed)


def _after(meaning: str, swatch: int, width: Callable[[int], float]) -> int:
    """First column behind an entry."""
    at, room = swatch + 1, 0.0
    while room < columns(meaning) + GAP:
        room += width(at)
        at += 1
    return at
