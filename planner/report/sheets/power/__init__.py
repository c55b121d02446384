"""Power: draw against what the grids can give, and the electricity of each country."""

from __future__ import annotations

import math

from planner.report.dossier import Dossier
from planner.report.sheets.common.parts import page_title, scale
from planner.report.sheets.power.plant import (
    bridge_notes,
    bridge_table,
    bridges,
    plant_sentence,
    source_charts,
    source_tables,
    without_plant_sentences,
)
from planner.report.sheets.power.regions import matrix_words, region_matrix
from planner.report.spec import (
    COUNT,
    ONE,
    SHARE,
    THREE,
    Beside,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Note,
    Ref,
    Series,
    Sheet,
    Table,
    Value,
)
from planner.report.style import CAPACITY, market_colours
from planner.report.view import Amounts, View, decimals
from planner.report.words import joined, message, percent, say, short, three

WIDTH = 11.5
"""Width of a column of numbers."""


def power(dossier: Dossier) -> Sheet:
    """Draw against headroom by market and region, and the energy balance."""
    whole = View(dossier)
    view = whole.likeliest
    tables, sources = market_tables(view), source_tables(view)
    plants: list[Block] = [bridge_table(view), Note(bridge_notes())] if sources else []
    stacks = source_charts(view, sources, width=15.5 if len(sources) > 1 else 24.0, height=6.5)
    sentence, matrix = plant_sentence(view), region_matrix(view)
    heat: list[Block] = [matrix, Note(matrix_words())] if matrix else []
    blocks: tuple[Block, ...] = (
        Charts(market_charts(view, tables, width=15.5, height=5.8)),
        *heat,
        *(Note(words) for words in energy_sentences(whole)),
        *([Note(sentence)] if sentence else []),
        *(Note(words) for words in without_plant_sentences(whole)),
        *(Charts(tuple(stacks[i : i + 2])) for i in range(0, len(stacks), 2)),
        *plants,
        *_abreast(list(tables.values())),
        *_abreast(list(sources.values())),
        _regions(view, "draw_mw", "draw_regions", say("Draw by region")),
        _regions(view, "headroom_mw", "headroom_regions", say("Headroom by region; empty where there is no limit")),
        _use(view),
        *_abreast([_energy(view, market) for market in view.dossier.case.markets]),
    )
    return Sheet(
        "Power", _message(view), page_title(view, say("Draw from the grid against headroom, MW facility")), blocks
    )


def _abreast(tables: list[Table]) -> list[Block]:
    """Tables two by two."""
    return [
        Beside((tables[i],), (tables[i + 1],), len(tables[i].columns) + 1) if i + 1 < len(tables) else tables[i]
        for i in range(0, len(tables), 2)
    ]


def _message(view: View) -> str:
    draw, room = _by_market(view, "draw_mw"), _by_market(view, "headroom_mw")
    parts = [
        say("{market} {share}", market=short(market), share=percent(draw[market][-1] / room[market][-1]))
        for market in view.dossier.case.markets
        if market in room and room[market][-1] > 0
    ]
    total = sum(line[-1] for line in draw.values())
    if found := bridges(view):
        made = [sum(bridge.output[t] for bridge in found.values()) for t in range(len(view.periods))]
        over = [bridge for bridge in found.values() if bridge.bridged]
        left = [bridge.leaves for bridge in over if bridge.leaves is not None]
        fields = {
            "made": three(max(made)), "left": len(left), "all": len(over),
            "last": view.periods[max(left)] if left else "", "grid": three(total), "end": view.periods[-1],
        }  # fmt: skip
        if not over:
            words = say("no site needs plant to bridge a wait for the grid.", **fields)
        elif not left:
            words = say("none of {all} sites with plant leaves the bridge by {end}.", **fields)
        else:
            words = say("sites that leave the bridge: {left} of {all}, the last in {last}.", **fields)
        return message(
            say("Sites draw {grid} MW from the grid in {end}, and {made} MW from own plant at most; {words}",
                **fields, words=words),
            say("On-site plant gives {made} MW at most; {words}", **fields, words=words),
        )  # fmt: skip
    if not parts:
        return message(
            say("Sites draw {mw} MW in {last}; no region has a limit.", mw=three(total), last=view.periods[-1])
        )
    return message(
        say(
            "In {last} the plan draws {mw} MW; of the headroom that its regions give, it uses {parts}.",
            last=view.periods[-1], mw=three(total), parts=joined(parts),
        ),
        say("In {last} the plan draws {mw} MW from the grid.", last=view.periods[-1], mw=three(total)),
    )  # fmt: skip


def _by_market(view: View, amount: str) -> dict[str, list[float]]:
    """MW by market; a market with a region without limit is left out."""
    case = view.dossier.case
    found = {market: [0.0] * len(view.periods) for market in case.markets}
    for (region,), line in view.by_period("regions", amount, "region").items():
        into = found[case.regions[region].market]
        for t, value in enumerate(line):
            into[t] += value
    return {market: line for market, line in found.items() if all(map(math.isfinite, line))}


