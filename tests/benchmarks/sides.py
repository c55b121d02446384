"""The sides of the comparison: each from a case file to tables of its decisions, to be called in a fresh process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.benchmarks.alone import Stages


def planner(file: str) -> dict[str, Any]:
    """The planner's way, as its command line does it, up to the tables of the answer."""
    stages = Stages()
    with stages.stage("import"):
        from planner.files import read_with_origins
        from planner.lp import Options
        from planner.solving import Timing, session
    with stages.stage("read"):
        case, _ = read_with_origins(Path(file))
    timing = Timing()
    with session(case, Options(), timing=timing) as s:
        solution = s.solve()
    inside = {("tables" if name == "read" else name): spent for name, spent in timing.seconds.items()}
    size = {name: solution.solver[name] for name in ("columns", "rows", "nonzeros")}
    return {"seconds": {**stages, **inside}, "optimum": solution.objective_musd, **size}


def linopy(file: str, algorithm: str) -> dict[str, Any]:
    """A linopy user's way."""
    stages = Stages()
    with stages.stage("import"):
        from tests.benchmarks.peers import linopy_model as model
    return _peer(model, file, algorithm, stages)


def pyomo(file: str, algorithm: str) -> dict[str, Any]:
    """A Pyomo user's way."""
    stages = Stages()
    with stages.stage("import"):
        from tests.benchmarks.peers import pyomo_model as model
    return _peer(model, file, algorithm, stages)


def _peer(model: Any, file: str, algorithm: str, stages: Stages) -> dict[str, Any]:
    from tests.benchmarks.peers.data import read

    with stages.stage("read"):
        data = read(Path(file))
    with stages.stage("build"):
        program = model.built(data)
    with stages.stage("solve"):
        optimum = model.solved(program, algorithm)
    with stages.stage("tables"):
        model.tables(program)
    return {"seconds": stages, "optimum": float(optimum)}


def pulp(file: str) -> dict[str, Any]:
    """The planner's program through PuLP's own HiGHS: the way of `Options(solver=...)` for any solver PuLP finds.

    That one is called HiGHS too, and to the planner this name means its own door, so the way is taken a step later.
    """
    stages = Stages()
    with stages.stage("import"):
        from planner.files import read_with_origins
        from planner.lp import Options, solve_with
        from planner.solving import Timing
        from planner.solving.build_program import program_of
    with stages.stage("read"):
        case, _ = read_with_origins(Path(file))
    timing, options = Timing(), Options(solver="HiGHS")
    asked = program_of(case, options, report=lambda stage, text: None, timing=timing)
    with stages.stage("solve"):
        answer = solve_with(asked.model.program, asked.matrix, options)
    return {"seconds": {**timing.seconds, **stages}, "optimum": answer.objective * asked.instance.units.musd}
