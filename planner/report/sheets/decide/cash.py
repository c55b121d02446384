"""Cash committed: what is newly bound, paid and still open in each period, against budgets; parts of Decide now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from planner import findings
from planner.accounts import ACCOUNTS
from planner.report.look.colour_roles import CAPACITY, INK, series_colours
from planner.report.sheet_spec import (
    ONE,
    SHARE,
    Block,
    Chart,
    Charts,
    Column,
    Formula,
    Ref,
    Series,
    Table,
    Value,
    link,
    number,
    row_sum,
)
from planner.report.sheets.common.parts import after_words
from planner.report.sheets.decide.now import Now, kind_names
from planner.report.words import joined, money, say


def cash_blocks(now: Now) -> list[Block]:
    """The account of commitments in charts and period by period, how it ends, capital paid, and budgets."""
    if not now.binds:
        return []
    cash, years = _cash_table(now), [] if now.even else [_years_table(now)]
    drawn = years[0] if years else cash
    new = [_new_chart(now, drawn)] if any(period.committed > 0 for period in now.cash.periods) else []
    charts = Charts((*new, _open_chart(now, drawn)))
    found: list[Block] = [charts, *years, cash, _ends_table(now), _capital_table(now)]
    if now.budgets:
        table = _budget_table(now)
        found.append(table)
        if len({each.name for each in now.budgets}) == 1 < len(now.budgets):
            found.append(Charts((_budget_chart(table, now.budgets[0].name),)))
    return found


def _cash_table(now: Now) -> Table:
    """A corkscrew: open at the start, plus what is committed, less what is cancelled and paid, open at the end."""
    id, names, before = "cash_committed", kind_names(), now.cash.before
    rows: list[tuple[Value, ...]] = []
    heads = _heads(now)
    for t, period in enumerate([*now.cash.periods, *now.later_cash]):
        line = [period.new[kind] for kind in now.kinds]
        at = {key: Ref(id, key, t) for key in ("begin", "new", "cancelled", "paid")}
        rows.append(
            (
                heads[t],
                link(id, "end", before, row=t - 1) if t else before,
                *line,
                row_sum(id, t, now.kinds[0], now.kinds[-1], line),
                period.cancelled,
                period.paid,
                Formula("{begin}+{new}-{cancelled}-{paid}", at, period.open),
            )
        )
        before = period.open
    return Table(
        id,
        _caption(now),
        (
            Column("period", say("Period"), width=37),
            Column("begin", say("Open at the start"), "", ONE, 9.5),
            *(Column(kind, names[kind], "", ONE, 10, total=True) for kind in now.kinds),
            Column("new", say("Newly committed"), "", ONE, 11, total=True),
            Column("cancelled", say("Cancelled"), "", ONE, 10, total=True),
            Column("paid", say("Paid of it"), "", ONE, 10, total=True),
            Column("end", say("Open at the end"), "", ONE, 10),
        ),
        tuple(rows),
        say("In all"),
        uncharted=len(now.later_cash),
    )


def _heads(now: Now) -> list[str]:
    """Labels of the periods that are reported, then the name of the rest where there is one."""
    return [*now.periods, *([after_words(now.view)] if now.later_cash else [])]


def _years_table(now: Now) -> Table:
    """Money committed by calendar year: what periods of several lengths come to in a year each."""
    id, names = "commit_years", kind_names()
    rows: list[tuple[Value, ...]] = []
    for year, run in groupby(range(len(now.periods)), key=now.view.line.calendar_year):
        periods = list(run)
        within = {"first": periods[0], "last": periods[-1]}
        new = [_of_year(kind, within, [now.cash.periods[t].new[kind] for t in periods]) for kind in now.kinds]
        paid = _of_year("paid", within, [now.cash.periods[t].paid for t in periods])
        rows.append(
            (str(year), *new, paid, link("cash_committed", "end", now.cash.periods[periods[-1]].open, row=periods[-1]))
        )
    return Table(
        id,
        say("The same by calendar year in which a period begins, up to the last that is reported, million USD"),
        (
            Column("year", say("Year"), width=37),
            *(Column(kind, names[kind], "", ONE, 10, total=True) for kind in now.kinds),
            Column("paid", say("Paid of it"), "", ONE, 10, total=True),
            Column("end", say("Open at the end"), "", ONE, 10),
        ),
        tuple(rows),
        say("In all"),
    )


def _of_year(column: str, within: Mapping[str, int], values: Sequence[float]) -> Formula:
    cells = Ref("cash_committed", column, within["first"], last=within["last"])
    return Formula("SUM({cells})", {"cells": cells}, sum(values))


def _capital_table(now: Now) -> Table:
    """Capital paid: what was committed, and what falls due without a commitment; and both since the start."""
    id = "capital_paid"
    rows: list[tuple[Value, ...]] = []
    committed = spent = 0.0
    heads = _heads(now)
    for t, period in enumerate([*now.cash.periods, *now.later_cash]):
        capital = period.paid + period.fees - period.refunds
        committed, spent = committed + period.committed, spent + capital
        at = {key: Ref(id, key, t) for key in ("paid", "fees", "refunds")}
        rows.append(
            (
                heads[t],
                link("cash_committed", "paid", period.paid, row=t),
                period.fees,
                period.refunds,
                Formula("{paid}+{fees}-{refunds}", at, capital),
                _running(id, "so_far", Ref("cash_committed", "new", t), committed),
                _running(id, "spent", Ref(id, "capital", t), spent),
            )
        )
    return Table(
        id,
        say("Capital paid by period, and what has come together since the start, million USD, not discounted"),
        (
            Column("period", say("Period"), width=37),
            Column("paid", say("Paid of what is committed"), "", ONE, 12, total=True),
            Column("fees", _fees_name(), "", ONE, 10, total=True),
            Column("refunds", say("Refunds"), "", ONE, 10, total=True),
            Column("capital", say("Capital paid"), "", ONE, 10, total=True),
            Column("so_far", say("Committed since the start"), "", ONE, 12),
            Column("spent", say("Capital paid since the start"), "", ONE, 10),
        ),
        tuple(rows),
        say("In all"),
        uncharted=len(now.later_cash),
    )


def _fees_name() -> str:
    """Head of what falls due without a commitment: import fees, and accounts like them by their names."""
    others = [say(name) for name, account in ACCOUNTS.items() if findings.falls_due(account) and name != "import fee"]
    return joined([say("Import fees"), *others])


def _running(table: str, key: str, now: Ref, value: float) -> Formula:
    """What has come together by a period."""
    if not now.row:
        return Formula("{now}", {"now": now}, value)
    return Formula("{before}+{now}", {"before": Ref(table, key, now.row - 1), "now": now}, value)


def _caption(now: Now) -> str:
    if now.path is now.view:
        return say("Cash committed by period, million USD, not discounted")
    return say("Cash committed by period in the likeliest scenario, million USD, not discounted")


def _ends_table(now: Now) -> Table:
    """Everything committed is paid, cancelled or still open; what is open then must fall due after the plan."""
    id, cash, periods = "commit_ends", now.cash, [*now.cash.periods, *now.later_cash]
    sums = {
        "new": sum(period.committed for period in periods),
        "cancelled": sum(period.cancelled for period in periods),
        "paid": sum(period.paid for period in periods),
    }
    at = {key: Ref(id, "musd", row) for row, key in enumerate(("before", "new", "cancelled", "paid"))}
    left = cash.before + sums["new"] - sums["cancelled"] - sums["paid"]
    rows: tuple[tuple[Value, ...], ...] = (
        (say("Open before the plan"), cash.before),
        (say("Newly committed"), link("cash_committed", "new", sums["new"], total=True)),
        (say("Cancelled, so never paid"), link("cash_committed", "cancelled", sums["cancelled"], total=True)),
        (say("Paid"), link("cash_committed", "paid", sums["paid"], total=True)),
        (say("Open at the plan's end"), Formula("{before}+{new}-{cancelled}-{paid}", at, left)),
        (say("Due after it by the terms of the case"), cash.after),
    )
    return Table(
        id,
        say("Everything committed is paid, cancelled or still open at the end, million USD"),
        (Column("what", say("Sum"), width=37, wrap=True), Column("musd", say("Amount"), "", ONE, 9.5)),
        rows,
    )


def _new_chart(now: Now, table: Table) -> Chart:
    names, colours = kind_names(), series_colours(now.kinds)
    new = [
        sum(map(number, row[table.position(now.kinds[0]) : table.position(now.kinds[-1]) + 1])) for row in table.rows
    ]
    most = max(range(len(table.rows) - table.uncharted), key=lambda t: (new[t], -t))
    title = say("Newly committed: most in {period}, {amount}", period=table.rows[most][0], amount=money(new[most]))
    return Chart(
        "stacked",
        title,
        table.id,
        table.columns[0].key,
        tuple(Series(kind, names[kind], colours[kind]) for kind in now.kinds),
        say("Stacked columns of money newly committed by period and kind. {title}.", title=title),
        unit=_unit(now),
        width=16.0,
        height=6.5,
    )


def _open_chart(now: Now, table: Table) -> Chart:
    left = [number(value) for value in table.values("end")][: len(table.rows) - table.uncharted]
    peak = max(range(len(left)), key=lambda t: (left[t], -t))
    title = say(
        "Open commitments peak at the end of {period}: {amount}",
        period=table.rows[peak][0], amount=money(left[peak]),
    )  # fmt: skip
    return Chart(
        "capacity",
        title,
        table.id,
        table.columns[0].key,
        (
            Series("end", say("open at the end"), CAPACITY),
            Series("paid", say("paid in the period") if now.even else say("paid in the year"), INK, line=True),
        ),
        say("Pale columns of money committed and not yet paid, a line of what is paid of it. {title}.", title=title),
        unit=_unit(now),
        width=16.0,
        height=6.5,
    )


def _unit(now: Now) -> str:
    """Unit of money over time: of a calendar year where periods differ in length, and amounts of two cannot be held
    against each other."""
    if now.even:
        return say("million USD, not discounted")
    return say("million USD by calendar year, not discounted")


def _budget_table(now: Now) -> Table:
    rows: list[tuple[Value, ...]] = []
    for position, each in enumerate(now.budgets):
        markets = now.path.dossier.case.policy.budgets[each.name].markets
        at = {key: Ref("budgets", key, position) for key in ("limit", "spent")}
        first, last = now.view.line.label(each.first), now.view.line.label(each.last)
        rows.append(
            (
                say("{name}, {markets}", name=each.name, markets=joined(markets)) if markets else each.name,
                say("{first} to {last}", first=first, last=last) if first != last else first,
                each.limit,
                each.spent,
                Formula("{limit}-{spent}", at, each.limit - each.spent),
                Formula("{spent}/{limit}", at, each.spent / each.limit) if each.limit else None,
            )
        )
    return Table(
        "budgets",
        say("Budgets against capital paid in their markets less refunds, million USD, not discounted"),
        (
            Column("name", say("Budget"), width=37, wrap=True),
            Column("window", say("Window"), width=9.5, span=2),
            Column("limit", say("Budget"), "", ONE, 11),
            Column("spent", say("Capital paid"), "", ONE, 10),
            Column("left", say("Left"), "", ONE, 10),
            Column("used", say("Used"), say("of budget"), SHARE, 10),
        ),
        tuple(rows),
    )


def _budget_chart(table: Table, name: str) -> Chart:
    title = say("Capital paid against the budget {name}", name=name)
    return Chart(
        "capacity",
        title,
        table.id,
        "window",
        (Series("limit", say("budget"), CAPACITY), Series("spent", say("capital paid"), INK, line=True)),
        say("Pale columns of the budget by window, a line of capital paid. {title}.", title=title),
        unit=say("million USD, not discounted"),
        width=16.0,
        height=6.5,
    )


__all__ = ["cash_blocks"]
