"""What is found of a plan whose periods differ in length, worked out on the calendar."""

from __future__ import annotations

import pytest

from planner import findings
from planner.findings import BudgetWindow, MonthsTaken, budgets
from planner.schema import parse_case

from ..model.cases import Data, greenfield, on_grid, plan_of, rent

DEMAND = "workloads/work/demand_pflops"


def test_times_of_halls_are_months_and_energy_goes_by_the_year() -> None:
    """10 MW begun in February, connected after two months and ready after five, for 10 PFLOP/s from July on.

    Months to March, quarters to December, then 2028: half of the 24 months have passed when 2028 begins. From the
    middle of January 2027 to that of 2028 are 17.5 months, in which generation grows from 100 to 135 TWh a year and
    the plan's own need from nothing to 10 MW x 8760 h.
    """
    site = greenfield(1.0, 5.0, grid_connection_months=2.0, earliest_start="2027-02-01", latest_start="2027-02-01")
    changes: Data = {
        "markets/US/generation_twh_per_year": {"step": {"2027-01-01": 100.0, "2028-01-01": 135.0}},
        "sites": {"Site": site},
        DEMAND: {"step": {"2027-01-01": 0.0, "2027-07-01": 10.0}},
    }
    case = parse_case(on_grid("3 months, 3 quarters, 1 year", changes))
    us = findings.CachedFindings(case, plan_of(case)).market_figures["US"]
    assert us.to_ready == us.to_power == MonthsTaken(pytest.approx(5.0), 5, 5)
    assert us.middle.period == us.end.period == "2028"
    assert (us.end.need_twh, us.end.generation_twh) == pytest.approx((0.0876, 135.0))
    assert (us.growth_twh, us.need_growth_twh) == pytest.approx((35.0 * 12 / 17.5, 0.0876 * 12 / 17.5))


def test_an_order_may_slip_while_its_months_still_reach_the_day() -> None:
    """Chips take two months and are cheapest in January: they are there in March and needed from April on.

    An order of February would be there on 1 April just as well; one of March on 1 May, and so in July.
    """
    changes: Data = {
        "chips/A/markets/US": {"price_usd": {"step": {"2027-01-01": 1e6, "2027-02-01": 2e6}}, "lead_months": 2.0},
        DEMAND: {"step": {"2027-01-01": 0.0, "2027-04-01": 10.0}},
    }
    case = parse_case(on_grid("3 months, 2 quarters", changes))
    [lot] = [lot for lot in findings.CachedFindings(case, plan_of(case)).commitments if lot.kind == "order"]
    assert (lot.period, lot.arrives, lot.needed, lot.latest) == (0, 2, 3, 1)


def test_halls_under_way_beyond_the_plan_are_paid_by_the_month() -> None:
    """12 million USD until 1 January 2028: 1 a month, 3 of them after a plan that ends with September."""
    halls: Data = {"ready": "2028-01-01", "it_mw": 10.0, "remaining_cost_musd": 12.0}
    changes: Data = {
        "sites/Site/committed": {"second": halls},
        "sites/Site/max_it_mw": 110.0,
        "workloads/work/shortfall": rent(0.1),
    }
    case = parse_case(on_grid("3 months, 2 quarters", changes))
    cash = findings.CachedFindings(case, plan_of(case)).committed
    assert [period.paid for period in cash.periods] == pytest.approx([1, 1, 1, 3, 3])
    assert (cash.before, cash.after, cash.periods[-1].open) == pytest.approx((12, 3, 3))


def test_a_budget_of_part_of_a_year_is_shown_as_it_holds() -> None:
    """40 million USD a calendar year: 10 for October to December 2026, 40 for 2027, 40 for 2028."""
    changes: Data = {
        "settings/start": "2026-10-01",
        "policy/budgets/board": {"musd": 40.0, "window": "calendar_year"},
    }
    case = parse_case(on_grid("6 months, 3 quarters, 1 year", changes))
    near = pytest.approx
    assert budgets(case, plan_of(case)) == [
        BudgetWindow("board", 0, 2, near(10), near(10)),
        BudgetWindow("board", 3, 8, near(40), near(0)),
        BudgetWindow("board", 9, 9, near(40), near(0)),
    ]


TAIL: Data = {
    "settings/report_until": "2027-06-01",
    "markets/US/generation_twh_per_year": {"step": {"2027-01-01": 100.0, "2027-03-01": 107.0, "2027-06-01": 200.0}},
    "sites/Site": greenfield({"step": {"2027-01-01": 2.0, "2027-06-01": 1.0}}, size=20.0),
    "chips/A/markets/US/price_usd": {"step": {"2027-01-01": 2e6, "2027-06-01": 1e6}},
    "workloads/work/shortfall": rent(100.0),
    DEMAND: {"step": {"2027-01-01": 5.0, "2027-02-01": 10.0, "2027-06-01": 30.0}},
}
"""5 PFLOP/s in January, 10 from February to May, 30 in the two years after, for which there is room for 20 alone.

Halls and chips are cheaper from June on, so that none is there before it is needed."""


def test_the_end_of_a_plan_is_the_end_of_what_is_reported() -> None:
    """10 MW and 10 chips at the end of May; the 20 that the tail builds up to are kept apart, with what they cost.

    From the middle of January to that of March to May are 3 months: 7 TWh a year of growth are 28 a year. All
    demand is served until June; the site is full after that, and so it binds nowhere.
    """
    case = parse_case(on_grid("2 months, 1 quarter, 2 years", TAIL))
    plan = plan_of(case)
    found = findings.CachedFindings(case, plan)
    us, shown = found.market_figures["US"], findings.reported(case, plan)
    assert (us.end.period, us.end.it_mw, us.solved_it_mw) == ("2027-Q1", pytest.approx(10.0), pytest.approx(20.0))
    assert us.growth_twh == pytest.approx(28.0)
    assert us.rented_share == pytest.approx(0.0)
    assert findings.chips_ordered(shown) == {"A": pytest.approx(10.0)}
    assert findings.chips_ordered(plan) == {"A": pytest.approx(20.0)}
    assert us.bindings == ()
    assert [limit.last for limit in findings.bindings(plan)] == ["2028"]


def test_the_rented_share_weighs_a_quarter_as_three_months() -> None:
    """4 of 10 PFLOP/s are rented in January, none in February, 2 of 12 from March to May: 10 of 56 in five months."""
    site = greenfield(0.0, 0.0, size=10.0)
    changes: Data = {
        "settings/report_until": "2027-06-01",
        "sites/Site": site | {"existing_it_mw": 6.0},
        "sites/Site/latest_start": "2026-12-01",
        "workloads/work/shortfall": rent(100.0),
        "sites/Site/committed": {"second": {"ready": "2027-02-01", "it_mw": 4.0}},
        DEMAND: {"step": {"2027-01-01": 10.0, "2027-03-01": 12.0, "2027-06-01": 99.0}},
    }
    case = parse_case(on_grid("2 months, 1 quarter, 2 years", changes))
    found = findings.CachedFindings(case, plan_of(case)).market_figures["US"].rented_share
    assert found == pytest.approx((4.0 + 3 * 2.0) / (10.0 + 10.0 + 3 * 12.0))
