"""Chips: ordered, delivered and installed."""

from __future__ import annotations

from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import market_colours
from planner.report.sheet_spec import COUNT, ONE, Chart, Charts, Column, Series, Sheet, Table, Value
from planner.report.sheets.common.groups import group_of
from planner.report.sheets.common.parts import matrix, page_title, period_table, stack_of
from planner.report.words import count, message, money, percent, say, short


def chips(dossier: Dossier) -> Sheet:
    """How many chips of which kind, where and when."""
    view = View(dossier).likeliest
    fleet = fleet_table(view)
    markets = _market_table(view)
    blocks = (
        Charts((fleet_chart(view, fleet, width=17.0), _market_chart(view, markets))),
        _orders(view),
        fleet,
        _ordered(view),
        _delivered(view),
        _sites(view),
        markets,
    )
    return Sheet(
        "Chips",
        _message(view),
        page_title(view, say("Chips ordered, delivered and installed, number of chips")),
        blocks,
    )


def _message(view: View) -> str:
    end = {chip: line[-1] for chip, line in view.fleet.items()}
    total = sum(end.values())
    ordered = sum(view.expected("orders", "ordered", "chip").values())
    if not total:
        return message(
            say("{ordered} chips are ordered over the plan and none is installed at the end.", ordered=count(ordered))
        )
    top = max(end, key=lambda chip: end[chip])
    spent = sum(amount for (account,), amount in view.reported_money(0).items() if group_of(account) == "chips")
    fields = {
        "total": count(total), "top": short(top), "share": percent(end[top] / total), "ordered": count(ordered),
        "spent": money(spent), "last": view.periods[-1],
    }  # fmt: skip
    return message(
        say(
            "{total} chips are installed in {last}, {share} {top}; {ordered} are ordered, {spent} paid with fees.",
            **fields,
        ),
        say("{total} chips are installed in {last}; the plan orders {ordered} chips.", **fields),
    )


def fleet_table(view: View) -> Table:
    """Chips installed, by chip and period."""
    return period_table(
        view,
        "fleet",
        say("Chips installed"),
        view.fleet,
        unit=say("chips"),
        leaders=view.main_chips,
    )


def fleet_chart(view: View, fleet: Table, *, width: float, height: float = 7.5) -> Chart:
    """Chips installed, stacked."""
    first, last = (fleet.values("total")[at] for at in (0, -1))
    fields = {
        "first": count(float(first or 0)), "start": view.periods[0],
        "last": count(float(last or 0)), "end": view.periods[-1],
    }  # fmt: skip
    finding = say("Chips installed: {first} in {start}, {last} in {end}", **fields)
    if len(view.periods) == 1:
        finding = say("Chips installed: {last} in {end}", **fields)
    return Chart(
        "stacked",
        finding,
        "fleet",
        "period",
        stack_of(fleet, view.main_chips),
        say("Stacked columns of the chips installed in each period, by chip. {finding}.", finding=finding),
        unit=say("chips"),
        width=width,
        height=height,
    )


def _market_table(view: View) -> Table:
    amounts: dict[str, list[float]] = {market: [0.0] * len(view.periods) for market in view.dossier.case.markets}
    for (site,), line in view.by_period("fleet", "fleet", "site").items():
        into = amounts[view.market_of_site[site]]
        for t, value in enumerate(line):
            into[t] += value
    return period_table(
        view,
        "fleet_market",
        say("Chips installed, by market"),
        amounts,
        unit=say("chips"),
        leaders=list(amounts)[:5],
    )


def _market_chart(view: View, table: Table) -> Chart:
    colours = market_colours(view.dossier.case.markets)
    keys = [column.key for column in table.columns]
    parts = say(", ").join(
        say("{market} {amount}", market=market, amount=count(float(table.values(market)[-1] or 0)))
        for market in colours
        if market in keys
    )
    finding = say("Chips installed in {end}: {parts}", end=view.periods[-1], parts=parts)
    return Chart(
        "stacked",
        finding,
        table.id,
        "period",
        tuple(Series(market, market, colour) for market, colour in colours.items() if market in keys),
        say("Stacked columns of the chips installed in each period, by market. {finding}.", finding=finding),
        unit=say("chips"),
        width=15.0,
    )


