"""How the checker reads lags, bans, committed halls and values at the end, each on the smallest change."""

from __future__ import annotations

from typing import Any

import pytest

from planner.certificate.costs import entries, worth
from planner.certificate.scenario_path import ScenarioPath, walk
from planner.certificate.tables import read
from planner.plan_reader import PeriodValues, fate, first_at_least
from planner.schema import parse_case

from .worked import Worked, bridge, campus, change, licence


def path_of(plan: Worked, scenario: str) -> ScenarioPath:
    """One scenario of a plan, worked out again."""
    case = parse_case(plan.case)
    return walk(scenario, read(case, plan.solution()), plan.scenario_cases().get(scenario, case))


def account(plan: Worked, name: str, scenario: str = "open") -> Any:
    """Million USD of an account by period, not discounted."""
    path = path_of(plan, scenario)
    booked = [0.0 for _ in path.values.periods]
    for row in entries(path):
        booked[row.period] += row.musd if row.account == name else 0.0
    return pytest.approx(booked, abs=1e-12)


def values_with(policy: dict[str, Any], **channel: Any) -> PeriodValues:
    """Eight quarters in which a chip is offered to one market."""
    return PeriodValues(
        parse_case(
            {
                "settings": {"name": "lags", "start": "2027-01-01", "periods": 8},
                "markets": {"CN": {}},
                "regions": {},
                "sites": {},
                "chips": {"H20": {"peak_pflops": {"bf16": 1.0}, "it_kw": 1.0, "markets": {"CN": channel}}},
                "workloads": {},
                "policy": policy,
            }
        )
    )


H20_CN: dict[str, Any] = {"chips": ["H20"], "markets": ["CN"]}


def test_a_longer_lag_holds_back_what_waits_and_a_shorter_one_brings_it_forward() -> None:
    """Lags of 1, 3, 3, 1 quarters: what began at 0 is held from 1 to 3, when all up to 2 has matured."""
    months = {"step": {"2027-01-01": 3.0, "2027-04-01": 9.0, "2027-10-01": 3.0}}
    values = values_with({}, lead_months=months)
    channel = values.channel("H20", "CN")
    assert channel is not None
    reached = values.matured(channel.lead_months)
    assert reached == [-1, -1, -1, 2, 3, 4, 5, 6]
    assert [first_at_least(reached, t) for t in (0, 2, 6, 7)] == [3, 3, 7, None]


def test_a_lag_that_changes_is_read_on_the_dates_of_a_grid() -> None:
    """Months from January to March 2027, then quarters: one month at first, four from April on, one from July on.

    On 1 February what began a month before has matured, on 1 March what began in February. By April only what began in
    December would have; what is there stays. By July all that began by 1 June has, Q2 with it, by October Q3.
    """
    case = values_with({}).case.model_dump(exclude_unset=True)
    case["settings"] = {"name": "grid", "start": "2027-01-01", "grid": "3 months, 3 quarters"}
    values = PeriodValues(parse_case(case))
    months = {"step": {"2027-01-01": 1.0, "2027-04-01": 4.0, "2027-07-01": 1.0}}
    channel = values_with({}, lead_months=months).channel("H20", "CN")
    assert channel is not None
    assert values.matured(channel.lead_months) == [-1, 0, 1, 1, 3, 4]


def test_lead_and_inspection_are_added_before_rounding() -> None:
    """Two months of lead and one of inspection are one quarter, not two; four and one are two."""
    policy = {"inspections": {"border": {**H20_CN, "months": 1.0}}}
    assert fate(values_with(policy, lead_months=2.0), "H20", "CN", 0) == (1, None, 0.0)
    assert fate(values_with(policy, lead_months=4.0), "H20", "CN", 0) == (2, None, 0.0)
    assert fate(values_with(policy, lead_months=4.0), "H20", "CN", 6) == (None, None, 0.0)


def test_the_lead_is_quoted_at_the_order_and_the_inspection_read_at_arrival() -> None:
    """Ordered at a lead of one quarter, held by an inspection of two that begins as the chips should arrive."""
    lead = {"step": {"2027-01-01": 3.0, "2027-04-01": 12.0}}
    policy = {"inspections": {"border": {**H20_CN, "months": 6.0, "since": "2027-04-01"}}}
    assert fate(values_with(policy, lead_months=lead), "H20", "CN", 0) == (3, None, 0.0)


