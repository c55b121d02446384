"""What serves is held to what is acquired: closer bounds, and never another plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import planner.model
from planner.errors import InfeasibleError
from planner.instance import unroll
from planner.lp import Options
from planner.model import RULES, build
from planner.model.location import served_where_open
from planner.schema import parse_case
from planner.solving import Timing
from planner.solving.build_program import program_of

from .cases import Data, by_year, changed, chip, greenfield, near, neutral, plan_of, rent, solved
from .registry import covers
from .test_classics import network
from .test_metamorphic import generated

EXACT = Options(gap=1e-9)


def bounds(case: Data) -> tuple[float, float]:
    """Least cost in parts of sites, without the rows that follow in whole ones and with them, million USD."""
    asked = program_of(parse_case(case), EXACT, report=lambda *_: None, timing=Timing())
    asked.door.relax()
    weak = asked.door.run().objective
    asked.door.bind_for_whole(True)
    return weak * asked.instance.units.musd, asked.door.run().objective * asked.instance.units.musd


def written(case: Data) -> list[tuple[str, ...]]:
    """Regions and workloads that have such a row."""
    _, filed = build(unroll(parse_case(case)))
    return [entry.where for entry in filed if entry.rule.rows is served_where_open]


def one_in_ten(**site: Any) -> Data:
    """A site of 10 MW that costs 10 to acquire, for a customer of 1 PFLOP/s that is served for nothing else."""
    return network({"hub": greenfield(size=10.0, opening_musd=10.0, whole_phases=True) | site}, (1,), ((0,),))


@covers("served_where_open")
def test_a_tenth_of_a_site_serves_no_whole_customer() -> None:
    """In parts of sites a tenth of the hub would do, at 1; held to what is acquired it takes the whole, 10."""
    case = one_in_ten()
    assert solved(case).objective_musd == near(10)
    assert bounds(case) == (near(1), near(10))


def test_two_sites_of_a_region_serve_together() -> None:
    """Sites of 6 and 4 MW at 6 and 4 for a customer of 8: both, 10; parts of either serve in proportion, 8."""
    sites = {
        name: greenfield(size=size, opening_musd=size, whole_phases=True)
        for name, size in (("six", 6.0), ("four", 4.0))
    }
    case = changed(network(sites, (8,), ((0,), (0,))), {"sites/four/region": "six"})
    assert solved(case).objective_musd == near(10)
    assert written(case) == []
    small = changed(case, {"workloads/customer 0/demand_pflops": 3.0})
    assert solved(small).objective_musd == near(4)
    assert written(small) == [("six", "customer 0")]
    assert bounds(small) == (near(3), near(4))


@pytest.mark.parametrize(
    "changes",
    [
        {"sites/hub/existing_it_mw": 1.0},
        {"sites/hub/committed": {"hall": {"ready": "2027-01-01", "it_mw": 1.0}}},
        {"sites/hub/whole_phases": False},
        {"workloads/customer 0/cluster_pflops": 1.0},
        {"workloads/customer 0/demand_pflops": 10.0},
        {"chips/A/it_kw": 0.0},
        {"sites/beside": greenfield(size=10.0, whole_phases=False) | {"region": "hub"}},
        {"sites/beside": {"region": "hub", "max_it_mw": 1.0, "existing_it_mw": 1.0}},
    ],
)
def test_where_it_may_not_hold_it_is_not_written(changes: dict[str, Any]) -> None:
    """Halls that stand or are committed, parts of sites, whole clusters, small sites, chips without power."""
    assert written(one_in_ten()) == [("hub", "customer 0")]
    assert written(changed(one_in_ten(), changes)) == []


def facilities(seed: int) -> Data:
    """Four sites of which some are acquired for three customers, one of whom may be rented for."""
    sites = {
        f"site {i}": greenfield(
            size=3.0 + 2 * (i + seed) % 7, opening_musd=2.0 + (7 * i + 5 * seed) % 23, whole_phases=True
        )
        for i in range(4)
    }
    costs = tuple(tuple((3 * i + 5 * j + seed) % 10 for j in range(3)) for i in range(4))
    case = network(sites, (1 + seed % 3, 2, 4), costs)
    return changed(case, {"workloads/customer 1/shortfall": rent(6)})


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Takes the rule out of the model, and back."""

    def out(*, out: bool) -> None:
        kept = tuple(rule for rule in RULES if not (out and rule.rows is served_where_open))
        monkeypatch.setattr(planner.model, "RULES", kept)

    return out


