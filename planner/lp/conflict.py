"""Where a program clashes with itself: few rows that cannot hold together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from planner.lp.algorithms import INTERIOR_POINT_FROM
from planner.lp.matrix import Matrix
from planner.lp.program import INFINITY
from planner.quiet_highs import SilentHighs


def highs_lp(matrix: Matrix) -> highspy.HighsLp:
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


def clash(matrix: Matrix) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows with a price in the cheapest relaxation: by Farkas' lemma these alone cannot hold together."""
    elastic = SilentHighs()
    elastic.passModel(highs_lp(replace(matrix, cost=np.zeros(len(matrix.cost)), whole=np.zeros(0, dtype=np.bool_))))
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
        elastic.setOptionValue("solver", "ipx")
    elastic.run()
    if elastic.getInfo().objective_function_value < 1e-6:
        return np.zeros(0, dtype=np.int64)
    duals = np.abs(np.array(elastic.getSolution().row_dual))
    return np.flatnonzero(duals > 1e-7 * duals.max(initial=0.0))


def smallest_clash(matrix: Matrix) -> list[int]:
    """Rows that cannot hold together, none of which can be spared; none where all can.

    The cheapest relaxation finds few rows that already clash; HiGHS then thins these out. On a whole program its own
    search took fifteen times as long as a solve.
    """
    found = clash(matrix)
    if not found.size:
        return []
    thinner = SilentHighs()
    # Strategy 0, the default, overlooks clashes of two rows; 6 works on the program itself.
    thinner.setOptionValue("iis_strategy", 6)
    thinner.passModel(highs_lp(matrix.only(found)))
    thinner.run()
    _, iis = thinner.getIis()
    return sorted(int(found[row]) for row in iis.row_index_) or [int(row) for row in found]
