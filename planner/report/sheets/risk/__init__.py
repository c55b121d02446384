"""Risk: what the plan costs in each scenario, what could be regretted, and what knowing would save."""

from __future__ import annotations

from planner import findings
from planner.report.by_period import View, decimals
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import SERIES
from planner.report.sheet_spec import (
    COUNT,
    ONE,
    SHARE,
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
    link,
)
from planner.report.sheets.common.parts import page_title
from planner.report.sheets.risk.futures import Futures
from planner.report.sheets.risk.losses import loss_blocks
from planner.report.sheets.risk.regrets import regret_table, regret_words
from planner.report.words import listed, message, money, percent, say, short
from planner.study.risk import RISK

MOST_BARS = 12
"""Scenarios that a chart of bars has room for."""
MINIMISED, KNOWN = 2, 3
"""Rows of the key figures: what is minimised, and the same with the future known."""


def risk(dossier: Dossier) -> Sheet | None:
    """Scenarios, distribution, regret, value of information, and what is lost or lies idle."""
    study, view = dossier.studied.get(RISK), View(dossier)
    if study is None or study.reveal not in view.periods:
        return None
    f = Futures(view, study)
    blocks: tuple[Block, ...] = (
        _figures(f),
        *([Charts(charts)] if (charts := _charts(f)) else []),
        _scenarios(f),
        Note(
            say(
                "Own best plan: what would be best if it were known from the first day that the scenario comes. "
                "Regret: what the plan costs more. First moves and foresight: the plan's commitments before {reveal}, "
                "then a plan made for the scenario. Costs are present costs.",
                reveal=study.reveal,
            )
        ),
        *([] if view.solution.linear else [Note(_weighed_in_parts())]),
        regret_table(f),
        Note(regret_words(f)),
        *loss_blocks(view, f.scenarios),
    )
    what = say("Present cost, regret and losses by scenario, money in million USD of {base}", base=view.base_year)
    return Sheet("Risk", _message(f), page_title(view, what, weighted=False), blocks)


def _weighed_in_parts() -> str:
    return say(
        "The plan and each scenario's own are whole; planning on averages and waiting are weighed in parts of halls, "
        "lots and units, against the best plan in parts."
    )


def _message(f: Futures) -> str:
    study, worst = f.study, f.worst
    least, most = f.scenarios[0], f.scenarios[-1]
    fields = {
        "cost": money(study.expected_musd), "low": money(least.cost_musd), "high": money(most.cost_musd),
        "regret": money(worst.regret_musd), "where": short(worst.name, 30), "n": len(f.scenarios),
        "apart": money(most.cost_musd - least.cost_musd),
    }  # fmt: skip
    if study.average.cost_musd is None and study.average.infeasible_in:
        return message(
            say(
                "The plan costs {cost} on average, {high} at most; planning on averages leaves no plan in {lost} of "
                "{n} scenarios.",
                lost=len(study.average.infeasible_in),
                **fields,
            )
        )
    if f.calm(worst.regret_musd) <= 0:
        return message(
            say("The plan costs {cost} on average, {low} to {high} over {n} scenarios, and is best in each.", **fields),
            say("The plan costs {cost} on average over {n} scenarios and is best in each.", **fields),
        )
    return message(
        say(
            "The plan costs {cost} on average, scenarios lie {apart} apart; largest regret is {regret}, in {where}.",
            **fields,
        ),
        say(
            "The plan costs {cost} on average, scenarios lie {apart} apart; largest regret is {regret}.",
            **fields,
        ),
        say("The plan costs {cost} on average; its largest regret over {n} scenarios is {regret}.", **fields),
    )


def _minimised(f: Futures) -> str:
    """What was minimised, in words."""
    study, goals = f.study, f.view.dossier.case.goals
    if goals.objective == "regret":
        return say("the expected present cost, once the largest regret is least")
    if goals.objective == "cost" and study.weight > 0:
        return say(
            "{rest} of the expected cost and {weight} of the mean above",
            rest=percent(1 - study.weight),
            weight=percent(study.weight),
        )
    return say("the expected present cost")


