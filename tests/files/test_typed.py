"""Numbers, dates and lists as people type them, in YAML and in workbooks: read, or told in the field's own unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from planner.cases import convert
from planner.files import read_case
from planner.profile import Step
from planner.quantity import advice
from tests.files.conftest import SMALL, Writer, refused


def test_text_with_one_reading_is_its_value(write: Writer) -> None:
    """Full width, Chinese dates and commas, and the sign of the field's own currency."""
    text = (
        SMALL.replace("max_it_mw: 120", "max_it_mw: １２０\n    earliest_start: 2027年4月15日")
        .replace("price_usd: 30000", "price_usd: $30000")
        .replace("2028-01: 150", "2028年1月: １５０")
        .replace("chips: [H200]", "chips: [H200、910]")
        .replace("enabled: false", "enabled: 否")
    )
    case, _ = read_case(write("case.yaml", text))
    assert case.sites["Abilene"].max_it_mw == 120
    assert case.sites["Abilene"].earliest_start == date(2027, 4, 15)
    assert case.chips["H200"].markets["US"].price_usd == 30_000
    assert case.regions["ERCOT"].headroom_mw == Step(step={date(2027, 1, 1): 100, date(2028, 1, 1): 150})
    assert case.policy.bans["ban"].chips == ["H200", "910"]
    assert case.policy.bans["ban"].enabled is False


def test_a_workbook_reads_them_alike(write: Writer, tmp_path: Path) -> None:
    convert(write("case.yaml", SMALL), tmp_path / "book.xlsx", force=True, allow_outside=False)
    book = load_workbook(tmp_path / "book.xlsx")
    for sheet, header, typed in (("Sites", "max_it_mw", "１２０"), ("Policy bans", "chips", "H200、910")):
        rows = list(book[sheet].iter_rows())
        head = next(row for row in rows if any(cell.value == header for cell in row))
        column = next(cell.column for cell in head if cell.value == header)
        named = next(row for row in rows if row[0].value in ("Abilene", "ban"))
        book[sheet].cell(named[0].row, column).value = typed
    book.save(tmp_path / "book.xlsx")
    case, _ = read_case(tmp_path / "book.xlsx")
    assert case.sites["Abilene"].max_it_mw == 120
    assert case.policy.bans["ban"].chips == ["H200", "910"]


def test_points_of_one_day_in_two_scripts_are_typed_twice(write: Writer) -> None:
    (problem,) = refused(write("case.yaml", SMALL.replace("2028-01: 150", "2027年1月: 150")))
    assert "typed twice" in problem


@pytest.mark.parametrize(
    ("typed", "unit", "told"),
    [
        ("0.38 元/kWh", "USD per MWh", "at 7 CNY per USD that would be 54.2857 USD per MWh"),
        ("￥380/MWh", "USD per MWh", "at 7 CNY per USD that would be 54.2857 USD per MWh"),
        ("300亿元", "million USD", "at 7 CNY per USD that would be 4285.71 million USD"),
        ("3万", "chips", "30000 chips: type 30000"),
        ("３ 万", "chips", "30000 chips: type 30000"),
        ("12~18", "months", "two numbers, 12 and 18"),
        ("12-18 months", "months", ""),
        ("120 MW", "MW", "type the number alone: 120"),
        ("0.12 GW", "MW", "120 MW: type 120"),
        ("12万千瓦", "MW", "120 MW: type 120"),
        ("1.2 B USD", "million USD", "1200 million USD: type 1200"),
        ("5 k", "chips", "5000 chips: type 5000"),
        ("2500 TFLOPS", "PFLOP/s", "2.5 PFLOP/s: type 2.5"),
        ("700 W", "kW", "0.7 kW: type 0.7"),
        ("18个月", "months", "type the number alone: 18"),
        ("2 years", "months", "24 months: type 24"),
        ("1,200", "MW", "type 1200"),
        ("1,20", "MW", "type 1.2"),
        ("1 200", "MW", "type 1200"),
        ("1'200", "MW", "type 1200"),
        ("1,234", "MW", "the comma or point is unclear: type 1234 or 1.234"),
        ("85 %", "fraction", "type 0.85"),
        ("120 parsecs", "MW", "which MW is meant?"),
        ("120 kWh", "MW", "which is not in MW"),
    ],
)
def test_what_is_told_of_a_unit(typed: str, unit: str, told: str) -> None:
    """0.38 x 1000 / 7 = 54.2857; 300e8 / 7 / 1e6 = 4285.71; 12 x 10,000 kW = 120 MW."""
    assert advice(typed, unit).startswith(told)
    assert told or not advice(typed, unit)


def test_a_case_tells_the_figure_in_the_field_s_own_unit(write: Writer) -> None:
    typed = SMALL.replace("{base: 50, growth_per_year: 0.1}", "0.38 元/kWh").replace("it_kw: 1.4", "it_kw: 1400 W")
    tariff, power = refused(write("case.yaml", typed))
    assert "54.2857 USD per MWh" in tariff
    assert power.endswith("1.4 kW: type 1.4")
