"""Slips of unit seeded one at a time into the 2026 case, each named; the case itself is free of warnings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.app.case_files import check
from planner.files import read_with_origins
from planner.schema import Case, parse_case
from planner.schema.shocks import apply_shocks
from planner.schema.uncertainty import Shock
from planner.schema.warnings import input_warnings
from tests.schema.test_refused import small

INPUTS = Path(__file__).parents[2] / "inputs"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_with_origins(INPUTS / "2026.yaml")[0]


def changed(case: Case, table: str, field: str, scale: float) -> list[str]:
    """The warnings of a case with a column scaled."""
    shock = Shock(table=table, field=field, scale=scale)
    return list(map(str, input_warnings(apply_shocks(case.model_copy(update={"uncertainty": {}}), [shock]))))


@pytest.mark.parametrize(
    ("table", "field", "scale", "slip"),
    [
        ("chips", "peak_pflops.*", 1000, "in TFLOP/s"),
        ("chips", "it_kw", 1000, "in W"),
        ("chips", "memory_gb", 1000, "in MB"),
        ("chips", "memory_gb", 0.001, "in TB"),
        ("chips", "markets.*.price_usd", 1e-6, "in millions of USD"),
        ("chips", "markets.*.price_usd", 0.001, "in thousands of USD"),
        ("chips", "markets.*.lead_months", 30.4, "in days"),
        ("regions", "headroom_mw", 1000, "in kW"),
        ("regions", "tariff_usd_per_mwh", 0.001, "per kWh"),
        ("regions", "tariff_usd_per_mwh", 7.1, "in CNY per MWh"),
        ("regions", "carbon_t_per_mwh", 1000, "in kg per MWh"),
        ("sites", "max_it_mw", 1000, "in kW"),
        ("sites", "build_options.*.build_months", 30.4, "in days"),
        ("sites", "build_options.*.capex_musd_per_mw", 7.1, "in millions of CNY"),
        ("sites", "build_options.*.capex_musd_per_mw", 1e6, "in USD"),
        ("markets", "generation_twh_per_year", 1000, "in GWh"),
        ("workloads", "demand_pflops", 1000, "in TFLOP/s"),
        ("workloads", "demand_pflops", 1e6, "in GFLOP/s"),
        ("regions", "tariff_usd_per_mwh", 0.1, "in cents per kWh"),
        ("regions", "headroom_mw", 0.001, "in GW"),
        ("sites", "grid_connection_months", 30, "in days"),
        ("sites", "grid_connection_months", 1 / 12, "in years"),
        ("sites", "grid_connection_musd_per_mw", 1000, "in USD per kW"),
        ("sites", "om_musd_per_mw_year", 1e6, "in USD"),
        ("sites", "opening_musd", 1e6, "in USD"),
        ("sites", "opening_musd", 1000, "in thousands of USD"),
        ("sites", "build_options.*.life_years", 12, "in months"),
        ("sites", "build_options.*.phase_mw", 1000, "in kW"),
        ("sites", "build_options.*.capex_musd_per_mw", 0.001, "in billions of USD"),
        ("chips", "markets.*.price_usd", 7.1, "in CNY"),
        ("chips", "markets.*.price_usd", 72, "of a whole rack"),
        ("chips", "markets.*.chip_value_usd", 7.5, "in CNY"),
        ("chips", "markets.*.supply_per_year", 1000, "a thousand times too many"),
        ("chips", "om_usd_per_unit_year", 1e-3, "in thousands of USD"),
        ("chips", "holding_usd_per_unit_year", 1000, "for a thousand chips"),
        ("chips", "service_life_years", 12, "in months"),
        ("chips", "residual_life_years", 365, "in days"),
        ("onsite_sources", "capex_usd_per_kw", 0.001, "in millions of USD per MW"),
        ("onsite_sources", "lead_months", 30, "in days"),
        ("onsite_sources", "fuel_usd_per_mwh", 0.001, "per kWh"),
        ("onsite_sources", "carbon_t_per_mwh", 1000, "in kg per MWh"),
        ("workloads", "shortfall.usd_per_pflops_year", 1e-3, "per TFLOP/s, or for an hour"),
        ("workloads", "shortfall.usd_per_pflops_year", 100, "in another currency"),
        ("policy.power_subsidies", "usd_per_kwh", 1000, "per MWh"),
        ("policy.inspections", "months", 30, "in days"),
    ],
)
def test_a_slip_is_named(case: Case, table: str, field: str, scale: float, slip: str) -> None:
    found = changed(case, table, field, scale)
    assert any(f"is it {slip}?" in each for each in found), found
    assert len(found) <= 20


@pytest.mark.parametrize("file", ["2026", "2026-risk", "2026-clusters", "quickstart"])
def test_the_cases_that_come_with_it_are_free_of_warnings(file: str) -> None:
    assert list(input_warnings(read_with_origins(INPUTS / f"{file}.yaml")[0])) == []


def test_a_bad_column_is_one_sentence(case: Case) -> None:
    """Every site's MW in kW: 26 and more rows, one question."""
    found = [each for each in changed(case, "sites", "max_it_mw", 1000) if "max_it_mw" in each]
    assert len(found) == 1
    assert f"The same is asked of {len(case.sites) - 1} more: sites." in found[0]


