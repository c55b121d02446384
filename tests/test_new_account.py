"""An account that is declared, generated and checked in one place each arrives everywhere by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import planner.model
from planner.accounts import ACCOUNTS, Account
from planner.certificate import accounts as own
from planner.certificate import check_money, recomputed
from planner.certificate.costs import MoneyEntry, entries
from planner.certificate.scenario_path import ScenarioPath
from planner.cli import main
from planner.findings import all_chips, as_built, not_screened
from planner.model import COSTS, Charge, Cost, Model
from planner.results import load

CASE = """\
settings: {name: new account, start: 2027-01-01, frequency: year, periods: 2, discount_rate: 0}
markets: {Home: {}}
regions: {Grid: {market: Home, tariff_usd_per_mwh: 10}}
sites:
  North: {region: Grid, max_it_mw: 10, opening_musd: 1, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 1000000}}}
workloads:
  Work: {demand_pflops: 10, precision: any, shortfall: {usd_per_pflops_year: 100000000}}
uncertainty:
  demand:
    date: 2028-01-01
    outcomes:
      full: {probability: 0.5}
      half: {probability: 0.5, changes: [{table: workloads, field: demand_pflops, scale: 0.5}]}
"""
WATER = Account("water", "operating", "Water for every MWh of the grid.", {"site": "operations"})
LAND = Account("land", "halls", "Land, when a site is acquired.", {"site": "halls"})


def water(m: Model) -> Iterator[Charge]:
    """Water costs as much as grid energy."""
    for (site, n), variable in m.grid.items():
        cost = m.instance.power.energy_cost[site, n]
        yield Charge(n, "Home", site, {"regions.Grid.tariff_usd_per_mwh": 1.0}, [(variable, cost)])


def land(m: Model) -> Iterator[Charge]:
    """Land costs as much as opening the site."""
    for (site, n), variable in m.open.items():
        cost = m.instance.sites.opening_cost[site, n]
        yield Charge(n, "Home", site, {f"sites.{site}.opening_musd": 1.0}, [(variable, cost)])


def checked(path: ScenarioPath) -> Iterator[MoneyEntry]:
    """What the certificate works out, with the amounts of both accounts."""
    new = {"energy": "water", "site opening": "land"}
    for entry in entries(path):
        yield entry
        if entry.account in new:
            yield entry._replace(account=new[entry.account])


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the case, in a planner with both accounts and their generators."""
    for account in (WATER, LAND):
        monkeypatch.setitem(ACCOUNTS, account.name, account)  # type: ignore[arg-type]  # a mapping to all but this test
    monkeypatch.setattr(planner.model, "COSTS", (*COSTS, Cost("water", water), Cost("land", land)))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    return tmp_path


def run(*arguments: str) -> Any:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    return left.value.code or 0


def test_an_account_arrives_everywhere(
    declared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten MW of halls at 2, ten chips at 1, opening 1; 87,600 MWh at 10 USD in 2027, in 2028 as much or half: 1.533.

    20 + 10 + 1 + 1.533 = 32.533; with water for as much as energy, and land for as much as the opening, 35.066.
    """
    monkeypatch.setattr(check_money, "ACCOUNTS", own.ACCOUNTS | {"water", "land"})
    monkeypatch.setattr(recomputed, "entries", checked)
    studies = ("--study", "frontier", "--study", "risk")
    assert run("optimize", "case.yaml", "-q", "-o", "plan.xlsx", "--json", *studies) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["present_cost_musd"] == pytest.approx(35.066)
    assert max(point["present_cost_musd"] for point in found["frontier"]) >= 35.066 - 1e-6
    plan = load(declared / "plan")
    assert plan.certificate.ok
    spent = plan.solution["ledger"].groupby("account")["present_musd"].sum()
    assert (spent["water"], spent["land"]) == (pytest.approx(1.533), pytest.approx(1.0))
    assert spent.sum() == pytest.approx(plan.solution.objective_musd)
    home = all_chips("Home", as_built(plan.case, plan.solution)["Home"])
    assert (home.musd["operations"], home.musd["halls"]) == (pytest.approx(1.533), pytest.approx(22.0))
    assert home.total_musd == pytest.approx(35.066)
    assert not_screened(plan.solution) == ["water", "land"]
    assert run("report", "plan", "-o", "again.xlsx") == 0
    for name in ("plan.xlsx", "again.xlsx"):
        sheets = {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(name)}
        lines = {row[0]: row for row in reversed(sheets["Cost"]) if row[0] in ("water", "land")}
        assert lines["water"][1:3] == (pytest.approx(0.876), pytest.approx(0.657))
        assert lines["land"][1:3] == (pytest.approx(1.0), 0)
        said = " ".join(str(value) for rows in sheets.values() for row in rows for value in row if value is not None)
        assert "One more chip is reckoned without water and land." in said
        assert "Import fees, land" in said
        assert "checks hold: the plan was checked again" in said


def test_an_account_without_a_check_is_named(declared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The certificate works out its accounts by itself, and says which one it does not know."""
    assert run("optimize", "case.yaml", "-q", "--plain", "-o", "plan.xlsx") == 6
    assert "accounts_known at no check of land" in capsys.readouterr().err


def test_a_part_of_levelised_cost_is_never_guessed() -> None:
    """An account whose items belong to no part of one has none, and says so."""
    assert LAND.component(chip=False) == "halls"
    with pytest.raises(ValueError, match="the account land says of no part"):
        LAND.component(chip=True)
    with pytest.raises(ValueError, match="the account shortfall says of no part"):
        ACCOUNTS["shortfall"].component(chip=False)
