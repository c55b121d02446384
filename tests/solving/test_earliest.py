"""What being early means beside the milestones: other demand is served too, nothing is bought for nothing; by hand.

A chip is 1 PFLOP/s, 1 MW and 1 million USD, and a period is a year.
"""

from __future__ import annotations

from itertools import product

import pytest

from planner.findings import average_delay, milestones_reached
from planner.solution import Status
from tests.model.cases import Data, amounts, changed, near, neutral, ordered, rent
from tests.solving.test_objectives import HEADROOM, MILESTONES, TOLERANCE, best, by_phases, waiting


def two(headroom: float, milestone: float, *, other: float = 6.0, rented: float = 0.1) -> Data:
    """A year in which training asks for 6 PFLOP/s, with a milestone, and inference for another amount."""
    work = {"precision": "bf16", "shortfall": rent(rented)}
    return neutral(
        {
            "workloads": {
                "training": work | {"demand_pflops": 6.0},
                "inference": work | {"demand_pflops": other},
            },
            HEADROOM: headroom,
            MILESTONES: {"training": {"workload": "training", "pflops": milestone}},
            TOLERANCE: 0.0,
        }
    )


def test_demand_beyond_the_milestone_is_not_thrown_under_it() -> None:
    """A milestone of 3 in 6 MW, rent at 0.1: all 6 MW serve, and 6 of 12 are rented: 6 + 0.6.

    By cost alone 3 chips would reach the milestone, 9 of 12 would be rented, and half of the power would lie idle.
    """
    case, plan = best(two(6.0, 3.0), "earliest")
    assert milestones_reached(case, plan) == {"training": "2027"}
    assert (plan.objective_musd, average_delay(case, plan)) == (near(6.6), near(6.0))
    assert sum(amounts(plan, "serve", "pflops")) == near(6.0)


def test_what_is_no_milestone_is_not_left_to_rent() -> None:
    """The same in 12 MW: all is bought and nothing rented, 12; by cost alone 9 of 12 would be rented: 3.9.

    A tolerance of 12 months lets all of that wait again.
    """
    data = two(12.0, 3.0)
    case, plan = best(data, "earliest")
    assert (plan.objective_musd, average_delay(case, plan)) == (near(12.0), near(0.0))
    assert best(changed(data, {TOLERANCE: 12.0}), "earliest")[1].objective_musd == near(3.9)


def test_no_more_is_bought_than_serves_and_no_costlier_way_is_taken() -> None:
    """Halls at once at 5 or 9 a MW: 10 MW at 5 and 10 chips, 60; within 8 months 6 MW wait for halls at 1: 54."""
    data = waiting({MILESTONES: {"some": {"pflops": 4.0}}, TOLERANCE: 0.0})
    case, plan = best(data, "earliest")
    assert (plan.objective_musd, average_delay(case, plan)) == (near(60.0), near(0.0))
    assert sum(ordered(plan)) == near(10.0)
    assert sum(plan["starts"]["start_mw"]) == near(10.0)
    patient, later = best(changed(data, {TOLERANCE: 7.2}), "earliest")
    assert milestones_reached(patient, later) == {"some": "2027"}
    assert (later.objective_musd, average_delay(patient, later)) == (near(54.0), near(7.2))


def test_dates_come_before_delay() -> None:
    """A milestone of 6 in 6 MW takes all of them, although 2 of inference would spare three times the delay of 2.

    Inference waits for the year at half the weight, 6 months; by delay alone training would lack 2 of 6, 2 months.
    """
    data = two(6.0, 6.0, other=2.0)
    case, plan = best(data, "earliest")
    assert average_delay(case, plan) == near(6.0)
    assert amounts(plan, "service", "shortfall", workload="inference") == near([2.0])
    case, plan = best(data, "delay")
    assert average_delay(case, plan) == near(2.0)
    assert milestones_reached(case, plan) == {"training": None}


@pytest.mark.parametrize("months", [0.0, 5.0, 8.0, 13.0])
def test_whole_phases_reach_the_date_then_the_least_delay_then_the_least_cost(months: float) -> None:
    """Of all numbers of phases of 4 MW that reach 4 PFLOP/s in 2027, the cheapest within the tolerance of the delay.

    The least delay has a bound, and both are proven.
    """
    data = waiting(
        {
            TOLERANCE: months,
            MILESTONES: {"some": {"pflops": 4.0}},
            "workloads/work/shortfall": rent(3.5),
            "settings/whole_phases": True,
        }
    )
    data["sites"]["Site"]["opening_musd"] = 2.0
    for option in data["sites"]["Site"]["build_options"].values():
        option["phase_mw"] = 4.0
    plans = [by_phases(fast, slow) for fast, slow in product(range(1, 4), range(4))]
    late, musd = min((plan for plan in plans if plan[0] <= months + 1e-9), key=lambda plan: (plan[1], plan[0]))
    case, plan = best(data, "earliest")
    assert milestones_reached(case, plan) == {"some": "2027"}
    assert plan.objective_musd == pytest.approx(musd, rel=2e-4)
    assert average_delay(case, plan) == pytest.approx(late, abs=1e-4)
    assert plan.status is Status.OPTIMAL
    assert (plan.solver["goal"]["least_delay_months"], plan.solver["goal"]["delay_bound_months"]) == near((0.0, 0.0))
