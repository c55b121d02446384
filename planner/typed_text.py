"""Text as people type it, read where it has one reading only: numbers, dates, lists of names, yes and no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from datetime import date
from typing import Any

_TRUTH = {
    **dict.fromkeys(("yes", "y", "on", "true", "t", "1", "是"), True),
    **dict.fromkeys(("no", "n", "off", "false", "f", "0", "否"), False),
}
_DAY = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日)?|(\d{4})[/.](\d{1,2})(?:[/.](\d{1,2}))?")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_SEPARATORS = re.compile(r"[、，；,;]")
_HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs")
"""Kinds of characters that cannot be seen and may move or hide what can: controls, formats, line ends, none."""
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that are drawn as nothing: fillers, joiners of graphemes, selectors of variants."""
_CODE = re.compile(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\U[0-9a-f]{8}")
_JOINERS = "\u200c\u200d"
"""Joiners, which some scripts need between letters and which move nothing."""


def folded_name(name: str) -> str:
    """What two spellings of one name share: width, spaces and characters that cannot be seen taken away.

    >>> folded_name("North\\u200b  Site"), folded_name("Ｎorth Site")
    ('North Site', 'North Site')
    """
    text = unicodedata.normalize("NFKC", name)
    text = "".join(each for each in text if each.isspace() or not _unseen(each))
    return " ".join(text.split())


def escaped(text: str, *, keep: str = "\n") -> str:
    """Text that shows what it holds: controls and characters of direction as their codes, but for those to keep.

    >>> escaped("a\\x1b[31m\\u202eb"), escaped("两个"), escaped("a\\nb", keep="")
    ('a\\\\x1b[31m\\\\u202eb', '两个', 'a\\\\x0ab')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if each in keep or each in _JOINERS or not _unseen(each) else _code(ord(each)) for each in text)


def spelt(text: str) -> str:
    """Text with all that cannot be seen as its code.

    >>> spelt("North\\u200d 两个")
    'North\\\\u200d 两个'
    """
    return "".join(_code(ord(each)) if _unseen(each) else each for each in text)


def _code(point: int) -> str:
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def unescaped(text: str) -> str:
    """Text that was escaped as it was.

    >>> unescaped(escaped("a\\x1b\\u202eb", keep="")) == "a\\x1b\\u202eb", unescaped("C:\\\\new")
    (True, 'C:\\\\new')
    """
    if "\\" not in text:
        return text
    return _CODE.sub(lambda found: _character(found[0]), text)


def _character(code: str) -> str:
    meant = code.encode("ascii").decode("unicode_escape")
    return meant if _unseen(meant) else code


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or _BLANK.match(character) is not None


def truth(typed: Any) -> Any:
    """Yes and no in the words that people use, as true and false; all else as it is.

    >>> truth("Yes"), truth("off"), truth("否"), truth(1), truth("perhaps")
    (True, False, False, True, 'perhaps')
    """
    if isinstance(typed, bool) or not isinstance(typed, str | int | float):
        return typed
    return _TRUTH.get(f"{typed:g}" if not isinstance(typed, str) else folded_name(typed).lower(), typed)


def read_day(text: str) -> date | None:
    """A date whose order is plain: year first, in digits of any width; None for all else.

    >>> read_day("2027年1月"), read_day("２０２７-０１-１５"), read_day("2027/1/15"), read_day("1/2/2027")
    (datetime.date(2027, 1, 1), datetime.date(2027, 1, 15), datetime.date(2027, 1, 15), None)
    """
    plain = folded_name(text)
    found = _DAY.fullmatch(plain)
    try:
        if found:
            year, month, day = found.groups()[:3] if found[1] else found.groups()[3:]
            return date(int(year), int(month), int(day or 1))
        if not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", plain):
            return None
        return date.fromisoformat(f"{plain}-01" if len(plain) == 7 else plain)
    except ValueError:
        return None


def read_number(text: str, unit: str = "") -> float | None:
    """The number in a text that only looks unlike one: digits of full width, or the sign of the field's own currency.

    Plain digits as text stay text, since quotes around them say so; commas, units and shares are never guessed at.

    >>> read_number("１２０"), read_number("−5"), read_number("$3", "USD per MWh"), read_number("￥3", "USD")
    (120.0, -5.0, 3.0, None)
    >>> read_number("120"), read_number("１,２００")
    (None, None)
    """
    plain = folded_name(text).replace("\u2212", "-")
    if unit.startswith("USD"):
        plain = re.sub(r"^(US)?\$ ?|^USD ", "", plain)
    if plain == text.strip() or not _NUMBER.fullmatch(plain):
        return None
    return float(plain)


def split_names(text: str, known: Container[str] = ()) -> list[str]:
    """Names in a list with commas of any script; a text that is a name itself is one.

    >>> split_names("H200、B200， 910C"), split_names("a、b", {"a、b"})
    (['H200', 'B200', '910C'], ['a、b'])
    """
    if text.strip() in known:
        return [text]
    return [name for part in _SEPARATORS.split(text) if (name := part.strip())] or [text]


__all__ = ["escaped", "folded_name", "read_day", "read_number", "split_names", "truth", "unescaped"]
