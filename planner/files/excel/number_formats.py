"""Number formats: which of them make a number a date or a length of time. All else of a cell's look is passed by."""

from __future__ import annotations

import re
from typing import IO, Literal, TypeAlias

from planner.files.excel.xml_stream import Attributes, Reader

Shown: TypeAlias = Literal["number", "date", "span"]
"""What a number is shown as; span: a length of time."""

_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59), *range(71, 82)))
"""Formats that every program knows by their number: Western, East Asian (27 to 36, 50 to 58) and Thai dates."""
_SPANS = frozenset({46})
_LITERAL = re.compile(r'"[^"]*"?|\\.|[_*].|general|standard', re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]?")
_LENGTH = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_PARTS_OF_SECONDS = re.compile(r"s\.0+", re.IGNORECASE)
_DIGITS = re.compile(r"[0#?]")
"""Places of digits, which no date has: letters beside them are a unit that its writer forgot to quote."""


def shown_as(code: str) -> Shown:
    """What a number is shown as in a format.

    >>> shown_as('[$-804]yyyy"\u5e74"m"\u6708"d"\u65e5";@'), shown_as("[DBNum1]e/m/d"), shown_as("[h]:mm")
    ('date', 'date', 'span')
    >>> shown_as("mm:ss.00"), shown_as("0.0 MW"), shown_as('0.00" days"'), shown_as("0.0E+00"), shown_as("General")
    ('date', 'number', 'number', 'number', 'number')
    """
    first = _LITERAL.sub("", code).split(";")[0]
    if _LENGTH.search(first):
        return "span"
    plain = _PARTS_OF_SECONDS.sub("s", _BRACKETS.sub("", first)).lower()
    return "date" if set(plain) & set("dmyhse") and not _DIGITS.search(plain) else "number"


class Formats:
    """The number formats of a workbook's cells, by the number of their style."""

    def __init__(self) -> None:
        self.dates: set[str] = set()
        """Styles, as cells name them, that show a date."""
        self.spans: set[str] = set()
        """Styles that show a length of time."""
        self._codes: dict[str, Shown] = {}
        self._count = 0
        self._within = ""

    def read(self, source: IO[bytes], part: str) -> None:
        """Read a workbook's part of styles; raises Hostile and Broken."""
        groups = ("numFmts", "cellXfs")
        starts = {group: lambda _, group=group: self._enter(group) for group in groups}
        ends = dict.fromkeys(groups, lambda: self._enter(""))
        Reader({**starts, "numFmt": self._code, "xf": self._style}, ends).read(source, part)

    def _enter(self, group: str) -> None:
        self._within = group

    def _code(self, attributes: Attributes) -> None:
        if self._within == "numFmts":
            self._codes[attributes.get("numFmtId", "")] = shown_as(attributes.get("formatCode", ""))

    def _style(self, attributes: Attributes) -> None:
        if self._within != "cellXfs":
            return
        format_id = attributes.get("numFmtId", "0").strip()
        shown = self._codes.get(format_id)
        if shown is None and format_id.isdecimal():
            known = int(format_id)
            shown = "date" if known in _DATES else "span" if known in _SPANS else "number"
        if shown == "date":
            self.dates.add(str(self._count))
        elif shown == "span":
            self.spans.add(str(self._count))
        self._count += 1
