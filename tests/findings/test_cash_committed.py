"""Money committed, paid and still open, worked out by hand. Periods are years, 2027 being 0; money is million USD."""

from __future__ import annotations

from typing import Any

import pytest

from planner.findings import BudgetWindow, CachedFindings, Committed, budgets
from planner.findings.scenario import case_of_scenario, solution_of_scenario
from planner.schema import parse_case
from planner.solving import solve

from ..model.cases import Data, by_year, greenfield, neutral, plan_of
from ..report.conftest import BRANCHED, BRIDGED, SMALL


def cash_of(case: Data) -> Committed:
    """Money that a case's plan commits."""
    read = parse_case(case)
    return CachedFindings(read, plan_of(read)).committed


def test_an_order_is_committed_whole_and_paid_in_two_parts() -> None:
    """Ten chips at 1 million, 30 % at the order in 2027 and the rest at delivery in 2028."""
    changes = {
        "workloads/work/demand_pflops": by_year(0, 10),
        "chips/A/markets/US": {"price_usd": 1e6, "lead_months": 12, "deposit_share": 0.3},
    }
    cash = cash_of(neutral(changes, periods=2))
    assert [period.new["order"] for period in cash.periods] == pytest.approx([10, 0])
    assert [period.paid for period in cash.periods] == pytest.approx([3, 7])
    assert [period.open for period in cash.periods] == pytest.approx([7, 0])
    assert (cash.before, cash.after, cash.peak) == (0, 0, 0)


def test_a_fee_is_paid_and_not_committed() -> None:
    """A quarter of ten chips' value: 2.5 million on top of what was committed."""
    changes: dict[str, Any] = {
        "chips/A/markets/US": {"price_usd": 1e6, "chip_value_usd": 1e6},
        "policy/import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.25}},
    }
    (period,) = cash_of(neutral(changes)).periods
    assert (period.committed, period.paid, period.fees, period.open) == pytest.approx((10, 10, 2.5, 0))


def test_halls_are_committed_at_the_start_and_paid_as_they_are_built() -> None:
    """Ten MW at 2 million, two years long: 20 committed in 2027, 10 paid in each of two years."""
    changes = {
        "workloads/work/demand_pflops": by_year(0, 0, 10),
        "sites/Site": greenfield(2.0, 24, opening_musd=1.0),
        "settings/discount_rate": 0.05,
    }
    cash = cash_of(neutral(changes, periods=3))
    assert [period.new["start"] for period in cash.periods] == pytest.approx([20, 0, 0])
    assert [period.new["open"] for period in cash.periods] == pytest.approx([0.1, 0, 0])
    assert [period.new["order"] for period in cash.periods] == pytest.approx([0, 0, 10])
    assert [period.paid for period in cash.periods] == pytest.approx([10.1, 10, 10])
    assert [period.open for period in cash.periods] == pytest.approx([10, 0, 0])


def test_connections_and_plant_are_paid_when_they_are_committed() -> None:
    site = greenfield(0.0, 0, grid_connection_musd_per_mw=0.5, size=4.0)
    engine = {"capex_usd_per_kw": 1500}
    other = greenfield(0.0, 0, grid_connection_months=120, onsite={"engine": {}}, size=6.0)
    case = neutral({"sites": {"On grid": site, "Alone": other}, "onsite_sources": {"engine": engine}})
    (period,) = cash_of(case).periods
    assert (period.new["connect"], period.new["plant"]) == pytest.approx((0.5 * 4, 1.5 * 6))
    assert period.open == 0


def _placed(**fields: Any) -> Data:
    """Five chips at 1 million on order before the plan, 1 million paid."""
    order = {"chip": "A", "market": "US", "units": 5, "price_usd": 1e6, "deposit_paid_usd": 1e6} | fields
    return neutral({"orders_placed": {"before": order}}, periods=2)


