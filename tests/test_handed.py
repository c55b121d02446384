"""Small cases that once came out wrong, each with its right value worked by hand; each stands for a kind of fault."""

from __future__ import annotations

from typing import Any

import pytest

from planner.audit import least_cost
from planner.errors import InfeasibleError
from planner.schema import parse_case
from planner.warnings import input_warnings
from tests.model.cases import Data, account, amounts, changed, cost, near, running, solved

Changes = dict[str, Any]


def small(changes: Changes | None = None, /, *, frequency: str = "year", periods: int = 3) -> Data:
    """One market, 10 MW of halls that exist, a chip of 1 PFLOP/s and 1 kW, demand that may be rented at 0.1 million."""
    case: Data = {
        "settings": {"name": "small", "start": "2027-01-01", "frequency": frequency, "periods": periods},
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
    (said,) = input_warnings(parse_case(case))
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
