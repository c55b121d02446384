"""Halls that a plan begins in a market: what they cost, and how long until they have power."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from planner.accounts import ACCOUNTS
from planner.plan_reader import PeriodValues, first_at_least
from planner.schema import Case
from planner.solution import Solution

LEAST = 1e-6
"""Share of the largest start or application below which one is the solver's rounding, and tells nothing of time."""


@dataclass(frozen=True)
class MonthsTaken:
    """A time in months: mean over the MW concerned, shortest and longest."""

    mean: float
    """Months, weighted by MW."""
    least: float
    """Shortest, months."""
    most: float
    """Longest, months."""


class Construction:
    """Halls of a market that the plan begins."""

    def __init__(self, case: Case, solution: Solution, market: str) -> None:
        self.case, self.solution, self.market = case, solution, market
        self.values = PeriodValues(case)
        self.sites = [site for site in case.sites if case.market_of(site) == market]
        self.period = dict(solution.rows("nodes", "node", "period"))
        of_label = dict(solution.rows("nodes", "label", "period"))
        columns = ("node", "site", "start_mw", "ready")
        least = LEAST * max(solution["starts"]["start_mw"], default=0.0)
        self.least_mw = least
        """MW below which a start is rounding."""
        self.starts = [
            (site, self.period[node], of_label[ready], mw)
            for node, site, mw, ready in solution.rows("starts", *columns)
            if site in self.sites and mw > least
        ]
        """Site, periods of start and readiness, and MW of IT."""

    def cost(self) -> tuple[float, float]:
        """Halls begun, openings, connections and plant, without committed halls, million USD: as paid, and present."""
        paid = present = 0.0
        for account, market, musd, worth in self.solution.rows("ledger", "account", "market", "musd", "present_musd"):
            if market == self.market and ACCOUNTS[account].kind == "halls":
                paid, present = paid + musd, present + worth
        discount = dict(self.solution.rows("nodes", "period", "discount"))
        for site in self.sites:
            for halls in self.case.sites[site].committed.values():
                end = max(1, self.values.line.from_date(halls.ready))
                for t in range(min(end, len(self.values.periods))):
                    part = halls.remaining_cost_musd * self.values.line.part(t, 0, end)
                    paid -= part
                    present -= part * discount[t]
        return paid, present

    def to_ready(self) -> MonthsTaken | None:
        """Months from start to ready."""
        return _span([(self._months(begun, ready), mw) for _, begun, ready, mw in self.starts])

    def to_power(self) -> tuple[MonthsTaken | None, float]:
        """Months from start to ready and fed, first ready first fed; and MW that are not fed by the end."""
        waits: list[tuple[int, float]] = []
        unfed = 0.0
        for site in self.sites:
            fed = self._fed(site)
            pending = sorted((ready, begun, mw) for name, begun, ready, mw in self.starts if name == site)
            before = so_far = 0.0
            for _, begun, mw in pending:
                so_far += mw
                for t, level in enumerate(fed):
                    part = min(level, so_far) - before
                    if part > self.least_mw:
                        waits.append((self._months(begun, t), part))
                        before += part
                unfed += max(0.0, so_far - max(before, fed[-1] if fed else 0.0))
                before = so_far
        return _span(waits), unfed

    def _fed(self, site: str) -> list[float]:
        """MW of IT that the plan began at a site and that have been ready and fed by each period."""
        row, values = self.case.sites[site], self.values
        plant: dict[str, float] = defaultdict(float)
        for node, source, at, mw in self.solution.rows("onsite", "node", "source", "site", "cap_mw"):
            if at == site:
                share = values.of(self.case.onsite_sources[source].availability)[self.period[node]]
                plant[node] += mw * share
        line, most = [], 0.0
        for node, at, it_mw, connected in self.solution.rows("halls", "node", "site", "it_mw", "grid_cap_mw"):
            if at == site:
                day = values.line.first_day(self.period[node])
                given = row.existing_it_mw + sum(each.it_mw for each in row.committed.values() if each.ready <= day)
                most = max(most, min(it_mw, (connected + plant[node]) / row.pue) - given)
                line.append(most)
        return line

    def to_grid(self) -> MonthsTaken | None:
        """Months from applying to connected."""
        waits = []
        least = LEAST * max(self.solution["halls"]["grid_apply_mw"], default=0.0)
        for node, site, mw in self.solution.rows("halls", "node", "site", "grid_apply_mw"):
            if site in self.sites and mw > least:
                reached = self.values.matured(self.case.sites[site].grid_connection_months)
                wired = first_at_least(reached, self.period[node])
                if wired is not None:
                    waits.append((self._months(self.period[node], wired), mw))
        return _span(waits)

    def _months(self, first: int, end: int) -> int:
        """Months from the first day of one period to that of another."""
        return self.values.line.offset(end) - self.values.line.offset(first)


def _span(waits: Sequence[tuple[int, float]]) -> MonthsTaken | None:
    """Mean, least and most of some waits in months with their MW."""
    whole = sum(mw for _, mw in waits)
    if not whole > 0:
        return None
    months = [wait for wait, _ in waits]
    return MonthsTaken(sum(wait * mw for wait, mw in waits) / whole, min(months), max(months))
