"""The study itself: each scenario's own best plan, first moves held there, averages, and waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.discounting import mean_of_worst
from planner.errors import InfeasibleError
from planner.findings import delay_by_scenario
from planner.lp import Options
from planner.schema import Case
from planner.schema.average_future import average_case
from planner.schema.continuous import continuous
from planner.schema.scenarios import Scenario, scenarios
from planner.solution import Solution
from planner.solving import (
    COMMITMENTS,
    COUNTS,
    Commitment,
    Move,
    Moves,
    OwnPlan,
    Report,
    ScenarioProgram,
    Session,
    own_plans,
    session,
    side_by_side,
    stopping,
)
from planner.study.risk.losses import Losses
from planner.study.risk.record import COMMON, AveragePlan, FirstMove, Risk, ScenarioRisk, Wait

CENT = 1e-7
"""Share of a cost below which a saving is the solver's rounding."""
TELLING = 1e-5
"""Share of a scenario's cost below which a saving moves nobody to regret."""
WAITING_CHIPS = 3
"""Chips, the costliest first, whose orders are also tried waiting on their own."""
WHOLE = ("start", "phases")
"""Kinds that are one decision where phases are whole."""
SITE_WORK = ("start", "phases", "open")
"""Kinds that wait together: building."""

Group = tuple[str, tuple[str, ...]]
"""Kind and item of first moves in all periods before the reveal."""


@dataclass(frozen=True)
class _Found:
    """What is known of one scenario."""

    scenario: Scenario
    future: ScenarioProgram
    own: OwnPlan
    held: OwnPlan
    """With the plan's first moves."""


@dataclass(frozen=True)
class _Measured:
    """What costs are set beside."""

    plan: float
    """What the plan was minimised to, million USD."""
    least: float
    """The least of the same in parts, where the plan is whole; else the same."""

    def of(self, cost: float) -> float:
        """What the plan would come to with what another costs above the least."""
        return cost if self.least == self.plan else self.plan + cost - self.least


def risk(s: Session, plan: Solution, *, report: Report = lambda stage, text: None) -> Risk:
    """What the plan commits to before the first reveal, and what that is worth in each scenario.

    `s` is the session whose last answer is `plan`. Where decisions are whole, planning on averages and waiting are
    weighed in parts, plan against plan: in whole numbers the gap would blur them. Raises NoPlanError or Interrupted.
    """
    case = s.case
    moves, costs, commitments = s.first_moves, s.scenario_costs, s.commitments
    futures = s.scenario_programs()
    own = own_plans(futures, told=lambda name: report("risk", f"the best plan for {name}"))
    found = _with_first_moves(case, futures, own, moves)
    report("risk", "first moves of one scenario in another")
    regrets = _regrets(found)
    report("risk", "which first moves would be regretted")
    first = tuple(_first_moves(case, found, commitments))
    expected, worst, minimised = _weighed(case, costs, found)
    _, _, known = _weighed(case, {each.future.name: each.own.cost_musd for each in found}, found)
    if case.goals.objective == "regret":
        s.limit("regret", None)
    with s.in_parts():
        least = minimised if plan.linear else s.best() or minimised
        average = _average(s, _Measured(minimised, least), found, report)
        waits = tuple(_waits(s, least, first, report))
    delays = delay_by_scenario(case, plan)
    return Risk(
        reveal=case.settings.timeline.label(s.first_periods),
        weight=case.goals.risk_weight,
        level=case.goals.risk_level,
        expected_musd=expected,
        worst_mean_musd=worst,
        minimised_musd=minimised,
        informed_musd=_clean(known, minimised),
        average=average,
        scenarios=tuple(_scenario(each, costs, delays, plan) for each in found),
        moves=first,
        waits=waits,
        regrets=regrets,
    )


def _with_first_moves(
    case: Case, futures: tuple[ScenarioProgram, ...], own: list[OwnPlan], moves: Moves
) -> list[_Found]:
    def held(future: ScenarioProgram) -> Callable[[], OwnPlan | None]:
        return lambda: future.solve(moves)

    plans = side_by_side([held(future) for future in futures], stopping(futures))
    found = []
    for scenario, future, best, plan in zip(scenarios(case), futures, own, plans, strict=True):
        assert plan is not None, "the plan of the whole holds in each scenario"
        found.append(_Found(scenario, future, plan if plan.cost_musd < best.cost_musd * (1 - CENT) else best, plan))
    return found


