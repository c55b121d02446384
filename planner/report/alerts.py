"""Alerts: what the board should know before it relies on the plan, in words."""

from __future__ import annotations

from collections.abc import Iterator

from planner import findings
from planner.report.by_period import View
from planner.report.words import count, known, listed, money, percent, say, say_message
from planner.solution import Status

RESIDUAL_LIMIT = 0.5
"""Residual value as a share of capital above which the plan leans on what comes after it."""
SIDES = 0.1
"""Difference of a price's two sides above which it holds for small changes only."""


def alerts(view: View) -> Iterator[str]:
    """Everything that deserves a second look."""
    solution = view.solution
    if solution.status is not Status.OPTIMAL and solution.gap is None:
        yield say(
            "The plan holds, but the solver was stopped before it had proven any bound: how much less a better plan "
            "may cost is not known."
        )
    elif solution.status is not Status.OPTIMAL:
        yield say(
            "The plan holds but is not proven to be the cheapest: a better one may cost up to {gap} less.",
            gap=percent(solution.gap or 0.0),
        )
    yield from _residual(view)
    yield from _short(view)
    yield from _soft(view)
    yield from _sides(view)
    yield from map(say_message, solution.warnings)


def _residual(view: View) -> Iterator[str]:
    share = findings.residual_share(view.solved)
    if share > RESIDUAL_LIMIT:
        yield say(
            "Residual value is {share} of the capital spent: more than half of what is paid is credited back at the "
            "end of the plan, so the cost rests on what chips and halls are worth then.",
            share=percent(share),
        )


def _short(view: View) -> Iterator[str]:
    first = findings.first_served(view.solution)
    never = [name for name, period in first.items() if period is None]
    if never:
        words = "Own chips never serve the whole of {names}: the rest is rented or left unmet."
        if len(view.scenarios) > 1:
            words = (
                "In no period do own chips serve the whole of {names} in every scenario; the rest is rented or unmet."
            )
        yield say(words, names=listed(never))


def _soft(view: View) -> Iterator[str]:
    violated = view.expected("violations", "amount", "kind", "rule")
    for (kind, rule), amount in sorted(violated.items()):
        if amount > 0:
            yield say(
                "The soft rule {rule} ({kind}) is violated, by {amount} in all.",
                rule=rule,
                kind=known(kind),
                amount=count(amount),
            )
    paid = view.reported_money(0).get(("soft rules",), 0.0)
    if paid > 0:
        yield say("Violations of soft rules count {paid} in the objective; this is no cash.", paid=money(paid))


def _sides(view: View) -> Iterator[str]:
    apart = {
        where: None
        for where, more, less in view.solution.rows("verified", "where", "more_usd", "less_usd")
        if abs(more - less) > SIDES * max(abs(more), abs(less))
    }
    if apart:
        yield say(
            "The price of {names} differs between one step more and one less; it holds for small changes only.",
            names=listed(list(apart)),
        )
