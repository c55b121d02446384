"""HiGHS, kept between solves: progress, Ctrl-C, bounds, re-solves from the last basis, minimal conflicts."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver

from planner.errors import Interrupted, NoPlanError
from planner.lp.answer import Answer, Options, Outcome
from planner.lp.conflict import clash, highs_lp
from planner.lp.engine import Progress, run_first
from planner.lp.loaded import Loaded
from planner.lp.matrix import Matrix, matrix_of
from planner.lp.program import INFINITY
from planner.lp.rows import Rows
from planner.lp.ways import BRANCH_AND_CUT, ENDLESS, INTERIOR_POINT, SIMPLEX, Way, ways
from planner.silent import SilentHighs

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


class HighsDoor(Loaded, LpSolver):
    """HiGHS, kept between solves; to PuLP a solver like any other."""

    name = "HighsDoor"

    def __init__(self, options: Options | None = None, *, progress: Progress | None = None) -> None:
        options = options or Options()
        LpSolver.__init__(self, mip=True, msg=False, timeLimit=options.time_limit)
        Loaded.__init__(self, options, progress)
        self.options = options
        self._from_nothing = False
        """Whether the last solve began from nothing."""

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
        rivals = [self.twin() for _ in ways]
        for rival, way in zip(rivals, ways, strict=True):
            way.ask(rival.highs)
        if run_first(*(rival._engine for rival in rivals)):
            raise Interrupted("stopped before there was a plan")
        won = next((at for at, rival in enumerate(rivals) if rival.highs.getModelStatus() in _OUTCOMES), 0)
        if (basis := rivals[won].basis()) is not None:
            self.start_basis(basis)
        self._solve()
        return f"{ways[won].words}, ahead of {ways[1 - won].words}"

    def twin(self) -> HighsDoor:
        """Another solver with the program as it is now."""
        other = HighsDoor(replace(self.options, race=False))
        other.load(self._loaded())
        return other

    def stop(self) -> None:
        """Ask a solve that another thread waits for to end."""
        self._engine.stop()

    def conflict(self) -> list[int]:
        """Rows that cannot hold together, none of which can be spared; whole variables count as continuous.

        Empty when the rows could hold together if only whole variables need not be whole.

        The cheapest relaxation finds few rows that already clash; HiGHS then thins these out. On a whole
        program its own search took fifteen times as long as a solve.
        """
        found = clash(self._loaded())
        if not found.size:
            return []
        thinner = SilentHighs()
        # Strategy 0, the default, overlooks clashes of two rows; 6 works on the program itself.
        thinner.setOptionValue("iis_strategy", 6)
        thinner.passModel(highs_lp(self._loaded().only(found)))
        thinner.run()
        _, iis = thinner.getIis()
        return sorted(int(found[row]) for row in iis.row_index_) or [int(row) for row in found]

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
