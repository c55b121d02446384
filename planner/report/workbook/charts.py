"""Draws charts with everything that Excel needs said: axes, overlaps, overlays and the data's cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as Drawn
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties, RegularTextRun

from planner.report import style
from planner.report.spec import Chart, Gantt, Ref, Series, Table
from planner.report.workbook.cells import clean
from planner.report.workbook.layout import Layout

_TEXT, _TITLE = 900, 1050
"""Hundredths of a point of labels and titles."""


def draw(chart: Chart, layout: Layout, tables: Mapping[str, Table | Gantt]) -> Any:
    """A chart of openpyxl."""
    if chart.kind == "scatter":
        return _scatter(chart, layout, tables[chart.table])
    columns = [series for series in chart.series if not series.line]
    lines = [series for series in chart.series if series.line]
    table = tables[chart.table]
    made: Any = LineChart() if chart.kind == "line" else BarChart()
    above: Any = made
    if chart.kind == "line":
        columns, lines = [], list(chart.series)
    else:
        made.type = "bar" if chart.kind == "bar" else "col"
        made.grouping = "clustered" if chart.kind == "bar" else "stacked"
        made.overlap = 100
        made.gapWidth = {"capacity": 0, "bar": 40}.get(chart.kind, 45)
        above = LineChart() if lines else made
    for position, series in enumerate([*columns, *lines]):
        drawn = (_line if series in lines else _column)(chart, series, layout, table)
        drawn.idx = drawn.order = position
        (above if series in lines else made).series.append(drawn)
    if above is not made:
        made += above
    _axes(made, chart)
    return _frame(made, chart)


def _frame(made: Any, chart: Chart) -> Any:
    """What every chart has around its axes."""
    made.title = _title(chart.title, _TITLE, bold=True)
    made.title.overlay = False
    made.roundedCorners = False
    made.legend = Legend() if len(chart.series) > 1 else None
    if made.legend is not None:
        made.legend.position = "b"
        made.legend.overlay = False
        made.legend.txPr = _text(_TEXT)
    made.display_blanks = "gap"
    made.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    made.width, made.height = chart.width, chart.height
    return made


def _scatter(chart: Chart, layout: Layout, table: Table | Gantt) -> Any:
    """Points joined by straight lines; neither axis has to begin at zero."""
    made: Any = ScatterChart()
    made.scatterStyle = "lineMarker"
    made.varyColors = False
    for position, series in enumerate(chart.series):
        drawn: Any = Drawn()
        drawn.tx = SeriesLabel(v=clean(series.label))
        drawn.xVal = AxDataSource(numRef=_numbers(chart.table, chart.category, chart.across_format, layout, table))
        drawn.yVal = NumDataSource(numRef=_numbers(chart.table, series.column, chart.format, layout, table))
        drawn.spPr = GraphicalProperties(ln=LineProperties(solidFill=series.colour, w=19050))
        fill = GraphicalProperties(solidFill=series.colour, ln=LineProperties(solidFill=series.colour))
        drawn.marker = Marker(symbol="circle", size=8, spPr=fill)
        drawn.smooth = False
        drawn.idx = drawn.order = position
        made.series.append(drawn)
    for axis, form, title in (
        (made.x_axis, chart.across_format, chart.across),
        (made.y_axis, chart.format, chart.unit),
    ):
        axis.delete = False
        axis.txPr = _text(_TEXT)
        axis.majorTickMark = "none"
        axis.tickLblPos = "low"
        axis.number_format = form
        axis.numFmt.sourceLinked = False
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.RULE))
        axis.title = _title(title, _TEXT, bold=False) if title else None
        if axis.title is not None:
            axis.title.overlay = False
    made.x_axis.majorGridlines = None
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E4E7EB", w=6350))
    return _frame(made, chart)


def _column(chart: Chart, series: Series, layout: Layout, table: Table | Gantt) -> Any:
    drawn = _series(chart, series, layout, table)
    edge = LineProperties(noFill=True) if chart.kind == "capacity" else LineProperties(solidFill="FFFFFF", w=3175)
    drawn.spPr = GraphicalProperties(solidFill=series.colour, ln=edge)
    drawn.invertIfNegative = False
    if chart.kind == "bar":
        drawn.dLbls = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
        drawn.dLbls.numFmt = chart.format
        drawn.dLbls.txPr = _text(_TEXT)
    return drawn


def _line(chart: Chart, series: Series, layout: Layout, table: Table | Gantt) -> Any:
    drawn = _series(chart, series, layout, table)
    drawn.spPr = GraphicalProperties(ln=LineProperties(solidFill=series.colour, w=28575))
    drawn.smooth = False
    drawn.marker = Marker(symbol="none")
    return drawn


def _series(chart: Chart, series: Series, layout: Layout, table: Table | Gantt) -> Any:
    drawn: Any = Drawn()
    label = clean(series.label)
    drawn.tx = SeriesLabel(v=label)
    drawn.val = NumDataSource(numRef=_numbers(chart.table, series.column, chart.format, layout, table))
    names = [StrVal(idx=i, v=clean(str(v))) for i, v in enumerate(_values(table, chart.category))]
    drawn.cat = AxDataSource(
        strRef=StrRef(
            f=layout.address(Ref(chart.table, chart.category), absolute=True),
            strCache=StrData(ptCount=len(names), pt=names),
        )
    )
    return drawn


def _numbers(name: str, column: str, form: str, layout: Layout, table: Table | Gantt) -> NumRef:
    """A column's cells with the cache that previews draw from."""
    values = _values(table, column)
    points = [NumVal(idx=i, v=repr(float(v))) for i, v in enumerate(values) if isinstance(v, int | float)]
    return NumRef(
        f=layout.address(Ref(name, column), absolute=True),
        numCache=NumData(formatCode=form, ptCount=len(values), pt=points),
    )


