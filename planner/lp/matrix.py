"""A linear program as arrays, and the bound that its duals prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pulp

from planner.lp.program import INFINITY, Expression, Values, Variable
from planner.lp.rows import Rows

Positions: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
"""Positions of rows or columns, ascending."""


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

    def objective(self, values: Values) -> float:
        """What values cost, the constant included."""
        return self.offset + float(np.sum(self.cost * values))

    def size(self, values: Values) -> float:
        """The terms of the objective added up without their signs, at least 1: what rounding is a share of."""
        return max(1.0, abs(self.offset) + float(np.sum(np.abs(self.cost * values))))

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

    def without(self, rows: Positions) -> Matrix:
        """The program with some rows that ask nothing."""
        row_low, row_high = self.row_low.copy(), self.row_high.copy()
        row_low[rows], row_high[rows] = -INFINITY, INFINITY
        return replace(self, row_low=row_low, row_high=row_high)

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

    def first_rows(self, count: int) -> Matrix:
        """The program with its first rows only."""
        entries = int(self.start[count])
        return replace(
            self,
            row_low=self.row_low[:count],
            row_high=self.row_high[:count],
            start=self.start[: count + 1],
            index=self.index[:entries],
            value=self.value[:entries],
        )

    def part(self, *, rows: Positions, columns: Positions, cost: Values, offset: float) -> Matrix:
        """A program of some rows and columns with costs of its own; no other column may stand in these rows.

        Raises ValueError where one does.
        """
        lengths = np.diff(self.start)
        kept = np.zeros(len(lengths), dtype=np.bool_)
        kept[rows] = True
        entries = kept[np.repeat(np.arange(len(lengths)), lengths)]
        place = np.full(len(self.cost), -1, dtype=np.int32)
        place[columns] = np.arange(len(columns), dtype=np.int32)
        index = place[self.index[entries]]
        if (index < 0).any():
            raise ValueError("a row of the part holds a column that is not in it")
        return Matrix(
            cost=cost,
            offset=offset,
            low=self.low[columns],
            high=self.high[columns],
            row_low=self.row_low[rows],
            row_high=self.row_high[rows],
            start=np.concatenate([[0], np.cumsum(lengths[rows])]).astype(np.int32),
            index=index,
            value=self.value[entries],
            whole=self.whole[columns],
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


def matrix_of(variables: Sequence[Variable], rows: Rows, objective: Expression) -> Matrix:
    """The arrays of a program written in PuLP."""
    cost = np.zeros(len(variables))
    for variable, coefficient in objective.items():
        cost[rows.position(variable)] = coefficient
    return Matrix(
        cost=cost,
        offset=float(objective.constant),
        low=_bounds((variable.lowBound for variable in variables), -INFINITY, len(variables)),
        high=_bounds((variable.upBound for variable in variables), INFINITY, len(variables)),
        row_low=np.array(rows.low),
        row_high=np.array(rows.high),
        start=np.array(rows.start, dtype=np.int32),
        index=np.array(rows.index, dtype=np.int32),
        value=np.array(rows.value),
        whole=np.fromiter((v.cat == pulp.LpInteger for v in variables), dtype=np.bool_, count=len(variables)),
    )


def _bounds(bounds: Iterator[float | None], none: float, count: int) -> Values:
    return np.fromiter((none if bound is None else bound for bound in bounds), dtype=np.float64, count=count)
