"""HiGHS, kept between solves: progress, Ctrl-C, bounds, re-solves from the last basis, minimal conflicts."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver

from planner.errors import Interrupted, NoPlanError
from planner.lp.answer import Answer, Options, Outcome
from planner.lp.conflict import clash, highs_lp
from planner.lp.engine import Engine, Progress, run_first
from planner.lp.matrix import Matrix, Positions, matrix_of
from planner.lp.program import INFINITY, Values
from planner.lp.rows import Rows
from planner.lp.ways import (
    BRANCH_AND_CUT,
    ENDLESS,
    INTERIOR_POINT,
    INTERIOR_POINT_FROM,
    SIMPLEX,
    Way,
    ways,
)

log = logging.getLogger(__name__)

_OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
}

_LOST = (
    highspy.HighsModelStatus.kUnknown,
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kIterationLimit,
)
"""What the solver says where a basis was too far from the optimum: in numbers, or in steps."""

_PRICED = 1e-7
"""Dual value from which a column or row counts as priced: the solver's dual tolerance."""


BASIC, NONBASIC = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kNonbasic
"""Status of a column or row: in the basis, or at the bound that suits the solver."""


@dataclass(frozen=True)
class Basis:
    """Where a simplex solve stands: which columns and rows are basic, and at which bound the others are."""

    columns: np.ndarray[Any, np.dtype[np.object_]]
    rows: np.ndarray[Any, np.dtype[np.object_]]

    def part(self, *, rows: Positions, columns: Positions) -> Basis:
        """The statuses of some rows and columns."""
        return Basis(self.columns[columns], self.rows[rows])


