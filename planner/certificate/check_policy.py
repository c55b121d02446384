"""Checks of the rules that governments and boards set; a soft one may miss by the violation that is paid for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.certificate.accounts import CAPITAL
from planner.certificate.costs import soft_rows
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most
from planner.certificate.scenario_path import ScenarioPath
from planner.certificate.shares import counted, weight
from planner.schema.policy import CapacityLimit, LicenceQuota
from planner.timeline import PerPeriod
from planner.units import KW_PER_MW


def licence_quota(r: Recomputed) -> Iterator[Finding]:
    """Deliveries under a licence never exceed this operator's share of it in any of its windows."""
    for path in r.paths:
        for name, rule in path.case.policy.licence_quotas.items():
            delivered = _delivered(path, rule.chips, rule.markets)
            allowed = violation_allowed(path, "licence_quotas", name)
            for window in path.values.windows(rule):
                last = window[-1]
                most = _quota(path, rule, window) + allowed[last]
                yield at_most(sum(delivered[t] for t in window), most, r.floors.chips, name, path.nodes[last])


def bundling(r: Recomputed) -> Iterator[Finding]:
    """Foreign chips delivered since the rule's date come with enough domestic ones."""
    for path in r.paths:
        for name, rule in path.case.policy.bundling.items():
            foreign, domestic = (_delivered(path, chips, [rule.market]) for chips in (rule.foreign, rule.domestic))
            ratio, allowed = path.values.of(rule.ratio), violation_allowed(path, "bundling", name)
            abroad = at_home = 0.0
            for t, node in enumerate(path.nodes):
                if path.values.in_force(rule)[t]:
                    abroad, at_home = abroad + foreign[t], at_home + domestic[t]
                    yield at_most(ratio[t] * abroad, at_home + allowed[t], r.floors.chips, name, node)


def domestic_share(r: Recomputed) -> Iterator[Finding]:
    """Of what was installed since the rule's date and still stands, the domestic part is large enough."""
    for path in r.paths:
        for name, rule in path.case.policy.domestic_shares.items():
            least, allowed = path.values.of(rule.share), violation_allowed(path, "domestic_shares", name)
            home, every = counted(path, rule)
            floor = r.floors.chips * max((max(weight(path, rule, chip)) for chip in path.case.chips), default=0.0)
            for t, node in enumerate(path.nodes):
                if path.values.in_force(rule)[t]:
                    yield at_most(least[t] * every[t], home[t] + allowed[t], floor, name, node)


def site_bars(r: Recomputed) -> Iterator[Finding]:
    """No chip is installed at a site that is closed to it, and where it must leave none stays."""
    for path in r.paths:
        install = path.stated("fleet", "install")
        for name, rule in path.case.policy.site_bars.items():
            for (chip, site), fleet in path.fleets.fleet.items():
                if chip in rule.chips and site in rule.sites:
                    barred = fleet if rule.evict else install[chip, site]
                    for t, node in enumerate(path.nodes):
                        if path.values.in_force(rule)[t]:
                            yield at_most(max(barred[t], install[chip, site][t]), 0.0, r.floors.chips, name, site, node)


def carbon_cap(r: Recomputed) -> Iterator[Finding]:
    """Carbon of grid and on-site energy never exceeds a cap."""
    for path in r.paths:
        for name, rule in path.case.policy.carbon_caps.items():
            limit, allowed = path.values.of(rule.t_per_year), violation_allowed(path, "carbon_caps", name)
            tonnes, worst = _carbon(path, rule.markets)
            for t, node in enumerate(path.nodes):
                if path.values.in_force(rule)[t]:
                    most = limit[t] * path.values.years[t] + allowed[t]
                    yield at_most(tonnes[t], most, worst * r.floors.mwh, name, node)


def budget(r: Recomputed) -> Iterator[Finding]:
    """Capital spent less refunds never exceeds a budget in any of its windows."""
    for path, rows in zip(r.paths, r.money, strict=True):
        for name, rule in path.case.policy.budgets.items():
            spent, turned = [0.0 for _ in path.nodes], [0.0 for _ in path.nodes]
            for row in rows:
                if row.account in CAPITAL and (rule.markets is None or row.market in rule.markets):
                    spent[row.period] += row.musd
                    turned[row.period] += abs(row.musd)
            allowed = violation_allowed(path, "budgets", name)
            for window in path.values.windows(rule):
                most = path.values.of_window(rule, rule.musd, window) + allowed[window[-1]]
                size = max(r.floors.musd, sum(turned[t] for t in window))
                yield at_most(sum(spent[t] for t in window), most, size, name, path.nodes[window[-1]])


def capacity_limit(r: Recomputed) -> Iterator[Finding]:
    """Capacity stays between the least and the most that a rule sets."""
    for path in r.paths:
        for name, rule in path.case.policy.capacity_limits.items():
            counted, floor = _capacity(path, rule, r)
            allowed = violation_allowed(path, "capacity_limits", name)
            for t, node in enumerate(path.nodes):
                if path.values.in_force(rule)[t]:
                    most = float("inf") if rule.most is None else path.values.of(rule.most)[t]
                    least = 0.0 if rule.least is None else path.values.of(rule.least)[t]
                    missed = max(0.0, counted[t] - most) + max(0.0, least - counted[t])
                    yield at_most(missed, allowed[t], max(floor, counted[t], least), name, node)


