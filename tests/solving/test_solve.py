"""Solving a case: what is said when there is no plan, what prices mean, the same answer to the same question."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import planner.solving.tables
from planner.errors import InfeasibleError, NoPlanError, OptionError, UnboundedError
from planner.lp import Options
from planner.schema import parse_case
from planner.solution import TABLES, Solution, Status
from planner.solving import Timing, session, solve
from planner.solving.tables import FILLED_LATER, MAKE
from tests.model.cases import (
    Data,
    amounts,
    by_year,
    changed,
    chip,
    cost,
    greenfield,
    near,
    neutral,
    plan_of,
    rent,
    solved,
)

PHASES = {
    "sites/Site": greenfield(2.0, opening_musd=3.0, whole_phases=True),
    "sites/Site/build_options/halls/phase_mw": 4.0,
}
"""Halls in phases of 4 MW: three of them for 10 MW, 24 + 3 + 10 = 37."""


def refusal(case: Data) -> str:
    """Why a case has no plan."""
    with pytest.raises(InfeasibleError) as caught:
        solve(parse_case(case))
    assert caught.value.exit_code == 3
    return str(caught.value)


def test_an_infeasible_case_names_the_rules_that_clash_and_when() -> None:
    """8 MW of headroom in 2028 cannot feed a demand of 10: both rules, their names, that year and their limits."""
    told = refusal(neutral({"regions/Grid/headroom_mw": by_year(20, 8, 20)}, periods=3))
    assert "headroom [Grid] in 2028 (at most 8 MW)" in told
    assert "demand [work] in 2028 (at least 10 PFLOP/s)" in told
    assert "2027" not in told
    assert "2029" not in told
    assert "give the workload a shortfall" in told


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"sites/Site/existing_it_mw": 8.0}, "hall_space [Site]"),
        ({"markets/US": {"generation_twh_per_year": 0.01}}, "national_energy [US]"),
        ({"chips/A/markets/US/supply_per_year": 8.0}, "supply [A, US]"),
        ({"policy/power_caps": {"firm": {"markets": ["US"], "mw": 8.0}}}, "power_cap [firm]"),
        ({"policy/budgets": {"board": {"musd": 8.0}}}, "budget [board]"),
        ({"policy/capacity_limits": {"limit": {"most": 8.0}}}, "most_capacity [limit]"),
        (
            {"policy/licence_quotas": {"licence": {"chips": ["A"], "markets": ["US"], "units": 8.0}}},
            "licence_quota [licence]",
        ),
    ],
)
def test_an_infeasible_case_names_the_limit_whatever_it_is(changes: dict[str, Any], rule: str) -> None:
    """Each limit that leaves too little for 10 PFLOP/s is named with what it limits."""
    told = refusal(neutral(changes))
    assert rule in told
    assert "demand [work] in 2027" in told


def test_a_clash_of_whole_phases_names_a_rule() -> None:
    """37 are needed in phases and 36 are there, which would do for 10 MW by the MW: 20 + 0.3 + 10."""
    told = refusal(neutral(PHASES | {"policy/budgets": {"board": {"musd": 36.0}}}))
    assert "budget" in told


ENDLESS = {"settings/discount_rate": -0.5, "chips/A/residual_life_years": 100.0, "chips/A/it_kw": 0.0}
"""Money is worth twice as much a year later, and chips take no room."""


def test_a_case_that_pays_for_more_is_unbounded() -> None:
    """Money that is worth twice as much a year later makes a chip's residual value exceed its price, without end.

    A chip counts 0.5 ** -0.5 in the middle of the year and 0.99 * 2 at its end. Of 10 on offer all are bought; of those
    that take 1 MW, as many as the halls hold.
    """
    case = neutral(ENDLESS)
    with pytest.raises(UnboundedError) as caught:
        solve(parse_case(case))
    assert caught.value.exit_code == 3
    assert cost(changed(case, {"chips/A/markets/US/supply_per_year": 10.0})) == near(10 * 0.5**-0.5 - 9.9 * 2)
    assert cost(changed(case, {"chips/A/it_kw": 1000.0})) == near(100 * 0.5**-0.5 - 99 * 2)


def test_an_unbounded_case_with_whole_phases_is_not_called_infeasible() -> None:
    """The same case with halls in whole phases."""
    with pytest.raises(UnboundedError):
        solve(parse_case(neutral(PHASES | ENDLESS)))


def test_a_solver_that_is_not_there_is_an_option_that_cannot_be_used() -> None:
    """It is named, with those that are there."""
    with pytest.raises(OptionError, match="'ORACLE' is not available") as caught:
        solve(parse_case(neutral()), Options(solver="ORACLE"))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "changes", [{}, PHASES, {"sites/Site/existing_it_mw": 8.0, "workloads/work/shortfall": rent(3)}]
)
def test_another_solver_finds_a_plan_of_the_same_cost(changes: dict[str, Any]) -> None:
    """CBC agrees with HiGHS, and its plan is certified like any other."""
    case = parse_case(neutral(changes, periods=2))
    one, other = plan_of(case), plan_of(case, Options(solver="PULP_CBC_CMD"))
    assert other.objective_musd == near(one.objective_musd)
    assert other.status is Status.OPTIMAL
    assert other.solver["solver"] == "PULP_CBC_CMD"


def test_another_solver_says_why_there_is_no_plan() -> None:
    """CBC knows infeasible and unbounded cases too."""
    other = Options(solver="PULP_CBC_CMD")
    with pytest.raises(InfeasibleError, match="hall_space"):
        solve(parse_case(neutral({"sites/Site/existing_it_mw": 8.0})), other)
    with pytest.raises(UnboundedError):
        solve(parse_case(neutral(ENDLESS)), other)


def price(solution: Solution, rule: str, node: str) -> float:
    """The price of a rule at a node, USD per unit."""
    rows = solution["prices"]
    found = rows[(rows["rule"] == rule) & (rows["node"] == node)]
    return float(found["price_usd"].sum())


DISCOUNTED = {"settings/discount_rate": 0.21, "workloads/work/shortfall": rent(3), "chips/B": chip(2.5e6)}
LICENCE = {"chips": ["A"], "markets": ["US"], "units": 4.0, "window": "whole"}
TONNES = {"t_per_year": 70080.0}


@pytest.mark.parametrize(
    ("rule", "path", "limit", "step", "unit", "present"),
    [
        ("headroom", "regions/Grid/headroom_mw", 8.0, 1.0, "MW", False),
        ("hall_space", "sites/Site/existing_it_mw", 8.0, 1.0, "MW", False),
        ("supply", "chips/A/markets/US/supply_per_year", 8.0, 1.0, "chips", False),
        ("shared_supply", "chips/A/supply_per_year", 8.0, 1.0, "chips", False),
        ("supply_pools", "pools/wafers/capacity_per_year", 8.0, 1.0, "pool units", False),
        ("national_energy", "markets/US/generation_twh_per_year", 0.07008, 1e-6, "MWh", False),
        ("power_cap", "policy/power_caps/firm/mw", 8.0, 1.0, "MW", False),
        ("carbon_cap", "policy/carbon_caps/cap/t_per_year", 70080.0, 1.0, "t CO2", False),
        ("most_capacity", "policy/capacity_limits/limit/most", 8.0, 1.0, "chips", False),
        ("licence_quota", "policy/licence_quotas/licence/units", 8.0, 1.0, "chips", True),
        ("budget", "policy/budgets/board/musd", 8.0, 1.0, "million USD", True),
    ],
)
def test_a_price_is_what_a_unit_more_saves(
    rule: str, path: str, limit: float, step: float, unit: str, present: bool
) -> None:
    """One unit more of the limit in 2027 saves its price: of that day, or in present money for rules over windows.

    The step of generation is a millionth of a TWh, one MWh. The halls that stand are a decision, and no limit is shown.
    """
    case = neutral(
        {
            "settings/discount_rate": 0.21,
            "workloads/work/shortfall": rent(3),
            "chips/B": chip(2.5e6),
            "regions/Grid/carbon_t_per_mwh": 1.0,
        }
    )
    rules = {
        "supply_pools": {"pools": {"wafers": {"unit": "wafers"}}, "chips/A/pools": {"wafers": 1.0}},
        "power_cap": {"policy/power_caps": {"firm": {"markets": ["US"]}}},
        "carbon_cap": {"policy/carbon_caps": {"cap": {}}},
        "most_capacity": {"policy/capacity_limits": {"limit": {"chips": ["A"]}}},
        "licence_quota": {"policy/licence_quotas": {"licence": {"chips": ["A"], "markets": ["US"]}}},
        "budget": {"policy/budgets": {"board": {"window": "whole"}}},
    }
    case = changed(case, rules.get(rule, {}))
    plan = solved(changed(case, {path: limit}))
    more = cost(changed(case, {path: limit + step}))
    saved = (plan.objective_musd - more) * 1e6
    assert saved > 0
    worth = 1.0 if present else 1 / 1.1
    assert price(plan, rule, "2027") * worth == pytest.approx(saved, rel=1e-5)
    row = plan["prices"].set_index("rule").loc[rule]
    assert row["unit"] == unit
    if rule == "hall_space":
        return
    assert row["limit"] == near(limit * (1e6 if rule == "national_energy" else 1))
    assert row["present_musd"] == near(row["limit"] * row["price_usd"] * worth / 1e6)


def test_the_price_of_demand_is_what_a_unit_more_costs() -> None:
    """One PFLOP/s more is rented for 3, in money of the year, whatever the year is worth today."""
    case = neutral(
        {"regions/Grid/headroom_mw": 8.0, "workloads/work/shortfall": rent(3), "settings/discount_rate": 0.21},
        periods=2,
    )
    plan = solved(case)
    assert price(plan, "demand", "2027") == near(3e6)
    assert price(plan, "demand", "2028") == near(3e6)


def test_the_price_of_halls_is_for_a_mw_of_halls() -> None:
    """At a PUE of 1.25 one more MW of halls runs one more chip: 3 of rent less 1; a MW at the meter would be 1.6."""
    plan = solved(
        neutral({"sites/Site/existing_it_mw": 8.0, "sites/Site/pue": 1.25, "workloads/work/shortfall": rent(3)})
    )
    assert price(plan, "hall_space", "2027") == near(2e6)


def test_the_price_of_room_is_for_a_mw_of_room() -> None:
    """Half of 8 MW is opened, at 4 for the whole: 2. With 9 MW four ninths of 4: 0.2222 less, by the slope 0.25.

    The room is that of halls and that of the connection, at a PUE of 1: either may bear the price, or both a part.
    """
    plan = solved(neutral({"sites/Site": greenfield(size=8.0, opening_musd=4.0), "workloads/work/demand_pflops": 4.0}))
    assert set(plan["prices"].query("typed == 'sites.Site.max_it_mw'")["rule"]) <= {"site_size", "connection_size"}
    assert plan["prices"].query("typed == 'sites.Site.max_it_mw'")["price_usd"].sum() == near(0.25e6)


def test_a_limit_that_does_not_bind_has_no_price() -> None:
    """11 MW of headroom for 10: no row in the table of prices."""
    plan = solved(neutral({"regions/Grid/headroom_mw": 11.0}))
    assert "headroom" not in set(plan["prices"]["rule"])


def test_prices_with_whole_phases_are_those_at_the_plan_found() -> None:
    """Three phases of 4 MW stand; a MW of headroom more serves one more for a chip: 10 - 1 = 9 million."""
    plan = solved(neutral(PHASES | {"regions/Grid/headroom_mw": 9.0, "workloads/work/shortfall": rent(10)}))
    assert not plan.linear
    assert price(plan, "headroom", "2027") == near(9e6)


def test_prices_are_tried_from_both_sides() -> None:
    """8 MW of headroom in two years: one more in 2028 alone saves 3 of rent less 1 for a chip; one less costs 3.

    The dual alone says one of the two.
    """
    case = parse_case(
        neutral(
            {"regions/Grid/headroom_mw": 8.0, "workloads/work/shortfall": rent(3), "settings/discount_rate": 0.21},
            periods=2,
        )
    )
    with session(case) as open_session:
        plan = open_session.solve()
        tried = open_session.verify_prices(plan)["verified"]
        again = open_session.solve()
    row = tried[tried["rule"] == "headroom"].iloc[0]
    assert row["unit"] == "MW"
    assert row["more_usd"] <= row["price_usd"] + 1 <= row["less_usd"] + 2
    if row["node"] == "2028":
        assert (row["more_usd"], row["less_usd"]) == (near(2e6), near(3e6))
    assert again.objective_musd == near(plan.objective_musd)


def test_a_price_without_a_side_is_left_empty() -> None:
    """With one MW less the case has no plan, which is no saving of any size."""
    case = parse_case(
        neutral({"regions/Grid/headroom_mw": 10.0, "chips/B": chip(0.5e6, it_kw=1001.0, peak_pflops={"bf16": 1.0})})
    )
    with session(case) as open_session:
        tried = open_session.verify_prices(open_session.solve())["verified"]
    row = tried[tried["rule"] == "headroom"].iloc[0]
    assert row["more_usd"] > 0
    assert pd.isna(row["less_usd"])


def many(**changes: Any) -> Data:
    """A case with ties between sites and chips, where an arbitrary choice would show."""
    sites = {f"site {i}": greenfield(1.0, 3.0 * i, size=7.0) for i in range(4)}
    chips = {name: chip(by_year(1e6, 0.9e6)) for name in ("B", "C", "D")}
    return neutral(
        {"sites": sites, "chips": chips, "workloads/work/shortfall": rent(3)} | changes,
        periods=4,
        frequency="quarter",
    )


@pytest.mark.parametrize("changes", [{}, {"settings/whole_phases": True}])
def test_the_same_question_has_the_same_answer(changes: dict[str, Any]) -> None:
    """Two runs give the same tables to the last bit."""
    one, other = solved(many(**changes)), solved(many(**changes))
    assert one.objective_musd == other.objective_musd
    assert one.bound_musd == other.bound_musd
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)


def test_a_session_may_be_asked_again() -> None:
    """The second answer of a session is the first."""
    with session(parse_case(neutral({"regions/Grid/headroom_mw": 20.0}, periods=3))) as open_session:
        one, other = open_session.solve(), open_session.solve()
    assert (one.objective_musd, one.bound_musd, one.status) == (other.objective_musd, other.bound_musd, other.status)


def test_a_session_with_whole_phases_may_be_asked_again() -> None:
    """The second answer proves as much as the first."""
    with session(parse_case(neutral(PHASES))) as open_session:
        one, other = open_session.solve(), open_session.solve()
    assert (other.objective_musd, other.status) == (near(one.objective_musd), one.status)
    assert other.bound_musd == near(one.bound_musd)


def test_a_proven_plan_says_so() -> None:
    """The bound of a linear plan meets its cost, and that of whole phases lies within the gap."""
    linear = solved(neutral(periods=2))
    assert linear.linear
    assert linear.status is Status.OPTIMAL
    assert linear.bound_musd == near(linear.objective_musd)
    whole = solved(neutral(PHASES))
    assert not whole.linear
    assert whole.status is Status.OPTIMAL
    assert whole.gap <= 1e-4


def test_without_time_there_is_no_plan() -> None:
    """A limit of no seconds on whole phases leaves nothing, and it is told as that, not as infeasible."""
    case = many(**{"settings/whole_phases": True, "settings/periods": 60})
    for site in case["sites"].values():
        site["build_options"]["halls"]["phase_mw"] = 2.0
        site["opening_musd"] = 1.0
    with pytest.raises(NoPlanError, match="no plan was found") as caught:
        solve(parse_case(case), Options(time_limit=0.0))
    assert caught.value.exit_code == 4


def test_a_session_tells_its_stages_and_their_seconds() -> None:
    """Unrolling, building, solving and reading, in that order."""
    told: list[str] = []
    timing = Timing()
    with session(parse_case(neutral()), report=lambda stage, _: told.append(stage), timing=timing) as open_session:
        open_session.solve()
    assert list(dict.fromkeys(told)) == ["unroll", "build", "solve"]
    assert list(timing.seconds) == ["unroll", "build", "pass", "solve", "read"]


def test_a_case_of_nothing_costs_nothing() -> None:
    """No workload, no chip, no site: a plan of no rows."""
    for changes in ({"workloads": {}}, {"workloads": {}, "chips": {}, "sites": {}}):
        plan = solved(neutral(changes, periods=2))
        assert plan.objective_musd == 0.0
        assert plan.status is Status.OPTIMAL


def test_every_table_has_what_fills_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nothing fills stops the first plan, where it would be empty in every result without being noticed."""
    assert set(TABLES) - FILLED_LATER == set(MAKE)
    monkeypatch.setattr(planner.solving.tables, "TABLES", {**TABLES, "water": TABLES["regions"]})
    with pytest.raises(KeyError, match="water"):
        solved(neutral())


