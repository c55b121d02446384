"""Decisions held at what a plan states, and everything else worked out: what the second formulation makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from planner.audit.linear_program import DecisionName, LinearProgram, ProgramRow, Sum, total
from planner.audit.solver import minimise

CLOSE = 1e-6
"""Share of a row's size by which a stated plan may miss it."""
_FLOOR = 0.01
"""A row is as large as this share of the largest amounts of the kinds that it counts, at the least."""
_FAMILIES = {
    "chips": {
        *("order", "scrap", "install", "retire", "powered", "serve", "cluster", "residual"),
        *("fleet", "stock", "young", "foreign", "domestic", "left", "extra", "gone", "before"),
    },
    "MW": {
        *("start", "application", "plant", "output", "subsidised"),
        *("begun", "ready", "applied", "connected", "plant begun", "plant running", "draw"),
    },
}
"""Kinds of decisions and states that are amounts of the same: a solver's error in one is carried into the others."""


@dataclass(frozen=True)
class Missed:
    """A row that the plan does not keep."""

    by: float
    """How far, in the row's own unit."""
    size: float
    """Size of the row."""
    names: tuple[DecisionName, ...]
    """Decisions that it speaks of, the largest first."""


class Settled:
    """A program with some decisions held."""

    def __init__(self, program: LinearProgram, amounts: Mapping[DecisionName, float]) -> None:
        """`amounts` by name, in units; states follow from them, all else is free."""
        self.program = program
        self._name = _names(program)
        self.values: dict[int, float] = {}
        self.missed: list[Missed] = []
        self._largest: dict[str, float] = defaultdict(float)
        for name, made in program.named.items():
            if name in amounts:
                ((column, size),) = made.terms.items()
                self.values[column] = amounts[name] / size
        self._hold_what_is_not_stated()
        self._loose: list[ProgramRow] = []
        self._follow()
        for column, value in self.values.items():
            family = self._family(column)
            self._largest[family] = max(self._largest[family], abs(value))
        self.missed = sorted(self._misses(), key=lambda missed: -missed.by / missed.size)

    def value(self, expression: Sum) -> float:
        """What an expression comes to, where everything in it is settled."""
        return expression.constant + sum(factor * self.values[column] for column, factor in expression.terms.items())

    def turnover(self, expression: Sum) -> float:
        """The same, every part without its sign."""
        parts = (abs(factor * self.values[column]) for column, factor in expression.terms.items())
        return abs(expression.constant) + sum(parts)

    def least(self, expression: Sum, rows: list[ProgramRow] | None = None) -> float:
        """The least that an expression can be, with what is not settled yet chosen for it; infinite where none fits.

        What is chosen stays chosen. `rows` are more rows to keep.
        """
        small, columns = LinearProgram(), dict[int, Sum]()
        loose = [*self._loose, *(rows or [])]
        for column in [column for row in [*loose, ProgramRow(expression, 0.0, 0.0)] for column in row.value.terms]:
            if column not in self.values and column not in columns:
                free = self.program.least_values[column] == -inf
                columns[column] = small.decide((column,), free=free)
        if not columns:
            return self.value(expression)
        for row in loose:
            # An excess can always be found; what only shares out a load has to bear the rounding of the tables.
            room = 0.0 if self._is_excess(row) else CLOSE * self._size(row)
            value = self._known_part(row.value, columns)
            if row.high < inf:
                small.most(value, row.high + room)
            if row.low > -inf:
                small.least(value, row.low - room)
        found = minimise(small, self._known_part(expression, columns))
        if found.cost < inf:
            self.values |= {column: found.values[at] for column, each in columns.items() for at in each.terms}
            self._loose = []
        return found.cost

    def _known_part(self, value: Sum, columns: Mapping[int, Sum]) -> Sum:
        parts: list[Sum | float] = [value.constant]
        for column, factor in value.terms.items():
            parts.append(columns[column] * factor if column in columns else factor * self.values[column])
        return total(parts)

    def _hold_what_is_not_stated(self) -> None:
        """Decisions of kinds that tables state are zero where no row states them."""
        kinds = {self._kind(column) for column in self.values}
        for column in self._name:
            if self._kind(column) in kinds:
                self.values.setdefault(column, 0.0)

    def _follow(self) -> None:
        """States and excesses, one after the other; rows with something unknown in them are kept for later."""
        for row in self.program.rows:
            terms = row.value.terms
            if (row.defines is not None and row.defines not in self.values) or self._is_excess(row):
                rest = {column: factor for column, factor in terms.items() if column != row.defines}
                if any(column not in self.values for column in rest):
                    self._loose.append(row)
                    continue
                assert row.defines is not None
                amount = self.value(Sum(row.value.constant, rest)) / -terms[row.defines]
                if self._is_excess(row):
                    amount = max(amount, self.values.get(row.defines, 0.0))
                self.values[row.defines] = amount
            elif any(column not in self.values for column in terms):
                self._loose.append(row)

    @staticmethod
    def _is_excess(row: ProgramRow) -> bool:
        return row.defines is not None and row.low == -inf

    def _misses(self) -> Iterator[Missed]:
        loose = {id(row) for row in self._loose}
        for row in self.program.rows:
            if id(row) not in loose and row.defines is None:
                value = self.value(row.value)
                by, size = max(value - row.high, row.low - value), self._size(row)
                if by > CLOSE * size:
                    parts = sorted(row.value.terms, key=lambda c: -abs(row.value.terms[c] * self.values[c]))
                    yield Missed(by, size, tuple(self._name[column] for column in parts[:3]))
        for column, value in self.values.items():
            size = max(1.0 if self.program.whole[column] else abs(value), _FLOOR * self._largest[self._family(column)])
            by = -value if self.program.least_values[column] == 0.0 else 0.0
            if self.program.whole[column]:
                by = max(by, abs(value - round(value)))
            if by > CLOSE * size:
                yield Missed(by * self.program.sizes[column], size, (self._name[column],))

    def _size(self, row: ProgramRow) -> float:
        size = abs(row.value.constant)
        for column, factor in row.value.terms.items():
            largest = max(abs(self.values.get(column, 0.0)), _FLOOR * self._largest[self._family(column)])
            size = max(size, abs(factor) * largest)
        return size or 1.0

    def _kind(self, column: int) -> str:
        if column not in self._name:
            self._name = _names(self.program)
        return str(self._name[column][1])

    def _family(self, column: int) -> str:
        kind = self._kind(column)
        return next((family for family, kinds in _FAMILIES.items() if kind in kinds), kind)


def _names(program: LinearProgram) -> dict[int, DecisionName]:
    return {column: name for name, each in program.named.items() for column in each.terms}
