"""Markdown laid out for a terminal: lines of one width, tables in columns, links to other pages as their command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, zip_longest
from textwrap import wrap

WIDTH = 100
"""Columns of a terminal that a page takes, where it is as wide."""
_MARK = re.compile(r"^<!--.*?-->\n?", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\(([\w-]+)\.md(?:#[\w-]+)?\)")
_BEGINS = re.compile(r" *(?:[*-] |\d+\. |#)")
"""How a point of a list or a title begins."""
_FENCE = "```"


def laid_out(text: str, width: int = WIDTH) -> str:
    """A page in lines of at most so many characters, but for code.

    >>> print(laid_out("<!-- mark -->\\nSee [the model](model.md).\\n\\n| a | b |\\n|---|---|\\n| 1 | two |\\n"))
    See the model (planner docs model).
    <BLANKLINE>
    a  b
    -  ---
    1  two
    """
    text = _LINK.sub(r"\1 (planner docs \2)", _MARK.sub("", text))
    lines: list[str] = []
    for kind, group in groupby(_kinds(text.splitlines()), lambda each: each[0]):
        block = [line for _, line in group]
        lines += block if kind == "code" else _table(block, width) if kind == "table" else _paragraphs(block, width)
    return "\n".join(lines).strip("\n")


def _kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Every line with what it is part of: code, a table or text."""
    code = False
    for line in lines:
        fence = line.lstrip().startswith(_FENCE)
        yield "code" if code or fence else "table" if line.startswith("|") else "text", line
        code ^= fence


def _paragraphs(lines: list[str], width: int) -> Iterator[str]:
    """Text in even lines: what is one paragraph or one point of a list is joined and parted anew."""
    whole: list[str] = []
    for line in lines:
        if whole and whole[-1] and line and not _BEGINS.match(line) and not whole[-1].startswith("#"):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
    for text in whole:
        indent = " " * len(found[0]) if (found := _BEGINS.match(text)) and not text.startswith("#") else ""
        yield from wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def _table(lines: list[str], width: int) -> Iterator[str]:
    """Cells in columns; where a row is too wide, its widest columns in several lines, no word of them broken."""
    rows = [_cells(line) for line in lines if not re.fullmatch(r"[|:\- ]+", line)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    least = [max(len(word) for cell in column for word in cell.split() or [""]) for column in zip(*rows, strict=True)]
    spare = [column for column, most in enumerate(widths) if most > least[column]]
    while spare and sum(widths) + 2 * (len(widths) - 1) > width:
        widths[max(spare, key=lambda column: widths[column])] -= 1
        spare = [column for column in spare if widths[column] > least[column]]
    for number, row in enumerate(rows):
        folded = [wrap(cell, most) or [""] for cell, most in zip(row, widths, strict=True)]
        yield from (_in_columns(parts, widths) for parts in zip_longest(*folded, fillvalue=""))
        if number == 0:
            yield _in_columns(["-" * most for most in widths], widths)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _in_columns(parts: list[str] | tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(f"{part:<{most}}" for part, most in zip(parts, widths, strict=True)).rstrip()
