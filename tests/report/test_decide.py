"""Decide now: commitments, verdicts, what each outcome leads to, and the price of waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from planner.report import Dossier
from planner.report.sheets.branches import Branches
from planner.report.sheets.decide import decide_now, taken_moves, wait_words
from planner.report.sheets.hedges import verdict
from planner.report.sheets.moves import amount_cell, move_words
from planner.report.spec import Cell, Note, Sheet, Table, plain, tables_of
from planner.report.view import View
from planner.study.risk import COMMON, AveragePlan, FirstMove, Risk, ScenarioRisk, Wait, Waste

NAMES = ("calm, early", "calm, late", "rush, early", "rush, late")
CHANCES = (0.36, 0.24, 0.24, 0.16)
IDLE = Waste(0.0, 0.0, 0.0)


def move(kind: str, item: tuple[str, ...], amounts: Mapping[str, float], best: float, **fields: Any) -> FirstMove:
    """A commitment that every scenario's own plan takes alike, unless said otherwise."""
    given: dict[str, Any] = {
        "musd": 10.0, "least_musd": 10.0, "paid_musd": 5.0, "own": dict.fromkeys(NAMES, best), "premium_musd": {}
    }  # fmt: skip
    return FirstMove(kind, item, dict(amounts), **(given | fields))


def scenario(name: str, probability: float, cost: float, own: float, **fields: Any) -> ScenarioRisk:
    """A scenario in which nothing is lost, unless said otherwise."""
    given: dict[str, Any] = {"cancelled": (), "idle_halls": IDLE, "idle_chips": IDLE}
    return ScenarioRisk(name, probability, cost, 2.0, own, 1.5, {"A": 10.0}, {"US": 5.0}, own, **(given | fields))


def regrets_of(musd: float, /, **others: float) -> dict[str, float | None]:
    """Regret of first moves in each scenario."""
    return {name: others.get(name, musd) for name in NAMES}


HEDGE = move(
    "order", ("A", "US"), {"2026-Q4": 600.0, "2027-Q1": 400.0}, 1000.0, musd=100.0, least_musd=40.0, paid_musd=30.0,
    own={**dict.fromkeys(NAMES[:2], 0.0), **dict.fromkeys(NAMES[2:], 1000.0)},
    premium_musd={"calm, early": 8.0, "calm, late": 8.0},
)  # fmt: skip
SHARED = move("start", ("T", "fast"), {"2026-Q4": 2.0}, 2.0, musd=50.0, least_musd=50.0)
OPENED = move("open", ("T",), {"2026-Q4": 0.21, "2027-Q1": 0.06}, 0.27)
LOOSE = move("connect", ("T",), {"2027-Q1": 5.0}, 5.0, own={**dict.fromkeys(NAMES[1:], 5.0), NAMES[0]: 1.0})
OPEN = move(
    "plant", ("cell", "T"), {}, 0.0, own={**dict.fromkeys(NAMES[:3], 0.0), NAMES[3]: 2.0},
    premium_musd={"rush, late": 3.0},
)  # fmt: skip

STUDY = Risk(
    reveal="2027-Q2",
    weight=0.0,
    level=0.95,
    expected_musd=160.0,
    worst_mean_musd=200.0,
    minimised_musd=160.0,
    informed_musd=150.0,
    average=AveragePlan(170.0, ()),
    scenarios=tuple(
        scenario(name, chance, cost, cost - 10.0)
        for name, chance, cost in zip(NAMES, CHANCES, (120.0, 160.0, 180.0, 220.0), strict=True)
    ),
    moves=(HEDGE, SHARED, OPENED, LOOSE, OPEN),
    waits=(Wait("order", ("A", "US"), 4.0), Wait("start", (), None), Wait("everything", (), 90.0)),
    regrets={
        COMMON: regrets_of(8.0, **{NAMES[3]: 1e-9}),
        **{name: regrets_of(20.0, **{name: 0.0}) for name in NAMES},
    },
)
"""A study of the case with four scenarios, written by hand."""


def table(sheet: Sheet | None, id: str) -> Table:
    """A table of a sheet."""
    assert sheet is not None
    return next(t for t in tables_of(sheet.blocks) if isinstance(t, Table) and t.id == id)


