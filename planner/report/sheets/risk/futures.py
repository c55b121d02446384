"""The study of risk as its pages read it: scenarios from the cheapest to the costliest, rounding left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planner.report.by_period import View
from planner.report.sheets.decide.branches import Branches
from planner.study.risk import Risk, ScenarioRisk

CENT = 1e-7
"""Share of a cost below which a difference is the solver's rounding."""


@dataclass(frozen=True)
class Futures:
    """The study with its scenarios from the cheapest to the costliest."""

    view: View
    study: Risk

    @cached_property
    def scenarios(self) -> list[ScenarioRisk]:
        """Scenarios, the cheapest first."""
        return sorted(self.study.scenarios, key=lambda each: (each.cost_musd, each.name))

    @cached_property
    def branches(self) -> Branches:
        """The tree after the first reveal."""
        return Branches(self.view, self.view.periods.index(self.study.reveal))

    def calm(self, musd: float) -> float:
        """A difference of costs, rounding of the solver left out."""
        return 0.0 if abs(musd) <= CENT * abs(self.study.expected_musd) else musd

    def own_cost(self, each: ScenarioRisk) -> float:
        """Cost of a scenario's own best plan; where rounding puts it above the plan's, that of the plan."""
        return each.cost_musd if self.calm(each.cost_musd - each.own_cost_musd) == 0.0 else each.own_cost_musd

    @cached_property
    def worst(self) -> ScenarioRisk:
        """The scenario of largest regret."""
        return max(self.scenarios, key=lambda each: each.regret_musd)
