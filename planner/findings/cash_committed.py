"""Cash committed: what is newly bound in each period, what of it is paid, and what is still to be paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.accounts import ACCOUNTS, Account
from planner.findings.order_deadlines import NOISE, CommittedLot
from planner.plan_reader import Order, PathTables, PeriodValues, orders_of, paid_musd
from planner.schema import Case
from planner.schema.places import CommittedHalls
from planner.solution import Solution
from planner.units import USD_PER_MUSD

KINDS = ("order", "start", "open", "connect", "plant")
"""Kinds of commitment."""


@dataclass(frozen=True)
class CommittedPeriod:
    """Money of one period, million USD, not discounted."""

    new: dict[str, float]
    """Newly committed by kind: the whole price at the commitment, whenever it is paid."""
    cancelled: float
    """What need no longer be paid of orders that a ban cancels."""
    paid: float
    """Paid of what was committed."""
    fees: float
    """Import fees and whatever else of capital falls due without having been committed."""
    refunds: float
    """Given back for orders that a ban cancels; positive."""
    open: float
    """Committed, not cancelled and not yet paid at the end of the period."""

    @property
    def committed(self) -> float:
        """Newly committed in all."""
        return sum(self.new.values())

    @classmethod
    def together(cls, periods: Sequence[CommittedPeriod]) -> CommittedPeriod:
        """Several periods that follow each other, one at least, as one."""
        new = {kind: sum(period.new[kind] for period in periods) for kind in KINDS}
        cancelled, paid, fees, refunds = (
            sum(getattr(period, name) for period in periods) for name in ("cancelled", "paid", "fees", "refunds")
        )
        return cls(new, cancelled, paid, fees, refunds, periods[-1].open)


@dataclass(frozen=True)
class Committed:
    """Money that a plan commits and pays on one path."""

    before: float
    """To be paid on the first day for orders placed and halls begun before the plan, million USD."""
    periods: tuple[CommittedPeriod, ...]
    """By period."""
    after: float
    """Falls due after the plan's end by the terms of the case alone, million USD: it must be what is open then."""

    @property
    def peak(self) -> int:
        """Period at whose end most is open; the first of several alike."""
        return max(range(len(self.periods)), key=lambda t: (self.periods[t].open, -t))


@dataclass(frozen=True)
class BudgetWindow:
    """A budget in one of its windows, beside the capital that it counts."""

    name: str
    """Budget's name."""
    first: int
    """First period of the window within the plan."""
    last: int
    """Last one."""
    limit: float
    """Million USD allowed in the window, before any violation at a price."""
    spent: float
    """Capital paid in its markets less refunds, million USD, not discounted."""


def committed(case: Case, solution: Solution, lots: Sequence[CommittedLot]) -> Committed:
    """What a plan on one path commits and pays; `case` is the path's own, `lots` are the plan's commitments."""
    plan = PathTables(case, solution)
    values = plan.values
    orders = tuple(orders_of(values, plan.nodes, plan.pairs("orders", "ordered")))
    money = _ledger(plan)
    before = _before(case)
    left, turned, periods = before, before, []
    for t in values.periods:
        new = {kind: sum(lot.musd for lot in lots if lot.kind == kind and lot.period == t) for kind in KINDS}
        cancelled = sum(_balance(values, order) for order in orders if order.cancelled == t)
        booked = [(account, money.get((name, t), 0.0)) for name, account in ACCOUNTS.items() if account.capital]
        paid = sum(musd for account, musd in booked if account.committed)
        left += sum(new.values()) - cancelled - paid
        turned += sum(new.values())
        left = 0.0 if abs(left) < NOISE * turned else left
        fees = sum(musd for account, musd in booked if falls_due(account))
        refunds = -sum(musd for account, musd in booked if account.benefit)
        periods.append(CommittedPeriod(new, cancelled, paid, fees, refunds, left))
    due_later = sum(_balance(values, order) for order in orders if order.arrived is None and order.cancelled is None)
    after = due_later + sum(_unpaid_halls(values, lot) for lot in lots) + sum(_committed_halls_later(values))
    return Committed(before, tuple(periods), after)


def falls_due(account: Account) -> bool:
    """Whether an account is capital that no commitment fixes, such as fees at arrival."""
    return account.capital and not account.committed and not account.benefit


def budgets(case: Case, solution: Solution) -> list[BudgetWindow]:
    """Every budget in every window in which it holds on one path, in the case's order."""
    plan = PathTables(case, solution)
    found = []
    for name, rule in case.policy.budgets.items():
        for window in plan.values.windows(rule):
            limit = plan.values.of_window(rule, rule.musd, window)
            spent = sum(_spent(plan, window, rule.markets))
            found.append(BudgetWindow(name, window[0], window[-1], limit, spent))
    return found


def _ledger(plan: PathTables) -> dict[tuple[str, int], float]:
    found: dict[tuple[str, int], float] = {}
    for account, node, musd in plan.solution.rows("ledger", "account", "node", "musd"):
        key = account, plan.period_of[node]
        found[key] = found.get(key, 0.0) + musd
    return found


def _spent(plan: PathTables, window: list[int], markets: list[str] | None) -> Iterator[float]:
    for account, node, market, musd in plan.solution.rows("ledger", "account", "node", "market", "musd"):
        if ACCOUNTS[account].capital and plan.period_of[node] in window and (markets is None or market in markets):
            yield musd


def _before(case: Case) -> float:
    """Still to be paid on the first day for what was committed before the plan."""
    orders = sum(o.units * o.price_usd - o.deposit_paid_usd for o in case.orders_placed.values()) / USD_PER_MUSD
    return orders + sum(h.remaining_cost_musd for site in case.sites.values() for h in site.committed.values())


def _balance(values: PeriodValues, order: Order) -> float:
    """What falls due when an order arrives, fees apart, million USD."""
    if order.ordered is None:
        price = values.case.orders_placed[order.name].price_usd
    else:
        price = values.price_usd(order.chip, order.market)[order.ordered]
    return order.units * price / USD_PER_MUSD - paid_musd(values, order)


def _unpaid_halls(values: PeriodValues, lot: CommittedLot) -> float:
    """What halls that are not ready by the plan's end leave to pay: equal parts over construction as of the start."""
    if lot.kind != "start" or lot.arrives is not None:
        return 0.0
    months = values.case.sites[lot.item[0]].build_options[lot.item[1]].build_months
    end = max(lot.period + 1, values.line.arrival(lot.period, values.of(months)[lot.period]))
    return lot.musd * values.line.part(len(values.periods), lot.period, end, rest=True)


def _committed_halls_later(values: PeriodValues) -> Iterator[float]:
    for site in values.case.sites.values():
        for halls in site.committed.values():
            yield halls.remaining_cost_musd * _share_after(values, halls)


def _share_after(values: PeriodValues, halls: CommittedHalls) -> float:
    end = max(1, values.line.from_date(halls.ready))
    return values.line.part(len(values.periods), 0, end, rest=True)


__all__ = ["BudgetWindow", "Committed", "CommittedPeriod", "budgets", "committed", "falls_due"]
