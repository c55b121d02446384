"""Periods that differ in length: months, then quarters, then years; every answer worked out on the calendar.

Each plan is checked again by the certificate, which reads the case by itself.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.certificate import certify
from planner.findings import average_delay
from planner.schema import parse_case
from planner.solving import session
from planner.solving.objectives import OBJECTIVES

from .cases import Data, account, amounts, cost, greenfield, near, on_grid, ordered, rent, running, solved

DEMAND = "workloads/work/demand_pflops"
SHORTFALL = "workloads/work/shortfall"


def stepped(**values: float) -> Data:
    """A profile by day in 2027, such as `jan=0.0, apr=10.0`: each from the first of the month on."""
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return {"step": {f"2027-{months.index(name) + 1:02}-01": value for name, value in values.items()}}


@pytest.mark.parametrize(
    ("lead", "musd", "orders"),
    [
        (1.0, 10.0, [0, 0, 10, 0, 0]),
        (3.0, 12.0, [10, 0, 0, 0, 0]),
        (3.1, 30.0, [0, 0, 10, 0, 0]),
        (4.0, 30.0, [0, 0, 10, 0, 0]),
        (6.0, 32.0, [10, 0, 0, 0, 0]),
    ],
)
def test_what_is_ordered_in_a_month_arrives_in_a_quarter_late_and_never_early(
    lead: float, musd: float, orders: list[float]
) -> None:
    """January, February, March, Q2, Q3; 10 PFLOP/s from April on, or rent at 20 a quarter. A chip costs 1.2 in
    January, 1.1 in February and 1 from March on.

    One month: ordered in March, there on 1 April: 10. Three: only an order of January is there on 1 April: 12, where
    rent for Q2 and chips of March for Q3 would be 30. A little more, or four months, and even that of January would be
    there in April or May, when no period begins: it comes on 1 July like that of March, 20 + 10. Six months before
    1 July is 1 January: 20 + 12.
    """
    changes = {
        "chips/A/markets/US": {"price_usd": stepped(jan=1.2e6, feb=1.1e6, mar=1e6), "lead_months": lead},
        DEMAND: stepped(jan=0.0, apr=10.0),
        SHORTFALL: rent(8),
    }
    plan = solved(on_grid("3 months, 2 quarters", changes))
    assert plan.objective_musd == near(musd)
    assert ordered(plan) == near_all(orders)
    assert running(plan)[:3] == near_all([0, 0, 0])


def test_a_longer_queue_holds_back_what_still_waits_across_a_change_of_length() -> None:
    """Halls of two months begun in February are due on 1 April. From March on they take eight months.

    A start of February is then held, and as construction looked in February it was paid over February and March. With
    one month again from July on, all begun by 1 June has matured: the halls are there on 1 July. Rent for 10 PFLOP/s
    is 2 a quarter, so they are worth waiting for: capex 10, chips 10, rent 5 x 0.667 for January to March and 2 for Q2
    are more than rent to the end, 2 x 0.333 x 24.
    """
    months = stepped(jan=2.0, mar=8.0, jul=1.0)
    site = greenfield(1.0, months, earliest_start="2027-02-01", latest_start="2027-02-01")
    changes = {"sites": {"Site": site}, DEMAND: stepped(jan=0.0, jul=10.0)}
    plan = solved(on_grid("3 months, 3 quarters", changes))
    assert amounts(plan, "halls", "it_mw") == near_all([0, 0, 0, 0, 10, 10])
    assert account(plan, "site capex") == near_all([0, 5, 5, 0, 0, 0])
    assert plan.objective_musd == near(20)


def test_attrition_runs_over_the_period_that_has_passed() -> None:
    """A month, a quarter, a year, with a half of the chips lost each month: 1 - 2 ** -12 a year.

    80 chips of the month are 40 a month later and, three months on, 5. No more are needed for 80, 40 and 5 PFLOP/s.
    At the end, after 16 of the 24 months of their book life, a third of the price of 5 chips is left.
    """
    changes: Data = {
        "chips/A/attrition_per_year": 1.0 - 2.0**-12,
        DEMAND: stepped(jan=80.0, feb=40.0, may=5.0),
    }
    plan = solved(on_grid("1 month, 1 quarter, 1 year", changes))
    assert running(plan) == near_all([80, 40, 5])
    assert plan.objective_musd == near(80)
    assert cost(on_grid("1 month, 1 quarter, 1 year", changes | {"chips/A/residual_life_years": 2.0})) == near(
        80 - 5 / 3
    )


def quota(units: float, **fields: Any) -> Data:
    """A licence for chip A in the US by calendar year."""
    rule = {"chips": ["A"], "markets": ["US"], "units": units, "window": "calendar_year"}
    return {"policy/licence_quotas/licence": rule | fields}


def test_a_licence_by_calendar_year_counts_its_months_and_quarters_together() -> None:
    """12 chips a year from October 2026: 3 for the rest of that year, 12 for three months and three quarters, then 12.

    Of 100 PFLOP/s each that is missing is rented at 100 a year, so every chip is bought as soon as may be. Bought 27;
    rented 97 for a quarter of a year, 85 for a year, 73 for a year.
    """
    changes = quota(12.0) | {"settings/start": "2026-10-01", DEMAND: 100.0, SHORTFALL: rent(100)}
    plan = solved(on_grid("6 months, 3 quarters, 1 year", changes))
    assert ordered(plan) == near_all([3, 0, 0, 12, 0, 0, 0, 0, 0, 12])
    assert plan.objective_musd == near(27 + 100 * (97 / 4 + 85 + 73))


def test_a_calendar_year_in_which_thirteen_months_begin_allows_thirteen_twelfths() -> None:
    """October to January by month, then a year from February 2027: 2027 has January and that year, 13 chips of 12.

    3 chips run for a quarter, 16 from January for 13 months.
    """
    changes = quota(12.0) | {"settings/start": "2026-10-01", DEMAND: 100.0, SHORTFALL: rent(100)}
    plan = solved(on_grid("4 months, 1 year", changes))
    assert ordered(plan) == near_all([3, 0, 0, 13, 0])
    assert plan.objective_musd == near(16 + 100 * (97 / 4 + 84 * 13 / 12))


def test_a_budget_by_calendar_year_is_cut_to_its_months() -> None:
    """40 million USD a year are 10 for October to December 2026, 40 for 2027 of months and quarters, 40 for 2028."""
    budget: Data = {"policy/budgets/board": {"musd": 40.0, "window": "calendar_year"}}
    changes = budget | {"settings/start": "2026-10-01", DEMAND: 100.0, SHORTFALL: rent(100)}
    plan = solved(on_grid("6 months, 3 quarters, 1 year", changes))
    assert ordered(plan) == near_all([10, 0, 0, 40, 0, 0, 0, 0, 0, 40])


def test_money_is_discounted_from_the_middle_of_each_period() -> None:
    """Two quarters and a year at 100 % a year: middles after 1/8, 3/8 and 1 year, the end after 1.5.

    10 chips at 1 in the first quarter, upkeep 10 a year, and half of a book life of three years left at the end.
    """
    fields: Data = {"om_usd_per_unit_year": 1e6, "residual_life_years": 3.0}
    changes = {f"chips/A/{name}": value for name, value in fields.items()} | {"settings/discount_rate": 1.0}
    found = cost(on_grid("2 quarters, 1 year", changes))
    assert found == near(12.5 * 2**-0.125 + 2.5 * 2**-0.375 + 10 / 2 - 5 * 2**-1.5)


def test_amounts_a_year_go_by_the_length_of_each_period() -> None:
    """10 MW at 100 USD per MWh are 8.76 a year: 0.73 in a month, 2.19 in a quarter."""
    plan = solved(on_grid("1 month, 1 quarter, 1 year", {"regions/Grid/tariff_usd_per_mwh": 100.0}))
    assert account(plan, "energy") == near_all([0.73, 2.19, 8.76])
    assert amounts(plan, "markets", "energy_twh") == near_all([0.0073, 0.0219, 0.0876])


def test_a_supply_a_year_is_a_rate_in_each_period() -> None:
    """12 chips a year: 1 in a month, 3 in a quarter, 12 in a year, and what is not taken is lost."""
    changes = {"chips/A/supply_per_year": 12.0, DEMAND: 100.0, SHORTFALL: rent(100)}
    assert ordered(solved(on_grid("2 months, 1 quarter, 1 year", changes))) == near_all([1, 1, 3, 12])


def test_energy_and_carbon_of_a_year_hold_in_each_period() -> None:
    """Half of 0.0876 TWh a year feed 5 MW in a month and in a year alike; a cap of 0.5 t per MWh does the same."""
    limits: list[Data] = [
        {"markets/US/generation_twh_per_year": 0.0876, "markets/US/ai_share": 0.5},
        {
            "regions/Grid/carbon_t_per_mwh": 0.5,
            "policy/carbon_caps/law": {"markets": ["US"], "t_per_year": 21900.0},
        },
    ]
    for limit in limits:
        plan = solved(on_grid("1 month, 1 year", limit | {SHORTFALL: rent(100)}))
        assert amounts(plan, "service", "served") == near_all([5, 5])
        assert plan.objective_musd == near(5 + 500 * 13 / 12)


@pytest.mark.parametrize("rule", ["option", "crews", "ready"])
def test_no_more_than_a_year_allows_is_begun_in_any_twelve_months(rule: str) -> None:
    """12 MW in any twelve months, begun from February on, at once ready. January to March by month, then quarters.

    The twelve months that end with Q1 of 2028 begin with April 2027, so 12 more may begin then and none before: Q2 to
    Q4 lie in twelve months with February. Rent of 100 a year for 24 PFLOP/s in January and 12 until the year's end.
    """
    site = greenfield(1.0, earliest_start="2027-02-01")
    changes: Data = {"sites": {"Site": site}, DEMAND: 24.0, SHORTFALL: rent(100)}
    if rule == "option":
        site["build_options"]["halls"]["max_start_mw_per_year"] = 12.0
    elif rule == "ready":
        site["max_ready_mw_per_year"] = 12.0
    else:
        changes["policy/build_rates/crews"] = {"markets": ["US"], "mw_per_year": 12.0}
    plan = solved(on_grid("3 months, 5 quarters", changes))
    assert amounts(plan, "starts", "start_mw") == near_all([0, 12, 0, 0, 0, 0, 12, 0])
    assert plan.objective_musd == near(24 + 24 + 100 * (24 + 12 * 11) / 12)


def test_a_long_period_makes_up_a_year_by_itself() -> None:
    """Six months and a year: the twelve months that end with the year are the year, so 12 MW may begin in each."""
    site = greenfield(1.0)
    site["build_options"]["halls"]["max_start_mw_per_year"] = 12.0
    plan = solved(on_grid("6 months, 1 year", {"sites": {"Site": site}, DEMAND: 24.0, SHORTFALL: rent(100)}))
    assert amounts(plan, "starts", "start_mw") == near_all([12, 0, 0, 0, 0, 0, 12])


def test_a_service_life_that_ends_within_a_long_period_ends_before_it() -> None:
    """January to April by month, a quarter from May, then a year; chips serve six months.

    Those of January would stop on 1 July and so leave by May: ten more are bought then. Those of February serve until
    the quarter's last day, 31 July, at 1.5 each in place of 1 for those of January and 1 for those of May.
    """
    life: Data = {
        "chips/A/service_life_years": 0.5,
        "chips/A/markets/US/price_usd": stepped(jan=1e6, feb=1.5e6, may=1e6),
    }
    from_january = solved(on_grid("4 months, 1 quarter, 1 year", life | {DEMAND: stepped(jan=10.0, aug=0.0)}))
    assert ordered(from_january) == near_all([10, 0, 0, 0, 10, 0])
    late = {DEMAND: stepped(jan=0.0, feb=10.0, aug=0.0)}
    from_february = solved(on_grid("4 months, 1 quarter, 1 year", life | late))
    assert ordered(from_february) == near_all([0, 10, 0, 0, 0, 0])


def test_a_life_shorter_than_a_period_lasts_for_that_period() -> None:
    """Half a year of service in periods of a year: ten chips in each of two years."""
    plan = solved(on_grid("1 month, 2 years", {"chips/A/service_life_years": 0.5, DEMAND: stepped(jan=0.0, feb=10.0)}))
    assert ordered(plan) == near_all([0, 10, 10])


def test_plant_leaves_with_its_life_in_the_middle_of_a_long_period() -> None:
    """Engines of six months where the grid gives nothing: those of January leave by May, more come for the quarter."""
    changes: Data = {
        "regions/Grid/headroom_mw": 0.0,
        "sites/Site/onsite": {"engine": {}},
        "onsite_sources/engine": {"capex_usd_per_kw": 1000.0, "fuel_usd_per_mwh": 0.0, "life_years": 0.5},
        DEMAND: stepped(jan=10.0, aug=0.0),
    }
    plan = solved(on_grid("4 months, 1 quarter, 1 year", changes))
    assert amounts(plan, "onsite", "start_mw") == near_all([10, 0, 0, 0, 10, 0])
    assert plan.objective_musd == near(10 + 20)


def test_construction_is_paid_evenly_over_its_months() -> None:
    """10 MW begun in February, ready after five months on 1 July: a fifth in each month and three in the quarter.

    After four months they would be ready on 1 June, when no period begins, and so are ready and paid alike.
    """
    for months in (5.0, 4.0):
        site = greenfield(1.0, months, earliest_start="2027-02-01", latest_start="2027-02-01")
        changes: Data = {"sites": {"Site": site}, DEMAND: stepped(jan=0.0, jul=10.0)}
        plan = solved(on_grid("3 months, 3 quarters", changes))
        assert account(plan, "site capex") == near_all([0, 2, 2, 6, 0, 0])
        assert plan.objective_musd == near(20)


def test_construction_that_is_done_sooner_is_paid_up_when_it_is_done() -> None:
    """Eight months as of February, until 1 October: an eighth a month. From April on halls take two months, so those
    of February are ready then and the six eighths left fall due.
    """
    site = greenfield(1.0, stepped(jan=8.0, apr=2.0), earliest_start="2027-02-01", latest_start="2027-02-01")
    plan = solved(on_grid("3 months, 3 quarters", {"sites": {"Site": site}, DEMAND: stepped(jan=0.0, apr=10.0)}))
    assert account(plan, "site capex") == near_all([0, 1.25, 1.25, 7.5, 0, 0])


def test_halls_under_way_are_paid_evenly_until_they_are_ready() -> None:
    """12 million USD are left to pay for halls that are ready on 1 July: 2 a month."""
    halls: Data = {"ready": "2027-07-01", "it_mw": 10.0, "remaining_cost_musd": 12.0}
    site: Data = {"region": "Grid", "max_it_mw": 10.0, "committed": {"first": halls}}
    plan = solved(on_grid("3 months, 3 quarters", {"sites": {"Site": site}, DEMAND: stepped(jan=0.0, jul=10.0)}))
    assert account(plan, "site capex") == near_all([2, 2, 2, 6, 0, 0])


@pytest.mark.parametrize(("lead", "late"), [(0.0, 0.0), (2.0, 2.0), (3.0, 5.0), (6.0, 17.0)])
def test_delay_counts_months(lead: float, late: float) -> None:
    """Two months, a quarter from March, a year from June, chips from the first day they can be there.

    After two months that is March; after three, April, it is June, five months late. After six months none is there by
    June, and all 17 are late.
    """
    changes = {"chips/A/markets/US/lead_months": lead, SHORTFALL: rent(100), "goals/objective": "delay"}
    case = parse_case(on_grid("2 months, 1 quarter, 1 year", changes))
    with session(case) as s:
        plan = OBJECTIVES["delay"](s)
    assert average_delay(case, plan) == near(late)
    assert plan.solver["goal"]["least_delay_months"] == near(late)
    assert [check for check in certify(case, plan).checks if not check.ok] == []


def near_all(values: list[float]) -> Any:
    """Numbers worked out by hand."""
    return pytest.approx(values, rel=1e-6, abs=1e-6)
