"""The file: what Excel needs, what previews read, what a planner's text may not do."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.errors import PlannerError, WriteError
from planner.report import Dossier, report_bytes, write_report
from planner.report.sheet_spec import Cell, Column, Formula, Ref, Sheet, Table
from planner.report.workbook import Properties, workbook_bytes
from planner.report.workbook.finish_xlsx import exact

from .conftest import with_table


def _parts(book: bytes, pattern: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return {name: package.read(name).decode() for name in package.namelist() if re.search(pattern, name)}


@pytest.fixture(scope="session")
def full_book(frontiered: Dossier) -> bytes:
    """The workbook with plant and a frontier in it."""
    return report_bytes(frontiered)


def test_charts_say_what_excel_needs(book: bytes, full_book: bytes) -> None:
    charts = _parts(book, r"charts/chart\d+\.xml")
    assert len(charts) >= 7
    more = _parts(full_book, r"charts/chart\d+\.xml")
    assert len(more) == len(charts) + 2
    for xml in (*charts.values(), *more.values()):
        assert xml.count('<delete val="0"') >= 2
        assert '<delete val="1"' not in re.sub(r"<legendEntry>.*?</legendEntry>", "", xml)
        assert '<roundedCorners val="0"' in xml
        assert '<overlay val="0"' in xml.split("</title>")[0]
        if 'grouping val="stacked"' in xml:
            assert '<overlap val="100"' in xml
        if "<lineChart>" in xml:
            assert '<smooth val="0"' in xml
        if "<scatterChart>" in xml:
            assert '<scatterStyle val="lineMarker"' in xml
            assert '<smooth val="0"' in xml
            assert xml.count("<numCache>") == 2 * xml.count("<ser>")
        else:
            assert "<strCache>" in xml
        assert "<numCache>" in xml
        assert "pieChart" not in xml
        assert xml.count("<ser>") <= 6


def test_charts_have_alternative_texts(book: bytes) -> None:
    for xml in _parts(book, r"drawings/drawing\d+\.xml").values():
        texts = re.findall(r'<(?:xdr:)?cNvPr [^>]*name="Chart[^>]*descr="([^"]+)"', xml)
        assert len(texts) == xml.count("graphicFrame>") // 2
        assert all(len(text) > 40 for text in texts)


def test_two_writings_are_the_same_bytes(dossier: Dossier, book: bytes, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_report(tmp_path / name, dossier)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes() == book
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_properties_name_the_case_and_the_run(book: bytes) -> None:
    about = openpyxl.load_workbook(io.BytesIO(book)).properties
    assert not _parts(book, "externalLink|vbaProject")
    assert 'TargetMode="External"' not in "".join(_parts(book, "rels").values())
    assert about.title == "Small & simple"
    assert "run=0123456789ab" in (about.keywords or "")
    assert about.created.isoformat() == about.modified.isoformat() == "2026-09-30T00:00:00"


def test_every_sheet_prints_and_leads_back(book: bytes) -> None:
    """Message in A1, landscape, one page wide, print area, pages counted, a link to Summary and the master check."""
    read = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    assert read["Checks"]["H6"].value == "ALL OK"
    sheets: list[Any] = list(read.worksheets)
    for sheet in sheets:
        assert 40 <= len(str(sheet["A1"].value)) <= 140, sheet.title
        assert re.search(r"\d", str(sheet["A1"].value)), sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert sheet.freeze_panes
        assert "&P" in sheet.oddFooter.right.text
        assert not sheet.merged_cells.ranges
        assert sheet["B3"].value == "ALL OK"
        assert sheet["A3"].hyperlink is not None
        if sheet.title != "Summary":
            assert "Summary" in str(sheet["A3"].hyperlink.location)
    footer = _parts(book, r"worksheets/sheet1\.xml")["xl/worksheets/sheet1.xml"]
    assert "Small &amp;&amp; simple" in footer
    assert len({font.name for font in read._fonts}) == 1  # type: ignore[attr-defined]


def test_units_stand_in_every_header_of_numbers(dossier: Dossier, frontiered: Dossier, branched: Dossier) -> None:
    """Where criteria go down the page, the unit stands with each of them."""
    from planner.report import sheets_of
    from planner.report.sheet_spec import tables_of

    bare = {"Value", "Total", "Step tried"}
    for sheet in (*sheets_of(dossier), *sheets_of(frontiered), *sheets_of(branched)):
        for table in tables_of(sheet.blocks):
            if table.columns[0].header == "Criterion":
                continue
            for column in table.columns:
                if column.numeric and not column.unit and isinstance(table, Table):
                    known = "," in column.header or "million USD" in table.caption or column.header in bare
                    assert known or column.header in ("Largest violation", "Tolerance"), (sheet.name, column.header)


@pytest.mark.parametrize("name", ["book", "full_book"])
def test_every_formula_has_its_value_in_the_file(name: str, request: pytest.FixtureRequest) -> None:
    book: bytes = request.getfixturevalue(name)
    formulas = openpyxl.load_workbook(io.BytesIO(book))
    values = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    seen = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    seen += 1
                    assert values[sheet.title][cell.coordinate].value is not None, (sheet.title, cell.coordinate)
    assert seen > 200


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("name", ["dossier", "frontiered", "branched"])
def test_formulas_come_to_what_python_found(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """LibreOffice works out a file without cached values; each formula must agree with the cache to 1e-9."""
    dossier: Dossier = request.getfixturevalue(name)
    book = report_bytes(dossier)
    (tmp_path / "bare.xlsx").write_bytes(report_bytes(dossier, cached=False))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "bare.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    formulas = openpyxl.load_workbook(io.BytesIO(book))
    ours = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    theirs = openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    mine, found = (each[sheet.title][cell.coordinate].value for each in (ours, theirs))
                    where = sheet.title, cell.coordinate, cell.value
                    if isinstance(mine, str):
                        assert found == mine, where
                    else:
                        assert found == pytest.approx(mine, rel=1e-9, abs=1e-6), where


@pytest.mark.parametrize("name", ["book", "full_book"])
def test_no_constants_in_formulas_but_12_24_1000(name: str, request: pytest.FixtureRequest) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(request.getfixturevalue(name))).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    text = re.sub(r'"[^"]*"|\'[^\']*\'', "", str(cell.value))
                    numbers = set(re.findall(r"(?<![A-Z$0-9.])\d+(?:\.\d+)?", text))
                    assert numbers <= {"12", "24", "1000", "0"}, (sheet.title, cell.coordinate, cell.value)


def test_a_planners_text_stays_text(book: bytes) -> None:
    """A chip named =B() and a source that looks like a formula."""
    read = openpyxl.load_workbook(io.BytesIO(book))
    found = {}
    for sheet in read.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(("=B", "=HYPER", "@me")):
                    found[cell.value] = cell
    assert {"=B()", '=HYPERLINK("x")', "@me"} <= set(found)
    raw = "".join(_parts(book, r"worksheets/sheet\d+\.xml").values())
    assert "<f>B()" not in raw
    assert "<f>HYPER" not in raw
    assert found["=B()"].quotePrefix


def test_control_characters_do_not_stop_the_report(dossier: Dossier) -> None:
    settings = dossier.case.settings.model_copy(update={"name": "bell\x07", "note": "x"})
    assert report_bytes(replace(dossier, case=dossier.case.model_copy(update={"settings": settings})))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_an_error(dossier: Dossier, bad: float) -> None:
    with pytest.raises(PlannerError, match="would show"):
        report_bytes(with_table(dossier, "service", demand=bad))


def test_exact_refuses_what_is_not_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(float("nan"))


def test_a_formula_keeps_its_sheet_and_row() -> None:
    """Totals of a table on one sheet, linked from another."""
    table = Table(
        "t", "T", (Column("n", "Name"), Column("v", "V", "MW", "0.0", total=True)), (("a", 1.5), ("b", 2.0)), "Sum"
    )
    words = "A message that is long enough to stand here, with the number 3.5."
    first = Sheet("One", words, "title", (table,))
    cell = Cell(Formula("{x}*1000", {"x": Ref("t", "v", total=True)}, 3500.0))
    second = Sheet("Two words", words, "title", (Table("u", "U", (Column("v", "V", "kW", "0.0"),), ((cell,),)),))
    book = workbook_bytes([first, second], Properties("case", date(2026, 1, 1), "k", Formula('"ALL OK"', {}, "ALL OK")))
    assert openpyxl.load_workbook(io.BytesIO(book))["One"]["B9"].value == "=SUM(B7:B8)"
    assert openpyxl.load_workbook(io.BytesIO(book))["Two words"]["A7"].value == "='One'!B9*1000"
    assert openpyxl.load_workbook(io.BytesIO(book), data_only=True)["One"]["B9"].value == 3.5


def test_a_target_that_cannot_be_written_is_a_plain_message(dossier: Dossier, tmp_path: Path) -> None:
    target = tmp_path / "folder.xlsx"
    target.mkdir()
    with pytest.raises(WriteError, match="cannot write"):
        write_report(target, dossier)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.xlsx"]
    assert list(target.iterdir()) == []


def test_an_older_report_is_replaced(dossier: Dossier, book: bytes, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "report.xlsx"
    target.parent.mkdir()
    target.write_bytes(b"old")
    write_report(target, dossier)
    assert target.read_bytes() == book
