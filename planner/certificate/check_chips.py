"""Checks of orders, supply, stock, fleet and what chips are left at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.certificate.check_sites import decided_whole
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, whole_number
from planner.certificate.scenario_path import ScenarioPath
from planner.plan_reader import banned, left
from planner.time_profile import Profile

_ROUNDING = 1e-9
"""Share of a lot that what is made may miss it by and still fill it."""


def orders_offered(r: Recomputed) -> Iterator[Finding]:
    """Chips are ordered only where they are offered, not banned and able to arrive within the horizon."""
    in_time = {
        (order.name, order.chip, order.market)
        for path in r.paths
        for order in path.fleets.orders
        if order.ordered is not None and order.arrived is not None
    }
    for path in r.paths:
        line = path.values.line
        for (chip, market), ordered in path.read("orders", "ordered").items():
            channel, closed = path.values.channel(chip, market), banned(path.values, chip, market)
            for t, node in enumerate(path.nodes):
                offered = channel is not None and line.in_force(t, channel.available_from, channel.available_until)
                if not offered or closed[t] or (node, chip, market) not in in_time:
                    yield at_most(ordered[t], 0.0, r.floors.chips, chip, market, node)


def whole_lots(r: Recomputed) -> Iterator[Finding]:
    """Where lots are whole, chips are ordered in whole numbers of them, as stated."""
    for path in r.paths:
        stated = path.tables.column("orders", "lots")
        for (chip, market), ordered in path.read("orders", "ordered").items():
            if lot := _lot(path, chip, market):
                for t, node in enumerate(path.nodes):
                    if decided_whole(r, path, node):
                        yield whole_number(ordered[t] / lot, chip, market, node)
                    if node in stated.get((chip, market), {}):
                        yield same(stated[chip, market][node], ordered[t] / lot, 1.0, chip, market, node)


def market_supply(r: Recomputed) -> Iterator[Finding]:
    """Orders of a chip in a market never exceed this operator's share of the supply there."""
    for path in r.paths:
        for (chip, market), ordered in path.read("orders", "ordered").items():
            channel = path.values.channel(chip, market)
            if channel is not None and channel.supply_per_year is not None:
                limit = _share(path, channel.supply_per_year, channel.operator_share)
                yield from _within(path, ordered, limit, _lot(path, chip, market), r.floors.chips, chip, market)


def chip_supply(r: Recomputed) -> Iterator[Finding]:
    """Orders of a chip in all markets together never exceed this operator's share of its supply."""
    for path in r.paths:
        for name, chip in path.case.chips.items():
            if chip.supply_per_year is not None:
                limit, ordered = _share(path, chip.supply_per_year, chip.operator_share), _ordered(path, name)
                yield from _within(path, ordered, limit, _largest_lot(path, name), r.floors.chips, name)


def pool_supply(r: Recomputed) -> Iterator[Finding]:
    """Orders never take more of a shared supply pool than this operator's share of its good units."""
    for path in r.paths:
        for name, pool in path.case.pools.items():
            take = {chip: row.pools[name] for chip, row in path.case.chips.items() if name in row.pools}
            limit = _share(path, pool.capacity_per_year, pool.operator_share)
            good = path.values.of(pool.yield_share)
            ordered = {chip: _ordered(path, chip) for chip in take}
            floor = r.floors.chips * max(take.values(), default=0.0)
            taken = [sum(take[chip] * ordered[chip][t] for chip in take) for t in path.values.periods]
            made = [each * share for each, share in zip(limit, good, strict=True)]
            largest = max((take[chip] * _largest_lot(path, chip) for chip in take), default=0.0)
            yield from _within(path, taken, made, largest, floor, name)


def stock_balance(r: Recomputed) -> Iterator[Finding]:
    """No chip is installed or scrapped before it is delivered: the stock of a market is never below zero."""
    for path in r.paths:
        for (chip, market), stock in path.fleets.stock.items():
            for t, node in enumerate(path.nodes):
                yield at_most(-stock[t], 0.0, r.floors.chips, chip, market, node)


