"""Files that are no workbooks, or too much of one: refused before anything is built from them."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from planner.errors import CaseError
from planner.files import read_with_origins
from planner.files.excel import grid, safety_checks

from ..conftest import refused
from .books import saved, small

SAVE = "save it as Excel Workbook (.xlsx)"


def _repacked(
    file: Path, change: Callable[[str, bytes], bytes] = lambda name, content: content, **more: bytes | str
) -> Path:
    """A workbook with parts changed and added; `__` stands for a slash and `_dot_` for a point in their names."""
    with zipfile.ZipFile(file) as package:
        parts = {name: change(name, package.read(name)) for name in package.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        for word, added in more.items():
            package.writestr(word.replace("__", "/").replace("_dot_", "."), added)
    return file


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        (".xls", f"is a workbook of the old format, which is never read; {SAVE}"),
        (".xlsm", f"is a workbook with macros, which is never read; {SAVE}"),
        (".xlsb", f"is a binary workbook, which is never read; {SAVE}"),
        (".ods", f"is an OpenDocument workbook, which is never read; {SAVE}"),
        (".csv", "is a single table; put it into a workbook (.xlsx) or a YAML file"),
        (".docx", "is no case file; a case file ends in one of .yaml, .yml, .xlsx"),
    ],
)
def test_endings(tmp_path: Path, ending: str, reason: str) -> None:
    (tmp_path / f"2026{ending}").write_bytes(b"x")
    assert refused(tmp_path / f"2026{ending}") == [f"2026{ending} {reason}"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"settings: {}", f"is no workbook, whatever its name says; {SAVE}, or name a YAML file .yaml"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "is protected by a password; save it without one (File > Info > Protect Workbook)",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"),
            f"is a workbook of the old format (.xls), whatever its name says; {SAVE}",
        ),
        (b"PK\x03\x04" + b"\0" * 100, "is cut off; copy it again from where it came from"),
    ],
)
def test_content_that_is_no_workbook(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "2026.xlsx").write_bytes(content)
    assert refused(tmp_path / "2026.xlsx") == [f"2026.xlsx {reason}"]


def test_other_packages(tmp_path: Path) -> None:
    file = tmp_path / "2026.xlsx"
    for names, reason in [
        (["[Content_Types].xml", "word/document.xml"], f"is no workbook, whatever its name says; {SAVE}"),
        (["mimetype", "content.xml"], f"is an OpenDocument file (.ods), whatever its name says; {SAVE}"),
        (["xl/workbook.bin"], f"is a binary workbook (.xlsb), whatever its name says; {SAVE}"),
        (["xl/workbook.xml", "xl/vbaProject.bin"], f"holds macros, which are never read; {SAVE}"),
        (["xl/workbook.xml"], "is damaged; open it in Excel and save it again, or take an earlier copy"),
    ]:
        with zipfile.ZipFile(file, "w") as package:
            for name in names:
                package.writestr(name, "<x/>")
        assert refused(file) == [f"2026.xlsx {reason}"]


def test_macros_by_their_type(tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        plain, macro = b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", b"vnd.ms-excel.sheet.macroEnabled"
        return content.replace(plain, macro)

    (problem,) = refused(_repacked(saved(tmp_path, small()), change))
    assert problem == f"2026.xlsx holds macros, which are never read; {SAVE}"


def test_a_file_of_400_mb_when_unpacked_costs_no_memory(tmp_path: Path) -> None:
    file = saved(tmp_path, small())
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet99.xml", "w") as part,
    ):
        for _ in range(400):
            part.write(b"<row/>" * 170_000)
    assert file.stat().st_size < 3_000_000
    tracemalloc.start()
    (problem,) = refused(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem == (
        "2026.xlsx unpacks to 408 MB; allowed: up to 150 MB; delete the empty rows and formats below the data"
    )
    assert peak < 20_000_000


def test_parts_that_are_too_large_or_packed_too_well_or_too_many(tmp_path: Path) -> None:
    (problem,) = refused(_repacked(saved(tmp_path, small()), xl__media_dot_bin=b"\0" * 21_000_000))
    assert problem == "2026.xlsx holds xl/media.bin of 21 MB; allowed: up to 20 MB"
    (problem,) = refused(_repacked(saved(tmp_path, small()), xl__worksheets__sheet99_dot_xml=b" " * 30_000_000))
    assert problem.startswith("2026.xlsx holds xl/worksheets/sheet99.xml, packed 1,0")
    assert problem.endswith("times; allowed: 200; delete the empty rows and formats below the data")
    many = {f"p{n}": b"" for n in range(safety_checks.MAX_PARTS)}
    (problem,) = refused(_repacked(saved(tmp_path, small()), **many))
    assert problem == "2026.xlsx holds more than the 5,000 parts that a workbook may have"


def test_too_many_rows_and_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = saved(tmp_path, small())
    monkeypatch.setattr(grid, "MAX_ROWS", 20)
    assert refused(file) == ["2026.xlsx holds more than 20 rows; delete the empty ones below the data"]
    monkeypatch.setattr(grid, "MAX_CELLS", 30)
    monkeypatch.setattr(grid, "MAX_ROWS", 200)
    assert refused(file) == ["2026.xlsx holds more than 30 cells; delete the empty ones below the data"]


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety_checks, "MAX_BYTES", 1_000)
    assert refused(saved(tmp_path, small())) == ["2026.xlsx is larger than the 0 MB that a workbook may have"]


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_never_resolved(tmp_path: Path, part: str) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        head, end, rest = content.partition(b"?>") if content.startswith(b"<?xml") else (b"", b"", content)
        return head + end + laughs + rest

    (problem,) = refused(_repacked(saved(tmp_path, small()), change))
    assert problem == "2026.xlsx holds XML entities, which no spreadsheet program writes; it is not read"


def test_damage(tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content[: len(content) // 2] if name == "xl/worksheets/sheet3.xml" else content

    (problem,) = refused(_repacked(saved(tmp_path, small()), change))
    assert problem.startswith("2026.xlsx is damaged (")
    assert problem.endswith("; open it in Excel and save it again")
    file = saved(tmp_path, small())
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(CaseError):
        read_with_origins(file)


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    file = saved(tmp_path, small())
    content = file.read_bytes()
    for position in range(0, len(content), max(1, len(content) // 60)):
        file.write_bytes(content[:position] + bytes([content[position] ^ 0x55]) + content[position + 1 :])
        try:
            read_with_origins(file)
        except CaseError:
            continue
    for length in range(0, len(content), max(1, len(content) // 20)):
        file.write_bytes(content[:length])
        with pytest.raises(CaseError):
            read_with_origins(file)


def test_links_to_other_workbooks_are_not_followed(tmp_path: Path) -> None:
    link = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    file = _repacked(saved(tmp_path, small()), xl__externalLinks__externalLink1_dot_xml=link)
    case, _ = read_with_origins(file)
    assert case.settings.name == "Small"


def test_yaml_is_read_without_openpyxl() -> None:
    code = (
        "import sys; from pathlib import Path; from planner.files import read_with_origins;"
        "read_with_origins(Path('inputs/quickstart.yaml'));"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'openpyxl', 'pandas', 'defusedxml'}))"
    )
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_guards_come_before_openpyxl(tmp_path: Path) -> None:
    (tmp_path / "2026.xlsx").write_bytes(b"PK\x03\x04")
    code = (
        "import sys; from pathlib import Path; from planner.files import read_with_origins\n"
        f"try: read_with_origins(Path({str(tmp_path / '2026.xlsx')!r}))\n"
        "except Exception as error: print(type(error).__name__, 'openpyxl' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "CaseError False"


def test_a_report_is_no_case(tmp_path: Path) -> None:
    """The workbook that a plan was written to, given in place of the case."""
    book = openpyxl.Workbook()
    for name in ("Summary", "Chips", "Checks", "Provenance"):
        sheet = book.create_sheet(name)
        sheet["A1"] = "=1+1"
        sheet["B1"] = "#N/A"
    book.save(tmp_path / "report.xlsx")
    with pytest.raises(CaseError, match=r"report\.xlsx is a report, not a case"):
        read_with_origins(tmp_path / "report.xlsx")
