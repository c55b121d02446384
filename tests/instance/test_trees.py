"""Decisions live on the nodes of a tree: nobody acts on what is not yet known, and twins of one future are one.

A chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year and the demand 10 PFLOP/s.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from planner.findings import cost_by_scenario
from planner.schema import parse_case
from planner.schema.uncertainty import Outcome, Reveal
from planner.solving import solve
from tests.model.cases import (
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
    ordered,
    rent,
    solved,
)
from tests.model.test_metamorphic import on_generated_cases

from .trees import branching, solved_on

INPUTS = Path(__file__).parents[2] / "inputs"
US = "chips/A/markets/US"
BAN = {"policy/bans": {"ban": {"chips": ["A"], "markets": ["US"], "since": "2028-01-01", "refund_share": 0.5}}}


def test_paths_and_descendants() -> None:
    """Two futures from the second of three years: 2027, then 2028 and 2029 of each."""
    tree = branching(neutral(periods=3), {"calm": (0.75, {}), "storm": (0.25, {})})
    assert [node.name for node in tree] == ["2027", "2028 calm", "2029 calm", "2028 storm", "2029 storm"]
    assert tree.leaves == (2, 4)
    assert tree.path(4) == (0, 3, 4)
    assert sorted(tree.below(0, 1)) == [0, 1, 3]
    assert sorted(tree.below(0, 2)) == [0, 1, 2, 3, 4]


def test_what_is_begun_is_reached_or_stopped_on_every_branch() -> None:
    """Reached in 2029 where the calm goes on, stopped in 2028 by the storm."""
    tree = branching(neutral(periods=3), {"calm": (0.75, {}), "storm": (0.25, {})})
    ends = dict(tree.first_below(0, lambda index: tree[index].period >= 2, stopped=lambda index: index == 3))
    assert ends == {2: True, 3: False}


def test_an_order_of_before_a_ban_is_delivered_in_one_future_and_refunded_in_the_other() -> None:
    """10 ordered in 2027 for 2028, 40 % paid: 4. Three in four they come, 6; else half of the 4 is back and 30 is rent.

    4 + 0.75 x 6 + 0.25 x (30 - 2) = 15.5. Rented in any case it would be 30; were the ban known, 10 or 30: 15.
    """
    case = neutral(
        {
            f"{US}/lead_months": 12.0,
            f"{US}/deposit_share": 0.4,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=2,
    )
    plan = solved_on(branching(case, {"open": (0.75, {}), "ban": (0.25, BAN)}))
    assert plan.objective_musd == near(15.5)
    assert ordered(plan) == near([10, 0, 0])
    assert account(plan, "chip purchase") == near([4, 6, 0])
    assert account(plan, "cancellation") == near([0, 0, -2])
    assert amounts(plan, "orders", "cancelled") == near([0, 0, 10])


def test_a_likely_ban_is_not_ordered_into() -> None:
    """At nine in ten the order costs 4 + 0.1 x 6 + 0.9 x (20 - 2) with rent at 2: 20.8, and rent alone 20."""
    case = neutral(
        {
            f"{US}/lead_months": 12.0,
            f"{US}/deposit_share": 0.4,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(2),
        },
        periods=2,
    )
    plan = solved_on(branching(case, {"open": (0.1, {}), "ban": (0.9, BAN)}))
    assert plan.objective_musd == near(20)
    assert ordered(plan) == near([0, 0, 0])


def test_construction_is_paid_on_every_branch_and_ready_when_its_own_lag_allows() -> None:
    """24 months, 12 in the quick future: begun in 2027, ready in 2028 there, else in 2029, paid over two years in both.

    20 + 20 of halls at 4 per MW, 10 chips; in the slow future 2028 is rented at 3: 40 + 10 + 0.5 x 30.
    """
    case = neutral(
        {
            "sites/Site": greenfield(4.0, 24.0),
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=4,
    )
    quick = {"sites/Site/build_options/halls/build_months": by_year(24, 12)}
    plan = solved_on(branching(case, {"quick": (0.5, quick), "slow": (0.5, {})}))
    assert plan.objective_musd == near(65)
    assert account(plan, "site capex") == near([20, 20, 0, 0, 20, 0, 0])
    assert amounts(plan, "halls", "it_mw") == near([0, 10, 10, 10, 0, 10, 10])


def test_chips_wait_for_what_is_learned() -> None:
    """Demand in 2028 is 4 or 20, evenly; bought then, with no lead, 4 or 20: 12. Ordered a year ahead 20 at once.

    With a year of lead and rent at 3, 20 chips for 20, as half of 3 is more than 1.
    """
    case = neutral({"workloads/work/demand_pflops": 0.0, "workloads/work/shortfall": rent(3)}, periods=2)
    futures = {
        name: (0.5, {"workloads/work/demand_pflops": by_year(0, level)}) for name, level in (("low", 4), ("high", 20))
    }
    assert solved_on(branching(case, futures)).objective_musd == near(12)
    late = changed(case, {f"{US}/lead_months": 12.0})
    plan = solved_on(branching(late, futures))
    assert plan.objective_musd == near(20)
    cheap = changed(late, {"workloads/work/shortfall": rent(1.5)})
    assert solved_on(branching(cheap, futures)).objective_musd == near(4 + 16 * 0.75)


def test_a_price_reads_in_money_of_its_day_in_its_future() -> None:
    """One MW of headroom more in one future of two in 2028 saves 3 of rent there, whatever its odds and discount."""
    case = neutral(
        {
            "settings/discount_rate": 0.21,
            "regions/Grid/headroom_mw": 20.0,
            "sites/Site/existing_fleet": {"A": {"units": 10.0}},
            "workloads/work/shortfall": rent(3),
        },
        periods=2,
    )
    tight = {"regions/Grid/headroom_mw": by_year(20, 8)}
    plan = solved_on(branching(case, {"tight": (0.25, tight), "wide": (0.75, {})}))
    assert plan.objective_musd == near(0.25 * 6 / 1.331)
    prices = plan["prices"].set_index(["rule", "node"])["price_usd"].to_dict()
    assert prices["headroom", "2028 tight"] == near(3e6)
    assert ("headroom", "2028 wide") not in prices


def test_a_window_counts_along_each_path() -> None:
    """Four licensed in all, B at 3: each future has what 2027 left of the four, and futures do not share it."""
    case = neutral(
        {
            "chips/B": chip(3e6),
            "policy/licence_quotas": {"licence": {"chips": ["A"], "markets": ["US"], "units": 4.0}},
            "workloads/work/demand_pflops": by_year(1, 10),
        },
        periods=2,
    )
    plan = solved_on(branching(case, {"one": (0.5, {}), "other": (0.5, {})}))
    assert plan.objective_musd == near(4 + 18)


@on_generated_cases
def test_twins_of_one_future_change_nothing(case: dict[str, object]) -> None:
    """A future split into two that are the same, in the second year or in the third, costs what it did."""
    base = cost(case)
    twins = {"one": (0.3, {}), "other": (0.7, {})}
    for at in (1, 2):
        plan = solved_on(branching(case, twins, at=at))
        assert plan.objective_musd == pytest.approx(base, rel=1e-7, abs=1e-7)


def test_a_quota_or_budget_that_a_reveal_switches() -> None:
    """10 asked for in 2028, at 1 each or rented at 3. A quota of 4 that comes leaves 4 + 18, one that goes 10.

    A budget of 4 does the same. On average 16 either way.
    """

    def switched(rule: Data, table: str, on: bool) -> float:
        change = {"table": f"policy.{table}", "rows": ["rule"], "field": "enabled", "set": on}
        outcomes = {"same": {"probability": 0.5}, "other": {"probability": 0.5, "changes": [change]}}
        return cost(
            neutral(
                {
                    "workloads/work/demand_pflops": by_year(0, 10),
                    "workloads/work/shortfall": rent(3),
                    f"policy/{table}/rule": {**rule, "enabled": not on, "window": "calendar_year"},
                    f"{US}/available_from": "2028-01-01",
                    "uncertainty/rule": {"date": "2028-01-01", "outcomes": outcomes},
                },
                periods=2,
            )
        )

    for on in (True, False):
        assert switched({"chips": ["A"], "markets": ["US"], "units": 4.0}, "licence_quotas", on) == near(16)
        assert switched({"musd": 4.0}, "budgets", on) == near(16)


def test_a_reveal_that_is_certain_changes_not_a_bit() -> None:
    """A reveal with one outcome and no shock: the same tables to the last digit."""
    plain = parse_case(yaml.safe_load((INPUTS / "quickstart.yaml").read_text("utf-8")))
    reveal = Reveal(
        date=date(2028, 1, 1), outcomes={"as planned": Outcome(probability=1.0), "never": Outcome(probability=0.0)}
    )
    told = plain.model_copy(update={"uncertainty": {"nothing": reveal}})
    one, other = solve(plain), solve(told)
    assert one.objective_musd == other.objective_musd
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True, obj=name)


def test_an_outcome_split_into_twins_changes_nothing() -> None:
    """The ban of two in five becomes two of one in five each: the same cost, and each twin pays what the ban did."""
    ban = {"table": "policy.bans", "field": "enabled", "set": True}

    def known(**revoked: float) -> Data:
        outcomes = {name: {"probability": share, "changes": [ban]} for name, share in revoked.items()}
        return neutral(
            {
                f"{US}/lead_months": 12.0,
                f"{US}/deposit_share": 0.4,
                "workloads/work/demand_pflops": by_year(0, 10, 12),
                "workloads/work/shortfall": rent(3),
                "policy/bans": {"ban": {"chips": ["A"], "markets": ["US"], "enabled": False, "refund_share": 0.5}},
                "uncertainty/licence": {
                    "date": "2028-01-01",
                    "outcomes": {"stands": {"probability": 0.6}, **outcomes},
                },
            },
            periods=3,
        )

    one, two = solved(known(revoked=0.4)), solved(known(revoked=0.2, again=0.2))
    assert two.objective_musd == near(one.objective_musd)
    costs, twins = cost_by_scenario(one), cost_by_scenario(two)
    assert twins == near({"stands": costs["stands"], "revoked": costs["revoked"], "again": costs["revoked"]})
