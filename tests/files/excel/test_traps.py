"""What a planner may type into a workbook that is not what was meant: refused, with its cell and what to type."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from planner.files import read_with_origins

from ..conftest import refused
from .books import SMALL, saved, small, with_cell

NO_RESULT = "without a stored result; open the workbook in Excel, let it calculate and save it, or type the value"
CELLS: list[tuple[str, str, Any, str]] = [
    ("Sites", "C2", "=60*2", f"Sites!C2 sites.Abilene.max_it_mw: found the formula =60*2 {NO_RESULT}"),
    (
        "Sites",
        "C2",
        "#N/A",
        "Sites!C2 sites.Abilene.max_it_mw: found #N/A, the error of a formula; correct it, or clear the cell",
    ),
    (
        "Sites",
        "A3",
        "#REF!",
        "Sites!A3 sites.name: found #REF!, the error of a formula; correct it, or clear the cell",
    ),
    (
        "Sites",
        "C2",
        "1,200",
        "Sites!C2 sites.Abilene.max_it_mw: found the text '1,200'; allowed: a number; type 1200",
    ),
    (
        "Sites",
        "C2",
        "1.200,5",
        "Sites!C2 sites.Abilene.max_it_mw: found the text '1.200,5'; allowed: a number; type 1200.5",
    ),
    (
        "Sites",
        "C2",
        "120 MW",
        "Sites!C2 sites.Abilene.max_it_mw: found the text '120 MW'; allowed: a number; type the number alone: 120",
    ),
    (
        "Sites",
        "C2",
        "120",
        "Sites!C2 sites.Abilene.max_it_mw: found the text '120', which is no number to Excel; "
        "type 120 again with the cell formatted as a number",
    ),
    ("Sites", "C2", "plenty", "Sites!C2 sites.Abilene.max_it_mw: found the text 'plenty'; allowed: a number"),
    ("Sites", "C2", True, "Sites!C2 sites.Abilene.max_it_mw: found TRUE; allowed: a number"),
    (
        "Sites",
        "C2",
        date(2027, 4, 1),
        "Sites!C2 sites.Abilene.max_it_mw: found the date 2027-04-01; allowed: a number; "
        "format the cell as a number and type it again",
    ),
    ("Sites", "C2", -5, "Sites!C2 sites.Abilene.max_it_mw: found -5; allowed: 0 or more"),
    (
        "Sites",
        "E2",
        85,
        "Sites!E2 sites.Abilene.load_factor: found 85; allowed: 0 to 1, so 85 % is typed 0.85",
    ),
    ("Sites", "E2", "85%", "Sites!E2 sites.Abilene.load_factor: found the text '85%'; allowed: a number; type 0.85"),
    (
        "Sites",
        "F2",
        "01/02/2027",
        "Sites!F2 sites.Abilene.earliest_start: found the text '01/02/2027', whose order is unclear; "
        "type 2027-02-01 or 2027-01-02",
    ),
    (
        "Sites",
        "F2",
        "25.12.2027",
        "Sites!F2 sites.Abilene.earliest_start: found the text '25.12.2027', which is no date to Excel; "
        "type 2027-12-25",
    ),
    (
        "Sites",
        "F2",
        "next spring",
        "Sites!F2 sites.Abilene.earliest_start: found the text 'next spring'; allowed: a date, such as 2027-04-01",
    ),
    (
        "Sites",
        "F2",
        46478,
        "Sites!F2 sites.Abilene.earliest_start: found the number 46478, which would be the date 2027-04-01; "
        "format the cell as a date, or type 2027-04-01",
    ),
    (
        "Sites",
        "F2",
        2027,
        "Sites!F2 sites.Abilene.earliest_start: found 2027; allowed: a date; for the year 2027 type 2027-01-01",
    ),
    (
        "Sites",
        "F2",
        20270401,
        "Sites!F2 sites.Abilene.earliest_start: found the number 20270401; allowed: a date; type 2027-04-01",
    ),
    (
        "Sites",
        "F2",
        datetime(2027, 4, 1, 6, 30),
        "Sites!F2 sites.Abilene.earliest_start: found 2027-04-01 06:30; allowed: a date without a time of day",
    ),
    (
        "Sites",
        "F2",
        time(6, 30),
        "Sites!F2 sites.Abilene.earliest_start: found the time 06:30:00; allowed: a date, such as 2027-04-01",
    ),
    ("Sites", "G2", 1, "Sites!G2 sites.Abilene.whole_phases: found 1; allowed: yes or no"),
    ("Sites", "G2", "maybe", "Sites!G2 sites.Abilene.whole_phases: found 'maybe'; allowed: yes or no"),
    ("Settings", "B4", 8.5, "Settings!B4 settings.periods: found 8.5; allowed: a whole number"),
    (
        "Settings",
        "B4",
        None,
        "Settings!A1 settings: say how many `periods` the plan has, or a `grid` such as 15 months, 8 quarters, 4 years",
    ),
    ("Sites", "C3", None, "Sites!C3 sites.Reno.max_it_mw: missing; it has no default, so type it"),
    (
        "Sites",
        "A3",
        date(2027, 4, 3),
        "Sites!A3 sites.name: found the date 2027-04-03 where a name belongs; Excel makes dates of names such as "
        "3-4: format the cell as text and type the name again",
    ),
    (
        "Sites",
        "B2",
        "ERCOTT",
        "Sites!B2 sites.Abilene.region: found 'ERCOTT', which is not in regions; did you mean ERCOT?",
    ),
    ("Sites", "A3", "Abilene", "Sites!A3 sites.Abilene: typed twice, first at Sites!A2; keep one of them"),
    ("Sites", "A3", None, "Sites!A3 sites.name: the row has no name; type it, or clear the row"),
    ("Sites", "D1", "pu", "Sites!D1 sites.pu: unknown column; did you mean pue?"),
    (
        "Sites",
        "D1",
        "max it mw",
        "Sites!D1 sites: the column max_it_mw is typed twice, first at Sites!C1; keep one of them",
    ),
    ("Sites", "K3", "!", "Sites!K3 sites: a value under no header; type the column's header, or clear the cell"),
    ("Settings", "A4", "period", "Settings!A4 settings.period: unknown field; did you mean periods?"),
    (
        "Policy bans",
        "B2",
        "H200,, 910",
        "Policy bans!B2 policy.bans.ban.chips: found 'H200,, 910' with nothing between two commas; "
        "take the spare comma out",
    ),
    (
        "Chips markets",
        "A2",
        "H20",
        "Chips markets!A2 chips.H20: found 'H20', which is no row of chips; did you mean H200?",
    ),
    (
        "Series",
        "A2",
        "region",
        "Series!A2 table: found 'region', which is no table of named rows; did you mean regions?",
    ),
    ("Series", "B2", "ERCO", "Series!B2 regions.ERCO: found 'ERCO', which is no row of regions; did you mean ERCOT?"),
    (
        "Series",
        "C2",
        "headrom_mw",
        "Series!C2 field: found 'headrom_mw', which is no field of regions that moves in time; "
        "did you mean headroom_mw?",
    ),
    (
        "Series",
        "D2",
        "steps",
        "Series!D2 regions.ERCOT.headroom_mw: found 'steps'; allowed as form: step, linear, growth, set, scale, add",
    ),
    (
        "Series",
        "D2",
        "scale",
        "Series!C2 regions.ERCOT.headroom_mw: has changes but no value to change; type the value in its own cell, "
        "or a row with form step, linear or growth",
    ),
    (
        "Series",
        "E2",
        3,
        "Series!E2 regions.ERCOT.headroom_mw: base, growth_per_year and base_date go with growth, not with step",
    ),
    ("Series", "H2", -1, "Series!H2 regions.ERCOT.headroom_mw: found -1; allowed: 0 or more"),
    (
        "Series",
        "H1",
        "3/4/2027",
        "Series!H1 Series: found the text '3/4/2027', whose order is unclear; type 2027-04-03 or 2027-03-04",
    ),
    ("Series", "I1", date(2027, 1, 1), "Series!I1 Series: the date 2027-01-01 is typed twice, first at Series!H1"),
    (
        "Regions",
        "C2",
        5,
        "Series!D2 regions.ERCOT.headroom_mw: typed twice, first at Regions!C2; keep one of them",
    ),
    (
        "Chips peak pflops",
        "C2",
        None,
        "Chips peak pflops!C2 chips.H200.peak_pflops.bf16: missing; it has no default, so type it",
    ),
]
WRITERS = ("openpyxl", "xlsxwriter")


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(("sheet", "address", "value", "problem"), CELLS)
def test_one_cell(tmp_path: Path, writer: str, sheet: str, address: str, value: Any, problem: str) -> None:
    if writer == "openpyxl":
        file = saved(tmp_path, small(), with_cell(sheet, address, value))
    else:
        file = _by_xlsxwriter(tmp_path / "2026.xlsx", {(sheet, address): value})
    assert refused(file) == [problem]


def _by_xlsxwriter(path: Path, changed: dict[tuple[str, str], Any]) -> Path:
    """The small case with cells changed, written by XlsxWriter."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, lines in SMALL.items():
        sheet = book.add_worksheet(name)
        cells = {(row, column): value for row, line in enumerate(lines) for column, value in enumerate(line)}
        for (where, address), value in changed.items():
            if where == name:
                match = re.fullmatch(r"([A-Z])(\d+)", address)
                assert match
                cells[int(match[2]) - 1, ord(match[1]) - 65] = value
        for (row, column), value in cells.items():
            if isinstance(value, str) and value.startswith("#"):
                sheet.write_formula(row, column, "=1/0", None, value)
            elif isinstance(value, (date, time)):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, str) and not value.startswith("="):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write(row, column, value)
    if any(str(value).startswith("#") for value in changed.values()):
        book.calc_on_load = False
    book.close()
    return path


