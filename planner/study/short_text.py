"""Amounts and lists as the terminal says them in short."""

from __future__ import annotations

SHOWN = 6
"""Scenarios and moves that the short result names; the rest are counted."""


def amount(value: float) -> str:
    """A number with no more digits than anyone reads: whole from a hundred on, six digits below.

    >>> amount(57913.77), amount(60.0), amount(0.00042)
    ('57,914', '60', '0.00042')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.6g}"


def more(number: int) -> str:
    """How many of a number are not named.

    >>> more(SHOWN), more(SHOWN + 2)
    ('', '; and 2 more')
    """
    return f"; and {number - SHOWN} more" if number > SHOWN else ""
