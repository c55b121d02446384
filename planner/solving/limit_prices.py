"""Prices of limits: rows of the program whose dual is not zero, in the units that planners type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from planner.lp import Answer
from planner.model import FiledRow, Model
from planner.solution import COSTS_MORE, SAVES
from planner.units import USD_PER_MUSD


class Price(NamedTuple):
    """A row of the table of prices, in the order of its columns."""

    rule: str
    where: str
    node: str
    price_usd: float
    unit: str
    limit: float
    present_musd: float
    typed: str
    more: str


def prices_of(model: Model, filed: Sequence[FiledRow], answer: Answer) -> Iterator[tuple[Price, int]]:
    """Rows of the table of prices, each with its row in the program: limits whose dual is not zero."""
    if not answer.duals.size:
        return
    instance, tree = model.instance, model.instance.tree
    floor = 1e-9 * max(1.0, float(np.abs(answer.duals).max(initial=0.0)))
    for position, (entry, row_dual) in enumerate(zip(filed, answer.duals.tolist(), strict=False)):
        dual = row_dual
        if entry.measure is None or abs(dual) <= floor:
            continue
        if entry.scaled_by is not None:
            dual *= float(answer.values[model.program.position(entry.scaled_by)])
            if abs(dual) <= floor:
                continue
        scale, node = instance.size(entry.measure, entry.node), tree[entry.node]
        present_usd = abs(dual) * instance.units.musd * USD_PER_MUSD / scale
        limit = entry.limit_in(answer.values, model.program)
        price = Price(
            rule=entry.rule.name,
            where=", ".join(entry.where),
            node=node.name,
            price_usd=present_usd if entry.spans else present_usd / (node.probability * tree.discount[node.index]),
            unit=entry.measure.unit,
            limit=float("nan") if limit is None else limit * scale,
            present_musd=abs(dual) * (limit or 0.0) * instance.units.musd,
            typed=entry.typed,
            more=COSTS_MORE if entry.more_costs(dual) else SAVES,
        )
        yield price, position
