"""Draws charts with everything that Excel needs said: axes, overlaps, overlays and the data's cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend, LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series as Drawn
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from planner.report.language import columns
from planner.report.look.chart_styles import ChartPen
from planner.report.look.colour import PAPER
from planner.report.look.colour_roles import FALL, INK, NONE, RISE
from planner.report.look.theme import Theme
from planner.report.sheet_spec import Chart, Gantt, Ref, Series, Table
from planner.report.workbook.cells import clean
from planner.report.workbook.layout import Layout

KINDS = ("stacked", "capacity", "line", "bar", "waterfall", "scatter")
"""Kinds of charts."""
_GAPS = {"capacity": 0, "bar": 40}
"""Space between columns in hundredths of their width, where it is not 45."""
NOISE = 1e-9
"""Share of a chart's largest number below which one counts as zero."""
_STEPS = {RISE: "+{form};;", FALL: "-{form};;"}
"""Formats of the numbers on a waterfall's steps, which are typed without a sign; zero is left out."""
_TOTALS = "{form};-{form};"


def draw(chart: Chart, layout: Layout, tables: Mapping[str, Table | Gantt], theme: Theme) -> Any:
    """A chart of openpyxl."""
    if chart.kind not in KINDS:
        raise ValueError(f"no kind of chart: {chart.kind}")
    table = tables[chart.table]
    if not isinstance(table, Table):
        raise TypeError("a chart draws a table")
    drawing = _Drawing(chart, table, layout, ChartPen(theme))
    made = drawing.scatter() if chart.kind == "scatter" else drawing.columns()
    return drawing.frame(made)


