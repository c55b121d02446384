"""The real cases: they solve, hold when checked, cost what they did, and answer to their inputs.

`python -m tests.test_inputs` writes the stored costs anew; each change of them needs its reason in the commit.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from planner import findings
from planner.certify import certify
from planner.files import read_case
from planner.schema import Case
from planner.solution import Solution
from planner.solve import solve

INPUTS = Path(__file__).parent.parent / "inputs"
STORED = Path(__file__).parent / "stored_costs.json"
TOLERANCE = 1e-6


@cache
def plan(*overlays: str, name: str = "2026") -> tuple[Case, Solution]:
    """A solved and certified case of the inputs, with named shocks."""
    case, _ = read_case(INPUTS / f"{name}.yaml", overlays=overlays)
    solution = solve(case)
    certificate = certify(case, solution)
    assert certificate.ok, [check for check in certificate.checks if not check.ok]
    return case, solution


def cost(*overlays: str) -> float:
    """Present cost of the 2026 case with named shocks, million USD."""
    return plan(*overlays)[1].objective_musd


@pytest.mark.parametrize("name", ["2026", "quickstart"])
def test_stored_cost(name: str) -> None:
    """Costs are those stored with the last change that meant to move them."""
    stored = json.loads(STORED.read_text("utf-8"))
    assert plan(name=name)[1].objective_musd == pytest.approx(stored[name], rel=TOLERANCE)


def test_2026_is_neither_slack_nor_hopeless() -> None:
    """One to five GW of IT in the end; chips bind in China, grid or building in the US."""
    _, solution = plan()
    final = findings.final_it_mw(solution)
    assert 1000 <= sum(final.values()) <= 5000
    bound = {(binding.rule, binding.where) for binding in findings.bindings(solution)}
    assert any(rule in ("supply", "supply_pools", "licence_quota") and "US" not in where for rule, where in bound)
    regions = plan()[0].regions
    assert any(rule == "headroom" and regions[where].market == "US" for rule, where in bound)
    assert findings.residual_share(solution) < 0.5
    assert not solution.warnings


def test_2026_has_the_world_it_plans_in() -> None:
    """Regions, sites, chips and workloads are as many as the question needs; every input row has a source."""
    case, _ = plan()
    assert len(case.regions) >= 10
    assert len(case.sites) >= 16
    assert len(case.chips) >= 10
    assert len(case.workloads) >= 5
    assert {"CN", "US"} == set(case.markets)
    sourced = " ".join(assumption.path for assumption in case.assumptions)
    for table in ("markets", "regions", "sites", "chips", "pools", "workloads", "orders_placed"):
        for row in getattr(case, table):
            assert f"{table}.{row}" in sourced, f"{table}.{row} has no assumption row"


WORSE = [
    "licence-revoked",
    "licence-cut",
    "foundry-slower",
    "memory-short",
    "us-grid-slower",
    "fee-50",
    "power-price-up",
]
BETTER = ["licence-widened", "foundry-faster", "us-grid-faster", "us-headroom-doubled", "china-builds-faster"]


@pytest.mark.full
@pytest.mark.parametrize("shock", WORSE)
def test_worse_worlds_cost_more(shock: str) -> None:
    """What takes something away never saves money."""
    assert cost(shock) > cost() * (1 + 1e-6)


@pytest.mark.full
@pytest.mark.parametrize("shock", BETTER)
def test_better_worlds_cost_less(shock: str) -> None:
    """What gives something never costs money."""
    assert cost(shock) < cost() * (1 - 1e-8)


def test_a_ban_shifts_orders_to_domestic_chips() -> None:
    """With H200 revoked in China, fewer H200 arrive there and the plan costs more."""
    before, after = plan()[1]["deliveries"], plan("licence-revoked")[1]["deliveries"]

    def arrived(table: object) -> float:
        rows = table.query("chip == 'H200' and market == 'CN'")  # type: ignore[attr-defined]
        return float(rows["units"].sum())

    assert arrived(after) < arrived(before)
    assert cost("licence-revoked") > cost()


if __name__ == "__main__":
    costs = {name: plan(name=name)[1].objective_musd for name in ("2026", "quickstart")}
    STORED.write_text(json.dumps(costs, indent=2) + "\n", "utf-8")
