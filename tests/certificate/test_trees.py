"""Plans on scenario trees: what two reveals make is certified, and whatever is then changed is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.certificate import Certificate, certify
from planner.certificate.futures import futures
from planner.errors import InfeasibleError
from planner.files import read_with_origins
from planner.schema import Case, parse_case
from planner.schema.scenarios import scenarios
from planner.solution import TABLES, Solution
from planner.solving import session, solve
from tests.model.cases import Data, by_year, changed, chip, greenfield, near, neutral, rent
from tests.model.test_reference_trees import TreeMaker

US = "chips/A/markets/US"


def two_reveals(**changes: Any) -> Data:
    """A licence on which a ruling comes in 2028 and takes effect in 2029, and demand that is known in 2029.

    Chips A and B come after a year, B costlier and free of the ban; halls take a year, the grid two, by 2030 three
    where demand is high. Quotas, budgets and soft rules run over both reveals.
    """
    since_2029 = {"since": "2029-01-01"}
    case = neutral(
        {
            "settings/discount_rate": 0.1,
            "regions/Grid/tariff_usd_per_mwh": 10.0,
            "regions/Grid/carbon_t_per_mwh": 0.5,
            "regions/Grid/headroom_mw": 60.0,
            "markets/US": {"generation_twh_per_year": 2.0, "ai_share": 0.5},
            "sites/Site": greenfield(
                1.0,
                12.0,
                opening_musd=0.5,
                grid_connection_months=12.0,
                grid_connection_musd_per_mw=0.1,
                om_musd_per_mw_year=0.01,
            ),
            "sites/Site/build_options/halls/life_years": 10.0,
            "chips/A/residual_life_years": 5.0,
            "chips/A/attrition_per_year": 0.05,
            "chips/A/om_usd_per_unit_year": 1000.0,
            "chips/A/holding_usd_per_unit_year": 500.0,
            f"{US}/lead_months": 12.0,
            f"{US}/deposit_share": 0.4,
            f"{US}/chip_value_usd": 5e5,
            "chips/B": chip(1.5e6),
            "chips/B/markets/US/lead_months": 12.0,
            "workloads/work/demand_pflops": by_year(0, 10, 20, 30, 30),
            "workloads/work/shortfall": rent(3),
            "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 1000.0}},
            "workloads/work/chips": {"A": {"running_usd_per_unit_year": 500.0}, "B": {}},
            "orders_placed/early": {
                "chip": "A",
                "market": "US",
                "units": 4.0,
                "due": "2029-06-01",
                "price_usd": 9e5,
                "deposit_paid_usd": 1e6,
            },
            "policy/bans/ban": {"chips": ["A"], "markets": ["US"], "refund_share": 0.5, "enabled": False},
            "policy/import_fees/fee": {"chips": ["A"], "markets": ["US"], "rate": 0.1},
            "policy/carbon_prices/ets": {"markets": ["US"], "usd_per_t": 5.0},
            "policy/licence_quotas/quota": {"chips": ["A"], "markets": ["US"], "units": 40.0},
            "policy/budgets/money": {"musd": 40.0, "window": "calendar_year"},
            "policy/power_caps/cap": {"markets": ["US"], "mw": 18.0, "violation_usd_per_unit_year": 1e5},
            "uncertainty": {
                "licence": {
                    "date": "2028-01-01",
                    "outcomes": {
                        "stands": {"probability": 0.6},
                        "revoked": {
                            "probability": 0.4,
                            "changes": [
                                {"table": "policy.bans", "field": "enabled", "set": True} | since_2029,
                                {"table": "chips", "rows": ["B"], "field": "markets.US.price_usd", "scale": 1.2}
                                | since_2029,
                            ],
                        },
                    },
                },
                "ramp": {
                    "date": "2029-01-01",
                    "outcomes": {
                        "slow": {
                            "probability": 0.5,
                            "changes": [{"table": "workloads", "field": "demand_pflops", "scale": 0.6}],
                        },
                        "fast": {
                            "probability": 0.5,
                            "changes": [
                                {"table": "sites", "field": "grid_connection_months", "set": 24.0}
                                | {"since": "2029-01-01"},
                                {"table": "sites", "field": "build_options.*.build_months", "add": 12.0},
                            ],
                        },
                    },
                },
            },
        },
        periods=5,
    )
    return changed(case, {path.replace("__", "/"): value for path, value in changes.items()})


DATE = "uncertainty__licence__date"
STANDS, REVOKED = (f"uncertainty__licence__outcomes__{name}__probability" for name in ("stands", "revoked"))


ON_A_GRID: Data = {
    "settings__frequency": None,
    "settings__periods": None,
    "settings__grid": "3 months, 1 quarter, 1 year, 2 quarters, 2 years",
}
"""Four of its years in periods of three lengths; one year begins in July."""


@cache
def planned() -> tuple[Case, Solution]:
    """The case and its plan."""
    case = parse_case(two_reveals())
    return case, solve(case)


def red(certificate: Certificate) -> set[str]:
    """Checks that do not hold."""
    return {check.id for check in certificate.checks if not check.ok}


def test_the_plan_of_two_reveals_holds() -> None:
    """Four scenarios, fifteen nodes; orders are cancelled in the branch with the ban alone."""
    case, plan = planned()
    assert red(certify(case, plan)) == set()
    assert len(plan["nodes"]) == 1 + 2 + 3 * 4
    assert set(plan["paths"]["scenario"]) == {"stands, slow", "stands, fast", "revoked, slow", "revoked, fast"}
    stopped = plan["orders"][plan["orders"]["cancelled"] > 0]
    assert set(stopped["node"]) == {"2029 revoked, slow", "2029 revoked, fast"}


def test_a_plan_that_knows_the_ruling_a_year_early_is_found() -> None:
    """Each scenario is feasible and the money adds up, but 2028 is planned twice."""
    late = parse_case(two_reveals(**{DATE: "2029-01-01"}))
    _, plan = planned()
    assert red(certify(late, plan)) == {"decided_in_common"}


def test_a_plan_that_ignores_the_ruling_for_a_year_is_found() -> None:
    """In 2028 the ruling is known, so that its scenarios no longer pass the same node."""
    case, _ = planned()
    plan = solve(parse_case(two_reveals(**{DATE: "2029-01-01"})))
    assert red(certify(case, plan)) == {"decided_in_common"}


def test_a_probability_that_is_not_the_cases_is_found() -> None:
    """Planned at 60 %, typed as 50 %."""
    _, plan = planned()
    case = parse_case(two_reveals(**{STANDS: 0.5, REVOKED: 0.5}))
    certificate = certify(case, plan)
    assert red(certificate) == {"scenarios_of_case"}
    found = next(check for check in certificate.checks if check.id == "scenarios_of_case")
    assert found.worst == near(0.05)


def test_a_scenario_that_is_missing_or_not_the_cases_is_found() -> None:
    """The case has a third ruling, or no ruling at all."""
    _, plan = planned()
    third = {"uncertainty__licence__outcomes__modified__probability": 0.2, STANDS: 0.6, REVOKED: 0.2}
    assert "scenarios_of_case" in red(certify(parse_case(two_reveals(**third)), plan))
    third = {"uncertainty__licence__outcomes__modified__probability": 5e-7}
    assert red(certify(parse_case(two_reveals(**third)), plan)) == {"scenarios_of_case"}
    assert "scenarios_of_case" in red(certify(parse_case(two_reveals(uncertainty={})), plan))


def test_what_was_minimised_is_checked_where_risk_weighs_in() -> None:
    """Half of the weight on the worst 30 %; a criterion that is a thousandth off, or left out, is found."""
    case = parse_case(two_reveals(goals={"risk_weight": 0.5, "risk_level": 0.7}))
    plan = solve(case)
    assert red(certify(case, plan)) == set()
    assert plan.criterion_musd is not None
    assert plan.criterion_musd > plan.objective_musd
    off = replace(plan, criterion_musd=plan.criterion_musd * 1.001)
    assert "criterion" in red(certify(case, off))
    assert "criterion" in red(certify(case, replace(plan, criterion_musd=None)))


def test_of_a_tree_made_by_hand_only_the_names_are_known() -> None:
    """The cases given stand for the scenarios; when they part is not checked, as the case does not say."""
    case, plan = planned()
    by_hand = {scenario.name: scenario.case for scenario in scenarios(case)}
    plain = parse_case(two_reveals(uncertainty={}))
    certificate = certify(plain, plan, scenario_cases=by_hand)
    assert red(certificate) == set()
    assert next(check for check in certificate.checks if check.id == "decided_in_common").where == ""
    by_hand["revoked, never"] = by_hand.pop("revoked, slow")
    assert "scenarios_of_case" in red(certify(plain, plan, scenario_cases=by_hand))


UNCHECKED: Mapping[tuple[str, str], str] = {
    (
        "prices",
        "price_usd",
    ): "where a limit follows from decisions, nothing weighs the price: its dual is not solved again",
    ("verified", "more_usd"): "what a second solve found; only that the price lies between both sides is known",
    ("verified", "less_usd"): "the same",
}
"""Columns in which a number may be changed unnoticed, with the reason."""


def _cells(plan: Solution) -> Iterator[tuple[str, str, int]]:
    """One number of every column in every node of the tree, the largest, where it is neither zero nor empty."""
    for table, spec in TABLES.items():
        data = plan[table].reset_index(drop=True)
        by = "node" if "node" in data else "kind"
        for column, about in spec.columns.items():
            if about.kind != "text" and column != "phases":
                for _, rows in data.groupby(by):
                    row = rows[column].abs().idxmax() if rows[column].notna().any() else rows.index[0]
                    if rows[column][row] and rows[column].notna().any():
                        yield table, column, int(row)


def unnoticed(case: Case, plan: Solution) -> tuple[list[tuple[str, str, int]], int]:
    """Numbers that may be a twentieth larger and the plan is still certified, and how many were tried."""
    found, tried = [], 0
    for table, column, row in _cells(plan):
        data: pd.DataFrame = plan[table].reset_index(drop=True).copy()
        value = data.at[row, column]
        data.at[row, column] = value + 1 if TABLES[table].columns[column].kind == "whole" else value * 1.05
        tables: Mapping[str, pd.DataFrame] = {**plan.tables, table: data}
        tried += 1
        if certify(case, replace(plan, tables=tables)).ok:
            found.append((table, column, row))
    return found, tried


@pytest.mark.parametrize("periods", [{}, pytest.param(ON_A_GRID, marks=pytest.mark.full)], ids=["years", "grid"])
def test_no_number_of_a_tree_can_be_changed_unnoticed(periods: Data) -> None:
    """The largest number of every column at every node, a twentieth larger: never certified."""
    case = parse_case(two_reveals(**periods))
    plan = solve(case)
    assert red(certify(case, plan)) == set()
    found, tried = unnoticed(case, plan)
    assert [each for each in found if each[:2] not in UNCHECKED] == []
    assert tried > 300


@pytest.mark.full
def test_no_number_of_the_quickstart_can_be_changed_unnoticed() -> None:
    """Every table of a plan with prices tried, its columns at every node: those that nothing checks are listed."""
    case, _ = read_with_origins(Path(__file__).parent.parent.parent / "inputs" / "quickstart.yaml")
    with session(case) as s:
        plan = s.verify_prices(s.solve())
    found, tried = unnoticed(case, plan)
    assert {each[:2] for each in found} <= set(UNCHECKED)
    assert tried > 500


def test_a_start_states_when_it_is_most_likely_ready() -> None:
    """Halls of 2028 take a year longer where demand is fast: the period of the likelier outcome is stated."""
    for slow, due in ((0.7, "2029"), (0.3, "2030")):
        odds = {
            f"uncertainty__ramp__outcomes__{name}__probability": p for name, p in (("slow", slow), ("fast", 1 - slow))
        }
        case = parse_case(two_reveals(**odds))
        plan = solve(case)
        begun = plan["starts"][(plan["starts"]["node"].str.startswith("2028")) & (plan["starts"]["start_mw"] > 0)]
        assert set(begun["ready"]) <= {due}
        starts = plan["starts"].assign(ready=plan["starts"]["ready"].replace(due, "2029" if due == "2030" else "2030"))
        if len(begun):
            assert "stated_ready" in red(certify(case, replace(plan, tables={**plan.tables, "starts": starts})))


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("budgets", {"musd": 15.0, "window": "whole"}),
        ("budgets", {"musd": 15.0, "window": "whole", "until": "2029-01-01"}),
        ("licence_quotas", {"chips": ["A"], "markets": ["US"], "units": 15.0}),
    ],
)
def test_a_limit_over_both_years_is_lifted_in_one_future_alone(table: str, rule: Data) -> None:
    """10 chips for 2027; in 2028, 10 more where the limit of 15 is lifted, else 5 and 5 rented at 3.

    10 + 0.5 x 10 + 0.5 x (5 + 15) = 25; were it never lifted, 30.
    """
    lift = {"table": f"policy.{table}", "rows": ["limit"], "field": "enabled", "set": False}
    case = neutral(
        {
            "workloads/work/demand_pflops": by_year(10, 20),
            "workloads/work/shortfall": rent(3),
            f"policy/{table}/limit": rule,
            "uncertainty/law": {
                "date": "2028-01-01",
                "outcomes": {"stays": {"probability": 0.5}, "lifted": {"probability": 0.5, "changes": [lift]}},
            },
        },
        periods=2,
    )
    typed = parse_case(case)
    plan = solve(typed)
    assert red(certify(typed, plan)) == set()
    assert plan.objective_musd == near(25)


@pytest.mark.parametrize("table", ["budgets", "licence_quotas"])
def test_a_limit_that_comes_in_one_future_alone_counts_from_then_on(table: str) -> None:
    """No more than 10 chips in 2027; in 2028, 10 more, or 5 and 5 rented: 10 + 0.5 x 10 + 0.5 x (5 + 15) = 25."""
    rule = {"budgets": {"musd": 5.0}, "licence_quotas": {"chips": ["A"], "markets": ["US"], "units": 5.0}}[table]
    come = {"table": f"policy.{table}", "rows": ["limit"], "field": "enabled", "set": True}
    case = neutral(
        {
            "workloads/work/demand_pflops": by_year(10, 20),
            "workloads/work/shortfall": rent(3),
            "policy/budgets/now": {"musd": 10.0, "until": "2028-01-01"},
            f"policy/{table}/limit": rule | {"enabled": False},
            "uncertainty/law": {
                "date": "2028-01-01",
                "outcomes": {"free": {"probability": 0.5}, "limited": {"probability": 0.5, "changes": [come]}},
            },
        },
        periods=2,
    )
    typed = parse_case(case)
    plan = solve(typed)
    assert red(certify(typed, plan)) == set()
    assert plan.objective_musd == near(25)


def test_futures_are_told_by_what_is_known_and_when() -> None:
    """A reveal that follows only after an outcome, one with a single outcome, and a name that two reveals share.

    Half x 0.4 of the fast ramp's grid; the slow ramp has none.
    """
    outcomes = {"grid": {"early": 0.4, "late": 0.6}, "audit": {"done": 1.0}, "ramp": {"slow": 0.5, "fast": 0.5}}
    dates = {"grid": "2030-01-01", "audit": "2028-06-01", "ramp": "2029-01-01"}
    reveals: Data = {
        name: {"date": dates[name], "outcomes": {o: {"probability": p} for o, p in ways.items()}}
        for name, ways in outcomes.items()
    }
    reveals["ramp"]["outcomes"]["fast"]["next"] = "grid"
    found = futures(parse_case(two_reveals(uncertainty=reveals)))
    assert {name: future.probability for name, future in found.items()} == near(
        {"slow": 0.5, "fast, early": 0.2, "fast, late": 0.3}
    )
    assert found["fast, late"].known == ((2, "audit", "done"), (2, "ramp", "fast"), (3, "grid", "late"))
    reveals["grid"]["outcomes"]["slow"] = reveals["grid"]["outcomes"].pop("late")
    named = futures(parse_case(two_reveals(uncertainty=reveals)))
    assert set(named) == {"ramp slow", "fast, early", "fast, grid slow"}


@pytest.mark.parametrize("seed", range(200, 230))
def test_random_trees_with_plant_of_their_own_are_certified(seed: int) -> None:
    """Futures and branches agree, and so do the plan and its certificate."""
    case = with_plant(seed)
    found = futures(case)
    assert {name: future.probability for name, future in found.items()} == near(
        {scenario.name: scenario.probability for scenario in scenarios(case)}
    )
    try:
        plan = solve(case)
    except InfeasibleError:
        return
    assert red(certify(case, plan)) == set()


def with_plant(seed: int) -> Case:
    """A random tree whose sites may make power of their own, with leads and prices that a reveal changes."""
    maker = TreeMaker(seed)
    data = maker.make()
    data["onsite_sources"] = {
        name: {
            "capex_usd_per_kw": maker.profile(100.0, 1500.0),
            "lead_months": maker.months(9.0),
            "fuel_usd_per_mwh": maker.profile(10.0, 80.0),
            "availability": maker.number(0.6, 1.0),
            "life_years": maker.number(0.3, 5.0) + 0.1,
            "carbon_t_per_mwh": 0.4,
        }
        for name in ("engines", "cells")
    }
    for site in data["sites"].values():
        site["onsite"] = {"engines": {"max_mw": maker.number(0.5, 5.0)}, "cells": {}}
    for reveal in data["uncertainty"].values():
        last = list(reveal["outcomes"].values())[-1]
        if reveal["date"] > data["settings"]["start"]:
            field = maker.random.choice(["lead_months", "fuel_usd_per_mwh", "capex_usd_per_kw"])
            last["changes"] = [
                *last["changes"],
                {"table": "onsite_sources", "field": field, "scale": maker.random.choice([0.0, 0.5, 2.0])},
            ]
    return parse_case(data)
