"""Small cases that once came out wrong, each with its right value worked by hand; each stands for a kind of fault."""

from __future__ import annotations

from typing import Any

import pytest

from planner.audit import least_cost
from planner.certificate import certify
from planner.errors import InfeasibleError
from planner.findings import milestones_reached
from planner.schema import parse_case
from planner.schema.warnings import input_warnings
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from tests.model.cases import Data, account, amounts, changed, cost, near, running, solved

Changes = dict[str, Any]


def small(changes: Changes | None = None, /, *, frequency: str = "year", periods: int = 3) -> Data:
    """One market, 10 MW of halls that exist, a chip of 1 PFLOP/s and 1 kW, demand that may be rented at 0.1 million."""
    settings = {"name": "small", "start": "2027-01-01", "frequency": frequency, "periods": periods}
    case: Data = {
        "settings": settings | {"whole_phases": False},
        "markets": {"M": {}},
        "regions": {"R": {"market": "M"}},
        "sites": {"S": {"region": "R", "max_it_mw": 10, "existing_it_mw": 10}},
        "chips": {"u": offered(10000)},
        "workloads": {"w": {"demand_pflops": 10000, "precision": "any", "shortfall": {"usd_per_pflops_year": 100000}}},
    }
    return changed(case, changes or {})


def offered(price: float | None, pflops: float = 1, **fields: Any) -> Data:
    """A chip of 1 kW, at a price in USD where it is offered at all."""
    markets = {} if price is None else {"markets": {"M": {"price_usd": price}}}
    return {"peak_pflops": {"any": pflops}, "it_kw": 1} | markets | fields


def agreed(case: Data) -> float:
    """Least cost, certified, and the same in the second formulation."""
    found = cost(case)
    assert least_cost(parse_case(case)).cost == near(found)
    return found


def test_chips_need_a_hall_whether_they_run_or_not() -> None:
    """Half of the chips must be domestic, which make a tenth: 10 MW hold 5,000 of each.

    Each f gives 1 and each d 0.1 PFLOP/s: 5,500 of 10,000 served, 4,500 rented for 3 years at 0.1: 1,350; chips 5,000
    at 0.02 and 5,000 at 0.001: 105. Could d wait installed without a hall, 10,000 of each and no rent: 210.
    """
    case = small(
        {
            "chips": {"f": offered(20000), "d": offered(1000, 0.1, origin="M")},
            "policy/domestic_shares/share": {"market": "M", "share": 0.5},
        }
    )
    assert agreed(case) == near(1455)
    least = {"policy": {"capacity_limits": {"floor": {"measure": "units", "least": 10001}}}}
    with pytest.raises(InfeasibleError):
        solved(changed(case, least))


def test_chips_without_a_load_need_no_hall() -> None:
    """20,000 chips that draw nothing stand beside halls that are full: 10,000 at 0.01 and 20,000 at 0.001 million."""
    floor = {"capacity_limits": {"floor": {"measure": "units", "least": 20000, "chips": ["free"]}}}
    case = small({"chips/free": offered(1000, 0) | {"it_kw": 0}, "policy": floor})
    assert agreed(case) == near(100 + 20)


def test_existing_chips_that_fit_no_hall_are_retired_on_the_first_day_and_told() -> None:
    """12,000 exist in halls for 10,000: 2,000 leave, 10,000 serve; nothing is bought."""
    case = small({"sites/S/existing_fleet": {"u": {"units": 12000}}})
    plan = solved(case)
    assert plan.objective_musd == near(0)
    assert running(plan, "u") == near([10000, 10000, 10000])
    assert amounts(plan, "fleet", "retire") == near([2000, 0, 0])
    (said,) = map(str, input_warnings(parse_case(case)))
    assert said.startswith("sites.S.existing_fleet takes 12 MW, but 10 MW of halls are ready")


