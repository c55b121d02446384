"""The sheet of risk: figures, scenarios, regrets and losses, of a study by hand and of one that was run."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from itertools import pairwise

import openpyxl
import pandas as pd
import pytest

from planner.certificate import certify
from planner.model import RULES
from planner.report import Dossier, Provenance, report_bytes, sheets_of
from planner.report.sheet_spec import Cell, Charts, Sheet, plain, tables_of
from planner.report.sheets.decide import decide_now
from planner.report.sheets.risk import risk as risk_sheet
from planner.schema import parse_case
from planner.solving import session
from planner.study import Studied
from planner.study.risk import COMMON, RISK, AveragePlan, Cancelled, Waste
from planner.study.risk.study import risk

from ...study.textbook.hand import licence
from ..conftest import with_study
from .test_decide import CHANCES, NAMES, STUDY, notes, table


@pytest.fixture(scope="module")
def sheet(branched: Dossier) -> Sheet | None:
    """The sheet of the study written by hand."""
    return risk_sheet(with_study(branched, RISK, STUDY))


@pytest.fixture(scope="module")
def studied() -> Dossier:
    """The textbook's licence, solved and studied: 30 whatever comes, 24 if it were known."""
    case = parse_case(licence())
    with session(case) as s:
        plan = s.solve()
        study = risk(s, plan)
    origin, rules = Provenance("0.1.0", "0123456789ab"), {rule.name: rule.sentence for rule in RULES}
    return Dossier(case, plan, certify(case, plan), rules, origin, Studied({RISK: study}))


def test_no_study_no_sheet(branched: Dossier) -> None:
    assert risk_sheet(branched) is None


def test_figures(sheet: Sheet | None) -> None:
    figures = {str(row[0]): plain(row[1]) for row in table(sheet, "risk_figures").rows}
    expected = sum(p * c for p, c in zip(CHANCES, (120, 160, 180, 220), strict=True))
    assert figures["Expected present cost"] == pytest.approx(expected)
    assert figures["Mean of the most expensive 5 % of outcomes"] == 200.0
    assert figures["Value of information (EVPI)"] == 10.0
    assert figures["Value of the tree (VSS)"] == 10.0
    assert figures["Largest regret"] == 10.0


def test_scenarios_are_sorted_and_add_up(sheet: Sheet | None) -> None:
    found = table(sheet, "risk_scenarios")
    costs = [float(str(v)) for v in found.values("cost")]
    assert costs == sorted(costs)
    assert found.values("below")[-1] == pytest.approx(1.0)
    assert found.values("regret") == [10.0] * 4


def test_the_message_names_the_largest_regret(sheet: Sheet | None, branched: Dossier) -> None:
    assert sheet is not None
    assert sheet.message == (
        "The plan costs 160 million USD on average, scenarios lie 100 million USD apart; largest regret is "
        "10.0 million USD, in calm, early."
    )
    lost = replace(STUDY, average=AveragePlan(None, NAMES[2:]))
    made = risk_sheet(with_study(branched, RISK, lost))
    assert made is not None
    assert "planning on averages leaves no plan in 2 of 4 scenarios" in made.message
    figures = {str(row[0]): row for row in table(made, "risk_figures").rows}
    assert figures["Value of the tree (VSS)"][3] == "first moves for average values leave no plan in rush"
    best = replace(STUDY, scenarios=tuple(replace(s, own_cost_musd=s.cost_musd) for s in STUDY.scenarios))
    made = risk_sheet(with_study(branched, RISK, best))
    assert made is not None
    assert "best in each" in made.message
    assert 40 <= len(made.message) <= 140


def test_regrets_have_the_colour_of_their_size(sheet: Sheet | None, branched: Dossier) -> None:
    found = table(sheet, "regrets")
    assert [plain(v) for v in found.rows[0]] == ["the plan", 8.0, 8.0, 8.0, 0.0, 8.0]
    first, last = found.rows[0][1], found.rows[0][4]
    assert isinstance(first, Cell)
    assert isinstance(last, Cell)
    assert (first.look, last.look) == ("heat 3", "heat 1")
    assert [look for look, _ in found.legend] == ["heat 1", "heat 2", "heat 3", "heat 4", "heat 5"]
    assert "No row has a smaller largest regret than the plan's, 8.00." in notes(sheet)
    lost = {**STUDY.regrets, NAMES[0]: {**STUDY.regrets[NAMES[0]], NAMES[3]: None}}
    found = table(risk_sheet(with_study(branched, RISK, replace(STUDY, regrets=lost))), "regrets")
    assert plain(found.rows[1][4]) == plain(found.rows[1][5]) == "no plan"


