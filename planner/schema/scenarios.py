"""From dated reveals to the branches of a scenario tree, each with the case as it is known to hold there.

Two branches that a reveal has not yet separated are one: what is decided before a reveal is decided once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.errors import CaseError, Problem
from planner.message import Message
from planner.schema.case import Case
from planner.schema.shocks import trace_shocks
from planner.schema.uncertainty import Outcome, Reveal
from planner.schema.walk_fields import CasePath

MOST_SCENARIOS = 1000
"""Scenarios of one case; more are a mistake in combining reveals, or work for sampling."""


@dataclass(frozen=True)
class Branch:
    """A stretch of the plan between reveals, and the case as it is known to hold there."""

    name: str
    """Outcomes known by then, joined by commas; empty before the first reveal."""
    outcomes: tuple[tuple[str, str], ...]
    """Reveals and their outcomes, as they became known."""
    since: int
    """First period."""
    until: int
    """First period after it."""
    probability: float
    """Probability of coming to it."""
    parent: int | None
    """Position of the branch before it; none for the first."""
    case: Case
    """The case with the shocks of the outcomes known by then."""


@dataclass(frozen=True)
class Scenario:
    """One possible future, from the plan's first day to its last."""

    name: str
    """Outcomes on its path, joined by commas; `base` where there is only one scenario."""
    probability: float
    """Its probability."""
    case: Case
    """The case as it turns out to be: an ordinary case without uncertainty about it."""
    branches: tuple[int, ...]
    """Positions of its branches, the first one first."""


@dataclass(frozen=True)
class _Known:
    """What is known at some time, and which reveals are still to come."""

    outcomes: tuple[tuple[str, str], ...]
    pending: frozenset[str]
    probability: float
    case: Case


BASE = "base"
"""Name of the scenario of a case with only one."""


def branches(case: Case) -> tuple[Branch, ...]:
    """Branches of a case's scenario tree, each after the one that it follows; one where nothing is uncertain.

    Raises CaseError where a shock cannot be applied.
    """
    periods = case.settings.timeline.periods
    found: list[Branch] = []
    names = _Names(case.uncertainty)
    # Known, first period and parent of branches still to be written.
    waiting: list[tuple[_Known, int, int | None]] = [(_Known((), _roots(case.uncertainty), 1.0, case), 0, None)]
    while waiting:
        known, since, parent = waiting.pop()
        until = min((_period(case, name) for name in known.pending), default=periods)
        position = len(found)
        found.append(Branch(names(known), known.outcomes, since, until, known.probability, parent, known.case))
        if until < periods:
            waiting += [(later, until, position) for later in reversed(list(_revealed(known, until, case)))]
    return tuple(found)


def scenarios(case: Case) -> tuple[Scenario, ...]:
    """Every possible future of a case; the one scenario `base` where nothing is uncertain.

    Raises CaseError where a shock cannot be applied.
    """
    return scenarios_of(branches(case))


def scenarios_of(tree: tuple[Branch, ...]) -> tuple[Scenario, ...]:
    """The possible futures that branches make."""
    followed = {branch.parent for branch in tree}
    leaves = [position for position in range(len(tree)) if position not in followed]
    return tuple(
        Scenario(
            name=BASE if len(leaves) == 1 else tree[leaf].name,
            probability=tree[leaf].probability,
            case=tree[leaf].case.model_copy(update={"uncertainty": {}}),
            branches=tuple(_path(tree, leaf)),
        )
        for leaf in leaves
    )


def first_reveal(case: Case) -> int | None:
    """First period in which scenarios part; none where they never do."""
    tree = branches(case)
    parents = [branch.parent for branch in tree]
    return min(
        (each.since for each in tree if each.parent is not None and parents.count(each.parent) > 1), default=None
    )


def uncertainty_problems(case: Case) -> Iterator[Problem]:
    """Reveals that come too early or too late, lead nowhere or in circles, and shocks that cannot be applied."""
    problems = [*_reveal_problems(case)]
    if not problems and (count := _count(case)) > MOST_SCENARIOS:
        message = f"its reveals combine to {count:,} scenarios; allowed: up to {MOST_SCENARIOS:,}"
        problems.append(
            Problem(("uncertainty",), Message("{message}. Chain reveals with next, or merge outcomes", message=message))
        )
    if problems:
        yield from problems
        return
    try:
        branches(_with_every_outcome(case))
    except CaseError as error:
        yield from error.problems


def _with_every_outcome(case: Case) -> Case:
    """The case with every outcome possible, so that the shocks of one with probability 0 are tried as well."""
    reveals = {}
    for name, reveal in case.uncertainty.items():
        even = {"probability": 1.0 / len(reveal.outcomes)}
        outcomes = {key: outcome.model_copy(update=even) for key, outcome in reveal.outcomes.items()}
        reveals[name] = reveal.model_copy(update={"outcomes": outcomes})
    return case.model_copy(update={"uncertainty": reveals})


