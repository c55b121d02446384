"""HiGHS, kept between solves: progress, Ctrl-C, bounds, re-solves from the last basis, minimal conflicts."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver

from planner.errors import Interrupted, NoPlanError
from planner.lp import verify
from planner.lp.algorithms import BRANCH_AND_CUT, ENDLESS, INTERIOR_POINT, SIMPLEX, Algorithm, from_nothing, ways
from planner.lp.answer import Answer, Options, SolverStatus
from planner.lp.conflict import smallest_clash
from planner.lp.engine import OnProgress, run_first
from planner.lp.matrix import Matrix, Positions, matrix_of
from planner.lp.program import INFINITY
from planner.lp.rows import Rows
from planner.lp.verify import Lie
from planner.lp.warm_highs import WarmHighs
from planner.message import Message

log = logging.getLogger(__name__)

_STATUSES = {
    highspy.HighsModelStatus.kOptimal: SolverStatus.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: SolverStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: SolverStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: SolverStatus.UNBOUNDED,
}

_LOST = (
    highspy.HighsModelStatus.kUnknown,
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kIterationLimit,
)
"""What the solver says where a basis was too far from the optimum: in numbers, or in steps."""

OPEN = 1e-6
"""Share of an objective's terms, without their signs, that may be unproven where a linear program is called solved."""


