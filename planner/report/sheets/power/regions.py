"""Regions against time: the share of each region's headroom that the plan uses, as a map of heat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from planner.report.by_period import View
from planner.report.sheet_spec import ONE, SHARE, Cell, Column, Formula, Ref, Table, Value
from planner.report.words import listed, say, several, short

MOST_PERIODS = 12
"""Periods that one page has room for."""
FULL = 1e-4
"""Share of a region's headroom that may be left and it still counts as full."""
STEPS = ((0.25, "heat 1"), (0.5, "heat 2"), (0.75, "heat 3"), (1 - FULL, "heat 4"), (math.inf, "heat 5"))
"""Looks of cells by the share up to which they go."""


def region_matrix(view: View) -> Table | None:
    """Regions down, periods across; None where no region is given.

    Shares lead to the tables of draw and headroom by region, which stand on the same sheet.
    """
    regions, shown = _regions(view), shown_periods(view.periods)
    if not regions:
        return None
    draw, room = (view.by_period("regions", amount, "region") for amount in ("draw_mw", "headroom_mw"))
    rows: list[tuple[Value, ...]] = []
    for region in regions:
        load, limit = draw[region,], room[region,]
        market = view.dossier.case.regions[region].market
        cells = [_cell(region, t, load[t], limit[t]) for t in shown]
        rows.append((region, market, *cells, load[-1], limit[-1] if math.isfinite(limit[-1]) else None))
    return Table(
        "region_matrix",
        _caption(view),
        (
            Column("region", say("Region"), width=19),
            Column("market", say("Market"), width=11.5),
            *(Column(f"in {t}", view.periods[t], say("share"), SHARE, 10.5) for t in shown),
            Column("end", say("Draw at the end"), say("MW"), ONE, 12.5),
            Column("room", say("Headroom at the end"), say("MW"), ONE, 12.5),
        ),
        tuple(rows),
    )


def matrix_words() -> str:
    """How the cells of the matrix are to be read."""
    return say(
        "A cell is the share of the region's headroom that the sites there draw from the grid; it is darker from a "
        "quarter, a half and three quarters on, and darkest where the region is full. Where a region has no headroom "
        "to share, a cell is the draw in MW."
    )


def shown_periods(labels: Sequence[str]) -> list[int]:
    """Positions of the periods that are shown: all, or the last of each calendar year, the last one always.

    >>> shown_periods(["2026-Q4", "2027-Q1"])
    [0, 1]
    >>> shown_periods([f"{2026 + t // 4}-Q{t % 4 + 1}" for t in range(14)])
    [3, 7, 11, 13]
    """
    kept = list(range(len(labels)))
    if len(kept) > MOST_PERIODS:
        kept = [t for t, (this, following) in enumerate(pairwise(labels)) if this[:4] != following[:4]]
        kept.append(len(labels) - 1)
    step = math.ceil(len(kept) / MOST_PERIODS)
    return kept[::-1][::step][::-1]


def full_from(view: View) -> dict[str, int]:
    """First period in which each region is full, by the region; those that never are are left out."""
    draw, room = (view.by_period("regions", amount, "region") for amount in ("draw_mw", "headroom_mw"))
    found = {}
    for region in _regions(view):
        pairs = zip(draw[region,], room[region,], strict=True)
        full = [t for t, (load, limit) in enumerate(pairs) if 0 < limit < math.inf and load >= (1 - FULL) * limit]
        if full:
            found[region] = full[0]
    return found


def _regions(view: View) -> list[str]:
    there = set(view.solution["regions"]["region"])
    return [region for region in view.dossier.case.regions if region in there]


def _cell(region: str, t: int, load: float, limit: float) -> Value:
    """The share used with the colour of its size, or the draw where there is no headroom to share."""
    if not 0 < limit < math.inf:
        return Cell(load, ONE)
    cells = {"draw": Ref("draw_regions", region, t), "room": Ref("headroom_regions", region, t)}
    look = next(look for most, look in STEPS if load / limit < most)
    return Cell(Formula("{draw}/{room}", cells, load / limit), look=look)


def _caption(view: View) -> str:
    found = full_from(view)
    limited = _limited(view)
    if not limited:
        return say("Draw by region in MW; no region's headroom is limited")
    if not found and not any(any(line) for line in view.by_period("regions", "draw_mw", "region").values()):
        return say("Share of headroom used by region; nothing is drawn in any period")
    if not found:
        return say(
            "Share of headroom used by region; no region is ever full, the fullest is {region} in {period}",
            **_fullest(view),
        )
    first = min(found.values())
    names = [short(region) for region, t in found.items() if t == first]
    fields = {
        "names": listed(names, 3), "period": view.periods[first],
        "count": several(len(found), "{n} region is", "{n} regions are"),
    }  # fmt: skip
    if len(names) == 1:
        return say(
            "Share of headroom used by region; {names} is full first, in {period}, and {count} full at some time",
            **fields,
        )
    return say(
        "Share of headroom used by region; {names} are full first, in {period}, and {count} full at some time", **fields
    )


def _limited(view: View) -> list[str]:
    room = view.by_period("regions", "headroom_mw", "region")
    return [region for region in _regions(view) if any(0 < limit < math.inf for limit in room[region,])]


def _fullest(view: View) -> dict[str, str]:
    """Region and period in which the largest share of a headroom is used."""
    draw, room = (view.by_period("regions", amount, "region") for amount in ("draw_mw", "headroom_mw"))
    _, region, t = max(
        (draw[region,][t] / limit, region, -t)
        for region in _limited(view)
        for t, limit in enumerate(room[region,])
        if 0 < limit < math.inf
    )
    return {"region": short(region), "period": view.periods[-t]}


__all__ = ["full_from", "matrix_words", "region_matrix", "shown_periods"]
