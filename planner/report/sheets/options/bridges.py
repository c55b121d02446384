"""Cost bridges from the plan to its options: tables that add up, and waterfalls of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.report.by_period import View
from planner.report.look.colour_roles import FALL, NONE, RISE, TOTAL
from planner.report.sheet_spec import ONE, Chart, Column, Formula, Ref, Series, Table, Value, link
from planner.report.sheets.common.groups import GROUPS, group_names, present_groups
from planner.report.sheets.options.rivals import Rival, rivals
from planner.report.words import money, say, say_in, short

MOST_COLUMNS = 10
"""Options that a table with one column each has room for."""
MOST_CHARTS = 3
"""Options that have a waterfall of their own."""


def key_of(rival: Rival) -> str:
    """Key of an option's column, by its row in the table of options; the plan's is `option 0`."""
    return f"option {1 + [option.name for option in rival.plan.dossier.options].index(rival.option.name)}"


def row_of(key: str) -> int:
    """Row of the table of options that a column is about.

    >>> row_of("option 3")
    3
    """
    return int(key.removeprefix("option "))


def group_table(view: View, shown: Sequence[Rival]) -> Table:
    """Present cost of the plan and of options by group of accounts."""
    amounts: dict[str, Mapping[str, float]] = {"option 0": present_groups(view)}
    amounts |= {key_of(rival): rival.bridge.after for rival in shown}
    heads = {"option 0": say("The plan")} | {key_of(rival): short(rival.option.name, 40) for rival in shown}
    rows: list[tuple[Value, ...]] = [
        (group_names()[group], *(line[group] for line in amounts.values())) for group in _used(view, shown)
    ]
    return Table(
        "option_groups",
        say("Present cost by group of accounts, million USD"),
        (
            Column("group", say("Group"), width=28),
            *(Column(key, head, "", ONE, 12.5, total=True) for key, head in heads.items()),
        ),
        tuple(rows),
        say("Present cost"),
    )


def bridge_table(view: View, shown: Sequence[Rival]) -> Table:
    """What each option costs more than the plan by group of accounts; the sum is the whole difference."""
    rows: list[tuple[Value, ...]] = []
    for at, group in enumerate(_used(view, shown)):
        start = link("option_groups", "option 0", present_groups(view)[group], row=at)
        row: list[Value] = [group_names()[group], start]
        for rival in shown:
            cells = {"option": Ref("option_groups", key_of(rival), at), "plan": Ref("option_groups", "option 0", at)}
            row.append(Formula("{option}-{plan}", cells, rival.bridge.steps[group]))
        rows.append(tuple(row))
    return Table(
        "bridges",
        say("From the plan's present cost to each option: what it costs more by group of accounts, million USD"),
        (
            Column("group", say("Group"), width=28),
            Column("plan", say("The plan"), "", ONE, 12.5, total=True),
            *(Column(key_of(rival), short(rival.option.name, 40), "", ONE, 12.5, total=True) for rival in shown),
        ),
        tuple(rows),
        say("In all"),
    )


def charted(shown: Sequence[Rival]) -> list[Rival]:
    """The choices whose cost is furthest from the plan's, the furthest first."""
    apart = [rival for rival in shown if rival.choice and not rival.alike]
    return sorted(apart, key=lambda rival: -abs(rival.more_musd))[:MOST_CHARTS]


def first_choice(view: View) -> Rival | None:
    """The first option that was open to those who chose the plan and costs something else."""
    found = rivals(view)[:MOST_COLUMNS]
    return next((rival for rival in found if rival.choice and not rival.alike), None)


def waterfall_tables(view: View, shown: Sequence[Rival]) -> dict[str, Table]:
    """Columns of the waterfalls of the charted options and of the first choice, by the option's key."""
    first = first_choice(view)
    there = {key_of(rival): rival for rival in (*charted(shown), *([first] if first else []))}
    return {key: _waterfall(view, shown, rival) for key, rival in there.items()}


def waterfall_chart(rival: Rival, *, width: float, height: float) -> Chart:
    """How the difference between the plan and an option comes about, group by group."""
    name, amount = short(rival.option.name, 40), money(abs(rival.more_musd))
    if rival.more_musd > 0:
        title = say("{name} costs {amount} more than the plan", name=name, amount=amount)
    else:
        title = say("The plan costs {amount} more than {name}", name=name, amount=amount)
    return Chart(
        "waterfall",
        title,
        _waterfall_id(rival),
        "label",
        (
            Series("base", say("base"), NONE),
            Series("rise", say("more expensive"), RISE),
            Series("fall", say("cheaper"), FALL),
            Series("total", say("difference"), TOTAL),
        ),
        say("Waterfall of the difference in present cost by group of accounts. {title}.", title=title),
        unit=say("million USD, present cost"),
        width=width,
        height=height,
    )


