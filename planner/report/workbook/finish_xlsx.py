"""The file as a package: cached values, alternative texts, fixed dates, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from planner.xlsx_package import exact, packed

__all__ = ["exact", "finish"]

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v\s*/?>(?:</v>)?</c>', re.DOTALL)
_TYPE = re.compile(rb'\s+t="[a-z]+"')
_PICTURE = re.compile(rb'<(xdr:)?cNvPr id="(\d+)" name="([^"]*)"(?: descr="[^"]*")?\s*/>')
_UNLINKED = re.compile(rb'(<(?:c:)?numFmt formatCode="[^"]*")\s*/>')
"""Formats of labels, which programs take from the cells if they are not told otherwise."""


def finish(
    raw: bytes,
    *,
    caches: Sequence[Mapping[str, float | str]],
    alts: Sequence[Sequence[str]],
    day: date,
) -> bytes:
    """A saved workbook with what the writer leaves out.

    `caches` holds the value of each formula by address, sheet by sheet; `alts` the alternative texts of the
    charts and pictures of each sheet that has any; `day` is the date of the document's properties.
    """

    def edit(name: str, data: bytes) -> bytes:
        if match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
            return _with_values(data, caches[int(match[1]) - 1])
        if re.fullmatch(r"xl/charts/chart\d+\.xml", name):
            return _UNLINKED.sub(rb'\g<1> sourceLinked="0" />', data)
        if match := re.fullmatch(r"xl/drawings/drawing(\d+)\.xml", name):
            return _with_texts(data, alts[int(match[1]) - 1])
        return data

    return packed(raw, day=day, edit=edit)


def _with_values(xml: bytes, values: Mapping[str, float | str]) -> bytes:
    def fill(match: re.Match[bytes]) -> bytes:
        value = values.get(match[1].decode())
        if value is None:
            return match[0]
        attributes = _TYPE.sub(b"", match[2])
        if isinstance(value, str):
            attributes += b' t="str"'
        shown = escape(value) if isinstance(value, str) else exact(value)
        return b'<c r="%s"%s><f>%s</f><v>%s</v></c>' % (match[1], attributes, match[3], shown.encode())

    return _FORMULA.sub(fill, xml)


def _with_texts(xml: bytes, texts: Sequence[str]) -> bytes:
    waiting = iter(texts)

    def describe(match: re.Match[bytes]) -> bytes:
        return b'<%scNvPr id="%s" name="%s" descr=%s/>' % (
            match[1] or b"",
            match[2],
            match[3],
            quoteattr(next(waiting)).encode(),
        )

    return _PICTURE.sub(describe, xml)
