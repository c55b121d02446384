"""Regret by whose first moves are made and by the scenario that comes, coloured by its size."""

from __future__ import annotations

from planner.report.by_period import decimals
from planner.report.look.colour_roles import HEAT
from planner.report.sheet_spec import Cell, Column, Table, Value
from planner.report.sheets.risk.futures import Futures
from planner.report.words import percent, say, three
from planner.study.risk import COMMON

MOST_COLUMNS = 10
"""Scenarios that a table with one column each has room for."""
UP_TO = (0.01, 0.25, 0.5, 0.75, 1.0)
"""Shares of the largest regret up to which each look of heat goes."""


def regret_table(f: Futures) -> Table:
    """Whose first moves are made against the scenario that comes."""
    likeliest = sorted(f.scenarios, key=lambda each: -each.probability)[:MOST_COLUMNS]
    shown = [each.name for each in f.scenarios if each in likeliest]
    makers = [COMMON, *shown]
    largest = max((v or 0.0 for maker in makers for v in f.study.regrets[maker].values()), default=0.0)
    rows: list[tuple[Value, ...]] = []
    for maker in makers:
        line = f.study.regrets[maker]
        cells = [_heat(f, line[name], largest) for name in shown]
        most = [value for value in line.values() if value is not None]
        costliest: Value = Cell(say("no plan"), look="bad") if len(most) < len(line) else f.calm(max(most, default=0.0))
        name: Value = Cell(say("the plan"), look="strong") if maker == COMMON else maker
        rows.append((name, *cells, costliest))
    form = decimals([largest])
    below = [
        (look, say("up to {share} of the largest", share=percent(share)))
        for look, share in zip(HEAT, UP_TO[:-1], strict=False)
    ]
    return Table(
        "regrets",
        say("Regret by whose first moves are made (rows) and the scenario that comes (columns), million USD"),
        (
            Column("maker", say("First moves of, or best for"), width=27, wrap=True),
            *(Column(f"in {i}", name, "", form, 10.5) for i, name in enumerate(shown)),
            Column("most", say("Largest"), "", form, 10.5),
        ),
        tuple(rows),
        legend=(*below, (HEAT[-1], say("more"))) if largest > 0 else (),
    )


def _heat(f: Futures, musd: float | None, largest: float) -> Value:
    """A regret with the colour of its size."""
    if musd is None:
        return Cell(say("no plan"), look="bad")
    value = f.calm(musd)
    return Cell(value, look=next(look for look, share in zip(HEAT, UP_TO, strict=True) if value <= share * largest))


def regret_words(f: Futures) -> str:
    """What the table means, and whose first moves have the smallest largest regret."""
    words = say(
        "A cell is what it costs more than the scenario's own best plan to make these commitments before {reveal} and "
        "then the best of it.",
        reveal=f.study.reveal,
    )
    makers = {
        maker: max(value for value in line.values() if value is not None)
        for maker, line in f.study.regrets.items()
        if all(value is not None for value in line.values())
    }
    if not makers:
        return words
    best = min(makers, key=lambda maker: makers[maker])
    if COMMON in makers and f.calm(makers[COMMON] - makers[best]) == 0.0:
        least = three(f.calm(makers[COMMON]))
        return say("{words} No row has a smaller largest regret than the plan's, {least}.", words=words, least=least)
    return say(
        "{words} The smallest largest regret, {least}, is that of the first moves best for {name}.",
        words=words, least=three(f.calm(makers[best])), name=best,
    )  # fmt: skip


__all__ = ["regret_table", "regret_words"]
