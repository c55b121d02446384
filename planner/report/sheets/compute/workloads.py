"""Demand, served and not served of each workload over the plan."""

from __future__ import annotations

from planner import findings
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, SHARE, Column, Formula, Ref, Table, Value
from planner.report.words import say


def volumes(view: View) -> dict[str, tuple[float, float, float]]:
    """Demand, served and not served over the plan, PFLOP/s-years, by workload."""
    demand, served, unmet = (_over_time(view, amount) for amount in ("demand", "served", "shortfall"))
    return {name: (demand[name], served[name], unmet[name]) for name in demand}


def _over_time(view: View, amount: str) -> dict[str, float]:
    """An expected amount of each workload over the plan, PFLOP/s-years."""
    return {name: view.over_time(line) for (name,), line in view.by_period("service", amount, "workload").items()}


def missing_after(view: View) -> dict[str, float]:
    """What own chips do not serve in the periods that are solved and not reported, PFLOP/s-years, by workload."""
    nodes = view.solved.rows("nodes", "node", "period", "probability")
    weights = {node: view.line.years(period) * chance for node, period, chance in nodes if period >= view.line.reported}
    found: dict[str, float] = {}
    for node, name, missing in view.solved.rows("service", "node", "workload", "shortfall"):
        found[name] = found.get(name, 0.0) + missing * weights.get(node, 0.0)
    return found


def workload_table(view: View) -> Table:
    """Demand, served and not served by workload, PFLOP/s-years, and what the missing part costs, million USD."""
    first = findings.first_served(view.solution)
    rent: dict[str, float] = {}
    for account, node, item, musd in view.solution.rows("ledger", "account", "node", "item", "musd"):
        if account == "shortfall":
            rent[item] = rent.get(item, 0.0) + musd * view.probability_of[node]
    rows: list[tuple[Value, ...]] = []
    found = volumes(view)
    for position, (name, workload) in enumerate((n, w) for n, w in view.dossier.case.workloads.items() if n in found):
        demand, served, unmet = found[name]
        cells = {key: Ref("workloads", key, position) for key in ("served", "demand")}
        price = workload.shortfall
        kind = (
            say("must be met")
            if price is None
            else {"rent": say("rented"), "penalty": say("unmet, at a penalty")}[price.kind]
        )
        rows.append(
            (
                name,
                demand,
                served,
                unmet,
                Formula("{served}/{demand}", cells, served / demand) if demand else None,
                first[name] or say("never"),
                kind,
                rent.get(name, 0.0),
            )
        )
    unit = say("PFLOP/s-years")
    return Table(
        "workloads",
        say("By workload, over the whole plan"),
        (
            Column("name", say("Workload"), width=24),
            Column("demand", say("Demand"), unit, COUNT, 14, total=True),
            Column("served", say("Served by own chips"), unit, COUNT, 14, total=True),
            Column("short", say("Not served by them"), unit, COUNT, 14, total=True),
            Column("share", say("Served"), say("share of demand"), SHARE, 14),
            Column("first", say("First fully served"), width=14),
            Column("kind", say("What is missing is"), width=18),
            Column("rent", say("Cost of what is missing"), say("million USD, undiscounted"), ONE, 16, total=True),
        ),
        tuple(rows),
        say("Total"),
    )


__all__ = ["missing_after", "volumes", "workload_table"]
