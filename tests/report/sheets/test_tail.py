"""A plan whose last periods are solved and not reported, worked out by hand: two months, a quarter, then two years.

Chips A cost 10 million USD on the first day and serve from March on; until then 10 PFLOP/s are rented at 1.2 million
USD a year each, 2 in all. Upkeep of 10 chips at 0.12 million USD a year is 0.3 in the quarter and 2.4 in two years,
which are the tail. Nothing is discounted, so the plan costs 14.7.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.report import Dossier, sheets_of
from planner.report.by_period import AFTER, View
from planner.report.sheet_spec import Charts, Note, Sheet, Table, number, tables_of
from planner.report.sheets.checks import failed_checks
from planner.report.sheets.common.calendar import time_columns
from planner.report.sheets.compute.delay import delay_table
from planner.report.sheets.cost import cost
from planner.report.sheets.decide import decide_now
from planner.schema import parse_case
from planner.timeline import Timeline
from tests.model.cases import Data, on_grid, rent

from ..conftest import dossier_of

TAIL: Data = {
    "settings/report_until": "2027-06-01",
    "chips/A/markets/US/lead_months": 2.0,
    "chips/A/om_usd_per_unit_year": 0.12e6,
    "workloads/work/shortfall": rent(1.2),
}
GRID = "2 months, 1 quarter, 2 years"
AFTER_WORDS = "After 2027-06-01, solved and not reported"


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return dossier_of(on_grid(GRID, TAIL))


@pytest.fixture(scope="module")
def sheets(dossier: Dossier) -> tuple[Sheet, ...]:
    return sheets_of(dossier)


def tables(sheet: Sheet) -> dict[str, Table]:
    return {table.id: table for table in tables_of(sheet.blocks) if isinstance(table, Table)}


def values(table: Table, column: str) -> list[float]:
    return [number(value) for value in table.values(column)]


def test_periods_and_levels_are_those_that_are_reported(dossier: Dossier) -> None:
    """January, February and March to May; nothing in the view knows of the two years after them."""
    view = View(dossier)
    assert (view.periods, view.years, view.span) == (["2027-01", "2027-02", "2027-Q1"], ["2027"], "2027-01 to 2027-Q1")
    assert view.fleet == {"A": pytest.approx([0, 0, 10])}
    assert view.solved["nodes"]["label"].tolist()[3:] == ["2027", "2028"]


def test_money_after_it_has_a_column_of_its_own_and_all_adds_up(dossier: Dossier) -> None:
    """2 of rent, 10 of chips and 0.3 of upkeep in 2027; 2.4 of upkeep after May: 14.7 was optimised."""
    view, shown = View(dossier), tables(cost(dossier))
    present, years = shown["present"], shown["years"]
    assert [column.header for column in present.columns][1:4] == ["2027", AFTER_WORDS, "Total"]
    assert sum(values(present, "2027")) == pytest.approx(12.3)
    assert sum(values(present, AFTER)) == pytest.approx(2.4)
    assert sum(values(present, "total")) == pytest.approx(dossier.solution.objective_musd) == pytest.approx(14.7)
    assert years.values("year") == ["2027", AFTER_WORDS]
    assert values(years, "total") == pytest.approx([12.3, 2.4])
    assert view.reported_money(0)[("rented compute",)] == pytest.approx(2.0)


def test_charts_leave_it_out(dossier: Dossier) -> None:
    """Charts by year and by period show one year and three periods, though their tables go on by a line."""
    sheet = cost(dossier)
    shown = tables(sheet)
    drawn = {chart.table for block in sheet.blocks if isinstance(block, Charts) for chart in block.charts}
    assert drawn == {"years", "cash"}
    for name, lines in (("years", 2), ("cash", 4)):
        table = shown[name]
        assert (len(table.rows), table.uncharted) == (lines, 1)


def test_the_report_says_so_and_its_checks_hold(dossier: Dossier, sheets: tuple[Sheet, ...]) -> None:
    """24 months of tail, 2027 to 2028, named on the summary and with the money."""
    words = "The plan is reported until 2027-06-01. The 24 months after it, 2027 to 2028, are solved and not reported"
    for name in ("Summary", "Cost"):
        sheet = next(each for each in sheets if each.name == name)
        assert any(isinstance(block, Note) and block.text.startswith(words) for block in sheet.blocks), name
    facts = next(tables(each)["run_facts"] for each in sheets if each.name == "Provenance")
    assert ("Reported until", "2027-06-01", None) in facts.rows
    assert not failed_checks(dossier, sheets)


def test_delay_counts_it() -> None:
    """Chips that come after four months, in June: 10 PFLOP/s are missed for five months, none of them in the tail.

    Where they can never be had, the 24 months of tail are missed as well: 29 months of delay.
    """
    late = View(dossier_of(on_grid(GRID, TAIL | {"chips/A/markets/US/lead_months": 4.0})))
    never = View(dossier_of(on_grid(GRID, TAIL | {"chips/A/markets": {}})))
    for view, after, months, words in ((late, 0.0, 5.0, "5.00"), (never, 20.0, 29.0, "29.0")):
        table = delay_table(view, {"work": 10.0})
        assert values(table, "after") == pytest.approx([after])
        assert values(table, "counted") == pytest.approx([months])
        assert table.caption.startswith(f"Average delay: {words} months")


def test_decide_lists_what_is_reported_and_the_rest_in_one_line(dossier: Dossier) -> None:
    """10 million USD committed and paid on the first day, nothing after; by calendar year the same 10."""
    shown = tables(decide_now(dossier))
    committed, years = shown["cash_committed"], shown["commit_years"]
    assert committed.values("period") == ["2027-01", "2027-02", "2027-Q1", AFTER_WORDS]
    assert values(committed, "new") == pytest.approx([10, 0, 0, 0])
    assert years.values("year") == ["2027"]
    assert (values(years, "order"), values(years, "paid"), values(years, "end")) == ([10.0], [10.0], [0.0])
    drawn = [chart for block in decide_now(dossier).blocks if isinstance(block, Charts) for chart in block.charts]
    assert {(chart.table, chart.unit) for chart in drawn} == {
        ("commit_years", "million USD by calendar year, not discounted")
    }


def test_slack_is_told_in_months_where_periods_differ() -> None:
    """Chips needed from March on with no lead can be ordered in January or in March: two months of slack.

    Until March the demand is none, and a chip costs less on the first day.
    """
    data = on_grid(
        GRID,
        TAIL
        | {
            "chips/A/markets/US/lead_months": 0.0,
            "chips/A/markets/US/price_usd": {"step": {"2027-01-01": 0.5e6, "2027-02-01": 1e6}},
            "workloads/work/demand_pflops": {"step": {"2027-01-01": 0.0, "2027-03-01": 10.0}},
        },
    )
    table = tables(decide_now(dossier_of(data)))["first_commitments"]
    assert (table.values("in"), table.values("by"), values(table, "slack")) == (["2027-01"], ["2027-Q1"], [2.0])
    assert next(column.unit for column in table.columns if column.key == "slack") == "months"
    assert table.values("verdict") == ["can wait 2 months"]


def test_gantt_has_columns_of_one_length() -> None:
    """Two months, two quarters and a year from January 2027 are 20 months: a column each, the year's last twelve."""
    line = Timeline.of(parse_case(on_grid(GRID)).settings.start, month=2, quarter=2, year=1)
    shown = time_columns(line)
    assert [each.label for each in shown][:4] == ["2027-01", "2027-02", "2027-03", "2027-04"]
    assert [each.last for each in shown] == [0, 1, 2, 2, 2, 3, 3, 3, *[4] * 12]
    assert [t for each in shown for t in each.begun] == [0, 1, 2, 3, 4]
    assert [at for at, each in enumerate(shown) if each.begun] == [0, 1, 2, 5, 8]


def test_a_limit_of_one_period_binds_in_it() -> None:
    """From March to May 5 of 10 MW can be drawn, and 10 before and after: a limit of one quarter.

    1 % more of it spares 0.05 PFLOP/s of rent for a quarter, 15 thousand USD, and takes 1.5 thousand of upkeep.
    """
    headroom = {"step": {"2027-01-01": 10.0, "2027-03-01": 5.0, "2027-06-01": 10.0}}
    found = dossier_of(on_grid(GRID, TAIL | {"regions/Grid/headroom_mw": headroom}))
    untried = {**found.solution.tables, "verified": found.solution["verified"].iloc[:0]}
    sheets = sheets_of(replace(found, solution=replace(found.solution, tables=untried)))
    summary = str(next(sheet for sheet in sheets if sheet.name == "Summary"))
    assert "Headroom of Grid binds in 2027-Q1; 1 % more would save about 13,500 USD." in summary
