"""Whole plans: the continuous one rounded, made better market by market, with a bound that markets prove side by side.

Branch and cut by itself spends most of its time on programs that look for a first good plan in all decisions at once.
Markets share little but demand. With all others held, the program of one is a fraction of the whole, and quick; with
demand paid for at its price, what each market misses in whole numbers adds up to a bound on the whole. Lots are many
and small: they are searched in parts of lots, within limits rounded down to whole ones, and made whole at the end.
Every program is limited in nodes, not in seconds, and none depends on when another ends: the same question is answered
the same way.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.errors import Interrupted
from planner.lp import (
    INFINITY,
    Answer,
    Basis,
    HighsDoor,
    Labels,
    Options,
    Part,
    Positions,
    SolverStatus,
    Values,
    parts_of,
)
from planner.message import Message
from planner.model import Model
from planner.model.rounding import IN_USE, TRIED, rounded
from planner.solving.scenario_programs import side_by_side

WORTH_PARTS = 5_000
"""Columns from which a program is searched in parts; branch and cut is as quick on smaller ones."""
FINER = 0.25
"""Share of the gap asked for to which each part is solved: what they miss adds up."""
FINEST = 0.1
"""Share of the gap asked for to which lots are made whole at the end."""
NEAR = 2.0
"""Times the gap asked for within which a rounded plan is likely to be proven by a better bound alone."""
LEAST_STEPS, ROWS_TO_STEP = 1_000, 4
"""Steps of dual simplex after which a plan with whole decisions held is given up, and rows to a step on large ones."""
SETTLED = (IN_USE, 0.5)
"""Shares of a lot of which so much is rounded up when lots are made whole at the end."""


@dataclass(frozen=True)
class WholeStart:
    """What the search knows before branch and cut begins on the whole."""

    continuous: Answer
    """The best plan in parts of phases."""
    basis: Basis | None
    """Where that was found."""
    best: Answer | None
    """The best whole plan found; none where rounding led to none."""
    bound: float
    """Proven lower bound on whole plans."""
    stopped: bool
    """Whether the user stopped the search."""

    def proven(self, gap: float) -> bool:
        """Whether the best plan is within a relative gap of the bound."""
        return is_proven(self.best, self.bound, gap)

    def enough(self, gap: float) -> float:
        """What a plan may cost for the bound to prove it."""
        return self.bound + gap * (1.0 - gap) * abs(self.bound) if np.isfinite(self.bound) else -INFINITY

    def answer(self, gap: float) -> Answer | None:
        """The best plan, with what is proven of it."""
        if self.best is None:
            return None
        proven = self.proven(gap)
        return replace(
            self.best,
            status=SolverStatus.OPTIMAL if proven else SolverStatus.FEASIBLE,
            why="Optimal" if proven else "Interrupted" if self.stopped else "Time limit reached",
            bound=min(self.bound, self.best.objective),
            duals=np.empty(0),
            algorithm="search in parts",
            interrupted=self.stopped,
        )

    def and_then(self, answer: Answer, gap: float) -> Answer:
        """What branch and cut found after the search, with what either proves."""
        if not answer.values.size:
            found = self.answer(gap)
            kept = answer.status in (SolverStatus.NOTHING, SolverStatus.INTERRUPTED) and found is not None
            return replace(found, interrupted=answer.interrupted) if kept and found else answer
        bound = min(max(self.bound, answer.bound), answer.objective)
        if answer.status is SolverStatus.OPTIMAL or not is_proven(answer, bound, gap):
            return replace(answer, bound=bound)
        return replace(answer, bound=bound, status=SolverStatus.OPTIMAL, why="Optimal")


def is_proven(plan: Answer | None, bound: float, gap: float) -> bool:
    """Whether a plan is within a relative gap of a bound."""
    return plan is not None and plan.objective - bound <= gap * abs(plan.objective)


def best_whole(
    model: Model, door: HighsDoor, options: Options, begin: Answer | None
) -> tuple[Answer, WholeStart | None]:
    """The best whole plan, and what its search began with where there is one.

    It is searched in markets and, where that proves too little, by branch and cut on the whole, which goes on from the
    best plan known, `begin` where the search found none, and ends with one that is good enough for the bound known.
    Raises Interrupted where it is stopped before there was a plan.
    """
    began, gap, limit = time.perf_counter(), options.gap, options.time_limit
    found = start_of(model, door, options, begin)
    if not isinstance(found, WholeStart):
        return (found if found.status is SolverStatus.INFEASIBLE else door.run()), None
    known = found.answer(gap)
    left = None if limit is None else began + limit - time.perf_counter()
    if known and (found.proven(gap) or found.stopped or (left is not None and left <= 0.0)):
        return known, found
    if found.stopped:
        raise Interrupted(Message("stopped before there was a plan"))
    if first := known or begin:
        door.start_from(first.values)
    with door.ending(found.enough(gap), left):
        return found.and_then(door.run(), gap), found


def start_of(model: Model, door: HighsDoor, options: Options, begin: Answer | None = None) -> WholeStart | Answer:
    """A whole plan and a bound for branch and cut to go on from; the continuous answer where it is no plan.

    `begin` is a whole plan that may be one of what is asked now as well.

    The door's program is as it was before.
    """
    began = time.perf_counter()
    try:
        door.relax()
        continuous, basis = door.run(), door.basis()
    finally:
        door.free_whole()
    if continuous.status is not SolverStatus.OPTIMAL:
        return continuous
    search = _Search(model, door, options, began)
    search.begin = begin
    try:
        search.run()
    except Interrupted:
        search.stopped = True
    except _TimeIsUp:
        pass
    return WholeStart(continuous, basis, search.best, search.bound, search.stopped)


class _TimeIsUp(Exception):  # noqa: N818
    """No seconds are left."""


class _Job:
    """One market's program, in a solver of its own."""

    def __init__(self, door: HighsDoor, columns: Positions) -> None:
        self.door = door
        self.columns = columns
        """Its decisions in the whole program."""
        self.answer: Answer | None = None

    def run(self) -> None:
        """Solve it."""
        self.answer = self.door.run()

    def stop(self) -> None:
        """Ask it to end."""
        self.door.stop()


