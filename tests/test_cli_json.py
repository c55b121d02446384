"""Every command that has `--json`, as a pipe reads it: standard output holds one object, to the last byte."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planner.cli import cli, main

from .test_cli import RISKY

WHOLE = """\
settings: {name: whole, start: 2027-01-01, frequency: year, periods: 2, whole_phases: true}
markets: {Home: {}}
regions: {Grid: {market: Home, headroom_mw: 100}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2, phase_mw: 40}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60, precision: any}
"""
NONE = WHOLE.replace("demand_pflops: 60", "demand_pflops: 600")

COMMANDS = {
    "optimize": ("optimize", "whole.yaml"),
    "optimize a case without a plan": ("optimize", "none.yaml"),
    "optimize plain": ("optimize", "whole.yaml", "--plain", "--race"),
    "optimize with another solver": ("optimize", "whole.yaml", "--plain", "--solver", "PULP_CBC_CMD"),
    "frontier": ("frontier", "whole.yaml", "--points", "3"),
    "risk": ("risk", "risky.yaml"),
    "check": ("check", "whole.yaml"),
    "diff": ("diff", "whole.yaml", "none.yaml"),
    "audit": ("audit", "solved"),
}


def test_every_command_with_json_is_here() -> None:
    """The commands that know the option are those that are tried below."""
    known = {name for name, command in cli.commands.items() if any("--json" in each.opts for each in command.params)}
    assert known == {arguments[0] for arguments in COMMANDS.values()}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of the case with whole phases."""
    folder = tmp_path_factory.mktemp("solved")
    (folder / "whole.yaml").write_text(WHOLE, "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["optimize", str(folder / "whole.yaml"), "--plain", "-q", "-o", str(folder / "solved.xlsx")])
    assert not left.value.code
    return folder / "solved"


@pytest.mark.parametrize("name", COMMANDS)
def test_standard_output_is_one_object(name: str, solved: Path, tmp_path: Path) -> None:
    """With whole phases, so that the solver branches, and for a case that clashes; watched from outside the process."""
    shutil.copytree(solved, tmp_path / "solved")
    (tmp_path / "whole.yaml").write_text(WHOLE, "utf-8")
    (tmp_path / "none.yaml").write_text(NONE, "utf-8")
    (tmp_path / "risky.yaml").write_text(RISKY, "utf-8")
    command = [sys.executable, "-m", "planner", *COMMANDS[name], "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == (3 if "none.yaml" in COMMANDS[name][1] else 0), done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    if done.returncode:
        assert found["exit_code"] == done.returncode
        assert found["error"] in done.stderr


@pytest.mark.parametrize("command", [["optimize"], ["risk"], ["check"], ["diff", "whole.yaml"], ["audit"]])
def test_a_case_that_is_not_there_is_one_object_too(command: list[str], tmp_path: Path) -> None:
    """Exit code 2, and the code in the object."""
    (tmp_path / "whole.yaml").write_text(WHOLE, "utf-8")
    asked = [sys.executable, "-m", "planner", *command, "nothing.yaml", "--json"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nothing.yaml" in done.stdout
    assert isinstance(json.loads(done.stdout), dict)


def test_a_full_standard_output_is_told_with_what_is_written(solved: Path, tmp_path: Path) -> None:
    """The workbook is there all the same, and the message says where."""
    workbook = tmp_path / "again.xlsx"
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "planner", "report", str(solved), "-o", str(workbook)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 7
    assert f"{workbook} is written" in done.stderr
    assert workbook.is_file()


TAIL = """\
settings: {name: tail, start: 2027-01-01, grid: "2 months, 1 quarter, 2 years", report_until: 2027-06-01}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North:
    region: Grid
    max_it_mw: 20
    build_options: {halls: {capex_musd_per_mw: {step: {2027-01-01: 2, 2027-06-01: 1}}, phase_mw: 10}}
chips:
  Unit:
    peak_pflops: {any: 1}
    it_kw: 1000
    markets: {Home: {price_usd: {step: {2027-01-01: 2000000, 2027-06-01: 1000000}}}}
workloads:
  Work:
    demand_pflops: {step: {2027-01-01: 10, 2027-06-01: 30}}
    precision: any
    shortfall: {usd_per_pflops_year: 100000000}
"""


def test_what_is_counted_ends_with_what_is_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """10 chips in 10 MW until June; as many again after it, when 20 of 30 PFLOP/s are served for the room there is.

    Costs count it all: 30 million USD of halls, 30 of chips, cheaper from June on, and two years of 10 PFLOP/s at 100
    million each; and so does the delay, 24 months of a third of the demand.
    """
    (tmp_path / "tail.yaml").write_text(TAIL, "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["optimize", str(tmp_path / "tail.yaml"), "-q", "--json", "-o", str(tmp_path / "tail.xlsx")])
    assert not left.value.code
    found = json.loads(capfd.readouterr().out)
    assert found["reported_until"] == "2027-06-01"
    assert (found["chips_ordered"], found["final_it_mw"]) == ({"Unit": 10.0}, {"Home": 10.0})
    assert (found["binding"], found["average_delay_months"]) == ([], pytest.approx(8.0))
    assert found["present_cost_musd"] == pytest.approx(2060.0)
    with pytest.raises(SystemExit) as left:
        main(["report", str(tmp_path / "tail"), "-o", str(tmp_path / "again.xlsx")])
    assert not left.value.code