def notes(sheet: Sheet | None) -> str:
    """All that a sheet says between its tables."""
    assert sheet is not None
    return " ".join(block.text for block in sheet.blocks if isinstance(block, Note))


@pytest.fixture(scope="module")
def sheet(branched: Dossier) -> Sheet | None:
    """The sheet of the study written by hand."""
    return decide_now(replace(branched, risk=STUDY))


def test_no_study_no_sheet(branched: Dossier) -> None:
    assert decide_now(replace(branched, risk=None)) is None


def test_the_message_adds_up(sheet: Sheet | None) -> None:
    """100 + 50 + 10 + 10 million are committed; of the order nothing, of the connection a fifth is in every plan."""
    assert sheet is not None
    assert sheet.message == (
        "Before 2027-Q2 the plan commits 170 million USD: 62.0 million USD in every scenario's own best plan, "
        "108 million USD not in all."
    )
    found = table(sheet, "commitments")
    assert sum(float(str(v)) for v in found.values("commits")) == pytest.approx(170)
    assert sum(float(str(v)) for v in found.values("safe")) == pytest.approx(62)


def test_a_plan_of_hedges_says_so(branched: Dossier) -> None:
    made = decide_now(replace(branched, risk=replace(STUDY, moves=(HEDGE, SHARED))))
    assert made is not None
    assert "50.0 million USD in every scenario's own best plan too, 100 million USD as a hedge" in made.message


def test_verdicts(branched: Dossier) -> None:
    """Outcomes stand for all scenarios that may follow them."""
    branches = Branches(View(branched), 2)
    assert verdict(branches, SHARED) == "no regret: every scenario would do it"
    assert verdict(branches, HEDGE) == "hedge: regretted in calm (premium 8.00 million USD)"
    assert verdict(branches, LOOSE).startswith("indifferent by itself: calm, early would take less")
    more = replace(SHARED, own=dict.fromkeys(NAMES, 3.0), premium_musd={NAMES[0]: 1.0, NAMES[2]: 2.0})
    assert verdict(branches, more) == ("hedge: early would take more (premium up to 2.00 million USD)")
    later = replace(SHARED, premium_musd=dict.fromkeys(NAMES, 1.0))
    assert "every scenario would take it in other periods" in verdict(branches, later)


def test_amounts_by_period_and_unit(sheet: Sheet | None) -> None:
    found = table(sheet, "commitments")
    rows = {str(row[0]): row for row in found.rows}
    assert [plain(v) for v in rows["Order A for US"][1:5]] == ["chips", 600.0, 400.0, 1000.0]
    share = rows["Acquire T"]
    assert isinstance(share[2], Cell)
    assert share[2].format == "0%"
    assert plain(share[4]) == pytest.approx(0.27)
    assert rows["Begin T, fast"][3] is None


def test_many_periods_stand_together(branched: Dossier) -> None:
    """Six periods before the reveal: two by themselves and the rest."""
    late = replace(STUDY, reveal="2028-Q2", moves=(replace(SHARED, amounts={"2026-Q4": 1.0, "2027-Q4": 1.0}),))
    found = table(decide_now(replace(branched, risk=late)), "commitments")
    assert [column.header for column in found.columns[2:5]] == ["2026-Q4", "2027-Q1", "2027-Q2 to 2028-Q1"]
    assert [plain(v) for v in found.rows[0][2:6]] == [1.0, None, 1.0, 2.0]


def test_premiums_are_weighted(sheet: Sheet | None) -> None:
    found = table(sheet, "premiums")
    assert [column.header for column in found.columns[2:]] == ["calm"]
    assert [plain(v) for v in found.rows[1][1:]] == pytest.approx([0.6 * 8, 8])


def test_what_is_left_open(sheet: Sheet | None, branched: Dossier) -> None:
    found = table(sheet, "left_open")
    assert found.rows[1][0] == "Order cell at T"
    assert [plain(v) for v in found.rows[1][1:]] == pytest.approx([0.16 * 3, 3])
    assert "Order cell at T: 2.00 MW in the own best plan of rush, late." in notes(sheet)
    closed = decide_now(replace(branched, risk=replace(STUDY, moves=STUDY.moves[:-1])))
    assert "Left open: nothing" in notes(closed)


