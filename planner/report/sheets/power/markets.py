"""Draw against headroom, by market."""

from __future__ import annotations

import math

from planner.report.by_period import View
from planner.report.look.colour_roles import CAPACITY, market_colours
from planner.report.sheet_spec import ONE, SHARE, Chart, Column, Formula, Ref, Series, Table, Value
from planner.report.sheets.common.parts import scale
from planner.report.words import say, three

WIDTH = 11.5
"""Width of a column of numbers."""


def market_tables(view: View) -> dict[str, Table]:
    """Draw and headroom of each market that has regions."""
    draw, room = by_market(view, "draw_mw"), by_market(view, "headroom_mw")
    unit = say("MW facility")
    tables = {}
    for position, market in enumerate(view.dossier.case.markets):
        name = f"power_{position}"
        rows: list[tuple[Value, ...]] = []
        for t, period in enumerate(view.periods):
            load, limit = draw[market][t], room[market][t] if market in room else None
            cells = {"draw": Ref(name, "draw", t), "room": Ref(name, "room", t)}
            left = None if limit is None else Formula("{room}-{draw}", cells, limit - load)
            use = Formula("{draw}/{room}", cells, load / limit) if limit else None
            rows.append((period, load, limit, left, use))
        tables[market] = Table(
            name,
            say("{market}: draw against headroom", market=market),
            (
                Column("period", say("Period"), width=WIDTH),
                Column("draw", say("Draw"), unit, ONE, WIDTH),
                Column("room", say("Headroom"), unit, ONE, WIDTH),
                Column("left", say("Left"), unit, ONE, WIDTH),
                Column("use", say("Used"), say("share"), SHARE, WIDTH),
            ),
            tuple(rows),
        )
    return tables


def market_charts(view: View, tables: dict[str, Table], *, width: float, height: float = 7.5) -> tuple[Chart, ...]:
    """Draw as a line over headroom as pale columns, one chart a market, all on one scale."""
    colours = market_colours(view.dossier.case.markets)
    values = [v for table in tables.values() for key in ("draw", "room") for v in table.values(key)]
    top = scale(max((float(v) for v in values if isinstance(v, int | float)), default=1.0))
    charts = []
    for market, table in list(tables.items())[:2]:
        last = float(table.values("draw")[-1] or 0.0)
        limit = table.values("room")[-1]
        series = [Series("draw", say("draw"), colours[market], line=True)]
        if isinstance(limit, int | float):
            series.insert(0, Series("room", say("headroom"), CAPACITY))
            title = say(
                "{market}: {draw} MW drawn of {room} MW headroom in {last}",
                market=market, draw=three(last), room=three(limit), last=view.periods[-1],
            )  # fmt: skip
        else:
            title = say(
                "{market}: {draw} MW drawn in {last}, no limit", market=market, draw=three(last), last=view.periods[-1]
            )
        charts.append(
            Chart(
                "capacity" if len(series) > 1 else "line",
                title,
                table.id,
                "period",
                tuple(series),
                say(
                    "Draw of all sites as a line over the grids' headroom as columns, by period. {title}.", title=title
                ),
                unit=say("MW facility"),
                width=width,
                height=height,
                maximum=top,
            )
        )
    return tuple(charts)


def by_market(view: View, amount: str) -> dict[str, list[float]]:
    """MW by market; a market with a region without limit is left out."""
    case = view.dossier.case
    found = {market: [0.0] * len(view.periods) for market in case.markets}
    for (region,), line in view.by_period("regions", amount, "region").items():
        into = found[case.regions[region].market]
        for t, value in enumerate(line):
            into[t] += value
    return {market: line for market, line in found.items() if all(map(math.isfinite, line))}


__all__ = ["WIDTH", "by_market", "market_charts", "market_tables"]
