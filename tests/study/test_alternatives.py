"""Alternatives solved from where the plan stands: answers worked by hand, and the same as from nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.certificate import certify
from planner.files import read_with_origins
from planner.findings import chips_ordered, first_served
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.schema.alternative_cases import variant
from planner.schema.continuous import continuous
from planner.solving import session, solve
from planner.study.alternatives import Option, options

INPUTS = Path(__file__).parents[2] / "inputs"

RENT = {"usd_per_pflops_year": 9000}
CASE: dict[str, Any] = {
    "settings": {"name": "two countries", "start": "2027-01-01", "frequency": "year", "periods": 2},
    "markets": {"A": {}, "B": {}},
    "regions": {"A1": {"market": "A", "headroom_mw": 10}, "B1": {"market": "B"}},
    "sites": {
        "North": {"region": "A1", "max_it_mw": 10, "existing_it_mw": 10},
        "South": {"region": "B1", "max_it_mw": 50, "existing_it_mw": 50},
    },
    "chips": {
        "plain": {
            "peak_pflops": {"any": 1}, "it_kw": 1, "markets": {"A": {"price_usd": 1000}, "B": {"price_usd": 1000}},
        },
        "fine": {
            "peak_pflops": {"any": 1},
            "it_kw": 1,
            "markets": {"A": {"price_usd": 3000, "supply_per_year": 4000}, "B": {"price_usd": 3000}},
        },
    },
    "workloads": {
        "near": {"demand_pflops": 8000, "precision": "any", "markets": ["A"], "shortfall": RENT},
        "far": {"demand_pflops": 5000, "precision": "any", "markets": ["B"], "shortfall": RENT},
    },
    "shocks": {
        "dear": {"changes": [{"table": "chips", "rows": ["plain"], "field": "markets.*.price_usd", "scale": 2}]},
    },
    "alternatives": {
        "dear chips": {"shocks": ["dear"]},
        "fine ones first": {"order_most": ["fine"], "order_most_in": ["A"]},
        "all in A": {"only_market": "A"},
        "all in B": {"only_market": "B"},
        "twice the demand": {
            "changes": [{"table": "workloads", "rows": ["near"], "field": "demand_pflops", "scale": 2}],
        },
    },
}  # fmt: skip


def _solved(data: dict[str, Any]) -> dict[str, Option]:
    case = parse_case(data)
    with session(case) as s:
        s.solve()
        return {each.name: each for each in options(case, s.warm_start(), Options())}


def _cost(option: Option) -> float:
    assert option.solution is not None
    assert certify(option.case, option.solution).ok
    return option.solution.objective_musd


def test_answers_worked_by_hand() -> None:
    """13,000 chips at 1,000 USD make 13 million USD; each alternative moves that as anyone can work out.

    All in A: its grid feeds 10,000 chips for two years, and 3,000 PFLOP/s are rented at 9,000 USD in both: 10 + 54.
    All in B: 13,000 chips there. Fine ones first: 4,000 a year in A at 3,000 USD, which fill 8,000 of demand in the
    second year; in the first 4,000 plain ones run beside them: 24 + 4 + 5.
    """
    found = _solved(CASE)
    assert _cost(found["dear chips"]) == pytest.approx(26.0)
    assert _cost(found["all in A"]) == pytest.approx(64.0)
    assert _cost(found["all in B"]) == pytest.approx(13.0)
    assert _cost(found["fine ones first"]) == pytest.approx(33.0)
    plan = found["fine ones first"].solution
    assert plan is not None
    assert chips_ordered(plan) == {"fine": pytest.approx(8000, rel=1e-6), "plain": pytest.approx(9000, rel=1e-6)}
    # 16,000 asked of 10,000 that the grid can feed: 10 + 5 for chips, 6,000 rented twice.
    assert _cost(found["twice the demand"]) == pytest.approx(15.0 + 108.0)


def test_one_without_a_plan_says_why() -> None:
    """Demand that must be met cannot be met in A alone; the others have plans all the same."""
    hard = {name: {key: row[key] for key in row if key != "shortfall"} for name, row in CASE["workloads"].items()}
    asked = {"all in A": {"only_market": "A"}, "dear": {"shocks": ["dear"]}}
    found = _solved(CASE | {"workloads": hard, "alternatives": asked})
    assert found["all in A"].solution is None
    assert "headroom" in str(found["all in A"].why_none)
    assert _cost(found["dear"]) == pytest.approx(26.0)


def test_another_objective() -> None:
    """The least delay builds where the least cost rents: a chip costs 1,000 USD, renting 800 for two years."""
    rented = {name: row | {"shortfall": {"usd_per_pflops_year": 400}} for name, row in CASE["workloads"].items()}
    soon = {"alternatives": {"soon": {"objective": "delay"}}, "goals": {"delay_tolerance_months": 0.0}}
    found = _solved(CASE | {"workloads": rented} | soon)
    plan = found["soon"].solution
    assert plan is not None
    assert first_served(plan) == {"far": "2027", "near": "2027"}
    assert _cost(found["soon"]) == pytest.approx(13.0)


def _real(*names: str) -> Case:
    case = continuous(read_with_origins(INPUTS / "2026.yaml")[0])
    return case.model_copy(update={"alternatives": {name: case.alternatives[name] for name in names}})


def test_the_real_case_from_the_plan_and_from_nothing() -> None:
    """Where a solve starts moves neither the least cost nor the certificate."""
    case = _real("all domestic in China", "no on-site power", "all of it in China")
    with session(case) as s:
        s.solve()
        found = list(options(case, s.warm_start(), Options()))
    assert [each.name for each in found] == list(case.alternatives)
    for each in found:
        assert _cost(each) == pytest.approx(solve(variant(case, each.name)).objective_musd, rel=1e-9)


def test_as_many_as_anything_allows_costs_no_more_than_it_must() -> None:
    """No plan orders more H200; the plan itself, which may order fewer, costs no more."""
    case = _real("H200 to the limit")
    with session(case) as s:
        plan = s.solve()
        (option,) = options(case, s.warm_start(), Options())
    assert option.solution is not None
    most, planned = (chips_ordered(each)["H200"] for each in (option.solution, plan))
    assert most >= planned * (1 - 1e-6)
    assert _cost(option) >= plan.objective_musd * (1 - 1e-9)


def test_a_standing_fits_a_case_with_other_decisions() -> None:
    """Sites that come and go leave the start of the rest as it is; the answer is that of the case alone."""
    case = parse_case(CASE)
    more = CASE["sites"] | {"West": {"region": "B1", "max_it_mw": 5, "existing_it_mw": 5}}
    fewer = {"South": CASE["sites"]["South"]}
    with session(case) as s:
        s.solve()
        start = s.warm_start()
    assert start is not None
    for sites in (more, fewer):
        other = parse_case(CASE | {"sites": sites, "alternatives": {}})
        with session(other, start=start) as s:
            assert s.solve().objective_musd == pytest.approx(solve(other).objective_musd, rel=1e-9)


def test_starting_where_the_same_case_stood_takes_no_step() -> None:
    """The optimum of the same case is where it begins."""
    case = parse_case(CASE)
    with session(case) as s:
        s.solve()
        start = s.warm_start()
    with session(case, start=start) as s:
        assert s.solve().solver["iterations"] == 0
