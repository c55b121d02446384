"""The real cases: they solve, hold when checked, cost what they did, and answer to their inputs.

`python -m tests.test_inputs` writes the stored costs anew; each change of them needs its reason in the commit.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from planner import findings
from planner.certificate import certify
from planner.files import read_with_origins
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.schema.continuous import continuous
from planner.schema.scenarios import scenarios
from planner.schema.uncertainty import Outcome, Reveal
from planner.solution import Solution, Status
from planner.solving import session, solve
from planner.solving.objectives import OBJECTIVES
from planner.study.frontier import frontier, not_dominated
from tests.model.cases import changed

INPUTS = Path(__file__).parent.parent / "inputs"
STORED = Path(__file__).parent / "stored_costs.json"
TOLERANCE = 1e-6
LIBRARY = sorted(yaml.safe_load((INPUTS / "shocks.yaml").read_text("utf-8"))["shocks"])


@cache
def plan(*overlays: str, name: str = "2026") -> tuple[Case, Solution]:
    """A solved and certified case of the inputs in parts of halls and lots, with named shocks: its cost is exact."""
    case = continuous(read_with_origins(INPUTS / f"{name}.yaml", overlays=overlays)[0])
    solution = solve(case)
    certificate = certify(case, solution)
    assert certificate.ok, [check for check in certificate.checks if not check.ok]
    return case, solution


def cost(*overlays: str) -> float:
    """Present cost of the 2026 case with named shocks, million USD."""
    return plan(*overlays)[1].objective_musd


@pytest.mark.parametrize("name", ["2026", "quickstart", pytest.param("2026-risk", marks=pytest.mark.full)])
def test_stored_cost(name: str) -> None:
    """Costs in parts of halls are those stored with the last change that meant to move them."""
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


@cache
def typed(*overlays: str) -> Case:
    """The 2026 case as read, with named shocks."""
    return read_with_origins(INPUTS / "2026.yaml", overlays=overlays)[0]


@pytest.mark.parametrize("shock", LIBRARY)
def test_every_shock_applies(shock: str) -> None:
    """Each has a note and changes the case: alone, on top of another, and from a reveal in April 2027 on."""
    base = typed()
    assert base.shocks[shock].note
    assert typed(shock) != base
    other = "ascend-slow" if shock == "licence-revoked" else "licence-revoked"
    assert typed(other, shock) not in (typed(other), base)
    outcomes = {"as is": Outcome(probability=0.5), "changed": Outcome(probability=0.5, shocks=[shock])}
    reveal = Reveal(date=date(2027, 4, 1), outcomes=outcomes)
    calm, shocked = scenarios(base.model_copy(update={"uncertainty": {"reveal": reveal}}))
    assert (calm.name, shocked.name) == ("as is", "changed")
    assert shocked.case != calm.case


WORSE = [
    "licence-revoked",
    "licence-revoked-honoured",
    "licence-revoked-no-refund",
    "licence-cut",
    "fee-50",
    "domestic-share-80",
    "ascend-slow",
    "memory-short",
    "us-grid-slower",
    "no-onsite-power",
    "power-price-up",
    "us-power-price-up",
]
BETTER = [
    "licence-widened",
    "domestic-share-50",
    "ascend-fast",
    "memory-ample",
    "us-grid-faster",
    "us-headroom-doubled",
    "china-builds-faster",
]
INDIFFERENT = ["china-generation-slower", "china-generation-faster", "china-generation-triples-us", "bundling"]


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


@pytest.mark.full
@pytest.mark.parametrize("shock", INDIFFERENT)
def test_what_does_not_bind_costs_nothing(shock: str) -> None:
    """Electricity in all does not limit China, and more than one domestic chip comes with each H200 as it is."""
    assert cost(shock) == pytest.approx(cost(), rel=1e-7)


@pytest.mark.full
def test_the_less_comes_back_the_more_a_revocation_costs() -> None:
    """Orders honoured, cancelled at a refund of half, cancelled at none; no plan orders what it knows it will lose."""
    kinds = ["licence-revoked-honoured", "licence-revoked", "licence-revoked-no-refund"]
    honoured, half, none = [cost(kind) for kind in kinds]
    assert honoured < half < none


def test_a_ban_shifts_orders_to_domestic_chips() -> None:
    """With H200 revoked in China, fewer H200 arrive there and the plan costs more."""
    before, after = plan()[1]["deliveries"], plan("licence-revoked")[1]["deliveries"]

    def arrived(table: object) -> float:
        rows = table.query("chip == 'H200' and market == 'CN'")  # type: ignore[attr-defined]
        return float(rows["units"].sum())

    assert arrived(after) < arrived(before)
    assert cost("licence-revoked") > cost()


@pytest.mark.parametrize("name", ["2026", "2026-clusters"])
def test_small_sisters_of_the_integer_cases(name: str) -> None:
    """Eight quarters and a few sites of each country: proven within the gap, and certified."""
    case, _ = read_with_origins(INPUTS / f"{name}.yaml")
    sites = {site: case.sites[site] for site in ("Horinger", "Ulanqab", "Abilene", "Council Bluffs")}
    quarters = {"grid": None, "report_until": None, "frequency": "quarter", "periods": 8}
    settings = case.settings.model_copy(update=quarters)
    small = case.model_copy(update={"sites": sites, "settings": settings, "assumptions": []})
    solution = solve(small, Options(gap=0.005, time_limit=60))
    assert not solution.linear
    assert solution.status is Status.OPTIMAL
    assert certify(small, solution).ok


FIRST_MONTHS = ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
"""Periods before anything is known."""


def orders_now(solution: Solution, chip: str) -> float:
    """Chips ordered in the plan's first six months, before anything is known."""
    orders = solution["orders"].reset_index()
    return float(orders[(orders["chip"] == chip) & orders["node"].isin(FIRST_MONTHS)]["ordered"].sum())


