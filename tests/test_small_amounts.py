"""Amounts of any size: what is little beside other things is still counted, shown and added up."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from .test_cli import run

RARE = """\
settings: {name: third of a chip, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 0}}}
  Rare: {peak_pflops: {rare: 1}, it_kw: 1, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60000, precision: any}
  Bit: {demand_pflops: 0.3, precision: rare}
"""
SMALL_SITE = """\
settings: {name: small site, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
  South: {region: Grid, max_it_mw: 0.0003, build_options: {halls: {capex_musd_per_mw: 1}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 0}}}
workloads:
  Work: {demand_pflops: 60000, precision: any}
"""
FLOOR = """\
settings: {name: least, start: 2027-01-01, frequency: year, periods: 2}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 1}}}
workloads:
  Work: {demand_pflops: 60000, precision: any}
policy:
  capacity_limits: {floor: {measure: hall_mw, least: 80}}
"""
MIXED = """\
settings: {name: mixed, start: 2027-01-01, frequency: year, periods: 2}
markets: {Home: {}, Away: {}}
regions: {Grid: {market: Home, headroom_mw: 90, tariff_usd_per_mwh: 40}, Far: {market: Away, tariff_usd_per_mwh: 60}}
onsite_sources:
  Turbine: {capex_usd_per_kw: 1500, fuel_usd_per_mwh: 70, availability: 0.9}
sites:
  North:
    {region: Grid, max_it_mw: 50, existing_it_mw: 5, pue: 1.2, opening_musd: 3, onsite: {Turbine: {}},
     build_options: {halls: {capex_musd_per_mw: 2}}}
  South: {region: Far, max_it_mw: 60, build_options: {halls: {capex_musd_per_mw: 3, build_months: 12}}}
chips:
  Unit:
    peak_pflops: {any: 1}
    it_kw: 1
    markets: {Home: {price_usd: 30000, lead_months: 3, deposit_share: 0.2}, Away: {price_usd: 40000}}
  Other: {peak_pflops: {any: 2}, it_kw: 1.5, markets: {Home: {price_usd: 90000, supply_per_year: 5000}}}
workloads:
  Work: {demand_pflops: 60000, precision: any, shortfall: {usd_per_pflops_year: 80000}}
  Bit: {demand_pflops: 3000, precision: any, shortfall: {kind: penalty, usd_per_pflops_year: 200000}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)


