"""How a case workbook looks: the report's colours and font, and pale yellow where a planner types."""

from __future__ import annotations

from functools import cache
from typing import Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList

from planner.files.excel.layout import PLAIN_FORMAT

FONT, SIZE = "Arial", 10
INK, QUIET, RULE, LINK, ACCENT = "1F2933", "52606D", "9AA5B1", "1F4E8C", "12355B"
HEADER, REQUIRED, INPUT = "DCE6F0", "B9CDE3", "FFFBE8"
"""Fills of headers, of headers whose cells must be filled, and of cells that a planner types into."""
TABS = {
    "settings": ACCENT,
    "goals": ACCENT,
    "places": "3C9D6E",
    "chips": "1F5FA8",
    "policy": "B3261E",
    "futures": "7B5EA7",
    "sources": "5B6770",
}
"""Colours of the sheets' tabs."""
_GROUPS = {
    **dict.fromkeys(("markets", "regions", "sites", "onsite_sources"), "places"),
    **dict.fromkeys(("chips", "pools", "orders_placed", "workloads"), "chips"),
    **dict.fromkeys(("shocks", "uncertainty", "alternatives"), "futures"),
}

LINE, SMALL_LINE = 13.5, 11.25
"""Points that a line of ordinary and of small text takes."""

_FONTS: dict[str, dict[str, Any]] = {
    "title": {"size": 13, "bold": True, "color": ACCENT},
    "header": {"bold": True},
    "required": {"bold": True},
    "field": {"bold": True},
    "required field": {"bold": True},
    "heading": {"size": 11, "bold": True, "color": ACCENT},
    "unit": {"italic": True, "color": QUIET},
    "meaning": {"size": 8, "color": QUIET},
    "link": {"color": LINK, "underline": "single"},
    "name": {"bold": True},
}
_FILLS = {
    **dict.fromkeys(("header", "field"), HEADER),
    **dict.fromkeys(("required", "required field"), REQUIRED),
    **dict.fromkeys(("cell", "name", "wrapped"), INPUT),
}
_HAIR, _THIN = Side(style="hair", color=RULE), Side(style="thin", color=QUIET)
_LINES = {
    **dict.fromkeys(("header", "required"), Border(bottom=_THIN, right=_HAIR)),
    **dict.fromkeys(("field", "required field", "cell", "name", "wrapped"), Border(bottom=_HAIR, right=_HAIR)),
    "unit": Border(right=_HAIR),
    "meaning": Border(bottom=_THIN, right=_HAIR),
    "text": Border(bottom=_HAIR),
}
_FLUSH = ("title", "plain", "link", "heading")
_WRAPPED = ("unit", "meaning", "wrapped", "text")


def tab(table: str) -> str:
    """Colour of the tab of a table's sheet."""
    first = table.split(".")[0]
    return TABS[_GROUPS.get(first, first if first in TABS else "sources")]


@cache
def _parts(look: str) -> tuple[Font, PatternFill, Border]:
    fill = _FILLS.get(look)
    return (
        Font(name=FONT, **{"size": SIZE, "color": INK, **_FONTS.get(look, {})}),
        PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        _LINES.get(look, Border()),
    )


class Styles:
    """Named styles of one workbook, made when first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: set[str] = set()
        self._book._fonts = IndexedList([Font(name=FONT, size=SIZE, color=INK)])
        self._book._named_styles["Normal"].font = Font(name=FONT, size=SIZE, color=INK)

    def named(self, look: str, number_format: str = PLAIN_FORMAT, *, right: bool = False) -> str:
        """Name of the style for a look and a number format."""
        name = f"{look} {number_format}{' right' if right else ''}"
        if name not in self._made:
            self._made.add(name)
            made = NamedStyle(name=name)
            made.font, made.fill, made.border = _parts(look)
            made.number_format = number_format
            made.alignment = Alignment(
                horizontal="right" if right else "left",
                vertical="bottom" if look in ("header", "required") else "center" if look == "title" else "top",
                wrap_text=look in _WRAPPED,
                indent=0 if right or look in _FLUSH else 1,
            )
            self._book.add_named_style(made)
        return name
