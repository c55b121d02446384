"""The map of regions against time: shares of headroom, their colours, and which region is full first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.report import Dossier
from planner.report.by_period import View
from planner.report.sheet_spec import Cell, Charts, Table
from planner.report.sheets.power import power
from planner.report.sheets.power.regions import full_from, region_matrix, shown_periods

from ..conftest import with_table

FILLING = [0.0, 1.0, 1.25, 2.5, 3.75, 4.9, 5.0, 4.0]
"""Draw in North by period, where there is headroom for 5 MW."""


def drawing(dossier: Dossier, draws: list[float], *, north: float = 5.0, west: float = float("nan")) -> Dossier:
    """The dossier with North drawing so much period by period and West drawing 3 MW, under the given headrooms."""
    regions = dossier.solution["regions"]
    is_north = regions["region"] == "North"
    assert is_north.sum() == len(draws)
    drawn = iter(draws)
    load = [next(drawn) if here else 3.0 for here in is_north]
    return with_table(dossier, "regions", draw_mw=load, headroom_mw=[north if here else west for here in is_north])


def matrix_of(dossier: Dossier) -> Table:
    """The matrix, which must be there."""
    table = region_matrix(View(dossier))
    assert table is not None
    return table


def test_cells_are_shares_of_headroom_coloured_by_their_size(dossier: Dossier) -> None:
    row = matrix_of(drawing(dossier, FILLING)).rows[0]
    cells = [cell for cell in row[2:10] if isinstance(cell, Cell)]
    table = matrix_of(drawing(dossier, FILLING))
    shares = [table.values(f"in {t}")[0] for t in range(8)]
    assert shares == pytest.approx([0.0, 0.2, 0.25, 0.5, 0.75, 0.98, 1.0, 0.8])
    assert [cell.look for cell in cells] == [f"heat {n}" for n in (1, 1, 2, 3, 4, 4, 5, 4)]
    assert row[:2] == ("North", "CN")
    assert row[10:] == (4.0, 5.0)


def test_a_region_without_a_limit_shows_its_draw(dossier: Dossier) -> None:
    row = matrix_of(drawing(dossier, FILLING)).rows[1]
    cells = [cell for cell in row[2:10] if isinstance(cell, Cell)]
    assert [cell.value for cell in cells] == [3.0] * 8
    assert [cell.look for cell in cells] == [None] * 8
    assert row[10:] == (3.0, None)


def test_the_caption_says_which_region_is_full_first(dossier: Dossier) -> None:
    """North is full in the seventh period, 2028-Q2."""
    assert full_from(View(drawing(dossier, FILLING))) == {"North": 6}
    assert matrix_of(drawing(dossier, FILLING)).caption == (
        "Share of headroom used by region; North is full first, in 2028-Q2, and 1 region is full at some time"
    )


def test_regions_that_fill_up_together_are_both_named(dossier: Dossier) -> None:
    full = drawing(dossier, [5.0] * 8, west=3.0)
    assert "North and West are full first, in 2026-Q4, and 2 regions are full" in matrix_of(full).caption


def test_where_none_is_full_the_fullest_is_named(dossier: Dossier) -> None:
    """4.9 of 5 MW in the sixth period, 2028-Q1, against 3 of 30 MW."""
    calm = drawing(dossier, [*FILLING[:6], 1.0, 1.0], west=30.0)
    assert matrix_of(calm).caption.endswith("no region is ever full, the fullest is North in 2028-Q1")


def test_without_any_limit_the_map_is_of_draw(dossier: Dossier) -> None:
    free = drawing(dossier, FILLING, north=float("nan"))
    assert matrix_of(free).caption == "Draw by region in MW; no region's headroom is limited"
    assert matrix_of(drawing(dossier, FILLING, north=0.0)).values("in 1") == [1.0, 3.0]


def test_without_regions_there_is_no_map(dossier: Dossier) -> None:
    tables = {**dossier.solution.tables, "regions": dossier.solution["regions"].iloc[:0]}
    assert region_matrix(View(replace(dossier, solution=replace(dossier.solution, tables=tables)))) is None


def test_many_periods_are_shown_by_the_last_of_each_year() -> None:
    """20 quarters from 2026-Q4: the ends of six years, the last being the plan's."""
    quarters = [f"{2026 + (t + 3) // 4}-Q{(t + 3) % 4 + 1}" for t in range(20)]
    assert [quarters[t] for t in shown_periods(quarters)] == [
        "2026-Q4", "2027-Q4", "2028-Q4", "2029-Q4", "2030-Q4", "2031-Q3",
    ]  # fmt: skip
    years = [str(2027 + t) for t in range(30)]
    shown = shown_periods(years)
    assert len(shown) <= 12
    assert shown[-1] == 29


def test_the_map_stands_under_the_markets_charts(dossier: Dossier) -> None:
    blocks = power(dossier).blocks
    assert isinstance(blocks[0], Charts)
    assert isinstance(blocks[1], Table)
    assert blocks[1].id == "region_matrix"
