"""The one door to PuLP and HiGHS: write a linear program, solve it, ask it why.

The algebra is PuLP's. HiGHS receives the whole matrix in one call and is kept, so that progress, Ctrl-C,
bounds, re-solves from the last basis and minimal conflicts are at hand; any other solver that PuLP finds
is called the usual way and can do none of these.
"""

from __future__ import annotations

import gc
import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain
from typing import Any, TypeAlias

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver, PulpSolverError

from planner.errors import NoPlanError, OptionError

log = logging.getLogger(__name__)

Variable: TypeAlias = pulp.LpVariable
Expression: TypeAlias = pulp.LpAffineExpression
Constraint: TypeAlias = pulp.LpConstraint
Term: TypeAlias = tuple[pulp.LpVariable, float]
Values: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

INFINITY = highspy.kHighsInf

INTERIOR_POINT_FROM = 10_000
"""Columns from which interior point with crossover is the faster start; below, dual simplex."""


class Outcome(Enum):
    """What the solver says, in our own words."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Answer:
    """What a solve found."""

    outcome: Outcome
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


@dataclass(frozen=True)
class Options:
    """How to solve."""

    solver: str = "HiGHS"
    """HiGHS through our own door, or the name of a solver that PuLP finds."""
    time_limit: float | None = None
    """Seconds; none when left out."""
    gap: float = 1e-3
    """Relative distance to the optimum at which an integer plan counts as proven."""
    threads: int = 1
    """Threads; more than one gives up repeatability where the solver races."""
    algorithm: str | None = None
    """HiGHS's algorithm for linear programs; by size when left out."""
    seed: int = 0


def total(*parts: Iterable[Term]) -> Expression:
    """Sum of coefficient times variable over pairs, the one way sums are written: linear in their length.

    >>> x = pulp.LpProblem().add_variable("x")
    >>> total([(x, 2.0)], [(x, 3.0)])
    5.0*x + 0.0
    """
    terms = list(chain.from_iterable(parts))
    expression = pulp.LpAffineExpression(terms)
    if len(expression) < len(terms):
        expression = pulp.LpAffineExpression()
        for variable, coefficient in terms:
            expression.addterm(variable, coefficient)
    return expression


class Program:
    """A linear program under construction: variables and rows in order, found by position, never by name."""

    def __init__(self) -> None:
        self._problem = pulp.LpProblem("plan", pulp.LpMinimize)
        self.variables: list[Variable] = []
        self.rows: list[Constraint] = []
        self.objective: Expression = pulp.LpAffineExpression()
        self._position: dict[int, int] = {}

    def decide(self, *, low: float | None = 0.0, high: float | None = None, whole: bool = False) -> Variable:
        """A new variable between bounds."""
        position = len(self.variables)
        category = pulp.LpInteger if whole else pulp.LpContinuous
        variable = self._problem.add_variable("", low, high, category)
        self._position[id(variable)] = position
        self.variables.append(variable)
        return variable

    def require(self, constraint: Constraint) -> int:
        """A new row; its position."""
        position = len(self.rows)
        self.rows.append(constraint)
        return position

    def minimise(self, expression: Expression) -> None:
        """The objective."""
        self.objective = expression

    def problem(self) -> pulp.LpProblem:
        """The program as PuLP's own problem, for solvers other than HiGHS and for writing it to a file.

        Names and rows are handed over here rather than one by one: PuLP cleans every name and looks at every
        term of a row again, which at a hundred thousand variables took as long as writing the rows.
        """
        for position, variable in enumerate(self.variables):
            variable.name = f"x{position:08d}"
        for position in range(self._problem.numConstraints(), len(self.rows)):
            self._problem.addConstraint(self.rows[position], f"r{position:08d}")
        self._problem.setObjective(self.objective)
        return self._problem

    def position(self, variable: Variable) -> int:
        """Position of a variable in an answer's values."""
        return self._position[id(variable)]

    @property
    def is_linear(self) -> bool:
        """Whether every variable is continuous."""
        return all(variable.cat == pulp.LpContinuous for variable in self.variables)


