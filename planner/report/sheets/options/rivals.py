"""Options read beside the plan: which of them are choices, and what each costs more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from planner import findings
from planner.report.by_period import NOISE, View
from planner.report.sheets.common.groups import present_groups
from planner.report.words import say, short
from planner.solution import Solution
from planner.study.alternatives import Option

ALIKE = 1e-4
"""Share of the plan's cost within which another costs the same."""


@dataclass(frozen=True)
class Rival:
    """An option that has a plan, beside the recommended plan."""

    plan: View
    """The recommended plan."""
    option: Option
    """The option."""
    view: View
    """Its plan, read by period."""

    @property
    def name(self) -> str:
        """Name of the option, cut to what a line can carry."""
        return short(self.option.name, 60)

    @property
    def cost_musd(self) -> float:
        """Its present cost, expected over scenarios, million USD."""
        plan = self.plan.solution.objective_musd
        return settled(self.view.solution.objective_musd, plan, size=plan)

    @property
    def more_musd(self) -> float:
        """What it costs more than the plan, million USD."""
        return self.cost_musd - self.plan.solution.objective_musd

    @property
    def alike(self) -> bool:
        """Whether it costs what the plan costs, within a ten-thousandth."""
        return abs(self.more_musd) <= ALIKE * abs(self.plan.solution.objective_musd)

    @property
    def costlier(self) -> bool:
        """Whether it costs more than the plan, by more than a ten-thousandth."""
        return self.more_musd > 0 and not self.alike

    @cached_property
    def delay_months(self) -> float:
        """Its average delay."""
        mine = findings.average_delay(self.view.dossier.case, self.view.solved)
        return settled(mine, self._plan_months, size=1.0)

    @property
    def later_months(self) -> float:
        """By how much its average delay is longer than the plan's."""
        return self.delay_months - self._plan_months

    @cached_property
    def _plan_months(self) -> float:
        return findings.average_delay(self.plan.dossier.case, self.plan.solved)

    @property
    def choice(self) -> bool:
        """Whether it was open to those who chose the plan; if not, it is a what-if, a plan for another world.

        Named shocks are what happens in the world. One market that serves everything is a choice while that is
        costlier, since it may need what the case does not allow. Where something is changed, the independent check
        tells whether the option's plan, as it stands and at its cost, could be carried out in the plan's own case.
        """
        asked = self.option.asked
        if asked.shocks:
            return False
        if not asked.changes and (asked.only_market is None or self.costlier):
            return True
        return self.option.name in self.plan.dossier.open_options

    @property
    def rejected(self) -> bool:
        """Whether it is a choice and costlier than the plan."""
        return self.costlier and self.choice

    @cached_property
    def bridge(self) -> findings.CostBridge:
        """From the plan's present cost to its own, by group of accounts."""
        return self._bridge(present_groups(self.plan), present_groups(self.view))

    @cached_property
    def account_bridge(self) -> findings.CostBridge:
        """The same by account."""
        return self._bridge(self.plan.present, self.view.present)

    def _bridge(self, before: Mapping[str, float], after: Mapping[str, float]) -> findings.CostBridge:
        size = self.plan.solution.objective_musd
        parts = {part: settled(musd, before.get(part, 0.0), size=size) for part, musd in after.items()}
        return findings.CostBridge(before, parts)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return say("choice") if self.choice else say("what if")


def settled(value: float, beside: float, *, size: float) -> float:
    """A figure of an option, which is the plan's own where only the solver's rounding tells them apart.

    >>> settled(5.0 + 1e-12, 5.0, size=5.0), settled(5.1, 5.0, size=5.0)
    (5.0, 5.1)
    """
    return beside if abs(value - beside) <= NOISE * abs(size) else value


def rivals(plan: View) -> list[Rival]:
    """Options of the report that have a plan, in their order; `plan` is the view of every scenario, not of one."""
    return [
        Rival(plan, option, View(replace(plan.dossier, case=option.case, solution=option.solution)))
        for option in plan.dossier.options
        if option.solution is not None
    ]


def rejected(found: Sequence[Rival]) -> list[Rival]:
    """Choices costlier than the plan, the cheapest first."""
    return sorted((rival for rival in found if rival.rejected), key=lambda rival: rival.more_musd)


def costliest_musd(solution: Solution) -> float:
    """Present cost of the costliest scenario, million USD."""
    return max(findings.cost_by_scenario(solution).values())


__all__ = ["ALIKE", "Rival", "costliest_musd", "rejected", "rivals", "settled"]
