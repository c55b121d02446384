"""The workbook in other hands: three programs read the same Summary, and headlines follow the inputs."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from planner.files import read_with_origins
from planner.report import Dossier, report_bytes, sheets_of
from planner.schema import Case
from planner.schema.continuous import continuous
from planner.schema.shocks import apply_shocks
from planner.schema.uncertainty import Shock

from .conftest import dossier_of

INPUTS = Path(__file__).parents[2] / "inputs"
NUMBER = re.compile(r"\d[\d,.]*")


@pytest.fixture(scope="module")
def real() -> Case:
    """The case that the README runs in parts of halls, without its alternatives."""
    case = continuous(read_with_origins(INPUTS / "2026.yaml")[0])
    return case.model_copy(update={"alternatives": {}})


@pytest.fixture(scope="module")
def solved(real: Case) -> Dossier:
    """Its plan."""
    return dossier_of(real.model_dump())


def _filled(rows: Any) -> list[Any]:
    """Every value of a sheet that is not empty, row by row."""
    return [value for row in rows for value in row if value not in (None, "")]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_three_programs_read_the_same_summary(solved: Dossier, tmp_path: Path) -> None:
    """openpyxl and calamine read the cache; LibreOffice, given none, works every formula out."""
    book = report_bytes(solved)
    (tmp_path / "bare.xlsx").write_bytes(report_bytes(solved, cached=False))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "bare.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    one = _filled(openpyxl.load_workbook(io.BytesIO(book), data_only=True)["Summary"].values)
    two = _filled(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Summary").to_python())
    recalculated = openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)
    three = _filled(recalculated["Summary"].values)
    assert len(one) > 100
    for other in (two, three):
        assert len(other) == len(one)
        for mine, theirs in zip(one, other, strict=True):
            assert theirs == (mine if isinstance(mine, str) else pytest.approx(mine, rel=1e-9, abs=1e-9))


def _headline(dossier: Dossier, sheet: str) -> list[str]:
    return NUMBER.findall(next(each.message for each in sheets_of(dossier) if each.name == sheet))


@pytest.mark.parametrize(
    ("change", "sheet", "moves"),
    [
        # Costlier rent: present cost and rent, and as much as can be is built in its place.
        ({"table": "workloads", "field": "shortfall.usd_per_pflops_year", "scale": 1.5}, "Summary", 3),
        # Costlier halls: what is spent on them moves the cost; what chips and halls there are is bound elsewhere.
        ({"table": "sites", "field": "build_options.*.capex_musd_per_mw", "scale": 2.0}, "Summary", 1),
        # More headroom: the draw at the end and the plant that is no longer needed.
        (
            {"table": "regions", "rows": ["ERCOT", "MISO Iowa"], "field": "headroom_mw", "scale": 1.5},
            "Power",
            2,
        ),
        ({"table": "chips", "rows": ["Vera Rubin"], "field": "markets.US.supply_per_year", "scale": 0.5}, "Chips", 3),
    ],
)
def test_headlines_follow_the_inputs(
    real: Case, solved: Dossier, change: dict[str, Any], sheet: str, moves: int
) -> None:
    """A changed input changes every number of the headline that hangs on it."""
    changed = apply_shocks(real, [Shock.model_validate(change)])
    before, after = _headline(solved, sheet), _headline(dossier_of(changed.model_dump()), sheet)
    assert len(set(before) - set(after)) >= moves, (before, after)
