"""Result folders that an earlier planner wrote: drawn where they can be, else told in one line with what helps."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from ..test_cli import SMALL, run


def earlier(folder: Path) -> None:
    """A folder as it was before there were manifests."""
    (folder / "manifest.json").unlink()
    record = json.loads((folder / "run.json").read_text("utf-8"))
    del record["layout"]
    (folder / "run.json").write_text(json.dumps(record), "utf-8")


def without_column(table: Path, name: str) -> None:
    """Take a column out of a table whose cells hold no commas."""
    rows = [line.split(",") for line in table.read_text("utf-8").splitlines()]
    at = rows[0].index(name)
    table.write_text("".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows), "utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A result folder without a manifest."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "-q", "-o", "plan.xlsx") == 0
    earlier(Path("plan"))
    return Path("plan")


def test_the_same_tables_are_drawn(folder: Path) -> None:
    """Without a manifest, whose tables are those of today."""
    assert run("report", str(folder), "-o", "again.xlsx") == 0


@pytest.mark.parametrize(("table", "column"), [("serve", "it_mw"), ("prices", "more")])
def test_other_tables_are_told(table: str, column: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lacks a column is no damage but another form: the case in it is to be solved again, which works."""
    without_column(folder / "tables" / f"{table}.csv", column)
    assert run("report", str(folder), "-o", "again.xlsx") == 2
    told = capsys.readouterr().err
    assert f"{table}.csv lacks {column}" in told
    assert f"was written by an earlier planner (version {version('planner')})" in told
    assert "planner optimize plan/case.yaml" in told
    assert len(told.splitlines()) == 2
    assert run("optimize", "plan/case.yaml", "-q", "-o", "solved.xlsx") == 0


def test_a_folder_with_a_manifest_and_an_earlier_layout_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Layout 2 had a manifest and no paths of prices in the ledger: no damage, its case is to be solved again."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "-q", "-o", "plan.xlsx") == 0
    folder = Path("plan")
    without_column(folder / "tables" / "ledger.csv", "price_path")
    record = json.loads((folder / "run.json").read_text("utf-8"))
    (folder / "run.json").write_text(json.dumps({**record, "layout": 2}), "utf-8")
    assert run("report", "plan", "-o", "again.xlsx") == 2
    told = capsys.readouterr().err
    assert f"was written by an earlier planner (version {version('planner')})" in told
    assert "planner optimize plan/case.yaml" in told


def test_a_case_of_another_form_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A field that a case had once and has no more."""
    case = folder / "case.yaml"
    case.write_text(case.read_text("utf-8") + "\nformer_table: {}\n", "utf-8")
    assert run("report", str(folder), "-o", "again.xlsx") == 2
    told = capsys.readouterr().err
    assert "was written by an earlier planner" in told
    assert "former_table" in told
