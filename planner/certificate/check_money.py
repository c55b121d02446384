"""Checks of the ledger, the present cost and the proof of how good the plan is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from planner.certificate.accounts import ACCOUNTS, RESIDUAL
from planner.certificate.costs import worth
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, same, wrong
from planner.certificate.tables import text
from planner.schema.walk_fields import has_value
from planner.solution import Status


def ledger_nodes(r: Recomputed) -> Iterator[Finding]:
    """Every account of the ledger holds at each node, market and item the money that follows from the decisions."""
    for path, rows in zip(r.paths, r.money, strict=True):
        due: dict[tuple[str, str, str, int], float] = defaultdict(float)
        turned: dict[tuple[str, int], float] = defaultdict(float)
        for row in rows:
            due[row.account, row.market, row.item, row.period] += row.musd
            turned[row.account, row.period] += abs(row.musd)
        held: dict[tuple[str, str, str, int], float] = defaultdict(float)
        for (account, market, item, _), musd in path.read("ledger", "musd").items():
            for t in path.values.periods:
                held[account, market, item, t] += musd[t]
        for account, market, item, t in sorted({*due, *held}):
            at = account, market, item, t
            size = max(r.floors.musd, turned[account, t])
            yield same(held[at], due[at], size, account, market, item, path.nodes[t])


def accounts_known(r: Recomputed) -> Iterator[Finding]:
    """Every account of the ledger is one whose amounts are worked out here."""
    for account in sorted({account for account, *_ in r.tables.column("ledger", "musd")}):
        unknown = account not in ACCOUNTS
        yield wrong(unknown, f"no check of {account}" if unknown else account)


def ledger_prices(r: Recomputed) -> Iterator[Finding]:
    """Every amount of the ledger names a price, and every residual value a life, that stands in the case."""
    cases = (r.case, *(path.case for path in r.paths))
    known: dict[str, bool] = {}
    for row in r.solution.rows("ledger", "price_path", "life_path", "account", "node", "market", "item"):
        price, life, account, *names = map(text, row)
        for path in (price, life) if life or account == RESIDUAL else (price,):
            if path not in known:
                known[path] = any(has_value(case, path) for case in cases)
            yield wrong(not known[path], account, *names, path or "no path")


def ledger_lives(r: Recomputed) -> Iterator[Finding]:
    """Every residual value, and nothing else, states what is left of a life: that share of what its price comes to."""
    left = r.tables.column("ledger", "life_left")
    for path, rows in zip(r.paths, r.money, strict=True):
        due: dict[tuple[str, str, str], float] = defaultdict(float)
        stated: dict[tuple[str, str, str], float] = defaultdict(float)
        for row in rows:
            if row.account == RESIDUAL:
                due[row.account, row.market, row.item] += row.new_musd
        for key, by_node in r.tables.column("ledger", "musd").items():
            account, market, item, _ = key
            for node in path.nodes:
                share = left.get(key, {}).get(node)
                if account == RESIDUAL:
                    stated[account, market, item] += by_node.get(node, 0.0) / (share or 1.0)
                elif share is not None:
                    stated[account, market, item] = math.nan
        for at in sorted({*due, *stated}):
            yield same(stated[at], due[at], r.floors.musd, *at)


def ledger_present(r: Recomputed) -> Iterator[Finding]:
    """Every row of the ledger is discounted to the plan's first day and weighted by its node's probability."""
    weight: dict[tuple[str, str], float] = defaultdict(float)
    booked = {account for account, *_ in r.tables.column("ledger", "musd")}
    for path in r.paths:
        for account in booked:
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
    for (account, *_), by_node in r.tables.column("ledger", "present_musd").items():
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
        tidiness = r.solution.tidiness
        yield Finding((cost if tidiness is None else tidiness.least_musd) - proven, size, ())
    elif optimal or proven != -math.inf:
        claimed = r.solution.minimised_musd - proven
        yield same(cost - proven, claimed, max(size, r.minimised_turnover_musd))
