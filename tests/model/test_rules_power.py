"""Power: the load of chips at the meter, halls, connections, regional headroom, nations' energy, carbon and subsidies.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10.
"""

from __future__ import annotations

from typing import Any

from .cases import account, amounts, by_year, changed, chip, cost, near, neutral, rent, solved
from .registry import covers

TARIFF = "regions/Grid/tariff_usd_per_mwh"


@covers("facility_load", "energy")
def test_energy_is_the_draw_at_the_meter_times_load_factor_hours_and_tariff() -> None:
    """10 MW of IT draw 12.5 MW at a PUE of 1.25: 0.8 x 8760 h x 12.5 MW = 87 600 MWh at 50 USD = 4.38 a year.

    Two years: 10 + 8.76; without a tariff 10. A quarter costs a quarter.
    """
    case = neutral({TARIFF: 50.0, "sites/Site/pue": 1.25, "sites/Site/load_factor": 0.8}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(18.76)
    assert account(plan, "energy") == near([4.38, 4.38])
    assert amounts(plan, "halls", "grid_mw") == near([12.5, 12.5])
    assert amounts(plan, "markets", "energy_twh") == near([0.0876, 0.0876])
    assert cost(changed(case, {TARIFF: 0.0})) == near(10)
    assert cost(changed(case, {"settings/frequency": "quarter"})) == near(10 + 8.76 / 4)


def test_a_tariff_that_grows_is_read_in_the_middle_of_a_period() -> None:
    """50 USD that grow by 21 % a year are 55 in the middle of 2027: 10 MW x 8760 h x 55 = 4.818."""
    plan = solved(neutral({TARIFF: {"base": 50.0, "growth_per_year": 0.21}}))
    assert account(plan, "energy") == near([4.818])


@covers("hall_space")
def test_chips_that_run_fit_into_the_halls() -> None:
    """6 MW of halls run 6 chips, the rest is rented at 3: 6 + 12; with room for all 10."""
    case = neutral({"sites/Site/existing_it_mw": 6.0, "workloads/work/shortfall": rent(3)})
    plan = solved(case)
    assert plan.objective_musd == near(18)
    assert amounts(plan, "fleet", "powered") == near([6])
    assert cost(changed(case, {"sites/Site/existing_it_mw": 100.0})) == near(10)


def test_chips_that_fill_a_hall_are_those_that_are_worth_most_there() -> None:
    """5 MW of halls: B, twice as good a PFLOP/s per MW at 3 times the price of A, fills them: 30; A would rent 5."""
    case = neutral(
        {
            "sites/Site/existing_it_mw": 5.0,
            "chips/B": chip(3e6, it_kw=500.0),
            "workloads/work/shortfall": rent(6),
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(30)
    assert amounts(plan, "fleet", "powered", chip="B") == near([10])


@covers("headroom")
def test_sites_of_a_region_share_its_headroom() -> None:
    """8 MW at the meter are 6.4 MW of IT at a PUE of 1.25; 3.6 of 10 PFLOP/s are rented at 3: 6.4 + 10.8.

    Two sites have no more together; without the limit 10.
    """
    case = neutral(
        {"regions/Grid/headroom_mw": 8.0, "sites/Site/pue": 1.25, "workloads/work/shortfall": rent(3)},
    )
    twin = {"sites/Twin": case["sites"]["Site"]}
    for sites in ({}, twin):
        plan = solved(changed(case, sites))
        assert plan.objective_musd == near(17.2)
        assert amounts(plan, "regions", "draw_mw") == near([8])
    assert cost(changed(case, {"regions/Grid/headroom_mw": None})) == near(10)


def test_headroom_counts_the_existing_fleet_too() -> None:
    """6 MW exist in a region of 8: 2 chips are bought, the rest rented at 3 each: 2 + 6."""
    assert cost(
        neutral(
            {
                "regions/Grid/headroom_mw": 8.0,
                "sites/Site/existing_fleet": {"A": {"units": 6.0}},
                "workloads/work/shortfall": rent(3),
            }
        )
    ) == near(8)


@covers("national_energy")
def test_a_market_uses_no_more_energy_than_is_left_to_it() -> None:
    """1.752 TWh, half open to AI, a tenth of that ours: 87 600 MWh, 10 MW all year, 12.5 at a load factor of 0.8.

    15 PFLOP/s: 12.5 chips, 2.5 rented at 3: 20; at a load factor of 1: 10 chips, 25. Without the limit 15.
    """
    case = neutral(
        {
            "markets/US": {"generation_twh_per_year": 1.752, "ai_share": 0.5, "operator_share": 0.1},
            "sites/Site/load_factor": 0.8,
            "workloads/work/demand_pflops": 15.0,
            "workloads/work/shortfall": rent(3),
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(20)
    assert amounts(plan, "markets", "energy_twh") == near([0.0876])
    assert amounts(plan, "markets", "energy_limit_twh") == near([0.0876])
    assert cost(changed(case, {"sites/Site/load_factor": 1.0})) == near(25)
    assert cost(changed(case, {"markets/US": {}})) == near(15)
    quarters = {"settings/frequency": "quarter", "workloads/work/shortfall": rent(12)}
    assert cost(changed(case, quarters)) == near(20)


def test_markets_do_not_share_their_energy() -> None:
    """China's generation limits sites in China alone."""
    market = {"generation_twh_per_year": 0.0}
    assert cost(neutral({"markets/CN": market, "regions/North": {"market": "CN"}})) == near(10)


def domestic(**changes: Any) -> dict[str, Any]:
    """A from China in a market of its own, at 1, with a tariff of 50 USD per MWh: 4.38 a year for 10 MW."""
    return neutral({"chips/A/origin": "CN", TARIFF: 50.0, "markets/CN": {}} | changes)


def subsidy(usd: Any, **fields: Any) -> dict[str, Any]:
    """A subsidy on the power of Chinese chips."""
    return {"origins": ["CN"], "regions": ["Grid"], "usd_per_kwh": usd} | fields


@covers("power subsidy")
def test_a_subsidy_is_paid_per_kwh_on_chips_of_its_origin() -> None:
    """0.02 USD on 0.8 x 8760 h x 12.5 MW = 87 600 MWh: -1.752; energy 4.38, so 12.628; without it 14.38."""
    case = domestic(
        **{
            "sites/Site/pue": 1.25,
            "sites/Site/load_factor": 0.8,
            "policy/power_subsidies": {"province": subsidy(0.02)},
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(12.628)
    assert account(plan, "power subsidy") == near([-1.752])
    for gone in (
        {"chips/A/origin": None},
        {"chips/A/origin": "US"},
        {"policy/power_subsidies/province/since": "2027-01-02"},
    ):
        assert cost(changed(case, gone)) == near(14.38)


def test_a_subsidy_never_exceeds_the_tariff() -> None:
    """0.03 and 0.04 USD per kWh are more than the 0.05 of the tariff: power is free, and no more: 10."""
    case = domestic(**{"policy/power_subsidies": {"province": subsidy(0.03), "city": subsidy(0.04)}})
    plan = solved(case)
    assert plan.objective_musd == near(10)
    assert account(plan, "power subsidy") == near([-4.38])
    assert cost(changed(case, {"policy/power_subsidies/city/usd_per_kwh": 0.01})) == near(10 + 4.38 * 0.2)


def test_a_subsidy_can_turn_the_choice_of_chip() -> None:
    """Foreign B saves 0.3 a chip; a subsidy of 0.04 USD per kWh, 0.3504 a MW and year, makes A the cheaper: 10.876."""
    case = domestic(**{"chips/B": chip(0.7e6), "policy/power_subsidies": {"province": subsidy(0.04)}})
    assert cost(case) == near(10 + 4.38 * 0.2)
    assert cost(changed(case, {"policy/power_subsidies": {}})) == near(7 + 4.38)


@covers("carbon")
def test_carbon_has_a_price() -> None:
    """10 MW x 0.8 x 8760 h x 0.5 t = 35 040 t at 20 + 30 USD: 1.752. Without 10."""
    case = neutral(
        {
            "regions/Grid/carbon_t_per_mwh": 0.5,
            "sites/Site/load_factor": 0.8,
            "markets/CN": {},
            "policy/carbon_prices": {
                "tax": {"markets": ["US"], "usd_per_t": 20.0},
                "trade": {"markets": ["US", "CN"], "usd_per_t": 30.0},
                "elsewhere": {"markets": ["CN"], "usd_per_t": 70.0},
                "later": {"markets": ["US"], "usd_per_t": 70.0, "since": "2028-01-01"},
            },
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(11.752)
    assert account(plan, "carbon") == near([1.752])
    assert cost(changed(case, {"policy/carbon_prices": {}})) == near(10)


def test_a_cheap_grid_far_away_is_used_up_to_its_headroom() -> None:
    """4 MW run at 8.76 USD per MWh, 0.0767376 a MW and year, and 6 at home at 100, 0.876: 10 + 0.3069504 + 5.256."""
    plan = solved(
        neutral(
            {
                TARIFF: 100.0,
                "regions/Far": {"market": "US", "headroom_mw": 4.0, "tariff_usd_per_mwh": 8.76},
                "sites/Away": {"region": "Far", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            }
        )
    )
    assert plan.objective_musd == near(10 + 4 * 8760 * 8.76e-6 + 6 * 0.876)
    assert amounts(plan, "regions", "draw_mw", region="Far") == near([4])


@covers("power_cap")
def test_firm_capacity_caps_the_draw_of_a_market() -> None:
    """8 MW at the meter at a PUE of 1.25: 6.4 chips, 3.6 rented at 3: 17.2; from 2028 on 10 chips: 3.6 more.

    Without the cap 10.
    """
    case = neutral(
        {
            "sites/Site/pue": 1.25,
            "workloads/work/shortfall": rent(3),
            "policy/power_caps": {"firm": {"markets": ["US"], "mw": 8.0, "until": "2028-01-01"}},
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(10 + 10.8)
    assert amounts(plan, "halls", "grid_mw") == near([8, 12.5])
    assert cost(changed(case, {"policy/power_caps": {}})) == near(10)


@covers("carbon_cap")
def test_carbon_has_a_cap_a_year() -> None:
    """35 040 t a year are 8 MW at 0.5 t per MWh: 8 chips, 2 rented at 3: 14; without the cap 10.

    A quarter has a quarter of the cap, and sites of other markets do not count.
    """
    case = neutral(
        {
            "regions/Grid/carbon_t_per_mwh": 0.5,
            "workloads/work/shortfall": rent(3),
            "policy/carbon_caps": {"cap": {"t_per_year": 35040.0}},
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(14)
    assert amounts(plan, "fleet", "powered") == near([8])
    quarters = {"settings/frequency": "quarter", "workloads/work/shortfall": rent(12)}
    assert cost(changed(case, quarters)) == near(14)
    elsewhere = {"markets/CN": {}, "policy/carbon_caps/cap/markets": ["CN"]}
    assert cost(changed(case, elsewhere)) == near(10)
    assert cost(changed(case, {"policy/carbon_caps": {}})) == near(10)


def test_growth_in_headroom_is_used_when_it_comes() -> None:
    """4 MW in 2027 and 12 from 2028: 4 chips and then 6 more; 6 rented for a year at 3: 10 + 18."""
    plan = solved(neutral({"regions/Grid/headroom_mw": by_year(4, 12), "workloads/work/shortfall": rent(3)}, periods=2))
    assert plan.objective_musd == near(28)
    assert amounts(plan, "regions", "draw_mw") == near([4, 10])
