"""What a plan is: its cost, chips, megawatts, delay and what binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.accounts import ACCOUNTS, names
from planner.schema import Case
from planner.schema.goals import most_of_use
from planner.solution import COSTS_MORE, SAVES, Solution, more_than_rounding

SERVED = 1e-6
"""Share of demand that may be missing and still count as served: the solver's tolerance."""


@dataclass(frozen=True)
class Binding:
    """A limit that binds, over the whole plan."""

    rule: str
    """Rule's identity, such as headroom."""
    where: str
    """What it binds: a region, a chip and its market, ..."""
    weight_musd: float
    """What present cost would change by were the limit a hundredth larger throughout, times a hundred, million USD."""
    first: str
    """First period in which it binds."""
    last: str
    """Last period in which it binds."""
    more: str = SAVES
    """Whether more of it `saves`, or `costs` where it is the least that is asked for."""

    typed: str = ""
    """Where in the case it is typed; empty where it follows from decisions."""

    @property
    def policy_table(self) -> str:
        """Table of policy that it is typed in; empty where it is no rule of policy."""
        root, _, rest = self.typed.partition(".")
        return rest.partition(".")[0] if root == "policy" else ""

    @property
    def saved_musd(self) -> float:
        """What a limit a hundredth larger throughout would save, million USD; below 0 what it would cost."""
        return self.weight_musd / (100 if self.more == SAVES else -100)


def chips_ordered(solution: Solution) -> dict[str, float]:
    """Chips that the plan orders, expected over scenarios, by chip; those never ordered are left out."""
    probability = _by_node(solution, "probability")
    ordered: dict[str, float] = {}
    for node, chip, amount in solution.rows("orders", "node", "chip", "ordered"):
        ordered[chip] = ordered.get(chip, 0.0) + amount * probability[node]
    return more_than_rounding(dict(sorted(ordered.items(), key=lambda item: -item[1])))


def final_it_mw(solution: Solution) -> dict[str, float]:
    """MW of IT ready at the end, expected over scenarios, by market."""
    probability, last = _by_node(solution, "probability"), last_nodes(solution)
    ready: dict[str, float] = {}
    for node, market, amount in solution.rows("markets", "node", "market", "it_mw"):
        if node in last:
            ready[market] = ready.get(market, 0.0) + amount * probability[node]
    return ready


def priced(solution: Solution) -> bool:
    """Whether the solver gave prices; for whole phases some solvers give none, and nobody knows what binds."""
    return solution.linear or not solution["prices"].empty


def first_served(solution: Solution) -> dict[str, str | None]:
    """First period in which each workload is fully served by the plan's own chips; None where it never is.

    With several scenarios, the first period in which it is so in all of them.
    """
    period, label = _by_node(solution, "period"), _by_node(solution, "label")
    missing: dict[str, dict[int, bool]] = {}
    labels: dict[int, str] = {}
    for node, workload, demand, short in solution.rows("service", "node", "workload", "demand", "shortfall"):
        at = missing.setdefault(workload, {})
        at[period[node]] = at.get(period[node], False) or short > SERVED * max(demand, 1e-12)
        labels[period[node]] = label[node]
    return {
        workload: next((labels[t] for t in sorted(at) if not at[t]), None) for workload, at in sorted(missing.items())
    }


def bindings(solution: Solution) -> list[Binding]:
    """Limits that bind, the weightiest first; demand itself is no limit."""
    period, label = _by_node(solution, "period"), _by_node(solution, "label")
    saved: dict[tuple[str, str], float] = {}
    spans: dict[tuple[str, str], list[int]] = {}
    names: dict[int, str] = {}
    typed: dict[tuple[str, str], str] = {}
    columns = "rule", "where", "node", "present_musd", "more", "typed"
    for rule, where, node, weight, more, path in solution.rows("prices", *columns):
        if rule == "demand" or not weight > 0:
            continue
        saved[rule, where] = saved.get((rule, where), 0.0) + (weight if more == SAVES else -weight)
        spans.setdefault((rule, where), []).append(period[node])
        names[period[node]] = label[node]
        typed[rule, where] = path
    found = [
        Binding(
            rule, where, abs(weight), names[min(spans[rule, where])], names[max(spans[rule, where])],
            SAVES if weight >= 0 else COSTS_MORE, typed[rule, where],
        )
        for (rule, where), weight in saved.items()
    ]  # fmt: skip
    return sorted(found, key=lambda binding: (-binding.weight_musd, binding.rule, binding.where))


def average_delay(case: Case, solution: Solution) -> float:
    """Average delay, months: the area between demand and served curve over its peak, weighted over workloads."""
    return _delay(case, solution, _by_node(solution, "probability"))


