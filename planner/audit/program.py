"""Sums of decisions, and the linear program that they make."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from math import inf


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


class Program:
    """A linear program: decisions of 0 or more, some of them whole, and rows `low <= sum <= high`."""

    def __init__(self) -> None:
        """An empty program."""
        self.whole: list[bool] = []
        self.least_values: list[float] = []
        """What each decision is at least: 0, or minus infinity."""
        self.rows: list[tuple[Sum, float, float]] = []
        self.named: dict[Hashable, Sum] = {}

    def decide(self, *, whole: bool = False, free: bool = False) -> Sum:
        """A new decision; a free one may be below zero."""
        self.whole.append(whole)
        self.least_values.append(-inf if free else 0.0)
        return Sum(0.0, {len(self.whole) - 1: 1.0})

    def decide_once(self, name: Hashable, *, whole: bool = False) -> Sum:
        """A decision by name, the same one each time."""
        if name not in self.named:
            self.named[name] = self.decide(whole=whole)
        return self.named[name]

    def most(self, value: Sum, limit: Sum | float) -> None:
        """`value <= limit`."""
        self.rows.append((value - limit, -inf, 0.0))

    def least(self, value: Sum, limit: Sum | float) -> None:
        """`value >= limit`."""
        self.rows.append((value - limit, 0.0, inf))

    def same(self, value: Sum, other: Sum | float) -> None:
        """`value == other`."""
        self.rows.append((value - other, 0.0, 0.0))
