"""Text broken into lines, in Latin letters and in Chinese."""

from __future__ import annotations

import re
import textwrap
from itertools import accumulate

from planner.report.language import columns

_ENDS = "，。、；：！？）】》〉」』”’％…,.;:!?)]}%"
_OPENS = "（【《〈「『“‘([{"
_PIECES = re.compile(r"\s+|[^\s\u1100-\uffff]+|.", re.DOTALL)
"""Space, a word, or a character that a line may be broken beside."""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of a text, broken between words and between Chinese characters; no line begins with a closing mark.

    >>> wrapped("The plan holds.", 9), wrapped("", 9)
    (['The plan', 'holds.'], [''])
    >>> wrapped("并网容量用尽，需要租用 GB300。", 12)
    ['并网容量用', '尽，需要租用', 'GB300。']
    """
    if columns(text) == len(text):
        return textwrap.wrap(text, width) or [""]
    lines, line = [], ""
    for piece in _unbroken(text):
        if columns((line + piece).rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
        while columns(line.rstrip()) > width:
            most = max(1, sum(end <= width for end in accumulate(map(columns, line))))
            most += most < len(line) and line[most] in _ENDS
            lines.append(line[:most])
            line = line[most:].lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _unbroken(text: str) -> list[str]:
    """Pieces of a text that stay on one line: closing marks with what they close, opening ones with what follows."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        held = pieces and (pieces[-1][-1] in _OPENS or piece[0] in _ENDS)
        if held:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
