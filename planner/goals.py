"""From the ledger to what is minimised."""

from __future__ import annotations

from collections.abc import Iterator

from planner.lp import Expression, Term, total
from planner.model import COSTS
from planner.model.decisions import Model


def present_cost(m: Model) -> Expression:
    """Expected present cost, in model money: every charge, discounted and weighted by probability."""
    tree = m.instance.tree

    def worth(node: int, *, at_end: bool) -> float:
        return tree[node].probability * (tree.end_discount if at_end else tree.discount[node])

    def terms() -> Iterator[Term]:
        for cost in COSTS:
            for charge in m.ledger[cost.account]:
                factor = worth(charge.node, at_end=cost.at_end)
                for variable, amount in charge.terms:
                    yield variable, amount * factor

    expression = total(terms())
    expression.constant = sum(
        charge.constant * worth(charge.node, at_end=cost.at_end) for cost in COSTS for charge in m.ledger[cost.account]
    )
    return expression
