"""Roles of colours: a chip, a market, a workload and an account keep theirs on every page; a theme draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

INK = "ink"
"""Ordinary text, and lines that must be seen before all others."""
OTHER = "other"
"""What is too small to be shown by itself."""
CAPACITY = "capacity"
"""Pale columns of a limit behind a line."""
NONE = "none"
"""What is not drawn: the part of a waterfall below its steps."""
RISE, FALL, TOTAL = "rise", "fall", "total"
"""Steps of a waterfall, and the columns that they lead from and to."""

SERIES = ("series 1", "series 2", "series 3", "series 4", "series 5")
"""Series that are shown by themselves."""

GANTT = ("start", "build", "powered", "bridge", "waits")
"""Looks of the Gantt's cells."""
HEAT = ("heat 1", "heat 2", "heat 3", "heat 4", "heat 5")
"""Looks of cells by the size of their number, from the smallest."""

OTHERS = "other"
"""Key of the series that holds the rest."""


def market_colours(markets: Iterable[str]) -> dict[str, str]:
    """Role of each market, in the case's order.

    >>> market_colours(["CN", "US"])
    {'CN': 'market 1', 'US': 'market 2'}
    """
    return {market: f"market {i + 1}" for i, market in enumerate(markets)}


def series_colours(names: Sequence[str]) -> dict[str, str]:
    """Role of each of the few names that are shown by themselves, and of the rest.

    >>> series_colours(["H200"])
    {'H200': 'series 1', 'other': 'other'}
    """
    return {name: f"series {i + 1}" for i, name in enumerate(names)} | {OTHERS: OTHER}