@pytest.mark.parametrize(("frequency", "periods"), [("year", 1), ("quarter", 4), ("month", 12)])
def test_the_same_excess_costs_the_same_in_periods_of_any_length(frequency: str, periods: int) -> None:
    """10 MW draw 87,600 MWh and as many t a year where none is allowed: at 100 USD a t 8.76 million.

    By quarter it was 2.19, the price being taken for a quarter of a year. A power cap is a level: 10 MW beyond it at
    100,000 USD a MW and year are 1 million in a year of any periods.
    """
    case = small(
        {
            "regions/R/carbon_t_per_mwh": 1,
            "sites/S/existing_fleet": {"u": {"units": 10000}},
            "chips": {"u": offered(None)},
            "workloads/w": {"demand_pflops": 10000, "precision": "any"},
        },
        frequency=frequency,
        periods=periods,
    )
    carbon = {"cap": {"t_per_year": 0, "violation_usd_per_unit_year": 100}}
    assert agreed(changed(case, {"policy/carbon_caps": carbon})) == near(8.76)
    power = {"cap": {"markets": ["M"], "mw": 0, "violation_usd_per_unit_year": 100000}}
    assert agreed(changed(case, {"policy/power_caps": power})) == near(1)


def test_the_fee_on_an_order_placed_before_the_plan_is_on_the_value_of_its_first_day() -> None:
    """1,000 chips worth 10,000 USD each on the first day: half of it is 5 million. At arrival they are worth 100.

    The rate is that of the arrival: a fee that begins a day later than they come is none.
    """
    value = {"step": {"2027-01-01": 10000, "2028-01-01": 100}}
    case = small(
        {
            "chips/u/markets/M/chip_value_usd": value,
            "workloads/w/demand_pflops": 0,
            "orders_placed/o": {
                "chip": "u", "market": "M", "units": 1000, "due": "2028-01-01", "price_usd": 10000,
                "deposit_paid_usd": 10000000,
            },
            "policy/import_fees/f": {"chips": ["u"], "markets": ["M"], "rate": 0.5},
        },
        periods=2,
    )  # fmt: skip
    assert agreed(case) == near(5)
    assert account(solved(case), "import fee") == near([0, 5])
    assert agreed(changed(case, {"policy/import_fees/f/since": "2028-01-02"})) == near(0)
    later = {"step": {"2027-06-01": 10000, "2028-01-01": 100}}
    assert agreed(changed(case, {"chips/u/markets/M/chip_value_usd": later})) == near(5)


def test_service_lives_that_rounding_changes_are_listed() -> None:
    """2.5 years are two yearly periods, 24 months; a life of whole periods is as typed."""
    leads = solved(small({"chips/u/service_life_years": 2.5}))["leads"]
    (row,) = leads[leads["kind"] == "chip life"].itertuples(index=False)
    assert (row.item, row.months, row.periods, row.rounded_months) == ("u", 30, 2, 24)


def site(*, size: float = 100, phase: float | None = 25, **option: Any) -> Data:
    """A new site whose halls cost 1 million USD a MW and are ready at once."""
    option = {"capex_musd_per_mw": 1} | ({"phase_mw": phase} if phase else {}) | option
    return {"region": "R", "max_it_mw": size, "build_options": {"o": option}}


@pytest.mark.parametrize(("frequency", "periods"), [("month", 24), ("quarter", 8), ("year", 2)])
def test_a_phase_fits_into_a_years_limit_in_periods_of_any_length(frequency: str, periods: int) -> None:
    """100 MW may begin in twelve months: all four phases of 25 at once: halls 100, 100,000 chips at 0.01: 1,100.

    Cut into months, 8.3 MW never held a phase and all was rented, two years at 10,000.
    """
    case = small(
        {
            "settings/whole_phases": True,
            "sites/S": site(max_start_mw_per_year=100),
            "workloads/w/demand_pflops": 100000,
        },
        frequency=frequency,
        periods=periods,
    )
    assert agreed(case) == near(1100)
    assert amounts(solved(case), "starts", "start_mw")[0] == near(100)
    by_site = {"sites/S": site(phase=25) | {"max_ready_mw_per_year": 100}}
    assert agreed(changed(case, by_site)) == near(1100)
    crews = {"policy/build_rates": {"crews": {"markets": ["M"], "mw_per_year": 100}}}
    assert agreed(changed(case, {"sites/S": site()} | crews)) == near(1100)


def test_any_twelve_months_hold_the_limit_and_not_the_calendars_year() -> None:
    """By quarter, 40 MW begin in any twelve months: 40 in 2027-Q3, the next in 2028-Q3, whatever the calendar says.

    Demand is 80 from 2027-Q3 on and rent dear, so that all begins as soon as it may: 40 are rented for a year: 4,000.
    """
    case = small(
        {
            "sites/S": site(phase=None, max_start_mw_per_year=40) | {"earliest_start": "2027-07-01"},
            "workloads/w/demand_pflops": {"step": {"2027-01-01": 0, "2027-07-01": 80000}},
        },
        frequency="quarter",
        periods=8,
    )
    assert agreed(case) == near(80 + 800 + 4000)
    assert amounts(solved(case), "starts", "start_mw") == near([0, 0, 40, 0, 0, 0, 40, 0])


