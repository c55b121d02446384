"""Colours and fonts: a chip, a market, a workload and an account keep theirs on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

FONT = "Arial"
"""The one font; metrics like those of Liberation Sans, so pages break alike everywhere."""
SIZE = 10
"""Points of ordinary text."""

INK, QUIET, RULE, HEADER = "1F2933", "52606D", "9AA5B1", "DCE6F0"
LINK, ACCENT = "1F4E8C", "12355B"
GOOD, GOOD_TEXT, BAD, BAD_TEXT, ALERT, ALERT_TEXT = "DDF2E3", "14532D", "B3261E", "FFFFFF", "FFF1D6", "6B4200"

OTHER = "B8C1CB"
"""What is too small to be shown by itself."""
CAPACITY = "D3DCE6"
"""Pale columns of a limit behind a line."""

SERIES = ("1B4F91", "E69F00", "3C9D6E", "B5477E", "7CC4E8")
"""Five colours that differ in hue and, printed in grey, in lightness."""
MARKETS = ("B3261E", "1F5FA8", "3C9D6E", "E69F00", "7B5EA7", "5B6770")
"""Markets in the case's order."""

GANTT: Mapping[str, tuple[str, str]] = {
    "start": ("E08A00", "000000"),
    "build": ("FBD9A0", "3D2A00"),
    "powered": ("1F5FA8", "FFFFFF"),
    "bridge": ("7B5EA7", "FFFFFF"),
    "waits": ("B9D3EE", "0B2545"),
}
"""Fill and text of the Gantt's cells."""

OTHERS = "other"
"""Key of the series that holds the rest."""


def market_colours(markets: Iterable[str]) -> dict[str, str]:
    """Colour of each market, in the case's order."""
    return {market: MARKETS[i % len(MARKETS)] for i, market in enumerate(markets)}


def series_colours(names: Sequence[str]) -> dict[str, str]:
    """Colour of each of the few names that are shown by themselves, and of the rest."""
    return {name: SERIES[i % len(SERIES)] for i, name in enumerate(names)} | {OTHERS: OTHER}
