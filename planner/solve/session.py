"""Solve a case: unroll, build, solve, read; and ask again with something changed."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from types import TracebackType
from typing import Literal, TypeAlias

import numpy as np

from planner.clash import WHOLE_ONLY, clash_in_words
from planner.errors import InfeasibleError, Interrupted, NoPlanError, OptionError, UnboundedError
from planner.goals import average_delay, largest_regret, node_costs, present_cost, reached, risk_adjusted_cost
from planner.instance import Instance, unroll
from planner.lp import (
    INFINITY,
    Answer,
    Basis,
    Expression,
    HighsDoor,
    Matrix,
    Options,
    Outcome,
    matrix_of,
    solve_with,
    without_garbage_collection,
)
from planner.model import FiledRow, Model, build, risk
from planner.model.rounding import rounded
from planner.schema import Case
from planner.solution import Solution, Status, frame
from planner.solve.futures import Future, futures
from planner.solve.moves import Commitment, FirstMoves, Moves, commitments
from planner.solve.prices import tried_prices
from planner.solve.timing import Report, Timing
from planner.tables import tables_of
from planner.warnings import input_warnings

Goal: TypeAlias = Literal["cost", "cash", "risk", "regret", "delay"]
"""What can be minimised or limited: expected present cost, the same without penalties, the same weighed with the
costliest scenarios, the largest regret over the scenarios, average delay in months."""

SLACK = 1e-7
"""Share by which an optimum may be exceeded when the next goal is sought: the solver's tolerance, not a choice."""


LEAST_TOLERANCE = 1e-10
"""Least tolerance that HiGHS knows."""


