"""A linear program as it is written: PuLP's variables, sums and rows, found by position, never by name."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeAlias

import highspy
import numpy as np
import pulp

Variable: TypeAlias = pulp.LpVariable
Expression: TypeAlias = pulp.LpAffineExpression
Constraint: TypeAlias = pulp.LpConstraint
Term: TypeAlias = tuple[pulp.LpVariable, float]
Values: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

INFINITY = highspy.kHighsInf

INTERIOR_POINT_FROM = 10_000
"""Columns from which interior point with crossover is the faster start; below, dual simplex."""


def total(*parts: Iterable[Term]) -> Expression:
    """Sum of coefficient times variable over pairs, the one way sums are written: linear in their length.

    >>> x = pulp.LpProblem().add_variable("x")
    >>> total([(x, 2.0)], [(x, 3.0)])
    5.0*x + 0.0
    """
    terms = list(chain.from_iterable(parts))
    expression = pulp.LpAffineExpression(terms)
    if len(expression) < len(terms):
        expression = pulp.LpAffineExpression()
        for variable, coefficient in terms:
            expression.addterm(variable, coefficient)
    return expression


class Program:
    """A linear program under construction: variables and rows in order, found by position, never by name."""

    def __init__(self) -> None:
        self._problem = pulp.LpProblem("plan", pulp.LpMinimize)
        self.variables: list[Variable] = []
        self.rows: list[Constraint] = []
        self.objective: Expression = pulp.LpAffineExpression()
        self._position: dict[int, int] = {}

    def decide(self, *, low: float | None = 0.0, high: float | None = None, whole: bool = False) -> Variable:
        """A new variable between bounds."""
        position = len(self.variables)
        category = pulp.LpInteger if whole else pulp.LpContinuous
        variable = self._problem.add_variable("", low, high, category)
        self._position[id(variable)] = position
        self.variables.append(variable)
        return variable

    def require(self, constraint: Constraint) -> int:
        """A new row; its position."""
        position = len(self.rows)
        self.rows.append(constraint)
        return position

    def minimise(self, expression: Expression) -> None:
        """The objective."""
        self.objective = expression

    def problem(self) -> pulp.LpProblem:
        """The program as PuLP's own problem, for solvers other than HiGHS and for writing it to a file.

        Names and rows are handed over here rather than one by one: PuLP cleans every name and looks at every
        term of a row again, which at a hundred thousand variables took as long as writing the rows.
        """
        for position, variable in enumerate(self.variables):
            variable.name = f"x{position:08d}"
        for position in range(self._problem.numConstraints(), len(self.rows)):
            self._problem.addConstraint(self.rows[position], f"r{position:08d}")
        self._problem.setObjective(self.objective)
        return self._problem

    def position(self, variable: Variable) -> int:
        """Position of a variable in an answer's values."""
        return self._position[id(variable)]

    @property
    def is_linear(self) -> bool:
        """Whether every variable is continuous."""
        return all(variable.cat == pulp.LpContinuous for variable in self.variables)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Building millions of small objects is a third faster without the collector looking at them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
