"""Solve a case, and ask again with something changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType

import numpy as np

from planner.lp import INFINITY, Answer, Basis, Options, SolverStatus
from planner.model import risk
from planner.model.goals import expected_orders, most_reached, node_costs, reached
from planner.schema import Case
from planner.solution import Solution, frame
from planner.solving.first_moves import Commitment, FirstMoves, Moves, commitments
from planner.solving.fixed import solve_with_each_fixed
from planner.solving.read_solution import solution_of
from planner.solving.scenario_programs import ScenarioProgram, futures
from planner.solving.solver_program import Goal, SolverProgram
from planner.solving.tried_prices import tried_prices
from planner.solving.warm_start import Standing, standing
from planner.stage_timing import Report, Timing

SLACK = 1e-7
"""Share by which an optimum may be exceeded when the next goal is sought: the solver's tolerance, not a choice."""
REACHED = 1e-9
"""Share of an amount that may be missing where a plan already reaches it: rounding."""


class Session:
    """A case built once and solved as often as it is asked, from the last basis.

    Use it as a context: `with session(case) as s: s.solve()`. It hands out Solutions, never a program.
    """

    def __init__(
        self, case: Case, options: Options, *, report: Report, timing: Timing, start: Standing | None = None
    ) -> None:
        """Unroll and build the case; the first solve starts where another case's plan stood, if told."""
        self.case = case
        self.options = options
        self.timing = timing
        self._asked = SolverProgram(case, options, report=report, timing=timing, start=start)
        self._start: Basis | None = None
        """Where the plan stood that futures were cut from: solves with decisions held start there."""
        self._held: Answer
        """The last plan in whole phases, as the linear program in which these are held."""

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asked.door.highs.clear()

    def solve(self) -> Solution:
        """The best plan of what is asked now.

        Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
        """
        answer = self._asked.plan()
        with self.timing.stage("read"):
            return self._solution(answer)

    def minimise(self, goal: Goal, *, afresh: bool = True) -> None:
        """What the next solve minimises; `afresh` unless the last answer is near its optimum."""
        self._asked.own_door_only()
        self._asked.minimise(goal, afresh=afresh)

    def standing(self) -> Standing | None:
        """Where the last answer stands, for the program of a like case to start from; None without a basis."""
        basis = self._asked.door.basis() if self._asked.linear else None
        return None if basis is None else standing(self._asked.model, self._asked.filed, basis)

    @property
    def has_plant(self) -> bool:
        """Whether the case allows any on-site plant."""
        return bool(self._asked.model.onsite_start)

    def solve_without_plant(self) -> Solution:
        """The best plan of what is asked now with no on-site plant ordered; raises as `solve` does."""
        plant = [self._asked.model.program.position(variable) for variable in self._asked.model.onsite_start.values()]
        with self._held_at(plant, [0.0] * len(plant)):
            return self.solve()

    @property
    def first_moves(self) -> Moves:
        """What the last answer decides before scenarios part."""
        return FirstMoves(self._asked.model).read(self._asked.last.values)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """What the first moves of the last answer commit in money."""
        return tuple(commitments(self._asked.model, self._asked.last.values))

    @property
    def first_periods(self) -> int:
        """Periods before scenarios part."""
        return len(self._asked.instance.tree.before_reveal)

    @property
    def scenario_costs(self) -> dict[str, float]:
        """Present cost of the last answer in each scenario, million USD."""
        costs, tree = node_costs(self._asked.model), self._asked.instance.tree
        spent = np.bincount(
            costs.node, weights=costs.amount * self._asked.last.values[costs.column], minlength=len(tree.nodes)
        )
        present = spent + costs.constant
        return {
            name: float(present[list(tree.path(leaf))].sum()) * self._asked.instance.units.musd
            for name, leaf in zip(tree.scenario_names, tree.leaves, strict=True)
        }

    @contextmanager
    def holding(self, moves: Moves) -> Iterator[None]:
        """Hold first moves at their amounts for as long as the context lasts."""
        with self._held_at(*FirstMoves(self._asked.model).held(moves)):
            yield

    def best_of_each(self, held: Sequence[Moves]) -> list[float | None]:
        """As `best`, with each of several sets of first moves held by itself."""
        if self._asked.linear:
            began = self._start or self._asked.door.basis()
            with self.timing.stage("solve"):
                return [self._best(answer) for answer in solve_with_each_fixed(self._asked, held, began)]
        found = []
        for moves in held:
            with self.holding(moves):
                found.append(self.best())
        return found

    @contextmanager
    def _held_at(self, positions: list[int], values: list[float]) -> Iterator[None]:
        self._asked.own_door_only()
        began = self._start or (self._asked.door.basis() if self._asked.linear else None)
        try:
            with self._asked.door.holding(positions, np.array(values), began):
                yield
        finally:
            if began is not None:
                self._asked.door.start_basis(began)

    def futures(self) -> tuple[ScenarioProgram, ...]:
        """Every scenario as a program of its own, each to be solved from where the last answer stands."""
        self._asked.own_door_only()
        matrix = self._asked.matrix.first_rows(len(self._asked.filed))
        self._start = self._asked.door.basis() if self._asked.linear else None
        return futures(self._asked.model, self._asked.filed, matrix, self._start, self.options)

    def compare_with(self, own_best: Mapping[str, float]) -> None:
        """Measure regret against each scenario's own best plan, million USD by scenario."""
        self._asked.own_door_only()
        names = dict(zip(self._asked.instance.tree.leaves, self._asked.instance.tree.scenario_names, strict=True))
        for position, entry in enumerate(self._asked.filed):
            if entry.rule.rows is risk.scenario_regret:
                best = own_best[names[entry.node]] / self._asked.instance.units.musd
                self._asked.door.bound_row(position, low=-INFINITY, high=best)

    def tie_break(self, first: Goal, second: Goal) -> tuple[float, float]:
        """The least value of one goal, and of a second among the plans that are best in the first."""
        self.minimise(first)
        best = self.optimum()
        if not self._asked.linear:
            self.limit(first, best + SLACK * abs(best))
            self.minimise(second)
            value = self.optimum()
            self.limit(first, None)
            return best, value
        self._asked.door.hold_optimum()
        self.minimise(second, afresh=False)
        value = self.optimum()
        self._asked.door.let_go()
        return best, value

    def optimum(self) -> float:
        """The least value of what is minimised: million USD, or months."""
        return self._asked.plan().objective * self._asked.unit(self._asked.goal)

    def best(self) -> float | None:
        """The least value of what is minimised, as `optimum`; None where nothing can meet what is asked."""
        return self._best(self._asked.answer())

    def _best(self, answer: Answer) -> float | None:
        if answer.outcome is SolverStatus.INFEASIBLE:
            return None
        self._asked.refuse(answer)
        return answer.objective * self._asked.unit(self._asked.goal)

    def possible(self) -> bool:
        """Whether what is asked now can be met at all; where it cannot, the next solve starts from where the last did.

        An answer that there is none leaves the solver far from any plan.
        """
        began = self._asked.door.basis() if self._asked.linear else None
        with self.timing.stage("solve"):
            answer = self._asked.door.run()
        if answer.outcome is SolverStatus.INFEASIBLE:
            if began is not None:
                self._asked.door.start_basis(began)
            return False
        self._asked.refuse(answer)
        self._asked.last = answer
        return True

    def reached(self, milestone: str) -> int:
        """First period from which the last answer holds a milestone in every scenario; past the last one if never."""
        model, short = self._asked.model, [-1]
        values, position = self._asked.last.values, model.program.position
        for node in self._asked.instance.tree:
            _, amount = reached(model, milestone, node.index)
            if most_reached(model, milestone, node.index, lambda v: values[position(v)]) < amount * (1 - REACHED):
                short.append(node.period)
        return max(short) + 1

    def limit(self, goal: Goal, most: float | None) -> None:
        """Let a goal take no more than an amount, million USD or months; None lifts the limit."""
        self._asked.own_door_only()
        expression = self._asked.expression(goal)
        high = INFINITY if most is None else most / self._asked.unit(goal) - float(expression.constant)
        self._asked.ask_row(("limit", goal), expression, low=-INFINITY, high=high)

    def reach(self, milestone: str, period: int | None) -> None:
        """Ask for a milestone from a period on, in every scenario; None asks for nothing."""
        self._asked.own_door_only()
        for node in self._asked.instance.tree:
            expression, amount = reached(self._asked.model, milestone, node.index)
            held = period is not None and node.period >= period
            self._asked.ask_row((milestone, node.index), expression, low=amount if held else -INFINITY, high=INFINITY)

    def order_most(self, chips: Collection[str], markets: Collection[str]) -> None:
        """Ask for as many of some chips as anything allows, expected over scenarios: no later answer orders fewer."""
        self._asked.own_door_only()
        ordered, goal = expected_orders(self._asked.model, chips, markets), self._asked.goal
        self._asked.minimise_sum(-1.0 * ordered)
        most = -self._asked.plan().objective
        self._asked.ask_row(("limit", "orders"), ordered, low=most - SLACK * max(1.0, most), high=INFINITY)
        self.minimise(goal)

    def verify_prices(self, solution: Solution) -> Solution:
        """The solution with its weightiest prices tried from both sides: one unit more and one less.

        A dual is one of several at a degenerate optimum; what is shown to a board is what a re-solve says.
        """
        if not self._asked.own_door:
            return solution
        whole = not self._asked.linear
        answer = self._held if whole else self._asked.door.run()
        if whole:
            self._asked.door.fix_whole(answer.values)
        rows = list(tried_prices(self._asked.model, self._asked.filed, answer, self._asked.door, self._asked.report))
        if whole:
            self._asked.door.free_whole()
        return replace(solution, tables={**solution.tables, "verified": frame("verified", rows)})

    def _solution(self, answer: Answer) -> Solution:
        """The tables of an answer; with whole decisions, of the linear program in which these are held.

        Holding them gives exact whole numbers, the best of everything else, and prices.
        """
        bound = answer.bound
        if not self._asked.linear and self._asked.own_door:
            self._asked.door.fix_whole(answer.values)
            held = self._asked.door.run()
            if held.outcome is SolverStatus.OPTIMAL:
                answer = replace(held, outcome=answer.outcome, why=answer.why)
            self._held = answer
            self._asked.door.free_whole()
        return solution_of(self.case, self._asked, answer, bound)


def _silent(stage: str, text: str) -> None:
    """Report nothing."""


def session(
    case: Case,
    options: Options | None = None,
    *,
    report: Report = _silent,
    timing: Timing | None = None,
    start: Standing | None = None,
) -> Session:
    """A session on a case; the first solve starts where another case's plan stood, if told."""
    return Session(case, options or Options(), report=report, timing=timing or Timing(), start=start)


def solve(case: Case, options: Options | None = None) -> Solution:
    """The best plan of a case.

    Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
    """
    with session(case, options) as s:
        return s.solve()
