"""Checks of the answer's tables: readable, and every stated state as recomputed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, wrong
from planner.certificate.scenario_path import ScenarioPath
from planner.certificate.tables import ColumnByKey
from planner.plan_reader import Key
from planner.timeline import PerPeriod
from planner.units import KW_PER_MW, MWH_PER_TWH

SeriesByKey: TypeAlias = Iterable[tuple[Key, PerPeriod]]


def table_rows(r: Recomputed) -> Iterator[Finding]:
    """Every row of the tables names things that the case knows, stands there once and holds numbers."""
    yield wrong(False)
    for fault in r.tables.faults:
        yield wrong(True, *fault)


def decisions_not_negative(r: Recomputed) -> Iterator[Finding]:
    """No decision is below zero."""
    chips, mw = r.floors.chips, r.floors.mw
    for table, column, floor in (
        ("starts", "start_mw", mw),
        ("halls", "open", 0.01),
        ("halls", "grid_apply_mw", mw),
        ("onsite", "start_mw", mw),
        ("onsite", "output_mw", mw),
        ("orders", "ordered", chips),
        ("orders", "scrapped", chips),
        ("fleet", "install", chips),
        ("fleet", "retire", chips),
        ("fleet", "powered", chips),
        ("serve", "units", chips),
        ("residuals", "units", chips),
    ):
        for key, by_node in r.tables.column(table, column).items():
            for node, value in by_node.items():
                if value < 0.0:
                    yield at_most(-value, 0.0, floor, table, *key, node)


def stated_halls(r: Recomputed) -> Iterator[Finding]:
    """The table of sites states the MW begun, ready, connected and drawn that follow from the decisions."""
    for path in r.paths:
        for column, right in (
            ("begun_mw", {(name,): halls.begun for name, halls in path.halls.items()}),
            ("it_mw", {(name,): halls.it_mw for name, halls in path.halls.items()}),
            ("grid_cap_mw", {(name,): halls.grid_cap for name, halls in path.halls.items()}),
            ("grid_mw", {(name,): mw for name, mw in path.grid_mw.items()}),
            ("it_load_mw", {(name,): mw for name, mw in path.it_load.items()}),
        ):
            yield from _compared(path, "halls", column, right.items(), r.floors.mw)


def stated_ready(r: Recomputed) -> Iterator[Finding]:
    """Every start states the period in which it is most likely to become ready, if it does at all."""
    right: dict[tuple[Key, str], dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for path in r.paths:
        for site, halls in path.halls.items():
            for (option, t), ready in halls.ripe.items():
                there = right[(site, option), path.nodes[t]]
                if ready is not None:
                    there[path.values.line.label(ready), path.nodes[ready]] += path.probability
    for ((site, option), node), chances in right.items():
        stated = r.tables.ready.get(((site, option), node), "")
        most = max(chances.values(), default=0.0)
        likely = {label for (label, _), chance in chances.items() if chance >= most * (1.0 - 1e-9)}
        yield wrong(stated not in (likely or {""}), site, option, node)


def stated_onsite(r: Recomputed) -> Iterator[Finding]:
    """The table of on-site plant states the MW on order and standing that follow from the decisions."""
    for path in r.paths:
        for column, right in (
            ("begun_mw", {key: plant.begun for key, plant in path.plants.items()}),
            ("cap_mw", {key: plant.cap_mw for key, plant in path.plants.items()}),
        ):
            yield from _compared(path, "onsite", column, right.items(), r.floors.mw)


def stated_orders(r: Recomputed) -> Iterator[Finding]:
    """The table of orders states the deliveries, cancellations and stock that follow from the decisions."""
    for path in r.paths:
        for column, right in (
            ("delivered", path.fleets.delivered),
            ("cancelled", path.fleets.cancelled),
            ("stock", path.fleets.stock),
        ):
            yield from _compared(path, "orders", column, right.items(), r.floors.chips)


def stated_deliveries(r: Recomputed) -> Iterator[Finding]:
    """The table of deliveries states every delivery that follows from the orders, when it arrives."""
    for path in r.paths:
        right: dict[Key, PerPeriod] = {}
        for order in path.fleets.orders:
            if order.arrived is not None:
                arrivals = right.setdefault((order.name, order.chip, order.market), [0.0 for _ in path.nodes])
                arrivals[order.arrived] += order.units
        yield from _compared(path, "deliveries", "units", right.items(), r.floors.chips)


def stated_fleet(r: Recomputed) -> Iterator[Finding]:
    """The table of chips at sites states the fleet that follows from installs, retirements and attrition."""
    for path in r.paths:
        yield from _compared(path, "fleet", "fleet", path.fleets.fleet.items(), r.floors.chips)


def stated_service(r: Recomputed) -> Iterator[Finding]:
    """The tables of compute state the demand, the PFLOP/s served and the shortfall that follow from the decisions."""
    for path in r.paths:
        demand = {(name,): path.values.of(work.demand_pflops) for name, work in path.case.workloads.items()}
        for table, column, right in (
            ("service", "demand", demand),
            ("service", "served", {(name,): pflops for name, pflops in path.served.items()}),
            ("service", "shortfall", {(name,): pflops for name, pflops in path.shortfall.items()}),
        ):
            yield from _compared(path, table, column, right.items(), r.floors.pflops)
        yield from _compared(path, "serve", "pflops", path.pflops.items(), r.floors.pflops)


def stated_load(r: Recomputed) -> Iterator[Finding]:
    """The table of service states the MW that chips which serve and their spares draw."""
    for path in r.paths:
        drawn: dict[Key, PerPeriod] = {}
        for (chip, region, workload), units in path.read("serve", "units").items():
            channel = path.values.channel(chip, path.case.regions[region].market)
            works = path.values.of(path.case.chips[chip].availability)
            usable = path.values.of(channel.usable_share if channel else 1.0)
            each = path.case.chips[chip].it_kw / KW_PER_MW
            drawn[chip, region, workload] = [
                each * count / (able * may) if able * may > 0.0 else 0.0
                for count, able, may in zip(units, works, usable, strict=True)
            ]
        yield from _compared(path, "serve", "it_mw", drawn.items(), r.floors.mw)


def stated_power(r: Recomputed) -> Iterator[Finding]:
    """The tables of regions and markets state the MW that follow from the decisions and from the case."""
    for path in r.paths:
        case, values = path.case, path.values
        ready = {name: halls.it_mw for name, halls in path.halls.items()}
        in_market = {market: [s for s in case.sites if case.market_of(s) == market] for market in case.markets}
        draw = {(name,): path.total(path.grid_mw, path.sites_in(name)) for name in case.regions}
        headroom = {(n,): values.of(g.headroom_mw) for n, g in case.regions.items() if g.headroom_mw is not None}
        yield from _compared(path, "regions", "draw_mw", draw.items(), r.floors.mw)
        yield from _where_stated(path, r.tables.column("regions", "headroom_mw"), headroom.items(), r.floors.mw)
        for column, series in (("it_mw", ready), ("it_load_mw", path.it_load), ("grid_mw", path.grid_mw)):
            right = {(market,): path.total(series, sites) for market, sites in in_market.items()}
            yield from _compared(path, "markets", column, right.items(), r.floors.mw)


def stated_energy(r: Recomputed) -> Iterator[Finding]:
    """The table of markets states the energy used and open to the operator that follow from the case."""
    floor = r.floors.mwh / MWH_PER_TWH
    for path in r.paths:
        case = path.case
        used: dict[Key, PerPeriod] = {}
        for market in case.markets:
            sites = [name for name in case.sites if case.market_of(name) == market]
            used[market,] = [mwh / MWH_PER_TWH for mwh in path.total(path.grid_mwh, sites)]
        yield from _compared(path, "markets", "energy_twh", used.items(), floor)
        generated: dict[Key, PerPeriod] = {}
        limit: dict[Key, PerPeriod] = {}
        for market in case.markets:
            if (series := generation_twh(path, market)) is not None:
                generated[market,], limit[market,] = series, energy_limit_twh(path, market, series)
        yield from _where_stated(path, r.tables.column("markets", "generation_twh"), generated.items(), floor)
        yield from _where_stated(path, r.tables.column("markets", "energy_limit_twh"), limit.items(), floor)


def generation_twh(path: ScenarioPath, market: str) -> PerPeriod | None:
    """National generation in each period, TWh; none without a limit."""
    profile = path.case.markets[market].generation_twh_per_year
    if profile is None:
        return None
    return [twh * years for twh, years in zip(path.values.of(profile), path.values.years, strict=True)]


def energy_limit_twh(path: ScenarioPath, market: str, generation: PerPeriod) -> PerPeriod:
    """Grid energy open to this operator in each period, TWh."""
    row, values = path.case.markets[market], path.values
    shares = zip(generation, values.of(row.ai_share), values.of(row.operator_share), strict=True)
    return [twh * ai * own for twh, ai, own in shares]


def _compared(path: ScenarioPath, table: str, column: str, rows: SeriesByKey, floor: float) -> Iterator[Finding]:
    """Every row that is stated or should be, a row that is not there being zero."""
    stated, right = path.read(table, column), dict(rows)
    zeros = [0.0 for _ in path.nodes]
    for key in dict.fromkeys((*right, *stated)):
        found, due = stated.get(key, zeros), right.get(key, zeros)
        for t, node in enumerate(path.nodes):
            if found[t] != due[t]:
                yield same(found[t], due[t], floor, column, *key, node)


def _where_stated(path: ScenarioPath, stated: ColumnByKey, rows: SeriesByKey, floor: float) -> Iterator[Finding]:
    """Every row that states a limit, which the case must then give."""
    right = dict(rows)
    for key, by_node in stated.items():
        for t, node in enumerate(path.nodes):
            if node in by_node:
                due = right[key][t] if key in right else math.nan
                yield same(by_node[node], due, floor, *key, node)
