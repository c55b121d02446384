"""What a plan can be best at, each a short conversation with a session."""

from __future__ import annotations

from collections.abc import Callable

from planner.schema.goals import Objective
from planner.solution import Solution
from planner.solve import SLACK, Session


def cheapest(s: Session) -> Solution:
    """Least expected present cost."""
    return s.solve()


def earliest(s: Session) -> Solution:
    """Each milestone reached and held as early as can be, the most important first; then least cost.

    Reaching it from a later period asks for less, so the earliest period is found by halving. A milestone that
    cannot be reached even in the last period is let go.
    """
    if not s.possible():
        return s.solve()
    periods = s.case.settings.periods
    for name in s.case.milestones():
        first, never = 0, periods
        while first < never:
            tried = (first + never) // 2
            s.reach(name, tried)
            if s.possible():
                never = tried
            else:
                first = tried + 1
        s.reach(name, first if first < periods else None)
    return s.solve()


def soonest(s: Session) -> Solution:
    """Least average delay, then least cash within the tolerance."""
    s.minimise("delay")
    s.limit("delay", s.optimum() * (1 + SLACK) + s.case.goals.delay_tolerance_months)
    s.minimise("cash")
    return s.solve()


OBJECTIVES: dict[Objective, Callable[[Session], Solution]] = {
    "cost": cheapest,
    "earliest": earliest,
    "delay": soonest,
}
"""By name, as typed in the case or on the command line."""
