"""The solver's answer, read in the planner's units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from planner.lp import Answer, Term
from planner.model import FiledRow, Model
from planner.model.decisions import DecisionKey, Family

ROUNDING = 1e-9
"""Share of a family's largest value below which a value is the solver's rounding and is written as zero."""

TableRows: TypeAlias = list[tuple[Any, ...]]
"""Rows of a table, in the order of its columns."""


class AnswerReader:
    """An answer beside its model: values of families in the planner's units, cleaned of rounding."""

    def __init__(self, model: Model, filed: Sequence[FiledRow], answer: Answer) -> None:
        """`filed` are the rows of the program, in its order."""
        self.model = model
        self.instance = model.instance
        self.tree = model.instance.tree
        self.filed = filed
        self.answer = answer
        self.raw = answer.values
        self._families: dict[int, dict[DecisionKey, float]] = {}

    def __call__(self, family: Family) -> Mapping[DecisionKey, float]:
        """A family's values by key."""
        known = self._families.get(id(family))
        if known is None:
            position = self.model.program.position
            raw = np.array([self.raw[position(variable)] for variable in family.values()])
            floor = ROUNDING * max(1.0, float(np.abs(raw).max(initial=0.0)))
            raw[np.abs(raw) < floor] = 0.0
            known = dict(zip(family, (raw * family.units).tolist(), strict=True))
            self._families[id(family)] = known
        return known

    def value(self, terms: list[Term]) -> float:
        """Value of a sum, in model units."""
        position = self.model.program.position
        return float(sum(self.raw[position(variable)] * weight for variable, weight in terms))

    def name(self, index: int) -> str:
        """Name of a node."""
        return self.tree[index].name
