"""From an answer of the solver to the plain tables of the solution, in the planner's units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.instance import Instance
from planner.instance.chips import inspection_months
from planner.lp import Answer, Term, Values
from planner.model import COSTS, FiledRow, Model
from planner.model.decisions import Family, Key
from planner.solution import COSTS_MORE, SAVES, frame
from planner.units import HOURS_PER_YEAR, MWH_PER_TWH, USD_PER_MUSD

ROUNDING = 1e-9
"""Share of a family's largest value below which a value is the solver's rounding and is written as zero."""

Rows = list[tuple[Any, ...]]


def tables_of(model: Model, filed: list[FiledRow], answer: Answer) -> dict[str, pd.DataFrame]:
    """Every table of the solution."""
    reader = _Reader(model, answer.values)
    rows: dict[str, Rows] = {
        "nodes": _nodes(model.instance),
        "paths": _paths(model.instance),
        "leads": _leads(model.instance),
        "starts": _starts(reader),
        "halls": _halls(reader),
        "onsite": _onsite(reader),
        "orders": _orders(reader),
        "deliveries": _deliveries(reader),
        "fleet": _fleet(reader),
        "serve": _serve(reader),
        "clusters": _clusters(reader),
        "service": _service(reader),
        "regions": _regions(reader),
        "markets": _markets(reader),
        "residuals": _residuals(reader),
        "violations": _violations(reader),
        "ledger": _ledger(reader),
        "prices": [row for row, _ in prices_of(model, filed, answer)],
        "verified": [],
    }
    return {name: frame(name, table) for name, table in rows.items()}


class _Reader:
    """Values of families in the planner's units, cleaned of rounding."""

    def __init__(self, model: Model, values: Values) -> None:
        self.model = model
        self.instance = model.instance
        self.tree = model.instance.tree
        self.raw = values
        self._families: dict[int, dict[Key, float]] = {}

    def __call__(self, family: Family) -> Mapping[Key, float]:
        """A family's values by key."""
        known = self._families.get(id(family))
        if known is None:
            position = self.model.program.position
            raw = np.array([self.raw[position(variable)] for variable in family.values()])
            floor = ROUNDING * max(1.0, float(np.abs(raw).max(initial=0.0)))
            raw[np.abs(raw) < floor] = 0.0
            known = dict(zip(family, (raw * family.units).tolist(), strict=True))
            self._families[id(family)] = known
        return known

    def value(self, terms: list[Term]) -> float:
        """Value of a sum, in model units."""
        position = self.model.program.position
        return float(sum(self.raw[position(variable)] * weight for variable, weight in terms))

    def name(self, index: int) -> str:
        """Name of a node."""
        return self.tree[index].name


def _nodes(instance: Instance) -> Rows:
    tree = instance.tree
    return [
        (
            node.name,
            node.period,
            tree.timeline.label(node.period),
            tree.timeline.first_day(node.period).isoformat(),
            "" if node.parent is None else tree[node.parent].name,
            node.probability,
            tree.discount[node.index],
        )
        for node in tree
    ]


def _paths(instance: Instance) -> Rows:
    tree = instance.tree
    return [
        (name, tree[index].period, tree[index].name, tree[leaf].probability)
        for leaf, name in zip(tree.leaves, tree.scenario_names, strict=True)
        for index in tree.path(leaf)
    ]


def _leads(instance: Instance) -> Rows:
    tree = instance.tree
    line, case = tree.timeline, tree[0].case

    def row(kind: str, item: str, months: float) -> tuple[Any, ...]:
        periods = line.lag(months)
        return kind, item, months, periods, float(periods * line.months_per_period)

    def life(kind: str, item: str, years: float | None) -> tuple[Any, ...] | None:
        if years is None:
            return None
        periods = line.life(years)
        return kind, item, 12.0 * years, periods, float(periods * line.months_per_period)

    rows: list[tuple[Any, ...] | None] = [
        row("on-site plant", source, tree.value(plant.lead_months, 0))
        for source, plant in sorted(case.onsite_sources.items())
    ]
    for site in sorted(case.sites):
        for option, build in sorted(case.sites[site].build_options.items()):
            rows.append(row("build", f"{site}, {option}", tree.value(build.build_months, 0)))
        rows.append(row("grid connection", site, tree.value(case.sites[site].grid_connection_months, 0)))
    rows += [life("plant life", name, plant.life_years) for name, plant in sorted(case.onsite_sources.items())]
    rows += [life("chip life", name, chip.service_life_years) for name, chip in sorted(case.chips.items())]
    for chip in sorted(case.chips):
        for market, channel in sorted(case.chips[chip].markets.items()):
            months = tree.value(channel.lead_months, 0) + inspection_months(tree, chip, market, 0)
            rows.append(row("chip delivery", f"{chip}, {market}", months))
    return [entry for entry in rows if entry is not None]


