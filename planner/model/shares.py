"""Domestic shares: of what has been installed since a rule began and still stands, so much is domestic.

Chips of one kind at a site are alike, so that nobody can say which of them are retired. What a plan may claim is what
could be true: of domestic chips no more were installed since the rule began than were and than stand, of all others no
more stand from before than stood there. Where nothing can stand from before, all that stands counts, until the first
of it has come to the end of its life.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.instance.shares import ChipAndSite, ShareRule
from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def installed_since(m: Model) -> Iterator[RuleRow]:
    """Of domestic chips that stand, those installed since a share rule began are what is left of them, chips."""
    for share in m.instance.rules.domestic_shares:
        n = share.node
        for chip, site in sorted(share.weights):
            at = (share.rule, chip, site, n)
            if at not in m.since:
                continue
            now: list[Term] = [(m.since[at], 1.0)]
            added = [(m.install[chip, site, n], -1.0)] if (chip, site, n) in m.install else []
            carried = _carried(m, share, (chip, site))
            if carried or (chip, site) in share.standing:
                yield RuleRow(at[:3], n, total(now, carried, added) <= 0)
            yield RuleRow(at[:3], n, total(now, [(m.fleet[chip, site, n], -1.0)]) <= 0)
            if m.outlived(chip, site, share.since[0], n):
                yield RuleRow(at[:3], n, total(now, _young(m, share, (chip, site), share.since)) <= 0)


def _carried(m: Model, share: ShareRule, pair: ChipAndSite) -> list[Term]:
    variable = m.since.get((share.rule, *pair, share.before))
    return [] if variable is None else [(variable, -m.keeps(pair[0], share.node))]


def stood_before(m: Model) -> Iterator[RuleRow]:
    """Of other chips that stand, no more stand from before a share rule than attrition and age leave, chips."""
    chips, tree = m.instance.chips, m.instance.tree
    for (rule, chip, site, n), stood in m.stood.items():
        share = m.share_at[rule, n]
        now: list[Term] = [(stood, 1.0)]
        yield RuleRow((rule, chip, site), n, total(now, [(m.fleet[chip, site, n], -1.0)]) <= 0)
        parent = tree[n].parent
        if parent is None:
            yield RuleRow((rule, chip, site), n, total(now) <= chips.fleet_before[chip, site])
        else:
            before = m.fleet[chip, site, parent] if share.before is None else m.stood[rule, chip, site, share.before]
            yield RuleRow((rule, chip, site), n, total(now, [(before, -m.keeps(chip, n))]) <= 0)
        ends, period = chips.fleet_until.get((chip, site)), tree[n].period
        over = ends is not None and period >= ends
        if over or m.outlived(chip, site, 0, n):
            there = 0.0 if over else chips.fleet_before.get((chip, site), 0.0) * chips.left(chip, tree, 0, n)
            yield RuleRow((rule, chip, site), n, total(now, _young(m, share, (chip, site), share.earlier)) <= there)


def installed_at(m: Model) -> Iterator[RuleRow]:
    """Where a share counts money, chips that stand are told apart by when they were installed, chips."""
    for (rule, chip, site, k, n), vintage in m.vintage.items():
        if k == n:
            left = (m.install[chip, site, n], -1.0)
        else:
            left = (m.vintage[rule, chip, site, k, m.share_at[rule, n].before], -m.keeps(chip, n))
        yield RuleRow((rule, chip, site), n, total([(vintage, 1.0), left]) <= 0)
    for share in m.instance.rules.domestic_shares:
        n = share.node
        for chip, site in share.prices:
            told = [(v, 1.0) for k in share.since if (v := m.vintage.get((share.rule, chip, site, k, n))) is not None]
            fleet = [(m.fleet[chip, site, n], -1.0)]
            if chip in share.domestic:
                yield RuleRow((share.rule, chip, site), n, total(told, fleet) <= 0)
            else:
                at = (share.rule, chip, site, n)
                told += [(family[at], 1.0) for family in (m.stood, m.unexplained) if at in family]
                yield RuleRow((share.rule, chip, site), n, total(told, fleet) >= 0)


def domestic_share(m: Model) -> Iterator[RuleRow]:
    """Of what was installed since a share rule began and still stands, at least the share is domestic, its measure.

    The price is what being let off one unit of the measure would save, USD per unit, in present money.
    """
    for share in m.instance.rules.domestic_shares:
        counted: list[Term] = []
        asked: list[Term] = []
        for pair in share.weights:
            factor = share.least - 1.0 if pair[0] in share.domestic else share.least
            counts = list(_counted(m, share, pair))
            counted += [(variable, weight * factor) for variable, weight in counts]
            asked += [(variable, weight * share.least) for variable, weight in counts]
        missing = [(variable, -weight) for variable, weight in m.violated(share)]
        held = total(counted, missing) <= 0
        yield RuleRow((share.rule,), share.node, held, spans=True, measure=share.measure, asked=tuple(asked))


def _counted(m: Model, share: ShareRule, pair: ChipAndSite) -> Iterator[Term]:
    """What a chip at a site counts, before the share is taken of it."""
    at = (share.rule, *pair, share.node)
    weight = share.weights[pair]
    if pair in share.prices:
        prices = share.prices[pair]
        for k, price in prices.items():
            if (vintage := m.vintage.get((share.rule, *pair, k, share.node))) is not None:
                yield vintage, price
        if at in m.unexplained:
            yield m.unexplained[at], max(prices.values())
    elif at in m.since:
        yield m.since[at], weight
    else:
        yield m.fleet[at[1:]], weight
        if at in m.stood:
            yield m.stood[at], -weight


def _young(m: Model, share: ShareRule, pair: ChipAndSite, nodes: tuple[int, ...]) -> list[Term]:
    """What attrition leaves of the installs of some nodes whose life has not ended, taken off."""
    chips, tree, n = m.instance.chips, m.instance.tree, share.node
    installed = [k for k in nodes if (*pair, k) in m.install and not m.outlived(*pair, k, n)]
    return [(m.install[(*pair, k)], -chips.left(pair[0], tree, k, n)) for k in installed]
