"""Chips in lots, on-site plant in units, and sites whose opening is free.

A chip is 1 PFLOP/s, 1 MW and 1 million USD, the demand is 10 PFLOP/s, so that chips alone cost 10.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import InfeasibleError

from .cases import Data, amounts, changed, cost, greenfield, near, neutral, ordered, rent, solved
from .registry import covers

US = "chips/A/markets/US"


@covers("whole_lots")
def test_orders_are_whole_lots() -> None:
    """Lots of 4: 3 of them for 10 PFLOP/s, 12 million USD. Where lots are not whole, or not typed, 10."""
    case = neutral({f"{US}/lot_units": 4.0})
    plan = solved(case)
    assert plan.objective_musd == near(12)
    assert ordered(plan) == near([12])
    assert amounts(plan, "orders", "lots") == near([3])
    assert not plan.linear
    assert solved(neutral())["orders"]["lots"].isna().all()
    assert cost(changed(case, {"settings/whole_lots": False})) == near(10)
    assert cost(neutral()) == near(10)


def by_month(supply: Data) -> Data:
    """50 PFLOP/s wanted for six months, in lots of 25, with rent at 2 a month for what is missing."""
    changes = {f"{US}/lot_units": 25.0, "workloads/work/shortfall": rent(24.0), "workloads/work/demand_pflops": 50.0}
    return neutral(changes | supply, periods=6, frequency="month")


SUPPLIES: dict[str, dict[str, Any]] = {
    "market": {f"{US}/supply_per_year": 120.0},
    "chip": {"chips/A/supply_per_year": 240.0, "chips/A/operator_share": 0.5},
    "pool": {
        "chips/A/pools": {"wafers": 2.0},
        "pools": {"wafers": {"unit": "wafers", "capacity_per_year": 480.0, "yield_share": 0.5}},
    },
}


@pytest.mark.parametrize("kind", SUPPLIES)
def test_a_lot_larger_than_a_months_supply_takes_the_months_that_fill_it(kind: str) -> None:
    """10 chips a month fill a lot of 25 in 3: one in March and, of April to June, one in June.

    50 chips, 50 rented in January and February, 25 from March to May: 50 + 2 (100 + 75) = 400. In any amounts 10 a
    month, so that 40, 30, 20 and 10 are rented: 50 + 2 * 100 = 250.
    """
    case = by_month(SUPPLIES[kind])
    plan = solved(case)
    assert plan.objective_musd == near(400)
    assert ordered(plan) == near([0, 0, 25, 0, 0, 25])
    free = solved(changed(case, {"settings/whole_lots": False}))
    assert free.objective_musd == near(250)
    assert ordered(free) == near([10, 10, 10, 10, 10, 0])


def test_months_that_fill_a_lot_count_at_their_own_rates_and_one_without_supply_orders_nothing() -> None:
    """10 a month until March, none in April, then 40: a lot of 25 in March, none in April, one in May.

    A lot fits into May, so that May keeps to its own 40, one lot; 50 + 2 (50 + 50 + 25 + 25) = 350.
    """
    supply = {"2027-01-01": 120.0, "2027-04-01": 0.0, "2027-05-01": 480.0}
    plan = solved(by_month({f"{US}/supply_per_year": {"step": supply}}))
    assert plan.objective_musd == near(350)
    assert ordered(plan) == near([0, 0, 25, 0, 25, 0])


def test_a_lot_that_fits_into_a_period_keeps_to_each_period() -> None:
    """30 a month and lots of 25: one lot a month, no more for what was left before: 25 rented in January: 50 + 50."""
    plan = solved(by_month({f"{US}/supply_per_year": 360.0}))
    assert plan.objective_musd == near(100)
    assert ordered(plan) == near([25, 25, 0, 0, 0, 0])


def test_a_quota_takes_whole_lots() -> None:
    """7 chips under licence and lots of 4: one lot, 6 PFLOP/s rented at 3: 4 + 18 = 22. In any amount 7 + 9 = 16."""
    quota = {"chips": ["A"], "markets": ["US"], "units": 7.0, "window": "calendar_year"}
    changes = {f"{US}/lot_units": 4.0, "workloads/work/shortfall": rent(3.0), "policy/licence_quotas/visa": quota}
    case = neutral(changes)
    plan = solved(case)
    assert plan.objective_musd == near(22)
    assert ordered(plan) == near([4])
    assert cost(changed(case, {"settings/whole_lots": False})) == near(16)


@covers("whole_plant")
def test_on_site_plant_is_ordered_in_whole_units() -> None:
    """10 MW without a grid, engines of 4 MW at 1 million USD a MW: 3 of them, 12, beside 10 of chips.

    At a site in any phases, or in a case so, 10 and 10.
    """
    case = neutral(
        {
            "settings/whole_phases": True,
            "regions/Grid/headroom_mw": 0.0,
            "onsite_sources/engine": {"capex_usd_per_kw": 1000.0, "unit_mw": 4.0},
            "sites/Site/onsite": {"engine": {}},
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(22)
    assert amounts(plan, "onsite", "start_mw") == near([12])
    assert amounts(plan, "onsite", "units") == near([3])
    assert cost(changed(case, {"sites/Site/whole_phases": False})) == near(20)
    assert cost(changed(case, {"settings/whole_phases": False})) == near(20)
    assert cost(changed(case, {"settings/whole_phases": False, "sites/Site/whole_phases": True})) == near(22)


def test_a_site_that_opens_for_nothing_is_told_opened_or_not() -> None:
    """Ten of 100 MW are built at a site that opens for nothing: all of it is open, though a tenth would do.

    Nothing is left to be whole, so that the plan is that of a linear program. The other site, expensive, stays closed.
    """
    sites = {"Site": greenfield(1.0), "Other": greenfield(2.0, grid_connection_musd_per_mw=1.0)}
    plan = solved(neutral({"sites": sites, "settings/whole_phases": True}, periods=2))
    assert plan.linear
    assert plan.objective_musd == near(20)
    assert amounts(plan, "halls", "opened", site="Site") == [1.0, 1.0]
    assert amounts(plan, "halls", "open", site="Site") == [1.0, 0.0]
    assert amounts(plan, "halls", "opened", site="Other") == [0.0, 0.0]


def test_a_case_that_no_whole_lots_meet_says_so() -> None:
    """10 PFLOP/s must be met and a quota licenses 11 chips: lots of 4 make 8 or 12, so that no plan is whole."""
    quota = {"chips": ["A"], "markets": ["US"], "units": 11.0}
    case = neutral({f"{US}/lot_units": 4.0, "policy/licence_quotas/visa": quota})
    with pytest.raises(InfeasibleError, match="no plan in whole phases, lots and units can meet this case"):
        solved(case)
    assert cost(changed(case, {"settings/whole_lots": False})) == near(10)
