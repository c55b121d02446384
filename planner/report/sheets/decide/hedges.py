"""Whether a commitment is ever regretted, what deciding it anew would save, and what is left open."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.by_period import decimals
from planner.report.sheet_spec import SHARE, Block, Cell, Column, Formula, Note, Ref, Table, Value
from planner.report.sheets.decide.branches import Branches
from planner.report.sheets.decide.moves import least_of, move_words, unit_of
from planner.report.words import filled, listed, money, percent, say, three
from planner.study.risk import FirstMove, Risk, ScenarioRisk

SAME = 1e-4
"""Share of an amount within which two plans take the same."""
WORTH = 0.01
"""Share of what a commitment costs from which its premium is set off by colour."""
MOST_GROUPS = 7
"""Columns of scenarios that regret the same that a page has room for."""


def verdict(branches: Branches, move: FirstMove) -> str:
    """Whether a commitment is ever regretted, in words."""
    less = [name for name, own in move.own.items() if own < move.amount * (1 - SAME)]
    if not move.premium_musd:
        if not less:
            return say("no regret: every scenario would do it")
        return say("indifferent by itself: {names} would take less", names=listed(branches.covering(less), 3))
    more = [name for name, own in move.own.items() if own > move.amount * (1 + SAME)]
    groups = (
        (say("regretted in {names} (premium {premium})"), [n for n in move.premium_musd if n in less]),
        (say("{names} would take more (premium {premium})"), [n for n in move.premium_musd if n in more]),
        (
            say("{names} would take it in other periods (premium {premium})"),
            [n for n in move.premium_musd if n not in less and n not in more],
        ),
    )
    reasons = [
        filled(words, names=listed(branches.covering(names), 3), premium=_premium_words(move, names))
        for words, names in groups
        if names
    ]
    return say("hedge: {reasons}", reasons=say("; ").join(reasons))


def wholly_shared(move: FirstMove) -> bool:
    """Whether every scenario's own best plan takes as much."""
    return move.shared >= move.amount * (1 - SAME)


def look_of(move: FirstMove) -> str:
    """Look of a verdict: set off where the premium is worth a thought, quiet where it is not."""
    if max(move.premium_musd.values(), default=0.0) >= WORTH * move.musd > 0:
        return "alert"
    return "body" if wholly_shared(move) else "quiet"


def _premium_words(move: FirstMove, names: list[str]) -> str:
    least, most = (pick(move.premium_musd[name] for name in names) for pick in (min, max))
    return money(most) if least >= 0.99 * most else say("up to {most}", most=money(most))


def premium_table(branches: Branches, table: str, caption: str, study: Risk, moves: list[FirstMove]) -> Table:
    """What deciding one move anew would save, by scenarios that would save the same, and the mean over all."""
    groups = _groups(study, moves)
    shown = groups[:MOST_GROUPS]
    form = decimals([musd for move in moves for musd in move.premium_musd.values()])
    chances = [sum(each.probability for each in group) for group in groups]
    rows: list[tuple[Value, ...]] = [
        (
            Cell(say("Probability"), look="quiet"),
            None,
            *(Cell(each, SHARE, "quiet") for each in chances[: len(shown)]),
        )
    ]
    for position, move in enumerate(moves, start=1):
        line = [
            sum(each.probability * move.premium_musd.get(each.name, 0.0) for each in group) / chance
            for group, chance in zip(groups, chances, strict=True)
        ]
        weighted = sum(chance * musd for chance, musd in zip(chances, line, strict=True))
        cells = {
            "chances": Ref(table, "in 0", 0, to=f"in {len(shown) - 1}"),
            "line": Ref(table, "in 0", position, to=f"in {len(shown) - 1}"),
        }
        mean: Value = Formula("SUMPRODUCT({chances},{line})", cells, weighted)
        rows.append(
            (
                move_words(move.kind, move.item),
                mean if len(shown) == len(groups) else weighted,
                *(musd if musd > 0 else None for musd in line[: len(shown)]),
            )
        )
    return Table(
        table,
        caption,
        (
            Column("what", say("Commitment"), width=37, wrap=True),
            Column("mean", say("Mean over all"), "", form, 9.5),
            *(
                Column(f"in {i}", listed(branches.covering([each.name for each in group]), 3), "", form, 10)
                for i, group in enumerate(shown)
            ),
        ),
        tuple(rows),
    )


def _groups(study: Risk, moves: list[FirstMove]) -> list[list[ScenarioRisk]]:
    """Scenarios in which deciding anew would save the same, those that save most in the mean first."""
    found: list[list[ScenarioRisk]] = []
    size = max(musd for move in moves for musd in move.premium_musd.values())

    def premium(each: ScenarioRisk, move: FirstMove) -> float:
        return move.premium_musd.get(each.name, 0.0)

    for each in study.scenarios:
        if not any(premium(each, move) for move in moves):
            continue
        for group in found:
            if all(abs(premium(each, move) - premium(group[0], move)) <= SAME * size for move in moves):
                group.append(each)
                break
        else:
            found.append([each])
    return sorted(found, key=lambda group: -sum(e.probability * premium(e, move) for e in group for move in moves))


def left_open_blocks(branches: Branches, study: Risk, left: list[FirstMove]) -> Iterator[Block]:
    """What some scenario would take now and the plan does not."""
    if not left:
        yield Note(say("Left open: nothing that any scenario would save by committing to it now."))
        return
    caption = say("Left open: what it would save to commit to this now, million USD of present cost")
    yield premium_table(branches, "left_open", caption, study, left)
    for move in left:
        takers = {name: own for name, own in move.own.items() if own > least_of(move.own.values())}
        if takers:
            yield Note(
                say(
                    "{what}: {amounts} {unit} in the own best plan of {names}.",
                    what=move_words(move.kind, move.item),
                    amounts=_range(move, list(takers.values())),
                    unit=say("of the site") if move.kind == "open" else unit_of(move.kind),
                    names=listed(branches.covering(takers), 4),
                )
            )


def _range(move: FirstMove, amounts: list[float]) -> str:
    words = percent if move.kind == "open" else three
    least, most = min(amounts), max(amounts)
    if least >= most * (1 - SAME):
        return words(most)
    return say("{least} to {most}", least=words(least), most=words(most))


__all__ = ["SAME", "left_open_blocks", "look_of", "premium_table", "verdict", "wholly_shared"]
