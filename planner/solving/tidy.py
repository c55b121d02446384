"""The tidiest of the plans that cost almost as little as the cheapest: the fewest and largest actions.

How many actions a plan takes at least is a hard integer program. What is found here in a few seconds is few, not proven
to be the fewest: linear programs in which an action weighs the more the smaller it was in the last one (Candès, Wakin
and Boyd 2008, Enhancing sparsity by reweighted l1 minimization, Journal of Fourier Analysis and Applications 14), then
every action that is left tried without, the smallest first. Where decisions are whole, two of one thing are first
gathered into one wherever that costs little enough. What is proven is what the plan costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.lp import Answer, HighsDoor, Matrix, Positions, SolverStatus, Values
from planner.lp.verify import misses
from planner.model import Model
from planner.model.rounding import opened_whole
from planner.solving.actions import Actions

NEAR = (0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
"""Share of a usual amount at which an action of none would weigh as one of that amount does, round by round: from
almost even weights to a count."""
PATIENCE = 60
"""Actions in a row that cannot be spared before the rest are taken to be needed."""
WORK = 5_000_000
"""Rows times trials at the most, so that a large program is tidied for no longer than it takes to solve."""
ROUNDING = 1e-6
"""What a sum of whole numbers may exceed a limit on it by."""
WEIGHED = 30_000
"""Rows up to which linear programs that weigh actions are solved: on a large tree each takes minutes."""
FOR_WHOLE = 0.5
"""Share of what tidiness may cost that gathering whole actions may take: the rest is for those in parts."""


@dataclass(frozen=True)
class TidyPlan:
    """A plan with few actions."""

    values: Values
    """Of all decisions."""
    objective: float
    """What was minimised, model units."""
    stopped: bool
    """Whether the user stopped the search for a tidier one."""


class _HeldRows:
    """Limits that hold nothing but whole decisions: what they allow is known without solving anything."""

    def __init__(self, matrix: Matrix, held: Positions) -> None:
        is_held = np.zeros(len(matrix.cost), dtype=np.bool_)
        is_held[held] = True
        rows = np.repeat(np.arange(len(matrix.row_low)), np.diff(matrix.start))
        others = np.bincount(rows, weights=~is_held[matrix.index], minlength=len(matrix.row_low))
        self._rows: dict[int, list[int]] = {}
        """Rows that each decision stands in."""
        self._terms: dict[int, dict[int, float]] = {}
        """Decisions of each row with what one of it takes."""
        self._most = matrix.row_high
        for at in np.flatnonzero((others == 0)[rows] & np.isfinite(matrix.row_high)[rows]).tolist():
            row, column = int(rows[at]), int(matrix.index[at])
            self._rows.setdefault(column, []).append(row)
            self._terms.setdefault(row, {})[column] = float(matrix.value[at])

    def allow(self, held: Mapping[int, float], source: int, target: int, count: float) -> bool:
        """Whether so much may move from one decision to another."""
        for row in self._rows.get(target, ()):
            terms = self._terms[row]
            now = sum(take * held[column] for column, take in terms.items())
            if now + count * (terms[target] - terms.get(source, 0.0)) > self._most[row] + ROUNDING:
                return False
        return True


class TidySearch:
    """A search among the plans that cost no more than an amount; whole decisions are held all the while."""

    def __init__(
        self,
        model: Model,
        door: HighsDoor,
        cheapest: Values,
        within: float,
        limit: Callable[[float | None], None],
    ) -> None:
        """`door` minimises what `cheapest` is least in, which has exact whole numbers and may be missed by a share.

        `limit` lets it take no more than an amount, model units, and lifts that limit.
        """
        matrix = door.now()
        self._door, self._matrix, self._limit = door, matrix, limit
        self.actions = Actions(model, matrix, cheapest)
        self.best, self.objective = cheapest, matrix.objective(cheapest)
        self.most = self.objective + within * abs(self.objective)
        self.stopped = False
        whole = self.actions.decided
        self._held: dict[int, float] = dict(zip(whole.tolist(), np.round(cheapest[whole]).tolist(), strict=True))
        self._trials_left = max(PATIENCE, WORK // max(1, len(matrix.row_low)))
        self._basis = door.basis()

    def run(self) -> None:
        """Look for tidier plans, one after the other; the last is `best`."""
        if self._matrix.whole.any():
            self._door.relax()
            self._door.bind_for_whole(True)
        if not self._holds(self._held, self.most):
            return
        self._gather(self.objective + FOR_WHOLE * (self.most - self.objective))
        if len(self._matrix.row_low) <= WEIGHED:
            self._weigh()
        self._spare()

    def _gather(self, most: float) -> None:
        """Move whole actions together, two of one thing into one, those first that seem to cost least."""
        tried: set[tuple[int, int, float]] = set()
        rows, enough = _HeldRows(self._matrix, np.array(sorted(self._held), dtype=np.int64)), self._trials_left // 2
        while not self.stopped and self._trials_left > enough:
            costs = self._door.reduced_costs()
            moves = []
            for pair in self.actions.neighbours(self.best):
                for gone, grown in (pair, pair[::-1]):
                    source, target = (int(self.actions.whole[at]) for at in (gone, grown))
                    # A linear program's optimum is convex in what is held: no move costs less than prices say.
                    extra = float(self._held[source] * (costs[target] - costs[source]))
                    move = (source, target, self._held[source])
                    if move not in tried and self.objective + extra <= most and rows.allow(self._held, *move):
                        moves.append((extra, move))
            if not moves:
                return
            for _, (source, target, count) in sorted(moves):
                tried.add((source, target, count))
                together = self._held[target] + count
                if together <= self._matrix.high[target] and self._holds({source: 0.0, target: together}, most):
                    break
            else:
                return

    def _weigh(self) -> None:
        """Linear programs that weigh actions, each by what it was in the last one; those that vanish are left out."""
        values, actions, matrix = self.best, self.actions, self._matrix
        self._limit(self.most)
        with self._door.patiently():
            for near in NEAR:
                cost = np.zeros(len(matrix.cost))
                cost[actions.columns] = actions.weights / (values[actions.columns] + near * actions.usual)
                self._door.price(replace(matrix, cost=cost, offset=0.0))
                answer = self._asked()
                if answer.status is not SolverStatus.OPTIMAL:
                    break
                values = answer.values
        self._limit(None)
        self._door.price(matrix)
        gone = actions.columns[~actions.taken(values)].tolist()
        without = dict.fromkeys(gone, 0.0)
        self._hold(without)
        with self._door.patiently():
            answer = self._asked()
        if answer.status is SolverStatus.OPTIMAL and answer.objective <= self.most:
            self._found(answer.values, without)
        else:
            self._back()

    def _spare(self) -> None:
        """Try each action that is left without it, the smallest first."""
        actions, needed, in_a_row = self.actions, set[int](), 0
        while not self.stopped and self._trials_left > 0 and in_a_row < PATIENCE:
            amounts = self.best[actions.columns] / (actions.usual * actions.weights)
            left = [
                at
                for at in np.flatnonzero(actions.taken(self.best)).tolist()
                if at not in needed and int(actions.columns[at]) not in self._held and actions.whole[at] < 0
            ]
            if not left:
                return
            at = min(left, key=lambda each: (amounts[each], each))
            if self._holds({int(actions.columns[at]): 0.0}, self.most):
                in_a_row = 0
            else:
                needed.add(at)
                in_a_row += 1

    def _holds(self, columns: Mapping[int, float], most: float) -> bool:
        """Whether a plan for so much is at hand with these columns held as well; it is then the best, and they stay."""
        self._trials_left -= 1
        self._hold(columns)
        values = self._door.attempt(self._basis, most)
        if values is not None:
            self._found(values, columns)
            return True
        self.stopped = self.stopped or self._door.stopping
        self._back()
        return False

    def _found(self, values: Values, columns: Mapping[int, float]) -> None:
        self._held.update(columns)
        self.best, self.objective, self._basis = values, self._matrix.objective(values), self._door.basis()

    def _back(self) -> None:
        self._door.let_go()
        self._hold(self._held)

    def _hold(self, columns: Mapping[int, float]) -> None:
        if columns:
            self._door.hold(list(columns), np.array(list(columns.values())))

    def _asked(self) -> Answer:
        answer = self._door.run()
        self.stopped = self.stopped or answer.interrupted
        return answer


def tidied(
    model: Model, door: HighsDoor, cheapest: Values, within: float, limit: Callable[[float | None], None]
) -> TidyPlan | None:
    """A plan with fewer actions than the cheapest, for a share more at the most; None where none is found.

    The program is then as it was, at the basis where the cheapest plan was found. Its arguments are a search's.
    """
    basis, whole = door.basis(), door.now().whole.any()
    search = TidySearch(model, door, cheapest, within, limit)
    try:
        search.run()
    finally:
        door.let_go()
        if whole:
            door.free_whole()
        if basis is not None:
            door.start_basis(basis)
    if search.actions.weigh(search.best) >= search.actions.weigh(cheapest) or misses(door.now(), search.best):
        return None
    return TidyPlan(opened_whole(model, search.best), search.objective, search.stopped)
