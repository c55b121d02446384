"""Alternatives of a case: what is allowed, and the case that each makes."""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import CaseError
from planner.schema import Case, parse_case
from planner.schema.alternative_cases import alternative_problems, variant

CASE: dict[str, Any] = {
    "settings": {"name": "two countries", "start": "2027-01-01", "frequency": "year", "periods": 3},
    "markets": {"A": {}, "B": {}},
    "regions": {"A1": {"market": "A"}, "A2": {"market": "A"}, "B1": {"market": "B"}},
    "sites": {"North": {"region": "A1", "max_it_mw": 9}, "South": {"region": "B1", "max_it_mw": 9}},
    "chips": {
        "plain": {"peak_pflops": {"bf16": 1}, "it_kw": 1, "markets": {"A": {"price_usd": 2}, "B": {"price_usd": 3}}},
        "fine": {"peak_pflops": {"bf16": 2, "fp8": 4}, "it_kw": 1, "markets": {"B": {"price_usd": 5}}},
    },
    "workloads": {
        "near": {"demand_pflops": 5, "precision": "bf16", "markets": ["A"], "chips": {"plain": {"efficiency": 0.5}}},
        "far": {
            "demand_pflops": 7,
            "precision": "bf16",
            "regions": {"A2": {"network_usd_per_pflops_year": 4}, "B1": {}},
            "chips": {"plain": {"efficiency": 0.3}, "fine": {"efficiency": 0.4}},
        },
        "quick": {"demand_pflops": 1, "precision": "fp8", "markets": ["B"], "regions": {"B1": {}}},
    },
    "shocks": {
        "dear": {"changes": [{"table": "chips", "rows": ["plain"], "field": "markets.*.price_usd", "scale": 2}]}
    },
}


def _case(**alternatives: Any) -> Case:
    return parse_case(CASE | {"alternatives": alternatives})


def test_one_that_differs_in_nothing_is_refused() -> None:
    """An alternative that changes nothing is a mistake."""
    with pytest.raises(CaseError, match="give shocks, changes, objective, order_most or only_market"):
        _case(same={"note": "as the plan"})
    with pytest.raises(CaseError, match="order_most_in says where chips are ordered"):
        _case(where={"order_most_in": ["A"], "only_market": "A"})


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"shocks": ["dearer"]}, "found 'dearer', which is not in shocks; did you mean dear"),
        ({"only_market": "C"}, "found 'C', which is not in markets"),
        ({"order_most": ["coarse"]}, "found 'coarse', which is not in chips"),
        ({"order_most": ["fine"], "order_most_in": ["C"]}, "found 'C', which is not in markets"),
    ],
)
def test_names_that_refer_to_nothing(typed: dict[str, Any], problem: str) -> None:
    """Shocks, chips and markets are those of the case."""
    with pytest.raises(CaseError, match=problem):
        _case(other=typed)


def test_changes_that_cannot_be_applied_are_told_at_the_alternative() -> None:
    """A wrong table, and a change that makes the case wrong, are problems of the alternative that asks for them."""
    case = _case(
        table={"changes": [{"table": "chip", "field": "it_kw", "set": 1}]},
        wrong={"changes": [{"table": "sites", "rows": ["North"], "field": "region", "set": "nowhere"}]},
        right={"shocks": ["dear"]},
    )
    problems = list(alternative_problems(case))
    assert [problem.path[:2] for problem in problems] == [("alternatives", "table"), ("alternatives", "wrong")]
    assert "which is no table" in str(problems[0].message)
    assert "sites.North.region" in str(problems[1].message)


def test_shocks_come_before_changes() -> None:
    """2 doubled by the shock, then one more: 5; and the case that this makes has no alternatives of its own."""
    more = [{"table": "chips", "rows": ["plain"], "field": "markets.A.price_usd", "add": 1}]
    made = variant(_case(both={"shocks": ["dear"], "changes": more, "objective": "delay"}), "both")
    assert made.chips["plain"].markets["A"].price_usd == 5
    assert made.chips["plain"].markets["B"].price_usd == 6
    assert made.goals.objective == "delay"
    assert made.alternatives == {}


def test_one_market_serves_everything() -> None:
    """Workloads go there, to the regions of it that they list or to any; chips do what they do for the like."""
    case = _case(alone={"only_market": "A"}, abroad={"only_market": "B"})
    alone, abroad = variant(case, "alone").workloads, variant(case, "abroad").workloads
    assert {name: row.markets for name, row in alone.items()} == {"near": ["A"], "far": ["A"], "quick": ["A"]}
    assert set(alone["far"].regions or ()) == {"A2"}
    assert alone["quick"].regions is None
    assert set(abroad["far"].regions or ()) == {"B1"}
    # `near` lists `plain` itself; `fine` does for it what it does for `far`, the first of its precision that lists it.
    found = {chip: pair.efficiency for chip, pair in (abroad["near"].chips or {}).items()}
    assert found == {"plain": 0.5, "fine": 0.4}
    assert abroad["quick"].chips is None
