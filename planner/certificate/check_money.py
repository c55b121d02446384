"""Checks of the ledger, the present cost and the proof of how good the plan is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from planner.accounts import ACCOUNTS
from planner.certificate.costs import worth
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, same, wrong
from planner.solution import Status


def ledger_nodes(r: Recomputed) -> Iterator[Finding]:
    """Every account of the ledger holds at each node, market and item the money that follows from the decisions."""
    for path, rows in zip(r.paths, r.money, strict=True):
        due: dict[tuple[str, str, str, int], float] = defaultdict(float)
        turned: dict[tuple[str, int], float] = defaultdict(float)
        for row in rows:
            due[row.account, row.market, row.item, row.period] += row.musd
            turned[row.account, row.period] += abs(row.musd)
        stated = path.read("ledger", "musd")
        held = {
            (account, market, item, t): musd[t]
            for (account, market, item), musd in stated.items()
            for t in path.values.periods
            if musd[t]
        }
        for account, market, item, t in sorted({*due, *held}):
            at = account, market, item, t
            size = max(r.floors.musd, turned[account, t])
            yield same(held.get(at, 0.0), due[at], size, account, market, item, path.nodes[t])


def ledger_present(r: Recomputed) -> Iterator[Finding]:
    """Every row of the ledger is discounted to the plan's first day and weighted by its node's probability."""
    weight: dict[tuple[str, str], float] = defaultdict(float)
    for path in r.paths:
        for account in ACCOUNTS:
            for t, node in enumerate(path.nodes):
                weight[account, node] += path.probability * worth(path, account, t)
    present = r.tables.column("ledger", "present_musd")
    for key, by_node in r.tables.column("ledger", "musd").items():
        for node, musd in by_node.items():
            stated = present.get(key, {}).get(node, 0.0)
            yield same(stated, musd * weight[key[0], node], r.floors.musd * weight[key[0], node], *key, node)


def ledger_accounts(r: Recomputed) -> Iterator[Finding]:
    """Every account of the ledger adds up to the present cost that follows from the decisions."""
    due = r.present
    stated: dict[str, float] = defaultdict(float)
    for (account, _, _), by_node in r.tables.column("ledger", "present_musd").items():
        stated[account] += sum(by_node.values())
    floor = max(0.01 * r.turnover_musd, r.floors.musd)
    for account in sorted({*due, *stated}):
        yield same(stated[account], due.get(account, 0.0), floor, account)


def objective(r: Recomputed) -> Iterator[Finding]:
    """The solver's present cost is the one that follows from the decisions."""
    yield same(r.solution.objective_musd, r.present_cost_musd, max(r.turnover_musd, r.floors.musd))


def criterion(r: Recomputed) -> Iterator[Finding]:
    """Where risk weighs in, the cost that was minimised is that of all scenarios and that of the worst, as weighed."""
    goals, stated = r.case.goals, r.solution.criterion_musd
    weighs = goals.objective == "cost" and goals.risk_weight > 0.0
    if stated is None:
        yield wrong(weighs and len(r.paths) > 1, "not stated")
    else:
        yield wrong(not weighs, "stated")
        yield same(stated, r.criterion_musd, max(r.minimised_turnover_musd, r.floors.musd))


def bound(r: Recomputed) -> Iterator[Finding]:
    """The cost that was minimised is not below the proven bound."""
    if r.solution.bound_musd != -math.inf:
        cost = r.minimised_musd
        yield Finding(r.solution.bound_musd - cost, max(abs(cost), r.minimised_turnover_musd, r.floors.musd), ())


def gap(r: Recomputed) -> Iterator[Finding]:
    """The cost that was minimised is as close to its bound as the plan claims; for a linear plan, equal to it."""
    cost, proven = r.minimised_musd, r.solution.bound_musd
    size = max(abs(cost), 0.01 * r.minimised_turnover_musd, r.floors.musd)
    optimal = r.solution.status is Status.OPTIMAL
    if optimal and r.solution.linear:
        yield Finding(cost - proven, size, ())
    elif optimal or proven != -math.inf:
        claimed = r.solution.minimised_musd - proven
        yield same(cost - proven, claimed, max(size, r.minimised_turnover_musd))
