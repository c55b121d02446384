"""Names that a case gives, made into names of files."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MOST_BYTES = 180
"""Bytes of a file's name, its ending and what is put around it left out; file systems take 255 in all."""
_UNSAFE = re.compile(r'[<>:"/\\|?*+\s]|[^\w .,()&%$#@!=;~^\'`{}\[\]-]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MARK = 8


def safe_name(name: str, *, told_apart: bool = False) -> str:
    """A name as part of a file's name on any system; one that had to change, or is to be told apart, ends in a mark.

    >>> safe_name("licence-revoked")
    'licence-revoked'
    >>> safe_name("/../../budget")
    'budget-e83829a1'
    """
    text = unicodedata.normalize("NFC", name)
    kept = _UNSAFE.sub("_", text)
    if kept != text or kept != kept.strip("._ "):
        kept = re.sub(r"_+", "_", kept.replace("..", "_")).strip("._ ")
    kept = kept[:MOST_BYTES]
    if _RESERVED.fullmatch(kept) or not kept:
        kept = f"_{kept}"
    if kept == name and not told_apart:
        return kept
    return f"{kept}-{_mark(name)}"


def shortened_name(name: str) -> str:
    """A file's name, its ending left out, cut where it is longer than file systems take.

    >>> shortened_name("2026+dear")
    '2026+dear'
    """
    raw = name.encode("utf-8", "surrogateescape")
    if len(raw) <= MOST_BYTES:
        return name
    return f"{raw[: MOST_BYTES - _MARK - 1].decode('utf-8', 'ignore')}-{_mark(name)}"


def is_plain_name(name: object) -> bool:
    """Whether a text read from a file is the name of something in a folder, and leads nowhere else."""
    return (
        isinstance(name, str)
        and name not in ("", ".", "..")
        and not any(each in name for each in ("/", "\\", "\0"))
        and not re.match(r"[A-Za-z]:", name)
    )


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]
