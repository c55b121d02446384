"""Tables of sites: construction begun, halls, on-site plant."""

from __future__ import annotations

import math

from planner.model.decisions import DecisionKey
from planner.solving.tables.all_tables import AnswerReader, TableRows


def starts(read: AnswerReader) -> TableRows:
    """Construction begun, MW of IT."""
    m, line = read.model, read.tree.timeline
    ready: dict[DecisionKey, int] = {}
    for (site, n), finished in read.instance.sites.ready.items():
        for option, k in finished:
            at = (site, option, k)
            if at not in ready or read.tree[n].probability > read.tree[ready[at]].probability:
                ready[at] = n
    phases = read(m.phases)
    return [
        (
            read.name(n),
            site,
            option,
            amount,
            phases.get((site, option, n), math.nan),
            line.label(read.tree[ready[site, option, n]].period),
        )
        for (site, option, n), amount in read(m.start).items()
    ]


def halls(read: AnswerReader) -> TableRows:
    """Sites over time: MW of IT, MW of facility."""
    m = read.model
    opened, opening = read(m.opened), read(m.open)
    begun, ready, applied = read(m.begun), read(m.ready_it_mw), read(m.apply)
    connected, grid, own = read(m.grid_cap), read(m.grid), read(m.onsite)
    pue = read.instance.sites.pue
    return [
        (
            read.name(n),
            site,
            opened.get((site, n), 1.0),
            opening.get((site, n), 0.0),
            begun[site, n],
            ready[site, n],
            applied.get((site, n), 0.0),
            connected[site, n],
            grid[site, n],
            (grid[site, n] + sum(own[source, site, n] for source in m.sources_at.get(site, ()))) / pue[site],
        )
        for site, n in ready
    ]


def onsite(read: AnswerReader) -> TableRows:
    """On-site plant over time, MW of facility."""
    m = read.model
    start, units = read(m.onsite_start), read(m.plant_units)
    begun, output = read(m.onsite_begun), read(m.onsite)
    return [
        (read.name(at[2]), at[0], at[1], start.get(at, 0.0), units.get(at, math.nan), begun[at], cap, output[at])
        for at, cap in read(m.onsite_cap).items()
    ]
