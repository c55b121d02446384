"""Milestones: compute that serves demand, or the load that it draws, reached in every scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from planner.audit.compute import on_workload, usable_share
from planner.audit.fixed_plan import Settled
from planner.audit.linear_program import ProgramRow, Sum, total
from planner.audit.one_scenario import ScenarioModel
from planner.audit.scenario_tree import BuiltTree
from planner.schema.goals import Milestone

_REACHED = 1e-6
"""Share of an amount that a stated plan may miss."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class MilestoneCount:
    """What counts towards a milestone in one period of one scenario."""

    amount: Sum
    """What counts, in the milestone's unit."""
    asked: float
    """What it asks for."""
    rows: tuple[ProgramRow, ...]
    """What counts never exceeds what serves, nor the demand that is served."""

    @property
    def held(self) -> tuple[ProgramRow, ...]:
        """Rows by which the milestone is reached."""
        return *self.rows, ProgramRow(self.amount - self.asked * (1.0 - _ROUNDING), 0.0, inf)


def counted(tree: BuiltTree, name: str, milestone: Milestone) -> list[list[MilestoneCount]]:
    """What counts towards a milestone, by period and scenario."""
    scenarios = [branch.scenario for branch in tree.branches]
    return [[_in_period(s, name, milestone, t) for s in scenarios] for t in tree.case.settings.timeline]


def reached(settled: Settled, asked: list[list[MilestoneCount]]) -> int:
    """First period from which a stated plan holds a milestone to the end; the number of periods where it never does."""
    short = [
        t
        for t, scenarios in enumerate(asked)
        for each in scenarios
        if -settled.least(each.amount * -1.0, list(each.rows)) < each.asked * (1.0 - _REACHED)
    ]
    return max(short, default=-1) + 1


def _in_period(s: ScenarioModel, name: str, milestone: Milestone, t: int) -> MilestoneCount:
    markets = [milestone.market] if milestone.market is not None else list(s.case.markets)
    parts: list[Sum] = []
    rows: list[ProgramRow] = []
    for workload in [milestone.workload] if milestone.workload is not None else list(s.case.workloads):
        serving = list(_serving(s, name, workload, markets, t))
        for units, serves, rate, mw in serving:
            rows.append(ProgramRow(units - serves, -inf, 0.0))
            parts.append(units * (rate if milestone.pflops is not None else mw))
        demand = s.at(s.case.workloads[workload].demand_pflops, t)
        rows.append(ProgramRow(total(units * rate for units, _, rate, _ in serving) - demand, -inf, 0.0))
    asked = milestone.pflops if milestone.pflops is not None else milestone.it_mw or 0.0
    return MilestoneCount(total(parts), asked, tuple(rows))


def _serving(
    s: ScenarioModel, name: str, workload: str, markets: list[str], t: int
) -> Iterator[tuple[Sum, Sum, float, float]]:
    """Chips that count, the chips that serve, PFLOP/s of one and MW of IT that it takes, spares included."""
    for region, row in s.case.regions.items():
        for chip in s.case.chips if row.market in markets else ():
            serve = s.nodes[t], "serve", chip, region, workload
            usable = usable_share(s, chip, row.market, t)
            if serve in s.program.named and usable > 0.0:
                rate, _ = on_workload(s, chip, s.case.workloads[workload], t)
                units = s.decide(t, "counted", name, chip, region, workload, size=s.lot)
                yield units, s.program.named[serve], rate or 0.0, s.case.chips[chip].it_kw / 1e3 / usable
