"""Halls and grid connections of one scenario, worked out from what was begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from planner.plan_reader import PeriodValues, first_at_least
from planner.schema.places import Site
from planner.timeline import PerPeriod


@dataclass(frozen=True)
class Halls:
    """A site over the periods of one scenario."""

    opened: PerPeriod
    """Share acquired by now; 1 from the root for a site with existing or committed halls."""
    begun: PerPeriod
    """MW of IT begun by the plan so far."""
    started: PerPeriod
    """MW of IT begun in each period."""
    ready: PerPeriod
    """MW of IT that becomes ready in each period, committed halls included and existing ones not."""
    committed: PerPeriod
    """Of these, committed halls."""
    it_mw: PerPeriod
    """MW of IT ready."""
    applied: PerPeriod
    """MW of facility power applied for so far."""
    grid_cap: PerPeriod
    """MW of facility power that the connection carries."""
    committed_total: float
    """MW of IT committed, whenever they become ready."""
    ripe: Mapping[tuple[str, int], int | None]
    """Period in which a start is ready, by build option and period of the start; none beyond the horizon."""
    wired: Mapping[int, int | None]
    """Period in which an application is connected, by its period; none beyond the horizon."""


def halls(
    values: PeriodValues, site: Site, starts: Mapping[str, PerPeriod], opens: PerPeriod, applications: PerPeriod
) -> Halls:
    """The state of one site from the starts by option, openings and grid applications by period."""
    nothing = [0.0 for _ in values.periods]
    started, ready, committed, connected = list(nothing), list(nothing), list(nothing), list(nothing)
    ripe: dict[tuple[str, int], int | None] = {}
    wired: dict[int, int | None] = {}
    for option, mw in starts.items():
        reached = values.matured(site.build_options[option].build_months)
        for t in values.periods:
            if mw[t] == 0.0:
                continue
            started[t] += mw[t]
            ripe[option, t] = arrives = first_at_least(reached, t)
            if arrives is not None:
                ready[arrives] += mw[t]
    for under_way in site.committed.values():
        due = values.line.from_date(under_way.ready)
        if due < len(values.periods):
            committed[due] += under_way.it_mw
            ready[due] += under_way.it_mw
    reached = values.matured(site.grid_connection_months)
    for t in values.periods:
        if applications[t] != 0.0:
            wired[t] = arrives = first_at_least(reached, t)
            if arrives is not None:
                connected[arrives] += applications[t]
    free = site.existing_it_mw > 0.0 or any(under_way.it_mw > 0.0 for under_way in site.committed.values())
    from_plan = list(accumulate(connected))
    from_case = [site.pue * (site.existing_it_mw + mw) for mw in accumulate(committed)]
    if site.grid_connected_from is not None:
        for t in range(values.line.from_date(site.grid_connected_from), len(values.periods)):
            from_case[t] = max(from_case[t], site.pue * site.max_it_mw)
    return Halls(
        opened=[(1.0 if free else 0.0) + share for share in accumulate(opens)],
        begun=list(accumulate(started)),
        started=started,
        ready=ready,
        committed=committed,
        it_mw=[site.existing_it_mw + mw for mw in accumulate(ready)],
        applied=list(accumulate(applications)),
        grid_cap=[plan + given for plan, given in zip(from_plan, from_case, strict=True)],
        committed_total=sum(under_way.it_mw for under_way in site.committed.values()),
        ripe=ripe,
        wired=wired,
    )
