"""Checks of a plan with fewer and larger actions than the cheapest has: what that costs, and how many there are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, wrong
from planner.certificate.tables import PlanTables

_TAKEN = 1e-6
"""Share of the largest amount of its kind from which an action is one."""
_ACTIONS: Mapping[str, tuple[str, str]] = {
    "starts": ("starts", "start_mw"),
    "orders": ("orders", "ordered"),
    "connections": ("halls", "grid_apply_mw"),
    "plants": ("onsite", "start_mw"),
    "openings": ("halls", "open"),
}
"""Table and column of each kind of action."""


def tidy_cost(r: Recomputed) -> Iterator[Finding]:
    """A tidy plan costs no more than its case allows above the least found, which is not below what is proven."""
    yield wrong(False)
    tidiness = r.solution.tidiness
    if tidiness is not None:
        least, cost = tidiness.least_musd, r.minimised_musd
        size = max(abs(cost), r.minimised_turnover_musd, r.floors.musd)
        yield wrong(tidiness.within != r.case.settings.tidy_within, "tidy_within")
        yield at_most(cost, least + r.case.settings.tidy_within * abs(least), size, "cost")
        yield at_most(least, cost, size, "least cost")
        if r.solution.bound_musd != -math.inf:
            yield at_most(r.solution.bound_musd, least, size, "bound")


def tidy_actions(r: Recomputed) -> Iterator[Finding]:
    """A tidy plan takes as many actions of each kind as it states, and fewer in all than the cheapest plan took."""
    yield wrong(False)
    tidiness = r.solution.tidiness
    if tidiness is None:
        return
    taken = actions_taken(r.tables)
    for kind in sorted({*taken, *tidiness.after}):
        yield same(tidiness.after.get(kind, 0.0), taken.get(kind, 0.0), 1.0, kind)
    before = sum(tidiness.before.values())
    yield at_most(sum(taken.values()), before, max(1.0, before), "actions")


def actions_taken(tables: PlanTables) -> dict[str, float]:
    """How many actions of each kind the tables hold, expected over the scenarios."""
    taken = {}
    for kind, (table, column) in _ACTIONS.items():
        amounts = [
            (amount, tables.nodes[node].probability)
            for by_node in tables.column(table, column).values()
            for node, amount in by_node.items()
        ]
        least = _TAKEN * max((amount for amount, _ in amounts), default=0.0)
        taken[kind] = sum(probability for amount, probability in amounts if amount > max(0.0, least))
    return taken
