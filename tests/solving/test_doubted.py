"""A plan in whole phases that one release of the solver told wrongly: its cost, and where the doubt is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.cli import main
from planner.lp import verify
from planner.message import Message
from planner.schema import parse_case
from planner.solving import session

from ..lp.liar import liar
from ..model.cases import near
from ..test_cli_json import WHOLE

__all__ = ["liar"]

OPENING = (85, 102, 102, 101, 98, 114, 105, 86, 119, 110)
NEEDED = (69, 98, 134, 195, 256, 282, 316, 383, 428, 495)


def ten_lots() -> dict[str, Any]:
    """Ten lots, each of which can be opened in one year alone, is ready a year later and holds all of the demand."""
    lots = {
        f"Lot {year}": {
            "region": "Grid", "max_it_mw": 495, "opening_musd": cost, "om_musd_per_mw_year": 1,
            "earliest_start": f"{2027 + year}-01-01", "latest_start": f"{2027 + year}-01-01",
            "build_options": {"halls": {"build_months": 12}},
        }
        for year, cost in enumerate(OPENING)
    }  # fmt: skip
    demand = {"2027-01-01": 0} | {f"{2028 + year}-01-01": amount for year, amount in enumerate(NEEDED)}
    return {
        "settings": {
            "name": "ten lots", "start": "2027-01-01", "frequency": "year", "periods": 11, "whole_phases": True
        },
        "markets": {"Home": {}},
        "regions": {"Grid": {"market": "Home"}},
        "sites": lots,
        "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1000, "markets": {"Home": {"price_usd": 0}}}},
        "workloads": {"Level": {"demand_pflops": {"step": demand}, "precision": "any"}},
    }  # fmt: skip


@cache
def least(lot: int = 0) -> float:
    """The least cost from a lot on, by hand: it serves until the next is ready, its halls run at 1 a MW and year."""
    if lot == len(OPENING):
        return 0
    return min(
        OPENING[lot] + NEEDED[after - 1] * (after - lot) + least(after) for after in range(lot + 1, len(OPENING) + 1)
    )


def test_ten_lots_are_opened_at_the_least_cost() -> None:
    """3,366 by the recursion of lot sizes, whatever release of the solver is installed, and it is proven."""
    assert least() == 3366
    with session(parse_case(ten_lots())) as s:
        plan = s.solve()
    assert plan.objective_musd == near(3366)
    assert plan.bound_musd == pytest.approx(3366, rel=1e-3)
    assert plan.status.value == "optimal"


def _provenance(workbook: Path) -> dict[Any, Any]:
    """What the sheet Provenance says, by its first column."""
    sheet = openpyxl.load_workbook(workbook)["Provenance"]
    return {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}


@pytest.mark.parametrize("told", [{}, {"objective": lambda x: x - 1.0, "bound": lambda x: x - 1.0}])
def test_provenance_and_the_record_say_what_was_doubted(
    told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, liar: Callable[..., None]
) -> None:
    """In the workbook, in run.json, and in the workbook drawn again from the folder; else that its word held."""
    monkeypatch.chdir(tmp_path)
    liar(1, **told)
    Path("whole.yaml").write_text(WHOLE, "utf-8")
    for command in (["optimize", "whole.yaml", "-q", "-o", "a.xlsx"], ["report", "a", "-o", "b.xlsx"]):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert left.value.code == 0
    kinds = [verify.OBJECTIVE] if told else []
    assert json.loads(Path("a/run.json").read_text("utf-8"))["solver"]["doubted"] == [
        Message(kind).to_json() for kind in kinds
    ]
    for workbook in ("a.xlsx", "b.xlsx"):
        said = _provenance(tmp_path / workbook)["Solved again from nothing, as the solver claimed"]
        assert (verify.OBJECTIVE if told else "nothing: its word held") in said
