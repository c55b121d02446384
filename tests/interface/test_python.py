"""`import planner`: ten lines in a notebook, and what they promise."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import re
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner.cli import main
from planner.solution import TABLES

ROOT = Path(__file__).parent.parent.parent
QUICKSTART = ROOT / "inputs" / "quickstart.yaml"
PAGE = ROOT / "planner" / "docs" / "python.md"
SMALL = {
    "settings": {"name": "small", "start": "2027-01-01", "frequency": "year", "periods": 1},
    "markets": {"Home": {}},
    "regions": {"Grid": {"market": "Home", "headroom_mw": 100}},
    "sites": {
        "North": {"region": "Grid", "max_it_mw": 100, "build_options": {"halls": {"capex_musd_per_mw": 2}}},
    },
    "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1000, "markets": {"Home": {"price_usd": 0}}}},
    "workloads": {"Work": {"demand_pflops": 60, "precision": "any"}},
    "shocks": {"boom": {"changes": [{"table": "workloads", "rows": ["*"], "field": "demand_pflops", "set": 70}]}},
    "alternatives": {
        "dear halls": {
            "changes": [{"table": "sites", "field": "build_options.halls.capex_musd_per_mw", "scale": 1.5}],
        },
    },
}
"""60 MW of halls at 2 million USD each, 120 million in all; 70 with the shock, 180 million where halls cost 3."""


@pytest.fixture(scope="module")
def small() -> planner.Case:
    """The smallest case, without a file."""
    return planner.read_case(SMALL)


@pytest.fixture(scope="module")
def plan(small: planner.Case) -> planner.Result:
    """Its plan: 60 MW for 120 million."""
    return planner.solve(small)


def blocks() -> list[str]:
    """The code of the page on Python."""
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def _with_inputs(folder: Path) -> Path:
    (folder / "inputs").mkdir()
    shutil.copy(QUICKSTART, folder / "inputs")
    return folder


def test_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader pastes runs, in order, and ends with a workbook and its folder."""
    monkeypatch.chdir(_with_inputs(tmp_path))
    cells: dict[str, object] = {}
    for block in blocks():
        exec(block, cells)
    assert (tmp_path / "board.xlsx").is_file()
    assert (tmp_path / "board" / "tables" / "orders.csv").is_file()
    assert not (tmp_path / "board-zh").exists()


