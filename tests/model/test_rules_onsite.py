"""On-site plant: ordered, on its way, running, at the end of its life; what it costs and what it does not touch.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s,
the discount is nil and the grid gives nothing; an engine costs 0.5 million USD a MW and its fuel nothing. So
the chips cost 10 and the engines 5.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.schema import parse_case
from planner.solution import Solution
from planner.solving import session

from .cases import (
    Data,
    account,
    amounts,
    by_year,
    changed,
    chip,
    cost,
    greenfield,
    near,
    neutral,
    rent,
    running,
    solved,
)
from .registry import covers

HEADROOM = "regions/Grid/headroom_mw"
TARIFF = "regions/Grid/tariff_usd_per_mwh"
SHORTFALL = "workloads/work/shortfall"
MOST = "sites/Site/onsite/engine/max_mw"


def engine(**fields: Any) -> Data:
    """Engines at 500 USD per kW."""
    return {"capex_usd_per_kw": 500.0} | fields


def cut_off(changes: Data | None = None, /, *, periods: int = 1, frequency: str = "year", **fields: Any) -> Data:
    """A site that the grid gives nothing, with room for engines of the fields."""
    case = neutral(
        {HEADROOM: 0.0, "onsite_sources": {"engine": engine(**fields)}, "sites/Site/onsite": {"engine": {}}},
        periods=periods,
        frequency=frequency,
    )
    return changed(case, changes or {})


def output(plan: Solution, **where: str) -> list[float]:
    """Draw from on-site plant by period."""
    return amounts(plan, "onsite", "output_mw", **where)


def plant_ordered(plan: Solution, **where: str) -> list[float]:
    """Orders of on-site plant by period."""
    return amounts(plan, "onsite", "start_mw", **where)


@covers("on-site capex", "plant_standing", "plant_output")
def test_plant_is_paid_in_full_at_its_order() -> None:
    """10 MW at 500 USD per kW in 2027, though they run from 2028: 5, and 10 for chips; without the cost 10.

    Power from nowhere would cost nothing.
    """
    plan = solved(cut_off({"workloads/work/demand_pflops": by_year(0, 10)}, periods=2, lead_months=12.0))
    assert plan.objective_musd == near(15)
    assert account(plan, "on-site capex") == near([5, 0])
    assert plant_ordered(plan) == near([10, 0])
    ledger = plan["ledger"]
    assert set(ledger[ledger["account"] == "on-site capex"]["item"]) == {"Site"}


@covers("on-site capex")
def test_the_price_of_plant_is_that_of_its_orders_date() -> None:
    """500 USD per kW in 2027 and 300 in 2028, for a demand from 2028 on: 10 + 3; with a year's lead 10 + 5."""
    case = cut_off({"workloads/work/demand_pflops": by_year(0, 10)}, periods=2, capex_usd_per_kw=by_year(500.0, 300.0))
    assert cost(case) == near(13)
    assert cost(changed(case, {"onsite_sources/engine/lead_months": 12.0})) == near(15)


@covers("on-site fuel", "facility_load")
def test_fuel_and_operation_are_paid_per_mwh_made() -> None:
    """12.5 MW at the meter x 0.8 x 8760 h = 87 600 MWh at 40 + 10 USD: 4.38 a year; 10 + 6.25 + 8.76 in two years.

    The grid's tariff is not paid on it, nor does it count as grid energy. A quarter costs a quarter.
    """
    site = {"sites/Site/pue": 1.25, "sites/Site/load_factor": 0.8, TARIFF: 500.0}
    case = cut_off(site, periods=2, fuel_usd_per_mwh=40.0, operating_usd_per_mwh=10.0)
    plan = solved(case)
    assert plan.objective_musd == near(25.01)
    assert account(plan, "on-site fuel") == near([4.38, 4.38])
    assert account(plan, "energy") == near([0, 0])
    assert amounts(plan, "markets", "energy_twh") == near([0, 0])
    assert amounts(plan, "halls", "it_load_mw") == near([10, 10])
    assert amounts(plan, "markets", "it_load_mw") == near([10, 10])
    assert cost(changed(case, {"settings/frequency": "quarter"})) == near(16.25 + 8.76 / 4)


