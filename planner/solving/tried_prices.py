"""Prices tried: solved again with one unit more and one less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from planner.lp import Answer, HighsDoor, SolverStatus
from planner.model import FiledRow, Model
from planner.solving.priced import price_unit, prices_of
from planner.solving.stage_timing import Report
from planner.units import USD_PER_MUSD

VERIFIED_PRICES = 8
"""Prices that are solved again from both sides: those on the report's first page and a few more."""


def tried_prices(
    model: Model, filed: Sequence[FiledRow], answer: Answer, door: HighsDoor, report: Report
) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of verified prices: the weightiest price of each limit, with what re-solves say of it."""
    base, tree = answer.objective, model.instance.tree
    priced = [(row, position) for row, position in prices_of(model, filed, answer) if row[0] != "demand" and row[6] > 0]
    heaviest: dict[tuple[str, str], tuple[tuple[Any, ...], int]] = {}
    for row, position in sorted(priced, key=lambda item: -item[0][6]):
        heaviest.setdefault((row[0], row[1]), (row, position))
    musd = model.instance.units.musd * USD_PER_MUSD
    for row, position in list(heaviest.values())[:VERIFIED_PRICES]:
        report("solve", f"checking a price from both sides: {row[0]} {row[1]}")
        entry = filed[position]
        scale, unit = price_unit(model.instance, entry)
        limit = row[5]
        step = min(1.0, 0.01 * limit) if limit else 1.0
        changes = []
        column = None if entry.scaled_by is None else model.program.position(entry.scaled_by)
        up = -1.0 if entry.asked else 1.0
        for sign in (1.0, -1.0):
            door.change_row(position, by=up * sign * step / scale, column=column)
            again = door.run()
            found = again.outcome is SolverStatus.OPTIMAL
            changes.append(sign * (base - again.objective) * musd / step if found else float("nan"))
        door.change_row(position, by=0.0, column=column)
        node = tree[entry.node]
        worth = 1.0 if entry.spans else node.probability * tree.discount[node.index]
        yield (row[0], row[1], row[2], row[3], unit, step, changes[0] / worth, changes[1] / worth)
