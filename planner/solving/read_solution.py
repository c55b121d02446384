"""From the solver's answer to a Solution: tables, status, bound, and how it was found."""

from __future__ import annotations

import platform
from importlib.metadata import version

from planner.lp import INFINITY, Answer, SolverStatus
from planner.schema import Case
from planner.schema.warnings import input_warnings
from planner.solution import Solution, Status
from planner.solving.solver_program import SolverProgram
from planner.solving.tables import tables_of


def solution_of(case: Case, asked: SolverProgram, answer: Answer, bound: float) -> Solution:
    """An answer as a Solution; `bound` is what is proven of what was minimised, in model units."""
    money = asked.instance.units.musd
    tables = tables_of(asked.model, asked.filed, answer)
    program = asked.model.program
    objective = asked.present_cost(answer)
    criterion = answer.objective * money if asked.goal == "risk" else None
    minimised = objective if criterion is None else criterion
    bound = minimised - (answer.objective - bound) * money if asked.goal != "delay" else -INFINITY
    closed = abs(minimised - bound) <= asked.options.gap * max(abs(minimised), 1e-9) * (1 + 1e-9) + 1e-9 * money
    optimal = answer.outcome is SolverStatus.OPTIMAL and (closed or asked.options.solver != "HiGHS")
    return Solution(
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        objective_musd=objective,
        bound_musd=bound,
        linear=program.is_linear,
        tables=tables,
        solver={
            "solver": asked.options.solver,
            "highspy": version("highspy"),
            "pulp": version("pulp"),
            "python": platform.python_version(),
            "options": {
                "gap": asked.options.gap,
                "threads": asked.options.threads,
                "time_limit": asked.options.time_limit,
                "race": asked.options.race,
                "seed": asked.options.seed,
            },
            "said": answer.why,
            "algorithm": answer.algorithm or asked.options.solver,
            "doubted": sorted(set(asked.door.doubts)),
            "continuous_musd": asked.continuous_musd,
            "iterations": answer.iterations,
            "columns": len(asked.matrix.cost),
            "rows": len(asked.filed),
            "nonzeros": len(asked.matrix.value),
            "ranges": {name: list(span) for name, span in asked.matrix.ranges().items()},
            "model_units": {
                "musd": money,
                "chips": asked.instance.units.chips,
                "mw": asked.instance.units.mw,
                "pflops": asked.instance.units.pflops,
            },
        },
        warnings=tuple(input_warnings(case)),
        criterion_musd=criterion,
    )