def test_a_fuel_price_that_grows_is_read_in_the_middle_of_a_period() -> None:
    """50 USD that grow by 21 % a year are 55 in the middle of 2027: 10 MW x 8760 h x 55 = 4.818."""
    plan = solved(cut_off(fuel_usd_per_mwh={"base": 50.0, "growth_per_year": 0.21}))
    assert account(plan, "on-site fuel") == near([4.818])


@covers("plant_output")
def test_plant_gives_the_share_that_can_be_counted_on() -> None:
    """10 MW from engines of which 80 % can be counted on take 12.5: 10 + 6.25. Without the rule 10."""
    plan = solved(cut_off(availability=0.8))
    assert plan.objective_musd == near(16.25)
    assert amounts(plan, "onsite", "cap_mw") == near([12.5])
    assert output(plan) == near([10])


@covers("plant_output")
def test_availability_is_that_of_the_period_and_not_of_the_order() -> None:
    """All of it in 2027 and half of it in 2028: 10 MW and then 10 more: 10 + 10. Without the rule 10."""
    plan = solved(cut_off(periods=2, availability=by_year(1.0, 0.5)))
    assert plan.objective_musd == near(20)
    assert plant_ordered(plan) == near([10, 10])
    assert output(plan) == near([10, 10])


def test_plant_that_never_works_is_of_no_use() -> None:
    """Nothing of it can be counted on: all is rented at 3."""
    plan = solved(cut_off({SHORTFALL: rent(3)}, availability=0.0))
    assert plan.objective_musd == near(30)
    assert plant_ordered(plan) == near([0])


@covers("plant_room", "plant_ordered")
def test_a_site_holds_no_more_plant_than_it_allows() -> None:
    """6 MW run 6 chips, the rest is rented at 3: 6 + 3 + 12 = 21; with room for 10 MW 15."""
    case = cut_off({MOST: 6.0, SHORTFALL: rent(3)})
    plan = solved(case)
    assert plan.objective_musd == near(21)
    assert amounts(plan, "onsite", "begun_mw") == near([6])
    assert cost(changed(case, {MOST: 10.0})) == near(15)
    row = plan["prices"].set_index("rule").loc["plant_room"]
    assert (row["unit"], row["limit"], row["price_usd"]) == ("MW", near(6), near(1.5e6))


@covers("plant_room", "plant_ordered")
def test_plant_takes_its_room_from_its_order_on() -> None:
    """A lead of a year and a life of a year in room for 6 MW: every order takes its room for two years, runs for one.

    So orders of 2027 to 2030 come to no more than 12 MW; with 3 MW in each, 3 chips run from 2028 to 2031: 3 + 6, and
    38 of 50 PFLOP/s are rented at 3: 123. If only what runs took room, 6 + 12 and 26 rented: 96.
    """
    case = cut_off({MOST: 6.0, SHORTFALL: rent(3)}, periods=5, lead_months=12.0, life_years=1.0)
    plan = solved(case)
    assert plan.objective_musd == near(123)
    assert output(plan) == near([0, 3, 3, 3, 3])
    assert amounts(plan, "onsite", "begun_mw") == near([3, 6, 6, 6, 3])


@covers("plant_room", "plant_ordered")
def test_plant_comes_as_a_site_is_opened() -> None:
    """Halls for 10 of 20 MW are half the site, but 10 MW of engines are all it allows: 10 + 5 + 4 for the whole.

    Without the rule, or with room for 20 MW, half of the opening: 17.
    """
    site = greenfield(size=20.0, opening_musd=4.0, onsite={"engine": {"max_mw": 10.0}})
    case = cut_off({"sites/Site": site})
    plan = solved(case)
    assert plan.objective_musd == near(19)
    assert amounts(plan, "halls", "opened") == near([1])
    assert cost(changed(case, {MOST: 20.0})) == near(17)


