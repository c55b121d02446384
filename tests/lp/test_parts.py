"""Programs whose decisions fall into parts: what parts miss in whole numbers, added up, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.lp import HighsDoor, Matrix, Options, parts_of

ROWS = [([0, 1], [1.0, 1.0], 3.0), ([0], [2.0], 1.0), ([1], [4.0], 5.0)]
"""Columns, coefficients and least amount: a + b >= 3 is shared; 2a >= 1 and 4b >= 5 are each one part's own."""


def _program() -> Matrix:
    """2a + b is least, both whole."""
    return Matrix(
        cost=np.array([2.0, 1.0]),
        offset=0.0,
        low=np.zeros(2),
        high=np.array([10.0, 2.25]),
        row_low=np.array([least for *_, least in ROWS]),
        row_high=np.full(3, np.inf),
        start=np.array([0, 2, 3, 4], dtype=np.int32),
        index=np.array([column for columns, *_ in ROWS for column in columns], dtype=np.int32),
        value=np.array([value for _, values, _ in ROWS for value in values]),
        whole=np.ones(2, dtype=np.bool_),
    )


def test_what_parts_miss_adds_up_to_a_bound() -> None:
    """In parts a = 0.75, b = 2.25: 3.75, one more of a + b worth 2. Paid so, a costs 0 and b earns 1 each.

    The first part misses nothing; the second sells 2 in place of 2.25 and misses 0.25. The bound rises to 4, and whole
    numbers come to a = 1, b = 2: 4.
    """
    program, door = _program(), HighsDoor(Options())
    door.load(program)
    door.relax()
    relaxed = door.run()
    assert relaxed.objective == pytest.approx(3.75)
    missed = {}
    for part in parts_of(program, np.array(["first", "second"]), relaxed.duals):
        own = HighsDoor(Options(gap=0.0))
        own.load(part.program)
        own.relax()
        in_parts = own.run().objective
        own.free_whole()
        missed[part.name] = own.run().bound - in_parts
    assert missed == pytest.approx({"first": 0.0, "second": 0.25})
    door.free_whole()
    assert door.run().objective == pytest.approx(relaxed.objective + sum(missed.values()))


def test_what_belongs_to_no_part_is_shared_by_none() -> None:
    """A part of no name, and one without whole decisions, makes no program."""
    program = _program()
    assert not list(parts_of(program, np.array(["", ""]), np.zeros(3)))
    assert [part.name for part in parts_of(program, np.array(["", "second"]), np.zeros(3))] == ["second"]
