"""Policy: quotas, bundling, domestic shares, limits on capacity and construction, hard or soft.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10. Often B is offered beside A, at 3.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.audit import least_cost
from planner.certificate import certify
from planner.errors import InfeasibleError
from planner.schema import parse_case
from planner.solution import Solution

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


def with_b(changes: dict[str, Any], price: Any = 3e6, /, *, periods: int = 1, frequency: str = "year", **b: Any) -> Any:
    """The neutral case with a second chip B at a price."""
    return neutral({"chips/B": chip(price, **b)} | changes, periods=periods, frequency=frequency)


def violations(solution: Solution) -> list[float]:
    """Amounts by which soft rules are violated, by period."""
    return amounts(solution, "violations", "amount")


def quota(**fields: Any) -> dict[str, Any]:
    """A licence for A in the US."""
    return {"policy/licence_quotas": {"licence": {"chips": ["A"], "markets": ["US"]} | fields}}


@covers("licence_quota")
def test_a_quota_limits_deliveries_over_its_whole_time() -> None:
    """8 chips licensed, half of them ours: 4 of A and 6 of B: 4 + 18. In two years still 4; without a quota 10."""
    case = with_b(quota(units=8.0, operator_share=0.5), periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(22)
    assert sum(ordered(plan)) == near(4)
    assert cost(changed(case, {"policy/licence_quotas": {}})) == near(10)


def test_a_quota_of_each_calendar_year_or_period_comes_again() -> None:
    """From July 2027 demand is 4, from January 2028 10; 4 licensed once: 4 A and 6 B.

    8 each calendar year, halves of which are planned: 8 A and 2 B. Each quarter anew there is room for all: 10 A.
    """
    grown = {"step": {"2027-07-01": 4, "2028-01-01": 10}}
    case = with_b({"workloads/work/demand_pflops": grown}, periods=4, frequency="quarter")
    case = changed(case, {"settings/start": "2027-07-01"})
    whole = solved(changed(case, quota(units=4.0)))
    assert whole.objective_musd == near(4 + 18)
    yearly = solved(changed(case, quota(units=8.0, window="calendar_year")))
    assert yearly.objective_musd == near(8 + 6)
    period = solved(changed(case, quota(units=4.0, window="period")))
    assert period.objective_musd == near(10)


def test_a_quota_counts_deliveries_and_not_orders() -> None:
    """A year of lead, licensed from 2028: what is ordered in 2027 arrives in 2028 and counts then: 4 A and 6 B."""
    case = with_b(
        quota(units=4.0, until="2028-01-01")
        | {f"{US}/lead_months": 12.0, "workloads/work/demand_pflops": by_year(0, 10)},
        periods=2,
    )
    assert cost(case) == near(10)
    later = {"policy/licence_quotas/licence/until": None, "policy/licence_quotas/licence/since": "2028-01-01"}
    assert cost(changed(case, later)) == near(22)


def test_a_quota_counts_what_was_ordered_before_the_plan() -> None:
    """4 licensed and 3 on their way: 1 of A is ordered, 6 of B; those on their way are paid for: 1 + 18."""
    early = {"chip": "A", "market": "US", "units": 3.0, "due": "2027-01-01"}
    plan = solved(with_b(quota(units=4.0) | {"orders_placed": {"early": early}}))
    assert plan.objective_musd == near(1 + 18)
    assert ordered(plan) == near([1])


def test_a_quota_may_be_a_share_of_the_vendors_sales_elsewhere() -> None:
    """Sales of 16 and then 32 chips a year, a half licensed, half of that ours: 4 and 8 a year, 1 and 2 a quarter.

    Two quarters of 2027 and two of 2028 give 1 + 1 + 2 + 2 = 6: 6 A and 4 B for a demand in the last quarter.
    """
    case = with_b(
        quota(sales_units_per_year=by_year(16, 32), sales_share=0.5, operator_share=0.5, window="whole")
        | {
            "settings/start": "2027-07-01",
            "workloads/work/demand_pflops": {"step": {"2027-07-01": 0, "2028-04-01": 10}},
        },
        periods=4,
        frequency="quarter",
    )
    assert cost(case) == near(6 + 12)
    yearly = changed(case, {"policy/licence_quotas/licence/window": "calendar_year"})
    assert cost(yearly) == near(6 + 12)
    period = changed(case, {"policy/licence_quotas/licence/window": "period"})
    assert cost(period) == near(6 + 12)
    assert amounts(solved(period), "orders", "delivered", chip="A") == near([1, 1, 2, 2])


@covers("soft rules")
def test_a_soft_quota_is_broken_at_a_price_that_is_paid_once() -> None:
    """4 licensed over two years, a violation at 1 a chip, paid once: 6 more of A: 10 + 6.

    B would be 4 + 18; at 3 a chip it is the cheaper: 22.
    """
    case = with_b(quota(units=4.0, violation_usd_per_unit_year=1e6), periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(16)
    assert violations(plan) == near([0, 6])
    assert account(plan, "soft rules") == near([0, 6])
    assert cost(changed(case, {"policy/licence_quotas/licence/violation_usd_per_unit_year": 3e6})) == near(22)


def bundle(ratio: Any, **fields: Any) -> dict[str, Any]:
    """So many of B for each of A."""
    rule = {"market": "US", "foreign": ["A"], "domestic": ["B"], "ratio": ratio}
    return {"policy/bundling": {"bundle": rule | fields}}


@covers("bundling", "bundling_counted")
def test_foreign_chips_come_with_domestic_ones() -> None:
    """One B for each two of A: 20 / 3 of A and 10 / 3 of B: 50 / 3. Without the rule 10."""
    case = with_b(bundle(0.5))
    plan = solved(case)
    assert plan.objective_musd == near(50 / 3)
    assert ordered(plan, "B") == near([10 / 3])
    assert cost(changed(case, {"policy/bundling": {}})) == near(10)


def test_bundling_counts_deliveries_since_the_rule_began() -> None:
    """4 PFLOP/s in 2027, 10 from 2028, when the rule begins at one for one: the 4 A before do not count: 4 + 3 + 9.

    Deliveries before, 10 of A in 2027, escape it: so A is on sale for 4 a year only. From the start it would be 5 + 15.
    """
    case = with_b(
        bundle(1.0, since="2028-01-01")
        | {f"{US}/supply_per_year": 4.0, "workloads/work/demand_pflops": by_year(4, 10)},
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(4 + 3 + 9)
    assert cost(changed(case, {"policy/bundling/bundle/since": None})) == near(5 + 15)


def test_domestic_chips_may_come_first_but_not_later() -> None:
    """Demand of 10 and 20, one for one; B falls from 3 to 1: 5 A need 5 B in 2027 already: 5 + 15, then 10 of either.

    Could the company follow, 10 A and then 10 B would do, 20 in place of 30. When B rises from 1.5 to 4, 10 of each are
    bought at once: 10 + 15.
    """
    case = with_b(bundle(1.0) | {"workloads/work/demand_pflops": by_year(10, 20)}, by_year(3e6, 1e6), periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(5 + 15 + 10)
    early = with_b(bundle(1.0) | {"workloads/work/demand_pflops": by_year(10, 20)}, by_year(1.5e6, 4e6), periods=2)
    assert cost(early) == near(10 + 15)


def test_bundling_counts_what_was_ordered_before_the_plan() -> None:
    """6 of B are on their way: 4 of A need no more: 4."""
    early = {"chip": "B", "market": "US", "units": 6.0, "due": "2027-01-01"}
    assert cost(with_b(bundle(1.0) | {"orders_placed": {"early": early}})) == near(4)


def test_soft_bundling_is_broken_at_a_price_a_year() -> None:
    """One for one, 0.1 for each missing B and year: 10 A, 10 missing in both years: 10 + 2."""
    case = with_b(bundle(1.0, violation_usd_per_unit_year=0.1e6), periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(12)
    assert violations(plan) == near([10, 10])


def domestic(share: Any, **fields: Any) -> dict[str, Any]:
    """A share of chips from the US."""
    return {"policy/domestic_shares": {"rule": {"market": "US", "share": share} | fields}}


@covers("domestic_share")
def test_a_share_of_what_is_installed_is_domestic() -> None:
    """40 % of the chips: 4 of B, from the US, and 6 of A: 6 + 12. Without the rule 10."""
    case = with_b(domestic(0.4), origin="US")
    plan = solved(case)
    assert plan.objective_musd == near(18)
    assert running(plan, "B") == near([4])
    assert cost(changed(case, {"policy/domestic_shares": {}})) == near(10)
    with pytest.raises(InfeasibleError):
        solved(changed(case, {"chips/B/origin": "CN", "markets/CN": {}}))
    named = {"chips/B/origin": "CN", "markets/CN": {}, "policy/domestic_shares/rule/origins": ["CN"]}
    assert cost(changed(case, named)) == near(18)


@covers("installed_since")
def test_domestic_chips_from_before_a_rule_do_not_count() -> None:
    """4 of B, from the US, stand; 6 more chips are needed, half of them B: 3 + 9. Did the 4 count, 1 of B: 5 + 3."""
    held = {"sites/Site": {"region": "Grid", "max_it_mw": 10.0, "existing_it_mw": 10.0}}
    stand = {"sites/Site/existing_fleet": {"B": {"units": 4.0}}}
    assert cost(with_b(domestic(0.5) | held | stand, origin="US")) == near(3 + 9)


@covers("installed_since")
def test_domestic_chips_that_outlive_their_life_where_they_stand_do_not_count() -> None:
    """B, from the US, lives a year and may not be installed in 2028; half of what is installed has to be B.

    What stands in 2028 was installed in 2027, and of it no B counts. Then no A may stand either: 10 of B for 30, and 10
    more for 30 that wait while 10 go. Did B count as long as it stands: 5 of A and 5 of B for 20, then 5 of B for 15.
    """
    bar = {"policy/site_bars": {"bar": {"since": "2028-01-01", "chips": ["B"], "sites": ["Site"]}}}
    case = with_b(domestic(0.5) | bar, periods=2, origin="US", service_life_years=1.0)
    assert cost(case) == near(60)
    assert least_cost(parse_case(case)).cost == near(60)
    of_b = {"rule": {"measure": "units", "chips": ["B"], "least": 5.0}}
    instead = changed(case, {"policy/domestic_shares": {}, "policy/capacity_limits": of_b})
    cheaper = solved(instead)
    assert cheaper.objective_musd == near(35)
    failed = {check.id for check in certify(parse_case(case), cheaper).checks if not check.ok}
    assert "domestic_share" in failed


@covers("stood_before")
def test_other_chips_from_before_a_rule_do_not_count() -> None:
    """10 of A stand; 2 more chips are needed, half of them B, from the US: 1 + 3. Did the 10 count, 6 + 6 of 12."""
    held = {"sites/Site": {"region": "Grid", "max_it_mw": 14.0, "existing_it_mw": 14.0}}
    stand = {"sites/Site/existing_fleet": {"A": {"units": 10.0}}, "workloads/work/demand_pflops": 12.0}
    assert cost(with_b(domestic(0.5) | held | stand, origin="US")) == near(1 + 3)


@covers("installed_at")
def test_money_of_a_share_is_that_of_the_day_of_install() -> None:
    """10 of A and B in 2027, half of the money for B: 5 b = 10 - b. All that stands in 2028 was bought at those prices.

    B costs 5 in 2027 and 1 in 2028. 50 / 6 + 50 / 6; in all, 2028 asks for nothing more.
    """
    case = with_b(domestic(0.5, measure="spend"), by_year(5e6, 1e6), periods=2, origin="US")
    assert cost(case) == near(100 / 6)


def test_a_share_is_counted_in_its_measure() -> None:
    """B, from the US, has 2 PFLOP/s, 3 MW, 5 million and 4 in fp8, against 1, 1, 1 and 1 of A, and serves 2 for 1.

    With b of B and a of A, 2 b + a = 10 and half of the measure from B:
    chips: b = a = 10 / 3: 60 / 3 = 20.
    MW: 3 b = a = 6, b = 2: 16.
    Spend: 5 b = a = 50 / 7, b = 10 / 7: 100 / 7.
    PFLOP/s: 2 b = a = 5: 17.5.
    PFLOP/s in fp8: 4 b = a = 20 / 3, b = 5 / 3: 15.
    """
    case = with_b({}, 5e6, origin="US", it_kw=3000.0, peak_pflops={"bf16": 2.0, "fp8": 4.0})
    case = changed(case, {"chips/A/peak_pflops": {"bf16": 1.0, "fp8": 1.0}})
    for fields, answer in (
        ({"measure": "units"}, 20.0),
        ({"measure": "mw"}, 16.0),
        ({"measure": "spend"}, 100 / 7),
        ({"measure": "pflops"}, 17.5),
        ({"measure": "pflops", "precision": "fp8"}, 15.0),
    ):
        assert cost(changed(case, domestic(0.5, **fields))) == near(answer), fields


def test_a_share_counts_installs_since_its_date_and_rises_with_its_profile() -> None:
    """10 A in 2027; from 2028 half of what is installed is from the US: 2 of 4 more in 2028 at 3.

    10 + 2 + 6. Counted from the start, 7 of 14 would be B by 2028: 7 + 21.
    """
    case = with_b(
        domestic(0.5, since="2028-01-01")
        | {f"{US}/supply_per_year": 10.0, "workloads/work/demand_pflops": by_year(10, 14)},
        periods=2,
        origin="US",
    )
    assert cost(case) == near(18)
    assert cost(changed(case, {"policy/domestic_shares/rule/since": None})) == near(7 + 21)
    rising = {"policy/domestic_shares/rule/since": None, "policy/domestic_shares/rule/share": by_year(0, 0.5)}
    assert cost(changed(case, rising)) == near(28)


def test_chips_bought_and_scrapped_do_not_count_as_domestic() -> None:
    """Half of what is installed must be from the US; 10 of A exist and do not count, 2 more are needed.

    B is free and does nothing, but costs 0.7 a year while it is there: 2 must be there for the 2 of A: 2 + 1.4. Could B
    be installed and scrapped at once, 2.
    """
    case = with_b(
        domestic(0.5)
        | {
            "sites/Site": greenfield(size=14.0, existing_it_mw=14.0, existing_fleet={"A": {"units": 10.0}}),
            "workloads/work/demand_pflops": 12.0,
        },
        0.0,
        origin="US",
        peak_pflops={"bf16": 0.0},
        om_usd_per_unit_year=0.7e6,
    )
    plan = solved(case)
    assert running(plan, "B") == near([2])
    assert plan.objective_musd == near(2 + 2 * 0.7)


def test_a_share_may_count_some_sites_or_regions_only() -> None:
    """Half at the state's Campus, where 4 of 10 MW are: 2 of B: 8 + 6; counted everywhere 5 + 15."""
    case = with_b(
        domestic(0.5, sites=["Campus"])
        | {
            "sites/Site": greenfield(size=6.0, existing_it_mw=6.0),
            "regions/North": {"market": "US"},
            "sites/Campus": {"region": "North", "max_it_mw": 4.0, "existing_it_mw": 4.0},
        },
        origin="US",
    )
    assert cost(case) == near(14)
    by_region = {"policy/domestic_shares/rule/sites": None, "policy/domestic_shares/rule/regions": ["North"]}
    assert cost(changed(case, by_region)) == near(14)
    assert cost(changed(case, {"policy/domestic_shares/rule/sites": None})) == near(20)


