"""A plan with what is found in it, each finding worked out once however many pages tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planner.findings.carried_out import CarriedOut, carried_out
from planner.findings.cash_committed import BudgetWindow, Committed, budgets, committed
from planner.findings.chip_screening import Screened, screened
from planner.findings.levelised_cost import Built, as_built
from planner.findings.markets import MarketFigures, market_figures
from planner.findings.order_deadlines import CommittedLot, commitments
from planner.schema import Case
from planner.solution import Solution


@dataclass(frozen=True)
class CachedFindings:
    """The findings that take longest; of a plan on one path, with the path's own case."""

    case: Case
    """The case."""
    solution: Solution
    """Its plan."""

    @cached_property
    def as_built(self) -> dict[str, list[Built]]:
        """What compute costs as it is built, by market."""
        return as_built(self.case, self.solution)

    @cached_property
    def screened(self) -> list[Screened]:
        """What one more chip would cost."""
        return screened(self.case)

    @cached_property
    def commitments(self) -> list[CommittedLot]:
        """What is committed, with order-by periods."""
        return commitments(self.case, self.solution)

    @cached_property
    def committed(self) -> Committed:
        """Money committed and paid."""
        return committed(self.case, self.solution, self.commitments)

    @cached_property
    def carried_out(self) -> CarriedOut:
        """What there is to carry out, counted."""
        return carried_out(self.case, self.solution)

    @cached_property
    def budgets(self) -> list[BudgetWindow]:
        """Budgets in each of their windows."""
        return budgets(self.case, self.solution)

    @cached_property
    def market_figures(self) -> dict[str, MarketFigures]:
        """What the plan comes to in each market."""
        return market_figures(self.case, self.solution, self.as_built)
