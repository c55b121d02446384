"""A case workbook as planners fill it: what is read, and where every value was typed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planner.files import read_with_origins
from planner.files.excel.expected_sheets import all_sheets, sheets
from planner.files.excel.layout import folded
from planner.schema.assumptions import Assumption
from planner.time_profile import Change, Changed, Growth, Linear, Step

from ..conftest import refused
from .books import saved, small, with_cell

D2027, D2028 = date(2027, 1, 1), date(2028, 1, 1)


def test_the_same_case_as_in_yaml(tmp_path: Path, small_yaml: str) -> None:
    (tmp_path / "2026.yaml").write_text(small_yaml)
    asked, _ = read_with_origins(tmp_path / "2026.yaml")
    case, origins = read_with_origins(saved(tmp_path, small()))
    assert case == asked
    assert origins.files == ("2026.xlsx",)


def test_every_value_knows_its_cell(tmp_path: Path) -> None:
    _, origins = read_with_origins(saved(tmp_path, small()))
    assert origins.place(("sites", "Reno", "max_it_mw")) == "Sites!C3"
    assert origins.place(("sites", "Reno", "grid_connection_months")) == "default"
    assert origins.place(("settings", "name")) == "Settings!B2"
    assert origins.place(("regions", "ERCOT", "headroom_mw", "step", "2028-01-01")) == "Series!I2"
    assert origins.place(("chips", "910", "peak_pflops", "bf16")) == "Chips peak pflops!C3"
    assert origins.place(("policy", "bans", "ban", "chips", "0")) == "Policy bans!B2"
    assert origins.nearest(("sites", "Reno", "nothing")) == "Sites!A3"


def test_every_sheet_has_a_name_that_excel_takes_and_headers_of_its_own() -> None:
    names = [each.name for each in all_sheets()]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    for each in sheets():
        headers = [folded(column.header) for column in each.all_columns]
        assert len(set(headers)) == len(headers), each.name
    assert names[0] == "Settings"
    assert {"Sites build options", "Onsite sources supply", "Uncertainty changes", "Goals delay weights"} <= {*names}


def test_writing_does_not_matter(tmp_path: Path) -> None:
    rows = small()
    rows[" sites "] = rows.pop("Sites")
    rows["CHIPS_PEAK.pflops"] = rows.pop("Chips peak pflops")
    rows[" sites "][0][:4] = ["Site", " Region", "MAX IT\u00a0MW ", "Pue"]
    rows[" sites "][1][0] = "\u00a0Abilene "
    rows[" sites "][1][6] = " YES"
    rows["Settings"] += [["Frequency", "Quarter "], ["display currency.code", "CNY"], ["display_currency.per_usd", 7]]
    rows["Settings"][3][1] = 8.0
    rows["Chips"][2][0] = 910.0
    case, _ = read_with_origins(saved(tmp_path, rows))
    assert case.sites["Abilene"].whole_phases is True
    assert case.settings.frequency == "quarter"
    assert case.settings.display_currency is not None
    assert case.settings.display_currency.per_usd == 7
    assert "910" in case.chips


def test_rows_above_the_header_units_meanings_and_empty_rows(tmp_path: Path) -> None:
    rows = small()
    sites = next(each for each in sheets() if each.name == "Sites")
    columns = [sites.column(header) for header in rows["Sites"][0]]
    units = [column.unit or None for column in columns if column]
    meanings = [f"{column.meaning} Allowed: {column.allowed}." for column in columns if column]
    header, *data = rows["Sites"]
    rows["Sites"] = [["Sites: places"], [], ["mine"], header, units, meanings, data[0], [], ["  "], data[1], [None] * 3]

    def edit(book: Any) -> None:
        book["Sites"].cell(1_048_576, 3).number_format = "0.00"
        book["Sites"].merge_cells("A1:H1")
        book["Sites"].row_dimensions[9].hidden = True
        book.create_sheet("Notes to self")

    case, origins = read_with_origins(saved(tmp_path, rows, edit))
    assert list(case.sites) == ["Abilene", "Reno"]
    assert origins.place(("sites", "Reno", "pue")) == "Sites!D10"


def test_every_kind_of_profile(tmp_path: Path) -> None:
    rows = small()
    rows["Workloads"][1][1] = "{base: 100, growth_per_year: 0.05}"
    rows["Sites"][1][4] = 0.5
    series = rows["Series"]
    series += [
        ["sites", "Abilene", "load_factor", "scale", None, None, None, None, 0.5],
        ["sites", "Abilene", "load_factor", "set", None, None, None, 0.7, 0.6],
        ["chips", "H200", "markets.US.lead_months", "linear", None, None, None, 6, 12],
    ]
    rows["Chips markets"][1][3] = None
    rows["Series by date"] = [
        ["table", "row", "field", "form", "date", "value"],
        ["Sites", "Reno", "load_factor", "step", "2028-01", 0.7],
        ["sites", "Reno", "load_factor", "step", D2027, 0.6],
        ["sites", "Abilene", "load_factor", "set", D2028, 0.4],
        ["regions", "ERCOT", "tariff usd per mwh", "add", D2028, 5],
    ]
    rows["Sites"][2][4] = None
    case, origins = read_with_origins(saved(tmp_path, rows))
    assert case.workloads["training"].demand_pflops == Growth(base=100, growth_per_year=0.05)
    assert case.chips["H200"].markets["US"].lead_months == Linear(linear={D2027: 6, D2028: 12})
    assert case.sites["Reno"].load_factor == Step(step={D2027: 0.6, D2028: 0.7})
    assert case.sites["Abilene"].load_factor == Changed(
        profile=0.5,
        changes=[
            Change(since=D2028, scale=0.5),
            Change(since=D2027, set=0.7),
            Change(since=D2028, set=0.6),
            Change(since=D2028, set=0.4),
        ],
    )
    assert case.regions["ERCOT"].tariff_usd_per_mwh == Changed(
        profile=Growth(base=50, growth_per_year=0.1), changes=[Change(since=D2028, add=5)]
    )
    assert origins.place(("sites", "Reno", "load_factor", "step", "2027-01-01")) == "Series by date!F3"


def test_where_rows_come_from(tmp_path: Path) -> None:
    rows = small()
    rows["Sites"][0] += ["Source", "As of", "Confidence"]
    rows["Sites"][2] += ["county record", 2025, "Low"]
    rows["Workloads chips"][0] += ["Note"]
    rows["Workloads chips"][1] += ["a guess"]
    case, origins = read_with_origins(saved(tmp_path, rows))
    assert case.assumptions[2:] == [
        Assumption(path="sites.Reno", source="county record", as_of="2025", confidence="low"),
        Assumption(path="workloads.training.chips.H200", note="a guess"),
    ]
    assert origins.place(("assumptions", "2", "source")) == "Sites!I3"


def test_lists_texts_and_shocks(tmp_path: Path) -> None:
    rows = small()
    rows["Chips"].append(["a, b", 1, None])
    rows["Chips peak pflops"].append(["a, b", "bf16", 1])
    rows["Policy bans"][1][1] = 'H200 , "a, b"'
    rows["Policy bans"].append(["one", 910, "US", True])
    rows["Workloads"][0] += ["regions", "note"]
    rows["Workloads"][1] += ["{}", '" x"']
    rows["Shocks changes"] = [
        ["shock", "table", "rows", "field", "set"],
        ["a", "sites", "*", "load_factor", "{step: {2027-01: 0.1}}"],
        ["a", "policy.bans", "ban, one", "enabled", True],
        ["b", "policy.bans", None, "since", D2028],
        ["b", "sites", None, "note", '"{x}"'],
        ["b", "sites", None, "max_it_mw", 300],
    ]
    case, _ = read_with_origins(saved(tmp_path, rows))
    assert case.policy.bans["ban"].chips == ["H200", "a, b"]
    assert case.policy.bans["one"].chips == ["910"]
    assert case.workloads["training"].regions == {}
    assert case.workloads["training"].note == " x"
    assert [each.set for each in case.shocks["a"].changes] == [{"step": {"2027-01": 0.1}}, True]
    assert [each.set for each in case.shocks["b"].changes] == ["2028-01-01", "{x}", 300]
    assert case.shocks["a"].changes[1].rows == ["ban", "one"]


def test_a_workbook_that_extends_another_case(tmp_path: Path, small_yaml: str) -> None:
    (tmp_path / "base.yaml").write_text(small_yaml)
    rows = {
        "Settings": [["field", "value"], ["extends", "base.yaml"], ["periods", 4]],
        "Sites build options": [["site", "name", "build_months"], ["Abilene", "fast", 9]],
        "Series by date": [
            ["table", "row", "field", "form", "date", "value"],
            ["chips", "H200", "markets.US.price_usd", "step", D2027, 25000],
        ],
        "Remove": [["table", "row"], ["Chips", 910], ["workloads.training.chips", "910"], ["policy.bans", "ban"]],
    }
    case, origins = read_with_origins(saved(tmp_path, rows, name="variant.xlsx"))
    assert case.settings.periods == 4
    assert case.sites["Abilene"].build_options["fast"].build_months == 9
    assert list(case.chips) == ["H200"]
    assert case.chips["H200"].markets["US"].price_usd == Step(step={D2027: 25000})
    assert origins.files == ("base.yaml", "variant.xlsx")
    assert origins.place(("sites", "Abilene", "build_options", "fast", "build_months")) == "Sites build options!C2"
    assert origins.place(("sites", "Abilene", "region")).startswith("base.yaml:")


@pytest.mark.parametrize("listed", ["tables/2026.xlsx", "[tables/2026.xlsx]"])
def test_a_yaml_case_that_takes_its_tables_from_a_workbook(tmp_path: Path, listed: str) -> None:
    (tmp_path / "tables").mkdir()
    rows = small()
    del rows["Settings"]
    saved(tmp_path / "tables", rows)
    file = tmp_path / "case.yaml"
    file.write_text(
        f"tables: {listed}\nsettings: {{name: From tables, start: 2027-01-01, periods: 8}}\n"
        "sites: {Abilene: {max_it_mw: 200}}\n"
    )
    case, origins = read_with_origins(file)
    assert case.sites["Abilene"].max_it_mw == 200
    assert case.sites["Abilene"].pue == 1.2
    assert origins.place(("sites", "Abilene", "max_it_mw")) == "case.yaml:3"
    assert origins.place(("sites", "Abilene", "pue")) == "tables/2026.xlsx Sites!D2"
    assert origins.files == ("case.yaml", "tables/2026.xlsx")


def test_problems_in_tables_say_which_workbook(tmp_path: Path) -> None:
    saved(tmp_path, {"Sites": [["name", "pue"], ["Abilen", 0.5]], "Settings": [["field", "value"], ["extends", "x"]]})
    (tmp_path / "case.yaml").write_text("tables: 2026.xlsx\nsettings: {name: x, start: 2027-01-01, periods: 1}\n")
    problems = refused(tmp_path / "case.yaml")
    assert "2026.xlsx Settings!B2 extends: does not go with a workbook of tables; type extends in case.yaml" in problems
    assert "2026.xlsx Sites!B2 sites.Abilen.pue: found 0.5; allowed: 1 or more" in problems
    (tmp_path / "case.yaml").write_text("tables: other.yaml\n")
    (tmp_path / "other.yaml").write_text("chips: {}\n")
    (problem,) = refused(tmp_path / "case.yaml")
    assert problem.endswith("tables: found 'other.yaml'; tables are taken from a workbook (.xlsx)")


def test_shocks_included_from_a_workbook(tmp_path: Path, small_yaml: str) -> None:
    rows = {
        "Shocks changes": [["shock", "table", "field", "scale"], ["dear", "chips", "markets.US.price_usd", 2]],
        "Sites": [["name", "region"]],
    }
    saved(tmp_path, rows, name="shocks.xlsx")
    (tmp_path / "case.yaml").write_text(f"includes: [shocks.xlsx]\n{small_yaml}")
    case, origins = read_with_origins(tmp_path / "case.yaml", overlays=["dear"])
    assert case.chips["H200"].markets["US"].price_usd == 60000
    assert origins.place(("chips", "H200", "markets", "US", "price_usd")).endswith(", shocks.xlsx Shocks changes!B2")


def test_formulas_are_read_by_their_results(tmp_path: Path) -> None:
    """openpyxl stores no result, so one is put in as Excel would."""
    file = saved(tmp_path, small(), with_cell("Sites", "C2", "=60*2"))
    _stored(file, "<f>60*2</f><v></v>", "<f>60*2</f><v>130</v>")
    case, _ = read_with_origins(file)
    assert case.sites["Abilene"].max_it_mw == 130


def test_a_formula_that_gives_no_text_is_blank(tmp_path: Path) -> None:
    file = saved(tmp_path, small(), with_cell("Sites", "H2", '=""'))
    _stored(file, 'r="H2"><f>""</f><v></v>', 'r="H2" t="str"><f>""</f><v></v>')
    case, _ = read_with_origins(file)
    assert case.sites["Abilene"].note is None


def _stored(file: Path, old: str, new: str) -> None:
    """Replace text in the sheets of a workbook, which then counts as calculated."""
    import zipfile

    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    assert any(old.replace("<v></v>", "<v />") in text or old in text for text in parts.values())
    with zipfile.ZipFile(file, "w") as package:
        for name, text in parts.items():
            text = text.replace(old, new).replace(old.replace("<v></v>", "<v />"), new)
            package.writestr(name, text.replace('fullCalcOnLoad="1"', 'fullCalcOnLoad="0"'))