class HighsDoor(LpSolver):
    """HiGHS, kept between solves; to PuLP a solver like any other."""

    name = "HighsDoor"

    def __init__(self, options: Options | None = None, *, progress: Progress | None = None) -> None:
        options = options or Options()
        super().__init__(mip=True, msg=False, timeLimit=options.time_limit)
        self.options = options
        self.matrix: Matrix | None = None
        self._relaxed = False
        """Whether whole variables need not be whole for now."""
        self._meets_limits = False
        """Whether the last optimum is still a plan, as no limit has moved since."""
        self._from_nothing = False
        """Whether the last solve began from nothing."""
        self._unheld: tuple[Values, Values] | None = None
        """Bounds of all columns before some were held."""
        self._engine = Engine(options, progress or (lambda _: None))
        self.highs = self._engine.highs

    def available(self) -> bool:
        """Always: HiGHS comes with the package."""
        return True

    def actualSolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802  (PuLP's name)
        """Solve a PuLP problem and file the values in it, as PuLP expects of a solver."""
        variables, rows = lp.variables(), lp.constraints()
        sign = -1.0 if lp.sense == pulp.LpMaximize else 1.0
        objective = lp.objective if lp.objective is not None else pulp.LpAffineExpression()
        position = {id(variable): position for position, variable in enumerate(variables)}
        filed = Rows(lambda variable: position[id(variable)])
        for row in rows:
            filed.file(row)
        self.load(matrix_of(variables, filed, sign * objective))
        answer = self.run()
        found = answer.outcome in (Outcome.OPTIMAL, Outcome.FEASIBLE)
        for variable, value in zip(variables, answer.values if found else [None] * len(variables), strict=True):
            variable.varValue = value
        if answer.duals.size:
            for row, dual in zip(rows, answer.duals, strict=True):
                row.pi = sign * float(dual)
        status, solution = {
            Outcome.OPTIMAL: (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
            Outcome.FEASIBLE: (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible),
            Outcome.INFEASIBLE: (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
            Outcome.UNBOUNDED: (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded),
            Outcome.NOTHING: (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound),
        }[answer.outcome]
        lp.assignStatus(status, solution)
        return int(status)

    def load(self, matrix: Matrix) -> None:
        """Pass a whole program in one call."""
        self.matrix = matrix
        self._relaxed, self._meets_limits = False, False
        self._engine.excessive.clear()
        self.highs.passModel(highs_lp(matrix))

    def run(self) -> Answer:
        """Solve what is loaded, from the last basis when there is one."""
        matrix = self._loaded()
        limit = self.options.time_limit
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + limit if limit is not None else INFINITY)
        self._engine.excessive.clear()
        began = time.perf_counter()
        words = self._race(matrix) if self._may_race(matrix) else self._solve()
        seconds = time.perf_counter() - began
        if self._engine.excessive and matrix.whole.any():
            raise NoPlanError(
                "the numbers of this case are too far apart for the solver to be trusted with them: "
                f"{self._engine.excessive[0].removeprefix('WARNING: ')}. Look for an input in the wrong unit."
            )
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible or (
            status == highspy.HighsModelStatus.kInfeasible and matrix.whole.any()
        ):
            status = self._unbounded_or_infeasible()
        answer = self._answer(_OUTCOMES.get(status), self.highs.modelStatusToString(status), seconds)
        self._meets_limits = answer.outcome is Outcome.OPTIMAL
        return replace(answer, algorithm=words)

    def _may_race(self, matrix: Matrix) -> bool:
        return self.options.race and not matrix.whole.any() and not self._has_basis()

    def _ways(self) -> list[tuple[Way, int]]:
        """The ways to try, one after the other, and the steps that each may take."""
        if self._is_mip():
            return [(BRANCH_AND_CUT, ENDLESS)]
        matrix = self._loaded()
        return ways(
            len(matrix.cost),
            len(matrix.row_low),
            asked=self.options.algorithm,
            again=self._has_basis(),
            feasible=self._meets_limits,
        )

    def _solve(self) -> str:
        """Solve from the last basis where there is one, and from nothing where that leads nowhere; how, in words."""
        lost = False
        for way, steps in self._ways():
            if lost and not way.again:
                log.debug("the basis is too far from the optimum; the solver starts afresh")
                self.highs.clearSolver()
            if way.again and self._from_nothing:
                self._take_over()
            way.ask(self.highs)
            self.highs.setOptionValue("simplex_iteration_limit", steps)
            self._engine.run()
            lost = self.highs.getModelStatus() in _LOST and not self._engine.stopping
            self._from_nothing = not way.again
            if not lost:
                break
        return way.words

    def _take_over(self) -> None:
        """Let the solver begin with its own basis: how simplex weighs its choices it hears at its first step only."""
        feasible = self._meets_limits
        if (basis := self.basis()) is not None:
            self.highs.clearSolver()
            self.start_basis(basis)
        self._meets_limits = feasible

    def _race(self, matrix: Matrix) -> str:
        """Let dual simplex race against interior point, each in a solver of its own; which was ahead, in words.

        This door's own solver takes over where the first one ended: one that was interrupted is not to be asked again.
        Raises Interrupted on Ctrl-C.
        """
        ways = (INTERIOR_POINT, SIMPLEX)
        rivals = [HighsDoor(replace(self.options, race=False)) for _ in ways]
        for rival, way in zip(rivals, ways, strict=True):
            rival.load(matrix)
            way.ask(rival.highs)
        if run_first(*(rival._engine for rival in rivals)):
            raise Interrupted("stopped before there was a plan")
        won = next((at for at, rival in enumerate(rivals) if rival.highs.getModelStatus() in _OUTCOMES), 0)
        if (basis := rivals[won].basis()) is not None:
            self.start_basis(basis)
        self._solve()
        return f"{ways[won].words}, ahead of {ways[1 - won].words}"

    def stop(self) -> None:
        """Ask a solve that another thread waits for to end."""
        self._engine.stop()

    def add_row(self, matrix: Matrix) -> int:
        """Take the last row of a program that is otherwise the one loaded; its position."""
        span = slice(matrix.start[-2], matrix.start[-1])
        columns, values = matrix.index[span], matrix.value[span]
        self._meets_limits = False
        self.highs.addRow(float(matrix.row_low[-1]), float(matrix.row_high[-1]), len(columns), columns, values)
        self.matrix = matrix
        return len(matrix.row_low) - 1

    def bound_row(self, row: int, *, low: float, high: float) -> None:
        """Set a row's limits for good; the next solve starts from the last basis."""
        matrix = self._loaded()
        matrix.row_low[row], matrix.row_high[row] = low, high
        self._meets_limits = False
        self.highs.changeRowBounds(row, low, high)

    def hold_optimum(self) -> None:
        """Keep to the plans that are as good as the last one: what has a price stays where it is.

        By complementary slackness these are all optimal plans of a linear program. The last basis is one of them, so
        a second goal is sought among them from there.
        """
        matrix, solution = self._loaded(), self.highs.getSolution()
        values, activity = np.array(solution.col_value), np.array(solution.row_value)
        reduced, duals = np.array(solution.col_dual), np.array(solution.row_dual)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]  # its stub leaves it out
        for prices, at, low, high, hold in (
            (reduced, values, matrix.low, matrix.high, self.highs.changeColsBounds),
            (duals, activity, matrix.row_low, matrix.row_high, change_rows),
        ):
            held = np.flatnonzero(np.abs(prices) > _PRICED).astype(np.int32)
            bound = np.where(np.abs(at - low) <= np.abs(at - high), low, high)[held]
            hold(len(held), held, bound, bound)

    def let_go(self) -> None:
        """Undo `hold_optimum` and `hold`."""
        matrix = self._loaded()
        if self._unheld is not None:
            matrix = self.matrix = replace(matrix, low=self._unheld[0], high=self._unheld[1])
            self._unheld = None
        columns = np.arange(len(matrix.low), dtype=np.int32)
        rows = np.arange(len(matrix.row_low), dtype=np.int32)
        self.highs.changeColsBounds(len(columns), columns, matrix.low, matrix.high)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]
        change_rows(len(rows), rows, matrix.row_low, matrix.row_high)

    def price(self, matrix: Matrix) -> None:
        """Take the costs of a program that is otherwise the one loaded; the next solve starts from the last basis."""
        columns = np.arange(len(matrix.cost), dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, matrix.cost)
        self.highs.changeObjectiveOffset(matrix.offset)
        self.matrix = matrix

    def forget(self) -> None:
        """Let the next solve of a large program start from nothing: the last basis is far from the new optimum."""
        if len(self._loaded().cost) >= INTERIOR_POINT_FROM:
            self.highs.clearSolver()

    def hold(self, columns: Sequence[int], values: Values) -> None:
        """Hold columns at values; `let_go` frees them."""
        matrix = self._loaded()
        self._unheld = self._unheld or (matrix.low, matrix.high)
        held = np.array(columns, dtype=np.int32)
        low, high = matrix.low.copy(), matrix.high.copy()
        low[held] = high[held] = values
        self.matrix = replace(matrix, low=low, high=high)
        self._meets_limits = False
        self.highs.changeColsBounds(len(held), held, values, values)

    def basis(self) -> Basis | None:
        """The last basis: the status of each column and row; None where there is none."""
        basis = self.highs.getBasis()
        if not basis.valid:
            return None
        return Basis(np.array(basis.col_status, dtype=object), np.array(basis.row_status, dtype=object))

    def start_basis(self, basis: Basis) -> None:
        """Begin the next solve from a basis of another program with these columns and first rows, the others slack.

        It need not fit exactly.
        """
        self._meets_limits = False
        given = highspy.HighsBasis()
        added = [BASIC] * (len(self._loaded().row_low) - len(basis.rows))
        given.col_status, given.row_status = basis.columns.tolist(), basis.rows.tolist() + added
        given.valid = given.alien = True
        self.highs.setBasis(given)

    def change_row(self, row: int, *, by: float, column: int | None = None) -> None:
        """Move a row's limits, or the limit that stands before a column; the next solve starts from the last basis."""
        matrix = self._loaded()
        self._meets_limits = False
        if column is not None:
            span = slice(matrix.start[row], matrix.start[row + 1])
            stands = float(matrix.value[span][matrix.index[span] == column][0])
            self.highs.changeCoeff(row, column, stands - by)
            return
        low, high = matrix.row_low[row] + by, matrix.row_high[row] + by
        self.highs.changeRowBounds(row, float(low), float(high))

    def fix_whole(self, values: Values) -> None:
        """Hold every whole variable at its value and let the rest be a linear program, for prices."""
        matrix = self._loaded()
        self._relaxed, self._meets_limits = True, False
        for position in np.flatnonzero(matrix.whole):
            value = float(round(values[position]))
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kContinuous)
            self.highs.changeColBounds(int(position), value, value)

    def relax(self) -> None:
        """Let whole variables take any value between their bounds."""
        self._relaxed, self._meets_limits = True, False
        for position in np.flatnonzero(self._loaded().whole):
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kContinuous)

    def start_from(self, values: Values) -> None:
        """Give the next solve a plan to better."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        solution.value_valid = True
        self.highs.setSolution(solution)

    def free_whole(self) -> None:
        """Let whole variables choose again."""
        matrix = self._loaded()
        self._relaxed, self._meets_limits = False, False
        for position in np.flatnonzero(matrix.whole):
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kInteger)
            self.highs.changeColBounds(int(position), float(matrix.low[position]), float(matrix.high[position]))

    def conflict(self) -> list[int]:
        """Rows that cannot hold together, none of which can be spared; whole variables count as continuous.

        Empty when the rows could hold together if only whole variables need not be whole.

        The cheapest relaxation finds few rows that already clash; HiGHS then thins these out. On a whole
        program its own search took fifteen times as long as a solve.
        """
        found = clash(self._loaded())
        if not found.size:
            return []
        thinner = highspy.Highs()
        thinner.setOptionValue("output_flag", False)
        # Strategy 0, the default, overlooks clashes of two rows; 6 works on the program itself.
        thinner.setOptionValue("iis_strategy", 6)
        thinner.passModel(highs_lp(self._loaded().only(found)))
        thinner.run()
        _, iis = thinner.getIis()
        return sorted(int(found[row]) for row in iis.row_index_) or [int(row) for row in found]

    def _loaded(self) -> Matrix:
        if self.matrix is None:
            raise RuntimeError("load a program before solving it")
        return self.matrix

    def _has_basis(self) -> bool:
        return bool(self.highs.getBasis().valid)

    def _unbounded_or_infeasible(self) -> highspy.HighsModelStatus:
        """Tell the two apart: without an objective nothing is unbounded."""
        matrix = self._loaded()
        columns = np.arange(len(matrix.cost), dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self._engine.run()
        status = self.highs.getModelStatus()
        self.highs.changeColsCost(len(columns), columns, matrix.cost)
        if status == highspy.HighsModelStatus.kOptimal:
            return highspy.HighsModelStatus.kUnbounded
        return status

    def _answer(self, outcome: Outcome | None, why: str, seconds: float) -> Answer:
        matrix = self._loaded()
        info, solution = self.highs.getInfo(), self.highs.getSolution()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if outcome is None:
            outcome = Outcome.FEASIBLE if feasible and solution.value_valid else Outcome.NOTHING
        nothing = np.empty(0)
        iterations = max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count)
        if outcome not in (Outcome.OPTIMAL, Outcome.FEASIBLE):
            return Answer(outcome, why, nothing, nothing, float("nan"), float("-inf"), iterations, seconds)
        values = np.array(solution.col_value)
        duals = np.array(solution.row_dual) if solution.dual_valid and not self._is_mip() else nothing
        if self._is_mip():
            bound = float(info.mip_dual_bound)
        elif duals.size or not len(matrix.row_low):
            bound = matrix.dual_bound(duals, values)
        else:
            bound = float("-inf")
        # HiGHS leaves the constant out where there is nothing to decide.
        objective = float(info.objective_function_value) if len(matrix.cost) else matrix.offset
        return Answer(outcome, why, values, duals, objective, bound, iterations, seconds)

    def _is_mip(self) -> bool:
        return not self._relaxed and bool(self._loaded().whole.any())
