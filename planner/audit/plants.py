"""On-site plant: ordered, running after its lead until its life ends, and held by what a site can use."""

from __future__ import annotations

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import HOURS, NamePair, ScenarioModel, SumByPeriod
from planner.audit.sites import is_whole
from planner.discounting import unspent_share
from planner.schema.onsite import OnsiteSource


def plants(s: ScenarioModel) -> None:
    """Plant of every kind at every site that allows it, what it costs, and the limits of supply."""
    ordered: dict[NamePair, SumByPeriod] = {}
    for site, row in s.case.sites.items():
        for source in row.onsite:
            ordered[source, site] = _plant(s, source, site, s.case.onsite_sources[source])
    for source, kind in s.case.onsite_sources.items():
        for market, supply in kind.supply_mw_per_year.items():
            there = [ordered[source, site] for site in s.sites_in(market) if (source, site) in ordered]
            for run, most in s.yearly(supply, s.periods):
                s.program.most(total(mw[t] for mw in there for t in run), most)


def _plant(s: ScenarioModel, name: str, site: str, source: OnsiteSource) -> SumByPeriod:
    """Orders of one kind at one site, by period."""
    done, market = s.matures(source.lead_months), s.market_of[site]
    whole = source.unit_mw is not None and is_whole(s, s.case.sites[site])
    unit = (source.unit_mw or 1.0) if whole else 1.0
    ordered: SumByPeriod = [Sum()] * s.last
    begun: list[SumByPeriod] = [[] for _ in s.periods]
    running: list[SumByPeriod] = [[] for _ in s.periods]
    for t in s.periods:
        runs = done[t]
        if runs is None and not s.useful(t, "plant", name, site):
            continue
        mw = ordered[t] = s.decide(t, "plant", name, site, whole=whole and s.settled(t), size=unit)
        capex = s.at(source.capex_usd_per_kw, t) / 1e3
        s.book("on-site capex", market, t, mw * capex)
        begun[t].append(mw)
        if runs is None:
            continue
        running[runs].append(mw)
        ends = s.ends(runs, source.life_years)
        if ends < s.last:
            begun[ends].append(mw * -1.0)
            running[ends].append(mw * -1.0)
        if source.life_years is not None:
            s.at_end.append(mw * (-capex * unspent_share(s.line.years_between(runs, s.last), source.life_years)))
    _room(s, name, site, s.so_far([total(each) for each in begun], "plant begun", name, site))
    _output(s, name, site, source, s.so_far([total(each) for each in running], "plant running", name, site))
    return ordered


def _room(s: ScenarioModel, name: str, site: str, begun: SumByPeriod) -> None:
    """No more than the site allows as far as it is open; without a word on it, than could ever carry its load."""
    row = s.case.sites[site]
    most = row.onsite[name].max_mw
    if most is None:
        counted_on = [share for share in s.plant_shares(name) if share > 0.0]
        most = row.pue * row.max_it_mw / min(counted_on, default=1.0)
    for t in s.periods:
        s.program.most(begun[t], s.opened[site][t] * most)


def _output(s: ScenarioModel, name: str, site: str, source: OnsiteSource, running: SumByPeriod) -> None:
    market, made = s.market_of[site], list[Sum]()
    for t in s.periods:
        made.append(s.decide(t, "output", name, site))
        s.program.most(made[t], running[t] * s.at(source.availability, t))
        hours = s.at(s.case.sites[site].load_factor, t) * HOURS * s.years[t]
        usd = s.at(source.fuel_usd_per_mwh, t) + s.at(source.operating_usd_per_mwh, t)
        s.book("on-site fuel", market, t, made[t] * (hours * usd / 1e6))
    s.made[name, site] = made
