"""The frontier of cash against delay: its ends, its shape and its points, by hand and by enumeration.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest

from planner.certificate import certify
from planner.errors import InfeasibleError, OptionError
from planner.findings import average_delay, cost_by_account
from planner.lp import Options
from planner.schema import parse_case
from planner.solution import Status
from planner.solving import session, solve
from planner.solving.objectives import OBJECTIVES
from planner.study.frontier import Point, frontier, not_dominated
from tests.model.cases import Data, by_year, changed, chip, greenfield, near, neutral, rent

HEADROOM = "regions/Grid/headroom_mw"
SHORTFALL = "workloads/work/shortfall"
BUILD = "sites/Site/build_options"


def two_ways(changes: Data | None = None, /, *, musd: float = 3.0, phase: float | None = None) -> Data:
    """Two years; halls take a year at 1 a MW or none at 5: 50 by the slow way with rent at 3, 60 by the fast one."""
    options: Data = {
        "slow": {"build_months": 12.0, "capex_musd_per_mw": 1.0, "phase_mw": phase},
        "fast": {"build_months": 0.0, "capex_musd_per_mw": 5.0, "phase_mw": phase},
    }
    site = {"region": "Grid", "max_it_mw": 100.0, "build_options": options, "whole_phases": phase is not None}
    return changed(neutral({"sites/Site": site, SHORTFALL: rent(musd)}, periods=2), changes or {})


def many_ways(changes: Data | None = None, /) -> Data:
    """Eight quarters with growing headroom, three ways to build, engines, two workloads and a discount."""
    quarters = [f"{2027 + q // 4}-{1 + 3 * (q % 4):02d}-01" for q in range(8)]
    options = {
        "slow": {"build_months": 14.0, "capex_musd_per_mw": 0.5, "life_years": 20.0},
        "quick": {"build_months": 8.0, "capex_musd_per_mw": 1.2},
        "fast": {"build_months": 2.0, "capex_musd_per_mw": 4.0},
    }
    site = {"region": "Grid", "max_it_mw": 30.0, "pue": 1.2, "build_options": options, "onsite": {"engine": {}}}
    case = neutral(
        {
            "settings/discount_rate": 0.1,
            "sites/Site": site,
            "regions/Grid/tariff_usd_per_mwh": 40.0,
            HEADROOM: {"step": dict(zip(quarters, (0.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0), strict=True))},
            "onsite_sources/engine": {"capex_usd_per_kw": 900.0, "lead_months": 5.0, "fuel_usd_per_mwh": 60.0},
            "chips/A/markets/US/lead_months": 4.0,
            "chips/B": chip(1.5e6, it_kw=500.0, residual_life_years=5.0),
            "chips/B/markets/US/supply_per_year": 6.0,
            SHORTFALL: rent(0.6),
            "workloads/more": {"demand_pflops": 6.0, "precision": "bf16", "shortfall": rent(0.9)},
            "goals/delay_weights": {"work": 2.0, "more": 1.0},
        },
        periods=8,
        frequency="quarter",
    )
    return changed(case, changes or {})


def found(data: Data, points: int) -> list[Point]:
    """The points of a frontier as they come, each checked again by the independent checker."""
    case = parse_case(data)
    with session(case) as s:
        plans = list(frontier(s, points))
    for point in plans:
        certificate = certify(case, point.solution)
        assert certificate.ok, [check for check in certificate.checks if not check.ok]
        assert point.solution.status is Status.OPTIMAL
        assert point.delay_months == average_delay(case, point.solution)
    return plans


def values(points: list[Point]) -> list[tuple[float, float]]:
    """Delay and cost of points."""
    return [(point.delay_months, point.cost_musd) for point in points]


def nearly(pairs: list[tuple[float, float]]) -> list[Any]:
    """Pairs of months and million USD, within what the solver promises."""
    return [pytest.approx(pair, rel=1e-5, abs=1e-5) for pair in pairs]


def test_two_ways_to_build_make_a_straight_line() -> None:
    """A MW that waits saves 5 - 1 - 3 = 1 and is 1.2 months: from 50 at 12 months to 60 at none, the ends first."""
    points = found(two_ways(), 5)
    assert values(points) == nearly([(12, 50), (0, 60), (9, 52.5), (6, 55), (3, 57.5)])
    assert values(not_dominated(points)) == nearly([(12, 50), (9, 52.5), (6, 55), (3, 57.5), (0, 60)])


def test_a_third_way_bends_the_line() -> None:
    """4 MW of a quick kind at 3 save 2 more each: 12 to 7.2 months cost -1 a MW, so that the cheapest waits with 6.

    A MW at once costs 3 + 1 against 1 + 1 + 3 of rent when it waits. From 7.2 months at 46 it is 1 a MW again, to 52.
    """
    quick = {"build_months": 0.0, "capex_musd_per_mw": 3.0, "max_start_mw_per_year": 4.0}
    points = found(two_ways({f"{BUILD}/quick": quick}), 4)
    assert values(points) == nearly([(7.2, 46), (0, 52), (4.8, 48), (2.4, 50)])


@pytest.mark.parametrize("points", [2, 3, 7])
def test_a_frontier_has_as_many_points_as_are_asked_for(points: int) -> None:
    """Evenly spaced in delay between the two ends."""
    plans = not_dominated(found(two_ways(), points))
    step = 12 / (points - 1)
    assert [plan.delay_months for plan in plans] == pytest.approx([12 - step * at for at in range(points)], abs=1e-5)


@pytest.mark.parametrize("data", [two_ways(), many_ways(), two_ways({HEADROOM: 9.0}, phase=4.0)])
def test_the_ends_are_those_of_each_goal_alone(data: Data) -> None:
    """The first has the least cost, the second the least delay and the least cost of that."""
    cheap, soon = found(data, 2)
    case = parse_case(data)
    assert cheap.cost_musd == pytest.approx(solve(case).objective_musd, rel=2e-4)
    exact = parse_case(changed(data, {"goals/delay_tolerance_months": 0.0}))
    with session(exact) as s:
        plan = OBJECTIVES["delay"](s)
    assert soon.delay_months == pytest.approx(average_delay(case, plan), abs=1e-5)
    assert soon.cost_musd == pytest.approx(plan.objective_musd, rel=2e-4)


def test_the_cheap_end_is_the_soonest_of_the_cheapest_plans() -> None:
    """With rent at 4 both ways cost 60: one point, without delay; nothing else is on the frontier."""
    assert values(found(two_ways(musd=4.0), 3)) == nearly([(0, 60)])


def test_whole_plans_of_one_delay_are_one_point() -> None:
    """8 of 10 PFLOP/s in two years, 4.8 months late: the rent of 2 at 3, and 8 chips in two phases of 5 MW at once.

    Halls take no time and cost 1 a MW, so that the cheapest plan is the soonest: 12 + 8 + 10.
    """
    case = neutral({SHORTFALL: rent(3.0), HEADROOM: 8.0, "sites/Site": greenfield(1.0)}, periods=2)
    case = changed(case, {"sites/Site/whole_phases": True, f"{BUILD}/halls/phase_mw": 5.0})
    assert values(found(case, 5)) == nearly([(4.8, 30)])


def test_ties_in_part_are_broken_towards_less_delay() -> None:
    """4 MW at once cost 3 more than by waiting, which is the rent saved; the others 4 more: 7.2 months."""
    even = {"build_months": 0.0, "capex_musd_per_mw": 4.0, "max_start_mw_per_year": 4.0}
    cheap, soon = found(two_ways({f"{BUILD}/even": even}), 2)
    assert values([cheap, soon]) == nearly([(7.2, 50), (0, 56)])


def test_a_demand_that_must_be_met_is_one_point() -> None:
    """There is no delay to trade."""
    points = found(neutral({HEADROOM: 12.0}), 4)
    assert values(not_dominated(points)) == nearly([(0, 10)])


def test_delay_that_cannot_be_helped_is_where_the_frontier_ends() -> None:
    """5 of 10 MW in 2027: from 12 months at 50 to 6 months at 55."""
    assert values(found(two_ways({HEADROOM: by_year(5, 10)}), 3)) == nearly([(12, 50), (6, 55), (9, 52.5)])


@pytest.mark.parametrize("changes", [{}, {"settings/discount_rate": 0.0}, {"sites/Site/onsite": {}}])
def test_a_frontier_falls_and_is_convex(changes: Data) -> None:
    """No point betters another in both goals, and of a linear program each month less costs more than the last."""
    points = found(many_ways(changes), 7)
    kept = not_dominated(points)
    assert len(kept) == len(points)
    slopes = []
    for costlier_later, cheaper_sooner in pairwise(kept):
        assert cheaper_sooner.delay_months < costlier_later.delay_months
        assert cheaper_sooner.cost_musd > costlier_later.cost_musd
        saved = costlier_later.delay_months - cheaper_sooner.delay_months
        slopes.append((cheaper_sooner.cost_musd - costlier_later.cost_musd) / saved)
    assert all(later >= earlier * (1 - 1e-4) for earlier, later in pairwise(slopes))


def test_each_point_has_the_least_cost_of_its_delay() -> None:
    """The soonest plan within the tolerance that leads there is no cheaper and no costlier."""
    data = many_ways()
    points = not_dominated(found(data, 5))
    least = points[-1].delay_months
    for point in points:
        months = {"goals/delay_tolerance_months": point.delay_months - least}
        with session(parse_case(changed(data, months))) as s:
            again = OBJECTIVES["delay"](s)
        assert again.objective_musd == pytest.approx(point.cost_musd, rel=1e-5)


def every_number_of_phases(headroom: float) -> list[tuple[float, float]]:
    """Delay and cost of all numbers of phases of 4 MW each way in `two_ways` at 3.5 for rent, by hand.

    Every chip that has a hall saves more of rent than it costs, so no hall stands empty.
    """
    plans = []
    for fast, slow in product(range(4), repeat=2):
        first, second = min(headroom, 10, 4 * fast), min(headroom, 10, 4 * (fast + slow))
        missing = 20 - first - second
        plans.append((12 * missing / 10, 20 * fast + 4 * slow + max(first, second) + 3.5 * missing))
    return plans


def best_of(plans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Plans that no other betters, the cheapest first."""
    kept: list[tuple[float, float]] = []
    for plan in sorted(plans, key=lambda plan: (plan[1], plan[0])):
        if not kept or plan[0] < kept[-1][0] - 1e-9:
            kept.append(plan)
    return kept


