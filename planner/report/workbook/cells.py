"""Writes cells: the only door for text and numbers, with named styles."""

from __future__ import annotations

import math
import re
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from planner.errors import PlannerError
from planner.message import Message
from planner.report.look.cell_styles import named
from planner.report.look.theme import Theme
from planner.report.sheet_spec import PLAIN, Cell, Formula, Value
from planner.report.workbook.layout import Layout
from planner.typed_text import escaped

_LONGEST = 32_000
"""Characters that a cell can hold, less a margin."""
TELLING = 1e-6
"""Share of the largest number of its column up to which a number may read as 0."""
MOST_DECIMALS = 4
"""Decimals for which there is room in a narrow column."""
_DECIMALS = re.compile(r"(?P<whole>#,##0|0)(?P<decimals>\.0+)?")
_RISKY = ("=", "+", "-", "@")


@dataclass
class Writer:
    """Writes cells of one workbook and remembers the values of its formulas."""

    book: Workbook
    layout: Layout
    theme: Theme
    styles: dict[str, StyleArray] = field(default_factory=dict)
    """What a cell of each named style points to; openpyxl looks a name up anew for every cell."""
    caches: dict[str, dict[str, float | str]] = field(default_factory=dict)
    """Values of formulas by sheet and address."""

    def put(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        value: Value,
        look: str = "body",
        *,
        number_format: str = PLAIN,
        indent: bool = False,
        largest: float = 0.0,
    ) -> None:
        """Write one cell, with more decimals where a number would read as 0 and is none beside the `largest`.

        None leaves it empty on purpose, a number that is not finite is an error.
        """
        wrap = look == "wrap"
        if isinstance(value, Cell):
            look, number_format = value.look or look, value.format or number_format
            value = value.value
        if value is None and look == "plain":
            return
        cell: Any = sheet.cell(row, column)
        number_format = finer(number_format, value.value if isinstance(value, Formula) else value, largest)
        text = isinstance(value, str) or (isinstance(value, Formula) and isinstance(value.value, str))
        self._dress(cell, look, PLAIN if text else number_format, text=text, wrap=wrap, indent=indent and text)
        if isinstance(value, Formula):
            _guard(value.value, cell)
            cell.value = self.layout.formula(value, sheet.title)
            self.caches.setdefault(sheet.title, {})[cell.coordinate] = value.value
        elif isinstance(value, str):
            _put_text(cell, value)
        elif value is not None:
            _guard(value, cell)
            cell.value = value

    def link(self, sheet: Worksheet, row: int, column: int, text: str, target: str) -> None:
        """Write a text that leads to another sheet, without a formula."""
        self.put(sheet, row, column, text, "link")
        cell: Any = sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target)
        self._dress(cell, "link", PLAIN, text=True, wrap=False, indent=False)

    def _dress(self, cell: Any, look: str, number_format: str, *, text: bool, wrap: bool, indent: bool) -> None:
        name = f"{look} {number_format}{' text' if text else ''}{' wrap' if wrap else ''}{' in' if indent else ''}"
        if name not in self.styles:
            made = named(name, look, number_format, self.theme, text=text, wrap=wrap, indent=indent)
            self.book.add_named_style(made)
            cell.style = name
            self.styles[name] = copy(cell._style)
        cell._style = copy(self.styles[name])


def finer(form: str, value: Any, largest: float) -> str:
    """A number format with as many decimals as show a small number, unless it is rounding beside the largest.

    >>> finer("#,##0", 0.3, 60_000.0), finer("#,##0", 0.3, 6e6), finer("#,##0", 12.3, 12.3), finer("0.0", 1e-7, 1e-7)
    ('#,##0.0', '#,##0', '#,##0', '0E+00')
    """
    match = _DECIMALS.fullmatch(form)
    if match is None or not isinstance(value, int | float) or not abs(value) > TELLING * largest:
        return form
    shown = len((match["decimals"] or ".")[1:])
    if round(abs(value), shown) > 0 or not math.isfinite(value):
        return form
    digits = -math.floor(math.log10(abs(value)))
    return f"{match['whole']}.{'0' * digits}" if digits <= MOST_DECIMALS else "0E+00"


def _put_text(cell: Any, text: str) -> None:
    """Text that stays text, whatever it begins with."""
    cell.value = clean(text)
    cell.data_type = "s"
    if text.startswith(_RISKY):
        cell.quotePrefix = True


def clean(text: str) -> str:
    """Text that a workbook can hold.

    >>> clean("a\\x07b\\u202ec")
    'a\\\\x07b\\\\u202ec'
    """
    shown = escaped(text, keep="\n\t")
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def _guard(value: float | str, cell: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        place = f"{cell.parent.title}!{cell.coordinate}"
        raise PlannerError(
            Message("the report would show {value} in {place}; this is a fault of the report", value=value, place=place)
        )
