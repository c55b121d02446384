"""Prices of limits: rows of the program whose dual is not zero, in the units that planners type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from planner.instance import Instance
from planner.lp import Answer
from planner.model import FiledRow, Model
from planner.solution import COSTS_MORE, SAVES
from planner.units import HOURS_PER_YEAR, USD_PER_MUSD


def prices_of(model: Model, filed: Sequence[FiledRow], answer: Answer) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Rows of the table of prices, each with its row in the program: limits whose dual is not zero."""
    if not answer.duals.size:
        return
    tree = model.instance.tree
    floor = 1e-9 * max(1.0, float(np.abs(answer.duals).max(initial=0.0)))
    for position, (entry, row_dual) in enumerate(zip(filed, answer.duals.tolist(), strict=False)):
        dual = row_dual
        if entry.rule.unit is None or abs(dual) <= floor:
            continue
        scale, unit = price_unit(model.instance, entry)
        if entry.scaled_by is not None:
            dual *= float(answer.values[model.program.position(entry.scaled_by)])
            if abs(dual) <= floor:
                continue
        present_usd = abs(dual) * model.instance.units.musd * USD_PER_MUSD / scale
        node = tree[entry.node]
        of_the_day = present_usd if entry.spans else present_usd / (node.probability * tree.discount[node.index])
        limit = entry.limit_in(answer.values, model.program)
        weight = abs(dual) * (limit or 0.0) * model.instance.units.musd
        where = ", ".join(entry.where)
        more = COSTS_MORE if entry.rule.floor else SAVES
        shown = float("nan") if limit is None else limit * scale
        yield (entry.rule.name, where, node.name, of_the_day, unit, shown, weight, entry.typed, more), position


def price_unit(instance: Instance, entry: FiledRow) -> tuple[float, str]:
    """What one model unit of a row's limit is in the unit of its price, and that unit's name."""
    if entry.unit is not None:
        return entry.unit
    units = instance.units
    scale = {
        "MW": units.mw,
        "MWh": _mwh(instance),
        "chips": units.chips,
        "pool units": units.chips,
        "PFLOP/s": units.pflops,
        "t CO2": _mwh(instance),
        "million USD": units.musd,
    }
    assert entry.rule.unit is not None
    return scale[entry.rule.unit], entry.rule.unit


def violation_units(instance: Instance) -> dict[tuple[str, str], float]:
    """What one model unit of a violation is in the unit of each soft rule, by kind and rule."""
    units = instance.units
    fixed = {
        "licence_quotas": units.chips,
        "budgets": units.musd,
        "carbon_caps": _mwh(instance),
        "build_rates": units.mw,
        "power_caps": units.mw,
    }
    return {
        (kind, row.rule): fixed[kind] if kind in fixed else row.unit[0]  # type: ignore[union-attr]
        for kind, row in instance.rules.softenable()
    }


def _mwh(instance: Instance) -> float:
    """MWh of one model unit of power over a period."""
    return instance.units.mw * HOURS_PER_YEAR * instance.tree.timeline.years_per_period
