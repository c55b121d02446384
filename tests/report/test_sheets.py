"""The sheets: built from the results, reconciled, and loud when something is wrong."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl
import pandas as pd
import pytest

from planner.report import SHEETS, Dossier, report_bytes, sheets_of
from planner.report.spec import Note, Sheet, Table, plain, tables_of
from planner.report.view import View
from planner.solution import Status

from .conftest import SMALL, dossier_of, with_table


def _named(sheets: tuple[Sheet, ...], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == name)


def _tables(sheets: tuple[Sheet, ...]) -> dict[str, Table]:
    return {t.id: t for sheet in sheets for t in tables_of(sheet.blocks) if isinstance(t, Table)}


def _notes(sheet: Sheet) -> Iterator[str]:
    yield from (block.text for block in sheet.blocks if isinstance(block, Note))


def test_sheets_stand_in_order(dossier: Dossier) -> None:
    names = [sheet.name for sheet in sheets_of(dossier)]
    assert names == [name for name, _, _ in SHEETS if name != "Frontier"] + ["Checks", "Provenance"]


def test_messages_carry_a_number_and_fit(dossier: Dossier) -> None:
    for sheet in sheets_of(dossier):
        assert 40 <= len(sheet.message) <= 140, sheet.message
        assert any(c.isdigit() for c in sheet.message), sheet.message


def test_messages_fit_with_long_names() -> None:
    """Names of 80 characters everywhere."""
    data = copy.deepcopy(SMALL)
    long = "x" * 79
    data["sites"] = {f"S{long}": data["sites"]["S"], "T": data["sites"]["T"]}
    data["workloads"] = {f"W{long}": data["workloads"]["train"]}
    data["settings"]["name"] = "n" * 80
    for sheet in sheets_of(dossier_of(data)):
        assert 40 <= len(sheet.message) <= 140, sheet.message


def test_headlines_follow_the_inputs(dossier: Dossier) -> None:
    """Twice the demand: every headline that quotes cost, chips or compute says something else."""
    data = copy.deepcopy(SMALL)
    data["workloads"]["train"]["demand_pflops"] = 6000
    data["regions"]["North"]["headroom_mw"] = 9
    before, after = ({sheet.name: sheet.message for sheet in sheets_of(each)} for each in (dossier, dossier_of(data)))
    same = [name for name in before if before[name] == after[name]]
    assert set(same) <= {"Assumptions", "Checks", "Provenance"}


def test_summary_quotes_the_objective(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["figures"]
    first = table.rows[0]
    power = {"million USD": 1, "billion USD": 1000}[str(plain(first[2]))]
    assert float(str(plain(first[1]))) * power == pytest.approx(dossier.solution.objective_musd, rel=1e-9)


def test_money_tables_add_up_to_the_objective(dossier: Dossier) -> None:
    tables = _tables(sheets_of(dossier))
    present = sum(float(str(v)) for v in tables["present"].values("total"))
    assert present == pytest.approx(dossier.solution.objective_musd, rel=1e-9)
    by_year = sum(float(str(v)) for v in tables["years"].values("total"))
    assert by_year == pytest.approx(sum(float(str(v)) for v in tables["money"].values("total")), rel=1e-9)


def test_a_penalty_is_no_rent(dossier: Dossier) -> None:
    """Rent is cash, a penalty stands in an account of its own."""
    view = View(dossier)
    assert "rented compute" in view.accounts
    assert all(account != "shortfall" for account in view.accounts)


def _master(dossier: Dossier) -> str:
    book = openpyxl.load_workbook(io.BytesIO(report_bytes(dossier)), data_only=True)
    return str(book["Checks"]["H6"].value)


@pytest.mark.parametrize(
    ("table", "column", "check"),
    [
        ("ledger", "present_musd", "objective"),
        ("service", "served", "demand met"),
        ("fleet", "fleet", None),
        ("halls", "grid_mw", "site draw"),
        ("orders", "ordered", None),
    ],
)
def test_a_seeded_fault_shows(dossier: Dossier, table: str, column: str, check: str | None) -> None:
    """A figure changed in one table: a check of the report fails where it has a twin, and the master check says so."""

    def tampered(values: Any) -> Any:
        changed = values.copy()
        changed.iloc[-1] = changed.iloc[-1] + 12345.0
        return changed

    spoiled = with_table(dossier, table, **{column: tampered})
    results = _tables(sheets_of(spoiled))["checks_report"]
    failed = {str(row[0]) for row in results.rows if plain(row[-1]) != "OK"}
    if check is None:
        assert _master(spoiled) == "ALL OK"
    else:
        assert check in failed
        assert _master(spoiled) == f"{len(failed)} FAILED"


def test_a_failed_certificate_turns_the_report_red(dossier: Dossier) -> None:
    checks = dossier.certificate.checks
    broken = replace(checks[0], ok=False, worst=float("inf"))
    certificate = replace(dossier.certificate, ok=False, checks=(broken, *checks[1:]))
    spoiled = replace(dossier, certificate=certificate)
    assert _master(spoiled) == "1 FAILED"
    sheets = sheets_of(spoiled)
    assert any(block.look == "banner" for block in _named(sheets, "Summary").blocks if isinstance(block, Note))
    assert "FAILED" in _named(sheets, "Checks").message


def test_alerts_are_said_on_summary(dossier: Dossier) -> None:
    worse = replace(
        dossier, solution=replace(dossier.solution, status=Status.FEASIBLE, warnings=("The moon is full.",))
    )
    notes = " ".join(_notes(_named(sheets_of(worse), "Summary")))
    assert "not proven" in notes
    assert "The moon is full." in notes


def test_electricity_is_told_in_words(dossier: Dossier) -> None:
    notes = " ".join(_notes(_named(sheets_of(dossier), "Power")))
    assert "CN: electricity does not limit the plan" in notes
    assert "US: no limit on electricity is given." in notes


def test_a_region_without_limit_has_no_headroom(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["headroom_regions"]
    assert set(table.values("West")) == {None}
    assert set(table.values("North")) == {5.0}


def test_sheets_without_a_study_are_left_out(dossier: Dossier) -> None:
    """No sources and no prices: two sheets less, and Provenance says how to get them."""
    bare = replace(dossier, case=dossier.case.model_copy(update={"assumptions": []}))
    empty = {
        name: table.iloc[:0] if name in ("prices", "verified") else table
        for name, table in bare.solution.tables.items()
    }
    bare = replace(bare, solution=replace(bare.solution, tables=empty))
    sheets = sheets_of(bare)
    assert not {"Assumptions", "Prices"} & {sheet.name for sheet in sheets}
    notes = " ".join(_notes(_named(sheets, "Provenance")))
    assert "Assumptions: the case names no sources" in notes
    assert "planner frontier CASE" in notes
    assert report_bytes(bare)


def test_current_values_stand_beside_their_sources(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["assumptions"]
    assert plain(table.rows[0][1]) == 1.0
    assert table.rows[0][2] == "kW"
    assert "50 (2027-01-01)" in str(plain(table.rows[1][1]))


def test_twins_of_a_scenario_change_no_figure(dossier: Dossier) -> None:
    """Every node split in two of half the probability: expectations by period stay as they are."""
    split = _split(dossier)
    before, after = _tables(sheets_of(dossier)), _tables(sheets_of(split))
    for name in ("fleet", "present", "money", "compute_total", "sites_end", "chip_orders", "draw_regions"):
        for one, other in zip(before[name].rows, after[name].rows, strict=True):
            for mine, theirs in zip(one, other, strict=True):
                a, b = plain(mine), plain(theirs)
                assert a == b if isinstance(a, str) or a is None else a == pytest.approx(b, rel=1e-9, abs=1e-9)


def _split(dossier: Dossier) -> Dossier:
    tables = {}
    for name, table in dossier.solution.tables.items():
        if "node" not in table.columns or name in ("prices", "verified"):
            tables[name] = table
            continue
        halves = []
        for suffix in (" a", " b"):
            half = table.copy()
            for column in ("node", "order", "parent"):
                if column in half.columns:
                    half[column] = [f"{value}{suffix}" if value else value for value in half[column]]
            if "probability" in half.columns:
                half["probability"] = half["probability"] / 2
            if "present_musd" in half.columns:
                half["present_musd"] = half["present_musd"] / 2
            if "scenario" in half.columns:
                half["scenario"] = half["scenario"] + suffix
            halves.append(half)
        tables[name] = pd.concat(halves, ignore_index=True)
    prices = {name: dossier.solution[name].iloc[:0] for name in ("prices", "verified")}
    return replace(dossier, solution=replace(dossier.solution, tables={**tables, **prices}))
