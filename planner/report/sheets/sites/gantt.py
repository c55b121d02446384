"""Halls of each site over time: building, ready, fed or bridged."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from datetime import date
from itertools import groupby
from typing import NamedTuple

from planner.report.by_period import View
from planner.report.look.colour_roles import GANTT
from planner.report.sheet_spec import COUNT, Cell, Column, Gantt, Value
from planner.report.sheets.power.plant import bridges
from planner.report.words import say
from planner.timeline import Timeline

MOST_PERIODS = 24
"""Columns of time that fit on a page."""


class TimeColumn(NamedTuple):
    """A column of time."""

    label: str
    """Its heading."""
    last: int
    """Period whose state it shows: the one that its last month lies in."""
    begun: range
    """Periods that begin in it."""


def time_columns(line: Timeline) -> list[TimeColumn]:
    """Columns of the periods that are reported, all of one length: periods where they are alike, else of the calendar.

    >>> line = Timeline.of(date(2027, 1, 1), month=15, quarter=2, year=1)
    >>> [(each.label, each.last) for each in time_columns(line)][4:10]
    [('2028-Q1', 14), ('2028-Q2', 15), ('2028-Q3', 16), ('2028-Q4', 17), ('2029-Q1', 17), ('2029-Q2', 17)]
    """
    lengths = {line.months(t) for t in range(line.reported)}
    if len(lengths) == 1:
        step = math.ceil(line.reported / MOST_PERIODS)
        ends = range(step - 1, line.reported, step)
        return [TimeColumn(line.label(t), t, range(t - step + 1, t + 1)) for t in ends]
    months = [t for t in range(line.reported) for _ in range(line.months(t))]
    calendar = Timeline.even(line.start, "month", len(months))
    found: list[list[int]] = []
    for label in _CALENDAR:
        keys = [label(calendar.first_day(month)) for month in range(len(months))]
        found = [list(run) for _, run in groupby(range(len(months)), key=lambda month: keys[month])]
        if len(found) <= MOST_PERIODS:
            break
    offsets = [line.offset(t) for t in range(line.reported)]
    return [
        TimeColumn(
            keys[run[0]], months[run[-1]], range(bisect_left(offsets, run[0]), bisect_left(offsets, run[-1] + 1))
        )
        for run in found
    ]


_CALENDAR: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%Y-%m}",
    lambda day: f"{day.year}-Q{(day.month - 1) // 3 + 1}",
    lambda day: str(day.year),
)
"""Lengths of columns of the calendar, the shortest first: what a day's month, quarter and year are called."""


def gantt(view: View) -> Gantt:
    """Two lines a site, a column for each stretch of time."""
    case, count = view.dossier.case, len(view.periods)
    shown = time_columns(view.line)
    building, started = _construction(view)
    ready = {key[0]: line for key, line in view.by_period("halls", "it_mw", "site").items()}
    connected = {key[0]: line for key, line in view.by_period("halls", "grid_cap_mw", "site").items()}
    plants = bridges(view)
    rows: list[tuple[Value, ...]] = []
    for name, site in case.sites.items():
        upper: list[Value] = []
        lower: list[Value] = []
        for _, t, begun in shown:
            under = building[name][t]
            begins = any(started[name][u] > 0 for u in begun)
            upper.append(Cell(under, look="start" if begins else "build") if under > 0 else None)
            stands = ready.get(name, [0.0] * count)[t]
            fed = connected.get(name, [0.0] * count)[t] >= stands * site.pue * (1 - 1e-6)
            bridged = name in plants and plants[name].bridges(t)
            look = "bridge" if bridged else "powered" if fed else "waits"
            lower.append(Cell(stands, look=look) if stands > 0 else None)
        if any(cell is not None for cell in (*upper, *lower)):
            rows.append((name, site.region, say("building"), *upper))
            rows.append((None, Cell(case.market_of(name), look="quiet"), say("ready"), *lower))
    columns = [
        Column("site", say("Site"), width=19),
        Column("region", say("Region"), width=15),
        Column("what", say("MW IT"), width=9),
        *(Column(str(at), each.label.replace("-", "\n"), "", COUNT, 6.1) for at, each in enumerate(shown)),
    ]
    legend = [
        ("start", say("building, with a start")),
        ("build", say("building")),
        ("powered", say("ready and fed")),
        ("waits", say("ready, waits for grid")),
    ]
    if plants:
        legend.insert(3, ("bridge", say("bridged by own plant")))
    assert all(code in GANTT for code, _ in legend)
    caption, step = say("Halls over time"), len(shown[0].begun)
    if len(shown) < count and len(set(view.lengths)) == 1:
        caption = say("Halls over time, every {step} periods", step=step)
    return Gantt("gantt", caption, tuple(columns), tuple(rows), tuple(legend))


def _construction(view: View) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """MW under construction and MW begun, by site and period."""
    case, count = view.dossier.case, len(view.periods)
    line = case.settings.timeline
    position = {label: t for t, label in enumerate(view.periods)}
    building = {site: [0.0] * count for site in case.sites}
    started = {site: [0.0] * count for site in case.sites}
    for name, site in case.sites.items():
        for halls in site.committed.values():
            for t in range(min(count, line.from_date(halls.ready))):
                building[name][t] += halls.it_mw
    least = view.least("starts", "start_mw")
    for node, site_name, mw, ready in view.solution.rows("starts", "node", "site", "start_mw", "ready"):
        if mw <= least:
            continue
        mw, begun = mw * view.probability_of[node], view.period_of[node]
        started[site_name][begun] += mw
        for t in range(begun, position.get(ready, count)):
            building[site_name][t] += mw
    return building, started


__all__ = ["TimeColumn", "gantt", "time_columns"]