class HighsDoor(WarmHighs, LpSolver):
    """HiGHS, kept between solves; to PuLP a solver like any other."""

    name = "HighsDoor"

    def __init__(self, options: Options | None = None, *, progress: OnProgress | None = None) -> None:
        options = options or Options()
        LpSolver.__init__(self, mip=True, msg=False, timeLimit=options.time_limit)
        WarmHighs.__init__(self, options, progress)
        self.options = options
        self._from_nothing = False
        """Whether the last solve began from nothing."""
        self._began = 0.0
        """When the last solve began, as `time.perf_counter` has it."""
        self.doubts: list[str] = []
        """What the solver said that its own values did not bear out, in words, in all solves so far."""

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
        found = answer.status in (SolverStatus.OPTIMAL, SolverStatus.FEASIBLE)
        for variable, value in zip(variables, answer.values if found else [None] * len(variables), strict=True):
            variable.varValue = value
        if answer.duals.size:
            for row, dual in zip(rows, answer.duals, strict=True):
                row.pi = sign * float(dual)
        status, solution = {
            SolverStatus.OPTIMAL: (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
            SolverStatus.FEASIBLE: (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible),
            SolverStatus.INFEASIBLE: (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
            SolverStatus.UNBOUNDED: (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded),
            SolverStatus.INTERRUPTED: (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound),
            SolverStatus.NOTHING: (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound),
        }[answer.status]
        lp.assignStatus(status, solution)
        return int(status)

    def run(self) -> Answer:
        """Solve what is loaded, from the last basis when there is one; what the solver says is held against its values.

        Where these do not bear it out the program is solved again from nothing, in a fresh solver that knows no plan,
        and then without presolve; where prices from nothing prove too little, by another algorithm. Raises NoPlanError
        where the solver is not to be believed even then.
        """
        self._began, matrix = time.perf_counter(), self._loaded()
        self._engine.excessive.clear()
        self._limit_time()
        words = self._race(matrix) if self._may_race(matrix) else self._solve()
        answer, lie = self._heard()
        first = lie = lie or self._open_gap(answer)
        another = self._another() if first and first.kind == verify.PRICES and self._from_nothing else None
        for presolve in ("choose", "off"):
            if not lie:
                break
            self.doubts.append(lie.kind)
            log.debug("the solver is not believed: %s", lie)
            if self._engine.stopping or not self._limit_time():
                return answer if another else self._unproven(answer, lie)
            self._renew()
            self._limit_time()
            self.highs.setOptionValue("presolve", presolve)
            words = self._solve(another)
            self.highs.setOptionValue("presolve", "choose")
            answer, lie = self._heard()
        if lie:
            raise NoPlanError(
                Message(
                    "the solver contradicts itself on this case, from nothing and without presolve as well: {lie}. "
                    "Another release of highspy may do better; --solver names another solver",
                    lie=lie.message,
                )
            )
        self._start = None
        self._meets_limits = answer.status is SolverStatus.OPTIMAL
        return replace(answer, algorithm=words, doubted=first.kind if first else "")

    def _limit_time(self) -> bool:
        """Give the solver the seconds that are left; whether there are any."""
        limit = self.options.time_limit
        left = INFINITY if limit is None else max(0.0, self._began + limit - time.perf_counter())
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + left)
        return left > 0

    def _heard(self) -> tuple[Answer, Lie | None]:
        """What the solver found, and what its own values say against its word of it, if anything."""
        matrix, status = self.now(), self.highs.getModelStatus()
        lie: Lie | None = None
        self._refuse_excess()
        if self._denies(status, matrix):
            status, lie = self._denied(status)
        answer = self._answer(matrix, status)
        if not lie and answer.values.size:
            lie = self._lie(matrix, answer)
        return answer, lie

    def _lie(self, matrix: Matrix, answer: Answer) -> Lie | None:
        bound = answer.bound if self._is_mip() else -INFINITY
        said = float(self.highs.getInfo().objective_function_value)
        if lie := verify.lie(matrix, answer.values, said, bound):
            return lie
        if not self._is_mip() or self._start is None or verify.misses(matrix, self._start):
            return None
        best = matrix.objective(self._start)
        if bound > best + verify.DIFFERS * matrix.size(self._start):
            return Lie(verify.GIVEN, verify.above(bound, best))
        return None

    def _open_gap(self, answer: Answer) -> Lie | None:
        """What speaks against a linear program's optimum: prices that do not prove it."""
        if self._is_mip() or answer.status is not SolverStatus.OPTIMAL or not answer.duals.size:
            return None
        if answer.objective - answer.bound <= OPEN * self.now().size(answer.values):
            return None
        return Lie(verify.PRICES, verify.stated_for(answer.bound, answer.objective))

    def _unproven(self, answer: Answer, lie: Lie) -> Answer:
        """An answer that is not believed where no time is left: its plan, where that holds, and no bound."""
        found = answer.status in (SolverStatus.OPTIMAL, SolverStatus.FEASIBLE) and not verify.misses(
            self.now(), answer.values
        )
        interrupted = self._engine.stopping
        nothing = np.empty(0)
        return replace(
            answer,
            status=SolverStatus.FEASIBLE if found else _without_plan(interrupted),
            why="Interrupted" if interrupted else "Time limit reached",
            values=answer.values if found else nothing,
            duals=nothing,
            bound=-INFINITY,
            interrupted=interrupted,
            doubted=lie.kind,
        )

    def _refuse_excess(self) -> None:
        """Raise NoPlanError where numbers are too far apart for the solver, which says so or takes no program."""
        if self.highs.getNumCol() != len(self._loaded().cost):
            raise NoPlanError(
                Message(
                    "the numbers of this case are too far apart for the solver to take them. Look for an input in "
                    "the wrong unit, or an amount next to nothing beside others."
                )
            )
        if self._engine.excessive and self._loaded().whole.any():
            raise NoPlanError(
                Message(
                    "the numbers of this case are too far apart for the solver to be trusted with them: "
                    "{said}. Look for an input in the wrong unit.",
                    said=self._engine.excessive[0].removeprefix("WARNING: "),
                )
            )

    def _may_race(self, matrix: Matrix) -> bool:
        return self.options.race and not matrix.whole.any() and not self._has_basis()

    def _ways(self) -> list[tuple[Algorithm, int]]:
        """The ways to try, one after the other, and the steps that each may take."""
        if self._is_mip():
            return [(BRANCH_AND_CUT, ENDLESS)]
        matrix = self._loaded()
        found = ways(
            len(matrix.cost),
            len(matrix.row_low),
            asked=self.options.algorithm,
            again=self._has_basis(),
            feasible=self._meets_limits,
        )
        if self._patient and self._has_basis():
            found[0] = found[0][0], len(matrix.row_low)
        return found

    def _another(self) -> list[tuple[Algorithm, int]]:
        """The way to solve a linear program from nothing that was not the last one."""
        first = from_nothing(len(self._loaded().cost), self.options.algorithm)
        return [(SIMPLEX if first is INTERIOR_POINT else INTERIOR_POINT, ENDLESS)]

    def _solve(self, given: list[tuple[Algorithm, int]] | None = None) -> str:
        """Solve from the last basis where there is one, and from nothing where that leads nowhere; how, in words.

        `given` are the ways to try in place of those that suit the program.
        """
        lost = False
        for way, steps in given or self._ways():
            if lost and not way.again:
                log.debug("the basis is too far from the optimum; the solver starts from nothing")
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
            rival._began = self._began
            rival._limit_time()
        if run_first(*(rival._engine for rival in rivals)):
            raise Interrupted(Message("stopped before there was a plan"))
        won = next((at for at, rival in enumerate(rivals) if rival.highs.getModelStatus() in _STATUSES), 0)
        if (basis := rivals[won].basis()) is not None:
            self.start_basis(basis)
        self._solve()
        return f"{ways[won].words}, ahead of {ways[1 - won].words}"

    def twin(self, options: Options | None = None, *, continuous: Positions | None = None) -> HighsDoor:
        """Another solver with the program as it is now.

        Where some whole variables are told to be continuous in it, the rows for whole ones always bind there.
        """
        other = HighsDoor(replace(options or self.options, race=False))
        matrix = self._loaded()
        if continuous is not None:
            whole = matrix.whole.copy()
            whole[continuous] = False
            matrix = replace(matrix, whole=whole)
        other.load(matrix)
        other.doubts = self.doubts
        if continuous is None:
            other.for_whole = self.for_whole
            if self._relaxed and self._fixed is None:
                other.relax()
        return other

    @contextmanager
    def ending(self, enough: float, seconds: float | None) -> Iterator[None]:
        """Let branch and cut end with the first plan that costs no more, or when seconds have passed."""
        options = self.options
        self.options = replace(options, time_limit=seconds)
        self.highs.setOptionValue("objective_target", enough)
        try:
            yield
        finally:
            self.options = options
            self.highs.setOptionValue("objective_target", -INFINITY)

    def stop(self) -> None:
        """Ask a solve that another thread waits for to end."""
        self._engine.stop()

    def conflict(self) -> list[int]:
        """Rows that cannot hold together, none of which can be spared; whole variables count as continuous.

        Empty when the rows could hold together if only whole variables need not be whole.
        """
        return smallest_clash(self._loaded().without(self.for_whole))

    def _denies(self, status: highspy.HighsModelStatus, matrix: Matrix) -> bool:
        """Whether the solver says that there is no plan in a way that it is not believed at once.

        In whole numbers it is never believed; from a basis only with a proof that holds.
        """
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            return True
        if status != highspy.HighsModelStatus.kInfeasible:
            return False
        if self._is_mip():
            return True
        if self._from_nothing:
            return False
        _, known = self.highs.getDualRayExist()  # type: ignore[attr-defined]  # its stub leaves rays out
        ray = self.highs.getDualRay()[2] if known else None  # type: ignore[attr-defined]
        return ray is None or not verify.proves_clash(matrix, np.array(ray))

    def _denied(self, status: highspy.HighsModelStatus) -> tuple[highspy.HighsModelStatus, Lie | None]:
        """What it means that there is no plan, and the lie in it if any: a fresh solver is asked for any plan at all.

        Without an objective nothing is unbounded.
        """
        matrix, statuses = self._loaded(), highspy.HighsModelStatus
        self._renew()
        self._limit_time()
        columns = np.arange(len(matrix.cost), dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self._engine.run()
        found = self.highs.getModelStatus()
        self.highs.changeColsCost(len(columns), columns, matrix.cost)
        if found != statuses.kOptimal:
            return found, None
        endless = status == statuses.kUnboundedOrInfeasible
        if self._is_mip():
            endless = self._endless_in_parts()
        return (statuses.kUnbounded, None) if endless else (statuses.kUnknown, Lie(verify.NONE))

    def _endless_in_parts(self) -> bool:
        """Whether a program that has a plan in whole numbers is unbounded: it is where it is in parts."""
        self.relax()
        self._engine.run()
        status = self.highs.getModelStatus()
        self.free_whole()
        return status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)

    def _answer(self, matrix: Matrix, said: highspy.HighsModelStatus) -> Answer:
        seconds, why = time.perf_counter() - self._began, self.highs.modelStatusToString(said)
        interrupted = said == highspy.HighsModelStatus.kInterrupt
        info, solution = self.highs.getInfo(), self.highs.getSolution()
        status = _STATUSES.get(said)
        if status is None:
            feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
            status = SolverStatus.FEASIBLE if feasible and solution.value_valid else _without_plan(interrupted)
        nothing = np.empty(0)
        iterations = max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count)
        if status not in (SolverStatus.OPTIMAL, SolverStatus.FEASIBLE):
            none = float("nan"), float("-inf")
            return Answer(status, why, nothing, nothing, *none, iterations, seconds, interrupted=interrupted)
        values = np.array(solution.col_value)
        duals = np.array(solution.row_dual) if solution.dual_valid and not self._is_mip() else nothing
        if self._is_mip():
            bound = float(info.mip_dual_bound)
        elif duals.size or not len(matrix.row_low):
            bound = matrix.dual_bound(duals, values)
        else:
            bound = float("-inf")
        worth = matrix.objective(values), bound
        return Answer(status, why, values, duals, *worth, iterations, seconds, interrupted=interrupted)


def _without_plan(interrupted: bool) -> SolverStatus:
    return SolverStatus.INTERRUPTED if interrupted else SolverStatus.NOTHING
