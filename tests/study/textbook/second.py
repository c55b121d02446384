"""The same problems a second time, as matrices by hand: no case, no tree and none of the planner's rules.

A two-stage program is the costs and limits of what is decided first, and for each future its probability and
the costs and limits of what follows. All its questions (expected cost, a mean of the worst, regret, decisions held)
are one extensive form with a different last line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import highspy
import numpy as np

from planner.lp import SilentHighs

INFINITY = highspy.kHighsInf
Terms = list[tuple[int, float]]


class Program:
    """A linear program that is minimised, column by column and row by row."""

    def __init__(self) -> None:
        self._highs = SilentHighs()
        self._columns = 0

    def column(self, cost: float = 0.0, low: float = 0.0) -> int:
        """A decision with no upper limit; its number."""
        self._highs.addCol(cost, low, INFINITY, 0, np.array([], dtype=np.int32), np.array([]))
        self._columns += 1
        return self._columns - 1

    def row(self, low: float, terms: Terms, high: float) -> None:
        """A sum between limits."""
        at = np.array([column for column, _ in terms], dtype=np.int32)
        self._highs.addRow(low, high, len(terms), at, np.array([amount for _, amount in terms], dtype=float))

    def least(self) -> tuple[float, list[float]]:
        """The optimum and the decisions."""
        self._highs.run()
        assert self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self._highs.getInfo().objective_function_value), list(self._highs.getSolution().col_value)


Follow = Callable[[Program, Sequence[int]], Terms]
"""Adds what follows in one future on the first decisions; its cost."""


@dataclass(frozen=True)
class TwoStage:
    """What is decided first and what may follow."""

    costs: tuple[float, ...]
    """Cost of one unit of each first decision."""
    rows: tuple[tuple[float, tuple[float, ...], float], ...]
    """Limits on first decisions: least, amounts, most."""
    futures: Mapping[str, tuple[float, Follow]]
    """Probability and what follows, by future."""
    mean: Follow
    """What would follow on average values."""

    def expected(self, held: Sequence[float] | None = None) -> tuple[float, list[float]]:
        """Least expected cost and its first decisions, or the expected cost of decisions that are held."""
        return self.weighed(0.0, 0.0, held)

    def weighed(self, weight: float, level: float, held: Sequence[float] | None = None) -> tuple[float, list[float]]:
        """Least weighed sum of expected cost and mean of the worst: the threshold and excess of Rockafellar and
        Uryasev."""
        program = Program()
        threshold = program.column(weight, low=-INFINITY)
        first = self._first(program, held, cost_weight=1.0 - weight)
        for probability, follow in self.futures.values():
            terms = follow(program, first)
            whole = program.column((1.0 - weight) * probability, low=-INFINITY)
            program.row(0.0, [*terms, (whole, -1.0)], 0.0)
            excess = program.column(weight * probability / (1.0 - level))
            paid = [(column, -cost) for column, cost in zip(first, self.costs, strict=True)]
            program.row(0.0, [(excess, 1.0), (threshold, 1.0), (whole, -1.0), *paid], INFINITY)
        value, found = program.least()
        return value, found[1 : 1 + len(self.costs)]

    def knowing(self) -> dict[str, float]:
        """Least cost of each future when it is known from the start."""
        return {name: self._alone(follow)[0] for name, (_, follow) in self.futures.items()}

    def wait_and_see(self) -> float:
        """Expected cost when the future is known from the start."""
        known = self.knowing()
        return sum(probability * known[name] for name, (probability, _) in self.futures.items())

    def of_mean_values(self) -> tuple[float, list[float]]:
        """Expected cost of what is best for average values, and those decisions."""
        _, decided = self._alone(self.mean)
        return self.expected(decided)[0], decided

    def regret(self) -> tuple[float, list[float]]:
        """Least largest regret over the futures, and its first decisions."""
        known = self.knowing()
        program = Program()
        most = program.column(1.0)
        first = self._first(program, None, cost_weight=0.0)
        paid = list(zip(first, self.costs, strict=True))
        for name, (_, follow) in self.futures.items():
            program.row(-INFINITY, [*paid, *follow(program, first), (most, -1.0)], known[name])
        value, found = program.least()
        return value, found[1 : 1 + len(self.costs)]

    def _first(self, program: Program, held: Sequence[float] | None, *, cost_weight: float) -> list[int]:
        first = [program.column(cost_weight * cost) for cost in self.costs]
        for low, amounts, high in self.rows:
            program.row(low, list(zip(first, amounts, strict=True)), high)
        for column, value in zip(first, held or (), strict=held is not None):
            program.row(value, [(column, 1.0)], value)
        return first

    def _alone(self, follow: Follow) -> tuple[float, list[float]]:
        program = Program()
        first = self._first(program, None, cost_weight=1.0)
        whole = program.column(1.0, low=-INFINITY)
        program.row(0.0, [*follow(program, first), (whole, -1.0)], 0.0)
        value, found = program.least()
        return value, found[: len(self.costs)]


def power_plants(
    costs: Sequence[float],
    running: Sequence[Sequence[float]],
    futures: Mapping[str, tuple[float, Sequence[float]]],
    *,
    least: float,
    budget: float,
    emergency: float | None = None,
) -> TwoStage:
    """Capacity of several technologies for several modes of demand: x least, budget; y_ij within x_i, covering d_j."""

    def follows(demands: Sequence[float]) -> Follow:
        def follow(program: Program, first: Sequence[int]) -> Terms:
            y = [[program.column() for _ in demands] for _ in costs]
            paid: Terms = []
            for i, column in enumerate(first):
                room: Terms = [(column, -1.0)]
                if emergency is not None:
                    more = program.column()
                    room.append((more, -1.0))
                    paid.append((more, emergency))
                program.row(-INFINITY, [*((each, 1.0) for each in y[i]), *room], 0.0)
                paid += [(each, running[i][j]) for j, each in enumerate(y[i])]
            for j, demand in enumerate(demands):
                program.row(demand, [(y[i][j], 1.0) for i in range(len(costs))], INFINITY)
            return paid

        return follow

    modes = range(len(running[0]))
    mean = [sum(probability * demands[j] for probability, demands in futures.values()) for j in modes]
    return TwoStage(
        costs=tuple(costs),
        rows=((least, tuple(1.0 for _ in costs), INFINITY), (-INFINITY, tuple(costs), budget)),
        futures={name: (probability, follows(demands)) for name, (probability, demands) in futures.items()},
        mean=follows(mean),
    )


def fields(factors: Mapping[str, tuple[float, float]]) -> TwoStage:
    """The farmer, by factor on the yields with its probability: three crops on 500 acres; buy, sell, sell surplus.

    Costs are what is paid less what is earned, in USD.
    """

    def follows(factor: float) -> Follow:
        def follow(program: Program, first: Sequence[int]) -> Terms:
            wheat, corn, beets = first
            buy_wheat, buy_corn = program.column(), program.column()
            sell_wheat, sell_corn, sell_beets, sell_more = (program.column() for _ in range(4))
            program.row(200.0, [(wheat, 2.5 * factor), (buy_wheat, 1.0), (sell_wheat, -1.0)], INFINITY)
            program.row(240.0, [(corn, 3.0 * factor), (buy_corn, 1.0), (sell_corn, -1.0)], INFINITY)
            program.row(0.0, [(beets, 20.0 * factor), (sell_beets, -1.0), (sell_more, -1.0)], INFINITY)
            program.row(-INFINITY, [(sell_beets, 1.0)], 6000.0)
            earned = [(sell_wheat, -170.0), (sell_corn, -150.0), (sell_beets, -36.0), (sell_more, -10.0)]
            return [(buy_wheat, 238.0), (buy_corn, 210.0), *earned]

        return follow

    return TwoStage(
        costs=(150.0, 230.0, 260.0),
        rows=((-INFINITY, (1.0, 1.0, 1.0), 500.0),),
        futures={name: (probability, follows(factor)) for name, (probability, factor) in factors.items()},
        mean=follows(sum(probability * factor for probability, factor in factors.values())),
    )


def combined(
    *marginals: Mapping[float, float],
) -> Iterator[tuple[float, tuple[float, ...]]]:
    """Every combination of independent amounts, with its probability."""
    for drawn in product(*(marginal.items() for marginal in marginals)):
        probability = 1.0
        for _, each in drawn:
            probability *= each
        yield probability, tuple(amount for amount, _ in drawn)
