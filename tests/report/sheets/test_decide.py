"""Decide now: commitments, verdicts, what each outcome leads to, and the price of waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from planner.report import Dossier, sheets_of
from planner.report.by_period import View
from planner.report.sheet_spec import Cell, Charts, Note, Sheet, Table, number, plain, tables_of
from planner.report.sheets.assumptions import assumptions
from planner.report.sheets.assumptions.sureness import sureness_of, sureness_sentence
from planner.report.sheets.decide import commit, decide_now
from planner.report.sheets.decide.branches import Branches
from planner.report.sheets.decide.hedges import verdict
from planner.report.sheets.decide.moves import amount_cell, counted_words, move_words
from planner.report.sheets.decide.now import Now
from planner.report.sheets.decide.reveal import taken_moves
from planner.report.sheets.decide.waiting import wait_words
from planner.report.words import money, percent
from planner.schema import parse_case
from planner.study.risk import COMMON, RISK, AveragePlan, FirstMove, Risk, ScenarioRisk, Wait, Waste

from ..conftest import SMALL, dossier_of, with_study, with_table

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


def table(sheet: Sheet, id: str) -> Table:
    """A table of a sheet."""
    return next(t for t in tables_of(sheet.blocks) if isinstance(t, Table) and t.id == id)


def notes(sheet: Sheet) -> str:
    """All that a sheet says between its tables."""
    return " ".join(block.text for block in sheet.blocks if isinstance(block, Note))


@pytest.fixture(scope="module")
def sheet(branched: Dossier) -> Sheet:
    """The sheet of the study written by hand."""
    return decide_now(with_study(branched, RISK, STUDY))


def test_the_message_adds_up(sheet: Sheet) -> None:
    """100 + 50 + 10 + 10 million are committed; of the order nothing, of the connection a fifth is in every plan."""
    assert sheet.message == (
        "Before 2027-Q2 the plan commits 170 million USD: 62.0 million USD in every scenario's own best plan, "
        "108 million USD not in all."
    )
    found = table(sheet, "commitments")
    assert sum(float(str(v)) for v in found.values("commits")) == pytest.approx(170)
    assert sum(float(str(v)) for v in found.values("safe")) == pytest.approx(62)


def test_a_plan_of_hedges_says_so(branched: Dossier) -> None:
    made = decide_now(with_study(branched, RISK, replace(STUDY, moves=(HEDGE, SHARED))))
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


def test_amounts_by_period_and_unit(sheet: Sheet) -> None:
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
    found = table(decide_now(with_study(branched, RISK, late)), "commitments")
    assert [column.header for column in found.columns[2:5]] == ["2026-Q4", "2027-Q1", "2027-Q2 to 2028-Q1"]
    assert [plain(v) for v in found.rows[0][2:6]] == [1.0, None, 1.0, 2.0]


def test_premiums_are_weighted(sheet: Sheet) -> None:
    found = table(sheet, "premiums")
    assert [column.header for column in found.columns[2:]] == ["calm"]
    assert [plain(v) for v in found.rows[1][1:]] == pytest.approx([0.6 * 8, 8])


def test_what_is_left_open(sheet: Sheet, branched: Dossier) -> None:
    found = table(sheet, "left_open")
    assert found.rows[1][0] == "Order cell at T"
    assert [plain(v) for v in found.rows[1][1:]] == pytest.approx([0.16 * 3, 3])
    assert "Order cell at T: 2.00 MW in the own best plan of rush, late." in notes(sheet)
    closed = decide_now(with_study(branched, RISK, replace(STUDY, moves=STUDY.moves[:-1])))
    assert "Left open: nothing" in notes(closed)


def test_waiting_in_words(sheet: Sheet) -> None:
    found = table(sheet, "waiting")
    assert [(plain(cost), what) for cost, what in found.rows] == [
        ("no plan", "acquire no site and begin no halls"),
        (90.0, "decide nothing before 2027-Q2"),
        (4.0, "order no A for US"),
    ]
    assert wait_words(Wait("connect", (), 1.0), "2028") == "apply for no grid connection"


def test_what_an_outcome_leads_to(sheet: Sheet, branched: Dossier) -> None:
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
    made = decide_now(with_study(branched, RISK, replace(STUDY, moves=(), waits=())))
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
    assert amount_cell("connect", 0.0) is None
    assert amount_cell("connect", 0.01) == Cell(0.01, "#,##0.000")
    assert amount_cell("open", 0.2055) == Cell(0.2055, "0%")
    assert amount_cell("start", 9.78) == Cell(9.78, "#,##0.00")


WHOLE: dict[str, Any] = {
    "settings": {"name": "whole", "start": "2027-01-01", "frequency": "year", "periods": 2},
    "markets": {"US": {}},
    "regions": {"Grid": {"market": "US"}},
    "onsite_sources": {"engine": {"capex_usd_per_kw": 1.0, "unit_mw": 10.5}},
    "sites": {
        "Site": {
            "region": "Grid", "max_it_mw": 60.0, "grid_connection_months": 60.0, "onsite": {"engine": {}},
            "build_options": {"halls": {"capex_musd_per_mw": 1.0, "phase_mw": 25.0}},
        },
    },
    "chips": {
        "A": {
            "peak_pflops": {"bf16": 1.0}, "it_kw": 1000.0,
            "markets": {"US": {"price_usd": 1e6, "lot_units": 4.0}},
        },
    },
    "workloads": {"work": {"demand_pflops": 30.0, "precision": "bf16"}},
}  # fmt: skip
"""30 PFLOP/s take 30 chips, 8 lots of 4; 30 MW of load takes 2 phases of 25 MW, and 3 engines of 10.5 MW."""


def test_whole_parts_are_counted_beside_the_commitment() -> None:
    """8 lots, 2 phases and 3 units, all on the first day; in fractions none is named, and none of an odd amount."""
    counted = [
        "Acquire Site", "Begin Site, halls: 2 phases of 25 MW", "Order A for US: 8 lots of 4 chips",
        "Order engine at Site: 3 units of 10.5 MW",
    ]  # fmt: skip
    alone = ["Acquire Site", "Begin Site, halls", "Order A for US", "Order engine at Site"]
    parts = {**WHOLE, "settings": WHOLE["settings"] | {"whole_phases": False, "whole_lots": False}}
    for data, expected in ((WHOLE, counted), (parts, alone)):
        sheet = decide_now(dossier_of(data))
        assert sorted(map(str, table(sheet, "first_commitments").values("what"))) == expected
    case = parse_case(WHOLE)
    assert counted_words(case, "order", ("A", "US"), 4.0) == "Order A for US: 1 lot of 4 chips"
    for amount in (0.0, 2.0, 30.0):
        assert counted_words(case, "order", ("A", "US"), amount) == "Order A for US"


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
    made = decide_now(with_study(branched, RISK, replace(STUDY, moves=(HEDGE, other))))
    found = table(made, "premiums")
    assert [column.header for column in found.columns[2:]] == ["calm, early", "calm, late", "rush, late"]
    assert [plain(v) for v in found.rows[0][2:]] == pytest.approx([0.36, 0.24, 0.16])
    assert [plain(v) for v in found.rows[2][1:]] == [pytest.approx(0.4 * 2), None, 2.0, 2.0]


def test_the_first_year_of_a_certain_plan(dossier: Dossier) -> None:
    """Four quarters: what is due at once stands first, then what has least slack and costs most."""
    made = decide_now(dossier)
    assert made.message == (
        "8 of 8 commitments of the first year have no slack. By the end of 2027-Q3, 110 million USD is committed, "
        "93.2 million USD of it paid."
    )
    found = table(made, "first_commitments")
    rows = [dict(zip((c.key for c in found.columns), (plain(v) for v in row), strict=True)) for row in found.rows]
    assert {row["in"] for row in rows} == {"2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"}
    assert rows[0] == {
        "what": "Order A for CN", "unit": "chips", "amount": pytest.approx(1000), "commits": pytest.approx(30),
        "in": "2026-Q4", "arrives": "2027-Q2", "needed": "2027-Q2", "by": "2026-Q4", "slack": 0, "verdict": "order now",
    }  # fmt: skip
    assert [row["verdict"] for row in rows] == ["order now"] * 3 + ["no slack"] * 5
    later = table(made, "later_commitments")
    assert [plain(v) for v in later.values("count")] == [1, 1]


def test_each_verdict_in_words(bridged: Dossier, branched: Dossier) -> None:
    """What waits in stock can wait; plant for a branch that is not the likeliest is needed for nothing in this one.

    The first 2,000 chips for the US wait a quarter for halls. Where scenarios part, slow halls of 2026-Q4 are ready in
    2027-Q3 for the rush; the calm needs them in 2028-Q1. So does the rush, alone, need plant for the second MW of U,
    nine tenths of which count. (S may be given a free connection, needed by nobody, or not.)
    """
    found = table(decide_now(bridged), "first_commitments").values("verdict")
    assert set(found) == {"order now", "no slack", "can wait 1 quarter"}
    rows = table(decide_now(branched), "first_commitments").rows
    assert "can wait 2 quarters" in {plain(row[-1]) for row in rows}
    spare = [row for row in rows if plain(row[-1]) == "not needed within the plan"]
    assert all([plain(v) for v in row[6:9]] == [None, None, None] for row in spare)
    (paid,) = [row for row in spare if number(row[3]) > 0]
    assert plain(paid[0]) == "Order =engine at U"
    assert number(paid[2]) == pytest.approx(1 / 0.9)


def test_before_a_reveal_without_a_study(branched: Dossier) -> None:
    """Two quarters before 2027-Q2; dates and cash are those of the likeliest scenario.

    17 commitments cost money or are needed; beside them S may be given a free connection, which nobody needs, or not.
    Twelve have no slack, eight of them in 2026-Q4: 900 chips for CN, both sites, the connection of T, plant at both and
    cells at T, and halls for 1,500 + 5,500 * 1.5 / 7 = 2,679 chips in 2027-Q1. Four can wait and one is for the rush.
    """
    made = decide_now(branched)
    rows = table(made, "first_commitments").rows
    assert len([row for row in rows if number(row[3]) > 0 or plain(row[8]) is not None]) == 17
    halls = next(row for row in rows if plain(row[0]) == "Begin T, fast")
    assert number(halls[2]) == pytest.approx((1500 + 5500 * 1.5 / 7) / 1000)
    committed = money(sum(number(row[3]) for row in rows))
    assert made.message.startswith(
        f"12 of {len(rows)} commitments before 2027-Q2 have no slack. By the end of 2027-Q1, {committed} is committed, "
    )
    assert committed == "217 million USD"
    assert "scenario calm, early (36 %)" in made.title
    assert set(table(made, "first_commitments").values("in")) == {"2026-Q4", "2027-Q1"}
    assert f"8 of {len(rows)} commitments before 2027-Q2" in notes(made)
    assert "Dates are those of the likeliest scenario" in notes(made)
    assert "in the likeliest scenario" in table(made, "cash_committed").caption


def test_first_moves_of_a_study_have_dates(sheet: Sheet, branched: Dossier) -> None:
    """The chips for the US of 2027-Q1 are all that is on offer, and run at once; the site is acquired at once.

    2,679 are needed then; what is ordered in 2026-Q4 waits for them, but an order of two quarters is as tight as its
    tightest.
    """
    found = table(sheet, "commitments")
    rows = {str(row[0]): row for row in found.rows}
    by, slack = found.position("by"), found.position("slack")
    assert [plain(rows["Order A for US"][at]) for at in (by, slack)] == ["2027-Q1", 0]
    assert [plain(rows["Acquire T"][at]) for at in (by, slack)] == ["2026-Q4", 0]
    lost = replace(STUDY, moves=(move("order", ("A", "EU"), {"2026-Q4": 1.0}, 1.0),))
    (row,) = table(decide_now(with_study(branched, RISK, lost)), "commitments").rows
    assert row[by] is row[slack] is None


def test_cash_is_a_corkscrew(dossier: Dossier) -> None:
    """What is open at the end of a period is so at the start of the next, and nothing is open at the end."""
    found = table(decide_now(dossier), "cash_committed")
    begin, end, new, paid = (
        [number(row[found.position(key)]) for row in found.rows] for key in ("begin", "end", "new", "paid")
    )
    assert begin[1:] == end[:-1]
    assert [b + n - p for b, n, p in zip(begin, new, paid, strict=True)] == pytest.approx(end)
    assert sum(new) == pytest.approx(sum(paid))
    assert end[-1] == 0
    kinds = [column.key for column in found.columns]
    assert "plant" not in kinds
    assert len(kinds) == len(set(kinds))


def test_budgets_stand_on_the_sheet() -> None:
    """100 million a year, 25 in one quarter of 2026, 75 in three of 2028; a chart where there is one budget."""
    data = {**SMALL, "policy": {"budgets": {"board": {"musd": 100}}}}
    made = decide_now(dossier_of(data))
    found = table(made, "budgets")
    assert found.values("window") == ["2026-Q4", "2027-Q1 to 2027-Q4", "2028-Q1 to 2028-Q3"]
    spent = [number(row[found.position("spent")]) for row in found.rows]
    limits = (25.0, 100.0, 75.0)
    assert found.values("limit") == pytest.approx(limits)
    assert all(each <= limit * (1 + 1e-9) for each, limit in zip(spent, limits, strict=True))
    assert found.values("left") == pytest.approx([limit - each for each, limit in zip(spent, limits, strict=True)])
    assert f"Of the budget board, 100 million USD from 2027-Q1 to 2027-Q4, {money(max(spent))} is paid" in notes(made)
    charts = [chart for block in made.blocks if isinstance(block, Charts) for chart in block.charts]
    assert [chart.table for chart in charts] == ["cash_committed", "cash_committed", "budgets"]


def test_a_plan_that_commits_nothing() -> None:
    """The chips that run in the US are enough: no table, no chart, and words that say so."""
    infer = SMALL["workloads"]["infer"] | {"shortfall": {"usd_per_pflops_year": 1}}
    data = {**SMALL, "sites": {"T": SMALL["sites"]["T"]}, "workloads": {"infer": infer}}
    made = decide_now(dossier_of(data))
    assert made.message == (
        "The plan commits to nothing new in its first year, 2026-Q4 to 2027-Q3. By the end of 2027-Q3, no money is "
        "committed."
    )
    assert tables_of(made.blocks) == []
    assert notes(made) == "Nothing has to be committed in the first year, up to 2027-Q3."


def test_what_costs_nothing_is_a_commitment_too() -> None:
    """All is rented; a site and a connection that are free may be taken or not: taken, one of two has an order-by date.

    The site is opened and its connection applied for in the first quarter, in the table that the solver left.
    """
    train = SMALL["workloads"]["train"] | {"shortfall": {"usd_per_pflops_year": 1}}
    rented = dossier_of({**SMALL, "workloads": {"train": train}})
    halls = rented.solution["halls"]
    at_s = halls["site"] == "S"
    first = at_s & (halls["node"] == "2026-Q4")
    made = decide_now(
        with_table(
            rented,
            "halls",
            opened=at_s.astype(float),
            open=first.astype(float),
            grid_apply_mw=144.0 * first,
            grid_cap_mw=144.0 * (at_s & (halls["node"] >= "2027-Q2")),
        )
    )
    assert made.message == (
        "One of 2 commitments of the first year has no slack. By the end of 2027-Q3, no money is committed."
    )


def test_the_first_year_of_years_and_months() -> None:
    """A year is one period of a year, or twelve of a month; a plan may be shorter."""
    for frequency, periods, span in (("year", 3, 1), ("month", 15, 12), ("month", 6, 6)):
        case = parse_case({**SMALL, "settings": {**SMALL["settings"], "frequency": frequency, "periods": periods}})
        now = Now(View(replace(dossier_of(SMALL), case=case)))
        assert now.reveal is None
        assert min(span, len(now.periods)) == now.span


def test_the_long_list_is_cut_at_the_cheapest(bridged: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """All nine that are due at once stay; the cheapest of the others stand in one row, and the total is whole."""
    whole = table(decide_now(bridged), "first_commitments")
    monkeypatch.setattr(commit, "MOST_LOTS", 10)
    cut = table(decide_now(bridged), "first_commitments")
    assert len(cut.rows) == 11
    assert [plain(v) for v in cut.values("verdict")[:9]] == ["order now"] * 9
    assert plain(cut.rows[-1][0]) == f"{len(whole.rows) - 10} smaller commitments"
    totals = [sum(number(row[3]) for row in each.rows) for each in (whole, cut)]
    assert totals[0] == pytest.approx(totals[1])


def test_how_sure_opens_the_assumptions(dossier: Dossier) -> None:
    """No source speaks of prices but one of the tariff; the shares are those of what is paid."""
    made = assumptions(dossier)
    assert made is not None
    first, *_ = tables_of(made.blocks)
    assert first.id == "sureness"
    assert isinstance(first, Table)
    shares = dict(zip(first.values("name"), first.values("share"), strict=True))
    assert sum(float(str(v)) for v in shares.values()) == pytest.approx(1)
    energy = dossier.solution["ledger"].query("account == 'energy' and item == 'S'")["present_musd"].sum()
    paid = sum(float(str(v)) for v in first.values("paid"))
    assert shares["high"] == pytest.approx(energy / paid)
    assert made.message.startswith(f"{percent(1 - energy / paid)} of what is paid rests on low confidence")
    five = table(made, "weakest")
    moves = [float(str(v)) for v in five.values("effect")]
    assert moves == sorted(moves, reverse=True)
    assert 0 < len(moves) <= 5
    assert notes(made).startswith(sureness_sentence(View(dossier)))


def test_typed_places_stand_beside_the_weak_inputs(dossier: Dossier) -> None:
    """A price has the place of its own source, or of the row that a source speaks of."""
    placed = replace(dossier, places={"workloads.train": "small.yaml:9", "chips.A": "small.yaml:5"})
    made = assumptions(placed)
    assert made is not None
    found = table(made, "weakest")
    places = dict(zip(found.values("path"), found.values("place"), strict=True))
    assert places["workloads.train.shortfall.usd_per_pflops_year"] == "small.yaml:9"
    assert places["chips.A.markets.CN.price_usd"] == "small.yaml:5"


def test_several_scenarios_rest_on_what_they_cost(branched: Dossier) -> None:
    """Amounts are expected over the scenarios: paid less given back is the plan's present cost."""
    found = sureness_of(branched)
    assert found.total - sum(found.benefits.values()) == pytest.approx(branched.solution.objective_musd)


def test_the_new_checks_hold_and_catch_faults(dossier: Dossier) -> None:
    """Money that was never committed, and a cost that no input makes, each turn one check red."""

    def failed(made: Dossier) -> set[str]:
        results = next(t for s in sheets_of(made) for t in tables_of(s.blocks) if t.id == "checks_report")
        assert {"committed", "capital paid", "how sure"} <= {str(plain(row[0])) for row in results.rows}
        return {str(plain(row[0])) for row in results.rows if plain(row[-1]) != "OK"}

    assert failed(dossier) == set()
    ledger = dossier.solution["ledger"]
    row = ledger.index[(ledger["account"] == "chip purchase") & (ledger["musd"] > 0)][0]
    musd = ledger["musd"].copy()
    musd[row] += 5.0
    assert failed(with_table(dossier, "ledger", musd=musd)) == {"committed"}
