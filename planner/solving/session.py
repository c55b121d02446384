"""Solve a case, and ask again with something changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from planner.lp import INFINITY, Answer, Options, SolverStatus
from planner.model import Model
from planner.model.goals import expected_orders, reached
from planner.schema import Case
from planner.solution import Solution, Tidiness, frame
from planner.solving.actions import actions_counted
from planner.solving.build_program import program_of
from planner.solving.first_moves import Commitment, FirstMoves, FixedDecisions, Moves, commitments
from planner.solving.plan_values import first_period_reached, scenario_costs
from planner.solving.read_solution import solution_of
from planner.solving.scenario_programs import ScenarioProgram
from planner.solving.solver_program import Goal, SolverProgram
from planner.solving.tidy import TidyPlan
from planner.solving.warm_start import WarmStart
from planner.solving.worst_alone import cheapest_of_equals, decided_anew, mean_counted, mean_of_costliest
from planner.stage_timing import Report, Timing

SLACK = 1e-7
"""Share by which an optimum may be exceeded when the next goal is sought: the solver's tolerance, not a choice."""


@dataclass(frozen=True)
class LeastValue:
    """The least value of a goal, million USD or months."""

    value: float
    bound: float
    """Below which, as is proven, nothing can come; minus infinite where nothing is proven."""
    proven: bool
    """Whether the two lie within the gap asked for."""


