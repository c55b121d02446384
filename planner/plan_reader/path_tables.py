"""The tables of a plan on one path, read as lists over the periods."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

from planner.plan_reader.period_values import PeriodValues
from planner.schema import Case
from planner.solution import TABLES, Solution
from planner.timeline import PerPeriod

Key: TypeAlias = tuple[str, ...]
"""Names of a row of a table: its index but for node and period."""


class PathTables:
    """A plan on one path beside its case: nothing uncertain, or one scenario with its own case."""

    def __init__(self, case: Case, solution: Solution) -> None:
        """`case` is the path's own; every node of `solution` lies on the path."""
        self.case = case
        self.solution = solution
        self.values = PeriodValues(case)
        self._read: dict[tuple[str, str], dict[Key, PerPeriod]] = {}

    @cached_property
    def period_of(self) -> dict[str, int]:
        """Position of each node's period."""
        return dict(self.solution.rows("nodes", "node", "period"))

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Node of each period."""
        at = {period: node for node, period in self.period_of.items()}
        return tuple(at[t] for t in self.values.periods)

    def zeros(self) -> PerPeriod:
        """Nothing in any period."""
        return [0.0 for _ in self.values.periods]

    def read(self, table: str, column: str) -> dict[Key, PerPeriod]:
        """A column by the names of its rows and period; nothing where no row is."""
        if (table, column) not in self._read:
            self._read[table, column] = self._lines(table, column)
        return self._read[table, column]

    def _lines(self, table: str, column: str) -> dict[Key, PerPeriod]:
        names = [name for name in TABLES[table].index if name != "node"]
        found: dict[Key, PerPeriod] = {}
        for node, value, *key in self.solution.rows(table, "node", column, *names):
            if node in self.period_of:
                found.setdefault(tuple(key), self.zeros())[self.period_of[node]] += value
        return found

    def pairs(self, table: str, column: str) -> dict[tuple[str, str], PerPeriod]:
        """The same of a table whose rows have two names."""
        return {(key[0], key[1]): line for key, line in self.read(table, column).items()}

    def by_market(self, column: str) -> dict[Key, PerPeriod]:
        """A column of the fleet by chip and market."""
        found: dict[Key, PerPeriod] = {}
        for (chip, site), line in self.read("fleet", column).items():
            key = (chip, self.case.market_of(site))
            found[key] = [a + b for a, b in zip(found.get(key, self.zeros()), line, strict=True)]
        return found


__all__ = ["Key", "PathTables", "PerPeriod"]
