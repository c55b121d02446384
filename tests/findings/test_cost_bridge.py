"""The bridge between two plans' costs: it closes, and its largest steps are the reasons."""

from __future__ import annotations

import pytest

from planner.findings import CostBridge, Rung

DEARER = CostBridge(
    {"halls": 20.0, "chips": 50.0, "rent": 8.0, "residual": -30.0},
    {"halls": 20.0, "chips": 46.0, "rent": 17.0, "residual": -28.0, "penalty": 0.01},
)
"""Chips -4, rent +9, residual value +2, penalty +0.01: 7.01 costlier."""


def test_steps_add_up_to_the_difference_of_the_costs() -> None:
    """48 before; 20 + 46 + 17 - 28 + 0.01 = 55.01 after."""
    assert DEARER.steps == pytest.approx({"halls": 0.0, "chips": -4.0, "rent": 9.0, "residual": 2.0, "penalty": 0.01})
    assert DEARER.difference == pytest.approx(55.01 - 48.0)


def test_a_part_that_one_plan_lacks_counts_as_nothing_there() -> None:
    assert CostBridge({"plant": 3.0}, {"rent": 5.0}).steps == {"plant": -3.0, "rent": 5.0}


def test_reasons_go_the_way_of_the_difference_first() -> None:
    """By size rent 9, chips -4, residual value 2; the penalty is less than a hundredth of 15.01."""
    assert [part for part, _ in DEARER.reasons()] == ["rent", "residual", "chips"]
    assert [part for part, _ in DEARER.reasons(most=2)] == ["rent", "chips"]
    assert [part for part, _ in DEARER.turned().reasons()] == ["rent", "residual", "chips"]


def test_plans_of_the_same_cost_have_no_reasons() -> None:
    same = CostBridge({"halls": 1.0}, {"halls": 1.0})
    assert same.reasons() == []
    assert same.waterfall() == [Rung(None)]


def test_a_waterfall_rises_first_and_ends_in_the_difference() -> None:
    """Rent to 9, residual value to 11, the penalty to 11.01, chips down to 7.01."""
    rungs = DEARER.waterfall()
    assert [rung.part for rung in rungs] == ["rent", "residual", "penalty", "chips", None]
    assert [rung.base for rung in rungs] == pytest.approx([0.0, 9.0, 11.0, 7.01, 0.0])
    assert [rung.rise for rung in rungs] == pytest.approx([9.0, 2.0, 0.01, 0.0, 0.0])
    assert [rung.fall for rung in rungs] == pytest.approx([0.0, 0.0, 0.0, 4.0, 0.0])
    assert [rung.total for rung in rungs] == pytest.approx([0.0, 0.0, 0.0, 0.0, 7.01])


def test_the_bridge_turned_round_is_as_long_the_other_way() -> None:
    assert DEARER.turned().difference == pytest.approx(-DEARER.difference)
