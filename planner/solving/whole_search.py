"""Whole plans: the continuous one rounded, made better market by market, and proven by branch and cut's root.

Branch and cut by itself spends most of its time on programs that look for a first good plan in all decisions at once.
Markets share little: with all others held, the program of one is a fraction of the whole, and quick. Every program is
limited in nodes, not in seconds, and none depends on when another ends: the same question is answered the same way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from planner.errors import Interrupted
from planner.lp import INFINITY, Answer, HighsDoor, Options, Positions, SolverStatus, Values
from planner.model import Model
from planner.model.rounding import TRIED, rounded
from planner.solving.scenario_programs import side_by_side

WORTH_PARTS = 5_000
"""Columns from which a program is searched in parts; branch and cut is as quick on smaller ones."""
FINER = 0.25
"""Share of the gap asked for to which each part is solved: what they miss adds up."""
NEAR = 2.5
"""Times the gap asked for within which a rounded plan is likely to be proven by cuts alone."""


@dataclass(frozen=True)
class WholeStart:
    """What the search knows before branch and cut begins on the whole."""

    continuous: Answer
    """The best plan in parts of phases."""
    best: Answer | None
    """The best whole plan found; none where rounding led to none."""
    bound: float
    """Proven lower bound on whole plans."""

    def proven(self, gap: float) -> Answer | None:
        """The best plan where it is within a relative gap of the bound."""
        if self.best is None or self.best.objective - self.bound > gap * abs(self.best.objective):
            return None
        return replace(
            self.best, bound=min(self.bound, self.best.objective), why="Optimal", algorithm="search in parts"
        )


def start_of(model: Model, door: HighsDoor, options: Options) -> WholeStart | Answer:
    """A whole plan and a bound for branch and cut to go on from; the continuous answer where it is no plan.

    The door's program is as it was before.
    """
    began = time.perf_counter()
    try:
        door.relax()
        continuous = first = door.run()
        if continuous.status is not SolverStatus.OPTIMAL:
            return continuous
        if door.for_whole.size:
            door.bind_for_whole(True)
            first = door.run()
        best = _best_rounded(model, door, first.values) if first.status is SolverStatus.OPTIMAL else None
    finally:
        door.free_whole()
    found = WholeStart(continuous, best, first.bound if first.status is SolverStatus.OPTIMAL else -INFINITY)
    steps = [_in_parts, _proven_by_cuts]
    if found.proven(NEAR * options.gap):
        steps.insert(0, steps.pop())
    for step in steps:
        if found.best is None or found.proven(options.gap) or door.columns < WORTH_PARTS:
            break
        left = None if options.time_limit is None else options.time_limit - (time.perf_counter() - began)
        if left is None or left > 0:
            found = step(model, door, found, replace(options, time_limit=left))
    return found


def _best_rounded(model: Model, door: HighsDoor, values: Values) -> Answer | None:
    """The best plan that making a continuous one whole leads to; None where none of the ways is a plan."""
    found = [best for up in TRIED if (best := _with_whole(door, rounded(model, values, up)))]
    if not found and (best := _with_whole(door, rounded(model, values))):
        found = [best]
    return min(found, key=lambda each: each.objective, default=None)


def _with_whole(door: HighsDoor, values: Values) -> Answer | None:
    """The best plan with the whole decisions of some values; None where there is none."""
    door.fix_whole(values)
    answer = door.run()
    return answer if answer.status is SolverStatus.OPTIMAL else None


def _proven_by_cuts(_: Model, door: HighsDoor, found: WholeStart, options: Options) -> WholeStart:
    """The bound that the root of branch and cut proves."""
    assert found.best is not None
    own = door.twin(options)
    own.begin_root(found.best.values, improve=False)
    answer = own.run()
    better = answer if answer.values.size and answer.objective < found.best.objective else found.best
    return replace(found, best=better, bound=max(found.bound, answer.bound))


def _in_parts(model: Model, door: HighsDoor, found: WholeStart, options: Options) -> WholeStart:
    """The plan made better in each market by itself, side by side, and all of it together."""
    best = found.best
    assert best is not None
    outside = list(_outside_of_parts(model, door.whole))
    doors = [door.twin(replace(options, gap=FINER * options.gap)) for _ in outside]
    for own, held in zip(doors, outside, strict=True):
        own.begin_root(best.values, held=held)

    def stop() -> None:
        for each in doors:
            each.stop()

    try:
        answers = list(side_by_side([own.run for own in doors], stop))
    except Interrupted:
        return found
    plans, merged = [best], best.values.copy()
    for held, answer in zip(outside, answers, strict=True):
        if answer.values.size:
            plans.append(answer)
            freed = np.setdiff1d(np.arange(len(merged)), held)
            merged[freed] = answer.values[freed]
    try:
        if together := _with_whole(door, merged):
            plans.append(together)
    finally:
        door.free_whole()
    return replace(found, best=min(plans, key=lambda each: each.objective))


def _outside_of_parts(model: Model, whole: Positions) -> Iterator[Positions]:
    """For each market with whole decisions, those with most first, the decisions that belong to other markets."""
    part_of = _markets(model)
    counts = {part: int(np.sum(part_of[whole] == part)) for part in model.instance.power.markets}
    for part in sorted(counts, key=lambda each: (-counts[each], each)):
        if counts[part]:
            yield np.flatnonzero((part_of != part) & (part_of != ""))


def _markets(model: Model) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """The market of each decision, by position; empty where it belongs to none."""
    sites, power = model.instance.sites, model.instance.power
    market_of = {market: market for market in power.markets} | dict(power.region_market) | dict(sites.market)
    found = ((market_of[each] for each in key[1:-1] if each in market_of) for key in model.decision_names())
    return np.array([next(names, "") for names in found])