class _Bound(_Job):
    """What a market that pays for what it shares misses in whole numbers."""

    def __init__(self, part: Part, options: Options) -> None:
        super().__init__(HighsDoor(replace(options, race=False, gap=0.0)), part.columns)
        self.miss = 0.0
        """By how much its best in whole numbers is worse than in parts, at least; model money."""
        self._program = part.program

    def run(self) -> None:
        """Solve it in parts, and look at the root of branch and cut."""
        self.door.load(self._program)
        self.door.relax()
        parts = self.door.run()
        self.door.free_whole()
        if parts.status is SolverStatus.OPTIMAL:
            self.door.search(1, improve=False)
            self.answer = self.door.run()
            self.miss = max(0.0, self.answer.bound - parts.objective)


class _Search:
    """A search for a whole plan, and what it has found so far."""

    def __init__(self, model: Model, door: HighsDoor, options: Options, began: float) -> None:
        self.best: Answer | None = None
        """The best whole plan."""
        self.bound = -INFINITY
        self.stopped = False
        self._model, self._door, self._options, self._began = model, door, options, began
        whole = door.now().whole
        lots = np.array([model.program.position(lot) for lot in model.lots.values()], dtype=np.int64)
        self._lots: Positions = lots[whole[lots]]
        self._coarse = door.twin(options, continuous=self._lots)
        """The program in which lots may be in parts."""
        self._first: Answer
        """Its continuous plan, within limits rounded down."""
        self.begin: Answer | None = None
        """A whole plan to begin with, where it is one of what is asked now."""
        self._near: Answer | None = None
        """The best plan in which lots may be in parts."""
        self._settled: Answer | None = None
        """The last of these in which lots were made whole."""

    def run(self) -> None:
        """Search until a plan is proven, or there is nothing left to try before branch and cut on the whole."""
        if (basis := self._door.basis()) is not None:
            self._coarse.start_basis(basis)
        self._coarse.relax()
        self._first = self._coarse.run()
        if self._first.status is not SolverStatus.OPTIMAL:
            return
        self.bound = self._first.bound
        self._round()
        try:
            if self._near is not None and not self._proven() and self._door.columns >= WORTH_PARTS:
                self._in_markets()
        finally:
            self._settle()

    def _in_markets(self) -> None:
        """A bound and a plan from each market by itself, in turns or side by side."""
        labels = _markets(self._model)
        names, counts = np.unique(labels[self._coarse.whole], return_counts=True)
        order = [name for _, name in sorted(zip((-counts).tolist(), names.tolist(), strict=True)) if name]
        bounds = [_Bound(part, self._left()) for part in parts_of(self._coarse.now(), labels, self._first.duals)]
        if is_proven(self._near, self.bound, NEAR * self._options.gap):
            self._ask(bounds)
            bounds = []
        if self._proven():
            return
        best = self._best_so_far()
        searches = [self._of_market(labels, name, best) for name in order]
        self._ask([*searches, *bounds])
        self._merge(best, searches)

    def _ask(self, jobs: Sequence[_Job]) -> None:
        """Ask solvers side by side. Raises Interrupted on Ctrl-C, once what they have found is noted."""

        def stop() -> None:
            for each in jobs:
                each.stop()

        try:
            for _ in side_by_side([each.run for each in jobs], stop):
                pass
        finally:
            self.bound = max(
                self.bound, self._first.bound + sum(each.miss for each in jobs if isinstance(each, _Bound))
            )

    def _of_market(self, labels: Labels, name: str, best: Answer) -> _Job:
        """The search for a better plan in one market, all else held, with halls near those of the plan in parts."""
        door, model = self._coarse.twin(replace(self._left(), gap=FINER * self._options.gap)), self._model
        whole = np.zeros(door.columns, dtype=np.bool_)
        whole[door.whole] = True
        values = np.where(whole, np.round(best.values), best.values)
        held = np.flatnonzero((labels != name) & (labels != ""))
        halls = np.array(
            [
                model.program.position(halls)
                for family in (model.phases, model.phases_begun)
                for halls in family.values()
            ],
            dtype=np.int64,
        )
        halls = halls[(labels[halls] == name) & whole[halls]]
        parts = self._first.values[halls]
        door.confine(
            halls.tolist(),
            np.minimum(np.floor(parts + IN_USE), values[halls]),
            np.maximum(np.ceil(parts - IN_USE), values[halls]),
        )
        door.hold(held.tolist(), values[held])
        door.start_from(values)
        door.search(1)
        return _Job(door, np.flatnonzero((labels == name) | (labels == "")))

    def _merge(self, best: Answer, searches: Sequence[_Job]) -> None:
        """The best of the plans that markets found, and of all of them together."""
        plans, merged = [best], best.values.copy()
        for search in searches:
            if search.answer is not None and search.answer.values.size:
                plans.append(search.answer)
                merged[search.columns] = search.answer.values[search.columns]
        if together := _with_whole(self._coarse, merged):
            plans.append(together)
        self._coarse.free_whole()
        self._near = min(plans, key=lambda each: each.objective)

    def _best_so_far(self) -> Answer:
        assert self._near is not None
        return self._near

    def _round(self) -> None:
        """The best plan that making the continuous one whole leads to."""
        found = []
        if self.begin is not None and (plan := _with_whole(self._coarse, self.begin.values)):
            found.append(plan)
        for up in TRIED:
            if plan := _with_whole(self._coarse, rounded(self._model, self._first.values, up)):
                found.append(plan)
                if is_proven(plan, self.bound, self._options.gap):
                    break
        if not found and (plan := _with_whole(self._coarse, rounded(self._model, self._first.values))):
            found = [plan]
        self._near = min(found, key=lambda each: each.objective, default=None)
        self._coarse.free_whole()

    def _proven(self) -> bool:
        """Whether a whole plan within the gap asked for is at hand."""
        if not is_proven(self._near, self.bound, self._options.gap):
            return False
        self._settle()
        return is_proven(self.best, self.bound, self._options.gap)

    def _settle(self) -> None:
        """Make lots whole in the best plan: by rounding, or where that alone misses the gap by branch and cut."""
        near = self._near
        if near is None or near is self._settled:
            return
        self._settled = near
        if not self._lots.size:
            self._note(near)
            return
        for up in SETTLED:
            whole = rounded(self._model, near.values, up)
            values = near.values.copy()
            values[self._lots] = whole[self._lots]
            self._note(_with_whole(self._door, values))
        self._door.free_whole()
        worth = is_proven(near, self.bound, self._options.gap) or self.best is None
        if is_proven(self.best, self.bound, self._options.gap) or not worth:
            return
        own = self._door.twin(replace(self._left(), gap=FINEST * self._options.gap))
        held = np.setdiff1d(own.whole, self._lots)
        own.hold(held.tolist(), np.round(near.values[held]))
        if self.best is not None and np.array_equal(np.round(self.best.values[held]), np.round(near.values[held])):
            own.start_from(self.best.values)
        own.search(1)
        answer = own.run()
        self._note(answer if answer.values.size else None)

    def _note(self, plan: Answer | None) -> None:
        if plan is not None and (self.best is None or plan.objective < self.best.objective):
            self.best = plan

    def _left(self) -> Options:
        """Options with the seconds that are left. Raises _TimeIsUp where there are none."""
        limit = self._options.time_limit
        if limit is None:
            return self._options
        left = self._began + limit - time.perf_counter()
        if left <= 0.0:
            raise _TimeIsUp
        return replace(self._options, time_limit=left)


def _with_whole(door: HighsDoor, values: Values) -> Answer | None:
    """The best plan with the whole decisions of some values; None where there is none, or none is found soon."""
    door.fix_whole(values)
    matrix = door.now()
    found = door.attempt(None, INFINITY, steps=max(LEAST_STEPS, len(matrix.row_low) // ROWS_TO_STEP))
    if found is None:
        return None
    nothing, cost = np.empty(0), matrix.objective(found)
    return Answer(SolverStatus.OPTIMAL, "Optimal", found, nothing, cost, -INFINITY, 0, 0.0)


def _markets(model: Model) -> Labels:
    """The market of each decision, by position; empty where it belongs to none."""
    sites, power = model.instance.sites, model.instance.power
    market_of = {market: market for market in power.markets} | dict(power.region_market) | dict(sites.market)
    found = ((market_of[each] for each in key[1:-1] if each in market_of) for key in model.decision_names())
    return np.array([next(names, "") for names in found])
