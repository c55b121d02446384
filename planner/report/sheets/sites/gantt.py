"""Halls of each site over time: building, ready, fed or bridged."""

from __future__ import annotations

from planner.report.by_period import View
from planner.report.look.colour_roles import GANTT
from planner.report.sheet_spec import COUNT, Cell, Column, Gantt, Value
from planner.report.sheets.common.calendar import is_even, time_columns
from planner.report.sheets.power.plant import bridges
from planner.report.words import say


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
        for _, t, begun, _ in shown:
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
    if len(shown) < count and is_even(view.line):
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


__all__ = ["gantt"]
