"""What a plan commits to now: in its first year or before the first reveal, as the likeliest scenario sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from planner import findings
from planner.findings import CommittedLot
from planner.report.by_period import View
from planner.report.sheets.decide.moves import least_of
from planner.report.words import say, several

KINDS = ("order", "start", "open", "connect", "plant")
"""Kinds of commitment, in the order of the tables' columns."""
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Now:
    """What a plan commits to in its first year or, where something becomes known later, before the first reveal.

    Order-by dates are those of the likeliest scenario; until the first reveal the plan is the same in all of them.
    """

    view: View
    """The plan as a whole."""

    @cached_property
    def path(self) -> View:
        """The plan as the likeliest scenario sees it."""
        return self.view.likeliest

    @cached_property
    def reveal(self) -> int | None:
        """Position of the period in which scenarios part first; None where they never do."""
        seen: set[int] = set()
        for period in sorted(self.view.period_of.values()):
            if period in seen:
                return period
            seen.add(period)
        return None

    @cached_property
    def span(self) -> int:
        """Periods that count as now."""
        if self.reveal is not None:
            return self.reveal
        line = self.view.line
        return max(1, sum(line.offset(period + 1) <= MONTHS_PER_YEAR for period in range(line.reported)))

    @property
    def periods(self) -> list[str]:
        """Labels of the periods that are reported."""
        return self.view.periods

    @property
    def even(self) -> bool:
        """Whether all periods that are reported have one length."""
        return len(set(self.view.lengths)) == 1

    @property
    def until(self) -> str:
        """Period in which something becomes known first; empty where nothing does."""
        return "" if self.reveal is None else self.periods[self.reveal]

    @property
    def first(self) -> str:
        """First period."""
        return self.periods[0]

    @property
    def last(self) -> str:
        """Last period that counts as now."""
        return self.periods[max(0, self.span - 1)]

    @cached_property
    def all(self) -> list[CommittedLot]:
        """Every commitment of the periods that are reported that is more than rounding."""
        lots = [lot for lot in self.path.dossier.found.commitments if lot.period < self.view.line.reported]
        least = {kind: least_of(lot.amount for lot in lots if lot.kind == kind) for kind in {lot.kind for lot in lots}}
        return [lot for lot in lots if lot.amount > least[lot.kind]]

    @cached_property
    def lots(self) -> list[CommittedLot]:
        """Those of now, the most urgent first: least slack, then most money."""
        now = [lot for lot in self.all if lot.period < self.span]
        return sorted(now, key=lambda lot: (lot.latest != 0, lot.slack is None, lot.slack or 0, -lot.musd, lot.item))

    @cached_property
    def due(self) -> list[CommittedLot]:
        """Those that cannot wait for the second period."""
        return [lot for lot in self.lots if lot.latest == 0]

    @cached_property
    def tight(self) -> list[CommittedLot]:
        """Those that cannot slip at all."""
        return [lot for lot in self.lots if lot.slack == 0]

    @cached_property
    def cash(self) -> findings.Committed:
        """Money committed and paid in the periods that are reported."""
        found = self.path.dossier.found.committed
        return replace(found, periods=found.periods[: self.view.line.reported])

    @cached_property
    def later_cash(self) -> list[findings.CommittedPeriod]:
        """The same of all periods that are solved and not reported, as one; none where there are none."""
        later = self.path.dossier.found.committed.periods[self.view.line.reported :]
        return [findings.CommittedPeriod.together(later)] if later else []

    @cached_property
    def budgets(self) -> list[findings.BudgetWindow]:
        """Budgets with the capital paid against them, by window that begins in a period that is reported."""
        return [each for each in self.path.dossier.found.budgets if each.first < self.view.line.reported]

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds that the plan commits to at all; halls where there are none."""
        used = [kind for kind in KINDS if any(period.new[kind] for period in self.cash.periods)]
        return used or ["start"]

    @property
    def binds(self) -> bool:
        """Whether any money is committed, before the plan or by it."""
        return self.cash.before > 0 or any(period.committed > 0 for period in self.cash.periods)

    @property
    def committed_by_then(self) -> float:
        """Committed by the end of now and not cancelled, what stood before the plan included, million USD."""
        periods = self.cash.periods[: self.span]
        return self.cash.before + sum(period.committed - period.cancelled for period in periods)

    @property
    def paid_by_then(self) -> float:
        """Of it paid by then, million USD."""
        return sum(period.paid for period in self.cash.periods[: self.span])

    def slack(self, lot: CommittedLot) -> int | None:
        """By how much a commitment can slip: periods where all have one length, else months."""
        if lot.latest is None or self.even:
            return lot.slack
        return self.view.line.offset(lot.latest) - self.view.line.offset(lot.period)

    @property
    def slack_unit(self) -> str:
        """Unit of slack."""
        return say("periods") if self.even else say("months")

    def slack_words(self, lot: CommittedLot) -> str:
        """Slack of a commitment in words."""
        number = self.slack(lot) or 0
        return {
            "month": several(number, "{n} month", "{n} months"),
            "quarter": several(number, "{n} quarter", "{n} quarters"),
            "year": several(number, "{n} year", "{n} years"),
        }[self.view.line.frequency(0) if self.even else "month"]


def kind_names() -> dict[str, str]:
    """Kinds of commitment as headings."""
    return {
        "order": say("Chips"),
        "start": say("Halls"),
        "open": say("Sites"),
        "connect": say("Grid"),
        "plant": say("Plant"),
    }


__all__ = ["KINDS", "Now", "kind_names"]