def test_many_cells_at_once_after_libreoffice(tmp_path: Path) -> None:
    """LibreOffice calculates what it opens, so that its formulas have results."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not installed")
    rows = small()
    rows["Sites"] = [
        *SMALL["Sites"][:1],
        ["Abilene", "ERCOT", "=60*2", "=NA()", "85%", 46478, 1, None],
        ["Reno", "ERCOT", "1,200", True, 85, date(2027, 4, 1), "yes", "\u00a0"],
        [910, "ERCOTT", 60.0, 1, 0.5, "2027-04", None, None],
        ["Waco", "ERCOT", "120 MW", 1, 0.5, "03/04/2027", None, None],
    ]

    def edit(book: Any) -> None:
        sheet = book["Sites"]
        sheet.row_dimensions[4].hidden = True
        sheet.merge_cells("H4:H5")
        sheet.cell(1_048_576, 2).number_format = "0.0"
        book["Chips"].column_dimensions["C"].hidden = True
        book["Workloads chips"].sheet_state = "hidden"

    given = saved(tmp_path, rows, edit)
    out = tmp_path / "converted"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(given)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    hidden = "is hidden, yet would count; show it, or delete it"
    assert refused(out / "2026.xlsx") == [
        "Sites!D2 sites.Abilene.pue: found #N/A, the error of a formula; correct it, or clear the cell",
        "Sites!E2 sites.Abilene.load_factor: found the text '85%'; allowed: a number; type 0.85",
        "Sites!F2 sites.Abilene.earliest_start: found the number 46478, which would be the date 2027-04-01; "
        "format the cell as a date, or type 2027-04-01",
        "Sites!G2 sites.Abilene.whole_phases: found 1; allowed: yes or no",
        "Sites!C3 sites.Reno.max_it_mw: found the text '1,200'; allowed: a number; type 1200",
        "Sites!D3 sites.Reno.pue: found TRUE; allowed: a number",
        "Sites!E3 sites.Reno.load_factor: found 85; allowed: 0 to 1, so 85 % is typed 0.85",
        "Sites!A4 sites: the row is hidden or filtered out, yet would count; show it, or delete it",
        "Sites!H4 sites: the cells H4:H5 are merged; unmerge them and type the value into each that needs it",
        "Sites!C5 sites.Waco.max_it_mw: found the text '120 MW'; allowed: a number; type the number alone: 120",
        "Sites!F5 sites.Waco.earliest_start: found the text '03/04/2027', whose order is unclear; "
        "type 2027-04-03 or 2027-03-04",
        f"Chips!C1 chips: the column {hidden}",
        f"Workloads chips!A1 workloads.chips: the sheet {hidden}",
    ]


def test_hidden_and_filtered_rows_and_columns_and_sheets(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["Sites"]
        sheet.auto_filter.ref = "A1:H3"
        sheet.auto_filter.add_filter_column(0, ["Reno"])
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["D"].hidden = True
        sheet.column_dimensions["J"].hidden = True
        book["Chips"].sheet_state = "veryHidden"

    assert refused(saved(tmp_path, small(), edit)) == [
        "Sites!D1 sites: the column is hidden, yet would count; show it, or delete it",
        "Sites!A2 sites: the row is hidden or filtered out, yet would count; show it, or delete it",
        "Chips!A1 chips: the sheet is hidden, yet would count; show it, or delete it",
    ]


def test_merged_cells_among_the_data(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Sites"].merge_cells("B2:B3")
        book["Sites"].merge_cells("M2:M3")
        book["Settings"].merge_cells("A3:A4")

    problems = refused(saved(tmp_path, small(), edit))
    merged = "merged; unmerge them and type the value into each that needs it"
    assert f"Sites!B2 sites: the cells B2:B3 are {merged}" in problems
    assert f"Settings!A3 settings: the cells A3:A4 are {merged}" in problems
    assert not any("M2" in problem for problem in problems)


def test_a_merged_area_as_large_as_the_sheet_costs_nothing(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        from openpyxl.worksheet.cell_range import MultiCellRange

        book["Sites"].merged_cells = MultiCellRange("A1:XFD1048576")

    (problem,) = refused(saved(tmp_path, small(), edit))
    assert problem.startswith("Sites!A1 sites: the cells A1:XFD1048576 are merged")


def test_sheets_that_are_not_known(tmp_path: Path) -> None:
    rows = small()
    rows["Site"] = rows.pop("Sites")
    rows["Scratch"] = [["a"]]
    rows["Nothing"] = []
    rows["readme"] = [["anything"]]
    rows["Mine"] = [["a"]]

    def edit(book: Any) -> None:
        book["Mine"].sheet_state = "hidden"

    problems = refused(saved(tmp_path, rows, edit))
    assert len(problems) == 3
    assert "Site!A1 found the sheet 'Site', which is no table; did you mean Sites?" in problems
    (told,) = (problem for problem in problems if problem.startswith("Scratch!A1"))
    assert told.startswith("Scratch!A1 found the sheet 'Scratch', which is no table; allowed: Settings, ")
    assert told.endswith("; one that only calculates has a name that begins with Calc")
    assert any(
        problem.startswith("Mine!A1 found the sheet 'Mine', which is no table and is hidden;") for problem in problems
    )


def test_a_field_typed_twice(tmp_path: Path) -> None:
    rows = small()
    rows["Settings"].append(["PERIODS", 9])
    assert refused(saved(tmp_path, rows)) == [
        "Settings!B5 settings.periods: typed twice, first at Settings!B4; keep one of them"
    ]


def test_two_sheets_for_one_table(tmp_path: Path) -> None:
    rows = small()
    rows["SITES_"] = [["name"]]
    assert refused(saved(tmp_path, rows)) == ["SITES_!A1 a second sheet for sites; keep one"]


def test_a_sheet_without_a_header(tmp_path: Path) -> None:
    rows = small()
    rows["Policy bans"] = [["bans!"], ["ban", "H200", "US"]]
    rows["Goals"] = [["objective", "cost"]]
    assert refused(saved(tmp_path, rows)) == [
        "Policy bans!A1 policy.bans: found no header among the first 20 rows; type one with name, enabled, since, ...",
        "Goals!A1 goals: found no header among the first 20 rows; type one with field, value, ...",
    ]


def test_numbers_that_are_none(tmp_path: Path) -> None:
    import zipfile

    file = saved(tmp_path, small())
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for found, problem in (("NaN", "found nan; allowed: a finite number"), ("-INF", "found -inf; allowed: a finite")):
        with zipfile.ZipFile(file, "w") as package:
            for name, content in parts.items():
                package.writestr(name, content.replace(b"<v>120</v>", f"<v>{found}</v>".encode()))
        (told,) = refused(file)
        assert told.startswith(f"Sites!C2 sites.Abilene.max_it_mw: {problem}")


def test_the_same_problem_in_many_cells_is_told_once(tmp_path: Path) -> None:
    rows = small()
    rows["Sites"] += [[f"S{n}", "ERCOT", 10, 1, "85%", None, None, None] for n in range(40)]
    assert refused(saved(tmp_path, rows)) == [
        "Sites!E4 and 39 more sites.S0.load_factor: found the text '85%'; allowed: a number; type 0.85"
    ]


def test_problems_are_sorted_by_sheet_and_cell(tmp_path: Path) -> None:
    rows = small()
    rows["Chips"][1][1] = "a"
    rows["Sites"] += [
        [f"S{n}", "ERCOT", f"x{n}" if n % 2 else 1, 1 if n % 2 else f"x{n}", 1, None, None, None] for n in range(9)
    ]
    rows["Sites"][1][3] = rows["Sites"][1][2] = "b"
    rows = {name: rows[name] for name in reversed(rows)}
    places = [problem.split(" ")[0] for problem in refused(saved(tmp_path, rows))]
    assert places == ["Sites!C2", "Sites!D2", *(f"Sites!{'DC'[n % 2]}{n + 4}" for n in range(9)), "Chips!B2"]


def test_points_on_series_by_date(tmp_path: Path) -> None:
    rows = small()
    long = [["table", "row", "field", "form", "date", "value"]]
    day = date(2027, 1, 1)
    long += [
        ["sites", "Abilene", "load_factor", "step", day, 0.5],
        ["sites", "Reno", "load_factor", "linear", day, 0.5],
        ["sites", "Reno", "load_factor", "linear", "2027-01", 0.6],
        ["sites", "Reno", "load_factor", "step", date(2028, 1, 1), 0.6],
        ["regions", "ERCOT", "tariff_usd_per_mwh", "add", None, 1],
        ["regions", "ERCOT", "carbon_t_per_mwh", "growth", day, 1],
        [None, "ERCOT", "carbon_t_per_mwh", "step", day, 1],
        ["sites", "Reno", "pue", "step", day, 1],
    ]
    rows["Series by date"] = long
    rows["Sites"][2][4] = None
    assert refused(saved(tmp_path, rows)) == [
        "Series by date!D2 sites.Abilene.load_factor: typed twice, first at Sites!E2; keep one of them",
        "Series by date!F4 sites.Reno.load_factor: typed twice, first at Series by date!F3; keep one of them",
        "Series by date!D5 sites.Reno.load_factor: typed twice, first at Series by date!D3; keep one of them",
        "Series by date!E6 regions.ERCOT.tariff_usd_per_mwh: the row has no date; type it, or clear the row",
        "Series by date!D7 regions.ERCOT.carbon_t_per_mwh: found 'growth'; allowed as form: "
        "step, linear, set, scale, add",
        "Series by date!A8 table: the row has no table; type it, or clear the row",
        "Series by date!C9 field: found 'pue', which is no field of sites that moves in time; allowed: load_factor, "
        "grid_connection_months, grid_connection_musd_per_mw, opening_musd, om_musd_per_mw_year, "
        "max_ready_mw_per_year, build_options.*.build_months, build_options.*.capex_musd_per_mw, ...",
    ]


def test_a_row_to_remove_that_is_not_there(tmp_path: Path, small_yaml: str) -> None:
    (tmp_path / "base.yaml").write_text(small_yaml)
    rows = {
        "Settings": [["field", "value"], ["extends", "base.yaml"]],
        "Remove": [["table", "row"], ["sites", "Ren"], ["site", "Reno"]],
    }
    problems = refused(saved(tmp_path, rows))
    assert problems[0] == "Remove!B2 sites.remove.0: found 'Ren', which is not inherited; did you mean Reno?"
    assert problems[1].startswith("Remove!A3 Remove.table: found 'site', which is no table of named rows")


def test_a_table_that_is_empty_and_has_rows(tmp_path: Path) -> None:
    rows = small()
    rows["Workloads"][0].append("chips")
    rows["Workloads"][1].append("{}")
    assert refused(saved(tmp_path, rows))[0] == (
        "Workloads chips!B2 workloads.training.chips.H200: chips is said to be empty at Workloads!D2; "
        "clear that cell, or the row"
    )


def test_yaml_typed_in_a_cell(tmp_path: Path) -> None:
    file = saved(tmp_path, small(), with_cell("Sites", "E2", "{base: 1, growth_per_year: }, x"))
    (problem,) = refused(file)
    assert problem.startswith("Sites!E2 sites.Abilene.load_factor: found '{base: 1, growth_per_year: }, x'")
    problems = refused(saved(tmp_path, small(), with_cell("Sites", "E2", "{base: 1, growth_per_yea: 2}")))
    assert problems == ["Sites!E2 sites.Abilene.load_factor.growth_per_yea: unknown; did you mean growth_per_year?"]


def test_a_name_that_does_not_exist_in_extended_cases(tmp_path: Path, small_yaml: str) -> None:
    (tmp_path / "base.yaml").write_text(small_yaml)
    rows = {
        "Settings": [["field", "value"], ["extends", "base.yaml"]],
        "Sites committed": [["site", "name", "ready", "it_mw"], ["Abilen", "a", date(2027, 7, 1), 5]],
    }
    assert refused(saved(tmp_path, rows)) == [
        "Sites committed!A2 sites.Abilen: found 'Abilen', which is no row of sites; did you mean Abilene?"
    ]
    rows["Sites committed"][1][0] = "Abilene"
    read_with_origins(saved(tmp_path, rows))
