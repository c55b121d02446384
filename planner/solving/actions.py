"""What somebody has to do for a plan: each start, order, application and opening is an action, however small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from planner.lp import Matrix, Positions, Values
from planner.model import Model
from planner.model.decisions import DecisionKey, Family

TAKEN = 1e-6
"""Share of the largest amount of its kind from which an action is one: below it is the solver's rounding."""


def action_families(m: Model) -> Mapping[str, Family]:
    """Families of decisions that are actions, by kind."""
    return {
        "starts": m.start,
        "orders": m.order,
        "connections": m.apply,
        "plants": m.onsite_start,
        "openings": m.open,
    }


def actions_counted(m: Model, values: Values) -> dict[str, float]:
    """How many actions of each kind a plan takes, expected over the scenarios."""
    position, tree = m.program.position, m.instance.tree
    counted = {}
    for kind, family in action_families(m).items():
        amounts = {key: float(values[position(variable)]) for key, variable in family.items()}
        least = TAKEN * max(amounts.values(), default=0.0)
        counted[kind] = sum(tree[key[-1]].probability for key, amount in amounts.items() if amount > max(0.0, least))
    return counted


class Actions:
    """Every action that a program offers, by its column."""

    def __init__(self, m: Model, matrix: Matrix, values: Values) -> None:
        """`values` are those of the plan that is made tidy: its actions say what is large of their kind."""
        position, self._tree = m.program.position, m.instance.tree
        found = [
            (kind, key, position(variable))
            for kind, family in action_families(m).items()
            for key, variable in family.items()
        ]
        self.keys: list[tuple[str, DecisionKey]] = [(kind, key) for kind, key, _ in found]
        """Kind and key of each, the node last."""
        self.columns: Positions = np.array([column for *_, column in found], dtype=np.int64)
        self.weights: Values = np.array([self._tree[key[-1]].probability for _, key in self.keys])
        """Probability of each."""
        largest, usual = self._sizes(values)
        self.least: Values = TAKEN * largest
        """Amount from which each is taken, model units."""
        self.usual: Values = usual
        """Amount that is usual of its kind, model units."""
        self.whole, self.decided = self._tie_whole(matrix)
        """For each, the column that counts its phases, lots or units, -1 where it is continuous; and all whole columns
        that are decided rather than follow."""

    def taken(self, values: Values) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which actions a plan takes."""
        return values[self.columns] > self.least

    def weigh(self, values: Values) -> float:
        """Number of actions that a plan takes, each by its probability."""
        return float(self.weights[self.taken(values)].sum())

    def neighbours(self, values: Values) -> Iterator[tuple[int, int]]:
        """Pairs of whole actions of one thing, one after the other with no reveal between, both of which are taken."""
        taken = np.flatnonzero(self.taken(values) & (self.whole >= 0)).tolist()
        of_thing = {(kind, key): at for at in taken for kind, key in (self.keys[at],)}
        for (kind, (*thing, node)), at in of_thing.items():
            for before in reversed(self._tree.path(node)[:-1]):
                if self._tree[before].probability != self._tree[node].probability:
                    break
                if (kind, (*thing, before)) in of_thing:
                    yield of_thing[kind, (*thing, before)], at
                    break

    def _sizes(self, values: Values) -> tuple[Values, Values]:
        """Largest amount of the kind of each action, and mean of those that are taken; 1 where there are none."""
        amounts = values[self.columns]
        kinds = np.array([kind for kind, _ in self.keys])
        largest, usual = np.ones(len(kinds)), np.ones(len(kinds))
        for kind in set(kinds.tolist()):
            of_kind = kinds == kind
            most = float(amounts[of_kind].max(initial=0.0))
            if most > 0.0:
                some = amounts[of_kind]
                largest[of_kind], usual[of_kind] = most, float(some[some > TAKEN * most].mean())
        return largest, usual

    def _tie_whole(self, matrix: Matrix) -> tuple[Positions, Positions]:
        """The whole column of each action, itself or the one that a row of two ties it to; and whole columns to hold.

        Whole columns that count a state, what has been begun by then, follow from the actions and are not held.
        """
        tied = np.full(len(matrix.cost), -1, dtype=np.int64)
        whole = np.flatnonzero(matrix.whole)
        tied[whole] = whole
        pairs = (np.diff(matrix.start) == 2) & (matrix.row_low == 0.0) & (matrix.row_high == 0.0)
        ends = matrix.index[matrix.start[:-1][pairs]], matrix.index[matrix.start[:-1][pairs] + 1]
        follows = np.zeros(len(matrix.cost), dtype=np.bool_)
        is_action = np.zeros(len(matrix.cost), dtype=np.bool_)
        is_action[self.columns] = True
        for column, other in (ends, ends[::-1]):
            counted = matrix.whole[other] & ~matrix.whole[column]
            tied[column[counted]] = other[counted]
            follows[other[counted & ~is_action[column] & ~is_action[other]]] = True
        return tied[self.columns], whole[~follows[whole]]