@dataclass(frozen=True)
class Matrix:
    """A linear program as arrays, rows compressed."""

    cost: Values
    offset: float
    low: Values
    high: Values
    row_low: Values
    row_high: Values
    start: np.ndarray[Any, np.dtype[np.int32]]
    index: np.ndarray[Any, np.dtype[np.int32]]
    value: Values
    whole: np.ndarray[Any, np.dtype[np.bool_]]

    def dual_bound(self, duals: Values, values: Values) -> float:
        """Lower bound on the objective by weak duality, whatever the solver says of itself.

        A reduced cost of the wrong sign on a variable without that bound is charged at the variable's value:
        it is rounding, and so stays within the solver's tolerance.
        """
        signed = np.where(duals > 0, self.row_low, self.row_high)
        from_rows = float(np.sum(duals * np.where(np.isfinite(signed), signed, 0.0)))
        kept = np.where(np.isfinite(signed), duals, 0.0)
        rows = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        reduced = self.cost - np.bincount(self.index, weights=self.value * kept[rows], minlength=len(self.cost))
        bound = np.where(reduced > 0, self.low, self.high)
        at = np.where(np.isfinite(bound), bound, values)
        return self.offset + from_rows + float(np.sum(reduced * at))

    def with_row(self, columns: Sequence[int], values: Sequence[float], low: float, high: float) -> Matrix:
        """The program with one row more."""
        return replace(
            self,
            row_low=np.append(self.row_low, low),
            row_high=np.append(self.row_high, high),
            start=np.append(self.start, self.start[-1] + len(columns)).astype(np.int32),
            index=np.append(self.index, columns).astype(np.int32),
            value=np.append(self.value, values).astype(np.float64),
        )

    def only(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> Matrix:
        """The program with some of its rows, continuous and without its objective."""
        spans = [np.arange(self.start[row], self.start[row + 1]) for row in rows]
        entries = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        return replace(
            self,
            cost=np.zeros(len(self.cost)),
            row_low=self.row_low[rows],
            row_high=self.row_high[rows],
            start=np.concatenate([[0], np.cumsum([len(span) for span in spans])]).astype(np.int32),
            index=self.index[entries],
            value=self.value[entries],
            whole=np.zeros(0, dtype=np.bool_),
        )

    def ranges(self) -> dict[str, tuple[float, float]]:
        """Smallest and largest magnitude of matrix, cost, bounds and right-hand sides, zeros left out."""
        parts = {
            "matrix": self.value,
            "cost": self.cost,
            "bounds": np.concatenate([self.low, self.high]),
            "right-hand sides": np.concatenate([self.row_low, self.row_high]),
        }
        ranges = {}
        for name, part in parts.items():
            sizes = np.abs(part[np.isfinite(part) & (part != 0)])
            if sizes.size:
                ranges[name] = (float(sizes.min()), float(sizes.max()))
        return ranges


def matrix_of(variables: Sequence[Variable], rows: Sequence[Constraint], objective: Expression) -> Matrix:
    """The arrays of a program written in PuLP."""
    # By identity: PuLP's hash of a variable is a Python call, and there are millions of look-ups.
    position = {id(variable): index for index, variable in enumerate(variables)}
    cost = np.zeros(len(variables))
    for variable, coefficient in objective.items():
        cost[position[id(variable)]] = coefficient
    lengths = np.fromiter((len(row) for row in rows), dtype=np.int32, count=len(rows))
    count = int(lengths.sum())
    right = np.fromiter((-row.constant for row in rows), dtype=np.float64, count=len(rows))
    sense = np.fromiter((row.sense for row in rows), dtype=np.int8, count=len(rows))
    return Matrix(
        cost=cost,
        offset=float(objective.constant),
        low=_bounds((variable.lowBound for variable in variables), -INFINITY, len(variables)),
        high=_bounds((variable.upBound for variable in variables), INFINITY, len(variables)),
        row_low=np.where(sense >= 0, right, -INFINITY),
        row_high=np.where(sense <= 0, right, INFINITY),
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        index=np.fromiter((position[id(v)] for row in rows for v in row.expr), dtype=np.int32, count=count),
        value=np.fromiter((c for row in rows for c in row.expr.values()), dtype=np.float64, count=count),
        whole=np.fromiter((v.cat == pulp.LpInteger for v in variables), dtype=np.bool_, count=len(variables)),
    )


def _bounds(bounds: Iterator[float | None], none: float, count: int) -> Values:
    return np.fromiter((none if bound is None else bound for bound in bounds), dtype=np.float64, count=count)


_OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
}

