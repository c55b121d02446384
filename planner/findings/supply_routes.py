"""When and where one chip can be bought and run: order, delivery, hall and grid, from the inputs alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from planner.plan_reader import PeriodValues, banned, fate, first_at_least
from planner.schema.places import BuildOption, Site


class SupplyRoute(NamedTuple):
    """When and where one chip is bought and run, in periods."""

    market: str
    site: str
    option: str
    ordered: int
    arrives: int
    begun: int
    """Start of construction."""
    ready: int
    applied: int | None
    """Application for the grid; none where the site is connected anyway."""
    runs: int
    """First period in which the chip runs."""
    ends: int
    """First period in which it runs no more: end of the horizon or of its life, or eviction."""


class RouteTiming(NamedTuple):
    """When halls and grid let a chip run at a site, in periods."""

    begun: int
    """Latest start of construction."""
    ready: int
    applied: int | None
    """Latest application for the grid; none where the site is connected anyway."""
    runs: int
    """First period in which both are there."""


Timings = dict[tuple[str, str], list[RouteTiming | None]]
"""By site and build option, for a chip that arrives in each period; none where it never runs."""


def timings(values: PeriodValues) -> Timings:
    """When chips can run in new halls, wherever there is room for some."""
    return {
        (name, option): _timing(values, site, build)
        for name, site in values.case.sites.items()
        if site.max_it_mw > site.existing_it_mw + sum(halls.it_mw for halls in site.committed.values())
        for option, build in site.build_options.items()
    }


def ways(
    values: PeriodValues, known: Timings, chip: str, market: str, sites: Iterable[str], *, period: int | None = None
) -> list[SupplyRoute]:
    """Every open way to run one chip ordered in a period, or in the first in which it need not wait."""
    first: list[SupplyRoute] = []
    bars = {site: _bars(values, chip, site) for site in sites}
    for ordered, arrives in _orders(values, chip, market, values.periods if period is None else [period]):
        here = [
            way
            for (site, option), line in known.items()
            if site in bars and (timing := line[arrives]) is not None
            if (way := _way(values, chip, SupplyRoute(market, site, option, ordered, arrives, *timing, 0), bars[site]))
        ]
        if any(way.runs == arrives for way in here):
            return here
        first = first or here
    return first


def _way(values: PeriodValues, chip: str, way: SupplyRoute, bars: tuple[set[int], set[int]]) -> SupplyRoute | None:
    """A way with its end; none where the chip may not be installed, or ends before it runs."""
    barred, evicted = bars
    life = values.case.chips[chip].service_life_years
    ends = min([len(values.periods), values.life_ends(life)[way.arrives], *(t for t in evicted if t >= way.runs)])
    return way._replace(ends=ends) if way.runs not in barred and way.runs < ends else None


def _orders(values: PeriodValues, chip: str, market: str, periods: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Those of some periods in which the chip can be ordered, each with the period of its arrival."""
    channel = values.channel(chip, market)
    if channel is None:
        return
    forbidden, row = banned(values, chip, market), values.case.chips[chip]
    since, until = channel.available_from, channel.available_until
    for t in periods:
        day = values.line.first_day(t)
        if forbidden[t] or (since is not None and day < since) or (until is not None and day >= until):
            continue
        supplies = [(channel.supply_per_year, channel.operator_share), (row.supply_per_year, row.operator_share)]
        limits = [values.of(limit)[t] * values.of(share)[t] for limit, share in supplies if limit is not None]
        limits += [_pool(values, name, t) for name, takes in row.pools.items() if takes > 0]
        arrives, _, _ = fate(values, chip, market, t)
        if arrives is not None and all(limit > 0 for limit in (*limits, *_quotas(values, chip, market, arrives))):
            yield t, arrives


def _pool(values: PeriodValues, name: str, t: int) -> float:
    """Units of a shared supply a year that this operator can take."""
    pool = values.case.pools[name]
    return values.of(pool.capacity_per_year)[t] * values.of(pool.yield_share)[t] * values.of(pool.operator_share)[t]


def _quotas(values: PeriodValues, chip: str, market: str, arrives: int) -> Iterator[float]:
    """Licensed chips of each hard quota that a delivery counts against."""
    for quota in values.case.policy.licence_quotas.values():
        counts = chip in quota.chips and market in quota.markets and values.in_force(quota)[arrives]
        if counts and quota.violation_usd_per_unit_year is None:
            first = next(window[0] for window in values.windows(quota) if arrives in window)
            units = values.of(quota.units if quota.units is not None else quota.sales_units_per_year or 0.0)[first]
            yield units * values.of(quota.sales_share)[first] * values.of(quota.operator_share)[first]


def _bars(values: PeriodValues, chip: str, site: str) -> tuple[set[int], set[int]]:
    """Periods in which the chip may not be installed at a site, and in which it may not be there at all."""
    bars = [bar for bar in values.case.policy.site_bars.values() if chip in bar.chips and site in bar.sites]
    barred = {t for bar in bars for t in values.periods if values.in_force(bar)[t]}
    return barred, {t for bar in bars if bar.evict for t in values.periods if values.in_force(bar)[t]}


def _timing(values: PeriodValues, site: Site, build: BuildOption) -> list[RouteTiming | None]:
    """Latest start and grid application for the first period in which a chip that arrives in each period can run."""
    done, fed = values.matured(build.build_months), values.matured(site.grid_connection_months)
    limit = build.max_start_mw_per_year
    starts = {
        t: ready
        for t in values.periods
        if (ready := first_at_least(done, t)) is not None
        and (site.earliest_start is None or values.line.first_day(t) >= site.earliest_start)
        and (site.latest_start is None or values.line.first_day(t) <= site.latest_start)
        and (limit is None or values.of(limit)[t] > 0)
    }
    wired = {t: at for t in values.periods if (at := first_at_least(fed, t)) is not None}
    given = None if site.grid_connected_from is None else values.line.from_date(site.grid_connected_from)
    found: list[RouteTiming | None] = []
    following: RouteTiming | None = None
    for runs in reversed(values.periods):
        begun = max((t for t, ready in starts.items() if ready <= runs), default=None)
        applied = max((t for t, at in wired.items() if at <= runs), default=None)
        connected = given is not None and given <= runs
        if begun is not None and (connected or applied is not None):
            following = RouteTiming(begun, starts[begun], None if connected else applied, runs)
        found.append(following)
    return found[::-1]
