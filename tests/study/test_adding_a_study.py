"""Adding a study is one object and one line in STUDIES; its sheet is a function and a line in SHEETS, as any other.

The study of these tests doubles the demand. The small case serves 60 PFLOP/s with 60 MW of halls at 2 million USD a MW,
which is 120 million USD, on a grid of 100 MW: twice that has no plan. With a grid of 200 MW it is 240.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from planner import report as report_room
from planner import study as study_room
from planner.cli import cli
from planner.report import Dossier
from planner.report.sheet_spec import ONE, Column, Sheet, Table
from planner.results import load
from planner.schema import Case
from planner.solution import Solution
from planner.solving import session
from planner.study.study_type import KeptStudy, PlanBeside, Study, StudyInput

from ..test_cli import SMALL, run

ROOMY = SMALL.replace("headroom_mw: 100", "headroom_mw: 200").replace("max_it_mw: 100", "max_it_mw: 200")


def twice(case: Case) -> Case:
    """The case with twice the demand."""
    rows = {
        name: row.model_copy(update={"demand_pflops": 2 * row.demand_pflops})  # type: ignore[operator]  # a plain number
        for name, row in case.workloads.items()
    }
    return case.model_copy(update={"workloads": rows})


def _run(given: StudyInput) -> Iterator[Solution]:
    given.report("doubled", "twice the demand")
    with session(twice(given.session.case), given.session.options) as s:
        yield s.solve()


def _read(kept: KeptStudy, case: Case, plan: Solution) -> Solution:
    found = kept.plan(1, twice(case))
    if kept.data(dict) != {"cost_musd": found.objective_musd}:
        raise ValueError("doubled.json says another cost than its plan")
    return found


DOUBLED = Study(
    name="doubled",
    sentence="What twice the demand would cost.",
    run=_run,
    read=_read,
    data=lambda found: {"cost_musd": found.objective_musd},
    plans=lambda found, case: {1: PlanBeside(twice(case), found, {"demand": 2})},
    to_prove=lambda found: (found,),
    in_json=lambda found, plan: None if found is None else {"more_musd": found.objective_musd - plan.objective_musd},
    lines=lambda told: {} if told is None else {"twice the demand": f"{told['more_musd']:.0f} million USD more"},
    missing="nobody asked for it; run: planner optimize CASE --study doubled",
)


def doubled_sheet(dossier: Dossier) -> Sheet | None:
    """The sheet of the study."""
    found = dossier.studied.get(DOUBLED)
    if found is None:
        return None
    column = Column("cost", "Twice the demand", "million USD", ONE)
    return Sheet(
        "Doubled",
        f"Twice the demand would cost {found.objective_musd:,.0f} million USD in all.",
        "What if demand were twice as large",
        (Table("doubled", "Cost", (column,), ((found.objective_musd,),)),),
    )


def add(patch: pytest.MonkeyPatch) -> None:
    """One line more in STUDIES and one in SHEETS, as every room sees them."""
    lines: tuple[tuple[str, tuple[Any, ...], Any], ...] = (
        ("STUDIES", study_room.STUDIES, DOUBLED),
        ("SHEETS", report_room.SHEETS, ("Doubled", doubled_sheet, DOUBLED.missing)),
    )
    for name, registry, line in lines:
        for module in list(sys.modules.values()):
            if vars(module).get(name) is registry:
                patch.setattr(module, name, (*registry, line))


@pytest.fixture
def with_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that has the study."""
    add(monkeypatch)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small case with room for twice the demand."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "case.yaml"
    path.write_text(ROOMY, "utf-8")
    return path