def test_a_limit_that_falls_never_condemns_what_was_begun_before() -> None:
    """60 a year until 2027-07-01, then 0: 60 begin in the first quarter and nothing after; 20 of 80 stay rented.

    60 of halls, 600 of chips and two years of rent on 20,000 at 0.1.
    """
    falling = {"step": {"2027-01-01": 60, "2027-07-01": 0}}
    case = small(
        {"sites/S": site(phase=None, max_start_mw_per_year=falling), "workloads/w/demand_pflops": 80000},
        frequency="quarter",
        periods=8,
    )
    assert agreed(case) == near(60 + 600 + 4000)
    assert amounts(solved(case), "starts", "start_mw") == near([60] + [0] * 7)
    half = {"step": {"2027-01-01": 60, "2027-07-01": 10}}
    less = changed(case, {"sites/S/build_options/o/max_start_mw_per_year": half})
    # 60 at once; within twelve months of them no more, then 10, four quarters of rent on 20 and four on 10.
    assert agreed(less) == near(60 + 600 + 10 + 100 + 2000 + 1000)
    assert amounts(solved(less), "starts", "start_mw") == near([60, 0, 0, 0, 10, 0, 0, 0])


def test_committed_halls_come_first_and_pass_a_ready_limit() -> None:
    """30 MW are committed for 2027-Q2 where 20 may get ready in twelve months: the plan's own 20 wait until 2028-Q2."""
    case = small(
        {
            "sites/S": site(phase=None)
            | {
                "max_ready_mw_per_year": 20,
                "earliest_start": "2027-04-01",
                "committed": {"h": {"ready": "2027-04-01", "it_mw": 30}},
            },
            "workloads/w/demand_pflops": {"step": {"2027-01-01": 0, "2027-04-01": 50000}},
        },
        frequency="quarter",
        periods=8,
    )
    assert agreed(case) == near(20 + 500 + 2000)
    assert amounts(solved(case), "halls", "it_mw") == near([0, 30, 30, 30, 30, 50, 50, 50])


@pytest.mark.parametrize(("frequency", "periods"), [("month", 24), ("year", 2)])
def test_what_is_begun_beyond_a_soft_rate_is_paid_once(frequency: str, periods: int) -> None:
    """100 MW at once where 60 may begin: 40 beyond at 2 million a MW: 80 more than 1,100."""
    crews = {"crews": {"markets": ["M"], "mw_per_year": 60, "violation_usd_per_unit_year": 2e6}}
    changes = {"sites/S": site(phase=None), "workloads/w/demand_pflops": 100000, "policy/build_rates": crews}
    case = small(changes, frequency=frequency, periods=periods)
    assert agreed(case) == near(1180)
    assert sum(account(solved(case), "soft rules")) == near(80)


def test_plant_is_ordered_within_what_twelve_months_supply() -> None:
    """No grid before 2028: 10 MW of plant may be ordered a year, all of it in the first month: no rent."""
    case = small(
        {
            "sites/S": site(phase=None, size=10) | {"grid_connection_months": 12, "onsite": {"engine": {}}},
            "onsite_sources/engine": {"capex_usd_per_kw": 1000, "supply_mw_per_year": {"M": 10}},
        },
        frequency="month",
        periods=24,
    )
    assert agreed(case) == near(10 + 100 + 10)
    assert amounts(solved(case), "onsite", "start_mw")[0] == near(10)


def test_a_phase_that_never_fits_is_told() -> None:
    """25 MW a phase, 20 a year: nothing is ever begun in whole phases."""
    case = small({"settings/whole_phases": True, "sites/S": site(max_start_mw_per_year=20)})
    (said,) = map(str, input_warnings(parse_case(case)))
    assert "phase_mw of 25 never fits into sites.S.build_options.o.max_start_mw_per_year, which is 20 MW" in said
    assert not list(input_warnings(parse_case(changed(case, {"settings/whole_phases": False}))))


