"""A program as HiGHS holds it, and every change to it that the next solve starts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import highspy
import numpy as np

from planner.lp import verify
from planner.lp.algorithms import DUAL_AGAIN, INTERIOR_POINT_FROM, LEAST_STEPS
from planner.lp.answer import Options
from planner.lp.conflict import highs_lp
from planner.lp.engine import Engine, OnProgress
from planner.lp.matrix import Matrix, Positions
from planner.lp.program import Values

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


class WarmHighs:
    """A program in a solver that is kept, changed in place."""

    def __init__(self, options: Options, progress: OnProgress | None) -> None:
        self.matrix: Matrix | None = None
        self._relaxed = False
        """Whether whole variables need not be whole for now."""
        self.is_in_parts = False
        """Whether they are so for whoever asks, and not for one step of a search."""
        self._meets_limits = False
        """Whether the last optimum is still a plan, as no limit has moved since."""
        self._fixed: Values | None = None
        """Values at which whole variables are held, where they are."""
        self._moved: dict[int, tuple[float, int | None]] = {}
        """Rows that are tried with another limit: how far it is moved, and before which column it stands if any."""
        self.for_whole: Positions = np.zeros(0, dtype=np.int64)
        """Rows that follow from the others in whole numbers: they bind branch and cut, and never show in a price."""
        self._unbound = False
        """Whether these rows ask nothing for now."""
        self._unheld: Matrix | None = None
        """The program before some of its columns and rows were held."""
        self._start: Values | None = None
        """The plan that the next solve is given to better."""
        self._patient = False
        """Whether a solve from the last basis may take a step for every row for now."""
        self._open = partial(Engine, options, progress or (lambda _: None))
        self._engine = self._open()
        self.highs = self._engine.highs

    def load(self, matrix: Matrix) -> None:
        """Pass a whole program in one call."""
        self.matrix = matrix
        self._relaxed, self._meets_limits, self._fixed = False, False, None
        self._moved, self._unheld, self._start = {}, None, None
        self.for_whole, self._unbound = np.zeros(0, dtype=np.int64), False
        self._engine.excessive.clear()
        self.highs.passModel(highs_lp(matrix))

    def add_row(self, matrix: Matrix) -> int:
        """Take the last row of a program that is otherwise the one loaded; its position."""
        span = slice(matrix.start[-2], matrix.start[-1])
        columns, values = matrix.index[span], matrix.value[span]
        self._meets_limits = False
        self.highs.addRow(float(matrix.row_low[-1]), float(matrix.row_high[-1]), len(columns), columns, values)
        if self._unheld is not None:
            held, self._unheld = self._loaded(), matrix
            matrix = replace(
                matrix,
                low=held.low,
                high=held.high,
                row_low=np.append(held.row_low, matrix.row_low[-1]),
                row_high=np.append(held.row_high, matrix.row_high[-1]),
            )
        self.matrix = matrix
        return len(matrix.row_low) - 1

    def bound_row(self, row: int, *, low: float, high: float) -> None:
        """Set a row's limits for good; the next solve starts from the last basis."""
        for matrix in filter(None, (self._loaded(), self._unheld)):
            matrix.row_low[row], matrix.row_high[row] = low, high
        self._meets_limits = False
        self.highs.changeRowBounds(row, low, high)

    def change_row(self, row: int, *, by: float, column: int | None = None) -> None:
        """Move a row's limits, or the limit that stands before a column; the next solve starts from the last basis."""
        matrix = self._loaded()
        self._meets_limits = False
        self._moved.pop(row, None)
        if by:
            self._moved[row] = by, column
        if column is not None:
            span = slice(matrix.start[row], matrix.start[row + 1])
            stands = float(matrix.value[span][matrix.index[span] == column][0])
            self.highs.changeCoeff(row, column, stands - by)
            return
        low, high = matrix.row_low[row] + by, matrix.row_high[row] + by
        self.highs.changeRowBounds(row, float(low), float(high))

    def price(self, matrix: Matrix) -> None:
        """Take the costs of a program that is otherwise the one loaded; the next solve starts from the last basis."""
        columns = np.arange(len(matrix.cost), dtype=np.int32)
        self.highs.changeColsCost(len(columns), columns, matrix.cost)
        self.highs.changeObjectiveOffset(matrix.offset)
        self.matrix = replace(self._loaded(), cost=matrix.cost, offset=matrix.offset)

    def forget(self) -> None:
        """Let the next solve of a large program start from nothing: the last basis is far from the new optimum."""
        if len(self._loaded().cost) >= INTERIOR_POINT_FROM:
            self.highs.clearSolver()

    def hold(self, columns: Sequence[int], values: Values) -> None:
        """Hold columns at values; `let_go` frees them."""
        self.confine(columns, values, values)

    def confine(self, columns: Sequence[int], low: Values, high: Values) -> None:
        """Keep columns between bounds; `let_go` frees them."""
        matrix = self._loaded()
        self._unheld = self._unheld or matrix
        confined = np.array(columns, dtype=np.int32)
        lows, highs = matrix.low.copy(), matrix.high.copy()
        lows[confined], highs[confined] = low, high
        self.matrix = replace(matrix, low=lows, high=highs)
        self._meets_limits = False
        self.highs.changeColsBounds(len(confined), confined, low, high)

    @contextmanager
    def holding(self, columns: Sequence[int], values: Values, start: Basis | None = None) -> Iterator[None]:
        """Hold columns at values for as long as the context lasts, and begin from a basis where one is told."""
        self.hold(columns, values)
        if start is not None:
            self.start_basis(start)
        try:
            yield
        finally:
            self.let_go()

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """Let solves take a step for every row from the last basis before it is given up, for as long as this lasts.

        The plan there is taken to meet every limit.
        """
        self._patient = self._meets_limits = True
        try:
            yield
        finally:
            self._patient = False

    def attempt(self, start: Basis | None, most: float, *, steps: int = LEAST_STEPS) -> Values | None:
        """The optimum where so many steps of dual simplex from a basis lead to it and it is no more than an amount.

        None says that none was found so, and proves nothing.
        """
        if start is not None:
            self.start_basis(start)
        DUAL_AGAIN.ask(self.highs)
        self.highs.setOptionValue("simplex_iteration_limit", steps)
        self.highs.setOptionValue("time_limit", highspy.kHighsInf)
        self._engine.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        matrix, values = self.now(), np.array(self.highs.getSolution().col_value)
        found = matrix.objective(values) <= most and not verify.misses(matrix, values)
        return values if found else None

    @property
    def stopping(self) -> bool:
        """Whether the user stopped the last solve."""
        return self._engine.stopping

    def reduced_costs(self) -> Values:
        """What one unit more of each variable would cost at the last optimum of a linear program."""
        return np.array(self.highs.getSolution().col_dual)

    def hold_optimum(self) -> None:
        """Keep to the plans that are as good as the last one: what has a price stays where it is.

        By complementary slackness these are all optimal plans of a linear program. The last basis is one of them, so
        a second goal is sought among them from there.
        """
        matrix, now, solution = self._loaded(), self.now(), self.highs.getSolution()
        values, activity = np.array(solution.col_value), np.array(solution.row_value)
        reduced, duals = np.array(solution.col_dual), np.array(solution.row_dual)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]  # its stub leaves it out
        self._unheld = self._unheld or matrix
        bounds = [matrix.low.copy(), matrix.high.copy(), matrix.row_low.copy(), matrix.row_high.copy()]
        for first, prices, at, low, high, hold in (
            (0, reduced, values, now.low, now.high, self.highs.changeColsBounds),
            (2, duals, activity, now.row_low, now.row_high, change_rows),
        ):
            held = np.flatnonzero(np.abs(prices) > _PRICED).astype(np.int32)
            bound = np.where(np.abs(at - low) <= np.abs(at - high), low, high)[held]
            hold(len(held), held, bound, bound)
            bounds[first][held] = bounds[first + 1][held] = bound
        low, high, row_low, row_high = bounds
        self.matrix = replace(matrix, low=low, high=high, row_low=row_low, row_high=row_high)

    def let_go(self) -> None:
        """Undo `hold_optimum` and `hold`."""
        matrix = self._loaded()
        if self._unheld is not None:
            free = self._unheld
            matrix = self.matrix = replace(
                matrix, low=free.low, high=free.high, row_low=free.row_low, row_high=free.row_high
            )
            self._unheld = None
        columns = np.arange(len(matrix.low), dtype=np.int32)
        rows = np.arange(len(matrix.row_low), dtype=np.int32)
        self.highs.changeColsBounds(len(columns), columns, matrix.low, matrix.high)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]
        change_rows(len(rows), rows, matrix.row_low, matrix.row_high)

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

    def fix_whole(self, values: Values) -> None:
        """Hold every whole variable at its value and let the rest be a linear program, for prices."""
        matrix = self._loaded()
        self._relaxed, self._meets_limits = True, False
        self._fixed = np.round(values[matrix.whole])
        self.bind_for_whole(False)
        for position in np.flatnonzero(matrix.whole):
            value = float(round(values[position]))
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kContinuous)
            self.highs.changeColBounds(int(position), value, value)

    @contextmanager
    def fixing_whole(self, values: Values) -> Iterator[None]:
        """Hold every whole variable at its value for as long as the context lasts."""
        self.fix_whole(values)
        try:
            yield
        finally:
            self.free_whole()

    def relax(self) -> None:
        """Let whole variables take any value between their bounds, the rows for whole ones left out."""
        self._relaxed, self._meets_limits, self._fixed = True, False, None
        self.bind_for_whole(False)
        for position in np.flatnonzero(self._loaded().whole):
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kContinuous)

    @contextmanager
    def in_parts(self, start: Basis | None) -> Iterator[None]:
        """Let whole variables be in parts for as long as the context lasts, from a basis where one is told."""
        self.is_in_parts = True
        self.relax()
        if start is not None:
            self.start_basis(start)
        try:
            yield
        finally:
            self.is_in_parts = False
            self.free_whole()

    def free_whole(self) -> None:
        """Let whole variables choose again."""
        matrix = self._loaded()
        self._relaxed, self._meets_limits, self._fixed = False, False, None
        self.bind_for_whole(True)
        for position in np.flatnonzero(matrix.whole):
            self.highs.changeColIntegrality(int(position), highspy.HighsVarType.kInteger)
            self.highs.changeColBounds(int(position), float(matrix.low[position]), float(matrix.high[position]))

    def bind_for_whole(self, bound: bool) -> None:
        """Let the rows for whole variables ask what they say, or nothing; the next solve starts from the last basis."""
        rows, matrix = self.for_whole.astype(np.int32), self._loaded()
        if not len(rows) or bound is not self._unbound:
            return
        self._unbound, self._meets_limits = not bound, False
        asked = matrix if bound else matrix.without(self.for_whole)
        change_rows = self.highs.changeRowsBounds  # type: ignore[attr-defined]
        change_rows(len(rows), rows, asked.row_low[rows], asked.row_high[rows])

    def start_from(self, values: Values) -> None:
        """Give the next solve a plan to better."""
        self._start = values
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        solution.value_valid = True
        self.highs.setSolution(solution)

    @property
    def columns(self) -> int:
        """Number of columns of the program."""
        return len(self._loaded().cost)

    def limits(self) -> tuple[Values, Values]:
        """The least and the most that each column may be, those that are held at what they are held at."""
        matrix = self._loaded()
        return matrix.low, matrix.high

    @property
    def whole(self) -> Positions:
        """Positions of the columns that are whole."""
        return np.flatnonzero(self._loaded().whole)

    def search(self, nodes: int, *, improve: bool = True) -> None:
        """Let branch and cut look at so many nodes at the most; without `improve` it looks for a bound alone."""
        self.highs.setOptionValue("mip_max_nodes", nodes)
        for search in ("rins", "rens", "root_reduced_cost"):
            self.highs.setOptionValue(f"mip_heuristic_run_{search}", improve)

    def now(self) -> Matrix:
        """The program as the solver has it: with whole variables held or let go, and limits moved."""
        matrix = self._loaded()
        if self._relaxed:
            matrix = replace(matrix, whole=np.zeros(len(matrix.cost), dtype=np.bool_))
        if self._unbound:
            matrix = matrix.without(self.for_whole)
        if self._fixed is not None:
            low, high = matrix.low.copy(), matrix.high.copy()
            whole = self._loaded().whole
            low[whole] = high[whole] = self._fixed
            matrix = replace(matrix, low=low, high=high)
        if self._moved:
            matrix = replace(
                matrix, row_low=matrix.row_low.copy(), row_high=matrix.row_high.copy(), value=matrix.value.copy()
            )
        for row, (by, column) in self._moved.items():
            if column is None:
                matrix.row_low[row] += by
                matrix.row_high[row] += by
            else:
                span = slice(matrix.start[row], matrix.start[row + 1])
                matrix.value[span][matrix.index[span] == column] -= by
        return matrix

    def _renew(self) -> None:
        """Go on with the program as it is in a solver that has solved nothing and knows no plan."""
        fresh = self._open()
        fresh.highs.passModel(self.highs.getLp())
        self._engine, self.highs = fresh, fresh.highs
        self._meets_limits, self._start = False, None

    def _loaded(self) -> Matrix:
        if self.matrix is None:
            raise RuntimeError("load a program before solving it")
        return self.matrix

    def _has_basis(self) -> bool:
        return bool(self.highs.getBasis().valid)

    def _is_mip(self) -> bool:
        return not self._relaxed and bool(self._loaded().whole.any())
