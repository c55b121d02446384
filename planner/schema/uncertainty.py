"""Named changes of a case, taken on purpose with `--with` or, later, at a reveal."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from planner.schema.base import Day, Number, Row


class Shock(Row):
    """One typed change: which table, which rows, which field, and what becomes of it."""

    table: str
    """Table, such as chips, sites or policy.bans."""
    rows: list[str] = Field(default=["*"], min_length=1)
    """Rows by name; `*` stands for any text."""
    field: str
    """Field of the row, such as headroom_mw or markets.CN.lead_months; `*` stands for any name between dots."""
    set: Any | None = None
    """What it becomes: a number, a text, yes or no, a profile."""
    scale: Number | None = None
    """Factor on it."""
    add: Number | None = None
    """Amount added to it."""
    since: Day | None = None
    """Day from which the change holds, for fields that move in time; from the plan's first day when left out."""

    @model_validator(mode="after")
    def _one_of_three(self) -> Shock:
        if sum(value is not None for value in (self.set, self.scale, self.add)) != 1:
            raise ValueError("give exactly one of set, scale and add")
        return self


class ShockList(Row):
    """A named set of changes that belong together."""

    changes: list[Shock] = Field(min_length=1)
    """The changes, applied in order."""
    note: str | None = None
    """What happens in the world, and how likely it is thought."""
