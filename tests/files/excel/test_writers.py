"""Workbooks as other programs write them: what opens in Excel is read here, and to the same case."""

from __future__ import annotations

import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from planner.app.case_files import check
from planner.cli import main
from planner.files import read_with_origins
from planner.files.excel import safety_checks
from planner.schema import Case

from ..conftest import refused
from .books import SMALL, Parts, part_of, replaced, rewritten, saved, small, with_cell

WRITTEN = Path(__file__).parent / "written"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def asked(tmp_path: Path, small_yaml: str) -> Case:
    """The small case as YAML says it."""
    (tmp_path / "asked.yaml").write_text(small_yaml)
    return read_with_origins(tmp_path / "asked.yaml")[0]


@pytest.mark.parametrize("writer", ["sheetjs", "exceljs"])
def test_files_of_javascript(writer: str, asked: Case) -> None:
    """SheetJS names a macro part among its content types, and there is none."""
    case, _ = read_with_origins(WRITTEN / f"{writer}.xlsx")
    assert case == asked


def test_a_real_macro_part_is_found_by_its_relation(tmp_path: Path) -> None:
    """A part of another name that the workbook says is its macros."""
    file = Path(shutil.copy(WRITTEN / "sheetjs.xlsx", tmp_path / "2026.xlsx"))

    def edit(parts: Parts) -> None:
        parts["xl/code.bin"] = b"x"
        name = "xl/_rels/workbook.xml.rels"
        relation = b'<Relationship Id="m" Type="http://schemas.microsoft.com/x/vbaProject" Target="code.bin"/></Relat'
        parts[name] = parts[name].replace(b"</Relat", relation)

    problem = "2026.xlsx holds macros, which are never read; save it as Excel Workbook (.xlsx)"
    assert refused(rewritten(file, edit)) == [problem]


def test_files_of_xlsxwriter_pandas_and_openpyxl_that_write_row_by_row(tmp_path: Path, asked: Case) -> None:
    """XlsxWriter with constant memory has texts in the cells; pandas puts blanks where it has no value."""
    written = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"constant_memory": True})
    day = written.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    for name, lines in SMALL.items():
        sheet = written.add_worksheet(name)
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
                else:
                    sheet.write(row, column, value)
    written.close()
    streamed = openpyxl.Workbook(write_only=True)
    with pd.ExcelWriter(tmp_path / "b.xlsx") as writer:
        for name, lines in SMALL.items():
            frame = pd.DataFrame(lines[1:], columns=pd.Index(lines[0]), dtype=object)
            frame.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 1))
            sheet = streamed.create_sheet(name)
            for line in lines:
                sheet.append(line)
    streamed.save(tmp_path / "c.xlsx")
    for name in ("a.xlsx", "b.xlsx", "c.xlsx"):
        case, _ = read_with_origins(tmp_path / name)
        assert case == asked, name


