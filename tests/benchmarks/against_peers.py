"""From a case file to the decisions at hand: the planner against the same case written in linopy and in Pyomo.

Every side starts from the same YAML file and ends with tables of its decisions by name; HiGHS solves all of them. The
peers read the file with PyYAML (`peers/data.py`), write the same rules and call HiGHS with its defaults; the planner
checks the file against its schema and calls HiGHS as it always does. Each run has a process of its own, and a round
runs the planner and its peers one after the other, so that a ratio compares neighbours in time. The optima must agree
to 1e-6, or the run fails.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.alone import Run, alone
from tests.benchmarks.cases import SIZES, folder, written
from tests.benchmarks.machine import machine
from tests.benchmarks.tables import figures, share, table

SIDES = "tests.benchmarks.sides"
SAME = 1e-6
"""Relative difference of two optima that is let pass."""
BUILDING = ("unroll", "build", "pass")
"""The planner's stages from a case that is read to a program that the solver holds."""
STAGES = ("read", *BUILDING, "solve", "tables")
"""Stages of the answer, in order; peers have no `unroll`, and pass their program inside `solve`."""


PEERS = ("linopy", "pyomo", "pulp")
"""Whom the planner is compared with; `pulp` is its own program through PuLP's HiGHS."""


def spent(run: Run, limit: float) -> float:
    """Seconds from file to answer, the imports left out; the limit for a run that was stopped."""
    if run.stopped:
        return limit
    return _seconds(run, STAGES)


def compared(file: Path, peers: Sequence[str], *, rounds: int, limit: float, algorithm: str) -> list[dict[str, Run]]:
    """Rounds of one run a side; a peer that was stopped once is not run again, and counts the same in each round.

    Raises RuntimeError where an optimum is not the planner's.
    """
    found: list[dict[str, Run]] = []
    for number in range(rounds):
        runs = {"planner": alone(f"{SIDES}:planner", limit=limit, file=str(file))}
        for peer in peers:
            if number and found[0][peer].stopped:
                runs[peer] = found[0][peer]
                continue
            how = {} if peer == "pulp" else {"algorithm": algorithm}
            runs[peer] = alone(f"{SIDES}:{peer}", limit=limit, file=str(file), **how)
            _refuse_other(runs, peer)
        found.append(runs)
    return found


def _refuse_other(runs: dict[str, Run], peer: str) -> None:
    if runs[peer].stopped or runs["planner"].stopped:
        return
    ours, theirs = runs["planner"].answer["optimum"], runs[peer].answer["optimum"]
    if abs(theirs - ours) > SAME * abs(ours):
        raise RuntimeError(f"planner finds {ours!r} million USD, {peer} {theirs!r}")


def printed(rounds: list[dict[str, Run]], limit: float) -> None:
    """Print one size: medians over rounds, and medians of the ratios within rounds."""
    ours = [each["planner"] for each in rounds]
    finished = [run for run in ours if not run.stopped]
    if finished:
        answer = finished[0].answer
        size = ", ".join(f"{answer[name]:,} {name}" for name in ("columns", "rows", "nonzeros"))
        print(f"\n{size}; optimum {answer['optimum']:,.3f} million USD\n")
    header = ["side", "answer s", "read", "build", "solve", "tables", "import", "peak MB", "time ratio", "memory ratio"]
    print(table(header, [_row(side, [each[side] for each in rounds], ours, limit) for side in rounds[0]]))
    if finished:
        building = median(_seconds(run, BUILDING) / _seconds(run, STAGES) for run in finished)
        optima = [run.answer["optimum"] for each in rounds for run in each.values() if not run.stopped]
        print(f"\nbuilding is {share(building).strip()} of the planner's answer", end="; ")
        apart = (max(optima) - min(optima)) / abs(max(optima))
        print(f"the optima lie within {apart:.0e} of each other", flush=True)


def _row(side: str, runs: Sequence[Run], ours: Sequence[Run], limit: float) -> list[str]:
    """What a side took; a stopped run counts as the limit, which makes a ratio to it an upper bound."""
    whole, peak = median(spent(run, limit) for run in runs), median(run.peak_mb for run in runs)
    finished = [run for run in runs if not run.stopped]
    over, under = ("", "") if len(finished) == len(runs) else (">", "<")
    parts = [
        figures(median(_seconds(run, stages) for run in finished)) if finished else ""
        for stages in (["read"], BUILDING, ["solve"], ["tables"], ["import"])
    ]
    cells = [side, over + figures(whole), *parts, f"{peak:.0f}"]
    if side == "planner" or any(run.stopped for run in ours):
        return [*cells, "", ""]
    pairs = list(zip(ours, runs, strict=True))
    time_ratio = median(spent(our, limit) / spent(their, limit) for our, their in pairs)
    memory_ratio = median(our.peak_mb / their.peak_mb for our, their in pairs)
    return [*cells, under + figures(time_ratio), under + figures(memory_ratio)]


def _seconds(run: Run, stages: Sequence[str]) -> float:
    return float(sum(run.answer["seconds"].get(stage, 0.0) for stage in stages))


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.against_peers", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="columns of the generated cases, about")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1200.0, help="seconds after which a run is stopped")
    parser.add_argument("--algorithm", default="choose", help="HiGHS's solver option for the peers; choose is its own")
    asked = parser.parse_args()
    print(machine())
    print("Seconds and MB are medians over rounds; a ratio is planner over peer, the median of those within a round.")
    with folder() as place:
        for columns in asked.sizes:
            file = written(place, columns)
            rounds = compared(file, asked.peers, rounds=asked.rounds, limit=asked.limit, algorithm=asked.algorithm)
            printed(rounds, asked.limit)


if __name__ == "__main__":
    main()
