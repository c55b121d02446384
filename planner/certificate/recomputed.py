"""Everything that the checks read: the answer, its tables and each scenario worked out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.certificate.costs import MoneyEntry, entries, totals, worth
from planner.certificate.futures import Future
from planner.certificate.record import FLOOR
from planner.certificate.scenario_path import ScenarioPath, walk
from planner.certificate.tables import PlanTables, read
from planner.schema import Case
from planner.solution import Solution
from planner.units import USD_PER_MUSD


@dataclass(frozen=True)
class Floors:
    """Least size of a row, by what it counts: a hundredth of the largest such quantity in the plan."""

    chips: float
    """Chips there before the plan, ordered, delivered, installed or given to a workload."""
    mw: float
    """MW begun, applied for or drawn."""
    mwh: float
    """MWh of grid and on-site energy in a period."""
    pflops: float
    """Effective PFLOP/s asked for or served."""
    musd: float
    """Million USD booked at once, or that serving nothing would cost."""


@dataclass(frozen=True)
class Recomputed:
    """An answer with every scenario worked out again."""

    case: Case
    """The case as typed."""
    solution: Solution
    """The answer."""
    tables: PlanTables
    """Its tables as plain data."""
    scenario_names: tuple[str, ...]
    """Scenarios that the case has."""
    futures: Mapping[str, Future] | None
    """What is known when in each of them; none where that is not the case's to say."""
    paths: tuple[ScenarioPath, ...]
    """Scenarios that the answer has."""
    money: tuple[tuple[MoneyEntry, ...], ...]
    """Amounts of money, by scenario."""
    present_by_path: tuple[Mapping[str, float], ...]
    """Present cost of each scenario by account, million USD, not weighted by its probability."""
    floors: Floors
    """Least sizes of rows."""

    @cached_property
    def present(self) -> Mapping[str, float]:
        """Expected present cost by account, million USD."""
        expected: dict[str, float] = defaultdict(float)
        for path, present in zip(self.paths, self.present_by_path, strict=True):
            for account, musd in present.items():
                expected[account] += path.probability * musd
        return expected

    @property
    def present_cost_musd(self) -> float:
        """Expected present cost, million USD."""
        return sum(self.present.values())

    @property
    def turnover_musd(self) -> float:
        """Sum of the accounts' expected present cost, every account counted as positive, million USD."""
        return sum(abs(musd) for musd in self.present.values())

    @property
    def criterion_musd(self) -> float:
        """Expected present cost and the mean of the costliest scenarios, weighed as the case says, million USD."""
        return self._weighed(self.present_cost_musd, [sum(present.values()) for present in self.present_by_path])

    @property
    def minimised_musd(self) -> float:
        """What the answer says was minimised, worked out again, million USD."""
        return self.present_cost_musd if self.solution.criterion_musd is None else self.criterion_musd

    @property
    def minimised_turnover_musd(self) -> float:
        """The same with every account counted as positive, million USD."""
        if self.solution.criterion_musd is None:
            return self.turnover_musd
        turned = [sum(map(abs, present.values())) for present in self.present_by_path]
        return self._weighed(self.turnover_musd, turned)

    def _weighed(self, expected: float, by_path: Sequence[float]) -> float:
        goals = self.case.goals
        outcomes = [(path.probability, musd) for path, musd in zip(self.paths, by_path, strict=True)]
        return (1.0 - goals.risk_weight) * expected + goals.risk_weight * mean_of_worst(outcomes, goals.risk_level)


def mean_of_worst(outcomes: Iterable[tuple[float, float]], level: float) -> float:
    """Mean cost of the costliest outcomes that make up the probability beyond a level, from probabilities and costs.

    >>> mean_of_worst([(0.75, 10.0), (0.25, 30.0)], 0.5), mean_of_worst([(0.75, 10.0), (0.25, 30.0)], 0.0)
    (20.0, 15.0)
    """
    left, paid = 1.0 - level, 0.0
    for probability, cost in sorted(outcomes, key=lambda outcome: -outcome[1]):
        counted = min(probability, left)
        left -= counted
        paid += counted * cost
    return paid / (1.0 - level)


def recompute(
    case: Case, solution: Solution, scenario_cases: Mapping[str, Case], futures: Mapping[str, Future] | None
) -> Recomputed:
    """An answer worked out again, each scenario from its own case; one that the case does not have, as typed."""
    tables = read(case, solution)
    paths = tuple(walk(name, tables, scenario_cases.get(name, case)) for name in sorted(tables.paths))
    money = tuple(tuple(entries(path)) for path in paths)
    floors = Floors(
        chips=FLOOR * max((_chips(path) for path in paths), default=0.0),
        mw=FLOOR * max((_mw(path) for path in paths), default=0.0),
        mwh=FLOOR * max((_mwh(path) for path in paths), default=0.0),
        pflops=FLOOR * max((max(_largest(path.served.values()), _demand(path)) for path in paths), default=0.0),
        musd=FLOOR
        * max((max(_booked(rows), _unserved(path)) for path, rows in zip(paths, money, strict=True)), default=0.0),
    )
    present = tuple(_present(path, rows) for path, rows in zip(paths, money, strict=True))
    return Recomputed(case, solution, tables, tuple(scenario_cases), futures, paths, money, present, floors)


def _present(path: ScenarioPath, rows: Iterable[MoneyEntry]) -> dict[str, float]:
    """Present cost of one scenario by account, million USD."""
    present: dict[str, float] = defaultdict(float)
    for (account, t), musd in totals(rows).items():
        present[account] += worth(path, account, t) * musd
    return dict(present)


def _chips(path: ScenarioPath) -> float:
    columns = (("orders", "ordered"), ("fleet", "install"), ("fleet", "powered"), ("serve", "units"))
    fleets = (fleet.units for site in path.case.sites.values() for fleet in site.existing_fleet.values())
    stocks = (channel.stock_units for chip in path.case.chips.values() for channel in chip.markets.values())
    return max(
        *fleets,
        *stocks,
        _largest(path.fleets.delivered.values()),
        *(_largest(path.read(table, column).values()) for table, column in columns),
    )


def _mw(path: ScenarioPath) -> float:
    columns = (
        ("starts", "start_mw"),
        ("halls", "grid_apply_mw"),
        ("onsite", "start_mw"),
        ("onsite", "output_mw"),
    )
    return max(
        _largest(path.grid_mw.values()),
        *(_largest(path.read(table, column).values()) for table, column in columns),
    )


def _mwh(path: ScenarioPath) -> float:
    return max(_largest(path.grid_mwh.values()), _largest(path.plant_mwh.values()))


def _demand(path: ScenarioPath) -> float:
    return _largest(path.values.of(workload.demand_pflops) for workload in path.case.workloads.values())


def _booked(rows: Iterable[MoneyEntry]) -> float:
    return max((abs(row.musd) for row in rows), default=0.0)


def _unserved(path: ScenarioPath) -> float:
    """What a period of the costliest demand would cost if none of it were met, million USD."""
    priced = ((w.shortfall, w.demand_pflops) for w in path.case.workloads.values() if w.shortfall)
    costs = (
        path.values.of(profile)[t] * path.values.of(shortfall.usd_per_pflops_year)[t] * path.values.years[t]
        for shortfall, profile in priced
        for t in path.values.periods
    )
    return max(costs, default=0.0) / USD_PER_MUSD


def _largest(series: Iterable[Iterable[float]]) -> float:
    return max((abs(value) for values in series for value in values), default=0.0)