def test_whole_phases_make_steps() -> None:
    """At 9 MW of headroom the points are all those numbers of phases that no other betters."""
    plans = every_number_of_phases(9.0)
    points = not_dominated(found(two_ways({HEADROOM: 9.0}, musd=3.5, phase=4.0), 12))
    assert values(points) == [pytest.approx(plan, rel=2e-4, abs=1e-3) for plan in best_of(plans)]


def test_whole_phases_without_any_delay_at_the_end() -> None:
    """With room for all 10 MW at once the soonest plan has no delay: three fast phases, 60 + 10."""
    points = not_dominated(found(two_ways(musd=3.5, phase=4.0), 7))
    assert values(points) == [pytest.approx(plan, rel=2e-4, abs=1e-3) for plan in best_of(every_number_of_phases(10.0))]


def test_no_point_can_be_sooner_at_the_same_cost() -> None:
    """Chips are free and halls come in phases of 5 MW: 0, 5 or 8 of 10 PFLOP/s are served, and nothing between."""
    data = neutral({"chips/A": chip(0.0), SHORTFALL: rent(0), HEADROOM: 8.0, "sites/Site": greenfield(1.0)})
    data = changed(data, {"sites/Site/whole_phases": True, f"{BUILD}/halls/phase_mw": 5.0})
    points = not_dominated(found(data, 5))
    assert values(points) == nearly([(12, 0), (6, 5), (2.4, 10)])


