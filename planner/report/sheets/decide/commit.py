"""Order-by dates and cash committed: what has to be decided when, and what money that binds; parts of Decide now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.findings import CommittedLot
from planner.report.by_period import View
from planner.report.sheet_spec import COUNT, ONE, TWO, Block, Cell, Column, Note, Table, Value, row_sum
from planner.report.sheets.decide.moves import amount_cell, counted_words, unit_of
from planner.report.sheets.decide.now import Now, kind_names
from planner.report.words import money, say, sentences, several
from planner.solution import ROUNDING

MOST_LOTS = 30
"""Commitments that are listed one by one, those due at once before the costliest; the others stand in one row."""
NEARLY = 0.01
"""Share of what is committed below which it is said what is still open, not what is paid."""


def orderby_sentence(view: View) -> str:
    """What has to be committed in the very first period for the plan to run as it stands, in one sentence."""
    now = Now(view)
    fields = {
        "n": len(now.lots), "due": len(now.due), "first": now.first, "last": now.last,
        "money": money(sum(lot.musd for lot in now.due)),
        "reveal": now.until,
    }  # fmt: skip
    dated = [lot.latest for lot in now.lots if lot.latest is not None]
    if not now.lots:
        if now.reveal is not None:
            return say("Nothing has to be committed before {reveal}.", **fields)
        return say("Nothing has to be committed in the first year, up to {last}.", **fields)
    if not now.due:
        if not dated:
            return say("None of the {n} commitments up to {last} is needed for what runs within the plan.", **fields)
        return say(
            "Nothing has to be committed in {first} itself: the first order-by date is {date}.",
            date=view.line.label(min(dated)),
            **fields,
        )
    if now.reveal is not None:
        return say(
            "In {first} itself {money} has to be committed for the plan to run as it stands in the likeliest scenario, "
            "{due} of {n} commitments before {reveal}.",
            **fields,
        )
    return say(
        "In {first} itself {money} has to be committed for the plan to run as it stands, {due} of {n} commitments of "
        "the first year.",
        **fields,
    )


def slack_sentence(now: Now) -> str:
    """How many of the commitments of now have no slack."""
    fields = {
        "n": len(now.lots), "tight": len(now.tight), "first": now.first, "last": now.last,
        "reveal": now.until,
    }  # fmt: skip
    if not now.lots:
        if now.reveal is not None:
            return say("The plan commits to nothing new before {reveal}.", **fields)
        if now.first == now.last:
            return say("The plan commits to nothing new in its first year, {first}.", **fields)
        return say("The plan commits to nothing new in its first year, {first} to {last}.", **fields)
    if len(now.tight) == 1:
        if now.reveal is not None:
            return say("One of {n} commitments before {reveal} has no slack.", **fields)
        return say("One of {n} commitments of the first year has no slack.", **fields)
    if now.reveal is not None:
        return say("{tight} of {n} commitments before {reveal} have no slack.", **fields)
    return say("{tight} of {n} commitments of the first year have no slack.", **fields)


def cash_sentence(now: Now) -> str:
    """What is committed and paid by the end of now."""
    total, paid = now.committed_by_then, now.paid_by_then
    fields = {"last": now.last, "total": money(total), "paid": money(paid), "open": money(max(0.0, total - paid))}
    if total <= 0:
        return say("By the end of {last}, no money is committed.", **fields)
    if total - paid <= NEARLY * total:
        return say("By the end of {last}, {total} is committed, {open} of it still to be paid.", **fields)
    return say("By the end of {last}, {total} is committed, {paid} of it paid.", **fields)


def cash_sentences(now: Now) -> Iterator[str]:
    """Where the money committed comes from, its peak, and the budget that is used most."""
    cash = now.cash
    if not now.binds:
        return
    if cash.before > 0:
        yield say(
            "Before the plan {before} had been committed and not paid; the plan commits {new} more.",
            before=money(cash.before),
            new=money(sum(period.committed for period in cash.periods)),
        )
    peak = cash.periods[cash.peak].open
    if peak > ROUNDING * sum(period.committed for period in cash.periods):
        yield say(
            "What is committed and not yet paid is most at the end of {period}: {peak}.",
            period=now.periods[cash.peak],
            peak=money(peak),
        )
    elif not cash.before > 0:
        yield say("What is committed is paid in the period in which it is committed.")
    windows = [each for each in now.budgets if each.limit > 0]
    if windows:
        fullest = max(windows, key=lambda each: each.spent / each.limit)
        yield say(
            "Of the budget {name}, {limit} from {first} to {last}, {spent} is paid: no other window of a budget is "
            "used more.",
            name=fullest.name, limit=money(fullest.limit), spent=money(fullest.spent),
            first=now.view.line.label(fullest.first), last=now.view.line.label(fullest.last),
        )  # fmt: skip


def slack_cell(now: Now, lot: CommittedLot) -> Value:
    """Periods, or months where periods differ in length, by which a commitment can slip."""
    return None if lot.slack is None else Cell(now.slack(lot), COUNT, "strong" if lot.slack == 0 else "quiet")


def urgency(now: Now, lot: CommittedLot) -> Cell:
    """What an order-by date asks for, in words."""
    if lot.arrives is None:
        return Cell(say("does not arrive within the plan"), look="quiet")
    if lot.latest is None:
        return Cell(say("not needed within the plan"), look="quiet")
    if lot.latest == 0:
        return Cell(say("order now"), look="strong")
    if lot.slack == 0:
        return Cell(say("no slack"))
    return Cell(say("can wait {periods}", periods=now.slack_words(lot)), look="quiet")


def first_blocks(now: Now) -> list[Block]:
    """Commitments of now with their order-by dates, and what the dates mean."""
    if not now.lots:
        return []
    return [_first_table(now), Note(definition(now))]


def _first_table(now: Now) -> Table:
    weighty = sorted(range(len(now.lots)), key=lambda at: (now.lots[at].latest != 0, -now.lots[at].musd))[:MOST_LOTS]
    rows: list[tuple[Value, ...]] = [_lot_row(now, now.lots[at]) for at in sorted(weighty)]
    rest = [lot for at, lot in enumerate(now.lots) if at not in weighty]
    if rest:
        more = several(len(rest), "{n} smaller commitment", "{n} smaller commitments")
        rows.append((Cell(more, look="quiet"), None, None, sum(lot.musd for lot in rest), *[None] * 6))
    caption = (
        say("To commit from {first} to {last}, the most urgent first; money in million USD, not discounted",
            first=now.first, last=now.last)
        if now.reveal is None
        else say("To commit before {reveal}, the most urgent first; money in million USD, not discounted",
                 reveal=now.until)
    )  # fmt: skip
    return Table(
        "first_commitments",
        caption,
        (
            Column("what", say("Commitment"), width=37, wrap=True),
            Column("unit", say("Unit"), width=9.5),
            Column("amount", say("Amount"), "", TWO, 10),
            Column("commits", say("Commits"), say("million USD"), ONE, 11, total=True),
            Column("in", say("Planned for"), width=10),
            Column("arrives", say("Counts from"), width=10),
            Column("needed", say("Needed from"), width=10),
            Column("by", say("Order by"), width=10),
            Column("slack", say("Slack"), now.slack_unit, COUNT, 10),
            Column("verdict", say("Verdict"), span=3),
        ),
        tuple(rows),
        say("In all"),
    )


def _lot_row(now: Now, lot: CommittedLot) -> tuple[Value, ...]:
    def label(period: int | None) -> str | None:
        return None if period is None else now.view.line.label(period)

    return (
        counted_words(now.path.dossier.case, lot.kind, lot.item, lot.amount),
        unit_of(lot.kind),
        amount_cell(lot.kind, lot.amount),
        lot.musd,
        label(lot.period),
        label(lot.arrives),
        label(lot.needed),
        Cell(label(lot.latest), look="strong") if lot.slack == 0 else label(lot.latest),
        slack_cell(now, lot),
        urgency(now, lot),
    )


def definition(now: Now) -> str:
    """What order-by dates and slack mean."""
    words = [
        say(
            "Order by: the last period in which the commitment could be made with all that runs in the plan still "
            "running, all other commitments held as planned. It is needed from the first period in which the spare of "
            "what it adds to (chips of its kind in the market, halls, connection or plant of the site) is smaller than "
            "itself; lead times are those of the later period."
        ),
        say(
            "Slack is physical, the float of the critical path method (Kelley and Walker 1959): prices, supply, quotas "
            "and budgets of the later period are not asked, and of two commitments that share a spare only one can use "
            "it."
        ),
    ]
    if now.reveal is not None:
        words.append(
            say("Dates are those of the likeliest scenario; a commitment of several periods counts in each of them.")
        )
    return sentences(*words)


def later_table(now: Now) -> Table | None:
    """Commitments after now, by calendar year of the commitment."""
    later = [lot for lot in now.all if lot.period >= now.span]
    if not later:
        return None
    year_of = {lot.period: str(now.view.line.calendar_year(lot.period)) for lot in later}
    names = kind_names()
    rows: list[tuple[Value, ...]] = []
    for position, year in enumerate(sorted({year_of[lot.period] for lot in later})):
        lots = [lot for lot in later if year_of[lot.period] == year]
        line = [sum(lot.musd for lot in lots if lot.kind == kind) for kind in now.kinds]
        total = row_sum("later_commitments", position, now.kinds[0], now.kinds[-1], line)
        rows.append((year, len(lots), sum(1 for lot in lots if lot.slack == 0), total, *line))
    return Table(
        "later_commitments",
        say("Later commitments, after {last}, by year; money in million USD, not discounted", last=now.last),
        (
            Column("year", say("Year"), width=37),
            Column("count", say("Number"), "", COUNT, 9.5, total=True),
            Column("tight", say("Without slack"), "", COUNT, 10, total=True),
            Column("total", say("Commits"), say("million USD"), ONE, 11, total=True),
            *(Column(kind, names[kind], "", ONE, 10, total=True) for kind in now.kinds),
        ),
        tuple(rows),
        say("In all"),
    )


def least_slack(now: Now, kind: str, item: Sequence[str], before: int) -> CommittedLot | None:
    """Of all lots of one item before a period, the one that must be committed first; None where none has a date."""
    alike = [lot for lot in now.all if (lot.kind, lot.item) == (kind, tuple(item)) and lot.period < before]
    dated = [lot for lot in alike if lot.latest is not None]
    return min(dated, key=lambda lot: (lot.latest or 0, lot.slack or 0), default=None)


__all__ = [
    "cash_sentence",
    "cash_sentences",
    "definition",
    "first_blocks",
    "later_table",
    "least_slack",
    "orderby_sentence",
    "slack_cell",
    "slack_sentence",
    "urgency",
]
