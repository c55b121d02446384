"""Location in whole sites: a hundred sites for a hundred customers, without capacities and with, to proven optimality.

Kinds: costs of serving drawn at random with openings that cost as much as ten customers or five (as Bilde and Krarup
drew them, hard for what is bounded in parts), and places on a square with sizes that add up to five times the demand
(as Cornuejols, Sridharan and Thizy drew them). Each is solved with the rows that hold what serves to what is acquired
and, where asked, without; seconds are of the processor, as threads are one.
"""

from __future__ import annotations

import argparse
import time
from math import hypot
from random import Random
from typing import Any

from tests.benchmarks.alone import alone
from tests.benchmarks.machine import machine
from tests.benchmarks.tables import figures, table

MODULE = "tests.benchmarks.location"
KINDS = {
    "no capacities, 10 an opening": ("random", 10.0),
    "no capacities, 5 an opening": ("random", 5.0),
    "capacities of five times the demand": ("square", 0.0),
}


def location_case(kind: str, *, sites: int = 100, customers: int = 100, seed: int = 1) -> dict[str, Any]:
    """Sites, each in a region of its own, for customers who are served at a cost per PFLOP/s from each."""
    random, (drawn, opening) = Random(seed), KINDS[kind]
    if drawn == "random":
        costs = [[random.randint(0, 1000) / 1000 for _ in range(customers)] for _ in range(sites)]
        demand, size, price = [1] * customers, [float(customers)] * sites, [opening] * sites
    else:
        here, there = ([(random.random(), random.random()) for _ in range(count)] for count in (sites, customers))
        costs = [[round(10 * hypot(a - c, b - d), 3) for c, d in there] for a, b in here]
        demand = [random.randint(5, 35) for _ in range(customers)]
        drawn_sizes = [random.randint(10, 160) for _ in range(sites)]
        size = [float(round(5 * sum(demand) * each / sum(drawn_sizes))) for each in drawn_sizes]
        price = [round(random.uniform(0, 90) + random.uniform(100, 110) * each**0.5, 3) for each in size]
    names = [f"Site {at:03d}" for at in range(sites)]
    return {
        "settings": {"name": kind, "start": "2027-01-01", "frequency": "year", "periods": 1, "whole_phases": True},
        "markets": {"Home": {}},
        "regions": {name: {"market": "Home"} for name in names},
        "sites": {
            name: {"region": name, "max_it_mw": size[at], "opening_musd": price[at], "build_options": {"halls": {}}}
            for at, name in enumerate(names)
        },
        "chips": {"Unit": {"peak_pflops": {"any": 1}, "it_kw": 1000, "markets": {"Home": {"price_usd": 0}}}},
        "workloads": {
            f"Customer {who:03d}": {
                "demand_pflops": demand[who],
                "precision": "any",
                "regions": {
                    name: {"network_usd_per_pflops_year": costs[at][who] * 1e6} for at, name in enumerate(names)
                },
            }
            for who in range(customers)
        },
    }


def solved(kind: str, size: int, seed: int, rule: bool, stop: float) -> dict[str, Any]:
    """Solve one case to a gap of a millionth; in a fresh process."""
    import planner.model
    from planner.lp import Options
    from planner.model.location import served_where_open
    from planner.schema import parse_case
    from planner.solving import solve

    if not rule:
        planner.model.RULES = tuple(each for each in planner.model.RULES if each.rows is not served_where_open)
    case = parse_case(location_case(kind, sites=size, customers=size, seed=seed))
    began, spent = time.perf_counter(), time.process_time()
    plan = solve(case, Options(gap=1e-6, time_limit=stop))
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - spent,
        "status": plan.status.value,
        "cost": plan.objective_musd,
        "bound": plan.bound_musd,
    }


def main() -> None:
    """Print what each kind takes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=100, help="sites, and customers")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--without", action="store_true", help="without the rows too")
    options.add_argument("--limit", type=float, default=150.0, help="seconds for one")
    asked = options.parse_args()
    print(machine(), end="\n\n")
    lines = []
    for kind in KINDS:
        for seed in range(1, asked.seeds + 1):
            for rule in (True, False) if asked.without else (True,):
                run = alone(
                    f"{MODULE}:solved", limit=asked.limit + 60, kind=kind, size=asked.size, seed=seed, rule=rule,
                    stop=asked.limit,
                ).answer  # fmt: skip
                cells = [f"{kind}, {seed}", "with" if rule else "without"]
                if run:
                    cells += [figures(run["seconds"]), figures(run["processor"]), run["status"]]
                    cells += [f"{run['cost']:.3f}", f"{run['bound']:.3f}"]
                else:
                    cells += [""] * 5
                lines.append(cells)
    print(table(["case", "the rows", "seconds", "processor", "status", "cost", "bound"], lines))


if __name__ == "__main__":
    main()