class Session:
    """A case built once and solved as often as it is asked, from the last basis.

    Use it as a context: `with session(case) as s: s.solve()`. It hands out Solutions, never a program.
    """

    def __init__(self, case: Case, options: Options, *, report: Report, timing: Timing) -> None:
        """Unroll and build the case."""
        self.case = case
        self.options = options
        self.timing = timing
        self._report = report
        self._instance: Instance
        self._model: Model
        self._filed: list[FiledRow]
        self._matrix: Matrix
        self._start: Basis | None = None
        """Where the plan stood that futures were cut from: solves with decisions held start there."""
        self._held: Answer
        self._last: Answer
        self._continuous_musd: float | None = None
        self._goal: Goal
        self._asked: dict[tuple[str, str | int], int] = {}
        with without_garbage_collection():
            with timing.stage("unroll"):
                report("unroll", "")
                self._instance = unroll(case)
            with timing.stage("build"):
                report("build", "")
                self._model, self._filed = build(self._instance)
                self._goal = "risk" if self._model.weighs_risk else "cost"
                self._model.program.minimise(self._expression(self._goal))
            with timing.stage("pass"):
                program = self._model.program
                self._matrix = matrix_of(program.variables, program.rows, program.objective)
                self._door = HighsDoor(_for_rare(options, self._instance), progress=lambda text: report("solve", text))
                self._door.load(self._matrix)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.highs.clear()

    def solve(self) -> Solution:
        """The best plan of what is asked now.

        Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
        """
        answer = self._ask()
        with self.timing.stage("read"):
            return self._solution(answer)

    def minimise(self, goal: Goal, *, afresh: bool = True) -> None:
        """What the next solve minimises: present cost, its cash alone, or the average delay."""
        self._own_door_only()
        self._goal = goal
        expression = self._expression(goal)
        cost = np.zeros(len(self._matrix.cost))
        for variable, amount in expression.items():
            cost[self._model.program.position(variable)] = amount
        self._matrix = replace(self._matrix, cost=cost, offset=float(expression.constant))
        self._door.price(self._matrix, afresh=afresh)

    @property
    def has_plant(self) -> bool:
        """Whether the case allows any on-site plant."""
        return bool(self._model.onsite_start)

    def solve_without_plant(self) -> Solution:
        """The best plan of what is asked now with no on-site plant ordered; raises as `solve` does."""
        plant = [self._model.program.position(variable) for variable in self._model.onsite_start.values()]
        with self._held_at(plant, [0.0] * len(plant)):
            return self.solve()

    @property
    def first_moves(self) -> Moves:
        """What the last answer decides before scenarios part."""
        return FirstMoves(self._model).read(self._last.values)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """What the first moves of the last answer commit in money."""
        return tuple(commitments(self._model, self._last.values))

    @property
    def first_periods(self) -> int:
        """Periods before scenarios part."""
        return len(self._instance.tree.before_reveal)

    @property
    def scenario_costs(self) -> dict[str, float]:
        """Present cost of the last answer in each scenario, million USD."""
        costs, tree = node_costs(self._model), self._instance.tree
        spent = np.bincount(
            costs.node, weights=costs.amount * self._last.values[costs.column], minlength=len(tree.nodes)
        )
        present = spent + costs.constant
        return {
            name: float(present[list(tree.path(leaf))].sum()) * self._instance.units.musd
            for name, leaf in zip(tree.scenario_names, tree.leaves, strict=True)
        }

    @contextmanager
    def holding(self, moves: Moves) -> Iterator[None]:
        """Hold first moves at their amounts for as long as the context lasts."""
        with self._held_at(*FirstMoves(self._model).held(moves)):
            yield

    @contextmanager
    def _held_at(self, positions: list[int], values: list[float]) -> Iterator[None]:
        self._own_door_only()
        self._door.hold(positions, np.array(values))
        if self._start is not None:
            self._door.start_basis(self._start)
        try:
            yield
        finally:
            self._door.let_go()

    def futures(self) -> tuple[Future, ...]:
        """Every scenario as a program of its own, each to be solved from where the last answer stands."""
        self._own_door_only()
        matrix = self._matrix.first_rows(len(self._filed))
        self._start = self._door.basis() if self._model.program.is_linear else None
        return futures(self._model, self._filed, matrix, self._start, self.options)

    def compare_with(self, own_best: Mapping[str, float]) -> None:
        """Measure regret against each scenario's own best plan, million USD by scenario."""
        self._own_door_only()
        names = dict(zip(self._instance.tree.leaves, self._instance.tree.scenario_names, strict=True))
        for position, entry in enumerate(self._filed):
            if entry.rule.rows is risk.scenario_regret:
                best = own_best[names[entry.row.node]] / self._instance.units.musd
                self._door.bound_row(position, low=-INFINITY, high=best)

    def tie_break(self, first: Goal, second: Goal) -> tuple[float, float]:
        """The least value of one goal, and of a second among the plans that are best in the first."""
        self.minimise(first)
        best = self.optimum()
        if not self._model.program.is_linear:
            self.limit(first, best + SLACK * abs(best))
            self.minimise(second)
            value = self.optimum()
            self.limit(first, None)
            return best, value
        self._door.hold_optimum()
        self.minimise(second, afresh=False)
        value = self.optimum()
        self._door.let_go()
        return best, value

    def optimum(self) -> float:
        """The least value of what is minimised: million USD, or months."""
        return self._ask().objective * self._unit(self._goal)

    def best(self) -> float | None:
        """The least value of what is minimised, as `optimum`; None where nothing can meet what is asked."""
        answer = self._answer()
        if answer.outcome is Outcome.INFEASIBLE:
            return None
        self._refuse(answer)
        return answer.objective * self._unit(self._goal)

    def possible(self) -> bool:
        """Whether what is asked now can be met at all."""
        with self.timing.stage("solve"):
            answer = self._door.run()
        if answer.outcome is not Outcome.INFEASIBLE:
            self._refuse(answer)
        return answer.outcome is not Outcome.INFEASIBLE

    def limit(self, goal: Goal, most: float | None) -> None:
        """Let a goal take no more than an amount, million USD or months; None lifts the limit."""
        self._own_door_only()
        expression = self._expression(goal)
        high = INFINITY if most is None else most / self._unit(goal) - float(expression.constant)
        self._ask_row(("limit", goal), expression, low=-INFINITY, high=high)

    def reach(self, milestone: str, period: int | None) -> None:
        """Ask for a milestone from a period on, in every scenario; None asks for nothing."""
        self._own_door_only()
        wanted = self.case.milestones()[milestone]
        for node in self._instance.tree:
            expression, amount = reached(self._model, wanted, node.index)
            held = period is not None and node.period >= period
            self._ask_row((milestone, node.index), expression, low=amount if held else -INFINITY, high=INFINITY)

    def _start_from_rounded(self) -> None:
        """Give an integer program the continuous plan, rounded, to begin with, where that holds.

        Halls begun so far are rounded to whole phases, sites in use are opened, less than a cluster is none.
        """
        if self._model.program.is_linear or self.options.solver != "HiGHS":
            return
        with self.timing.stage("solve"):
            self._door.relax()
            relaxed = self._door.run()
            if relaxed.outcome is Outcome.OPTIMAL:
                self._continuous_musd = self._present_cost(relaxed)
                self._door.fix_whole(rounded(self._model, relaxed.values))
                held = self._door.run()
            self._door.free_whole()
            if relaxed.outcome is Outcome.OPTIMAL and held.outcome is Outcome.OPTIMAL:
                self._door.start_from(held.values)

    def _ask(self) -> Answer:
        answer = self._answer()
        self._refuse(answer)
        self._last = answer
        return answer

    def _answer(self) -> Answer:
        size = f"{len(self._matrix.cost):,} decisions, {len(self._matrix.row_low):,} rows"
        self._report("solve", size)
        self._start_from_rounded()
        with self.timing.stage("solve"):
            if self.options.solver == "HiGHS":
                answer = self._door.run()
            else:
                answer = solve_with(self._model.program, self._matrix, self.options)
        return answer

    def _ask_row(self, key: tuple[str, str | int], expression: Expression, *, low: float, high: float) -> None:
        """A row that is not part of the case: added when first asked for, then only moved."""
        row = self._asked.get(key)
        if row is None:
            columns = [self._model.program.position(variable) for variable in expression]
            self._matrix = self._matrix.with_row(columns, list(expression.values()), low, high)
            self._asked[key] = self._door.add_row(self._matrix)
        else:
            self._door.bound_row(row, low=low, high=high)

    def _expression(self, goal: Goal) -> Expression:
        if goal == "delay":
            return average_delay(self._model)
        if goal == "risk":
            return risk_adjusted_cost(self._model)
        if goal == "regret":
            return largest_regret(self._model)
        return present_cost(self._model, cash=goal == "cash")

    def _unit(self, goal: Goal) -> float:
        """What one unit of a goal is: million USD of model money, or months of model compute-months."""
        return 1.0 if goal == "delay" else self._instance.units.musd

    def _own_door_only(self) -> None:
        if self.options.solver != "HiGHS":
            raise OptionError(f"{self.options.solver} can only minimise cost; leave --solver out for other objectives")

    def verify_prices(self, solution: Solution) -> Solution:
        """The solution with its weightiest prices tried from both sides: one unit more and one less.

        A dual is one of several at a degenerate optimum; what is shown to a board is what a re-solve says.
        """
        if self.options.solver != "HiGHS":
            return solution
        whole = not self._model.program.is_linear
        answer = self._held if whole else self._door.run()
        if whole:
            self._door.fix_whole(answer.values)
        rows = list(tried_prices(self._model, self._filed, answer, self._door, self._report))
        if whole:
            self._door.free_whole()
        return replace(solution, tables={**solution.tables, "verified": frame("verified", rows)})

    def _solution(self, answer: Answer) -> Solution:
        """The tables of an answer; with whole decisions, of the linear program in which these are held.

        Holding them gives exact whole numbers, the best of everything else, and prices.
        """
        bound = answer.bound
        if not self._model.program.is_linear and self.options.solver == "HiGHS":
            self._door.fix_whole(answer.values)
            held = self._door.run()
            if held.outcome is Outcome.OPTIMAL:
                answer = replace(held, outcome=answer.outcome, why=answer.why)
            self._held = answer
            self._door.free_whole()
        money = self._instance.units.musd
        tables = tables_of(self._model, self._filed, answer)
        program = self._model.program
        objective = self._present_cost(answer)
        criterion = answer.objective * money if self._goal == "risk" else None
        minimised = objective if criterion is None else criterion
        bound = minimised - (answer.objective - bound) * money if self._goal != "delay" else -INFINITY
        closed = abs(minimised - bound) <= self.options.gap * max(abs(minimised), 1e-9) * (1 + 1e-9) + 1e-9 * money
        optimal = answer.outcome is Outcome.OPTIMAL and (closed or self.options.solver != "HiGHS")
        return Solution(
            status=Status.OPTIMAL if optimal else Status.FEASIBLE,
            objective_musd=objective,
            bound_musd=bound,
            linear=program.is_linear,
            tables=tables,
            solver={
                "solver": self.options.solver,
                "highspy": version("highspy"),
                "pulp": version("pulp"),
                "python": platform.python_version(),
                "options": {
                    "gap": self.options.gap,
                    "threads": self.options.threads,
                    "time_limit": self.options.time_limit,
                    "algorithm": self.options.algorithm or "by size",
                    "seed": self.options.seed,
                },
                "said": answer.why,
                "continuous_musd": self._continuous_musd,
                "iterations": answer.iterations,
                "columns": len(self._matrix.cost),
                "rows": len(self._filed),
                "nonzeros": len(self._matrix.value),
                "ranges": {name: list(span) for name, span in self._matrix.ranges().items()},
                "model_units": {
                    "musd": money,
                    "chips": self._instance.units.chips,
                    "mw": self._instance.units.mw,
                    "pflops": self._instance.units.pflops,
                },
            },
            warnings=tuple(input_warnings(self.case)),
            criterion_musd=criterion,
        )

    def _present_cost(self, answer: Answer) -> float:
        """Present cost of a plan, million USD, whatever it was chosen for."""
        if self._goal == "cost":
            return answer.objective * self._instance.units.musd
        expression, position = self._expression("cost"), self._model.program.position
        cost = sum(amount * float(answer.values[position(variable)]) for variable, amount in expression.items())
        return float((cost + expression.constant) * self._instance.units.musd)

    def _refuse(self, answer: Answer) -> None:
        """Raise what it means when there is no plan."""
        if answer.outcome is Outcome.INFEASIBLE:
            raise InfeasibleError(self._conflict())
        if answer.outcome is Outcome.UNBOUNDED:
            raise UnboundedError(
                "the case pays for doing more of something without end: look for a residual value, a subsidy or a "
                "negative cost that is worth more than what it takes to earn it"
            )
        if answer.outcome is Outcome.NOTHING:
            if "nterrupt" in answer.why:
                raise Interrupted("stopped before there was a plan")
            raise NoPlanError(f"no plan was found: the solver stopped with {answer.why!r} after {answer.seconds:.1f} s")

    def _conflict(self) -> str:
        """Which rules cannot hold together, where and when, in words."""
        if self.options.solver != "HiGHS":
            self._door.run()
        self._report("solve", "no plan can meet the case; finding what clashes")
        rows = [self._filed[position] for position in self._door.conflict() if position < len(self._filed)]
        return clash_in_words(self._instance, rows, asked=bool(self._asked)) if rows else WHOLE_ONLY


def _for_rare(options: Options, instance: Instance) -> Options:
    """Options under which decisions in rare scenarios are still worth the solver's while: their costs are weighed."""
    rarest = min(instance.tree[leaf].probability for leaf in instance.tree.leaves)
    return replace(options, dual_tolerance=max(LEAST_TOLERANCE, options.dual_tolerance * min(1.0, 100.0 * rarest)))


def _silent(stage: str, text: str) -> None:
    """Report nothing."""


def session(
    case: Case, options: Options | None = None, *, report: Report = _silent, timing: Timing | None = None
) -> Session:
    """A session on a case."""
    return Session(case, options or Options(), report=report, timing=timing or Timing())


def solve(case: Case, options: Options | None = None) -> Solution:
    """The best plan of a case.

    Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
    """
    with session(case, options) as s:
        return s.solve()
