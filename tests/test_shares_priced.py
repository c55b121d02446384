"""Domestic shares and bundles that bind: what they ask for costs, and so say the tables, the report and JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from .test_cli import run

CASE = """\
settings: {name: share, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 1000, build_options: {halls: {capex_musd_per_mw: 0}}}
chips:
  Own: {origin: Home, peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 30000}}}
  Other: {origin: Away, peak_pflops: {any: 1}, it_kw: 1, markets: {Home: {price_usd: 10000}}}
workloads:
  Work: {demand_pflops: 60000, precision: any}
policy:
"""
SHARE = "  domestic_shares: {half: {market: Home, share: 0.5}}\n"
BUNDLE = "  bundling: {half: {market: Home, foreign: [Other], domestic: [Own], ratio: 1}}\n"


@pytest.mark.parametrize(
    ("rule", "text", "price_usd", "one_percent"),
    [("domestic_share", SHARE, 20_000.0, "6.00"), ("bundling", BUNDLE, 10_000.0, "3.00")],
)
def test_what_a_share_asks_for_costs(
    rule: str, text: str, price_usd: float, one_percent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """30,000 of 60,000 chips are domestic, at 20,000 USD more each.

    A domestic chip more that the share asks for takes the place of another: 20,000 USD. One more that the bundle asks
    for, of as many, takes the place of half of one: 10,000. 1 % more of either are 300 chips, so 6 and 3 million USD.
    """
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text(CASE + text, "utf-8")
    assert run("optimize", "case.yaml", "--json", "-q", "-o", "plan.xlsx") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["present_cost_musd"] == pytest.approx(1200)
    (binding,) = found["binding"]
    assert (binding["rule"], binding["more"]) == (rule, "costs")
    assert binding["weight_musd"] == pytest.approx(price_usd * 30_000 / 1e6)
    with Path("plan/tables/verified.csv").open(encoding="utf-8") as file:
        (tried,) = csv.DictReader(file)
    assert float(tried["price_usd"]) == pytest.approx(price_usd)
    assert float(tried["more_usd"]) == float(tried["less_usd"]) == pytest.approx(-price_usd, rel=1e-6)
    book = openpyxl.load_workbook("plan.xlsx", data_only=True)
    words = rule.replace("_", " ")
    first = str(book["Prices"]["A1"].value)
    assert first.startswith(f"What binds most is {words} of half")
    assert f"1 % more would cost about {one_percent} million USD; 1 limit binds in all" in first
    told = [str(cell) for row in book["Summary"].values for cell in row if cell]
    one = f"{price_usd:,.0f} USD"
    assert any(f"one chip more would cost {one}, one chip less would save {one}" in each for each in told)
    assert run("report", "plan", "-o", "again.xlsx") == 0