_HARMLESS = ("small costs", "small row bounds", "large row bounds", "large column bounds")
"""Ends of the solver's alarms that do no harm: a cost too small to matter, a limit too far away to bind.

The others make an integer program's claim worthless. A linear program's is proven by `Matrix.dual_bound` instead.
"""

_PRICED = 1e-7
"""Dual value from which a column or row counts as priced: the solver's dual tolerance."""

Progress: TypeAlias = Callable[[str], None]
"""Told a short text while the solver works."""


class HighsDoor(LpSolver):
    """HiGHS, kept between solves; to PuLP a solver like any other."""

    name = "HighsDoor"

    def __init__(self, options: Options | None = None, *, progress: Progress | None = None) -> None:
        options = options or Options()
        super().__init__(mip=True, msg=False, timeLimit=options.time_limit)
        self.options = options
        self.matrix: Matrix | None = None
        self._progress = progress or (lambda _: None)
        self._told = 0.0
        self._running = False
        self._excessive: list[str] = []
        self.highs = highspy.Highs()
        self.highs.setOptionValue("log_to_console", False)
        self.highs.setOptionValue("threads", options.threads)
        self.highs.setOptionValue("random_seed", options.seed)
        self.highs.setOptionValue("mip_rel_gap", options.gap)
        self.highs.setOptionValue("mip_abs_gap", 0.0)
        self.highs.HandleUserInterrupt = True
        self.highs.cbLogging += self._hear

    def available(self) -> bool:
        """Always: HiGHS comes with the package."""
        return True

    def actualSolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802  (PuLP's name)
        """Solve a PuLP problem and file the values in it, as PuLP expects of a solver."""
        variables, rows = lp.variables(), lp.constraints()
        sign = -1.0 if lp.sense == pulp.LpMaximize else 1.0
        objective = lp.objective if lp.objective is not None else pulp.LpAffineExpression()
        self.load(matrix_of(variables, rows, sign * objective))
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
        self._excessive.clear()
        self.highs.passModel(_highs_lp(matrix))

    def run(self) -> Answer:
        """Solve what is loaded, from the last basis when there is one."""
        matrix = self._loaded()
        limit = self.options.time_limit
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + limit if limit is not None else INFINITY)
        algorithm = self.options.algorithm
        if algorithm is None:
            large = len(matrix.cost) >= INTERIOR_POINT_FROM and not self._has_basis()
            algorithm = "ipm" if large else "choose"
        self.highs.setOptionValue("solver", algorithm)
        self._excessive.clear()
        began = time.perf_counter()
        self._run()
        seconds = time.perf_counter() - began
        if self._excessive and matrix.whole.any():
            raise NoPlanError(
                "the numbers of this case are too far apart for the solver to be trusted with them: "
                f"{self._excessive[0].removeprefix('WARNING: ')}. Look for an input in the wrong unit."
            )
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible or (
            status == highspy.HighsModelStatus.kInfeasible and matrix.whole.any()
        ):
            status = self._unbounded_or_infeasible()
        return self._answer(_OUTCOMES.get(status), self.highs.modelStatusToString(status), seconds)

    def _run(self) -> None:
        """Run HiGHS beside this thread, which stays free to hear Ctrl-C and passes it on."""
        self._running = True
        self.highs.startSolve()
        finished = False
        while not finished:
            try:
                finished, _ = self.highs.wait(0.1)
            except KeyboardInterrupt:
                self.highs.cancelSolve()
        self._running = False

    def add_row(self, matrix: Matrix) -> int:
        """Take the last row of a program that is otherwise the one loaded; its position."""
        span = slice(matrix.start[-2], matrix.start[-1])
        columns, values = matrix.index[span], matrix.value[span]
        self.highs.addRow(float(matrix.row_low[-1]), float(matrix.row_high[-1]), len(columns), columns, values)
        self.matrix = matrix
        return len(matrix.row_low) - 1

    def bound_row(self, row: int, *, low: float, high: float) -> None:
        """Set a row's limits for good; the next solve starts from the last basis."""
        matrix = self._loaded()
        matrix.row_low[row], matrix.row_high[row] = low, high
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
        """Undo `hold_optimum` and `forbid`."""
        matrix = self._loaded()
        columns = np.arange(len(matrix.low), dtype=np.int32)
        rows = np.arange(len(matrix.row_low), dtype=np.int32)
        self.highs.changeColsBounds(len(columns), columns, matrix.low, matrix.high)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]
        change_rows(len(rows), rows, matrix.row_low, matrix.row_high)

    def price(self, matrix: Matrix, *, afresh: bool = True) -> None:
        """Take the costs of a program that is otherwise the one loaded.

        The last basis is far from the new optimum, so a large program starts `afresh`.
        """
        columns = np.arange(len(matrix.cost), dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, matrix.cost)
        self.highs.changeObjectiveOffset(matrix.offset)
        if afresh and len(matrix.cost) >= INTERIOR_POINT_FROM:
            self.highs.clearSolver()
        self.matrix = matrix

    def forbid(self, columns: Sequence[int]) -> None:
        """Hold columns at nothing; `let_go` frees them."""
        held = np.array(columns, dtype=np.int32)
        self.highs.changeColsBounds(len(held), held, np.zeros(len(held)), np.zeros(len(held)))

    def change_row(self, row: int, *, by: float, column: int | None = None) -> None:
        """Move a row's limits, or the limit that stands before a column; the next solve starts from the last basis."""
        matrix = self._loaded()
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
        for position in np.flatnonzero(matrix.whole):
            value = float(round(values[position]))
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kContinuous)
            self.highs.changeColBounds(int(position), value, value)

    def relax(self) -> None:
        """Let whole variables take any value between their bounds."""
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
        for position in np.flatnonzero(matrix.whole):
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kInteger)
            self.highs.changeColBounds(int(position), float(matrix.low[position]), float(matrix.high[position]))

    def conflict(self) -> list[int]:
        """Rows that cannot hold together, none of which can be spared; whole variables count as continuous.

        Empty when the rows could hold together if only whole variables need not be whole.

        The cheapest relaxation finds few rows that already clash; HiGHS then thins these out. On a whole
        program its own search took fifteen times as long as a solve.
        """
        clash = _clash(self._loaded())
        if not clash.size:
            return []
        thinner = highspy.Highs()
        thinner.setOptionValue("output_flag", False)
        # Strategy 0, the default, overlooks clashes of two rows; 6 works on the program itself.
        thinner.setOptionValue("iis_strategy", 6)
        thinner.passModel(_highs_lp(self._loaded().only(clash)))
        thinner.run()
        _, iis = thinner.getIis()
        return sorted(int(clash[row]) for row in iis.row_index_) or [int(row) for row in clash]

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
        self._run()
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
        kinds = self.highs.getLp().integrality_ if self._loaded().whole.any() else []
        return any(kind == highspy.HighsVarType.kInteger for kind in kinds)

    def _hear(self, event: Any) -> None:
        """Pass on the solver's log as progress, at most twice a second, and watch for its alarm."""
        text = event.message.strip()
        if "excessively" in text and not text.endswith(_HARMLESS):
            self._excessive.append(text)
        log.debug("%s", text)
        now = time.monotonic()
        if self._running and text[:1].isdigit() and now - self._told > 0.5:
            self._told = now
            self._progress(" ".join(text.split()))


