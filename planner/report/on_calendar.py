"""Charts of periods that differ in length go by the calendar: a year is as wide as the four quarters before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from planner.report.dossier import Dossier
from planner.report.sheet_spec import (
    Beside,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Gantt,
    Ref,
    Sheet,
    Table,
    Value,
    link,
    number,
    tables_of,
)
from planner.report.sheets.common.calendar import TimeColumn, calendar_columns, is_even
from planner.report.words import say
from planner.timeline import Frequency, Timeline


def on_calendar(dossier: Dossier, sheets: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    """The sheets, with what their charts show of periods told by the calendar, in tables at the end of their pages.

    Where all periods that are reported have one length, the sheets as they are.
    """
    line = dossier.case.settings.timeline
    if is_even(line):
        return sheets
    charts = [chart for sheet in sheets for chart in _charts(sheet.blocks)]
    labels = [line.label(t) for t in range(line.reported)]
    made: dict[str, Table] = {}
    found: list[Sheet] = []
    for sheet in sheets:
        drawn = [_by_calendar(line, table, charts) for table in _of_periods(sheet.blocks, labels, charts)]
        made |= {table.id: table for table in drawn}
        found.append(replace(sheet, blocks=(*sheet.blocks, *drawn)))
    return tuple(replace(sheet, blocks=tuple(_redrawn(sheet.blocks, made))) for sheet in found)


def _charts(blocks: Iterable[Block]) -> Iterator[Chart]:
    for block in blocks:
        if isinstance(block, Charts):
            yield from block.charts
        elif isinstance(block, Beside):
            yield from _charts((*block.left, *block.right))


def _of_periods(blocks: Sequence[Block], labels: list[str], charts: list[Chart]) -> list[Table]:
    """Tables that a chart shows with a line for each period."""
    along = {chart.table: chart.category for chart in charts if chart.kind != "scatter"}
    return [
        table
        for table in tables_of(blocks)
        if not isinstance(table, Gantt)
        and table.id in along
        and table.values(along[table.id])[: len(table.rows) - table.uncharted] == labels
    ]


def _by_calendar(line: Timeline, table: Table, charts: list[Chart]) -> Table:
    """What charts show of a table, by stretches of the calendar that are equally long."""
    length, shown = calendar_columns(line)
    of_it = [chart for chart in charts if chart.table == table.id]
    sums = {series.column for chart in of_it if chart.sums for series in chart.series}
    drawn = {series.column for chart in of_it for series in chart.series}
    heading, caption = _named(length, table.caption)
    kept = [column for column in table.columns if column.key in drawn]
    rows: list[tuple[Value, ...]] = []
    for column in shown:
        values = (_up_to(line, table, each, column) if each.key in sums else _in(table, each, column) for each in kept)
        rows.append((column.label, *values))
    first = next(each for each in table.columns if each.key == of_it[0].category)
    columns = (replace(first, header=heading), *(replace(each, total=False) for each in kept))
    return Table(_id(table.id), caption, columns, tuple(rows))


def _id(table: str) -> str:
    return f"calendar_{table}"


def _named(length: Frequency, caption: str) -> tuple[str, str]:
    """Heading of the stretches, and what the table shows."""
    return {
        "month": (say("Month"), say("{caption}: by month of the calendar, as charted", caption=caption)),
        "quarter": (say("Quarter"), say("{caption}: by quarter of the calendar, as charted", caption=caption)),
        "year": (say("Year"), say("{caption}: by calendar year, as charted", caption=caption)),
    }[length]


def _in(table: Table, column: Column, at: TimeColumn) -> Value:
    """A level: that of the period in which the stretch ends; nothing where that has none."""
    value = table.values(column.key)[at.last]
    return None if value is None else link(table.id, column.key, value, row=at.last)


def _up_to(line: Timeline, table: Table, column: Column, at: TimeColumn) -> Value:
    """What has come together by the end of the stretch: what a period adds comes evenly over its months."""
    values, t = [number(value) for value in table.values(column.key)], at.last
    part = (at.end - line.offset(t)) / line.months(t)
    before = values[t - 1] if t else 0.0
    cells = {"now": Ref(table.id, column.key, t)} | ({"before": Ref(table.id, column.key, t - 1)} if t else {})
    value = before + (values[t] - before) * part
    if part == 1.0:
        return Formula("{now}", {"now": cells["now"]}, value)
    return Formula(f"{{before}}+({{now}}-{{before}})*{part!r}" if t else f"{{now}}*{part!r}", cells, value)


def _redrawn(blocks: Iterable[Block], made: dict[str, Table]) -> Iterator[Block]:
    """The blocks, charts that show a table of periods showing the one by the calendar in its place."""
    for block in blocks:
        if isinstance(block, Charts):
            yield Charts(
                tuple(
                    replace(chart, table=_id(chart.table)) if _id(chart.table) in made else chart
                    for chart in block.charts
                )
            )
        elif isinstance(block, Beside):
            yield replace(block, left=tuple(_redrawn(block.left, made)), right=tuple(_redrawn(block.right, made)))
        else:
            yield block


__all__ = ["on_calendar"]
