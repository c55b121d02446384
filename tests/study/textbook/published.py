"""Problems of the literature as cases, with their published answers in EXPECTED.

Money is in million USD of the case for one unit of the book's money, but for the farmer, whose dollars are dollars.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from ...model.cases import Data
from .writing import MUSD, Weighed, demand_of, demand_reveal, load, problem, technology, unmet

PLANT_COSTS = (10.0, 7.0, 16.0, 6.0)
PLANT_RUNNING = ((40.0, 24.0, 4.0), (45.0, 27.0, 4.5), (32.0, 19.2, 3.2), (55.0, 33.0, 5.5))
LANDS_PEAK = {3.0: 0.3, 5.0: 0.4, 7.0: 0.3}
PGP2_DEMANDS: tuple[Mapping[float, float], ...] = (
    {0.5: 0.00005, 1.0: 0.00125, 2.5: 0.0215, 3.5: 0.2857, 5.0: 0.383, 6.5: 0.2857, 7.5: 0.0215, 9.0: 0.00125,
     9.5: 0.00005},
    {0.0: 0.0013, 1.5: 0.0215, 2.5: 0.2857, 4.0: 0.383, 5.5: 0.2857, 6.5: 0.0215, 8.0: 0.00125, 8.5: 0.00005},
    {0.0: 0.0013, 0.5: 0.0215, 1.5: 0.2857, 3.0: 0.383, 4.5: 0.2857, 5.5: 0.0215, 7.0: 0.00125, 7.5: 0.00005},
)  # fmt: skip

AIRCRAFT = {"A": 10.0, "B": 19.0, "C": 25.0, "D": 15.0}
ROUTES: Mapping[str, tuple[float, Mapping[float, float], Mapping[str, tuple[float, float]]]] = {
    "1": (13.0, {200: 0.2, 220: 0.05, 250: 0.35, 270: 0.2, 300: 0.2}, {"A": (18, 16), "D": (17, 9)}),
    "2": (13.0, {50: 0.3, 150: 0.7}, {"A": (21, 15), "B": (15, 10), "C": (10, 5), "D": (16, 11)}),
    "3": (7.0, {140: 0.1, 160: 0.2, 180: 0.4, 200: 0.2, 220: 0.1}, {"A": (18, 28), "B": (16, 14), "D": (17, 22)}),
    "4": (
        7.0,
        {10: 0.2, 50: 0.2, 80: 0.3, 100: 0.2, 340: 0.1},
        {"A": (16, 23), "B": (14, 15), "C": (9, 7), "D": (15, 17)},
    ),
    "5": (1.0, {580: 0.1, 600: 0.8, 620: 0.1}, {"A": (10, 81), "B": (9, 57), "C": (6, 29), "D": (10, 55)}),
}
"""By route: revenue lost per hundred passengers turned away, demand in hundreds with its probabilities, and by
aircraft the monthly cost and the hundreds it carries."""

FARM_YIELDS = {"wheat": 2.5, "corn": 3.0, "beets": 20.0}
FARM_FACTORS = {"below": (1 / 3, 0.8), "average": (1 / 3, 1.0), "above": (1 / 3, 1.2)}
FARM_ALL_SOLD = 801_000.0
"""USD that the farmer would earn on all that the case lets him sell: 1500 t of wheat at 170, 1800 of corn at 150,
6000 of beets at 36 and 6000 at 10. The case pays for what is not sold, so its cost is this less the profit."""


def _of_profit(profit: float) -> float:
    """Cost of the farmer's case, million USD, by the book's profit in USD."""
    return (FARM_ALL_SOLD - profit) / MUSD


EXPECTED: Mapping[str, Mapping[str, float]] = {
    # The optimum is published; the rest is by the second formulation, exact fractions of small denominators.
    "power plants": {
        "rp": 381 + 64 / 75,
        "ws": 380 + 1 / 6,
        "evpi": 1 + 103 / 150,
        "eev": 383 + 74 / 75,
        "vss": 2 + 2 / 15,
        "regret": 2 + 1 / 24,
    },
    # Published to six and seven digits.
    "power plants, 576 futures": {"rp": 447.324},
    "aircraft": {"rp": 1566.042},
    # All but the last two are published.
    "farmer": {
        "rp": _of_profit(108_390.0),
        "ws": _of_profit(115_405.0 + 5 / 9),
        "evpi": (7_015.0 + 5 / 9) / MUSD,
        "eev": _of_profit(107_240.0),
        "vss": 1_150.0 / MUSD,
        "regret": 7_511.857707509882 / MUSD,
        # Nothing sown: 200 t of wheat and 240 t of corn are bought, 98,000.
        "wait": (108_390.0 + 98_000.0) / MUSD,
    },
}
"""Answers by case, million USD: expected cost of the best plan, with the future known, with the orders that suit
average values, what knowing and what thinking of the futures is worth, the least largest regret, and what it would
cost to wait."""

FIRST: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "power plants": {
        "rp": {"plant 1": 8 / 3, "plant 2": 4.0, "plant 3": 10 / 3, "plant 4": 2.0},
        "average": {"plant 1": 5 / 6, "plant 2": 3.0, "plant 3": 25 / 6, "plant 4": 4.0},
    },
    "power plants, 576 futures": {"rp": {"plant 1": 1.5, "plant 2": 5.5, "plant 3": 5.0, "plant 4": 5.5}},
    "farmer": {
        "rp": {"wheat": 170.0, "corn": 80.0, "beets": 250.0},
        "average": {"wheat": 120.0, "corn": 80.0, "beets": 300.0},
    },
}
"""What is decided first: for least expected cost, and for average values."""

BY_SCENARIO: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "farmer": {
        "below": (_of_profit(48_820.0), _of_profit(59_950.0)),
        "average": (_of_profit(109_350.0), _of_profit(118_600.0)),
        "above": (_of_profit(167_000.0), _of_profit(167_666.0 + 2 / 3)),
    }
}
"""Cost of each scenario under the plan of least expected cost, and known from the start: all published."""

WEIGHED: Mapping[str, tuple[Weighed, ...]] = {
    "farmer": (
        # The conservative farmer of the book plans for the worst weather: 59,950, 86,600 and 113,250.
        Weighed(
            1.0, 0.9, _of_profit(59_950.0), {"wheat": 100.0, "corn": 25.0, "beets": 375.0},
            _of_profit(86_600.0), _of_profit(59_950.0),
        ),
    )
}  # fmt: skip
"""Plans that weigh their costly scenarios."""


def _plants(name: str, *, least: float, budget: float, uncertainty: Data, emergency: float | None = None) -> Data:
    before = {} if emergency is None else {"until": "2028-01-01"}

    def price(cost: float) -> Data:
        if emergency is None:
            return technology(cost * MUSD)
        channel = {"price_usd": {"step": {"2027-01-01": cost * MUSD, "2028-01-01": emergency * MUSD}}}
        return technology(0.0) | {"markets": {"Here": channel}}

    return problem(
        name,
        {f"plant {i + 1}": price(cost) for i, cost in enumerate(PLANT_COSTS)},
        {
            f"mode {j + 1}": load(
                demand,
                chips={
                    f"plant {i + 1}": {"running_usd_per_unit_year": PLANT_RUNNING[i][j] * MUSD}
                    for i in range(len(PLANT_COSTS))
                },
            )
            for j, demand in enumerate((5.0, 3.0, 2.0) if emergency is None else (5.0, 4.0, 3.0))
        },
        uncertainty,
        policy={
            "capacity_limits": {"least capacity": {"least": least, **before}},
            "budgets": {"budget": {"musd": budget, "window": "whole", **before}},
        },
    )


def power_plants() -> Data:
    """Investment in four kinds of power plant for three modes of demand, of which the first is uncertain.

    Louveaux and Smeers (1988), in Birge and Louveaux, Introduction to Stochastic Programming, section 1.3, and as
    LandS in the collections of test problems. At least 12 in all, for at most 120. The optimum is 381.853, with
    2.67, 4, 3.33 and 2 of the four plants.
    """
    return _plants(
        "power plants", least=12.0, budget=120.0, uncertainty={"peak": demand_reveal("mode 1", LANDS_PEAK.items())}
    )


def power_plants_of_576_futures() -> Data:
    """The same plants with all three demands uncertain, at least 15 for at most 220; more of a plant costs 1000 later.

    PGP2 of Higle and Sen, Stochastic Decomposition (1996): 9 x 8 x 8 futures, and an optimum of 447.324.
    """
    return _plants(
        "power plants, 576 futures",
        least=15.0,
        budget=220.0,
        emergency=1000.0,
        uncertainty={
            f"demand {j + 1}": demand_reveal(f"mode {j + 1}", demands.items()) for j, demands in enumerate(PGP2_DEMANDS)
        },
    )


def aircraft(*, together: bool = True) -> Data:
    """Four kinds of aircraft assigned to five routes before the passengers of the month are known.

    Ferguson and Dantzig (1956), in Dantzig, Linear Programming and Extensions (1963), chapter 28, and in the model
    library of GAMS, with an optimum of 1566.042. An aircraft on a route is a chip; the aircraft of a kind are a pool.

    The cost of each route depends on its own demand alone, so its expectation does on each demand's own distribution
    alone: 750 futures of independent routes, or, together, the few in which all demands rise side by side, share one
    optimum.
    """
    pairs = {
        f"{kind} on {route}": (kind, route, cost, carried)
        for route, (_, _, kinds) in ROUTES.items()
        for kind, (cost, carried) in kinds.items()
    }
    reveals = {
        f"route {route}": demand_reveal(f"route {route}", demand.items()) for route, (_, demand, _) in ROUTES.items()
    }
    return problem(
        "aircraft",
        {name: technology(cost * MUSD) | {"pools": {kind: 1.0}} for name, (kind, _, cost, _) in pairs.items()},
        {
            f"route {route}": load(
                sum(amount * probability for amount, probability in demand.items()),
                chips={
                    name: {"efficiency": float(carried)} for name, (_, at, _, carried) in pairs.items() if at == route
                },
                shortfall=unmet(lost * MUSD),
            )
            for route, (lost, demand, _) in ROUTES.items()
        },
        {"demand": _side_by_side()} if together else reveals,
        pools={kind: {"unit": "aircraft", "capacity_per_year": count} for kind, count in AIRCRAFT.items()},
    )


def _side_by_side() -> Data:
    """One reveal in which the demands of all routes rise together, each with its own distribution."""
    steps = {
        route: list(zip(accumulate(demand.values()), demand, strict=True)) for route, (_, demand, _) in ROUTES.items()
    }
    ends = sorted({round(end, 9) for each in steps.values() for end, _ in each})
    outcomes = {}
    for low, high in zip([0.0, *ends], ends, strict=False):
        middle = (low + high) / 2
        drawn = {route: next(amount for end, amount in each if middle < end) for route, each in steps.items()}
        outcomes[f"up to {high:g}"] = {
            "probability": high - low,
            "changes": [demand_of(f"route {route}", float(amount)) for route, amount in drawn.items()],
        }
    return {"date": "2028-01-01", "outcomes": outcomes}


def farmer() -> Data:
    """A farmer divides 500 acres among wheat, corn and sugar beets before the weather is known.

    Birge and Louveaux, section 1.1. Yields are 20 % below, at or above their average. Cattle need 200 t of wheat
    and 240 t of corn, bought at 238 and 210 USD a tonne where missing; wheat sells at 170, corn at 150, beets at 36 up
    to a quota of 6000 t and at 10 beyond. A crop is a chip sown by the acre, land a pool, a tonne a PFLOP/s; a
    market is a workload, and what it does not get is a sale that is missed. Sown: 170, 80 and 250 acres, for an
    expected profit of 108,390; 115,406 with the weather known, 107,240 as sown for average yields (120, 80, 300).
    """
    sown = {"wheat": 150.0, "corn": 230.0, "beets": 260.0}
    markets = {
        "wheat for cattle": ("wheat", 200.0, 238.0),
        "wheat sold": ("wheat", 1500.0, 170.0),
        "corn for cattle": ("corn", 240.0, 210.0),
        "corn sold": ("corn", 1800.0, 150.0),
        "beets in the quota": ("beets", 6000.0, 36.0),
        "beets beyond": ("beets", 6000.0, 10.0),
    }
    return problem(
        "farmer",
        {crop: technology(cost) | {"pools": {"land": 1.0}} for crop, cost in sown.items()},
        {
            name: load(tonnes, chips={crop: {"efficiency": FARM_YIELDS[crop]}}, shortfall=unmet(price))
            for name, (crop, tonnes, price) in markets.items()
        },
        {
            "weather": {
                "date": "2028-01-01",
                "outcomes": {
                    name: {
                        "probability": probability,
                        "changes": [{"table": "workloads", "field": "chips.*.efficiency", "scale": factor}],
                    }
                    for name, (probability, factor) in FARM_FACTORS.items()
                },
            }
        },
        pools={"land": {"unit": "acres", "capacity_per_year": 500.0}},
    )
