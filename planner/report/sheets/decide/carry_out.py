"""What there is to carry out of the whole plan, counted; a part of Decide now."""

from __future__ import annotations

from planner.findings import SMALL_MW
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, Cell, Column, Table, Value
from planner.report.words import say


def carry_out_table(view: View) -> Table | None:
    """Starts, orders and what waits, in the likeliest scenario; None of a plan that begins and orders nothing."""
    found = view.likeliest.dossier.found.carried_out
    if not found.starts + found.orders + found.plant_orders:
        return None
    number, chips, last = say("number"), say("chips"), found.last_period
    rows: tuple[tuple[Value, ...], ...] = (
        (say("Starts of halls"), number, found.starts, None),
        (say("of these below {mw} MW of IT", mw=f"{SMALL_MW:g}"), number, found.small_starts, None),
        (say("Orders of chips"), number, found.orders, None),
        (say("of these in no whole number of lots"), number, found.odd_orders, None),
        (say("Orders of on-site plant"), number, found.plant_orders, None),
        (say("Sites opened in part"), number, found.part_sites, None),
        (say("Chips in boxes, at most"), chips, found.boxed.units, found.boxed.period or None),
        (say("Chips switched off, at most"), chips, found.idle.units, found.idle.period or None),
        (say("Chips that arrive at the end"), chips, found.last_chips, last),
        (say("Halls that become ready at the end"), say("MW IT"), Cell(found.last_it_mw, ONE), last),
    )
    columns = (
        Column("what", say("Criterion"), width=37),
        Column("unit", say("Unit"), width=9.5),
        Column("amount", say("Amount"), "", COUNT, 10),
        Column("period", say("Period"), width=11),
    )
    caption = say("What there is to carry out")
    if len(view.scenarios) > 1:
        caption = say("What there is to carry out, in the likeliest scenario")
    return Table("carry_out", caption, columns, rows)
