"""A case's program as the solver holds it: asked for one goal after another, bounded, fixed in part, and let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np

from planner.errors import InfeasibleError, OptionError
from planner.instance import Instance
from planner.lp import (
    INFINITY,
    Answer,
    Basis,
    Expression,
    HighsDoor,
    Matrix,
    Options,
    SolverStatus,
    Values,
    matrix_of,
    solve_with,
)
from planner.message import Message
from planner.model import FiledRow, Model, risk
from planner.model.goals import average_delay, largest_regret, present_cost, risk_adjusted_cost
from planner.model.rounding import opened_whole
from planner.solving.explain_conflict import WHOLE_ONLY, clash_in_words, why_no_plan
from planner.solving.first_moves import FixedDecisions
from planner.solving.fixed_moves import solve_with_each_fixed
from planner.solving.scenario_programs import ScenarioProgram, scenario_programs
from planner.solving.tidy import TidyPlan, tidied
from planner.solving.verified_prices import verified_prices
from planner.solving.warm_start import WarmStart, basis_from, warm_start
from planner.solving.whole_search import WORTH_PARTS, WholeStart, best_whole, start_of
from planner.stage_timing import Report, Timing

Goal: TypeAlias = Literal["cost", "cash", "risk", "regret", "delay"]
"""What can be minimised or limited: expected present cost, the same without penalties, the same weighed with the
costliest scenarios, the largest regret over the scenarios, average delay in months."""

MONEY: tuple[Goal, ...] = ("cost", "cash", "risk")
"""Goals that are similar enough for one to start where another was least."""
SMALL = 0.05
"""Share of the gap asked for to which small programs are solved: it costs them nothing."""
LEAST_TOLERANCE = 1e-10
"""Least tolerance that HiGHS knows."""


class SolverProgram:
    """The rules of a case as arrays in the solver, with what is minimised and limited now.

    The solver and these arrays belong to it alone: nobody else changes or asks them.
    """

    def __init__(
        self, model: Model, rows: Sequence[FiledRow], options: Options, *, report: Report, timing: Timing
    ) -> None:
        """Pass a model with the rows of its rules to the solver."""
        if len(model.program.variables) < WORTH_PARTS:
            options = replace(options, gap=SMALL * options.gap)
        self.options = options
        self.timing = timing
        self.report = report
        self.model = model
        self.instance: Instance = model.instance
        self.rows = rows
        """The rules' rows, in the order of the program; what is asked beside the case comes after them."""
        self._last: Answer | None = None
        self._parts_basis: Basis | None = None
        """The basis at which the last plan in parts was best, where a whole one was asked for."""
        self.continuous_musd: float | None = None
        """Present cost of the same plan in parts of phases, where phases are whole."""
        self._cut_at: Basis | None = None
        """The basis from which scenarios were cut: solves with decisions fixed start there."""
        self._bases: dict[Goal, Basis] = {}
        """The basis at which each goal was least."""
        self._asked_rows: dict[tuple[str, str | int], int] = {}
        """Rows that are no part of the case, by what they ask."""
        with timing.stage("build"):
            self.goal: Goal = "risk" if model.weighs_risk else "cost"
            self._sought: Goal | None = self.goal
            model.program.minimise(self.expression(self.goal))
        with timing.stage("pass"):
            program = model.program
            self.matrix: Matrix = matrix_of(program.variables, program.rows, program.objective)
            self.door = HighsDoor(_for_rare(options, self.instance), progress=lambda text: report("solve", text))
            self.door.load(self.matrix)
            self.door.for_whole = np.flatnonzero([row.rule.for_whole for row in rows])

    @property
    def linear(self) -> bool:
        """Whether every decision is continuous."""
        return self.door.is_in_parts or self.model.program.is_linear

    @property
    def own_door(self) -> bool:
        """Whether HiGHS is asked through our own door, which alone solves again and knows bounds."""
        return self.options.solver == "HiGHS"

    def own_door_only(self) -> None:
        """Raise OptionError where another solver is asked, which can do no more than minimise cost once."""
        if not self.own_door:
            raise OptionError(
                Message(
                    "{solver} can only minimise cost; leave --solver out for other objectives",
                    solver=self.options.solver,
                )
            )

    @property
    def last(self) -> Answer:
        """The last answer that is a plan; a whole one may be where the next search begins.

        Raises RuntimeError before there is one.
        """
        if self._last is None:
            raise RuntimeError("solve before asking for the plan")
        return self._last

    @last.setter
    def last(self, answer: Answer) -> None:
        self._last = answer

    @property
    def values(self) -> Values:
        """Values of all decisions in the last plan, by position."""
        return self.last.values

    @property
    def doubts(self) -> list[str]:
        """What the solver claimed in any solve so far that its own values did not bear out, in words."""
        return sorted(set(self.door.doubts))

    def close(self) -> None:
        """Free what the solver holds."""
        self.door.highs.clear()

    def warm_start(self) -> WarmStart | None:
        """Where the last answer left the solver, for the program of a like case; None without a basis."""
        basis = self._basis()
        return None if basis is None else warm_start(self.model, self.rows, basis)

    def start_from(self, start: WarmStart) -> None:
        """Begin the first solve where another case's program ended, in what the two share."""
        if self.linear:
            self.door.start_basis(basis_from(start, self.model, self.rows))

    def _basis(self) -> Basis | None:
        return self.door.basis() if self.linear else None

    def expression(self, goal: Goal) -> Expression:
        """A goal as a sum over decisions, in model units."""
        if goal == "delay":
            return average_delay(self.model)
        if goal == "risk":
            return risk_adjusted_cost(self.model)
        if goal == "regret":
            return largest_regret(self.model)
        return present_cost(self.model, cash=goal == "cash")

    def unit(self, goal: Goal) -> float:
        """What one unit of a goal is: million USD of model money, or months of model compute-months."""
        return 1.0 if goal == "delay" else self.instance.units.musd

    def minimise(self, goal: Goal, *, fresh: bool) -> None:
        """What the next answer is least in, in its own unit.

        The solver goes on from the last basis, or with `fresh` from where the same goal was least before, or in money
        a like one, or else from nothing.
        """
        self._note_basis()
        self.goal = self._sought = goal
        self._price(self.expression(goal))
        if not fresh:
            return
        similar = MONEY if goal in MONEY else (goal,)
        known = next((self._bases[each] for each in (goal, *similar) if each in self._bases), None)
        if known is None:
            self.door.forget()
        else:
            self.door.start_basis(known)

    def minimise_sum(self, expression: Expression) -> None:
        """What the next answer is least in, where that is none of the goals; the solver starts from nothing."""
        self._note_basis()
        self._sought = None
        self._price(expression)
        self.door.forget()

    def _note_basis(self) -> None:
        """Note where the last goal was least, or is to start."""
        if self._sought is not None and (basis := self._basis()) is not None:
            self._bases[self._sought] = basis

    def _price(self, expression: Expression) -> None:
        cost = np.zeros(len(self.matrix.cost))
        for variable, amount in expression.items():
            cost[self.model.program.position(variable)] = amount
        self.matrix = replace(self.matrix, cost=cost, offset=float(expression.constant))
        self.door.price(self.matrix)

    def limit(self, goal: Goal, most: float | None) -> None:
        """Let a goal take no more than an amount, million USD or months; None lifts the limit."""
        self.own_door_only()
        expression = self.expression(goal)
        high = INFINITY if most is None else most / self.unit(goal) - float(expression.constant)
        self.ask_row(("limit", goal), expression, low=-INFINITY, high=high)

    def ask_row(self, key: tuple[str, str | int], expression: Expression, *, low: float, high: float) -> None:
        """Bound a sum by a row that is no part of the case: added when first asked for, then only moved."""
        row = self._asked_rows.get(key)
        if row is None:
            columns = [self.model.program.position(variable) for variable in expression]
            self.matrix = self.matrix.with_row(columns, list(expression.values()), low, high)
            self._asked_rows[key] = self.door.add_row(self.matrix)
        else:
            self.door.bound_row(row, low=low, high=high)

    def measure_regret(self, own_best: Mapping[int, float]) -> None:
        """Measure regret against the least cost of each scenario by itself, million USD by leaf of the tree."""
        self.own_door_only()
        for position, row in enumerate(self.rows):
            if row.rule.rows is risk.scenario_regret:
                best = own_best[row.node] / self.instance.units.musd
                self.door.bound_row(position, low=-INFINITY, high=best)

    @contextmanager
    def fixed(self, decisions: FixedDecisions) -> Iterator[None]:
        """Fix decisions for as long as the context lasts; the solver then goes on from where it was before."""
        self.own_door_only()
        start = self._cut_at or self._basis()
        try:
            with self.door.holding(decisions.positions, decisions.values, start):
                yield
        finally:
            if start is not None:
                self.door.start_basis(start)

    def in_parts(self) -> AbstractContextManager[None]:
        """Let whole decisions be in parts for as long as the context lasts: what is asked is then a linear program."""
        return nullcontext() if self.linear else self.door.in_parts(self._parts_basis)

    def answers_with(self, each: Sequence[FixedDecisions]) -> list[Answer]:
        """The answer of a linear program with each of several sets of decisions fixed by itself. Raises Interrupted."""
        self.own_door_only()
        with self.timing.stage("solve"):
            return solve_with_each_fixed(self.door, each, self._cut_at or self._basis())

    @contextmanager
    def among_the_best(self) -> Iterator[None]:
        """Keep a linear program to the plans that are as good as the last one, for as long as the context lasts."""
        self.door.hold_optimum()
        try:
            yield
        finally:
            self.door.let_go()

    def scenario_programs(self) -> tuple[ScenarioProgram, ...]:
        """Every scenario as a program of its own, each to be solved from the basis of the last answer."""
        self.own_door_only()
        self._cut_at = self._basis()
        whole = self.matrix.first_rows(len(self.rows))
        return scenario_programs(self.model, self.rows, whole, self._cut_at, self.options)

    def answer(self) -> Answer:
        """What the solver says of what is asked now, whatever it is."""
        self.report("solve", f"{len(self.matrix.cost):,} decisions, {len(self.matrix.row_low):,} rows")
        with self.timing.stage("solve"):
            if self.own_door:
                return self.door.run() if self.linear else self._whole()
            return solve_with(self.model.program, self.matrix, self.options)

    def plan(self) -> Answer:
        """An answer that is a plan.

        Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
        """
        answer = self.answer()
        self.refuse(answer)
        self.last = answer = self.as_told(answer)
        return answer

    def possible(self) -> bool:
        """Whether what is asked now can be met at all; where it cannot, the next solve starts from where the last did.

        An answer that there is none leaves the solver far from any plan.
        """
        start = self._basis()
        with self.timing.stage("solve"):
            answer = self.door.run() if self.linear or not self.own_door else self._any_whole()
        if answer.status is SolverStatus.INFEASIBLE:
            if start is not None:
                self.door.start_basis(start)
            return False
        self.refuse(answer)
        self.last = answer
        return True

    def _any_whole(self) -> Answer:
        """The first whole plan that is found, or that there is none, which the continuous program often tells."""
        first = replace(self.options, gap=INFINITY)
        found = start_of(self.model, self.door, first)
        if isinstance(found, WholeStart):
            return found.best or self.door.twin(first).run()
        return found if found.status is SolverStatus.INFEASIBLE else self.door.twin(first).run()

    def refuse(self, answer: Answer) -> None:
        """Raise what it means when there is no plan."""
        if answer.status is SolverStatus.INFEASIBLE:
            raise InfeasibleError(self._conflict())
        if (error := why_no_plan(answer)) is not None:
            raise error

    def exact(self, answer: Answer) -> Answer:
        """The same plan with exact whole numbers, the best of everything else, and prices.

        It is the optimum of the linear program in which whole decisions are fixed.
        """
        if self.linear or not self.own_door:
            return answer
        with self.whole_fixed(answer.values):
            found = self.door.run()
        if found.status is not SolverStatus.OPTIMAL:
            return answer
        return replace(self.as_told(found), status=answer.status, why=answer.why, interrupted=answer.interrupted)

    def as_told(self, answer: Answer) -> Answer:
        """The same plan as it is told: a site that opens free of charge is opened or not."""
        return replace(answer, values=opened_whole(self.model, answer.values))

    def tidied(self, cheapest: Values, within: float) -> TidyPlan | None:
        """A plan with fewer actions than the cheapest, for a share more at the most; None where none is found."""
        self.report("tidy", f"the fewest actions for {within:.2%} more at the most")
        goal, unit = self.goal, self.unit(self.goal)
        return tidied(
            self.model,
            self.door,
            cheapest,
            within,
            lambda most: self.limit(goal, None if most is None else most * unit),
        )

    def verified_prices(self, exact: Answer | None) -> list[tuple[Any, ...]]:
        """The weightiest prices tried from both sides; `exact` is the plan where some decisions are whole."""
        with nullcontext() if exact is None else self.whole_fixed(exact.values):
            return list(verified_prices(self.model, self.rows, exact or self.door.run(), self.door, self.report))

    def whole_fixed(self, values: Values) -> AbstractContextManager[None]:
        """Fix whole decisions, where there are any, for as long as the context lasts."""
        return nullcontext() if self.linear else self.door.fixing_whole(values)

    def linear_answer(self) -> Answer:
        """What the solver says of a linear program, or of one whose whole decisions are fixed."""
        with self.timing.stage("solve"):
            return self.door.run()

    def value(self, expression: Expression, answer: Answer | None = None) -> float:
        """What a sum comes to in an answer, the last plan where none is given; model units."""
        values, position = (answer or self.last).values, self.model.program.position
        amounts = (amount * values[position(variable)] for variable, amount in expression.items())
        return float(sum(amounts) + expression.constant)

    def present_cost(self, answer: Answer) -> float:
        """Present cost of a plan, million USD, whatever it was chosen for."""
        cost = answer.objective if self.goal == "cost" else self.value(self.expression("cost"), answer)
        return cost * self.instance.units.musd

    def _whole(self) -> Answer:
        answer, start = best_whole(self.model, self.door, self.options, self._last)
        if start is not None:
            self.continuous_musd, self._parts_basis = self.present_cost(start.continuous), start.basis
        return answer

    def _conflict(self) -> Message:
        """Which rules cannot hold together, where and when, in words."""
        if not self.own_door:
            self.door.run()
        self.report("solve", "no plan can meet the case; finding what clashes")
        rows = [self.rows[position] for position in self.door.conflict() if position < len(self.rows)]
        return clash_in_words(self.instance, rows, asked=bool(self._asked_rows)) if rows else WHOLE_ONLY


def _for_rare(options: Options, instance: Instance) -> Options:
    """Options under which decisions in rare scenarios are still worth the solver's while: their costs are weighed."""
    rarest = min(instance.tree[leaf].probability for leaf in instance.tree.leaves)
    return replace(options, dual_tolerance=max(LEAST_TOLERANCE, options.dual_tolerance * min(1.0, 100.0 * rarest)))
