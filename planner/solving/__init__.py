"""Solve a case: unroll, build, solve, read; and ask again with something changed."""

from planner.solving.first_moves import COMMITMENTS, COUNTS, Commitment, Move, Moves
from planner.solving.scenario_programs import OwnPlan, ScenarioProgram, own_plans, side_by_side, stopping
from planner.solving.session import SLACK, LeastValue, Session, session, solve
from planner.solving.solver_program import Goal
from planner.solving.warm_start import WarmStart
from planner.stage_timing import Report, Timing

__all__ = [
    "COMMITMENTS",
    "COUNTS",
    "SLACK",
    "Commitment",
    "Goal",
    "LeastValue",
    "Move",
    "Moves",
    "OwnPlan",
    "Report",
    "ScenarioProgram",
    "Session",
    "Timing",
    "WarmStart",
    "own_plans",
    "session",
    "side_by_side",
    "solve",
    "stopping",
]
