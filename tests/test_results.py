"""A result folder reads back as the case and the solution that were written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.certify import certify
from planner.errors import CaseError
from planner.files import read_case
from planner.results import Result, load, run_id, save
from planner.solution import TABLES
from planner.solve import session

QUICKSTART = Path(__file__).parent.parent / "inputs" / "quickstart.yaml"


@pytest.fixture(scope="module")
def result() -> Result:
    """The quickstart, solved and certified."""
    case, _ = read_case(QUICKSTART)
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
    with pytest.raises(CaseError, match=r"halls\.csv lacks it_mw"):
        load(tmp_path / "quickstart")
    halls.unlink()
    with pytest.raises(CaseError, match="no complete result folder"):
        load(tmp_path / "quickstart")


def test_run_id_follows_the_question(result: Result) -> None:
    """The same question has the same name; another has another."""
    assert run_id(result.case, "0", {}) == result.run["run"]
    assert run_id(result.case, "1", {}) != result.run["run"]


def test_no_text_of_a_table_is_a_formula(result: Result, tmp_path: Path) -> None:
    """A name that a spreadsheet would run as a formula is written as text, and read back as it was."""
    halls = result.solution["halls"].assign(site="=1+1")
    spoilt = replace(result.solution, tables={**result.solution.tables, "halls": halls})
    save(replace(result, solution=spoilt), tmp_path / "formula")
    written = (tmp_path / "formula/tables/halls.csv").read_text("utf-8").splitlines()
    assert written[1].split(",")[1] == "'=1+1"
    assert set(load(tmp_path / "formula").solution["halls"]["site"]) == {"=1+1"}
