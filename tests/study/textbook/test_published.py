"""Published problems give their published answers, and the second formulation's where none are published."""

from __future__ import annotations

import pytest

from ...model.cases import near
from . import second
from .published import (
    AIRCRAFT,
    BY_SCENARIO,
    EXPECTED,
    FARM_FACTORS,
    FIRST,
    LANDS_PEAK,
    PGP2_DEMANDS,
    PLANT_COSTS,
    PLANT_RUNNING,
    WEIGHED,
    aircraft,
    farmer,
    power_plants,
    power_plants_of_576_futures,
)
from .writing import MUSD, Weighed, aiming, best, cost_by_scenario, held, here, known

PLANTS = second.power_plants(
    PLANT_COSTS,
    PLANT_RUNNING,
    {f"mode 1 {peak:g}": (probability, (peak, 3.0, 2.0)) for peak, probability in LANDS_PEAK.items()},
    least=12.0,
    budget=120.0,
)
FIELDS = second.fields(FARM_FACTORS)
PROBLEMS = {"power plants": (power_plants(), PLANTS, 0.0, 1.0), "farmer": (farmer(), FIELDS, 0.801, MUSD)}
"""By name: the case, the problem as matrices, and the cost of the case that is 0 there, with what 1 million USD is."""


def as_case(name: str, cost: float) -> float:
    """A cost of the second formulation in million USD of the case."""
    _, _, zero, unit = PROBLEMS[name]
    return zero + cost / unit


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_second_formulation_is_the_published_problem(name: str) -> None:
    """What is compared with below is itself the book's problem."""
    matrices = PROBLEMS[name][1]
    rp, first = matrices.expected()
    eev, average = matrices.of_mean_values()
    assert as_case(name, rp) == near(EXPECTED[name]["rp"])
    assert first == pytest.approx(list(FIRST[name]["rp"].values()))
    assert as_case(name, matrices.wait_and_see()) == near(EXPECTED[name]["ws"])
    assert as_case(name, eev) == near(EXPECTED[name]["eev"])
    assert average == pytest.approx(list(FIRST[name]["average"].values()))
    assert matrices.regret()[0] / PROBLEMS[name][3] == near(EXPECTED[name]["regret"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_least_expected_cost(name: str) -> None:
    """The plan and its cost."""
    plan = best(PROBLEMS[name][0])
    assert plan.objective_musd == near(EXPECTED[name]["rp"])
    assert here(plan) == {chip: near(units) for chip, units in FIRST[name]["rp"].items()}
    if name in BY_SCENARIO:
        assert cost_by_scenario(plan) == {scenario: near(costs[0]) for scenario, costs in BY_SCENARIO[name].items()}


@pytest.mark.parametrize("name", PROBLEMS)
def test_known_from_the_start(name: str) -> None:
    """Each scenario's own best plan, and what to know would be worth."""
    case, matrices, _, _ = PROBLEMS[name]
    alone = known(case)
    assert {scenario: cost for scenario, (_, cost) in alone.items()} == {
        scenario: near(as_case(name, cost)) for scenario, cost in matrices.knowing().items()
    }
    if name in BY_SCENARIO:
        assert {scenario: cost for scenario, (_, cost) in alone.items()} == {
            scenario: near(costs[1]) for scenario, costs in BY_SCENARIO[name].items()
        }
    assert sum(probability * cost for probability, cost in alone.values()) == near(EXPECTED[name]["ws"])
    assert EXPECTED[name]["rp"] - EXPECTED[name]["ws"] == near(EXPECTED[name]["evpi"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_planned_for_the_average(name: str) -> None:
    """What the orders that suit average values cost, and what thinking of the futures is worth."""
    plan = best(held(PROBLEMS[name][0], FIRST[name]["average"]))
    assert plan.objective_musd == near(EXPECTED[name]["eev"])
    assert EXPECTED[name]["eev"] - EXPECTED[name]["rp"] == near(EXPECTED[name]["vss"])


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name in WEIGHED for wanted in WEIGHED[name]])
def test_published_plans_for_the_worst(name: str, wanted: Weighed) -> None:
    """The conservative plan of the book, and what it gives up."""
    plan = best(aiming(PROBLEMS[name][0], risk_weight=wanted.weight, risk_level=wanted.level))
    assert plan.minimised_musd == near(wanted.criterion)
    assert here(plan) == {chip: near(units) for chip, units in wanted.here.items()}
    decided = best(held(PROBLEMS[name][0], wanted.here))
    assert decided.objective_musd == near(wanted.expected)
    assert max(cost_by_scenario(decided).values()) == near(wanted.worst)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("weight", [0.05, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("level", [0.0, 0.5, 0.9])
def test_costly_scenarios_weigh_more(name: str, weight: float, level: float) -> None:
    """The weighed sum is that of the second formulation."""
    case, matrices, _, _ = PROBLEMS[name]
    plan = best(aiming(case, risk_weight=weight, risk_level=level))
    assert plan.minimised_musd == near(as_case(name, matrices.weighed(weight, level)[0]))


@pytest.mark.parametrize("name", PROBLEMS)
def test_least_largest_regret(name: str) -> None:
    """The largest regret is as small as in the second formulation."""
    case, matrices, _, _ = PROBLEMS[name]
    plan = best(aiming(case, objective="regret"))
    alone = matrices.knowing()
    regrets = [cost - as_case(name, alone[scenario]) for scenario, cost in cost_by_scenario(plan).items()]
    assert max(regrets) == pytest.approx(EXPECTED[name]["regret"], rel=1e-4)


def test_aircraft() -> None:
    """The published optimum, with all demands rising together."""
    plan = best(aircraft())
    assert plan.objective_musd == pytest.approx(EXPECTED["aircraft"]["rp"], abs=5e-4)
    assert sum(here(plan).values()) == pytest.approx(sum(AIRCRAFT.values()))


@pytest.mark.full
def test_aircraft_on_independent_routes() -> None:
    """The same optimum over 750 futures, since each route's cost depends on its own demand alone."""
    plan = best(aircraft(together=False))
    assert plan["paths"]["scenario"].nunique() == 750
    assert plan.objective_musd == pytest.approx(EXPECTED["aircraft"]["rp"], abs=5e-4)


@pytest.mark.full
def test_power_plants_of_576_futures() -> None:
    """The published optimum and plan of three independent demands; the rarest futures come once in 10^13."""
    matrices = second.power_plants(
        PLANT_COSTS,
        PLANT_RUNNING,
        {str(demands): (probability, demands) for probability, demands in second.combined(*PGP2_DEMANDS)},
        least=15.0,
        budget=220.0,
        emergency=1000.0,
    )
    name = "power plants, 576 futures"
    exact, first = matrices.expected()
    assert exact == pytest.approx(EXPECTED[name]["rp"], abs=5e-4)
    assert first == pytest.approx(list(FIRST[name]["rp"].values()))
    plan = best(power_plants_of_576_futures())
    assert here(plan) == {chip: pytest.approx(units, rel=1e-4) for chip, units in FIRST[name]["rp"].items()}
    assert plan.objective_musd == pytest.approx(exact, rel=1e-5)
