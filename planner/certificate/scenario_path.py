"""One scenario as an ordinary deterministic case: its node path, its decisions and every state recomputed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from planner.certificate.plants import Plant, plant
from planner.certificate.sites import Halls, halls
from planner.certificate.tables import PlanTables
from planner.plan_reader import ChipDecisions, Fleets, Key, PeriodValues, fleets
from planner.schema import Case
from planner.timeline import PerPeriod
from planner.units import HOURS_PER_YEAR, KW_PER_MW


@dataclass(frozen=True)
class ScenarioPath:
    """A scenario with everything that follows from the plan's decisions in it."""

    scenario: str
    """Name of the scenario."""
    probability: float
    """Its probability."""
    nodes: tuple[str, ...]
    """Node in each period; empty text where the table of paths names none."""
    case: Case
    """The case as it stands in this scenario."""
    values: PeriodValues
    """Its values by period."""
    tables: PlanTables
    """The answer's tables."""
    halls: Mapping[str, Halls]
    """Sites."""
    plants: Mapping[tuple[str, str], Plant]
    """On-site plant, by source and site."""
    fleets: Fleets
    """Chips."""
    it_load: Mapping[str, PerPeriod]
    """MW of IT drawn by powered chips, by site."""
    grid_mw: Mapping[str, PerPeriod]
    """MW of facility power drawn from the grid, by site."""
    grid_mwh: Mapping[str, PerPeriod]
    """MWh of grid energy in each period, by site."""
    plant_mwh: Mapping[tuple[str, str], PerPeriod]
    """MWh of on-site energy in each period, by source and site."""
    powered: Mapping[tuple[str, str], PerPeriod]
    """Powered chips, by chip and region."""
    rate: Mapping[tuple[str, str], PerPeriod]
    """Effective PFLOP/s of one chip on a workload that it may serve, by chip and workload."""
    pflops: Mapping[Key, PerPeriod]
    """Effective PFLOP/s served, by chip, region and workload."""
    served: Mapping[str, PerPeriod]
    """Effective PFLOP/s served, by workload."""
    shortfall: Mapping[str, PerPeriod]
    """Effective PFLOP/s not met, by workload; never below zero."""

    def read(self, table: str, column: str) -> dict[Key, PerPeriod]:
        """A column of the answer by key and period; a row that is not there is zero."""
        return _read(self.tables, self.nodes, table, column)

    def stated(self, table: str, column: str) -> defaultdict[Key, PerPeriod]:
        """The same, with zeros for a key that has no row at all."""
        zeros = [0.0 for _ in self.nodes]
        return defaultdict(lambda: zeros, self.read(table, column))

    def sites_in(self, region: str) -> list[str]:
        """Sites of a region."""
        return [name for name, site in self.case.sites.items() if site.region == region]

    def total(self, series: Mapping[str, PerPeriod], names: list[str]) -> PerPeriod:
        """Sum of some series, period by period."""
        return [sum(series[name][t] for name in names) for t in self.values.periods]


def walk(scenario: str, tables: PlanTables, case: Case) -> ScenarioPath:
    """A scenario of the answer with every state worked out from the case and the decisions."""
    values = PeriodValues(case)
    named = {period: node for period, node, _ in tables.paths[scenario]}
    nodes = tuple(named.get(t, "") for t in values.periods)

    def read(table: str, column: str) -> dict[Key, PerPeriod]:
        return _read(tables, nodes, table, column)

    def pairs(table: str, column: str) -> dict[tuple[str, str], PerPeriod]:
        return {(first, second): numbers for (first, second), numbers in read(table, column).items()}

    output = pairs("onsite", "output_mw")
    plants = {
        (source, site): plant(values, case.onsite_sources[source], mw, output[source, site])
        for (source, site), mw in pairs("onsite", "start_mw").items()
    }
    chips = ChipDecisions(
        ordered=pairs("orders", "ordered"),
        scrapped=pairs("orders", "scrapped"),
        install=pairs("fleet", "install"),
        retire=pairs("fleet", "retire"),
    )
    powered, it_load = _loads(values, pairs("fleet", "powered"))
    grid_mw = _grid_mw(case, it_load, plants)
    rate = _rates(values)
    pflops, served = _served(values, rate, read("serve", "units"))
    return ScenarioPath(
        scenario=scenario,
        probability=tables.paths[scenario][0][2],
        nodes=nodes,
        case=case,
        values=values,
        tables=tables,
        halls=_halls(values, read),
        plants=plants,
        fleets=fleets(values, nodes, chips),
        it_load=it_load,
        grid_mw=grid_mw,
        grid_mwh={name: _mwh(values, name, mw) for name, mw in grid_mw.items()},
        plant_mwh={key: _mwh(values, key[1], mine.output) for key, mine in plants.items()},
        powered=powered,
        rate=rate,
        pflops=pflops,
        served=served,
        shortfall={
            name: [max(0.0, d - s) for d, s in zip(values.of(workload.demand_pflops), served[name], strict=True)]
            for name, workload in case.workloads.items()
        },
    )


