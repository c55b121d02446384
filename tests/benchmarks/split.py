"""Where the time of a run goes, stage by stage, and the most memory that it held.

Each case runs in a process of its own, so that one case's memory is not counted in another's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks.generate import generated_case

STAGES = {
    "import": "the planner's own modules and what they stand on",
    "input": "file to case, or generated data to case",
    "unroll": "case to instance",
    "build": "instance to PuLP's variables, rows and objective",
    "pass": "PuLP to arrays to HiGHS",
    "solve": "HiGHS",
    "read": "answer to tables",
    "verify": "weightiest prices solved again from both sides",
    "certify": "every rule recomputed from the inputs",
    "write": "workbook and result folder",
}
"""Stages in order, and what each does."""


def measured(what: str, *, solve: bool, write: bool) -> dict[str, float]:
    """Seconds by stage, sizes and peak memory of a case file, or of a generated case by its number of sites."""
    began = time.perf_counter()
    from planner.certify import certify
    from planner.files import read_case
    from planner.lp import Options
    from planner.schema import parse_case
    from planner.solve import Timing, session

    if write:
        from planner.app import dossier_of
        from planner.report import write_report
        from planner.results import Result, save

    timing = Timing({"import": time.perf_counter() - began})
    with timing.stage("input"):
        case = parse_case(generated_case(int(what))) if what.isdecimal() else read_case(Path(what))[0]
    with session(case, Options(), timing=timing) as asked:
        matrix = asked._matrix
        sizes = {"columns": len(matrix.cost), "rows": len(matrix.row_low), "nonzeros": len(matrix.value)}
        if solve:
            solution = asked.solve()
            with timing.stage("verify"):
                solution = asked.verify_prices(solution)
            with timing.stage("certify"):
                certificate = certify(case, solution)
            if not certificate.ok:
                raise RuntimeError(f"the plan of {what} does not hold")
            if write:
                run = {
                    "planner": _planner_version(),
                    "run": "benchmark",
                    "inputs": [{"file": Path(what).name, "sha256": "0" * 64}],
                    "overlays": [],
                    "options": {},
                }
                with timing.stage("write"), tempfile.TemporaryDirectory() as folder:
                    result = Result(case, solution, certificate, run)
                    write_report(Path(folder) / "report.xlsx", dossier_of(result))
                    save(result, Path(folder) / "report")
    return {**timing.seconds, **sizes, "peak_mb": _peak_mb()}


def _planner_version() -> str:
    try:
        return version("planner")
    except PackageNotFoundError:
        return "not installed"


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def alone(what: str, *, solve: bool, write: bool) -> dict[str, float]:
    """The same in a fresh process."""
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as pool:
        return pool.submit(measured, what, solve=solve, write=write).result()


def printed(what: str, runs: list[dict[str, float]]) -> None:
    """Print the least seconds of each stage over some runs, and the most memory."""
    least = {name: min(run[name] for run in runs) for name in runs[0]}
    seconds = {name: least[name] for name in STAGES if name in least}
    build = least["build"] + least["pass"]
    name = f"generated, {what} sites" if what.isdecimal() else what
    print(f"{name}: {least['columns']:,.0f} columns, {least['rows']:,.0f} rows, {least['nonzeros']:,.0f} nonzeros")
    for stage, spent in seconds.items():
        print(f"  {stage:8} {spent:8.3f} s  {STAGES[stage]}")
    print(f"  {'whole':8} {sum(seconds.values()):8.3f} s")
    own = sum(spent for stage, spent in seconds.items() if stage not in ("solve", "verify"))
    print(f"  {'own':8} {own:8.3f} s  all but solve and verify")
    print(f"  build and pass: {1e6 * build / least['columns']:.1f} microseconds per column")
    print(f"  peak memory: {max(run['peak_mb'] for run in runs):.0f} MB", flush=True)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.split", description=__doc__)
    parser.add_argument("files", nargs="*", help="case files")
    parser.add_argument("--generated", type=int, nargs="+", default=[], help="generated cases by number of sites")
    parser.add_argument("--no-solve", action="store_true", help="stop once the program is with the solver")
    parser.add_argument("--no-write", action="store_true", help="leave the workbook and result folder out")
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    for what in [*asked.files, *map(str, asked.generated)]:
        solve = not asked.no_solve
        write = solve and not asked.no_write
        printed(what, [alone(what, solve=solve, write=write) for _ in range(asked.repeats)])


if __name__ == "__main__":
    main()