def build_rate(r: Recomputed) -> Iterator[Finding]:
    """No more MW are started in any twelve months than construction crews can build."""
    for path in r.paths:
        for name, rule in path.case.policy.build_rates.items():
            started = path.total(
                {site: halls.started for site, halls in path.halls.items()}, _sites(path, rule.markets)
            )
            allowed, counts = violation_allowed(path, "build_rates", name), path.values.in_force(rule)
            for run, limit in path.values.within_a_year(rule.mw_per_year, rule):
                begun = sum(started[t] for t in run if counts[t])
                most = limit + sum(allowed[t] for t in run)
                yield at_most(begun, most, r.floors.mw, name, path.nodes[run[-1]])


def power_cap(r: Recomputed) -> Iterator[Finding]:
    """Data centres in a market never draw more from the grid than its power cap."""
    for path in r.paths:
        for name, rule in path.case.policy.power_caps.items():
            draw = path.total(path.grid_mw, _sites(path, rule.markets))
            limit, allowed = path.values.of(rule.mw), violation_allowed(path, "power_caps", name)
            for t, node in enumerate(path.nodes):
                if path.values.in_force(rule)[t]:
                    yield at_most(draw[t], limit[t] + allowed[t], r.floors.mw, name, node)


def violations_allowed(r: Recomputed) -> Iterator[Finding]:
    """Only soft rules are violated, where they are in force, and by an amount of zero or more."""
    for path in r.paths:
        rows = {(kind, name, t) for kind, name, t, _ in soft_rows(path)}
        for (kind, name), amounts in path.read("violations", "amount").items():
            floor = _amount_floor(path, kind, name, r)
            for t, node in enumerate(path.nodes):
                excess = -amounts[t] if (kind, name, t) in rows else abs(amounts[t])
                yield Finding(excess, max(floor, abs(amounts[t])), (name, node))


def violation_allowed(path: ScenarioPath, kind: str, name: str) -> PerPeriod:
    """Violation of a rule that is paid for, by period; zero for a hard rule."""
    rule = getattr(path.case.policy, kind)[name]
    if rule.violation_usd_per_unit_year is None:
        return [0.0 for _ in path.nodes]
    return path.stated("violations", "amount")[kind, name]


def _amount_floor(path: ScenarioPath, kind: str, name: str, r: Recomputed) -> float:
    """Least size of a violation, in the rule's own unit."""
    rule = getattr(path.case.policy, kind)[name]
    if kind in ("licence_quotas", "bundling"):
        return r.floors.chips
    if kind == "domestic_shares":
        return r.floors.chips * max(max(weight(path, rule, chip)) for chip in path.case.chips)
    if kind == "carbon_caps":
        return _carbon(path, rule.markets)[1] * r.floors.mwh
    if kind == "capacity_limits":
        return _capacity(path, rule, r)[1]
    return r.floors.musd if kind == "budgets" else r.floors.mw


def _sites(path: ScenarioPath, markets: list[str] | None) -> list[str]:
    return [name for name in path.case.sites if markets is None or path.case.market_of(name) in markets]


def _delivered(path: ScenarioPath, chips: list[str], markets: list[str]) -> PerPeriod:
    """Chips of some kinds delivered to some markets, orders placed before the plan included."""
    pairs = {(chip, market) for chip in chips for market in markets}
    delivered = [path.fleets.delivered[pair] for pair in sorted(pairs)]
    return [sum(units[t] for units in delivered) for t in path.values.periods]


def _quota(path: ScenarioPath, rule: LicenceQuota, window: list[int]) -> float:
    """This operator's quota in a window, chips."""
    values = path.values
    own = values.of(rule.operator_share)
    if rule.units is not None:
        return values.of_window(rule, rule.units, window) * own[window[0]]
    sales, share = values.of(rule.sales_units_per_year or 0.0), values.of(rule.sales_share)
    return sum(sales[t] * share[t] * own[t] * values.years[t] for t in window)


def _carbon(path: ScenarioPath, markets: list[str] | None) -> tuple[PerPeriod, float]:
    """Carbon of grid and on-site energy by period, t CO2, and the largest t CO2 per MWh."""
    tonnes, worst = [0.0 for _ in path.nodes], 0.0
    sites = _sites(path, markets)
    for name in sites:
        each = path.values.of(path.case.regions[path.case.sites[name].region].carbon_t_per_mwh)
        worst = max(worst, *each)
        for t in path.values.periods:
            tonnes[t] += each[t] * path.grid_mwh[name][t]
    for (source, name), mwh in path.plant_mwh.items():
        each = path.values.of(path.case.onsite_sources[source].carbon_t_per_mwh)
        if name in sites:
            worst = max(worst, *each)
            for t in path.values.periods:
                tonnes[t] += each[t] * mwh[t]
    return tonnes, worst


def _capacity(path: ScenarioPath, rule: CapacityLimit, r: Recomputed) -> tuple[PerPeriod, float]:
    """What a limit on capacity counts, by period, and the least size of a row in its unit."""
    sites = [name for name in _sites(path, rule.markets) if rule.sites is None or name in rule.sites]
    if rule.measure == "hall_mw":
        return path.total({site: halls.it_mw for site, halls in path.halls.items()}, sites), r.floors.mw
    counted, heaviest = [0.0 for _ in path.nodes], 0.0
    for (chip, site), fleet in path.fleets.fleet.items():
        if site in sites and (rule.chips is None or chip in rule.chips):
            row = path.case.chips[chip]
            weight = {"chip_mw": row.it_kw / KW_PER_MW, "pflops": row.peak_pflops.get(rule.precision, 0.0)}
            each = weight.get(rule.measure, 1.0)
            heaviest = max(heaviest, each)
            for t in path.values.periods:
                counted[t] += each * fleet[t]
    return counted, r.floors.chips * heaviest
