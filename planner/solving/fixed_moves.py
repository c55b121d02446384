"""What is best with some decisions fixed, for several sets of these side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from planner.lp import Answer, Basis, HighsDoor
from planner.solving.first_moves import FixedDecisions
from planner.solving.scenario_programs import side_by_side

AT_A_TIME = 2
"""Solvers that share the work, on whatever machine, so that each has the same to solve in the same order."""


def solve_with_each_fixed(own: HighsDoor, sets: Sequence[FixedDecisions], start: Basis | None) -> list[Answer]:
    """The answer of a linear program with each set of decisions fixed by itself, from a basis; then back to there.

    Raises Interrupted.
    """
    doors = [own]
    doors += [own.twin() for _ in range(min(AT_A_TIME, len(sets)) - 1)]

    def answers(door: HighsDoor, mine: Sequence[FixedDecisions]) -> Callable[[], list[Answer]]:
        return lambda: [_answer(door, decisions, start) for decisions in mine]

    def stop() -> None:
        for door in doors:
            door.stop()

    jobs = [answers(door, sets[at :: len(doors)]) for at, door in enumerate(doors)]
    by_door = list(side_by_side(jobs, stop))
    if start is not None:
        own.start_basis(start)
    return [by_door[at % len(doors)][at // len(doors)] for at in range(len(sets))]


def _answer(door: HighsDoor, decisions: FixedDecisions, start: Basis | None) -> Answer:
    with door.holding(decisions.positions, decisions.values, start):
        return door.run()
