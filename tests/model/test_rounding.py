"""Continuous plans made whole: within what may start, become ready and stand at a site."""

from __future__ import annotations

import pytest

from planner.lp import Options, SolverStatus
from planner.model.rounding import TRIED, rounded
from planner.schema import parse_case
from planner.solving import Timing
from planner.solving.build_program import program_of

from .cases import Data, greenfield, neutral, rent

PHASE, PER_YEAR, SIZE = 2.0, 7.0, 15.0
"""MW of a phase, MW that may start or become ready in any twelve months, and MW that fit."""
LIMITS: dict[str, Data] = {
    "starts": {"sites/Site/build_options/halls/max_start_mw_per_year": PER_YEAR},
    "crews": {"sites/Site/max_ready_mw_per_year": PER_YEAR},
    "rate": {"policy/build_rates/pace": {"markets": ["US"], "mw_per_year": PER_YEAR}},
    "size": {},
}


def _case(limits: Data) -> Data:
    """Demand that takes 3 MW more each quarter, of halls in phases of 2 MW, with rent for what is missing."""
    days = [f"{year}-{month:02d}-01" for year in (2027, 2028) for month in (1, 4, 7, 10)]
    changes = {
        "sites/Site": greenfield(1.0, 3.0, size=SIZE, whole_phases=True),
        "sites/Site/build_options/halls/phase_mw": PHASE,
        "workloads/work/demand_pflops": {"step": {day: 3.0 * quarter for quarter, day in enumerate(days)}},
        "workloads/work/shortfall": rent(50.0),
    }
    return neutral(changes | limits, periods=len(days), frequency="quarter")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("up", [*TRIED, None])
def test_a_plan_made_whole_holds(limit: str, up: float | None) -> None:
    """Phases stand for whole numbers, whatever is rounded up, and the rest of the plan can follow them."""
    case = parse_case(_case(LIMITS[limit]))
    asked = program_of(case, Options(), report=lambda stage, text: None, timing=Timing())
    asked.door.relax()
    values = asked.door.run().values
    whole = rounded(asked.model, values) if up is None else rounded(asked.model, values, up)
    position, units = asked.model.program.position, asked.instance.units.mw
    counts = [whole[position(variable)] for variable in asked.model.phases.values()]
    assert all(count == int(count) for count in counts)
    assert 0 < sum(counts) * PHASE <= SIZE
    if limit != "size":
        assert max(sum(counts[first : first + 4]) for first in range(len(counts))) * PHASE <= PER_YEAR
    begun = [values[position(variable)] * units for variable in asked.model.start.values()]
    assert sum(counts) * PHASE > sum(begun) - PHASE - (PHASE if limit != "size" else 0.0)
    asked.door.fix_whole(whole)
    assert asked.door.run().status is SolverStatus.OPTIMAL


def test_the_search_for_whole_numbers_begins_with_the_best_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all ways of rounding, what is handed to the solver costs least; and it is a plan already."""
    case = parse_case(_case(LIMITS["starts"] | {"workloads/work/shortfall": rent(2.0)}))
    asked = program_of(case, Options(), report=lambda stage, text: None, timing=Timing())
    given = []
    monkeypatch.setattr(asked.door, "start_from", given.append)
    plan = asked.plan()
    asked.door.relax()
    asked.door.bind_for_whole(True)
    values = asked.door.run().values
    costs = []
    for up in TRIED:
        asked.door.fix_whole(rounded(asked.model, values, up))
        costs.append(asked.door.run().objective)
    begun = float(asked.matrix.cost @ given[0]) + asked.matrix.offset
    assert begun == pytest.approx(min(costs))
    assert begun < max(costs)
    assert plan.objective <= begun + 1e-9
