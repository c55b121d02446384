"""The file as a package: cached values, alternative texts, fixed dates, the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>(.*?)</f><v\s*/?>(?:</v>)?</c>', re.DOTALL)
_TYPE = re.compile(rb'\s+t="[a-z]+"')
_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_PICTURE = re.compile(rb'<(xdr:)?cNvPr id="(\d+)" name="([^"]*)"\s*/>')
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def finish(
    raw: bytes,
    *,
    caches: Sequence[Mapping[str, float | str]],
    alts: Sequence[Sequence[str]],
    day: date,
) -> bytes:
    """A saved workbook with what the writer leaves out.

    `caches` holds the value of each formula by address, sheet by sheet; `alts` the alternative texts of the
    charts of each sheet that has any; `day` is the date of the document's properties.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out,
    ):
        for name in source.namelist():
            data = source.read(name)
            if match := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
                data = _with_values(data, caches[int(match[1]) - 1])
            elif match := re.fullmatch(r"xl/drawings/drawing(\d+)\.xml", name):
                data = _with_texts(data, alts[int(match[1]) - 1])
            elif name == "docProps/core.xml":
                data = _DATES.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode() + rb"\g<3>", data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            out.writestr(info, data)
    return target.getvalue()


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


def exact(value: float) -> str:
    """A number as Excel reads it back without loss.

    >>> exact(0.1), exact(3.0), exact(1e-12)
    ('0.1', '3', '1e-12')
    """
    if not math.isfinite(value):
        raise ValueError(f"no finite number: {value}")
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
