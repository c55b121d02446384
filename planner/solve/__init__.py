"""Solve a case: unroll, build, solve, read; and ask again with something changed."""

from planner.solve.futures import Future, FuturePlan, own_plans, side_by_side, stopping
from planner.solve.moves import COMMITMENTS, Commitment, Move, Moves
from planner.solve.program import Goal
from planner.solve.session import SLACK, Session, session, solve
from planner.solve.timing import Report, Timing
from planner.solve.warm_start import Standing

__all__ = [
    "COMMITMENTS",
    "SLACK",
    "Commitment",
    "Future",
    "FuturePlan",
    "Goal",
    "Move",
    "Moves",
    "Report",
    "Session",
    "Standing",
    "Timing",
    "own_plans",
    "session",
    "side_by_side",
    "solve",
    "stopping",
]
