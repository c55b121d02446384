"""The audit's own way to HiGHS, which shares nothing with the planner's."""

from __future__ import annotations

from math import inf

import highspy
import numpy as np

from planner.audit.program import Program, Sum
from planner.silent import SilentHighs

TIGHT = 1e-9


def minimise(program: Program, cost: Sum) -> tuple[float, float]:
    """Least cost, and the sum of its parts without their signs; infinite when nothing is feasible.

    Raises ArithmeticError where the solver ends without an answer.
    """
    solver = SilentHighs()
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
        solver.setOptionValue(tolerance, TIGHT)
    solver.setOptionValue("mip_rel_gap", TIGHT)
    solver.setOptionValue("mip_abs_gap", TIGHT)
    solver.passModel(_highs(program, cost))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        solver.passModel(_highs(program, Sum()))
        solver.run()
        feasible = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        status = highspy.HighsModelStatus.kUnbounded if feasible else highspy.HighsModelStatus.kInfeasible
    if status == highspy.HighsModelStatus.kInfeasible:
        return inf, inf
    if status == highspy.HighsModelStatus.kUnbounded:
        return -inf, inf
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
        raise ArithmeticError(f"the audit's solver stopped with {solver.modelStatusToString(status)}")
    values = solver.getSolution().col_value
    parts = [factor * values[column] for column, factor in cost.terms.items()]
    return cost.constant + sum(parts), abs(cost.constant) + sum(map(abs, parts))


def _highs(program: Program, cost: Sum) -> highspy.HighsLp:
    count = len(program.whole)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, len(program.rows)
    lp.col_cost_ = np.array([cost.terms.get(column, 0.0) for column in range(count)])
    lp.col_lower_, lp.col_upper_ = np.array(program.least_values), np.full(count, inf)
    lp.row_lower_ = np.array([low - value.constant for value, low, _ in program.rows])
    lp.row_upper_ = np.array([high - value.constant for value, _, high in program.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    kept = [{column: factor for column, factor in value.terms.items() if factor} for value, _, _ in program.rows]
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, kept)])
    lp.a_matrix_.index_ = np.array([column for terms in kept for column in terms], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([factor for terms in kept for factor in terms.values()])
    if any(program.whole):
        kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
        lp.integrality_ = [kinds[whole] for whole in program.whole]
    return lp