def test_tables_are_in_the_planners_units() -> None:
    """Half a million chips of 30 000 USD at 1.4 kW: 15 000 million USD, 700 MW and 500 000 PFLOP/s."""
    case = neutral(
        {
            "sites/Site": {"region": "Grid", "max_it_mw": 1e4, "existing_it_mw": 1e4},
            "chips/A": chip(3e4, it_kw=1.4),
            "workloads/work/demand_pflops": 5e5,
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(15_000)
    assert amounts(plan, "orders", "ordered") == near([5e5])
    assert amounts(plan, "halls", "grid_mw") == near([700])
    assert amounts(plan, "service", "served") == near([5e5])


SEVENTY_MW = {"chips/A": chip(3e4, it_kw=1.4), "workloads/work/demand_pflops": 5e4}
"""50 000 chips of 30 000 USD at 1.4 kW: 1500 million USD."""


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"markets/US": {"generation_twh_per_year": 11_400.0}}, 1500.0),
        ({"regions/Grid/headroom_mw": 1e6}, 1500.0),
        ({"chips/A/markets/US/supply_per_year": 1e12}, 1500.0),
        ({"workloads": {}}, 0.0),
        ({"chips/A/om_usd_per_unit_year": 0.1}, 1500.005),
    ],
)
def test_a_limit_that_is_none_and_a_cost_that_is_small_do_no_harm(changes: dict[str, Any], answer: float) -> None:
    """The power of a country, a very large number for no limit, no demand and ten cents of upkeep are ordinary."""
    assert cost(neutral(SEVENTY_MW | changes)) == near(answer)


