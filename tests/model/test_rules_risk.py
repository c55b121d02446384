"""Risk: the costly scenarios weigh in, or the largest regret is made least.

A chip is 1 PFLOP/s, 1 MW and costs 2 million USD in 2027; 10 PFLOP/s are asked for in 2028. At the start of 2028 it
becomes known whether a chip then costs 1 (four in five) or 5. For x chips bought early the two futures cost 10 + x and
50 - 3x: on average 18 + 0.2x, so that a planner who reckons with averages buys none.
"""

from __future__ import annotations

import pytest

from planner.certificate import certify
from planner.findings import cost_by_scenario
from planner.schema import parse_case
from planner.solution import Solution
from planner.solving import session
from planner.solving.objectives import OBJECTIVES

from .cases import Data, by_year, changed, greenfield, near, neutral, ordered, rent, solved
from .registry import covers

PRICE = "chips/A/markets/US/price_usd"


def later(**probabilities: float) -> Data:
    """Prices of 1 or 5 in 2028, known when that year begins."""
    change = {"table": "chips", "rows": ["A"], "field": "markets.US.price_usd"}
    outcomes = {
        name: {"probability": probabilities[name], "changes": [{**change, "set": price}]}
        for name, price in (("cheap", 1e6), ("dear", 5e6))
    }
    return neutral(
        {
            PRICE: by_year(2e6, 3e6),
            "workloads/work/demand_pflops": by_year(0, 10),
            "uncertainty": {"price": {"date": "2028-01-01", "outcomes": outcomes}},
        },
        periods=2,
    )


CASE = later(cheap=0.8, dear=0.2)


def least_regret(case: Data) -> Solution:
    """The plan of least regret."""
    parsed = parse_case(changed(case, {"goals/objective": "regret"}))
    with session(parsed) as s:
        return OBJECTIVES["regret"](s)


@covers("node_cost", "costly_scenario")
def test_the_worst_fifth_weighs_in() -> None:
    """By the expected cost none is bought early: 18. The worst fifth is the dear future: 50 - 3x.

    Weighed by half, (18 + 0.2x + 50 - 3x) / 2 falls in x: all 10 are bought early, for 20 whatever comes. Weighed by
    0.05, which is below 0.2 / 3.2, it rises: none, 0.95 x 18 + 0.05 x 50 = 19.6.
    """
    assert solved(CASE).objective_musd == near(18)
    averse = solved(changed(CASE, {"goals": {"risk_weight": 0.5, "risk_level": 0.8}}))
    assert ordered(averse) == near([10, 0, 0])
    assert averse.objective_musd == near(20)
    assert averse.minimised_musd == near(20)
    hardly = solved(changed(CASE, {"goals": {"risk_weight": 0.05, "risk_level": 0.8}}))
    assert ordered(hardly) == near([0, 10, 10])
    assert hardly.objective_musd == near(18)
    assert hardly.minimised_musd == near(19.6)
    assert hardly.bound_musd == near(19.6)


def test_the_level_says_how_much_is_worst() -> None:
    """The worst 40 % are the dear future and as much again of the cheap one: (50 - 3x + 10 + x) / 2 = 30 - x.

    Weighed alone it falls in x, so all are bought early; at level 0 it is the expected cost, and none are.
    """
    half = solved(changed(CASE, {"goals": {"risk_weight": 1.0, "risk_level": 0.6}}))
    assert half.minimised_musd == near(20)
    mean = solved(changed(CASE, {"goals": {"risk_weight": 1.0, "risk_level": 0.0}}))
    assert mean.minimised_musd == near(18)
    assert mean.objective_musd == near(18)


