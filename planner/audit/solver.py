"""The audit's own way to HiGHS, which shares nothing with the planner's but how to make one that is silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from threading import Event, Thread
from typing import Any, Literal, TypeAlias

import highspy
import numpy as np

from planner.audit.linear_program import LinearProgram, Sum
from planner.quiet_highs import SilentHighs

AlgorithmName: TypeAlias = Literal["simplex", "ipx", "choose"]
Tell: TypeAlias = Callable[[str], None]
"""Told a short text while the solver works."""

Vector: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

TIGHT = 1e-9
_NOTHING: Vector = np.empty(0)
_KNOWN = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kModelEmpty,
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnbounded,
)


@dataclass(frozen=True)
class Optimum:
    """What the solver found: the least cost is no more than `cost` and no less than `bound`, million USD."""

    cost: float
    """Of the best plan found; infinite where there is none, minus infinite where costs have no end."""
    bound: float
    """Proven; minus infinite where nothing is."""
    turnover: float
    """Every part of the cost without its sign."""
    words: str
    """How the solver says that it ended."""
    proven: bool
    """Whether it ended by itself rather than by the clock."""
    values: Vector
    """Of the decisions, in the solver's units; none where there is no plan."""


@dataclass(frozen=True)
class How:
    """How a program is solved."""

    algorithm: AlgorithmName = "choose"
    """For a program without whole decisions."""
    gap: float = TIGHT
    """Relative gap at which whole decisions count as proven."""
    time_limit: float | None = None
    """Seconds."""
    enough: float = inf
    """With whole decisions: a bound that need not be passed."""
    tell: Tell = field(default=lambda text: None)


def minimise(program: LinearProgram, cost: Sum, how: How | None = None) -> Optimum:
    """Least cost of a program.

    Raises KeyboardInterrupt where the user stops it, ArithmeticError where the solver ends without an answer.
    """
    how = how or How()
    solver = _solver(how)
    _run(solver, _highs(program, cost), how)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        _run(solver, _highs(program, Sum()), how)
        feasible = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        status = highspy.HighsModelStatus.kUnbounded if feasible else highspy.HighsModelStatus.kInfeasible
    words = solver.modelStatusToString(status)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Optimum(inf, inf, inf, words, True, _NOTHING)
    if status == highspy.HighsModelStatus.kUnbounded:
        return Optimum(-inf, -inf, inf, words, True, _NOTHING)
    if status not in (*_KNOWN, highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt):
        raise ArithmeticError(f"the audit's solver stopped with {words}")
    return _found(solver, program, cost, words, proven=status != highspy.HighsModelStatus.kTimeLimit)


def _solver(how: How) -> SilentHighs:
    solver = SilentHighs()
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
        solver.setOptionValue(tolerance, TIGHT)
    solver.setOptionValue("mip_rel_gap", how.gap)
    solver.setOptionValue("mip_abs_gap", TIGHT)
    solver.setOptionValue("solver", how.algorithm)
    solver.setOptionValue("threads", 1)
    if how.time_limit is not None:
        solver.setOptionValue("time_limit", how.time_limit)
    return solver


def _found(solver: SilentHighs, program: LinearProgram, cost: Sum, words: str, *, proven: bool) -> Optimum:
    info, solution = solver.getInfo(), solver.getSolution()
    whole = any(program.whole)
    bound = cost.constant if not program.whole else info.mip_dual_bound if whole else -inf
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible and program.whole:
        return Optimum(inf, bound, inf, words, proven, _NOTHING)
    values = np.array(solution.col_value)
    parts = [factor * values[column] for column, factor in cost.terms.items()]
    if not whole and solution.dual_valid:
        bound = cost.constant + _dual_bound(_highs(program, cost), np.array(solution.row_dual), values)
    turnover = abs(cost.constant) + float(sum(map(abs, parts)))
    return Optimum(cost.constant + float(sum(parts)), float(bound), turnover, words, proven, values)


def _dual_bound(lp: highspy.HighsLp, duals: Vector, values: Vector) -> float:
    """What the rows' prices prove, were no decision more than ten times what the plan makes it."""
    low, high = np.array(lp.row_lower_), np.array(lp.row_upper_)
    limits = np.where(duals > 0.0, low, high)
    held = np.isfinite(limits)
    duals = np.where(held, duals, 0.0)
    proven = float(np.dot(duals, np.where(held, limits, 0.0)))
    starts, columns = np.array(lp.a_matrix_.start_), np.array(lp.a_matrix_.index_)
    rows = np.repeat(np.arange(lp.num_row_), np.diff(starts))
    paid = np.bincount(columns, weights=duals[rows] * np.array(lp.a_matrix_.value_), minlength=lp.num_col_)
    reduced = np.array(lp.col_cost_) - paid
    free = np.isneginf(np.array(lp.col_lower_))
    wrong = np.where(free, np.abs(reduced), np.maximum(0.0, -reduced))
    return proven - float(np.dot(wrong, 10.0 * np.abs(values) + 1.0))


def _run(solver: SilentHighs, lp: highspy.HighsLp, how: How) -> None:
    """Solve in a thread of its own, so that Ctrl-C is heard at once and passed on."""
    solver.passModel(lp)
    over, stop, told = Event(), Event(), [0.0]

    def end_if_asked(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    def end_if_enough(event: Any) -> None:
        if stop.is_set() or event.data_out.mip_dual_bound >= how.enough:
            event.interrupt()

    def pass_on(event: Any) -> None:
        text, now = " ".join(event.message.split()), time.monotonic()
        if text[:1].isdigit() and now - told[0] > 0.5:
            told[0] = now
            how.tell(text)

    def work() -> None:
        try:
            solver.run()
        finally:
            over.set()

    solver.cbSimplexInterrupt += end_if_asked
    solver.cbIpmInterrupt += end_if_asked
    solver.cbMipInterrupt += end_if_enough
    solver.cbLogging += pass_on
    Thread(target=work, daemon=True).start()
    try:
        while not over.wait(0.1):
            pass
    except KeyboardInterrupt:
        stop.set()
        over.wait()
        raise


def _highs(program: LinearProgram, cost: Sum) -> highspy.HighsLp:
    """The program as HiGHS takes it, every row divided by its largest factor."""
    count, rows = len(program.whole), program.rows
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(rows)
    costs = np.zeros(count)
    costs[list(cost.terms)] = list(cost.terms.values())
    lp.col_cost_, lp.offset_ = costs, cost.constant
    lp.col_lower_, lp.col_upper_ = np.array(program.least_values), np.full(count, inf)
    starts = np.cumsum([0, *(len(row.value.terms) for row in rows)])
    columns = np.array([column for row in rows for column in row.value.terms], dtype=np.int32)
    factors = np.array([factor for row in rows for factor in row.value.terms.values()])
    scale = np.array([max(map(abs, row.value.terms.values()), default=0.0) or 1.0 for row in rows])
    constant = np.array([row.value.constant for row in rows])
    lp.row_lower_ = (np.array([row.low for row in rows]) - constant) / scale
    lp.row_upper_ = (np.array([row.high for row in rows]) - constant) / scale
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = starts
    lp.a_matrix_.index_ = columns
    lp.a_matrix_.value_ = factors / np.repeat(scale, np.diff(starts)) if len(rows) else factors
    if any(program.whole):
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        lp.integrality_ = [kinds[whole] for whole in program.whole]
    return lp
