"""What rules of policy count chips in, by the name that a planner types."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from planner.instance.in_force import Unrolled
from planner.measures import CHIPS, MUSD, MW_IT, PEAK_PFLOPS, Measure


class CountedChip(NamedTuple):
    """A chip in a market at a node, and the precision whose peak counts."""

    name: str
    market: str
    node: int
    precision: str


class Counted(NamedTuple):
    """A way to count chips."""

    measure: Measure
    weight: Callable[[Unrolled, CountedChip], float]
    """What one model unit of chips counts, in model units of the measure."""


def _one(_: Unrolled, __: CountedChip) -> float:
    return 1.0


def _load(u: Unrolled, chip: CountedChip) -> float:
    return u.chips.load[chip.name]


def _price(u: Unrolled, chip: CountedChip) -> float:
    return u.chips.price.get((chip.name, chip.market, chip.node), 0.0)


def _peak(u: Unrolled, chip: CountedChip) -> float:
    return u.case.chips[chip.name].peak_pflops.get(chip.precision, 0.0) * u.units.chips / u.units.pflops


COUNTED = {
    "units": Counted(CHIPS, _one),
    "mw": Counted(MW_IT, _load),
    "chip_mw": Counted(MW_IT, _load),
    "hall_mw": Counted(MW_IT, _one),
    "spend": Counted(MUSD, _price),
    "pflops": Counted(PEAK_PFLOPS, _peak),
}
"""Ways to count by their name in the case; halls count for themselves, whatever chips stand in them."""
