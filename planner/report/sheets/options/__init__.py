"""Options: the plan beside its alternatives, each solved for itself, and why it is the plan."""

from __future__ import annotations

from collections.abc import Sequence

from planner import findings
from planner.report.by_period import RENT, View
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import SERIES
from planner.report.sheet_spec import (
    COUNT,
    ONE,
    TWO,
    Block,
    Cell,
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
)
from planner.report.sheets.common.parts import marked, page_title
from planner.report.sheets.options.bridges import (
    MOST_COLUMNS,
    bridge_table,
    charted,
    group_table,
    waterfall_chart,
    waterfall_tables,
)
from planner.report.sheets.options.reasons import asked_words, rejected_sentence, why, why_none
from planner.report.sheets.options.rivals import Rival, costliest_musd, rejected, rivals
from planner.report.words import listed, message, money, say, several, short
from planner.study.alternatives import Option

MOST_MILESTONES = 3
"""Milestones that have a column of their own."""


def options(dossier: Dossier) -> Sheet | None:
    """The plan against its alternatives; None where none was solved."""
    if not dossier.options:
        return None
    view = View(dossier)
    found = rivals(view)
    shown = found[:MOST_COLUMNS]
    blocks: list[Block] = []
    if found:
        blocks.append(Charts(_charts(view, found)))
    blocks += [_table(view, found), Note(_kinds())]
    blocks.append(Note(say("Why the plan and not its alternatives"), "heading"))
    blocks += [Note(_reasons(option, found)) for option in dossier.options]
    blocks += [Note(words) for words in _not_solved(dossier)]
    if shown:
        falls = [waterfall_chart(rival, width=15.0, height=6.8) for rival in charted(shown)]
        blocks += [Charts(tuple(falls[i : i + 2])) for i in range(0, len(falls), 2)]
        blocks += [bridge_table(view, shown), group_table(view, shown), *waterfall_tables(view, shown).values()]
    what = say(
        "The plan and its alternatives, each solved for itself; money in USD of {base}, real", base=view.base_year
    )
    return Sheet("Options", _message(view, found), page_title(view, what), tuple(blocks))


def _message(view: View, found: Sequence[Rival]) -> str:
    out = rejected(found)
    plan = money(view.solution.objective_musd)
    if not found and len(view.dossier.options) == 1:
        return message(
            say("The one alternative that was asked for led to no plan; the plan itself costs {plan}.", plan=plan)
        )
    if not found:
        n = len(view.dossier.options)
        return message(
            say(
                "None of the {n} alternatives that were asked for led to a plan; the plan costs {plan}.", n=n, plan=plan
            )
        )
    if not out:
        far = max(found, key=lambda rival: abs(rival.more_musd))
        far_off = {
            "options": several(len(found), "{n} option", "{n} options"), "name": short(far.option.name),
            "cost": money(far.cost_musd), "plan": plan,
        }  # fmt: skip
        return message(
            say(
                "No choice among {options} is more expensive than the plan; {name} differs most, {cost} against "
                "{plan}.",
                **far_off,
            ),
            say("No choice among {options} is more expensive than the plan, which costs {plan}.", **far_off),
        )
    first, last = out[0], out[-1]
    fields = {
        "n": len(out), "name": short(first.option.name, 36), "more": money(first.more_musd),
        "cost": money(first.cost_musd), "last": short(last.option.name, 36), "most": money(last.more_musd),
        "plan": plan,
    }  # fmt: skip
    if len(out) == 1:
        return message(
            say(
                "The one option rejected as more expensive, {name}, costs {cost} against {plan} for the plan.", **fields
            ),
            say("The one option rejected as more expensive costs {cost}, {more} more than the plan.", **fields),
        )
    return message(
        say(
            "Of {n} choices that are more expensive, {name} costs {more} more than the plan and {last} {most} more.",
            **fields,
        ),
        say("Of {n} choices that are more expensive, the cheapest, {name}, costs {more} more than the plan.", **fields),
        say(
            "Of {n} choices that are more expensive, the cheapest costs {more} more and the most expensive "
            "{most} more.",
            **fields,
        ),
    )


def _kinds() -> str:
    return say(
        "A choice is an option whose plan could have been taken in place of the recommended one, at the cost shown. A "
        "what-if is the best plan for another world: it says what that would be worth, not what was turned down."
    )


def _not_solved(dossier: Dossier) -> list[str]:
    """Alternatives of the case that were not reached, the run having been stopped; nothing where all were."""
    solved = {option.name for option in dossier.options}
    names = [short(name, 60) for name in dossier.case.alternatives if name not in solved]
    return [say("Not solved, since the run was stopped before: {names}.", names=listed(names))] if names else []


def _reasons(option: Option, found: Sequence[Rival]) -> str:
    """What an option asked for and why it is not the plan, in one paragraph."""
    rival = next((rival for rival in found if rival.option is option), None)
    reason = why(rival) if rival else why_none(option)
    return say("{name}: {asked} {why}", name=short(option.name, 60), asked=asked_words(option), why=reason)


def _table(view: View, found: Sequence[Rival]) -> Table:
    columns = _columns(view)
    rows = [_row(view, 0, Cell(say("the plan"), look="strong"), "")]
    of = {rival.option.name: rival for rival in found}
    for position, option in enumerate(view.dossier.options, start=1):
        if rival := of.get(option.name):
            rows.append(_row(rival.view, position, short(option.name, 60), rival.kind, rival))
        else:
            empty: list[Value] = [None] * (len(columns) - 2)
            rows.append((short(option.name, 60), say("no plan"), *empty))
    caption = say("The plan and its alternatives; costs are present costs, capital is not discounted")
    return Table("options", caption, columns, tuple(rows))


