"""Chips installed, waiting, worn and retired."""

from __future__ import annotations

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import ScenarioModel, SumByPeriod


def chips(s: ScenarioModel) -> None:
    """Fleet and stock of every chip, their upkeep, and the end of their service life."""
    for chip, row in s.case.chips.items():
        for site in s.case.sites:
            _fleet(s, chip, site)
            for t, units in enumerate(s.fleet[chip, site]):
                upkeep = s.at(row.om_usd_per_unit_year, t) * s.years[t] / 1e6
                s.book("o&m", s.market_of[site], t, units * upkeep)
    for chip, market in s.pairs:
        _stock(s, chip, market)
        _service_life(s, chip, market)
    for bar in s.case.policy.site_bars.values():
        for t in s.span(bar):
            for chip, site in ((chip, site) for chip in bar.chips for site in bar.sites):
                s.program.most(s.install[chip, site][t], 0.0)
                if bar.evict:
                    s.program.most(s.fleet[chip, site][t], 0.0)


def _fleet(s: ScenarioModel, chip: str, site: str) -> None:
    there = s.case.sites[site].existing_fleet.get(chip)
    s.install[chip, site] = [s.decide(t, "install", chip, site, size=s.lot) for t in s.periods]
    s.retire[chip, site] = [s.decide(t, "retire", chip, site, size=s.lot) for t in s.periods]
    flow = [s.install[chip, site][t] - s.retire[chip, site][t] for t in s.periods]
    flow[0] += there.units if there else 0.0
    s.fleet[chip, site] = s.worn(flow, s.keep(chip), "fleet", chip, site, free=False, size=s.lot)


def _stock(s: ScenarioModel, chip: str, market: str) -> None:
    row, flow = s.case.chips[chip], list[Sum]()
    for t in s.periods:
        taken = total(s.install[chip, site][t] for site in s.sites_in(market))
        flow.append(s.delivered[chip, market][t] - taken - s.decide(t, "scrap", chip, market, size=s.lot))
    flow[0] += _waiting(s, chip, market)
    s.stock[chip, market] = s.worn(flow, s.keep(chip), "stock", chip, market, free=False, size=s.lot)
    for t, units in enumerate(s.stock[chip, market]):
        holding = s.at(row.holding_usd_per_unit_year, t) * s.years[t] / 1e6
        s.book("stock holding", market, t, units * holding)


def _waiting(s: ScenarioModel, chip: str, market: str) -> float:
    channel = s.case.chips[chip].markets.get(market)
    return channel.stock_units if channel else 0.0


def _service_life(s: ScenarioModel, chip: str, market: str) -> None:
    """Units in use or waiting never exceed what was delivered and is still young enough."""
    came, life_years = s.delivered[chip, market], s.case.chips[chip].service_life_years
    ends = [s.ends(t, life_years) for t in s.periods]
    there = [
        s.case.sites[site].existing_fleet[chip]
        for site in s.sites_in(market)
        if chip in s.case.sites[site].existing_fleet
    ]
    flow: SumByPeriod = []
    for t in s.periods:
        ended = total(came[born] * s.left(chip, born, t) for born in range(t) if ends[born] == t)
        flow.append(came[t] - ended)
    young = s.worn(flow, s.keep(chip), "young", chip, market, size=s.lot)
    for t in s.periods:
        existing = _waiting(s, chip, market) * s.left(chip, 0, t) if t < ends[0] else 0.0
        for fleet in there:
            if fleet.until is None or t < s.line.from_date(fleet.until):
                existing += fleet.units * s.left(chip, 0, t)
        used = total(s.fleet[chip, site][t] for site in s.sites_in(market))
        s.program.most(used + s.stock[chip, market][t], young[t] + existing)