def starts_now(solution: Solution, site: str) -> float:
    """MW begun at a site in the plan's first six months."""
    starts = solution["starts"].reset_index()
    return float(starts[(starts["site"] == site) & starts["node"].isin(FIRST_MONTHS)]["start_mw"].sum())


def test_the_first_months_of_the_risk_case() -> None:
    """Fourteen months of 2026-risk: eight scenarios, certified, and one first move for all of them, whole.

    What follows a reveal is in parts unless it is asked to be whole.
    """
    case, _ = read_with_origins(INPUTS / "2026-risk.yaml")
    months = {"grid": None, "report_until": None, "frequency": "month", "periods": 14}
    small = case.model_copy(update={"settings": case.settings.model_copy(update=months), "assumptions": []})
    solution = solve(small, Options(gap=0.005))
    assert certify(small, solution).ok
    paths = solution["paths"].reset_index()
    assert paths["scenario"].nunique() == 8
    assert set(paths[paths["period"] < 6]["node"]) == set(FIRST_MONTHS)
    offers = {chip: row.markets["CN"].lot_units for chip, row in small.chips.items() if "CN" in row.markets}
    lots = {chip: lot for chip, lot in offers.items() if lot is not None}
    orders = solution["orders"].reset_index()
    home = orders[(orders["market"] == "CN") & orders["node"].isin(FIRST_MONTHS)]
    rows = zip(home["chip"], home["ordered"], strict=True)
    counted = [ordered / lots[chip] for chip, ordered in rows if chip in lots]
    assert sum(counted) > 0
    assert counted == pytest.approx([round(each) for each in counted], abs=1e-5)


