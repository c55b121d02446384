"""Writes cells: the only door for text and numbers, with named styles."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import PlannerError
from planner.report import style
from planner.report.spec import PLAIN, Cell, Formula, Value
from planner.report.workbook.layout import Layout

_LONGEST = 32_000
"""Characters that a cell can hold, less a margin."""
_RISKY = ("=", "+", "-", "@")

_FONTS: dict[str, dict[str, Any]] = {
    "message": {"size": 13, "bold": True, "color": style.ACCENT},
    "title plain": {"color": style.QUIET},
    "heading": {"size": 11, "bold": True, "color": style.ACCENT},
    "header": {"bold": True, "color": style.INK},
    "header number": {"bold": True, "color": style.INK},
    "total": {"bold": True},
    "strong": {"bold": True},
    "quiet": {"color": style.QUIET},
    "link": {"color": style.LINK, "underline": "single"},
    "banner": {"size": 12, "bold": True, "color": style.BAD_TEXT},
    "alert": {"color": style.ALERT_TEXT},
    "good": {"bold": True, "color": style.GOOD_TEXT},
    "bad": {"bold": True, "color": style.BAD_TEXT},
}
_FILLS = {
    "header": style.HEADER,
    "header number": style.HEADER,
    "banner": style.BAD,
    "alert": style.ALERT,
    "good": style.GOOD,
    "bad": style.BAD,
} | {code: fill for code, (fill, _) in style.GANTT.items()}


@dataclass
class Writer:
    """Writes cells of one workbook and remembers the values of its formulas."""

    book: Workbook
    layout: Layout
    styles: set[str] = field(default_factory=set)
    caches: dict[str, dict[str, float | str]] = field(default_factory=dict)
    """Values of formulas by sheet and address."""

    def put(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        value: Value,
        look: str = "body",
        number_format: str = PLAIN,
        *,
        indent: bool = False,
    ) -> None:
        """Write one cell; None leaves it empty on purpose, a number that is not finite is an error."""
        wrap = look == "wrap"
        if isinstance(value, Cell):
            look, number_format = value.look or look, value.format or number_format
            value = value.value
        if value is None and look == "plain":
            return
        cell: Any = sheet.cell(row, column)
        text = isinstance(value, str) or (isinstance(value, Formula) and isinstance(value.value, str))
        cell.style = self._style(look, PLAIN if text else number_format, text=text, wrap=wrap, indent=indent and text)
        if isinstance(value, Formula):
            _guard(value.value, sheet.title, cell.coordinate)
            cell.value = self.layout.formula(value, sheet.title)
            self.caches.setdefault(sheet.title, {})[cell.coordinate] = value.value
        elif isinstance(value, str):
            _put_text(cell, value)
        elif value is not None:
            _guard(value, sheet.title, cell.coordinate)
            cell.value = value

    def link(self, sheet: Worksheet, row: int, column: int, text: str, target: str) -> None:
        """Write a text that leads to another sheet, without a formula."""
        self.put(sheet, row, column, text, "link")
        cell: Any = sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target)
        cell.style = self._style("link", PLAIN, text=True, wrap=False, indent=False)

    def _style(self, look: str, number_format: str, *, text: bool, wrap: bool, indent: bool) -> str:
        name = f"{look} {number_format}{' text' if text else ''}{' wrap' if wrap else ''}{' in' if indent else ''}"
        if name not in self.styles:
            self.styles.add(name)
            self.book.add_named_style(_named(name, look, number_format, text=text, wrap=wrap, indent=indent))
        return name


def _named(name: str, look: str, number_format: str, *, text: bool, wrap: bool, indent: bool) -> NamedStyle:
    made = NamedStyle(name=name)
    font: dict[str, Any] = {"size": style.SIZE, "color": style.INK} | _FONTS.get(look.removesuffix(" flat"), {})
    if look in style.GANTT:
        font |= {"color": style.GANTT[look][1], "bold": look == "start"}
    made.font = Font(name=style.FONT, **font)
    if fill := _FILLS.get(look.removesuffix(" flat")):
        made.fill = PatternFill("solid", fgColor=fill)
    if look == "total":
        made.border = Border(top=Side(style="thin", color=style.QUIET))
    elif look.startswith("header"):
        made.border = Border(bottom=Side(style="thin", color=style.QUIET))
    elif look in ("body", "wrap", "strong", "quiet", "aside") or look in style.GANTT:
        made.border = Border(bottom=Side(style="hair", color=style.RULE))
    made.number_format = number_format
    across = "left" if text or look == "aside" else "right"
    if look in style.GANTT or look in ("good", "bad"):
        across = "center"
    if look.startswith("header"):
        across = "right" if look.startswith("header number") else "left"
        made.alignment = Alignment(
            horizontal=across,
            vertical="bottom",
            wrap_text=not look.endswith("flat"),
            indent=int(indent and across == "left"),
        )
    else:
        upright = "center" if across == "center" or look in ("message", "heading", "banner") else "top"
        made.alignment = Alignment(
            horizontal=across, vertical=upright, wrap_text=wrap, indent=int(indent and across == "left")
        )
    return made


def _put_text(cell: Any, text: str) -> None:
    """Text that stays text, whatever it begins with."""
    cell.value = clean(text)
    cell.data_type = "s"
    if text.startswith(_RISKY):
        cell.quotePrefix = True


def clean(text: str) -> str:
    """Text that a workbook can hold.

    >>> clean("a\\x07b")
    'a b'
    """
    shown: str = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def _guard(value: float | str, sheet: str, address: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise PlannerError(f"the report would show {value} in {sheet}!{address}; this is a fault of the report")
