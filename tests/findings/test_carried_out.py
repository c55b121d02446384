"""What there is to carry out, on a plan whose every row can be counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.findings import CarriedOut, Peak, carried_out
from planner.schema import parse_case

from ..model.cases import Data, by_year, greenfield, neutral, plan_of

GROWING: Data = {
    "settings/discount_rate": 0.1,
    "settings/report_until": "2030-01-01",
    "regions/Grid": {"market": "US", "headroom_mw": 22.0, "tariff_usd_per_mwh": 5.0},
    "sites/Site": greenfield(1.0, opening_musd=5.0) | {"onsite": {"engines": {}}},
    "onsite_sources/engines": {"capex_usd_per_kw": 1000.0, "fuel_usd_per_mwh": 10.0},
    "workloads/work/demand_pflops": by_year(20, 13.5, 25, 40),
    "chips/A/markets/US/supply_per_year": by_year(100, 100, 3.5, 100),
}
"""Money later is worth less, so all is done as late as can be: 20 MW of halls and chips in 2027, 5 more in 2029.

Of those 5 chips 3.5 can be had in 2029: 1.5 come in 2028 and wait in boxes. In 2028 demand is 13.5, so that 6.5 of the
20 chips that are installed are switched off, energy having a price. In 2029 the grid lacks 3 MW of 25, which engines
give. 2030 is solved and not reported.
"""
FRACTIONS = CarriedOut(
    starts=2,
    small_starts=1,
    orders=3,
    odd_orders=2,
    plant_orders=1,
    part_sites=1,
    boxed=Peak(1.5, "2028"),
    idle=Peak(6.5, "2028"),
    last_period="2029",
    last_chips=3.5,
    last_it_mw=5.0,
)
"""A quarter of the site of 100 MW is open; starts of 20 and 5 MW, orders of 20, 1.5 and 3.5 chips."""
WHOLE = replace(FRACTIONS, small_starts=0, part_sites=0, last_it_mw=10.0)
"""In phases of 10 MW the whole site is open, and the second start is one of 10 MW; chips are as they were."""
PHASES = {"settings/whole_phases": True, "sites/Site/build_options/halls/phase_mw": 10.0}


@pytest.mark.parametrize(("changes", "expected"), [({}, FRACTIONS), (PHASES, WHOLE)], ids=["fractions", "whole"])
def test_every_row_is_counted(changes: Data, expected: CarriedOut) -> None:
    """By hand, as the case says; so do a plan in fractions and one in whole halls differ."""
    case = parse_case(neutral(GROWING | changes, periods=4))
    found = carried_out(case, plan_of(case))
    assert rounded(found) == expected


def rounded(found: CarriedOut) -> CarriedOut:
    """Amounts without the solver's rounding."""
    peaks = {
        name: replace(peak, units=round(peak.units, 6)) for name, peak in (("boxed", found.boxed), ("idle", found.idle))
    }
    return replace(found, **peaks, last_chips=round(found.last_chips, 6), last_it_mw=round(found.last_it_mw, 6))


def test_halls_that_were_there_do_not_come_at_the_end() -> None:
    """One period: 100 MW stand already, and ten chips arrive; nothing is begun or waits."""
    case = parse_case(neutral())
    found = rounded(carried_out(case, plan_of(case)))
    assert (found.starts, found.orders, found.last_it_mw, found.last_chips) == (0, 1, 0.0, 10.0)
    assert found.boxed == found.idle == Peak(0.0, "")


@pytest.mark.parametrize(("lot", "odd"), [(None, 2), (0.5, 0), (4.0, 2), (20.0, 2)])
def test_orders_are_counted_in_lots(lot: float | None, odd: int) -> None:
    """Orders of 20, 1.5 and 3.5 chips: all in halves, only the first in ones, fours and twenties."""
    case = parse_case(neutral(GROWING | {"settings/whole_lots": False, "chips/A/markets/US/lot_units": lot}, periods=4))
    assert carried_out(case, plan_of(case)).odd_orders == odd
