"""Before a reveal: what is committed, what of it may be regretted, and what waiting costs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.by_period import View
from planner.report.sheet_spec import (
    COUNT,
    ONE,
    TWO,
    Beside,
    Block,
    Cell,
    Column,
    Formula,
    Note,
    Ref,
    Sheet,
    Table,
    Value,
    number,
)
from planner.report.sheets.common.parts import page_title, parts_words
from planner.report.sheets.decide.branches import MOST_BRANCHES, Branches, next_blocks
from planner.report.sheets.decide.cash import cash_blocks
from planner.report.sheets.decide.commit import cash_sentences, definition, least_slack, orderby_sentence, slack_cell
from planner.report.sheets.decide.hedges import SAME, left_open_blocks, look_of, premium_table, verdict, wholly_shared
from planner.report.sheets.decide.moves import amount_cell, amount_format, counted_words, least_of, move_words, unit_of
from planner.report.sheets.decide.now import Now
from planner.report.sheets.decide.waiting import waiting_table, waiting_words
from planner.report.words import listed, message, money, percent, say
from planner.study.risk import COMMON, FirstMove, Risk

MOST_PERIODS = 3
"""Columns of periods that a page has room for."""


def before_reveal(view: View, study: Risk) -> Sheet:
    """Every commitment before the first reveal, what is left open, what each outcome leads to, the price of waiting."""
    now = Now(view)
    branches = Branches(view, view.periods.index(study.reveal))
    taken, left = taken_moves(study), left_open(study)
    blocks: list[Block] = [Note(sentence) for sentence in (*_opening(branches, study, taken), *parts_words(view))]
    if taken:
        table = _commitments(branches, study, taken, now)
        blocks += [Note(orderby_sentence(view)), table, Note(_definitions(study)), Note(definition(now))]
    regretted = [move for move in taken if move.premium_musd]
    if regretted:
        blocks.append(premium_table(branches, "premiums", _premium_caption(), study, regretted))
    blocks += left_open_blocks(branches, study, left)
    following = tuple(next_blocks(branches))
    waits = waiting_table(study)
    if waits is None:
        blocks += following
    elif taken and len(branches.roots) <= MOST_BRANCHES:
        blocks.append(Beside(following, (waits,), len(table.columns) - 2))
    else:
        blocks += [*following, waits]
    if waits is not None:
        blocks.append(Note(waiting_words(study)))
    blocks += [*(Note(words) for words in cash_sentences(now)), *cash_blocks(now)]
    what = say("What is committed before {reveal}, in million USD, not discounted", reveal=study.reveal)
    return Sheet("Decide now", _message(study, taken), page_title(view, what, weighted=False), tuple(blocks))


def taken_moves(study: Risk) -> list[FirstMove]:
    """Commitments that the plan makes, the costliest first; whole phases stand under the halls that they begin."""
    halls = {move.item for move in study.moves if move.kind == "start"}
    amounts = {
        kind: [amount for move in study.moves if move.kind == kind for amount in move.amounts.values()]
        for kind in {move.kind for move in study.moves}
    }
    return [
        move
        for move in study.moves
        if move.amounts
        and max(move.amounts.values()) > least_of(amounts[move.kind])
        and not (move.kind == "phases" and move.item in halls)
    ]


def left_open(study: Risk) -> list[FirstMove]:
    """Moves that some scenario would take now and the plan does not."""
    return [move for move in study.moves if not move.amounts]


def safe_musd(move: FirstMove) -> float:
    """Part of a commitment that every scenario's own best plan makes as well, million USD."""
    return move.musd * min(move.shared, move.amount) / move.amount if move.amount > 0 else 0.0


def _message(study: Risk, taken: list[FirstMove]) -> str:
    if not taken:
        least = min((wait.cost_musd or 0.0 for wait in study.waits), default=0.0)
        return message(
            say(
                "Nothing has to be committed before {reveal}: to wait for it costs {cost} more.",
                reveal=study.reveal,
                cost=money(least),
            )
        )
    total, safe = sum(move.musd for move in taken), sum(safe_musd(move) for move in taken)
    hedged = all(move.premium_musd or wholly_shared(move) for move in taken)
    fields = {
        "reveal": study.reveal, "total": money(total), "safe": money(safe), "rest": money(total - safe),
        "paid": money(sum(move.paid_musd for move in taken)),
    }  # fmt: skip
    if total - safe <= SAME * total:
        return message(
            say(
                "Before {reveal} the plan commits {total}, {paid} of it paid by then: all that every scenario would "
                "commit too.",
                **fields,
            ),
            say("Before {reveal} the plan commits {total}, all of which every scenario would commit.", **fields),
        )
    if hedged:
        return message(
            say(
                "Before {reveal} the plan commits {total}: {safe} in every scenario's own best plan too, {rest} as a "
                "hedge.",
                **fields,
            ),
            say("Before {reveal} the plan commits {total}, {rest} of it as a hedge.", **fields),
        )
    return message(
        say(
            "Before {reveal} the plan commits {total}: {safe} in every scenario's own best plan, {rest} not in all.",
            **fields,
        ),
        say("Before {reveal} the plan commits {total}, {safe} of it in every scenario's own plan.", **fields),
    )


