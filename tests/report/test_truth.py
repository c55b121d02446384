"""Odd cases: no sentence says what the numbers do not show."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl

from planner.report import Dossier, report_bytes, sheets_of
from planner.report.alerts import alerts
from planner.report.by_period import View
from planner.report.sheet_spec import Block, Charts, Note, Sheet, Table, tables_of

from .conftest import SMALL, dossier_of, with_table


def _changed(**tables: Any) -> dict[str, Any]:
    """The small case with tables replaced."""
    return copy.deepcopy(SMALL) | tables


def _sheets(dossier: Dossier) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in sheets_of(dossier)}


def _said(sheets: dict[str, Sheet]) -> str:
    """Every message, note, caption and title of a chart."""
    return "\n".join(text for sheet in sheets.values() for text in (sheet.message, *_texts(sheet.blocks)))


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Note):
            yield block.text
        elif isinstance(block, Charts):
            yield from (chart.title for chart in block.charts)
    yield from (table.caption for table in tables_of(blocks))


def _workloads(**fields: Any) -> dict[str, Any]:
    return {name: {**each, **fields} for name, each in SMALL["workloads"].items()}


def test_without_demand_nothing_is_claimed_of_it() -> None:
    """No share of a demand that is not there, no chart of commitments, no halls that are filled."""
    sheets = _sheets(dossier_of(_changed(workloads=_workloads(demand_pflops=0))))
    said = _said(sheets)
    assert sheets["Compute"].message.startswith("There is no demand in any period of the plan: 2 workloads")
    assert "There is no demand in 2028-Q3" in said
    assert "Newly committed: most" not in said
    assert "fills" not in sheets["Summary"].message
    assert sheets["Sites"].message.startswith("The plan begins no new halls: 1.00 MW that exist or are committed")


def test_a_total_of_no_rows_is_no_formula() -> None:
    """No chip is installed at the end: the total of that table is 0, not a sum that would hold its own cell."""
    book = openpyxl.load_workbook(io.BytesIO(report_bytes(dossier_of(_changed(workloads=_workloads(demand_pflops=0))))))
    sums = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    ranges = [re.fullmatch(r"=SUM\([A-Z]+(\d+):[A-Z]+(\d+)\)", text) for text in sums]
    assert all(int(found[1]) <= int(found[2]) for found in ranges if found)


def test_one_of_a_kind_is_told_as_one() -> None:
    """One workload and one site have no plural, and one period is no span."""
    one = _changed(
        settings=SMALL["settings"] | {"periods": 1, "frequency": "year"},
        sites={"T": SMALL["sites"]["T"]},
        workloads={"infer": SMALL["workloads"]["infer"]},
    )
    sheets = _sheets(dossier_of(one))
    said = _said(sheets) + "".join(sheet.title for sheet in sheets.values())
    for wrong in ("1 workloads", "1 sites", "1 periods", "workload(s)", "2026-10 to", "2026 to 2026"):
        assert wrong not in said


def test_sources_are_not_promised_where_there_are_none() -> None:
    """Summary points to Assumptions only where that sheet stands."""
    sheets = _sheets(dossier_of(_changed(assumptions=[])))
    assert "Assumptions" not in sheets
    assert "stands first on Assumptions" not in _said({"Summary": sheets["Summary"]})
    assert "The case names no sources." in _said({"Summary": sheets["Summary"]})


def test_without_prices_nothing_is_said_to_bind_or_not(dossier: Dossier) -> None:
    """Whole phases from a solver that gives no prices: what binds is unknown, not nothing."""
    tables = dossier.solution.tables
    none = {name: tables[name].iloc[:0] for name in ("prices", "verified")}
    sheets = _sheets(replace(dossier, solution=replace(dossier.solution, linear=False, tables={**tables, **none})))
    said = _said(sheets)
    assert "Prices" not in sheets
    assert "nothing binds" not in said
    assert "nothing but demand binds" not in said
    assert "What binds is not known" in said
    assert "china_us_binds" not in {table.id for table in tables_of(sheets["China vs US"].blocks)}


def test_prices_that_were_not_tried_are_not_said_to_be(dossier: Dossier) -> None:
    """Where nothing was solved again, Prices does not speak of it; tables without a row are left out."""
    tables = dossier.solution.tables
    untried = replace(dossier.solution, tables={**tables, "verified": tables["verified"].iloc[:0]})
    prices = _sheets(replace(dossier, solution=untried))["Prices"]
    assert "found again" not in "".join(_texts(prices.blocks))
    free = _sheets(with_table(dossier, "prices", price_usd=0.0, weight_musd=0.0))["Prices"]
    assert all(table.rows for table in tables_of(free.blocks) if isinstance(table, Table))


def test_scenarios_that_cost_the_same_are_not_set_apart() -> None:
    """Two outcomes without a difference: no costliest one, and no amounts of the solver's rounding."""
    same = {"coin": {"date": "2027-04-01", "outcomes": {"a": {"probability": 0.5}, "b": {"probability": 0.5}}}}
    said = _said(_sheets(dossier_of(_changed(uncertainty=same))))
    assert "Each of the 2 scenarios costs" in said
    assert "no scenario is more expensive than another" in said
    assert "the most expensive scenario" not in said


def test_sunk_chips_are_told_where_countries_are_compared(dossier: Dossier) -> None:
    """500 chips stand at T at the start, and what they cost is in no figure of the page."""
    page = _sheets(dossier)["China vs US"]
    assert any(text.startswith("500 chips were there at the start") for text in _texts(page.blocks))


def test_an_alert_names_a_limit_once(dossier: Dossier) -> None:
    """Two prices of one limit that differ by side are one name in the alert."""
    uneven = with_table(dossier, "verified", where="Fort Worth", more_usd=0.0, less_usd=5.0)
    told = [text for text in alerts(View(uneven)) if text.startswith("The price of")]
    assert told == [
        "The price of Fort Worth differs between one step more and one less; it holds for small changes only."
    ]
