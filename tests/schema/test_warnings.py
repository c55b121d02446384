"""Inputs that look wrong are told, and those that do not are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from planner.schema import parse_case
from planner.schema.warnings import input_warnings
from tests.schema.test_refused import small

FEE = {"chips": ["A"], "markets": ["US"], "rate": 2.0}
SHARE = {"market": "US", "share": 0.5, "origins": ["EU"]}


def warned(changes: dict[str, Any]) -> list[str]:
    """The warnings of the small case with some fields set."""
    return list(map(str, input_warnings(parse_case(small(changes)))))


def shocks(since: str) -> dict[str, Any]:
    """A shock from a day on."""
    return {"shocks/late/changes": [{"table": "regions", "field": "tariff_usd_per_mwh", "add": 1.0, "since": since}]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"workloads/work/chips": {"A": {"efficiency": 40.0}}},
         "workloads.work.chips.A.efficiency is 40: is it in percent?"),
        ({"policy/import_fees/fee": FEE | {"rate": {"step": {"2027-01": 0, "2028-01": 25}}}},
         "policy.import_fees.fee.rate is 25: is it in percent?"),
        ({"sites/Site/committed/hall": {"ready": "2030-06-01", "it_mw": 1.0}},
         "sites.Site.committed.hall.ready is 2030-06-01, but the plan ends before 2031-01-01: these halls never come."),
        ({"chips/A/origin": "EU"}, "chips.A.origin is EU, which is no market and stands in no rule: domestic rules "
         "never count this chip."),
        (shocks("2031-01-01"), "shocks.late.changes.0.since is 2031-01-01, but the plan ends before 2031-01-01: it has "
         "no effect."),
        ({"chips/A/it_kw": 1000.0}, "chips.A.it_kw is 1000 kW: is it in W?"),
        ({"chips/A/it_kw": 1000.0, "chips/A/peak_pflops/any": 1.0}, "chips.A.it_kw is 1000 kW: is it in W?"),
    ],
)  # fmt: skip
def test_an_input_that_looks_wrong(changes: dict[str, Any], expected: str) -> None:
    assert warned(changes) == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"workloads/work/chips": {"A": {"efficiency": 1.5}}},
        {"policy/import_fees/fee": FEE},
        {"sites/Site/committed/hall": {"ready": "2030-01-01", "it_mw": 1.0}},
        {"chips/A/origin": "US"},
        {"chips/A/origin": "EU", "policy/domestic_shares/share": SHARE},
        {"chips/A/origin": "EU",
         "policy/power_subsidies/paid": {"origins": ["EU"], "regions": ["Grid"], "usd_per_kwh": 0.01}},
        shocks("2030-01-01"),
        {"chips/A/it_kw": 1000.0, "chips/A/peak_pflops": {"any": 1.0}, "workloads/work/precision": "any"},
    ],
)  # fmt: skip
def test_an_input_that_looks_right(changes: dict[str, Any]) -> None:
    assert warned(changes) == []


def test_halls_without_phases_are_told_once() -> None:
    """Two in sites that are whole; one with a phase is none of them, nor one of a site in fractions."""
    changes = {
        "sites/Site/build_options": {"a": {}, "hall": {"phase_mw": 10.0}},
        "sites/Other": {"region": "Grid", "max_it_mw": 10.0, "build_options": {"b": {}}},
        "sites/Parts": {"region": "Grid", "max_it_mw": 10.0, "build_options": {"c": {}}, "whole_phases": False},
    }
    assert warned(changes) == [
        "sites.Site.build_options.a and others, 2 in all, have no phase_mw: any amount of halls may start there, a "
        "part of a MW too; type how many MW are built at once."
    ]
    assert warned({"sites/Site/build_options": {"a": {}}}) == [
        "sites.Site.build_options.a has no phase_mw: any amount of halls may start there, a part of a MW too; type how "
        "many MW are built at once."
    ]
    assert warned(changes | {"settings/whole_phases": False}) == []


LOT = {"chips/A/markets/US/lot_units": 100.0}
FIVE_A_YEAR = {"chips": ["A"], "markets": ["US"], "units": 990.0, "operator_share": 0.1}
SOLD = {
    "chips": ["A"],
    "markets": ["US"],
    "sales_units_per_year": {"step": {"2027-01-01": 330.0, "2029-01-01": 660.0}},
    "sales_share": 0.5,
    "operator_share": 0.3,
    "window": "calendar_year",
}
ENGINE = {"onsite_sources/engine": {"unit_mw": 10.0, "supply_mw_per_year": {"US": 9.0}}}
TOO_LARGE = "chips.A.markets.US.lot_units of 100 is more than "


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (LOT | {"chips/A/markets/US/supply_per_year": 24.0},
         TOO_LARGE + "chips.A.markets.US.supply_per_year makes for this operator in the whole plan, enough for 96 "
         "chips: none is ever ordered; type a smaller lot or a larger supply."),
        (LOT | {"chips/A/supply_per_year": 48.0, "chips/A/operator_share": 0.5},
         TOO_LARGE + "chips.A.supply_per_year makes for this operator in the whole plan, enough for 96 chips: none is "
         "ever ordered; type a smaller lot or a larger supply."),
        (LOT | {"chips/A/pools": {"dies": 2.0},
                "pools": {"dies": {"unit": "dies", "capacity_per_year": 96.0, "yield_share": 0.5}}},
         TOO_LARGE + "pools.dies.capacity_per_year makes for this operator in the whole plan, enough for 96 chips: "
         "none is ever ordered; type a smaller lot or a larger supply."),
        (LOT | {"policy/licence_quotas/visa": FIVE_A_YEAR},
         TOO_LARGE + "policy.licence_quotas.visa ever licenses to this operator in a window, 99 chips: none arrives "
         "under it; type a smaller lot or a larger quota."),
        (LOT | {"policy/licence_quotas/visa": SOLD},
         TOO_LARGE + "policy.licence_quotas.visa ever licenses to this operator in a window, 99 chips: none arrives "
         "under it; type a smaller lot or a larger quota."),
        (ENGINE | {"sites/Site/onsite": {"engine": {}}},
         "onsite_sources.engine.unit_mw of 10 never fits into onsite_sources.engine.supply_mw_per_year.US, which is "
         "9 MW: none is ordered for Site in whole units; type a smaller unit or a larger limit."),
        ({"onsite_sources/engine": {"unit_mw": 10.0}, "sites/Site/onsite": {"engine": {"max_mw": 5.0}}},
         "onsite_sources.engine.unit_mw of 10 never fits into sites.Site.onsite.engine.max_mw, which is 5 MW: none is "
         "ordered for Site in whole units; type a smaller unit or a larger limit."),
    ],
)  # fmt: skip
def test_a_lot_or_a_unit_larger_than_what_can_be_had(changes: dict[str, Any], expected: str) -> None:
    """Four years of 24 chips, or as much of what is shared, make 96; a quota of 99; 9 MW a year; room for 5.

    Of sales of 660 a year half is licensed, three in ten of it to this operator: 99 in each of the last two years.
    """
    assert warned(changes) == [expected]
    assert warned(changes | {"settings/whole_lots": False, "settings/whole_phases": False}) == []


def test_a_lot_that_just_fits_is_left_alone() -> None:
    """Four years of 25 chips fill a lot of 100, a quota of 100 licenses one, and so is one engine of 10 MW a year.

    Sales license 49.5 chips in each of two years and 99 in each of two more, 297 where they count together.
    """
    quota = FIVE_A_YEAR | {"units": 1000.0}
    engine = {"onsite_sources/engine": {"unit_mw": 10.0, "supply_mw_per_year": {"US": 10.0}}}
    changes = LOT | {"chips/A/markets/US/supply_per_year": 25.0, "policy/licence_quotas/visa": quota}
    changes |= {"policy/licence_quotas/sold": SOLD | {"window": "whole"}}
    assert warned(changes | engine | {"sites/Site/onsite": {"engine": {"max_mw": 10.0}}}) == []
