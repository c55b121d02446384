"""Policy: quotas, bundles, shares, carbon, caps, capacities and budgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import prod

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import HOURS, ScenarioModel, SumByPeriod
from planner.audit.shares import domestic_share
from planner.schema.base import Dated
from planner.schema.policy import BuildRate, Bundling, CapacityLimit, LicenceQuota
from planner.time_profile import Changed, Profile, Step

CAPITAL = {
    "site opening",
    "site capex",
    "grid connection",
    "on-site capex",
    "chip purchase",
    "import fee",
    "cancellation",
}
"""Accounts that a budget counts."""


def policy(s: ScenarioModel) -> None:
    """Every rule that limits or prices what the other rooms decide; budgets last, when all is booked."""
    rules = s.case.policy
    for quota in rules.licence_quotas.values():
        _quota(s, quota)
    for name, bundle in rules.bundling.items():
        _bundle(s, name, bundle)
    for name, share in rules.domestic_shares.items():
        domestic_share(s, name, share)
    _carbon(s)
    for power_cap in rules.power_caps.values():
        for t in s.span(power_cap):
            value = total(s.draw[site][t] for site in s.sites_among(power_cap.markets))
            s.limit(power_cap, value, s.at(power_cap.mw, t), [t])
    for name, pace in rules.build_rates.items():
        _build_rate(s, name, pace)
    for limit in rules.capacity_limits.values():
        _capacity_limit(s, limit)
    _budgets(s)


def _build_rate(s: ScenarioModel, name: str, rule: BuildRate) -> None:
    """What is begun beyond the rate is paid for where it is bought, once, and counts in no twelve months."""
    price, begun = rule.violation_usd_per_unit_year, dict[int, Sum]()
    for t in s.span(rule):
        begun[t] = total(s.started[site][t] for site in s.sites_among(rule.markets))
        if price is not None:
            beyond = s.decide(t, "beyond", name)
            s.book("soft rules", "", t, beyond * (price / 1e6))
            begun[t] -= beyond
    for run, most in s.yearly(rule.mw_per_year, s.span(rule)):
        s.program.most(total(begun[t] for t in run), most)


def _arrivals(s: ScenarioModel, chips: Iterable[str], markets: Iterable[str], window: Iterable[int]) -> Sum:
    pairs = {(chip, market) for chip in chips for market in markets}
    return total(s.delivered[pair][t] for pair in sorted(pairs) for t in window)


def _amount(s: ScenarioModel, rule: Dated, profile: Profile, window: list[int]) -> float:
    """What is typed for a window; of a calendar year what its months are of twelve, unless typed for the part."""
    share = sum(map(s.line.months, window)) / 12.0
    day = s.line.first_day(window[0])
    if getattr(rule, "window", "") == "calendar_year":
        if share >= 1.0:
            return s.at(profile, window[0]) * share
        end, since = s.line.first_day(window[-1] + 1), day
        if rule.since is not None and rule.since.year == day.year and rule.since.timetuple().tm_yday > 1:
            since = min(day, rule.since)
        own = since.timetuple().tm_yday > 1 and since <= (_typed_on(profile, day) or date.min) < end
        return s.at(profile, window[0]) * (1.0 if own else share)
    return s.at(profile, window[0])


def _typed_on(profile: Profile, day: date) -> date | None:
    """Date on which the value of a day is typed; none for a number and for what grows or moves between dates."""
    if isinstance(profile, Changed):
        own = [change.since for change in profile.changes if change.since <= day and change.set is not None]
        return own[-1] if own else _typed_on(profile.profile, day)
    if isinstance(profile, Step):
        past = [each for each in profile.step if each <= day]
        return max(past) if past else min(profile.step)
    return None


def _quota(s: ScenarioModel, rule: LicenceQuota) -> None:
    for window in s.windows(rule):
        if rule.units is not None:
            most = _amount(s, rule, rule.units, window) * s.at(rule.operator_share, window[0])
        else:
            assert rule.sales_units_per_year is not None
            parts = (rule.sales_units_per_year, rule.sales_share, rule.operator_share)
            most = sum(prod(s.at(part, t) for part in parts) * s.years[t] for t in window)
        s.limit(rule, _arrivals(s, rule.chips, rule.markets, window), most, window)


def _since(s: ScenarioModel, span: list[int], flow: SumByPeriod, *name: str) -> SumByPeriod:
    """What has come since a rule began, by period; the rule's span is one stretch."""
    inside = [flow[t] if t in span else Sum() for t in s.periods]
    return s.so_far(inside, s.nodes[-1], *name)


