"""What governments and boards rule: quotas, shares, caps, budgets and rates, hard or soft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.accounts import capital
from planner.instance.in_force import PolicyRow
from planner.instance.policy import Capacity
from planner.lp import Term, total
from planner.model.chips import delivered, delivered_before_plan
from planner.model.decisions import Model, RuleRow


def licence_quota(m: Model) -> Iterator[RuleRow]:
    """Deliveries under a licence stay within its quota in each window, chips.

    The price is what one more licensed chip would save, USD per chip, in present money.
    """
    for quota in m.instance.rules.licence_quotas:
        arrivals = [(chip, market, n) for chip, market in quota.holdings for n in quota.window]
        counted = [term for at in arrivals for term in delivered(m, *at)]
        given = sum(delivered_before_plan(m, *at) for at in arrivals)
        yield _at_most(m, quota, counted, quota.amount, given=given, spans=True)


def bundling_counted(m: Model) -> Iterator[RuleRow]:
    """Domestic and foreign deliveries count from the day on which a bundling rule begins, chips."""
    for ratio in m.instance.rules.bundling:
        at = (ratio.rule, ratio.node)
        for family, weights in ((m.counted_ours, ratio.ours), (m.counted_all, ratio.all)):
            arrived = [
                (term[0], -w * term[1]) for pair, w in weights.items() for term in delivered(m, *pair, ratio.node)
            ]
            placed = sum(w * delivered_before_plan(m, *pair, ratio.node) for pair, w in weights.items())
            before = [] if ratio.before is None else [(family[ratio.rule, ratio.before], -1.0)]
            yield RuleRow((ratio.rule,), ratio.node, total([(family[at], 1.0)], before, arrived) == placed)


def bundling(m: Model) -> Iterator[RuleRow]:
    """Every foreign chip delivered since a bundling rule began comes with its number of domestic ones, chips.

    The price is what being let off one domestic chip would save, USD per chip, in present money.
    """
    for ratio in m.instance.rules.bundling:
        at = (ratio.rule, ratio.node)
        asked = (m.counted_all[at], ratio.least)
        missing = [(variable, -weight) for variable, weight in m.violated(ratio)]
        held = total([asked, (m.counted_ours[at], -1.0)], missing) <= 0
        yield RuleRow((ratio.rule,), ratio.node, held, spans=True, asked=(asked,))


def carbon_cap(m: Model) -> Iterator[RuleRow]:
    """The carbon of energy used stays under its cap, t CO2.

    The price is what one more tonne allowed in that period would save, USD per t.
    """
    carbon, onsite = m.instance.power.carbon, m.instance.onsite.carbon
    for cap in m.instance.rules.carbon_caps:
        emitted = [(m.grid[site, cap.node], carbon[site, cap.node]) for site in cap.sites]
        for site in cap.sites:
            at_site = ((source, site, cap.node) for source in m.sources_at.get(site, ()))
            emitted += [(m.onsite[at], onsite[at]) for at in at_site]
        yield _at_most(m, cap, emitted, cap.amount)


def budget(m: Model) -> Iterator[RuleRow]:
    """Capital spent in each window stays within its budget, million USD, not discounted.

    The price is what one more million of budget would save, USD per million USD, in present money.
    """
    spent: dict[tuple[str, int], list[Term]] = {}
    given: dict[tuple[str, int], float] = {}
    for account in capital():
        for charge in m.ledger[account]:
            at = (charge.market, charge.node)
            spent.setdefault(at, []).extend(charge.terms)
            given[at] = given.get(at, 0.0) + charge.constant
    for limit in m.instance.rules.budgets:
        pairs = [(market, n) for market in limit.markets for n in limit.window]
        terms = [term for at in pairs for term in spent.get(at, [])]
        before = sum(given.get(at, 0.0) for at in pairs)
        yield _at_most(m, limit, terms, limit.amount, given=before, spans=True)


def least_capacity(m: Model) -> Iterator[RuleRow]:
    """Capacity that a rule asks for is there, the rule's measure.

    The price is what being let off one unit of the measure would save, USD per unit.
    """
    for rule in m.instance.rules.capacity_limits:
        if rule.least is not None:
            yield _at_least(m, rule, _capacity(m, rule), rule.least)


def most_capacity(m: Model) -> Iterator[RuleRow]:
    """Capacity stays under what a rule allows, the rule's measure.

    The price is what one more unit of the measure would save, USD per unit.
    """
    for rule in m.instance.rules.capacity_limits:
        if rule.most is not None:
            yield _at_most(m, rule, _capacity(m, rule), rule.most)


def _capacity(m: Model, rule: Capacity) -> list[Term]:
    fleet = [(m.fleet[chip, site, rule.node], weight) for (chip, site), weight in rule.fleet.items()]
    return fleet + [(m.ready_it_mw[site, rule.node], 1.0) for site in rule.halls]


def build_rate(m: Model) -> Iterator[RuleRow]:
    """Construction crews of a market start no more than they can in any twelve months, MW IT.

    The price is what one more MW started in the twelve months that end then would save, USD per MW.
    """
    starts = _starts(m)
    for rate in m.instance.rules.build_rates:
        begun = (term for site in rate.sites for n in rate.window for term in starts.get((site, n), []))
        yield _at_most(m, rate, begun, rate.amount, spans=len(rate.window) > 1, nodes=rate.window)


def build_excess(m: Model) -> Iterator[RuleRow]:
    """What starts beyond a soft build rate is paid for when it starts: no more of it than starts then, MW IT."""
    starts = _starts(m)
    rates = {(rate.rule, rate.node): rate for rate in m.instance.rules.build_rates}
    for (rule, n), rate in sorted(rates.items(), key=lambda item: item[0]):
        begun = [(variable, -factor) for site in rate.sites for variable, factor in starts.get((site, n), [])]
        if excess := m.violated(rate):
            yield RuleRow((rule,), n, total(excess, begun) <= 0)


def _starts(m: Model) -> dict[tuple[str, int], list[Term]]:
    """What starts at a site and node."""
    starts: dict[tuple[str, int], list[Term]] = {}
    for (site, _, n), variable in m.start.items():
        starts.setdefault((site, n), []).append((variable, 1.0))
    return starts


def power_cap(m: Model) -> Iterator[RuleRow]:
    """Data centres of a market draw no more than its firm capacity allows them, MW facility.

    The price is what one more MW of firm capacity in that period would save, USD per MW.
    """
    for cap in m.instance.rules.power_caps:
        draw = ((m.grid[site, cap.node], 1.0) for site in cap.sites)
        yield _at_most(m, cap, draw, cap.amount)


def _at_most(
    m: Model,
    rule: PolicyRow,
    counted: Iterable[Term],
    limit: float,
    *,
    given: float = 0.0,
    spans: bool = False,
    nodes: tuple[int, ...] = (),
) -> RuleRow:
    """What counts, with what is given, is no more than a limit but for violations: the row's own, or those of nodes."""
    beyond = [(variable, -weight) for variable, weight in m.violated(rule, nodes)]
    kept = total(counted, beyond) <= limit - given
    return RuleRow((rule.rule,), rule.node, kept, limit=limit, spans=spans, measure=rule.measure)


def _at_least(m: Model, rule: PolicyRow, counted: Iterable[Term], limit: float) -> RuleRow:
    """What counts is no less than a limit but for the violation."""
    kept = total(counted, m.violated(rule)) >= limit
    return RuleRow((rule.rule,), rule.node, kept, limit=limit, measure=rule.measure)
