"""Slips of unit seeded one at a time into the 2026 case, each named; the case itself is free of warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.files import read_case
from planner.magnitudes import grouped
from planner.schema import Case
from planner.schema.shocks import apply_shocks
from planner.schema.uncertainty import Shock
from planner.warnings import input_warnings

INPUTS = Path(__file__).parent.parent / "inputs"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(INPUTS / "2026.yaml")[0]


@pytest.mark.parametrize(
    ("table", "field", "scale", "slip"),
    [
        ("chips", "peak_pflops.*", 1000, "in TFLOP/s"),
        ("chips", "it_kw", 1000, "in W"),
        ("chips", "memory_gb", 1000, "in MB"),
        ("chips", "memory_gb", 0.001, "in TB"),
        ("chips", "markets.*.price_usd", 1e-6, "in millions"),
        ("chips", "markets.*.price_usd", 0.001, "in thousands of USD"),
        ("chips", "markets.*.lead_months", 30.4, "in days"),
        ("regions", "headroom_mw", 1000, "in kW"),
        ("regions", "tariff_usd_per_mwh", 0.001, "per kWh"),
        ("regions", "tariff_usd_per_mwh", 7.1, "in CNY per MWh"),
        ("regions", "carbon_t_per_mwh", 1000, "in g per kWh"),
        ("sites", "max_it_mw", 1000, "in kW"),
        ("sites", "build_options.*.build_months", 30.4, "in days"),
        ("sites", "build_options.*.capex_musd_per_mw", 7.1, "in CNY, or USD per MW"),
        ("sites", "build_options.*.capex_musd_per_mw", 1e6, "in USD or per GW"),
        ("markets", "generation_twh_per_year", 1000, "in GWh"),
        ("workloads", "demand_pflops", 1e6, "in TFLOP/s"),
    ],
)
def test_a_slip_is_named(case: Case, table: str, field: str, scale: float, slip: str) -> None:
    shock = Shock(table=table, field=field, scale=scale)
    changed = case.model_copy(update={"uncertainty": {}})
    found = list(input_warnings(apply_shocks(changed, [shock])))
    assert any(f"is it {slip}?" in each for each in found), found
    assert len(found) <= 20


@pytest.mark.parametrize("file", ["2026", "2026-risk", "2026-phases", "2026-clusters", "quickstart"])
def test_the_cases_that_come_with_it_are_free_of_warnings(file: str) -> None:
    assert list(input_warnings(read_case(INPUTS / f"{file}.yaml")[0])) == []


def test_a_bad_column_is_one_sentence() -> None:
    """96 rows, one question."""
    rows = [f"sites.S{number}.max_it_mw is 90000 MW: is it in kW?" for number in range(96)]
    (told,) = grouped(rows)
    assert told.startswith("sites.S0.max_it_mw is 90000 MW: is it in kW? The same is asked of 95 more: sites.S1")
