"""Solving again after a change, over solving the changed case from nothing.

Changes of one number (a tariff, a price, a headroom, a demand) are solved three ways: cold; by a program built anew
that starts where the plan stands, as alternatives do; and in place, in the solver that holds the plan, as a session
asks again. One limit alone is moved in place, each of the weightiest in turn. Seconds are the solver's; building is
told beside them. Options are alternatives of the case, from its building to the tables of its answer, from where the
plan stands and cold. Answers of one change must agree to 1e-6, or the run fails.
Each change has a process of its own, in which the plan itself is solved first.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks.alone import Run, Stages, alone
from tests.benchmarks.cases import SITES, SIZES, folder, written_case
from tests.benchmarks.generate import generated_case
from tests.benchmarks.machine import machine
from tests.benchmarks.tables import figures, table

if TYPE_CHECKING:
    from planner.lp import HighsDoor, Matrix
    from planner.schema import Case
    from planner.solving import WarmStart

MODULE = "tests.benchmarks.resolve"
SAME = 1e-6
"""Relative difference of two optima that is let pass."""
CHANGES: dict[str, tuple[str, str, float]] = {
    "tariff": ("regions", "tariff_usd_per_mwh", 1.2),
    "price": ("chips", "markets.US.price_usd", 1.1),
    "headroom": ("regions", "headroom_mw", 0.8),
    "demand": ("workloads", "demand_pflops", 1.05),
}
"""Table, field and factor, on the first row of the table by name that types a number there."""
MOVED, STEP = 12, 0.05
"""Limits that are moved one at a time, and the share of each by which it is moved."""
OPTIONS = {
    "one market": {"only_market": "CN"},
    "no share rule": {
        "changes": [{"table": "policy.domestic_shares", "rows": ["content"], "field": "enabled", "set": False}]
    },
    "no licences": {"changes": [{"table": "policy.licence_quotas", "rows": ["licence"], "field": "units", "set": 0}]},
}
"""Alternatives of a generated case."""


def changed(file: str, change: str) -> dict[str, Any]:
    """Seconds of a change of one number, cold, from where the plan stands and in place; in a fresh process."""
    from planner.files import read_with_origins
    from planner.schema.alternative_cases import variant
    from planner.schema.alternatives import Alternative

    case, _ = read_with_origins(Path(file))
    shock = Alternative.model_validate({"changes": [_shock(case, change)]})
    other = variant(case.model_copy(update={"alternatives": {change: shock}}), change)
    plan, stands = _standing(case)
    cold, start = _asked(other, None), _asked(other, stands)
    answers = {"cold": cold.plan(), "standing": start.plan()}
    spent = {"cold": cold.timing.seconds["solve"], "standing": start.timing.seconds["solve"]}
    if _moves(plan.door, plan.matrix, cold.matrix):
        answers["in place"] = plan.door.run()
        spent["in place"] = answers["in place"].seconds
    _refuse_other({way: answer.objective for way, answer in answers.items()}, change)
    building = sum(start.timing.seconds[stage] for stage in ("unroll", "build", "pass"))
    return {"columns": len(cold.matrix.cost), "building": building, **spent}


def _shock(case: Case, change: str) -> dict[str, Any]:
    place, field, factor = CHANGES[change]
    row = min(name for name, row in getattr(case, place).items() if _typed(row, field) is not None)
    return {"table": place, "rows": [row], "field": field, "scale": factor}


def _typed(row: Any, field: str) -> Any:
    """What a row says in a field, told by its path; None where it says nothing."""
    for name in field.split("."):
        row = row.get(name) if isinstance(row, dict) else getattr(row, name)
        if row is None:
            return None
    return row


def _asked(case: Case, start: WarmStart | None) -> Any:
    from planner.lp import Options
    from planner.solving import Timing
    from planner.solving.build_program import program_of

    return program_of(case, Options(), report=lambda stage, text: None, timing=Timing(), start=start)


def _standing(case: Case) -> tuple[Any, WarmStart]:
    """The plan's program, solved, and where its solve ended."""
    plan = _asked(case, None)
    plan.plan()
    return plan, plan.warm_start()


def _moves(door: HighsDoor, matrix: Matrix, wanted: Matrix) -> bool:
    """Take the costs and limits of another program into the solver; whether all else is the same."""
    import numpy as np

    same = all(
        np.array_equal(getattr(matrix, part), getattr(wanted, part)) for part in ("start", "index", "low", "high")
    )
    if not same or not np.array_equal(matrix.value, wanted.value):
        return False
    for row in np.flatnonzero((matrix.row_low != wanted.row_low) | (matrix.row_high != wanted.row_high)):
        door.bound_row(int(row), low=float(wanted.row_low[row]), high=float(wanted.row_high[row]))
    door.price(replace(matrix, cost=wanted.cost, offset=wanted.offset))
    return True


