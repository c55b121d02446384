"""Charts: every kind says what Excel needs, draws what it should, and is valid against the published schemas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from planner.report import Dossier, report_bytes
from planner.report.look.colour_roles import FALL, NONE, RISE, TOTAL
from planner.report.look.theme import Theme
from planner.report.sheet_spec import Chart, Charts, Column, Formula, Series, Sheet, Table
from planner.report.workbook import Properties, workbook_bytes
from planner.report.workbook.charts import KINDS

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WORDS = "A message that is long enough to stand here, with the number 3.5."
STEPS = Table(
    "steps",
    "From one cost to another",
    (
        Column("label", "Step"),
        *(Column(key, key.title(), "MUSD", "0.0") for key in ("base", "rise", "fall", "total")),
    ),
    (
        ("plan", None, None, None, 100.0),
        ("chips", 100.0, 30.0, 0.0, None),
        ("grid", 110.0, 0.0, 20.0, None),
        ("other", None, None, None, 110.0),
    ),
)
"""100 and 30 are 130, less 20 is 110: the fall hangs from 130 down to 110, so its base is 110."""
NUMBERS = Table(
    "numbers",
    "Numbers",
    (Column("x", "X", "months", "0.0"), Column("a", "A", "MW", "0.0"), Column("b", "B", "MW", "0.0")),
    ((1.0, 10.0, 4.0), (2.0, 20.0, -3.0)),
)


def _chart(kind: str) -> Chart:
    if kind == "waterfall":
        series = tuple(
            Series(key, key, role) for key, role in (("base", NONE), ("rise", RISE), ("fall", FALL), ("total", TOTAL))
        )
        return Chart(
            kind, "From 100 to 110 MUSD", "steps", "label", series, "A waterfall from 100 to 110 MUSD.", "MUSD"
        )
    series = (Series("a", "A", "series 1"), Series("b", "B", "market 2", line=kind in ("stacked", "capacity")))
    return Chart(
        kind, "From 10 to 20 MW", "numbers", "x", series, f"A {kind} chart of 10 and 20 MW.", "MW", across="months"
    )


def _book(*charts: Chart, numbers: Table = NUMBERS, theme: Theme | None = None) -> bytes:
    sheet = Sheet("Summary", WORDS, "title", (*(Charts((chart,)) for chart in charts), STEPS, numbers))
    properties = Properties("case", date(2026, 1, 1), "k", Formula('"ALL OK"', {}, "ALL OK"))
    return workbook_bytes([sheet], properties, theme=theme)


def _charts(book: bytes) -> list[ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        names = [name for name in package.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        return [ElementTree.fromstring(package.read(name)) for name in names]


def _drawn(kind: str, **changes: Any) -> ElementTree.Element:
    (root,) = _charts(_book(_chart(kind), **changes))
    return root


def _flag(element: ElementTree.Element, *path: str) -> str | None:
    found = element.find("/".join(f"{C}{step}" for step in path))
    return None if found is None else found.get("val")


@pytest.fixture(scope="module")
def every_kind() -> bytes:
    """A workbook with a chart of each kind."""
    return _book(*(_chart(kind) for kind in KINDS))


@pytest.fixture(params=["every_kind", "book", "frontiered", "branched"])
def any_book(request: pytest.FixtureRequest) -> bytes:
    """A workbook with a chart of each kind, then real reports."""
    found = request.getfixturevalue(request.param)
    return report_bytes(found) if isinstance(found, Dossier) else found


def test_every_chart_says_what_excel_needs(any_book: bytes) -> None:
    """What openpyxl leaves out, LibreOffice does without and Excel does not."""
    for root in _charts(any_book):
        assert _flag(root, "roundedCorners") == "0"
        assert _flag(root, "chart", "title", "overlay") == "0"
        assert _flag(root, "chart", "autoTitleDeleted") in (None, "0")
        assert _flag(root, "chart", "legend", "overlay") in (None, "0")
        axes = [each for kind in ("catAx", "valAx") for each in root.iter(f"{C}{kind}")]
        assert len(axes) == 2
        for axis in axes:
            assert _flag(axis, "delete") == "0"
            assert _flag(axis, "title", "overlay") in (None, "0")
        for bars in root.iter(f"{C}barChart"):
            assert _flag(bars, "gapWidth") is not None
            assert _flag(bars, "overlap") == "100" or _flag(bars, "grouping") == "clustered"
        for scatter in root.iter(f"{C}scatterChart"):
            assert _flag(scatter, "scatterStyle") == "lineMarker"
        for kind in ("lineChart", "scatterChart"):
            for chart in root.iter(f"{C}{kind}"):
                assert all(_flag(each, "smooth") == "0" for each in chart.iter(f"{C}ser"))
        assert all(each.get("sourceLinked") == "0" for each in root.iter(f"{C}numFmt") if each.get("formatCode"))
        assert not list(root.iter(f"{C}pieChart"))


def test_every_series_has_its_cache_and_its_names(any_book: bytes) -> None:
    for root in _charts(any_book):
        drawn = list(root.iter(f"{C}ser"))
        assert 1 <= len(drawn) <= 6
        assert sorted(int(_flag(each, "idx") or -1) for each in drawn) == list(range(len(drawn)))
        for each in drawn:
            numbers, names = (each.findall(f".//{C}{cache}") for cache in ("numCache", "strCache"))
            assert len(numbers) + len(names) == 2
            for cache in (*numbers, *names):
                count = int(_flag(cache, "ptCount") or 0)
                assert count > 0
                assert all(int(point.get("idx", "")) < count for point in cache.iter(f"{C}pt"))
            assert all(_flag(cache, "ptCount") == str(len(list(cache.iter(f"{C}pt")))) for cache in names)
            assert each.find(f"{C}tx/{C}v") is not None


def test_every_chart_has_an_alternative_text(any_book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(any_book)) as package:
        for name in package.namelist():
            if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
                xml = package.read(name).decode()
                texts = re.findall(r'cNvPr id="\d+" name="Chart[^"]*" descr="([^"]+)"', xml)
                assert len(texts) == xml.count("<graphicFrame>") + xml.count("<xdr:graphicFrame>")
                assert all(len(text) > 20 for text in texts)


def test_bars_show_their_axis_of_values_below_and_run_downwards() -> None:
    root = _drawn("bar")
    assert _flag(root.find(f".//{C}barChart"), "barDir") == "bar"  # type: ignore[arg-type]
    values, names = root.find(f".//{C}valAx"), root.find(f".//{C}catAx")
    assert values is not None
    assert names is not None
    assert _flag(values, "delete") == "0"
    assert values.find(f"{C}majorGridlines") is not None
    assert _flag(names, "scaling", "orientation") == "maxMin"
    assert _flag(values, "crosses") == "max"


@pytest.mark.parametrize(
    ("rows", "overlap"),
    [
        (((1.0, 10.0, -4.0), (2.0, -2.0, 3.0)), "100"),
        (((1.0, 10.0, 4.0), (2.0, 20.0, -3.0)), "0"),
        (((1.0, -10.0, -4.0), (2.0, 20.0, -3.0)), "0"),
        (((1.0, 10.0, None), (2.0, 20.0, -3.0)), "100"),
    ],
)
def test_bars_share_a_line_only_where_none_covers_another(rows: Any, overlap: str) -> None:
    """To both sides of zero, as in a tornado, they share one; two to the same side stand one below the other."""
    root = _drawn("bar", numbers=Table("numbers", "", NUMBERS.columns, rows))
    assert root.find(f".//{C}overlap").get("val", "0") == overlap  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("numbers", "least", "most"),
    [((10.0, 20.0), "0", None), ((-10.0, -20.0), None, "0"), ((-10.0, 20.0), None, None), ((-1e-9, 20.0), "0", None)],
)
def test_columns_start_at_zero(numbers: tuple[float, float], least: str | None, most: str | None) -> None:
    """Also where a rounding error lies below it; with numbers on both sides Excel finds the ends itself."""
    rows = tuple((float(i), number, 0.0) for i, number in enumerate(numbers))
    root = _drawn("stacked", numbers=Table("numbers", "", NUMBERS.columns, rows))
    values = root.find(f".//{C}valAx")
    assert values is not None
    shown = [_flag(values, "scaling", end) for end in ("min", "max")]
    assert [None if each is None else f"{float(each):g}" for each in shown] == [least, most]


def test_a_line_over_columns_is_not_cut_off_at_zero() -> None:
    """The columns are 10 and 20, the line falls to -3."""
    values = _drawn("capacity").find(f".//{C}valAx")
    assert values is not None
    assert _flag(values, "scaling", "min") is None


def test_a_waterfall_stands_on_columns_that_are_not_drawn() -> None:
    """Its base has neither fill, line, number nor name in the legend; the rest carries signed numbers, zeros none."""
    theme = Theme()
    root = _drawn("waterfall")
    base, rise, fall, total = root.iter(f"{C}ser")
    assert base.find(f"{C}spPr/{A}noFill") is not None
    assert base.find(f"{C}spPr/{A}ln/{A}noFill") is not None
    assert base.find(f"{C}dLbls") is None
    fills = [each.find(f"{C}spPr/{A}solidFill/{A}srgbClr").get("val") for each in (rise, fall, total)]  # type: ignore[union-attr]
    assert fills == [theme.rise, theme.fall, theme.total]
    forms = [each.find(f"{C}dLbls/{C}numFmt").get("formatCode") for each in (rise, fall, total)]  # type: ignore[union-attr]
    assert forms == ["+#,##0;;", "-#,##0;;", "#,##0;-#,##0;"]
    entry = root.find(f".//{C}legend/{C}legendEntry")
    assert entry is not None
    assert (_flag(entry, "idx"), _flag(entry, "delete")) == ("0", "1")
    bars = root.find(f".//{C}barChart")
    assert bars is not None
    assert (_flag(bars, "grouping"), _flag(bars, "overlap")) == ("stacked", "100")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of chart: pie"):
        _book(_chart("pie"))


# What follows checks whole workbooks against the schemas of ECMA-376 as the Open XML SDK has them.


@pytest.fixture(scope="module")
def problems_of() -> Callable[[Path], list[str]]:
    """What the validator finds in a workbook, part by part."""
    audit = pytest.importorskip("openxml_audit")

    def found(path: Path) -> list[str]:
        result = audit.OpenXmlValidator(max_errors=0).validate(path)
        wrong = [each for each in result.errors if each.severity.value == "error" and not _order_of_fonts(each)]
        return [f"{each.part_uri}: {each.description}" for each in wrong]

    return found


def _order_of_fonts(problem: Any) -> bool:
    """openpyxl's order of a font's parts: transitional files may have any order, which the SDK's tables leave out."""
    return problem.part_uri == "/xl/styles.xml" and "/font[" in (problem.path or "")


