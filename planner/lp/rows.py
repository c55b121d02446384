"""Rows of a program as arrays, each filed as it is written: PuLP's own objects take many times the memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulp


class Rows:
    """Rows one after the other: bounds, and columns with their coefficients."""

    def __init__(self, position: Callable[[pulp.LpVariable], int]) -> None:
        """`position` tells the column of a variable."""
        self.position = position
        self.low, self.high = array("d"), array("d")
        """Bounds, infinite where there is none."""
        self.start = array("i", [0])
        """Where each row begins in `index` and `value`, and where the last ends."""
        self.index, self.value = array("i"), array("d")
        """Columns and coefficients of all rows."""

    def __len__(self) -> int:
        return len(self.low)

    def file(self, constraint: pulp.LpConstraint) -> int:
        """Take a row; its position."""
        expression, right, infinity = constraint.expr, -constraint.constant, float("inf")
        self.index.extend(map(self.position, expression))
        self.value.extend(expression.values())
        self.start.append(len(self.index))
        self.low.append(right if constraint.sense >= 0 else -infinity)
        self.high.append(right if constraint.sense <= 0 else infinity)
        return len(self.low) - 1

    def __iter__(self) -> Iterator[tuple[float, float, list[tuple[int, float]]]]:
        """Bounds of each row with its columns and coefficients."""
        for row, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            span = slice(self.start[row], self.start[row + 1])
            yield low, high, list(zip(self.index[span], self.value[span], strict=True))
