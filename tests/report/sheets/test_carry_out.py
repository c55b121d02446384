"""The table of what there is to carry out, on the page Decide now."""

from __future__ import annotations

import pytest

from planner.findings import carried_out
from planner.findings.scenario import on_likeliest_path
from planner.report import Dossier, sheets_of
from planner.report.sheet_spec import Sheet, Table, plain, tables_of
from planner.report.sheets.decide import decide_now
from planner.study.risk import RISK

from ...findings.test_carried_out import GROWING
from ...model.cases import neutral
from ..conftest import dossier_of, with_study
from .test_decide import STUDY


def table(sheets: tuple[Sheet, ...]) -> Table | None:
    """The table of a report."""
    decide = next(sheet for sheet in sheets if sheet.name == "Decide now")
    found = [each for each in tables_of(decide.blocks) if each.id == "carry_out"]
    assert len(found) <= 1
    return found[0] if found and isinstance(found[0], Table) else None


def test_the_report_tells_it() -> None:
    """One line a figure, each with its unit and, where it has one, its period."""
    made = table(sheets_of(dossier_of(neutral(GROWING, periods=4))))
    assert made is not None
    lines = [[plain(value) for value in row] for row in made.rows]
    assert [line[0] for line in lines][:2] == ["Starts of halls", "of these below 10 MW of IT"]
    assert [line[2] for line in lines] == pytest.approx([2, 1, 3, 2, 1, 1, 1.5, 6.5, 3.5, 5.0])
    assert [line[3] for line in lines[-4:]] == ["2028", "2028", "2029", "2029"]


@pytest.mark.parametrize("studied", [False, True])
def test_a_tree_is_told_in_its_likeliest_scenario(branched: Dossier, studied: bool) -> None:
    """With and without the study of risk, which has a page of its own."""
    known = carried_out(*on_likeliest_path(branched.case, branched.solution))
    made = table((decide_now(with_study(branched, RISK, STUDY) if studied else branched),))
    assert made is not None
    assert "likeliest" in made.caption
    assert made.values("amount")[:2] == [known.starts, known.small_starts]


def test_a_plan_that_does_nothing_has_no_such_table() -> None:
    """No demand, nothing to carry out."""
    assert table(sheets_of(dossier_of(neutral({"workloads/work/demand_pflops": 0.0})))) is None