def _file(book: bytes, tmp_path: Path) -> Path:
    (tmp_path / "book.xlsx").write_bytes(book)
    return tmp_path / "book.xlsx"


def test_every_part_is_valid(any_book: bytes, tmp_path: Path, problems_of: Callable[[Path], list[str]]) -> None:
    assert problems_of(_file(any_book, tmp_path)) == []


def test_a_theme_and_a_logo_are_valid(tmp_path: Path, problems_of: Callable[[Path], list[str]]) -> None:
    Image.new("RGB", (40, 10)).save(tmp_path / "logo.png")
    theme = Theme(font="Calibri", size=12, logo=tmp_path / "logo.png")
    assert problems_of(_file(_book(*(_chart(kind) for kind in KINDS), theme=theme), tmp_path)) == []


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (r"(<idx [^>]*/>)(<order [^>]*/>)", r"\2\1"),
        (r"(<barDir [^>]*/>)(<grouping [^>]*/>)", r"\2\1"),
        (r"<crossAx [^>]*/>", ""),
        (r"<axId [^>]*/>", ""),
        (r'<grouping val="\w+"', '<grouping val="piled"'),
        (r'<overlap val="100"', '<overlap val="much"'),
        (r'<orientation val="\w+"', '<orientation val="sideways"'),
        (r"<ptCount [^>]*/>", '<ptCount val="many" />'),
        (r"<roundedCorners", "<roundCorners"),
    ],
)
def test_a_fault_of_a_chart_is_found(
    pattern: str, fault: str, every_kind: bytes, tmp_path: Path, problems_of: Callable[[Path], list[str]]
) -> None:
    """The check is worth something: elements swapped, left out, misspelt, and values that there are none of."""
    target = tmp_path / "fault.xlsx"
    with zipfile.ZipFile(io.BytesIO(every_kind)) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/charts/chart1.xml":
                changed = re.sub(pattern, fault, data.decode(), count=1, flags=re.DOTALL)
                assert changed != data.decode()
                data = changed.encode()
            out.writestr(name, data)
    found = problems_of(target)
    assert found
    assert all(each.startswith("/xl/charts/chart1.xml") for each in found)
