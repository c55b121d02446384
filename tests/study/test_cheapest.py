"""What being early costs: the cheapest plan of the same case, asked of the same session."""

from __future__ import annotations

from planner.schema import parse_case
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from planner.study.cheapest import CHEAPEST, cheapest_beside
from tests.model.cases import near, neutral, rent

EARLY = {
    "workloads/work/shortfall": rent(0.1),
    "goals": {"objective": "earliest", "milestones": {"some": {"pflops": 4.0}}, "delay_tolerance_months": 0.0},
}
"""10 PFLOP/s by chips at 1, or rent at 0.1."""


def test_the_cheapest_plan_stands_beside_the_earliest() -> None:
    """The earliest buys 10 chips for 10; the cheapest rents all for 1, a year late, and never holds 4 by its own.

    So being early costs 9: 10 more for chips, 1 less for rent.
    """
    with session(parse_case(neutral(EARLY))) as s:
        plan = OBJECTIVES["earliest"](s)
        found = cheapest_beside(s)
    assert found is not None
    assert (plan.objective_musd, found.cost_musd, found.delay_months) == (near(10), near(1), near(12))
    assert found.milestones == {"some": None}
    assert CHEAPEST.in_json is not None
    told = CHEAPEST.in_json(found, plan)
    assert told["plan_costs_more_musd"] == near(9)
    assert told["more_by_account_musd"]["chip purchase"] == near(10)
    assert told["more_by_account_musd"]["shortfall"] == near(-1)
    assert CHEAPEST.lines(told) == {
        "being early costs": "9 million USD more than the cheapest plan (chip purchase +10, shortfall -1)",
        "the cheapest reaches": "some never; average delay 12 months",
    }


def test_it_is_set_beside_no_other_plan() -> None:
    """A plan of least cost is the cheapest itself."""
    assert CHEAPEST.needs(parse_case(neutral())) is not None
    assert CHEAPEST.needs(parse_case(neutral(EARLY))) is None