@pytest.mark.parametrize("units", [1776.0, 3580.0])
def test_a_fleet_that_is_retired_in_full_is_certified(units: float) -> None:
    """Chips that no hall can power may be retired to the last; what is left of the subtraction is rounding."""
    case = neutral(
        {
            "sites/Site": greenfield(existing_fleet={"A": {"units": units}}),
            "sites/Site/build_options": {},
            "workloads/work/demand_pflops": 32_000.0,
            "workloads/work/shortfall": rent(0.01),
        },
        periods=2,
    )
    assert cost(case) == near(640)


def test_a_case_with_nothing_to_decide_still_has_a_cost() -> None:
    """Orders placed before the plan are banned on day one: 5 million of deposit come back, and that is all."""
    placed = {
        "chip": "A",
        "market": "US",
        "units": 1000,
        "due": "2027-01-01",
        "price_usd": 1e4,
        "deposit_paid_usd": 5e6,
    }
    ban = {"chips": ["A"], "markets": ["US"], "refund_share": 1.0}
    case = {
        "settings": {"name": "empty", "start": "2027-01-01", "periods": 1},
        "markets": {"US": {}},
        "regions": {},
        "sites": {},
        "chips": {"A": {"peak_pflops": {"bf16": 0.0}, "it_kw": 0.0}},
        "orders_placed": {"placed": placed},
        "workloads": {},
        "policy": {"bans": {"ban": ban}},
    }
    assert solved(case).objective_musd == near(-5.0)


def test_demand_served_for_nothing_is_certified() -> None:
    """Free chips serve the last decimal of the demand: what the subtraction leaves is no cost."""
    case = {
        "settings": {"name": "free", "start": "2027-01-01", "periods": 1},
        "markets": {"CN": {}},
        "regions": {"North": {"market": "CN"}},
        "sites": {"two": {"region": "North", "max_it_mw": 1.0}},
        "chips": {"B": {"peak_pflops": {"fp8": 4.84}, "it_kw": 0.0, "markets": {"CN": {}}}},
        "workloads": {
            "training": {
                "precision": "fp8",
                "demand_pflops": 1494.12,
                "shortfall": {"usd_per_pflops_year": 79369.0},
            }
        },
    }
    assert solved(case).objective_musd == pytest.approx(0.0, abs=1e-9)
