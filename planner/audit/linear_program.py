"""Sums of decisions, and the program that they make."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

DecisionName: TypeAlias = tuple[Hashable, ...]
"""What a decision is called: the node that it belongs to, then its kind and what it is about."""


class Sum:
    """A constant plus decisions with their factors."""

    __slots__ = ("constant", "terms")

    def __init__(self, constant: float = 0.0, terms: dict[int, float] | None = None) -> None:
        """Nothing by default."""
        self.constant = constant
        self.terms = terms or {}

    def __add__(self, other: Sum | float) -> Sum:
        """The sum of both."""
        return total([self, other])

    __radd__ = __add__

    def __mul__(self, factor: float) -> Sum:
        """Every part times a factor."""
        return Sum(self.constant * factor, {column: value * factor for column, value in self.terms.items()})

    __rmul__ = __mul__

    def __sub__(self, other: Sum | float) -> Sum:
        """This one less another."""
        return total([self, other * -1.0])


def total(sums: Iterable[Sum | float]) -> Sum:
    """The sum of sums.

    >>> made = total([Sum(1.0, {0: 2.0}), Sum(0.0, {0: 3.0}), 4.0])
    >>> made.constant, made.terms
    (5.0, {0: 5.0})
    """
    constant, terms = 0.0, dict[int, float]()
    for each in sums:
        if isinstance(each, Sum):
            constant += each.constant
            for column, factor in each.terms.items():
                terms[column] = terms.get(column, 0.0) + factor
        else:
            constant += each
    return Sum(constant, terms)


@dataclass(frozen=True)
class ProgramRow:
    """`low <= sum <= high`, and the decision that it defines, if it does."""

    value: Sum
    low: float
    high: float
    defines: int | None = None


class LinearProgram:
    """A linear program: decisions of 0 or more, some of them whole, and rows.

    The same row is written once, however many scenarios ask for it.
    """

    def __init__(self) -> None:
        """An empty program."""
        self.whole: list[bool] = []
        self.least_values: list[float] = []
        """What each decision is at least: 0, or minus infinity."""
        self.sizes: list[float] = []
        """Units in one of the solver's, by decision."""
        self.rows: list[ProgramRow] = []
        self.named: dict[DecisionName, Sum] = {}
        self._written: set[Hashable] = set()

    def decide(self, name: DecisionName, *, whole: bool = False, free: bool = False, size: float = 1.0) -> Sum:
        """The decision of that name, the same one each time; a free one may be below zero.

        `size` is how many units the solver counts as one, so that its numbers are near one.
        """
        if name not in self.named:
            self.whole.append(whole)
            self.least_values.append(-inf if free else 0.0)
            self.sizes.append(size)
            self.named[name] = Sum(0.0, {len(self.whole) - 1: size})
        return self.named[name]

    def state(self, name: DecisionName, value: Sum, *, free: bool, size: float = 1.0) -> Sum:
        """A decision that equals the value."""
        if name not in self.named:
            made = self.decide(name, free=free, size=size)
            (column,) = made.terms
            self.write(ProgramRow(value - made, 0.0, 0.0, column))
        return self.named[name]

    def excess(self, name: DecisionName, value: Sum) -> Sum:
        """A decision that is no less than the value, nor than zero."""
        made = self.decide(name)
        (column,) = made.terms
        self.write(ProgramRow(value - made, -inf, 0.0, column))
        return made

    def most(self, value: Sum, limit: Sum | float) -> None:
        """`value <= limit`."""
        self.write(ProgramRow(value - limit, -inf, 0.0))

    def least(self, value: Sum, limit: Sum | float) -> None:
        """`value >= limit`."""
        self.write(ProgramRow(value - limit, 0.0, inf))

    def same(self, value: Sum, other: Sum | float) -> None:
        """`value == other`."""
        self.write(ProgramRow(value - other, 0.0, 0.0))

    def forget(self, rows: int) -> None:
        """Drop every row beyond the first ones."""
        for row in self.rows[rows:]:
            self._written.discard(self._words(row))
        del self.rows[rows:]

    @staticmethod
    def _words(row: ProgramRow) -> Hashable:
        return row.low, row.high, row.value.constant, frozenset(row.value.terms.items())

    def write(self, row: ProgramRow) -> None:
        """A row, unless it stands there already."""
        written = self._words(row)
        if written not in self._written:
            self._written.add(written)
            self.rows.append(row)