def cells(book: bytes, sheet: str) -> list[Any]:
    """What a sheet of a workbook says, cell by cell."""
    found = openpyxl.load_workbook(io.BytesIO(book))[sheet]
    return [cell.value for row in found.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.usefixtures("with_line")
def test_it_is_run_kept_certified_told_and_drawn(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """120 more; the folder holds its number and its plan, whose certificate is worked out again when it is read."""
    assert run("optimize", "case.yaml", "--study", "doubled", "--json", "-o", "plan.xlsx") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["doubled"] == {"more_musd": pytest.approx(120.0)}
    assert "doubled  twice the demand" in shown.err
    assert json.loads(Path("plan/doubled.json").read_text("utf-8")) == {"cost_musd": pytest.approx(240.0)}
    assert json.loads(Path("plan/doubled/1/run.json").read_text("utf-8"))["demand"] == 2
    listed = json.loads(Path("plan/manifest.json").read_text("utf-8"))["files"]
    assert {"doubled.json", "doubled/1/run.json", "doubled/1/tables/halls.csv"} <= set(listed)
    kept = load(Path("plan"))
    found = kept.studied.get(DOUBLED)
    assert found is not None
    assert found.objective_musd == pytest.approx(240.0)
    assert {at: certificate.ok for at, certificate in kept.certificates} == {"": True, "doubled/1": True}
    assert "Twice the demand would cost 240 million USD in all." in cells(Path("plan.xlsx").read_bytes(), "Doubled")


@pytest.mark.usefixtures("with_line")
def test_it_is_drawn_again_from_the_folder(case: Path) -> None:
    """Byte for byte, without solving anything."""
    assert run("optimize", "case.yaml", "--study", "doubled", "-q", "-o", "plan.xlsx") == 0
    assert run("report", "plan", "-o", "again.xlsx") == 0
    assert Path("again.xlsx").read_bytes() == Path("plan.xlsx").read_bytes()


@pytest.mark.usefixtures("with_line")
def test_it_is_told_on_the_terminal(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a line of its own; help lists it among the studies."""
    assert run("optimize", "case.yaml", "--study", "doubled", "-o", "plan.xlsx") == 0
    assert "twice the demand     120 million USD more" in capsys.readouterr().out
    assert "[doubled|frontier|risk]" in CliRunner().invoke(cli, ["optimize", "--help"]).output


@pytest.mark.usefixtures("with_line")
def test_its_absence_is_explained(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In `--json` by null, in the workbook by how to get it."""
    assert run("optimize", "case.yaml", "--json", "-q", "-o", "plan.xlsx") == 0
    assert json.loads(capsys.readouterr().out)["doubled"] is None
    assert f"Doubled: {DOUBLED.missing}" in cells(Path("plan.xlsx").read_bytes(), "Provenance")


@pytest.mark.usefixtures("with_line")
def test_where_it_has_no_plan_the_plan_is_written_first(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """120 MW do not fit on a grid of 100: exit code 4, as for any study without an answer."""
    case.write_text(SMALL, "utf-8")
    assert run("optimize", "case.yaml", "--study", "doubled", "-q", "-o", "plan.xlsx") == 4
    assert "The plan itself is written to plan.xlsx" in capsys.readouterr().err
    assert load(Path("plan")).studied.get(DOUBLED) is None


@pytest.mark.usefixtures("with_line")
def test_stopped_it_keeps_what_it_had(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C after its plan: the plan and what was found beside it are written, exit code 130."""

    def stopped(given: StudyInput) -> Iterator[Solution]:
        yield from _run(given)
        raise KeyboardInterrupt

    monkeypatch.setattr(study_room, "STUDIES", (*study_room.STUDIES[:-1], replace(DOUBLED, run=stopped)))
    for module in list(sys.modules.values()):
        if DOUBLED in (vars(module).get("STUDIES") or ()):
            monkeypatch.setattr(module, "STUDIES", study_room.STUDIES)
    assert run("optimize", "case.yaml", "--study", "doubled", "--json", "-o", "plan.xlsx") == 130
    shown = capsys.readouterr()
    assert "while it was at doubled; what was found until now is kept" in shown.err
    assert json.loads(shown.out)["doubled"] == {"more_musd": pytest.approx(120.0)}
    assert list(load(Path("plan")).certified) == ["doubled/1"]


@pytest.mark.usefixtures("with_line")
def test_what_it_keeps_is_checked(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another number in its file is told by the manifest."""
    assert run("optimize", "case.yaml", "--study", "doubled", "-q", "-o", "plan.xlsx") == 0
    Path("plan/doubled.json").write_text('{"cost_musd": 1.0}', "utf-8")
    assert run("report", "plan", "-o", "again.xlsx") == 2
    assert "doubled.json is not as it was written" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["report", "plan", "-o", "again.xlsx"], ["audit", "plan"]])
def test_a_study_that_this_version_lacks_is_told(
    case: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with a study of another version: one line that names the study and what helps, exit code 2."""
    with pytest.MonkeyPatch.context() as patch:
        add(patch)
        assert run("optimize", "case.yaml", "--study", "doubled", "-q", "-o", "plan.xlsx") == 0
    capsys.readouterr()
    assert run(*command) == 2
    told = capsys.readouterr().err
    assert "holds the study doubled, which this version of the planner does not know" in told
    assert "planner optimize plan/case.yaml" in told
    assert "Traceback" not in told
    assert not Path("again.xlsx").exists()


def test_an_unknown_study_is_refused_before_anything_is_solved(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, with the names that there are."""
    assert run("optimize", "case.yaml", "--study", "doubled") == 2
    told = capsys.readouterr().err
    assert "'frontier'" in told
    assert "'risk'" in told
    assert not Path("reports").exists()


def test_every_study_explains_itself() -> None:
    """Names are unique and take no other file's place in a result folder; sentences are whole; each keeps something."""
    names = [study.name for study in study_room.STUDIES]
    assert len(set(names)) == len(names)
    assert not {"case", "certificate", "manifest", "run", "tables"} & set(names)
    for study in study_room.STUDIES:
        assert study.name.isidentifier()
        assert study.name.islower()
        assert study.sentence.endswith(".")
        assert study.data is not None or study.keeps_plans
        assert study.in_json is not None or not study.by_name