@pytest.mark.parametrize("musd", [3.0, 10.0])
def test_penalties_are_no_cash(musd: float) -> None:
    """Nothing built is 24 months and nothing paid; a MW the slow way is 2 for 1.2 months, then 4 more for 1.2."""
    points = found(two_ways({SHORTFALL: rent(musd) | {"kind": "penalty"}}), 5)
    assert values(points) == nearly([(24, 0), (0, 60), (18, 10), (12, 20), (6, 40)])
    assert values(not_dominated(points)) == nearly([(24, 0), (18, 10), (12, 20), (6, 40), (0, 60)])


def test_penalties_do_not_move_the_points_in_delay() -> None:
    """The plans are those of the least cash, whatever the penalty: all money but that for the shortfall."""
    points = found(two_ways({SHORTFALL: rent(10) | {"kind": "penalty"}}), 5)
    assert [point.delay_months for point in points] == pytest.approx([24, 0, 18, 12, 6], abs=1e-5)
    cash = [sum(cost for name, cost in cost_by_account(p.solution).items() if name != "shortfall") for p in points]
    assert cash == pytest.approx([0, 60, 10, 20, 40], abs=1e-3)


def test_a_session_answers_as_before_after_a_frontier() -> None:
    """The limit lifted and cost asked for again: the first answer."""
    for data in (two_ways(), many_ways(), two_ways({HEADROOM: 9.0}, musd=3.5, phase=4.0)):
        with session(parse_case(data)) as s:
            first = s.solve()
            points = [*frontier(s, 4)]
            s.minimise("cost")
            s.limit("delay", None)
            again = s.solve()
            points_again = [*frontier(s, 4)]
        assert again.objective_musd == near(first.objective_musd)
        assert again.bound_musd == pytest.approx(first.bound_musd, rel=2e-4)
        assert again.status is first.status
        assert certify(parse_case(data), again).ok
        assert values(points_again) == [pytest.approx(pair, rel=2e-4, abs=1e-4) for pair in values(points)]


