"""What a plan says, on trees small enough to work out in the head."""

from __future__ import annotations

import pytest

from planner import findings
from planner.findings.scenario import solution_of_scenario
from planner.schema import parse_case

from ..model.cases import Data, greenfield, neutral, plan_of, rent

DOUBLED = {
    "growth": {
        "date": "2028-01-01",
        "outcomes": {
            "flat": {"probability": 0.75},
            "double": {
                "probability": 0.25,
                "changes": [{"table": "workloads", "rows": ["work"], "field": "demand_pflops", "scale": 2.0}],
            },
        },
    }
}
"""10 PFLOP/s in 2027; in 2028 the same, or twice as much in one case of four."""


def _case(**fields: object) -> Data:
    return neutral({"uncertainty": DOUBLED, **fields}, periods=2)


def test_each_scenario_costs_what_is_paid_on_its_path() -> None:
    """Ten chips in 2027; ten more in 2028 where demand doubles."""
    case = parse_case(_case())
    plan = plan_of(case)
    assert findings.cost_by_scenario(plan) == pytest.approx({"double": 20.0, "flat": 10.0})
    assert plan.objective_musd == pytest.approx(12.5)
    assert findings.delay_by_scenario(case, plan) == pytest.approx({"double": 0.0, "flat": 0.0})


def test_each_scenario_is_late_by_what_it_rents() -> None:
    """Renting at 0.1 million USD a year beats a chip for 1: 20 PFLOP/s-years, or 30, over a peak of 20."""
    case = parse_case(_case(**{"workloads/work/shortfall": rent(0.1)}))
    plan = plan_of(case)
    assert findings.peak_demand(plan) == pytest.approx({"work": 20.0})
    assert findings.cost_by_scenario(plan) == pytest.approx({"double": 3.0, "flat": 2.0})
    assert findings.delay_by_scenario(case, plan) == pytest.approx({"double": 18.0, "flat": 12.0})
    assert findings.average_delay(case, plan) == pytest.approx(13.5)


def test_the_end_of_the_horizon_has_its_own_worth() -> None:
    """After one year of two, chips of 2028 are worth half their price at the horizon's end; those of 2027 nothing."""
    chip = {"chips/A/residual_life_years": 2.0, "settings/discount_rate": 0.1}
    plan = plan_of(parse_case(_case(**chip)))
    first, second, end = 1.1**-0.5, 1.1**-1.5, 1.1**-2
    assert findings.cost_by_scenario(plan) == pytest.approx(
        {"flat": 10 * first, "double": 10 * first + 10 * second - 5 * end}
    )


def test_a_scenario_tells_when_halls_are_ready_by_their_months() -> None:
    """Halls take five months: begun on 1 January they are ready on 1 July, the first day of a period by then.

    Quarters throughout, or three months and then quarters: both have a period that begins on 1 July and none in June.
    """
    work = {"demand_pflops": {"step": {"2027-01-01": 0.0, "2027-07-01": 10.0}}, "precision": "bf16"}
    changes = {"sites": {"Site": greenfield(1.0, 5.0)}, "workloads": {"work": work}}
    mixed: Data = {"settings/grid": "3 months, 2 quarters", "settings/frequency": None, "settings/periods": None}
    for grid in (mixed, {}):
        case = parse_case(neutral({**changes, **grid}, periods=3, frequency="quarter"))
        starts = solution_of_scenario(plan_of(case), "base", case)["starts"]
        assert starts["ready"][0] == "2027-Q3"
        assert set(starts["ready"][starts["start_mw"] > 0.0]) == {"2027-Q3"}


def test_a_case_without_uncertainty_has_the_scenario_base() -> None:
    plan = plan_of(parse_case(neutral(periods=2)))
    assert findings.cost_by_scenario(plan) == pytest.approx({"base": 10.0})
