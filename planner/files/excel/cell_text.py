"""Texts as a cell holds them so that they come back as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from planner.files.excel.layout import EMPTY_LIST

_CONTROL = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
_AWKWARD = re.compile(rf'{_CONTROL}|_x[0-9A-Fa-f]{{4}}_|^[\s\u200b\ufeff"]|[\s\u200b\ufeff]\Z|^\Z')
"""Text that a cell cannot hold, or that comes back as something else."""
_IN_LISTS = re.compile(rf'[,"\n]|^{re.escape(EMPTY_LIST)}$')
_UNSAFE = re.compile(rf"{_CONTROL}|_(?=x[0-9A-Fa-f]{{4}}_)")


def as_text(text: str) -> str:
    """Text as a cell holds it: in quotes where it would not come back as it is.

    >>> print(as_text("Ulanqab"), as_text(" x"), as_text(""))
    Ulanqab " x" ""
    """
    return quoted(text) if _AWKWARD.search(text) else text


def quoted(text: str) -> str:
    """Text in double quotes, with what no cell can hold escaped as in JSON and YAML.

    >>> print(quoted('a "b"'), quoted("_x000D_"))
    "a \\"b\\"" "\\u005fx000D_"
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def listed(names: Sequence[str]) -> str:
    """Names with commas between them, in quotes where a name holds a comma or quotes itself.

    >>> print(listed(["H200", "a, b"]))
    H200, "a, b"
    """
    return ", ".join(quoted(name) if _AWKWARD.search(name) or _IN_LISTS.search(name) else name for name in names)