@pytest.mark.parametrize(
    ("ordered", "outcome"),
    [(0, (2, None, 0.0)), (1, (None, 3, 0.2)), (3, (None, 4, 0.2)), (4, (6, None, 0.0)), (7, (None, None, 0.0))],
)
def test_a_ban_cancels_what_has_not_arrived(ordered: int, outcome: tuple[int | None, int | None, float]) -> None:
    """Two quarters of lead, a ban in periods 3 and 4: period 0's order is in, 1 is caught on arrival, 4 is later."""
    ban = {**H20_CN, "since": "2027-10-01", "until": "2028-04-01", "refund_share": 0.2}
    assert fate(values_with({"bans": {"ban": ban}}, lead_months=6.0), "H20", "CN", ordered) == outcome


def test_a_ban_that_honours_orders_lets_them_arrive() -> None:
    """The order of period 1 arrives in 3 although the ban is in force."""
    ban = {**H20_CN, "since": "2027-10-01", "undelivered": "honoured"}
    assert fate(values_with({"bans": {"ban": ban}}, lead_months=6.0), "H20", "CN", 1) == (3, None, 0.0)


def test_the_least_refund_counts_where_bans_begin_together() -> None:
    """One ban refunds half and one nothing: nothing comes back."""
    bans = {name: {**H20_CN, "since": "2027-04-01", "refund_share": share} for name, share in (("a", 0.5), ("b", 0.0))}
    assert fate(values_with({"bans": bans}, lead_months=6.0), "H20", "CN", 0) == (None, 1, 0.0)


def test_an_order_placed_before_the_plan_that_cannot_be_cancelled_arrives() -> None:
    """With the ban, only the plan's own 20 paid are refunded by half; the other 15 and a fee of 3.75 fall due."""
    plan = licence()
    change(plan.case, "orders_placed", "early", "cancellable", value=False)
    assert account(plan, "cancellation", "ban") == [0.0, -10.0, 0.0]
    assert account(plan, "chip purchase", "ban") == [50.0, 15.0, 0.0]
    assert account(plan, "import fee", "ban") == [0.0, 3.75, 0.0]


def test_an_order_placed_before_the_plan_may_come_too_late() -> None:
    """Due after the horizon: 20 for the plan's own chips and their fee of 7.5 are all that 2028 holds."""
    plan = licence()
    change(plan.case, "orders_placed", "early", "due", value="2031-01-01")
    assert account(plan, "chip purchase") == [50.0, 20.0, 0.0]
    assert account(plan, "import fee") == [0.0, 7.5, 0.0]
    assert path_of(plan, "open").fleets.delivered["H20", "CN"] == [0.0, 2000.0, 0.0]


def test_committed_halls_are_paid_until_they_are_ready() -> None:
    """Ready in the third year, 4 million are paid as 2 and 2; ready on the first day, all at once."""
    plan = licence()
    change(plan.case, "sites", "Helin", "committed", "second", "ready", value="2028-01-02")
    assert account(plan, "site capex") == [2.0, 2.0, 0.0]
    assert path_of(plan, "open").halls["Helin"].it_mw == [5.0, 5.0, 10.0]
    change(plan.case, "sites", "Helin", "committed", "second", "ready", value="2027-01-01")
    assert account(plan, "site capex") == [4.0, 0.0, 0.0]


def test_a_site_may_be_connected_whole_from_a_date() -> None:
    """20 MW at a PUE of 1.25 from 2028; the 12.5 MW applied for come on top in 2029."""
    plan = campus()
    change(plan.case, "sites", "Abilene", "grid_connected_from", value="2028-01-01")
    assert path_of(plan, "base").halls["Abilene"].grid_cap == [0.0, 25.0, 37.5, 37.5]


def test_residual_value_may_rest_on_the_price_paid() -> None:
    """2 000 chips, half their life left: 16 at the last price of 16 000 USD, 20 at the 20 000 paid."""
    plan = licence()
    assert account(plan, "residual value") == [0.0, 0.0, -16.0]
    change(plan.case, "settings", "residual_price", value="paid")
    assert account(plan, "residual value") == [0.0, 0.0, -20.0]


def test_residual_value_is_worth_what_money_is_at_the_end() -> None:
    """At 21 % over three years 1/1.771561, not the middle of the last year."""
    path = path_of(licence(), "open")
    assert worth(path, "residual value", 2) == pytest.approx(1 / 1.771561)
    assert worth(path, "energy", 2) == pytest.approx(1 / 1.61051)


