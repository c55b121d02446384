"""Whether a workbook or a printed copy may be replaced: what is no report of the planner's is never touched unasked."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from planner.disk import RefusedFileError, file_type, plain_file

MOST_BYTES = 512_000_000
"""Size from which on a file is no report."""
_MOST_PART = 10_000_000
_CREATOR = re.compile(rb"<dc:creator[^>]*>planner</dc:creator>")
_KEYWORDS = re.compile(rb"<cp:keywords[^>]*>[^<]*\brun=[^<]*\bplanner=[^<]*</cp:keywords>")
_SHEET = re.compile(rb'<(?:\w+:)?sheet [^>]*?\bname="([^"]*)"')
_ADDED = re.compile(r"xl/(comments\d*|threadedComments/.*|comments/.*|vbaProject\.bin|externalLinks/.*)(\.xml)?")
_FORCE = "add --force to replace it all the same"


def refused_workbook(path: Path, sheets: frozenset[str], *, force: bool = False) -> str | None:
    """Why no report may take the place of a file, in words; None where it may.

    A report is known by what its properties say, which other programs keep when they save it; one to which sheets,
    comments or macros were added is somebody's own. `sheets` are those that a report may have.
    Raises OSError where the file cannot be read.
    """
    if (reason := _no_file(path, force=force)) is not None or force or file_type(path) == "nothing":
        return reason
    try:
        plain_file(path, MOST_BYTES)
        with zipfile.ZipFile(path) as book:
            return _strange(book, sheets)
    except RefusedFileError as error:
        return f"exists and is no report of the planner's ({error}); {_FORCE}"
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RuntimeError, NotImplementedError):
        return f"exists and is no workbook; {_FORCE}"


def refused_print(path: Path, *, force: bool = False) -> str | None:
    """Why no printed copy may take the place of a file, in words; None where it may. Raises as `refused_workbook`."""
    if (reason := _no_file(path, force=force)) is not None or force or file_type(path) == "nothing":
        return reason
    with path.open("rb") as file:
        content = file.read(MOST_BYTES)
    keyword = "planner=".encode("utf-16-be").hex()
    if not content.startswith(b"%PDF") or keyword.encode() not in content.lower():
        return f"exists and is no printed report of the planner's; {_FORCE}"
    return None


def _no_file(path: Path, *, force: bool) -> str | None:
    """Why a path is not that of a file that may be written over."""
    kind = file_type(path)
    if kind == "folder":
        return "is a folder"
    if kind == "special":
        return "is a device, pipe or socket"
    if kind == "link" and not force:
        return f"is a link to elsewhere; {_FORCE} (the link, not what it leads to)"
    if kind == "file" and not force and not path.lstat().st_mode & 0o200:
        return f"is read-only; {_FORCE}"
    return None


def _strange(book: zipfile.ZipFile, sheets: frozenset[str]) -> str | None:
    about = _part(book, "docProps/core.xml")
    if not (_CREATOR.search(about) and _KEYWORDS.search(about)):
        return f"exists and is no report of the planner's; {_FORCE}"
    own = {name.decode("utf-8", "replace") for name in _SHEET.findall(_part(book, "xl/workbook.xml"))}
    if added := sorted(own - sheets):
        return f"holds the sheet {added[0]!r}, which is no sheet of a report; {_FORCE}"
    if any(_ADDED.fullmatch(name) for name in book.namelist()):
        return f"holds comments, macros or links that no report has; {_FORCE}"
    return None


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    if book.getinfo(name).file_size > _MOST_PART:
        raise ValueError(name)
    with book.open(name) as part:
        return part.read(_MOST_PART)
