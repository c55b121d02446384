"""Other plans for the same question, to be solved beside the recommended one and compared with it."""

from __future__ import annotations

from pydantic import model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import Name, OptionalNames, Row
from planner.schema.goals import Objective
from planner.schema.uncertainty import Shock


class Alternative(Row):
    """A plan that somebody will ask for: the case with something changed, ruled out or insisted on."""

    shocks: list[Name] = []
    """Named shocks of the case that are taken."""
    changes: list[Shock] = []
    """Changes of the case, after the named ones."""
    objective: Objective | None = None
    """What the plan is best at, in place of the case's own."""
    order_most: OptionalNames = None
    """Chips of which as many are ordered as anything allows, before cost is looked at."""
    order_most_in: OptionalNames = None
    """Markets whose orders of them count; all when left out."""
    only_market: Name | None = None
    """Market that serves all of the demand, other markets' workloads included; chips do for a workload that does not
    list them what they do for the first one of its precision that does."""
    note: str | None = None
    """What is different about it, and who asks for it."""

    @model_validator(mode="after")
    def _differs(self) -> Alternative:
        if not (self.shocks or self.changes or self.objective or self.order_most or self.only_market):
            raise RefusedValueError(Message("give shocks, changes, objective, order_most or only_market"))
        if self.order_most_in and not self.order_most:
            raise RefusedValueError(
                Message("order_most_in says where chips are ordered: give order_most too, or leave it out")
            )
        return self