def _starts(read: _Reader) -> Rows:
    m, line = read.model, read.tree.timeline
    ready: dict[Key, int] = {}
    for (site, n), finished in read.instance.sites.ready.items():
        for option, k in finished:
            at = (site, option, k)
            if at not in ready or read.tree[n].probability > read.tree[ready[at]].probability:
                ready[at] = n
    phases = read(m.phases)
    return [
        (
            read.name(n),
            site,
            option,
            amount,
            phases.get((site, option, n), float("nan")),
            line.label(read.tree[ready[site, option, n]].period),
        )
        for (site, option, n), amount in read(m.start).items()
    ]


def _halls(read: _Reader) -> Rows:
    m = read.model
    opened, opening = read(m.opened), read(m.open)
    begun, ready, applied = read(m.begun), read(m.it), read(m.apply)
    connected, grid, own = read(m.grid_cap), read(m.grid), read(m.onsite)
    pue = read.instance.sites.pue
    return [
        (
            read.name(n),
            site,
            opened.get((site, n), 1.0),
            opening.get((site, n), 0.0),
            begun[site, n],
            ready[site, n],
            applied.get((site, n), 0.0),
            connected[site, n],
            grid[site, n],
            (grid[site, n] + sum(own[source, site, n] for source in m.sources_at.get(site, ()))) / pue[site],
        )
        for site, n in ready
    ]


def _onsite(read: _Reader) -> Rows:
    m = read.model
    start, begun, output = read(m.onsite_start), read(m.onsite_begun), read(m.onsite)
    return [
        (read.name(at[2]), at[0], at[1], start.get(at, 0.0), begun[at], cap, output[at])
        for at, cap in read(m.onsite_cap).items()
    ]


def _orders(read: _Reader) -> Rows:
    m, chips, units = read.model, read.instance.chips, read.instance.units
    ordered, stock, scrapped = read(m.order), read(m.stock), read(m.scrap)
    rows = []
    for chip, market in chips.holdings:
        for node in read.tree:
            at = (chip, market, node.index)
            delivered = sum(ordered[chip, market, a.order] for a in chips.arrivals.get(at, ()))
            delivered += sum(placed.units for placed in chips.placed_arrivals.get(at, ())) * units.chips
            cancelled = sum(ordered[chip, market, c.order] for c in chips.cancellations.get(at, ()))
            cancelled += sum(placed.units for placed in chips.placed_cancellations.get(at, ())) * units.chips
            amounts = (ordered.get(at, 0.0), delivered, cancelled, stock.get(at, 0.0), scrapped.get(at, 0.0))
            rows.append((node.name, chip, market, *amounts))
    return rows


def _deliveries(read: _Reader) -> Rows:
    chips, units = read.instance.chips, read.instance.units
    ordered = read(read.model.order)
    rows: Rows = []
    for (chip, market, n), arrivals in chips.arrivals.items():
        for arrival in arrivals:
            if count := ordered[chip, market, arrival.order]:
                rows.append((read.name(n), read.name(arrival.order), chip, market, count))
    for (chip, market, n), placed in chips.placed_arrivals.items():
        rows += [(read.name(n), delivery.name, chip, market, delivery.units * units.chips) for delivery in placed]
    return rows


def _fleet(read: _Reader) -> Rows:
    m = read.model
    install, retire, powered = read(m.install), read(m.retire), read(m.powered)
    return [
        (read.name(at[2]), at[0], at[1], install.get(at, 0.0), retire[at], fleet, powered[at])
        for at, fleet in read(m.fleet).items()
    ]


def _serve(read: _Reader) -> Rows:
    rate, units = read.instance.compute.rate, read.instance.units
    load, usable, market = read.instance.chips.load, read.instance.chips.usable, read.instance.power.region_market
    per_chip = units.pflops / units.chips
    return [
        (
            read.name(n),
            chip,
            region,
            workload,
            count,
            count * rate[chip, workload, n] * per_chip,
            count * load[chip] * units.mw / units.chips / usable[chip, market[region], n],
        )
        for (chip, region, workload, n), count in read(read.model.serve).items()
        if count and usable[chip, market[region], n] > 0.0
    ]


def _clusters(read: _Reader) -> Rows:
    rate, units = read.instance.compute.rate, read.instance.units
    per_chip = units.pflops / units.chips
    return [
        (read.name(n), chip, site, workload, count, count * rate[chip, workload, n] * per_chip)
        for (chip, site, workload, n), count in read(read.model.place).items()
        if count
    ]


def _service(read: _Reader) -> Rows:
    served: dict[tuple[str, str], float] = defaultdict(float)
    for node, _, _, workload, _, pflops, _ in _serve(read):
        served[node, workload] += pflops
    unmet, units = read(read.model.shortfall), read.instance.units
    return [
        (read.name(n), workload, amount * units.pflops, served[read.name(n), workload], unmet.get((workload, n), 0.0))
        for (workload, n), amount in read.instance.compute.demand.items()
    ]


def _regions(read: _Reader) -> Rows:
    power, units = read.instance.power, read.instance.units
    grid = read(read.model.grid)
    return [
        (
            node.name,
            region,
            sum(grid[site, node.index] for site in power.sites_in_region[region]),
            power.headroom.get((region, node.index), float("nan")) * units.mw,
        )
        for node in read.tree
        for region in power.regions
    ]