@pytest.mark.parametrize(
    ("growth", "slip"),
    [(0.034, "a month's growth"), (40.0, "in percent"), (0.4, None), (3.0, None), (-0.2, None), (0.0, None)],
)
def test_growth_of_demand_by_the_month_or_in_percent(growth: float, slip: str | None) -> None:
    """3.4 % a month is 49 % a year: typed for a year it lies below the 5 % of any demand that grows."""
    found = small_case({"demand_pflops": {"base": 10.0, "growth_per_year": growth}})
    path = "workloads.work.demand_pflops.growth_per_year"
    assert [each for each in found if path in each] == (
        [] if slip is None else [f"{path} is {growth:g} a year: is it {slip}?"]
    )


def test_growth_of_a_tariff_in_percent() -> None:
    """5 for 5 % is five times more each year, which no tariff does; 3 % a year is ordinary."""
    tariff = {"base": 60.0, "growth_per_year": 5.0}
    (found,) = input_warnings(parse_case(small({"regions/Grid/tariff_usd_per_mwh": tariff}) | CHIPS))
    assert str(found) == "regions.Grid.tariff_usd_per_mwh.growth_per_year is 5 a year: is it in percent?"
    assert not list(
        input_warnings(
            parse_case(small({"regions/Grid/tariff_usd_per_mwh": tariff | {"growth_per_year": 0.03}}) | CHIPS)
        )
    )


CHIPS = {
    "chips": {
        "A": {
            "peak_pflops": {"bf16": 2.0},
            "it_kw": 2.0,
            "markets": {"US": {"price_usd": 30000.0, "supply_per_year": 100.0, "operator_share": 0.5}},
        }
    }
}


def small_case(workload: dict[str, Any]) -> list[str]:
    changes = {f"workloads/work/{key}": value for key, value in workload.items()}
    return list(map(str, input_warnings(parse_case(small(changes) | CHIPS))))


def test_demand_beyond_what_every_chip_could_serve() -> None:
    """100 chips a year, half of them ours, over 4 years at 2 PFLOP/s: 400 PFLOP/s; 100 MW of sites could do 100,000.

    30 times the supply is 12,000: a demand of 11,900 leans on rent, one of 40,000 is asked about; so is one of 40
    thousand million.
    """
    assert small_case({"demand_pflops": 11_900.0}) == []
    (found,) = small_case({"demand_pflops": 40_000.0})
    assert found == (
        "workloads.work.demand_pflops is 40000 PFLOP/s, 100 times what the supply of every chip that may serve it "
        "comes to: is it in TFLOP/s?"
    )
    assert small_case({"demand_pflops": 40e9})[0].endswith("is it in GFLOP/s?")


@pytest.mark.parametrize(
    ("price", "slip"), [(10_000.0, None), (40.0, "per TFLOP/s, or for an hour"), (400_000.0, "in another currency")]
)
def test_rent_of_a_chip_s_hour(price: float, slip: str | None) -> None:
    """2 PFLOP/s x 10,000 / 8,760 = 2.28 USD an hour; 40 comes to 0.009, 400,000 to 91, outside 0.02 to 60."""
    found = small_case({"shortfall": {"usd_per_pflops_year": price}})
    assert [each.rpartition(": is it ")[2] for each in found] == ([] if slip is None else [f"{slip}?"])


def test_check_tells_twenty_and_counts_the_rest(tmp_path: Path) -> None:
    """25 chips whose origin no rule knows: twenty are told, five are counted, `--json` has all."""
    data = small({f"chips/C{n}": {"peak_pflops": {"bf16": 1.0}, "it_kw": 1.0, "origin": "EU"} for n in range(25)})
    (tmp_path / "case.yaml").write_text(json.dumps(data), "utf-8")
    found = check(tmp_path / "case.yaml")
    assert len(found.notes) == 21
    assert found.notes[-1] == "look again: and 5 more, which --json lists"
    assert len(found.to_json()["warnings"]) == 25