def _columns(view: View) -> tuple[Column, ...]:
    musd = say("million USD")
    markets = [
        Column(f"mw {market}", say("Halls at the end, {market}", market=short(market)), say("MW IT"), ONE, 10.5)
        for market in view.dossier.case.markets
    ]
    dates = [
        Column(f"date {position}", short(name, 48), width=13.5) for position, name in enumerate(_milestone_names(view))
    ]
    served = [Column("served", say("All demand served from"), width=13.5)]
    costliest = [Column("costliest", say("Most expensive scenario"), musd, ONE, 11.5)]
    return (
        Column("name", say("Option"), width=28, wrap=True),
        Column("kind", say("Kind"), width=9),
        Column("cost", marked(view, say("Present cost")), musd, ONE, 12.5),
        Column("more", say("More than the plan"), musd, ONE, 12.5),
        Column("delay", marked(view, say("Average delay")), say("months"), TWO, 9.5),
        Column("later", say("Longer than the plan's"), say("months"), TWO, 10.5),
        *(costliest if len(view.scenarios) > 1 else []),
        *markets,
        Column("draw", say("Draw at the end"), say("MW facility"), ONE, 10.5),
        Column("chips", say("Chips ordered"), say("number"), COUNT, 11),
        Column("rent", say("Rented compute"), musd, ONE, 11.5),
        Column("capital", say("Most capital in a year"), musd, ONE, 12.5),
        *(dates or served),
    )


def _row(view: View, position: int, name: Value, kind: str, rival: Rival | None = None) -> tuple[Value, ...]:
    """A plan's line; without a rival that of the recommended plan."""
    case, solution = view.dossier.case, view.solved
    shown = rival.plan if rival else view
    cells = {key: Ref("options", key, position) for key in ("cost", "delay")}
    cells |= {f"{key}_plan": Ref("options", key, 0) for key in ("cost", "delay")}
    more = Formula("{cost}-{cost_plan}", cells, rival.more_musd if rival else 0.0)
    later = Formula("{delay}-{delay_plan}", cells, rival.later_months if rival else 0.0)
    ready = findings.final_it_mw(view.solution)
    reached = findings.milestones_reached(case, solution)
    never = say("never")
    dates = [reached.get(milestone) or never for milestone in _milestone_names(shown)] or [_served(view) or never]
    return (
        name, kind, rival.cost_musd if rival else solution.objective_musd, more,
        rival.delay_months if rival else findings.average_delay(case, solution), later,
        *([costliest_musd(solution)] if len(shown.scenarios) > 1 else []),
        *(ready.get(market, 0.0) for market in shown.dossier.case.markets),
        _draw(view), sum(findings.chips_ordered(view.solution).values()), view.present.get(RENT, 0.0),
        max(view.capital_by_year().values()), *dates,
    )  # fmt: skip


def _milestone_names(view: View) -> list[str]:
    """Milestones that the case names, the most important first; none where they follow from demand."""
    return list(view.dossier.case.goals.milestones)[:MOST_MILESTONES]


def _served(view: View) -> str | None:
    """First period from which own chips serve all of the demand to the end, in every scenario; None if never."""
    demand, missing = (view.by_period("service", amount, "workload") for amount in ("demand", "shortfall"))
    short = [
        t
        for workload, line in missing.items()
        for t, amount in enumerate(line)
        if amount > findings.SERVED * demand[workload][t]
    ]
    first = max(short, default=-1) + 1
    return view.periods[first] if first < len(view.periods) else None


def _draw(view: View) -> float:
    """Draw from the grid and from own plant in the last period, MW."""
    grid, plant = view.by_period("markets", "grid_mw"), view.by_period("onsite", "output_mw")
    return sum(line[-1] for amounts in (grid, plant) for line in amounts.values())


def _charts(view: View, found: Sequence[Rival]) -> tuple[Chart, Chart]:
    """Cost and delay of every option beside the plan's, in the same order."""
    height = 2.6 + 0.75 * (len(view.dossier.options) + 1)
    far = max(found, key=lambda rival: abs(rival.more_musd))
    late = max(found, key=lambda rival: abs(rival.later_months))
    name = short(far.option.name, 30)
    amount = money(abs(far.more_musd))
    if far.more_musd >= 0:
        costlier = say("Present cost: {name} is furthest off, {amount} more", name=name, amount=amount)
    else:
        costlier = say("Present cost: {name} is furthest off, {amount} less", name=name, amount=amount)
    months = f"{abs(late.later_months):.1f}"
    name = short(late.option.name, 30)
    if float(months) == 0:
        longer = say("Delay: no option differs from the plan by a tenth of a month")
    elif late.later_months >= 0:
        longer = say("Delay: {name} is furthest off, {months} months longer", name=name, months=months)
    else:
        longer = say("Delay: {name} is furthest off, {months} months shorter", name=name, months=months)
    cost = Series("more", say("more than the plan"), SERIES[0])
    delay = Series("later", say("longer than the plan's"), SERIES[1])
    return (
        Chart(
            "bar", costlier, "options", "name", (cost,),
            say("Bars of what each option costs more than the plan. {title}.", title=costlier),
            unit=say("million USD more than the plan"), width=16.5, height=height,
        ),
        Chart(
            "bar", longer, "options", "name", (delay,),
            say("Bars of how much longer each option's average delay is than the plan's. {title}.", title=longer),
            unit=say("months longer than the plan's"), format=TWO, width=15.0, height=height,
        ),
    )  # fmt: skip


__all__ = ["options", "rejected_sentence"]