def test_many_scenarios_are_a_line(branched: Dossier) -> None:
    """Thirteen scenarios: the share that costs no more, and a table of regrets that fits the page."""
    names = [f"s{i}" for i in range(13)]
    scenarios = tuple(
        replace(STUDY.scenarios[0], name=name, probability=1 / 13, cost_musd=100.0 + i) for i, name in enumerate(names)
    )
    line: dict[str, float | None] = dict.fromkeys(names, 1.0)
    regrets = dict.fromkeys((COMMON, *names), line)
    paths = branched.solution["paths"]
    there = paths[paths["scenario"] == NAMES[0]]
    more = {name: there.assign(scenario=name, probability=1 / 13) for name in names}
    tables = {**branched.solution.tables, "paths": pd.concat(more.values())}
    many = replace(branched, solution=replace(branched.solution, tables=tables))
    made = risk_sheet(with_study(many, RISK, replace(STUDY, scenarios=scenarios, regrets=regrets)))
    assert made is not None
    charts = next(block for block in made.blocks if isinstance(block, Charts)).charts
    assert [chart.kind for chart in charts] == ["scatter"]
    assert len(table(made, "regrets").columns) == 12


def test_losses(branched: Dossier) -> None:
    gone = Cancelled("A", "US", 1000.0, 4.5, 20.0, 12.0)
    scenarios = (
        replace(STUDY.scenarios[0], cancelled=(gone,), idle_halls=Waste(3.0, 18.0, 2.0)),
        *STUDY.scenarios[1:],
    )
    made = risk_sheet(with_study(branched, RISK, replace(STUDY, scenarios=scenarios)))
    found = table(made, "cancelled")
    assert [plain(v) for v in found.rows[0]] == [NAMES[0], 0.36, 1000.0, 4.5, 20.0, 12.0, 8.0, 0.36 * 8.0, "A", "US"]
    assert table(made, "idle").rows[0][2:5] == (3.0, 18.0, 2.0)
    assert "expected over the scenarios 720,000 USD for halls" in notes(made)
    assert "No scenario cancels an order." in notes(risk_sheet(with_study(branched, RISK, STUDY)))


def test_a_study_that_was_run(studied: Dossier) -> None:
    """Known, it costs 20 or 30, so knowing is worth 6; foreign chips for all would cost 36."""
    made = risk_sheet(studied)
    figures = {str(row[0]): plain(row[1]) for row in table(made, "risk_figures").rows}
    assert figures["Expected present cost"] == pytest.approx(30)
    assert figures["Value of information (EVPI)"] == pytest.approx(6)
    assert figures["Value of the tree (VSS)"] == pytest.approx(6)
    assert figures["Largest regret"] == pytest.approx(10)
    found = table(made, "regrets")
    heads = [column.header for column in found.columns]
    rows = {str(plain(row[0])): dict(zip(heads, (plain(v) for v in row), strict=True)) for row in found.rows}
    assert [rows["the plan"][name] for name in ("stands", "revoked", "Largest")] == pytest.approx([10, 0, 10])
    assert [rows["stands"][name] for name in ("stands", "revoked", "Largest")] == pytest.approx([0, 30, 30])
    decided = decide_now(studied)
    assert decided is not None
    assert decided.message.startswith("Before 2028 the plan commits 30.0 million USD")
    taken = table(decided, "commitments")
    assert [plain(v) for v in taken.rows[0][:4]] == ["Order domestic for Here", "chips", 10.0, 10.0]
    assert "cost up to 10.0 million USD more" in notes(decided)


def test_the_workbook_holds_both(studied: Dossier) -> None:
    """Every figure of the plan's study stands in the file, and its formulas hold."""
    names = [sheet.name for sheet in sheets_of(studied)]
    assert names[:2] == ["Summary", "Decide now"]
    assert ("Cost", "Risk") in pairwise(names)
    book = openpyxl.load_workbook(io.BytesIO(report_bytes(studied)), data_only=True)
    assert book["Checks"]["H6"].value == "ALL OK"
    for name in ("Decide now", "Risk"):
        values = [cell.value for row in book[name].iter_rows() for cell in row]
        assert all(math.isfinite(v) for v in values if isinstance(v, float))
        assert book[name].page_setup.orientation == "landscape"
    assert report_bytes(studied) == report_bytes(studied)


def test_a_wrong_study_turns_the_report_red(studied: Dossier) -> None:
    """Probabilities that do not add up, a plan cheaper than the best one, a future that is better not known."""
    study = studied.studied.get(RISK)
    assert study is not None
    first, *rest = study.scenarios
    faults = {
        "risk: expected cost": replace(study, scenarios=(replace(first, probability=first.probability / 2), *rest)),
        "risk: own best": replace(study, scenarios=(replace(first, own_cost_musd=first.cost_musd + 1), *rest)),
        "risk: information": replace(study, informed_musd=study.minimised_musd + 1),
    }
    for check, fault in faults.items():
        sheets = sheets_of(with_study(studied, RISK, fault))
        results = next(t for s in sheets for t in tables_of(s.blocks) if t.id == "checks_report")
        assert [row[0] for row in results.rows if plain(row[-1]) != "OK"] == [check]
