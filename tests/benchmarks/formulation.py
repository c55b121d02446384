"""What the formulation saves: decisions that cannot happen, alike sites in order, the continuous plan as a start.

Each way of writing is measured with and without, in a process of its own; the optimum must be the same.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.alone import alone
from tests.benchmarks.machine import machine
from tests.benchmarks.tables import figures, table

MODULE = "tests.benchmarks.formulation"
FILES = (Path("inputs/2026.yaml"), Path("inputs/2026-risk.yaml"))
PHASES = Path("inputs/2026-phases.yaml")
ALIKE = (4, 6, 8, 10)
"""Alike sites in a case of whole phases."""
FAMILIES = {
    "order": ("chips", "markets"),
    "start": ("sites", "build options"),
    "apply": ("sites",),
    "fleet": ("chips", "sites"),
    "serve": ("chips", "regions", "workloads"),
}
"""Decisions with the sets that they would be written over if none were left out, periods and scenarios besides."""


def counted(file: str) -> dict[str, Any]:
    """Decisions that are written, and how many there would be over the whole of their sets."""
    from planner.files import read_with_origins
    from planner.instance import unroll
    from planner.model import build

    case, _ = read_with_origins(Path(file))
    instance = unroll(case)
    model, _ = build(instance)
    sizes = {
        "chips": len(case.chips),
        "markets": len(case.markets),
        "sites": len(case.sites),
        "regions": len(case.regions),
        "workloads": len(case.workloads),
        "build options": len({option for site in case.sites.values() for option in site.build_options}),
    }
    found = {}
    for family, sets in FAMILIES.items():
        whole = len(instance.tree.nodes)
        for name in sets:
            whole *= sizes[name]
        found[family] = [len(getattr(model, family)), whole]
    return found


def alike_case(sites: int) -> dict[str, Any]:
    """Two ways to build at each of some sites that nothing tells apart, opened as yes or no, over eight quarters."""
    site = {
        "region": "R", "max_it_mw": 60, "pue": 1.2, "opening_musd": 20, "grid_connection_months": 6,
        "grid_connection_musd_per_mw": 0.3,
        "build_options": {
            "slow": {"build_months": 9, "capex_musd_per_mw": 8, "phase_mw": 17, "life_years": 20},
            "fast": {"build_months": 3, "capex_musd_per_mw": 10, "phase_mw": 13, "life_years": 20},
        },
    }  # fmt: skip
    return {
        "settings": {
            "name": "alike", "start": "2027-01-01", "frequency": "quarter", "periods": 8, "discount_rate": 0.08,
            "whole_phases": True,
        },
        "markets": {"M": {}},
        "regions": {
            "R": {"market": "M", "headroom_mw": {"base": 60, "growth_per_year": 0.3}, "tariff_usd_per_mwh": 60}
        },
        "sites": {f"site {number:02d}": site for number in range(sites)},
        "chips": {
            "C": {
                "peak_pflops": {"x": 1}, "it_kw": 1, "residual_life_years": 5,
                "markets": {"M": {"price_usd": 20000, "lead_months": 3}},
            }
        },
        "workloads": {
            "W": {
                "demand_pflops": {"linear": {"2027-01-01": 9000, "2029-01-01": 135000}}, "precision": "x",
                "shortfall": {"usd_per_pflops_year": 25000},
            }
        },
    }  # fmt: skip


def alike(sites: int, ordered: bool) -> dict[str, Any]:
    """Solve a case of alike sites, in order or not."""
    from planner import model
    from planner.model.sites import alike_sites
    from planner.schema import parse_case

    if not ordered:
        model.RULES = tuple(rule for rule in model.RULES if rule.rows is not alike_sites)
    return _solved(parse_case(alike_case(sites)))


def phases(file: str, started: bool) -> dict[str, Any]:
    """Solve a case of whole phases within half a percent, from the rounded continuous plan or from nothing."""
    from planner.files import read_with_origins
    from planner.solving.solver_program import SolverProgram

    if not started:
        SolverProgram._start_from_rounded = lambda self: None  # type: ignore[method-assign]
    return _solved(read_with_origins(Path(file))[0], gap=0.005)


def _solved(case: Any, gap: float = 1e-3) -> dict[str, Any]:
    from planner.lp import Options
    from planner.solving import session

    with session(case, Options(gap=gap)) as s:
        began = time.perf_counter()
        plan = s.solve()
        return {"seconds": time.perf_counter() - began, "optimum": plan.objective_musd, "gap": plan.gap}


def compared(what: str, function: str, limit: float, **arguments: Any) -> list[str]:
    """A row of with, without and their ratio."""
    (name,) = [key for key, value in arguments.items() if value is None]
    runs = [alone(f"{MODULE}:{function}", limit=limit, **(arguments | {name: way})) for way in (True, False)]
    spent = [limit if run.stopped else run.answer["seconds"] for run in runs]
    found = [run.answer["optimum"] for run in runs if not run.stopped]
    gaps = [run.answer["gap"] for run in runs if not run.stopped]
    if found and max(found) - min(found) > sum(gaps) * abs(max(found)) + 1e-6 * abs(max(found)):
        raise RuntimeError(f"{what}: the optima differ by more than their gaps: {found}")
    told = [
        f"> {figures(seconds)}" if run.stopped else figures(seconds) for run, seconds in zip(runs, spent, strict=True)
    ]
    return [what, *told, figures(spent[0] / spent[1])]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.formulation", description=__doc__)
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a run is stopped")
    asked = parser.parse_args()
    print(machine())
    rows = []
    for file in FILES:
        found = alone(f"{MODULE}:counted", limit=600.0, file=str(file)).answer
        written, whole = (sum(pair[place] for pair in found.values()) for place in (0, 1))
        cells = [f"{mine:,} of {all_of_them:,}" for mine, all_of_them in found.values()]
        rows.append([file.stem, *cells, f"{1 - written / whole:.0%}"])
    print()
    print(table(["decisions written", *FAMILIES, "left out"], rows))
    rows = [
        compared(f"{number} alike sites in order", "alike", asked.limit, sites=number, ordered=None) for number in ALIKE
    ]
    started = f"{PHASES.stem} from the best of its rounded plans"
    rows.append(compared(started, "phases", asked.limit, file=str(PHASES), started=None))
    print()
    print(table(["solve s", "with", "without", "with over without"], rows))


if __name__ == "__main__":
    main()