def _halls(values: PeriodValues, read: Callable[[str, str], dict[Key, PerPeriod]]) -> dict[str, Halls]:
    """Halls of every site, from what is begun, acquired and applied for."""
    case, zeros = values.case, [0.0 for _ in values.periods]
    starts: dict[str, dict[str, PerPeriod]] = {name: {} for name in case.sites}
    for (site, option), mw in read("starts", "start_mw").items():
        starts[site][option] = mw
    opens, applications = read("halls", "open"), read("halls", "grid_apply_mw")
    return {
        name: halls(values, site, starts[name], opens.get((name,), zeros), applications.get((name,), zeros))
        for name, site in case.sites.items()
    }


def _grid_mw(
    case: Case, it_load: Mapping[str, PerPeriod], plants: Mapping[tuple[str, str], Plant]
) -> dict[str, PerPeriod]:
    """Draw from the grid by site, MW of facility: that of its chips less the output of its plant."""
    grid_mw = {name: [site.pue * mw for mw in it_load[name]] for name, site in case.sites.items()}
    for (_, name), mine in plants.items():
        grid_mw[name] = [left - mw for left, mw in zip(grid_mw[name], mine.output, strict=True)]
    return grid_mw


def _served(
    values: PeriodValues, rate: Mapping[tuple[str, str], PerPeriod], units: Mapping[Key, PerPeriod]
) -> tuple[dict[Key, PerPeriod], dict[str, PerPeriod]]:
    """Effective PFLOP/s served, by chip, region and workload, and by workload."""
    zeros = [0.0 for _ in values.periods]
    pflops: dict[Key, PerPeriod] = {}
    served = {name: list(zeros) for name in values.case.workloads}
    for (chip, region, workload), given in units.items():
        each = rate.get((chip, workload), zeros)
        pflops[chip, region, workload] = [r * u for r, u in zip(each, given, strict=True)]
        for t in values.periods:
            served[workload][t] += pflops[chip, region, workload][t]
    return pflops, served


def _read(tables: PlanTables, nodes: tuple[str, ...], table: str, column: str) -> dict[Key, PerPeriod]:
    return {key: [by_node.get(node, 0.0) for node in nodes] for key, by_node in tables.column(table, column).items()}


def _mwh(values: PeriodValues, site: str, mw: PerPeriod) -> PerPeriod:
    """Energy of a reserved draw at a site in each period."""
    factors = values.of(values.case.sites[site].load_factor)
    return [mw[t] * factors[t] * (HOURS_PER_YEAR * values.years[t]) for t in values.periods]


def _loads(
    values: PeriodValues, on: Mapping[tuple[str, str], PerPeriod]
) -> tuple[dict[tuple[str, str], PerPeriod], dict[str, PerPeriod]]:
    """Powered chips by chip and region, and MW of IT that they draw by site."""
    case = values.case
    powered: dict[tuple[str, str], PerPeriod] = {}
    load = {name: [0.0 for _ in values.periods] for name in case.sites}
    for (chip, site), units in on.items():
        there = powered.setdefault((chip, case.sites[site].region), [0.0 for _ in values.periods])
        mw = case.chips[chip].it_kw / KW_PER_MW
        for t in values.periods:
            there[t] += units[t]
            load[site][t] += mw * units[t]
    return powered, load


def _rates(values: PeriodValues) -> dict[tuple[str, str], PerPeriod]:
    """Effective PFLOP/s of one chip on each workload that it may serve."""
    rates: dict[tuple[str, str], PerPeriod] = {}
    for name, workload in values.case.workloads.items():
        for chip_name, chip in values.case.chips.items():
            if workload.min_memory_gb > 0.0 and (chip.memory_gb is None or chip.memory_gb < workload.min_memory_gb):
                continue
            if workload.chips is None:
                if workload.precision in chip.peak_pflops:
                    rates[chip_name, name] = [chip.peak_pflops[workload.precision] for _ in values.periods]
            elif chip_name in workload.chips:
                pair = workload.chips[chip_name]
                peak = chip.peak_pflops[pair.precision or workload.precision]
                rates[chip_name, name] = [peak * share for share in values.of(pair.efficiency)]
    return rates


def may_serve(case: Case, region: str, workload: str) -> bool:
    """Whether a region may serve a workload at all."""
    wanted = case.workloads[workload]
    if wanted.regions is not None and region not in wanted.regions:
        return False
    return wanted.markets is None or case.regions[region].market in wanted.markets