def test_without_a_limit_plant_is_limited_by_what_is_useful() -> None:
    """20 MW at a PUE of 1.25 and an availability of no less than a half can use 50 MW: half the site has room for 25.

    These are what 10 MW of IT need in 2027: 10 + 12.5 + 2 for half of the opening. With room for 25 MW typed, 4 for
    the whole. A whole site of 10 MW runs all its chips, and rents the other 10 PFLOP/s at 100 a year.
    """
    site = greenfield(size=20.0, opening_musd=4.0, pue=1.25, onsite={"engine": {}})
    case = cut_off({"sites/Site": site}, periods=2, availability=by_year(0.5, 1.0))
    plan = solved(case)
    assert plan.objective_musd == near(24.5)
    assert amounts(plan, "halls", "opened") == near([0.5, 0.5])
    assert cost(changed(case, {MOST: 25.0})) == near(26.5)
    small = {"sites/Site/max_it_mw": 10.0, SHORTFALL: rent(100), "workloads/work/demand_pflops": 20.0}
    assert cost(changed(case, small)) == near(26.5 + 2000)


@covers("plant_standing")
def test_plant_runs_once_its_lead_has_passed() -> None:
    """Ordered in 2027 it runs from 2028: a year of rent at 3 for 10, then 10 + 5: 45. Without the rule 10."""
    plan = solved(cut_off({SHORTFALL: rent(3)}, periods=3, lead_months=12.0))
    assert plan.objective_musd == near(45)
    assert output(plan) == near([0, 10, 10])
    assert amounts(plan, "onsite", "begun_mw") == near([10, 10, 10])
    assert amounts(plan, "onsite", "cap_mw") == near([0, 10, 10])


@covers("plant_standing")
def test_the_lead_of_plant_is_rounded_up_and_reported() -> None:
    """4 months are two quarters, of 10 for rent each, and then 10 + 5: 35. One quarter would be 25."""
    plan = solved(cut_off({SHORTFALL: rent(4)}, periods=4, frequency="quarter", lead_months=4.0))
    assert plan.objective_musd == near(35)
    assert output(plan) == near([0, 0, 10, 10])
    leads = plan["leads"].set_index(["kind", "item"]).loc[("on-site plant", "engine")]
    assert tuple(leads) == (4.0, 2, 6.0)


def test_plant_that_comes_after_the_horizon_is_not_ordered() -> None:
    """Three years of lead in a plan of three years: 90 of rent; 35 months are three years too, 24 are two."""
    case = cut_off({SHORTFALL: rent(3)}, periods=3, lead_months=36.0)
    plan = solved(case)
    assert plan.objective_musd == near(90)
    assert plant_ordered(plan) == near([0, 0, 0])
    assert cost(changed(case, {"onsite_sources/engine/lead_months": 35.0})) == near(90)
    assert cost(changed(case, {"onsite_sources/engine/lead_months": 24.0})) == near(60 + 15)


@covers("plant_standing")
def test_a_shorter_lead_brings_forward_what_is_on_order() -> None:
    """Two years for what is on order in 2027 and one from 2028 on: it runs in 2028: 30 of rent + 15; by the lead 60."""
    plan = solved(cut_off({SHORTFALL: rent(3)}, periods=4, lead_months=by_year(24.0, 12.0)))
    assert plan.objective_musd == near(45)
    assert output(plan) == near([0, 10, 10, 10])


def test_a_longer_lead_holds_back_what_is_on_order_and_leaves_what_has_come() -> None:
    """Nothing in 2027, a year from 2028: what came in 2027 stays: 15.

    A year in 2027, two from 2028: ordered in 2027, it runs in 2029 alone: 60 of rent + 15.
    """
    case = cut_off({SHORTFALL: rent(3)}, periods=3, lead_months=by_year(0.0, 12.0))
    assert cost(case) == near(15)
    late = solved(changed(case, {"onsite_sources/engine/lead_months": by_year(12.0, 24.0)}))
    assert late.objective_musd == near(75)
    assert output(late) == near([0, 0, 10])


