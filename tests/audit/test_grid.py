"""The second formulation on periods of several lengths, its least costs worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from planner.audit import least_cost
from planner.schema import parse_case
from tests.model.cases import Data, by_year, changed, greenfield, near, neutral, rent


def on_grid(grid: str, **changes: Any) -> Data:
    """The neutral case on a grid from 1 January 2027."""
    return changed(neutral(), {"settings/grid": grid, "settings/frequency": None, "settings/periods": None} | changes)


def least(grid: str, **changes: Any) -> float:
    """Least cost of the neutral case on a grid, million USD."""
    return least_cost(parse_case(on_grid(grid, **changes))).cost


def test_amounts_a_year_follow_each_period() -> None:
    """Upkeep of 10 chips at 0.12 million USD a year: 0.1 in each of two months, 0.3 a quarter, 1.2 a year.

    The chips cost 10, so all is 10 + 0.2 + 0.3 + 1.2.
    """
    assert least("2 months, 1 quarter, 1 year", **{"chips/A/om_usd_per_unit_year": 0.12e6}) == near(11.7)


def test_money_is_discounted_from_the_middle_of_each_period() -> None:
    """At 21 % a year demand of 10 goes unmet at 1 a year: 2.5 after 1/8 year, then 10 after 3/4 of a year."""
    missed = {"settings/discount_rate": 0.21, "workloads/work/shortfall": rent(1.0), "chips/A/markets": {}}
    worth = 2.5 * 1.21**-0.125 + 10.0 * 1.21**-0.75
    assert least("1 quarter, 1 year", **missed) == near(worth)


def test_a_lag_across_a_change_of_length_is_late_never_early() -> None:
    """A lead of four months from 1 January ends inside the second quarter, which began on 1 March.

    What is ordered on the first day arrives on 1 June. Demand of 10 goes unmet at 12 a year and chip until then, in
    two months and a quarter: 10 x 12 x 5/12 = 50. The chips that serve the year after cost 10.
    """
    lead = {"chips/A/markets/US/lead_months": 4.0, "workloads/work/shortfall": rent(12.0)}
    assert least("2 months, 1 quarter, 1 year", **lead) == near(60.0)


def test_attrition_runs_over_the_period_before() -> None:
    """A chip in five is lost a year: 10 chips are 10 x 0.8 ** 0.25 after a quarter, and 0.8 of that a year later.

    Prices stand, so that each period buys what was lost: 10, 10 (1 - 0.8 ** 0.25) and 10 x 0.2.
    """
    lost = {"chips/A/attrition_per_year": 0.2}
    assert least("1 quarter, 2 years", **lost) == near(10.0 + 10.0 * (1.0 - 0.8**0.25) + 2.0)


@pytest.mark.parametrize(("years", "bought"), [(1.25, 20.0), (1.5, 20.0), (2.0, 20.0), (2.25, 10.0), (0.5, 30.0)])
def test_a_life_ends_early_never_late(years: float, bought: float) -> None:
    """A quarter and two years: chips of the first day serve the quarter, its year to 1 April 2028, then the second.

    A life of 1.25 years ends on 1 April 2028, of up to two years inside the second year and so on that day as well;
    one of 2.25 years serves all. One of half a year serves the quarter alone, as it ends inside the year after it;
    a year bought for is served all the same, since what is begun lives through its own period.
    """
    assert least("1 quarter, 2 years", **{"chips/A/service_life_years": years}) == near(bought)


def test_what_is_built_is_paid_evenly_over_its_months() -> None:
    """Halls take five months from 1 January: two months and a quarter, a fifth in each month, three in the quarter.

    10 MW cost 100: at 1 % a month 20 is paid after half a month, 20 after one and a half, 60 after three and a half.
    Until then demand of 10 is none; from 1 June it is 10, and the chips are bought that day, in the middle of a year.
    """
    monthly = 1.01**12
    built = {
        "settings/discount_rate": monthly - 1.0,
        "sites/Site": greenfield(10.0, 5.0),
        "workloads/work/demand_pflops": {"step": {"2027-01-01": 0.0, "2027-06-01": 10.0}},
    }
    paid = 20.0 * 1.01**-0.5 + 20.0 * 1.01**-1.5 + 60.0 * 1.01**-3.5
    assert least("2 months, 1 quarter, 1 year", **built) == near(paid + 10.0 * 1.01**-11.0)


def test_any_twelve_months_are_runs_of_periods() -> None:
    """No more than 4 MW are begun in any twelve months: quarters of one year together, and then each year alone.

    Demand of 10 from the first day goes unmet at 1 a year: 6 over the first four quarters, 2 in the year after it,
    none in the last, as 4 + 4 + 4 are more than 10. Chips of 10 are bought beside: 6 + 2 + 10.
    """
    begun = {
        "sites/Site": greenfield(0.0, 0.0),
        "workloads/work/shortfall": rent(1.0),
        "policy/build_rates": {"pace": {"markets": ["US"], "mw_per_year": 4.0}},
        "chips/A/markets/US/price_usd": 0.1e6,
    }
    assert least("4 quarters, 2 years", **begun) == near(6.0 + 2.0 + 1.0)


def test_a_calendar_year_of_more_than_twelve_months_allows_more() -> None:
    """A quarter and a year begin in 2027, fifteen months together: a quota of 4 chips a calendar year allows 5.

    The year from April 2028 allows 4. Demand of 10 goes unmet at 1 a year: 5 over 1.25 years, then 1; 9 chips at 0.1.
    """
    quota = {
        "workloads/work/shortfall": rent(1.0),
        "policy/licence_quotas": {
            "q": {"chips": ["A"], "markets": ["US"], "units": 4.0, "window": "calendar_year"},
        },
        "chips/A/markets/US/price_usd": 0.1e6,
    }
    assert least("1 quarter, 2 years", **quota) == near(5.0 * 1.25 + 1.0 + 0.9)


def test_what_is_unspent_is_told_by_years() -> None:
    """A chip of 4 years bought on the first of 2.25 years keeps 1.75 of 4 years of its price, at the end."""
    assert least("1 quarter, 2 years", **{"chips/A/residual_life_years": 4.0}) == near(10.0 - 10.0 * 1.75 / 4.0)


def test_growth_in_the_tail_costs_as_much_as_if_it_were_reported() -> None:
    """What is solved and not reported is planned for all the same: 10 chips, then 20 from 2028 on, which is tail."""
    grown = {"workloads/work/demand_pflops": by_year(10.0, 20.0), "settings/report_until": "2028-01-01"}
    assert least("4 quarters, 1 year", **grown) == near(20.0)
