"""A twin: two ways to the same figure of the report, compared in the written cells."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from planner.errors import FailedCheck
from planner.report.sheet_spec import Ref, Table, plain

SheetTables = Mapping[str, Table]
"""Tables of the report by id."""

TOLERANCE = 1e-6
"""Share of its size by which a figure of the report may miss its twin."""

SUMS = "ABS(SUM({left})-SUM({right}))"
"""Difference of two sums."""
SUM_AND_CELL = "ABS(SUM({left})-{right})"
"""Difference of a sum and a single figure."""


@dataclass(frozen=True)
class Twin:
    """Two ways to the same figure of the report."""

    id: str
    sentence: str
    unit: str
    template: str
    """Formula of their difference."""
    refs: Mapping[str, Ref]
    where: str
    at_most: bool = False
    """Whether the first figure may be smaller: a milestone above the demand serves more than is asked for."""

    def difference(self, tables: SheetTables) -> float:
        """By how much the two figures miss each other, in their unit, worked out from the written cells."""
        left, right = self._sides(tables)
        return max(0.0, left - right) if self.at_most else abs(left - right)

    def holds(self, tables: SheetTables) -> bool:
        """Whether they agree."""
        return self.difference(tables) <= self.tolerance(tables)

    def failed(self, tables: SheetTables) -> FailedCheck:
        """What is said of two figures that do not agree."""
        found, expected = self._sides(tables)
        off, allowed = self.difference(tables), self.tolerance(tables)
        return FailedCheck("", self.id, self.sentence, self.unit, off, allowed, self.where, expected, found)

    def tolerance(self, tables: SheetTables) -> float:
        """By how much they may, in their unit."""
        left, right = self._sides(tables)
        return TOLERANCE * max(abs(left), abs(right), 1.0)

    def _sides(self, tables: SheetTables) -> tuple[float, float]:
        sums = {name: _sum(ref, tables[ref.table]) for name, ref in self.refs.items()}
        plus = [sums[name] for name in sums if name.startswith("left")]
        minus = [sums[name] for name in sums if name.startswith("right")]
        return math.fsum(plus), math.fsum(minus)


def _sum(ref: Ref, table: Table) -> float:
    first = table.position(ref.column)
    last = table.position(ref.to or ref.column)
    rows = table.rows
    if ref.row is not None and not ref.total:
        rows = rows[ref.row : (ref.row if ref.last is None else ref.last) + 1]
    found = [plain(row[at]) for row in rows for at in range(first, last + 1)]
    return math.fsum(v for v in found if isinstance(v, int | float))


__all__ = ["SUMS", "SUM_AND_CELL", "TOLERANCE", "SheetTables", "Twin"]
