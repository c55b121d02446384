"""`planner audit` as a person types it: exit codes, what is said where, and on results that were changed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from planner import docs
from planner.app import audit as app
from planner.cli import main

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: str) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of the quickstart in fractions, where both formulations find the same least cost exactly."""
    workbook = tmp_path_factory.mktemp("solved") / "quickstart.xlsx"
    asked = (
        "optimize",
        str(ROOT / "inputs/quickstart.yaml"),
        "--continuous",
        "--untidy",
        "--plain",
        "-q",
        "-o",
        str(workbook),
    )
    assert run(*asked) == 0
    return workbook.with_suffix("")


@pytest.fixture
def result(solved: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(solved, tmp_path / "result"))


def test_a_sound_result_agrees(solved: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, the verdict on standard output, progress on standard error, nothing of the solver's."""
    assert run("audit", str(solved)) == 0
    shown = capfd.readouterr()
    assert "verdict" in shown.out
    assert "agrees" in shown.out
    assert "HiGHS" not in shown.out
    assert [line.split()[0] for line in shown.err.splitlines()] == ["read", "certify", "audit"]


def test_json_is_one_object(solved: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The keys that the page of commands lists, the same cost from both formulations to a millionth."""
    assert run("audit", str(solved), "--json", "-q") == 0
    found = json.loads(capfd.readouterr().out)
    listed = re.search(r"`audit --json` prints (.*?)\.\n", docs.source("commands"), re.DOTALL)
    assert listed
    assert set(found) <= set(re.findall(r"`(\w+)`", listed[1]))
    (compared,) = found["compared"]
    assert compared["audit"] == pytest.approx(compared["plan"], rel=1e-6)
    assert (found["certificate_ok"], found["agrees"], found["proven"]) == (True, True, True)


def test_a_case_edited_after_the_solve_is_told(result: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A price in case.yaml that the plan was not made for: exit code 6, with words, and the JSON all the same."""
    case = result / "case.yaml"
    text = case.read_text("utf-8")
    edited = re.sub(r"discount_rate: [0-9.]+", "discount_rate: 0.05", text)
    assert edited != text
    case.write_text(edited, "utf-8")
    assert run("audit", str(result), "--json", "-q") == 6
    shown = capfd.readouterr()
    assert "planner: the plan does not fit its case: the plan states a present cost" in shown.err
    assert json.loads(shown.out)["exit_code"] == 6


def test_an_objective_replaced_is_told(result: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A plan that is cheapest is not the soonest."""
    case = result / "case.yaml"
    text = case.read_text("utf-8")
    assert "  objective: cost\n" in text
    case.write_text(text.replace("  objective: cost\n", "  objective: delay\n"), "utf-8")
    assert run("audit", str(result)) == 6
    assert "the plan is not the best of its case: average delay" in capfd.readouterr().err


def test_a_folder_that_holds_no_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One message, exit code 2."""
    assert run("audit", str(tmp_path)) == 2
    assert "\nplanner: " in capfd.readouterr().err


def test_a_plan_beside_another_is_refused(result: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A plan on the frontier answers no question of its case; where to look instead is said."""
    shutil.copytree(result, result / "frontier" / "1")
    assert run("audit", str(result / "frontier" / "1")) == 2
    assert "audit the result that it belongs to" in capfd.readouterr().err


def test_stopped_by_the_user(solved: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C while it solves: exit code 130 and one line."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "judge", stop)
    assert run("audit", str(solved), "-q") == 130
    assert capfd.readouterr().err == "planner: stopped before the audit was done\n"


def test_a_file_that_was_changed_since_is_told(result: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A certificate that somebody turned round: the plan is sound, the folder is not what its run wrote."""
    path = result / "certificate.json"
    path.write_text(path.read_text("utf-8").replace('"ok": true', '"ok": false', 1), "utf-8")
    assert run("audit", str(result), "--json", "-q") == 6
    shown = capfd.readouterr()
    found = json.loads(shown.out)
    assert (found["certificate_ok"], found["agrees"]) == (True, True)
    assert found["altered"].startswith("certificate.json is not as it was written")
    assert "the folder was changed since its run: certificate.json" in shown.err
