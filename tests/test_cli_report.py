"""Alternatives and studies on the command line, and reports drawn again from a result folder."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.app.dossier import dossier_of
from planner.errors import FailedCheck, NoPlanError, WriteError
from planner.message import Message
from planner.report import write_report
from planner.report.sheet_spec import Note
from planner.report.sheets.options import options
from planner.results import load
from planner.study.alternatives import ALTERNATIVES
from planner.study.frontier import FRONTIER
from planner.study.risk import RISK
from tests.sealed import seal

from .test_cli import RISKY, SMALL, run

CASE = (
    SMALL
    + """\
alternatives:
  twice the price: {changes: [{table: sites, rows: [North], field: build_options.halls.capex_musd_per_mw, scale: 2}]}
  too little grid: {changes: [{table: regions, rows: [Grid], field: headroom_mw, set: 50}]}
"""
)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case with two alternatives, one of them without a plan."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path


@pytest.fixture
def solved(case: Path) -> Path:
    """Its result folder."""
    assert run("optimize", "case.yaml", "-q") == 0
    return case.parent / "reports/case"


def _tabs(workbook: Path) -> list[str]:
    with zipfile.ZipFile(workbook) as book:
        return re.findall(r'<sheet [^>]*name="([^"]+)"', book.read("xl/workbook.xml").decode())


def _texts(workbook: Path) -> str:
    with zipfile.ZipFile(workbook) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_alternatives_are_solved_beside_the_plan(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """60 MW at 2 million USD, at 4 million, and no plan on 50 MW; each plan is kept whole."""
    assert run("optimize", "case.yaml", "--json", "-q") == 0
    dear, none = json.loads(capsys.readouterr().out)["alternatives"]
    assert dear["name"] == "twice the price"
    assert dear["present_cost_musd"] == pytest.approx(240.0)
    assert dear["more_than_plan_musd"] == pytest.approx(120.0)
    assert none["present_cost_musd"] is None
    assert "headroom" in none["why_none"]
    kept = load(case.parent / "reports/case")
    assert [each.name for each in kept.studied.get(ALTERNATIVES) or ()] == ["twice the price", "too little grid"]
    assert [(at, found.ok) for at, found in kept.certified.items()] == [("alternatives/1", True)]
    assert "Options" in _tabs(case.parent / "reports/case.xlsx")


def test_the_terminal_names_them(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What each costs more than the plan, million USD."""
    assert run("optimize", "case.yaml") == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("alternatives")]
    assert line.split(maxsplit=1)[1] == "twice the price +120; too little grid no plan"