def test_a_soft_share_is_broken_at_a_price_a_year() -> None:
    """40 % of 10 chips are missing at 0.5 a year: 10 + 2; in quarters a quarter of it."""
    case = with_b(domestic(0.4, violation_usd_per_unit_year=0.5e6), origin="US")
    plan = solved(case)
    assert plan.objective_musd == near(12)
    assert violations(plan) == near([4])
    assert cost(changed(case, {"settings/frequency": "quarter"})) == near(10.5)


def limit(**fields: Any) -> dict[str, Any]:
    """A limit on capacity."""
    return {"policy/capacity_limits": {"rule": fields}}


@covers("least_capacity")
def test_a_least_capacity_is_there_whatever_it_costs() -> None:
    """4 of B at least: 6 A and 4 B: 18; 15 chips in all are 5 more than wanted: 15. Without 10."""
    case = with_b({})
    assert cost(changed(case, limit(least=4.0, chips=["B"]))) == near(18)
    assert cost(changed(case, limit(least=15.0))) == near(15)
    assert cost(changed(case, limit(least=15.0, since="2028-01-01"))) == near(10)
    assert cost(case) == near(10)


@covers("most_capacity")
def test_a_most_capacity_is_not_exceeded() -> None:
    """4 of A at most: 4 + 18; 8 chips in all leave 2 unserved at 7 each: 8 + 14. Without 10."""
    case = with_b({"workloads/work/shortfall": rent(7)})
    assert cost(changed(case, limit(most=4.0, chips=["A"]))) == near(22)
    assert cost(changed(case, limit(most=8.0))) == near(22)
    assert cost(case) == near(10)


