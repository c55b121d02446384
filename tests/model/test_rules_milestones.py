"""What counts towards milestones, with answers worked out by hand.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, and a period is a year.
"""

from __future__ import annotations

from typing import Any

from planner.certificate import certify
from planner.findings import milestones_reached
from planner.schema import parse_case
from planner.solving import session
from planner.solving.objectives import OBJECTIVES

from . import cases
from .cases import by_year, chip, near, neutral, rent
from .registry import covers


def earliest(milestone: dict[str, Any]) -> tuple[str | None, float]:
    """When a milestone is reached and what the plan costs, where 5 and then 10 PFLOP/s are asked for or rented at 0.1.

    What is no milestone may wait without end.

    Of one chip for 1 USD that computes nothing any number can be had.
    """
    case = parse_case(
        neutral(
            {
                "chips/junk": chip(1.0, peak_pflops={"bf16": 0.0}),
                "workloads/work/demand_pflops": by_year(5, 10),
                "workloads/work/shortfall": rent(0.1),
                "goals": {"objective": "earliest", "milestones": {"most": milestone}, "delay_tolerance_months": 24.0},
            },
            periods=2,
        )
    )
    with session(case) as s:
        plan = OBJECTIVES["earliest"](s)
    if cases.CERTIFIED[0]:
        assert certify(case, plan).ok
    return milestones_reached(case, plan)["most"], plan.objective_musd


@covers("milestone_compute")
def test_compute_counts_as_far_as_it_serves_demand() -> None:
    """8 are asked for in 2028 first: 8 chips, bought a year sooner since they spare the rent of 5: 8 + 2 * 0.1.

    4 are served in 2027, by as many chips: 4, and rent of 1 and 6. More than 10 never are: all is rented.
    """
    assert earliest({"workload": "work", "pflops": 8.0}) == ("2028", near(8 + 0.2))
    assert earliest({"pflops": 4.0}) == ("2027", near(4 + 0.1 + 0.6))
    assert earliest({"pflops": 11.0}) == (None, near(0.5 + 1.0))


@covers("milestone_power")
def test_power_counts_as_far_as_it_serves_demand() -> None:
    """The same in MW: chips that compute nothing would reach any number of them at once, for nothing."""
    assert earliest({"it_mw": 8.0}) == ("2028", near(8 + 0.2))
    assert earliest({"it_mw": 4.0}) == ("2027", near(4 + 0.1 + 0.6))
    assert earliest({"it_mw": 11.0}) == (None, near(0.5 + 1.0))
