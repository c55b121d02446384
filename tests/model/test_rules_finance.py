"""Money: discounting, budgets, residual value of halls, and what every account adds up to.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10.
"""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import InfeasibleError

from .cases import account, by_year, changed, chip, cost, greenfield, near, neutral, ordered, rent, solved
from .registry import covers

US = "chips/A/markets/US"
RATE = "settings/discount_rate"


def test_money_is_discounted_to_the_first_day_from_the_middle_of_its_period() -> None:
    """21 % a year: half a year is 1.1. 10 rented at 1 in 2027 and in 2028: 10 / 1.1 + 10 / 1.331, not 10 + 10 / 1.21.

    In quarters at 46.41 %, where a quarter is 1.1 and half of one its root: 2.5 / 1.1 ** 0.5 + 2.5 / 1.1 ** 1.5.
    """
    case = neutral({"workloads/work/shortfall": rent(1), f"{US}/price_usd": 9e6, RATE: 0.21}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(10 / 1.1 + 10 / 1.331)
    assert account(plan, "shortfall") == near([10, 10])
    assert plan["nodes"]["discount"].tolist() == near([1 / 1.1, 1 / 1.331])
    quarters = changed(case, {"settings/frequency": "quarter", RATE: 0.4641})
    assert cost(quarters) == near(2.5 / 1.1**0.5 + 2.5 / 1.1**1.5)
    assert cost(changed(case, {RATE: 0.0})) == near(20)


def test_months_are_twelfths_of_a_year() -> None:
    """Two months of rent at 12 a year: 1 a month for each of 10."""
    months = neutral({"workloads/work/shortfall": rent(12), f"{US}/price_usd": 99e6}, periods=2, frequency="month")
    plan = solved(months)
    assert account(plan, "shortfall") == near([10, 10])
    assert plan["nodes"]["label"].tolist() == ["2027-01", "2027-02"]


@covers("residual value", "site capex")
def test_halls_are_worth_the_unspent_share_of_their_life_from_readiness() -> None:
    """40 of halls, ready after a year, are two of ten years old at the end of the third: 32, discounted at 1.771561.

    Built at 4 per MW: 40 / 1.1 + 10 / 1.331 - 32 / 1.771561. From the start it would be 28; without a life nothing.
    """
    case = neutral(
        {"sites/Site": greenfield(4.0, 12.0), "workloads/work/demand_pflops": by_year(0, 10), RATE: 0.21}, periods=3
    )
    lasting = changed(case, {"sites/Site/build_options/halls/life_years": 10.0})
    plan = solved(lasting)
    assert plan.objective_musd == near(40 / 1.1 + 10 / 1.331 - 32 / 1.771561)
    assert account(plan, "residual value") == near([0, 0, -32])
    assert cost(case) == near(40 / 1.1 + 10 / 1.331)


def test_halls_past_their_life_opening_land_and_connection_leave_nothing() -> None:
    """Two years old with a life of two: 40 + 5 + 20 + 10 and nothing back."""
    case = neutral(
        {"sites/Site": greenfield(4.0, opening_musd=5.0, whole_phases=True, grid_connection_musd_per_mw=2.0)}, periods=2
    )
    assert cost(changed(case, {"sites/Site/build_options/halls/life_years": 2.0})) == near(75)
    assert cost(changed(case, {"sites/Site/build_options/halls/life_years": 4.0})) == near(55)


def test_committed_and_existing_halls_leave_nothing() -> None:
    """10 MW committed with 6 to pay: 6 + 10, though new halls here would last."""
    case = neutral(
        {
            "sites/Site": greenfield(
                4.0, committed={"hall 1": {"ready": "2027-01-01", "it_mw": 10.0, "remaining_cost_musd": 6.0}}
            ),
            "sites/Site/build_options/halls/life_years": 10.0,
        }
    )
    assert cost(case) == near(16)


def test_residual_value_never_makes_building_pay() -> None:
    """Halls that last a thousand years are not built without demand: the last year of building costs something."""
    case = neutral(
        {
            "sites/Site": greenfield(4.0),
            "sites/Site/build_options/halls/life_years": 1000.0,
            "workloads/work/demand_pflops": 0.0,
        },
        periods=2,
    )
    assert cost(case) == near(0)


def budget(musd: Any, **fields: Any) -> dict[str, Any]:
    """A budget."""
    return {"policy/budgets": {"board": {"musd": musd} | fields}}


@covers("budget")
def test_a_budget_limits_capital_in_all_undiscounted() -> None:
    """8 in all buys 8 chips over two years; 2 of 10 are rented at 3 in both: 8 + 12; without a budget 10.

    At 21 % still 8 chips: 8 / 1.1 + 6 / 1.1 + 6 / 1.331, however little a dollar of 2028 is worth today.
    """
    case = neutral(budget(8.0, window="whole") | {"workloads/work/shortfall": rent(3)}, periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(20)
    assert sum(ordered(plan)) == near(8)
    discounted = changed(case, {RATE: 0.21})
    assert cost(discounted) == near(14 / 1.1 + 6 / 1.331)
    assert cost(changed(case, {"policy/budgets": {}})) == near(10)


def test_a_budget_of_each_calendar_year_comes_again_and_is_lost_when_not_used() -> None:
    """From July 2027 in quarters, 8 a calendar year, of which each half has 4: 4 chips in 2027, 8 from 2028.

    The rest is rented at 8, 2 a quarter: 8 + 2 x (6 + 6 + 2 + 2) = 40. With 4 for 2027's half, typed for it, and a
    budget of 2028, read in its first period, of 6, whose half is 3: one chip less for two quarters.
    """
    case = neutral(
        budget(8.0) | {"settings/start": "2027-07-01", "workloads/work/shortfall": rent(8)},
        periods=4,
        frequency="quarter",
    )
    assert cost(case) == near(40)
    falling = {"policy/budgets/board/musd": {"step": {"2027-07-01": 4, "2028-01-01": 6, "2028-04-01": 99}}}
    assert cost(changed(case, falling)) == near(40 - 1 + 4)


def test_a_budget_counts_capital_fees_and_refunds_and_no_running_cost() -> None:
    """Opening 4, halls 10, grid 5, chips 10 and a fee of a tenth are 30 of capital; 29.9 are not enough.

    Energy 8.76, upkeep 20 + 10 and network 10 do not count, nor does a budget of another market.
    """
    case = neutral(
        {
            "markets/CN": {},
            "sites/Site": greenfield(
                1.0,
                size=10.0,
                opening_musd=4.0,
                grid_connection_musd_per_mw=0.5,
                om_musd_per_mw_year=2.0,
            ),
            "chips/A/om_usd_per_unit_year": 1e6,
            f"{US}/chip_value_usd": 1e6,
            "policy/import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.1}},
            "regions/Grid/tariff_usd_per_mwh": 100.0,
            "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 1e6}},
        }
    )
    assert cost(changed(case, budget(30.0))) == near(30 + 20 + 10 + 8.76 + 10)
    assert cost(changed(case, budget(1.0, markets=["CN"]))) == near(78.76)
    with pytest.raises(InfeasibleError, match="budget"):
        solved(changed(case, budget(29.9)))


def test_a_refund_makes_room_in_a_budget() -> None:
    """An order from before is cancelled and 4 come back, so that half a budget of 12 buys 10 chips in half a year."""
    early = {"chip": "A", "market": "US", "units": 5.0, "due": "2028-01-01", "price_usd": 2e6, "deposit_paid_usd": 4e6}
    case = neutral(
        budget(12.0)
        | {
            "orders_placed": {"early": early},
            "policy/bans": {
                "ban": {
                    "chips": ["A"],
                    "markets": ["US"],
                    "since": "2027-01-01",
                    "until": "2027-04-01",
                    "refund_share": 1,
                }
            },
            "workloads/work/demand_pflops": {"step": {"2027-01-01": 0, "2027-04-01": 10}},
        },
        periods=2,
        frequency="quarter",
    )
    assert cost(case) == near(6)
    with pytest.raises(InfeasibleError, match="budget"):
        solved(changed(case, {"policy/bans/ban/refund_share": 0.9}))


def test_a_soft_budget_is_broken_at_a_price_per_million_once() -> None:
    """8 of 10 over two years: 2 million beyond at 0.05, once: 10 + 0.1. By the year it would be 10.2."""
    case = neutral(budget(8.0, window="whole", violation_usd_per_unit_year=0.05e6), periods=2)
    plan = solved(case)
    assert plan.objective_musd == near(10.1)
    assert account(plan, "soft rules") == near([0, 0.1])


def test_a_rule_counts_in_the_periods_that_begin_while_it_is_in_force() -> None:
    """A budget of nothing since 2 January 2027 until 2 January 2028 is in force in 2028 alone, on its first day."""
    case = neutral(
        budget(0.0, since="2027-01-02", until="2028-01-02") | {"workloads/work/shortfall": rent(0.6)}, periods=3
    )
    assert cost(case) == near(10)
    assert cost(changed(case, {"workloads/work/demand_pflops": by_year(0, 10)})) == near(10)
    dear = {"workloads/work/demand_pflops": by_year(0, 10), f"{US}/price_usd": by_year(5e6, 1e6)}
    assert cost(changed(case, dear)) == near(6 + 6)


def test_the_ledger_says_where_and_for_what_each_amount_is() -> None:
    """Halls belong to the site, chips to the chip, rent to the workload, which has no market; each has its price."""
    case = neutral({"sites/Site": greenfield(1.0, size=6.0), "workloads/work/shortfall": rent(7), RATE: 0.21})
    ledger = solved(case)["ledger"]
    rows = {
        (row.account, row.node, row.market, row.item, row.price_path): (row.musd, row.present_musd)
        for row in ledger.itertuples()
    }
    assert rows == {
        ("site capex", "2027", "US", "Site", "sites.Site.build_options.halls.capex_musd_per_mw"): near((6, 6 / 1.1)),
        ("chip purchase", "2027", "US", "A", "chips.A.markets.US.price_usd"): near((6, 6 / 1.1)),
        ("shortfall", "2027", "", "work", "workloads.work.shortfall.usd_per_pflops_year"): near((28, 28 / 1.1)),
    }


def test_an_amount_of_several_prices_is_shared_out_among_them() -> None:
    """Fees of 10 and 30 % on chips worth 4: 0.4 and 1.2. Carbon at 10 and 5 USD, 10 MW x 8760 h x 0.5 t: 0.438, 0.219.

    Of two bans that cancel, with 60 and 40 % of the deposits of 2 back, the one that gives less counts: 0.8.
    """
    fee = {"chips": ["A"], "markets": ["US"]}
    case = neutral(
        {
            "regions/Grid/carbon_t_per_mwh": 0.5,
            "sites/Site/pue": 1.0,
            f"{US}/chip_value_usd": 4e5,
            "policy/import_fees": {"low": {**fee, "rate": 0.1}, "high": {**fee, "rate": 0.3}},
            "policy/carbon_prices": {
                "levy": {"markets": ["US"], "usd_per_t": 10},
                "tax": {"markets": ["US"], "usd_per_t": 5},
            },
            "orders_placed/early": {
                "chip": "B",
                "market": "US",
                "units": 4.0,
                "due": "2028-01-01",
                "price_usd": 1e6,
                "deposit_paid_usd": 2e6,
            },
            "chips/B": chip(),
            "policy/bans": {
                "mild": {"chips": ["B"], "markets": ["US"], "refund_share": 0.6},
                "harsh": {"chips": ["B"], "markets": ["US"], "refund_share": 0.4},
            },
        }
    )
    booked = {
        (account, path): musd
        for account, path, musd in solved(case).rows("ledger", "account", "price_path", "musd")
        if account != "chip purchase" and musd
    }
    assert booked == {
        ("import fee", "policy.import_fees.low.rate"): near(0.4),
        ("import fee", "policy.import_fees.high.rate"): near(1.2),
        ("carbon", "policy.carbon_prices.levy.usd_per_t"): near(0.438),
        ("carbon", "policy.carbon_prices.tax.usd_per_t"): near(0.219),
        ("cancellation", "policy.bans.harsh.refund_share"): near(-0.8),
    }


def test_a_residual_value_names_its_life_and_what_is_left_of_it() -> None:
    """Ten chips at 1 million, five in 2027 and five in 2028, each with a life of four years: after 2028 half of the
    first five is left and three quarters of the others, 6.25 of 10 million, 62.5 % of their life on average.
    """
    case = neutral({"chips/A": chip(residual_life_years=4), "workloads/work/demand_pflops": by_year(5, 10)}, periods=2)
    columns = ("account", "price_path", "life_path", "life_left", "musd")
    kept = [row for row in solved(case).rows("ledger", *columns) if row[0] == "residual value"]
    path = "chips.A.markets.US.price_usd"
    assert kept == [("residual value", path, "chips.A.residual_life_years", near(0.625), near(-6.25))]
