"""With every other feature off the model is the classic problem that it contains, to the last digit that matters.

The answers come from enumeration written here, which knows nothing of linear programs.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from random import Random

import pytest

from planner.lp import Options
from planner.schema import parse_case

from .cases import Data, amounts, by_year, changed, chip, greenfield, near, neutral, plan_of, rent, solved

Costs = tuple[tuple[int, ...], ...]
"""Cost of serving one unit, by facility and customer."""


def network(sites: dict[str, Data], demands: tuple[int, ...], costs: Costs) -> Data:
    """Free chips of 1 MW in sites, each in a region of its own, serving customers at a cost per unit."""
    return neutral(
        {
            "regions": {name: {"market": "US"} for name in sites},
            "sites": {name: site | {"region": name} for name, site in sites.items()},
            "chips/A": chip(0.0),
            "workloads": {
                f"customer {j}": {
                    "demand_pflops": float(demand),
                    "precision": "bf16",
                    "regions": {
                        name: {"network_usd_per_pflops_year": costs[i][j] * 1e6} for i, name in enumerate(sites)
                    },
                }
                for j, demand in enumerate(demands)
            },
        }
    )


def optimum(case: Data) -> float:
    """Cost of a plan that is proven to the last digit."""
    return plan_of(parse_case(case), Options(gap=1e-9)).objective_musd


def transport(capacity: tuple[int, ...], demands: tuple[int, ...], costs: Costs) -> float:
    """Least cost of serving whole demands from whole capacities, by trying every split, customer by customer."""

    @cache
    def serve(left: tuple[int, ...], customer: int) -> float:
        if customer == len(demands):
            return 0.0
        best = float("inf")
        for split in product(*(range(min(room, demands[customer]) + 1) for room in left)):
            if sum(split) == demands[customer]:
                paid = sum(units * costs[i][customer] for i, units in enumerate(split))
                rest = serve(tuple(room - units for room, units in zip(left, split, strict=True)), customer + 1)
                best = min(best, paid + rest)
        return best

    return serve(capacity, 0)


def test_a_transport_problem() -> None:
    """Plants of 20 and 30, customers of 10, 25 and 15, at 8, 6, 10 and 9, 12, 13 a unit.

    Worked by hand: the first serves 20 of the second customer, 120; the second the rest, 90 + 60 + 195: 465.
    """
    costs = ((8, 6, 10), (9, 12, 13))
    sites = {
        name: {"max_it_mw": float(size), "existing_it_mw": float(size)} for name, size in (("north", 20), ("south", 30))
    }
    answer = transport((20, 30), (10, 25, 15), costs)
    assert answer == 465
    assert optimum(network(sites, (10, 25, 15), costs)) == near(answer)


@pytest.mark.parametrize("seed", range(6))
def test_capacitated_facility_location(seed: int) -> None:
    """Opening costs, whole capacities and costs of serving: every choice of openings is tried."""
    random = Random(seed)
    demands = tuple(random.randint(1, 5) for _ in range(3))
    capacity = tuple(random.randint(3, 9) for _ in range(4))
    fixed = tuple(random.randint(2, 30) for _ in range(4))
    costs = tuple(tuple(random.randint(0, 9) for _ in demands) for _ in capacity)
    best = min(
        sum(map(lambda cost, yes: cost * yes, fixed, chosen))
        + transport(tuple(map(lambda size, yes: size * yes, capacity, chosen)), demands, costs)
        for chosen in product((0, 1), repeat=len(capacity))
        if sum(map(lambda size, yes: size * yes, capacity, chosen)) >= sum(demands)
    )
    sites = {
        f"site {i}": greenfield(size=float(capacity[i]), opening_musd=float(fixed[i]), whole_phases=True)
        for i in range(len(capacity))
    }
    assert optimum(network(sites, demands, costs)) == near(best)


@pytest.mark.parametrize("seed", range(4))
def test_uncapacitated_fixed_charge_location(seed: int) -> None:
    """Without capacities every customer is served by the nearest site that is open."""
    random = Random(100 + seed)
    customers, places = range(5), range(5)
    demands = tuple(random.randint(1, 9) for _ in customers)
    fixed = tuple(random.randint(5, 60) for _ in places)
    costs = tuple(tuple(random.randint(1, 20) for _ in customers) for _ in places)
    best = min(
        sum(fixed[i] for i in chosen) + sum(demands[j] * min(costs[i][j] for i in chosen) for j in customers)
        for count in range(1, len(places) + 1)
        for chosen in combinations(places, count)
    )
    sites = {
        f"site {i}": greenfield(size=float(sum(demands)), opening_musd=float(fixed[i]), whole_phases=True)
        for i in places
    }
    assert optimum(network(sites, demands, costs)) == near(best)


@pytest.mark.parametrize("phase", [3, 4])
def test_whole_phases_against_enumeration(phase: int) -> None:
    """Two sites in phases, at 5 and 7 a phase, 1 and 0 a unit served and 4 for opening, for a demand of 10."""
    room = 12 // phase
    best = min(
        4 * (a > 0) + 4 * (b > 0) + 5 * a + 7 * b + min(x for x in range(11) if x <= a * phase and 10 - x <= b * phase)
        for a, b in product(range(room + 1), repeat=2)
        if (a + b) * phase >= 10
    )
    sites = {
        name: greenfield(size=12.0, opening_musd=4.0, whole_phases=True)
        | {"build_options": {"halls": {"phase_mw": float(phase), "capex_musd_per_mw": price / phase}}}
        for name, price in (("north", 5.0), ("south", 7.0))
    }
    assert optimum(network(sites, (10,), ((1,), (0,)))) == near(best)


@pytest.mark.parametrize("seed", range(4))
def test_capacity_expansion_with_set_up_costs(seed: int) -> None:
    """Each year may expand at a set-up cost and a cost per MW; capacity stays: every choice of years is tried.

    An expansion of a year is a site on which construction starts in that year alone.
    """
    random = Random(200 + seed)
    years = range(5)
    growth = [random.randint(0, 6) for _ in years]
    growth[0] = 3
    set_up = [float(random.randint(1, 25)) for _ in years]
    per_mw = [float(random.randint(1, 6)) for _ in years]
    worth = [1.21 ** -(t + 0.5) for t in years]

    def paid(chosen: tuple[int, ...]) -> float:
        bought = sum(growth[t] * min(per_mw[k] * worth[k] for k in chosen if k <= t) for t in years)
        return sum(set_up[k] * worth[k] for k in chosen) + bought

    best = min(paid((0, *chosen)) for count in range(len(years)) for chosen in combinations(list(years)[1:], count))
    demand = [float(sum(growth[: t + 1])) for t in years]
    case = neutral(
        {
            "sites": {
                f"year {t}": greenfield(
                    per_mw[t],
                    opening_musd=set_up[t],
                    whole_phases=True,
                    earliest_start=f"{2027 + t}-01-01",
                    latest_start=f"{2027 + t}-01-01",
                )
                for t in years
            },
            "chips/A": chip(0.0),
            "workloads/work/demand_pflops": by_year(*demand),
            "settings/discount_rate": 0.21,
        },
        periods=len(years),
    )
    assert optimum(case) == near(best)


@pytest.mark.parametrize("seed", range(4))
def test_two_stage_capacity_with_running_costs_and_unserved_demand(seed: int) -> None:
    """Two kinds of capacity bought once and run, the cheaper to run first, over years of demand, the rest unserved.

    Every pair of whole capacities is tried.
    """
    random = Random(300 + seed)
    demand = [random.randint(1, 12) for _ in range(4)]
    price = {"A": random.randint(1, 4), "B": random.randint(5, 12)}
    run = {"A": random.randint(3, 6), "B": random.randint(0, 2)}
    unserved = random.randint(7, 9)

    def paid(a: int, b: int) -> float:
        total = float(a * price["A"] + b * price["B"])
        for wanted in demand:
            by_b = min(b, wanted)
            by_a = min(a, wanted - by_b)
            total += by_b * run["B"] + by_a * run["A"] + (wanted - by_a - by_b) * unserved
        return total

    best = min(paid(a, b) for a, b in product(range(max(demand) + 1), repeat=2))
    case = neutral(
        {
            "chips": {name: chip(price[name] * 1e6) for name in price},
            "workloads/work/demand_pflops": by_year(*map(float, demand)),
            "workloads/work/chips": {name: {"running_usd_per_unit_year": run[name] * 1e6} for name in price},
            "workloads/work/shortfall": rent(unserved),
        },
        periods=len(demand),
    )
    plan = solved(case)
    assert plan.objective_musd == near(best)


def test_unserved_demand_at_a_price_is_a_cut_off() -> None:
    """Customers at 1, 4 and 9 a unit with 5 for what is not served: the third is not: 10 + 40 + 50."""
    case = network({"hub": {"max_it_mw": 30.0, "existing_it_mw": 30.0}}, (10, 10, 10), ((1, 4, 9),))
    case = changed(case, {f"workloads/customer {j}/shortfall": rent(5) for j in range(3)})
    plan = solved(case)
    assert plan.objective_musd == near(100)
    assert amounts(plan, "service", "shortfall", workload="customer 2") == near([10])
