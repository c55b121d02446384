"""Chips: ordered, paid in two parts, delivered, held, installed, worn, retired, cancelled, and their value at the end.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import InfeasibleError

from .cases import (
    account,
    amounts,
    by_year,
    changed,
    chip,
    cost,
    greenfield,
    near,
    neutral,
    ordered,
    rent,
    running,
    solved,
)
from .registry import covers

US = "chips/A/markets/US"


def placed(units: float, due: str, **fields: Any) -> dict[str, Any]:
    """An order from before the plan."""
    return {"chip": "A", "market": "US", "units": units, "due": due} | fields


@covers("chip purchase", "stock_balance", "fleet_balance")
def test_a_deposit_is_paid_at_the_order_and_the_rest_at_arrival_at_the_price_of_the_order() -> None:
    """4 a chip when ordered in 2027, 8 in 2028; a year of lead, a quarter paid at once: 10 in 2027, 30 in 2028.

    At 21 %: 10 / 1.1 + 30 / 1.331. Without a deposit all of it in 2028: 40 / 1.331.
    """
    case = neutral(
        {
            f"{US}/price_usd": by_year(4e6, 8e6),
            f"{US}/deposit_share": 0.25,
            f"{US}/lead_months": 12.0,
            "workloads/work/demand_pflops": by_year(0, 10),
            "settings/discount_rate": 0.21,
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(10 / 1.1 + 30 / 1.331)
    assert account(plan, "chip purchase") == near([10, 30])
    assert ordered(plan) == near([10, 0])
    assert amounts(plan, "orders", "delivered") == near([0, 10])
    assert cost(changed(case, {f"{US}/deposit_share": 0.0})) == near(40 / 1.331)


@covers("import fee")
def test_the_fee_is_the_rate_at_arrival_on_the_value_of_the_chip_alone() -> None:
    """10 chips of 1 (0.4 of it the chip when ordered, 0.9 a year later): half of 0.4 at arrival = 2, so 12.

    At the rate of the order's date, a tenth, it would be 0.4; on the price 5; on the later value 4.5. Two rules add up.
    """
    fees = {
        "half": {"chips": ["A"], "markets": ["US"], "rate": by_year(0.1, 0.3)},
        "more": {"chips": ["A"], "markets": ["US"], "rate": 0.2, "since": "2028-01-01"},
        "elsewhere": {"chips": ["A"], "markets": ["CN"], "rate": 0.7},
        "switched off": {"chips": ["A"], "markets": ["US"], "rate": 0.7, "enabled": False},
    }
    case = neutral(
        {
            "markets/CN": {},
            f"{US}/chip_value_usd": by_year(0.4e6, 0.9e6),
            f"{US}/lead_months": 12.0,
            "policy/import_fees": fees,
            "workloads/work/demand_pflops": by_year(0, 10),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(12)
    assert account(plan, "import fee") == near([0, 2])
    assert cost(changed(case, {"policy/import_fees": {}})) == near(10)


@covers("fleet_balance", "demand")
def test_attrition_wears_the_fleet_before_and_not_what_is_new() -> None:
    """A fifth fails in a year: 10 chips in 2027, 8 of them left in 2028, 2 more bought: 12. Without attrition 10."""
    case = neutral({"chips/A/attrition_per_year": 0.2}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(12)
    assert ordered(plan) == near([10, 2])
    assert running(plan) == near([10, 10])
    assert cost(changed(case, {"chips/A/attrition_per_year": 0.0})) == near(10)


def test_attrition_compounds_over_the_periods_of_a_year() -> None:
    """0.3439 a year is a tenth a quarter, 1 - 0.9 ** 4: 10 chips, then 1 a quarter: 13.

    A quarter of the yearly rate would take 0.86 a quarter: 12.58.
    """
    plan = solved(neutral({"chips/A/attrition_per_year": 0.3439}, periods=4, frequency="quarter"))
    assert plan.objective_musd == near(13)
    assert ordered(plan) == near([10, 1, 1, 1])


def test_an_existing_fleet_is_whole_in_the_first_period_and_worn_after() -> None:
    """10 chips run on the first day; a fifth fails by 2028, so 2 are bought then: 2. Without the fleet 12."""
    case = neutral(
        {"chips/A/attrition_per_year": 0.2, "sites/Site/existing_fleet": {"A": {"units": 10.0}}},
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(2)
    assert running(plan) == near([10, 10])
    assert cost(changed(case, {"sites/Site/existing_fleet": {}})) == near(12)


@covers("stock holding", "operations and maintenance", "stock_balance")
def test_delivered_chips_wait_at_a_price_and_installed_ones_have_upkeep() -> None:
    """1 in 2027 or 3 in 2028 for demand in 2028: 10 wait a year at 0.5 each, and run a year at 0.7: 10 + 5 + 7 = 22.

    Without the cost of waiting 17; bought in 2028, 37.
    """
    case = neutral(
        {
            f"{US}/price_usd": by_year(1e6, 3e6),
            "chips/A/holding_usd_per_unit_year": 0.5e6,
            "chips/A/om_usd_per_unit_year": 0.7e6,
            "workloads/work/demand_pflops": by_year(0, 10),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(22)
    assert amounts(plan, "orders", "stock") == near([10, 0])
    assert account(plan, "stock holding") == near([5, 0])
    assert account(plan, "operations and maintenance") == near([0, 7])
    assert cost(changed(case, {"chips/A/holding_usd_per_unit_year": 0.0})) == near(17)


def test_stock_wears_like_the_fleet() -> None:
    """10 chips in 2028 take 12.5 bought in 2027 when a fifth fails in a year: 12.5; without attrition 10."""
    case = neutral(
        {
            f"{US}/available_until": "2028-01-01",
            "chips/A/attrition_per_year": 0.2,
            "chips/A/om_usd_per_unit_year": 0.1e6,
            "workloads/work/demand_pflops": by_year(0, 10),
        },
        periods=2,
    )
    plan = solved(case)
    assert ordered(plan) == near([12.5, 0])
    assert amounts(plan, "orders", "stock") == near([12.5, 0])
    assert plan.objective_musd == near(13.5)
    assert cost(changed(case, {"chips/A/attrition_per_year": 0.0})) == near(11)


def test_stock_from_before_the_plan_is_installed_first() -> None:
    """4 chips wait on the first day: 6 are bought; without them 10."""
    assert cost(neutral({f"{US}/stock_units": 4.0})) == near(6)


@covers("powered_fleet")
def test_a_dip_in_power_idles_chips_and_scraps_none() -> None:
    """10 MW, then 5, then 10 again, and demand with it: the 10 chips of 2027 stay, half of them off in 2028: 10.

    Were they scrapped, 5 more would be bought in 2029: 15; were chips not needed to draw power, none: 0.
    """
    plan = solved(
        neutral(
            {"regions/Grid/headroom_mw": by_year(10, 5, 10), "workloads/work/demand_pflops": by_year(10, 5, 10)},
            periods=3,
        )
    )
    assert plan.objective_musd == near(10)
    assert running(plan) == near([10, 10, 10])
    assert amounts(plan, "fleet", "powered") == near([10, 5, 10])


@covers("eviction")
def test_evicted_chips_leave_the_site() -> None:
    """A is evicted from 2028: B at 1.5 for both years, 15, rather than A and then B, 25. Without the rule A for 10."""
    case = neutral(
        {
            "chips/B": chip(1.5e6),
            "policy/site_bars": {"bar": {"chips": ["A"], "sites": ["Site"], "since": "2028-01-01", "evict": True}},
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(15)
    assert running(plan, "B") == near([10, 10])
    assert cost(changed(case, {"policy/site_bars": {}})) == near(10)


def test_a_bar_without_eviction_lets_chips_stay_and_brings_none() -> None:
    """A is barred from 2028: the 10 of 2027 stay, and the 5 PFLOP/s more of 2029 come from B at 3.

    A comes to market in portions of 10 a year, so that it cannot all be installed before: 10 + 15; without the bar 15.
    """
    case = neutral(
        {
            "chips/B": chip(3e6),
            f"{US}/supply_per_year": 10.0,
            "workloads/work/demand_pflops": by_year(10, 10, 15),
            "policy/site_bars": {"bar": {"chips": ["A"], "sites": ["Site"], "since": "2028-01-01"}},
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(25)
    assert running(plan) == near([10, 10, 10])
    assert running(plan, "B")[2] == near(5)
    assert cost(changed(case, {"policy/site_bars": {}})) == near(15)


@covers("service_life", "youth_balance")
def test_chips_leave_at_the_end_of_their_service_life() -> None:
    """30 months of life are two years: the 10 chips of 2027 leave in 2029 and 10 come: 20. Without an end 10.

    Rounded up, as lead times are, they would be three years and the plan 10; a life of a month is one year: 30.
    """
    case = neutral({"chips/A/service_life_years": 2.5}, periods=3)
    plan = solved(case)
    assert plan.objective_musd == near(20)
    assert sum(ordered(plan)) == near(20)
    assert ordered(plan)[0] >= 10 - 1e-6
    assert sum(amounts(plan, "fleet", "retire")) + sum(amounts(plan, "orders", "scrapped")) >= 10 - 1e-6
    assert running(plan) == near([10, 10, 10])
    assert cost(changed(case, {"chips/A/service_life_years": None})) == near(10)
    assert cost(changed(case, {"chips/A/service_life_years": 1 / 12})) == near(30)


@covers("service_life", "youth_balance")
def test_those_that_failed_before_do_not_leave_twice() -> None:
    """A fifth fails in a year, two years of life: 10 in 2027, 8 left in 2028, of which 6.4 leave in 2029.

    Demand 10, 8 and 4: 4 are bought in 2029, 14 in all. Were all 10 taken off the 6.4 left in 2029, 3.6 more would have
    to be bought.
    """
    case = neutral(
        {
            "chips/A/attrition_per_year": 0.2,
            "chips/A/service_life_years": 2.0,
            "workloads/work/demand_pflops": by_year(10, 8, 4),
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(14)
    assert running(plan)[:2] == near([10, 8])


def test_the_oldest_leave_first() -> None:
    """10 chips come in 2027 and 10 in 2028 with two years of life: in 2029 the ten of 2028 still run.

    Demand 10, 20, 10: 20. Without the chips of 2028 counted as young, 10 more in 2029.
    """
    plan = solved(
        neutral({"chips/A/service_life_years": 2.0, "workloads/work/demand_pflops": by_year(10, 20, 10)}, periods=3)
    )
    assert plan.objective_musd == near(20)


def test_life_counts_from_delivery_in_stock_too() -> None:
    """Only 2027 sells; two years of life from then: 2028 is served, 2029 is rented at 3, installed or not: 10 + 30.

    Without an end of life the ten chips serve both years: 10.
    """
    case = neutral(
        {
            f"{US}/available_until": "2028-01-01",
            "chips/A/service_life_years": 2.0,
            "workloads/work/demand_pflops": by_year(0, 10, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=3,
    )
    assert cost(case) == near(40)
    assert cost(changed(case, {"chips/A/service_life_years": None})) == near(10)


@covers("youth_balance")
def test_existing_chips_go_by_their_own_date_and_stock_by_its_life() -> None:
    """4 chips run until 2028 and 6 wait in stock with two years of life: 4 are bought in 2028 and 6 in 2029: 10.

    The date counts where the chip has no life of its own too; without dates and lives nothing is bought.
    """
    case = neutral(
        {
            "chips/A/service_life_years": 2.0,
            f"{US}/stock_units": 6.0,
            "sites/Site/existing_fleet": {"A": {"units": 4.0, "until": "2027-06-30"}},
            "settings/discount_rate": 0.21,
        },
        periods=3,
    )
    plan = solved(case)
    assert ordered(plan) == near([0, 4, 6])
    assert ordered(solved(changed(case, {"chips/A/service_life_years": None}))) == near([0, 4, 0])
    forever = {"chips/A/service_life_years": None, "sites/Site/existing_fleet/A/until": None}
    assert cost(changed(case, forever)) == near(0)


def test_an_existing_chip_without_a_date_outlives_the_life_of_new_ones() -> None:
    """10 chips run with no date, whatever the life of those bought later: nothing is bought."""
    case = neutral({"chips/A/service_life_years": 1.0, "sites/Site/existing_fleet": {"A": {"units": 10.0}}}, periods=3)
    assert cost(case) == near(0)


@covers("supply")
def test_orders_stay_within_this_operators_share_of_a_market_and_the_rest_is_lost() -> None:
    """8 a year, half of it ours, 1 a quarter: not on sale in the first, 1 chip serves the second, 2 the third.

    17 of 20 PFLOP/s are rented at 8 a year, 2 a quarter: 34 + 2 = 36. Were unused supply kept, 2 chips would serve the
    second quarter and 3 the third, 30 + 3; with no limit 10.
    """
    wanted = {"step": {"2027-01-01": 0, "2027-04-01": 10}}
    case = neutral(
        {
            f"{US}/supply_per_year": 8.0,
            f"{US}/operator_share": 0.5,
            f"{US}/available_from": "2027-02-01",
            "workloads/work/demand_pflops": wanted,
            "workloads/work/shortfall": rent(8),
        },
        periods=3,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(36)
    assert ordered(plan) == near([0, 1, 1])
    assert cost(changed(case, {f"{US}/supply_per_year": None})) == near(10)


def test_supply_limits_orders_and_not_deliveries() -> None:
    """5 a year and a lead that falls from two years to one: both years' orders arrive together in 2029, 10 chips."""
    plan = solved(
        neutral(
            {
                f"{US}/supply_per_year": 5.0,
                f"{US}/lead_months": by_year(24, 12),
                "workloads/work/demand_pflops": by_year(0, 0, 10),
            },
            periods=3,
        )
    )
    assert ordered(plan) == near([5, 5, 0])
    assert amounts(plan, "orders", "delivered") == near([0, 0, 10])


