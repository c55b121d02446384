"""Compute: demand, what the plan's own chips serve, and what is rented."""

from __future__ import annotations

from planner import findings
from planner.report.by_period import RENT, View, leading
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import INK, OTHER, SERIES
from planner.report.sheet_spec import (
    COUNT,
    SHARE,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Note,
    Ref,
    Series,
    Sheet,
    Table,
)
from planner.report.sheets.common.parts import matrix, page_title, period_table, stack_of
from planner.report.sheets.compute.delay import delay_table, milestone_table
from planner.report.sheets.compute.early import early_sentences, proof_sentences
from planner.report.sheets.compute.workloads import volumes, workload_table
from planner.report.words import message, money, percent, say, several, short


def compute(dossier: Dossier) -> Sheet:
    """Demand by workload, served or rented."""
    whole = View(dossier)
    view = whole.likeliest
    totals = _totals(view)
    blocks: tuple[Block, ...] = (
        Charts((_served_chart(view, totals), *_rented_chart(view))),
        workload_table(view),
        delay_table(view, findings.peak_demand(whole.solved)),
        *([milestone_table(whole)] if dossier.case.milestones() else []),
        *(Note(words) for words in (*proof_sentences(whole), *early_sentences(whole))),
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
    rent = view.reported_money(0).get((RENT,), 0.0)
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
    shares = {name: view.over_time(line) for name, line in amounts.items()}
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