def test_waiting_in_words(sheet: Sheet | None) -> None:
    found = table(sheet, "waiting")
    assert [(plain(cost), what) for cost, what in found.rows] == [
        ("no plan", "acquire no site and begin no halls"),
        (90.0, "decide nothing before 2027-Q2"),
        (4.0, "order no A for US"),
    ]
    assert wait_words(Wait("connect", (), 1.0), "2028") == "apply for no grid connection"


def test_what_an_outcome_leads_to(sheet: Sheet | None, branched: Dossier) -> None:
    """Amounts of four periods add up to those of the tables, weighted within a branch."""
    branches = Branches(View(branched), 2)
    assert branches.reveals() == "demand"
    assert [branches.names[root] for root in branches.roots] == ["calm", "rush"]
    ordered = branched.solution["orders"]
    actions = branches.actions()
    for root in branches.roots:
        begun = branches.view.probability_of[root]
        expected = sum(
            amount * branches.view.probability_of[node] / begun
            for node, chip, market, amount in ordered[["node", "chip", "market", "ordered"]].itertuples(index=False)
            if (chip, market) == ("A", "US")
            and branches.root_of.get(node) == root
            and branches.view.period_of[node] < 6
        )
        assert actions["order", ("A", "US")][root] == pytest.approx(expected)
    found = table(sheet, "next")
    assert [column.header for column in found.columns[2:-1]] == ["calm\n60 %", "rush\n40 %"]
    apart = [float(str(v)) for v in found.values("apart")]
    assert apart == sorted(apart, reverse=True)


def test_nothing_to_commit(branched: Dossier) -> None:
    made = decide_now(replace(branched, risk=replace(STUDY, moves=(), waits=())))
    assert made is not None
    assert made.message.startswith("Nothing has to be committed before 2027-Q2")
    assert 40 <= len(made.message) <= 140


def test_whole_phases_stand_once() -> None:
    """A start and its whole phases are one commitment."""
    phases = move("phases", ("T", "fast"), {"2026-Q4": 2.0}, 2.0, musd=0.0)
    assert taken_moves(replace(STUDY, moves=(SHARED, phases))) == [SHARED]


def test_words_and_digits() -> None:
    assert move_words("cancel", ("A", "US")) == "Cancel A for US"
    assert move_words("plant", ("engine", "T")) == "Order engine at T"
    assert move_words("connect", ("T",)) == "Apply for grid connection at T"
    assert amount_cell("connect", 0.01) is None
    assert amount_cell("open", 0.2055) == Cell(0.2055, "0%")
    assert amount_cell("start", 9.78) == Cell(9.78, "#,##0.00")


def test_scenarios_in_few_words(branched: Dossier) -> None:
    """An outcome stands for all scenarios in which it comes true; what is left is named in quotes."""
    branches = Branches(View(branched), 2)
    assert branches.covering(NAMES) == ["every scenario"]
    assert branches.covering((NAMES[1], NAMES[3])) == ["late"]
    assert branches.covering((NAMES[0],)) == ["calm, early"]
    assert branches.covering((NAMES[0], NAMES[1], NAMES[3])) == ["calm", "“rush, late”"]


def test_premiums_stand_together_where_they_are_the_same(branched: Dossier) -> None:
    """Two commitments: calm scenarios regret one, late ones the other, so each of four has its own."""
    other = replace(SHARED, premium_musd={NAMES[1]: 2.0, NAMES[3]: 2.0})
    made = decide_now(replace(branched, risk=replace(STUDY, moves=(HEDGE, other))))
    found = table(made, "premiums")
    assert [column.header for column in found.columns[2:]] == ["calm, early", "calm, late", "rush, late"]
    assert [plain(v) for v in found.rows[0][2:]] == pytest.approx([0.36, 0.24, 0.16])
    assert [plain(v) for v in found.rows[2][1:]] == [pytest.approx(0.4 * 2), None, 2.0, 2.0]