def _reveal_problems(case: Case) -> Iterator[Problem]:
    line = case.settings.timeline
    last = line.first_day(line.periods - 1)
    for name, reveal in case.uncertainty.items():
        at = ("uncertainty", name)
        if reveal.date <= line.start:
            yield Problem(
                (*at, "date"),
                Message(
                    "found {date}; a reveal lies after the plan's first day, {start}. What is known by then "
                    "belongs into the case itself",
                    date=reveal.date,
                    start=line.start,
                ),
            )
        elif line.from_date(reveal.date) >= line.periods:
            yield Problem(
                (*at, "date"),
                Message(
                    "found {date}, after the last period has begun ({last}); no decision can answer it. Plan for "
                    "more periods, or take the reveal out",
                    date=reveal.date,
                    last=last,
                ),
            )
        for outcome_name, outcome in reveal.outcomes.items():
            here = (*at, "outcomes", outcome_name)
            if "," in outcome_name:
                yield Problem(
                    here, Message("the name of an outcome holds no comma: commas part the outcomes of a scenario")
                )
            follower = None if outcome.next is None else case.uncertainty[outcome.next]
            if follower is not None and follower.date <= reveal.date:
                yield Problem(
                    (*here, "next"),
                    Message(
                        "found {next}, which is known on {date}, not after this one ({day})",
                        next=outcome.next or "",
                        date=follower.date,
                        day=reveal.date,
                    ),
                )


def _count(case: Case) -> int:
    """Number of scenarios, without working them out."""

    def below(name: str) -> int:
        kept = _kept(case.uncertainty[name])
        return sum(1 if outcome.next is None else below(outcome.next) for outcome in kept.values())

    count = 1
    for name in _roots(case.uncertainty):
        count *= below(name)
    return count


def _roots(uncertainty: Mapping[str, Reveal]) -> frozenset[str]:
    """Reveals that come on every path: those that no outcome names as the next."""
    followers = {outcome.next for reveal in uncertainty.values() for outcome in reveal.outcomes.values()}
    return frozenset(name for name in uncertainty if name not in followers)


def _kept(reveal: Reveal) -> dict[str, Outcome]:
    return {name: outcome for name, outcome in sorted(reveal.outcomes.items()) if outcome.probability > 0}


def _followers(outcome: Outcome) -> set[str]:
    return set() if outcome.next is None else {outcome.next}


def _period(case: Case, name: str) -> int:
    return case.settings.timeline.from_date(case.uncertainty[name].date)


def _revealed(known: _Known, period: int, case: Case) -> Iterator[_Known]:
    """What may be known once everything due in a period is."""
    due = [name for name in known.pending if _period(case, name) == period]
    if not due:
        yield known
        return
    name = min(due, key=lambda name: (case.uncertainty[name].date, name))
    reveal = case.uncertainty[name]
    kept = _kept(reveal)
    whole = sum(outcome.probability for outcome in kept.values())
    for outcome_name, outcome in kept.items():
        later = _Known(
            outcomes=(*known.outcomes, (name, outcome_name)),
            pending=(known.pending | _followers(outcome)) - {name, *dict(known.outcomes)},
            probability=known.probability * (outcome.probability / whole),
            case=_shocked(known.case, name, outcome_name),
        )
        yield from _revealed(later, period, case)


def _shocked(case: Case, reveal: str, outcome: str) -> Case:
    """The case with what an outcome changes."""
    day, row = case.uncertainty[reveal].date, case.uncertainty[reveal].outcomes[outcome]
    for name in row.shocks:
        case, _ = trace_shocks(case, case.shocks[name].changes, at=("shocks", name, "changes"), revealed=day)
    at: CasePath = ("uncertainty", reveal, "outcomes", outcome, "changes")
    if row.changes:
        case, _ = trace_shocks(case, row.changes, at=at, revealed=day)
    return case


def _path(tree: tuple[Branch, ...], leaf: int) -> list[int]:
    path = []
    at: int | None = leaf
    while at is not None:
        path.append(at)
        at = tree[at].parent
    return path[::-1]


class _Names:
    """Names of branches: the outcomes of reveals that have more than one, told by their reveal where two share one."""

    def __init__(self, uncertainty: Mapping[str, Reveal]) -> None:
        self._open = {name for name, reveal in uncertainty.items() if len(_kept(reveal)) > 1}
        self._used = Counter(outcome for name in self._open for outcome in _kept(uncertainty[name]))

    def __call__(self, known: _Known) -> str:
        told = (
            outcome if self._used[outcome] == 1 else f"{reveal} {outcome}"
            for reveal, outcome in known.outcomes
            if reveal in self._open
        )
        return ", ".join(told)
