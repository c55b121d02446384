"""Numbers, dates and lists as people type them, in YAML and in workbooks: read, or told in the field's own unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from planner.app.case_files import check, convert
from planner.files import read_with_origins
from planner.quantity import advice
from planner.time_profile import Step
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
    case, _ = read_with_origins(write("case.yaml", text))
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
    case, _ = read_with_origins(tmp_path / "book.xlsx")
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


def test_yuan_are_told_at_the_case_s_own_rate(write: Writer) -> None:
    """0.38 x 1000 / 7.6 = 50 USD per MWh."""
    typed = SMALL.replace("{base: 50, growth_per_year: 0.1}", "0.38 元/kWh")
    typed = typed.replace("  periods: 8", "  periods: 8\n  display_currency: {code: CNY, per_usd: 7.6}")
    (tariff,) = refused(write("case.yaml", typed))
    assert tariff.endswith("50 USD per MWh at 7.6 CNY per USD: type 50")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("max_it_mw: 120\n    max_it_mw: 130", "typed twice, first at case.yaml:15"),
        ("max_it_mw: .inf", "found inf; allowed: a finite number"),
        ("max_it_mw: .nan", "found nan; allowed: a finite number"),
        ("max_it_mw: 12:30", "found '12:30'; allowed: a number"),
        ('max_it_mw: "120"', "type 120"),
        ("max_it_mw： 120", "line 15 has the full-width colon ： where : and a space belong"),
        ("max_it_mw：120", "line 15 has the full-width colon ： where : and a space belong"),
        ("max_it_mw: 120\n    earliest_start: 15/1/2027", "type a date as year-month-day"),
        ("max_it_mw: 120\n\tpue: 1.2", "indent with spaces, not with tabs"),
    ],
)
def test_a_slip_of_the_keyboard_ends_in_one_message(write: Writer, typed: str, told: str) -> None:
    (problem,) = refused(write("case.yaml", SMALL.replace("max_it_mw: 120", typed)))
    assert told in problem


def test_a_merge_key_is_told_at_its_line(write: Writer) -> None:
    text = SMALL.replace("max_it_mw: 120", "<<: {load_factor: 1}\n    max_it_mw: 120")
    (problem,) = refused(write("case.yaml", text))
    assert problem.startswith("case.yaml:15 sites.Abilene.<<: merge keys are not read")


@pytest.mark.parametrize("typed", ["0120", "120.", "+120", "1.2e2", "１２０", "&mw 120"])
def test_plain_digits_are_120(write: Writer, typed: str) -> None:
    case, _ = read_with_origins(write("case.yaml", SMALL.replace("max_it_mw: 120", f"max_it_mw: {typed}")))
    assert case.sites["Abilene"].max_it_mw == 120


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + SMALL.encode(), SMALL.replace("\n", "\r\n").encode()])
def test_a_mark_of_order_and_line_ends_of_windows_change_nothing(write: Writer, content: bytes) -> None:
    assert read_with_origins(write("case.yaml", content))[0].sites["Abilene"].max_it_mw == 120


def column(values: list[Any]) -> dict[str, Any]:
    """A case with a site a value."""
    sites = {f"S{n}": {"region": "G", "max_it_mw": value} for n, value in enumerate(values)}
    chip = {"peak_pflops": {"bf16": 1.0}, "it_kw": 1.0, "markets": {"US": {"price_usd": 1.0}}}
    return {
        "settings": {"name": "x", "start": "2027-01-01", "periods": 4},
        "markets": {"US": {}},
        "regions": {"G": {"market": "US"}},
        "sites": sites,
        "chips": {"A": chip},
        "workloads": {"w": {"demand_pflops": 10.0, "precision": "bf16"}},
    }


@pytest.mark.parametrize(
    ("typed", "told"),
    [("{n} MW", "type the number alone: 1"), ("-{n}", "0 or more"), ("￥{n}", "which is not in MW")],
)
@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_a_bad_column_is_one_line(tmp_path: Path, typed: str, told: str, ending: str) -> None:
    """96 sites, each wrong in its own way of one kind: one line with the first places, 96 problems in `--json`."""
    texts = [typed.format(n=n + 1) for n in range(96)]
    values = [float(each) if each.startswith("-") else each for each in texts]
    file = tmp_path / f"case.{ending}"
    if ending == "yaml":
        file.write_text(yaml.safe_dump(column(values), sort_keys=False, allow_unicode=True), "utf-8")
    else:
        whole = tmp_path / "whole.yaml"
        whole.write_text(yaml.safe_dump(column([1.0] * 96), sort_keys=False), "utf-8")
        convert(whole, file)
        book = load_workbook(file)
        sheet = book["Sites"]
        at = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "max_it_mw")
        rows = [row[0].row for row in sheet.iter_rows() if str(row[0].value)[1:].isdigit()]
        for row, value in zip(rows, values, strict=True):
            sheet.cell(row, at).value = value
        book.save(file)
    found = check(file)
    title, line = str(found.error).splitlines()
    assert title.endswith("1 problem")
    assert " and 95 more sites.S0.max_it_mw: " in line
    assert told in line
    assert line.endswith(", ...)")
    assert len(found.to_json()["problems"]) == 96


def test_a_year_s_day_with_slashes_reads_alike_in_a_workbook(write: Writer, tmp_path: Path) -> None:
    text = SMALL.replace("max_it_mw: 120", "max_it_mw: 120\n    earliest_start: 2027/1/15")
    convert(write("case.yaml", text), tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    sheet = book["Sites"]
    at = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "earliest_start")
    row = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Abilene")
    sheet.cell(row, at).value = "2027/1/15"
    book.save(tmp_path / "book.xlsx")
    for name in ("case.yaml", "book.xlsx"):
        assert read_with_origins(tmp_path / name)[0].sites["Abilene"].earliest_start == date(2027, 1, 15)
