"""Trees in whole halls: what every scenario shares is whole, what follows a reveal is in parts unless asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from planner.audit import audit
from planner.certificate import certify
from planner.schema import parse_case
from planner.schema.continuous import parts_from
from tests.audit.test_audit import complaints

from .cases import Data, by_year, changed, cost, greenfield, near, neutral, solved


def growing(**settings: bool) -> Data:
    """10 PFLOP/s in 2027; from 2028 on 10 or, as likely, 15. Halls at 2 million USD a MW in phases of 4."""
    change = {"table": "workloads", "rows": ["work"], "field": "demand_pflops", "set": 15.0}
    outcomes = {"level": {"probability": 0.5}, "grown": {"probability": 0.5, "changes": [change]}}
    return neutral(
        {
            "sites/Site": greenfield(2.0),
            "sites/Site/build_options/halls/phase_mw": 4.0,
            "uncertainty": {"growth": {"date": "2028-01-01", "outcomes": outcomes}},
            **{f"settings/{name}": value for name, value in settings.items()},
        },
        periods=2,
    )


def test_halls_are_whole_before_the_reveal_and_later_in_parts() -> None:
    """Three phases at once are 12 MW, 24, and 10 chips 10; grown, 3 MW more are 6 and 5 chips 5: 34 + 11 / 2.

    In parts all along 10 MW are 20, and 5 more 10: 30 + 15 / 2. With every hall whole 4 MW more are 8: 34 + 13 / 2.
    """
    assert cost(growing(whole_phases=False)) == near(37.5)
    assert cost(growing(whole_phases=True)) == near(39.5)
    assert cost(growing(whole_phases=True, whole_after_reveal=True)) == near(40.5)
    starts = solved(growing(whole_phases=True))["starts"]
    assert sorted(starts["start_mw"][starts["start_mw"] > 0].tolist()) == near([3.0, 12.0])


def test_without_a_tree_all_is_whole_either_way() -> None:
    """One scenario of 15 from 2028 on: three phases and one more, 24 + 10 + 8 + 5."""
    known = {"uncertainty": {}, "workloads/work/demand_pflops": by_year(10, 15)}
    base = changed(growing(whole_phases=True), known)
    for later in (False, True):
        assert cost(changed(base, {"settings/whole_after_reveal": later})) == near(47)


@pytest.mark.parametrize("later", [False, True])
def test_the_second_formulation_agrees(later: bool) -> None:
    """An audit plants the same whole decisions and finds the same least cost."""
    case = parse_case(growing(whole_phases=True, whole_after_reveal=later))
    assert complaints(audit(case, solved(growing(whole_phases=True, whole_after_reveal=later)))) == []


def test_a_first_stage_in_parts_fails() -> None:
    """A plan in parts fails where halls are whole before the reveal, and such a one where they are so later too."""
    parts, whole = solved(growing(whole_phases=False)), solved(growing(whole_phases=True))
    asked = parse_case(growing(whole_phases=True))
    failed = {check.id for check in certify(asked, replace(parts, linear=False)).checks if not check.ok}
    assert "whole_phases" in failed
    later = parse_case(growing(whole_phases=True, whole_after_reveal=True))
    failed = {check.id for check in certify(later, whole).checks if not check.ok}
    assert "whole_phases" in failed


def test_a_reveal_with_one_outcome_parts_nothing() -> None:
    """10, 14 and then 14 or 20 PFLOP/s; in 2028 a law is known that was never in doubt: halls are whole until 2029.

    Three phases, 24, and one more for 14, 8, with chips for 10 and 4; grown, 4 MW more are 8 and chips 6: 46 + 14 / 2.
    With the year 2028 in parts 2 MW would do, 4, and grown 6 more, 12: 42 + 18 / 2.
    """
    change = {"table": "workloads", "rows": ["work"], "field": "demand_pflops", "set": 20.0}
    outcomes = {"level": {"probability": 0.5}, "grown": {"probability": 0.5, "changes": [change]}}
    case = changed(
        growing(whole_phases=True),
        {
            "settings/periods": 3,
            "workloads/work/demand_pflops": by_year(10, 14),
            "uncertainty": {
                "law": {"date": "2028-01-01", "outcomes": {"as it is": {"probability": 1.0}}},
                "growth": {"date": "2029-01-01", "outcomes": outcomes},
            },
        },
    )
    assert cost(case) == near(53)
    assert parts_from(parse_case(case)) == date(2029, 1, 1)
    assert (
        parts_from(
            parse_case(
                changed(case, {"uncertainty/growth": {"date": "2029-01-01", "outcomes": {"one": {"probability": 1.0}}}})
            )
        )
        is None
    )
