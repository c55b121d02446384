"""Sites: acquired once, built up to a size, connected on their own clock, paid while they are built.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10.
"""

from __future__ import annotations

import pytest

from planner.errors import InfeasibleError
from planner.lp import Options
from planner.schema import parse_case
from planner.solving import Timing
from planner.solving.build_program import program_of

from .cases import account, amounts, by_year, changed, cost, greenfield, near, neutral, ordered, rent, solved
from .registry import covers


@covers("site_opening", "site opening")
def test_a_site_is_acquired_once_at_the_price_of_the_day() -> None:
    """5 in 2027 or 3 in 2028: two years of demand need the site in 2027, and it stays open: 5 + 10 chips = 15.

    Without the opening the halls would be free: 10.
    """
    case = neutral(
        {"sites/Site": greenfield(opening_musd=by_year(5, 3)), "settings/whole_phases": True},
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(15)
    assert account(plan, "site opening") == near([5, 0])
    assert amounts(plan, "halls", "opened") == near([1, 1])
    assert cost(changed(case, {"sites/Site/opening_musd": 0.0})) == near(10)


def test_an_opening_waits_for_a_better_price() -> None:
    """Demand from 2028 only: the site is acquired then, for 3 in place of 5: 13."""
    plan = solved(
        neutral(
            {
                "sites/Site": greenfield(opening_musd=by_year(5, 3), whole_phases=True),
                "workloads/work/demand_pflops": by_year(0, 10),
            },
            periods=2,
        )
    )
    assert plan.objective_musd == near(13)
    assert amounts(plan, "halls", "open") == near([0, 1])


def test_a_relaxed_opening_pays_for_the_share_that_is_used() -> None:
    """10 of 100 MW open a tenth of the site: 0.5 + 10; as a yes or no it would be 5 + 10."""
    case = neutral({"sites/Site": greenfield(opening_musd=5.0)})
    assert cost(case) == near(10.5)
    assert cost(changed(case, {"sites/Site/whole_phases": True})) == near(15)


def test_a_site_with_existing_or_committed_halls_is_open_for_free() -> None:
    """Nothing is paid for opening: 10; a new site of the same kind costs 5 more."""
    for standing in (
        {"existing_it_mw": 10.0},
        {"committed": {"hall 1": {"ready": "2027-01-01", "it_mw": 10.0}}},
    ):
        case = neutral({"sites/Site": greenfield(opening_musd=5.0, whole_phases=True, **standing)})
        assert cost(case) == near(10)
    assert cost(neutral({"sites/Site": greenfield(opening_musd=5.0, whole_phases=True)})) == near(15)


@covers("construction_begun", "site_size", "shortfall")
def test_existing_committed_and_begun_halls_fit_the_site() -> None:
    """6 MW fit: 2 exist, 1 is committed, so 3 are begun at 1 each in 2027 and none in 2028.

    6 chips = 6, halls 3, and 4 of 10 PFLOP/s rented at 3 for two years = 24: 33. Were the size not kept, 7 MW would be
    begun and 10 chips bought: 17. Were what was begun in 2027 forgotten in 2028, 3 more would be begun then: 27.
    """
    case = neutral(
        {
            "sites/Site": greenfield(
                1.0, size=6.0, existing_it_mw=2.0, committed={"hall 1": {"ready": "2027-01-01", "it_mw": 1.0}}
            ),
            "workloads/work/shortfall": rent(3),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(33)
    assert amounts(plan, "starts", "start_mw") == near([3, 0])
    assert amounts(plan, "halls", "it_mw") == near([6, 6])
    assert cost(changed(case, {"sites/Site/max_it_mw": 100.0})) == near(17)


@covers("halls_ready", "site capex")
def test_halls_are_ready_after_their_months_and_paid_in_equal_parts() -> None:
    """13 months are two years: begun in 2027 for 2029, 4 per MW paid half in 2027 and half in 2028.

    At 21 % a year mid-period: 20 / 1.1 + 20 / 1.331, and 10 chips in 2029 / 1.61051. Without the wait all would be
    begun and paid in 2029: 50 / 1.61051 = 31.05.
    """
    case = neutral(
        {
            "sites/Site": greenfield(4.0, 13.0),
            "workloads/work/demand_pflops": by_year(0, 0, 10),
            "settings/discount_rate": 0.21,
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(20 / 1.1 + 20 / 1.331 + 10 / 1.61051)
    assert amounts(plan, "halls", "it_mw") == near([0, 0, 10])
    assert account(plan, "site capex") == near([20, 20, 0])
    assert cost(changed(case, {"sites/Site/build_options/halls/build_months": 0.0})) == near(50 / 1.61051)


def test_halls_without_months_are_paid_at_once() -> None:
    """Ready in the period of their start, and all of the 40 falls there."""
    plan = solved(neutral({"sites/Site": greenfield(4.0)}, periods=2))
    assert account(plan, "site capex") == near([40, 0])


def test_the_price_of_halls_is_that_of_their_start() -> None:
    """1 per MW in 2027 and 9 in 2028: halls of 24 months for 2029 are begun in 2027 and cost 10 in all, not 50."""
    plan = solved(
        neutral(
            {"sites/Site": greenfield(by_year(1, 9), 24.0), "workloads/work/demand_pflops": by_year(0, 0, 10)},
            periods=3,
        )
    )
    assert account(plan, "site capex") == near([5, 5, 0])


def test_waits_that_run_side_by_side_are_rounded_apart() -> None:
    """Four months of building and four of waiting for the grid are two quarters each, together two and not three.

    Demand from the third quarter is met; added up, eight months would be three quarters and the case would not hold.
    """
    case = neutral(
        {
            "sites/Site": greenfield(0.0, 4.0, grid_connection_months=4.0),
            "workloads/work/demand_pflops": {"step": {"2027-01-01": 0, "2027-07-01": 10}},
        },
        periods=3,
        frequency="quarter",
    )
    plan = solved(case)
    for column in ("it_mw", "grid_cap_mw"):
        assert amounts(plan, "halls", column)[:2] == near([0, 0])
        assert amounts(plan, "halls", column)[2] >= 10 - 1e-6
    early = {"step": {"2027-01-01": 0, "2027-04-01": 10}}
    with pytest.raises(InfeasibleError):
        solved(changed(case, {"workloads/work/demand_pflops": early}))


def test_six_months_are_two_quarters_and_a_day_more_is_three() -> None:
    """Months that fill periods exactly are not rounded up further."""
    for months, quarters in ((6.0, 2), (6.03, 3), (0.03, 1)):
        late = {"step": {"2027-01-01": 0, "2027-10-01": 10}}
        case = neutral(
            {"sites/Site": greenfield(1.0, months), "workloads/work/demand_pflops": late},
            periods=4,
            frequency="quarter",
        )
        plan = solved(case)
        ready = plan["starts"].set_index("node")["ready"].to_dict()
        assert ready["2027-Q1"] == f"2027-Q{1 + quarters}"


def test_a_start_that_is_never_ready_is_not_offered() -> None:
    """24 months do not fit into two years: all is rented at 3, 60; the wait is not dropped to build in time."""
    plan = solved(neutral({"sites/Site": greenfield(0.0, 24.0), "workloads/work/shortfall": rent(3)}, periods=2))
    assert plan.objective_musd == near(60)
    assert plan["starts"].empty


def test_a_shorter_lag_brings_forward_what_is_waiting() -> None:
    """24 months in 2027, 12 from 2028: what began in 2027 is ready in 2028, paid over two years still.

    Begun at 4 per MW: 20 in 2027, 20 in 2028. With 24 months throughout, 2028 would have to be rented.
    """
    case = neutral(
        {
            "sites/Site": greenfield(4.0, by_year(24, 12)),
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(100),
        },
        periods=3,
    )
    plan = solved(case)
    assert amounts(plan, "halls", "it_mw") == near([0, 10, 10])
    assert account(plan, "site capex") == near([20, 20, 0])
    assert plan.objective_musd == near(50)
    assert cost(changed(case, {"sites/Site/build_options/halls/build_months": 24.0})) == near(40 + 10 + 1000)


def test_a_longer_lag_holds_back_what_is_waiting_and_leaves_what_arrived() -> None:
    """12 months in 2027, 24 in 2028, 36 from 2029: what began in 2027 waits until the first year that lies a lag later.

    2028 lies one year after 2027 and asks for two; 2029 two and asks for three; 2030 three and has three: ready 2030.
    With 12 months until 2028 the halls are ready in 2028 and stay so when the lag grows.
    """
    site = greenfield(1.0, by_year(12, 24, 36))
    late = neutral({"sites/Site": site, "workloads/work/demand_pflops": by_year(0, 0, 0, 10)}, periods=4)
    assert amounts(solved(late), "halls", "it_mw") == near([0, 0, 0, 10])
    kept = neutral(
        {"sites/Site": greenfield(1.0, by_year(12, 12, 36)), "workloads/work/demand_pflops": by_year(0, 10)}, periods=4
    )
    assert amounts(solved(kept), "halls", "it_mw") == near([0, 10, 10, 10])


def test_nothing_starts_before_the_earliest_start() -> None:
    """From 2 January 2027 means from 2028, the first period to begin after it: 2027 is rented at 3: 30 + 10.

    Without the date: 10.
    """
    case = neutral({"sites/Site": greenfield(), "workloads/work/shortfall": rent(3)}, periods=2)
    assert cost(changed(case, {"sites/Site/earliest_start": "2027-01-02"})) == near(40)
    assert cost(changed(case, {"sites/Site/earliest_start": "2027-01-01"})) == near(10)
    assert cost(case) == near(10)


def test_nothing_starts_after_the_latest_start() -> None:
    """Halls for 2028 cost 4 in 2027 and 1 in 2028; after 1 January 2027 nothing starts: 40 + 10, else 10 + 10."""
    case = neutral({"sites/Site": greenfield(by_year(4, 1)), "workloads/work/demand_pflops": by_year(0, 10)}, periods=2)
    assert cost(changed(case, {"sites/Site/latest_start": "2027-01-01"})) == near(50)
    assert cost(case) == near(20)


@covers("start_rate")
def test_a_build_option_starts_no_more_than_its_rate() -> None:
    """8 MW in twelve months, all at once: 8 of 10 PFLOP/s, the rest rented at 8 a year, 2 a quarter.

    8 chips + 8 = 16; without the limit 10, cut into quarters 32.
    """
    case = neutral(
        {
            "sites/Site": greenfield(),
            "sites/Site/build_options/halls/max_start_mw_per_year": 8.0,
            "workloads/work/shortfall": rent(8),
        },
        periods=2,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(16)
    assert amounts(plan, "starts", "start_mw") == near([8, 0])
    assert cost(changed(case, {"sites/Site/build_options/halls/max_start_mw_per_year": None})) == near(10)


@covers("ready_rate")
def test_a_site_makes_no_more_ready_than_its_rate_committed_halls_included() -> None:
    """8 MW in twelve months, of which 1 is committed in the first quarter and 3 in the second: 4 are left for the plan.

    Served 5 and 8 of 10, the rest rented at 2 a quarter: 8 chips + 10 + 4 = 22; without the limit 10. Where 12 are
    committed in the second, which pass the limit, nothing is left: 10 chips and 9 rented for a quarter.
    """
    case = neutral(
        {
            "sites/Site": greenfield(
                max_ready_mw_per_year=8.0,
                committed={
                    "hall 1": {"ready": "2027-01-01", "it_mw": 1.0},
                    "hall 2": {"ready": "2027-04-01", "it_mw": 3.0},
                },
            ),
            "workloads/work/shortfall": rent(8),
        },
        periods=2,
        frequency="quarter",
    )
    plan = solved(case)
    assert plan.objective_musd == near(22)
    assert amounts(plan, "starts", "start_mw") == near([4, 0])
    assert cost(changed(case, {"sites/Site/committed/hall 2/it_mw": 12.0})) == near(28)
    assert cost(changed(case, {"sites/Site/max_ready_mw_per_year": None})) == near(10)


@covers("whole_phases")
def test_whole_phases_are_started_whole() -> None:
    """10 MW take three phases of 4 MW, 12 MW at 2 each: 24 + 10; by the MW it would be 20 + 10."""
    case = neutral({"sites/Site": greenfield(2.0, whole_phases=True), "sites/Site/build_options/halls/phase_mw": 4.0})
    plan = solved(case)
    assert plan.objective_musd == near(34)
    assert not plan.linear
    assert plan["starts"]["phases"].tolist() == near([3])
    assert cost(changed(case, {"sites/Site/whole_phases": False})) == near(30)


@covers("phases_begun")
def test_phases_of_one_size_are_counted_over_all_options() -> None:
    """10 MW in phases of 4 take three: two at 2 a MW, all that may start in a year, and one at 3: 16 + 12 + 10.

    With phases of 4 and 6 nothing counts over both: one of each is 8 + 18 + 10 = 36 for 10 MW.
    """
    halls = greenfield(2.0, whole_phases=True)["build_options"]["halls"] | {"phase_mw": 4.0}
    both = {"halls": halls | {"max_start_mw_per_year": 8.0}, "quick": halls | {"capex_musd_per_mw": 3.0}}
    case = neutral({"sites/Site": greenfield(2.0, whole_phases=True), "sites/Site/build_options": both})
    asked = program_of(parse_case(case), Options(gap=1e-9), report=lambda *_: None, timing=Timing())
    plan = asked.plan()
    assert asked.present_cost(plan) == near(38)
    begun = asked.model.phases_begun["Site", 0]
    assert plan.values[asked.model.program.position(begun)] == near(3)
    other = changed(case, {"sites/Site/build_options/quick/phase_mw": 6.0})
    assert cost(changed(other, {"sites/Site/build_options/halls/max_start_mw_per_year": 4.0})) == near(36)


def test_committed_halls_come_on_their_date_and_cost_what_remains() -> None:
    """Ready on 1 July 2028 means from 2029; the 6 still to pay fall in equal parts on 2027 and 2028.

    Demand from 2028 is rented in 2028 at 3: 30 + 6 + 10 = 46; ready on 1 January 2028 it would be 6 + 10.
    """
    halls = {"ready": "2028-07-01", "it_mw": 10.0, "remaining_cost_musd": 6.0}
    case = neutral(
        {
            "sites/Site/existing_it_mw": 0.0,
            "sites/Site/committed": {"hall 1": halls},
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(46)
    assert amounts(plan, "halls", "it_mw") == near([0, 0, 10])
    assert amounts(plan, "halls", "grid_cap_mw") == near([0, 0, 10])
    assert account(plan, "site capex") == near([3, 3, 0])
    sooner = solved(changed(case, {"sites/Site/committed/hall 1/ready": "2028-01-01"}))
    assert sooner.objective_musd == near(16)
    assert account(sooner, "site capex") == near([6, 0, 0])


@covers("connection_stands", "connection_limit", "grid connection", "facility_load", "hall_space")
def test_a_connection_is_applied_for_and_paid_at_once_and_stands_after_its_wait() -> None:
    """10 MW of IT draw 12.5 MW at a PUE of 1.25; 18 months are two years, so the application is made in 2027.

    At 2 per MW and 21 %: 25 / 1.1, and in 2029 halls of 1 per MW and chips: 20 / 1.61051. Without the connection only
    the latter.
    """
    case = neutral(
        {
            "sites/Site": greenfield(1.0, pue=1.25, grid_connection_months=18.0, grid_connection_musd_per_mw=2.0),
            "workloads/work/demand_pflops": by_year(0, 0, 10),
            "settings/discount_rate": 0.21,
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(25 / 1.1 + 20 / 1.61051)
    assert amounts(plan, "halls", "grid_apply_mw") == near([12.5, 0, 0])
    assert amounts(plan, "halls", "grid_cap_mw") == near([0, 0, 12.5])
    assert amounts(plan, "halls", "grid_mw") == near([0, 0, 12.5])
    free = {"sites/Site/grid_connection_months": 0.0, "sites/Site/grid_connection_musd_per_mw": 0.0}
    assert cost(changed(case, free)) == near(20 / 1.61051)


def test_an_application_is_no_start() -> None:
    """The grid takes 12 months and nothing may start before 2028: the application is made in 2027, by itself.

    2028 is served: 10. Tied to the first start, 2028 would be rented at 3: 40.
    """
    case = neutral(
        {
            "sites/Site": greenfield(grid_connection_months=12.0, earliest_start="2028-01-01"),
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(10)
    assert amounts(plan, "halls", "grid_apply_mw")[0] >= 10 * (1 - 1e-9)
    assert amounts(plan, "starts", "start_mw")[0] == 0


@covers("connection_applied", "connection_size")
def test_an_application_needs_the_site() -> None:
    """The site costs 9 in 2027 and 4 in 2028; the grid for 2028 is applied for in 2027, so the site is acquired then.

    9 + 10 = 19. Were it possible to apply without the site, or what was applied for forgotten, it would be acquired in
    2028: 4 + 10 = 14.
    """
    case = neutral(
        {
            "sites/Site": greenfield(grid_connection_months=12.0, opening_musd=by_year(9, 4), whole_phases=True),
            "workloads/work/demand_pflops": by_year(0, 10),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(19)
    assert amounts(plan, "halls", "open") == near([1, 0])
    assert cost(changed(case, {"sites/Site/grid_connection_months": 0.0})) == near(14)


@covers("connection_applied")
def test_applications_in_all_stay_within_the_full_size() -> None:
    """Relaxed, a site opened by a tenth applies for a tenth: 10 of 100 MW in 2027 for 2028, 10 more in 2028 for 2029.

    Opening costs 300, 100 and 50: 30 and 10, with 20 chips 60. Were the first application forgotten, the second would
    need no second tenth before the halls of 2029 do: 30 + 5 + 20 = 55.
    """
    case = neutral(
        {
            "sites/Site": greenfield(grid_connection_months=12.0, opening_musd=by_year(300, 100, 50)),
            "workloads/work/demand_pflops": by_year(0, 10, 20),
        },
        periods=3,
    )
    plan = solved(case)
    assert plan.objective_musd == near(30 + 10 + 20)
    assert amounts(plan, "halls", "grid_apply_mw") == near([10, 10, 0])


def test_an_application_that_comes_too_late_is_not_offered() -> None:
    """36 months do not fit into three years: all is rented at 3."""
    plan = solved(
        neutral({"sites/Site": greenfield(grid_connection_months=36.0), "workloads/work/shortfall": rent(3)}, periods=3)
    )
    assert plan.objective_musd == near(90)
    assert amounts(plan, "halls", "grid_apply_mw") == near([0, 0, 0])


def test_existing_halls_are_connected_and_a_date_connects_the_whole_site() -> None:
    """10 MW exist and are connected at the PUE; for 20 MW, 12.5 more at 2 each cost 25.

    From the date that the site has of its own, the whole of it is connected for nothing.
    """
    case = neutral(
        {
            "sites/Site": greenfield(pue=1.25, existing_it_mw=10.0, grid_connection_musd_per_mw=2.0),
            "workloads/work/demand_pflops": by_year(10, 20),
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(25 + 20)
    assert amounts(plan, "halls", "grid_cap_mw") == near([12.5, 25])
    dated = solved(changed(case, {"sites/Site/grid_connected_from": "2027-06-01"}))
    assert dated.objective_musd == near(20)
    assert amounts(dated, "halls", "grid_cap_mw") == near([12.5, 125])


def test_upkeep_of_halls_is_for_what_is_ready_and_not_for_its_load() -> None:
    """100 MW at 0.2 a year cost 20 in each year, whatever runs in them: 40 + 10."""
    plan = solved(neutral({"sites/Site/om_musd_per_mw_year": 0.2}, periods=2))
    assert account(plan, "operations and maintenance") == near([20, 20])
    assert ordered(plan) == near([10, 0])


@covers("site capex")
def test_halls_that_are_ready_sooner_than_begun_are_paid_by_then() -> None:
    """Begun in 2027 at 36 months, 3 a MW: 10 of 30 in 2027. From 2028 it takes 12: ready in 2028, the other 20 then.

    Were the third part left for 2029, beyond the plan, building would cost 20 of its 30.
    """
    plan = solved(
        neutral(
            {"sites/Site": greenfield(3.0, by_year(36, 12)), "workloads/work/demand_pflops": by_year(0, 10)}, periods=2
        )
    )
    assert account(plan, "site capex") == near([10, 20])
    assert plan.objective_musd == near(40)


@covers("whole_within_limits")
def test_a_limit_on_whole_phases_is_rounded_down() -> None:
    """7 MW a year in phases of 2 are three phases: in parts, with the limit rounded down, 6 of 10 MW and rent for 4.

    6 MW at 2 and as much for their chips, and rent at 50 for what is missing: as in whole phases; without it 7 MW.
    """
    halls = greenfield(2.0, whole_phases=True)["build_options"]["halls"]
    halls |= {"phase_mw": 2.0, "max_start_mw_per_year": 7.0}
    case = neutral(
        {
            "sites/Site": greenfield(2.0, whole_phases=True) | {"build_options": {"halls": halls}},
            "workloads/work/shortfall": rent(50.0),
        }
    )
    asked = program_of(parse_case(case), Options(gap=1e-9), report=lambda *_: None, timing=Timing())
    started = asked.model.program.position(asked.model.start["Site", "halls", 0])
    asked.door.relax()
    assert asked.door.run().values[started] * asked.instance.units.mw == near(7)
    asked.door.bind_for_whole(True)
    assert asked.door.run().values[started] * asked.instance.units.mw == near(6)
    asked.door.free_whole()
    assert asked.present_cost(asked.plan()) == near(218)
