"""Conversion factors, and the units in which one model is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

HOURS_PER_YEAR = 8760.0
"""Hours in a year; every period holds this times its years."""

KW_PER_MW = 1000.0
MWH_PER_TWH = 1e6
KWH_PER_MWH = 1000.0
USD_PER_MUSD = 1e6

_UNITS = {
    "months": "months",
    "years": "years",
    "year": "year",
    "mw": "MW",
    "kw": "kW",
    "gb": "GB",
    "twh": "TWh",
    "mwh": "MWh",
    "kwh": "kWh",
    "usd": "USD",
    "musd": "million USD",
    "pflops": "PFLOP/s",
    "unit": "chip",
    "units": "chips",
    "t": "t CO2",
    "share": "fraction",
    "rate": "fraction",
    "per": "per",
}


@dataclass(frozen=True)
class Units:
    """What one unit of the model is worth, chosen so that a case's quantities come out between 1 and 1000.

    A solver's tolerances are absolute. The same case typed in tokens or exaflops, dollars or billions must
    be the same problem to it, so the units follow the case's own size, in powers of ten.
    """

    musd: float = 1.0
    """Million USD in one unit of money."""
    chips: float = 1.0
    """Chips in one unit of chips."""
    mw: float = 1.0
    """MW in one unit of power."""
    pflops: float = 1.0
    """PFLOP/s in one unit of compute."""


def power_of_ten(values: Iterable[float], *, target: float = 100.0) -> float:
    """The power of ten that brings the largest of some magnitudes to `target` or up to ten times it.

    >>> power_of_ten([3.0, 520_000.0])
    1000.0
    >>> power_of_ten([]), power_of_ten([0.0])
    (1.0, 1.0)
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest == 0.0:
        return 1.0
    return float(10.0 ** math.floor(math.log10(largest / target)))


def unit_of(path: str) -> str:
    """Unit of a field, read off the end of its name; empty where the name has none.

    >>> unit_of("sites.A.build_options.fast.capex_musd_per_mw"), unit_of("chips.H200.markets.CN.lead_months")
    ('million USD per MW', 'months')
    >>> unit_of("markets.CN.generation_twh_per_year"), unit_of("sites.A.pue"), unit_of("markets.CN.ai_share")
    ('TWh per year', '', 'fraction')
    >>> unit_of("policy.bundling.A.violation_usd_per_unit_year")
    'USD per unit of the limit and year'
    """
    field = path.rsplit(".", 1)[-1]
    if field == "violation_usd_per_unit_year":
        return "USD per unit of the limit and year"
    words = field.split("_")
    taken: list[str] = []
    while words and words[-1] in _UNITS:
        taken.insert(0, words.pop())
    if taken and taken[0] == "per":
        taken = ["fraction", *taken] if words and words[-1] in ("growth", "attrition") else taken
    return " ".join(_UNITS.get(word, word) for word in taken)
