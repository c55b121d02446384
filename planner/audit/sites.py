"""Sites: openings, construction and grid connections."""

from __future__ import annotations

from typing import NamedTuple

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import ScenarioModel, SumByPeriod
from planner.discounting import unspent_share
from planner.schema.places import Site


def sites(s: ScenarioModel) -> None:
    """Halls and grid connections of every site, with what they cost."""
    for name, site in s.case.sites.items():
        opened = s.opened[name] = _opened(s, name, site)
        committed = _committed(s, name, site)
        _halls(s, name, site, opened, committed)
        _connection(s, name, site, opened, committed)


def is_whole(s: ScenarioModel, site: Site) -> bool:
    """Whether a site opens as yes or no, in whole phases and with whole units of plant."""
    return s.case.settings.whole_phases if site.whole_phases is None else site.whole_phases


def _opened(s: ScenarioModel, name: str, site: Site) -> SumByPeriod:
    """Share of the site that is acquired; all of it, and free, where something stands or is committed."""
    if site.existing_it_mw or any(halls.it_mw for halls in site.committed.values()):
        return [Sum(1.0)] * s.last
    opening = [s.decide(t, "opening", name, whole=is_whole(s, site) and s.settled(t)) for t in s.periods]
    for t in s.periods:
        s.book("site opening", s.market_of[name], t, opening[t] * s.at(site.opening_musd, t))
    opened = s.so_far(opening, "opened", name)
    s.program.most(opened[-1], 1.0)
    return opened


def _committed(s: ScenarioModel, name: str, site: Site) -> list[float]:
    """MW of committed halls that become ready, by period; what they still cost is paid until then."""
    mw = [0.0] * s.last
    for halls in site.committed.values():
        ready = s.line.from_date(halls.ready)
        if ready < s.last:
            mw[ready] += halls.it_mw
        for t in s.periods:
            share = s.line.part(t, 0, max(1, ready))
            s.book("site capex", s.market_of[name], t, halls.remaining_cost_musd * share)
    return mw


def _halls(s: ScenarioModel, name: str, site: Site, opened: SumByPeriod, committed: list[float]) -> None:
    begun: list[SumByPeriod] = [[] for _ in s.periods]
    ready: list[SumByPeriod] = [[] for _ in s.periods]
    for option in site.build_options:
        _construction(s, _Way(name, option), begun, ready)
    s.started[name] = [total(each) for each in begun]
    ready_now = [total(each) for each in ready]
    begun_so_far = s.so_far(s.started[name], "begun", name)
    ready_so_far = s.so_far(ready_now, "ready", name)
    all_committed = sum(halls.it_mw for halls in site.committed.values())
    if site.max_ready_mw_per_year is not None:
        for run, most in s.yearly(site.max_ready_mw_per_year, s.periods):
            given = sum(committed[t] for t in run)
            s.program.most(total(ready_now[t] for t in run), max(0.0, most - given))
    s.halls[name] = []
    for t in s.periods:
        s.program.most(begun_so_far[t] + (site.existing_it_mw + all_committed), opened[t] * site.max_it_mw)
        s.halls[name].append(ready_so_far[t] + (site.existing_it_mw + sum(committed[: t + 1])))
        upkeep = s.at(site.om_musd_per_mw_year, t) * s.years[t]
        s.book("o&m", s.market_of[name], t, s.halls[name][t] * upkeep)


class _Way(NamedTuple):
    """A way to build at a site."""

    site: str
    option: str


class _Works(NamedTuple):
    """Construction of what is begun in a period."""

    begun: int
    ready: int | None
    """Period in which halls are ready; none where that is beyond the plan."""
    end: int
    """First period after those that it takes as of its start."""


def _construction(s: ScenarioModel, way: _Way, begun: list[SumByPeriod], ready: list[SumByPeriod]) -> None:
    """Starts of one way to build, added to what is begun and what becomes ready in each period."""
    site = s.case.sites[way.site]
    option = site.build_options[way.option]
    done = s.matures(option.build_months)
    in_phases = is_whole(s, site) and option.phase_mw is not None
    here: SumByPeriod = [Sum()] * s.last
    for t in s.periods:
        day, start = s.line.first_day(t), ("start", *way)
        too_early = site.earliest_start is not None and day < site.earliest_start
        too_late = site.latest_start is not None and day > site.latest_start
        arrives = done[t]
        if too_early or too_late or (arrives is None and not s.useful(t, *start)):
            continue
        mw = s.decide(t, *start, whole=in_phases and s.settled(t), size=(option.phase_mw or 1.0) if in_phases else 1.0)
        begun[t].append(mw)
        here[t] = mw
        capex = s.at(option.capex_musd_per_mw, t)
        works = _Works(t, arrives, max(t + 1, s.line.arrival(t, s.at(option.build_months, t))))
        _pay_construction(s, s.market_of[way.site], works, mw * capex)
        if arrives is not None:
            ready[arrives].append(mw)
            if option.life_years is not None:
                age = s.line.years_between(arrives, s.last)
                s.at_end.append(mw * (-capex * unspent_share(age, option.life_years)))
    if option.max_start_mw_per_year is not None:
        for run, most in s.yearly(option.max_start_mw_per_year, s.periods):
            s.program.most(total(here[t] for t in run), most)


def _pay_construction(s: ScenarioModel, market: str, works: _Works, musd: Sum) -> None:
    """Evenly over the months of construction; all that is left falls due where halls are ready sooner."""
    begun, ready, end = works
    last = end - 1 if ready is None else min(end - 1, ready)
    for t in range(begun, last + 1):
        s.book("site capex", market, t, musd * s.line.part(t, begun, end, rest=t == last))


def _connection(s: ScenarioModel, name: str, site: Site, opened: SumByPeriod, committed: list[float]) -> None:
    done = s.matures(site.grid_connection_months)
    applied: SumByPeriod = [Sum()] * s.last
    arrived: list[SumByPeriod] = [[] for _ in s.periods]
    for t in s.periods:
        arrives = done[t]
        if arrives is None and not s.useful(t, "application", name):
            continue
        applied[t] = s.decide(t, "application", name)
        s.book("grid connection", s.market_of[name], t, applied[t] * s.at(site.grid_connection_musd_per_mw, t))
        if arrives is not None:
            arrived[arrives].append(applied[t])
    applied_so_far = s.so_far(applied, "applied", name)
    connected = s.so_far([total(each) for each in arrived], "connected", name)
    s.connection[name] = []
    for t in s.periods:
        s.program.most(applied_so_far[t], opened[t] * (site.pue * site.max_it_mw))
        given = site.pue * (site.existing_it_mw + sum(committed[: t + 1]))
        if site.grid_connected_from is not None and s.line.first_day(t) >= site.grid_connected_from:
            given = max(given, site.pue * site.max_it_mw)
        s.connection[name].append(connected[t] + given)
