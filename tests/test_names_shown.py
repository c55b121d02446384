"""Names that hold controls and characters of direction, from the case to every place where they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.cli import main
from planner.results import load

CASE = r"""
settings: {name: "two \u202Enames", start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  "Nor\u001b[31mth\u202E": {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  "=Unit\u0007": {peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 0}}}
workloads:
  "Wo\trk": {demand_pflops: 60000, precision: any}
"""


def _run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert not left.value.code


def test_names_of_controls_are_shown_as_codes_and_kept_as_they_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """60 MW at 2 million USD: terminal and CSV hold no control, JSON and the folder that is read back the names."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    _run("optimize", str(tmp_path / "case.yaml"), "-o", str(tmp_path / "plan.xlsx"))
    shown = capfd.readouterr()
    assert r"=Unit\x07 60,000" in shown.out
    assert r"Wo\x09rk" in shown.out
    assert all(line.isprintable() for line in (shown.out + shown.err).splitlines())
    for table in sorted((tmp_path / "plan/tables").glob("*.csv")):
        assert all(line.isprintable() for line in table.read_text("utf-8").splitlines()), table.name
    kept = load(tmp_path / "plan")
    assert list(kept.case.sites) == ["Nor\x1b[31mth\u202e"]
    assert set(kept.solution["fleet"]["chip"]) == {"=Unit\x07"}
    _run("report", str(tmp_path / "plan"), "-o", str(tmp_path / "again.xlsx"))
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "plan.xlsx").read_bytes()
    capfd.readouterr()
    _run("optimize", str(tmp_path / "case.yaml"), "-o", str(tmp_path / "plan.xlsx"), "--json", "-q")
    assert json.loads(capfd.readouterr().out)["chips_ordered"] == {"=Unit\x07": 60000.0}
