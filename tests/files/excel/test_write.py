"""A case as a workbook: every sheet of the layout, what Excel refuses, and nothing that changes on the way."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from planner.errors import PlannerError
from planner.files import read_with_origins
from planner.files.excel import case_rows as excel_rows
from planner.files.excel.case_rows import content_of
from planner.files.excel.cell_kinds import YES_OR_NO
from planner.files.excel.cell_text import as_text, listed
from planner.files.excel.data_validation import LAST_ROW
from planner.files.excel.expected_sheets import all_sheets, sheets
from planner.files.excel.extra_sheets import LISTS, README
from planner.files.excel.layout import (
    EMPTY,
    FIRST_ROW,
    HEADER_ROW,
    MEANING_ROW,
    TITLE_ROW,
)
from planner.files.excel.template import write_template
from planner.files.excel.write import explained, workbook_bytes, write_workbook
from planner.schema import Case, parse_case
from planner.schema.kinds import ANYTHING, GRID, NAME, NAMES, TEXT

INPUTS = Path(__file__).parents[3] / "inputs"
LAYOUTS = all_sheets()


@cache
def real() -> Case:
    """The 2026 case."""
    return read_with_origins(INPUTS / "2026.yaml")[0]


def opened(case: Case | None) -> Any:
    """The workbook of a case as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(case)))


@cache
def real_book() -> Any:
    """The 2026 case as a workbook."""
    return opened(real())


def rules(sheet: Any) -> list[DataValidation]:
    """What a sheet refuses."""
    return list(sheet.data_validations.dataValidation)


def rule_of(sheet: Any, address: str) -> DataValidation:
    """The rule of one cell."""
    (found,) = [rule for rule in rules(sheet) if address in rule.sqref]
    return found


def small(**changes: Any) -> Case:
    """A case of a few rows with changes."""
    data: dict[str, Any] = {
        "settings": {"name": "Small", "start": "2027-01-01", "frequency": "year", "periods": 1},
        "markets": {"Home": {}},
        "regions": {"Grid": {"market": "Home"}},
        "sites": {"North": {"region": "Grid", "max_it_mw": 100}},
        "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1}},
        "workloads": {"Work": {"demand_pflops": 1, "precision": "any"}},
    }
    return parse_case(data | changes)


def test_a_sheet_for_each_table_settings_first() -> None:
    expected = [*(layout.name for layout in LAYOUTS), README, LISTS]
    assert real_book().sheetnames == expected
    assert opened(None).sheetnames == expected
    assert expected[0] == "Settings"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout.name))
def test_title_header_unit_and_meaning_in_words(layout: Any) -> None:
    sheet = real_book()[layout.name]
    assert sheet.cell(TITLE_ROW, 1).value == f"{layout.name}: {layout.meaning}"
    for at, column in enumerate(layout.all_columns, 1):
        down = layout.form == "vertical"
        header, unit, meaning = (
            (sheet.cell(HEADER_ROW + at, where) for where in (1, 3, 4))
            if down
            else (sheet.cell(where, at) for where in (HEADER_ROW, HEADER_ROW + 1, MEANING_ROW))
        )
        assert header.value == column.header
        assert (unit.value or "") == column.unit
        assert meaning.value == explained(column, layout)
        assert "Allowed: " in meaning.value
    assert sheet.freeze_panes is not None
    assert sheet.max_column >= len(layout.all_columns) or layout.form == "vertical"


def test_meanings_say_what_a_blank_cell_is() -> None:
    book = real_book()
    meanings = {cell.value: book["Sites"].cell(MEANING_ROW, cell.column).value for cell in book["Sites"][HEADER_ROW]}
    assert meanings["pue"] == "Facility power over IT power. Allowed: a number, 1 to 5. Left blank: 1."
    assert meanings["max_it_mw"].endswith("Allowed: a number, 0 or more. Must be filled.")
    assert meanings["name"].endswith("Must be filled: it names the row.")


def test_values_stand_in_their_cells() -> None:
    book = real_book()
    sites = book["Sites"]
    headers = [cell.value for cell in sites[HEADER_ROW]]
    abilene = next(row for row in sites.iter_rows(min_row=FIRST_ROW, values_only=True) if row[0] == "Abilene")
    assert abilene[headers.index("region")] == "ERCOT"
    assert abilene[headers.index("max_it_mw")] == 420
    assert abilene[headers.index("grid_connected_from")] == datetime(2028, 7, 1)
    assert abilene[headers.index("opening_musd")] is None
    settings = {row[0]: row[1] for row in book["Settings"].iter_rows(min_row=3, values_only=True)}
    assert settings["start"] == datetime(2026, 10, 1)
    assert settings["grid"] == "15 months, 8 quarters, 4 years"
    assert settings["display_currency.code"] == "CNY"
    assert settings["report_until"] == datetime(2032, 1, 1)


