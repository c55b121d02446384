"""Domestic shares: what is installed while a rule is in force, and what of it is retired."""

from __future__ import annotations

from typing import NamedTuple

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import ScenarioModel, SumByPeriod
from planner.schema.policy import DomesticShare


def domestic_share(s: ScenarioModel, name: str, rule: DomesticShare) -> None:
    """Of what has been installed since the rule began and still stands, at least the share is domestic.

    Every retirement is one of a chip from before or of one of a period's installs, whichever serves the plan. The rule
    begins anew after each time in which it is not in force.
    """
    span = s.span(rule)
    origins = rule.origins if rule.origins is not None else [rule.market]
    sites = [
        site
        for site in s.sites_in(rule.market)
        if (rule.sites is None or site in rule.sites)
        and (rule.regions is None or s.case.sites[site].region in rule.regions)
    ]
    begins = [t for t in span if t - 1 not in span]
    for first in begins:
        run = [t for t in span if t >= first and all(v in span for v in range(first, t))]
        own: dict[int, list[Sum]] = {t: [] for t in run}
        everything: dict[int, list[Sum]] = {t: [] for t in run}
        for chip, row in s.case.chips.items():
            for site in sites:
                for t, amount in _counted(s, rule, _Counted(name, chip, site), run).items():
                    everything[t].append(amount)
                    if row.origin in origins:
                        own[t].append(amount)
        for t in run:
            s.limit(rule, total(everything[t]) * s.at(rule.share, t), total(own[t]), [t])


class _Counted(NamedTuple):
    """A chip at a site that a rule counts."""

    rule: str
    chip: str
    site: str


def _counted(s: ScenarioModel, rule: DomesticShare, at: _Counted, run: list[int]) -> dict[int, Sum]:
    """What a chip at a site counts in each period of a run of the rule: its installs of then, by date, that stand."""
    _, chip, site = at
    keep, fleet = s.keep(chip), s.fleet[chip, site]
    weights = {t: _weight(s, rule, chip, t) for t in run}
    years = s.case.chips[chip].service_life_years
    ends = [s.ends(t, years) for t in s.periods]
    told: dict[int, list[Sum]] = {t: [] for t in run}
    stands: dict[int, list[Sum]] = {t: [_before(s, at, run, ends)[t]] for t in run}
    same_weight = len(set(weights.values())) == 1 and ends[0] >= s.last
    for began in run[:1] if same_weight else run:
        left = Sum()
        for t in [t for t in run if began <= t < ends[began]]:
            gone = s.decide(t, "gone", *at, began, s.nodes[run[0]], size=s.lot)
            came = s.install[chip, site][t] if same_weight or t == began else Sum()
            value = left * keep[t] + came - gone
            left = s.state(t, value, "left", *at, began, s.nodes[run[0]], free=False, size=s.lot)
            told[t].append(left * weights[began])
            stands[t].append(left)
    found = {}
    for t in run:
        # A chip that no install accounts for counts in full abroad and at home for nothing.
        extra = s.decide(t, "extra", *at, s.nodes[run[0]], size=s.lot)
        s.program.same(total([*stands[t], extra]), fleet[t])
        costliest = 0.0 if _is_home(s, rule, chip) else max(weights[v] for v in run if v <= t)
        found[t] = total([*told[t], extra * costliest])
    return found


def _is_home(s: ScenarioModel, rule: DomesticShare, chip: str) -> bool:
    return s.case.chips[chip].origin in (rule.origins if rule.origins is not None else [rule.market])


def _before(s: ScenarioModel, at: _Counted, run: list[int], ends: list[int]) -> SumByPeriod:
    """Chips at a site that stand from before a run of the rule, existing ones and earlier installs, by period."""
    _, chip, site = at
    keep, nothing = s.keep(chip), Sum()
    there = s.case.sites[site].existing_fleet.get(chip)
    until = s.last if there is None or there.until is None else s.line.from_date(there.until)
    made: SumByPeriod = [nothing] * s.last
    allowed: Sum | None = None
    for t in run:
        existing = there.units * s.left(chip, 0, t) if there is not None and t < until else 0.0
        earlier = total(s.install[chip, site][v] * s.left(chip, v, t) for v in range(run[0]) if t < ends[v])
        old = s.decide(t, "before", *at, s.nodes[run[0]], size=s.lot)
        s.program.most(old, earlier + existing)
        if allowed is not None:
            s.program.most(old, allowed * keep[t])
        elif t > 0:
            s.program.most(old, s.fleet[chip, site][t - 1] * keep[t])
        made[t] = allowed = old
    return made


def _weight(s: ScenarioModel, rule: DomesticShare, chip: str, t: int) -> float:
    row = s.case.chips[chip]
    if rule.measure == "units":
        return 1.0
    if rule.measure == "mw":
        return row.it_kw / 1e3
    if rule.measure == "spend":
        return s.at(row.markets[rule.market].price_usd, t) / 1e6 if rule.market in row.markets else 0.0
    return row.peak_pflops.get(rule.precision, 0.0)