def _markets(read: _Reader) -> Rows:
    power, units, pue = read.instance.power, read.instance.units, read.instance.sites.pue
    ready, grid, own = read(read.model.it), read(read.model.grid), read(read.model.onsite)
    made: dict[tuple[str, int], float] = defaultdict(float)
    for (_, site, n), output in own.items():
        made[site, n] += output
    years = read.tree.timeline.years_per_period
    hours = HOURS_PER_YEAR * years
    rows = []
    for node in read.tree:
        n = node.index
        for market in power.markets:
            sites = power.sites_in_market[market]
            generation = node.case.markets[market].generation_twh_per_year
            rows.append(
                (
                    node.name,
                    market,
                    sum(ready[site, n] for site in sites),
                    sum((grid[site, n] + made[site, n]) / pue[site] for site in sites),
                    sum(grid[site, n] for site in sites),
                    sum(grid[site, n] * power.load_factor[site, n] for site in sites) * hours / MWH_PER_TWH,
                    power.energy.get((market, n), float("nan")) * units.mw * hours / MWH_PER_TWH,
                    float("nan") if generation is None else read.tree.value(generation, n) * years,
                )
            )
    return rows


def _residuals(read: _Reader) -> Rows:
    return [
        (read.name(leaf), read.name(order), chip, market, count)
        for (chip, market, order, _, leaf), count in read(read.model.left).items()
        if count
    ]


def _violations(read: _Reader) -> Rows:
    scale = _violation_units(read.instance)
    return [
        (read.name(n), kind, rule, amount * scale[kind, rule])
        for (kind, rule, n), amount in read(read.model.violation).items()
        if amount
    ]


def _violation_units(instance: Instance) -> dict[tuple[str, str], float]:
    units = instance.units
    fixed = {
        "licence_quotas": units.chips,
        "budgets": units.musd,
        "carbon_caps": _mwh(instance),
        "build_rates": units.mw,
        "power_caps": units.mw,
    }
    return {
        (kind, row.rule): fixed[kind] if kind in fixed else row.unit[0]  # type: ignore[union-attr]
        for kind, row in instance.rules.softenable()
    }


def _mwh(instance: Instance) -> float:
    """MWh of one model unit of power over a period."""
    return instance.units.mw * HOURS_PER_YEAR * instance.tree.timeline.years_per_period


def _ledger(read: _Reader) -> Rows:
    tree, musd = read.tree, read.instance.units.musd
    rows = []
    for cost in COSTS:
        amounts: dict[tuple[int, str, str], float] = defaultdict(float)
        for charge in read.model.ledger[cost.account]:
            amounts[charge.node, charge.market, charge.item] += read.value(charge.terms) + charge.constant
        for (n, market, item), amount in amounts.items():
            factor = tree[n].probability * (tree.end_discount if cost.at_end else tree.discount[n])
            rows.append((cost.account, read.name(n), market, item, amount * musd, amount * musd * factor))
    return rows


def prices_of(model: Model, filed: list[FiledRow], answer: Answer) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Rows of the table of prices, each with its row in the program: limits whose dual is not zero."""
    if not answer.duals.size:
        return
    tree = model.instance.tree
    floor = 1e-9 * max(1.0, float(np.abs(answer.duals).max(initial=0.0)))
    for position, (entry, row_dual) in enumerate(zip(filed, answer.duals.tolist(), strict=False)):
        dual = row_dual
        if entry.rule.unit is None or abs(dual) <= floor:
            continue
        scale, unit = price_unit(model.instance, entry)
        if entry.scaled_by is not None:
            dual *= float(answer.values[model.program.position(entry.scaled_by)])
            if abs(dual) <= floor:
                continue
        present_usd = abs(dual) * model.instance.units.musd * USD_PER_MUSD / scale
        node = tree[entry.node]
        of_the_day = present_usd if entry.spans else present_usd / (node.probability * tree.discount[node.index])
        limit = entry.limit_in(answer.values, model.program)
        weight = abs(dual) * (limit or 0.0) * model.instance.units.musd
        where = ", ".join(entry.where)
        more = COSTS_MORE if entry.rule.floor else SAVES
        shown = float("nan") if limit is None else limit * scale
        yield (entry.rule.name, where, node.name, of_the_day, unit, shown, weight, entry.typed, more), position


def price_unit(instance: Instance, entry: FiledRow) -> tuple[float, str]:
    """What one model unit of a row's limit is in the unit of its price, and that unit's name."""
    if entry.unit is not None:
        return entry.unit
    units = instance.units
    scale = {
        "MW": units.mw,
        "MWh": _mwh(instance),
        "chips": units.chips,
        "pool units": units.chips,
        "PFLOP/s": units.pflops,
        "t CO2": _mwh(instance),
        "million USD": units.musd,
    }
    assert entry.rule.unit is not None
    return scale[entry.rule.unit], entry.rule.unit
