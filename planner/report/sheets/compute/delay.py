"""When compute comes: delay by workload, and milestones."""

from __future__ import annotations

from collections.abc import Mapping

from planner import findings
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, SHARE, TWO, Column, Formula, Ref, Table, Value, link, number
from planner.report.sheets.common.parts import after_words
from planner.report.sheets.compute.workloads import missing_after, volumes
from planner.report.words import say, three


def delay_table(view: View, peaks: Mapping[str, float]) -> Table:
    """What the average delay is made of; peaks are those of the whole plan, whatever scenario is shown."""
    weights = view.dossier.case.goals.weights(peaks)
    found, later = volumes(view), missing_after(view)
    after = ("after",) if view.tail else ()
    names = [name for name in view.dossier.case.workloads if name in found]
    rows: list[tuple[Value, ...]] = []
    for position, name in enumerate(names):
        missing, peak, weight = found[name][2], peaks[name], weights.get(name, 0.0)
        cells = {key: Ref("delay", key, position) for key in ("short", *after, "peak", "months", "weight")}
        late = (missing + later[name]) * 12 / peak if peak > 0 else 0.0
        rows.append(
            (
                name,
                link("workloads", "short", missing, row=position),
                *([later[name]] if view.tail else []),
                peak,
                Formula("({short}+{after})*12/{peak}" if view.tail else "{short}*12/{peak}", cells, late)
                if peak > 0
                else None,
                weight,
                Formula("{months}*{weight}", cells, late * weight),
            )
        )
    total = sum(number(row[-1]) for row in rows)
    return Table(
        "delay",
        say("Average delay: {months} months, what own chips do not serve over the peak of demand", months=three(total)),
        (
            Column("name", say("Workload"), width=24),
            Column("short", say("Not served by own chips"), say("PFLOP/s-years"), COUNT, 14),
            *([Column("after", after_words(view), say("PFLOP/s-years"), COUNT, 14)] if view.tail else []),
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
    reached = findings.milestones_reached(case, view.solved)
    shown = findings.milestones_reached(case, view.likeliest.solved)
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


__all__ = ["delay_table", "milestone_table"]
