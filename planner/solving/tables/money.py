"""Tables of money: the ledger, violations of soft rules, prices of limits."""

from __future__ import annotations

from collections import defaultdict

from planner.solving.priced import prices_of, violation_units
from planner.solving.tables.answer import AnswerReader, TableRows


def ledger(read: AnswerReader) -> TableRows:
    """Amounts by account, million USD: of the day, and discounted and weighted."""
    tree, musd = read.tree, read.instance.units.musd
    rows = []
    for account, charges in read.model.ledger.items():
        at_end = account in read.model.booked_at_end
        amounts: dict[tuple[int, str, str], float] = defaultdict(float)
        for charge in charges:
            amounts[charge.node, charge.market, charge.item] += read.value(charge.terms) + charge.constant
        for (n, market, item), amount in amounts.items():
            factor = tree[n].probability * (tree.end_discount if at_end else tree.discount[n])
            rows.append((account, read.name(n), market, item, amount * musd, amount * musd * factor))
    return rows


def violations(read: AnswerReader) -> TableRows:
    """Violations of soft rules, each in the rule's unit."""
    scale = violation_units(read.instance)
    return [
        (read.name(n), kind, rule, amount * scale[kind, rule])
        for (kind, rule, n), amount in read(read.model.violation).items()
        if amount
    ]


def prices(read: AnswerReader) -> TableRows:
    """Limits that bind, with what one unit more of each saves or costs."""
    return [row for row, _ in prices_of(read.model, read.filed, read.answer)]