def _figures(f: Futures) -> Table:
    """What the study comes to, each with what it means."""
    study, usd = f.study, say("million USD")
    saved = f.calm(study.value_of_information_musd)
    cells = {"known": Ref("risk_figures", "value", KNOWN), "plan": Ref("risk_figures", "value", MINIMISED)}
    worst = f.scenarios.index(f.worst)
    counted = sum(each.probability * each.cost_musd for each in f.scenarios)
    rows: list[tuple[Value, ...]] = [
        (
            say("Expected present cost"),
            link("risk_scenarios", "counted", counted, total=True),
            usd,
            say("each scenario's cost times its probability, added up"),
        ),
        (
            say("Mean of the most expensive {tail} of outcomes", tail=percent(1 - study.level)),
            study.worst_mean_musd,
            usd,
            say("a scenario that reaches beyond them counts in part"),
        ),
        (say("What is minimised"), study.minimised_musd, usd, _minimised(f)),
        (
            say("The same, the future being known"),
            study.informed_musd,
            usd,
            say("each scenario with its own best plan"),
        ),
        (
            say("Value of information (EVPI)"),
            Formula("{plan}-{known}", cells, study.value_of_information_musd) if saved else Cell(0.0, ONE),
            usd,
            say("knowing the future from the first day would save this"),
        ),
        (say("Value of the tree (VSS)"), *_average(f)),
        (
            say("Largest regret"),
            link("risk_scenarios", "regret", f.worst.cost_musd - f.own_cost(f.worst), row=worst),
            usd,
            say("in {scenario}", scenario=f.worst.name),
        ),
    ]
    return Table(
        "risk_figures",
        say("What the scenarios come to"),
        (
            Column("name", say("Figure"), width=30, span=2),
            Column("value", say("Value"), "", ONE, 11),
            Column("unit", say("Unit"), width=12),
            Column("what", say("Meaning"), width=50, span=6),
        ),
        tuple(rows),
        header=False,
    )


def _average(f: Futures) -> tuple[Value, str | None, str]:
    lost, average = f.study.value_of_stochastic_musd, f.study.average
    if lost is not None:
        return f.calm(lost), say("million USD"), say("deciding the first moves for average values would lose this")
    if average.infeasible_in:
        where = listed(f.branches.covering(average.infeasible_in), 3)
        return (
            Cell(say("no plan"), look="strong"),
            None,
            say("first moves for average values leave no plan in {where}", where=where),
        )
    return Cell(say("no plan"), look="strong"), None, say("the case with average values has no plan itself")


def _charts(f: Futures) -> tuple[Chart, ...]:
    least, most = f.scenarios[0], f.scenarios[-1]
    title = say(
        "{most} costs {apart} more than {least}",
        most=short(most.name, 28), least=short(least.name, 28), apart=money(most.cost_musd - least.cost_musd),
    )  # fmt: skip
    if len(f.scenarios) > MOST_BARS:
        return (
            Chart(
                "scatter",
                title,
                "risk_scenarios",
                "cost",
                (Series("below", say("probability"), SERIES[0]),),
                say("Probability that the plan costs no more, over its present cost, as a line. {title}.", title=title),
                unit=say("probability that it costs no more"),
                format="0%",
                across=say("present cost, million USD"),
                width=24.0,
                height=8.0,
            ),
        )
    height = max(5.0, 2.4 + 0.58 * len(f.scenarios))
    if f.calm(most.cost_musd - least.cost_musd) == 0:
        return ()
    regret = f.calm(f.worst.regret_musd)
    found = say(
        "The plan is regretted most in {where}, by {regret}", where=short(f.worst.name, 28), regret=money(regret)
    )
    bars = (
        Chart(
            "bar",
            title,
            "risk_scenarios",
            "name",
            (Series("above", say("above the cheapest scenario"), SERIES[0]),),
            say("Bars of present cost above the cheapest scenario, by scenario, million USD. {title}.", title=title),
            unit=say("million USD above the cheapest scenario"),
            width=16.0,
            height=height,
        ),
        Chart(
            "bar",
            found,
            "risk_scenarios",
            "name",
            (Series("regret", say("regret"), SERIES[1]),),
            say("Bars of regret by scenario, million USD. {title}.", title=found),
            unit=say("million USD above the scenario's own best plan"),
            format=decimals([each.regret_musd for each in f.scenarios]),
            width=16.0,
            height=height,
        ),
    )
    return bars if regret > 0 else bars[:1]


