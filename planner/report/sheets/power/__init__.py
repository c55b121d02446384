"""Power: draw against what the grids can give, and the electricity of each country."""

from __future__ import annotations

import math

from planner.report.by_period import Amounts, View, decimals
from planner.report.dossier import Dossier
from planner.report.sheet_spec import SHARE, Beside, Block, Charts, Column, Formula, Note, Ref, Sheet, Table, Value
from planner.report.sheets.common.parts import page_title
from planner.report.sheets.power.energy import energy_sentences, energy_table
from planner.report.sheets.power.markets import WIDTH, by_market, market_charts, market_tables
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
from planner.report.words import joined, message, percent, say, short, three


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
        *_abreast([energy_table(view, market) for market in view.dossier.case.markets]),
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
    draw, room = by_market(view, "draw_mw"), by_market(view, "headroom_mw")
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


__all__ = ["power"]
