"""Tables on the terminal that can be pasted into README.md as they are."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns of one width, the first to the left and the others to the right."""
    width = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = cells
        return (
            f"| {' | '.join([first.ljust(width[0]), *(c.rjust(w) for c, w in zip(others, width[1:], strict=True))])} |"
        )

    rule = "|".join(["", "-" * (width[0] + 2), *("-" * (w + 1) + ":" for w in width[1:]), ""])
    return "\n".join([line(header), rule, *map(line, rows)])


def figures(value: float) -> str:
    """Seconds or a ratio with about three figures.

    >>> [figures(value) for value in (0.01234, 1.2, 12.34, 123.4)]
    ['0.012', '1.20', '12.3', '123']
    """
    digits = 3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"


def share(value: float) -> str:
    """A share in percent, marked with a star above a tenth."""
    return f"{value:.0%}{'*' if value > 0.1 else ' '}"