@pytest.mark.parametrize("seed", range(8))
def test_no_optimum_moves_and_no_bound_is_worse(seed: int, without: Any) -> None:
    """With the rule and without it the plan costs the same; with it parts of sites are no farther from it."""
    case = facilities(seed)
    weak, strong = bounds(case)
    with_rule = plan_of(parse_case(case), EXACT)
    without(out=True)
    assert with_rule.objective_musd == near(plan_of(parse_case(case), EXACT).objective_musd)
    assert weak <= strong + 1e-9 <= with_rule.objective_musd + 2e-9


def test_bounds_are_closer() -> None:
    """On most of these cases the gap between parts of sites and whole ones is halved at least."""
    halved = 0
    for seed in range(8):
        case = facilities(seed)
        (weak, strong), plan = bounds(case), plan_of(parse_case(case), EXACT).objective_musd
        halved += plan - strong <= 0.5 * (plan - weak)
    assert halved >= 5


@pytest.mark.parametrize("seed", range(12))
def test_no_optimum_of_a_generated_case_moves(seed: int, without: Any) -> None:
    """Shares, budgets, several sites a region, four years: the same least cost in whole phases."""
    case = changed(generated(seed), {"settings/whole_phases": True})
    for site in case["sites"].values():
        site.pop("existing_it_mw", None)
        site.pop("existing_fleet", None)
    found = []
    for out in (False, True):
        without(out=out)
        try:
            found.append(plan_of(parse_case(case), EXACT).objective_musd)
        except InfeasibleError:
            found.append(float("inf"))
    assert found[0] == near(found[1])


@pytest.mark.parametrize("seed", [0, 1, 2, 6])
def test_it_has_no_share_in_a_price(seed: int, without: Any) -> None:
    """One more PFLOP/s of demand costs the same with the rule and without it, where one plan is best."""
    case = facilities(seed)
    plans = []
    for out in (False, True):
        without(out=out)
        plans.append(solved(case)["prices"])
    assert plans[0]["rule"].tolist() == plans[1]["rule"].tolist()
    assert plans[0]["price_usd"].tolist() == pytest.approx(plans[1]["price_usd"].tolist())


def test_a_clash_never_names_it() -> None:
    """Sites too small for the demand: what clashes is demand and size, with the rule as without it."""
    case = facilities(0)
    case = changed(case, {"workloads/customer 2/demand_pflops": 400.0})
    with pytest.raises(InfeasibleError, match="customer 2") as told:
        solved(case)
    assert "acquired there" not in str(told.value)


def revealed(**settings: bool) -> Data:
    """A customer of 1 PFLOP/s from 2028 on, when a chip turns out to cost 1 or 3; the hub of 10 MW costs 10."""
    change = {"table": "chips", "rows": ["A"], "field": "markets.US.price_usd", "set": 3e6}
    outcomes = {"cheap": {"probability": 0.5}, "dear": {"probability": 0.5, "changes": [change]}}
    return neutral(
        {
            "sites": {"hub": greenfield(size=10.0, opening_musd=10.0, whole_phases=True)},
            "chips/A": chip(by_year(4e6, 1e6)),
            "workloads/work/demand_pflops": by_year(0, 1),
            "uncertainty": {"price": {"date": "2028-01-01", "outcomes": outcomes}},
            **{f"settings/{name}": value for name, value in settings.items()},
        },
        periods=2,
    )


def test_a_part_of_a_site_serves_where_parts_will_do() -> None:
    """After a reveal a tenth of the hub will do, at 1, with a chip for 1 or 3: 3; the whole of it, where asked, at 10.

    Held to what is acquired, the first would cost 12 as well: then nothing is lost only where sites are whole.
    """
    assert solved(revealed()).objective_musd == near(3)
    assert solved(revealed(whole_after_reveal=True)).objective_musd == near(12)
