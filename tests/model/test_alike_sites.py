"""Sites that nothing tells apart: which count as such, and that putting them in order costs no plan."""

from __future__ import annotations

import random
from typing import Any

import pytest

from planner import model
from planner.instance import unroll
from planner.model.sites import alike_sites
from planner.schema import Case, parse_case
from planner.solving import solve

from .cases import cost, greenfield, near, neutral, solved
from .registry import covers

HALLS: dict[str, Any] = {
    "region": "Grid",
    "max_it_mw": 10.0,
    "opening_musd": 2.0,
    "whole_phases": True,
    "build_options": {"halls": {"capex_musd_per_mw": 1.0, "phase_mw": 5.0, "build_months": 3}},
}


def _pairs(sites: dict[str, Any], **more: Any) -> tuple[tuple[str, str], ...]:
    return unroll(_case(sites, **more)).sites.alike


def _case(sites: dict[str, Any], **more: Any) -> Case:
    return parse_case(
        {
            "settings": {"name": "alike", "start": "2027-01-01", "frequency": "quarter", "periods": 4},
            "markets": {"Home": {}},
            "regions": {"Grid": {"market": "Home"}, "Other": {"market": "Home"}},
            "sites": sites,
            "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1000, "markets": {"Home": {"price_usd": 1e6}}}},
            "workloads": {
                "Work": {"demand_pflops": 14, "precision": "any", "shortfall": {"usd_per_pflops_year": 9e6}},
            },
        }
        | more
    )  # fmt: skip


@covers("alike_sites")
def test_the_first_by_name_is_built_first() -> None:
    """Two sites of 10 MW, 5 MW of demand: one is opened, and it is the one named first."""
    sites = {name: greenfield(opening_musd=1.0, whole_phases=True) for name in ("Left", "Right")}
    case = neutral({"sites": sites})
    plan = solved(case)
    built = dict(zip(plan["starts"]["site"], plan["starts"]["start_mw"], strict=True))
    assert built.get("Right", 0.0) == near(0.0)
    rows = [entry for entry in model.build(unroll(parse_case(case)))[1] if entry.rule.rows is alike_sites]
    assert [entry.where for entry in rows] == [("Left", "Right")]


def test_what_tells_sites_apart() -> None:
    """Any field but the note, a rule that names one of them, phases that need not be whole, a tree."""
    two = {"A": HALLS, "B": HALLS}
    assert _pairs(two) == (("A", "B"),)
    assert _pairs({"A": HALLS, "B": HALLS, "C": HALLS}) == (("A", "B"), ("B", "C"))
    assert _pairs({"A": HALLS | {"note": "north"}, "B": HALLS | {"note": "south"}}) == (("A", "B"),)
    assert _pairs({"A": HALLS, "B": HALLS | {"region": "Other"}}) == ()
    assert _pairs({"A": HALLS, "B": HALLS | {"pue": 1.1}}) == ()
    assert _pairs({name: HALLS | {"whole_phases": False} for name in "AB"}) == ()
    bar = {"chips": ["Unit"], "sites": ["A"]}
    assert _pairs(two, policy={"site_bars": {"bar": bar}}) == ()
    assert _pairs(two, policy={"site_bars": {"bar": bar | {"sites": ["A", "B"]}}}) == (("A", "B"),)
    outcomes = {"one": {"probability": 0.5}, "two": {"probability": 0.5}}
    assert _pairs(two, uncertainty={"coin": {"date": "2027-07-01", "outcomes": outcomes}}) == ()


@pytest.mark.parametrize("seed", range(12))
def test_order_costs_no_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The optimum with the rule is the optimum without it, also where sites take turns in being ahead."""
    dice = random.Random(seed)
    site = HALLS | {
        "opening_musd": dice.choice([0.0, 3.0]),
        "max_ready_mw_per_year": dice.choice([None, 20.0]),
        "build_options": {
            "slow": {"capex_musd_per_mw": 1.0, "phase_mw": 5.0, "build_months": 6},
            "fast": {"capex_musd_per_mw": dice.uniform(1, 2), "phase_mw": 3.0, "max_start_mw_per_year": 12.0},
        },
    }
    steps = {f"2027-{month:02d}-01": dice.uniform(2, 28) for month in (1, 4, 7, 10)}
    work = {"demand_pflops": {"step": steps}, "precision": "any", "shortfall": {"usd_per_pflops_year": 9e6}}
    case = _case(dict.fromkeys("ABC", site), workloads={"Work": work})
    ordered = cost(case)
    monkeypatch.setattr(model, "RULES", tuple(rule for rule in model.RULES if rule.rows is not alike_sites))
    assert solve(case).objective_musd == pytest.approx(ordered, rel=2e-3)
    assert not [entry for entry in model.build(unroll(case))[1] if entry.rule.rows is alike_sites]