def _bundle(s: ScenarioModel, name: str, rule: Bundling) -> None:
    span = s.span(rule)
    each = [[_arrivals(s, chips, [rule.market], [t]) for t in s.periods] for chips in (rule.foreign, rule.domestic)]
    foreign = _since(s, span, each[0], "foreign", name)
    domestic = _since(s, span, each[1], "domestic", name)
    for t in span:
        s.limit(rule, foreign[t] * s.at(rule.ratio, t), domestic[t], [t])


def _carbon(s: ScenarioModel) -> None:
    tonnes = {site: [_tonnes(s, site, t) for t in s.periods] for site in s.case.sites}
    for price in s.case.policy.carbon_prices.values():
        for t in s.span(price):
            for site in s.sites_among(price.markets):
                s.book("carbon", s.market_of[site], t, tonnes[site][t] * (s.at(price.usd_per_t, t) / 1e6))
    for cap in s.case.policy.carbon_caps.values():
        for t in s.span(cap):
            value = total(tonnes[site][t] for site in s.sites_among(cap.markets))
            s.limit(cap, value, s.at(cap.t_per_year, t) * s.years[t], [t])


def _tonnes(s: ScenarioModel, site: str, t: int) -> Sum:
    """Carbon of a site's energy in a period, from the grid and from its own plant, t CO2."""
    row = s.case.sites[site]
    hours = s.at(row.load_factor, t) * HOURS * s.years[t]
    sources = {source: s.at(s.case.onsite_sources[source].carbon_t_per_mwh, t) for source in row.onsite}
    own = [s.made[source, site][t] * (hours * carbon) for source, carbon in sources.items()]
    return total([s.mwh[site][t] * s.at(s.case.regions[row.region].carbon_t_per_mwh, t), *own])


def _capacity_limit(s: ScenarioModel, rule: CapacityLimit) -> None:
    for t in s.span(rule):
        value = _capacity(s, rule, t)
        if rule.most is not None:
            s.limit(rule, value, s.at(rule.most, t), [t])
        if rule.least is not None:
            s.limit(rule, value * -1.0, -s.at(rule.least, t), [t], side="lack")


def _capacity(s: ScenarioModel, rule: CapacityLimit, t: int) -> Sum:
    sites = [site for site in s.sites_among(rule.markets) if rule.sites is None or site in rule.sites]
    if rule.measure == "hall_mw":
        return total(s.halls[site][t] for site in sites)
    parts = []
    for chip, row in s.case.chips.items():
        if rule.chips is None or chip in rule.chips:
            weights = {"units": 1.0, "chip_mw": row.it_kw / 1e3, "pflops": row.peak_pflops.get(rule.precision, 0.0)}
            parts += [s.fleet[chip, site][t] * weights[rule.measure] for site in sites]
    return total(parts)


def _budgets(s: ScenarioModel) -> None:
    capital = [entry for entry in s.booked if entry[0] in CAPITAL]
    for rule in s.case.policy.budgets.values():
        for window in s.windows(rule):
            value = total(
                musd
                for _, market, t, musd in capital
                if t in window and (rule.markets is None or market in rule.markets)
            )
            s.limit(rule, value, _amount(s, rule, rule.musd, window), window)