def _highs_lp(matrix: Matrix) -> highspy.HighsLp:
    """The arrays as HiGHS takes them."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(matrix.cost), len(matrix.row_low)
    lp.col_cost_, lp.offset_ = matrix.cost, matrix.offset
    lp.col_lower_, lp.col_upper_ = matrix.low, matrix.high
    lp.row_lower_, lp.row_upper_ = matrix.row_low, matrix.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start, matrix.index, matrix.value
    if matrix.whole.any():
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in matrix.whole]
    return lp


def _clash(matrix: Matrix) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows with a price in the cheapest relaxation: by Farkas' lemma these alone cannot hold together."""
    elastic = highspy.Highs()
    elastic.setOptionValue("output_flag", False)
    elastic.passModel(_highs_lp(replace(matrix, cost=np.zeros(len(matrix.cost)), whole=np.zeros(0, dtype=np.bool_))))
    for sign, side in ((1.0, matrix.row_low), (-1.0, matrix.row_high)):
        rows = np.flatnonzero(np.isfinite(side)).astype(np.int32)
        count = len(rows)
        elastic.addCols(
            count,
            np.ones(count),
            np.zeros(count),
            np.full(count, INFINITY),
            count,
            np.arange(count, dtype=np.int32),
            rows,
            np.full(count, sign),
        )
    if len(matrix.cost) >= INTERIOR_POINT_FROM:
        elastic.setOptionValue("solver", "ipm")
    elastic.run()
    if elastic.getInfo().objective_function_value < 1e-6:
        return np.zeros(0, dtype=np.int64)
    duals = np.abs(np.array(elastic.getSolution().row_dual))
    return np.flatnonzero(duals > 1e-7 * duals.max(initial=0.0))


