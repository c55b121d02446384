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

CNY_PER_USD = 7.0
"""Rate of the example that a message gives where a case names none."""
SIZES = {
    "k": 1e3, "thousand": 1e3, "M": 1e6, "mn": 1e6, "million": 1e6, "B": 1e9, "bn": 1e9, "billion": 1e9,
    "trillion": 1e12, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "万亿": 1e12,
}  # fmt: skip
"""Words for a size, on their own or before a unit."""
TYPED_UNITS: dict[str, tuple[float, str]] = {
    "W": (1.0, "W"), "kW": (1e3, "W"), "MW": (1e6, "W"), "GW": (1e9, "W"), "TW": (1e12, "W"),
    "瓦": (1.0, "W"), "千瓦": (1e3, "W"), "兆瓦": (1e6, "W"), "吉瓦": (1e9, "W"), "万千瓦": (1e7, "W"),
    "Wh": (1.0, "Wh"), "kWh": (1e3, "Wh"), "MWh": (1e6, "Wh"), "GWh": (1e9, "Wh"), "TWh": (1e12, "Wh"),
    "度": (1e3, "Wh"), "千瓦时": (1e3, "Wh"), "兆瓦时": (1e6, "Wh"),
    "GFLOPS": (1e9, "FLOPS"), "TFLOPS": (1e12, "FLOPS"), "PFLOPS": (1e15, "FLOPS"), "EFLOPS": (1e18, "FLOPS"),
    "MB": (1e6, "B"), "GB": (1e9, "B"), "TB": (1e12, "B"), "GiB": (2.0**30, "B"), "TiB": (2.0**40, "B"),
    "g": (1.0, "g"), "kg": (1e3, "g"), "t": (1e6, "g"), "Mt": (1e12, "g"), "吨": (1e6, "g"), "克": (1.0, "g"),
    "USD": (1.0, "USD"), "US$": (1.0, "USD"), "$": (1.0, "USD"), "美元": (1.0, "USD"), "MUSD": (1e6, "USD"),
    "CNY": (1.0, "CNY"), "RMB": (1.0, "CNY"), "¥": (1.0, "CNY"), "￥": (1.0, "CNY"), "元": (1.0, "CNY"),
    "人民币": (1.0, "CNY"), "yuan": (1.0, "CNY"),
    "day": (1 / 365, "year"), "days": (1 / 365, "year"), "天": (1 / 365, "year"), "weeks": (7 / 365, "year"),
    "周": (7 / 365, "year"), "month": (1 / 12, "year"), "months": (1 / 12, "year"), "mo": (1 / 12, "year"),
    "个月": (1 / 12, "year"), "月": (1 / 12, "year"), "year": (1.0, "year"), "years": (1.0, "year"),
    "yr": (1.0, "year"), "年": (1.0, "year"), "hour": (1 / 8760, "year"), "hours": (1 / 8760, "year"),
    "小时": (1 / 8760, "year"),
    "chip": (1.0, "one"), "chips": (1.0, "one"), "unit": (1.0, "one"), "units": (1.0, "one"), "GPU": (1.0, "one"),
    "GPUs": (1.0, "one"), "块": (1.0, "one"), "张": (1.0, "one"), "片": (1.0, "one"), "颗": (1.0, "one"),
    "卡": (1.0, "one"), "枚": (1.0, "one"), "fraction": (1.0, "one"), "%": (0.01, "one"), "‰": (0.001, "one"),
}  # fmt: skip
"""Units that people type and that fields have: size and kind."""

_MONEY = ((7.0, "in CNY"), (1e-3, "in thousands of USD"), (1e-6, "in millions of USD"))
_MILLIONS = (
    (1e6, "in USD"), (1e3, "in thousands of USD"), (1e-3, "in billions of USD"), (7.0, "in millions of CNY"),
    (7e6, "in CNY"),
)  # fmt: skip
_POWER = ((1e3, "in kW"), (1e6, "in W"), (1e-3, "in GW"))
_RACK = (72.0, "of a whole rack")
_MANY = ((1e3, "a thousand times too many"), (1e-3, "in thousands, or ten thousands"), (1e-6, "in millions"))
_MONTHLY = (1 / 12, "for a month")
SLIPS: dict[str, tuple[tuple[float, str], ...]] = {
    "": ((100.0, "in percent"),),
    "fraction": ((100.0, "in percent"),),
    "fraction per year": ((100.0, "in percent"),),
    "months": ((30.4, "in days"), (1 / 12, "in years"), (4.35, "in weeks"), (730.0, "in hours")),
    "years": ((12.0, "in months"), (365.0, "in days")),
    "MW": _POWER,
    "kW": ((1e3, "in W"), (1e-3, "in MW"), _RACK),
    "GB": ((1e3, "in MB"), (1e-3, "in TB"), _RACK),
    "PFLOP/s": ((1e3, "in TFLOP/s"), (1e-3, "in EFLOP/s"), (1e6, "in GFLOP/s"), _RACK),
    "TWh per year": ((1e3, "in GWh"), (1e6, "in MWh"), (1e-3, "in PWh"), _MONTHLY),
    "MW per year": (*_POWER, _MONTHLY),
    "USD": (*_MONEY, _RACK, (1e3, "a thousand times too much")),
    "million USD": _MILLIONS,
    "million USD per MW": ((1e3, "in USD per kW"), *(slip for slip in _MILLIONS if slip[0] != 1e3)),
    "million USD per MW year": ((1e3, "in USD per kW"), *(slip for slip in _MILLIONS if slip[0] != 1e3)),
    "USD per MWh": (
        (1e-3, "per kWh"), (7.0, "in CNY per MWh"), (7e-3, "in CNY per kWh"), (0.1, "in cents per kWh"),
        (1e3, "per GWh"),
    ),
    "USD per kWh": ((1e3, "per MWh"), (7.0, "in CNY per kWh"), (100.0, "in cents per kWh"), (7e3, "in CNY per MWh")),
    "USD per kW": ((1e-3, "in millions of USD per MW"), (1e3, "per MW"), (7.0, "in CNY per kW")),
    "t CO2 per MWh": ((1e3, "in kg per MWh"), (1e-3, "in t per kWh"), (1e6, "in g per MWh")),
    "t CO2 per year": ((1e3, "in kg"), (1e-6, "in millions of t"), (1e-3, "in thousands of t"), _MONTHLY),
    "USD per t CO2": ((1e-3, "per kg"), (7.0, "in CNY per t"), (1e3, "per thousand t")),
    "USD per PFLOP/s year": (
        (1e-3, "per TFLOP/s"), (1 / 8760, "for an hour"), _MONTHLY, (7.0, "in CNY"), (1e3, "per EFLOP/s"),
    ),
    "USD per chip year": (*_MONEY, _MONTHLY, (1e3, "for a thousand chips")),
    "chips": _MANY,
    "chips per year": (*_MANY, _MONTHLY),
    "per year": (*_MANY, _MONTHLY),
}  # fmt: skip
"""What a value outside its field's band likely is, by the unit of the field: how many times the right value, and how it
was typed, as the end of "is it ...?"; of two that fit alike the first."""
GROWTH_SLIPS = "in percent", "a month's growth"
"""What a growth above its band likely is, and what one below it."""
DEMAND_SLIPS = "in TFLOP/s", "in GFLOP/s"
"""What a demand beyond all sites or all supply likely is."""
RENT_SLIPS = "per TFLOP/s, or for an hour", "in another currency"
"""What a rent too low or too high for a chip's hour likely is."""


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
