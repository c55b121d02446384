"""What a solve is asked with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from planner.lp.program import Values


class SolverStatus(Enum):
    """What the solver says, in our own words."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    """A plan, not proven to be the best."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INTERRUPTED = "interrupted"
    """Stopped by the user before there was a plan."""
    NOTHING = "nothing"
    """No plan until the time limit, or none for a reason that the solver alone knows."""


@dataclass(frozen=True)
class Answer:
    """What a solve found."""

    status: SolverStatus
    why: str
    """The solver's own status, in words."""
    values: Values
    """Value of each variable; empty where there is no plan."""
    duals: Values
    """Change of the objective per unit of each row's right-hand side; empty where there are none."""
    objective: float
    bound: float
    """Proven lower bound on the objective."""
    iterations: int
    seconds: float
    algorithm: str = ""
    """What found it, in words; empty where another solver did."""
    interrupted: bool = False
    """Whether the user stopped it, with a plan or without."""
    doubted: str = ""
    """What the solver had said before that its own values did not bear out, in words; empty where it was believed."""


@dataclass(frozen=True)
class Options:
    """How to solve."""

    solver: str = "HiGHS"
    """HiGHS through our own door, or the name of a solver that PuLP finds."""
    time_limit: float | None = None
    """Seconds; none when left out."""
    gap: float = 2e-3
    """Relative distance to the optimum at which an integer plan counts as proven."""
    threads: int = 1
    """Threads; more than one gives up repeatability where the solver races."""
    algorithm: str | None = None
    """HiGHS's algorithm for linear programs; by size when left out."""
    race: bool = False
    """Whether two algorithms race on a linear program's first solve: quicker now and then, and no longer repeatable in
    which of several best plans is found."""
    seed: int = 0
    dual_tolerance: float = 1e-7
    """Reduced cost below which a decision counts as not worth changing, in model money."""
