"""Which way a limit limits, and what it is counted in: the unit of its price and violation, and its size in the model.

A new measure is one line here and its name in MEASURES. The certificate keeps its own reading of units; a test holds
the two equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from planner.units import HOURS_PER_YEAR, Units


class Direction(Enum):
    """Which way a limit limits; its value is how a sentence says it before the limit."""

    AT_MOST = "at most"
    AT_LEAST = "at least"
    EQUAL = "exactly"

    @property
    def sense(self) -> int:
        """Sign that what counts, less the limit, may have: -1, 1, or 0 where it may have none."""
        return {Direction.AT_MOST: -1, Direction.EQUAL: 0, Direction.AT_LEAST: 1}[self]


AT_MOST, AT_LEAST, EQUAL = Direction.AT_MOST, Direction.AT_LEAST, Direction.EQUAL


@dataclass(frozen=True)
class Measure:
    """What a limit is counted in."""

    name: str
    """Its identity, as the certificate says it."""
    unit: str
    """Unit in which limits, prices and violations are told."""
    scale: Callable[[Units, float], float]
    """How many of the unit one unit of the model is, from the model's units and the hours of a period."""
    one: str = ""
    """The unit where there is one of it; empty where it is the same."""

    def size(self, units: Units, years: float) -> float:
        """How many of the unit one unit of the model is, a period being so many years.

        >>> MWH.size(Units(mw=10.0), 0.25)
        21900.0
        """
        return self.scale(units, HOURS_PER_YEAR * years)


def _by_row(_: Units, __: float) -> float:
    raise ValueError("rows of this rule differ in measure; allowed: each row files its own")


CHIPS = Measure("chips", "chips", lambda units, _: units.chips, one="chip")
POOL_UNITS = Measure("unit of the pool", "pool units", lambda units, _: units.chips, one="pool unit")
MW_IT = Measure("MW IT", "MW", lambda units, _: units.mw)
MW_FACILITY = Measure("MW facility", "MW", lambda units, _: units.mw)
MWH = Measure("MWh", "MWh", lambda units, hours: hours * units.mw)
T_CO2 = Measure("t CO2", "t CO2", lambda units, hours: hours * units.mw)
PFLOPS = Measure("effective PFLOP/s", "PFLOP/s", lambda units, _: units.pflops)
PEAK_PFLOPS = Measure("peak PFLOP/s", "PFLOP/s", lambda units, _: units.pflops)
MUSD = Measure("million USD", "million USD", lambda units, _: units.musd)
BY_ROW = Measure("unit of the rule's measure", "measure", _by_row)
"""Of a rule whose rows differ; each of them files its own."""

MEASURES = (CHIPS, POOL_UNITS, MW_IT, MW_FACILITY, MWH, T_CO2, PFLOPS, PEAK_PFLOPS, MUSD)
"""Every measure of a limit."""


def one_of(unit: str) -> str:
    """A unit where there is one of it.

    >>> one_of("chips"), one_of("MW")
    ('chip', 'MW')
    """
    return next((each.one for each in MEASURES if each.unit == unit and each.one), unit)
