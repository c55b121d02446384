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
    assert done.stdout == "" if done.returncode else isinstance(json.loads(done.stdout), dict)
