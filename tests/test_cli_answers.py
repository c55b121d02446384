"""What a run says where the solver was stopped early, and where a check fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import openpyxl
import pytest

from planner.lp import INFINITY, Answer, HighsDoor, SolverStatus
from planner.report.sheets.checks.twin import Twin

from .test_cli import RISKY, SMALL, run
from .test_cli_json import WHOLE

DEARER = (
    SMALL
    + """\
alternatives:
  twice the price: {changes: [{table: sites, rows: [North], field: build_options.halls.capex_musd_per_mw, scale: 2}]}
"""
)


def strictly(text: str) -> Any:
    """JSON as other programs read it: none of NaN and Infinity."""

    def refuse(word: str) -> NoReturn:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that is always stopped with a plan, and before it has proven any bound."""
    solves: Callable[[HighsDoor], Answer] = HighsDoor.run

    def early(door: HighsDoor) -> Answer:
        found = solves(door)
        if found.status is not SolverStatus.OPTIMAL:
            return found
        why = "Time limit reached"
        return replace(found, status=SolverStatus.FEASIBLE, why=why, bound=-INFINITY, duals=np.empty(0))

    monkeypatch.setattr(HighsDoor, "run", early)


@pytest.mark.parametrize("command", ["optimize", "frontier", "risk"])
@pytest.mark.parametrize("case", ["linear", "whole", "risky"])
@pytest.mark.usefixtures("stopped")
def test_a_plan_without_a_bound_is_kept(
    case: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plan, alternatives, frontier and risk are written, the bound none yet, in JSON null; drawn again as well."""
    if command == "risk" and case != "risky":
        return
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text({"linear": DEARER, "whole": WHOLE, "risky": RISKY}[case], "utf-8")
    assert run(command, "case.yaml", "--json", "-o", "plan.xlsx") == 5
    found = strictly(capsys.readouterr().out)
    assert (found["bound_musd"], found["gap"], found["exit_code"]) == (None, None, 5)
    assert found["certificate_ok"]
    assert found["checks_failed"] == []
    kept = strictly(Path("plan/run.json").read_text("utf-8"))
    assert (kept["bound_musd"], kept["gap"], kept["status"]) == (None, None, "feasible")
    assert all(strictly(each.read_text("utf-8")) for each in Path("plan").rglob("*.json"))
    assert run("report", "plan", "-o", "again.xlsx") == 0
    again, first = (openpyxl.load_workbook(name, data_only=True) for name in ("again.xlsx", "plan.xlsx"))
    for book in (again, first):
        facts = {row[0].value: row[1].value for row in book["Provenance"].iter_rows(max_row=25)}
        assert facts["Proven lower bound"] == facts["Gap"] == "none yet"
        told = " ".join(str(cell) for row in book["Checks"].values for cell in row if cell)
        assert "before it had proven any bound" in told
    assert run(command, "case.yaml", "-o", "plan.xlsx") == 5
    assert "bound none yet" in capsys.readouterr().out


def test_a_report_that_does_not_add_up_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """60 chips counted as 61: the message and the printed object name the check, what was expected and what found."""
    sides = Twin._sides

    def off(twin: Twin, tables: Any) -> tuple[float, float]:
        left, right = sides(twin, tables)
        return (left + 1.0, right) if twin.id == "chips by site" else (left, right)

    monkeypatch.setattr(Twin, "_sides", off)
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "--json", "-o", "plan.xlsx") == 6
    told = capsys.readouterr()
    found = strictly(told.out)
    (failed,) = found["checks_failed"]
    assert found["exit_code"] == 6
    assert failed["check"] == "chips by site"
    assert failed["found"] == pytest.approx(failed["expected"] + 1.0)
    assert "chips by site at Chips" in told.err
    assert "expected" in told.err
    assert Path("plan.xlsx").is_file()
    assert Path("plan/run.json").is_file()
    assert run("report", "plan", "-o", "again.xlsx") == 6
    assert "chips by site at Chips" in capsys.readouterr().err
    headline = str(openpyxl.load_workbook("plan.xlsx", data_only=True)["Summary"]["A1"].value)
    assert not headline.startswith("Not proven")


@pytest.mark.parametrize("case", ["linear", "whole", "risky"])
@pytest.mark.usefixtures("stopped")
def test_the_first_line_says_that_no_bound_is_proven(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan costs 120 million USD where it is SMALL's; whether another costs less nobody knows, and so it begins."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text({"linear": SMALL, "whole": WHOLE, "risky": RISKY}[case], "utf-8")
    assert run("optimize", "case.yaml", "-q", "-o", "plan.xlsx") == 5
    headline = str(openpyxl.load_workbook("plan.xlsx", data_only=True)["Summary"]["A1"].value)
    assert headline.startswith("Not proven to be the best, and how far from it is not known: the plan costs ")
    assert case != "linear" or "costs 120 million USD" in headline


def test_the_first_line_says_how_far_a_plan_may_be_from_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """120 million USD with a bound of 90: a better plan may cost a quarter less."""
    solves: Callable[[HighsDoor], Answer] = HighsDoor.run

    def early(door: HighsDoor) -> Answer:
        found = solves(door)
        return replace(found, status=SolverStatus.FEASIBLE, why="Time limit reached", bound=found.objective * 0.75)

    monkeypatch.setattr(HighsDoor, "run", early)
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "-q", "--plain", "-o", "plan.xlsx") == 5
    headline = str(openpyxl.load_workbook("plan.xlsx", data_only=True)["Summary"]["A1"].value)
    assert headline == (
        "Not proven to be the best: the plan costs 120 million USD at present worth; a better one may cost up to 25 % "
        "less."
    )


def test_a_plan_that_fails_says_what_was_expected_and_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Halls of 60 MW of which the tables say 61, in a folder without hashes: the check tells both."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "-q", "--plain", "-o", "plan.xlsx") == 0
    Path("plan/manifest.json").unlink()
    record = json.loads(Path("plan/run.json").read_text("utf-8"))
    del record["layout"]
    Path("plan/run.json").write_text(json.dumps(record), "utf-8")
    halls = Path("plan/tables/halls.csv")
    header, row = halls.read_text("utf-8").splitlines()
    cells = row.split(",")
    at = header.split(",").index("it_mw")
    assert float(cells[at]) == pytest.approx(60.0)
    cells[at] = "61"
    halls.write_text(f"{header}\n{','.join(cells)}\n", "utf-8")
    assert run("report", "plan", "-o", "again.xlsx") == 6
    told = capsys.readouterr().err
    assert "expected 60, found 61" in told
    assert "North" in told