@covers("plant_standing", "on-site capex", "residual value")
def test_plant_stops_at_the_end_of_its_life() -> None:
    """10 MW run in 2027 and 2028 and others in 2029, of which half a life is left: 10 + 5 + 5 - 2.5.

    Without an end to its life 10 + 5. Two and a half years are two periods too, with three fifths of the value left.
    """
    case = cut_off(periods=3, life_years=2.0)
    plan = solved(case)
    assert plan.objective_musd == near(17.5)
    assert plant_ordered(plan) == near([10, 0, 10])
    assert amounts(plan, "onsite", "begun_mw") == near([10, 10, 10])
    assert cost(changed(case, {"onsite_sources/engine/life_years": None})) == near(15)
    assert cost(changed(case, {"onsite_sources/engine/life_years": 2.5})) == near(20 - 5 * 3 / 5)


def test_the_life_of_plant_counts_from_the_day_it_runs() -> None:
    """A lead and a life of a year: ordered in 2027 it runs in 2028 and in 2029 another does: 30 of rent, 10 + 5 + 5."""
    plan = solved(cut_off({SHORTFALL: rent(3)}, periods=3, lead_months=12.0, life_years=1.0))
    assert plan.objective_musd == near(50)
    assert output(plan) == near([0, 10, 10])
    assert plant_ordered(plan) == near([10, 10, 0])


@covers("residual value")
def test_plant_keeps_the_value_of_what_is_left_of_its_life() -> None:
    """Two of four years are left of 10 MW: half of 5: 12.5; from a lead of a year, three: 30 of rent + 15 - 3.75.

    It rests on the price of the order's date, and a life of a year and less leaves nothing.
    """
    case = cut_off(periods=2, life_years=4.0)
    plan = solved(case)
    assert plan.objective_musd == near(12.5)
    assert account(plan, "residual value") == near([0, -2.5])
    assert cost(changed(case, {"onsite_sources/engine/capex_usd_per_kw": by_year(500.0, 1.0)})) == near(12.5)
    late = changed(case, {"onsite_sources/engine/lead_months": 12.0, SHORTFALL: rent(3)})
    assert cost(late) == near(41.25)
    assert cost(changed(case, {"onsite_sources/engine/life_years": 1.0})) == near(20)


def test_the_value_left_of_plant_is_worth_that_of_the_horizons_end() -> None:
    """15 in the middle of 2027 and 2.5 at the end of 2028 at 21 % a year."""
    case = cut_off({"settings/discount_rate": 0.21}, periods=2, life_years=4.0)
    assert cost(case) == near(15 / 1.1 - 2.5 / 1.21**2)


@covers("plant_supply")
def test_orders_of_plant_stay_within_what_its_makers_supply() -> None:
    """8 MW in 2027 and 2 more in 2028; 2 PFLOP/s are rented for a year at 3: 15 + 6. Without the limit 15."""
    case = cut_off({SHORTFALL: rent(3)}, periods=2, supply_mw_per_year={"US": 8.0})
    plan = solved(case)
    assert plan.objective_musd == near(21)
    assert plant_ordered(plan) == near([8, 2])
    assert cost(changed(case, {"onsite_sources/engine/supply_mw_per_year": {}})) == near(15)
    row = plan["prices"].set_index("rule").loc["plant_supply"]
    assert (row["unit"], row["limit"], row["where"]) == ("MW", near(8), "engine, US")


@covers("plant_supply")
def test_any_four_quarters_have_a_years_supply_of_plant() -> None:
    """8 MW at once: 8 chips and 4 for engines; 2 are rented for four quarters at 3: 24. Cut into quarters 72."""
    case = cut_off({SHORTFALL: rent(12)}, periods=4, frequency="quarter", supply_mw_per_year={"US": 8.0})
    plan = solved(case)
    assert plan.objective_musd == near(8 + 4 + 24)
    assert plant_ordered(plan) == near([8, 0, 0, 0])


