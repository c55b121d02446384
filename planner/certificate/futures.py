"""The futures of a case, put together from its reveals alone: their names, their probabilities and what is known when.

A second opinion on the scenario tree, in plain arithmetic, that shares nothing with the branches the planner solves on.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from planner.schema import Case
from planner.schema.scenarios import BASE
from planner.schema.uncertainty import Reveal


@dataclass(frozen=True)
class Future:
    """One way in which all that is uncertain may turn out."""

    probability: float
    """Its probability."""
    known: tuple[tuple[int, str, str], ...]
    """Period from which it is known, reveal and outcome, as they become known."""

    def by(self, period: int) -> tuple[tuple[str, str], ...]:
        """Reveals and their outcomes that are known in a period.

        >>> Future(0.2, ((1, "licence", "revoked"), (3, "grid", "late"))).by(2)
        (('licence', 'revoked'),)
        """
        return tuple((reveal, outcome) for since, reveal, outcome in self.known if since <= period)


def futures(case: Case) -> dict[str, Future]:
    """Every future of a case by the name of its scenario.

    Reveals are taken by date, so that one which follows only after an outcome comes after it.
    """
    reveals = dict(sorted(case.uncertainty.items(), key=lambda item: (item[1].date, item[0])))
    followers = {outcome.next for reveal in reveals.values() for outcome in reveal.outcomes.values()}
    found = [Future(1.0, ())]
    for name, reveal in reveals.items():
        since, chances = case.settings.timeline.from_date(reveal.date), _chances(reveal)
        ahead = []
        for future in found:
            if name in followers and name not in {reveals[r].outcomes[o].next for _, r, o in future.known}:
                ahead.append(future)
                continue
            for outcome, chance in chances.items():
                ahead.append(Future(future.probability * chance, (*future.known, (since, name, outcome))))
        found = ahead
    if len(found) == 1:
        return {BASE: found[0]}
    told = {name: _chances(reveal) for name, reveal in reveals.items() if len(_chances(reveal)) > 1}
    uses = Counter(outcome for outcomes in told.values() for outcome in outcomes)
    return {
        ", ".join(o if uses[o] == 1 else f"{r} {o}" for _, r, o in future.known if r in told): future
        for future in found
    }


def _chances(reveal: Reveal) -> dict[str, float]:
    """Probability of each outcome that can come true."""
    whole = sum(outcome.probability for outcome in reveal.outcomes.values())
    return {name: outcome.probability / whole for name, outcome in reveal.outcomes.items() if outcome.probability > 0.0}
