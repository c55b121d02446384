"""Where the inputs come from and how far they can be trusted."""

from __future__ import annotations

from typing import Literal

from planner.schema.base import Row


class Assumption(Row):
    """The source of a table, a row or a field."""

    path: str
    """What it speaks of: chips, chips.H200 or chips.H200.it_kw."""
    source: str | None = None
    """Where the figure comes from."""
    as_of: str | None = None
    """Date or year that the figure is for."""
    confidence: Literal["high", "medium", "low", "assumption"] | None = None
    """high: official or vendor; medium: one named report; low: weak source; assumption: reasoned, nothing published."""
    owner: str | None = None
    """Who answers for it."""
    note: str | None = None
    """The reasoning, or what else was found."""