@covers("least_capacity", "most_capacity")
def test_a_capacity_is_counted_in_its_measure() -> None:
    """B has 2 PFLOP/s (4 in fp8) and 3 MW at 5, A has 1 (1) and 1 MW at 1; the rest is rented at 7.

    Least of B: 4 chips: 20 + 2; 6 MW, 2 chips: 10 + 6; 8 PFLOP/s, 4 chips; 8 in fp8, 2 chips.
    Most of all: 6 chips: b + a = 6 and 2 b + a = 10, b = 4: 20 + 2; 8 MW: 8 of A and 2 rented: 22, as a B in place of
    3 A would serve less; 6 PFLOP/s: 6 A: 6 + 28; 6 in fp8: the same.
    """
    case = with_b({"workloads/work/shortfall": rent(7)}, 5e6, it_kw=3000.0, peak_pflops={"bf16": 2.0, "fp8": 4.0})
    case = changed(case, {"chips/A/peak_pflops": {"bf16": 1.0, "fp8": 1.0}})
    for fields, answer in (
        ({"chips": ["B"], "least": 4.0}, 22.0),
        ({"chips": ["B"], "least": 6.0, "measure": "chip_mw"}, 16.0),
        ({"chips": ["B"], "least": 8.0, "measure": "pflops"}, 22.0),
        ({"chips": ["B"], "least": 8.0, "measure": "pflops", "precision": "fp8"}, 16.0),
        ({"most": 6.0}, 22.0),
        ({"most": 8.0, "measure": "chip_mw"}, 22.0),
        ({"most": 6.0, "measure": "pflops"}, 34.0),
        ({"most": 6.0, "measure": "pflops", "precision": "fp8"}, 34.0),
    ):
        assert cost(changed(case, limit(**fields))) == near(answer), fields