def _opening(branches: Branches, study: Risk, taken: list[FirstMove]) -> Iterator[str]:
    what = branches.reveals()
    outcomes = [
        say("{name} ({chance})", name=branches.names[root], chance=percent(branches.view.probability_of[root]))
        for root in branches.roots
        if branches.names[root]
    ]
    if what and outcomes:
        yield say(
            "In {reveal} it becomes known how {what} turns out: {outcomes}. Until then there is one plan for all.",
            reveal=study.reveal,
            what=what,
            outcomes=listed(outcomes, 6),
        )
    if not taken:
        return
    regretted = [move for move in taken if move.premium_musd]
    paid, least = sum(move.paid_musd for move in taken), sum(move.least_musd for move in taken)
    yield say(
        "Of what is committed, {paid} is paid before {reveal}; where orders are cancelled it comes down to {least}.",
        paid=money(paid), least=money(least), reveal=study.reveal,
    )  # fmt: skip
    together = study.regrets[COMMON]
    worst = max(together, key=lambda name: together[name] or 0.0)
    if (most := together[worst] or 0.0) > SAME * SAME * abs(study.expected_musd):
        alike = [name for name, musd in together.items() if (musd or 0.0) >= most * (1 - SAME)]
        yield say(
            "Together these commitments cost up to {most} more than the best for the scenario that comes, in {names}.",
            most=money(most),
            names=listed(branches.covering(alike)),
        )
    else:
        yield say("In every scenario these commitments are as good as those of its own best plan.")
    if not regretted:
        return
    costliest = max(regretted, key=lambda move: max(move.premium_musd.values()))
    scenario = max(costliest.premium_musd, key=lambda name: costliest.premium_musd[name])
    yield say(
        "The single one that could be regretted most: {what}, by {premium} in {names}.",
        what=move_words(costliest.kind, costliest.item), premium=money(costliest.premium_musd[scenario]),
        names=listed(branches.covering(_alike(costliest, scenario))),
    )  # fmt: skip


def _alike(move: FirstMove, scenario: str) -> list[str]:
    """Scenarios in which a move is regretted as much."""
    return [name for name, musd in move.premium_musd.items() if musd >= move.premium_musd[scenario] * (1 - SAME)]


def _spans(view: View, study: Risk) -> list[tuple[str, list[str]]]:
    """Headings of periods before the reveal; those that a page has no room for stand together."""
    before = view.periods[: view.periods.index(study.reveal)]
    if len(before) <= MOST_PERIODS:
        return [(period, [period]) for period in before]
    single, rest = before[: MOST_PERIODS - 1], before[MOST_PERIODS - 1 :]
    return [(period, [period]) for period in single] + [(say("{a} to {b}", a=rest[0], b=rest[-1]), rest)]


def _commitments(branches: Branches, study: Risk, taken: list[FirstMove], now: Now) -> Table:
    spans = _spans(branches.view, study)
    rows: list[tuple[Value, ...]] = []
    for position, move in enumerate(taken):
        line = [
            amount_cell(move.kind, sum(move.amounts.get(period, 0.0) for period in periods)) for _, periods in spans
        ]
        total = sum(number(cell) for cell in line)
        shared = amount_cell(move.kind, total if wholly_shared(move) else min(move.shared, total))
        cells = {key: Ref("commitments", key, position) for key in ("commits", "shared", "amount")}
        across = {"line": Ref("commitments", "in 0", position, to=f"in {len(spans) - 1}")}
        rows.append(
            (
                counted_words(branches.view.dossier.case, move.kind, move.item, total),
                unit_of(move.kind),
                *line,
                Cell(Formula("SUM({line})", across, total), amount_format(move.kind, total)),
                *_dates(now, move, branches.reveal),
                move.musd,
                move.paid_musd,
                move.least_musd,
                shared,
                Formula("{commits}*{shared}/{amount}", cells, move.musd * number(shared) / total),
                Cell(verdict(branches, move), look=look_of(move)),
            )
        )
    return Table(
        "commitments",
        say(
            "To commit before {reveal}, the costliest first; money in million USD, not discounted", reveal=study.reveal
        ),
        (
            Column("what", say("Commitment"), width=37, wrap=True),
            Column("unit", say("Unit"), width=9.5),
            *(Column(f"in {i}", heading, "", TWO, 10) for i, (heading, _) in enumerate(spans)),
            Column("amount", say("In all"), "", TWO, 10),
            Column("by", say("Order by"), width=9),
            Column("slack", say("Slack"), now.slack_unit, COUNT, 9),
            Column("commits", say("Commits"), "", ONE, 10, total=True),
            Column("paid", say("Of it paid by then"), "", ONE, 10, total=True),
            Column("least", say("Least, if cancelled"), "", ONE, 10.5, total=True),
            Column("shared", say("Amount in every own plan"), "", TWO, 10.5),
            Column("safe", say("Money in every own plan"), "", ONE, 10.5, total=True),
            Column("verdict", say("Verdict"), width=50, wrap=True),
        ),
        tuple(rows),
        say("In all"),
    )


def _dates(now: Now, move: FirstMove, reveal: int) -> tuple[Value, Value]:
    """Order-by period and slack of the part of a commitment that is the most urgent."""
    lot = least_slack(now, move.kind, move.item, reveal)
    if lot is None or lot.latest is None:
        return None, None
    return now.view.line.label(lot.latest), slack_cell(now, lot)


def _definitions(study: Risk) -> str:
    return say(
        "Commits: what has to be paid, by {reveal} and after, in the scenario in which it costs most. Least: in the "
        "one in which it costs least, orders being cancelled. Own plan of a scenario: what would be best if "
        "it were known from the first day that it comes. Premium: what deciding this one commitment anew would save "
        "there, all others held; indifferent by itself is what would save nothing so.",
        reveal=study.reveal,
    )


def _premium_caption() -> str:
    return say("Premiums of what may be regretted, million USD of present cost")


__all__ = ["before_reveal", "left_open", "safe_musd", "taken_moves"]
