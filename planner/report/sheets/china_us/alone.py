"""The same demand in one country alone: what the alternatives that ask for it come to beside the plan."""

from __future__ import annotations

from collections.abc import Sequence

from planner import findings
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, SHARE, Cell, Column, Formula, Ref, Table, Value
from planner.report.sheets.common.parts import marked
from planner.report.words import listed, money, percent, say, say_message, short, three
from planner.schema import Case
from planner.solution import Solution
from planner.study.alternatives import Option

EVEN = 1e-4
"""Share of the plan's cost by which another may differ and still cost as much."""
MOST_WORKLOADS = 6
"""Workloads that one page has room for, the largest."""


def alone_options(view: View, markets: Sequence[str]) -> dict[str, Option]:
    """For each market the alternative in which it serves everything; one that changes nothing else goes first."""
    found: dict[str, Option] = {}
    for option in sorted(view.dossier.options, key=_changes):
        market = option.asked.only_market
        if market in markets:
            found.setdefault(str(market), option)
    return {market: found[market] for market in markets if market in found}


def _changes(option: Option) -> bool:
    asked = option.asked
    return bool(asked.shocks or asked.changes or asked.objective or asked.order_most)


def alone_notes(view: View, markets: Sequence[str]) -> list[str]:
    """What each country alone comes to, where there is no plan, and how to ask for what was not solved."""
    found = alone_options(view, markets)
    notes = []
    for market, option in found.items():
        if option.solution is None:
            words = "{market} alone cannot serve the same demand: {why}"
            why = "" if option.why_none is None else say_message(option.why_none)
            notes.append(say(words, market=market, why=why))
        else:
            notes.append(_compared(view, market, option.case, option.solution))
    missing = [market for market in markets if market not in found]
    if missing:
        words = (
            "What the same demand would cost in {markets} alone was not asked: add alternatives with only_market to "
            "the case, one for each."
        )
        notes.append(say(words, markets=listed(missing)))
    return notes


def _compared(view: View, market: str, case: Case, solution: Solution) -> str:
    """One country alone beside the plan, in words."""
    apart = solution.objective_musd - view.solution.objective_musd
    fields = {
        "market": market, "apart": money(abs(apart)), "delay": three(findings.average_delay(case, solution)),
        "plan": three(findings.average_delay(view.dossier.case, view.solved)),
        "rented": percent(_rented(case, solution)), "before": percent(_rented(view.dossier.case, view.solved)),
    }  # fmt: skip
    if abs(apart) <= EVEN * abs(view.solution.objective_musd):
        words = (
            "{market} alone would cost as much as this plan, with an average delay of {delay} months (here {plan}) and "
            "{rented} of demand rented or unmet (here {before})."
        )
    elif apart > 0:
        words = (
            "{market} alone would cost {apart} more than this plan, with an average delay of {delay} months (here "
            "{plan}) and {rented} of demand rented or unmet (here {before})."
        )
    else:
        words = (
            "{market} alone would cost {apart} less than this plan, with an average delay of {delay} months (here "
            "{plan}) and {rented} of demand rented or unmet (here {before})."
        )
    return say(words, **fields)


def alone_table(view: View, markets: Sequence[str]) -> Table | None:
    """Cost, delay, rent, MW and first full service of the plan and of each country alone; nothing without any."""
    plans: list[tuple[str, Case, Solution]] = [(say("This plan"), view.dossier.case, view.solved)]
    plans += [
        (say("{market} alone", market=short(market, 12)), option.case, option.solution)
        for market, option in alone_options(view, markets).items()
        if option.solution is not None
    ]
    if len(plans) == 1:
        return None
    keys = [f"plan_{i}" for i in range(len(plans))]
    costs = [solution.objective_musd for _, _, solution in plans]
    shown = [findings.reported(case, solution) for _, case, solution in plans]
    more: list[Value] = [None]
    for key, cost in list(zip(keys, costs, strict=True))[1:]:
        cells = {"own": Ref("china_us_alone", key, 0), "plan": Ref("china_us_alone", "plan_0", 0)}
        more.append(Formula("{own}-{plan}", cells, cost - costs[0]))
    rows: list[tuple[Value, ...]] = [
        (say("Present cost, million USD"), *costs),
        (say("   more than this plan, million USD"), *more),
        (
            say("Average delay, months"),
            *(Cell(findings.average_delay(case, solution), ONE) for _, case, solution in plans),
        ),
        (
            say("Rented or unmet of all demand, share"),
            *(Cell(_rented(case, solution), SHARE) for _, case, solution in plans),
        ),
        (
            say("Halls at the end, MW of IT"),
            *(sum(findings.final_it_mw(solution).values()) for solution in shown),
        ),
    ]
    first = [findings.first_served(solution) for solution in shown]
    peaks = findings.peak_demand(view.solution)
    for name in sorted(peaks, key=lambda workload: -peaks[workload])[:MOST_WORKLOADS]:
        label = say("{workload} first fully served", workload=short(name, 26))
        rows.append((label, *(served.get(name) or say("never") for served in first)))
    heads = [Column(key, label, "", COUNT, 11) for key, (label, _, _) in zip(keys, plans, strict=True)]
    caption = marked(view, say("The same demand in one country alone, really solved"))
    return Table("china_us_alone", caption, (Column("criterion", say("Criterion"), width=46), *heads), tuple(rows))


def _rented(case: Case, solution: Solution) -> float:
    """Share of all demand that own chips do not serve in the periods that are reported, weighted by probability."""
    line = case.settings.timeline
    nodes = solution.rows("nodes", "node", "period", "probability")
    weights = {node: line.months(period) * chance for node, period, chance in nodes if period < line.reported}
    demand = missing = 0.0
    for node, need, short_of in solution.rows("service", "node", "demand", "shortfall"):
        weight = weights.get(node, 0.0)
        demand, missing = demand + weight * need, missing + weight * short_of
    return missing / demand if demand > 0 else 0.0


__all__ = ["alone_notes", "alone_options", "alone_table"]
