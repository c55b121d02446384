"""Tables of money: the ledger, violations of soft rules, prices of limits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from planner.accounts import ACCOUNTS
from planner.model.decisions import LifeLeft
from planner.solving.limit_prices import prices_of
from planner.solving.tables.all_tables import AnswerReader, TableRows


def ledger(read: AnswerReader) -> TableRows:
    """Amounts by account and price, million USD: of the day, and discounted and weighted."""
    tree, musd = read.tree, read.instance.units.musd
    rows: TableRows = []
    for account, charges in read.model.ledger.items():
        found: dict[tuple[int, str, str, str], _Amount] = defaultdict(_Amount)
        for charge in charges:
            amount = read.value(charge.terms) + charge.constant
            for price, share in charge.prices.items():
                found[charge.node, charge.market, charge.item, price].add(amount * share, charge.life)
        for (n, market, item, price), sums in found.items():
            worth = tree.end_discount if ACCOUNTS[account].at_end else tree.discount[n]
            booked = sums.booked * musd
            present = booked * (tree[n].probability * worth)
            rows.append((account, read.name(n), market, item, price, booked, present, sums.life, sums.life_left))
    return rows


@dataclass
class _Amount:
    """Charges of one account, node, market, item and price, in model units."""

    booked: float = 0.0
    new: float = 0.0
    """What they would be were nothing of their life spent."""
    life: str = ""

    def add(self, amount: float, life: LifeLeft | None) -> None:
        self.booked += amount
        if life is not None:
            self.life = life.path
            self.new += amount / life.share

    @property
    def life_left(self) -> float:
        return self.booked / self.new if self.new else float("nan")


def violations(read: AnswerReader) -> TableRows:
    """Violations of soft rules, each in its rule's measure."""
    size = {key: read.instance.size(head.measure, head.node) for key, head in read.instance.rules.soft().items()}
    return [
        (read.name(n), kind, rule, amount * size[kind, rule, n])
        for (kind, rule, n), amount in read(read.model.violation).items()
        if amount
    ]


def prices(read: AnswerReader) -> TableRows:
    """Limits that bind, with what one unit more of each saves or costs."""
    return [row for row, _ in prices_of(read.model, read.filed, read.answer)]