def budgeted(musd: Any, start: str = "2026-10-01", periods: int = 5, **rule: Any) -> Data:
    """By quarter from a day on, 10,000 chips at 0.01 million each, as many as a budget by calendar year allows."""
    budget = {"musd": musd} | rule
    return small({"settings/start": start, "policy/budgets": {"b": budget}}, frequency="quarter", periods=periods)


def spent(case: Data) -> list[float]:
    """Million USD of chips by quarter, the second formulation agreeing on the cost."""
    assert agreed(case) >= 0
    return account(solved(case), "chip purchase")


def test_a_part_of_a_calendar_year_gets_its_part_of_a_budget() -> None:
    """40 a year: 10 for the last quarter of 2026 and 40 in 2027. By the whole year the first quarter had 40."""
    assert spent(budgeted(40)) == near([10, 40, 0, 0, 0])
    assert spent(budgeted({"step": {"2026-01-01": 40}})) == near([10, 40, 0, 0, 0])
    assert spent(budgeted({"step": {"2026-01-01": 40, "2027-01-01": 20}})) == near([10, 20, 0, 0, 0])


def test_a_part_of_a_calendar_year_keeps_an_amount_that_is_typed_for_it() -> None:
    """40 from October 2026 on is the amount of that quarter; 2027 has its own."""
    assert spent(budgeted({"step": {"2026-10-01": 40, "2027-01-01": 20}})) == near([40, 20, 0, 0, 0])
    change = {"profile": 20, "changes": [{"since": "2026-10-01", "set": 40}, {"since": "2027-01-01", "set": 30}]}
    assert spent(budgeted(change)) == near([40, 30, 0, 0, 0])
    scaled = {"profile": 40, "changes": [{"since": "2026-10-01", "scale": 0.5}]}
    assert spent(budgeted(scaled)) == near([5, 20, 0, 0, 0])


def test_a_year_that_the_plan_or_a_rule_ends_inside_of_gets_its_part() -> None:
    """The plan ends in the middle of 2027 with half of 40; a rule from July on has half of 40 and then all is free."""
    assert spent(budgeted(40, "2027-01-01", 2)) == near([20, 0])
    assert spent(budgeted({"step": {"2027-01-01": 40}}, "2027-01-01", 2)) == near([20, 0])
    ends = budgeted(40, "2027-01-01", 4, since="2027-01-01", until="2027-07-01")
    assert spent(ends) == near([20, 0, 80, 0])
    begins = budgeted({"step": {"2027-01-01": 0, "2027-07-01": 40}}, "2027-01-01", 4, since="2027-07-01")
    assert spent(changed(begins, {"chips/u/markets/M/available_from": "2027-07-01"})) == near([0, 0, 40, 0])


def test_a_quota_of_a_part_year_gets_its_part() -> None:
    """4,000 licensed a calendar year: 1,000 in the last quarter of 2026, 4,000 in 2027."""
    quota = {"q": {"chips": ["u"], "markets": ["M"], "units": 4000, "window": "calendar_year"}}
    case = small({"settings/start": "2026-10-01", "policy/licence_quotas": quota}, frequency="quarter", periods=5)
    agreed(case)
    assert amounts(solved(case), "orders", "delivered") == near([1000, 4000, 0, 0, 0])


def renewed(**rule: Any) -> Data:
    """8,000 domestic chips until 2028, and 80 % of what is installed since the rule began must be domestic."""
    return small(
        {
            "sites/S/existing_fleet": {"old d": {"units": 8000, "until": "2028-01-01"}},
            "chips": {"old d": offered(None, origin="M"), "new d": offered(12000, origin="M"), "f": offered(None)},
            "workloads/w/demand_pflops": 8000,
            "policy/domestic_shares/s": {"market": "M", "share": 0.8} | rule,
        }
    )


@pytest.mark.parametrize("measure", ["units", "mw", "spend", "pflops"])
def test_a_domestic_fleet_renewed_like_for_like_keeps_any_share(measure: str) -> None:
    """8,000 new ones at 0.012 million in place of 8,000 old ones: 96. Were these taken off, 40,000 at 0.012: 480."""
    rule = {"measure": measure} | ({"precision": "any"} if measure == "pflops" else {})
    case = renewed(**rule)
    assert agreed(case) == near(96)
    assert agreed(changed(case, {"policy/domestic_shares/s/since": "2028-01-01"})) == near(96)


