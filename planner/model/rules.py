"""What a rule says of itself, and the rows that it files: which way it limits, in what, and where that is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.lp import Program, Term, Variable
from planner.measures import AT_LEAST, BY_ROW, EQUAL, Direction, Measure
from planner.model.decisions import Model, RuleRow


@dataclass(frozen=True)
class Rule:
    """A family of constraints."""

    rows: Callable[[Model], Iterator[RuleRow]]
    """Generator of its rows; its name is the rule's identity, its docstring's first sentence the explanation."""
    direction: Direction | None = None
    """Which way it limits; none for a definition, and where each row says its own."""
    measure: Measure | None = None
    """What its limit is counted in, and so its price and violation; none for a definition, which has no price."""
    typed: str = ""
    """Case path of its limit, `{0}` and `{1}` being the names of a row; empty where it follows from decisions."""
    for_whole: bool = False
    """Whether it follows from the others in whole numbers, and is there to bound what is cut into parts."""

    @property
    def name(self) -> str:
        """The rule's identity."""
        return self.rows.__name__

    @property
    def sentence(self) -> str:
        """The rule in business words, its unit last."""
        return (self.rows.__doc__ or "").strip().splitlines()[0]

    @property
    def unit(self) -> str:
        """Unit of its price; empty for a definition."""
        return "" if self.measure is None else self.measure.unit


class FiledRow(NamedTuple):
    """A row of the built model with the rule that it belongs to, and what Row says of it beside the sum itself."""

    rule: Rule
    where: tuple[str, ...]
    node: int
    limit: float | None
    spans: bool
    scaled_by: Variable | None
    direction: Direction | None
    measure: Measure | None
    """What it is counted in; none where it has no price."""
    turned: bool
    """Whether the limit stands on the smaller side of the row, so that more of it lowers the right-hand side."""
    asked: tuple[Term, ...]

    @property
    def typed(self) -> str:
        """Case path of its limit; empty where it follows from decisions."""
        return self.rule.typed.format(*self.where)

    def limit_in(self, values: np.ndarray, program: Program) -> float | None:
        """The limit, in model units; of a share what it asks for of what a plan makes. None where there is none."""
        if not self.asked:
            return self.limit
        return float(sum(weight * values[program.position(variable)] for variable, weight in self.asked))

    def more_costs(self, dual: float) -> bool:
        """Whether one unit more of the limit costs rather than saves; of an equation as its dual says."""
        return dual > 0.0 if self.direction is EQUAL else self.direction is AT_LEAST


def file_row(rule: Rule, row: RuleRow) -> FiledRow:
    """File a row under its rule.

    Raises ValueError where a row that has a price does not say which way it limits and in what, says something else
    than its rule, or is written the other way round with a limit on its right.
    """
    direction, measure = row.direction or rule.direction, row.measure or rule.measure
    turned = False
    if measure is not None:
        if direction is None or measure is BY_ROW:
            raise ValueError(f"{rule.name} has a price; each of its rows needs a direction and a measure")
        if rule.measure not in (None, BY_ROW, measure) or rule.direction not in (None, direction):
            raise ValueError(f"{rule.name} files a row that is {direction.value} in {measure.name}, unlike the rule")
        turned = row.constraint.sense != direction.sense
        if turned and (direction is EQUAL or row.limit is not None):
            raise ValueError(f"{rule.name} is {direction.value} its limit; its row is written the other way")
    return FiledRow(
        rule, row.where, row.node, row.limit, row.spans, row.scaled_by, direction, measure, turned, row.asked
    )
