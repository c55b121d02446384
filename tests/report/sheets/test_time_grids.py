"""What pages count on periods that differ in length, worked out on the calendar."""

from __future__ import annotations

import pytest

from planner.report import Dossier, sheets_of
from planner.report.by_period import View
from planner.report.sheet_spec import Chart, Charts, Table, number, tables_of
from planner.report.sheets.compute.workloads import volumes
from planner.report.sheets.decide.now import Now
from tests.model.cases import on_grid, rent

from ..conftest import dossier_of

MONTHS_FIRST = {
    "chips/A/markets/US/lead_months": 2.0,
    "workloads/work/shortfall": rent(100),
}
"""10 PFLOP/s are asked for; chips ordered on the first day serve from March on."""


def test_compute_over_the_plan_goes_by_the_length_of_each_period() -> None:
    """Two months, a quarter and a year are 17 months: 10 PFLOP/s all along, of which two months are missed."""
    view = View(dossier_of(on_grid("2 months, 1 quarter, 1 year", MONTHS_FIRST)))
    assert volumes(view) == {"work": pytest.approx((10 * 17 / 12, 10 * 15 / 12, 10 * 2 / 12))}


def test_now_is_what_begins_and_ends_within_a_year() -> None:
    """Two months and three quarters are eleven months; a fourth would end after thirteen."""
    now = Now(View(dossier_of(on_grid("2 months, 4 quarters", MONTHS_FIRST))))
    assert (now.span, now.last) == (5, "2027-Q3")


HALLS = {
    "sites/Site/committed": {"second": {"ready": "2028-06-01", "it_mw": 10.0, "remaining_cost_musd": 17.0}},
    "sites/Site/max_it_mw": 110.0,
    "chips/A/markets/US/price_usd": 0.9e6,
}
"""Halls under way that take 1 million USD a month until they are ready, and chips at 0.9 million."""


def charted(dossier: Dossier) -> tuple[dict[str, Table], list[Chart]]:
    """The tables of a report by their names, and all its charts."""
    sheets = sheets_of(dossier)
    found = {table.id: table for sheet in sheets for table in tables_of(sheet.blocks) if isinstance(table, Table)}
    charts = [
        chart for sheet in sheets for block in sheet.blocks if isinstance(block, Charts) for chart in block.charts
    ]
    return found, charts


def test_charts_go_by_the_calendar() -> None:
    """Two months, a quarter, a year and a tail of one: 17 months are drawn, each as wide, on every page.

    From March on 10 chips stand in every month. They are paid in that quarter, 3 million USD a month, beside one a
    month for halls: 14 by the end of May, 26 after a year more.
    """
    tail = {"settings/report_until": "2028-06-01"}
    tables, charts = charted(dossier_of(on_grid("2 months, 1 quarter, 2 years", MONTHS_FIRST | HALLS | tail)))
    fleet, cash = tables["calendar_fleet"], tables["calendar_cash"]
    months = [f"2027-{month:02}" for month in range(1, 13)] + [f"2028-{month:02}" for month in range(1, 6)]
    assert fleet.values("period") == cash.values("period") == months
    assert fleet.caption == "Chips installed: by month of the calendar, as charted"
    assert [number(each) for each in fleet.values("A")] == pytest.approx([0, 0] + [10] * 15)
    spent = [number(each) for each in cash.values("cumulative")]
    assert spent[:5] == pytest.approx([1, 2, 6, 10, 14])
    assert spent[5:] == pytest.approx(list(range(15, 27)))
    assert {chart.table for chart in charts if chart.table.startswith("calendar_")} >= {
        "calendar_fleet", "calendar_fleet_market", "calendar_cash",
    }  # fmt: skip
    assert not {chart.table for chart in charts} & {"fleet", "fleet_market", "cash"}


def test_charts_of_periods_of_one_length_are_left_alone() -> None:
    """A tail of years does not count: two months are reported."""
    tail = {"settings/report_until": "2027-03-01"}
    tables, charts = charted(dossier_of(on_grid("2 months, 2 years", MONTHS_FIRST | tail)))
    assert not [name for name in tables if name.startswith("calendar_")]
    assert "fleet" in {chart.table for chart in charts}


def test_rounded_times_are_those_of_the_first_day_where_lengths_differ() -> None:
    """Three months are two months and a quarter, so five, on the first day; in the quarter they are three."""
    waits = {"chips/A/markets/US/lead_months": 3.0}
    tables, _ = charted(dossier_of(on_grid("2 months, 3 quarters", MONTHS_FIRST | waits)))
    words = "Lead times and service lives that rounding to whole periods changed"
    assert tables["leads"].caption == f"{words}, begun on the plan's first day"
    assert tables["leads"].values("rounded") == [5]
    even, _ = charted(dossier_of(on_grid("5 quarters", MONTHS_FIRST)))
    assert even["leads"].caption == words
