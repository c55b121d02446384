"""Dated reveals become branches and scenarios, or are refused."""

from __future__ import annotations

from typing import Any

import pytest

from planner.errors import CaseError
from planner.schema import parse_case
from planner.schema.average_future import average_case
from planner.schema.scenarios import BASE, branches, first_reveal, scenarios, uncertainty_problems
from planner.time_profile import value_at

from .test_refused import small

DEMAND = {"table": "workloads", "field": "demand_pflops"}
BAN = {"chips": ["A"], "markets": ["US"], "enabled": False}


def reveal(day: str, **outcomes: Any) -> dict[str, Any]:
    """A reveal; an outcome is a probability, or its fields."""
    rows = {name: each if isinstance(each, dict) else {"probability": each} for name, each in outcomes.items()}
    return {"date": day, "outcomes": rows}


def case(uncertainty: dict[str, Any], **more: Any) -> Any:
    """The small case of four years with some reveals."""
    return parse_case(
        small({"uncertainty": uncertainty} | {key.replace("__", "/"): value for key, value in more.items()})
    )


def problems(uncertainty: dict[str, Any], **more: Any) -> list[str]:
    """What is wrong with some reveals."""
    return [str(problem) for problem in uncertainty_problems(case(uncertainty, **more))]


def test_without_reveals_there_is_one_branch() -> None:
    parsed = case({})
    (branch,) = branches(parsed)
    assert (branch.since, branch.until, branch.probability, branch.case) == (0, 4, 1.0, parsed)
    assert [scenario.name for scenario in scenarios(parsed)] == [BASE]
    assert first_reveal(parsed) is None


def test_independent_reveals_combine() -> None:
    """Two by two: 2027, then a and b, then x and y of each from 2029 on."""
    tree = branches(case({"one": reveal("2028-01-01", a=0.25, b=0.75), "two": reveal("2028-06-01", x=0.5, y=0.5)}))
    assert [(b.name, b.since, b.until, b.parent, b.probability) for b in tree] == [
        ("", 0, 1, None, 1.0),
        ("a", 1, 2, 0, 0.25),
        ("a, x", 2, 4, 1, 0.125),
        ("a, y", 2, 4, 1, 0.125),
        ("b", 1, 2, 0, 0.75),
        ("b, x", 2, 4, 4, 0.375),
        ("b, y", 2, 4, 4, 0.375),
    ]
    assert [scenario.branches for scenario in scenarios(case({}))] == [(0,)]


def test_reveals_of_one_period_are_known_at_once() -> None:
    tree = branches(case({"one": reveal("2028-01-01", a=0.5, b=0.5), "two": reveal("2027-02-01", x=0.5, y=0.5)}))
    assert [b.name for b in tree] == ["", "x, a", "x, b", "y, a", "y, b"]
    assert {b.parent for b in tree[1:]} == {0}


def test_a_reveal_that_an_outcome_names_follows_only_there() -> None:
    chain = {
        "one": reveal("2028-01-01", a={"probability": 0.5, "next": "two"}, b=0.5),
        "two": reveal("2029-01-01", x=0.2, y=0.8),
    }
    assert {s.name: s.probability for s in scenarios(case(chain))} == {"a, x": 0.1, "a, y": 0.4, "b": 0.5}


def test_names_that_two_reveals_share_are_told_apart() -> None:
    two = {"one": reveal("2028-01-01", yes=0.5, no=0.5), "two": reveal("2029-01-01", yes=0.5, no=0.5)}
    assert [s.name for s in scenarios(case(two))] == [
        "one no, two no",
        "one no, two yes",
        "one yes, two no",
        "one yes, two yes",
    ]


def test_what_cannot_come_and_what_must_come_part_nothing() -> None:
    """An outcome of probability 0 is no branch, and one that is certain only goes on under the same name."""
    change = {"probability": 1.0, "changes": [{**DEMAND, "scale": 2.0}]}
    parsed = case({"one": reveal("2028-01-01", never=0.0, surely=change)})
    first, second = branches(parsed)
    assert (first.name, second.name, second.probability) == ("", "", 1.0)
    assert second.case.workloads["work"].demand_pflops != first.case.workloads["work"].demand_pflops
    assert [s.name for s in scenarios(parsed)] == [BASE]


