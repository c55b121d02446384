"""The price of waiting for the first reveal."""

from __future__ import annotations

from planner.report.sheet_spec import ONE, Cell, Column, Table, Value
from planner.report.words import say
from planner.study.risk import Risk, Wait


def wait_words(wait: Wait, reveal: str) -> str:
    """What is not decided before the reveal, in words."""
    if wait.kind == "order" and wait.item:
        return say("order no {chip} for {market}", chip=wait.item[0], market=wait.item[1])
    return {
        "everything": say("decide nothing before {reveal}", reveal=reveal),
        "order": say("order no chips"),
        "connect": say("apply for no grid connection"),
        "plant": say("order no plant"),
    }.get(wait.kind, say("acquire no site and begin no halls"))


def waiting_table(study: Risk) -> Table | None:
    """What it costs to wait for the reveal, the worst first."""
    found = sorted(study.waits, key=lambda wait: (wait.cost_musd is not None, -(wait.cost_musd or 0.0)))
    if not found:
        return None
    rows: list[tuple[Value, ...]] = []
    for wait in found:
        cost: Value = Cell(say("no plan"), look="bad") if wait.cost_musd is None else wait.cost_musd
        rows.append((cost, wait_words(wait, study.reveal)))
    return Table(
        "waiting",
        say("Price of waiting for {reveal}, million USD", reveal=study.reveal),
        (
            Column("cost", say("Costs more"), "", ONE, 10.5),
            Column("what", say("Waiting means to"), width=50, wrap=True),
        ),
        tuple(rows),
    )


def waiting_words(study: Risk) -> str:
    return say(
        "Waiting costs more by so much of what is minimised, everything else being decided anew; no plan: without "
        "these commitments before {reveal} the case cannot be met.",
        reveal=study.reveal,
    )


__all__ = ["wait_words", "waiting_table", "waiting_words"]