def test_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell, in order; it is kept without outputs, and less room in Ulanqab and later chips cost more."""
    monkeypatch.chdir(_with_inputs(tmp_path))
    notebook = json.loads(PAGE.with_name("notebook.ipynb").read_text("utf-8"))
    cells = [each for each in notebook["cells"] if each["cell_type"] == "code"]
    known: dict[str, Any] = {}
    for cell in cells:
        assert not cell["outputs"]
        exec("".join(cell["source"]), known)
    assert planner.solve(known["harder"]).cost_musd > known["plan"].cost_musd
    assert len(known["studied"].frontier) == 4


def test_code_of_the_page_is_typed(tmp_path: Path) -> None:
    """mypy, strict, takes it as it is."""
    script = tmp_path / "notebook.py"
    script.write_text("\n".join(blocks()), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file", "", str(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Typed or imported: the same numbers, the same workbook byte for byte, the same folder but for clock readings."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(json.dumps(SMALL), "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["optimize", "small.yaml", "-o", "typed.xlsx", "-q", "--json", "--with", "boom"])
    assert not left.value.code
    told = json.loads(capsys.readouterr().out)
    case = planner.read_case("small.yaml", overlays="boom")
    result = planner.solve(case, studies="alternatives")
    planner.write_report(result, "imported.xlsx")
    assert (result.cost_musd, result.gap) == (told["present_cost_musd"], told["gap"])
    assert result.cost_musd == pytest.approx(140)
    assert result.alternatives.cost_musd["dear halls"] == told["alternatives"][0]["present_cost_musd"]
    assert Path("typed.xlsx").read_bytes() == Path("imported.xlsx").read_bytes()
    files = [
        sorted(each.relative_to(top).as_posix() for each in top.rglob("*.*"))
        for top in (Path("typed"), Path("imported"))
    ]
    assert files[0] == files[1]
    for name in files[0]:
        one, other = (Path(top, name).read_bytes() for top in ("typed", "imported"))
        assert name.endswith("run.json") or one == other, name
    planner.write_report(planner.read_result("imported"), "again.xlsx")
    assert Path("again.xlsx").read_bytes() == Path("typed.xlsx").read_bytes()


def test_figures_and_tables(plan: planner.Result) -> None:
    """120 million, proven; every table of the dictionary by its name and as an attribute, and a copy each."""
    assert plan.cost_musd == pytest.approx(120)
    assert (plan.status, plan.certificate.failed, planner.certify(plan).failed) == ("optimal", (), ())
    assert plan.gap is not None
    assert plan.gap < 1e-9
    assert plan.cost_by_account["site capex"] == pytest.approx(120)
    assert list(plan.tables) == list(TABLES)
    for name, table in plan.tables.items():
        pd.testing.assert_frame_equal(getattr(plan, name), table)
    mine = plan.halls
    mine["it_mw"] = 0.0
    assert plan.halls.it_mw.sum() == pytest.approx(60)
    about = planner.dictionary()
    assert set(about.table) == set(TABLES)
    assert (plan.frontier.empty, plan.alternatives.empty, plan.risk, plan.plans) == (True, True, None, {})


def test_shown_in_a_notebook(small: planner.Case, plan: planner.Result) -> None:
    """Cost, status, gap and certificate at a glance; no cell of a case or table."""
    assert repr(plan).startswith("<Result 'small': 120.00 million USD, optimal, gap 0")
    assert repr(plan).endswith("certificate holds>")
    assert "<td>120.00 million USD</td>" in plan._repr_html_()
    odd = small.changed("settings.name", "<b>&")
    assert "&lt;b&gt;&amp;" in odd._repr_html_()
    assert repr(odd).startswith("<Case '<b>&': 1 markets, 1 regions, 1 sites, 1 chips, 1 workloads, 1 periods")
    assert "settings.name = " in repr(odd)


def test_compared(small: planner.Case, plan: planner.Result) -> None:
    """Ten more MW for twenty more million, another account each for itself."""
    more = plan.compare(planner.solve(small.with_shocks("boom"))).more
    assert more[("present cost", "")] == pytest.approx(20)
    assert more[("present cost", "site capex")] == pytest.approx(20)
    assert more[("MW of IT at the end", "Home")] == pytest.approx(10)


def test_shocks_are_those_of_the_command_line(tmp_path: Path) -> None:
    """Taken after reading or while reading: one case, one source."""
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(SMALL), "utf-8")
    after, at_once = planner.read_case(path).with_shocks("boom"), planner.read_case(path, overlays=["boom"])
    assert after == at_once
    assert after.workloads["Work"].demand_pflops == 70
    assert after.source.overlays == at_once.source.overlays == ("boom",)
    assert after.place("workloads.Work.demand_pflops") == at_once.place("workloads.Work.demand_pflops")
    with pytest.raises(planner.CaseError, match="did you mean boom"):
        after.with_shocks("bom")


def test_values_changed(small: planner.Case) -> None:
    """A number of NumPy, a profile, a row that was not there, two at once; the case itself is as it was."""
    assert small.changed("sites.North.max_it_mw", np.int64(80)).sites["North"].max_it_mw == 80
    grown = small.changed("workloads.Work.demand_pflops", {"step": {pd.Timestamp("2027-01-01"): 50}})
    assert planner.solve(grown).cost_musd == pytest.approx(100)
    capped = small.changed("policy.power_caps.state", {"markets": ["Home"], "mw": 90})
    assert capped.policy.power_caps["state"].mw == 90
    moved = small.changed({"sites.South": small.sites["North"], "sites.North.max_it_mw": 0.0})
    assert list(moved.sites) == ["North", "South"]
    assert small.sites["North"].max_it_mw == 100
    assert moved.source.changes[1] == "sites.North.max_it_mw = 0"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("sites.Nort.max_it_mw", 1, "found 'Nort', which is no row of sites; did you mean North?"),
        ("sites.North.max_it_mv", 1, "sites.North.max_it_mv: unknown; did you mean max_it_mw?"),
        ("sites.North.max_it_mw", -1, "sites.North.max_it_mw: found -1; allowed: 0 or more"),
        ("sites.North.region", "Sea", "sites.North.region: found 'Sea', which is not in regions"),
        ("site.North", 1, "site: unknown; did you mean sites?"),
        ("sites.North.max_it_mw.base", 1, "unknown"),
        ("", 1, "unknown"),
    ],
)
def test_what_cannot_be_changed_is_refused(small: planner.Case, path: str, value: object, told: str) -> None:
    """Each with its place and its remedy."""
    with pytest.raises(planner.CaseError) as refused:
        small.changed(path, value)
    assert told in str(refused.value)


def test_a_report_says_what_was_changed(small: planner.Case, tmp_path: Path) -> None:
    """In the record of the run and on the sheet Provenance; a result read back still says it."""
    changed = planner.solve(small.changed("sites.North.max_it_mw", 80))
    planner.write_report(changed, tmp_path / "changed.xlsx")
    kept = planner.read_result(tmp_path / "changed")
    assert kept.run["changes"] == ["sites.North.max_it_mw = 80"]
    book = pd.read_excel(tmp_path / "changed.xlsx", sheet_name="Provenance", header=None, engine="openpyxl")
    assert "sites.North.max_it_mw = 80" in book.to_string()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"gap": 2}, "gap: found 2; allowed: 0 to 1"),
        ({"gap": float("nan")}, "gap: found nan"),
        ({"time_limit": 0}, "time_limit: found 0; allowed: seconds above 0, or None"),
        ({"risk_level": 1}, "risk_level: found 1; allowed: 0 to below 1"),
        ({"objective": "profit"}, "objective: found 'profit'; allowed: cost, earliest, delay, regret"),
        ({"studies": "frontiers"}, "'frontiers'"),
        ({"studies": "risk"}, "nothing uncertain"),
        ({"points": 1}, "points: found 1; allowed: 2 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(small: planner.Case, asked: dict[str, object], told: str) -> None:
    """Before anything is solved."""
    with pytest.raises(planner.OptionError, match=re.escape(told)):
        planner.solve(small, **asked)  # type: ignore[arg-type]  # what a user without types may type


def test_copies_and_pickles(small: planner.Case, plan: planner.Result) -> None:
    """Through a pickle, such as to another process, or a copy: the same case with its source, the same plan."""
    other = small.changed("sites.North.max_it_mw", 90)
    for again in (pickle.loads(pickle.dumps(other)), copy.copy(other), copy.deepcopy(other)):
        assert again == other
        assert again.source.changes == other.source.changes
    kept = pickle.loads(pickle.dumps(plan))
    assert kept.cost_musd == plan.cost_musd
    pd.testing.assert_frame_equal(kept.ledger, plan.ledger)


def test_nothing_can_be_set(small: planner.Case, plan: planner.Result) -> None:
    """Cases and results are frozen."""
    for change in (
        lambda: setattr(small, "sites", {}),
        lambda: setattr(small.sites["North"], "pue", 1.5),
        lambda: small.sites.pop("North"),
        lambda: small.sites.update(South=small.sites["North"]),
        lambda: small.sites["North"].build_options.clear(),
    ):
        with pytest.raises(TypeError, match=re.escape("case.changed(path, value) gives another")):
            change()
    assert planner.solve(copy.deepcopy(small)).cost_musd == pytest.approx(120.0)
    with pytest.raises(AttributeError):
        plan.stopped = True  # type: ignore[misc]  # that is what is tried
    with pytest.raises(AttributeError):
        plan.orders = pd.DataFrame()  # type: ignore[misc, assignment]  # likewise
    with pytest.raises(TypeError):
        plan.tables["orders"] = pd.DataFrame()  # type: ignore[index]  # likewise


def test_in_a_thread_with_nothing_changed_around_it(
    small: planner.Case, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Solved and written by another thread: signal handlers, filters and loggers are as before, no word is said."""

    def around() -> tuple[object, ...]:
        log = logging.getLogger()
        return (
            [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)],
            list(warnings.filters),
            (log.level, list(log.handlers), logging.raiseExceptions),
            (pd.get_option("display.max_rows"), np.geterr(), sys.excepthook),
        )

    before, found = around(), list[planner.Result]()

    def work() -> None:
        found.append(planner.solve(small))
        planner.write_report(found[0], tmp_path / "thread.xlsx")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0].cost_musd == pytest.approx(120)
    assert (tmp_path / "thread.xlsx").is_file()
    assert around() == before
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_progress(small: planner.Case, capsys: pytest.CaptureFixture[str]) -> None:
    """A function hears stage and text; True tells the stages on standard error; standard output is left alone."""
    heard: list[str] = []
    planner.solve(small, progress=lambda stage, text: heard.append(stage))
    assert list(dict.fromkeys(heard)) == ["unroll", "build", "solve", "certify"]
    planner.solve(small, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.split()[0] for line in said.err.splitlines()] == ["unroll", "build", "solve", "certify"]