def two_markets(**changes: Any) -> dict[str, Any]:
    """A second market CN with a site, and 10 PFLOP/s of demand in each, rented at 3."""
    return neutral(
        {
            "markets/CN": {},
            "regions/North": {"market": "CN"},
            "sites/Campus": {"region": "North", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            "chips/A": chip(1e6, "US", "CN"),
            "workloads": {
                name: {"demand_pflops": 10.0, "precision": "bf16", "markets": [name], "shortfall": rent(3)}
                for name in ("US", "CN")
            },
        }
        | changes
    )


@covers("shared_supply")
def test_orders_in_all_markets_stay_within_the_whole_supply() -> None:
    """30 chips a year for the world, half of them ours: 15 of the 20 wanted; 5 rented at 3: 30. With no limit 20."""
    case = two_markets(**{"chips/A/supply_per_year": 30.0, "chips/A/operator_share": 0.5})
    plan = solved(case)
    assert plan.objective_musd == near(30)
    assert ordered(plan) == near([15])
    assert cost(two_markets()) == near(20)


@covers("supply_pools")
def test_chips_share_a_pool_by_what_each_takes() -> None:
    """100 wafers, 80 % good, half ours: 40. A takes 4 and B, at 2 each, takes 1: 10 PFLOP/s in each market.

    20 chips with 4 a + b = 40 and a + b = 20: a = 6.667, b = 13.333: 33.333. Without the pool 20 of A: 20.
    """
    case = two_markets(
        **{
            "chips/A": chip(1e6, "US", "CN", pools={"wafers": 4.0}),
            "chips/B": chip(2e6, "US", "CN", pools={"wafers": 1.0}),
            "pools": {
                "wafers": {"unit": "wafers", "capacity_per_year": 100.0, "yield_share": 0.8, "operator_share": 0.5}
            },
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(100 / 3)
    assert ordered(plan) == near([20 / 3])
    assert cost(changed(case, {"chips/A/pools": {}})) == near(20)


def test_a_chip_is_ordered_only_while_it_is_on_sale() -> None:
    """On sale from 2 January 2028, that is 2029, and until 2 January 2029, that is through 2029; 2027 and 2028 rented.

    30 + 30 + 10; from the first day on it would be 10.
    """
    case = neutral({"workloads/work/shortfall": rent(3)}, periods=3)
    dates = {f"{US}/available_from": "2028-01-02", f"{US}/available_until": "2029-01-02"}
    plan = solved(changed(case, dates))
    assert plan.objective_musd == near(70)
    assert ordered(plan) == near([0, 0, 10])
    assert cost(case) == near(10)


def test_lead_and_inspection_are_added_and_rounded_once() -> None:
    """4 and 2 months are 6, two quarters; rounded apart they would be three and 2027-Q3 would be rented."""
    case = neutral(
        {
            f"{US}/lead_months": 4.0,
            "policy/inspections": {"customs": {"chips": ["A"], "markets": ["US"], "months": 2.0}},
            "workloads/work/demand_pflops": {"step": {"2027-01-01": 0, "2027-07-01": 10}},
            "workloads/work/shortfall": rent(400),
        },
        periods=3,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(10)
    assert amounts(plan, "orders", "delivered") == near([0, 0, 10])
    more = solved(changed(case, {"policy/inspections/customs/months": 2.1}))
    assert more.objective_musd == near(1000)


def test_the_lead_is_that_of_the_order_and_the_inspection_that_of_the_arrival() -> None:
    """A lead of 12 months, 24 for orders from 2028; inspection of 12 months from 2029.

    What is ordered in 2027 for 2028 arrives before the inspection: 10. An order of 2028 would arrive in 2030 but for
    the inspection: 2031 lies beyond the plan. With inspection from 2028 the order of 2027 arrives in 2029.
    """
    case = neutral(
        {
            f"{US}/lead_months": by_year(12, 24),
            "policy/inspections": {
                "customs": {"chips": ["A"], "markets": ["US"], "months": 12.0, "since": "2029-01-01"}
            },
            "workloads/work/demand_pflops": by_year(0, 10, 10, 15),
            "workloads/work/shortfall": rent(50),
            f"{US}/supply_per_year": 10.0,
        },
        periods=4,
    )
    plan = solved(case)
    assert amounts(plan, "orders", "delivered") == near([0, 10, 0, 0])
    assert plan.objective_musd == near(10 + 5 * 50)
    late = solved(changed(case, {"policy/inspections/customs/since": "2028-01-01"}))
    assert amounts(late, "orders", "delivered") == near([0, 0, 10, 0])
    assert late.objective_musd == near(10 + 10 * 50 + 5 * 50)


def test_an_order_that_arrives_after_the_plan_is_not_offered() -> None:
    """24 months of lead in a plan of two years: nothing is ordered, all is rented at 3."""
    plan = solved(neutral({f"{US}/lead_months": 24.0, "workloads/work/shortfall": rent(3)}, periods=2))
    assert plan.objective_musd == near(60)
    assert ordered(plan) == near([0, 0])


def ban(**fields: Any) -> dict[str, Any]:
    """A ban on A in the US."""
    return {"chips": ["A"], "markets": ["US"]} | fields


def test_a_ban_stops_orders_and_those_under_way_unless_honoured() -> None:
    """Two years of lead, a ban from 2028: an order of 2027 would be cancelled on its way, so all is rented at 3: 30.

    Honoured, it arrives in 2029: 10. Lifted in 2028 it comes too late. Without the ban 10.
    """
    case = neutral(
        {
            f"{US}/lead_months": 24.0,
            f"{US}/deposit_share": 0.5,
            "workloads/work/demand_pflops": by_year(0, 0, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=3,
    )
    banned = changed(case, {"policy/bans": {"ban": ban(since="2028-01-01")}})
    plan = solved(banned)
    assert plan.objective_musd == near(30)
    assert ordered(plan) == near([0, 0, 0])
    honoured = solved(changed(banned, {"policy/bans/ban/undelivered": "honoured"}))
    assert honoured.objective_musd == near(10)
    assert account(honoured, "chip purchase") == near([5, 0, 5])
    assert cost(case) == near(10)


def test_a_ban_in_the_period_of_arrival_still_cancels() -> None:
    """A year of lead and a ban in 2028 alone: the order of 2027 is lost on the day it would have come; 2029 is open.

    The order of 2028 is banned, that of 2029 comes in 2030: three years rented at 3 = 90, and 10.
    """
    case = neutral(
        {
            f"{US}/lead_months": 12.0,
            "policy/bans": {"ban": ban(since="2028-01-01", until="2029-01-01")},
            "workloads/work/shortfall": rent(3),
        },
        periods=4,
    )
    plan = solved(case)
    assert plan.objective_musd == near(100)
    assert ordered(plan) == near([0, 0, 10, 0])


def test_a_ban_elsewhere_or_of_another_chip_bans_nothing() -> None:
    """A ban on B in the US and on A in China leaves A in the US alone: 10."""
    bans = {
        "other chip": {"chips": ["B"], "markets": ["US"]},
        "other market": {"chips": ["A"], "markets": ["CN"]},
        "switched off": ban(enabled=False),
    }
    assert cost(neutral({"markets/CN": {}, "chips/B": chip(2e6), "policy/bans": bans})) == near(10)


def test_chips_ordered_before_the_plan_arrive_on_their_date_and_cost_what_is_not_paid() -> None:
    """10 chips of 2 each due on 1 June 2027, so in 2028, with 5 paid: 15 are due then; 2027 is rented at 3: 45.

    The fee in force, a tenth, is on the value of that year, 0.5 a chip: 0.5. Without the order 10 chips are bought.
    """
    case = neutral(
        {
            f"{US}/chip_value_usd": 0.5e6,
            f"{US}/available_from": "2029-01-01",
            "orders_placed": {"early": placed(10.0, "2027-06-01", price_usd=2e6, deposit_paid_usd=5e6)},
            "policy/import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.1}},
            "workloads/work/shortfall": rent(3),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(30 + 15 + 0.5)
    assert account(plan, "chip purchase") == near([0, 15])
    assert account(plan, "import fee") == near([0, 0.5])
    assert cost(changed(case, {"orders_placed": {}})) == near(60)


def test_chips_due_after_the_plan_never_arrive_and_cost_nothing() -> None:
    """Due on 2 January 2028, that is 2029, in a plan that ends with 2028: the 10 chips are bought."""
    case = neutral({"orders_placed": {"late": placed(10.0, "2028-01-02", price_usd=2e6)}}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(10)
    assert amounts(plan, "orders", "delivered") == near([10, 0])


@covers("cancellation")
def test_a_ban_cancels_what_was_ordered_before_and_refunds_a_share_of_what_was_paid() -> None:
    """10 chips due in 2029, 8 of 20 million paid; a ban in 2028 gives half of the 8 back: -4, and no balance falls due.

    B at 3 serves 2029: 30 - 4 = 26. Without the ban the balance of 12.
    """
    case = neutral(
        {
            "chips/B": chip(3e6),
            f"{US}/available_from": "2031-01-01",
            "orders_placed": {"early": placed(10.0, "2029-01-01", price_usd=2e6, deposit_paid_usd=8e6)},
            "policy/bans": {"ban": ban(since="2028-01-01", until="2029-01-01", refund_share=0.5)},
            "workloads/work/demand_pflops": by_year(0, 0, 10),
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(26)
    assert account(plan, "cancellation") == near([0, -4, 0])
    assert sum(account(plan, "chip purchase")) == near(30)
    assert amounts(plan, "orders", "cancelled", chip="A") == near([0, 10, 0])
    for kept in (
        {"policy/bans": {}},
        {"policy/bans/ban/undelivered": "honoured"},
        {"orders_placed/early/cancellable": False},
    ):
        assert cost(changed(case, kept)) == near(12)


def test_a_ban_on_the_first_day_cancels_orders_from_before_the_plan() -> None:
    """Due on the first day itself and banned on it: the money paid comes back in part, and B is bought."""
    case = neutral(
        {
            "chips/B": chip(3e6),
            "orders_placed": {"early": placed(10.0, "2027-01-01", price_usd=2e6, deposit_paid_usd=8e6)},
            "policy/bans": {"ban": ban(refund_share=0.25)},
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(30 - 2)


RESIDUAL = "chips/A/residual_life_years"


@covers("residual value", "residual_of_delivery")
def test_chips_are_worth_what_is_left_of_their_life_at_the_end() -> None:
    """10 chips of 4 bought in 2027 are two of four years old at the end of 2028: 20, at 21 % discounted over two years.

    40 / 1.1 - 20 / 1.4641. Without it 40 / 1.1; valued as if delivered in 2028, 30 would be left.
    """
    case = neutral({f"{US}/price_usd": 4e6, RESIDUAL: 4.0, "settings/discount_rate": 0.21}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(40 / 1.1 - 20 / 1.4641)
    assert account(plan, "residual value") == near([0, -20])
    assert cost(changed(case, {RESIDUAL: None})) == near(40 / 1.1)


def test_residual_value_rests_on_the_lower_of_price_paid_and_last_price() -> None:
    """Paid 4, last price 2: half of 2 for each of 10: 40 - 10. On the price paid 40 - 20. A rise counts for nothing."""
    case = neutral({f"{US}/price_usd": by_year(4e6, 2e6), RESIDUAL: 4.0}, periods=2)
    assert cost(case) == near(30)
    assert cost(changed(case, {"settings/residual_price": "paid"})) == near(20)
    assert cost(changed(case, {f"{US}/price_usd": by_year(4e6, 9e6)})) == near(20)


def test_residual_value_counts_from_delivery_and_without_fee() -> None:
    """Ordered in 2027, delivered in 2028: one of four years old at the end, 30 of 40 left; the fee of 4 is lost."""
    case = neutral(
        {
            f"{US}/price_usd": 4e6,
            f"{US}/chip_value_usd": 4e6,
            f"{US}/lead_months": 12.0,
            RESIDUAL: 4.0,
            "policy/import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.1}},
            "workloads/work/demand_pflops": by_year(0, 10),
        },
        periods=2,
    )
    assert cost(case) == near(40 + 4 - 30)


def test_a_chip_older_than_its_life_is_worth_nothing() -> None:
    """Three years old with a life of two: no less than nothing: 10."""
    plan = solved(neutral({RESIDUAL: 2.0}, periods=3))
    assert account(plan, "residual value") == near([0, 0, 0])


@covers("residual_of_delivery")
def test_no_more_of_a_delivery_is_valued_than_attrition_leaves() -> None:
    """12.5 chips, or 10 and 2: the 8 left of 10 are worth half, the 2 new ones three quarters: 12 - 4 - 1.5 = 6.5.

    Were the whole fleet valued as the newest delivery, 12 - 7.5 = 4.5; were attrition not taken off, 12 - 5 - 1.5.
    """
    plan = solved(neutral({RESIDUAL: 4.0, "chips/A/attrition_per_year": 0.2}, periods=2))
    assert plan.objective_musd == near(6.5)
    assert plan["residuals"].set_index("order")["units"].to_dict() == near({"2027": 8, "2028": 2})


@covers("residual_of_fleet")
def test_a_retired_chip_is_worth_nothing() -> None:
    """Evicted in 2028, the 10 chips of 2027 have no value at its end: 10; still valued they would cost 5."""
    case = neutral(
        {
            RESIDUAL: 4.0,
            "workloads/work/demand_pflops": by_year(10, 0),
            "policy/site_bars": {"bar": {"chips": ["A"], "sites": ["Site"], "since": "2028-01-01", "evict": True}},
        },
        periods=2,
    )
    assert cost(case) == near(10)
    assert cost(changed(case, {"policy/site_bars": {}})) == near(5)


@covers("residual_of_fleet")
def test_a_boxed_chip_is_worth_nothing() -> None:
    """Each A needs a B delivered with it, and B at 2 may not be installed here: 10 + 20, as B in its box has no value.

    Were B valued in its box, a year old of two, 10 would come back.
    """
    case = neutral(
        {
            "chips/B": chip(2e6, residual_life_years=2.0),
            "policy/bundling": {"bundle": {"market": "US", "foreign": ["A"], "domestic": ["B"], "ratio": 1.0}},
            "policy/site_bars": {"bar": {"chips": ["B"], "sites": ["Site"]}},
        }
    )
    assert cost(case) == near(30)


def test_existing_chips_and_those_ordered_before_the_plan_carry_no_value() -> None:
    """4 run, 4 are in stock, 4 come at 2 each, 8 still to be paid: 8; valued, some would come back."""
    case = neutral(
        {
            RESIDUAL: 4.0,
            f"{US}/stock_units": 4.0,
            "sites/Site/existing_fleet": {"A": {"units": 4.0}},
            "orders_placed": {"early": placed(4.0, "2027-01-01", price_usd=2e6)},
        }
    )
    assert cost(case) == near(8)


def test_residual_value_never_makes_buying_pay() -> None:
    """Without demand nothing is bought, however long a chip keeps its value: it costs a period of it at least."""
    plan = solved(
        neutral({RESIDUAL: 1000.0, "workloads/work/demand_pflops": 0.0, "settings/discount_rate": 0.0}, periods=2)
    )
    assert plan.objective_musd == near(0)
    assert ordered(plan) == near([0, 0])


def test_a_demand_without_a_price_for_shortfall_must_be_met() -> None:
    """A chip on sale from 2028 only cannot serve 2027."""
    with pytest.raises(InfeasibleError):
        solved(neutral({f"{US}/available_from": "2028-01-01"}, periods=2))


def test_a_new_chip_is_installed_where_there_is_room() -> None:
    """5 MW exist at one site and 5 at another: 5 chips run at each."""
    case = neutral(
        {
            "sites/Site": greenfield(size=5.0, existing_it_mw=5.0),
            "sites/Other": greenfield(size=5.0, existing_it_mw=5.0),
        }
    )
    plan = solved(case)
    assert amounts(plan, "fleet", "powered", site="Site") == near([5])
    assert amounts(plan, "fleet", "powered", site="Other") == near([5])
