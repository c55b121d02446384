"""Cases worked by hand: expected cost, value of knowing, value of thinking of the futures, the worst, regret."""

from __future__ import annotations

import pytest

from ...model.cases import near
from .hand import BY_SCENARIO, CASES, EXPECTED, FIRST, WEIGHED
from .writing import (
    MUSD,
    Weighed,
    aiming,
    best,
    cost_by_scenario,
    demand_reveal,
    held,
    here,
    known,
    load,
    problem,
    technology,
    unmet,
)

LEADS = {"three stages": "2028-01-01", "licence": None, "licence, safe": None}
"""Day from which what is held is at work: after a lead; not where it may be cancelled, and is bought up to the limit
anyway."""


@pytest.mark.parametrize("name", CASES)
def test_least_expected_cost(name: str) -> None:
    """The plan, its cost, its first orders and what it costs in each scenario."""
    plan = best(CASES[name])
    assert plan.objective_musd == near(EXPECTED[name]["rp"])
    assert cost_by_scenario(plan) == {scenario: near(costs[0]) for scenario, costs in BY_SCENARIO[name].items()}
    assert here(plan) == {chip: near(units) for chip, units in FIRST[name]["rp"].items()}


@pytest.mark.parametrize("name", CASES)
def test_known_from_the_start(name: str) -> None:
    """Each scenario's own best plan, and what to know would be worth."""
    alone = known(CASES[name])
    assert {scenario: cost for scenario, (_, cost) in alone.items()} == {
        scenario: near(costs[1]) for scenario, costs in BY_SCENARIO[name].items()
    }
    assert sum(probability * cost for probability, cost in alone.values()) == near(EXPECTED[name]["ws"])
    assert EXPECTED[name]["rp"] - EXPECTED[name]["ws"] == near(EXPECTED[name]["evpi"])


@pytest.mark.parametrize("name", CASES)
def test_planned_for_the_average(name: str) -> None:
    """What the orders that suit the average cost, and what thinking of the futures is worth."""
    plan = best(held(CASES[name], FIRST[name]["average"], at_work=LEADS.get(name, "2027-01-01")))
    assert here(plan) == {chip: near(units) for chip, units in FIRST[name]["average"].items()}
    assert plan.objective_musd == near(EXPECTED[name]["eev"])
    assert EXPECTED[name]["eev"] - EXPECTED[name]["rp"] == near(EXPECTED[name]["vss"])


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name in WEIGHED for wanted in WEIGHED[name]])
def test_costly_scenarios_weigh_more(name: str, wanted: Weighed) -> None:
    """The decisions turn where the hand calculation says."""
    plan = best(aiming(CASES[name], risk_weight=wanted.weight, risk_level=wanted.level))
    assert plan.minimised_musd == near(wanted.criterion)
    assert plan.bound_musd == near(wanted.criterion)
    assert here(plan) == {chip: near(units) for chip, units in wanted.here.items()}
    assert plan.objective_musd == near(wanted.expected)
    assert (1 - wanted.weight) * wanted.expected + wanted.weight * wanted.worst == near(wanted.criterion)


def test_the_worst_alone_then_least_expected_cost() -> None:
    """Among the plans that are best in the worst scenarios, the one that is cheapest elsewhere: 80, not 120."""
    wanted = next(each for each in WEIGHED["three stages"] if each.weight == 1 and each.level == 0.75)
    plan = best(aiming(CASES["three stages"], risk_weight=1.0, risk_level=0.75))
    assert plan.objective_musd == near(wanted.expected)


@pytest.mark.parametrize("name", CASES)
def test_least_largest_regret(name: str) -> None:
    """The largest regret is as small as can be, and is shared by the scenarios that set it."""
    plan = best(aiming(CASES[name], objective="regret"))
    regrets = {scenario: cost - BY_SCENARIO[name][scenario][1] for scenario, cost in cost_by_scenario(plan).items()}
    assert max(regrets.values()) == pytest.approx(EXPECTED[name]["regret"], rel=1e-5, abs=1e-4)
    assert plan.objective_musd == pytest.approx(EXPECTED[name]["regret expected"], rel=1e-5)
    assert here(plan) == {chip: pytest.approx(n, rel=1e-4) for chip, n in FIRST[name]["regret"].items()}


def test_a_rare_future_is_planned_like_any_other() -> None:
    """Ten chips at 1 when a demand of ten turns up, rather than rent at 100: 10, however rare it is."""
    rare = 1e-9
    case = problem(
        "rare",
        {"chip": technology(1 * MUSD, until="2029-01-01")},
        {"work": load(0.0, shortfall=unmet(100 * MUSD))},
        {"demand": demand_reveal("work", [(0.0, 1.0 - rare), (10.0, rare)])},
    )
    assert cost_by_scenario(best(case)) == {"work 0": near(0.0), "work 10": near(10.0)}