class Session:
    """A case built once and solved as often as it is asked, from the last basis.

    Use it as a context: `with session(case) as s: s.solve()`. It hands out Solutions, never a program.
    """

    def __init__(
        self, case: Case, options: Options, *, report: Report, timing: Timing, start: WarmStart | None = None
    ) -> None:
        """Unroll and build the case; the first solve starts where that of another case ended, where given."""
        self.case = case
        self.options = options
        self.timing = timing
        self._program: SolverProgram = program_of(case, options, report=report, timing=timing, start=start)
        self._model: Model = self._program.model
        self._exact: Answer
        """The last plan with its whole decisions fixed."""

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.close()

    def solve(self) -> Solution:
        """The best plan of what is asked now.

        Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
        """
        answer = self._program.plan()
        with self.timing.stage("read"):
            self._exact = self._program.exact(answer)
            return solution_of(self.case, self._program, self._exact, answer.bound)

    def cheapest_on_average(self, plan: Solution) -> Solution:
        """Of the plans that are as good for the costliest scenarios as the last one, the cheapest on average.

        Whole decisions that every scenario shares stay as they are. What is proven stays that of the costliest.
        """
        program, prices = self._program, plan["prices"]
        exact = self._exact
        if not program.linear and (anew := decided_anew(program, exact)) is not exact:
            exact = program.exact(anew)
            prices = solution_of(self.case, program, exact, exact.bound)["prices"]
        program.last = self._exact = found = cheapest_of_equals(program, exact)
        settled = solution_of(self.case, program, found, found.bound)
        return replace(
            plan,
            objective_musd=settled.objective_musd,
            criterion_musd=exact.objective * program.instance.units.musd,
            tables={**settled.tables, "prices": prices},
        )

    def tidied(self, plan: Solution, within: float) -> Solution:
        """The last plan with fewer and larger actions, for a share more of what was minimised; itself where none is.

        What is proven, and the prices of limits, stay those of the least cost; where decisions are whole, the prices
        are those at the whole decisions of the plan that is handed out. The next solve starts as it did before.
        """
        self._program.own_door_only()
        if within <= 0.0:
            return plan
        cheapest, model = self._exact, self._model
        with self.timing.stage("tidy"):
            found = self._tidied(plan, within)
            if found is None:
                return plan
            answer = replace(cheapest, values=found.values, objective=found.objective)
            prices = plan["prices"]
            if not self._program.linear:
                self._exact = self._program.exact(answer)
                prices = solution_of(self.case, self._program, self._exact, answer.bound)["prices"]
            self._program.last = answer
            tidy = solution_of(self.case, self._program, answer, answer.bound)
        return replace(
            plan,
            objective_musd=tidy.objective_musd,
            criterion_musd=tidy.criterion_musd,
            tables={**tidy.tables, "prices": prices},
            interrupted=plan.interrupted or found.stopped,
            tidiness=Tidiness(
                within,
                min(plan.objective_musd, tidy.objective_musd),
                min(plan.minimised_musd, tidy.minimised_musd),
                actions_counted(model, cheapest.values),
                actions_counted(model, found.values),
            ),
        )

    def _tidied(self, plan: Solution, within: float) -> TidyPlan | None:
        """What is found; where the costliest scenarios alone count, they and the mean may each cost so much more.

        The others would otherwise take whatever is tidy.
        """
        program, worst = self._program, plan.criterion_musd
        if worst is None or self.case.goals.risk_weight < 1.0:
            return program.tidied(self._exact.values, within)
        with mean_counted(program, worst + within * abs(worst)):
            found = program.tidied(self._exact.values, within)
        return found and replace(found, objective=mean_of_costliest(self._model, found.values))

    def minimise(self, goal: Goal, *, fresh: bool = True) -> None:
        """What the next solve minimises; `fresh` unless the last answer is near its optimum."""
        self._program.own_door_only()
        self._program.minimise(goal, fresh=fresh)

    def warm_start(self) -> WarmStart | None:
        """Where the last solve ended, for the program of a like case to start from; None without a basis."""
        return self._program.warm_start()

    @property
    def has_plant(self) -> bool:
        """Whether the case allows any on-site plant."""
        return bool(self._model.onsite_start)

    def solve_without_plant(self) -> Solution:
        """The best plan of what is asked now with no on-site plant ordered; raises as `solve` does."""
        plant = [self._model.program.position(variable) for variable in self._model.onsite_start.values()]
        with self._program.fixed(FixedDecisions(plant, np.zeros(len(plant)))):
            return self.solve()

    @property
    def first_moves(self) -> Moves:
        """What the last answer decides before the first reveal."""
        return FirstMoves(self._model).read(self._program.values)

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """What the first moves of the last answer commit in money."""
        return tuple(commitments(self._model, self._program.values))

    @property
    def first_periods(self) -> int:
        """Periods before the first reveal."""
        return len(self._model.instance.tree.before_reveal)

    @property
    def scenario_costs(self) -> dict[str, float]:
        """Present cost of the last answer in each scenario, million USD."""
        return scenario_costs(self._model, self._program.values)

    @contextmanager
    def holding(self, moves: Moves) -> Iterator[None]:
        """Hold first moves at their amounts for as long as the context lasts."""
        with self._program.fixed(FirstMoves(self._model).fixed(moves)):
            yield

    def in_parts(self) -> AbstractContextManager[None]:
        """Let whole decisions be in parts for as long as the context lasts, for best values that no gap blurs."""
        return self._program.in_parts()

    def best_of_each(self, sets: Sequence[Moves]) -> list[float | None]:
        """As `best`, with each of several sets of first moves held by itself."""
        if self._program.linear:
            first = FirstMoves(self._model)
            return [self._best(answer) for answer in self._program.answers_with([first.fixed(each) for each in sets])]
        found = []
        for moves in sets:
            with self.holding(moves):
                found.append(self.best())
        return found

    def scenario_programs(self) -> tuple[ScenarioProgram, ...]:
        """Every scenario as a program of its own, each to be solved from where the last solve ended."""
        return self._program.scenario_programs()

    def compare_with(self, own_best: Mapping[str, float]) -> None:
        """Measure regret against each scenario's own best plan, million USD by scenario."""
        tree = self._model.instance.tree
        names = zip(tree.leaves, tree.scenario_names, strict=True)
        self._program.measure_regret({leaf: own_best[name] for leaf, name in names})

    def tie_break(self, first: Goal, second: Goal) -> tuple[float, float]:
        """The least value of one goal, and of a second among the plans that are best in the first."""
        self.minimise(first)
        best = self.optimum()
        if not self._program.linear:
            self.limit(first, best + SLACK * abs(best))
            self.minimise(second)
            value = self.optimum()
            self.limit(first, None)
            return best, value
        with self._program.among_the_best():
            self.minimise(second, fresh=False)
            return best, self.optimum()

    def optimum(self) -> float:
        """The least value of what is minimised: million USD, or months."""
        return self.least().value

    def least(self) -> LeastValue:
        """The least value of what is minimised, with what is proven of it."""
        answer, unit = self._program.plan(), self._program.unit(self._program.goal)
        proven = answer.status is SolverStatus.OPTIMAL
        return LeastValue(answer.objective * unit, min(answer.bound, answer.objective) * unit, proven)

    def best(self) -> float | None:
        """The least value of what is minimised, as `optimum`; None where nothing can meet what is asked."""
        return self._best(self._program.answer())

    def _best(self, answer: Answer) -> float | None:
        if answer.status is SolverStatus.INFEASIBLE:
            return None
        self._program.refuse(answer)
        return answer.objective * self._program.unit(self._program.goal)

    def possible(self) -> bool:
        """Whether what is asked now can be met at all; where it cannot, the next solve starts where the last did."""
        return self._program.possible()

    def reached(self, milestone: str) -> int:
        """First period from which the last answer holds a milestone in every scenario; past the last one if never."""
        return first_period_reached(self._model, self._program.values, milestone)

    def limit(self, goal: Goal, most: float | None) -> None:
        """Let a goal take no more than an amount, million USD or months; None lifts the limit."""
        self._program.limit(goal, most)

    def reach(self, milestone: str, period: int | None) -> None:
        """Ask for a milestone from a period on, in every scenario; None asks for nothing."""
        self._program.own_door_only()
        for node in self._model.instance.tree:
            expression, amount = reached(self._model, milestone, node.index)
            asked = period is not None and node.period >= period
            least = amount if asked else -INFINITY
            self._program.ask_row((milestone, node.index), expression, low=least, high=INFINITY)

    def order_most(self, chips: Collection[str], markets: Collection[str]) -> None:
        """Ask for as many of some chips as anything allows, expected over scenarios: no later answer orders fewer."""
        self._program.own_door_only()
        ordered, goal = expected_orders(self._model, chips, markets), self._program.goal
        self._program.minimise_sum(-1.0 * ordered)
        most = -self._program.plan().objective
        self._program.ask_row(("limit", "orders"), ordered, low=most - SLACK * max(1.0, most), high=INFINITY)
        self.minimise(goal)

    def verify_prices(self, solution: Solution) -> Solution:
        """The solution with its weightiest prices tried from both sides: one unit more and one less.

        A dual is one of several at a degenerate optimum; what is shown to a board is what a re-solve says.
        """
        if not self._program.own_door:
            return solution
        rows = self._program.verified_prices(None if self._program.linear else self._exact)
        return replace(solution, tables={**solution.tables, "verified": frame("verified", rows)})


def _silent(stage: str, text: str) -> None:
    """Report nothing."""


def session(
    case: Case,
    options: Options | None = None,
    *,
    report: Report = _silent,
    timing: Timing | None = None,
    start: WarmStart | None = None,
) -> Session:
    """A session on a case; the first solve starts where that of another case ended, where given."""
    return Session(case, options or Options(), report=report, timing=timing or Timing(), start=start)


def solve(case: Case, options: Options | None = None) -> Solution:
    """The best plan of a case.

    Raises InfeasibleError, UnboundedError, NoPlanError or Interrupted where there is none.
    """
    with session(case, options) as s:
        return s.solve()
