"""What cells hold as it stands in a workbook's parts: numbers, moments and texts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from planner.files.excel.xml_stream import Reader

CellContent: TypeAlias = Literal["number", "text", "yes or no", "date", "span", "error", "formula"]

_BEGINNINGS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
"""Day 0, where days count from 1900 and from 1904."""
_LEAP_DAY = 60
"""Days count one too many up to here, for a February 29 of 1900 that never was."""


def number_or_text(value: str) -> tuple[CellContent, Any]:
    """A number; the text where it is none.

    >>> number_or_text("120"), number_or_text("0.5"), number_or_text("1,5")
    (('number', 120), ('number', 0.5), ('text', '1,5'))
    """
    try:
        return "number", int(value)
    except ValueError:
        pass
    try:
        return "number", float(value)
    except ValueError:
        return "text", value


def moment_of(value: str, *, span: bool, from_1904: bool) -> tuple[CellContent, Any]:
    """What a number shown as a date stands for, to the second; the number again where it is none.

    >>> moment_of("46478", span=False, from_1904=False)
    ('date', datetime.datetime(2027, 4, 1, 0, 0))
    >>> moment_of("-1", span=False, from_1904=False), moment_of("0.5", span=False, from_1904=False)
    (('number', -1), ('span', datetime.time(12, 0)))
    """
    content, number = number_or_text(value)
    if content != "number":
        return content, number
    try:
        if span:
            return "span", timedelta(seconds=round(number * 86_400))
        passed = timedelta(seconds=round(number * 86_400))
        if number < 0:
            return content, number
        if passed < timedelta(days=1):
            return "span", (datetime.min + passed).time()
        if not from_1904 and number < _LEAP_DAY:
            passed += timedelta(days=1)
        return "date", _BEGINNINGS[from_1904] + passed
    except (OverflowError, ValueError):
        return content, number


def moment_typed(value: str) -> tuple[CellContent, Any]:
    """A moment as ISO 8601 writes it; the text where it is none.

    >>> moment_typed("2027-04-01T00:00:00.000Z"), moment_typed("06:30:00"), moment_typed("spring")
    (('date', datetime.datetime(2027, 4, 1, 0, 0)), ('span', datetime.time(6, 30)), ('text', 'spring'))
    """
    text = value.strip()
    try:
        return "date", datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    try:
        return "span", time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return "text", value


def unescaped(text: str) -> str:
    """Text with its breaks of lines as they were typed.

    >>> unescaped("two_x000D_\\nlines")
    'two\\nlines'
    """
    return text.replace("_x000D_\n", "\n") if "_x000D_\n" in text else text


class Texts(Reader):
    """Reads the texts that the sheets of a workbook share."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._found: list[str] = []
        self._aside = 0
        super().__init__(
            {"si": lambda _: self._found.clear(), "t": lambda _: self.text.clear(), "rPh": lambda _: self._step(1)},
            {"si": self._end_item, "t": self._end_text, "rPh": lambda: self._step(-1)},
        )

    def _step(self, by: int) -> None:
        """Into what tells how a text is spoken, which is no part of it, and out."""
        self._aside += by

    def _end_text(self) -> None:
        if not self._aside:
            self._found += self.text

    def _end_item(self) -> None:
        self._texts.append(unescaped("".join(self._found)))
