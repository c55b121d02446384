"""A program whose decisions fall into parts that share few rows: what each part by itself proves of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from planner.lp.matrix import Matrix, Positions
from planner.lp.program import Values

Labels: TypeAlias = np.ndarray[Any, np.dtype[np.str_]]
"""Name of the part that each decision belongs to, by position; empty where it belongs to none."""


@dataclass(frozen=True)
class Part:
    """What belongs to one part alone, with the shared rows priced in."""

    name: str
    columns: Positions
    """Its decisions in the whole program."""
    program: Matrix


def parts_of(matrix: Matrix, labels: Labels, duals: Values) -> Iterator[Part]:
    """Each part with whole decisions as a program of its own, in which rows shared with others are paid for at duals.

    With the duals of the linear program an optimum that a part misses in whole numbers is missed by the whole as well:
    its bound rises by the sum of what parts miss (Lagrangian relaxation; Geoffrion, 1974).
    """
    names, part = np.unique(labels, return_inverse=True)
    rows = np.repeat(np.arange(len(matrix.row_low)), np.diff(matrix.start))
    holds = np.zeros((len(matrix.row_low), len(names)), dtype=np.bool_)
    holds[rows, part[matrix.index]] = True
    shared = holds.sum(axis=1) > 1
    priced = shared[rows]
    paid = np.bincount(
        matrix.index[priced], weights=duals[rows[priced]] * matrix.value[priced], minlength=len(matrix.cost)
    )
    for at, name in enumerate(names.tolist()):
        columns = np.flatnonzero(part == at)
        if name and matrix.whole[columns].any():
            own = np.flatnonzero(holds[:, at] & ~shared)
            cost = (matrix.cost - paid)[columns]
            yield Part(name, columns, matrix.part(rows=own, columns=columns, cost=cost, offset=0.0))
