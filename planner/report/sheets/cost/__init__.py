"""Cost: by account, year and market, reconciled with the objective."""

from __future__ import annotations

from collections.abc import Iterable

from planner import findings
from planner.report.by_period import AFTER, NOISE, View
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import SERIES
from planner.report.sheet_spec import (
    ONE,
    SHARE,
    TWO,
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
    Value,
    row_sum,
)
from planner.report.sheets.common.groups import GROUPS, group_names, group_of, present_groups
from planner.report.sheets.common.parts import after_words, page_title, tail_sentences
from planner.report.sheets.cost.levelised import levelised_sentences, levelised_tables
from planner.report.sheets.options.bridges import account_table, first_choice, waterfall_chart
from planner.report.words import chance, message, money, percent, say


def cost(dossier: Dossier) -> Sheet:
    """Money by account and year, market and period."""
    view = View(dossier)
    groups = year_groups(view)
    blocks: tuple[Block, ...] = (
        Charts((_yearly_chart(view, groups), _capital_chart(view))),
        *(Note(words) for words in (*spread_sentences(view), *_how_reported(view))),
        *scenario_tables(view),
        _accounts(view, present=True),
        *_bridge(view),
        _accounts(view, present=False),
        groups,
        _markets(view),
        _periods(view),
        *(Note(words) for words in levelised_sentences(view)),
        *levelised_tables(view),
    )
    what = say("Money in million USD of {base}, real; benefits are negative", base=view.base_year)
    return Sheet("Cost", _message(view), page_title(view, what), blocks)


def _how_reported(view: View) -> list[str]:
    """What the money of the periods that are not reported has to do with the tables; nothing where there are none."""
    if not view.tail:
        return []
    words = (
        "Their money stands in a line or column of its own, residual value with it, so that all adds up to the present "
        "cost; levelised costs, and costs by market, count it in."
    )
    return [*tail_sentences(view), say(words)]


def _message(view: View) -> str:
    capital = view.capital_by_year()
    peak = max(capital, key=lambda year: capital[year])
    groups = present_groups(view)
    spent = sum(amount for amount in groups.values() if amount > 0)
    top = max(groups, key=lambda name: groups[name])
    fields = {
        "name": say("expected present cost") if len(view.scenarios) > 1 else say("present cost"),
        "cost": money(view.solution.objective_musd), "top": group_names()[top],
        "year": peak, "peak": money(capital[peak]),
        "share": percent(groups[top] / spent) if spent else percent(0.0),
    }  # fmt: skip
    return message(
        say(
            "{Name} is {cost}; of what is paid, {share} is for {top}; capital peaks in {year} at {peak}.",
            Name=fields["name"].capitalize(),
            **fields,
        ),
        say("The {name} is {cost} and capital peaks in {year} at {peak}.", **fields),
        say("The {name} of the plan over all its periods is {cost}.", **fields),
    )


def alike(costs: Iterable[float]) -> bool:
    """Whether amounts are one and the same, but for the solver's rounding."""
    found = list(costs)
    return max(found) - min(found) <= NOISE * max(map(abs, found))


def spread_sentences(view: View) -> list[str]:
    """How far apart the cheapest and the costliest scenario are, in words; nothing where there is only one."""
    costs = findings.cost_by_scenario(view.solved)
    if len(costs) == 1:
        return []
    if alike(costs.values()):
        return [
            say(
                "Each of the {n} scenarios costs {cost} at present worth.",
                n=len(costs), cost=money(view.solution.objective_musd),
            )
        ]  # fmt: skip
    least, most = min(costs, key=lambda name: costs[name]), max(costs, key=lambda name: costs[name])
    return [
        say(
            "The cheapest scenario, {least} ({likely}), costs {low} at present worth; the most expensive, {most} "
            "({rare}), "
            "costs {high}: they are {apart} apart.",
            least=least, likely=chance(view.scenarios[least]), low=money(costs[least]),
            most=most, rare=chance(view.scenarios[most]), high=money(costs[most]),
            apart=money(costs[most] - costs[least]),
        )
    ]  # fmt: skip


