"""The one door to PuLP and HiGHS: write a linear program, solve it, ask it why.

The algebra is PuLP's. HiGHS receives the whole matrix in one call and is kept, so that progress, Ctrl-C,
bounds, re-solves from the last basis and minimal conflicts are at hand; any other solver that PuLP finds
is called the usual way and can do none of these.
"""

from typing import TYPE_CHECKING, Any

from planner.lazy_imports import found_in

if TYPE_CHECKING:
    from planner.lp.answer import Answer, Options, SolverStatus
    from planner.lp.highs import HighsDoor
    from planner.lp.matrix import Matrix, Positions, matrix_of
    from planner.lp.parts import Labels, Part, parts_of
    from planner.lp.program import (
        INFINITY,
        Constraint,
        Expression,
        Program,
        Term,
        Values,
        Variable,
        total,
        without_garbage_collection,
    )
    from planner.lp.pulp_solvers import solve_with
    from planner.lp.warm_highs import BASIC, NONBASIC, Basis
    from planner.quiet_highs import SilentHighs

__all__ = [
    "BASIC",
    "INFINITY",
    "NONBASIC",
    "Answer",
    "Basis",
    "Constraint",
    "Expression",
    "HighsDoor",
    "Labels",
    "Matrix",
    "Options",
    "Part",
    "Positions",
    "Program",
    "SilentHighs",
    "SolverStatus",
    "Term",
    "Values",
    "Variable",
    "matrix_of",
    "parts_of",
    "solve_with",
    "total",
    "without_garbage_collection",
]

_ROOMS = {
    "planner.lp.answer": (
        "Answer",
        "Options",
        "SolverStatus",
    ),
    "planner.lp.highs": ("HighsDoor",),
    "planner.lp.matrix": (
        "Matrix",
        "Positions",
        "matrix_of",
    ),
    "planner.lp.parts": (
        "Labels",
        "Part",
        "parts_of",
    ),
    "planner.lp.program": (
        "INFINITY",
        "Constraint",
        "Expression",
        "Program",
        "Term",
        "Values",
        "Variable",
        "total",
        "without_garbage_collection",
    ),
    "planner.lp.pulp_solvers": ("solve_with",),
    "planner.lp.warm_highs": (
        "BASIC",
        "NONBASIC",
        "Basis",
    ),
    "planner.quiet_highs": ("SilentHighs",),
}
"""Where each name is at home."""


def __getattr__(name: str) -> Any:
    """A name, imported where it is first asked for: what rules are written with needs no solver."""
    return found_in(_ROOMS, name, globals())