@covers("plant_supply")
def test_sites_of_a_market_share_the_supply_of_plant_and_markets_do_not() -> None:
    """Two sites have 8 MW together, 2 rented at 3: 8 + 4 + 6; with a second site in China 10 MW in all: 15."""
    case = cut_off({SHORTFALL: rent(3)}, supply_mw_per_year={"US": 8.0})
    twin = changed(case, {"sites/Twin": case["sites"]["Site"]})
    assert cost(twin) == near(18)
    abroad = changed(
        twin,
        {
            "markets/CN": {},
            "regions/North": {"market": "CN", "headroom_mw": 0.0},
            "sites/Twin/region": "North",
            "chips/A/markets/CN": {"price_usd": 1e6},
        },
    )
    assert cost(abroad) == near(15)
    supplied = changed(abroad, {"onsite_sources/engine/supply_mw_per_year/CN": 1.0})
    assert cost(supplied) == near(9 + 4.5 + 3)


def test_the_cheaper_plant_runs_first_and_the_costlier_fills_up() -> None:
    """6 MW of turbines at 0.3 a MW and 4 MW of engines at 0.5: 10 + 1.8 + 2."""
    plan = solved(
        cut_off(
            {
                "onsite_sources/turbine": {"capex_usd_per_kw": 300.0},
                "sites/Site/onsite/turbine": {"max_mw": 6.0},
            }
        )
    )
    assert plan.objective_musd == near(13.8)
    assert output(plan, source="turbine") == near([6])
    assert output(plan, source="engine") == near([4])


def test_plant_feeds_its_own_site_alone() -> None:
    """4 MW of halls have engines, 6 MW elsewhere have none: 4 chips, 6 rented at 3: 4 + 2 + 18."""
    case = cut_off({SHORTFALL: rent(3), "sites/Site/existing_it_mw": 4.0, "sites/Site/max_it_mw": 4.0})
    bare = {"sites/Bare": {"region": "Grid", "max_it_mw": 6.0, "existing_it_mw": 6.0}}
    assert cost(changed(case, bare)) == near(24)


@covers("hall_space")
def test_chips_on_plant_need_halls_too() -> None:
    """8 MW of halls run 8 chips on 10 MW of engines at a PUE of 1.25: 8 + 5, and 2 rented at 3: 19. Without 16.25."""
    plan = solved(cut_off({"sites/Site/existing_it_mw": 8.0, "sites/Site/pue": 1.25, SHORTFALL: rent(3)}))
    assert plan.objective_musd == near(19)
    assert output(plan) == near([10])
    assert amounts(plan, "halls", "it_load_mw") == near([8])


@pytest.mark.parametrize(
    "limit",
    [
        {HEADROOM: 6.0},
        {HEADROOM: None, "policy/power_caps": {"firm": {"markets": ["US"], "mw": 6.0}}},
        {HEADROOM: None, "markets/US": {"generation_twh_per_year": 6 * 8760e-6}},
    ],
    ids=["headroom", "power_cap", "national_energy"],
)
def test_limits_of_the_grid_do_not_count_plant(limit: Data) -> None:
    """6 MW from the grid and 4 MW of engines: 10 + 2; plant neither counts against the limit nor is held by it."""
    plan = solved(cut_off(limit))
    assert plan.objective_musd == near(12)
    assert amounts(plan, "regions", "draw_mw") == near([6])
    assert amounts(plan, "halls", "grid_mw") == near([6])
    assert amounts(plan, "markets", "grid_mw") == near([6])
    assert amounts(plan, "markets", "it_load_mw") == near([10])
    assert output(plan) == near([4])


def waiting(**fields: Any) -> Data:
    """A new site whose grid connection takes two years, over four years, rent at 3 and engines at 50 USD per MWh."""
    site = greenfield(size=10.0, grid_connection_months=24.0, onsite={"engine": {}})
    case = {HEADROOM: None, "sites/Site": site, SHORTFALL: rent(3)}
    return cut_off(case, periods=4, fuel_usd_per_mwh=50.0, **fields)


@covers("connection_limit", "connection_stands", "on-site fuel", "on-site capex")
def test_plant_bridges_the_wait_for_the_grid_and_is_left_standing() -> None:
    """Engines run in 2027 and 2028 at 4.38 a year, the grid from 2029: 10 + 5 + 8.76. Without plant 10 + 60."""
    case = waiting()
    plan = solved(case)
    assert plan.objective_musd == near(23.76)
    assert output(plan) == near([10, 10, 0, 0])
    assert amounts(plan, "halls", "grid_mw") == near([0, 0, 10, 10])
    assert amounts(plan, "onsite", "cap_mw") == near([10, 10, 10, 10])
    assert running(plan) == near([10, 10, 10, 10])
    assert cost(changed(case, {"sites/Site/onsite": {}})) == near(70)


