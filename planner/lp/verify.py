"""What an answer is worth whatever the solver says of it: worked out from its values alone.

A release of HiGHS was seen to report, for a plan that it was given to begin with, an objective and a bound that the
plan does not have. So nothing that it says of a plan is taken on trust.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.lp.matrix import Matrix
from planner.lp.program import Values
from planner.message import Figure, Message, word

BROKEN = 1e-5
"""Distance from a limit or from a whole number, in model units, that is no longer the solver's tolerance."""
ROUNDING = 1e-9
"""Share of the terms of a row, added up without their signs, that is rounding."""
DIFFERS = 1e-6
"""Share of the terms of the objective, added up without their signs, by which two accounts of it may differ."""

_DIGITS = ".9g"


@dataclass(frozen=True)
class Lie:
    """What a solver claimed that its own values do not bear out."""

    kind: str
    """One of `KINDS`."""
    numbers: Message | None = None
    """In which numbers."""

    @property
    def message(self) -> Message:
        """The claim in a sentence."""
        if self.numbers is None:
            return Message("it claimed {kind}", kind=word(self.kind))
        return Message("it claimed {kind} ({numbers})", kind=word(self.kind), numbers=self.numbers)


LIMITS = "a plan that misses limits"
PARTS = "a plan with parts of what comes whole"
OBJECTIVE = "an objective that its own plan does not have"
BOUND = "a bound above its own plan"
GIVEN = "a bound above the plan that it was given"
NONE = "no plan where there is one"
PRICES = "prices that do not prove its plan"

KINDS = (LIMITS, PARTS, OBJECTIVE, BOUND, GIVEN, NONE, PRICES)
"""What there is to be doubted, as Provenance calls it."""


def stated_for(said: float, found: float) -> Message:
    """An amount that was said where another was found.

    >>> str(stated_for(2.5, 2.0))
    '2.5 for 2'
    """
    return Message("{said} for {found}", said=Figure(said, _DIGITS), found=Figure(found, _DIGITS))


def above(bound: float, objective: float) -> Message:
    """A bound that lies above an objective.

    >>> str(above(2.5, 2.0))
    '2.5 above 2'
    """
    return Message("{bound} above {found}", bound=Figure(bound, _DIGITS), found=Figure(objective, _DIGITS))


def lie(matrix: Matrix, values: Values, said: float, bound: float) -> Lie | None:
    """What is wrong with what a solver says of values; None where it holds.

    `said` is the objective that it reports and `bound` the lower bound that it claims to have proven.
    """
    if missed := misses(matrix, values):
        return missed
    objective, allowed = matrix.objective(values), DIFFERS * matrix.size(values)
    if not abs(said - objective) <= allowed:
        return Lie(OBJECTIVE, stated_for(said, objective))
    if bound > objective + allowed:
        return Lie(BOUND, above(bound, objective))
    return None


def misses(matrix: Matrix, values: Values) -> Lie | None:
    """What a plan misses of what a program asks; None where it holds."""
    if not np.isfinite(values).all():
        return Lie(LIMITS, Message("no numbers"))
    if (over := excess(matrix, values)) > 0:
        return Lie(LIMITS, Message("by {amount}", amount=Figure(over, ".3g")))
    if (part := fraction(matrix, values)) > BROKEN:
        return Lie(PARTS, Message("{amount}", amount=Figure(part, ".3g")))
    return None


def excess(matrix: Matrix, values: Values) -> float:
    """How far values are beyond a limit of a variable or a row, tolerances taken off; 0 where they hold."""
    rows = np.repeat(np.arange(len(matrix.row_low)), np.diff(matrix.start))
    terms = matrix.value * values[matrix.index]
    activity = np.bincount(rows, weights=terms, minlength=len(matrix.row_low))
    rounding = ROUNDING * np.bincount(rows, weights=np.abs(terms), minlength=len(matrix.row_low))
    beyond = np.maximum(matrix.row_low - activity, activity - matrix.row_high) - rounding
    outside = np.maximum(matrix.low - values, values - matrix.high) - ROUNDING * np.abs(values)
    return max(0.0, float(beyond.max(initial=0.0)) - BROKEN, float(outside.max(initial=0.0)) - BROKEN)


def fraction(matrix: Matrix, values: Values) -> float:
    """How far the values of whole variables are from whole numbers, at most."""
    whole = values[matrix.whole]
    return float(np.abs(whole - np.round(whole)).max(initial=0.0))


def proves_clash(matrix: Matrix, ray: Values) -> bool:
    """Whether a sum of rows, each times its number in the ray, can never come to what these rows ask together."""
    terms = matrix.value * np.repeat(ray, np.diff(matrix.start))
    reach: Values = np.bincount(matrix.index, weights=terms, minlength=len(matrix.cost)).astype(np.float64)
    noise = ROUNDING * np.bincount(matrix.index, weights=np.abs(terms), minlength=len(matrix.cost))
    reach[np.abs(reach) <= noise] = 0.0
    for sign in (1.0, -1.0):
        most = _most(sign * reach, matrix.low, matrix.high)
        asked = -_most(-sign * ray, matrix.row_low, matrix.row_high)
        if asked > most + DIFFERS * float(np.abs(ray).max(initial=0.0)):
            return True
    return False


def _most(factors: Values, low: Values, high: Values) -> float:
    """The most that a sum comes to between limits; infinite where one that counts is missing."""
    counts = factors != 0
    limit = np.where(factors > 0, high, low)[counts]
    return float(np.sum(factors[counts] * limit))
