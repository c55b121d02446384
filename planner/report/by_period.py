"""The plan by period: tables of the solution added up over the tree, weighted by probability, or of one scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.accounts import ACCOUNTS, capital, names
from planner.findings import reported
from planner.report.dossier import Dossier
from planner.report.sheet_spec import COUNT, ONE, SHARE, THREE, TWO
from planner.report.words import say
from planner.solution import Solution
from planner.timeline import Timeline

SHOWN = 5
"""Series that a chart shows by themselves, the rest being added up."""
NOISE = 1e-9
"""Share of the largest amount of a table below which an amount is the solver's rounding."""
RENT, PENALTY = "rented compute", "unmet demand, penalty"
"""The account of the shortfall by what it is: cash, or a price in the objective only."""
AFTER = "after"
"""In place of a year or a period: all periods that are solved and not reported."""

Amounts = dict[tuple[str, ...], list[float]]


@dataclass(frozen=True)
class View:
    """A dossier read by period."""

    dossier: Dossier
    """What is read."""

    @cached_property
    def solution(self) -> Solution:
        """The plan, up to the last period that is reported."""
        return reported(self.dossier.case, self.dossier.solution)

    @property
    def solved(self) -> Solution:
        """The plan with the periods that are solved and not reported: what was optimised, and what it costs."""
        return self.dossier.solution

    @property
    def line(self) -> Timeline:
        """Periods of all that was solved."""
        return self.dossier.case.settings.timeline

    @property
    def tail(self) -> bool:
        """Whether some periods are solved and not reported."""
        return self.line.reported < self.line.periods

    @cached_property
    def likeliest(self) -> View:
        """The same as the likeliest scenario sees it; itself where there is only one."""
        shown = self.dossier.likeliest
        return self if shown is self.dossier else View(shown)

    @property
    def scenarios(self) -> dict[str, float]:
        """Probability of each scenario; a view of one scenario holds that one."""
        return self.dossier.scenarios

    @cached_property
    def periods(self) -> list[str]:
        """Labels of the periods that are reported."""
        return [self.line.label(t) for t in range(self.line.reported)]

    @cached_property
    def years(self) -> list[str]:
        """Calendar years in which a period that is reported begins."""
        return sorted(set(self.year_of.values()))

    @cached_property
    def year_of(self) -> dict[str, str]:
        """Calendar year in which a node's period begins."""
        nodes = self.solution["nodes"]
        return {node: day[:4] for node, day in zip(nodes["node"], nodes["first_day"], strict=True)}

    @cached_property
    def period_of(self) -> dict[str, int]:
        """Position of a node's period."""
        return dict(self.solution.rows("nodes", "node", "period"))

    @cached_property
    def label_of(self) -> dict[str, str]:
        """Label of a node's period."""
        return {node: self.periods[period] for node, period in self.period_of.items()}

    @cached_property
    def probability_of(self) -> dict[str, float]:
        """Probability of a node."""
        return dict(self.solution.rows("nodes", "node", "probability"))

    @cached_property
    def lengths(self) -> list[float]:
        """Length of each period in years."""
        return [self.line.years(period) for period in range(self.line.reported)]

    def by_period(self, table: str, amount: str, *keys: str) -> Amounts:
        """Expected amount in each period, by the given columns."""
        found: Amounts = {}
        largest = 0.0
        for node, value, *key in self.solution.rows(table, "node", amount, *keys):
            line = found.setdefault(tuple(key), [0.0] * len(self.periods))
            line[self.period_of[node]] += value * self.probability_of[node]
            largest = max(largest, abs(value))
        return {key: [0.0 if abs(v) < NOISE * largest else v for v in line] for key, line in found.items()}

    def least(self, table: str, amount: str) -> float:
        """Amount of a table up to which one is the solver's rounding."""
        return NOISE * max((abs(value) for (value,) in self.solution.rows(table, amount)), default=0.0)

    @cached_property
    def market_of_site(self) -> dict[str, str]:
        """Market of each site."""
        return {site: self.dossier.case.market_of(site) for site in self.dossier.case.sites}

    @cached_property
    def fleet(self) -> dict[str, list[float]]:
        """Chips installed by chip and period; those that are never there are left out."""
        return _present(self.by_period("fleet", "fleet", "chip"))

    @cached_property
    def main_chips(self) -> list[str]:
        """The few chips that every chart shows by themselves, in the case's order."""
        return leading({chip: self.over_time(line) for chip, line in self.fleet.items()}, list(self.dossier.case.chips))

    def over_time(self, levels: Sequence[float]) -> float:
        """Levels of the periods times their years, added up."""
        return sum((level * years for level, years in zip(levels, self.lengths, strict=True)), 0.0)

    def expected(self, table: str, amount: str, *keys: str) -> dict[tuple[str, ...], float]:
        """Expected amount over all periods that are reported."""
        return {key: sum(line) for key, line in self.by_period(table, amount, *keys).items()}

    @cached_property
    def ledger(self) -> list[tuple[str, str, str, str, float, float]]:
        """Account, year, period, market, expected amount and present amount, million USD; the shortfall by its kind.

        What is alike in the first four is added up; of all that was solved, AFTER being what is not reported.
        """
        workloads = self.dossier.case.workloads
        found: dict[tuple[str, str, str, str], tuple[float, float]] = {}
        columns = ("account", "node", "market", "item", "musd", "present_musd")
        chance = dict(self.solved.rows("nodes", "node", "probability"))
        for account, node, market, item, musd, present in self.solved.rows("ledger", *columns):
            name = account
            if ACCOUNTS[account].kind == "rent":
                price = workloads[item].shortfall if item in workloads else None
                name = PENALTY if price is not None and price.kind == "penalty" else RENT
            key = (name, self.year_of.get(node, AFTER), self.label_of.get(node, AFTER), market or "")
            spent, worth = found.get(key, (0.0, 0.0))
            found[key] = spent + musd * chance[node], worth + present
        return [(*key, *amounts) for key, amounts in found.items()]

    @cached_property
    def accounts(self) -> list[str]:
        """Accounts with money in them: cash first, then what stands in the objective only."""
        found = {row[0] for row in self.ledger if row[4] or row[5]}
        order = [*names("halls", "chips", "operating"), RENT, *names("residual"), PENALTY, *names("penalty")]
        return [name for name in order if name in found] + sorted(found - set(order))

    def money(self, *places: int, present: bool = False) -> dict[tuple[str, ...], float]:
        """Money of all that was solved, added up by columns of the ledger: 0 account, 1 year, 2 period, 3 market."""
        return self._added(self.ledger, places, present=present)

    def reported_money(self, *places: int) -> dict[tuple[str, ...], float]:
        """The same of the periods that are reported, not discounted."""
        return self._added([row for row in self.ledger if row[2] != AFTER], places, present=False)

    def _added(
        self, rows: Sequence[tuple[str, str, str, str, float, float]], places: Sequence[int], *, present: bool
    ) -> dict[tuple[str, ...], float]:
        found: dict[tuple[str, ...], float] = {}
        for row in rows:
            key = tuple(str(row[place]) for place in places)
            found[key] = found.get(key, 0.0) + (row[5] if present else row[4])
        return found

    @cached_property
    def present(self) -> dict[str, float]:
        """Present cost by account."""
        return {key[0]: amount for key, amount in self.money(0, present=True).items()}

    def capital_by_year(self) -> dict[str, float]:
        """Capital spent in each calendar year that is reported."""
        spent, counted = dict.fromkeys(self.years, 0.0), capital()
        for (account, year), amount in self.reported_money(0, 1).items():
            if account in counted:
                spent[year] += amount
        return spent

    @cached_property
    def span(self) -> str:
        """First and last period that is reported; the one where there is no other."""
        if len(self.periods) == 1:
            return self.periods[0]
        return say("{first} to {last}", first=self.periods[0], last=self.periods[-1])

    @property
    def base_year(self) -> int:
        """Year whose prices money is in."""
        settings = self.dossier.case.settings
        return settings.price_base_year or settings.start.year