def test_a_frontier_hands_out_what_it_finds_at_once() -> None:
    """The ends are there before the rest is looked for."""
    with session(parse_case(two_ways())) as s:
        points = frontier(s, 50)
        assert values([next(points), next(points)]) == nearly([(12, 50), (0, 60)])


def test_equal_questions_have_equal_frontiers() -> None:
    """Two runs agree to the last digit."""
    assert values(found(many_ways(), 4)) == values(found(many_ways(), 4))


def test_a_case_without_a_plan_has_no_frontier() -> None:
    """It is said why."""
    with session(parse_case(neutral({HEADROOM: 8.0}))) as s, pytest.raises(InfeasibleError, match="headroom"):
        next(frontier(s, 3))


def test_another_solver_draws_no_frontier() -> None:
    """It can only minimise cost."""
    with (
        session(parse_case(two_ways()), Options(solver="PULP_CBC_CMD")) as s,
        pytest.raises(OptionError, match="can only minimise cost"),
    ):
        next(frontier(s, 3))


def test_points_that_another_betters_are_dropped() -> None:
    """Costlier and no sooner, or the same twice: gone. A point that is later but cheaper stays."""
    plan = solve(parse_case(neutral()))

    def point(delay: float, musd: float) -> Point:
        return Point(delay, musd, plan.__class__(plan.status, musd, musd, plan.linear, plan.tables))

    points = [point(0, 9), point(5, 4), point(5, 5), point(6, 4), point(3, 7), point(4, 8), point(5, 4), point(9, 1)]
    assert values(not_dominated(points)) == [(9, 1), (5, 4), (3, 7), (0, 9)]
    assert values(not_dominated([point(2, 3), point(2 - 1e-9, 4), point(2 - 2e-9, 5)])) == [(2, 3)]
    assert not_dominated([]) == []
    assert values(not_dominated([point(2, 3)])) == [(2, 3)]
