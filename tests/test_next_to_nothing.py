"""Plans of next to nothing: whatever is studied beside them, they are written, drawn again and add up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .test_cli import SMALL, run
from .test_small_amounts import MIXED

NOTHING = {
    "no demand": SMALL.replace("demand_pflops: 60", "demand_pflops: 0"),
    "hardly any demand": SMALL.replace("demand_pflops: 60", "demand_pflops: 1e-9"),
    "all rented": SMALL.replace("precision: any", "precision: any, shortfall: {usd_per_pflops_year: 0.001}"),
    "all stands": SMALL.replace(
        "max_it_mw: 100", "max_it_mw: 100, existing_it_mw: 100, existing_fleet: {Unit: {units: 60}}"
    ),
    "no market": """\
settings: {name: nothing at all, start: 2027-01-01, frequency: year, periods: 2}
markets: {}
regions: {}
sites: {}
chips: {}
workloads: {}
""",
    "several of everything, no demand": MIXED.replace("60000", "0").replace("3000,", "0,"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_a_plan_of_next_to_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its frontier, in English and drawn again in Chinese."""
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(NOTHING[name], "utf-8")
    study = ["optimize"] if name == "no market" else ["frontier", "--points", "3"]
    assert run(study[0], "case.yaml", *study[1:], "--json", "-q", "-o", "plan.xlsx") == 0
    assert json.loads(capsys.readouterr().out)["checks_failed"] == []
    assert run("report", "plan", "--lang", "zh", "-o", "zh.xlsx") == 0


def test_amounts_too_far_apart_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A demand of 1e-9 beside a supply of 5,000 chips a year: the solver takes no such program, and so it is told."""
    monkeypatch.chdir(tmp_path)
    text = MIXED.replace("demand_pflops: 60000", "demand_pflops: 1e-9").replace(
        "demand_pflops: 3000", "demand_pflops: 0"
    )
    Path("case.yaml").write_text(text, "utf-8")
    assert run("optimize", "case.yaml", "-q") == 4
    assert "too far apart for the solver" in capsys.readouterr().err
