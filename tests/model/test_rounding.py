"""Continuous plans made whole: within what may start, become ready and stand at a site."""

from __future__ import annotations

import pytest

from planner.lp import Options, SolverStatus
from planner.model.rounding import TRIED, rounded
from planner.schema import parse_case
from planner.solving import Timing
from planner.solving.build_program import program_of
from planner.solving.whole_search import WholeStart, start_of

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


def test_the_search_for_whole_numbers_begins_with_the_best_of_them() -> None:
    """Of all ways of rounding, what branch and cut goes on from costs least; and it is a plan already."""
    case = parse_case(_case(LIMITS["starts"] | {"workloads/work/shortfall": rent(2.0)}))
    asked = program_of(case, Options(), report=lambda stage, text: None, timing=Timing())
    found = start_of(asked.model, asked.door, Options(gap=1e-9))
    assert isinstance(found, WholeStart)
    assert found.best is not None
    asked.door.relax()
    asked.door.bind_for_whole(True)
    values = asked.door.run().values
    costs = []
    for up in TRIED:
        asked.door.fix_whole(rounded(asked.model, values, up))
        costs.append(asked.door.run().objective)
    assert found.best.objective == pytest.approx(min(costs))
    assert found.best.objective < max(costs)
    assert found.bound <= found.best.objective + 1e-9
    assert found.continuous.objective <= found.bound + 1e-9


def _lots(supply: Data) -> Data:
    """Demand for 3 chips more each month, in lots of 5, with an engine of 4 MW for each 4 MW of them and rent."""
    months = [f"2027-{month:02d}-01" for month in range(1, 13)]
    changes = {
        "settings/whole_phases": True,
        "chips/A/markets/US/lot_units": 5.0,
        "regions/Grid/headroom_mw": 0.0,
        "onsite_sources/engine": {
            "capex_usd_per_kw": 1000.0,
            "unit_mw": 4.0,
            "life_years": 0.5,
            "supply_mw_per_year": {"US": 45.0},
        },
        "sites/Site/onsite": {"engine": {"max_mw": 21.0}},
        "workloads/work/demand_pflops": {"step": {day: 3.0 * month for month, day in enumerate(months)}},
        "workloads/work/shortfall": rent(50.0),
    }
    return neutral(changes | supply, periods=12, frequency="month")


@pytest.mark.parametrize("supply", ["market", "chip", "pool", "none"])
@pytest.mark.parametrize("up", [*TRIED, None])
def test_lots_and_units_made_whole_hold(supply: str, up: float | None) -> None:
    """2.5 chips a month fill a lot of 5 in two months: one lot in any two; engines are 45 MW in all and 21 at once.

    Rounded numbers are whole, some are ordered, and the rest of the plan can follow them.
    """
    limits: dict[str, Data] = {
        "market": {"chips/A/markets/US/supply_per_year": 30.0},
        "chip": {"chips/A/supply_per_year": 30.0},
        "pool": {
            "chips/A/pools": {"wafers": 3.0},
            "pools": {"wafers": {"unit": "wafers", "capacity_per_year": 90.0}},
        },
        "none": {},
    }
    asked = program_of(parse_case(_lots(limits[supply])), Options(), report=lambda stage, text: None, timing=Timing())
    asked.door.relax()
    values = asked.door.run().values
    whole = rounded(asked.model, values) if up is None else rounded(asked.model, values, up)
    position = asked.model.program.position
    lots = [whole[position(variable)] for variable in asked.model.lots.values()]
    engines = [whole[position(variable)] for variable in asked.model.plant_units.values()]
    assert all(count == int(count) for count in (*lots, *engines))
    assert sum(lots) > 0
    assert sum(engines) > 0
    if supply != "none":
        assert max(sum(lots[first : first + 2]) for first in range(len(lots))) <= 1
    assert sum(engines) * 4.0 <= 45.0
    assert max(sum(engines[first : first + 6]) for first in range(len(engines))) * 4.0 <= 21.0
    asked.door.fix_whole(whole)
    assert asked.door.run().status is SolverStatus.OPTIMAL
