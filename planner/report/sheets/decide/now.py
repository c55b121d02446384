"""What a plan commits to now: in its first year or before the first reveal, as the likeliest scenario sees it."""

from __future__ import annotations

from dataclasses import dataclass
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
        line = self.view.dossier.case.settings.timeline
        return max(1, sum(line.offset(period + 1) <= MONTHS_PER_YEAR for period in line))

    @property
    def periods(self) -> list[str]:
        """Labels of the periods."""
        return self.view.periods

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
        """Every commitment of the plan that is more than rounding."""
        lots = self.path.dossier.found.commitments
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
        """Money committed and paid, by period."""
        return self.path.dossier.found.committed

    @cached_property
    def budgets(self) -> list[findings.BudgetWindow]:
        """Budgets with the capital paid against them, by window."""
        return self.path.dossier.found.budgets

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


def kind_names() -> dict[str, str]:
    """Kinds of commitment as headings."""
    return {
        "order": say("Chips"),
        "start": say("Halls"),
        "open": say("Sites"),
        "connect": say("Grid"),
        "plant": say("Plant"),
    }


def periods_words(view: View, number: int) -> str:
    """A number of periods in words."""
    return {
        "month": several(number, "{n} month", "{n} months"),
        "quarter": several(number, "{n} quarter", "{n} quarters"),
        "year": several(number, "{n} year", "{n} years"),
    }[view.dossier.case.settings.timeline.frequency(0)]


__all__ = ["KINDS", "Now", "kind_names", "periods_words"]
