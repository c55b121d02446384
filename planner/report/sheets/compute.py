"""Compute: demand, what the plan's own chips serve, and what is rented."""

from __future__ import annotations

from collections.abc import Mapping

from planner import findings
from planner.report.dossier import Dossier
from planner.report.sheets.parts import matrix, page_title, period_table, stack_of
from planner.report.spec import (
    COUNT,
    ONE,
    SHARE,
    TWO,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Ref,
    Series,
    Sheet,
    Table,
    Value,
    link,
    number,
)
from planner.report.style import INK, OTHER, SERIES
from planner.report.view import RENT, View, leading
from planner.report.words import message, money, percent, say, several, short, three


def compute(dossier: Dossier) -> Sheet:
    """Demand by workload, served or rented."""
    whole = View(dossier)
    view = whole.likeliest
    totals = _totals(view)
    blocks: tuple[Block, ...] = (
        Charts((_served_chart(view, totals), *_rented_chart(view))),
        _workloads(view),
        delay_table(view, findings.peak_demand(whole.solution)),
        *([milestone_table(whole)] if dossier.case.milestones() else []),
        totals,
        *(
            _by_workload(view, amount, f"compute_{amount}", caption)
            for amount, caption in (
                ("demand", say("Demand by workload")),
                ("served", say("Served by the plan's own chips, by workload")),
                ("shortfall", say("Not served by own chips, by workload: rented, or unmet at a penalty")),
            )
        ),
        _chips(view),
    )
    return Sheet(
        "Compute",
        _message(view),
        page_title(view, say("Demand and what serves it, effective PFLOP/s at each workload's precision")),
        blocks,
    )


def volumes(view: View) -> dict[str, tuple[float, float, float]]:
    """Demand, served and not served over the plan, PFLOP/s-years, by workload."""
    demand, served, unmet = (
        view.expected("service", amount, "workload") for amount in ("demand", "served", "shortfall")
    )
    years = view.years_per_period
    return {key[0]: (demand[key] * years, served[key] * years, unmet[key] * years) for key in demand}


def _message(view: View) -> str:
    found = volumes(view)
    demand = sum(line[0] for line in found.values())
    served = sum(line[1] for line in found.values())
    missing = {name: line[2] for name, line in found.items() if line[2] > findings.SERVED * max(line[0], 1e-12)}
    share = percent(min(1.0, served / demand)) if demand else percent(1.0)
    if not missing:
        workloads = several(len(found), "{n} workload", "{n} workloads")
        if not demand:
            return message(
                say("There is no demand in any period of the plan: {workloads}, no compute.", workloads=workloads)
            )
        return message(
            say(
                "Own chips serve all of the demand of {workloads}, {share} over the whole plan.",
                workloads=workloads,
                share=share,
            )
        )
    top = max(missing, key=lambda name: missing[name])
    rent = view.money(0).get((RENT,), 0.0)
    fields = {
        "share": share,
        "rent": money(rent),
        "n": len(missing),
        "all": several(len(found), "{n} workload", "{n} workloads"),
        "top": short(top, 30),
    }
    if rent > 0:
        return message(
            say(
                "Own chips serve {share} of demand over the plan; the rest is rented for {rent}, most of it for {top}.",
                **fields,
            )
        )
    return message(
        say(
            "Own chips serve {share} of demand over the plan; {n} of {all} stay short, most of all {top}.",
            **fields,
        )
    )


def _totals(view: View) -> Table:
    """All workloads together."""
    demand, served, unmet = (view.by_period("service", amount) for amount in ("demand", "served", "shortfall"))
    rows = []
    for t, period in enumerate(view.periods):
        need, own, missing = (line.get((), [0.0] * len(view.periods))[t] for line in (demand, served, unmet))
        cells = {"own": Ref("compute_total", "served", t), "need": Ref("compute_total", "demand", t)}
        rows.append((period, need, own, missing, Formula("{own}/{need}", cells, own / need) if need else None))
    unit = say("effective PFLOP/s")
    return Table(
        "compute_total",
        say("All workloads together"),
        (
            Column("period", say("Period"), width=24),
            Column("demand", say("Demand"), unit, COUNT, 14),
            Column("served", say("Served by own chips"), unit, COUNT, 14),
            Column("short", say("Rented or unmet"), unit, COUNT, 14),
            Column("share", say("Served"), say("share of demand"), SHARE, 14),
        ),
        tuple(rows),
    )


def _served_chart(view: View, totals: Table) -> Chart:
    last = float(totals.values("share")[-1] or 0.0)
    title = say("Own chips serve {share} of demand in {last}", share=percent(min(1.0, last)), last=view.periods[-1])
    if not totals.values("demand")[-1]:
        title = say("There is no demand in {last}", last=view.periods[-1])
    return Chart(
        "stacked",
        title,
        totals.id,
        "period",
        (
            Series("served", say("own chips"), SERIES[0]),
            Series("short", say("rented or unmet"), OTHER),
            Series("demand", say("demand"), INK, line=True),
        ),
        say("Stacked columns of compute from own chips and from renting, with demand as a line. {title}.", title=title),
        unit=say("effective PFLOP/s"),
        width=16.0,
    )