def scenario_tables(view: View) -> list[Table]:
    """Cost and delay of each scenario with what they add to the expected ones; nothing where there is only one."""
    costs = findings.cost_by_scenario(view.solved)
    delays = findings.delay_by_scenario(view.dossier.case, view.solved)
    if len(costs) == 1:
        return []
    rows: list[tuple[Value, ...]] = []
    for position, (name, probability) in enumerate(view.scenarios.items()):
        cells = {key: Ref("scenarios", key, position) for key in ("probability", "cost", "delay")}
        counted = Formula("{probability}*{cost}", cells, probability * costs[name])
        waited = Formula("{probability}*{delay}", cells, probability * delays[name])
        rows.append((name, probability, costs[name], counted, delays[name], waited))
    return [
        Table(
            "scenarios",
            say("Present cost and average delay by scenario; expected is each times its probability, added up"),
            (
                Column("name", say("Scenario"), width=28, wrap=True),
                Column("probability", say("Probability"), say("share"), SHARE, 12.5, total=True),
                Column("cost", say("Present cost"), say("million USD"), ONE, 12.5),
                Column("counted", say("Expected cost"), say("million USD"), ONE, 12.5, total=True),
                Column("delay", say("Average delay"), say("months"), TWO, 12.5),
                Column("waited", say("Expected delay"), say("months"), TWO, 12.5, total=True),
            ),
            tuple(rows),
            say("Expected"),
        )
    ]


def _bridge(view: View) -> list[Block]:
    """What the first option that was a choice costs more, and in which accounts; nothing where there is none."""
    rival = first_choice(view)
    if rival is None:
        return []
    return [Charts((waterfall_chart(rival, width=20.0, height=7.5),)), account_table(view, rival)]


def _accounts(view: View, *, present: bool) -> Table:
    """Accounts by calendar year."""
    table = "present" if present else "money"
    amounts = view.money(0, 1, present=present)
    columns = [Column("account", say("Account"), width=28)]
    heads = _years(view)
    columns += [Column(year, head, "", ONE, 12.5, total=True) for year, head in heads.items()]
    columns.append(Column("total", say("Total"), "", ONE, 12.5, total=True))
    columns.append(Column("what", say("Group"), width=32))
    rows: list[tuple[Value, ...]] = []
    for position, account in enumerate(view.accounts):
        line = [amounts.get((account, year), 0.0) for year in heads]
        total = row_sum(table, position, view.years[0], list(heads)[-1], line)
        rows.append((say(account), *line, total, group_names()[group_of(account)]))
    caption = (
        say(
            "Present cost by account and year, million USD, discounted at {rate} a year",
            rate=percent(view.dossier.case.settings.discount_rate),
        )
        if present
        else say("Cost by account and calendar year, million USD, not discounted")
    )
    return Table(table, caption, tuple(columns), tuple(rows), say("Total"))


def _years(view: View) -> dict[str, str]:
    """Calendar years with their headings, then all that is not reported."""
    return {year: year for year in view.years} | ({AFTER: after_words(view)} if view.tail else {})


def year_groups(view: View) -> Table:
    """Groups of accounts by calendar year, years down, then all that is not reported."""
    amounts: dict[tuple[str, str], float] = {}
    for (account, year), amount in view.money(0, 1).items():
        key = group_of(account), year
        amounts[key] = amounts.get(key, 0.0) + amount
    heads = _years(view)
    used = [name for name in GROUPS if any(amounts.get((name, year)) for year in heads)] or ["halls"]
    rows: list[tuple[Value, ...]] = []
    for position, (year, head) in enumerate(heads.items()):
        line = [amounts.get((name, year), 0.0) for name in used]
        rows.append((head, *line, row_sum("years", position, used[0], used[-1], line)))
    names = group_names()
    caption = say("Cost by calendar year, million USD, not discounted; residual value stands in the last year")
    if view.tail:
        caption = say("Cost by calendar year, million USD, not discounted; residual value stands in the last line")
    return Table(
        "years",
        caption,
        (
            Column("year", say("Year"), width=28, wrap=view.tail),
            *(Column(name, names[name], "", ONE, 12.5, total=True) for name in used),
            Column("total", say("Total"), "", ONE, 12.5, total=True),
        ),
        tuple(rows),
        say("Total"),
        uncharted=int(view.tail),
    )


