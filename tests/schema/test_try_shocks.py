"""Shocks tried whether used or not, and profiles set as a whole from a day on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.schema import parse_case
from planner.schema.alternative_cases import variant
from planner.schema.scenarios import scenarios
from planner.schema.shocks import apply_shocks
from planner.schema.try_shocks import shock_problems
from planner.time_profile import value_at

FORMS: dict[str, tuple[Any, list[float]]] = {
    "number": (70_000, [70_000, 70_000]),
    "growth": ({"base": 60_000, "growth_per_year": 0.44, "base_date": "2028-07-01"}, [60_000, 86_400]),
    "step": ({"step": {"2028-01-01": 70_000, "2029-01-01": 80_000}}, [70_000, 80_000]),
    "linear": ({"linear": {"2028-07-01": 70_000, "2029-07-01": 80_000}}, [70_000, 80_000]),
    "changed": ({"profile": 70_000, "changes": [{"since": "2029-01-01", "add": 5_000}]}, [70_000, 75_000]),
}
"""Profiles with their values of 2028 and 2029: growth and lines are read in the middle of a year."""


def case(change: dict[str, Any] | None = None, **more: Any) -> Any:
    outcomes = {"flat": {"probability": 0.5}, "up": {"probability": 0.5, "changes": [change]}}
    reveals = {} if change is None else {"Demand": {"date": "2028-01-01", "outcomes": outcomes}}
    return parse_case(
        {
            "settings": {"name": "x", "start": "2027-01-01", "frequency": "year", "periods": 3},
            "markets": {"Home": {}},
            "regions": {"Grid": {"market": "Home"}},
            "sites": {"North": {"region": "Grid", "max_it_mw": 100}},
            "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1, "markets": {"Home": {}}}},
            "workloads": {"Work": {"demand_pflops": 60_000, "precision": "any"}},
            "policy": {"bans": {"ban": {"chips": ["Unit"], "markets": ["Home"], "enabled": False}}},
            "uncertainty": reveals,
        }
        | more
    )


def demand(found: Any) -> list[float]:
    line = found.settings.timeline
    profile = found.workloads["Work"].demand_pflops
    days = [(line.first_day(t), line.first_day(t + 1)) for t in line]
    return [value_at(profile, *each, plan_start=line.start) for each in days]


@pytest.mark.parametrize("form", FORMS)
def test_a_profile_set_at_a_reveal_holds_from_then_on(form: str) -> None:
    """2027 keeps its 60,000 in both scenarios; from 2028 the outcome's profile is read as anywhere."""
    typed, later = FORMS[form]
    change = {"table": "workloads", "rows": ["Work"], "field": "demand_pflops", "set": typed}
    values = {each.name: demand(each.case) for each in scenarios(case(change))}
    assert values["flat"] == [60_000] * 3
    assert values["up"] == pytest.approx([60_000, *later])


@pytest.mark.parametrize("form", FORMS)
def test_a_profile_set_by_a_shock_is_the_same_through_each_door(form: str) -> None:
    typed, later = FORMS[form]
    change = {"table": "workloads", "field": "demand_pflops", "set": typed, "since": "2028-01-01"}
    found = case(shocks={"up": {"changes": [change]}}, alternatives={"rival": {"changes": [change]}})
    assert demand(apply_shocks(found, found.shocks["up"].changes)) == pytest.approx([60_000, *later])
    assert demand(variant(found, "rival")) == pytest.approx([60_000, *later])


@pytest.mark.parametrize("typed", ["yes", "on", "True", "是", True, 1])
def test_yes_is_the_same_at_a_reveal_and_with_a_shock(typed: Any) -> None:
    change = {"table": "policy.bans", "field": "enabled", "set": typed}
    known = {each.name: each.case.policy.bans["ban"] for each in scenarios(case(change))}
    assert not known["flat"].enabled
    assert known["up"].enabled
    assert str(known["up"].since) == "2028-01-01"
    found = case(shocks={"on": {"changes": [change]}})
    assert apply_shocks(found, found.shocks["on"].changes).policy.bans["ban"].enabled is True


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"table": "chip", "field": "it_kw", "set": 1}, "no table; did you mean chips?"),
        ({"table": "chips", "rows": ["Unitt"], "field": "it_kw", "set": 1}, "no row of chips; did you mean Unit?"),
        ({"table": "chips", "field": "it_kws", "set": 1}, "no field of chips; did you mean it_kw?"),
        (
            {"table": "chips", "field": "it_kw", "set": "much"},
            "chips.Unit.it_kw wrong: found 'much'; allowed: a number",
        ),
        (
            {"table": "chips", "field": "it_kw", "add": -3},
            "makes chips.Unit.it_kw wrong: found -2.0; allowed: 0 or more",
        ),
        ({"table": "sites", "field": "region", "scale": 2}, "sites.North.region is no number (Grid); set it instead"),
    ],
)
def test_a_shock_that_nobody_takes_is_checked(change: dict[str, Any], message: str) -> None:
    (problem,) = shock_problems(case(shocks={"idle": {"changes": [change]}}))
    assert problem.path[:4] == ("shocks", "idle", "changes", "0")
    assert str(problem.message).endswith(message)


def test_a_profile_set_at_a_reveal_is_planned_for(tmp_path: Path) -> None:
    """60 MW at 2 million in 2027; up adds 10 MW in each of 2028 and 2029: 120 and 160, 140 on average."""
    from planner.app.optimize import optimize
    from planner.app.request import Job
    from planner.app.summary import summary

    file = tmp_path / "case.yaml"
    file.write_text(SOLVED)
    outcome = optimize(Job(file, output=tmp_path / "r.xlsx"))
    found = summary(outcome)
    assert found["present_cost_musd"] == pytest.approx(140)
    assert [each["present_cost_musd"] for each in found["scenarios"]] == pytest.approx([120, 160])


SOLVED = """\
settings: {name: set a profile, start: 2027-01-01, frequency: year, periods: 3}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60000, precision: any}
uncertainty:
  Demand:
    date: 2028-01-01
    outcomes:
      flat: {probability: 0.5}
      up:
        probability: 0.5
        changes:
          - {table: workloads, rows: [Work], field: demand_pflops, set: {step: {2028-01-01: 70000, 2029-01-01: 80000}}}
"""