def _rented_chart(view: View) -> tuple[Chart, ...]:
    amounts = {key[0]: line for key, line in view.by_period("service", "shortfall", "workload").items()}
    if not any(max(line) > 0 for line in amounts.values()):
        return ()
    table = _by_workload(view, "shortfall", "compute_shortfall", "")
    shares = {name: sum(line) for name, line in amounts.items()}
    top = max(shares, key=lambda name: shares[name])
    title = say("Rented or unmet: {share} of it is {top}", share=percent(shares[top] / sum(shares.values())), top=top)
    return (
        Chart(
            "stacked",
            title,
            table.id,
            "period",
            stack_of(table, _leaders(view)),
            say("Stacked columns of what own chips do not serve, by workload. {title}.", title=title),
            unit=say("effective PFLOP/s"),
            width=16.0,
        ),
    )


def _leaders(view: View) -> list[str]:
    return leading(
        {key[0]: v for key, v in view.expected("service", "demand", "workload").items()},
        list(view.dossier.case.workloads),
    )


def _by_workload(view: View, amount: str, table: str, caption: str) -> Table:
    amounts = {key[0]: line for key, line in view.by_period("service", amount, "workload").items()}
    ordered = {name: amounts[name] for name in view.dossier.case.workloads if name in amounts}
    return period_table(view, table, caption, ordered, unit=say("effective PFLOP/s"), leaders=_leaders(view))


def _workloads(view: View) -> Table:
    first = findings.first_served(view.solution)
    rent: dict[str, float] = {}
    data = view.solution["ledger"]
    for account, node, item, musd in data[["account", "node", "item", "musd"]].itertuples(index=False):
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


def delay_table(view: View, peaks: Mapping[str, float]) -> Table:
    """What the average delay is made of; peaks are those of the whole plan, whatever scenario is shown."""
    weights = view.dossier.case.goals.weights(peaks)
    found = volumes(view)
    names = [name for name in view.dossier.case.workloads if name in found]
    rows: list[tuple[Value, ...]] = []
    for position, name in enumerate(names):
        missing, peak, weight = found[name][2], peaks[name], weights.get(name, 0.0)
        cells = {key: Ref("delay", key, position) for key in ("short", "peak", "months", "weight")}
        late = missing * 12 / peak if peak > 0 else 0.0
        rows.append(
            (
                name,
                link("workloads", "short", missing, row=position),
                peak,
                Formula("{short}*12/{peak}", cells, late) if peak > 0 else None,
                weight,
                Formula("{months}*{weight}", cells, late * weight),
            )
        )
    total = sum(number(row[5]) for row in rows)
    return Table(
        "delay",
        say("Average delay: {months} months, what own chips do not serve over the peak of demand", months=three(total)),
        (
            Column("name", say("Workload"), width=24),
            Column("short", say("Not served by own chips"), say("PFLOP/s-years"), COUNT, 14),
            Column("peak", say("Peak of demand"), say("effective PFLOP/s"), COUNT, 14),
            Column("months", say("Delay"), say("months"), TWO, 14),
            Column("weight", say("Weight"), say("share"), SHARE, 14, total=True),
            Column("counted", say("Counted"), say("months"), TWO, 14, total=True),
        ),
        tuple(rows),
        say("Average delay"),
    )


def milestone_table(view: View) -> Table:
    """From when each milestone is held to the end: in every scenario, and in the likeliest where there are several."""
    case = view.dossier.case
    reached = findings.milestones_reached(case, view.solution)
    shown = findings.milestones_reached(case, view.likeliest.solution)
    several = len(view.scenarios) > 1
    rows: list[tuple[Value, ...]] = []
    for name, row in case.milestones().items():
        rows.append(
            (
                name,
                row.pflops or row.it_mw,
                say("effective PFLOP/s") if row.pflops else say("MW of IT"),
                shown[name] or say("never"),
                *([reached[name] or say("never")] if several else []),
                row.workload or (say("every") if row.pflops else None),
                row.market or say("every"),
            )
        )
    return Table(
        "milestones",
        say("Milestones, from when each is held to the end")
        if case.goals.milestones
        else say("Milestones, each workload's last demand, from when it is held to the end"),
        (
            Column("name", say("Milestone"), width=24, wrap=True),
            Column("amount", say("Amount"), say("see beside"), COUNT, 14),
            Column("unit", say("Unit"), width=14, wrap=True),
            Column("reached", say("Reached"), width=14),
            *([Column("everywhere", say("Reached, all scenarios"), width=14)] if several else []),
            Column("workload", say("Workload"), width=14, wrap=True),
            Column("market", say("Market"), width=14),
        ),
        tuple(rows),
    )


def _chips(view: View) -> Table:
    amounts = {
        (chip, workload): line[-1]
        for (chip, workload), line in view.by_period("serve", "pflops", "chip", "workload").items()
        if line[-1] > 0
    }
    workloads = [name for name in view.dossier.case.workloads if any(key[1] == name for key in amounts)]
    return matrix(
        "serve_end",
        say("What serves what in {last}", last=view.periods[-1]),
        say("Chip"),
        amounts,
        rows=[chip for chip in view.dossier.case.chips if any(key[0] == chip for key in amounts)],
        columns=workloads,
        unit=say("effective PFLOP/s"),
        width=14,
    )