def strict(parts: Parts) -> Parts:
    """As ISO 29500 Strict names things."""
    pairs = (
        (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    for old, new in pairs:
        parts = {name: content.replace(old.encode(), new.encode()) for name, content in parts.items()}
    return parts


def prefixed(parts: Parts) -> Parts:
    """Every element of the workbook's own with a prefix, as some writers for .NET have it."""

    def edited(content: bytes) -> bytes:
        if MAIN.encode() not in content:
            return content
        content = re.sub(rb"<(/?)(?=[A-Za-z])(?!\w+:)", rb"<\1x:", content)
        return content.replace(b'xmlns="' + MAIN.encode(), b'xmlns:x="' + MAIN.encode())

    return {name: edited(content) for name, content in parts.items()}


def bare(parts: Parts) -> Parts:
    """Neither rows nor cells say where they stand, and nothing is there that a sheet can do without."""
    for sheet in [name for name in parts if name.startswith("xl/worksheets/")]:
        text = re.sub(r'<(row|c) r="[A-Z]*\d+"', r"<\1", parts[sheet].decode())
        parts[sheet] = re.sub(r"<(dimension|sheetFormatPr|pageMargins)[^>]*/>", "", text).encode()
    return {name: content for name, content in parts.items() if not re.match("docProps|xl/theme", name)}


def odd_looks(parts: Parts) -> Parts:
    """Fills without a pattern, a colour that is none, styles without a name, unknown looks and broken rules."""
    looks = "xl/styles.xml"
    fills = '<fills><fill/><fill><patternFill><fgColor rgb="red"/></patternFill></fill></fills>'
    text = re.sub(r"<fills.*?</fills>", fills, parts[looks].decode())
    text = re.sub(r"<cellStyles.*?</cellStyles>", '<cellStyles><cellStyle xfId="99"/></cellStyles>', text)
    parts[looks] = text.replace("<fonts", '<odd look="1"/><fonts').replace('<sz val="11"', '<sz val="-1e9"').encode()
    after = (
        '<conditionalFormatting sqref="ZZZZ0"><cfRule type="?" priority="x"/></conditionalFormatting>'
        '<dataValidations><dataValidation type="no" sqref=""><formula1>#REF!</formula1></dataValidation>'
        "</dataValidations><drawing/><legacyDrawing/><tableParts><tablePart/></tableParts>"
        '<extLst><ext><y:row xmlns:y="y" r="x"/></ext></extLst>'
    )
    for sheet in [name for name in parts if name.startswith("xl/worksheets/")]:
        text = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="XFD1048576:B"', parts[sheet].decode())
        parts[sheet] = text.replace("</sheetData>", f"</sheetData>{after}").encode()
    names = "<definedNames><definedName/><definedName name='_xlnm.Print_Area' localSheetId='77'>#REF!</definedName>"
    text = parts["xl/workbook.xml"].decode()
    text = re.sub("<definedNames */>", "", text).replace("</sheets>", f"</sheets>{names}</definedNames>")
    parts["xl/workbook.xml"] = text.encode()
    return parts


@pytest.mark.parametrize("edit", [strict, prefixed, bare, odd_looks])
def test_parts_that_are_written_otherwise(tmp_path: Path, asked: Case, edit: Callable[[Parts], Parts]) -> None:
    rows = {
        name: [[" " if each is None else each for each in line] for line in lines] for name, lines in small().items()
    }
    case, _ = read_with_origins(rewritten(saved(tmp_path, rows), edit))
    assert case == asked


def test_parts_of_other_names(tmp_path: Path, asked: Case) -> None:
    """Parts are found by absolute and by relative targets, in another case, with backslashes, with escaped blanks."""
    renamed = {
        "xl/workbook.xml": "xl/workbook2.xml",
        "xl/_rels/workbook.xml.rels": "xl/_rels/workbook2.xml.rels",
        "xl/sharedStrings.xml": "xl/SharedStrings.xml",
        "xl/styles.xml": "looks/s 1.xml",
        "xl/worksheets/sheet2.xml": "xl\\worksheets\\Markets.XML",
    }
    targets = {
        "_rels/.rels": {"xl/workbook.xml": "/xl/workbook2.xml"},
        "[Content_Types].xml": {"/xl/workbook.xml": "/xl/workbook2.xml"},
        "xl/_rels/workbook2.xml.rels": {
            '"sharedStrings.xml"': '"/xl/sharedstrings.xml"',
            '"styles.xml"': '"../looks/s%201.xml"',
            '"worksheets/sheet2.xml"': '"./worksheets/x/../markets.xml"',
        },
    }

    def edit(parts: Parts) -> Parts:
        parts = {renamed.get(name, name): content for name, content in parts.items()}
        for part, pairs in targets.items():
            for old, new in pairs.items():
                assert old.encode() in parts[part], old
                parts[part] = parts[part].replace(old.encode(), new.encode())
        return parts

    file = Path(shutil.copy(WRITTEN / "exceljs.xlsx", tmp_path / "2026.xlsx"))
    case, _ = read_with_origins(rewritten(file, edit))
    assert case == asked


KNOWN_DATES = [14, 22, *range(27, 37), *range(50, 59)]
"""Formats by their number alone: those of East Asian programs are in no part of the workbook."""
CODES = [
    'yyyy"年"m"月"d"日"',
    "[$-804]yyyy/m/d;@",
    '[DBNum1][$-804]yyyy"年"m"月"d"日";@',
    '[$-411]ggge"年"m"月"d"日"',
    "[$-404]e/m/d",
    "上午/下午 hh:mm dd/mm/yyyy",
    "d\\.mm\\.yyyy",
]


@pytest.mark.parametrize("look", [*KNOWN_DATES, *CODES])
def test_dates_in_formats_of_east_asia(tmp_path: Path, asked: Case, look: int | str) -> None:
    """1 January 2027 is day 46,388."""
    file = saved(tmp_path, small(), with_cell("Settings", "B3", date(2027, 1, 1), 'yyyy"x"'))

    def edit(parts: Parts) -> None:
        style = re.search(rb'numFmtId="(\d+)" formatCode="yyyy&quot;x&quot;"', parts["xl/styles.xml"])
        assert style
        if isinstance(look, int):
            parts["xl/styles.xml"] = parts["xl/styles.xml"].replace(
                b'numFmtId="%s"' % style[1], b'numFmtId="%d"' % look
            )
            new = b""
        else:
            new = look.replace('"', "&quot;").encode()
        whole = re.compile(rb'<numFmt [^>]*formatCode="yyyy&quot;x&quot;"[^>]*/>')
        code = b'<numFmt numFmtId="%s" formatCode="%s"/>' % (style[1], new) if new else b""
        parts["xl/styles.xml"] = whole.sub(lambda _: code, parts["xl/styles.xml"])

    case, _ = read_with_origins(rewritten(file, edit))
    assert case == asked


@pytest.mark.parametrize(
    "code", ['0.0" MW per day"', "[Red]#,##0", "#,##0 MW", "0.00E+00", "\\d0", "General", "0%", "[$USD] 0", "_d* 0"]
)
def test_formats_that_make_no_dates(tmp_path: Path, asked: Case, code: str) -> None:
    case, _ = read_with_origins(saved(tmp_path, small(), with_cell("Sites", "C2", 120, code)))
    assert case == asked


def test_dates_that_count_from_1904(tmp_path: Path, asked: Case) -> None:
    """They are read as they are shown, with a word, since a copy of one would move by four years."""

    def edit(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    file = saved(tmp_path, small(), edit)
    found = check(file)
    assert found.case == asked
    assert str(found.warnings[0]) == (
        "2026.xlsx counts its dates from 1904, and they are read so: one that is copied to or from another workbook "
        "moves by four years."
    )


def test_dates_typed_as_iso_writes_them(tmp_path: Path, asked: Case) -> None:
    file = saved(tmp_path, small())

    def edit(parts: Parts) -> None:
        sheet = part_of(parts, "Settings")
        text = parts[sheet].decode()
        parts[sheet] = re.sub(
            r'<c r="B3"[^>]*><v>[^<]*</v>', '<c r="B3" t="d"><v>2027-01-01T00:00:00.000Z</v>', text
        ).encode()
        assert b't="d"' in parts[sheet]

    case, _ = read_with_origins(rewritten(file, edit))
    assert case == asked


def test_a_day_that_is_wrong_by_the_last_bits(tmp_path: Path, asked: Case) -> None:
    """Some writers add the time zone in floating point: 46,388.000001 is a tenth of a second past midnight."""
    file = saved(tmp_path, small())
    case, _ = read_with_origins(rewritten(file, replaced("<v>46388</v>", "<v>46388.000001</v>")))
    assert case == asked


def test_a_day_that_a_time_zone_has_shifted(tmp_path: Path) -> None:
    """SheetJS in Shanghai writes a date 43 seconds too early: it is shown as the day before, so nobody guesses."""
    file = saved(tmp_path, small())
    shifted = replaced("<v>46388</v>", f"<v>{46388 - 43 / 86400}</v>", part_of(_parts(file), "Settings"))
    assert refused(rewritten(file, shifted)) == [
        "Settings!B3 settings.start: found 2026-12-31 23:59; allowed: a date without a time of day; for the day that "
        "begins then type 2027-01-01"
    ]


def _parts(file: Path) -> Parts:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_what_is_in_no_table_is_not_read(tmp_path: Path, asked: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of sheets by Numbers, and more in store for a pivot table than other parts may hold."""
    monkeypatch.setattr(safety_checks, "MAX_PART", 60_000)
    rows = {"Export Summary": [["This document was exported from Numbers."]], **small()}
    chance = random.Random(1)
    stored = "".join(f'<n v="{chance.random()}"/>' for _ in range(4_000))

    def more(parts: Parts) -> None:
        parts["xl/pivotCache/pivotCacheRecords1.xml"] = f"<x>{stored}</x>".encode()

    case, _ = read_with_origins(rewritten(saved(tmp_path, rows), more))
    assert case == asked


BLANKS = {
    "empty text": "",
    "blanks": "   ",
    "no-break": " ",
}


@pytest.mark.parametrize("blank", BLANKS.values(), ids=list(BLANKS))
def test_a_row_of_units_with_blank_texts(tmp_path: Path, asked: Case, blank: str) -> None:
    """The rows of units and meanings are known by what they say, however many blank texts stand between."""
    rows = small()
    header, *data = rows["Sites"]
    units = [blank, blank, "MW", blank, blank, blank, blank, blank]
    rows["Sites"] = [header, units, [blank] * 8, *data]
    file = saved(tmp_path, rows, lambda book: None)
    case, _ = read_with_origins(file)
    assert case == asked


CELLS = {
    "shared text without a value": ('<c r="H2" t="s"/>', None),
    "text without a value": ('<c r="H2" t="str"><v></v></c>', None),
    "no inline text": ('<c r="H2" t="inlineStr"/>', None),
    "empty inline text": ('<c r="H2" t="inlineStr"><is/></c>', None),
    "empty inline characters": ('<c r="H2" t="inlineStr"><is><t/></is></c>', None),
    "a stub": ('<c r="H2" t="z"/>', None),
    "blanks": ('<c r="H2" t="inlineStr"><is><t xml:space="preserve">  </t></is></c>', None),
    "runs": (
        '<c r="H2" t="inlineStr"><is><r><rPr><b/></rPr><t xml:space="preserve">two </t></r><r><t>runs</t></r></is></c>',
        "two runs",
    ),
    "how it is spoken": (
        '<c r="H2" t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウ</t></rPh></is></c>',
        "東京",
    ),
    "text in the value": ('<c r="H2" t="inlineStr"><v>plain</v></c>', "plain"),
    "the result of a formula": ('<c r="H2" t="str"><f>A1</f><v>result</v></c>', "result"),
    "a shared formula": ('<c r="H2" t="str"><f t="shared" si="0"/><v>result</v></c>', "result"),
    "an array's": ('<c r="H2" t="str" cm="1"><f t="array" ref="H2">X()</f><v>result</v></c>', "result"),
    "a style that is none": ('<c r="H2" t="str" s="9999"><v>x</v></c>', "x"),
    "small letters": ('<c r="h2" t="str"><v>x</v></c>', "x"),
    "a break": ('<c r="H2" t="str"><v>a_x000D_\nb</v></c>', "a\nb"),
}


@pytest.mark.parametrize(("cell", "note"), CELLS.values(), ids=list(CELLS))
def test_texts_as_writers_put_them(tmp_path: Path, cell: str, note: str | None) -> None:
    file = saved(tmp_path, small(), with_cell("Sites", "H2", "here"))
    rewritten(file, replaced('fullCalcOnLoad="1"', ""))

    def edit(parts: Parts) -> None:
        sheet = part_of(parts, "Sites")
        text, count = re.subn(r'<c r="H2".*?</c>', lambda _: cell, parts[sheet].decode())
        assert count == 1
        parts[sheet] = text.encode()

    case, _ = read_with_origins(rewritten(file, edit))
    assert case.sites["Abilene"].note == note


def test_rows_of_nothing_but_looks(tmp_path: Path, asked: Case) -> None:
    """A sheet in which somebody has coloured whole columns down to the last row."""
    file = saved(tmp_path, small())

    def edit(parts: Parts) -> None:
        sheet = part_of(parts, "Markets")
        rows = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(10, 400_010))
        looks = '<cols><col min="1" max="16384" width="9" style="1"/></cols><sheetData>'
        text = parts[sheet].decode().replace("<sheetData>", looks).replace("</sheetData>", f"{rows}</sheetData>")
        parts[sheet] = text.encode()

    case, _ = read_with_origins(rewritten(file, edit))
    assert case == asked


def test_sheets_of_add_ins_are_passed_by_with_a_word(tmp_path: Path, asked: Case) -> None:
    """WPS and the data features of Excel keep sheets that no menu shows."""
    rows = {**small(), "WpsReserved_CellImgList": [["x", 1]], "_xltb_storage_": [["{}"]]}

    def edit(book: Any) -> None:
        for name in ("WpsReserved_CellImgList", "_xltb_storage_"):
            book[name].sheet_state = "veryHidden"

    found = check(saved(tmp_path, rows, edit))
    assert found.case == asked
    assert tuple(map(str, found.warnings[:2])) == (
        "2026.xlsx: the sheet 'WpsReserved_CellImgList' is hidden as only add-ins hide theirs; it is not read.",
        "2026.xlsx: the sheet '_xltb_storage_' is hidden as only add-ins hide theirs; it is not read.",
    )


def test_what_is_worth_a_word_is_told_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """diff and convert tell it on standard error, a plan among its warnings."""

    def run(*command: str) -> None:
        with pytest.raises(SystemExit):
            main([*command])

    def edit(book: Any) -> None:
        book["Hidden"].sheet_state = "veryHidden"

    monkeypatch.chdir(tmp_path)
    rows = {**small(), "Hidden": [["x"]]}
    rows["Workloads"][1][1] = 0
    saved(tmp_path, rows, edit)
    told = "2026.xlsx: the sheet 'Hidden' is hidden as only add-ins hide theirs; it is not read."
    for command in (["convert", "2026.xlsx", "2026.yaml"], ["diff", "2026.xlsx", "2026.yaml"]):
        run(*command)
        shown = capsys.readouterr()
        assert shown.err == f"look again: {told}\n"
        assert "Hidden" not in shown.out
    run("diff", "2026.xlsx", "2026.yaml", "--json")
    assert json.loads(capsys.readouterr().out)["equal"]
    run("optimize", "2026.xlsx", "--plain", "--json", "-q")
    assert told in json.loads(capsys.readouterr().out)["warnings"]


def test_sheets_of_calculations_and_their_results_in_tables(tmp_path: Path, asked: Case) -> None:
    """A formula that leads to a sheet of calculations counts by its stored result, 120 MW, and not without one."""
    rows = {**small(), "Calc": [["halls", 4, "=B1*30"]], "calculations 2027": [["Sites", "=NA()"]]}

    def edit(book: Any) -> None:
        book["Sites"]["C2"] = "=Calc!C1"
        book["calculations 2027"].sheet_state = "hidden"

    file = saved(tmp_path, rows, edit)
    assert refused(file) == [
        "Sites!C2 sites.Abilene.max_it_mw: found the formula =Calc!C1 without a stored result; open the workbook in "
        "Excel, let it calculate and save it, or type the value"
    ]
    rewritten(file, replaced('fullCalcOnLoad="1"', ""))
    case, _ = read_with_origins(rewritten(file, replaced("<f>Calc!C1</f><v", "<f>Calc!C1</f><v>120</v><x")))
    assert case == asked


def test_columns_and_rows_of_no_size_are_hidden(tmp_path: Path) -> None:
    def edit(parts: Parts) -> None:
        sheet = part_of(parts, "Sites")
        text = parts[sheet].decode()
        text = text.replace("<sheetData>", '<cols><col min="4" max="4" width="0" customWidth="1"/></cols><sheetData>')
        parts[sheet] = text.replace('<row r="3"', '<row r="3" ht="0.0" customHeight="1"').encode()

    assert refused(rewritten(saved(tmp_path, small()), edit)) == [
        "Sites!D1 sites: the column is hidden, yet would count; show it, or delete it",
        "Sites!A3 sites: the row is hidden or filtered out, yet would count; show it, or delete it",
    ]


def test_damage_is_told_with_its_part(tmp_path: Path) -> None:
    """A shared text that is not there, a row of number 0, a part that is missing."""
    for cell, reason in [
        ('<c r="A1" t="s"><v>999</v></c>', "a cell shows the text 999, and there is none"),
        ('<c r="A1" t="s"><v>-1</v></c>', "a cell shows the text -1, and there is none"),
    ]:
        edit = replaced("<sheetData>", f'<sheetData><row r="30">{cell}</row>', "sheet1")
        assert refused(rewritten(saved(tmp_path, small()), edit)) == [
            f"2026.xlsx is damaged ({reason}); open it in Excel and save it again"
        ]
    edit = replaced("<sheetData>", '<sheetData><row r="0"/>', "sheet1")
    (problem,) = refused(rewritten(saved(tmp_path, small()), edit))
    assert problem.startswith("2026.xlsx is damaged (a row is numbered 0)")

    def without(parts: Parts) -> None:
        del parts["xl/worksheets/sheet2.xml"]

    (problem,) = refused(rewritten(saved(tmp_path, small()), without))
    assert problem.startswith("2026.xlsx is damaged (the part xl/worksheets/sheet2.xml is missing)")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["klingon", "gb2312", "rot13", "utf-16"])
def test_encodings_that_no_parser_knows(tmp_path: Path, part: str, encoding: str) -> None:
    """A part in an encoding that is not known, or not its own, is one problem."""

    def edit(parts: Parts) -> None:
        body = re.sub(rb"<\?xml.*?\?>", b"", parts[part])
        parts[part] = f"<?xml version='1.0' encoding='{encoding}'?>".encode() + body

    (problem,) = refused(rewritten(saved(tmp_path, small()), edit))
    assert problem.startswith("2026.xlsx is damaged")


DAMAGES = [b"", b"-1", b"1e999", b"NaN", b"x", b"XFD1048577", b"\xff", b"&lol;", b"&#0;", b"<"]


@pytest.mark.parametrize("seed", range(8))
def test_damage_at_random(tmp_path: Path, seed: int) -> None:
    """Attributes and texts are replaced, parts cut, dropped and swapped: a case, or problems and a copy or why none."""
    chance = random.Random(seed)
    for writer in ("sheetjs", "exceljs"):
        for _ in range(6):
            file = Path(shutil.copy(WRITTEN / f"{writer}.xlsx", tmp_path / "2026.xlsx"))

            def edit(parts: Parts) -> None:
                name, other = chance.sample(sorted(name for name in parts if not name.endswith("/")), 2)
                content = parts[name]
                found = list(re.finditer(rb'(?<==")[^"]*|(?<=>)[^<>]+(?=<)', content))
                kind = chance.randrange(6)
                if kind < 3 and found:
                    at = chance.choice(found)
                    parts[name] = content[: at.start()] + chance.choice(DAMAGES) + content[at.end() :]
                elif kind == 3:
                    parts[name] = content[: chance.randrange(len(content))]
                elif kind == 4:
                    del parts[name]
                else:
                    parts[name] = parts[other]

            told = check(rewritten(file, edit), marked=tmp_path / "marked.xlsx")
            assert (told.case is None) == bool(told.problems)
            assert bool(told.marked) != bool(told.unmarked)
            (tmp_path / "marked.xlsx").unlink(missing_ok=True)