def test_plain_leaves_them_out(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan alone; Provenance says how to get the rest."""
    assert run("optimize", "case.yaml", "--plain", "--json", "-q") == 0
    assert json.loads(capsys.readouterr().out)["alternatives"] == []
    assert "Options" not in _tabs(case.parent / "reports/case.xlsx")


def test_an_alternative_can_be_solved_for_itself(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept of it is a case like any other."""
    shutil.copy(solved / "alternatives/1/case.yaml", "one.yaml")
    assert run("optimize", "one.yaml", "--json", "-q") == 0
    assert json.loads(capsys.readouterr().out)["present_cost_musd"] == pytest.approx(240.0)


def test_studies_share_a_workbook(case: Path) -> None:
    """Both studies in the report of one plan, each as the command of its name finds it."""
    (case.parent / "risky.yaml").write_text(RISKY, "utf-8")
    assert run("optimize", "risky.yaml", "--study", "risk", "--study", "frontier", "--points", "2", "-q") == 0
    assert "Risk" in _tabs(case.parent / "reports/risky.xlsx")
    both = load(case.parent / "reports/risky")
    assert run("risk", "risky.yaml", "-o", "risk.xlsx", "-q") == 0
    assert run("frontier", "risky.yaml", "--points", "2", "-o", "frontier.xlsx", "-q") == 0
    assert both.studied.get(RISK) == load(case.parent / "risk").studied.get(RISK) is not None
    points = [each.studied.get(FRONTIER) or () for each in (both, load(case.parent / "frontier"))]
    costs, again = [[point.solution.objective_musd for point in found] for found in points]
    assert costs
    assert costs == pytest.approx(again)


def _stopping(error: BaseException) -> Any:
    def options(*_: Any, **__: Any) -> Iterator[Any]:
        raise error
        yield

    return options


def test_stopped_while_alternatives_are_solved(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C keeps the plan and leaves with 130."""
    monkeypatch.setattr("planner.study.alternatives.options", _stopping(KeyboardInterrupt()))
    assert run("optimize", "case.yaml", "-q") == 130
    assert load(case.parent / "reports/case").solution.objective_musd == pytest.approx(120.0)


def test_a_study_that_fails_does_not_lose_the_plan(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan is written, then the reason is told: exit 4."""
    monkeypatch.setattr("planner.study.alternatives.options", _stopping(NoPlanError(Message("out of time"))))
    assert run("optimize", "case.yaml", "-q") == 4
    assert "The plan itself is written to" in capsys.readouterr().err
    assert load(case.parent / "reports/case").solution.objective_musd == pytest.approx(120.0)


def test_drawn_again_byte_for_byte(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder holds everything that the report says."""
    assert run("report", "reports/case", "-o", "again.xlsx") == 0
    assert "again.xlsx is written" in capsys.readouterr().out
    assert Path("again.xlsx").read_bytes() == solved.with_suffix(".xlsx").read_bytes()


def test_drawn_again_beside_the_folder(solved: Path) -> None:
    """Without a name the workbook is the one that was there."""
    before = solved.with_suffix(".xlsx").read_bytes()
    solved.with_suffix(".xlsx").unlink()
    assert run("report", str(solved)) == 0
    assert solved.with_suffix(".xlsx").read_bytes() == before


def test_studies_are_drawn_again(case: Path) -> None:
    """Risk and frontier come out of the folder as they went in."""
    (case.parent / "risky.yaml").write_text(RISKY, "utf-8")
    assert run("optimize", "risky.yaml", "--study", "risk", "--study", "frontier", "--points", "3", "-q") == 0
    assert run("report", "reports/risky", "-o", "again.xlsx") == 0
    assert Path("again.xlsx").read_bytes() == Path("reports/risky.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("report", "nowhere"), "nowhere"),
        (("report", "reports/case", "-o", "plan.pdf"), "the report is an Excel workbook"),
        (("report", "reports/case", "-o", "reports/case/plan.xlsx"), "lies in the result folder itself"),
        (("report", "reports/case", "--lang", "xx"), "xx"),
        (("report", "reports/case", "--style", "none.yaml"), "none.yaml"),
        (("optimize", "case.yaml", "--lang", "xx"), "xx"),
    ],
)
def test_what_cannot_be_drawn(
    solved: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message each, exit 2, and the report stays as it was."""
    before = solved.with_suffix(".xlsx").read_bytes()
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err
    assert solved.with_suffix(".xlsx").read_bytes() == before


def test_a_damaged_folder_is_told(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that is gone is named."""
    (solved / "tables/halls.csv").unlink()
    assert run("report", "reports/case") == 2
    assert "halls.csv" in capsys.readouterr().err


def test_no_program_that_prints(
    solved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without LibreOffice a PDF is refused in words before anything is solved or written."""
    monkeypatch.setenv("PATH", "")
    assert run("report", "reports/case", "--pdf") == 7
    assert "LibreOffice" in capsys.readouterr().err
    assert run("optimize", "case.yaml", "-o", "new.xlsx", "--pdf") == 7
    assert not Path("new.xlsx").exists()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_printed(solved: Path) -> None:
    """The copy stands beside the workbook."""
    assert run("report", "reports/case", "--pdf") == 0
    assert solved.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_in_chinese(solved: Path) -> None:
    """Words are Chinese, tabs and the master check stay what tools rely on."""
    assert run("report", "reports/case", "--lang", "zh", "-o", "zh.xlsx") == 0
    assert _tabs(Path("zh.xlsx")) == _tabs(solved.with_suffix(".xlsx"))
    assert re.search("[\u4e00-\u9fff]{4}", _texts(Path("zh.xlsx")))
    assert "ALL OK" in _texts(Path("zh.xlsx"))
    assert not re.search("[\u4e00-\u9fff]", _texts(solved.with_suffix(".xlsx")))


def test_in_the_colours_of_the_house(solved: Path) -> None:
    """A style file sets the font and the colour of messages."""
    Path("brand.yaml").write_text("font: Verdana\naccent: 7A1F2B\n", "utf-8")
    assert run("report", "reports/case", "--style", "brand.yaml", "-o", "brand.xlsx") == 0
    with zipfile.ZipFile("brand.xlsx") as book:
        styles = book.read("xl/styles.xml").decode()
    assert "7A1F2B" in styles
    assert 'name val="Verdana"' in styles
    assert "Arial" not in styles


def test_a_copy_that_cannot_be_printed_loses_nothing(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder where the PDF goes is told before solving; a printer that fails leaves workbook and tables."""
    (case.parent / "plan.pdf").mkdir()
    assert run("optimize", "case.yaml", "-o", "plan.xlsx", "--pdf", "-q") == 2
    assert "the printed copy goes to plan.pdf, but that is a folder" in capsys.readouterr().err
    (case.parent / "plan.pdf").rmdir()

    def fails(workbook: Path, target: Path) -> None:
        raise WriteError(Message("LibreOffice did not print {workbook}", workbook=str(workbook)))

    monkeypatch.setattr("planner.app.report_options.find_office", lambda: "soffice")
    monkeypatch.setattr("planner.app.report_options.write_pdf", fails)
    assert run("optimize", "case.yaml", "-o", "plan.xlsx", "--pdf", "-q") == 7
    told = capsys.readouterr().err
    assert "did not print plan.xlsx" in told
    assert "Workbook and tables are written: plan.xlsx and plan. There is no plan.pdf." in told
    assert Path("plan.xlsx").is_file()
    assert load(Path("plan")).certificate.ok


def test_stopped_while_it_writes(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C while the workbook is written: the plan is written all the same, and nothing half done is left."""
    stops = iter([KeyboardInterrupt()])

    def writes(path: Path, content: Any, **looks: Any) -> tuple[FailedCheck, ...]:
        if stop := next(stops, None):
            raise stop
        return write_report(path, content, **looks)

    monkeypatch.setattr("planner.app.report_options.write_report", writes)
    assert run("optimize", "case.yaml", "--plain") == 130
    assert "the plan is written first" in capsys.readouterr().err
    assert load(case.parent / "reports/case").certificate.ok
    assert sorted(path.name for path in (case.parent / "reports").iterdir()) == ["case", "case.xlsx"]


def test_alternatives_that_were_not_reached_are_named(solved: Path) -> None:
    """A run that was stopped after its first alternative says which one it did not solve."""
    found = dossier_of(load(solved))
    sheet = options(replace(found, studied=found.studied.having(ALTERNATIVES, found.options[:1])))
    assert sheet is not None
    notes = [block.text for block in sheet.blocks if isinstance(block, Note)]
    assert "Not solved, since the run was stopped before: too little grid." in notes


def test_a_table_that_was_changed(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seven million more in the ledger: the hash differs, exit 2; with a new hash the certificate fails, exit 6."""
    ledger = solved / "tables/ledger.csv"
    head, first, *others = ledger.read_text("utf-8").splitlines()
    amounts = dict(zip(head.split(","), first.split(","), strict=True))
    amounts["present_musd"] = str(float(amounts["present_musd"]) + 7.0)
    ledger.write_text("\n".join([head, ",".join(amounts.values()), *others]) + "\n", "utf-8")
    assert run("report", str(solved), "-o", "red.xlsx") == 2
    assert "tables/ledger.csv is not as it was written" in capsys.readouterr().err
    assert not Path("red.xlsx").exists()
    seal(solved)
    assert run("report", str(solved), "-o", "red.xlsx") == 6
    told = capsys.readouterr().err
    assert "ledger_present" in told
    assert "Off by 7 million USD" in told
    assert "The report red.xlsx is marked as failed" in told
    assert "FAILED" in _texts(Path("red.xlsx"))


def test_half_a_fleet_is_found(solved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that lost its second half is told by its hash; with a new one, by 60 MW * 8,760 h undrawn."""
    fleet = solved / "tables/fleet.csv"
    head, *rows = fleet.read_text("utf-8").splitlines()
    fleet.write_text("\n".join([head, *rows[: len(rows) // 2]]) + "\n", "utf-8")
    assert run("report", str(solved), "-o", "red.xlsx") == 2
    assert "tables/fleet.csv is not as it was written" in capsys.readouterr().err
    seal(solved)
    assert run("report", str(solved), "-o", "red.xlsx") == 6
    told = capsys.readouterr().err
    assert "stated_energy" in told
    assert "Off by 0.5256 TWh" in told