def test_profiles_stand_on_series() -> None:
    sheet = real_book()["Series"]
    headers = [cell.value for cell in sheet[HEADER_ROW]]
    rows = {row[:3]: dict(zip(headers, row, strict=True)) for row in sheet.iter_rows(FIRST_ROW, values_only=True)}
    generation = rows["markets", "CN", "generation_twh_per_year"]
    assert (generation["form"], generation["base"], generation["growth_per_year"]) == ("growth", 10590, 0.05)
    assert generation["base_date"] == datetime(2025, 7, 1)
    headroom = rows["regions", "ERCOT", "headroom_mw"]
    assert headroom["form"] == "linear"
    assert headroom[datetime(2028, 1, 1)] == 280
    assert ("chips", "H200", "markets.CN.price_usd") in rows
    assert ("workloads", "training US", "shortfall.usd_per_pflops_year") in rows


def test_many_dates_stand_one_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_rows, "MOST_DATES", 0)
    content = content_of(real())
    assert content.dates == ()
    assert {row[3] for row in content.rows["Series"]} == {"growth"}
    assert ("regions", "ERCOT", "headroom_mw", "linear", date(2028, 1, 1), 280.0) in content.rows["Series by date"]


def test_changes_stand_in_their_order() -> None:
    changes = [{"since": "2028-01-01", "scale": 0.5}, {"since": "2027-06-01", "add": 3}]
    case = small(markets={"Home": {"generation_twh_per_year": {"profile": 7, "changes": changes}}})
    content = content_of(case)
    assert content.rows["Markets"] == [("Home", 7.0, None, None, None)]
    half, more = content.rows["Series"]
    subject = ("markets", "Home", "generation_twh_per_year")
    assert half == (*subject, "scale", None, None, None, None, 0.5)
    assert more == (*subject, "add", None, None, None, 3.0, None)


def test_what_no_row_of_series_can_say_is_one_text() -> None:
    nothing_changes = {"profile": 7, "changes": []}
    dotted = {"markets": {"a.b": {}, "Home": {}}, "regions": {"Grid": {"market": "Home"}}}
    chip = {"peak_pflops": {"any": 1}, "it_kw": 1, "markets": {"a.b": {"price_usd": {"step": {"2027-01-01": 3}}}}}
    case = small(**dotted, chips={"Unit": chip}, sites={"North": {"region": "Grid", "max_it_mw": 1}})
    assert content_of(case).rows["Chips markets"][0][2] == "{step: {2027-01-01: 3}}"
    case = small(markets={"Home": {"ai_share": nothing_changes | {"profile": 1}}})
    assert content_of(case).rows["Markets"][0][2] == "{profile: 1, changes: []}"


def test_what_was_typed_is_written_be_it_the_default() -> None:
    case = small(markets={"Home": {"ai_share": 1.0}})
    assert content_of(case).rows["Markets"] == [("Home", None, 1.0, None, None)]


def test_dropdowns_refer_to_ranges_and_block() -> None:
    for case in (real(), None):
        for sheet in opened(case).worksheets:
            for rule in rules(sheet):
                assert rule.showErrorMessage
                assert rule.errorStyle in (None, "stop") or (case is None and "OFFSET" in rule.formula1)
                assert rule.error.startswith("Allowed: ")
                assert len(rule.error) <= 225
                assert len(rule.formula1) <= 255
                if rule.type == "list":
                    assert "!$" in rule.formula1
                    assert '"' not in rule.formula1.replace('<>""', "")


def test_choices_stand_on_lists() -> None:
    book = real_book()
    frequency = rule_of(book["Settings"], "B6")
    assert book["Settings"]["A6"].value == "frequency"
    name, cells = frequency.formula1.split("!")
    assert [cell.value for (cell,) in book[name][cells.replace("$", "")]] == ["month", "quarter", "year"]
    whole = rule_of(book["Settings"], "B13")
    assert book["Settings"]["A13"].value == "whole_phases"
    _, cells = whole.formula1.split("!")
    assert tuple(cell.value for (cell,) in book[LISTS][cells.replace("$", "")]) == YES_OR_NO


def test_every_column_with_a_choice_a_range_or_a_reference_has_its_rule() -> None:
    book = real_book()
    for layout in LAYOUTS:
        sheet = book[layout.name]
        for at, column in enumerate(layout.all_columns, 1):
            cell = sheet.cell(HEADER_ROW + at, 2) if layout.form == "vertical" else sheet.cell(FIRST_ROW, at)
            free = column.kind in (TEXT, GRID, NAMES, ANYTHING, EMPTY)
            if not free and not (column.kind is NAME and column.refers_to is None):
                rule = rule_of(sheet, cell.coordinate)
                if layout.form != "vertical":
                    assert f"{sheet.cell(LAST_ROW, at).coordinate}" in rule.sqref


