"""A linear program as it is written: PuLP's variables, sums and rows, found by position, never by name.

PuLP itself is imported where a program is begun: who reads what the rules say needs none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from planner.lp.rows import Rows

if TYPE_CHECKING:
    import pulp

Variable: TypeAlias = "pulp.LpVariable"
Expression: TypeAlias = "pulp.LpAffineExpression"
Constraint: TypeAlias = "pulp.LpConstraint"
Term: TypeAlias = "tuple[pulp.LpVariable, float]"
Values: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

INFINITY = inf
"""No bound, as HiGHS has it."""


def total(*parts: Iterable[Term]) -> Expression:
    """Sum of coefficient times variable over pairs, the one way sums are written: linear in their length.

    >>> import pulp
    >>> x = pulp.LpProblem().add_variable("x")
    >>> total([(x, 2.0)], [(x, 3.0)])
    5.0*x + 0.0
    """
    import pulp

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
        import pulp

        self._problem = pulp.LpProblem("plan", pulp.LpMinimize)
        self._whole, self._continuous = pulp.LpInteger, pulp.LpContinuous
        self.variables: list[Variable] = []
        self.objective: Expression = pulp.LpAffineExpression()
        self.rows = Rows(self.position)

    def decide(self, *, low: float | None = 0.0, high: float | None = None, whole: bool = False) -> Variable:
        """A new variable between bounds."""
        position = len(self.variables)
        category = self._whole if whole else self._continuous
        variable = self._problem.add_variable("", low, high, category)
        # PuLP asks of a hash that no two variables share it, and looks variables up by it.
        variable.hash = position
        self.variables.append(variable)
        return variable

    def require(self, constraint: Constraint) -> int:
        """A new row; its position."""
        return self.rows.file(constraint)

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
        for position, (low, high, terms) in enumerate(self.rows):
            if position >= self._problem.numConstraints():
                side = total((self.variables[column], value) for column, value in terms)
                row = side == low if low == high else side <= high if low == -INFINITY else side >= low
                self._problem.addConstraint(row, f"r{position:08d}")
        self._problem.setObjective(self.objective)
        return self._problem

    position = staticmethod(attrgetter("hash"))
    """Position of a variable in an answer's values."""

    @property
    def is_linear(self) -> bool:
        """Whether every variable is continuous."""
        return all(variable.cat == self._continuous for variable in self.variables)


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
