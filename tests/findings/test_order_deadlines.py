"""Order-by dates, on cases small enough to follow each lot by hand. Periods are years, 2027 being 0."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.findings import CommittedLot, commitments
from planner.findings.scenario import case_of_scenario, solution_of_scenario
from planner.schema import parse_case
from planner.solving import solve

from ..model.cases import Data, by_year, chip, greenfield, neutral, plan_of
from ..report.conftest import BRANCHED, BRIDGED


def lots_of(case: Data, kind: str) -> list[CommittedLot]:
    """Commitments of one kind of a case's plan."""
    read = parse_case(case)
    return [lot for lot in commitments(read, plan_of(read)) if lot.kind == kind]


def dates(lot: CommittedLot) -> tuple[int, int | None, int | None, int | None]:
    """Period of the commitment, of the arrival, in which it is needed, and the last one in which it can be made."""
    return lot.period, lot.arrives, lot.needed, lot.latest


def test_what_is_ordered_just_in_time_has_no_slack() -> None:
    """Ten chips for 10 PFLOP/s, at once: 10 million USD."""
    (lot,) = lots_of(neutral(), "order")
    assert (lot.item, lot.amount, lot.musd) == (("A", "US"), pytest.approx(10), pytest.approx(10))
    assert dates(lot) == (0, 0, 0, 0)
    assert lot.slack == 0


def test_chips_that_wait_in_stock_can_be_ordered_later() -> None:
    """Demand begins in 2028, five chips a year can be had: those of 2027 wait a year, those of 2028 cannot."""
    case = neutral({"workloads/work/demand_pflops": by_year(0, 10), "chips/A/markets/US/supply_per_year": 5}, periods=2)
    first, second = lots_of(case, "order")
    assert dates(first) == (0, 0, 1, 1)
    assert first.slack == 1
    assert dates(second) == (1, 1, 1, 1)


def test_a_lead_that_shortens_gives_slack() -> None:
    """Orders of 2027 take two years and those of 2028 one: both arrive in 2029, when all ten are needed."""
    changes: dict[str, Any] = {
        "workloads/work/demand_pflops": by_year(0, 0, 10),
        "chips/A/markets/US/supply_per_year": 5,
        "chips/A/markets/US/lead_months": by_year(24, 12, 12),
    }
    first, second = lots_of(neutral(changes, periods=3), "order")
    assert dates(first) == (0, 2, 2, 1)
    assert dates(second) == (1, 2, 2, 1)


def test_a_ban_ends_the_time_to_order() -> None:
    """Chips are needed in 2028 and banned from then on; without the ban the same lot would have a year of slack."""
    banned = {"lasting": {"chips": ["A"], "markets": ["US"], "since": "2028-01-01", "undelivered": "honoured"}}
    case = neutral({"workloads/work/demand_pflops": by_year(0, 10), "policy/bans": banned}, periods=2)
    (lot,) = lots_of(case, "order")
    assert dates(lot) == (0, 0, 1, 0)
    free = parse_case(neutral({"workloads/work/demand_pflops": by_year(0, 10)}, periods=2))
    (lot,) = commitments(free, plan_of(parse_case(case)))
    assert dates(lot) == (0, 0, 1, 1)


def test_halls_that_stand_empty_can_be_begun_later() -> None:
    """Ten MW for 2029, built in a year, five begun a year at most: those of 2027 stand empty in 2028."""
    site = greenfield(2.0, 12)
    site["build_options"]["halls"]["max_start_mw_per_year"] = 5
    case = neutral({"workloads/work/demand_pflops": by_year(0, 0, 10), "sites/Site": site}, periods=3)
    first, second = lots_of(case, "start")
    assert (first.item, first.amount, first.musd) == (("Site", "halls"), pytest.approx(5), pytest.approx(10))
    assert dates(first) == (0, 1, 2, 1)
    assert dates(second) == (1, 2, 2, 1)


def test_a_connection_is_dated_by_its_own_wait() -> None:
    """Applied for in 2027 while it is cheap; the wait of 2028, one year, brings it forward to 2028.

    Applied for in 2028 it comes in 2029, which is soon enough.
    """
    site = greenfield(1.0, 12, grid_connection_months=by_year(24, 12, 12), grid_connection_musd_per_mw=by_year(1, 2, 2))
    case = neutral({"workloads/work/demand_pflops": by_year(0, 0, 10), "sites/Site": site}, periods=3)
    (lot,) = lots_of(case, "connect")
    assert (lot.amount, lot.musd) == (pytest.approx(10), pytest.approx(10))
    assert dates(lot) == (0, 1, 2, 1)


def test_plant_counts_by_its_availability() -> None:
    """Half of 20 MW can be counted on for the 10 MW of 2029; ordered in 2027 while cheap, it idles in 2028."""
    site = greenfield(1.0, 12, grid_connection_months=120, onsite={"engine": {}})
    engine = {"capex_usd_per_kw": by_year(1000, 2000, 2000), "lead_months": 12, "availability": 0.5}
    changes = {
        "workloads/work/demand_pflops": by_year(0, 0, 10), "sites/Site": site, "onsite_sources": {"engine": engine},
    }  # fmt: skip
    (lot,) = lots_of(neutral(changes, periods=3), "plant")
    assert (lot.item, lot.amount, lot.musd) == (("engine", "Site"), pytest.approx(20), pytest.approx(20))
    assert dates(lot) == (0, 1, 2, 1)


