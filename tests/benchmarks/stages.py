"""A run of the planner from case file to workbook, stage by stage."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.alone import Stages

STAGES = {
    "read": "file to case",
    "unroll": "case to instance",
    "build": "instance to PuLP's variables, rows and objective",
    "pass": "PuLP to arrays to HiGHS",
    "solve": "HiGHS",
    "tables": "answer to tables",
    "verify": "weightiest prices solved again from both sides",
    "certify": "every rule recomputed from the inputs",
    "write": "workbook and result folder",
}
"""Stages in order, and what each does."""


def measured(file: str) -> dict[str, Any]:
    """Seconds by stage, size of the program and memory, to be called in a fresh process.

    Raises RuntimeError where the certificate does not hold.
    """
    from planner.app.dossier import dossier_of
    from planner.app.report_options import Looks
    from planner.certificate import certify
    from planner.files import read_with_origins
    from planner.lp import Options
    from planner.results import Result, save
    from planner.solving import Timing, session

    stages, timing, imported = Stages(), Timing(), peak_kb()
    with stages.stage("read"):
        case, _ = read_with_origins(Path(file))
    with session(case, Options(), timing=timing) as s:
        solution = s.solve()
        inside = {("tables" if name == "read" else name): spent for name, spent in timing.seconds.items()}
        with stages.stage("verify"):
            solution = s.verify_prices(solution)
    with stages.stage("certify"):
        certificate = certify(case, solution)
    if not certificate.ok:
        raise RuntimeError(f"the plan of {file} does not hold")
    record = {
        "planner": "benchmark",
        "run": "benchmark",
        "inputs": [{"file": Path(file).name, "sha256": "0" * 64}],
        "overlays": [],
        "options": {},
    }
    with stages.stage("write"), tempfile.TemporaryDirectory() as folder:
        result = Result(case, solution, certificate, record)
        Looks().write(Path(folder) / "report.xlsx", dossier_of(result))
        save(result, Path(folder) / "report")
    size = {name: solution.solver[name] for name in ("columns", "rows", "nonzeros")}
    spent = {**stages, **inside}
    return {"seconds": {name: spent[name] for name in STAGES}, "kb": peak_kb() - imported, "imported": imported, **size}


def peak_kb() -> float:
    """Most memory that this process has held, kB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else float(peak)