def _yearly_chart(view: View, groups: Table) -> Chart:
    colours = dict(zip(("halls", "chips", "operating", "rent", "penalty"), SERIES, strict=True))
    names = group_names()
    keys = [column.key for column in groups.columns]
    paid = {
        year: sum(float(groups.values(name)[at] or 0.0) for name in colours if name in keys)
        for at, year in enumerate(view.years)
    }
    peak = max(paid, key=lambda year: paid[year])
    title = say("What is paid is most in {year}: {amount}", year=peak, amount=money(paid[peak]))
    return Chart(
        "stacked",
        title,
        groups.id,
        "year",
        tuple(Series(name, names[name], colour) for name, colour in colours.items() if name in keys),
        say("Stacked columns of cost by calendar year and group, without residual value. {title}.", title=title),
        unit=say("million USD, not discounted"),
        width=17.0,
    )


def _capital_chart(view: View) -> Chart:
    total = sum(view.capital_by_year().values())
    title = say("Capital spent adds up to {amount} by {last}", amount=money(total), last=view.periods[-1])
    return Chart(
        "line",
        title,
        "cash",
        "period",
        (Series("cumulative", say("capital so far"), SERIES[0]),),
        say("Capital spent up to each period, as a line. {title}.", title=title),
        unit=say("million USD, not discounted"),
        width=15.0,
        sums=True,
    )


def _markets(view: View) -> Table:
    """Accounts by market, undiscounted."""
    amounts = view.money(0, 3)
    markets = [m for m in view.dossier.case.markets if any(key[1] == m for key in amounts)]
    shared = any(key[1] == "" for key in amounts)
    keys = [*markets, ""] if shared else markets
    rows: list[tuple[Value, ...]] = []
    for position, account in enumerate(view.accounts):
        line = [amounts.get((account, market), 0.0) for market in keys]
        ids = [market or "shared" for market in keys]
        rows.append((say(account), *line, row_sum("cost_market", position, ids[0], ids[-1], line)))
    return Table(
        "cost_market",
        say("Cost by account and market, million USD, not discounted; what serves several markets is shared"),
        (
            Column("account", say("Account"), width=28),
            *(Column(market or "shared", market or say("shared"), "", ONE, 12.5, total=True) for market in keys),
            Column("total", say("Total"), "", ONE, 12.5, total=True),
        ),
        tuple(rows),
        say("Total"),
    )


def _periods(view: View) -> Table:
    """Cash by period with capital so far, then all that is not reported."""
    periods = {period: period for period in view.periods} | ({AFTER: after_words(view)} if view.tail else {})
    amounts = {key: [0.0] * len(periods) for key in ("capital", "operating", "rent")}
    position = {period: t for t, period in enumerate(periods)}
    for (account, period), amount in view.money(0, 2).items():
        group = group_of(account)
        name = "capital" if group in ("halls", "chips") else group
        if name in amounts:
            amounts[name][position[period]] += amount
    rows: list[tuple[Value, ...]] = []
    so_far = 0.0
    for t, period in enumerate(periods.values()):
        line = [amounts[name][t] for name in amounts]
        total = row_sum("cash", t, "capital", "rent", line)
        so_far += line[0]
        cells = {"now": Ref("cash", "capital", t), "before": Ref("cash", "cumulative", t - 1)}
        cumulative = Formula("{before}+{now}", cells, so_far) if t else Formula("{now}", {"now": cells["now"]}, so_far)
        rows.append((period, *line, total, cumulative))
    return Table(
        "cash",
        say("Cash by period, million USD, not discounted, without residual value"),
        (
            Column("period", say("Period"), width=28, wrap=view.tail),
            Column("capital", say("Capital"), "", ONE, 12.5, total=True),
            Column("operating", say("Energy and operations"), "", ONE, 12.5, total=True),
            Column("rent", say("Rented compute"), "", ONE, 12.5, total=True),
            Column("total", say("Total"), "", ONE, 12.5, total=True),
            Column("cumulative", say("Capital so far"), "", ONE, 12.5),
        ),
        tuple(rows),
        say("Total"),
        uncharted=int(view.tail),
    )


__all__ = ["cost", "spread_sentences", "year_groups"]