def _installed(view: View) -> dict[tuple[str, str], list[float]]:
    """Chips installed in each period, by chip and market."""
    installed: dict[tuple[str, str], list[float]] = {}
    for (chip, site), line in view.by_period("fleet", "fleet", "chip", "site").items():
        sums = installed.setdefault((chip, view.market_of_site[site]), [0.0] * len(view.periods))
        for t, value in enumerate(line):
            sums[t] += value
    return installed


def _spent(view: View) -> dict[tuple[str, str], float]:
    """Expected money for chips, million USD, not discounted, by chip and market."""
    spent: dict[tuple[str, str], float] = {}
    columns = ("account", "node", "market", "item", "musd")
    for account, node, market, item, musd in view.solution.rows("ledger", *columns):
        if group_of(account) == "chips":
            spent[item, market] = spent.get((item, market), 0.0) + musd * view.probability_of[node]
    return spent


def _orders(view: View) -> Table:
    """A line per chip and market."""
    ordered = view.by_period("orders", "ordered", "chip", "market")
    delivered = view.expected("orders", "delivered", "chip", "market")
    cancelled = view.expected("orders", "cancelled", "chip", "market")
    stock = view.by_period("orders", "stock", "chip", "market")
    installed, spent = _installed(view), _spent(view)
    nothing = [0.0] * len(view.periods)
    rows: list[tuple[Value, ...]] = []
    for chip in view.dossier.case.chips:
        for market in view.dossier.case.markets:
            key = chip, market
            line, there = ordered.get(key, nothing), installed.get(key, nothing)
            waiting = stock.get(key, nothing)
            if not any((*line, *there, *waiting, delivered.get(key), cancelled.get(key), spent.get(key))):
                continue
            when = [view.periods[t] for t, value in enumerate(line) if value]
            rows.append(
                (
                    chip,
                    market,
                    there[0],
                    sum(line),
                    when[0] if when else None,
                    when[-1] if when else None,
                    delivered.get(key, 0.0),
                    cancelled.get(key, 0.0),
                    waiting[-1],
                    there[-1],
                    spent.get(key, 0.0),
                )
            )
    unit = say("chips")
    return Table(
        "chip_orders",
        say("By chip and market, over the whole plan"),
        (
            Column("chip", say("Chip"), width=24),
            Column("market", say("Market"), width=12.5),
            Column("first", say("Installed in first period"), unit, COUNT, 12.5, total=True),
            Column("ordered", say("Ordered"), unit, COUNT, 12.5, total=True),
            Column("first_order", say("First order"), width=12.5),
            Column("last_order", say("Last order"), width=12.5),
            Column("delivered", say("Delivered"), unit, COUNT, 12.5, total=True),
            Column("cancelled", say("Cancelled"), unit, COUNT, 12.5, total=True),
            Column("stock", say("Waiting at the end"), unit, COUNT, 12.5, total=True),
            Column("last", say("Installed at the end"), unit, COUNT, 12.5, total=True),
            Column("musd", say("Purchase and fees"), say("million USD, undiscounted"), ONE, 14, total=True),
        ),
        tuple(rows),
        say("Total"),
    )


def _ordered(view: View) -> Table:
    amounts = {key[0]: line for key, line in view.by_period("orders", "ordered", "chip").items() if any(line)}
    return period_table(
        view, "ordered", say("Chips ordered"), amounts, unit=say("chips"), leaders=view.main_chips, adds_up=True
    )


def _delivered(view: View) -> Table:
    amounts = {key[0]: line for key, line in view.by_period("orders", "delivered", "chip").items() if any(line)}
    return period_table(
        view,
        "delivered",
        say("Chips delivered, those ordered before the plan included"),
        amounts,
        unit=say("chips"),
        leaders=view.main_chips,
        adds_up=True,
    )


def _sites(view: View) -> Table:
    amounts = {
        (site, chip): line[-1]
        for (site, chip), line in view.by_period("fleet", "fleet", "site", "chip").items()
        if line[-1]
    }
    used = {chip for _, chip in amounts}
    return matrix(
        "fleet_sites",
        say("Chips installed at the end, by site"),
        say("Site"),
        amounts,
        rows=[site for site in view.dossier.case.sites if any(key[0] == site for key in amounts)],
        columns=[chip for chip in view.dossier.case.chips if chip in used],
        unit=say("chips"),
    )