def limits(file: str) -> dict[str, Any]:
    """Seconds of solving again, in place, after one limit has moved: of those with the largest prices; cold beside."""
    import numpy as np

    from planner.files import read_with_origins

    case, _ = read_with_origins(Path(file))
    plan, _ = _standing(case)
    door, matrix, spent = plan.door, plan.matrix, []
    at = np.where(np.isfinite(matrix.row_low), matrix.row_low, matrix.row_high)
    for row in np.argsort(-np.abs(at * plan.last.duals))[:MOVED]:
        door.change_row(int(row), by=STEP * abs(float(at[row])))
        spent.append(door.run().seconds)
        door.change_row(int(row), by=0.0)
        door.run()
    return {"columns": len(matrix.cost), "cold": plan.timing.seconds["solve"], "spent": spent}


def option(file: str, name: str) -> dict[str, Any]:
    """Seconds of an alternative from building to tables, cold and from where the plan stands; in a fresh process."""
    from planner.files import read_with_origins
    from planner.lp import Options
    from planner.study.alternatives import options

    case, _ = read_with_origins(Path(file))
    alone = case.model_copy(update={"alternatives": {name: case.alternatives[name]}})
    plan, stands = _standing(case)
    stages, costs = Stages(), {}
    for way, start in (("cold", None), ("standing", stands)):
        with stages.stage(way):
            (found,) = options(alone, start, Options())
        if found.solution is not None:
            costs[way] = found.solution.minimised_musd
    _refuse_other(costs, name)
    return {"columns": len(plan.matrix.cost), **stages}


def _refuse_other(costs: dict[str, float], change: str) -> None:
    cold = costs.get("cold", 0.0)
    if any(abs(cost - cold) > SAME * abs(cold) for cost in costs.values()):
        raise RuntimeError(f"{change}: answers differ: {costs}")


def printed(name: str, changes: dict[str, Run], moved: Run, options: dict[str, Run]) -> None:
    """Print what one case took."""
    columns = next((run.answer["columns"] for run in [*changes.values(), *options.values()] if run.answer), 0)
    print(f"\n{name}: {columns:,} columns\n")
    rows = [_row(change, run, ("standing", "in place"), run.answer.get("building")) for change, run in changes.items()]
    print(table(["one number, solver s", "cold", "from standing", "ratio", "in place", "ratio", "building s"], rows))
    if moved.answer:
        ratios = sorted(seconds / moved.answer["cold"] for seconds in moved.answer["spent"])
        told = f"median {median(ratios):.3f}, most {ratios[-1]:.3f} of cold"
        print(f"\none of the {len(ratios)} weightiest limits moved by {STEP:.0%}, in place: {told}")
    rows = [_row(change, run, ("standing",)) for change, run in options.items()]
    if rows:
        print()
        print(table(["option, build to tables s", "cold", "from standing", "ratio"], [row[:4] for row in rows]))


def _row(change: str, run: Run, ways: Sequence[str], building: float | None = None) -> list[str]:
    if run.stopped:
        return [change, "stopped", *[""] * (2 * len(ways) + 1)]
    cold, cells = run.answer["cold"], []
    for way in ways:
        spent = run.answer.get(way)
        cells += ["", ""] if spent is None else [figures(spent), figures(spent / cold)]
    return [change, figures(cold), *cells, "" if building is None else figures(building)]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.resolve", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="columns of generated cases, about")
    parser.add_argument("--files", type=Path, nargs="*", default=[], help="case files, with alternatives of their own")
    parser.add_argument("--limit", type=float, default=1200.0, help="seconds after which a change is stopped")
    asked = parser.parse_args()
    print(machine())
    with folder() as place:
        cases: dict[Path, list[str]] = {file: _alternatives(file) for file in asked.files}
        for columns in asked.sizes:
            data = generated_case(SITES.get(columns, round(columns / 610))) | {"alternatives": OPTIONS}
            cases[written_case(place / f"{columns}.yaml", data)] = list(OPTIONS)
        for file, names in cases.items():
            changes = {c: alone(f"{MODULE}:changed", limit=asked.limit, file=str(file), change=c) for c in CHANGES}
            moved = alone(f"{MODULE}:limits", limit=asked.limit, file=str(file))
            options = {n: alone(f"{MODULE}:option", limit=asked.limit, file=str(file), name=n) for n in names}
            printed(file.stem, changes, moved, options)


def _alternatives(file: Path) -> list[str]:
    """Names of a case file's alternatives."""
    return list(alone(f"{MODULE}:named", limit=600.0, file=str(file)).answer["names"])


def named(file: str) -> dict[str, list[str]]:
    """Names of a case file's alternatives, those of files that it extends included."""
    from planner.files import read_with_origins

    return {"names": list(read_with_origins(Path(file))[0].alternatives)}


if __name__ == "__main__":
    main()