def solve_with(program: Program, matrix: Matrix, options: Options) -> Answer:
    """Solve with a solver that PuLP finds; its word on the status is checked against our own bound.

    Raises OptionError when there is no such solver here.
    """
    began = time.perf_counter()
    with warnings.catch_warnings():
        # PuLP 3 still brings CBC along, and says at every call that PuLP 4 will not.
        warnings.simplefilter("ignore", DeprecationWarning)
        names = pulp.listSolvers(onlyAvailable=True)
        if options.solver not in names:
            there = ", ".join(["HiGHS", *(name for name in names if name != "HiGHS")])
            raise OptionError(f"solver {options.solver!r} is not available here; there are: {there}")
        solver = pulp.getSolver(
            options.solver, msg=False, timeLimit=options.time_limit, gapRel=options.gap, threads=options.threads
        )
        problem = program.problem()
        try:
            problem.solve(solver)
        except PulpSolverError as error:
            raise NoPlanError(f"{options.solver} failed: {error}") from error
    seconds = time.perf_counter() - began
    found = problem.sol_status
    outcome = {
        pulp.LpSolutionOptimal: Outcome.OPTIMAL,
        pulp.LpSolutionIntegerFeasible: Outcome.FEASIBLE,
        pulp.LpSolutionInfeasible: Outcome.INFEASIBLE,
        pulp.LpSolutionUnbounded: Outcome.UNBOUNDED,
    }.get(found, Outcome.NOTHING)
    nothing = np.empty(0)
    if outcome not in (Outcome.OPTIMAL, Outcome.FEASIBLE):
        return Answer(outcome, f"{options.solver}: {pulp.LpSolution[found]}", nothing, nothing, 0.0, 0.0, 0, seconds)
    values = np.array([variable.varValue or 0.0 for variable in program.variables])
    objective = matrix.offset + float(matrix.cost @ values)
    duals = nothing
    if program.is_linear and all(row.pi is not None for row in program.rows):
        duals = np.array([row.pi for row in program.rows])
    bound = matrix.dual_bound(duals, values) if duals.size else objective if outcome is Outcome.OPTIMAL else -INFINITY
    return Answer(outcome, f"{options.solver}: {pulp.LpSolution[found]}", values, duals, objective, bound, 0, seconds)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Building millions of small objects is a third faster without the collector looking at them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