@pytest.mark.full
def test_risk_moves_the_first_decisions() -> None:
    """The risk of late grids spreads US halls to where the plan of 2026.yaml builds none; H200 orders stay as they are.

    Revoked, an H200 on order loses a quarter of its price; delivered, it saves more than that many times over.
    """
    calm, risky = plan()[1], plan(name="2026-risk")[1]
    assert risky.objective_musd > calm.objective_musd
    assert starts_now(risky, "Abilene") < 0.7 * starts_now(calm, "Abilene")
    assert starts_now(risky, "Shackelford County") > 10 > starts_now(calm, "Shackelford County")
    assert orders_now(risky, "H200") == pytest.approx(orders_now(calm, "H200"), rel=1e-6)


@pytest.mark.full
@pytest.mark.parametrize(("name", "seconds"), [("2026", 60.0), ("2026-risk", 300.0)])
def test_whole_plans_within_half_a_percent(name: str, seconds: float) -> None:
    """The real cases in whole halls, lots and units of plant, in the time that a meeting waits; parts cost less."""
    case, _ = read_with_origins(INPUTS / f"{name}.yaml")
    solution = solve(case, Options(gap=0.005, time_limit=seconds))
    assert solution.status is Status.OPTIMAL
    assert certify(case, solution).ok
    assert plan(name=name)[1].objective_musd <= solution.bound_musd * (1 + 1e-9)


def first_year(years: int) -> dict[tuple[str, ...], float]:
    """What the plan in parts decides in its first twelve months, where it is solved for some years after 2031."""
    case = continuous(read_with_origins(INPUTS / "2026.yaml")[0])
    grid = {"grid": f"15 months, 8 quarters, {2 + years} years", "report_until": "2032-01-01" if years else None}
    solution = solve(parse_case(changed(case.model_dump(), {f"settings/{key}": value for key, value in grid.items()})))
    early = {node for node, day in solution.rows("nodes", "node", "first_day") if str(day) < "2027-10-01"}
    found: dict[tuple[str, ...], float] = {}
    for table, amount, keys in (
        ("orders", "ordered", ("chip", "market")),
        ("onsite", "start_mw", ("source", "site")),
        ("halls", "grid_apply_mw", ("site",)),
    ):
        for node, *names, value in solution.rows(table, "node", *keys, amount):
            if node in early:
                found[table, *names] = found.get((table, *names), 0.0) + value
    return found


@pytest.mark.full
def test_two_years_after_the_report_settle_the_first_year() -> None:
    """Orders, plant and grid applications of the first year stay as they are with a third year, and move with none."""
    none, two, three = (first_year(years) for years in (0, 2, 3))
    assert two == pytest.approx(three, rel=1e-6, abs=1e-3)
    assert none != pytest.approx(three, rel=1e-2, abs=1.0)


@pytest.mark.full
def test_the_frontier_ends_where_the_objectives_do() -> None:
    """The cheapest point costs what the least-cost plan does; the soonest is as soon as the least delay."""
    case = continuous(read_with_origins(INPUTS / "2026.yaml")[0])
    with session(case) as s:
        points = not_dominated(list(frontier(s, 5)))
    assert points[0].cost_musd == pytest.approx(cost(), rel=1e-6)
    exact = case.model_copy(update={"goals": case.goals.model_copy(update={"delay_tolerance_months": 0.0})})
    with session(exact) as s:
        soonest = OBJECTIVES["delay"](s)
    assert points[-1].delay_months == pytest.approx(findings.average_delay(exact, soonest), rel=1e-5)
    assert points[-1].cost_musd == pytest.approx(soonest.objective_musd, rel=1e-4)


def test_without_on_site_power_the_us_is_late() -> None:
    """Less is built in the US, more is rented, and it costs more."""
    before, after = plan()[1], plan("no-onsite-power")[1]
    assert findings.final_it_mw(after)["US"] < findings.final_it_mw(before)["US"]
    assert findings.average_delay(plan()[0], after) > findings.average_delay(plan()[0], before)
    assert cost("no-onsite-power") > cost()


if __name__ == "__main__":
    costs = {name: plan(name=name)[1].objective_musd for name in ("2026", "2026-risk", "quickstart")}
    STORED.write_text(json.dumps(costs, indent=2) + "\n", "utf-8")