def delay_by_scenario(case: Case, solution: Solution) -> dict[str, float]:
    """Average delay of each scenario, months; weighted by probability they add up to that of the plan.

    Peaks are those of the whole tree, so that a month means the same in every scenario.
    """
    return {
        name: _delay(case, solution, dict.fromkeys(nodes, 1.0)) for name, nodes in _nodes_by_scenario(solution).items()
    }


def peak_demand(solution: Solution) -> dict[str, float]:
    """Largest demand for each workload over the whole tree, effective PFLOP/s."""
    peaks: dict[str, float] = {}
    for name, demand in solution.rows("service", "workload", "demand"):
        peaks[name] = max(peaks.get(name, 0.0), demand)
    return peaks


def milestones_reached(case: Case, solution: Solution) -> dict[str, str | None]:
    """First period from which each milestone is held to the end in every scenario; None where none is reported."""
    period, label = _by_node(solution, "period"), _by_node(solution, "label")
    market_of = {region: row.market for region, row in case.regions.items()}
    demand = {(node, name): asked for node, name, asked in solution.rows("service", "node", "workload", "demand")}
    serving = list(solution.rows("serve", "node", "region", "workload", "pflops", "it_mw"))
    found: dict[str, str | None] = {}
    for name, milestone in case.milestones().items():
        parts: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for node, region, workload, pflops, load in serving:
            if milestone.market in (None, market_of[region]) and milestone.workload in (None, workload):
                counts = pflops if milestone.it_mw is None else load
                parts.setdefault((node, workload), []).append((pflops, counts))
        counted = dict.fromkeys(period, 0.0)
        for (node, workload), served in parts.items():
            counted[node] += most_of_use(served, demand[node, workload])
        amount = milestone.pflops or milestone.it_mw or 0.0
        short = [period[node] for node, value in counted.items() if value < amount * (1 - SERVED)]
        first = max(short, default=-1) + 1
        there = (label[node] for node in period if period[node] == first < case.settings.timeline.reported)
        found[name] = next(there, None)
    return found


def cost_by_account(solution: Solution) -> dict[str, float]:
    """Present cost by account, million USD, in the order of the accounts."""
    totals: dict[str, float] = {}
    for account, amount in solution.rows("ledger", "account", "present_musd"):
        totals[account] = totals.get(account, 0.0) + amount
    return totals


def cost_by_scenario(solution: Solution) -> dict[str, float]:
    """Present cost of each scenario, million USD; weighted by probability they add up to that of the plan.

    The ledger's present amounts are weighted by the probability of their node, which is taken out again.
    """
    probability = _by_node(solution, "probability")
    at: dict[str, float] = dict.fromkeys(probability, 0.0)
    for node, amount in solution.rows("ledger", "node", "present_musd"):
        at[node] += amount / probability[node]
    return {name: sum(at[node] for node in nodes) for name, nodes in _nodes_by_scenario(solution).items()}


def cash_cost(case: Case, solution: Solution) -> float:
    """Present cost without the penalties on unmet demand, which nobody pays, million USD."""
    penalised = {
        name for name, workload in case.workloads.items() if workload.shortfall and workload.shortfall.kind == "penalty"
    }
    cash = 0.0
    for account, item, amount in solution.rows("ledger", "account", "item", "present_musd"):
        if not (account == "shortfall" and item in penalised):
            cash += amount
    return cash


def residual_share(solution: Solution) -> float:
    """Residual value as a share of what was spent on halls, on-site plant and chips, both in present money."""
    costs = cost_by_account(solution)
    capital = sum(costs.get(name, 0.0) for name, account in ACCOUNTS.items() if account.lasting)
    left = -sum(costs.get(name, 0.0) for name in names("residual"))
    return left / capital if capital > 0 else 0.0


def last_nodes(solution: Solution) -> set[str]:
    """Nodes of the last period."""
    periods = _by_node(solution, "period")
    last = max(periods.values())
    return {node for node, period in periods.items() if period == last}


def _delay(case: Case, solution: Solution, weight_of: Mapping[str, float]) -> float:
    """Average delay over the nodes that have a weight, months."""
    areas: dict[str, float] = {}
    line = case.settings.timeline
    months = {node: line.months(period) for node, period in solution.rows("nodes", "node", "period")}
    for node, name, missing in solution.rows("service", "node", "workload", "shortfall"):
        areas[name] = areas.get(name, 0.0) + missing * weight_of.get(node, 0.0) * months[node]
    peaks = peak_demand(solution)
    weights = case.goals.weights(peaks)
    return sum(weight * areas[name] / peaks[name] for name, weight in weights.items())


def _nodes_by_scenario(solution: Solution) -> dict[str, list[str]]:
    """Nodes on the path of each scenario, in the order of the tree."""
    found: dict[str, list[str]] = {}
    for name, node in solution.rows("paths", "scenario", "node"):
        found.setdefault(name, []).append(node)
    return found


def _by_node(solution: Solution, column: str) -> dict[str, Any]:
    return dict(solution.rows("nodes", "node", column))
