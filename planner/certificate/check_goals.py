"""Checks of what a plan says that it is best at, where that is not cost alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, wrong
from planner.certificate.scenario_path import ScenarioPath
from planner.schema.goals import Milestone

_SLACK = 1e-6
"""Share by which a first goal may be missed for the sake of a second."""


def goal_stated(r: Recomputed) -> Iterator[Finding]:
    """A plan says what it was made for, and that is the objective of its case."""
    asked, made_for = r.case.goals.objective, str(r.solution.solver.get("objective", "cost"))
    of_one_future = asked == "regret" and len(r.paths) == 1
    yield wrong(made_for != ("cost" if of_one_future else asked), made_for)


def milestones_held(r: Recomputed) -> Iterator[Finding]:
    """Each milestone is held from the period that the plan says, in every scenario and to the end, by what serves."""
    yield wrong(False)
    stated = _stated(r, "earliest").get("reached")
    if stated is None:
        return
    yield wrong(set(stated) != set(r.case.milestones()), "milestones")
    for name, milestone in r.case.milestones().items():
        first = stated.get(name)
        for path in r.paths if first is not None else ():
            for t in path.values.periods[int(first) :]:
                amount, asked = counted(path, milestone, t)
                yield at_most(asked, amount, asked, name, path.nodes[t])


def delay_least(r: Recomputed) -> Iterator[Finding]:
    """The average delay is the least that the plan says it found, within what the case lets it miss."""
    yield wrong(False)
    found = _stated(r, "delay") or _stated(r, "earliest")
    stated = found.get("least_delay_months")
    if stated is not None:
        allowed = float(stated) * (1.0 + _SLACK) + r.case.goals.delay_tolerance_months
        delay = average_delay(r)
        yield at_most(delay, allowed, 1.0, "average delay")
        yield at_most(float(stated), delay * (1.0 + _SLACK), 1.0, "least delay")
        yield at_most(float(found.get("delay_bound_months", stated)), float(stated), 1.0, "bound of least delay")


def regret_least(r: Recomputed) -> Iterator[Finding]:
    """The largest regret is the one that the plan says it found, each scenario beside its own best plan."""
    yield wrong(False)
    stated = _stated(r, "regret")
    own: Mapping[str, Any] | None = stated.get("own_best_musd")
    if own is None:
        return
    yield wrong(set(own) != {path.scenario for path in r.paths}, "scenarios")
    costs = {path.scenario: sum(each.values()) for path, each in zip(r.paths, r.present_by_path, strict=True)}
    size = max(r.turnover_musd, r.floors.musd)
    for name in sorted({*own, *costs}):
        if name in own and name in costs:
            yield at_most(float(own[name]), costs[name], size, name)
    regret = max((costs[name] - float(own[name]) for name in costs if name in own), default=0.0)
    yield same(float(stated["largest_regret_musd"]), regret, size, "largest regret")


def counted(path: ScenarioPath, milestone: Milestone, t: int) -> tuple[float, float]:
    """What counts towards a milestone in a period, and what it asks for: what serves, up to the demand."""
    markets = [milestone.market] if milestone.market is not None else list(path.case.markets)
    reached = 0.0
    for name, workload in path.case.workloads.items():
        if milestone.workload not in (None, name):
            continue
        left = path.values.of(workload.demand_pflops)[t]
        for kw, pflops in sorted(_serving(path, name, markets, t), reverse=True):
            taken = min(left, pflops)
            left -= taken
            reached += taken if milestone.pflops is not None else kw * taken / 1e3
    return reached, milestone.pflops if milestone.pflops is not None else milestone.it_mw or 0.0


def average_delay(r: Recomputed) -> float:
    """Area between demand and what is served over the peak of demand, weighted over workloads, months."""
    line = r.case.settings.timeline
    peaks: dict[str, float] = {}
    for path in r.paths:
        for name, workload in path.case.workloads.items():
            peaks[name] = max(peaks.get(name, 0.0), *path.values.of(workload.demand_pflops))
    weights = r.case.goals.weights(peaks)
    return sum(
        path.probability * weight * sum(line.months(t) * path.shortfall[name][t] for t in line) / peaks[name]
        for path in r.paths
        for name, weight in weights.items()
    )


def _serving(path: ScenarioPath, workload: str, markets: list[str], t: int) -> Iterator[tuple[float, float]]:
    """kW per PFLOP/s, spares included, and PFLOP/s of each chip and region that serve a workload."""
    for (chip, region, name), pflops in path.pflops.items():
        market = path.case.regions[region].market
        if name == workload and market in markets and pflops[t] > 0.0:
            channel = path.values.channel(chip, market)
            usable = path.values.of(path.case.chips[chip].availability)[t]
            usable *= path.values.of(channel.usable_share if channel else 1.0)[t]
            yield path.case.chips[chip].it_kw / path.rate[chip, name][t] / max(usable, 1e-12), pflops[t]


def _stated(r: Recomputed, objective: str) -> Mapping[str, Any]:
    """What the plan says of its goal, where it is that of its case."""
    found = r.solution.solver.get("goal", {})
    return found if r.case.goals.objective == objective and isinstance(found, Mapping) else {}
