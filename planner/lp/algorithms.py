"""The ways in which HiGHS can be asked for the optimum of a linear program, and when each is the quickest.

Size and what has changed alone choose, so that the same question is answered the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy

INTERIOR_POINT_FROM = 10_000
"""Columns from which interior point with crossover is the faster start; below, dual simplex."""
LEAST_STEPS = 300
"""Steps from a basis that are always worth taking."""
ROWS_TO_PRIMAL_STEP, ROWS_TO_STEP = 32, 8
"""Rows for which one step of primal or dual simplex from a basis is worth taking before it is given up.

Costs that changed a little take primal simplex a few hundred steps; where it needs more, dual simplex needs fewer. An
8th of the rows takes dual simplex a third to the whole of a solve from nothing; a start that suits takes less. Counted
in steps and not in seconds, so that the same question is answered the same way."""

_DUAL, _PRIMAL = 1, 4
_CHOOSE, _DEVEX = -1, 1
ENDLESS = 2**31 - 1
"""HiGHS's word for no limit of steps."""


@dataclass(frozen=True)
class Algorithm:
    """An algorithm as HiGHS is asked for it."""

    words: str
    solver: str
    """HiGHS's name of it."""
    simplex: int = _DUAL
    weights: int = _CHOOSE
    """How dual simplex weighs its choices."""
    again: bool = False
    """Whether it goes on from the last basis."""

    def ask(self, highs: highspy.Highs) -> None:
        """Set HiGHS's options; all of them, as they last beyond one run."""
        highs.setOptionValue("solver", self.solver)
        highs.setOptionValue("simplex_strategy", self.simplex)
        highs.setOptionValue("simplex_dual_edge_weight_strategy", self.weights)


# Left to choose HiGHS takes dual simplex; asked for it by name it would forget which variables are whole.
BRANCH_AND_CUT = Algorithm("branch and cut", "choose")
SIMPLEX = Algorithm("dual simplex", "choose")
# `ipm` would be another algorithm wherever the package highspy-extras is installed.
INTERIOR_POINT = Algorithm("interior point with crossover", "ipx")
# Exact weights of a basis that the solver did not walk to cost it one solve with the basis for every row, which
# takes longer than all the steps after a small change.
DUAL_AGAIN = Algorithm("dual simplex from the last basis", "simplex", weights=_DEVEX, again=True)
# A plan that meets every limit still does when only costs change: primal simplex goes on from there.
PRIMAL_AGAIN = Algorithm("primal simplex from the last basis", "simplex", simplex=_PRIMAL, weights=_DEVEX, again=True)


def from_nothing(columns: int, asked: str | None) -> Algorithm:
    """The way to solve a linear program of which nothing is known; `asked` is HiGHS's name of an algorithm."""
    known = {way.solver: way for way in (SIMPLEX, INTERIOR_POINT)}
    if asked is not None:
        return known.get(asked, Algorithm(asked, asked))
    return INTERIOR_POINT if columns >= INTERIOR_POINT_FROM else SIMPLEX


def ways(columns: int, rows: int, *, asked: str | None, again: bool, feasible: bool) -> list[tuple[Algorithm, int]]:
    """The ways to try on a linear program, one after the other, and the steps that each may take.

    `again` says that there is a basis to go on from, `feasible` that its plan still meets every limit, `asked` is
    HiGHS's name of an algorithm where one was asked for.
    """
    found = [(from_nothing(columns, asked), ENDLESS)]
    if again:
        found.insert(0, (DUAL_AGAIN, max(LEAST_STEPS, rows // ROWS_TO_STEP)))
    if again and feasible:
        found.insert(0, (PRIMAL_AGAIN, max(LEAST_STEPS, rows // ROWS_TO_PRIMAL_STEP)))
    return found
