"""Where a plan stands, told by the names of decisions and rows, so that another case's program can start from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.lp import BASIC, NONBASIC, Basis
from planner.model import FiledRow, Model


@dataclass(frozen=True)
class Standing:
    """A basis by names: what each decision and row of a program was at its optimum."""

    columns: dict[Hashable, Any]
    rows: dict[Hashable, Any]


def standing(model: Model, filed: Sequence[FiledRow], basis: Basis) -> Standing:
    """A basis of a model by the names of its decisions and rows; rows beside those filed are left out."""
    names = model.decision_names()
    return Standing(
        dict(zip(names, basis.columns.tolist(), strict=True)),
        dict(zip(_row_names(filed), basis.rows.tolist(), strict=False)),
    )


def basis_at(standing: Standing, model: Model, filed: Sequence[FiledRow]) -> Basis:
    """A basis of a model where what it shares with another stands as it stood there, and its new rows are slack."""
    names = model.decision_names()
    return Basis(
        np.array([standing.columns.get(name, NONBASIC) for name in names], dtype=object),
        np.array([standing.rows.get(name, BASIC) for name in _row_names(filed)], dtype=object),
    )


def _row_names(filed: Sequence[FiledRow]) -> Iterator[Hashable]:
    """Rule, place and node of each row, and the how many-th of these it is."""
    seen: Counter[Hashable] = Counter()
    for entry in filed:
        name = entry.rule.name, entry.where, entry.node
        seen[name] += 1
        yield (*name, seen[name])
