"""Objectives: milestones as early as can be, least average delay, least cost; against enumeration and by hand.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest

from planner.certificate import certify
from planner.errors import CaseError, InfeasibleError, OptionError
from planner.findings import average_delay, milestones_reached
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.schema.goals import Goals, Objective
from planner.solution import Solution, Status
from planner.solving import session, solve
from planner.solving.objectives import OBJECTIVES
from tests.model.cases import (
    Data,
    amounts,
    by_year,
    changed,
    chip,
    greenfield,
    near,
    neutral,
    ordered,
    rent,
)

HEADROOM = "regions/Grid/headroom_mw"
DEMAND = "workloads/work/demand_pflops"
SHORTFALL = "workloads/work/shortfall"
MILESTONES = "goals/milestones"
TOLERANCE = "goals/delay_tolerance_months"


def best(data: Data, objective: Objective) -> tuple[Case, Solution]:
    """A case and its plan by an objective, checked again by the independent checker."""
    case = parse_case(changed(data, {"goals/objective": objective}))
    with session(case) as s:
        plan = OBJECTIVES[objective](s)
    asked = case.model_copy(update={"goals": case.goals.model_copy(update={"objective": objective})})
    failed = [
        f"{check.id} {check.where}: {check.worst:g} {check.unit}"
        for check in certify(asked, plan).checks
        if not check.ok
    ]
    assert not failed, failed
    return case, plan


def reached(data: Data) -> tuple[dict[str, str | None], float]:
    """When the earliest plan reaches its milestones, and what it costs where other demand may wait without limit."""
    case, plan = best(changed(data, {TOLERANCE: 1e4}), "earliest")
    return milestones_reached(case, plan), plan.objective_musd


def delayed(data: Data, objective: Objective = "delay") -> tuple[float, float]:
    """Average delay in months and present cost of a plan, by default the soonest."""
    case, plan = best(data, objective)
    return average_delay(case, plan), plan.objective_musd


def cheapest(data: Data) -> float | None:
    """Present cost of the cheapest plan; none where there is no plan."""
    try:
        return solve(parse_case(data)).objective_musd
    except InfeasibleError:
        return None


def firm(data: Data, workload: str, pflops: float, period: int) -> Data:
    """The case in which the amount of a milestone must be met from a period on, without any milestone.

    A demand without a shortfall takes the amount over from the workload; the rest keeps its shortfall.
    """
    row = data["workloads"][workload]
    whole, line = row["demand_pflops"], parse_case(data).settings.timeline
    from_then = {"step": {str(line.start): 0.0} | {str(line.first_day(period)): pflops}}
    before = {"step": {str(line.start): whole} | {str(line.first_day(period)): whole - pflops}}
    must = {"demand_pflops": from_then, "precision": "bf16"}
    return changed(data, {f"workloads/{workload}/demand_pflops": before, f"workloads/{workload} firm": must})


def first_feasible(data: Data, periods: int, workload: str, pflops: float) -> tuple[int | None, float | None]:
    """The first period from which an amount can be met, by trying each, and the least cost of doing so."""
    for period in range(periods):
        found = cheapest(firm(data, workload, pflops, period))
        if found is not None:
            return period, found
    return None, cheapest(data)


def growing(seed: int, **settings: Any) -> Data:
    """A case of eight quarters that grows in headroom, supply and halls by chance, with rent cheap enough to wait."""
    random = Random(seed)
    quarters = [f"{2027 + q // 4}-{1 + 3 * (q % 4):02d}-01" for q in range(8)]
    headroom = [random.choice([0.0, 2.0, 5.0, 8.0, 9.0, 12.0]) for _ in quarters]
    slow = {"build_months": random.choice([3.0, 7.0, 12.0]), "capex_musd_per_mw": 0.5, "phase_mw": 4.0}
    fast = {"build_months": random.choice([0.0, 3.0]), "capex_musd_per_mw": 3.0, "phase_mw": 4.0}
    site = {
        "region": "Grid",
        "max_it_mw": 16.0,
        "build_options": {"fast": fast, "slow": slow},
        "onsite": {"engine": {}},
    }
    return neutral(
        {
            "sites": {"Site": site | {"opening_musd": 1.0}},
            HEADROOM: {"step": dict(zip(quarters, headroom, strict=True))},
            "onsite_sources": {"engine": {"capex_usd_per_kw": 900.0, "lead_months": random.choice([4.0, 9.0, 30.0])}},
            "chips/A/markets/US/supply_per_year": random.choice([8.0, 16.0, 100.0]),
            "chips/A/markets/US/lead_months": random.choice([0.0, 4.0]),
            SHORTFALL: rent(0.3),
        }
        | settings,
        periods=8,
        frequency="quarter",
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_earliest_period_is_the_first_that_can_be_met(seed: int) -> None:
    """Trying each period in turn with the amount as a demand that must be met gives the same period and cost."""
    data = growing(seed)
    amount = Random(seed).choice([3.0, 6.0, 9.0])
    period, least = first_feasible(data, 8, "work", amount)
    found, musd = reached(changed(data, {MILESTONES: {"most": {"workload": "work", "pflops": amount}}}))
    label = None if period is None else parse_case(data).settings.timeline.label(period)
    assert found == {"most": label}
    assert musd == near(least)


@pytest.mark.parametrize("seed", range(4))
def test_the_earliest_period_with_whole_phases_is_the_first_that_can_be_met(seed: int) -> None:
    """The same where halls come in phases of 4 MW and a budget pays for few of them."""
    data = growing(
        seed,
        **{"settings/whole_phases": True, HEADROOM: None, "policy/budgets": {"board": {"musd": 24.0 + 3 * seed}}},
    )
    period, least = first_feasible(data, 8, "work", 7.0)
    case, plan = best(changed(data, {MILESTONES: {"most": {"pflops": 7.0}}, TOLERANCE: 1e4}), "earliest")
    assert period is not None
    assert milestones_reached(case, plan) == {"most": case.settings.timeline.label(period)}
    assert plan.objective_musd == pytest.approx(least, rel=2e-4)
    phases = plan["starts"]["phases"].dropna()
    assert list(phases) == near(list(phases.round()))


@pytest.mark.parametrize("since", range(5))
def test_a_milestone_of_power_is_that_of_a_rule_from_its_date(since: int) -> None:
    """3 chips a year: 5 MW at the end of the second year; as a rule they are possible from 2028 on."""
    data = neutral({"chips/A/markets/US/supply_per_year": 3.0, SHORTFALL: rent(0.1)}, periods=5)
    rule = {"measure": "chip_mw", "least": 5.0, "since": f"{2027 + since}-01-01"}
    least = cheapest(changed(data, {"policy/capacity_limits": {"power": rule}}))
    found, musd = reached(changed(data, {MILESTONES: {"power": {"it_mw": 5.0}}}))
    assert found == {"power": "2028"}
    assert (least is None) == (since < 1)
    if since == 1:
        assert musd == near(least)


def test_a_milestone_is_reached_and_then_held() -> None:
    """8 PFLOP/s could run in 2027, but not in 2028: it counts from 2029 on. Rent at 0.1 would buy no chip."""
    data = neutral(
        {HEADROOM: by_year(10, 4, 10), SHORTFALL: rent(0.1), MILESTONES: {"most": {"pflops": 8.0}}}, periods=3
    )
    found, musd = reached(data)
    assert found == {"most": "2029"}
    assert musd == near(8 + 0.2 + 0.6 + 0.2)


def test_what_is_reached_is_reached_at_least_cost() -> None:
    """Halls of a year at 1 a MW or at once at 5: a milestone of 4 in 2027 takes 4 at once, the others wait."""
    data = waiting({MILESTONES: {"some": {"pflops": 4.0}}})
    assert reached(data) == ({"some": "2027"}, near(4 * 6 + 6 * 2 + 6 * 3))


def rivals(first: str, second: str, **changes: Any) -> Data:
    """Two workloads of 6 PFLOP/s that share 6 MW until 2029, then 12; inference is costlier to rent."""
    work = {"demand_pflops": 6.0, "precision": "bf16"}
    return neutral(
        {
            "workloads": {
                "training": work | {"shortfall": rent(2)},
                "inference": work | {"shortfall": rent(9)},
            },
            HEADROOM: by_year(6, 6, 12),
            MILESTONES: {name: {"workload": name, "pflops": 6.0} for name in (first, second)},
        }
        | changes,
        periods=4,
    )


@pytest.mark.parametrize(
    ("first", "second", "musd"), [("training", "inference", 120.0), ("inference", "training", 36.0)]
)
def test_milestones_are_reached_in_the_order_of_the_list(first: str, second: str, musd: float) -> None:
    """The first on the list has the 6 MW of 2027, the other waits until 2029 and rents: 12 + 2 x 6 x 9 or x 2."""
    assert reached(rivals(first, second)) == ({first: "2027", second: "2029"}, near(musd))


@pytest.mark.parametrize("seed", range(4))
def test_two_milestones_are_reached_as_early_as_trying_every_pair_of_periods_finds(seed: int) -> None:
    """Of all pairs of periods that can be met, the first of the first milestone, then of the second, then cost."""
    random = Random(seed)
    headroom = by_year(*(random.choice([3.0, 5.0, 7.0, 9.0, 12.0]) for _ in range(4)))
    data = rivals("training", "inference", **{HEADROOM: headroom, "chips/A/markets/US/supply_per_year": 5.0})
    wanted = {"training": random.choice([2.0, 4.0]), "inference": random.choice([3.0, 5.0])}
    never = 4
    found = []
    for pair in product(range(never + 1), repeat=2):
        tried = data
        for (name, amount), period in zip(wanted.items(), pair, strict=True):
            tried = tried if period == never else firm(tried, name, amount, period)
        least = cheapest(tried)
        if least is not None:
            found.append((pair, least))
    (first, second), least = min(found)
    labels = [None if period == never else str(2027 + period) for period in (first, second)]
    milestones = {name: {"workload": name, "pflops": amount} for name, amount in wanted.items()}
    got, musd = reached(changed(data, {MILESTONES: milestones}))
    assert list(got.values()) == labels
    assert musd == near(least)


def test_a_milestone_out_of_reach_is_let_go() -> None:
    """50 PFLOP/s never fit into 12 MW: that is said, and the other milestone and the cost are as without it."""
    data = rivals("inference", "training")
    alone = reached(data)
    data["goals"]["milestones"] = {"moon": {"pflops": 50.0}} | data["goals"]["milestones"]
    assert reached(data) == ({"moon": None} | alone[0], near(alone[1]))
    data["goals"]["milestones"] = {"moon": {"pflops": 50.0}}
    assert reached(data) == ({"moon": None}, near(cheapest(data)))


def test_a_milestone_beyond_the_demand_is_never_reached() -> None:
    """12 PFLOP/s against a demand of 10: what is served beyond demand counts for nothing, and nothing is bought for it.

    Where demand is 12 from 2028 on it is reached then; of both workloads together 12 of 10 + 10 count at once.
    """
    data = neutral({MILESTONES: {"more": {"workload": "work", "pflops": 12.0}}})
    assert reached(data) == ({"more": None}, near(10))
    grown = changed(neutral(periods=2), {DEMAND: by_year(10, 12), MILESTONES: data["goals"]["milestones"]})
    assert reached(grown) == ({"more": "2028"}, near(12))
    both = changed(data, {"workloads/other": data["workloads"]["work"], MILESTONES: {"more": {"pflops": 12.0}}})
    assert reached(both) == ({"more": "2027"}, near(20))


def test_a_milestone_of_power_counts_what_is_switched_on() -> None:
    """A chip of 1 PFLOP/s and 2 MW: 10 MW are 5 chips at the least, and 5 rented at 0.1; at a PUE of 1.5 too."""
    data = neutral(
        {
            "chips/A": chip(it_kw=2000.0),
            "sites/Site/pue": 1.5,
            SHORTFALL: rent(0.1),
            MILESTONES: {"power": {"it_mw": 10.0}},
            TOLERANCE: 6.0,
        }
    )
    case, plan = best(data, "earliest")
    assert milestones_reached(case, plan) == {"power": "2027"}
    assert plan.objective_musd == near(5.5)
    assert amounts(plan, "markets", "it_load_mw") == near([10])


def countries(milestone: Data) -> Data:
    """China has 8 MW from 2027 at 2 a chip, the US has 4 MW and from 2028 20 at 1; rent at 0.3 for three years."""
    return neutral(
        {
            "markets": {"US": {}, "CN": {}},
            "regions/North": {"market": "CN", "headroom_mw": 8.0},
            "sites/Plain": {"region": "North", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            HEADROOM: by_year(4, 20),
            "chips/A/markets/CN": {"price_usd": 2e6},
            SHORTFALL: rent(0.3),
            MILESTONES: {"goal": milestone},
        },
        periods=3,
    )


@pytest.mark.parametrize(
    ("milestone", "year", "musd"),
    [
        ({"market": "CN", "pflops": 6.0}, "2027", 12 + 3 * 1.2),
        ({"market": "CN", "it_mw": 8.0}, "2027", 16 + 3 * 0.6),
        ({"market": "CN", "pflops": 9.0}, None, 9.0),
        ({"market": "US", "pflops": 6.0}, "2028", 6 + 3 * 0.3 * 4 + 0.6),
        ({"market": "US", "it_mw": 3.0}, "2027", 3 + 3 * 0.3 * 7),
        ({"pflops": 9.0}, "2027", 4 + 10 + 3 * 0.3),
        ({"it_mw": 9.0}, "2027", 4 + 10 + 3 * 0.3),
    ],
)
def test_a_milestone_counts_in_its_market(milestone: Data, year: str | None, musd: float) -> None:
    """What other markets serve or run does not count; without a market all do. Without chips, 9 of rent.

    6 in the US: 4 chips could run in 2027, but 6 from 2028; a chip at 1 against three years of rent at 0.9 is
    bought for the milestone alone.
    """
    assert reached(countries(milestone)) == ({"goal": year}, near(musd))


def test_a_market_without_a_chip_or_site_reaches_nothing() -> None:
    """Nothing counts towards the milestone, which is no reason to fail."""
    for milestone in ({"market": "CN", "pflops": 1.0}, {"market": "CN", "it_mw": 1.0}):
        data = neutral({"markets/CN": {}, MILESTONES: {"abroad": milestone}})
        assert reached(data) == ({"abroad": None}, near(10))


def test_a_milestone_of_a_workload_does_not_count_others() -> None:
    """6 of training in 4 MW until 2028, while inference takes its own, which must be met: 2029, not before.

    A milestone of both counts 6 in 2027 already.
    """
    data = rivals("training", "inference", **{HEADROOM: by_year(6, 6, 12)})
    data["workloads"]["inference"].pop("shortfall")
    alone = changed(data, {MILESTONES: {"training": {"workload": "training", "pflops": 6.0}}})
    assert reached(alone)[0] == {"training": "2029"}
    assert reached(changed(data, {MILESTONES: {"both": {"pflops": 6.0}}}))[0] == {"both": "2027"}


def test_without_milestones_each_workload_has_its_last_demand() -> None:
    """10 PFLOP/s that grow by 21 % a year are 16.1051 in the middle of 2029.

    12 MW until 2028 are too few, so they are reached in 2029; a workload without demand asks for nothing.
    """
    grown = {"base": 10.0, "growth_per_year": 0.21}
    data = neutral(
        {
            DEMAND: grown,
            SHORTFALL: rent(0.1),
            HEADROOM: by_year(12, 12, 20),
            "workloads/none": {"demand_pflops": 0.0, "precision": "bf16"},
        },
        periods=3,
    )
    case, plan = best(data, "earliest")
    assert {name: row.pflops for name, row in case.milestones().items()} == {"work": near(10 * 1.21**2.5)}
    assert milestones_reached(case, plan) == {"work": "2029"}
    assert sum(ordered(plan)) == near(10 * 1.21**2.5)


def test_earliest_is_least_cost_where_nothing_is_asked() -> None:
    """No demand and no milestone."""
    assert reached(neutral({"workloads": {}})) == ({}, near(0))


def test_a_demand_that_must_be_met_is_reached_at_once_at_least_cost() -> None:
    """Nothing is left to choose: the cost of the cheapest plan."""
    data = neutral({HEADROOM: 12.0}, periods=2)
    assert reached(data) == ({"work": "2027"}, near(10))


def waiting(changes: Data | None = None, /) -> Data:
    """Two years; halls take a year at 1 a MW or none at 5; rent is 3: 50 by the slow way, 60 by the fast one."""
    options = {
        "slow": {"build_months": 12.0, "capex_musd_per_mw": 1.0},
        "fast": {"build_months": 0.0, "capex_musd_per_mw": 5.0},
        "golden": {"build_months": 0.0, "capex_musd_per_mw": 9.0},
    }
    site = {"region": "Grid", "max_it_mw": 100.0, "build_options": options}
    return neutral({"sites/Site": site, SHORTFALL: rent(3)} | (changes or {}), periods=2)


def test_the_cheapest_plan_waits_a_year() -> None:
    """10 + 10 + 30 of rent; ten of ten PFLOP/s a year late: 12 months."""
    assert delayed(waiting(), "cost") == (near(12), near(50))


def test_the_soonest_plan_does_not_wait_and_is_the_cheapest_of_those() -> None:
    """Halls at 5 at once, and none at 9: 60, and no delay at all."""
    assert delayed(waiting({TOLERANCE: 0.0})) == (near(0), near(60))


@pytest.mark.parametrize(
    ("months", "late", "musd"),
    [(0.0, 0.0, 60.0), (1.2, 1.2, 59.0), (6.0, 6.0, 55.0), (12.0, 12.0, 50.0), (30.0, 12.0, 50.0)],
)
def test_the_soonest_plan_may_be_later_by_the_tolerance_for_the_sake_of_cost(
    months: float, late: float, musd: float
) -> None:
    """A PFLOP/s that waits saves 1 and is 1.2 months of delay; beyond what saves money nothing waits."""
    assert delayed(waiting({TOLERANCE: months})) == (near(late), near(musd))


def test_the_tolerance_is_a_hundredth_of_a_month_when_left_out() -> None:
    """0.01 months are a 120th of a PFLOP/s that waits."""
    assert delayed(waiting()) == (near(0.01), near(60 - 0.01 / 1.2))


def test_delay_that_cannot_be_helped_is_no_reason_to_fail() -> None:
    """5 of 10 MW in 2027: 5 of 10 PFLOP/s a year late are 6 months; 10 + 15 of rent. A quarter is 3 months."""
    data = neutral({HEADROOM: by_year(5, 10), SHORTFALL: rent(3), TOLERANCE: 0.0}, periods=2)
    assert delayed(data) == (near(6), near(25))
    quarters = {"settings/frequency": "quarter", HEADROOM: {"step": {"2027-01-01": 5.0, "2027-04-01": 10.0}}}
    assert delayed(changed(data, quarters)) == (near(1.5), near(10 + 15 / 4))


def test_rent_below_the_price_of_chips_still_counts_as_delay() -> None:
    """The cheapest plan rents all for two years: 24 months; the soonest buys all: 0, at 10."""
    data = neutral({SHORTFALL: rent(0.1), TOLERANCE: 0.0}, periods=2)
    assert delayed(data, "cost") == (near(24), near(2))
    assert delayed(data) == (near(0), near(10))


def sharing(weights: Data | None = None, **changes: Any) -> Data:
    """Training of 10 and inference of 5 PFLOP/s share 10 MW in one year, and rent at 1 and 9."""
    work = {"precision": "bf16"}
    return neutral(
        {
            "workloads": {
                "inference": work | {"demand_pflops": 5.0, "shortfall": rent(9)},
                "training": work | {"demand_pflops": 10.0, "shortfall": rent(1)},
            },
            HEADROOM: 10.0,
            TOLERANCE: 0.0,
            "goals/delay_weights": weights or {},
        }
        | changes
    )


@pytest.mark.parametrize(
    ("weights", "months", "missing"),
    [
        ({}, 3.0, {"inference": 0.0, "training": 5.0}),
        ({"training": 1.0, "inference": 1.0}, 3.0, {"inference": 0.0, "training": 5.0}),
        ({"training": 3.0, "inference": 1.0}, 3.0, {"inference": 5.0, "training": 0.0}),
        ({"training": 6.0, "inference": 2.0}, 3.0, {"inference": 5.0, "training": 0.0}),
        ({"training": 1.5, "inference": 0.5}, 3.0, {"inference": 5.0, "training": 0.0}),
        ({"inference": 1.0}, 0.0, {"inference": 0.0}),
        ({"training": 1.0}, 0.0, {"inference": 5.0, "training": 0.0}),
        ({"training": 0.9, "inference": 0.1}, 1.2, {"inference": 5.0, "training": 0.0}),
    ],
)
def test_delay_is_weighted_over_workloads(weights: Data, months: float, missing: dict[str, float]) -> None:
    """A PFLOP/s of inference is a fifth of its peak, one of training a tenth of its own; weights are shares of a sum.

    Equal: 12 x (i / 5 + t / 10) / 2, so inference first, and 5 of training are 3 months. 3 to 1: 12 x (3 t / 10
    + i / 5) / 4, so training first and inference is 3 months. A workload left out of the weights has none.
    """
    case, plan = best(sharing(weights), "delay")
    assert average_delay(case, plan) == near(months)
    rows = plan["service"].set_index("workload")["shortfall"]
    assert {name: float(rows[name]) for name in missing} == pytest.approx(missing, abs=1e-5)


def test_a_workload_without_demand_is_left_out_of_the_average() -> None:
    """Weights of 1 to 1 with a third workload of nothing are still a half each."""
    none = {"demand_pflops": 0.0, "precision": "bf16", "shortfall": rent(1)}
    assert delayed(sharing(**{"workloads/none": none}))[0] == near(3)
    assert delayed(sharing({"none": 1.0}, **{"workloads/none": none}))[0] == near(0)


def test_delay_is_measured_by_the_peak() -> None:
    """2 of 4 PFLOP/s in 2027 and 4 of 8 in 2028 are missing: 12 x 6 / 8 = 9 months."""
    data = neutral({DEMAND: by_year(4, 8), HEADROOM: by_year(2, 4), SHORTFALL: rent(3), TOLERANCE: 0.0}, periods=2)
    assert delayed(data) == (near(9), near(4 + 18))


@pytest.mark.parametrize("objective", ["cost", "earliest", "delay"])
def test_a_demand_that_must_be_met_is_never_late(objective: Objective) -> None:
    """No delay and the same cost, whatever is asked."""
    data = neutral({HEADROOM: 12.0, "sites/Site": greenfield(2.0)}, periods=2)
    assert delayed(data, objective) == (near(0), near(30))


def test_a_penalty_is_not_cash() -> None:
    """Within a year of tolerance no chip is bought for a penalty of 3, but all are for a rent of 3.

    The present cost of the plan still shows the penalty.
    """
    data = neutral({SHORTFALL: rent(3) | {"kind": "penalty"}, TOLERANCE: 12.0})
    assert delayed(data) == (near(12), near(30))
    assert delayed(data, "cost") == (near(0), near(10))
    assert delayed(changed(data, {SHORTFALL: rent(3)})) == (near(0), near(10))
    assert delayed(changed(data, {TOLERANCE: 3.0})) == (near(3), near(7.5 + 7.5))


def test_average_delay_by_hand() -> None:
    """The cheapest plan has 4 of 10 MW in 2027 and 6 in 2028, inference first: 1 and 10, then 9 are missing."""
    data = sharing(**{HEADROOM: by_year(4, 6)})
    data["settings"]["periods"] = 2
    data["workloads"]["training"]["shortfall"] = rent(2)
    case, plan = best(data, "cost")
    assert amounts(plan, "service", "shortfall", workload="inference") == near([1, 0])
    assert amounts(plan, "service", "shortfall", workload="training") == near([10, 9])
    assert average_delay(case, plan) == near(12 * (0.5 * 1 / 5 + 0.5 * 19 / 10))
    heavy = parse_case(changed(data, {"goals/delay_weights": {"training": 1.0, "inference": 4.0}}))
    assert average_delay(heavy, plan) == near(12 * (0.8 * 1 / 5 + 0.2 * 19 / 10))


def by_phases(fast: int, slow: int) -> tuple[float, float]:
    """Delay and cost of so many phases of 4 MW each way in `waiting`, with 2 for the opening and rent at 3.5."""
    first, second = min(10, 4 * fast), min(10, 4 * (fast + slow))
    missing = 20 - first - second
    return 12 * missing / 10, (2 if fast + slow else 0) + 20 * fast + 4 * slow + max(first, second) + 3.5 * missing


@pytest.mark.parametrize("months", [0.0, 2.0, 5.0, 13.0, 24.0])
def test_delay_with_whole_phases_is_that_of_the_best_number_of_phases(months: float) -> None:
    """Of all numbers of phases of each kind, the least cost of those that are late by no more than the tolerance.

    Every chip that has a hall saves more of rent than it costs, so no hall stands empty.
    """
    data = waiting({TOLERANCE: months, SHORTFALL: rent(3.5), "settings/whole_phases": True})
    data["sites"]["Site"]["opening_musd"] = 2.0
    for option in data["sites"]["Site"]["build_options"].values():
        option["phase_mw"] = 4.0
    plans = [by_phases(fast, slow) for fast, slow in product(range(4), repeat=2)]
    allowed = [plan for plan in plans if plan[0] <= months + 1e-9]
    late, musd = min(allowed, key=lambda plan: (plan[1], plan[0]))
    case, plan = best(data, "delay")
    assert plan.objective_musd == pytest.approx(musd, rel=2e-4)
    assert average_delay(case, plan) == pytest.approx(late, abs=1e-4)
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize("objective", ["earliest", "delay"])
def test_another_solver_takes_no_other_objective(objective: Objective) -> None:
    """It is said at once, with what to do."""
    with (
        session(parse_case(waiting()), Options(solver="PULP_CBC_CMD")) as s,
        pytest.raises(OptionError, match="can only minimise cost") as caught,
    ):
        OBJECTIVES[objective](s)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("whole", [False, True])
def test_a_case_without_a_plan_says_what_clashes(objective: Objective, whole: bool) -> None:
    """8 MW of headroom in 2028 cannot feed a demand of 10, whatever is asked."""
    data = neutral({HEADROOM: by_year(20, 8, 20), "sites/Site": greenfield(1.0, whole_phases=whole)}, periods=3)
    data["sites"]["Site"]["build_options"]["halls"]["phase_mw"] = 5.0
    with session(parse_case(data)) as s, pytest.raises(InfeasibleError) as caught:
        OBJECTIVES[objective](s)
    assert "headroom [Grid] in 2028 (at most 8 MW)" in str(caught.value)
    assert "demand [work] in 2028 (at least 10 PFLOP/s)" in str(caught.value)


@pytest.mark.parametrize(("first", "then"), list(product(OBJECTIVES, ("cost", "delay"))))
def test_an_objective_leaves_no_trace_that_cannot_be_lifted(first: Objective, then: Objective) -> None:
    """With the limits and milestones lifted a session answers as a new one does."""
    data = waiting({TOLERANCE: 3.0, MILESTONES: {"some": {"pflops": 4.0}, "moon": {"pflops": 500.0}}})
    case = parse_case(changed(data, {"goals/objective": "earliest"}))
    with session(case) as s:
        OBJECTIVES[first](s)
        s.limit("delay", None)
        for name in case.milestones():
            s.reach(name, None)
        s.minimise("cost")
        again = OBJECTIVES[then](s)
    assert (average_delay(case, again), again.objective_musd) == near(delayed(data, then))


def test_the_soonest_plan_reports_a_bound() -> None:
    """Its cost is proven to be the least within the tolerance."""
    _, plan = best(waiting({TOLERANCE: 6.0}), "delay")
    assert plan.status is Status.OPTIMAL
    assert plan.bound_musd == near(55)


def test_equal_questions_have_equal_answers() -> None:
    """Two runs of each objective give the same cost to the last digit."""
    for objective in OBJECTIVES:
        one, other = best(growing(3), objective)[1], best(growing(3), objective)[1]
        assert one.objective_musd == other.objective_musd


@pytest.mark.parametrize(
    ("goals", "words"),
    [
        ({"milestones": {"x": {}}}, "give either pflops or it_mw"),
        ({"milestones": {"x": {"pflops": 1.0, "it_mw": 1.0}}}, "give either pflops or it_mw"),
        ({"milestones": {"x": {"it_mw": 1.0, "workload": "work"}}}, "not counted by workload"),
        ({"milestones": {"x": {"pflops": 1.0, "workload": "wrok"}}}, "did you mean work"),
        ({"milestones": {"x": {"pflops": 1.0, "market": "CN"}}}, "not in markets"),
        ({"delay_weights": {"wrok": 1.0}}, "did you mean work"),
        ({"objective": "soonest"}, "allowed"),
    ],
)
def test_goals_that_mean_nothing_are_refused(goals: Data, words: str) -> None:
    """Each with the field and what would do."""
    with pytest.raises(CaseError, match=words):
        parse_case(neutral({"goals": goals}))


def test_weights_without_any_weight_leave_no_delay() -> None:
    """Weights of nought, or of workloads that ask for nothing, weigh nothing."""
    assert Goals(delay_weights={"work": 0.0}).weights({"work": 5.0}) == {}
    assert Goals(delay_weights={"other": 1.0}).weights({"work": 5.0, "other": 0.0}) == {}