def solved(text: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What is printed of a case that is solved with exit code 0, its report in plan.xlsx."""
    Path("case.yaml").write_text(text, "utf-8")
    assert run("optimize", "case.yaml", "--json", "-q", "-o", "plan.xlsx") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert openpyxl.load_workbook("plan.xlsx", data_only=True)["Checks"]["H6"].value == "ALL OK"
    return found


def test_a_third_of_a_chip_beside_sixty_thousand(capsys: pytest.CaptureFixture[str]) -> None:
    """0.3 of a rare chip serves 0.3 PFLOP/s: it is ordered, stands on Chips, and reads as 0.3."""
    found = solved(RARE, capsys)
    assert found["chips_ordered"] == {"Unit": pytest.approx(60_000), "Rare": pytest.approx(0.3)}
    chips = openpyxl.load_workbook("plan.xlsx", data_only=True)["Chips"]
    (ordered,) = [cell for row in chips.iter_rows() if row[0].value == "Rare" for cell in row[3:4]]
    assert ordered.value == pytest.approx(0.3)
    assert ordered.number_format == "#,##0.0"
    decide = [row[0] for row in openpyxl.load_workbook("plan.xlsx", data_only=True)["Decide now"].values]
    assert "What is committed is paid in the period in which it is committed." in decide


def test_a_third_of_a_chip_at_a_site(capsys: pytest.CaptureFixture[str]) -> None:
    """0.0003 MW at the cheaper site hold 0.3 of 60,000 chips: 120 million less 0.0003 of them."""
    found = solved(SMALL_SITE, capsys)
    assert found["present_cost_musd"] == pytest.approx(120 - 0.0003)
    sites = openpyxl.load_workbook("plan.xlsx", data_only=True)["Sites"]
    assert any(row[0] == "South" for row in sites.values)


def amounts(case: dict[str, Any], by: float) -> None:
    """As many times the MW, chips and compute, and so the money."""
    for site in case["sites"].values():
        for name in ("max_it_mw", "existing_it_mw", "opening_musd"):
            if name in site:
                site[name] *= by
    case["regions"]["Grid"]["headroom_mw"] *= by
    case["chips"]["Other"]["markets"]["Home"]["supply_per_year"] *= by
    for workload in case["workloads"].values():
        workload["demand_pflops"] *= by


def prices(case: dict[str, Any], by: float) -> None:
    """As many times the money for everything."""
    for name in ("capex_usd_per_kw", "fuel_usd_per_mwh"):
        case["onsite_sources"]["Turbine"][name] *= by
    for region in case["regions"].values():
        region["tariff_usd_per_mwh"] *= by
    case["sites"]["North"]["opening_musd"] *= by
    for site in case["sites"].values():
        site["build_options"]["halls"]["capex_musd_per_mw"] *= by
    for chip in case["chips"].values():
        for market in chip["markets"].values():
            market["price_usd"] *= by
    for workload in case["workloads"].values():
        workload["shortfall"]["usd_per_pflops_year"] *= by


def smaller_chips(case: dict[str, Any], by: float) -> None:
    """As many times the chips, each of them so much smaller: no money more."""
    for chip in case["chips"].values():
        chip["peak_pflops"]["any"] /= by
        chip["it_kw"] /= by
        for market in chip["markets"].values():
            market["price_usd"] /= by
    case["chips"]["Other"]["markets"]["Home"]["supply_per_year"] *= by


@pytest.mark.parametrize("by", [1e-5, 1e-3, 1e6])
@pytest.mark.parametrize("scale", [amounts, prices, smaller_chips])
def test_a_report_adds_up_in_any_size(
    scale: Callable[[dict[str, Any], float], None], by: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same case so many times as large: the same plan, whose report adds up."""
    case = yaml.safe_load(MIXED)
    plain = solved(yaml.safe_dump(case), capsys)
    other = copy.deepcopy(case)
    scale(other, by)
    found = solved(yaml.safe_dump(other), capsys)
    costlier = 1.0 if scale is smaller_chips else by
    more = 1.0 if scale is prices else by
    assert found["present_cost_musd"] == pytest.approx(plain["present_cost_musd"] * costlier, rel=1e-6)
    assert sum(found["chips_ordered"].values()) == pytest.approx(sum(plain["chips_ordered"].values()) * more, rel=1e-6)


def test_more_of_a_floor_costs(capsys: pytest.CaptureFixture[str]) -> None:
    """80 MW at least, for 60 that are needed: 0.8 MW more cost 1.6 million, and so say Prices, Summary and JSON."""
    found = solved(FLOOR, capsys)
    (binding,) = [each for each in found["binding"] if each["rule"] == "least_capacity"]
    assert binding["more"] == "costs"
    assert binding["weight_musd"] == pytest.approx(160)
    book = openpyxl.load_workbook("plan.xlsx", data_only=True)
    told = [str(cell) for name in ("Prices", "Summary") for row in book[name].values for cell in row if cell]
    assert any("1 % more would cost about 1.60 million USD" in words for words in told)
    assert any(words.startswith("Least capacity of floor, 2027: ") and "more would cost" in words for words in told)
    assert not any("would save" in words and "floor" in words and "less would save" not in words for words in told)
    costs = [
        row for row in book["Prices"].values if row[0] == "least capacity" and any(_is(cell, -1.6) for cell in row)
    ]
    assert costs


def _is(cell: object, amount: float) -> bool:
    return isinstance(cell, float | int) and cell == pytest.approx(amount)
