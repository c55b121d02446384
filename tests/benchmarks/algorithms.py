"""HiGHS's algorithms on the planner's programs: seconds, what they end with, and how far from the optimum.

Every pair of case and algorithm has a process of its own and a stop. The optimum that distances are taken from is the
least that an algorithm which ends in a vertex calls optimal.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.alone import Run, alone
from tests.benchmarks.cases import folder, written
from tests.benchmarks.machine import machine
from tests.benchmarks.tables import figures, table

MODULE = "tests.benchmarks.algorithms"
ALGORITHMS: dict[str, dict[str, str | int]] = {
    "dual simplex": {"solver": "simplex", "simplex_strategy": 1},
    "IPX, crossover": {"solver": "ipx", "run_crossover": "on"},
    "IPX, no crossover": {"solver": "ipx", "run_crossover": "off"},
    "HiPO, crossover": {"solver": "hipo", "run_crossover": "on"},
    "PDLP": {"solver": "pdlp"},
}
"""HiGHS's options by algorithm; HiPO comes with the package highspy-extras."""
AT_VERTEX = ("dual simplex", "IPX, crossover", "HiPO, crossover")
SIZES = (5_000, 10_000, 50_000, 120_000, 300_000)
FILES = (Path("inputs/2026.yaml"), Path("inputs/2026-risk.yaml"))


def solved(file: str, algorithm: str) -> dict[str, Any]:
    """Solve a case's program with an algorithm, all other options as HiGHS has them; in a fresh process."""
    import highspy

    from planner.files import read_with_origins
    from planner.lp import Options, SilentHighs
    from planner.lp.conflict import highs_lp
    from planner.solving import Timing
    from planner.solving.build_program import program_of

    case, _ = read_with_origins(Path(file))
    asked = program_of(case, Options(), report=lambda stage, text: None, timing=Timing())
    highs = SilentHighs()
    for name, value in ALGORITHMS[algorithm].items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            return {"columns": len(asked.matrix.cost), "status": "not available"}
    highs.passModel(highs_lp(asked.matrix))
    began = time.perf_counter()
    highs.run()
    spent, info = time.perf_counter() - began, highs.getInfo()
    return {
        "columns": len(asked.matrix.cost),
        "rows": len(asked.matrix.row_low),
        "seconds": spent,
        "status": highs.modelStatusToString(highs.getModelStatus()),
        "optimum": info.objective_function_value * asked.instance.units.musd,
        "primal": info.max_primal_infeasibility,
        "dual": info.max_dual_infeasibility,
    }


def printed(name: str, runs: dict[str, Run], limit: float) -> None:
    """Print what each algorithm made of one case."""
    ends = {algorithm: run.answer for algorithm, run in runs.items() if run.answer.get("seconds") is not None}
    vertices = [
        end["optimum"] for algorithm, end in ends.items() if algorithm in AT_VERTEX and end["status"] == "Optimal"
    ]
    best = min(vertices, default=None)
    columns = next((run.answer["columns"] for run in runs.values() if run.answer), 0)
    told = "none found" if best is None else f"{best:,.3f} million USD"
    print(f"\n{name}: {columns:,} columns, optimum {told}\n")
    rows = []
    for algorithm, run in runs.items():
        end = ends.get(algorithm)
        if end is None:
            status = f"stopped at {limit:.0f} s" if run.stopped else run.answer["status"]
            rows.append([algorithm, f">{limit:.0f}" if run.stopped else "", status, "", "", ""])
            continue
        off = "" if best is None else f"{end['optimum'] / best - 1:+.0e}"
        rows.append(
            [algorithm, figures(end["seconds"]), end["status"], off, f"{end['primal']:.0e}", f"{end['dual']:.0e}"]
        )
    print(table(["algorithm", "seconds", "status", "from optimum", "row off by", "price off by"], rows), flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.algorithms", description=__doc__)
    parser.add_argument("--files", type=Path, nargs="*", default=FILES, help="case files")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="columns of generated cases, about")
    parser.add_argument("--algorithms", nargs="+", choices=ALGORITHMS, default=list(ALGORITHMS))
    parser.add_argument("--limit", type=float, default=1200.0, help="seconds after which a run is stopped")
    asked = parser.parse_args()
    print(machine())
    with folder() as place:
        for file in [*asked.files, *(written(place, columns) for columns in asked.sizes)]:
            runs = {
                name: alone(f"{MODULE}:solved", limit=asked.limit, file=str(file), algorithm=name)
                for name in asked.algorithms
            }
            printed(file.stem, runs, asked.limit)


if __name__ == "__main__":
    main()