@dataclass(frozen=True)
class _Drawing:
    """One chart on its way to openpyxl's objects."""

    chart: Chart
    table: Table
    layout: Layout
    pen: ChartPen

    def columns(self) -> Any:
        """Columns or bars with lines over them, or lines alone."""
        chart = self.chart
        lines = [series for series in chart.series if series.line or chart.kind == "line"]
        columns = [series for series in chart.series if series not in lines]
        made: Any = LineChart() if chart.kind == "line" else BarChart()
        above: Any = LineChart() if lines and columns else made
        if chart.kind != "line":
            made.type = "bar" if chart.kind == "bar" else "col"
            made.grouping = "clustered" if chart.kind == "bar" else "stacked"
            made.overlap = 0 if chart.kind == "bar" and self._side_by_side() else 100
            made.gapWidth = _GAPS.get(chart.kind, 45)
        for position, series in enumerate([*columns, *lines]):
            drawn = self._line(series) if series in lines else self._column(series)
            drawn.idx = drawn.order = position
            (above if series in lines else made).series.append(drawn)
        if above is not made:
            made += above
        self._axes(made)
        return made

    def _side_by_side(self) -> bool:
        """Whether bars of one category would cover each other; those to both sides of zero share a line."""
        numbers = [[v for v in self._values(each.column) if isinstance(v, int | float)] for each in self.chart.series]
        lines = list(zip(*numbers, strict=False))
        return any(sum(v > 0 for v in line) > 1 or sum(v < 0 for v in line) > 1 for line in lines)

    def scatter(self) -> Any:
        """Points joined by straight lines; neither axis has to begin at zero."""
        chart, pen = self.chart, self.pen
        made: Any = ScatterChart()
        made.scatterStyle = "lineMarker"
        made.varyColors = False
        for position, series in enumerate(chart.series):
            drawn: Any = Drawn()
            drawn.tx = SeriesLabel(v=clean(series.label))
            drawn.xVal = AxDataSource(numRef=self._numbers(chart.category, chart.across_format))
            drawn.yVal = NumDataSource(numRef=self._numbers(series.column, chart.format))
            drawn.spPr = pen.line(series.colour, 1.5)
            colour = pen.theme.colour(series.colour)
            fill = GraphicalProperties(solidFill=colour, ln=LineProperties(solidFill=colour))
            drawn.marker = Marker(symbol="circle", size=8, spPr=fill)
            drawn.smooth = False
            drawn.idx = drawn.order = position
            made.series.append(drawn)
        for axis, form, title in (
            (made.x_axis, chart.across_format, chart.across),
            (made.y_axis, chart.format, chart.unit),
        ):
            axis.delete = False
            axis.txPr = pen.text()
            axis.majorTickMark = "none"
            axis.tickLblPos = "low"
            axis.number_format = form
            axis.numFmt.sourceLinked = False
            axis.graphicalProperties = pen.axis("rule")
            axis.title = pen.axis_title(title)
        made.x_axis.majorGridlines = None
        made.y_axis.majorGridlines.spPr = pen.line("grid", 0.5)
        return made

    def frame(self, made: Any) -> Any:
        """What every chart has around its axes."""
        chart, pen = self.chart, self.pen
        made.title = pen.heading(chart.title)
        made.roundedCorners = False
        made.legend = Legend() if len(chart.series) > 1 else None
        if made.legend is not None:
            made.legend.position = "b"
            made.legend.overlay = False
            made.legend.txPr = pen.text()
            unseen = [i for i, series in enumerate(chart.series) if series.colour == NONE]
            made.legend.legendEntry = [LegendEntry(idx=i, delete=True) for i in unseen]
        made.display_blanks = "gap"
        made.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        made.width, made.height = chart.width, chart.height
        return made

    def _column(self, series: Series) -> Any:
        kind = self.chart.kind
        drawn = self._series(series)
        drawn.spPr = self.pen.area(series.colour, edge=None if kind == "capacity" else PAPER)
        drawn.invertIfNegative = False
        if kind == "bar":
            drawn.dLbls = self._labels(self.chart.format, "quiet")
        elif kind == "waterfall" and series.colour != NONE:
            drawn.dLbls = self._labels(_STEPS.get(series.colour, _TOTALS).format(form=self.chart.format), INK)
        return drawn

    def _labels(self, form: str, role: str) -> DataLabelList:
        """A number at each column."""
        made = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False)
        made.numFmt = form
        made.txPr = self.pen.text(role)
        return made

    def _line(self, series: Series) -> Any:
        drawn = self._series(series)
        drawn.spPr = self.pen.line(series.colour, 2.25)
        drawn.smooth = False
        drawn.marker = Marker(symbol="none")
        return drawn

    def _series(self, series: Series) -> Any:
        drawn: Any = Drawn()
        drawn.tx = SeriesLabel(v=clean(series.label))
        drawn.val = NumDataSource(numRef=self._numbers(series.column, self.chart.format))
        names = [StrVal(idx=i, v=clean(str(v))) for i, v in enumerate(self._values(self.chart.category))]
        drawn.cat = AxDataSource(
            strRef=StrRef(
                f=self.layout.address(self._shown(self.chart.category), absolute=True),
                strCache=StrData(ptCount=len(names), pt=names),
            )
        )
        return drawn

    def _numbers(self, column: str, form: str) -> NumRef:
        """A column's cells with the cache that previews draw from."""
        values = self._values(column)
        points = [NumVal(idx=i, v=repr(float(v))) for i, v in enumerate(values) if isinstance(v, int | float)]
        return NumRef(
            f=self.layout.address(self._shown(column), absolute=True),
            numCache=NumData(formatCode=form, ptCount=len(values), pt=points),
        )

    def _values(self, column: str) -> list[Any]:
        return self.table.values(column)[: len(self.table.rows) - self.table.uncharted]

    def _shown(self, column: str) -> Ref:
        """Cells of a column that a chart shows."""
        if not self.table.uncharted:
            return Ref(self.table.id, column)
        return Ref(self.table.id, column, 0, last=len(self.table.rows) - self.table.uncharted - 1)

    def _axes(self, made: Any) -> None:
        chart, pen = self.chart, self.pen
        for axis in (made.x_axis, made.y_axis):
            axis.delete = False
            axis.txPr = pen.text()
            axis.majorTickMark = "none"
        made.x_axis.tickLblPos = "low"
        made.x_axis.tickLblSkip = made.x_axis.tickMarkSkip = self._skip()
        made.x_axis.graphicalProperties = pen.axis("rule")
        made.x_axis.number_format = "General"
        made.y_axis.graphicalProperties = pen.axis(NONE)
        made.y_axis.majorGridlines.spPr = pen.line("grid", 0.5)
        made.y_axis.number_format = chart.format
        made.y_axis.numFmt.sourceLinked = False
        made.y_axis.title = pen.axis_title(chart.unit)
        if chart.kind == "bar":
            # Names run downwards; the axis of values then stands below them only if it crosses at their end.
            made.x_axis.scaling.orientation = "maxMin"
            made.y_axis.crosses = "max"
        seen = [v for series in chart.series for v in self._values(series.column) if isinstance(v, int | float)]
        least = NOISE * max(map(abs, seen), default=0.0)
        if all(value >= -least for value in seen):
            made.y_axis.scaling.min = 0
        elif all(value <= least for value in seen):
            made.y_axis.scaling.max = 0
        if chart.maximum is not None:
            made.y_axis.scaling.max = chart.maximum

    def _skip(self) -> int:
        """Categories from one label to the next, so that labels do not meet."""
        names = self._values(self.chart.category)
        if self.chart.kind == "bar" or not names:
            return 1
        longest = max(columns(clean(str(name))) for name in names)
        room = max(1.0, (self.chart.width - 2.5) / (0.17 * longest + 0.1))
        return next((step for step in (1, 2, 4, 8, 12, 20, 40) if len(names) <= step * room), 60)