def market_tables(view: View) -> dict[str, Table]:
    """Draw and headroom of each market that has regions."""
    draw, room = _by_market(view, "draw_mw"), _by_market(view, "headroom_mw")
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


def _regions(view: View, amount: str, table: str, caption: str) -> Table:
    """Regions side by side, without totals: some may have no limit."""
    amounts = _of_regions(view, amount)
    form = decimals([v for line in amounts.values() for v in line if v is not None])
    columns = [Column("period", say("Period"), width=WIDTH)]
    columns += [Column(region, region, say("MW"), form, WIDTH) for region in amounts]
    rows = [(period, *(amounts[region][t] for region in amounts)) for t, period in enumerate(view.periods)]
    return Table(table, caption, tuple(columns), tuple(rows))


def _of_regions(view: View, amount: str) -> dict[str, list[float | None]]:
    found: Amounts = view.by_period("regions", amount, "region")
    return {
        region: [value if math.isfinite(value) else None for value in found[region,]]
        for region in view.dossier.case.regions
        if (region,) in found
    }


def _use(view: View) -> Table:
    regions = list(_of_regions(view, "draw_mw"))
    draw, room = _of_regions(view, "draw_mw"), _of_regions(view, "headroom_mw")
    rows = []
    for t, period in enumerate(view.periods):
        row: list[Value] = [period]
        for region in regions:
            load, limit = draw[region][t], room[region][t]
            cells = {"draw": Ref("draw_regions", region, t), "room": Ref("headroom_regions", region, t)}
            row.append(Formula("{draw}/{room}", cells, load / limit) if limit and load is not None else None)
        rows.append(tuple(row))
    columns = (
        Column("period", say("Period"), width=WIDTH),
        *(Column(r, r, say("share"), SHARE, WIDTH) for r in regions),
    )
    return Table("use_regions", say("Share of the headroom that is used"), columns, tuple(rows))


def energy_sentences(view: View) -> list[str]:
    """Whether electricity limits each country, with the margin; over every scenario."""
    found = []
    energy = view.solution["markets"][["node", "market", "energy_twh", "energy_limit_twh"]]
    for market in view.dossier.case.markets:
        rows = energy[energy["market"] == market].itertuples(index=False)
        tight = [(used / limit, node, limit - used) for node, _, used, limit in rows if limit and math.isfinite(limit)]
        if not tight:
            found.append(say("{market}: no limit on electricity is given.", market=market))
            continue
        share, period, margin = max(tight)
        if share > 1 - 1e-6:
            found.append(
                say(
                    "{market}: electricity limits the plan; in {period} all energy open to it is used.",
                    market=market,
                    period=period,
                )
            )
        else:
            found.append(
                say(
                    "{market}: electricity does not limit the plan; at the tightest, in {period}, it uses {share} "
                    "of the energy open to it and leaves {margin} TWh.",
                    market=market,
                    period=period,
                    share=percent(share),
                    margin=three(margin),
                )
            )
    return found


def _energy_rows(view: View, market: str) -> list[tuple[str, float, float | None, float | None]]:
    """Period, energy used, energy open, national generation."""
    used, limit, generation = (
        view.by_period("markets", amount, "market").get((market,), [0.0] * len(view.periods))
        for amount in ("energy_twh", "energy_limit_twh", "generation_twh")
    )
    return [(period, used[t], _finite(limit[t]), _finite(generation[t])) for t, period in enumerate(view.periods)]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _energy(view: View, market: str) -> Table:
    position = list(view.dossier.case.markets).index(market)
    name = f"energy_{position}"
    rows: list[tuple[Value, ...]] = []
    for t, (period, used, limit, generation) in enumerate(_energy_rows(view, market)):
        cells = {key: Ref(name, key, t) for key in ("used", "limit", "generation")}
        margin = Formula("{limit}-{used}", cells, limit - used) if limit is not None else None
        share = Formula("{used}/{limit}", cells, used / limit) if limit else None
        national = Formula("{used}/{generation}", cells, used / generation) if generation else None
        rows.append((period, used, limit, margin, share, generation, national))
    unit = say("TWh")
    return Table(
        name,
        say("{market}: electricity of each period", market=market),
        (
            Column("period", say("Period"), width=WIDTH),
            Column("used", say("Used"), unit, THREE, WIDTH),
            Column("limit", say("Open to the plan"), unit, THREE, WIDTH),
            Column("margin", say("Margin"), unit, THREE, WIDTH),
            Column("share", say("Used of it"), say("share"), SHARE, WIDTH),
            Column("generation", say("National generation"), unit, COUNT, WIDTH),
            Column("national", say("Used of national"), say("share"), "0.000%", WIDTH),
        ),
        tuple(rows),
    )


__all__ = ["energy_sentences", "market_charts", "market_tables", "power"]