def test_stopped(small: planner.Case) -> None:
    """Ctrl-C while alternatives are solved gives the plan; before there is a plan it says that there is none."""

    def stop(stage: str) -> object:
        def hear(told: str, text: str) -> None:
            if told == stage:
                raise KeyboardInterrupt

        return hear

    found = planner.solve(small, studies="alternatives", progress=stop("compare"))  # type: ignore[arg-type]
    assert found.stopped
    assert found.cost_musd == pytest.approx(120)
    assert found.alternatives.empty
    with pytest.raises(planner.Interrupted):
        planner.solve(small, progress=stop("unroll"))  # type: ignore[arg-type]


def test_no_plan(small: planner.Case) -> None:
    """Demand of 60 with 40 MW at most: refused with what clashes."""
    with pytest.raises(planner.InfeasibleError, match="demand"):
        planner.solve(small.changed("sites.North.max_it_mw", 40))


NO_RESULT = "allowed: a result, as planner.solve or planner.read_result gives it"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (
            lambda case, plan: planner.solve("inputs/quickstart.yaml"),
            "solve takes a case, as planner.read_case gives it",
        ),
        (lambda case, plan: planner.read_case(None), "read_case takes a file's name or dictionaries; found NoneType"),
        (
            lambda case, plan: planner.read_case(b"case.yaml"),
            "read_case takes a file's name or dictionaries; found bytes",
        ),
        (lambda case, plan: planner.write_report(case, "plan.xlsx"), NO_RESULT),
        (lambda case, plan: planner.certify(None), NO_RESULT),
        (lambda case, plan: plan.compare(case), "compare takes a result"),
        (lambda case, plan: case.changed(None, 1), "changed takes dotted paths, such as 'sites.A.pue'; found NoneType"),
        (lambda case, plan: case.with_shocks(["a"]), "with_shocks takes names, such as 'a', 'b'; found list"),
    ],
)
def test_what_is_of_another_type_is_named(ask: Any, said: str, plan: planner.Result) -> None:
    """A TypeError says what was found and what is taken, as with other libraries; nothing is solved or written."""
    with pytest.raises(TypeError) as refused:
        ask(plan.case, plan)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"gap": "1%"}, "gap: found '1%'; allowed: 0 to 1"),
        ({"threads": 1.5}, "threads: found 1.5; allowed: 1 to 64"),
        ({"threads": True}, "threads: found True; allowed: 1 to 64"),
        ({"progress": "yes"}, "progress: found 'yes'; allowed: True, False or a function"),
    ],
)
def test_numbers_are_numbers(asked: dict[str, Any], said: str, plan: planner.Result) -> None:
    """Text, parts of a thread and yes for a number are refused before anything is solved."""
    with pytest.raises(planner.OptionError) as refused:
        planner.solve(plan.case, **asked)
    assert said in str(refused.value)


