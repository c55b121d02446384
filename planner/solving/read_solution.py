"""From the solver's answer to a Solution: tables, status, bound, and how it was found."""

from __future__ import annotations

import platform
from importlib.metadata import version

from planner.lp import INFINITY, Answer, SolverStatus
from planner.message import word
from planner.schema import Case
from planner.schema.warnings import input_warnings
from planner.solution import Solution, Status
from planner.solving.solver_program import SolverProgram
from planner.solving.tables import tables_of


def solution_of(case: Case, program: SolverProgram, answer: Answer, bound: float) -> Solution:
    """An answer as a Solution; `bound` is what is proven of what was minimised, in model units."""
    money = program.instance.units.musd
    tables = tables_of(program.model, program.rows, answer)
    objective = program.present_cost(answer)
    criterion = answer.objective * money if program.goal == "risk" else None
    minimised = objective if criterion is None else criterion
    bound = minimised - (answer.objective - bound) * money if program.goal != "delay" else -INFINITY
    closed = abs(minimised - bound) <= program.options.gap * max(abs(minimised), 1e-9) * (1 + 1e-9) + 1e-9 * money
    optimal = answer.status is SolverStatus.OPTIMAL and (closed or program.options.solver != "HiGHS")
    return Solution(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        objective_musd=objective,
        bound_musd=bound,
        linear=program.linear,
        tables=tables,
        solver={
            "solver": program.options.solver,
            "highspy": version("highspy"),
            "pulp": version("pulp"),
            "python": platform.python_version(),
            "options": {
                "gap": program.options.gap,
                "threads": program.options.threads,
                "time_limit": program.options.time_limit,
                "race": program.options.race,
                "seed": program.options.seed,
            },
            "said": answer.why,
            "algorithm": answer.algorithm or program.options.solver,
            "doubted": [word(each).to_json() for each in program.doubts],
            "continuous_musd": program.continuous_musd,
            "iterations": answer.iterations,
            "columns": len(program.matrix.cost),
            "rows": len(program.rows),
            "nonzeros": len(program.matrix.value),
            "ranges": {name: list(span) for name, span in program.matrix.ranges().items()},
            "model_units": {
                "musd": money,
                "chips": program.instance.units.chips,
                "mw": program.instance.units.mw,
                "pflops": program.instance.units.pflops,
            },
        },
        warnings=tuple(input_warnings(case)),
        criterion_musd=criterion,
        interrupted=answer.interrupted,
    )
