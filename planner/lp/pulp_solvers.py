"""Any other solver that PuLP finds, called the usual way."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pulp
from pulp.apis.core import PulpSolverError

from planner.errors import NoPlanError, OptionError
from planner.lp.answer import Answer, Options, SolverStatus
from planner.lp.matrix import Matrix
from planner.lp.program import INFINITY, Program
from planner.lp.verify import misses
from planner.message import Message


def solve_with(program: Program, matrix: Matrix, options: Options) -> Answer:
    """Solve with a solver that PuLP finds; its word is checked against its values and our own bound.

    Raises OptionError when there is no such solver here, NoPlanError where it fails or its plan misses a limit.
    """
    began = time.perf_counter()
    with warnings.catch_warnings():
        # PuLP 3 still brings CBC along, and says at every call that PuLP 4 will not.
        warnings.simplefilter("ignore", DeprecationWarning)
        names = pulp.listSolvers(onlyAvailable=True)
        if options.solver not in names:
            there = ", ".join(["HiGHS", *(name for name in names if name != "HiGHS")])
            raise OptionError(
                Message(
                    "solver {solver} is not available here; there are: {there}",
                    solver=repr(options.solver),
                    there=there,
                )
            )
        solver = pulp.getSolver(
            options.solver, msg=False, timeLimit=options.time_limit, gapRel=options.gap, threads=options.threads
        )
        problem = program.problem()
        try:
            problem.solve(solver)
        except PulpSolverError as error:
            raise NoPlanError(Message("{solver} failed: {error}", solver=options.solver, error=str(error))) from error
    seconds = time.perf_counter() - began
    found = problem.sol_status
    status = {
        pulp.LpSolutionOptimal: SolverStatus.OPTIMAL,
        pulp.LpSolutionIntegerFeasible: SolverStatus.FEASIBLE,
        pulp.LpSolutionInfeasible: SolverStatus.INFEASIBLE,
        pulp.LpSolutionUnbounded: SolverStatus.UNBOUNDED,
    }.get(found, SolverStatus.NOTHING)
    nothing = np.empty(0)
    if status not in (SolverStatus.OPTIMAL, SolverStatus.FEASIBLE):
        return Answer(status, f"{options.solver}: {pulp.LpSolution[found]}", nothing, nothing, 0.0, 0.0, 0, seconds)
    values = np.array([variable.varValue or 0.0 for variable in program.variables])
    if lie := misses(matrix, values):
        raise NoPlanError(
            Message("{solver} contradicts itself on this case: {lie}", solver=options.solver, lie=lie.message)
        )
    objective = matrix.objective(values)
    duals = nothing
    prices = [row.pi for row in problem.constraints()]
    if program.is_linear and all(price is not None for price in prices):
        duals = np.array(prices)
    bound = (
        matrix.dual_bound(duals, values) if duals.size else objective if status is SolverStatus.OPTIMAL else -INFINITY
    )
    return Answer(status, f"{options.solver}: {pulp.LpSolution[found]}", values, duals, objective, bound, 0, seconds)
