"""Short ways to write a textbook problem as a case, and to read, hold and average its plans.

A technology is a chip that is ordered in 2027, before the future is known, and serves from 2028 on; a load is a
workload without demand in 2027. One roomy site, no discounting, no attrition: what is left is the textbook's problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from planner.certificate import certify
from planner.schema import parse_case
from planner.schema.scenarios import scenarios
from planner.solution import Solution
from planner.solving import session, solve
from planner.solving.objectives import OBJECTIVES

from ...model.cases import Data

MUSD = 1e6
"""USD in a million."""


@dataclass(frozen=True)
class Weighed:
    """What is best when costly scenarios weigh more."""

    weight: float
    """Weight of the mean of the worst scenarios, goals.risk_weight."""
    level: float
    """Its confidence level, goals.risk_level."""
    criterion: float
    """Weighed sum of expected cost and mean of the worst scenarios, million USD."""
    here: Mapping[str, float]
    """Orders before anything is known, by chip."""
    expected: float
    """Expected cost of that plan, million USD."""
    worst: float
    """Mean of its worst scenarios, million USD."""


def technology(price: float | Data, /, *, until: str = "2028-01-01", **channel: Any) -> Data:
    """A chip of 1 PFLOP/s, sold at a price in USD, or a profile of it, until the future is known."""
    return {
        "peak_pflops": {"any": 1.0},
        "it_kw": 1.0,
        "markets": {"Here": {"price_usd": price, "available_until": until, **channel}},
    }


def load(demand: float, /, **fields: Any) -> Data:
    """A workload that begins in 2028."""
    return {"demand_pflops": {"step": {"2027-01-01": 0.0, "2028-01-01": demand}}, "precision": "any", **fields}


def unmet(price: float) -> Data:
    """Demand may go unmet at a price in USD a unit and year."""
    return {"usd_per_pflops_year": price}


def demand_of(workload: str, amount: float) -> Data:
    """A change: the demand of a workload turns out to be an amount."""
    return {"table": "workloads", "rows": [workload], "field": "demand_pflops", "set": amount}


def demand_reveal(workload: str, outcomes: Iterable[tuple[float, float]], date: str = "2028-01-01") -> Data:
    """A reveal of a workload's demand: amounts with their probabilities."""
    return {
        "date": date,
        "outcomes": {
            f"{workload} {amount:g}": {"probability": probability, "changes": [demand_of(workload, amount)]}
            for amount, probability in outcomes
        },
    }


def problem(name: str, chips: Data, workloads: Data, uncertainty: Data, *, years: int = 2, **tables: Any) -> Data:
    """A case of some years from 2027 in one place with room for everything."""
    return {
        "settings": {"name": name, "start": "2027-01-01", "frequency": "year", "periods": years},
        "markets": {"Here": {}},
        "regions": {"Grid": {"market": "Here"}},
        "sites": {"Site": {"region": "Grid", "max_it_mw": 1000.0, "existing_it_mw": 1000.0}},
        "chips": chips,
        "workloads": workloads,
        "uncertainty": uncertainty,
        **tables,
    }


def aiming(case: Data, **goals: Any) -> Data:
    """The case with goals."""
    return case | {"goals": goals}


def best(case: Data) -> Solution:
    """The best plan of a case by its own objective, checked again by the independent checker."""
    typed = parse_case(case)
    with session(typed) as s:
        solution = OBJECTIVES[typed.goals.objective](s)
    failed = [f"{check.id}: off by {check.worst:g}" for check in certify(typed, solution).checks if not check.ok]
    assert not failed, failed
    return solution


def known(case: Data) -> dict[str, tuple[float, float]]:
    """Probability and least cost of each scenario when it is known from the start."""
    found = {}
    for scenario in scenarios(parse_case(case)):
        solution = solve(scenario.case.model_copy(update={"uncertainty": {}}))
        found[scenario.name] = (scenario.probability, solution.objective_musd)
    return found


def held(case: Data, orders: Mapping[str, float], *, at_work: str | None = "2027-01-01") -> Data:
    """The case with the orders of 2027 decided: no more than these for sale, and no fewer at work from a date on."""
    case = deepcopy(case)
    limits = case.setdefault("policy", {}).setdefault("capacity_limits", {})
    for name, chip in case["chips"].items():
        units = orders.get(name, 0.0)
        chip["markets"]["Here"]["supply_per_year"] = {"step": {"2027-01-01": units, "2028-01-01": 1e6}}
        if at_work is not None:
            limits[f"{name} as decided"] = {"chips": [name], "least": units, "since": at_work}
    return case


def here(solution: Solution) -> dict[str, float]:
    """Orders of the first node by chip, those of none left out."""
    orders = solution["orders"]
    first = orders[orders["node"] == solution["nodes"]["node"].iloc[0]]
    return {
        str(chip): float(units) for chip, units in zip(first["chip"], first["ordered"], strict=True) if units > 1e-6
    }


def cost_by_scenario(solution: Solution) -> dict[str, float]:
    """Present cost of each scenario, million USD, by adding up the ledger along its path."""
    ledger, nodes, paths = solution["ledger"], solution["nodes"], solution["paths"]
    worth = dict(zip(nodes["node"], nodes["discount"], strict=True))
    spent: dict[str, float] = {}
    for node, musd in zip(ledger["node"], ledger["musd"], strict=True):
        spent[node] = spent.get(node, 0.0) + musd * worth[node]
    costs: dict[str, float] = {}
    for scenario, node in zip(paths["scenario"], paths["node"], strict=True):
        costs[scenario] = costs.get(scenario, 0.0) + spent.get(node, 0.0)
    return costs