def test_the_version_is_that_of_the_package() -> None:
    """As pip shows it."""
    assert planner.__version__ == version("planner")


def test_numbers_of_numpy_are_numbers() -> None:
    """A gap and a number of threads may come from an array; the plan is the same as with those of Python."""
    case = planner.read_case(SMALL)
    asked = planner.solve(case, gap=np.float64(0.01), threads=np.int64(1))
    assert asked.cost_musd == planner.solve(case).cost_musd


def test_a_study_that_there_is_not_is_told_with_all_that_there_are() -> None:
    """`solve` takes what a plan has beside it, too: the refusal of another name lists all that it takes."""
    with pytest.raises(planner.OptionError, match="allowed: alternatives, cheapest, frontier, risk, without_plant"):
        planner.solve(planner.read_case(SMALL), studies="fronteir")


def test_a_row_is_taken_out(small: planner.Case) -> None:
    """Without its shock and without the alternative the case is the same plan; a site that a region needs is missed."""
    assert small.changed("shocks.boom", None).shocks == {}
    assert small.shocks
    with pytest.raises(planner.CaseError) as refused:
        small.changed("markets.Home", None)
    assert "found 'Home', which is not in markets" in str(refused.value)


def test_where_a_value_was_typed_is_asked_by_a_path_that_leads_somewhere() -> None:
    """A slip is told with what was likely meant, as in `changed`."""
    case = planner.read_case(QUICKSTART)
    assert case.place("sites.Ulanqab.max_it_mw").startswith("quickstart.yaml:")
    with pytest.raises(planner.CaseError) as refused:
        case.place("sites.Ulanqb.pue")
    assert "did you mean Ulanqab?" in str(refused.value)
