"""A tidy plan: the fewest and largest actions among the plans that cost almost as little as the cheapest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.certificate import certify
from planner.errors import InfeasibleError, OptionError, UnboundedError
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.solution import Solution
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from tests.model.cases import Data, amounts, by_year, changed, chip, greenfield, near, neutral, ordered, rent
from tests.model.test_reference import random_case

WITHIN = 0.0005


def both(data: Data | Case, within: float = WITHIN, options: Options | None = None) -> tuple[Solution, Solution]:
    """The cheapest plan of a case and the tidy one, both certified."""
    case = parse_case(data) if isinstance(data, dict) else data
    case = case.model_copy(update={"settings": case.settings.model_copy(update={"tidy_within": within})})
    with session(case, options) as s:
        cheapest = OBJECTIVES[case.goals.objective](s)
        tidy = s.tidied(cheapest, within)
    for plan in (cheapest, tidy):
        assert [check for check in certify(case, plan).checks if not check.ok] == []
    return cheapest, tidy


def two_orders(price: float) -> Data:
    """10 PFLOP/s in 2027 and 20 in 2028; a chip costs 1 million USD in 2027 and a price in 2028."""
    demand = {"workloads/work/demand_pflops": by_year(10, 20)}
    return neutral(demand | {"chips/A": chip(by_year(1e6, price))}, periods=2)


def test_two_orders_are_gathered_where_that_costs_almost_nothing() -> None:
    """10 at 1 and 10 at 0.9995 cost 19.995, all 20 in 2027 cost 20: 0.005 more, a quarter of a thousandth.

    Without tidiness both orders stay.
    """
    cheapest, tidy = both(two_orders(999_500.0))
    assert ordered(cheapest) == near([10, 10])
    assert cheapest.objective_musd == near(19.995)
    assert ordered(tidy) == near([20, 0])
    assert tidy.objective_musd == near(20.0)
    assert tidy.tidiness is not None
    assert (tidy.cheapest_musd, tidy.least_musd) == near((19.995, 19.995))
    assert (tidy.tidiness.before["orders"], tidy.tidiness.after["orders"]) == (2.0, 1.0)


def test_what_is_proven_stays_that_of_the_least_cost() -> None:
    """The bound is 19.995, so the gap of the plan for 20 is 0.005 of 20; what a chip more saves is as it was."""
    cheapest, tidy = both(two_orders(999_500.0))
    assert tidy.bound_musd == cheapest.bound_musd
    assert tidy.gap == near(0.005 / 20)
    assert tidy["prices"].equals(cheapest["prices"])
    assert tidy.status is cheapest.status


def test_orders_are_not_gathered_where_that_costs_too_much() -> None:
    """At 0.99 two orders cost 19.9 and one 20, half of a hundredth more: the cheapest plan is kept as it is."""
    cheapest, tidy = both(two_orders(990_000.0))
    assert tidy is cheapest
    assert tidy.tidiness is None
    assert tidy.cheapest_musd == near(19.9)


def test_more_may_be_given_for_tidiness() -> None:
    """Where a hundredth may be given, the same two orders are gathered for 0.1."""
    cheapest, tidy = both(two_orders(990_000.0), within=0.01)
    assert ordered(tidy) == near([20, 0])
    assert tidy.objective_musd - cheapest.objective_musd == near(0.1)


def test_a_tolerance_of_nothing_takes_the_cheapest() -> None:
    """0 leaves the plan alone, to the last digit."""
    cheapest, tidy = both(two_orders(999_500.0), within=0.0)
    assert tidy is cheapest


def test_a_start_of_a_twentieth_of_a_megawatt_disappears() -> None:
    """Demand of 10, then 10.05: halls at 2 a MW, then 1.99, are begun as 10 and 0.05 for 20 + 0.0995.

    All 10.05 begun in 2027 cost 20.1, which is 0.0005 more of 30.15.
    """
    case = neutral(
        {
            "sites/Site": greenfield(by_year(2.0, 1.99)),
            "workloads/work/demand_pflops": by_year(10, 10.05),
        },
        periods=2,
    )
    cheapest, tidy = both(case)
    assert amounts(cheapest, "starts", "start_mw") == near([10, 0.05])
    assert amounts(tidy, "starts", "start_mw") == near([10.05, 0])
    assert tidy.objective_musd - cheapest.objective_musd == near(0.0005)


def phases(capex: float) -> Data:
    """Halls in whole phases of 4 MW at 2 a MW, then at another price; demand of 4, then of 8."""
    return neutral(
        {
            "sites/Site": greenfield(by_year(2.0, capex), whole_phases=True),
            "sites/Site/build_options/halls/phase_mw": 4.0,
            "workloads/work/demand_pflops": by_year(4, 8),
        },
        periods=2,
    )


def test_whole_phases_are_gathered() -> None:
    """4 MW at 2 and 4 at 1.999 are 15.996 and 8 chips 8; two phases at once cost 0.004 more of 23.996.

    The prices are those of the limits where two phases are begun in 2027.
    """
    cheapest, tidy = both(phases(1.999))
    assert amounts(cheapest, "starts", "phases") == near([1, 1])
    assert amounts(tidy, "starts", "phases") == near([2, 0])
    assert tidy.objective_musd - cheapest.objective_musd == near(0.004)
    assert tidy.bound_musd == cheapest.bound_musd


def test_whole_phases_are_not_gathered_where_that_costs_too_much() -> None:
    """At 1.9 the second phase saves 0.4 of 23.6."""
    cheapest, tidy = both(phases(1.9))
    assert amounts(tidy, "starts", "phases") == near([1, 1])
    assert tidy.objective_musd == near(cheapest.objective_musd)


def test_the_only_plan_is_kept() -> None:
    """One order in one year, and a grid connection that costs something: nothing is fewer."""
    cheapest, tidy = both(neutral({"sites/Site/grid_connection_musd_per_mw": 1.0}))
    assert tidy is cheapest


def test_an_application_that_nobody_needs_is_not_made() -> None:
    """Where a grid connection is free, the solver may apply for one to no end: among plans of 10 the tidy one does not.

    The site is connected for its 100 MW already.
    """
    _, tidy = both(neutral())
    assert amounts(tidy, "halls", "grid_apply_mw") == near([0])
    assert tidy.objective_musd == near(10)


def test_prices_are_tried_at_the_least_cost() -> None:
    """Of a tidied plan the prices that are tried from both sides are those of the cheapest plan.

    20 PFLOP/s are asked for in 2028, of which 15 MW of headroom feed 15; the rest is rented at 3. A MW more saves 3 and
    takes a chip of 2028, 2.0005 million USD, though the tidy plan buys every chip in 2027 and would save 2.
    """
    limit = {"regions/Grid/headroom_mw": by_year(20, 15), "workloads/work/shortfall": rent(3.0)}
    case = parse_case(changed(two_orders(999_500.0), limit))
    with session(case) as s:
        tidy = s.tidied(s.solve(), WITHIN)
        tried = s.verify_prices(tidy)["verified"]
    assert ordered(tidy) == near([15, 0])
    row = tried[tried["rule"] == "headroom"].iloc[0]
    assert (row["price_usd"], row["more_usd"], row["less_usd"]) == near((2_000_500.0, 2_000_500.0, 2_000_500.0))


def test_the_next_solve_is_the_cheapest_again() -> None:
    """Nothing of the search stays in the session: no limit, no order held at nothing."""
    with session(parse_case(two_orders(999_500.0))) as s:
        cheapest = s.solve()
        s.tidied(cheapest, WITHIN)
        assert s.solve().objective_musd == near(cheapest.objective_musd)


def test_whole_phases_are_free_again_after_the_search() -> None:
    """The whole plan found next is the cheapest."""
    with session(parse_case(phases(1.999))) as s:
        cheapest = s.solve()
        s.tidied(cheapest, WITHIN)
        again = s.solve()
    assert amounts(again, "starts", "phases") == near([1, 1])
    assert again.objective_musd == near(cheapest.objective_musd)


def test_what_costs_more_than_a_tidy_plan_may_is_a_plan_afterwards() -> None:
    """With nothing begun in 2027, 4 PFLOP/s are rented at 10, then 8 MW begun at 1.999 and 8 chips bought: 63.992."""
    with session(parse_case(changed(phases(1.999), {"workloads/work/shortfall": rent(10.0)}))) as s:
        s.tidied(s.solve(), WITHIN)
        (costs,) = s.best_of_each([{move: 0.0 for move in s.first_moves if move.period == 0}])
    assert costs == near(40 + 15.992 + 8)


def test_the_first_moves_are_those_of_the_tidy_plan() -> None:
    """What is read of the last answer is of the plan that is handed out: 20 chips in 2027."""
    with session(parse_case(two_orders(999_500.0))) as s:
        s.tidied(s.solve(), WITHIN)
        moves = {(move.kind, move.period): amount for move, amount in s.first_moves.items()}
    assert moves["order", 0] == near(20)


def test_the_same_question_has_the_same_tidy_plan() -> None:
    """Two runs agree to the last digit."""
    case = replace_settings(random_case(8), discount_rate=0.05)
    first, second = both(case)[1], both(case)[1]
    assert first.objective_musd == second.objective_musd
    assert all(first[name].equals(second[name]) for name in first.tables)


def test_another_solver_is_refused() -> None:
    """Only our own door can hold a cost and solve again."""
    case = parse_case(neutral())
    with session(case) as s:
        plan = s.solve()
        s._program.options = replace(s.options, solver="CBC")
        with pytest.raises(OptionError):
            s.tidied(plan, WITHIN)


@pytest.mark.parametrize("seed", range(24))
def test_a_tidy_plan_costs_no_more_than_it_may_and_takes_fewer_actions(seed: int) -> None:
    """Of random small cases, certified: cost within the tolerance, bound as before, actions fewer or the plan kept."""
    try:
        cheapest, tidy = both(random_case(seed), within=0.01, options=Options(gap=1e-9))
    except (InfeasibleError, UnboundedError):
        pytest.skip("no plan")
    assert tidy.minimised_musd <= cheapest.minimised_musd + 0.01 * abs(cheapest.minimised_musd) + 1e-6
    assert tidy.bound_musd == cheapest.bound_musd
    if tidy.tidiness is None:
        assert tidy is cheapest
    else:
        assert sum(tidy.tidiness.after.values()) < sum(tidy.tidiness.before.values())


def replace_settings(case: Case, **fields: Any) -> Case:
    """A case with some settings changed."""
    return case.model_copy(update={"settings": case.settings.model_copy(update=fields)})


def test_a_site_that_opens_at_once_is_held_open() -> None:
    """Opening at the first node is an action itself, and follows from none: it stays 1 where halls are begun.

    Halls of 10 MW in phases of 5 at a site that costs 3 to open: 3 + 20 + 10 for two phases, all begun at once.
    """
    site = greenfield(2.0, whole_phases=True)
    site |= {"opening_musd": 3.0, "build_options": {"halls": site["build_options"]["halls"] | {"phase_mw": 5.0}}}
    cheapest, tidy = both(neutral({"sites/Site": site}))
    assert cheapest.objective_musd == near(33)
    assert tidy["halls"]["open"].tolist() == near([1.0])
