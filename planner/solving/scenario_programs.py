"""Scenarios of a tree as programs of their own, cut out of the program of the whole.

What is best when a scenario is known from the first day, and what first moves cost there, are read from its rows
and decisions alone, each charged as if the scenario were certain; nothing is built again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from planner.errors import Interrupted, NoPlanError
from planner.lp import Answer, Basis, HighsDoor, Matrix, Options, Positions, SolverStatus, Values
from planner.message import Message
from planner.model import FiledRow, Model, risk
from planner.model.goals import NodeCosts, average_delay, node_costs
from planner.model.rounding import IN_USE, TRIED, rounded
from planner.solution import more_than_rounding
from planner.solving.first_moves import FirstMoves, Moves, positions_by_node

T = TypeVar("T")

RISK_ROWS = (risk.node_cost, risk.costly_scenario, risk.scenario_regret)
"""Rules that measure risk over the whole tree and ask nothing of one scenario."""
ROUNDED_FROM = 5_000
"""Columns from which a scenario's plan in whole numbers is rounded; branch and cut is as quick on smaller ones."""


@dataclass(frozen=True)
class OwnPlan:
    """The best plan of one scenario, for a planner who knows that it will come."""

    cost_musd: float
    """Present cost, million USD."""
    bound_musd: float
    """Proven lower bound on it."""
    delay_months: float
    """Average delay."""
    moves: Moves
    """What it decides before the first reveal."""
    chips_ordered: Mapping[str, float]
    """Chips ordered in the periods that are reported, by chip."""
    final_it_mw: Mapping[str, float]
    """MW of IT ready in the last of them, by market."""


class ScenarioProgram:
    """One scenario as a program of its own, solved as often as it is asked, from the last basis."""

    def __init__(self, name: str, leaf: int, whole: _Whole, options: Options) -> None:
        """Cut a scenario out of the whole."""
        self.name = name
        tree = whole.model.instance.tree
        self.probability = tree[leaf].probability
        self._whole = whole
        self._path = tree.path(leaf)
        self._columns: Positions = np.sort(np.concatenate([whole.columns_at[n] for n in self._path]))
        on_path = np.zeros(len(tree.nodes), dtype=np.bool_)
        on_path[list(self._path)] = True
        rows = np.flatnonzero(whole.asks & on_path[whole.row_node])
        place = np.zeros(len(whole.matrix.cost), dtype=np.int64)
        place[self._columns] = np.arange(len(self._columns))
        costs = whole.costs
        mine = on_path[costs.node]
        cost: Values = np.bincount(
            place[costs.column[mine]], weights=costs.amount[mine], minlength=len(self._columns)
        ).astype(np.float64)
        self._matrix = whole.matrix.part(
            rows=rows, columns=self._columns, cost=cost, offset=float(costs.constant[on_path].sum())
        )
        self._place = place
        self.door = HighsDoor(options)
        self.door.load(self._matrix)
        if whole.basis is not None:
            self.door.start_basis(whole.basis.part(rows=rows, columns=self._columns))

    def stop(self) -> None:
        """Ask a solve that another thread waits for to end."""
        self.door.stop()

    def solve(self, moves: Moves | None = None) -> OwnPlan | None:
        """The best plan with some first moves fixed; None where these cannot be followed here.

        Raises NoPlanError or Interrupted where the solver ends without an answer.
        """
        fixed: AbstractContextManager[None] = nullcontext()
        if moves:
            decisions = self._whole.first.fixed(moves)
            fixed = self.door.holding(self._place[decisions.positions].tolist(), decisions.values)
        with fixed:
            answer = self._answer()
        if answer.status is SolverStatus.INFEASIBLE:
            return None
        if answer.status is SolverStatus.INTERRUPTED:
            raise Interrupted(Message("stopped while scenario {scenario} was solved", scenario=self.name))
        if answer.status not in (SolverStatus.OPTIMAL, SolverStatus.FEASIBLE):
            raise NoPlanError(
                Message(
                    "no plan was found for scenario {scenario}: the solver stopped with {why}",
                    scenario=self.name,
                    why=repr(answer.why),
                )
            )
        musd = self._whole.model.instance.units.musd
        values = np.zeros(len(self._place))
        values[self._columns] = answer.values
        reported = self._path[: self._whole.model.instance.tree.timeline.reported]
        return OwnPlan(
            cost_musd=answer.objective * musd,
            bound_musd=answer.bound * musd,
            delay_months=self._whole.delay(values, self._path),
            moves=self._whole.first.read(values),
            chips_ordered=self._whole.chips_ordered(values, reported),
            final_it_mw=self._whole.final_it_mw(values, reported[-1]),
        )

    def _answer(self) -> Answer:
        """The best plan of what is held now; a large one in whole numbers is rounded from the best in parts."""
        door, whole = self.door, self.door.whole
        if not whole.size or door.columns < ROUNDED_FROM:
            return door.run()
        door.relax()
        try:
            parts = door.run()
            if parts.status is not SolverStatus.OPTIMAL or _are_whole(parts.values[whole]):
                return parts
            found = self._rounded(parts)
        finally:
            door.free_whole()
        return door.run() if found is None else replace(found, bound=parts.bound)

    def _rounded(self, parts: Answer) -> Answer | None:
        """The best of the whole plans that one in parts is rounded to, or the first that is good enough."""
        values, best = np.zeros(len(self._place)), None
        values[self._columns] = parts.values
        low, high = self.door.limits()
        for up in TRIED:
            whole = rounded(self._whole.model, values, up)[self._columns]
            self.door.fix_whole(np.clip(whole, low, high))
            answer = self.door.run()
            if answer.status is SolverStatus.OPTIMAL and (best is None or answer.objective < best.objective):
                best = answer
            if best is not None and best.objective - parts.bound <= self.door.options.gap * abs(best.objective):
                break
        return best


