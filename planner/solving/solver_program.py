"""A case's program as the solver holds it: built once, then asked for one goal after another."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from planner.errors import InfeasibleError, Interrupted, NoPlanError, OptionError, UnboundedError
from planner.instance import Instance, unroll
from planner.lp import (
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
    without_garbage_collection,
)
from planner.message import Figure, Message
from planner.model import FiledRow, Model, build
from planner.model.goals import average_delay, largest_regret, present_cost, risk_adjusted_cost
from planner.model.rounding import TRIED, rounded
from planner.schema import Case
from planner.solving.explain_conflict import WHOLE_ONLY, clash_in_words
from planner.solving.warm_start import Standing, basis_at
from planner.stage_timing import Report, Timing

Goal: TypeAlias = Literal["cost", "cash", "risk", "regret", "delay"]
"""What can be minimised or limited: expected present cost, the same without penalties, the same weighed with the
costliest scenarios, the largest regret over the scenarios, average delay in months."""

MONEY: tuple[Goal, ...] = ("cost", "cash", "risk")
"""Goals that are alike enough for one to start where another was least."""
LEAST_TOLERANCE = 1e-10
"""Least tolerance that HiGHS knows."""


class SolverProgram:
    """The rules of a case as arrays in the solver, with what is minimised and limited now."""

    def __init__(self, case: Case, options: Options, *, report: Report, timing: Timing, start: Standing | None) -> None:
        """Unroll and build the case; the first solve starts where another case's plan stood, if told."""
        self.options = options
        self.timing = timing
        self.report = report
        self.instance: Instance
        self.model: Model
        self.filed: list[FiledRow]
        self.matrix: Matrix
        self.door: HighsDoor
        self.goal: Goal
        self.last: Answer
        """The last answer that is a plan."""
        self.continuous_musd: float | None = None
        """Present cost of the same plan in parts of phases, where phases are whole."""
        self._stood: dict[Goal, Basis] = {}
        """Where goals were least."""
        self._asked: dict[tuple[str, str | int], int] = {}
        """Rows that are no part of the case, by what they ask."""
        with without_garbage_collection():
            with timing.stage("unroll"):
                report("unroll", "")
                self.instance = unroll(case)
            with timing.stage("build"):
                report("build", "")
                self.model, self.filed = build(self.instance)
                self.goal = "risk" if self.model.weighs_risk else "cost"
                self._sought: Goal | None = self.goal
                self.model.program.minimise(self.expression(self.goal))
            with timing.stage("pass"):
                program = self.model.program
                self.matrix = matrix_of(program.variables, program.rows, program.objective)
                self.door = HighsDoor(_for_rare(options, self.instance), progress=lambda text: report("solve", text))
                self.door.load(self.matrix)
                self.door.for_whole = np.flatnonzero([entry.rule.for_whole for entry in self.filed])
                if start is not None and program.is_linear:
                    self.door.start_basis(basis_at(start, self.model, self.filed))

    @property
    def linear(self) -> bool:
        """Whether every decision is continuous."""
        return self.model.program.is_linear

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

    def minimise(self, goal: Goal, *, afresh: bool) -> None:
        """What the next answer is least in, in its own unit.

        The solver goes on from the last basis, or `afresh`: from where the same goal was least before, or in money a
        like one, or else from nothing.
        """
        self._leave()
        self.goal = self._sought = goal
        self._price(self.expression(goal))
        if not afresh:
            return
        alike = MONEY if goal in MONEY else (goal,)
        known = next((self._stood[each] for each in (goal, *alike) if each in self._stood), None)
        if known is None:
            self.door.forget()
        else:
            self.door.start_basis(known)

    def minimise_sum(self, expression: Expression) -> None:
        """What the next answer is least in, where that is none of the goals; the solver starts from nothing."""
        self._leave()
        self._sought = None
        self._price(expression)
        self.door.forget()

    def _leave(self) -> None:
        """Note where the last goal was least, or is to start."""
        if self.linear and self._sought is not None and (basis := self.door.basis()) is not None:
            self._stood[self._sought] = basis

    def _price(self, expression: Expression) -> None:
        cost = np.zeros(len(self.matrix.cost))
        for variable, amount in expression.items():
            cost[self.model.program.position(variable)] = amount
        self.matrix = replace(self.matrix, cost=cost, offset=float(expression.constant))
        self.door.price(self.matrix)

    def ask_row(self, key: tuple[str, str | int], expression: Expression, *, low: float, high: float) -> None:
        """Bound a sum by a row that is no part of the case: added when first asked for, then only moved."""
        row = self._asked.get(key)
        if row is None:
            columns = [self.model.program.position(variable) for variable in expression]
            self.matrix = self.matrix.with_row(columns, list(expression.values()), low, high)
            self._asked[key] = self.door.add_row(self.matrix)
        else:
            self.door.bound_row(row, low=low, high=high)

    def answer(self) -> Answer:
        """What the solver says of what is asked now, whatever it is."""
        self.report("solve", f"{len(self.matrix.cost):,} decisions, {len(self.matrix.row_low):,} rows")
        self._start_from_rounded()
        with self.timing.stage("solve"):
            if self.own_door:
                return self.door.run()
            return solve_with(self.model.program, self.matrix, self.options)

    def plan(self) -> Answer:
        """An answer that is a plan.

        Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
        """
        answer = self.answer()
        self.refuse(answer)
        self.last = answer
        return answer

    def refuse(self, answer: Answer) -> None:
        """Raise what it means when there is no plan."""
        if answer.outcome is SolverStatus.INFEASIBLE:
            raise InfeasibleError(self._conflict())
        if answer.outcome is SolverStatus.UNBOUNDED:
            raise UnboundedError(
                Message(
                    "the case pays for doing more of something without end: look for a residual value, a subsidy "
                    "or a negative cost that is worth more than what it takes to earn it"
                )
            )
        if answer.outcome is SolverStatus.NOTHING:
            if "nterrupt" in answer.why:
                raise Interrupted(Message("stopped before there was a plan"))
            raise NoPlanError(
                Message(
                    "no plan was found: the solver stopped with {why} after {seconds} s",
                    why=repr(answer.why),
                    seconds=Figure(answer.seconds, ".1f"),
                )
            )

    def value(self, expression: Expression, answer: Answer | None = None) -> float:
        """What a sum comes to in an answer, the last plan where none is given; model units."""
        values, position = (answer or self.last).values, self.model.program.position
        amounts = (amount * values[position(variable)] for variable, amount in expression.items())
        return float(sum(amounts) + expression.constant)

    def present_cost(self, answer: Answer) -> float:
        """Present cost of a plan, million USD, whatever it was chosen for."""
        cost = answer.objective if self.goal == "cost" else self.value(self.expression("cost"), answer)
        return cost * self.instance.units.musd

    def _start_from_rounded(self) -> None:
        """Give an integer program the continuous plan, made whole, to begin with, where that holds."""
        if self.linear or not self.own_door:
            return
        with self.timing.stage("solve"):
            self.door.relax()
            relaxed = self.door.run()
            started: Values | None = None
            if relaxed.outcome is SolverStatus.OPTIMAL:
                self.continuous_musd = self.present_cost(relaxed)
                if self.door.for_whole.size:
                    self.door.bind_for_whole(True)
                    relaxed = self.door.run()
            if relaxed.outcome is SolverStatus.OPTIMAL:
                started = self._best_whole(relaxed.values)
            self.door.free_whole()
            if started is not None:
                self.door.start_from(started)

    def _best_whole(self, values: Values) -> Values | None:
        """The best plan that making a continuous one whole leads to; None where none of the ways holds."""
        found = [held for up in TRIED if (held := self._held(rounded(self.model, values, up)))]
        if not found and (held := self._held(rounded(self.model, values))):
            found = [held]
        return min(found, key=lambda each: each.objective).values if found else None

    def _held(self, values: Values) -> Answer | None:
        """The best plan with the whole decisions of some values; None where there is none."""
        self.door.fix_whole(values)
        answer = self.door.run()
        return answer if answer.outcome is SolverStatus.OPTIMAL else None

    def _conflict(self) -> Message:
        """Which rules cannot hold together, where and when, in words."""
        if not self.own_door:
            self.door.run()
        self.report("solve", "no plan can meet the case; finding what clashes")
        rows = [self.filed[position] for position in self.door.conflict() if position < len(self.filed)]
        return clash_in_words(self.instance, rows, asked=bool(self._asked)) if rows else WHOLE_ONLY


def _for_rare(options: Options, instance: Instance) -> Options:
    """Options under which decisions in rare scenarios are still worth the solver's while: their costs are weighed."""
    rarest = min(instance.tree[leaf].probability for leaf in instance.tree.leaves)
    return replace(options, dual_tolerance=max(LEAST_TOLERANCE, options.dual_tolerance * min(1.0, 100.0 * rarest)))