def _scenarios(f: Futures) -> Table:
    """Scenarios from the cheapest to the costliest."""
    view = f.view
    markets = list(view.dossier.case.markets)[:3]
    ends = _it_at_the_end(view)
    rows: list[tuple[Value, ...]] = []
    below = 0.0
    for at, each in enumerate(f.scenarios):
        own = f.own_cost(each)
        cells = {key: Ref("risk_scenarios", key, at) for key in ("probability", "cost", "own")}
        cells |= {"least": Ref("risk_scenarios", "cost", 0), "before": Ref("risk_scenarios", "below", max(0, at - 1))}
        below += each.probability
        so_far = Formula("{before}+{probability}" if at else "{probability}", cells, below)
        regret = Formula("{cost}-{own}", cells, each.cost_musd - own)
        above = Formula("{cost}-{least}", cells, each.cost_musd - f.scenarios[0].cost_musd)
        counted = Formula("{probability}*{cost}", cells, each.probability * each.cost_musd)
        mw = [value for m in markets for value in (ends[each.name].get(m, 0.0), each.own_it_mw.get(m, 0.0))]
        rows.append(
            (
                each.name, each.probability, so_far, each.cost_musd, counted, above, own, regret, each.first_moves_musd,
                each.delay_months, each.own_delay_months, *mw,
            )
        )  # fmt: skip
    months, mw_it = say("months"), say("MW IT")
    ready = [
        column
        for market in markets
        for column in (
            Column(f"mw {market}", say("{market}: halls at the end", market=market), mw_it, COUNT, 10),
            Column(f"own mw {market}", say("{market}: own best plan", market=market), mw_it, COUNT, 10),
        )
    ]
    return Table(
        "risk_scenarios",
        say("Scenarios, the cheapest first; present costs in million USD"),
        (
            Column("name", say("Scenario"), width=27, wrap=True),
            Column("probability", say("Probability"), "", SHARE, 10.5, total=True),
            Column("below", say("Costs no more, probability"), "", SHARE, 10.5),
            Column("cost", say("Plan"), "", ONE, 11),
            Column("counted", say("Times probability"), "", ONE, 11, total=True),
            Column("above", say("Above the cheapest"), "", ONE, 10.5),
            Column("own", say("Own best plan"), "", ONE, 10.5),
            Column("regret", say("Regret"), "", ONE, 10.5),
            Column("first", say("First moves and foresight"), "", ONE, 10.5),
            Column("delay", say("Delay"), months, TWO, 9),
            Column("own delay", say("Own best delay"), months, TWO, 9.5),
            *ready,
        ),
        tuple(rows),
        say("Expected"),
    )


def _it_at_the_end(view: View) -> dict[str, dict[str, float]]:
    """MW of IT ready at the end of each scenario, by market."""
    paths, last = view.solution["paths"], findings.last_nodes(view.solution)
    leaf = {name: node for name, node in zip(paths["scenario"], paths["node"], strict=True) if node in last}
    ready: dict[str, dict[str, float]] = {}
    for node, market, mw in view.solution.rows("markets", "node", "market", "it_mw"):
        ready.setdefault(node, {})[market] = mw
    return {name: ready.get(node, {}) for name, node in leaf.items()}


__all__ = ["KNOWN", "MINIMISED", "risk"]
