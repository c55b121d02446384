"""What pages count on periods that differ in length, worked out on the calendar."""

from __future__ import annotations

import pytest

from planner.report.by_period import View
from planner.report.sheets.compute.workloads import volumes
from planner.report.sheets.decide.now import Now
from tests.model.cases import on_grid, rent

from ..conftest import dossier_of

MONTHS_FIRST = {
    "chips/A/markets/US/lead_months": 2.0,
    "workloads/work/shortfall": rent(100),
}
"""10 PFLOP/s are asked for; chips ordered on the first day serve from March on."""


def test_compute_over_the_plan_goes_by_the_length_of_each_period() -> None:
    """Two months, a quarter and a year are 17 months: 10 PFLOP/s all along, of which two months are missed."""
    view = View(dossier_of(on_grid("2 months, 1 quarter, 1 year", MONTHS_FIRST)))
    assert volumes(view) == {"work": pytest.approx((10 * 17 / 12, 10 * 15 / 12, 10 * 2 / 12))}


def test_now_is_what_begins_and_ends_within_a_year() -> None:
    """Two months and three quarters are eleven months; a fourth would end after thirteen."""
    now = Now(View(dossier_of(on_grid("2 months, 4 quarters", MONTHS_FIRST))))
    assert (now.span, now.last) == (5, "2027-Q3")
