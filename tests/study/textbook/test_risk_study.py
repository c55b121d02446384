"""The study of risk finds the published values of knowing and of planning for the futures, and those worked by hand."""

from __future__ import annotations

import pytest

from planner.schema import parse_case
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from planner.study.risk import Risk
from planner.study.risk.study import risk

from ...model.cases import Data, near
from . import hand, published
from .writing import Weighed, aiming

CASES = {**hand.CASES, "power plants": published.power_plants(), "farmer": published.farmer()}
EXPECTED = {**hand.EXPECTED, **published.EXPECTED}
BY_SCENARIO = {**hand.BY_SCENARIO, **published.BY_SCENARIO}
WEIGHED = {**hand.WEIGHED, **published.WEIGHED}


def studied(case: Data) -> Risk:
    """The study of a case's best plan."""
    typed = parse_case(case)
    with session(typed) as s:
        return risk(s, OBJECTIVES[typed.goals.objective](s))


@pytest.mark.parametrize("name", CASES)
def test_values_of_knowing_of_thinking_and_of_acting_now(name: str) -> None:
    """EVPI, VSS and the price of waiting."""
    found, wanted = studied(CASES[name]), EXPECTED[name]
    assert found.expected_musd == near(wanted["rp"])
    assert found.informed_musd == near(wanted["ws"])
    assert found.value_of_information_musd == near(wanted["evpi"])
    assert found.average.cost_musd == near(wanted["eev"])
    assert found.value_of_stochastic_musd == near(wanted["vss"])
    everything = next(wait for wait in found.waits if wait.kind == "everything")
    # The power plants must have their least capacity in the first year.
    assert everything.cost_musd == (near(wanted["wait"]) if "wait" in wanted else None)
    if name in BY_SCENARIO:
        costs = {each.name: (each.cost_musd, each.own_cost_musd) for each in found.scenarios}
        assert costs == {scenario: (near(cost), near(own)) for scenario, (cost, own) in BY_SCENARIO[name].items()}


@pytest.mark.parametrize("name", CASES)
def test_largest_regret(name: str) -> None:
    """The regret of a plan that was chosen for it, to the slack that it leaves for cost."""
    found = studied(aiming(CASES[name], objective="regret"))
    assert found.largest_regret_musd == pytest.approx(EXPECTED[name]["regret"], rel=1e-4, abs=1e-9)


@pytest.mark.parametrize(("name", "wanted"), [(name, wanted) for name in WEIGHED for wanted in WEIGHED[name]])
def test_mean_of_the_worst(name: str, wanted: Weighed) -> None:
    """CVaR of plans that weigh it."""
    found = studied(aiming(CASES[name], risk_weight=wanted.weight, risk_level=wanted.level))
    assert found.minimised_musd == near(wanted.criterion)
    assert found.worst_mean_musd == near(wanted.worst)
