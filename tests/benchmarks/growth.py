"""How each stage of a run, and its memory, grow with sites, chips, periods and scenarios; and of any case file.

A run is what `planner optimize --plain` does, from the file to the workbook. One dimension grows at a time from a
case of 20 sites, 8 chips, 20 quarters and one scenario. Each case has a process of its own. The last row of a table is
the power of the number of columns with which a stage grows from the first row to the last: 1 is in proportion.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any

from tests.benchmarks.alone import alone
from tests.benchmarks.cases import folder, written_case
from tests.benchmarks.generate import generated_case
from tests.benchmarks.machine import machine
from tests.benchmarks.stages import STAGES
from tests.benchmarks.tables import figures, share, table

GROWING: Mapping[str, Sequence[int]] = {
    "sites": (20, 40, 80, 160),
    "chips": (4, 8, 16, 32),
    "periods": (10, 20, 40),
    "leaves": (1, 2, 4, 8),
}
"""Sizes by dimension, a leaf being a scenario."""
BASE_SITES = 20


def measured(file: Path, *, repeats: int, limit: float) -> dict[str, Any] | None:
    """Least seconds of each stage over some runs, and most memory; None where a run was stopped."""
    runs = []
    for _ in range(repeats):
        run = alone("tests.benchmarks.stages:measured", limit=limit, file=str(file))
        if run.stopped:
            return None
        runs.append(run.answer)
    least = {stage: min(run["seconds"][stage] for run in runs) for stage in STAGES}
    return {**runs[0], "seconds": least, "kb": max(run["kb"] for run in runs)}


def printed(dimension: str, found: Mapping[str, dict[str, Any] | None]) -> None:
    """Print seconds, then shares of the whole, those above a tenth with a star."""
    rows, shares = [], []
    for value, run in found.items():
        if run is None:
            rows.append([value, "stopped", *[""] * (len(STAGES) + 3)])
            continue
        whole = sum(run["seconds"].values())
        rows.append(
            [
                value,
                f"{run['columns']:,}",
                *(figures(run["seconds"][stage]) for stage in STAGES),
                figures(whole),
                f"{(run['kb'] + run['imported']) / 1024:.0f}",
                f"{run['kb'] / run['columns']:.2f}",
            ]
        )
        shares.append([value, f"{run['columns']:,}", *(share(run["seconds"][stage] / whole) for stage in STAGES)])
    rows += _powers([run for run in found.values() if run])
    print(f"\n{dimension}: least seconds, and kB a column beyond what imports hold\n")
    print(table([dimension, "columns", *STAGES, "whole", "peak MB", "kB a column"], rows))
    print(f"\n{dimension}: share of the whole, above a tenth with a star\n")
    print(table([dimension, "columns", *STAGES], shares), flush=True)


def _powers(runs: Sequence[dict[str, Any]]) -> list[list[str]]:
    if len(runs) < 2 or runs[0]["columns"] == runs[-1]["columns"]:
        return []
    wider = log(runs[-1]["columns"] / runs[0]["columns"])

    def power(first: float, last: float) -> str:
        return f"{log(max(last, 1e-6) / max(first, 1e-6)) / wider:.2f}"

    first, last = runs[0]["seconds"], runs[-1]["seconds"]
    each = [power(first[stage], last[stage]) for stage in STAGES]
    return [["power", "", *each, power(sum(first.values()), sum(last.values())), "", ""]]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--files", nargs="+", type=Path, default=[], help="case files, in place of generated cases")
    for dimension, values in GROWING.items():
        parser.add_argument(f"--{dimension}", type=int, nargs="*", default=values)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1200.0, help="seconds after which a run is stopped")
    asked = parser.parse_args()
    print(machine())
    if asked.files:
        found = {file.name: measured(file, repeats=asked.repeats, limit=asked.limit) for file in asked.files}
        printed("file", found)
        return
    with folder() as place:
        for dimension in GROWING:
            found = {}
            for value in getattr(asked, dimension):
                case = generated_case(**{"sites": BASE_SITES, dimension: value})
                file = written_case(place / f"{dimension}-{value}.yaml", case)
                found[str(value)] = measured(file, repeats=asked.repeats, limit=asked.limit)
            if found:
                printed(dimension, found)


if __name__ == "__main__":
    main()