def test_orders_from_before_the_plan_stand_open() -> None:
    """Four million fall due in 2028; in 2027 ten chips are needed at once."""
    cash = cash_of(_placed(due="2028-01-01"))
    assert cash.before == pytest.approx(4)
    assert [period.committed for period in cash.periods] == pytest.approx([10, 0])
    assert [period.open for period in cash.periods] == pytest.approx([4, 0])


def test_what_falls_due_after_the_plan_stays_open() -> None:
    """Five chips come in 2030; halls of 5 million a year for the rest of them come in 2032, five years on."""
    case = _placed(due="2030-01-01")
    case["sites"]["Site"]["existing_it_mw"] = 50.0
    case["sites"]["Site"]["committed"] = {"hall": {"ready": "2032-01-01", "it_mw": 10, "remaining_cost_musd": 25}}
    cash = cash_of(case)
    assert cash.before == pytest.approx(4 + 25)
    assert [period.open for period in cash.periods] == pytest.approx([24, 19])
    assert cash.after == pytest.approx(4 + 15)


def test_a_ban_cancels_what_was_not_yet_paid() -> None:
    """Of the five chips due in 2029, banned from 2028, 4 million are never paid and half of the deposit comes back."""
    case = _placed(due="2028-07-01")
    case["settings"]["periods"] = 3
    case["policy"] = {"bans": {"stop": {"chips": ["A"], "markets": ["US"], "since": "2028-01-01", "refund_share": 0.5}}}
    cash = cash_of(case)
    assert [period.cancelled for period in cash.periods] == pytest.approx([0, 4, 0])
    assert [period.refunds for period in cash.periods] == pytest.approx([0, 0.5, 0])
    assert [period.open for period in cash.periods] == pytest.approx([4, 0, 0])
    assert cash.after == 0


@pytest.mark.parametrize(
    ("data", "scenario"), [(SMALL, ""), (BRIDGED, ""), (BRANCHED, "calm, early"), (BRANCHED, "rush, late")]
)
def test_everything_committed_is_paid_cancelled_or_open(data: Data, scenario: str) -> None:
    """What is left of the account at the end is what the terms of the case leave to pay, and it is never overdrawn."""
    case = parse_case(data)
    plan = solve(case)
    if scenario:
        own = case_of_scenario(case, scenario)
        case, plan = own, solution_of_scenario(plan, scenario, own)
    cash = CachedFindings(case, plan).committed
    total = sum(period.committed for period in cash.periods)
    assert total > 10
    left = cash.before + total - sum(period.cancelled + period.paid for period in cash.periods)
    assert left == pytest.approx(cash.after, abs=1e-6 * total)
    assert cash.periods[-1].open == pytest.approx(cash.after, abs=1e-6 * total)
    assert all(period.open >= -1e-6 * total for period in cash.periods)


def test_budgets_stand_beside_what_they_count() -> None:
    """Ten chips in 2027 and ten more in 2028 where demand doubles, a fee of 1 million a ten, in one of two markets."""
    changes: dict[str, Any] = {
        "settings/discount_rate": 0.05,
        "workloads/work/demand_pflops": by_year(10, 20),
        "chips/A/markets/US": {"price_usd": 1e6, "chip_value_usd": 1e6},
        "policy/import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.1}},
        "policy/budgets": {
            "yearly": {"musd": by_year(30, 40)},
            "whole": {"musd": 50, "window": "whole", "since": "2028-01-01"},
            "elsewhere": {"musd": 5, "markets": ["Far"], "window": "whole"},
        },
        "markets": {"US": {}, "Far": {}},
    }
    case = parse_case(neutral(changes, periods=2))
    found = budgets(case, plan_of(case))
    near = pytest.approx
    assert found == [
        BudgetWindow("yearly", 0, 0, 30, near(11)),
        BudgetWindow("yearly", 1, 1, 40, near(11)),
        BudgetWindow("whole", 1, 1, 50, near(11)),
        BudgetWindow("elsewhere", 0, 1, 5, near(0)),
    ]
