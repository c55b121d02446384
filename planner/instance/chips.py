"""Chips unrolled: what may be ordered where and when, when it arrives, what cancels it and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from planner.discounting import loss_per_period, share_left, unspent_share
from planner.instance.order_fates import Arrival, Cancellation, KeptChips, PlacedArrival, PlacedCancellation
from planner.instance.tree import Tree, fractions
from planner.schema import Case
from planner.schema.chips import Channel
from planner.schema.policy import Ban
from planner.timeline import Timeline
from planner.units import KW_PER_MW, USD_PER_MUSD, Units

Holding = tuple[str, str]
"""Chip and market."""
At = tuple[str, str, int]
"""Chip, market and node."""


@dataclass
class Chips:
    """Sets and parameters of chips, in model units; money is not discounted."""

    names: tuple[str, ...]
    load: Mapping[str, float]
    """Power of one unit of chips."""
    keep: Mapping[str, tuple[float, ...]]
    """By period, share of what stood the period before that is left; 1 in the first."""
    origin: Mapping[str, str | None]
    holdings: tuple[Holding, ...]
    """Chips and the markets where they can be."""
    offered: list[At] = field(default_factory=list)
    """Orders that can be placed and arrive somewhere."""
    arrivals: dict[At, list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    cancellations: dict[At, list[Cancellation]] = field(default_factory=lambda: defaultdict(list))
    placed_arrivals: dict[At, list[PlacedArrival]] = field(default_factory=lambda: defaultdict(list))
    placed_cancellations: dict[At, list[PlacedCancellation]] = field(default_factory=lambda: defaultdict(list))
    fee_shares: dict[At, dict[str, float]] = field(default_factory=dict)
    """Share of the import fee in force by the rule that asks for it."""
    cancelled_by: dict[At, str] = field(default_factory=dict)
    """Ban that cancels what is not delivered."""
    held: set[At] = field(default_factory=set)
    """Where stock can be: something has arrived by then."""
    stock_before: dict[Holding, float] = field(default_factory=dict)
    fleet_before: dict[tuple[str, str], float] = field(default_factory=dict)
    """Existing fleet by chip and site."""
    fleet_until: dict[tuple[str, str], int] = field(default_factory=dict)
    """Period in which the life of an existing fleet ends, where it does inside the horizon."""
    fleets: list[tuple[str, str, int]] = field(default_factory=list)
    """Chip, site and node where a fleet can be."""
    fleet_set: set[tuple[str, str, int]] = field(default_factory=set)
    installable: set[tuple[str, str, int]] = field(default_factory=set)
    evicted: set[tuple[str, str, int]] = field(default_factory=set)
    price: dict[At, float] = field(default_factory=dict)
    deposit: dict[At, float] = field(default_factory=dict)
    """Part of the price of one unit that is paid at the order."""
    lot: dict[Holding, float] = field(default_factory=dict)
    """Chips in a lot, where orders are in whole lots."""
    supply: dict[At, float] = field(default_factory=dict)
    shared_supply: dict[tuple[str, int], float] = field(default_factory=dict)
    pool_capacity: dict[tuple[str, int], float] = field(default_factory=dict)
    pool_take: dict[str, dict[str, float]] = field(default_factory=dict)
    """Units of each pool that one unit of chips takes, by pool and chip."""
    holding_cost: dict[tuple[str, int], float] = field(default_factory=dict)
    upkeep: dict[tuple[str, int], float] = field(default_factory=dict)
    usable: dict[At, float] = field(default_factory=dict)
    ageing: dict[Holding, tuple[int, ...]] = field(default_factory=dict)
    """By period, the first one without what was delivered in it, where some life ends inside the horizon."""
    leaving_before: dict[At, float] = field(default_factory=dict)
    """Units from before the plan that reach the end of their life at a node."""
    young_before: dict[Holding, float] = field(default_factory=dict)
    residual: list[KeptChips] = field(default_factory=list)
    """What may keep a value at the end."""

    def left(self, chip: str, tree: Tree, since: int, node: int) -> float:
        """Share that attrition leaves at a node of what stood at another on the way there."""
        rate, line = tree[0].case.chips[chip].attrition_per_year, tree.timeline
        return share_left(rate, line.runs(tree[since].period, tree[node].period))


def _kept(rate: float, line: Timeline) -> tuple[float, ...]:
    return tuple(1.0 if t == 0 else 1.0 - loss_per_period(rate, line.years(t - 1)) for t in line)


def unroll_chips(case: Case, tree: Tree, units: Units) -> Chips:
    """Every chip over every market and node."""
    names = tuple(sorted(case.chips))
    line = tree.timeline
    holdings = {(name, market) for name in names for market in case.chips[name].markets}
    holdings |= {(name, case.market_of(site)) for site in case.sites for name in case.sites[site].existing_fleet}
    holdings |= {(order.chip, order.market) for order in case.orders_placed.values()}
    chips = Chips(
        names=names,
        load={name: case.chips[name].it_kw / KW_PER_MW * units.chips / units.mw for name in names},
        keep={name: _kept(case.chips[name].attrition_per_year, line) for name in names},
        origin={name: case.chips[name].origin for name in names},
        holdings=tuple(sorted(holdings)),
    )
    for chip, market in chips.holdings:
        channel = case.chips[chip].markets.get(market)
        chips.stock_before[chip, market] = channel.stock_units / units.chips if channel else 0.0
        if channel and channel.lot_units is not None and case.settings.whole_lots:
            chips.lot[chip, market] = channel.lot_units / units.chips
        _unroll_channel(chips, chip, market, tree, units)
    _unroll_placed(chips, case, tree, units)
    _unroll_shared(chips, case, tree, units)
    _unroll_fleets(chips, case, tree, units)
    chips.fleet_set = set(chips.fleets)
    _unroll_lives(chips, case, tree, units)
    _unroll_residual(chips, case, tree, units)
    return chips


def _channel(tree: Tree, chip: str, market: str, index: int) -> Channel | None:
    return tree[index].case.chips[chip].markets.get(market)


def _bans(tree: Tree, chip: str, market: str, index: int) -> dict[str, Ban]:
    return {
        name: ban
        for name, ban in tree[index].case.policy.bans.items()
        if chip in ban.chips and market in ban.markets and tree.in_force(ban, index)
    }


def _cancelling(tree: Tree, chip: str, market: str) -> dict[int, tuple[float, str]]:
    """Refund share of the ban that cancels undelivered orders, with its name, by node; of several the least refund."""
    refunds = {}
    for node in tree:
        bans = _bans(tree, chip, market, node.index).items()
        shares = [(ban.refund_share, name) for name, ban in bans if ban.undelivered == "cancelled"]
        if shares:
            refunds[node.index] = min(shares)
    return refunds


def _fee_rates(tree: Tree, chip: str, market: str, index: int) -> dict[str, float]:
    """Import fees in force, as fractions of the customs value, by rule."""
    return {
        name: tree.value(fee.rate, index)
        for name, fee in tree[index].case.policy.import_fees.items()
        if chip in fee.chips and market in fee.markets and tree.in_force(fee, index)
    }


def inspection_months(tree: Tree, chip: str, market: str, index: int) -> float:
    """Months that inspections in force add to a lead time."""
    return sum(
        tree.value(rule.months, index)
        for rule in tree[index].case.policy.inspections.values()
        if chip in rule.chips and market in rule.markets and tree.in_force(rule, index)
    )


def _unroll_channel(chips: Chips, chip: str, market: str, tree: Tree, units: Units) -> None:
    line = tree.timeline
    money = units.chips / USD_PER_MUSD / units.musd
    cancelling = _cancelling(tree, chip, market)
    chips.cancelled_by |= {(chip, market, n): ban for n, (_, ban) in cancelling.items()}
    fee_rates = [_fee_rates(tree, chip, market, node.index) for node in tree]
    chips.fee_shares |= {(chip, market, n): fractions(rates) for n, rates in enumerate(fee_rates)}
    inspected = [inspection_months(tree, chip, market, node.index) for node in tree]
    banned = {node.index for node in tree if _bans(tree, chip, market, node.index)}
    for node in tree:
        channel = _channel(tree, chip, market, node.index)
        at = (chip, market, node.index)
        chip_row = node.case.chips[chip]
        working = tree.value(chip_row.availability, node.index)
        chips.usable[at] = working * (tree.value(channel.usable_share, node.index) if channel else 1.0)
        if channel is None:
            continue
        chips.price[at] = tree.value(channel.price_usd, node.index) * money
        if channel.supply_per_year is not None:
            supply = tree.value(channel.supply_per_year, node.index) * tree.value(channel.operator_share, node.index)
            chips.supply[at] = supply * line.years(node.period) / units.chips
        day = line.first_day(node.period)
        if node.index in banned or not _on_sale(channel, day):
            continue
        lead = tree.value(channel.lead_months, node.index)
        deposit = tree.value(channel.deposit_share, node.index)
        value = tree.value(channel.chip_value_usd, node.index) * money
        ends = list(
            tree.first_below(
                node.index,
                _arrived(tree, node.period, lead, inspected),
                stopped=cancelling.__contains__,
            )
        )
        if not any(reached for _, reached in ends):
            continue
        chips.offered.append(at)
        chips.deposit[at] = deposit * chips.price[at]
        for there, reached in ends:
            if reached:
                chips.arrivals[chip, market, there].append(
                    Arrival(
                        order=node.index,
                        price=chips.price[at],
                        balance=chips.price[at] - chips.deposit[at],
                        fee=sum(fee_rates[there].values()) * value,
                    )
                )
            else:
                chips.cancellations[chip, market, there].append(
                    Cancellation(order=node.index, refund=cancelling[there][0] * chips.deposit[at])
                )


def _on_sale(channel: Channel, day: date) -> bool:
    since, until = channel.available_from, channel.available_until
    return (since is None or since <= day) and (until is None or day < until)


def _arrived(tree: Tree, ordered: int, lead: float, inspected: list[float]) -> Callable[[int], bool]:
    """Test of a node: whether an order has arrived, its lead as quoted and the inspection in force there."""
    line = tree.timeline
    return lambda index: line.reach(tree[index].period, lead + inspected[index]) >= ordered


def _unroll_placed(chips: Chips, case: Case, tree: Tree, units: Units) -> None:
    line = tree.timeline
    for name in sorted(case.orders_placed):
        order = case.orders_placed[name]
        cancelling = _cancelling(tree, order.chip, order.market) if order.cancellable else {}
        balance = (order.units * order.price_usd - order.deposit_paid_usd) / USD_PER_MUSD / units.musd
        due = [line.from_date(node.case.orders_placed[name].due) for node in tree]
        for there, arrives in _fate_of_placed(tree, due, cancelling):
            at = (order.chip, order.market, there)
            count = order.units / units.chips
            if arrives:
                channel = _channel(tree, order.chip, order.market, there)
                value = tree.value(channel.chip_value_usd, 0) if channel else 0.0
                fee = sum(_fee_rates(tree, order.chip, order.market, there).values()) * value * order.units
                chips.placed_arrivals[at].append(PlacedArrival(name, count, balance, fee / USD_PER_MUSD / units.musd))
            else:
                refund = cancelling[there][0] * order.deposit_paid_usd / USD_PER_MUSD / units.musd
                chips.placed_cancellations[at].append(PlacedCancellation(name, count, refund))


def _fate_of_placed(tree: Tree, due: list[int], cancelling: Container[int]) -> Iterator[tuple[int, bool]]:
    """Where an order from before the plan ends on each branch: cancelled, by the root already, or arrived."""
    if 0 in cancelling:
        yield 0, False
        return
    yield from tree.first_below(0, lambda index: tree[index].period >= due[index], stopped=cancelling.__contains__)


def _unroll_shared(chips: Chips, case: Case, tree: Tree, units: Units) -> None:
    for node in tree:
        years = tree.timeline.years(node.period)
        for name in chips.names:
            chip = node.case.chips[name]
            at = (name, node.index)
            per_unit_year = years * units.chips / USD_PER_MUSD / units.musd
            chips.upkeep[at] = tree.value(chip.om_usd_per_unit_year, node.index) * per_unit_year
            chips.holding_cost[at] = tree.value(chip.holding_usd_per_unit_year, node.index) * per_unit_year
            if chip.supply_per_year is not None:
                supply = tree.value(chip.supply_per_year, node.index) * tree.value(chip.operator_share, node.index)
                chips.shared_supply[at] = supply * years / units.chips
        for name, pool in node.case.pools.items():
            share = tree.value(pool.yield_share, node.index) * tree.value(pool.operator_share, node.index)
            capacity = tree.value(pool.capacity_per_year, node.index) * share
            chips.pool_capacity[name, node.index] = capacity * years / units.chips
    for pool_name in sorted(case.pools):
        takes = {name: case.chips[name].pools[pool_name] for name in chips.names if pool_name in case.chips[name].pools}
        chips.pool_take[pool_name] = takes


def _unroll_fleets(chips: Chips, case: Case, tree: Tree, units: Units) -> None:
    sites_in: dict[str, list[str]] = defaultdict(list)
    for site in sorted(case.sites):
        sites_in[case.market_of(site)].append(site)
        for name, fleet in case.sites[site].existing_fleet.items():
            chips.fleet_before[name, site] = fleet.units / units.chips
            if fleet.until is not None and tree.timeline.from_date(fleet.until) < tree.timeline.periods:
                chips.fleet_until[name, site] = tree.timeline.from_date(fleet.until)
    for chip, market in chips.holdings:
        for node in tree:
            at = (chip, market, node.index)
            parent_holds = node.parent is not None and (chip, market, node.parent) in chips.held
            if parent_holds or chips.stock_before[chip, market] or at in chips.arrivals or at in chips.placed_arrivals:
                chips.held.add(at)
            for site in sites_in[market]:
                if at not in chips.held and (chip, site) not in chips.fleet_before:
                    continue
                chips.fleets.append((chip, site, node.index))
                bars = [
                    bar
                    for bar in node.case.policy.site_bars.values()
                    if chip in bar.chips and site in bar.sites and tree.in_force(bar, node.index)
                ]
                if at in chips.held and not bars:
                    chips.installable.add((chip, site, node.index))
                if any(bar.evict for bar in bars):
                    chips.evicted.add((chip, site, node.index))


def _unroll_lives(chips: Chips, case: Case, tree: Tree, units: Units) -> None:
    """Service lives that end inside the horizon, oldest chips first."""
    line = tree.timeline
    for chip, market in chips.holdings:
        years = case.chips[chip].service_life_years
        ends = tuple(line.life_ends(t, years) if years is not None else line.periods for t in line)
        fleets = [
            (site.existing_fleet[chip].units / units.chips, site.existing_fleet[chip].until)
            for name, site in case.sites.items()
            if chip in site.existing_fleet and case.market_of(name) == market
        ]
        stock = chips.stock_before[chip, market]
        leaving: dict[int, float] = defaultdict(float)
        for count, until in fleets:
            if until is not None and line.from_date(until) < line.periods:
                leaving[line.from_date(until)] += count
        if stock and ends[0] < line.periods:
            leaving[ends[0]] += stock
        delivered = any((chip, market, node.index) in chips.held for node in tree if ends[node.period] < line.periods)
        if not leaving and not delivered:
            continue
        chips.ageing[chip, market] = ends
        chips.young_before[chip, market] = stock + sum(count for count, _ in fleets)
        for node in tree:
            if node.period in leaving:
                left = chips.left(chip, tree, 0, node.index) * leaving[node.period]
                chips.leaving_before[chip, market, node.index] = left


def _unroll_residual(chips: Chips, case: Case, tree: Tree, units: Units) -> None:
    line = tree.timeline
    at_paid = case.settings.residual_price == "paid"
    paths = {leaf: frozenset(tree.path(leaf)) for leaf in tree.leaves}
    for (chip, market, there), arrivals in chips.arrivals.items():
        life = case.chips[chip].residual_life_years
        if life is None:
            continue
        share = unspent_share(line.years_between(tree[there].period, line.periods), life)
        for leaf in tree.leaves:
            if there not in paths[leaf]:
                continue
            left = chips.left(chip, tree, there, leaf)
            for arrival in arrivals:
                last = chips.price.get((chip, market, leaf), 0.0)
                price = arrival.price if at_paid else min(arrival.price, last)
                if share * price > 0:
                    lot = KeptChips(chip, market, arrival.order, there, leaf, left, share, share * price)
                    chips.residual.append(lot)