def test_plant_stays_where_the_grid_is_costlier() -> None:
    """At a tariff of 60 against 50 USD per MWh the engines run on: 10 + 5 + 4 x 4.38."""
    plan = solved(changed(waiting(), {TARIFF: 60.0}))
    assert plan.objective_musd == near(15 + 17.52)
    assert output(plan) == near([10, 10, 10, 10])


def test_a_bridge_that_costs_more_than_the_wait_is_not_built() -> None:
    """At 7 a MW the engines and their fuel, 78.76, cost more than two years of rent, 60: 70."""
    plan = solved(waiting(capex_usd_per_kw=7000.0))
    assert plan.objective_musd == near(70)
    assert plant_ordered(plan) == near([0, 0, 0, 0])


@covers("on-site capex", "budget")
def test_a_budget_counts_plant() -> None:
    """12 pay for 8 chips and their engines; 2 are rented at 3: 18. Were engines not counted, 10 + 5."""
    case = cut_off({SHORTFALL: rent(3), "policy/budgets": {"board": {"musd": 12.0}}})
    plan = solved(case)
    assert plan.objective_musd == near(18)
    assert plant_ordered(plan) == near([8])
    assert cost(changed(case, {"policy/budgets": {}})) == near(15)


def test_a_budget_does_not_count_fuel() -> None:
    """15 for chips and engines in a budget of 15, and 4.38 for fuel beside it."""
    case = cut_off({"policy/budgets": {"board": {"musd": 15.0}}}, fuel_usd_per_mwh=50.0)
    assert cost(case) == near(19.38)


@covers("carbon")
def test_carbon_of_plant_pays_the_price_of_the_sites_market() -> None:
    """10 MW x 0.8 x 8760 h x 0.5 t = 35 040 t at 50 USD: 1.752, beside 15; the grid's own carbon does not matter."""
    case = cut_off(
        {
            "sites/Site/load_factor": 0.8,
            "regions/Grid/carbon_t_per_mwh": 7.0,
            "markets/CN": {},
            "policy/carbon_prices": {
                "tax": {"markets": ["US"], "usd_per_t": 50.0},
                "elsewhere": {"markets": ["CN"], "usd_per_t": 70.0},
            },
        },
        carbon_t_per_mwh=0.5,
    )
    plan = solved(case)
    assert plan.objective_musd == near(16.752)
    assert account(plan, "carbon") == near([1.752])
    assert cost(changed(case, {"policy/carbon_prices": {}})) == near(15)


@covers("carbon_cap")
def test_a_carbon_cap_counts_plant_and_grid_together() -> None:
    """35 040 t: 21 900 for 5 MW of grid at 0.5 t per MWh, the rest for 1.5 MW of engines at 1 t.

    6.5 chips, 0.75 for engines and 3.5 rented at 3: 17.75; without the cap 10 + 2.5.
    """
    case = cut_off(
        {
            HEADROOM: 5.0,
            "regions/Grid/carbon_t_per_mwh": 0.5,
            SHORTFALL: rent(3),
            "policy/carbon_caps": {"cap": {"t_per_year": 35040.0}},
        },
        carbon_t_per_mwh=1.0,
    )
    plan = solved(case)
    assert plan.objective_musd == near(17.75)
    assert output(plan) == near([1.5])
    assert cost(changed(case, {"policy/carbon_caps": {}})) == near(12.5)


def subsidised(changes: Data, **fields: Any) -> Data:
    """A from China at a tariff of 50 USD per MWh, 0.438 a MW and year, with 0.02 USD per kWh off; engines free."""
    rules = {"province": {"origins": ["CN"], "regions": ["Grid"], "usd_per_kwh": 0.02}}
    case = {"chips/A/origin": "CN", "markets/CN": {}, TARIFF: 50.0, "policy/power_subsidies": rules}
    return cut_off(case | changes, capex_usd_per_kw=0.0, **fields)


