"""Marked copies of workbooks that other programs wrote: every value is there, and what is not is told."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.cell_range import MultiCellRange

from planner.app.case_files import check
from planner.files import workbook_copy
from planner.files.excel.grid import read_sheets
from planner.files.excel.safety_checks import checked
from planner.files.marked_copy import MARK, is_marked

from .books import Parts, part_of, replaced, rewritten, saved, small, with_cell
from .test_writers import WRITTEN, odd_looks, prefixed, strict

VALUES = "it holds the values of the cells alone, since the looks of this workbook cannot be copied"


def _values(file: Path) -> dict[str, dict[str, Any]]:
    """Every value of a file but blank texts, by sheet and address."""
    grids = read_sheets(checked(file, file.name), file.name)
    cells = {grid.name: [cell for row in grid.rows.values() for cell in row.values()] for grid in grids}
    return {
        name: {cell.address: cell.value for cell in found if str(cell.value).strip()} for name, found in cells.items()
    }


def _marked(file: Path, place: str) -> str:
    """What the marked copy lacks; the copy has all values and marks a place."""
    copy = file.with_name("marked.xlsx")
    found = check(file, marked=copy)
    assert found.marked == str(copy)
    values = _values(copy)
    assert values.pop("Problems")["A3"] == place
    assert values == _values(file)
    sheet, address = place.split("!")
    wrong: Any = load_workbook(copy)[sheet][address]
    assert wrong.fill.fgColor.rgb.endswith(MARK)
    assert wrong.comment.text
    assert is_marked(copy)
    assert not is_marked(file)
    return found.lacks


@pytest.mark.parametrize("writer", ["sheetjs", "exceljs"])
def test_files_of_javascript(tmp_path: Path, writer: str) -> None:
    file = Path(shutil.copy(WRITTEN / f"{writer}.xlsx", tmp_path / "2026.xlsx"))
    rewritten(file, replaced("<v>0.9</v>", "<v>9</v>"))
    rewritten(file, lambda parts: {name: content.replace(b"<f>60*2</f>", b"") for name, content in parts.items()})
    assert _marked(file, "Sites!E2") == ""


@pytest.mark.parametrize("edit", [strict, prefixed, odd_looks])
def test_looks_that_cannot_be_copied(tmp_path: Path, edit: Callable[[Parts], Parts]) -> None:
    """The copy then has the values alone, and says so."""
    file = rewritten(saved(tmp_path, small(), with_cell("Sites", "E2", 9)), edit)
    assert _marked(file, "Sites!E2") in ("", VALUES)


def test_a_style_without_a_name(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        looks = parts["xl/styles.xml"].decode()
        parts["xl/styles.xml"] = re.sub(r"<fills.*?</fills>", "<fills><fill/></fills>", looks).encode()

    file = rewritten(saved(tmp_path, small(), with_cell("Sites", "E2", 9)), edit)
    assert _marked(file, "Sites!E2") == VALUES


def test_a_merged_area_as_large_as_the_sheet(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["Sites"].merged_cells = MultiCellRange("A1:XFD1048576")

    assert _marked(saved(tmp_path, small(), edit), "Sites!A1") == VALUES


def test_a_cell_at_the_end_of_the_sheet(tmp_path: Path) -> None:
    """The header is found and a second copy made without looking at every cell up to there."""

    def edit(book: Any) -> None:
        book["Sites"].cell(1_048_576, 16_384).number_format = "0.0"
        book["Sites"]["C1"] = None

    file = saved(tmp_path, small(), edit)
    copy = tmp_path / "marked.xlsx"
    assert check(file, marked=copy).marked
    assert check(copy, marked=tmp_path / "again.xlsx").marked


def test_formulas_texts_and_errors_stay_what_they_are(tmp_path: Path) -> None:
    """A formula without a result, an error, a text that begins with = and the date that is none of a workbook."""

    def edit(book: Any) -> None:
        book["Sites"]["C2"] = "=60*2"
        book["Sites"]["C3"] = "#N/A"
        book["Sites"]["H2"] = "x"
        book["Sites"]["H2"].value, book["Sites"]["H2"].data_type = "=1+1", "s"

    file = rewritten(saved(tmp_path, small(), edit), strict)
    assert _marked(file, "Sites!C2") == VALUES


def test_what_a_copy_lacks_is_told(tmp_path: Path) -> None:
    """Charts stay; slicers, threads of comments and controls do not."""

    def edit(book: Any) -> None:
        chart = BarChart()
        chart.add_data(Reference(book["Sites"], min_col=3, min_row=2, max_row=3))
        book["Sites"].add_chart(chart, "K2")
        book["Sites"]["E2"] = 9

    def more(parts: Parts) -> None:
        parts["xl/slicers/slicer1.xml"] = parts["xl/threadedComments/threadedComment1.xml"] = b"<x/>"
        parts["xl/media/image1.emf"] = b"x"

    file = rewritten(saved(tmp_path, small(), edit), more)
    assert _marked(file, "Sites!E2") == "it lacks pictures, threads of comments, slicers of this workbook"


def test_dates_of_east_asia_keep_their_format(tmp_path: Path) -> None:
    """Format 31 has no code in the workbook, and the copy shows the same day."""

    def edit(parts: Parts) -> None:
        looks = re.sub(rb"<numFmts.*?</numFmts>", b"", parts["xl/styles.xml"])
        parts["xl/styles.xml"] = re.sub(rb'numFmtId="(14|16\d)"', b'numFmtId="31"', looks)

    def wrong(book: Any) -> None:
        book["Sites"]["E2"] = 9
        book["Settings"]["B3"].number_format = 'yyyy"x"'

    assert _marked(rewritten(saved(tmp_path, small(), wrong), edit), "Sites!E2") == ""


def test_a_sheet_of_nothing_but_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows upon rows of format are not copied one by one."""
    monkeypatch.setattr(workbook_copy, "MANY_BYTES", 100_000)

    def edit(parts: Parts) -> None:
        sheet = part_of(parts, "Markets")
        rows = "".join(f'<row r="{row}" s="1" ht="15" customHeight="1"/>' for row in range(10, 5_010))
        parts[sheet] = parts[sheet].replace(b"</sheetData>", f"{rows}</sheetData>".encode())

    file = rewritten(saved(tmp_path, small(), with_cell("Sites", "E2", 9)), edit)
    assert _marked(file, "Sites!E2") == VALUES


def test_nothing_is_said_by_the_library(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Warnings of what it does not keep would go to standard error."""
    file = Path(shutil.copy(WRITTEN / "exceljs.xlsx", tmp_path / "2026.xlsx"))
    rewritten(file, replaced("<v>0.9</v>", "<v>9</v><extLst><ext/></extLst>"))
    check(file, marked=tmp_path / "marked.xlsx")
    assert capfd.readouterr() == ("", "")
    assert io.BytesIO((tmp_path / "marked.xlsx").read_bytes()).read(2) == b"PK"