def test_a_foreign_fleet_from_before_counts_for_nothing_until_it_is_renewed() -> None:
    """4,000 foreign chips stand from before; of 4,000 more, half must be domestic, which cost twice as much.

    2,000 at 0.01 and 2,000 at 0.02: 60. Were the old ones counted, 4,000 at 0.02: 80.
    """
    case = small(
        {
            "sites/S/existing_fleet": {"f": {"units": 4000}},
            "chips": {"f": offered(10000), "d": offered(20000, origin="M")},
            "workloads/w/demand_pflops": 8000,
            "policy/domestic_shares/s": {"market": "M", "share": 0.5},
        }
    )
    assert agreed(case) == near(60)
    ends = changed(case, {"sites/S/existing_fleet/f/until": "2028-01-01"})
    # Renewed in 2028, another 2,000 of each: what is claimed to stand from before has come to its end.
    assert agreed(ends) == near(120)
    lives = changed(case, {"chips/f/service_life_years": 1, "chips/d/service_life_years": 1})
    assert agreed(lives) == near(180)


def test_chips_bought_and_scrapped_count_for_nothing_in_any_measure() -> None:
    """Domestic chips of no use cost nothing to buy and 1,000 USD a year to keep: they must stand as long as others do.

    5,000 f and 5,000 d in 10 MW: 50 for f, 15 for keeping d three years, and 5,000 PFLOP/s rented: 1,500.
    """
    for measure in ("units", "mw"):
        case = small(
            {
                "chips": {"f": offered(10000), "d": offered(0, 0, origin="M", om_usd_per_unit_year=1000)},
                "policy/domestic_shares/s": {"market": "M", "share": 0.5, "measure": measure},
            }
        )
        assert agreed(case) == near(50 + 15 + 1500)


def test_money_counts_at_the_price_of_the_installation_while_the_chip_stands() -> None:
    """f costs 0.01 million and d, which lives a year, 0.02 and from 2028 on 0.01; half of the money must be domestic.

    In 2027 2,000 d (40) stand beside 4,000 f (40), which serve 6,000: 80. In 2028 d is gone and f stands at 40: 1,000
    of f leave and 3,000 d at 0.01 stand beside them: 30. In 2029 again.
    """
    price = {"step": {"2027-01-01": 20000, "2028-01-01": 10000}}
    case = small(
        {
            "chips": {"f": offered(10000), "d": offered(None, origin="M", service_life_years=1)},
            "chips/d/markets": {"M": {"price_usd": price}},
            "workloads/w/demand_pflops": 6000,
            "policy/domestic_shares/s": {"market": "M", "share": 0.5, "measure": "spend"},
        }
    )
    assert agreed(case) == near(80 + 30 + 30)


def test_chips_that_compute_nothing_reach_no_milestone() -> None:
    """15 MW were reached by junk at 1 USD a chip. Demand of 1,000 to 7,000 draws 7 MW at most: it is never reached.

    7 MW are, in 2030, when all 7,000 are served by halls begun in 2029: a year after the demand rises above 5,000.
    """
    case = small(
        {
            "sites/S": {"region": "R", "max_it_mw": 20, "build_options": {"o": {"build_months": 12}}},
            "chips": {"u": offered(10000), "junk": offered(1, 0)},
            "workloads/w/demand_pflops": {"linear": {"2027-01-01": 0, "2031-01-01": 8000}},
            "goals": {"objective": "earliest", "milestones": {"15 MW on": {"it_mw": 15}, "7 MW on": {"it_mw": 7}}},
        },
        periods=4,
    )
    parsed = parse_case(case)
    with session(parsed) as s:
        plan = OBJECTIVES["earliest"](s)
    assert certify(parsed, plan).ok
    assert milestones_reached(parsed, plan) == {"15 MW on": None, "7 MW on": "2030"}
    # 1,000 of 2027 are rented at 0.1; chips follow demand from 2028 on.
    assert plan.objective_musd == near(100 + 70)


def test_spares_of_chips_that_serve_count_towards_power() -> None:
    """Half of the chips work: 10 MW of them serve 5,000; a milestone of 10 MW counts the spares."""
    case = small(
        {
            "chips/u/availability": 0.5,
            "workloads/w/demand_pflops": 5000,
            "goals": {"objective": "earliest", "milestones": {"on": {"it_mw": 10}}},
        }
    )
    parsed = parse_case(case)
    with session(parsed) as s:
        plan = OBJECTIVES["earliest"](s)
    assert milestones_reached(parsed, plan) == {"on": "2027"}
    assert plan.objective_musd == near(100)