def _scenario(each: _Found, costs: Mapping[str, float], delays: Mapping[str, float], plan: Solution) -> ScenarioRisk:
    losses, name = Losses(each.scenario, plan), each.scenario.name
    return ScenarioRisk(
        name=name,
        probability=each.scenario.probability,
        cost_musd=costs[name],
        delay_months=delays[name],
        own_cost_musd=each.own.cost_musd,
        own_delay_months=each.own.delay_months,
        own_chips=dict(each.own.chips_ordered),
        own_it_mw=dict(each.own.final_it_mw),
        first_moves_musd=each.held.cost_musd,
        cancelled=losses.cancelled(),
        idle_halls=losses.idle_halls(),
        idle_chips=losses.idle_chips(),
    )


def _weighed(case: Case, costs: Mapping[str, float], found: Iterable[_Found]) -> tuple[float, float, float]:
    """Mean of scenarios' costs, mean of the costliest, and the two weighed as the case's objective does."""
    pairs = [(each.scenario.probability, costs[each.scenario.name]) for each in found]
    expected = sum(probability * cost for probability, cost in pairs)
    worst = mean_of_worst(pairs, case.goals.risk_level)
    weight = case.goals.risk_weight if case.goals.objective == "cost" else 0.0
    return expected, worst, (1.0 - weight) * expected + weight * worst


def _regrets(found: list[_Found]) -> dict[str, dict[str, float | None]]:
    """Regret of each scenario's own first moves, and of the plan's, in each scenario."""

    def tried(there: _Found) -> Callable[[], dict[str, float | None]]:
        def job() -> dict[str, float | None]:
            above: dict[str, float | None] = {COMMON: _above(there.held, there.own)}
            for each in found:
                if each is there:
                    above[each.scenario.name] = 0.0
                    continue
                plan = there.future.solve(_commitments(each.own.moves))
                above[each.scenario.name] = None if plan is None else _above(plan, there.own)
            return above

        return job

    columns = list(side_by_side([tried(there) for there in found], stopping([each.future for each in found])))
    names = [each.scenario.name for each in found]
    return {
        maker: {name: column[maker] for name, column in zip(names, columns, strict=True)} for maker in (COMMON, *names)
    }


def _above(plan: OwnPlan, best: OwnPlan) -> float:
    """What a plan costs more than the best, million USD; nothing where that is the solver's rounding."""
    return max(0.0, _clean(plan.cost_musd, best.cost_musd) - best.cost_musd)


def _commitments(moves: Moves) -> dict[Move, float]:
    return {move: amount for move, amount in moves.items() if move.kind in COMMITMENTS}


def _first_moves(case: Case, found: list[_Found], taken: tuple[Commitment, ...]) -> Iterator[FirstMove]:
    """Commitments by kind and item, with those left open that some scenario's own best plan takes."""
    line = case.settings.timeline
    own = {each.scenario.name: _by_group(each.own.moves) for each in found}
    mine: dict[Group, list[Commitment]] = {}
    for each in taken:
        mine.setdefault((each.move.kind, each.move.item), []).append(each)
    scale = {
        kind: max((amount for groups in own.values() for (k, _), amount in groups.items() if k == kind), default=0.0)
        for kind in COMMITMENTS
    }
    for groups in own.values():
        for group, amount in groups.items():
            if amount > CENT * scale[group[0]]:
                mine.setdefault(group, [])
    premiums = _premiums(found, list(mine))
    for group, parts in sorted(mine.items(), key=lambda item: (-sum(part.musd for part in item[1]), item[0])):
        premium = premiums[group]
        if not parts and not premium:
            continue
        yield FirstMove(
            kind=group[0],
            item=group[1],
            amounts={line.label(part.move.period): part.amount for part in parts},
            musd=sum(part.musd for part in parts),
            least_musd=sum(part.least_musd for part in parts),
            paid_musd=sum(part.paid_musd for part in parts),
            own={name: groups.get(group, 0.0) for name, groups in own.items()},
            premium_musd=premium,
        )


