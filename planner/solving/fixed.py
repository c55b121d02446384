"""What is best with some first moves held, for several sets of these side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from planner.lp import Answer, Basis, HighsDoor
from planner.solving.first_moves import FirstMoves, Moves
from planner.solving.scenario_programs import side_by_side
from planner.solving.solver_program import SolverProgram

AT_A_TIME = 2
"""Solvers that share the work, on whatever machine, so that each has the same to solve in the same order."""


def solve_with_each_fixed(asked: SolverProgram, held: Sequence[Moves], began: Basis | None) -> list[Answer]:
    """The answer of a linear program with each set of first moves held by itself, from a basis; then back to there.

    Raises Interrupted.
    """
    asked.own_door_only()
    first, doors = FirstMoves(asked.model), [asked.door]
    doors += [asked.door.twin() for _ in range(min(AT_A_TIME, len(held)) - 1)]

    def answers(door: HighsDoor, mine: Sequence[Moves]) -> Callable[[], list[Answer]]:
        return lambda: [_answer(door, *first.held(moves), began) for moves in mine]

    def stop() -> None:
        for door in doors:
            door.stop()

    jobs = [answers(door, held[at :: len(doors)]) for at, door in enumerate(doors)]
    by_door = list(side_by_side(jobs, stop))
    if began is not None:
        asked.door.start_basis(began)
    return [by_door[at % len(doors)][at // len(doors)] for at in range(len(held))]


def _answer(door: HighsDoor, positions: list[int], values: list[float], began: Basis | None) -> Answer:
    with door.holding(positions, np.array(values), began):
        return door.run()
