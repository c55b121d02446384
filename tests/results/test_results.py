"""A result folder reads back as the case and the solution that were written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.certificate import certify
from planner.errors import CaseError
from planner.files import read_with_origins
from planner.results import Result, load, run_id, save
from planner.solution import TABLES
from planner.solving import session
from tests.sealed import seal

QUICKSTART = Path(__file__).parents[2] / "inputs" / "quickstart.yaml"


@pytest.fixture(scope="module")
def result() -> Result:
    """The quickstart, solved and certified."""
    case, _ = read_with_origins(QUICKSTART)
    with session(case) as s:
        solution = s.verify_prices(s.solve())
    run = {"planner": "0", "run": run_id(case, "0", {}), "inputs": [], "overlays": [], "options": {}}
    return Result(case, solution, certify(case, solution), run)


def test_round_trip(result: Result, tmp_path: Path) -> None:
    """Case, tables, certificate and status come back equal; the plan read back is certified again."""
    save(result, tmp_path / "quickstart")
    back = load(tmp_path / "quickstart")
    assert back.case == result.case
    assert back.certificate == result.certificate
    assert back.solution.status is result.solution.status
    assert back.solution.objective_musd == result.solution.objective_musd
    for name in TABLES:
        pd.testing.assert_frame_equal(back.solution[name], result.solution[name])
    assert certify(back.case, back.solution).ok


def test_damaged_folder_is_refused(result: Result, tmp_path: Path) -> None:
    """A folder that lacks a table, or a column, says so."""
    save(result, tmp_path / "quickstart")
    halls = tmp_path / "quickstart/tables/halls.csv"
    halls.write_text(halls.read_text("utf-8").replace("it_mw", "it_kw"), "utf-8")
    with pytest.raises(CaseError, match=r"halls\.csv is not as it was written"):
        load(tmp_path / "quickstart")
    seal(tmp_path / "quickstart")
    with pytest.raises(CaseError, match=r"halls\.csv lacks it_mw"):
        load(tmp_path / "quickstart")
    halls.unlink()
    with pytest.raises(CaseError, match=r"no complete result folder: tables/halls\.csv is missing"):
        load(tmp_path / "quickstart")


def test_run_id_follows_the_question(result: Result) -> None:
    """The same question has the same name; another has another."""
    assert run_id(result.case, "0", {}) == result.run["run"]
    assert run_id(result.case, "1", {}) != result.run["run"]


def test_no_text_of_a_table_is_a_formula(result: Result, tmp_path: Path) -> None:
    """A name that a spreadsheet would run as a formula is written as text, and read back as it was."""
    prices = result.solution["prices"].assign(where="=1+1")
    spoilt = replace(result.solution, tables={**result.solution.tables, "prices": prices})
    save(replace(result, solution=spoilt), tmp_path / "formula")
    written = (tmp_path / "formula/tables/prices.csv").read_text("utf-8").splitlines()
    assert written[1].split(",")[1] == "'=1+1"
    assert set(load(tmp_path / "formula").solution["prices"]["where"]) == {"=1+1"}


@pytest.mark.parametrize(
    ("fact", "typed", "told"),
    [
        ("objective_musd", "abc", "objective_musd: Input should be a valid number"),
        ("objective_musd", float("nan"), "NaN is no number"),
        ("objective_musd", 1.0, "run.json says that the plan costs 1 million USD"),
        ("bound_musd", None, "bound_musd"),
        ("solver", 5, "solver"),
        ("inputs", 5, "inputs"),
        ("run", 5, "run: Input should be a valid string"),
        ("status", "weird", "weird"),
    ],
)
def test_an_edited_record_is_refused(result: Result, tmp_path: Path, fact: str, typed: object, told: str) -> None:
    """A fact of the wrong kind, or a cost that is not the certified one, is told in one line."""
    save(result, tmp_path / "edited")
    record = tmp_path / "edited/run.json"
    record.write_text(json.dumps(json.loads(record.read_text("utf-8")) | {fact: typed}), "utf-8")
    if "no number" not in told:  # a manifest lists no file that cannot be read
        seal(tmp_path / "edited")
    with pytest.raises(CaseError, match=told):
        load(tmp_path / "edited")


def test_a_record_that_is_no_table_is_named(result: Result, tmp_path: Path) -> None:
    """Other JSON in its place is told by the name of the file."""
    save(result, tmp_path / "edited")
    (tmp_path / "edited/certificate.json").write_text("null", "utf-8")
    seal(tmp_path / "edited")
    with pytest.raises(CaseError, match=r"certificate\.json holds no table"):
        load(tmp_path / "edited")


@pytest.mark.parametrize(("table", "column"), [("orders", "market"), ("halls", "site"), ("ledger", "node")])
def test_a_name_that_the_case_lacks_is_refused(result: Result, tmp_path: Path, table: str, column: str) -> None:
    """A table that speaks of another case is told by its name and the name it uses."""
    save(result, tmp_path / "edited")
    file = tmp_path / "edited/tables" / f"{table}.csv"
    pd.read_csv(file, dtype=str, keep_default_na=False).assign(**{column: "Elsewhere"}).to_csv(file, index=False)
    seal(tmp_path / "edited")
    with pytest.raises(CaseError, match=f"{table}.csv names the {column} 'Elsewhere'"):
        load(tmp_path / "edited")


def test_an_alternative_that_the_case_lacks_is_named(result: Result, tmp_path: Path) -> None:
    """The list of alternatives may name none that the case no longer has."""
    save(result, tmp_path / "edited")
    listed = [{"name": "gone", "folder": None, "why_none": None}]
    (tmp_path / "edited/alternatives.json").write_text(json.dumps(listed), "utf-8")
    seal(tmp_path / "edited")
    with pytest.raises(CaseError, match="'gone', which is no alternative of the case"):
        load(tmp_path / "edited")