def _values(table: Table | Gantt, column: str) -> list[Any]:
    if isinstance(table, Gantt):
        raise TypeError("a chart draws a table")
    return table.values(column)


def _axes(made: Any, chart: Chart) -> None:
    made.x_axis.delete = False
    made.y_axis.delete = False
    made.x_axis.txPr = _text(_TEXT)
    made.y_axis.txPr = _text(_TEXT)
    made.x_axis.tickLblPos = "low"
    made.x_axis.tickLblSkip = made.x_axis.tickMarkSkip = _skip(made, chart)
    made.x_axis.majorTickMark = "none"
    made.y_axis.majorTickMark = "none"
    made.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.RULE))
    made.y_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E4E7EB", w=6350))
    made.y_axis.number_format = chart.format
    made.y_axis.numFmt.sourceLinked = False
    made.x_axis.number_format = "General"
    made.y_axis.title = _title(chart.unit, _TEXT, bold=False) if chart.unit else None
    if made.y_axis.title is not None:
        made.y_axis.title.overlay = False
    if chart.kind == "bar":
        made.x_axis.scaling.orientation = "maxMin"
        made.y_axis.delete = True
        made.y_axis.majorGridlines = None
    if not any(v < 0 for v in _lowest(made)):
        made.y_axis.scaling.min = 0
    if chart.maximum is not None:
        made.y_axis.scaling.max = chart.maximum


def _skip(made: Any, chart: Chart) -> int:
    """Categories from one label to the next, so that labels do not meet."""
    if not made.series:
        return 1
    first = made.series[0].cat.strRef.strCache
    longest = max((len(point.v) for point in first.pt), default=1)
    room = max(1.0, (chart.width - 2.5) / (0.17 * longest + 0.1))
    return next((step for step in (1, 2, 4, 8, 12, 20, 40) if first.ptCount <= step * room), 60)


def _lowest(made: Any) -> list[float]:
    return [float(point.v) for series in made.series for point in series.val.numRef.numCache.pt]


def _title(text: str, size: int, *, bold: bool) -> Title:
    look = CharacterProperties(sz=size, b=bold, solidFill=style.INK, latin=Font(typeface=style.FONT))
    run = RegularTextRun(rPr=look, t=clean(text))
    body = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])])
    return Title(tx=Text(rich=body))


def _text(size: int) -> RichText:
    look = CharacterProperties(sz=size, solidFill=style.QUIET, latin=Font(typeface=style.FONT))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)])
