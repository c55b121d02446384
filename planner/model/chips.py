"""Orders, stock, fleet, service life, and the supplies that limit orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from planner.instance.chips import At, Holding
from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def delivered(m: Model, chip: str, market: str, n: int) -> list[Term]:
    """Orders of the plan that arrive at a node."""
    return [
        (m.order[chip, market, arrival.order], 1.0) for arrival in m.instance.chips.arrivals.get((chip, market, n), ())
    ]


def delivered_before_plan(m: Model, chip: str, market: str, n: int) -> float:
    """Chips ordered before the plan that arrive at a node."""
    return sum(placed.units for placed in m.instance.chips.placed_arrivals.get((chip, market, n), ()))


def stock_balance(m: Model) -> Iterator[RuleRow]:
    """Delivered chips wait in stock until they are installed or retired, chips."""
    chips, power = m.instance.chips, m.instance.power
    for chip, market, n in m.stock:
        given = delivered_before_plan(m, chip, market, n)
        if m.instance.tree[n].parent is None:
            given += chips.stock_before[chip, market]
        installed = ((m.install[chip, s, n], 1.0) for s in power.sites_in_market[market] if (chip, s, n) in m.install)
        arrived = ((order, -weight) for order, weight in delivered(m, chip, market, n))
        now = [(m.stock[chip, market, n], 1.0), (m.scrap[chip, market, n], 1.0)]
        before = m.before(m.stock, chip, market, n, keep=m.keeps(chip, n))
        yield RuleRow((chip, market), n, total(now, before, arrived, installed) == given)


def fleet_balance(m: Model) -> Iterator[RuleRow]:
    """The fleet is what is left of the fleet before, and what is installed, less what is retired, chips."""
    chips = m.instance.chips
    for chip, site, n in m.fleet:
        at = (chip, site, n)
        given = chips.fleet_before.get((chip, site), 0.0) if m.instance.tree[n].parent is None else 0.0
        now = [(m.fleet[at], 1.0), (m.retire[at], 1.0)]
        if at in m.install:
            now.append((m.install[at], -1.0))
        yield RuleRow((chip, site), n, total(now, m.before(m.fleet, *at, keep=m.keeps(chip, n))) == given)


def powered_fleet(m: Model) -> Iterator[RuleRow]:
    """Chips that are switched on are installed, chips."""
    for at, powered in m.powered.items():
        yield RuleRow(at[:2], at[2], total([(powered, 1.0), (m.fleet[at], -1.0)]) <= 0)


def eviction(m: Model) -> Iterator[RuleRow]:
    """Chips that a rule evicts from a site leave it, chips."""
    for at in sorted(m.instance.chips.evicted):
        if at in m.fleet:
            yield RuleRow(at[:2], at[2], total([(m.fleet[at], 1.0)]) <= 0)


def youth_balance(m: Model) -> Iterator[RuleRow]:
    """Chips young enough to run are those delivered, less those whose service life has ended, chips."""
    chips, tree = m.instance.chips, m.instance.tree
    for chip, market, n in m.young:
        ends = chips.ageing[chip, market]
        given = delivered_before_plan(m, chip, market, n) - chips.leaving_before.get((chip, market, n), 0.0)
        arrived = [(order, -weight) for order, weight in delivered(m, chip, market, n)]
        if tree[n].parent is None:
            given += chips.young_before[chip, market]
        ended: list[Term] = []
        for born in tree.path(n)[:-1]:
            if ends[tree[born].period] == tree[n].period:
                left = chips.left(chip, tree, born, n)
                given -= left * delivered_before_plan(m, chip, market, born)
                ended += [(order, left * weight) for order, weight in delivered(m, chip, market, born)]
        before = m.before(m.young, chip, market, n, keep=m.keeps(chip, n))
        yield RuleRow((chip, market), n, total([(m.young[chip, market, n], 1.0)], before, arrived, ended) == given)


def service_life(m: Model) -> Iterator[RuleRow]:
    """Chips past their service life leave the fleet and the stock, oldest first, chips.

    The price is what one more chip kept beyond its life would save, USD per chip.
    """
    power = m.instance.power
    for chip, market, n in m.young:
        fleet = ((m.fleet[chip, s, n], 1.0) for s in power.sites_in_market[market] if (chip, s, n) in m.fleet)
        stock = [(m.stock[chip, market, n], 1.0)] if (chip, market, n) in m.stock else []
        yield RuleRow((chip, market), n, total(fleet, stock, [(m.young[chip, market, n], -1.0)]) <= 0)


def whole_lots(m: Model) -> Iterator[RuleRow]:
    """Where chips come in whole lots, an order is a number of them, chips."""
    for at, count in m.lots.items():
        size = m.instance.chips.lot[at[:2]]
        yield RuleRow(at[:2], at[2], total([(m.order[at], 1.0), (count, -size)]) == 0)


class Draw(NamedTuple):
    """Orders that share what is made at a node, or at those that end with it and fill a lot."""

    where: tuple[str, ...]
    """Chip and market, chip, or pool."""
    nodes: tuple[int, ...]
    most: float
    orders: list[tuple[At, float]]
    """Each order, with what one of its chips takes."""

    def row(self, m: Model) -> RuleRow:
        """No more is taken than is made."""
        taken = total((m.order[at], take) for at, take in self.orders)
        return RuleRow(self.where, self.nodes[-1], taken <= self.most, limit=self.most, spans=len(self.nodes) > 1)


def _draw(m: Model, where: tuple[str, ...], takes: Mapping[Holding, float], rates: Mapping[int, float], n: int) -> Draw:
    """The draw that ends at a node on what is made, by the share of it that a chip takes in a market."""
    largest = max((take * m.instance.chips.lot.get(holding, 0.0) for holding, take in takes.items()), default=0.0)
    nodes, most = m.instance.tree.filling(n, rates, largest)
    orders = [((*holding, k), take) for k in nodes for holding, take in takes.items() if (*holding, k) in m.order]
    return Draw(where, nodes, most, orders)


def market_draws(m: Model) -> Iterator[Draw]:
    """Draws on the supply of a chip in a market."""
    rates: dict[Holding, dict[int, float]] = defaultdict(dict)
    for (chip, market, n), most in m.instance.chips.supply.items():
        rates[chip, market][n] = most
    for chip, market, n in m.instance.chips.supply:
        draw = _draw(m, (chip, market), {(chip, market): 1.0}, rates[chip, market], n)
        if draw.orders:
            yield draw


def chip_draws(m: Model) -> Iterator[Draw]:
    """Draws on the supply of a chip in all markets."""
    rates: dict[str, dict[int, float]] = defaultdict(dict)
    for (chip, n), most in m.instance.chips.shared_supply.items():
        rates[chip][n] = most
    for chip, n in m.instance.chips.shared_supply:
        yield _draw(m, (chip,), _takes(m, {chip: 1.0}), rates[chip], n)


def pool_draws(m: Model) -> Iterator[Draw]:
    """Draws on a pool that several chips share."""
    chips = m.instance.chips
    rates: dict[str, dict[int, float]] = defaultdict(dict)
    for (pool, n), most in chips.pool_capacity.items():
        rates[pool][n] = most
    for pool, n in chips.pool_capacity:
        yield _draw(m, (pool,), _takes(m, chips.pool_take[pool]), rates[pool], n)


def _takes(m: Model, by_chip: Mapping[str, float]) -> dict[Holding, float]:
    """What one chip takes, in every market where it can be."""
    return {
        holding: take for chip, take in by_chip.items() for holding in m.instance.chips.holdings if holding[0] == chip
    }


def supply(m: Model) -> Iterator[RuleRow]:
    """Orders of a chip in a market stay within this operator's share of its supply there, chips.

    Where a lot is larger than what a period supplies, over as many periods as fill it. The price is what one more chip
    on offer in that period would save, USD per chip.
    """
    return (draw.row(m) for draw in market_draws(m))


def shared_supply(m: Model) -> Iterator[RuleRow]:
    """Orders of a chip in all markets stay within this operator's share of its whole supply, chips.

    Where a lot is larger than what a period supplies, over as many periods as fill it. The price is what one more chip
    on offer in that period would save, USD per chip.
    """
    return (draw.row(m) for draw in chip_draws(m))


def supply_pools(m: Model) -> Iterator[RuleRow]:
    """Chips that draw on one pool of wafers, memory or packaging stay within this operator's share, pool units.

    Where a lot is larger than what a period supplies, over as many periods as fill it. The price is what one more unit
    of the pool in that period would save, USD per unit.
    """
    return (draw.row(m) for draw in pool_draws(m))
