"""Random cases with lots of chips and units of plant, against the second formulation."""

from __future__ import annotations

import random
from typing import Any

import pytest

from planner.schema import Case, parse_case

from .test_reference import Maker, difference

SEEDS = range(400, 424)


def in_lots(seed: int) -> Case:
    """A random case whose chips come in lots, some larger than what a period makes, and its plant in units."""
    made: dict[str, Any] = Maker(seed).make()
    chance = random.Random(seed)
    made["settings"] |= {"whole_phases": chance.random() < 0.5, "whole_lots": True}
    for chip in made["chips"].values():
        for channel in chip["markets"].values():
            if chance.random() < 0.7:
                channel["lot_units"] = round(10.0 ** chance.uniform(1.5, 3.3))
    for source in made["onsite_sources"].values():
        if chance.random() < 0.7:
            source["unit_mw"] = round(chance.uniform(0.3, 3.0), 2)
    return parse_case(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_lots_and_units_are_those_of_the_second_formulation(seed: int) -> None:
    """Same least cost, or both infeasible, and the plan is certified."""
    assert difference(in_lots(seed)) is None


def test_a_lot_is_larger_than_what_a_period_supplies_in_some_case() -> None:
    """Windows of several periods are among what is compared, and so is plant in units."""
    cases = [in_lots(seed) for seed in SEEDS]
    channels = [each for case in cases for chip in case.chips.values() for each in chip.markets.values()]
    limited = [each for each in channels if isinstance(each.supply_per_year, float) and each.lot_units]
    assert any(each.lot_units > each.supply_per_year / 12 for each in limited)
    assert any(case.is_whole(name) and site.onsite for case in cases for name, site in case.sites.items())
