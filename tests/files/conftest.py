"""A small case as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from planner.errors import CaseError
from planner.files import read_with_origins

SMALL = """\
settings:
  name: Small
  start: 2027-01-01
  periods: 8
markets:
  US: {}
regions:
  ERCOT:
    market: US
    headroom_mw: {step: {2027-01: 100, 2028-01: 150}}
    tariff_usd_per_mwh: {base: 50, growth_per_year: 0.1}
sites:
  Abilene:
    region: ERCOT
    max_it_mw: 120
    load_factor: 0.9
chips:
  H200:
    peak_pflops: {bf16: 1}
    it_kw: 1.4
    memory_gb: 141
    markets:
      US: {price_usd: 30000, lead_months: 6}
  "910":
    peak_pflops: {bf16: 0.5}
    it_kw: 1
    markets: {}
workloads:
  training:
    demand_pflops: 1000
    precision: bf16
    chips: {H200: {efficiency: 0.4}, "910": {efficiency: 0.3}}
policy:
  bans:
    ban:
      chips: [H200]
      markets: [US]
      enabled: false
shocks:
  late:
    changes:
      - {table: chips, field: markets.US.lead_months, add: 3}
assumptions:
  - {path: chips.H200, source: vendor, as_of: 2026}
  - {path: sites.Abilene, source: press}
"""


@pytest.fixture
def small() -> str:
    """A case that is valid."""
    return SMALL


Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write files below a folder; the first is the case."""

    def put(name: str, text: str | bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return file

    return put


def refused(file: Path, **options: object) -> list[str]:
    """The problems for which a file is refused."""
    with pytest.raises(CaseError) as caught:
        read_with_origins(file, **options)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    assert caught.value.file == str(file)
    assert caught.value.problems
    return [str(problem) for problem in caught.value.problems]