def leading(amounts: Mapping[str, float], order: Sequence[str], most: int = SHOWN) -> list[str]:
    """The names with the largest amounts, in the given order; all of them where one more would do as well.

    >>> leading({"a": 1.0, "b": 3.0, "c": 2.0}, ["a", "b", "c"], most=1)
    ['b']
    """
    kept = [name for name, amount in amounts.items() if abs(amount) > 0]
    if len(kept) > most:
        kept = sorted(kept, key=lambda name: (-abs(amounts[name]), name))[:most]
    return [name for name in order if name in kept] + sorted(set(kept) - set(order))


def digits(value: float) -> str:
    """Number format that shows three significant digits of a number below a thousand.

    >>> digits(123.4), digits(12.3), digits(1.2), digits(0.5)
    ('#,##0', '#,##0.0', '#,##0.00', '#,##0.000')
    """
    size = abs(value)
    return COUNT if size >= 99.95 else ONE if size >= 9.995 else TWO if size >= 0.9995 else THREE


def decimals(values: Sequence[Any]) -> str:
    """One number format for a column, after its largest number."""
    numbers = [abs(value) for value in values if isinstance(value, int | float)]
    largest = max(numbers, default=0.0)
    return COUNT if largest >= 1000 else ONE if largest >= 10 else TWO if largest >= 0.1 else "0.0000"


def _present(amounts: Amounts) -> dict[str, list[float]]:
    return {key[0]: line for key, line in sorted(amounts.items()) if any(line)}


__all__ = ["SHARE", "View", "decimals", "digits", "leading"]
