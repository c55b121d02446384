"""Power: halls hold racks, connections carry load, regions and markets have so much to give."""

from __future__ import annotations

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import HOURS, ScenarioModel
from planner.schema.places import Region, Site


def power(s: ScenarioModel) -> None:
    """Load of every site, where it comes from and what it costs."""
    for chip in s.case.chips:
        for site in s.case.sites:
            s.powered[chip, site] = [s.decide(t, "powered", chip, site, size=s.lot) for t in s.periods]
            for t in s.periods:
                s.program.most(s.powered[chip, site][t], s.fleet[chip, site][t])
    for name, site_row in s.case.sites.items():
        s.draw[name], s.mwh[name] = [], []
        for t in s.periods:
            _site(s, name, site_row, t)
    for t in s.periods:
        _balances(s, t)


def _site(s: ScenarioModel, name: str, site: Site, t: int) -> None:
    region = s.case.regions[site.region]
    load = total(s.powered[chip, name][t] * (row.it_kw / 1e3) for chip, row in s.case.chips.items())
    racks = total(s.fleet[chip, name][t] * (row.it_kw / 1e3) for chip, row in s.case.chips.items())
    s.program.most(racks, s.halls[name][t])
    made = [s.made[source, name][t] for source in site.onsite]
    draw = s.state(t, load * site.pue - total(made), "draw", name, free=False)
    s.program.most(draw, s.connection[name][t])
    hours = s.at(site.load_factor, t) * HOURS * s.years[t]
    s.draw[name].append(draw)
    s.mwh[name].append(draw * hours)
    s.book("energy", s.market_of[name], t, s.mwh[name][t] * (s.at(region.tariff_usd_per_mwh, t) / 1e6))
    _subsidy(s, name, region, hours, t)


def _subsidy(s: ScenarioModel, name: str, region: Region, hours: float, t: int) -> None:
    """What the state pays back for the energy of chips of some origins, never above the tariff."""
    site, tariff, carried = s.case.sites[name], s.at(region.tariff_usd_per_mwh, t), list[Sum]()
    for chip, row in s.case.chips.items():
        per_kwh = sum(
            s.at(rule.usd_per_kwh, t)
            for rule in s.case.policy.power_subsidies.values()
            if row.origin in rule.origins and site.region in rule.regions and s.holds(rule, t)
        )
        if not per_kwh:
            continue
        mw = s.powered[chip, name][t] * (site.pue * row.it_kw / 1e3)
        if site.onsite:
            # What plant makes is not subsidised: of each chip's load as much as the grid carries, the rest not.
            carried.append(s.decide(t, "subsidised", chip, name))
            s.program.most(carried[-1], mw)
            mw = carried[-1]
        s.book("power subsidy", s.market_of[name], t, mw * (-min(per_kwh, tariff / 1e3) * hours / 1e3))
    if carried:
        s.program.most(total(carried), s.draw[name][t])


def _balances(s: ScenarioModel, t: int) -> None:
    """Headroom of regions and the electricity that markets leave."""
    for name, region in s.case.regions.items():
        if region.headroom_mw is not None:
            drawn = total(s.draw[site][t] for site, row in s.case.sites.items() if row.region == name)
            s.program.most(drawn, s.at(region.headroom_mw, t))
    for name, market in s.case.markets.items():
        if market.generation_twh_per_year is not None:
            used = total(s.mwh[site][t] for site in s.sites_in(name))
            share = s.at(market.ai_share, t) * s.at(market.operator_share, t)
            made = s.at(market.generation_twh_per_year, t) * 1e6 * s.years[t]
            s.program.most(used, made * share)
