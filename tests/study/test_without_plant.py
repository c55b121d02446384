"""What on-site power is worth: the same case without it, asked of the same session."""

from __future__ import annotations

from planner.schema import parse_case
from planner.solving import session
from planner.study.without_plant import without_plant

from ..model.cases import near, neutral, rent

CUT_OFF = {
    "regions/Grid/headroom_mw": 4.0,
    "onsite_sources": {"engine": {"capex_usd_per_kw": 500.0}},
    "sites/Site/onsite": {"engine": {}},
    "workloads/work/shortfall": rent(3.0),
    "goals/milestones": {"all": {"pflops": 10.0}},
}
"""10 PFLOP/s, a grid that carries 4, engines at 0.5 a MW, rent at 3."""


def test_without_plant_the_rest_is_rented_and_late() -> None:
    """With engines 10 + 6 x 0.5 = 13; without, 4 chips and 6 of rent: 4 + 18 = 22, 0.6 of 12 months late."""
    with session(parse_case(neutral(CUT_OFF))) as s:
        assert s.solve().objective_musd == near(13)
        found = without_plant(s)
        assert found is not None
        assert found.cost_musd == near(22)
        assert found.delay_months == near(7.2)
        assert found.milestones == {"all": None}
        assert s.solve().objective_musd == near(13)


def test_a_case_without_plant_has_nothing_to_compare() -> None:
    """Neither has one that cannot do without."""
    with session(parse_case(neutral())) as s:
        assert without_plant(s) is None
    needed = {path: value for path, value in CUT_OFF.items() if path != "workloads/work/shortfall"}
    with session(parse_case(neutral(needed))) as s:
        assert s.solve().objective_musd == near(13)
        assert without_plant(s) is None
