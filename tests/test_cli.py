"""The commands as a person types them: exit codes, messages, what is written and what is not."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from planner import docs
from planner.certificate import Certificate, certify
from planner.cli import main

ROOT = Path(__file__).parent.parent
QUICKSTART = (ROOT / "inputs" / "quickstart.yaml").read_text("utf-8")

SMALL = """\
settings: {name: small, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home, headroom_mw: 100}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60, precision: any}
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest case, in a folder of its own that is also the working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


def run(*arguments: str) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_optimize_writes_workbook_and_folder(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One command, a plan, a workbook and its tables; the stages on standard error, the result on standard output."""
    assert run("optimize", "small.yaml") == 0
    shown = capsys.readouterr()
    assert (small.parent / "reports/small.xlsx").is_file()
    assert (small.parent / "reports/small/tables/halls.csv").is_file()
    assert "120 million USD" in shown.out
    assert [line.split()[0] for line in shown.err.splitlines()] == [
        "read", "unroll", "build", "solve", "certify", "write",
    ]  # fmt: skip


def test_json_is_one_object(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output holds one JSON object with the documented keys and nothing else."""
    assert run("optimize", "small.yaml", "--json", "-o", "out/plan.xlsx") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "optimal"
    assert found["present_cost_musd"] == pytest.approx(120.0)
    assert found["final_it_mw"] == {"Home": pytest.approx(60.0)}
    page = docs.source("commands")
    assert all(f"`{key}`" in page for key in found)
    assert Path(found["workbook"]).is_file()


def test_quiet_says_nothing(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet means quiet."""
    assert run("optimize", "small.yaml", "--quiet") == 0
    assert capsys.readouterr() == ("", "")


def test_same_case_twice_gives_same_bytes(small: Path) -> None:
    """Workbook and tables are the same to the byte; only run.json tells the time."""
    assert run("optimize", "small.yaml", "-q", "-o", "a/plan.xlsx") == 0
    assert run("optimize", "small.yaml", "-q", "-o", "b/plan.xlsx") == 0
    first, second = (
        {file.relative_to(small.parent / side): file.read_bytes() for file in (small.parent / side).rglob("*.*")
         if file.is_file() and file.name != "run.json"}
        for side in "ab"
    )  # fmt: skip
    assert first == second
    assert len(first) > 15


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("max_it_mw: 100", "max_it: 100", "small.yaml:5", "did you mean max_it_mw?"),
        ("market: Home, h", "market: Hom, h", "small.yaml:3", "did you mean Home?"),
        ("it_kw: 1000", "it_kw: -1", "small.yaml:7", "allowed: 0 or more"),
        ("price_usd: 0", "lead_months: -3", "small.yaml:7", "allowed: 0 or more"),
        ("price_usd: 0", "operator_share: 85", "small.yaml:7", "85 % is typed 0.85"),
        ("headroom_mw: 100", "headroom_mw: .nan", "small.yaml:3", "allowed: a finite number"),
        ("max_it_mw: 100", "max_it_mw: 100 MW", "small.yaml:5", "type the number alone: 100"),
        ("start: 2027-01-01", "start: 2027-13-01", "small.yaml:1", "2027-04-01"),
        ("max_it_mw: 100,", "max_it_mw: 100, max_it_mw: 120,", "small.yaml:5", "max_it_mw"),
    ],
)
def test_bad_case_is_one_located_error(
    small: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, place: str, words: str
) -> None:
    """A broken case names the place and the remedy, exits with 2 and leaves nothing behind."""
    small.write_text(SMALL.replace(old, new, 1), "utf-8")
    assert run("optimize", "small.yaml") == 2
    shown = capsys.readouterr().err
    assert place in shown
    assert words in shown
    assert "Traceback" not in shown
    assert not (small.parent / "reports").exists()


def test_check_reports_every_problem(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All problems at once."""
    small.write_text(SMALL.replace("it_kw: 1000", "it_kw: -1").replace("max_it_mw", "max_it"), "utf-8")
    assert run("check", "small.yaml") == 2
    shown = capsys.readouterr().err
    assert "small.yaml:5" in shown
    assert "small.yaml:7" in shown


def test_check_of_a_good_case(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case without problems is counted."""
    assert run("check", "small.yaml") == 0
    assert "no problems (1 markets, 1 regions, 1 sites, 1 chips, 1 workloads, 1 periods)" in capsys.readouterr().out


def test_missing_file_and_unknown_option() -> None:
    """What is not there is said with exit code 2."""
    assert run("optimize", "nowhere.yaml") == 2
    assert run("optimize", "--colour") == 2
    assert run("optimise") == 2


def test_unknown_solver_and_wrong_output(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options that cannot be used name what can."""
    assert run("optimize", "small.yaml", "--solver", "ABACUS") == 2
    assert "there are: HiGHS" in capsys.readouterr().err
    assert run("optimize", "small.yaml", "-o", "plan.pdf") == 2
    assert ".xlsx" in capsys.readouterr().err


def test_another_solver(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A solver that PuLP finds gives the same cost, with a word on what it cannot do."""
    assert run("optimize", "small.yaml", "--solver", "PULP_CBC_CMD") == 0
    shown = capsys.readouterr()
    assert "120 million USD" in shown.out
    assert "shows no progress" in shown.err


def test_infeasible_names_period_and_rule(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """60 MW of demand against 50 MW of headroom: exit 3, both rules and the period named."""
    small.write_text(SMALL.replace("headroom_mw: 100", "headroom_mw: 50"), "utf-8")
    assert run("optimize", "small.yaml") == 3
    shown = capsys.readouterr().err
    assert "headroom [Grid] in 2027 (at most 50 MW)" in shown
    assert "demand [Work] in 2027 (at least 60 PFLOP/s)" in shown


def test_unbounded_is_told(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Chips that are worth more at the end than they cost pay without end: exit 3."""
    text = SMALL.replace("it_kw: 1000,", "it_kw: 0, residual_life_years: 100,").replace(
        "price_usd: 0", "price_usd: 1000, deposit_share: 0"
    )
    text = text.replace("periods: 1}", "periods: 2, discount_rate: -0.9}")
    small.write_text(text, "utf-8")
    assert run("optimize", "small.yaml") == 3
    assert "without end" in capsys.readouterr().err


def test_out_of_time_without_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """No plan in a hundredth of a second: exit 4, and no report."""
    assert run("optimize", str(ROOT / "inputs/2026.yaml"), "--time-limit", "0.01") == 4
    assert "no plan was found" in capsys.readouterr().err


def test_failed_certificate(small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan that fails its check is kept, marked as failed, and exits with 6."""

    def failing(case: object, solution: object) -> Certificate:
        record = certify(case, solution)  # type: ignore[arg-type]
        spoilt = tuple(
            check.__class__(**{**vars(check), "ok": False, "worst": 9.0}) if check.id == "headroom" else check
            for check in record.checks
        )
        return Certificate(ok=False, checks=spoilt, present_cost_musd=record.present_cost_musd)

    monkeypatch.setattr("planner.app.run.certify", failing)
    assert run("optimize", "small.yaml") == 6
    told = capsys.readouterr().err
    assert "  headroom" in told
    assert "Off by 9 MW facility, allowed" in told
    assert not json.loads((small.parent / "reports/small/certificate.json").read_text("utf-8"))["ok"]


def test_a_place_that_cannot_be_written_is_told_before_solving(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file stands where a folder is needed: exit 7 at once, nothing is solved, nothing is left."""
    (small.parent / "taken").write_text("a file, not a folder", "utf-8")
    assert run("optimize", "small.yaml", "-o", "taken/plan.xlsx") == 7
    shown = capsys.readouterr().err
    assert "Not a directory" in shown
    assert "Nothing was solved" in shown
    assert "solve " not in shown
    assert sorted(path.name for path in small.parent.iterdir()) == ["small.yaml", "taken"]


def test_result_of_an_earlier_run_is_replaced(small: Path) -> None:
    """A second run leaves one whole result and no temporary folders; what a desktop left in the folder stays there."""
    assert run("optimize", "small.yaml", "-q") == 0
    (small.parent / "reports/small/tables/.DS_Store").write_text("icons", "utf-8")
    assert run("optimize", "small.yaml", "-q") == 0
    assert sorted(path.name for path in (small.parent / "reports").iterdir()) == ["small", "small.xlsx"]
    assert (small.parent / "reports/small/tables/.DS_Store").read_text("utf-8") == "icons"


RISKY = """\
settings: {name: risky, start: 2027-01-01, frequency: year, periods: 2}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, existing_it_mw: 100}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 1000000, lead_months: 12, deposit_share: 0.4}}}
workloads:
  Work:
    demand_pflops: {step: {2027-01-01: 0, 2028-01-01: 10}}
    precision: any
    shortfall: {usd_per_pflops_year: 3000000}
policy:
  bans: {ban: {chips: [Unit], markets: [Home], enabled: false, refund_share: 0.5}}
shocks: {banned: {changes: [{table: policy.bans, field: enabled, set: true}]}}
uncertainty:
  licence:
    date: 2028-01-01
    outcomes: {stands: {probability: 0.75}, revoked: {probability: 0.25, shocks: [banned]}}
"""


def test_risk_studies_the_scenarios(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten chips ordered before it is known whether they come: 15.5, and what each scenario makes of it."""
    (small.parent / "risky.yaml").write_text(RISKY, "utf-8")
    assert run("risk", "risky.yaml", "--json", "-q") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["present_cost_musd"] == pytest.approx(15.5)
    assert [(each["name"], each["present_cost_musd"], each["own_best_musd"]) for each in found["scenarios"]] == [
        ("revoked", pytest.approx(32), pytest.approx(30)),
        ("stands", pytest.approx(10), pytest.approx(10)),
    ]
    assert found["risk"]["evpi_musd"] == pytest.approx(0.5)
    assert found["risk"]["waiting"][0]["costs_musd"] == pytest.approx(14.5)
    assert json.loads((small.parent / "reports/risky/risk.json").read_text("utf-8"))["reveal"] == "2028"
    with zipfile.ZipFile(small.parent / "reports/risky.xlsx") as book:
        sheets = book.read("xl/workbook.xml").decode()
    assert 'name="Decide now"' in sheets
    assert 'name="Risk"' in sheets


def test_risk_in_words(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The short result names what to look at; weights and objectives are taken from the command line."""
    (small.parent / "risky.yaml").write_text(RISKY, "utf-8")
    assert run("risk", "risky.yaml") == 0
    shown = capsys.readouterr().out
    assert "would save 0.5 million USD" in shown
    assert "order Unit Home" in shown
    assert "until 2028: costs 14.5 million USD more" in shown
    assert run("optimize", "risky.yaml", "--risk-weight", "1", "--risk-level", "0.8", "--json", "-q") == 0
    assert json.loads(capsys.readouterr().out)["minimised_musd"] == pytest.approx(30), "none are ordered into the ban"
    assert run("risk", "risky.yaml", "--objective", "regret", "--json", "-q") == 0
    assert json.loads(capsys.readouterr().out)["risk"]["largest_regret_musd"] == pytest.approx(20 / 11, rel=1e-4)


def test_a_frontier_of_a_case_that_weighs_risk(small: Path) -> None:
    """Its points are least in expected cost, and certified as that."""
    small.write_text(RISKY + "goals: {risk_weight: 0.5}\n", "utf-8")
    assert run("frontier", "small.yaml", "--points", "3", "-q") == 0


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (SMALL, "nothing uncertain"),
        (RISKY + "goals: {objective: delay}\n", "add --objective cost"),
    ],
)
def test_risk_is_refused_where_there_is_none(
    small: Path, capsys: pytest.CaptureFixture[str], case: str, told: str
) -> None:
    small.write_text(case, "utf-8")
    assert run("risk", "small.yaml") == 2
    assert told in capsys.readouterr().err
    assert not (small.parent / "reports").exists()


def test_a_reveal_that_cannot_be_is_told_with_its_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_text(RISKY.replace("field: enabled, set: true", "rows: [bun], field: enabled, set: true"), "utf-8")
    assert run("optimize", "small.yaml") == 2
    assert "small.yaml:15 shocks.banned.changes.0.rows: found 'bun', which matches no row" in capsys.readouterr().err
    small.write_text(RISKY.replace("0.75", "0.7"), "utf-8")
    assert run("check", "small.yaml") == 2
    assert (
        "small.yaml:17 uncertainty.licence: the probabilities of its outcomes add up to 0.95" in capsys.readouterr().err
    )


@pytest.mark.parametrize("name", ["notes.txt", "case.yaml"])
def test_nothing_but_a_result_is_replaced(small: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A folder of the planner's own, or one with anything else in it, is never written over."""
    own = small.parent / "inputs"
    own.mkdir()
    (own / name).write_text("mine", "utf-8")
    assert run("optimize", "small.yaml", "-o", "inputs.xlsx") == 2
    assert "give the workbook another name" in capsys.readouterr().err
    assert (own / name).read_text("utf-8") == "mine"
    assert not (small.parent / "inputs.xlsx").exists()


def test_a_price_leads_back_to_what_was_typed(small: Path) -> None:
    """60 MW are asked for and 50 fit the grid: its price names the line of its headroom."""
    text = SMALL.replace("headroom_mw: 100", "headroom_mw: 50").replace(
        "any}", "any, shortfall: {usd_per_pflops_year: 9e6}}"
    )
    small.write_text(text, "utf-8")
    assert run("optimize", "small.yaml", "-q") == 0
    record = json.loads((small.parent / "reports/small/run.json").read_text("utf-8"))
    assert record["places"]["regions.Grid.headroom_mw"] == "small.yaml:3"


def test_every_file_read_is_on_record(small: Path) -> None:
    """A case that extends another names both, each with its hash."""
    (small.parent / "variant.yaml").write_text("extends: small.yaml\nsettings: {name: variant}\n", "utf-8")
    assert run("optimize", "variant.yaml", "-q") == 0
    record = json.loads((small.parent / "reports/variant/run.json").read_text("utf-8"))
    assert [item["file"] for item in record["inputs"]] == ["small.yaml", "variant.yaml"]
    assert all(len(item["sha256"]) == 64 for item in record["inputs"])


@pytest.mark.parametrize("option", [("--gap", "nan"), ("--time-limit", "inf"), ("--threads", "99999"), ("--gap", "2")])
def test_options_out_of_range(small: Path, option: tuple[str, str]) -> None:
    """A number that no run can use is refused before anything is solved."""
    assert run("optimize", "small.yaml", *option) == 2
    assert not (small.parent / "reports").exists()


@pytest.mark.parametrize("empty", ["sites", "chips", "workloads"])
def test_an_empty_table_gives_an_empty_plan(small: Path, empty: str) -> None:
    """Nothing to build, order or serve is a plan too, with its workbook; demand that must be met is not."""
    lines = SMALL.splitlines()
    start = lines.index(f"{empty}:")
    kept = [*lines[:start], f"{empty}: {{}}", *lines[start + 2 :]]
    text = "\n".join(kept) + "\n"
    if empty == "chips":
        text = text.replace("  Work: {demand_pflops: 60, precision: any}", "").replace("workloads:", "workloads: {}")
    else:
        text = text.replace("precision: any}", "precision: any, shortfall: {usd_per_pflops_year: 1}}")
    small.write_text(text, "utf-8")
    assert run("optimize", "small.yaml", "-q") == 0


def test_overlay_moves_the_plan_and_its_name(small: Path) -> None:
    """A named shock gives a report of its own."""
    small.write_text(
        SMALL + "shocks: {dear: {changes: [{table: sites, field: build_options.*.capex_musd_per_mw, scale: 2}]}}\n",
        "utf-8",
    )
    assert run("optimize", "small.yaml", "-q", "--with", "dear") == 0
    assert (small.parent / "reports/small+dear.xlsx").is_file()
    assert run("optimize", "small.yaml", "--with", "deer") == 2


def test_schema_describes_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON Schema has a description and a type for each field, and the words of files."""
    assert run("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"extends", "includes", "sites", "policy"} <= set(schema["properties"])
    for name, definition in schema["$defs"].items():
        # A row that has to be complete builds on the same row in part, where the meanings stand.
        described = schema["$defs"].get(f"{name}-in-part", definition).get("properties", {})
        for field in definition.get("properties", {}):
            assert described[field].get("description"), f"{name}.{field}"


def test_module_runs_and_knows_its_version() -> None:
    """`python -m planner --version`."""
    done = subprocess.run([sys.executable, "-m", "planner", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("planner, version ")