def test_a_site_can_be_acquired_until_it_is_built_on() -> None:
    """Acquired in 2027 for 1 million USD, which is 5 later; halls are begun in 2028."""
    site = greenfield(1.0, 0, opening_musd=by_year(1, 5), size=10.0)
    case = neutral({"workloads/work/demand_pflops": by_year(0, 10), "sites/Site": site}, periods=2)
    case["sites"]["Site"]["earliest_start"] = "2028-01-01"
    (lot,) = lots_of(case, "open")
    assert (lot.amount, lot.musd) == (pytest.approx(1), pytest.approx(1))
    assert dates(lot) == (0, 0, 1, 1)


def _ruled(**fields: Any) -> Data:
    """Ten chips that a rule asks for and no demand needs; energy costs, so that they stay off."""
    changes: dict[str, Any] = {
        "chips/A": chip(**fields),
        "workloads/work/demand_pflops": 0.0,
        "regions/Grid/tariff_usd_per_mwh": 50,
        "policy/capacity_limits/rule": {"least": 10, "until": "2028-01-01"},
    }
    return neutral(changes, periods=2)


@pytest.mark.parametrize("upkeep", [0.0, 1000.0])
def test_what_nothing_needs_has_no_date(upkeep: float) -> None:
    """Nor is it needed in 2028 because the plan retires it then, as it does where chips cost upkeep."""
    (lot,) = lots_of(_ruled(om_usd_per_unit_year=upkeep), "order")
    assert dates(lot) == (0, 0, None, None)
    assert lot.slack is None


def test_a_lot_shrinks_with_attrition() -> None:
    """Half of ten chips are left in 2028: a spare of five is all of them, a spare of four is not."""
    case = parse_case(_ruled(attrition_per_year=0.5))
    plan = plan_of(case)
    (lot,) = commitments(case, plan)
    assert lot.needed is None
    fleet = plan["fleet"].assign(powered=[0.0, 1.0])
    (lot,) = commitments(case, replace(plan, tables={**plan.tables, "fleet": fleet}))
    assert dates(lot) == (0, 0, 1, 1)


def test_evicted_chips_are_no_spare() -> None:
    """Five chips run at a site that is closed to them from 2028: five more are needed elsewhere from then on."""
    changes: dict[str, Any] = {
        "sites/Old": {"region": "Grid", "max_it_mw": 5, "existing_it_mw": 5, "existing_fleet": {"A": {"units": 5}}},
        "workloads/work/demand_pflops": 5.0,
    }
    bar = {"chips": ["A"], "sites": ["Old"], "since": "2028-01-01", "evict": True}
    assert lots_of(neutral(changes, periods=2), "order") == []
    (lot,) = lots_of(neutral(changes | {"policy/site_bars": {"out": bar}}, periods=2), "order")
    assert lot.amount == pytest.approx(5)
    assert dates(lot)[2:] == (1, 1)


def test_a_lot_is_gone_after_its_service_life() -> None:
    """Chips of one year's life leave in 2028, so nothing of them can be wanted then."""
    case = parse_case(_ruled(service_life_years=1))
    plan = plan_of(case)
    (lot,) = commitments(case, plan)
    assert lot.needed is None


def test_rounding_is_no_commitment() -> None:
    case = parse_case(neutral(periods=2))
    plan = plan_of(case)
    orders = plan["orders"].assign(ordered=[10.0, 1e-9])
    assert len(commitments(case, replace(plan, tables={**plan.tables, "orders": orders}))) == 1


@pytest.mark.parametrize("scenario", [None, "calm, early", "rush, late"])
def test_arrivals_are_those_of_the_plan(scenario: str | None) -> None:
    """Deliveries and readiness, which the plan's tables state, are where the order-by dates begin."""
    case = parse_case(BRIDGED if scenario is None else BRANCHED)
    plan = solve(case)
    if scenario is not None:
        own = case_of_scenario(case, scenario)
        case, plan = own, solution_of_scenario(plan, scenario, own)
    line = case.settings.timeline
    found = commitments(case, plan)
    assert {lot.kind for lot in found} >= {"order", "start", "open", "plant"}
    for lot in found:
        label, arrives = line.label(lot.period), None if lot.arrives is None else line.label(lot.arrives)
        if lot.kind == "order":
            data = plan["deliveries"]
            rows = data[(data["order"] == label) & (data["chip"] == lot.item[0]) & (data["market"] == lot.item[1])]
            assert [arrives] == (rows["node"].tolist() or [None])
        if lot.kind == "start":
            data = plan["starts"]
            rows = data[(data["node"] == label) & (data["site"] == lot.item[0]) & (data["option"] == lot.item[1])]
            assert [arrives or ""] == rows["ready"].tolist()
        if lot.latest is not None:
            assert lot.needed is not None
            assert lot.arrives is not None
            assert lot.period <= lot.latest <= lot.needed
            assert lot.arrives <= lot.needed