def _are_whole(values: Values) -> bool:
    return bool(np.abs(values - np.round(values)).max(initial=0.0) <= IN_USE)


class _Whole:
    """What every scenario is cut from."""

    def __init__(self, model: Model, filed: Sequence[FiledRow], matrix: Matrix, basis: Basis | None) -> None:
        self.model = model
        self.matrix = matrix
        self.basis = basis
        self.first = FirstMoves(model)
        self.costs: NodeCosts = node_costs(model)
        self.columns_at = {node: np.array(at, dtype=np.int64) for node, at in positions_by_node(model).items()}
        self.row_node = np.array([entry.node for entry in filed], dtype=np.int64)
        self.asks = np.array([entry.rule.rows not in RISK_ROWS for entry in filed], dtype=np.bool_)
        # A delay that is charged at a node, per unit of its shortfall.
        tree, position = model.instance.tree, model.program.position
        weighed = {position(variable): amount for variable, amount in average_delay(model).items()}
        self._delay = [
            (position(variable), n, weighed[position(variable)] / tree[n].probability)
            for (_, n), variable in model.shortfall.items()
            if position(variable) in weighed
        ]

    def delay(self, values: Values, path: Iterable[int]) -> float:
        """Average delay on a path, months."""
        nodes = set(path)
        return float(sum(values[position] * months for position, n, months in self._delay if n in nodes))

    def chips_ordered(self, values: Values, path: Iterable[int]) -> dict[str, float]:
        """Chips ordered on a path, by chip."""
        nodes, ordered = set(path), dict.fromkeys(self.model.instance.chips.names, 0.0)
        for (chip, _, n), variable in self.model.order.items():
            if n in nodes:
                ordered[chip] += float(values[self.model.program.position(variable)]) * self.model.order.units
        return more_than_rounding(ordered)

    def final_it_mw(self, values: Values, last: int) -> dict[str, float]:
        """MW of IT ready at a node, by market."""
        power, position = self.model.instance.power, self.model.program.position
        return {
            market: sum(
                float(values[position(self.model.ready_it_mw[site, last])]) for site in power.sites_in_market[market]
            )
            * self.model.ready_it_mw.units
            for market in power.markets
        }


def scenario_programs(
    model: Model, filed: Sequence[FiledRow], matrix: Matrix, basis: Basis | None, options: Options
) -> tuple[ScenarioProgram, ...]:
    """Every scenario of a model as a program of its own; `matrix` is the program of the whole, its rows those filed."""
    whole = _Whole(model, filed, matrix, basis)
    tree = model.instance.tree
    return tuple(
        ScenarioProgram(name, leaf, whole, options) for name, leaf in zip(tree.scenario_names, tree.leaves, strict=True)
    )


def own_plans(scenarios: Sequence[ScenarioProgram], *, told: Callable[[str], None] = lambda _: None) -> list[OwnPlan]:
    """Each scenario's own best plan, solved side by side; `told` is called with the name of each that is done.

    Raises NoPlanError where a scenario has no plan at all, which the tree then has not either.
    """

    def best(future: ScenarioProgram) -> Callable[[], OwnPlan | None]:
        return lambda: future.solve()

    plans = []
    for future, plan in zip(
        scenarios, side_by_side([best(each) for each in scenarios], stopping(scenarios)), strict=True
    ):
        if plan is None:
            raise NoPlanError(Message("scenario {scenario} has no plan of its own", scenario=future.name))
        told(future.name)
        plans.append(plan)
    return plans


def stopping(scenarios: Sequence[ScenarioProgram]) -> Callable[[], None]:
    """What stops the solves of scenarios."""

    def stop() -> None:
        for future in scenarios:
            future.stop()

    return stop


def side_by_side(jobs: Sequence[Callable[[], T]], stop: Callable[[], None]) -> Iterator[T]:
    """Results of jobs in their order, as many at a time as the machine has cores.

    On Ctrl-C `stop` is called, and Interrupted raised once the jobs have ended.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        pending = [pool.submit(job) for job in jobs]
        try:
            for each in pending:
                yield each.result()
        except KeyboardInterrupt:
            for each in pending:
                each.cancel()
            stop()
            raise Interrupted(Message("stopped while scenarios were compared")) from None