def account_table(view: View, rival: Rival) -> Table:
    """The bridge to an option by account; accounts of the plan lead to their line of the money table."""
    bridge = rival.account_bridge
    accounts = [*view.accounts, *(account for account in rival.view.accounts if account not in view.accounts)]
    rows: list[tuple[Value, ...]] = []
    for at, account in enumerate(accounts):
        mine: Value = 0.0
        if account in view.accounts:
            mine = link("present", "total", view.present[account], row=view.accounts.index(account))
        cells = {"plan": Ref("cost_bridge", "plan", at), "option": Ref("cost_bridge", key_of(rival), at)}
        step = Formula("{option}-{plan}", cells, bridge.steps[account])
        rows.append((say(account), mine, bridge.after.get(account, 0.0), step))
    name = short(rival.option.name, 60)
    return Table(
        "cost_bridge",
        say("From the plan to {name}, by account, million USD of present cost", name=name),
        (
            Column("account", say("Account"), width=28),
            Column("plan", say("The plan"), "", ONE, 12.5, total=True),
            Column(key_of(rival), short(rival.option.name, 40), "", ONE, 12.5, total=True),
            Column("step", say("Difference"), "", ONE, 12.5, total=True),
        ),
        tuple(rows),
        say("Total"),
    )


def _used(view: View, shown: Sequence[Rival]) -> list[str]:
    """Groups in which the plan or an option has money."""
    amounts = [present_groups(view), *(rival.bridge.after for rival in shown)]
    return [group for group in GROUPS if any(line[group] for line in amounts)]


def _labels() -> dict[str | None, str]:
    """Names of the groups that fit below a column."""
    return {
        "halls": say("halls"),
        "chips": say_in("resource", "chips"),
        "operating": say("operation"),
        "rent": say("rent"),
        "residual": say("residual"),
        "penalty": say("penalties"),
        None: say("in all"),
    }


def _waterfall_id(rival: Rival) -> str:
    return f"waterfall {key_of(rival)}"


def _waterfall(view: View, shown: Sequence[Rival], rival: Rival) -> Table:
    """Steps from the cheaper of the two plans to the costlier, on their bases, then the sum."""
    name, key, used = _waterfall_id(rival), key_of(rival), _used(view, shown)
    up, down = ("", "-") if rival.more_musd > 0 else ("-", "")
    bridge = rival.bridge if rival.more_musd > 0 else rival.bridge.turned()
    rows: list[tuple[Value, ...]] = []
    for at, rung in enumerate(bridge.waterfall()):
        if rung.part is None:
            total = Formula(f"{up}{{step}}", {"step": Ref("bridges", key, total=True)}, rung.total)
            rows.append((_labels()[None], None, None, None, total))
            continue
        step = {"step": Ref("bridges", key, used.index(rung.part))}
        base: Value = 0.0
        if at:
            cells = {
                "base": Ref(name, "base", at - 1),
                "rise": Ref(name, "rise", at - 1),
                "fall": Ref(name, "fall", at),
            }
            base = Formula("{base}+{rise}-{fall}", cells, rung.base)
        rise = Formula(f"{up}{{step}}", step, rung.rise) if rung.rise else None
        fall = Formula(f"{down}{{step}}", step, rung.fall) if rung.fall else None
        rows.append((_labels()[rung.part], base, rise, fall, None))
    return Table(
        name,
        say("Waterfall between the plan and {name}, million USD", name=short(rival.option.name, 60)),
        (
            Column("label", say("Group"), width=28),
            Column("base", say("Stands on"), "", ONE, 12.5),
            Column("rise", say("More expensive"), "", ONE, 12.5),
            Column("fall", say("Cheaper"), "", ONE, 12.5),
            Column("total", say("In all"), "", ONE, 12.5),
        ),
        tuple(rows),
    )


__all__ = [
    "MOST_COLUMNS",
    "account_table",
    "bridge_table",
    "charted",
    "first_choice",
    "group_table",
    "key_of",
    "row_of",
    "waterfall_chart",
    "waterfall_tables",
]