def fleet_balance(r: Recomputed) -> Iterator[Finding]:
    """No site retires more chips than it has: its fleet is never below zero."""
    for path in r.paths:
        for (chip, site), fleet in path.fleets.fleet.items():
            for t, node in enumerate(path.nodes):
                yield at_most(-fleet[t], 0.0, r.floors.chips, chip, site, node)


def service_life(r: Recomputed) -> Iterator[Finding]:
    """Chips are retired, oldest first, by the end of their service life."""
    for path in r.paths:
        for (chip, market), young in path.fleets.young.items():
            kept, stock = path.fleets.in_market[chip, market], path.fleets.stock[chip, market]
            for t, node in enumerate(path.nodes):
                yield at_most(kept[t] + stock[t], young[t], r.floors.chips, chip, market, node)


def powered_chips(r: Recomputed) -> Iterator[Finding]:
    """No more chips are switched on at a site than are installed there."""
    for path in r.paths:
        zeros = [0.0 for _ in path.nodes]
        for (chip, site), powered in path.read("fleet", "powered").items():
            fleet = path.fleets.fleet.get((chip, site), zeros)
            for t, node in enumerate(path.nodes):
                yield at_most(powered[t], fleet[t], r.floors.chips, chip, site, node)


def residual_units(r: Recomputed) -> Iterator[Finding]:
    """Chips credited at the end are what wear leaves of their delivery, and no more than the fleet."""
    for path in r.paths:
        leaf = len(path.nodes) - 1
        most: dict[tuple[str, ...], float] = defaultdict(float)
        for order in path.fleets.orders:
            life = path.case.chips[order.chip].residual_life_years
            if order.ordered is not None and order.arrived is not None and life is not None:
                worn = left(path.values, order.chip, order.arrived, leaf) * order.units
                most[order.name, order.chip, order.market] += worn
        credited: dict[tuple[str, str], float] = defaultdict(float)
        for (name, chip, market), units in path.read("residuals", "units").items():
            for t, node in enumerate(path.nodes):
                limit = most[name, chip, market] if t == leaf else 0.0
                yield at_most(units[t], limit, r.floors.chips, chip, market, name, node)
            credited[chip, market] += units[leaf]
        for (chip, market), total in credited.items():
            fleet = path.fleets.in_market[chip, market][leaf]
            yield at_most(total, fleet, r.floors.chips, chip, market, path.nodes[leaf])


def _share(path: ScenarioPath, per_year: Profile, share: Profile) -> list[float]:
    """A share of an annual volume, by period."""
    each = zip(path.values.of(per_year), path.values.of(share), path.values.years, strict=True)
    return [volume * own * years for volume, own, years in each]


def _lot(path: ScenarioPath, chip: str, market: str) -> float:
    """Chips in a lot; 0 where any number can be ordered."""
    channel = path.case.chips[chip].markets.get(market)
    return (channel.lot_units or 0.0) if channel is not None and path.case.settings.whole_lots else 0.0


def _largest_lot(path: ScenarioPath, chip: str) -> float:
    return max((_lot(path, chip, market) for market in path.case.chips[chip].markets), default=0.0)


def _within(
    path: ScenarioPath, taken: list[float], made: list[float], lot: float, floor: float, *where: str
) -> Iterator[Finding]:
    """What is taken stays within what is made, in each period or in the fewest up to it that make a lot."""
    for t, node in enumerate(path.nodes):
        first = t
        while first > 0 and made[t] > 0.0 and sum(made[first : t + 1]) < lot * (1.0 - _ROUNDING):
            first -= 1
        yield at_most(sum(taken[first : t + 1]), sum(made[first : t + 1]), floor, *where, node)


def _ordered(path: ScenarioPath, chip: str) -> list[float]:
    """Chips ordered in all markets, by period."""
    orders = [units for (name, _), units in path.read("orders", "ordered").items() if name == chip]
    return [sum(units[t] for units in orders) for t in path.values.periods]
