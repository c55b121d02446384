"""What a workbook must be before its sheets are read: checks that cost little, whatever the file holds.

Nothing here unpacks more than the workbook's own part and what the package says of its parts; nothing heavy is
imported.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path as File

from planner.errors import CaseError, Problem
from planner.files.excel.xml_stream import Broken, Hostile
from planner.files.excel.zip_parts import Book, Package
from planner.message import Figure, Message

MAX_BYTES = 50_000_000
"""Largest workbook that is read, as it lies on the disk."""
MAX_UNPACKED = 150_000_000
"""Most bytes that it may unpack to."""
MAX_PART = 20_000_000
"""Most bytes of a part that is neither a sheet, nor its texts, nor what a pivot table holds in store."""
MAX_RATIO = 200
"""Most bytes that one packed byte may stand for, in parts above `SMALL_PART`."""
SMALL_PART = 1_000_000
MAX_PARTS = 5_000
"""Most parts in a workbook."""
MAX_ROWS = 300_000
"""Most rows that hold something, over all sheets."""
MAX_CELLS = 3_000_000
"""Most cells that hold something, over all sheets."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OverflowError,
)
"""What a damaged package raises: bad data, methods of packing that are not known, encryption."""

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_STREAMED = re.compile(r"(.*/)?((worksheets|pivotcache)/[^/]+|[^/]*(sheet|strings)[^/]*)\.xml", re.IGNORECASE)
_MACROS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"})
"""Relations of a workbook to what it runs."""
_SAVE = Message("save it as Excel Workbook (.xlsx)")


@dataclass(frozen=True)
class SafeWorkbook:
    """A workbook that may be read."""

    content: bytes
    """The file."""
    package: Package
    """Its parts."""
    book: Book
    """What its own part says."""


def checked(file: File, name: str) -> SafeWorkbook:
    """A workbook that may be read; raises CaseError with the reason where it may not.

    `name` is what messages call the file.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise refused(
                name, Message("is larger than the {text} MB that a workbook may have", text=MAX_BYTES // 1_000_000)
            )
        content = file.read_bytes()
    except OSError as error:
        raise refused(name, Message("cannot be read: {reason}", reason=str(error.strerror))) from error
    _check_magic(content, name)
    _check_directory(content, name)
    try:
        package = Package(content)
        _check_parts(package, name)
        book = _book(package, name)
    except Hostile as error:
        raise hostile(name) from error
    except (Broken, *DAMAGE) as error:
        raise refused(
            name, Message("is damaged; open it in Excel and save it again, or take an earlier copy")
        ) from error
    return SafeWorkbook(content, package, book)


def refused(name: str, message: Message) -> CaseError:
    """The error for a workbook that is not read at all."""
    return CaseError([Problem((), message, name)])


def hostile(name: str) -> CaseError:
    """The error for a workbook that was made to harm."""
    return refused(name, Message("holds XML entities, which no spreadsheet program writes; it is not read"))


def _check_magic(content: bytes, name: str) -> None:
    if not content:
        raise refused(name, Message("is empty"))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refused(
                name, Message("is protected by a password; save it without one (File > Info > Protect Workbook)")
            )
        raise refused(
            name, Message("is a workbook of the old format (.xls), whatever its name says; {remedy}", remedy=_SAVE)
        )
    if not content.startswith(_ZIP):
        raise refused(
            name, Message("is no workbook, whatever its name says; {remedy}, or name a YAML file .yaml", remedy=_SAVE)
        )


def _check_directory(content: bytes, name: str) -> None:
    """Refuse a list of parts that is too long to be read, before it is read."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise refused(name, Message("is cut off; copy it again from where it came from"))
    if content[max(0, end - 20) : end].startswith(_END_64):
        raise refused(name, Message("is packed as an archive of more than 4 GB, which no case needs"))
    entries, size = struct.unpack("<HL", content[end + 10 : end + 16])
    if entries > MAX_PARTS or size > 300 * MAX_PARTS:
        raise refused(
            name,
            Message("holds more than the {max_parts} parts that a workbook may have", max_parts=Figure(MAX_PARTS, ",")),
        )


def _check_parts(package: Package, name: str) -> None:
    parts, names = package.parts, package.names
    if any(each.endswith("vbaproject.bin") or each.startswith("xl/macrosheets/") for each in names):
        raise refused(name, Message("holds macros, which are never read; {remedy}", remedy=_SAVE))
    if "xl/workbook.bin" in names:
        raise refused(name, Message("is a binary workbook (.xlsb), whatever its name says; {remedy}", remedy=_SAVE))
    if "mimetype" in names and "content.xml" in names:
        raise refused(name, Message("is an OpenDocument file (.ods), whatever its name says; {remedy}", remedy=_SAVE))
    if "index/document.iwa" in names:
        raise refused(
            name, Message("is a document of Numbers, whatever its name says; export it (File > Export To > Excel)")
        )
    if len(names) < len(parts):
        raise refused(name, Message("holds two parts of the same name; open it in Excel and save it again"))
    if any(part.flag_bits & 0x1 for part in parts):
        raise refused(name, Message("is protected by a password; save it without one"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        limit = f"{MAX_UNPACKED // 1_000_000} MB"
        raise refused(
            name,
            Message(
                "unpacks to {text} MB; allowed: up to {limit}; {remedy}",
                text=Figure(unpacked / 1e6, ",.0f"),
                limit=limit,
                remedy=_CLEAR,
            ),
        )
    for part in parts:
        if not _STREAMED.fullmatch(part.filename) and part.file_size > MAX_PART:
            limit = f"{MAX_PART // 1_000_000} MB"
            raise refused(
                name,
                Message(
                    "holds {filename} of {text} MB; allowed: up to {limit}",
                    filename=part.filename,
                    text=Figure(part.file_size / 1e6, ",.0f"),
                    limit=limit,
                ),
            )
        if part.file_size > max(SMALL_PART, MAX_RATIO * part.compress_size):
            ratio = part.file_size / max(part.compress_size, 1)
            raise refused(
                name,
                Message(
                    "holds {filename}, packed {ratio} times; allowed: {max_ratio}; {remedy}",
                    filename=part.filename,
                    ratio=Figure(ratio, ",.0f"),
                    max_ratio=MAX_RATIO,
                    remedy=_CLEAR,
                ),
            )


_CLEAR = Message("delete the empty rows and formats below the data")


def _book(package: Package, name: str) -> Book:
    """What the workbook's own part says, if it is one and has no macros."""
    part = package.workbook()
    if part is None:
        raise refused(name, Message("is no workbook, whatever its name says; {remedy}", remedy=_SAVE))
    kind = package.type_of(part)
    book = Book(package, part)
    if any(each.kind in _MACROS and each.part in package for each in book.relations.values()) or "macroEnabled" in kind:
        raise refused(name, Message("holds macros, which are never read; {remedy}", remedy=_SAVE))
    if kind and "spreadsheetml" not in kind and book.root != "workbook":
        raise refused(name, Message("is no workbook, whatever its name says; {remedy}", remedy=_SAVE))
    if book.root != "workbook":
        raise Broken(f"{part} is no workbook")
    return book