def _by_group(moves: Moves) -> dict[Group, float]:
    groups: dict[Group, float] = {}
    for move, amount in moves.items():
        if move.kind in COMMITMENTS:
            groups[move.kind, move.item] = groups.get((move.kind, move.item), 0.0) + amount
    return groups


def _premiums(found: list[_Found], groups: list[Group]) -> dict[Group, dict[str, float]]:
    """What each scenario would save were one group of first moves free there and all others held.

    Halls are freed with their whole phases, and the acquisition of a site with all that is begun there.
    """

    def tried(there: _Found) -> Callable[[], dict[Group, float]]:
        def job() -> dict[Group, float]:
            held = _commitments(there.held.moves)
            base = there.future.solve(held)
            assert base is not None
            saved = {}
            for group in groups:
                others = {move: amount for move, amount in held.items() if not _frees(group, move)}
                freed = there.future.solve(others)
                assert freed is not None
                saving = base.cost_musd - freed.cost_musd
                if saving > TELLING * abs(base.cost_musd):
                    saved[group] = saving
            return saved

        return job

    by_scenario = side_by_side([tried(there) for there in found], stopping([each.future for each in found]))
    premiums: dict[Group, dict[str, float]] = {group: {} for group in groups}
    for there, saved in zip(found, by_scenario, strict=True):
        for group, musd in saved.items():
            premiums[group][there.scenario.name] = musd
    return premiums


def _frees(group: Group, move: Move) -> bool:
    """Whether deciding a group anew decides a move anew."""
    kind, item = group
    if kind == "open":
        site = move.item[-1] if move.kind == "plant" else move.item[0]
        return move.kind != "order" and site == item[0]
    if kind in WHOLE:
        return move.kind in WHOLE and move.item == item
    return (move.kind, move.item) == group


def _average(s: Session, measured: _Measured, found: list[_Found], report: Report) -> AveragePlan:
    """The tree with the first moves of the average future; where they leave no plan, in which scenarios."""
    report("risk", "planning on averages")
    options: Options = s.options
    in_parts = measured.plan != measured.least
    future = average_case(s.case)
    with session(continuous(future) if in_parts else future, options) as mean:
        try:
            mean.solve()
        except InfeasibleError:
            return AveragePlan(None, ())
        planned = mean.first_moves
    # What the average future does not even offer is not done.
    moves = {move: planned.get(move, 0.0) for move in s.first_moves if not (in_parts and move.kind in COUNTS)}
    with s.holding(moves):
        cost = s.best()
    if cost is not None:
        return AveragePlan(measured.of(_clean(cost, measured.least)), ())
    return AveragePlan(None, tuple(each.scenario.name for each in found if each.future.solve(moves) is None))


def _waits(s: Session, best_musd: float, moves: Iterable[FirstMove], report: Report) -> Iterator[Wait]:
    """What it would cost to commit nothing before the first reveal: of all, of a kind, of the costliest chips."""
    offered = [move for move in s.first_moves if move.kind in COMMITMENTS]
    taken = [move for move in moves if move.amounts]
    kinds = dict.fromkeys("start" if move.kind in SITE_WORK else move.kind for move in taken)
    chips = [move.item for move in taken if move.kind == "order"]
    tried: list[tuple[str, tuple[str, ...]]] = [("everything", ()), *((kind, ()) for kind in kinds)]
    if len(chips) > 1:
        tried += [("order", item) for item in chips[:WAITING_CHIPS]]
    report("risk", f"what waiting costs, {len(tried)} ways")
    waiting = [
        {
            move: 0.0
            for move in offered
            if kind in ("everything", move.kind, "start" if move.kind in SITE_WORK else "")
            and (not item or move.item == item)
        }
        for kind, item in tried
    ]
    for (kind, item), cost in zip(tried, s.best_of_each(waiting), strict=True):
        yield Wait(kind, item, None if cost is None else _clean(cost, best_musd) - best_musd)


def _clean(cost: float, other: float) -> float:
    """A cost; the other one where the two differ by the solver's rounding only."""
    return other if abs(cost - other) <= CENT * abs(other) else cost