def test_subsidies_add_up_but_never_above_the_tariff() -> None:
    """30 and 30 USD per MWh on 43 800 MWh at a tariff of 40: the energy is free, not paid for."""
    plan = licence()
    given = {"origins": ["CN"], "regions": ["Ulanqab"], "usd_per_kwh": 0.03}
    change(plan.case, "policy", "power_subsidies", value={"one": given, "two": given})
    assert account(plan, "power subsidy", "ban") == [-1.752, -1.752, -1.0512]


def test_capex_is_spread_over_the_construction_as_it_looked_at_the_start() -> None:
    """A start of 80 million in 2027 over three years: a third in each."""
    plan = campus()
    change(plan.case, "sites", "Abilene", "build_options", "fast", "build_months", value=25.0)
    assert account(plan, "site capex", "base") == [80 / 3, 80 / 3, 80 / 3, 0.0]
    change(plan.case, "sites", "Abilene", "build_options", "fast", "build_months", value=0.0)
    assert account(plan, "site capex", "base") == [80.0, 0.0, 0.0, 0.0]


def test_halls_that_are_not_ready_have_no_residual_value() -> None:
    """Four years of construction end with the horizon: only the chips keep 160."""
    plan = campus()
    change(plan.case, "sites", "Abilene", "build_options", "fast", "build_months", value=48.0)
    assert account(plan, "residual value", "base") == [0.0, 0.0, 0.0, -160.0]


def plant_mw(plan: Worked, source: str) -> tuple[list[float], list[float]]:
    """MW begun and MW that run of one source at the campus."""
    plant = path_of(plan, "base").plants[source, "Abilene"]
    return plant.begun, plant.cap_mw


def test_plant_runs_from_its_lead_until_its_life_ends() -> None:
    """Ordered in 2027 it counts from then; with one year of lead and two of life it runs in 2028 and 2029."""
    assert plant_mw(bridge(), "engines") == ([12.5, 12.5, 12.5, 0.0], [0.0, 12.5, 12.5, 0.0])
    plan = bridge()
    change(plan.case, "onsite_sources", "engines", "life_years", value=2.9)
    assert plant_mw(plan, "engines") == ([12.5, 12.5, 12.5, 0.0], [0.0, 12.5, 12.5, 0.0])
    change(plan.case, "onsite_sources", "engines", "life_years", value=None)
    assert plant_mw(plan, "engines") == ([12.5, 12.5, 12.5, 12.5], [0.0, 12.5, 12.5, 12.5])


def test_a_longer_lead_holds_back_plant_that_is_on_order() -> None:
    """Leads of 1 year in 2027 and 2 in 2028 and 2029: the order of 2027 is held until 2029, and its life with it."""
    plan = bridge()
    change(
        plan.case, "onsite_sources", "engines", "lead_months", value={"step": {"2027-01-01": 12.0, "2028-01-01": 24.0}}
    )
    assert plant_mw(plan, "engines") == ([12.5, 12.5, 12.5, 12.5], [0.0, 0.0, 12.5, 12.5])


def test_plant_without_a_life_has_no_residual_value_and_neither_has_plant_on_order() -> None:
    """4 MW of cells keep 9 of 12 after one of four years; nothing without a life, or ordered a year too late."""
    plan = bridge()
    assert account(plan, "residual value", "base") == [0.0, 0.0, 0.0, -9.0]
    change(plan.case, "onsite_sources", "cells", "lead_months", value=24.0)
    assert account(plan, "residual value", "base") == [0.0, 0.0, 0.0, 0.0]
    change(plan.case, "onsite_sources", "cells", "lead_months", value=12.0)
    change(plan.case, "onsite_sources", "cells", "life_years", value=None)
    assert account(plan, "residual value", "base") == [0.0, 0.0, 0.0, 0.0]


def test_subsidies_follow_the_grid_only_where_on_site_plant_is_allowed() -> None:
    """Equal at 50 USD, 42 048 MWh are paid for; with no plant allowed there, each chip's own 35 040 MWh."""
    plan = bridge()
    change(plan.case, "policy", "power_subsidies", "home", "usd_per_kwh", value=0.06)
    assert account(plan, "power subsidy", "base") == [0.0, 0.0, -2.1024, -2.1024]
    change(plan.case, "sites", "Abilene", "onsite", value={})
    assert account(plan, "power subsidy", "base") == [0.0, -3.504, -3.504, -3.504]
