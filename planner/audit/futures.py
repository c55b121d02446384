"""What may become of a case: its reveals taken one after the other, each outcome with what it changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

from planner.schema import Case
from planner.schema.shocks import trace_shocks
from planner.schema.uncertainty import Outcome, Reveal


@dataclass(frozen=True)
class Future:
    """One way in which everything may turn out, as an ordinary case."""

    case: Case
    """The case as it stands there, with nothing uncertain left."""
    probability: float
    """Its probability."""
    learnt: tuple[tuple[int, str, str], ...]
    """First period in which it is known, reveal and outcome."""

    def node(self, period: int) -> Hashable:
        """The period and all that is known in it: the same for futures that have not separated yet."""
        return period, frozenset(entry for entry in self.learnt if entry[0] <= period)


def futures(case: Case) -> list[Future]:
    """Every future that is possible; the case itself where nothing is uncertain."""
    reveals = sorted(case.uncertainty.items(), key=lambda item: (item[1].date, item[0]))
    return list(_unfold(reveals, Future(case, 1.0, ()), case))


def _unfold(reveals: list[tuple[str, Reveal]], known: Future, case: Case) -> Iterator[Future]:
    """Futures that come of what is known, one reveal at a time."""
    if not reveals:
        yield replace(known, case=known.case.model_copy(update={"uncertainty": {}}))
        return
    (name, reveal), *later = reveals
    if not _comes(name, known, case):
        yield from _unfold(later, known, case)
        return
    whole = sum(outcome.probability for outcome in reveal.outcomes.values())
    for told, outcome in reveal.outcomes.items():
        if outcome.probability > 0.0:
            since = case.settings.timeline.from_date(reveal.date)
            after = Future(
                _changed(known.case, name, told, outcome, reveal),
                known.probability * outcome.probability / whole,
                (*known.learnt, (since, name, told)),
            )
            yield from _unfold(later, after, case)


def _comes(name: str, known: Future, case: Case) -> bool:
    """Whether a reveal comes at all: always, or only after an outcome that names it as the next."""
    reveals = case.uncertainty
    leads = {
        (reveal, told) for reveal, row in reveals.items() for told, out in row.outcomes.items() if out.next == name
    }
    return not leads or any((reveal, told) in leads for _, reveal, told in known.learnt)


def _changed(case: Case, name: str, told: str, outcome: Outcome, reveal: Reveal) -> Case:
    for shock in outcome.shocks:
        case, _ = trace_shocks(case, case.shocks[shock].changes, at=("shocks", shock), revealed=reveal.date)
    if outcome.changes:
        case, _ = trace_shocks(case, outcome.changes, at=("uncertainty", name, told), revealed=reveal.date)
    return case