def growing(**settings: bool) -> Data:
    """10 PFLOP/s in 2027; from 2028 on 10 or, as likely, 15; the rest may be rented at 50. The worst half counts.

    Halls in phases of 4 MW cost 2 a MW, then 1.9.
    """
    change = {"table": "workloads", "rows": ["work"], "field": "demand_pflops", "set": 15.0}
    outcomes = {"level": {"probability": 0.5}, "grown": {"probability": 0.5, "changes": [change]}}
    return neutral(
        {
            "sites/Site": greenfield(by_year(2.0, 1.9)),
            "sites/Site/build_options/halls/phase_mw": 4.0,
            "workloads/work/shortfall": rent(50.0),
            "uncertainty": {"growth": {"date": "2028-01-01", "outcomes": outcomes}},
            "goals": {"risk_weight": 1.0, "risk_level": 0.5},
            **{f"settings/{name}": value for name, value in settings.items()},
        },
        periods=2,
    )


@pytest.mark.parametrize(
    ("settings", "grown", "level"),
    [
        ({"whole_phases": False}, 44.5, 30.0),
        ({"whole_phases": True}, 44.7, 34.0),
        ({"whole_phases": True, "whole_after_reveal": True}, 46.6, 34.0),
    ],
    ids=["in parts", "whole before the reveal", "whole"],
)
def test_what_nobody_weighs_is_still_as_cheap_as_can_be(settings: dict[str, bool], grown: float, level: float) -> None:
    """10 MW in parts are 20, 5 more 9.5 and 15 chips 15: 44.5 where demand grows, 20 + 10 where it does not.

    Three phases are 24, and 3 MW more 5.7, or a phase 7.6: 44.7 and 46.6; 34 where demand stays. Only the first is
    minimised. Left at that, the other could rent what it likes up to there.
    """
    case = parse_case(growing(**settings))
    with session(case) as s:
        found = OBJECTIVES["cost"](s)
    assert [check for check in certify(case, found).checks if not check.ok] == []
    assert cost_by_scenario(found) == {"grown": near(grown), "level": near(level)}
    assert found.minimised_musd == near(grown)
    assert found.bound_musd == near(grown)
    assert found.objective_musd == near((grown + level) / 2)


def test_tidiness_rents_nothing_where_nobody_weighs_it() -> None:
    """12 MW, then 3 more in 2028: each future orders twice where demand grows and once where it does not.

    None of that can be spared. In the future that stays, renting all costs nothing that is minimised, as long as it
    stays below 44.7; the mean of the two says no.
    """
    case = parse_case(growing(whole_phases=True))
    with session(case) as s:
        found = s.tidied(OBJECTIVES["cost"](s), 0.0005)
    assert [check for check in certify(case, found).checks if not check.ok] == []
    assert cost_by_scenario(found) == {"grown": near(44.7), "level": near(34.0)}


@covers("scenario_regret")
def test_the_largest_regret_is_least() -> None:
    """Known beforehand the futures cost 10 and 20. Regret is x in the cheap one, 30 - 3x in the dear: 7.5 at x = 7.5.

    On average that costs 18 + 0.2 x 7.5 = 19.5.
    """
    plan = least_regret(CASE)
    assert ordered(plan) == near([7.5, 2.5, 2.5])
    assert cost_by_scenario(plan) == near({"cheap": 17.5, "dear": 27.5})
    assert plan.objective_musd == near(19.5)


def test_regret_does_not_ask_how_likely() -> None:
    """The same first moves at other probabilities: 0.5 x 17.5 + 0.5 x 27.5."""
    plan = least_regret(later(cheap=0.5, dear=0.5))
    assert ordered(plan)[0] == near(7.5)
    assert plan.objective_musd == near(22.5)


def test_among_plans_of_least_regret_the_cheapest() -> None:
    """At an early price of 1 nothing is regretted, whatever is bought when; 10 in either future."""
    plan = least_regret(changed(CASE, {PRICE: by_year(1e6, 3e6)}))
    assert plan.objective_musd == near(10)


def test_one_future_knows_no_risk() -> None:
    """Where the dear future is certain, weights and regret change nothing: all are bought early."""
    certain = later(cheap=0.0, dear=1.0)
    for goals in ({}, {"risk_weight": 1.0}):
        assert solved(changed(certain, {"goals": goals})).minimised_musd == near(20)
    assert least_regret(certain).objective_musd == near(20)