def test_a_shock_holds_from_the_reveal_on_and_not_before() -> None:
    """Demand of 10 doubles in 2028 where that comes true; an earlier date of the shock's own is moved to the reveal."""
    change = {**DEMAND, "scale": 2.0, "since": "2027-01-01"}
    parsed = case({"one": reveal("2028-01-01", more={"probability": 0.5, "changes": [change]}, same=0.5)})
    line = parsed.settings.timeline
    more = next(s.case for s in scenarios(parsed) if s.name == "more").workloads["work"].demand_pflops
    days = [(line.first_day(t), line.first_day(t + 1)) for t in line]
    assert [value_at(more, *day, plan_start=line.start) for day in days] == [10, 20, 20, 20]


def test_a_later_date_of_a_shock_is_kept() -> None:
    change = {**DEMAND, "scale": 2.0, "since": "2029-01-01"}
    parsed = case({"one": reveal("2028-01-01", more={"probability": 1.0, "changes": [change]})})
    line = parsed.settings.timeline
    more = scenarios(parsed)[0].case.workloads["work"].demand_pflops
    days = [(line.first_day(t), line.first_day(t + 1)) for t in line]
    assert [value_at(more, *day, plan_start=line.start) for day in days] == [10, 10, 20, 20]


def test_named_shocks_serve_an_outcome() -> None:
    shocks = {"boom": {"changes": [{**DEMAND, "add": 5.0}]}}
    parsed = case({"one": reveal("2028-01-01", more={"probability": 1.0, "shocks": ["boom"]})}, shocks=shocks)
    assert not list(uncertainty_problems(parsed))
    with pytest.raises(CaseError, match=r"did you mean boom\?"):
        case({"one": reveal("2028-01-01", more={"probability": 1.0, "shocks": ["bom"]})}, shocks=shocks)


@pytest.mark.parametrize(
    ("uncertainty", "told"),
    [
        ({"one": reveal("2027-01-01", a=1.0)}, "lies after the plan's first day, 2027-01-01"),
        ({"one": reveal("2030-02-01", a=1.0)}, "after the last period has begun"),
        ({"one": reveal("2028-01-01", **{"a, b": 1.0})}, "holds no comma"),
        (
            {
                "one": reveal("2028-01-01", a={"probability": 1.0, "next": "two"}),
                "two": reveal("2028-01-01", b=1.0),
            },
            "which is known on 2028-01-01, not after this one",
        ),
        ({f"r{n}": reveal("2028-01-01", a=0.5, b=0.5) for n in range(11)}, "combine to 2,048 scenarios"),
        (
            {
                "one": reveal(
                    "2028-01-01", a={"probability": 0.0, "changes": [{**DEMAND, "rows": ["x"], "add": 1}]}, b=1.0
                )
            },
            "matches no row of workloads",
        ),
    ],
)
def test_refused(uncertainty: dict[str, Any], told: str) -> None:
    (problem,) = problems(uncertainty)
    assert told in problem


def test_probabilities_add_up() -> None:
    with pytest.raises(CaseError, match=r"add up to 0\.9; they must add up to 1"):
        case({"one": reveal("2028-01-01", a=0.5, b=0.4)})
    thirds = case({"one": reveal("2028-01-01", a=0.33333, b=0.33333, c=0.33333)})
    assert sum(s.probability for s in scenarios(thirds)) == pytest.approx(1.0, abs=1e-15)


