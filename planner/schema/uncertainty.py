"""What is not known yet: named changes of a case, and the dates on which it becomes known which of them hold."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import Day, Name, Number, Row, Share

CERTAIN = 1e-5
"""How far the probabilities of a reveal may miss one: thirds are typed with five digits."""


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

    @property
    def action(self) -> str:
        """What it does: set, scale or add."""
        return next(action for action in ("set", "scale", "add") if getattr(self, action) is not None)

    @model_validator(mode="after")
    def _one_of_three(self) -> Shock:
        if sum(value is not None for value in (self.set, self.scale, self.add)) != 1:
            raise RefusedValueError(Message("give exactly one of set, scale and add"))
        return self


class ShockList(Row):
    """A named set of changes that belong together."""

    changes: list[Shock] = Field(min_length=1)
    """The changes, applied in order."""
    note: str | None = None
    """What happens in the world, and how likely it is thought."""


class Outcome(Row):
    """One way in which a reveal may turn out."""

    probability: Share
    """Probability, given that the reveal is reached; an outcome with probability 0 is left out of the plan."""
    shocks: list[Name] = []
    """Named shocks of the case that hold from the reveal's date on."""
    changes: list[Shock] = []
    """Changes that hold from the reveal's date on, after the named ones."""
    next: Name | None = None
    """Reveal that follows only where this outcome came true."""
    note: str | None = None
    """What happens in the world."""


class Reveal(Row):
    """A day on which something becomes known; until then the plan is one and the same for every outcome."""

    date: Day
    """Day on which it becomes known, after the plan's first day: the first period that starts on or after it."""
    outcomes: dict[Name, Outcome] = Field(min_length=1)
    """What may become known; the probabilities add up to 1."""
    note: str | None = None
    """What is decided, by whom, and where the probabilities come from."""

    @model_validator(mode="after")
    def _certain_in_all(self) -> Reveal:
        whole = sum(outcome.probability for outcome in self.outcomes.values())
        if abs(whole - 1.0) > CERTAIN:
            raise RefusedValueError(
                Message("the probabilities of its outcomes add up to {whole}; they must add up to 1", whole=whole)
            )
        return self
