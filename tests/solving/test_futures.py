"""Scenarios cut out of the program of the whole, against each scenario solved as an ordinary case."""

from __future__ import annotations

import pytest

from planner.errors import Interrupted
from planner.findings import average_delay, chips_ordered, final_it_mw, peak_demand
from planner.schema import parse_case
from planner.schema.scenarios import scenarios
from planner.solving import Session, own_plans, session, side_by_side, solve
from tests.model.cases import Data, by_year, changed, chip, greenfield, near, neutral, rent
from tests.model.test_rules_risk import CASE

US = "chips/A/markets/US"


def busy() -> Data:
    """Halls, grid, plant of two chips over four years; a ban, a longer lead and a growing demand may come."""
    slow = {"table": "chips", "rows": ["B"], "field": "markets.US.lead_months", "set": 24.0}
    ban = {"table": "policy.bans", "field": "enabled", "set": True}
    more = {"table": "workloads", "field": "demand_pflops", "scale": 1.5}
    return neutral(
        {
            "settings/discount_rate": 0.1,
            "sites/New": greenfield(0.5, 12.0, grid_connection_months=12.0, grid_connection_musd_per_mw=0.1),
            "sites/Site/max_it_mw": 4.0,
            "sites/Site/existing_it_mw": 4.0,
            "chips/A": chip(by_year(2e6, 1.5e6), attrition_per_year=0.1),
            f"{US}/lead_months": 12.0,
            f"{US}/deposit_share": 0.3,
            "chips/B": chip(3e6),
            "workloads/work/demand_pflops": by_year(2, 6, 9, 10),
            "workloads/work/shortfall": rent(2.5),
            "policy/bans": {"ban": {"chips": ["A"], "markets": ["US"], "enabled": False, "refund_share": 0.5}},
            "uncertainty": {
                "licence": {
                    "date": "2028-01-01",
                    "outcomes": {
                        "stands": {"probability": 0.6},
                        "revoked": {"probability": 0.4, "changes": [ban]},
                    },
                },
                "world": {
                    "date": "2029-01-01",
                    "outcomes": {
                        "slow": {"probability": 0.3, "changes": [slow]},
                        "more": {"probability": 0.7, "changes": [more]},
                    },
                },
            },
        },
        periods=4,
    )


@pytest.fixture
def s() -> Session:
    """A session whose tree is solved."""
    opened = session(parse_case(busy()))
    opened.solve()
    return opened


def test_a_scenario_cut_out_is_the_scenario_as_a_case(s: Session) -> None:
    """The same least cost, delay, orders and halls, and proven; delay is a share of the tree's largest demand, 15."""
    for scenario, future in zip(scenarios(s.case), s.scenario_programs(), strict=True):
        found = future.solve()
        alone = solve(scenario.case.model_copy(update={"uncertainty": {}}))
        assert found is not None
        assert (future.name, future.probability) == (scenario.name, scenario.probability)
        assert found.cost_musd == near(alone.objective_musd)
        assert found.bound_musd == near(found.cost_musd)
        share = max(peak_demand(alone).values()) / 15
        assert found.delay_months == near(average_delay(scenario.case, alone) * share)
        assert sum(found.chips_ordered.values()) == near(sum(chips_ordered(alone).values()))
        assert found.final_it_mw == near(final_it_mw(alone))


def test_the_plan_costs_in_each_scenario_what_its_first_moves_allow(s: Session) -> None:
    """With the first moves held, and all known from then on, no scenario costs more than under the plan."""
    moves, costs = s.first_moves, s.scenario_costs
    probability = {future.name: future.probability for future in s.scenario_programs()}
    assert sum(probability[name] * cost for name, cost in costs.items()) == near(s.optimum())
    for future in s.scenario_programs():
        held, own = future.solve(moves), future.solve()
        assert held is not None
        assert own is not None
        assert own.cost_musd <= held.cost_musd * (1 + 1e-9)
        assert held.cost_musd <= costs[future.name] * (1 + 1e-9)


def test_holding_the_first_moves_changes_nothing(s: Session) -> None:
    """And letting go brings all back."""
    best = s.optimum()
    with s.holding(s.first_moves):
        assert s.optimum() == near(best)
    with s.holding(dict.fromkeys(s.first_moves, 0.0)):
        assert (s.best() or 0.0) > best
    assert s.optimum() == near(best)


def test_moves_that_cannot_be_followed() -> None:
    """10 PFLOP/s must be met in 2028 and nothing may be bought then: with nothing bought before, there is no plan."""
    case = changed(CASE, {"chips/A/markets/US/available_until": "2028-01-01"})
    with session(parse_case(case)) as s:
        s.solve()
        nothing = dict.fromkeys(s.first_moves, 0.0)
        with s.holding(nothing):
            assert s.best() is None
        assert [future.solve(nothing) for future in s.scenario_programs()] == [None, None]
        assert all(future.solve() is not None for future in s.scenario_programs())


def test_jobs_come_back_in_their_order() -> None:
    jobs = [lambda value=value: value * value for value in range(20)]
    assert list(side_by_side(jobs, lambda: None)) == [value * value for value in range(20)]


def test_ctrl_c_stops_all_that_run_side_by_side(s: Session) -> None:
    """A job that is pressed Ctrl-C in stands for the main thread: the others are told to stop."""
    stopped = []

    def pressed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        list(side_by_side([pressed], lambda: stopped.append(True)))
    assert stopped == [True]
    assert len(own_plans(s.scenario_programs())) == 4


def test_whole_phases_are_held_whole() -> None:
    """10 MW of halls in phases of 4, begun before or after it is known whether demand is 10 or 3.

    A phase costs 4 and must be begun in the first year; renting costs 3 for each of the rest. Two phases are best, 8
    and on average 3 of rent; known beforehand three and one. Held at one phase, 6 are rented where 10 are asked for.
    """
    demand = {"table": "workloads", "field": "demand_pflops", "set": 3.0}
    case = neutral(
        {
            "settings/whole_phases": True,
            "sites/Site": greenfield(1.0, 12.0),
            "sites/Site/build_options/halls/phase_mw": 4.0,
            f"{US}/price_usd": 0.0,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
            "uncertainty/demand": {
                "date": "2028-01-01",
                "outcomes": {"much": {"probability": 0.5}, "little": {"probability": 0.5, "changes": [demand]}},
            },
        },
        periods=2,
    )
    with session(parse_case(case)) as s:
        assert s.solve().objective_musd == near(11)
        one = {move: {"start": 4.0, "phases": 1.0}.get(move.kind, value) for move, value in s.first_moves.items()}
        for _ in range(2):
            with s.holding(one):
                assert s.best() == near(4 + 0.5 * 18)
            assert s.best() == near(11)
        costs = {future.name: (future.solve(one), future.solve()) for future in s.scenario_programs()}
    assert {name: (held and held.cost_musd, own and own.cost_musd) for name, (held, own) in costs.items()} == {
        "little": (near(4), near(4)),
        "much": (near(22), near(12)),
    }
