"""Where a solve ended, by the names of decisions and rows, so that another case's program can start from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.lp import BASIC, NONBASIC, Basis
from planner.model import FiledRow, Model


@dataclass(frozen=True)
class WarmStart:
    """A basis by names: what each decision and row of a program was at its optimum."""

    columns: dict[Hashable, Any]
    rows: dict[Hashable, Any]


def warm_start(model: Model, rows: Sequence[FiledRow], basis: Basis) -> WarmStart:
    """A basis of a model by the names of its decisions and rows; rows that the model does not have are left out."""
    names = model.decision_names()
    return WarmStart(
        dict(zip(names, basis.columns.tolist(), strict=True)),
        dict(zip(_row_names(rows), basis.rows.tolist(), strict=False)),
    )


def basis_from(start: WarmStart, model: Model, rows: Sequence[FiledRow]) -> Basis:
    """A basis of a model where what it shares with another is as it was there, and its new rows are slack."""
    names = model.decision_names()
    return Basis(
        np.array([start.columns.get(name, NONBASIC) for name in names], dtype=object),
        np.array([start.rows.get(name, BASIC) for name in _row_names(rows)], dtype=object),
    )


def _row_names(rows: Sequence[FiledRow]) -> Iterator[Hashable]:
    """Rule, place and node of each row, and the how many-th of these it is."""
    seen: Counter[Hashable] = Counter()
    for entry in rows:
        name = entry.rule.name, entry.where, entry.node
        seen[name] += 1
        yield (*name, seen[name])
