"""What a workbook must be before it is opened: checks that cost little, whatever the file holds.

Nothing here unpacks more than the workbook's own part, which is small; nothing heavy is imported.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path as File

from planner.errors import CaseError, Problem

MAX_BYTES = 50_000_000
"""Largest workbook that is read, as it lies on the disk."""
MAX_UNPACKED = 150_000_000
"""Most bytes that it may unpack to."""
MAX_PART = 20_000_000
"""Most bytes of a part that is read in one piece: all but sheets and texts."""
MAX_RATIO = 200
"""Most bytes that one packed byte may stand for, in parts above `SMALL_PART`."""
SMALL_PART = 1_000_000
MAX_PARTS = 5_000
"""Most parts in a workbook."""
MAX_ROWS = 300_000
"""Most rows that hold something, over all sheets."""
MAX_CELLS = 3_000_000
"""Most cells, over all sheets."""

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_STREAMED = re.compile(r"xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
_SAVE = "save it as Excel Workbook (.xlsx)"
_DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_UNCALCULATED = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_STRICT = b"http://purl.oclc.org/ooxml/"


@dataclass(frozen=True)
class Checked:
    """A workbook's bytes, which may be opened."""

    content: bytes
    """The file."""
    date_1904: bool
    """Whether its dates count from 1904."""
    uncalculated: bool
    """Whether the results of its formulas are those of no spreadsheet program: they wait to be calculated."""


def checked(file: File, name: str) -> Checked:
    """The bytes of a workbook that may be opened; raises CaseError with the reason where it may not.

    `name` is what messages call the file.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise refused(name, f"is larger than the {MAX_BYTES // 1_000_000} MB that a workbook may have")
        content = file.read_bytes()
    except OSError as error:
        raise refused(name, f"cannot be read: {error.strerror}") from error
    _check_magic(content, name)
    _check_directory(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_parts(parts, name)
            workbook = package.read(_workbook_part(parts, name))
            types = package.read("[Content_Types].xml")
    # What zipfile raises on damage, on methods of packing that it does not know and on encryption.
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise refused(name, "is damaged; open it in Excel and save it again, or take an earlier copy") from error
    if b"macroEnabled" in types:
        raise refused(name, f"holds macros, which are never read; {_SAVE}")
    if _STRICT in workbook:
        raise refused(name, f"is saved as Strict Open XML, which is not read; {_SAVE}")
    return Checked(content, _DATE_1904.search(workbook) is not None, _UNCALCULATED.search(workbook) is not None)


def refused(name: str, message: str) -> CaseError:
    """The error for a workbook that is not read at all."""
    return CaseError([Problem((), message, name)])


def _check_magic(content: bytes, name: str) -> None:
    if not content:
        raise refused(name, "is empty")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refused(name, "is protected by a password; save it without one (File > Info > Protect Workbook)")
        raise refused(name, f"is a workbook of the old format (.xls), whatever its name says; {_SAVE}")
    if not content.startswith(_ZIP):
        raise refused(name, f"is no workbook, whatever its name says; {_SAVE}, or name a YAML file .yaml")


def _check_directory(content: bytes, name: str) -> None:
    """Refuse a list of parts that is too long to be read, before it is read."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise refused(name, "is cut off; copy it again from where it came from")
    if content[max(0, end - 20) : end].startswith(_END_64):
        raise refused(name, "is packed as an archive of more than 4 GB, which no case needs")
    entries, size = struct.unpack("<HL", content[end + 10 : end + 16])
    if entries > MAX_PARTS or size > 300 * MAX_PARTS:
        raise refused(name, f"holds more than the {MAX_PARTS:,} parts that a workbook may have")


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    names = {part.filename.lower() for part in parts}
    if any(each.endswith("vbaproject.bin") or each.startswith("xl/macrosheets/") for each in names):
        raise refused(name, f"holds macros, which are never read; {_SAVE}")
    if "xl/workbook.bin" in names:
        raise refused(name, f"is a binary workbook (.xlsb), whatever its name says; {_SAVE}")
    if "mimetype" in names and "content.xml" in names:
        raise refused(name, f"is an OpenDocument file (.ods), whatever its name says; {_SAVE}")
    if len(names) < len(parts):
        raise refused(name, "holds two parts of the same name; open it in Excel and save it again")
    if any(part.flag_bits & 0x1 for part in parts):
        raise refused(name, "is protected by a password; save it without one")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED // 1_000_000} MB"
        raise refused(name, f"unpacks to {unpacked / 1e6:,.0f} MB; allowed: up to {limit}; {_CLEAR}")
    for part in parts:
        if not _STREAMED.fullmatch(part.filename) and part.file_size > MAX_PART:
            limit = f"{MAX_PART // 1_000_000} MB"
            raise refused(name, f"holds {part.filename} of {part.file_size / 1e6:,.0f} MB; allowed: up to {limit}")
        if part.file_size > max(SMALL_PART, MAX_RATIO * part.compress_size):
            ratio = part.file_size / max(part.compress_size, 1)
            raise refused(name, f"holds {part.filename}, packed {ratio:,.0f} times; allowed: {MAX_RATIO}; {_CLEAR}")


_CLEAR = "delete the empty rows and formats below the data"


def _workbook_part(parts: list[zipfile.ZipInfo], name: str) -> str:
    known = {part.filename for part in parts}
    if "xl/workbook.xml" in known:
        return "xl/workbook.xml"
    raise refused(name, f"is no workbook, whatever its name says; {_SAVE}")
