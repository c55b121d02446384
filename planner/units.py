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
MEASURES: dict[str, tuple[float, str]] = {
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
