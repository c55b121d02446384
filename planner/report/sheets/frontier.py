"""Frontier: what every month of delay costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from planner import findings
from planner.report.by_period import PENALTY, RENT, View
from planner.report.dossier import Dossier
from planner.report.look.colour_roles import SERIES
from planner.report.sheet_spec import (
    COUNT,
    ONE,
    THREE,
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
from planner.report.sheets.common.parts import page_title
from planner.report.words import message, money, say, three
from planner.study.frontier import FRONTIER, not_dominated


@dataclass(frozen=True)
class _Plan:
    """A plan of the frontier with its money."""

    delay: float
    cash: float
    """Present cost without penalties, million USD."""
    view: View


def frontier(dossier: Dossier) -> Sheet | None:
    """Plans from the cheapest to the soonest, and what each month gained costs."""
    plans = _plans(dossier)
    if len(plans) < 2:
        return None
    view = View(dossier)
    table = _table(view, plans)
    blocks = (
        Charts((_chart(plans),)),
        Note(_own(dossier)),
        table,
        Note(
            say(
                "Average delay is the area between demand and what own chips serve over the peak of demand, in months, "
                "weighted over workloads. Cost is present cost in cash: penalties on unmet demand are left out."
            )
        ),
    )
    return Sheet(
        "Frontier",
        _message(plans),
        page_title(view, say("Present cost against average delay, from the cheapest plan to the soonest")),
        blocks,
    )


def _cash(view: View) -> float:
    """Present cost without penalties, million USD."""
    return view.solution.objective_musd - view.present.get(PENALTY, 0.0)


def _plans(dossier: Dossier) -> list[_Plan]:
    """The plans that no other betters in both, the cheapest first."""
    points = dossier.studied.get(FRONTIER) or ()
    return [
        _Plan(point.delay_months, point.cost_musd, View(replace(dossier, solution=point.solution)))
        for point in not_dominated(points)
    ]


def _rates(plans: list[_Plan]) -> list[float]:
    """Million USD per month gained, from each plan to the next."""
    return [(b.cash - a.cash) / (a.delay - b.delay) for a, b in pairwise(plans)]


def _message(plans: list[_Plan]) -> str:
    first, last, rates = plans[0], plans[-1], _rates(plans)
    fields = {
        "most": three(first.delay), "least": three(last.delay), "cost": money(last.cash - first.cash),
        "start": money(rates[0]), "end": money(rates[-1]),
    }  # fmt: skip
    if len(rates) == 1:
        return message(
            say(
                "Cutting average delay from {most} to {least} months costs {cost}: {end} for each month gained.",
                **fields,
            )
        )
    return message(
        say(
            "Cutting average delay from {most} to {least} months costs {cost}: {start} a month at first, "
            "{end} a month at last.",
            **fields,
        ),
        say("Delay falls from {most} to {least} months for {cost}, the last of it at {end} a month.", **fields),
    )


def _own(dossier: Dossier) -> str:
    view = View(dossier)
    return say(
        "The plan of this report costs {cost} and has an average delay of {delay} months.",
        cost=money(_cash(view)),
        delay=three(findings.average_delay(dossier.case, dossier.solution)),
    )


def _chart(plans: list[_Plan]) -> Chart:
    first, last = plans[0], plans[-1]
    title = say(
        "From {most} to {least} months of average delay for {cost}",
        most=three(first.delay), least=three(last.delay), cost=money(last.cash - first.cash),
    )  # fmt: skip
    return Chart(
        "scatter",
        title,
        "frontier",
        "delay",
        (Series("cost", say("plans"), SERIES[0]),),
        say("Present cost over average delay, a point a plan, joined by a line. {title}.", title=title),
        unit=say("million USD, present cost"),
        across=say("average delay, months"),
        across_format="0.00",
        width=20.0,
        height=9.0,
    )


def _table(view: View, plans: list[_Plan]) -> Table:
    markets = list(view.dossier.case.markets)
    rows: list[tuple[Value, ...]] = []
    for at, plan in enumerate(plans):
        name = say("cheapest") if at == 0 else say("soonest") if at == len(plans) - 1 else say("plan {n}", n=at + 1)
        cells = {key: Ref("frontier", key, at) for key in ("delay", "cost")}
        cells |= {f"{key}_before": Ref("frontier", key, at - 1) for key in ("delay", "cost") if at}
        extra = rate = None
        if at:
            cells["least"] = Ref("frontier", "cost", 0)
            extra = Formula("{cost}-{least}", cells, plan.cash - plans[0].cash)
            before = plans[at - 1]
            rate = Formula(
                "({cost}-{cost_before})/({delay_before}-{delay})",
                cells,
                (plan.cash - before.cash) / (before.delay - plan.delay),
            )
        ready = findings.final_it_mw(plan.view.solution)
        chips = sum(findings.chips_ordered(plan.view.solution).values())
        rent = plan.view.reported_money(0).get((RENT,), 0.0)
        rows.append(
            (name, plan.delay, plan.cash, extra, rate, *(ready.get(market, 0.0) for market in markets), chips, rent)
        )
    return Table(
        "frontier",
        say("Plans on the frontier, the cheapest first"),
        (
            Column("name", say("Plan"), width=19),
            Column("delay", say("Average delay"), say("months"), THREE, 14),
            Column("cost", say("Present cost"), say("million USD"), ONE, 14),
            Column("extra", say("More than the cheapest"), say("million USD"), ONE, 14),
            Column("rate", say("Each month gained since the plan above"), say("million USD"), ONE, 20),
            *(
                Column(f"mw {market}", say("Halls ready at the end, {market}", market=market), say("MW IT"), ONE, 14)
                for market in markets
            ),
            Column("chips", say("Chips ordered"), say("number"), COUNT, 14),
            Column("rent", say("Rented compute"), say("million USD, undiscounted"), ONE, 16),
        ),
        tuple(rows),
    )
