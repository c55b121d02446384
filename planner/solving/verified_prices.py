"""Prices tried: solved again with one unit more and one less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from planner.lp import Answer, HighsDoor, SolverStatus
from planner.model import FiledRow, Model
from planner.solving.limit_prices import Price, prices_of
from planner.stage_timing import Report
from planner.units import USD_PER_MUSD

VERIFIED_PRICES = 8
"""Prices that are solved again from both sides: those on the report's first page and a few more."""


def verified_prices(
    model: Model, filed: Sequence[FiledRow], answer: Answer, door: HighsDoor, report: Report
) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of verified prices: the weightiest price of each limit, with what re-solves say of it."""
    base, tree = answer.objective, model.instance.tree
    priced = [
        (price, position)
        for price, position in prices_of(model, filed, answer)
        if price.rule != "demand" and price.present_musd > 0
    ]
    heaviest: dict[tuple[str, str], tuple[Price, int]] = {}
    for price, position in sorted(priced, key=lambda item: -item[0].present_musd):
        heaviest.setdefault((price.rule, price.where), (price, position))
    usd = model.instance.units.musd * USD_PER_MUSD
    for price, position in list(heaviest.values())[:VERIFIED_PRICES]:
        report("solve", f"checking a price from both sides: {price.rule} {price.where}")
        entry = filed[position]
        assert entry.measure is not None
        scale = model.instance.size(entry.measure, entry.node)
        step = min(1.0, 0.01 * price.limit) if price.limit else 1.0
        changes = []
        column = None if entry.scaled_by is None else model.program.position(entry.scaled_by)
        up = -1.0 if entry.turned else 1.0
        for sign in (1.0, -1.0):
            door.change_row(position, by=up * sign * step / scale, column=column)
            again = door.run()
            found = again.status is SolverStatus.OPTIMAL
            changes.append(sign * (base - again.objective) * usd / step if found else float("nan"))
        door.change_row(position, by=0.0, column=column)
        node = tree[entry.node]
        worth = 1.0 if entry.spans else node.probability * tree.discount[node.index]
        more, less = (change / worth for change in changes)
        yield (price.rule, price.where, price.node, price.price_usd, price.unit, step, more, less)
