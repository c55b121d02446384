"""Cash committed: what is newly bound, paid and still open in each period, against budgets; parts of Decide now."""

from __future__ import annotations

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
    row_sum,
)
from planner.report.sheets.decide.now import Now, kind_names
from planner.report.words import joined, money, say


def cash_blocks(now: Now) -> list[Block]:
    """The account of commitments in charts and period by period, how it ends, capital paid, and budgets."""
    if not now.binds:
        return []
    new = [_new_chart(now)] if any(period.committed > 0 for period in now.cash.periods) else []
    charts = Charts((*new, _open_chart(now)))
    found: list[Block] = [charts, _cash_table(now), _ends_table(now), _capital_table(now)]
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
    for t, period in enumerate(now.cash.periods):
        line = [period.new[kind] for kind in now.kinds]
        at = {key: Ref(id, key, t) for key in ("begin", "new", "cancelled", "paid")}
        rows.append(
            (
                now.periods[t],
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
    )


def _capital_table(now: Now) -> Table:
    """Capital paid: what was committed, and what falls due without a commitment; and both since the start."""
    id = "capital_paid"
    rows: list[tuple[Value, ...]] = []
    committed = spent = 0.0
    for t, period in enumerate(now.cash.periods):
        capital = period.paid + period.fees - period.refunds
        committed, spent = committed + period.committed, spent + capital
        at = {key: Ref(id, key, t) for key in ("paid", "fees", "refunds")}
        rows.append(
            (
                now.periods[t],
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
    id, cash = "commit_ends", now.cash
    sums = {
        "new": sum(period.committed for period in cash.periods),
        "cancelled": sum(period.cancelled for period in cash.periods),
        "paid": sum(period.paid for period in cash.periods),
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


def _new_chart(now: Now) -> Chart:
    names, colours = kind_names(), series_colours(now.kinds)
    periods = now.cash.periods
    most = max(range(len(periods)), key=lambda t: (periods[t].committed, -t))
    title = say(
        "Newly committed: most in {period}, {amount}", period=now.periods[most], amount=money(periods[most].committed)
    )
    return Chart(
        "stacked",
        title,
        "cash_committed",
        "period",
        tuple(Series(kind, names[kind], colours[kind]) for kind in now.kinds),
        say("Stacked columns of money newly committed by period and kind. {title}.", title=title),
        unit=say("million USD, not discounted"),
        width=16.0,
        height=6.5,
    )


def _open_chart(now: Now) -> Chart:
    peak = now.cash.peak
    title = say(
        "Open commitments peak at the end of {period}: {amount}",
        period=now.periods[peak], amount=money(now.cash.periods[peak].open),
    )  # fmt: skip
    return Chart(
        "capacity",
        title,
        "cash_committed",
        "period",
        (
            Series("end", say("open at the end"), CAPACITY),
            Series("paid", say("paid in the period"), INK, line=True),
        ),
        say("Pale columns of money committed and not yet paid, a line of what is paid of it. {title}.", title=title),
        unit=say("million USD, not discounted"),
        width=16.0,
        height=6.5,
    )


def _budget_table(now: Now) -> Table:
    rows: list[tuple[Value, ...]] = []
    for position, each in enumerate(now.budgets):
        markets = now.path.dossier.case.policy.budgets[each.name].markets
        at = {key: Ref("budgets", key, position) for key in ("limit", "spent")}
        first, last = now.periods[each.first], now.periods[each.last]
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