@covers("subsidised_grid", "power subsidy", "energy")
def test_a_subsidy_is_paid_on_no_more_than_comes_from_the_grid() -> None:
    """Of 10 MW 4 are made on site: 6 MW at 0.438 - 0.1752: 10 + 1.5768. On all 10 MW 0.7008 more would be paid."""
    plan = solved(subsidised({HEADROOM: 6.0, MOST: 4.0}))
    assert plan.objective_musd == near(11.5768)
    assert account(plan, "power subsidy") == near([-1.0512])


@covers("subsidised_load", "power subsidy")
def test_a_subsidy_beside_plant_is_paid_on_no_more_than_its_chips_use() -> None:
    """3 of 10 chips come from China, 3.75 MW at the meter; 2.5 of 12.5 MW are made on site: 10 + 4.38 - 0.657.

    Without the rule all 10 MW from the grid would be subsidised: 1.752.
    """
    plan = solved(
        subsidised(
            {
                HEADROOM: 10.0,
                MOST: 2.5,
                "sites/Site/pue": 1.25,
                "chips/A/markets/US/supply_per_year": 3.0,
                "chips/B": chip(),
            }
        )
    )
    assert plan.objective_musd == near(13.723)
    assert account(plan, "power subsidy") == near([-0.657])


@covers("subsidised_load", "subsidised_grid")
def test_grid_power_goes_to_the_largest_subsidy_first() -> None:
    """5 chips of China at 0.02 and 5 of the US at 0.01, 6 MW of grid: 5 x 0.1752 + 1 x 0.0876 off 6 x 0.438.

    With 0.09 for the US, cut to the tariff of 0.05, these go first: 5 x 0.438 + 0.1752.
    """
    rule = {"origins": ["US"], "regions": ["Grid"], "usd_per_kwh": 0.01}
    case = changed(
        subsidised(
            {
                HEADROOM: 6.0,
                MOST: 4.0,
                "chips/B": chip(origin="US"),
                "chips/A/markets/US/supply_per_year": 5.0,
            }
        ),
        {"policy/power_subsidies/state": rule, "chips/B/markets/US/supply_per_year": 5.0},
    )
    plan = solved(case)
    assert account(plan, "power subsidy") == near([-0.9636])
    assert plan.objective_musd == near(10 + 2.628 - 0.9636)
    dear = solved(changed(case, {"policy/power_subsidies/state/usd_per_kwh": 0.09}))
    assert account(dear, "power subsidy") == near([-2.3652])


def test_a_site_that_leaves_its_plant_alone_is_subsidised_as_one_without() -> None:
    """Engines at 500 USD per kW stay away where the grid gives enough: 10 + 4.38 - 1.752, with them allowed or not."""
    case = subsidised({HEADROOM: None})
    dear = changed(case, {"onsite_sources/engine/capex_usd_per_kw": 500.0})
    for each in (dear, changed(dear, {"sites/Site/onsite": {}})):
        plan = solved(each)
        assert plan.objective_musd == near(12.628)
        assert account(plan, "power subsidy") == near([-1.752])


def test_a_subsidy_can_make_the_grid_cheaper_than_plant() -> None:
    """Fuel at 40 USD per MWh against a tariff of 50 less 20: the grid; against 50 alone: engines at 0.3504 a MW."""
    case = subsidised({HEADROOM: None}, fuel_usd_per_mwh=40.0)
    assert output(solved(case)) == near([0])
    without = solved(changed(case, {"policy/power_subsidies": {}}))
    assert without.objective_musd == near(13.504)
    assert output(without) == near([10])


def test_the_price_of_room_for_plant_holds_from_both_sides() -> None:
    """One MW more runs one chip more on one MW of engines: 3 - 1.5; one less costs the same."""
    with session(parse_case(cut_off({MOST: 6.0, SHORTFALL: rent(3)}))) as s:
        tried = s.verify_prices(s.solve())["verified"].set_index("rule").loc["plant_room"]
    assert (tried["more_usd"], tried["less_usd"]) == (near(1.5e6), near(1.5e6))
