"""A workbook as a package of parts: fixed dates and the same bytes every time, numbers without loss."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable
from datetime import date

_DATES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def _as_it_is(name: str, data: bytes) -> bytes:
    return data


def packed(raw: bytes, *, day: date, edit: Callable[[str, bytes], bytes] = _as_it_is) -> bytes:
    """A saved workbook as the same bytes every time, dated `day`; `edit` gives each part's new content by its name."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out,
    ):
        for name in source.namelist():
            data = edit(name, source.read(name))
            if name == "docProps/core.xml":
                data = _DATES.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode() + rb"\g<3>", data)
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o600 << 16
            out.writestr(info, data)
    return target.getvalue()


def exact(value: float) -> str:
    """A number as a workbook reads it back without loss.

    >>> exact(0.1), exact(3.0), exact(1e-12)
    ('0.1', '3', '1e-12')
    """
    if not math.isfinite(value):
        raise ValueError(f"no finite number: {value}")
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
