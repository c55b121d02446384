"""The neutral case, and short ways to change it, solve it and read the plan.

One chip A makes 1 PFLOP/s, draws 1 MW and costs 1 million USD, so that answers can be worked out in the head.
The case asks for 10 PFLOP/s in each of some years; every other feature is off: 10 chips, 10 million USD.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from planner.certificate import certify
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.solution import Solution
from planner.solving import solve

Data = dict[str, Any]

CERTIFIED = [True]
"""Whether plans are certified; the mutation test looks at the numbers alone."""


def neutral(changes: Mapping[str, Any] | None = None, /, *, periods: int = 1, frequency: str = "year") -> Data:
    """The neutral case with some fields changed; a field's path is written with slashes. Halls come in any amount."""
    settings = {"name": "neutral", "start": "2027-01-01", "frequency": frequency, "periods": periods}
    case: Data = {
        "settings": settings | {"whole_phases": False},
        "markets": {"US": {}},
        "regions": {"Grid": {"market": "US"}},
        "sites": {"Site": {"region": "Grid", "max_it_mw": 100.0, "existing_it_mw": 100.0}},
        "chips": {"A": chip()},
        "workloads": {"work": {"demand_pflops": 10.0, "precision": "bf16"}},
    }
    return changed(case, changes or {})


def on_grid(grid: str, changes: Mapping[str, Any] | None = None, /) -> Data:
    """The neutral case with periods of several lengths, such as 3 months, 2 quarters."""
    lengths: Data = {"settings/grid": grid, "settings/frequency": None, "settings/periods": None}
    return neutral(lengths | dict(changes or {}))


def changed(case: Data, changes: Mapping[str, Any]) -> Data:
    """A copy of a case with some fields set; tables are made on the way."""
    case = deepcopy(case)
    for path, value in changes.items():
        *tables, name = path.split("/")
        at = case
        for table in tables:
            at = at.setdefault(table, {})
        at[name] = value
    return case


def chip(price: Any = 1e6, *markets: str, **fields: Any) -> Data:
    """A chip like A, offered at a price in USD."""
    offered = {market: {"price_usd": price} for market in markets or ("US",)}
    return {"peak_pflops": {"bf16": 1.0}, "it_kw": 1000.0, "markets": offered} | fields


def greenfield(capex: Any = 0.0, months: Any = 0.0, /, *, size: float = 100.0, **fields: Any) -> Data:
    """A new site of a size in MW with one way to build, its cost in million USD per MW and its months."""
    option = {"build_months": months, "capex_musd_per_mw": capex}
    return {"region": "Grid", "max_it_mw": size, "build_options": {"halls": option}} | fields


def by_year(*values: float) -> Data:
    """A profile with a value for 2027, 2028, and so on, level after the last."""
    return {"step": {f"{2027 + year}-01-01": value for year, value in enumerate(values)}}


def rent(musd: Any) -> Data:
    """Demand may go unmet at a price in million USD per PFLOP/s and year."""
    return {"usd_per_pflops_year": musd * 1e6 if isinstance(musd, float | int) else musd}


def plan_of(case: Case, options: Options | None = None) -> Solution:
    """The plan of a case, checked again by the independent checker."""
    solution = solve(case, options)
    if CERTIFIED[0]:
        failed = [
            f"{check.id} {check.where}: off by {check.worst:g} {check.unit}"
            for check in certify(case, solution).checks
            if not check.ok
        ]
        assert not failed, failed
        assert solution["ledger"]["present_musd"].sum() == pytest.approx(solution.objective_musd, rel=1e-9, abs=1e-9)
    return solution


def solved(case: Data) -> Solution:
    """The plan of a case as typed, checked again by the independent checker."""
    return plan_of(parse_case(case))


def cost(case: Data) -> float:
    """Present cost of a case's plan, million USD."""
    return solved(case).objective_musd


def near(value: float) -> Any:
    """A number worked out by hand."""
    return pytest.approx(value, rel=1e-6, abs=1e-7)


def amounts(solution: Solution, table: str, column: str, **where: str) -> list[float]:
    """A column by period, summed over the rows that are asked for."""
    data = solution[table]
    for name, value in where.items():
        data = data[data[name] == value]
    sums = data.groupby("node")[column].sum()
    return [float(sums.get(node, 0.0)) for node in solution["nodes"]["node"]]


def account(solution: Solution, name: str) -> list[float]:
    """An account by period, million USD, not discounted."""
    return amounts(solution, "ledger", "musd", account=name)


def ordered(solution: Solution, name: str = "A") -> list[float]:
    """Orders of a chip by period."""
    return amounts(solution, "orders", "ordered", chip=name)


def running(solution: Solution, name: str = "A") -> list[float]:
    """Fleet of a chip by period."""
    return amounts(solution, "fleet", "fleet", chip=name)
