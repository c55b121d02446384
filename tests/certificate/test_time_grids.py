"""The example cases on periods of several lengths: certified, whole and in fractions."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.certificate import certify
from planner.files import read_with_origins
from planner.lp import Options
from planner.schema import Case, Settings
from planner.schema.continuous import continuous
from planner.solution import Solution
from planner.solving import session, solve

INPUTS = Path(__file__).parent.parent.parent / "inputs"


def on_a_grid(name: str, grid: str, until: str) -> Case:
    """An example case on a grid, solved beyond the day until which it is reported."""
    case, _ = read_with_origins(INPUTS / name)
    typed = case.settings.model_dump(exclude_unset=True)
    lengths = {"frequency": None, "periods": None, "grid": grid, "report_until": until}
    return case.model_copy(update={"settings": Settings.model_validate(typed | lengths)})


def certified(case: Case, plan: Solution) -> Solution:
    """A plan that passes every check."""
    assert [check for check in certify(case, plan).checks if not check.ok] == []
    return plan


@pytest.mark.parametrize(
    ("name", "grid", "until"),
    [
        ("quickstart.yaml", "6 months, 4 quarters, 2 years", "2029-07-01"),
        pytest.param("2026.yaml", "15 months, 8 quarters, 4 years", "2032-01-01", marks=pytest.mark.full, id="2026"),
    ],
)
def test_fractions_of_halls_bound_whole_ones_on_a_grid_as_well(name: str, grid: str, until: str) -> None:
    """The cheapest plan in fractions is certified and costs no more than what is proven of whole halls.

    The whole plan, and a tidy one within the case's share of it, are certified too.
    """
    case = on_a_grid(name, grid, until)
    line = case.settings.timeline
    assert (line.months(0), line.months(line.periods - 1)) == (1, 12)
    assert line.reported < line.periods
    fractions = continuous(case)
    least = certified(fractions, solve(fractions)).objective_musd
    with session(case, Options(gap=0.005)) as s:
        whole = certified(case, s.solve())
        tidy = certified(case, s.tidied(whole, case.settings.tidy_within))
    assert whole.bound_musd <= whole.objective_musd
    assert least <= min(whole.objective_musd, tidy.objective_musd) + 1e-6 * least
    assert tidy.objective_musd <= whole.objective_musd + case.settings.tidy_within * abs(whole.objective_musd)