def test_names_refer_to_the_name_column_of_their_sheet() -> None:
    sheet = real_book()["Sites committed"]
    assert rule_of(sheet, "A5").formula1.startswith("OFFSET('Sites'!$A$5,0,0,")
    outcome = rule_of(real_book()["Uncertainty changes"], "B5")
    assert outcome.formula1.startswith("OFFSET('Uncertainty outcomes'!$B$5,")


def test_ranges_of_numbers() -> None:
    sheet = real_book()["Sites"]
    headers = {cell.value: cell.column_letter for cell in sheet[HEADER_ROW]}
    pue = rule_of(sheet, f"{headers['pue']}5")
    assert (pue.type, pue.operator, pue.formula1, pue.formula2) == ("decimal", "between", "1", "5")
    at = f"{headers['load_factor']}5"
    assert rule_of(sheet, at).formula1 == f'OR(AND(ISNUMBER({at}),{at}>=0,{at}<=1),LEFT({at},1)="{{")'
    assert rule_of(sheet, f"{headers['earliest_start']}5").type == "date"
    settings = real_book()["Settings"]
    rate = next(row for row in range(3, 20) if settings.cell(row, 1).value == "discount_rate")
    assert rule_of(settings, f"B{rate}").formula1 == f"AND(ISNUMBER(B{rate}),B{rate}>-1,B{rate}<=1)"


def test_cells_to_type_into_are_filled_and_names_stay_text() -> None:
    sheet = opened(None)["Chips"]
    for column in range(1, 5):
        assert sheet.cell(FIRST_ROW, column).fill.fgColor.rgb.endswith("FFFBE8")
    assert sheet.cell(FIRST_ROW, 1).number_format == "@"
    assert opened(None)["Orders placed"].cell(FIRST_ROW, 5).number_format == "yyyy-mm-dd"


def test_every_sheet_prints_on_a4_with_its_titles_and_page_numbers() -> None:
    for sheet in real_book().worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert not sheet.print_title_cols
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.freeze_panes
        assert not sheet.merged_cells.ranges


def test_the_dictionary_has_every_column() -> None:
    rows = list(real_book()[README].iter_rows(values_only=True))
    for layout in LAYOUTS:
        for column in layout.all_columns:
            assert any(row[0] == layout.name and row[1] == column.header for row in rows), (layout.name, column.header)
    assert ("Sites", "pue", None, "Facility power over IT power.", "Left blank: 1", "a number, 1 to 5") in rows


def test_text_that_begins_with_an_equals_sign_stays_text() -> None:
    case = small(markets={"=1+1": {"note": "=HYPERLINK(1)"}}, regions={"Grid": {"market": "=1+1"}})
    sheet = opened(case)["Markets"]
    for cell, text in ((sheet["A5"], "=1+1"), (sheet["E5"], "=HYPERLINK(1)")):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("number", [0.1 + 0.2, 1e-30, 1.7976931348623e29, 123456789.123456789])
def test_numbers_come_back_to_the_last_digit(number: float) -> None:
    case = small(sites={"North": {"region": "Grid", "max_it_mw": number}})
    assert opened(case)["Sites"]["C5"].value == number


def test_dates_before_excel_began_are_text() -> None:
    sites = {"North": {"region": "Grid", "max_it_mw": 1, "earliest_start": "1899-12-31"}}
    assert "1899-12-31" in [cell.value for cell in opened(small(sites=sites))["Sites"][FIRST_ROW]]


def test_text_that_a_cell_would_change_stands_in_quotes() -> None:
    assert as_text("plain, with a comma") == "plain, with a comma"
    assert as_text("two\nlines") == "two\nlines"
    assert as_text(" x") == '" x"'
    assert as_text("a\x07") == '"a\\u0007"'
    assert listed(["a", "b, c", 'd"e']) == 'a, "b, c", "d\\"e"'


def test_a_text_longer_than_a_cell_is_refused() -> None:
    with pytest.raises(PlannerError, match="Settings!B19 would hold a text of 40000 characters"):
        workbook_bytes(small(settings={"name": "S", "start": "2027-01-01", "periods": 1, "note": "x" * 40_000}))


def test_the_same_case_is_the_same_bytes() -> None:
    first = workbook_bytes(real())
    assert first == workbook_bytes(read_with_origins(INPUTS / "2026.yaml")[0])
    assert workbook_bytes(None) == workbook_bytes(None)
    assert not re.search(rb"NaN|#N/A", first)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "case.xlsx"
    write_workbook(small(), file)
    before = file.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_workbook(real(), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_template_is_empty_or_a_case(tmp_path: Path) -> None:
    write_template(tmp_path / "empty.xlsx")
    write_template(tmp_path / "small.xlsx", small())
    assert (tmp_path / "empty.xlsx").read_bytes() == workbook_bytes(None)
    assert (tmp_path / "small.xlsx").read_bytes() == workbook_bytes(small())
    empty = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    for layout in sheets():
        if layout.form != "vertical":
            rows = empty[layout.name].iter_rows(min_row=FIRST_ROW, values_only=True)
            assert all(cell is None for row in rows for cell in row)
