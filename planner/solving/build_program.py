"""From a case to its program in the solver: unrolled, built, passed."""

from __future__ import annotations

from planner.instance import unroll
from planner.lp import Options, without_garbage_collection
from planner.model import build
from planner.schema import Case
from planner.solving.solver_program import SolverProgram
from planner.solving.warm_start import WarmStart
from planner.stage_timing import Report, Timing


def program_of(
    case: Case, options: Options, *, report: Report, timing: Timing, start: WarmStart | None = None
) -> SolverProgram:
    """Unroll and build a case and pass it to the solver; the first solve starts from another's basis, where given."""
    with without_garbage_collection():
        with timing.stage("unroll"):
            report("unroll", "")
            instance = unroll(case)
        with timing.stage("build"):
            report("build", "")
            model, rows = build(instance)
        program = SolverProgram(model, rows, options, report=report, timing=timing)
        if start is not None:
            program.start_from(start)
    return program