def test_a_capacity_may_be_of_halls() -> None:
    """At least 12 MW of halls at 2 each: 24 + 10; at most 6: 12 + 6 and 4 rented at 7. Without 20 + 10."""
    case = neutral({"sites/Site": greenfield(2.0), "workloads/work/shortfall": rent(7)})
    assert cost(changed(case, limit(least=12.0, measure="hall_mw"))) == near(34)
    assert cost(changed(case, limit(most=6.0, measure="hall_mw", sites=["Site"]))) == near(18 + 28)
    assert cost(case) == near(30)


def test_a_capacity_may_be_of_a_market_or_some_sites() -> None:
    """At most 4 chips at Site, where energy is free; the other 6 are at Away in another market, for 0.876 a year."""
    case = neutral(
        {
            "markets/CN": {},
            "regions/Far": {"market": "CN", "tariff_usd_per_mwh": 100.0},
            "sites/Away": {"region": "Far", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            "chips/A": chip(1e6, "US", "CN"),
        }
    )
    for where in ({"sites": ["Site"]}, {"markets": ["US"]}):
        assert cost(changed(case, limit(most=4.0, **where))) == near(10 + 6 * 0.876)
    assert cost(case) == near(10)


def test_a_soft_limit_on_capacity_is_broken_either_way_at_a_price() -> None:
    """12 at least, 0.2 a year for each of the 2 missing: 10.4; 8 at most, 0.2 for each of the 2 beyond: 10.4."""
    case = neutral({"workloads/work/shortfall": rent(7)})
    for fields in ({"least": 12.0}, {"most": 8.0}):
        plan = solved(changed(case, limit(violation_usd_per_unit_year=0.2e6, **fields)))
        assert plan.objective_musd == near(10.4)
        assert violations(plan) == near([2])


@covers("build_rate")
def test_crews_start_no_more_than_they_can_in_a_market() -> None:
    """8 MW in twelve months over two sites and all ways to build: 8 of 10, the rest rented at 8 a year.

    8 + 8; without the limit 10. Existing halls are no start.
    """
    rule = {"rule": {"markets": ["US"], "mw_per_year": 8.0}}
    two_ways = {"slow": {}, "fast": {}}
    case = neutral(
        {
            "sites/Site": greenfield(build_options=two_ways),
            "sites/Other": greenfield(),
            "workloads/work/shortfall": rent(8),
            "policy/build_rates": rule,
        },
        periods=2,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(16)
    assert amounts(plan, "starts", "start_mw") == near([8, 0])
    assert cost(changed(case, {"policy/build_rates": {}})) == near(10)
    assert cost(changed(case, {"sites/Site/existing_it_mw": 10.0})) == near(10)


@covers("build_excess")
def test_what_is_started_beyond_the_crews_is_paid_for_when_it_starts() -> None:
    """4 MW in twelve months, and 10 needed in January and again in July: 16 too many, at 1 million USD each.

    10 + 10 of chips and 16 of violations, none of which is of more than starts then. Without the rule all 16
    could be bought in January for 10 that start.
    """
    case = neutral(
        {
            "sites/Site": greenfield(),
            "workloads/work/demand_pflops": {"step": {"2027-01-01": 10.0, "2027-07-01": 20.0}},
            "policy/build_rates": {"k": {"markets": ["US"], "mw_per_year": 4.0, "violation_usd_per_unit_year": 1e6}},
        },
        periods=12,
        frequency="month",
    )
    plan = solved(case)
    assert plan.objective_musd == near(36)
    started = dict(plan.rows("starts", "node", "start_mw"))
    bought = dict(plan.rows("violations", "node", "amount"))
    assert sum(bought.values()) == near(16)
    assert all(amount <= started.get(node, 0.0) + 1e-6 for node, amount in bought.items())


def test_soft_rules_of_each_kind_pay_for_their_own_unit() -> None:
    """Each rule allows 8 of the 10 wanted; the 2 beyond cost 0.1 a unit and year: 10.2, whatever the unit.

    Draw 2 MW; starts 2 MW in a year; 17 520 t of carbon at 0.1 / 8760; 2 million of budget; 2 chips of a licence.
    """
    price = {"violation_usd_per_unit_year": 0.1e6}
    case = neutral(
        {
            "sites/Site": greenfield(),
            "regions/Grid/carbon_t_per_mwh": 1.0,
            "workloads/work/shortfall": rent(7),
            "chips/B": {"peak_pflops": {"bf16": 1.0}, "it_kw": 1000.0},
        }
    )
    for kind, rule, amount in (
        ("power_caps", {"markets": ["US"], "mw": 8.0} | price, 2),
        ("build_rates", {"markets": ["US"], "mw_per_year": 8.0} | price, 2),
        ("carbon_caps", {"t_per_year": 70080.0, "violation_usd_per_unit_year": 0.1e6 / 8760}, 17520),
        ("budgets", {"musd": 8.0, "window": "whole"} | price, 2),
        ("licence_quotas", {"chips": ["A"], "markets": ["US"], "units": 8.0} | price, 2),
        ("capacity_limits", {"most": 8.0} | price, 2),
        ("bundling", {"market": "US", "foreign": ["A"], "domestic": ["B"], "ratio": 0.2} | price, 2),
        ("domestic_shares", {"market": "US", "share": 0.2} | price, 2),
    ):
        plan = solved(changed(case, {f"policy/{kind}": {"rule": rule}}))
        assert plan.objective_musd == near(10.2), kind
        assert violations(plan) == near([amount]), kind
        assert account(plan, "soft rules") == near([0.2]), kind


def test_a_soft_rule_may_cost_nothing() -> None:
    """A price of 0 makes the rule a count of its violations: 10."""
    case = neutral(limit(most=8.0, violation_usd_per_unit_year=0.0))
    assert cost(case) == near(10)


def test_a_shorter_and_a_longer_run_of_a_changing_rate_have_prices_of_their_own() -> None:
    """4 MW may be begun in any twelve months, from April 2: what is begun in the two quarters is 4, in the second 2.

    Demand of 10 goes unmet at 10 a year. A MW of the first quarter saves 5 for 4 and a chip of 0.1, one of the second
    2.5 for 0.1: 2 and 2. One more in both together saves 0.9; one more in the second, in place of the first, 1.5.
    """
    case = neutral(
        {
            "sites/Site": greenfield({"step": {"2027-01-01": 4.0, "2027-04-01": 0.0}}),
            "chips/A/markets/US/price_usd": 0.1e6,
            "workloads/work/shortfall": rent(10.0),
            "policy/build_rates/pace": {
                "markets": ["US"],
                "mw_per_year": {"step": {"2027-01-01": 4.0, "2027-04-01": 2.0}},
            },
        },
        periods=2,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(50 - 2 * (5 - 4) - 2 * 2.5 + 4 * 0.1)
    prices = plan["prices"].query("rule == 'build_rate'")
    assert sorted(zip(prices["limit"], prices["price_usd"], strict=True)) == [
        (near(2.0), near(1.5e6)),
        (near(4.0), near(0.9e6)),
    ]
