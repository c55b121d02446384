"""The small case in YAML that the workbooks of these tests equal."""

from __future__ import annotations

import pytest


@pytest.fixture
def small_yaml() -> str:
    """The case of `books.SMALL` as YAML."""
    return """\
settings: {name: Small, start: 2027-01-01, periods: 8}
markets: {US: {}}
regions:
  ERCOT:
    market: US
    headroom_mw: {step: {2027-01: 100, 2028-01: 150}}
    tariff_usd_per_mwh: {base: 50, growth_per_year: 0.1}
sites:
  Abilene: {region: ERCOT, max_it_mw: 120, pue: 1.2, load_factor: 0.9}
  Reno: {region: ERCOT, max_it_mw: 60, pue: 1.1, load_factor: 0.8}
chips:
  H200: {it_kw: 1.4, memory_gb: 141, peak_pflops: {bf16: 1}, markets: {US: {price_usd: 30000, lead_months: 6}}}
  "910": {it_kw: 1, peak_pflops: {bf16: 0.5}}
workloads:
  training:
    demand_pflops: 1000
    precision: bf16
    chips: {H200: {efficiency: 0.4}, "910": {efficiency: 0.3}}
policy: {bans: {ban: {chips: [H200, "910"], markets: [US], enabled: false}}}
shocks: {late: {changes: [{table: chips, field: markets.US.lead_months, add: 3}]}}
assumptions:
  - {path: chips.H200, source: vendor, as_of: 2026}
  - {path: sites.Abilene, source: press}
"""
