"""Themes: what a planner writes, what is refused, and where it shows in the workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from planner.errors import CaseError
from planner.report import Dossier, report_bytes
from planner.report.language import speaking
from planner.report.look.colour import contrast
from planner.report.look.colour_roles import HEAT, market_colours, series_colours
from planner.report.look.theme import Theme, read_theme, theme_in_use
from planner.report.sheet_spec import Cell, Chart, Charts, Column, Formula, Note, Series, Sheet, Table
from planner.report.workbook import Properties, workbook_bytes

WORDS = "A message that is long enough to stand here, with the number 3.5."

BRAND = """
font: Calibri
size: 11
accent: "#3A0CA3"
header: E9E4FF
series: [111111, 222222, 333333, 444444, "#555555", 666666]
markets:
  - AA0000
  - "00AA00"
good: {fill: E0FFE0, text: 004400}
"""


def _theme(tmp_path: Path, text: str) -> Theme:
    (tmp_path / "brand.yaml").write_text(text)
    return read_theme(tmp_path / "brand.yaml")


def _refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(CaseError) as caught:
        _theme(tmp_path, text)
    return str(caught.value)


def _book(sheets: Sequence[Sheet], theme: Theme | None = None) -> bytes:
    properties = Properties("case", date(2026, 1, 1), "k", Formula('"ALL OK"', {}, "ALL OK"))
    return workbook_bytes(sheets, properties, theme=theme)


def _chart_sheet(name: str = "Summary") -> Sheet:
    table = Table("t", "T", (Column("n", "Name"), Column("v", "V", "MW", "0.0")), (("a", 1.5), ("b", 2.0)))
    chart = Chart("stacked", "1.5 MW and 2.0 MW", "t", "n", (Series("v", "V", "series 6"),), "Columns of 1.5 and 2 MW.")
    return Sheet(name, WORDS, "title", (Charts((chart,)), Note("below"), table), one_page=True)


def _parts(book: bytes, pattern: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        return {name: package.read(name).decode() for name in package.namelist() if re.search(pattern, name)}


def test_a_theme_is_read_from_a_small_file(tmp_path: Path) -> None:
    theme = _theme(tmp_path, BRAND)
    assert (theme.font, theme.size, theme.accent, theme.header) == ("Calibri", 11, "3A0CA3", "E9E4FF")
    assert theme.good.fill == "E0FFE0"
    assert theme.other == Theme().other
    assert _theme(tmp_path, "") == Theme()


def test_numbered_colours_begin_again_behind_the_last(tmp_path: Path) -> None:
    """Two markets' colours and six of series: the third market looks like the first, the seventh series too."""
    theme = _theme(tmp_path, BRAND)
    assert [theme.colour(role) for role in market_colours(["CN", "US", "EU"]).values()] == [
        "AA0000", "00AA00", "AA0000",
    ]  # fmt: skip
    assert theme.colour(series_colours(list("ABCDEFG"))["G"]) == "111111"
    assert theme.colour(series_colours(list("ABCDEFG"))["F"]) == "666666"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accent: blue", "brand.yaml:1 accent: found 'blue'; allowed: six hexadecimal digits"),
        ("accent: #1F4E8C", "brand.yaml:1 accent: found nothing, # begins a comment"),
        ("font: Arial\nacent: 1F4E8C", "brand.yaml:2 acent: unknown; did you mean accent?"),
        ("size: 40", "size: found 40; allowed: a whole number of points from 8 to 12"),
        ("size: 10.5", "found '10.5'; allowed: a whole number"),
        ("font: ''", "allowed: the name of a font"),
        ("series: [111111, 222222]", "series: found 2; allowed: 5 colours or more"),
        ("markets: 111111", "markets: found '111111'; allowed: a list of 2 colours or more"),
        ("markets:\n- 111111\n- pink", "brand.yaml:3 markets.1: found 'pink'"),
        ("heat: []", "heat: found 0; allowed: 5 looks"),
        ("good: {fill: FFFFFF}", "good.text: missing"),
        ("gantt:\n  stert: {fill: FFFFFF, text: 000000}", "brand.yaml:2 gantt.stert: unknown; did you mean start?"),
        ("logo: no.png", "logo: found 'no.png', and there is no such file"),
        ("accent: 111111\naccent: 222222", "brand.yaml:2 accent: stands twice"),
        ("accent: [", "found text that is not YAML"),
        ("- a", "a theme is a table"),
        ("ink: &a 111111\nlink: *a", "found an alias"),
        ("[" * 5000 + "]" * 5000, "is nested deeper than a theme is"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    assert said in _refused(tmp_path, text)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    assert "3 problems" in _refused(tmp_path, "accent: blue\nsize: 3\ncolour: 111111")


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21:1; 767676 is the lightest grey that passes 4.5:1 on white, 777777 the first that fails."""
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("767676", "FFFFFF") >= 4.5 > contrast("777777", "FFFFFF")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('link: "777777"', "link: found 777777 on FFFFFF, a contrast of 4.47:1; allowed: 4.5:1 or more"),
        ("good: {fill: FFFFFF, text: EEEEEE}", "good: found EEEEEE on FFFFFF, a contrast of 1.16:1"),
        ('header: "000000"', "header: found 1F2933 on 000000, a contrast of"),
        ("gantt: {start: {fill: 777777, text: FFFFFF}}", "gantt.start: found FFFFFF on 777777, a contrast of 4.47:1"),
    ],
)
def test_text_that_cannot_be_read_is_refused_with_its_ratio(tmp_path: Path, text: str, said: str) -> None:
    assert said in _refused(tmp_path, text)


def test_own_looks_can_be_read_and_heat_grows_darker() -> None:
    theme = Theme()
    for name, look in theme.looks().items():
        assert contrast(look.fill, look.text) >= 4.5, name
    on_white = [contrast(theme.looks()[name].fill, "FFFFFF") for name in HEAT]
    assert all(later > 1.15 * earlier for earlier, later in pairwise(on_white))


def test_without_a_theme_the_report_looks_as_by_itself(dossier: Dossier, book: bytes) -> None:
    assert report_bytes(dossier, theme=Theme()) == book


def test_a_theme_shows_everywhere(dossier: Dossier, tmp_path: Path) -> None:
    """One font in cells, footers and charts, and no colour of the usual looks that the theme replaced."""
    theme = _theme(tmp_path, BRAND)
    book = report_bytes(dossier, theme=theme)
    assert report_bytes(dossier, theme=theme) == book
    read: Any = openpyxl.load_workbook(io.BytesIO(book))
    assert {font.name for font in read._fonts} == {"Calibri"}
    assert {font.sz for font in read._fonts} == {11, 12, 14}
    assert read["Summary"]["A1"].font.color.rgb == "003A0CA3"
    charts = "".join(_parts(book, r"charts/chart\d+\.xml").values())
    assert set(re.findall(r'<a:(?:latin|ea) typeface="([^"]+)"', charts)) == {"Calibri"}
    assert charts.count("<a:latin ") == charts.count("<a:ea ")
    sheets = "".join(_parts(book, r"worksheets/sheet\d+\.xml").values())
    assert set(re.findall(r'&amp;"([^,<]+),Regular"', sheets)) == {"Calibri"}
    styles = _parts(book, r"styles\.xml")["xl/styles.xml"]
    for colour in (Theme().accent, Theme().header, Theme().good.fill, *Theme().series, *Theme().markets):
        assert colour not in charts, colour
    for colour in (Theme().accent, Theme().header, Theme().good.fill):
        assert colour not in styles, colour
    assert "AA0000" in charts


def test_larger_text_has_higher_rows_and_charts_cover_none(tmp_path: Path) -> None:
    """A chart of 7.5 cm is 212.6 points high; the rows down to the note below it must be as high in all."""
    for size in (8, 10, 12):
        book = _book([_chart_sheet()], Theme(size=size))
        sheet: Any = openpyxl.load_workbook(io.BytesIO(book))["Summary"]
        row = next(cell.row for (cell,) in sheet.iter_rows(min_col=1, max_col=1) if cell.value == "below")
        assert sum(sheet.row_dimensions[at].height for at in range(5, row)) >= 7.5 / 2.54 * 72
        assert sheet.row_dimensions[row].height == pytest.approx(13.2 * size / 10)


def test_a_font_that_the_theme_names_holds_in_every_language() -> None:
    with speaking("zh"):
        assert theme_in_use(Theme(font="Arial")).font == "Arial"
        assert theme_in_use(Theme(size=11)).font == theme_in_use(None).font != "Arial"
    assert theme_in_use(None).font == "Arial"


def _logo(folder: Path, name: str, size: tuple[int, int]) -> Path:
    Image.new("RGB", size, (200, 30, 30)).save(folder / name)
    return folder / name


def _anchor(book: bytes) -> tuple[int, int, int, int]:
    """Column and row of the logo, counted from 0, and its size in EMU (360,000 a cm)."""
    drawing = _parts(book, r"drawings/drawing1\.xml")["xl/drawings/drawing1.xml"]
    part = next(each for each in drawing.split("<oneCellAnchor>") if "<pic>" in each)
    numbers = [int(re.search(rf"{tag}(\d+)", part)[1]) for tag in ("<col>", "<row>", 'cx="', 'cy="')]  # type: ignore[index]
    return numbers[0], numbers[1], numbers[2], numbers[3]


@pytest.mark.parametrize(
    ("name", "pixels", "cm"),
    [
        ("square.png", (300, 300), (1.2, 1.2)),
        ("wide.png", (400, 100), (4.8, 1.2)),
        ("banner.jpg", (1000, 100), (6.0, 0.6)),
        ("small.jpeg", (10, 20), (0.6, 1.2)),
    ],
)
def test_a_logo_keeps_its_proportion(tmp_path: Path, name: str, pixels: tuple[int, int], cm: tuple[float, ...]) -> None:
    _logo(tmp_path, name, pixels)
    theme = _theme(tmp_path, f"logo: {name}")
    book = _book([_chart_sheet(), _chart_sheet_two()], theme)
    _, row, width, height = _anchor(book)
    assert (width / 360_000, height / 360_000) == pytest.approx(cm, abs=0.001)
    assert row == 2
    drawing = _parts(book, r"drawings/drawing1\.xml")["xl/drawings/drawing1.xml"]
    assert re.search(r'name="Image[^>]*descr="logo"', drawing)
    assert re.search(r'name="Chart[^>]*descr="Columns of 1.5 and 2 MW."', drawing)
    assert "<pic>" not in _parts(book, r"drawings/drawing2\.xml")["xl/drawings/drawing2.xml"]
    assert _book([_chart_sheet(), _chart_sheet_two()], theme) == book


def _chart_sheet_two() -> Sheet:
    table = Table("u", "U", (Column("n", "Name"), Column("v", "V", "MW", "0.0")), (("a", 1.5), ("b", 2.0)))
    chart = Chart("line", "Two", "u", "n", (Series("v", "V", "series 1"),), "A line from 1.5 to 2 MW.")
    return Sheet("Two", WORDS, "title", (Charts((chart,)), table))


def test_a_logo_covers_no_text_and_stays_on_the_page(dossier: Dossier, tmp_path: Path) -> None:
    """It ends at the print area's right edge and above the first row of the sheet's body; rows 3 and 4 hold no text
    there. A column is seven pixels a character and five more wide, a row 13.2 points."""
    theme = Theme(logo=_logo(tmp_path, "wide.png", (400, 100)))
    book = report_bytes(dossier, theme=theme)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(book))["Summary"]
    column, row, width, height = _anchor(book)
    assert row == 2
    assert sheet.row_dimensions[3].height + sheet.row_dimensions[4].height >= height / 12_700
    assert all(sheet.cell(at, across).value is None for at in (3, 4) for across in range(column + 1, 60))
    last = openpyxl.utils.range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))[2]
    room = sum(
        int(sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width * 7 + 5)
        for at in range(column + 1, last + 1)
    )
    assert width / 9525 <= room
    assert report_bytes(dossier, theme=theme) == book


@pytest.mark.parametrize(("name", "content"), [("text.png", b"no picture"), ("empty.jpg", b"")])
def test_a_logo_that_is_no_picture_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert f"logo: found '{name}', which is no picture that can be read" in _refused(tmp_path, f"logo: {name}")


def test_a_picture_of_another_kind_or_cut_short_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "a.gif")
    assert "allowed: a PNG or JPEG" in _refused(tmp_path, "logo: a.gif")
    whole = _logo(tmp_path, "b.png", (300, 300)).read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) // 2])
    assert "no picture that can be read" in _refused(tmp_path, "logo: b.png")
    (tmp_path / "c.png").write_bytes(b"x" * 1_000_001)
    assert "a large file; allowed: a PNG or JPEG of up to 1000 kB" in _refused(tmp_path, "logo: c.png")


def test_heat_is_drawn_with_its_legend() -> None:
    """Five looks with fills of the theme; the legend stands below the total row, in columns of the table's page."""
    rows = tuple((f"r{i}", Cell(float(i), look=look)) for i, look in enumerate(HEAT))
    legend = tuple((look, f"meaning {i}") for i, look in enumerate(HEAT))
    table = Table(
        "h", "H", (Column("n", "Name", width=20), Column("v", "V", "MW", "0.0", total=True)), rows, "Sum", legend=legend
    )
    sheet: Any = openpyxl.load_workbook(io.BytesIO(_book([Sheet("S", WORDS, "title", (table, Note("after")))])))["S"]
    fills = [look.fill for look in Theme().heat]
    assert [sheet.cell(7 + i, 2).fill.fgColor.rgb for i in range(5)] == [f"00{fill}" for fill in fills]
    assert sheet["A12"].value == "Sum"
    shown = [cell for row in sheet.iter_rows(min_row=13, max_row=13) for cell in row]
    assert [cell.fill.fgColor.rgb[2:] for cell in shown if cell.fill.fill_type] == fills
    assert [cell.value for cell in shown if cell.value] == [meaning for _, meaning in legend]
    assert sheet["A15"].value == "after"