RULES = {
    "policy": {
        "bans": {"ban": BAN, "old": {**BAN, "enabled": True, "until": "2029-01-01"}},
        "licence_quotas": {"cap": {"chips": ["A"], "markets": ["US"], "units": 10.0}},
        "budgets": {"soft": {"musd": 4.0, "window": "whole", "violation_usd_per_unit_year": 1e6}},
    }
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"table": "sites", "field": "max_it_mw", "set": 5.0}, "fixed for the whole plan"),
        ({"table": "settings", "field": "discount_rate", "set": 0.1}, "fixed for the whole plan"),
        ({"table": "sites", "field": "earliest_start", "set": "2029-01-01"}, "from the plan's first day to 2029-01-01"),
        ({"table": "sites", "field": "grid_connected_from", "set": "2027-06-01"}, "must lie on or after"),
        ({"table": "regions", "field": "headroom_mw", "scale": 0.5}, "type one in the case itself first"),
        ({"table": "policy.bans", "rows": ["old"], "field": "refund_share", "set": 0.5}, "is in force before"),
        ({"table": "policy.bans", "rows": ["old"], "field": "until", "set": "2027-06-01"}, "would change when"),
        ({"table": "policy.licence_quotas", "field": "units", "scale": 0.5}, "over a window that has begun before"),
        ({"table": "policy.budgets", "field": "enabled", "set": False}, "let it end with the window"),
        ({"table": "policy.bans", "rows": ["ban"], "field": "since", "set": "next week"}, "year-month-day"),
    ],
)
def test_what_no_reveal_can_change(change: dict[str, Any], told: str) -> None:
    (problem,) = problems({"one": reveal("2028-01-01", a={"probability": 1.0, "changes": [change]})}, **RULES)
    assert told in problem
    assert problem.startswith("uncertainty.one.outcomes.a.changes.0")


@pytest.mark.parametrize(
    "changes",
    [
        [{"table": "policy.bans", "rows": ["ban"], "field": "enabled", "set": True}],
        [
            {"table": "policy.bans", "rows": ["ban"], "field": "enabled", "set": True},
            {"table": "policy.bans", "rows": ["ban"], "field": "refund_share", "set": 0.5},
            {"table": "policy.bans", "rows": ["ban"], "field": "undelivered", "set": "honoured"},
        ],
        [{"table": "policy.bans", "rows": ["old"], "field": "enabled", "set": False}],
        [{"table": "policy.bans", "rows": ["old"], "field": "until", "set": "2030-01-01"}],
        [{"table": "policy.licence_quotas", "field": "enabled", "set": False}],
        [{"table": "sites", "field": "latest_start", "set": "2029-01-01"}],
        [{"table": "sites", "field": "grid_connected_from", "set": "2029-01-01"}],
        [{"table": "chips", "field": "markets.US.available_until", "set": "2029-01-01"}],
    ],
)
def test_what_a_reveal_can_change(changes: list[dict[str, Any]]) -> None:
    parsed = case({"one": reveal("2028-01-01", a={"probability": 1.0, "changes": changes})}, **RULES)
    assert not list(uncertainty_problems(parsed))
    assert scenarios(parsed)[0].case != parsed


def test_a_rule_switched_on_begins_at_the_reveal() -> None:
    change = {"table": "policy.bans", "rows": ["*"], "field": "enabled", "set": True}
    parsed = case({"one": reveal("2028-01-01", a={"probability": 1.0, "changes": [change]})}, **RULES)
    bans = scenarios(parsed)[0].case.policy.bans
    assert str(bans["ban"].since) == "2028-01-01"
    assert bans["old"] == parsed.policy.bans["old"], "what is in force already stays as it is"


def test_the_average_future() -> None:
    """Demand of 10, 20 or 40 from 2028: 0.5 x 10 + 0.3 x 20 + 0.2 x 40 = 19. The ban is the likeliest path's."""
    ban = {"table": "policy.bans", "rows": ["ban"], "field": "enabled", "set": True}

    def grown(factor: float) -> dict[str, Any]:
        return {**DEMAND, "scale": factor}

    def planned(low: float, mid: float, high: float) -> Any:
        outcomes = {
            "low": {"probability": low, "changes": [ban]},
            "mid": {"probability": mid, "changes": [grown(2)]},
            "high": {"probability": high, "changes": [grown(4)]},
        }
        return average_case(case({"one": reveal("2028-01-01", **outcomes)}, **RULES))

    mean = planned(0.5, 0.3, 0.2)
    line = mean.settings.timeline
    days = [(line.first_day(t), line.first_day(t + 1)) for t in line]
    demand = mean.workloads["work"].demand_pflops
    assert [value_at(demand, *day, plan_start=line.start) for day in days] == pytest.approx([10, 19, 19, 19])
    assert mean.policy.bans["ban"].enabled
    assert not planned(0.3, 0.5, 0.2).policy.bans["ban"].enabled
    assert not mean.uncertainty
