"""Orders, deliveries, stock and fleet of one scenario, worked out from what was ordered and installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from planner.discounting import loss_per_period
from planner.plan_reader.period_values import PeriodValues
from planner.timeline import PerPeriod
from planner.units import USD_PER_MUSD

Pair: TypeAlias = tuple[str, str]
"""Chip and market, or chip and site."""


class Fate(NamedTuple):
    """How an order of the plan ends, in periods."""

    arrived: int | None
    """Period of arrival; none when cancelled or beyond the horizon."""
    cancelled: int | None
    """Period in which a ban cancels it, if one does."""
    refund_share: float
    """Share of the money already paid that comes back."""


class ChipDecisions(NamedTuple):
    """What a plan decides about chips, by period."""

    ordered: Mapping[Pair, PerPeriod]
    """Chips ordered, by chip and market."""
    scrapped: Mapping[Pair, PerPeriod]
    """Chips retired from stock, by chip and market."""
    install: Mapping[Pair, PerPeriod]
    """Chips installed, by chip and site."""
    retire: Mapping[Pair, PerPeriod]
    """Chips retired from sites, by chip and site."""


@dataclass(frozen=True)
class Order:
    """What becomes of one order."""

    name: str
    """Node of the order, or the name of an order placed before the plan."""
    chip: str
    """Chip."""
    market: str
    """Market."""
    units: float
    """Chips."""
    ordered: int | None
    """Period of the order; none for an order placed before the plan."""
    arrived: int | None
    """Period of arrival; none when cancelled or beyond the horizon."""
    cancelled: int | None
    """Period in which a ban cancels it, if one does."""
    refund_share: float
    """Share of the money already paid that comes back."""


@dataclass(frozen=True)
class Fleets:
    """Chips over the periods of one scenario, by chip and market or by chip and site."""

    orders: tuple[Order, ...]
    """Every order, those placed before the plan included."""
    delivered: Mapping[Pair, PerPeriod]
    """Chips that arrive."""
    cancelled: Mapping[Pair, PerPeriod]
    """Chips cancelled by a ban."""
    installed: Mapping[Pair, PerPeriod]
    """Chips installed in a market."""
    stock: Mapping[Pair, PerPeriod]
    """Chips that wait for a hall."""
    fleet: Mapping[Pair, PerPeriod]
    """Chips at a site."""
    in_market: Mapping[Pair, PerPeriod]
    """Chips at the sites of a market."""
    young: Mapping[Pair, PerPeriod]
    """Chips of a market whose service life has not ended, retired ones included."""


def fate(values: PeriodValues, chip: str, market: str, ordered: int) -> Fate:
    """How an order of the plan in a period ends; one that nobody offers ends nowhere."""
    channel = values.channel(chip, market)
    if channel is None:
        return Fate(None, None, 0.0)
    lead = values.of(channel.lead_months)[ordered]
    extra = inspection_months(values, chip, market)
    due = next((t for t in values.periods[ordered:] if values.line.reach(t, lead + extra[t]) >= ordered), None)
    last = len(values.periods) - 1 if due is None else due
    cancelled, refund = cancellation(values, chip, market, ordered + 1, last)
    return Fate(due if cancelled is None else None, cancelled, refund)


def inspection_months(values: PeriodValues, chip: str, market: str) -> PerPeriod:
    """Months that inspections add to the lead time, by period."""
    months = [0.0 for _ in values.periods]
    for rule in values.case.policy.inspections.values():
        if chip in rule.chips and market in rule.markets:
            for t in values.periods:
                months[t] += values.of(rule.months)[t] if values.in_force(rule)[t] else 0.0
    return months


def cancellation(values: PeriodValues, chip: str, market: str, first: int, last: int) -> tuple[int | None, float]:
    """First period of a span in which a ban cancels undelivered orders, and the share refunded.

    Where several bans begin together, the least refund counts.
    """
    bans = [
        ban
        for ban in values.case.policy.bans.values()
        if chip in ban.chips and market in ban.markets and ban.undelivered == "cancelled"
    ]
    for t in range(first, min(last, len(values.periods) - 1) + 1):
        shares = [ban.refund_share for ban in bans if values.in_force(ban)[t]]
        if shares:
            return t, min(shares)
    return None, 0.0


def banned(values: PeriodValues, chip: str, market: str) -> list[bool]:
    """Whether a ban, of either kind, is in force by period."""
    bans = [ban for ban in values.case.policy.bans.values() if chip in ban.chips and market in ban.markets]
    return [any(values.in_force(ban)[t] for ban in bans) for t in values.periods]


def orders_of(values: PeriodValues, nodes: tuple[str, ...], ordered: Mapping[Pair, PerPeriod]) -> Iterator[Order]:
    """Every order of the plan, from chips ordered by chip and market, and every order placed before it."""
    for (chip, market), units in ordered.items():
        for t in values.periods:
            if units[t] != 0.0:
                yield Order(nodes[t], chip, market, units[t], t, *fate(values, chip, market, t))
    for name, placed in values.case.orders_placed.items():
        due = values.line.from_date(placed.due)
        stopped, refund = (
            cancellation(values, placed.chip, placed.market, 0, due) if placed.cancellable else (None, 0.0)
        )
        arrives = due if stopped is None and due < len(values.periods) else None
        yield Order(name, placed.chip, placed.market, placed.units, None, arrives, stopped, refund)


def paid_musd(values: PeriodValues, order: Order) -> float:
    """Money paid for an order before it arrives, million USD."""
    if order.ordered is None:
        return values.case.orders_placed[order.name].deposit_paid_usd / USD_PER_MUSD
    channel = values.case.chips[order.chip].markets[order.market]
    share = values.of(channel.deposit_share)[order.ordered]
    return share * values.of(channel.price_usd)[order.ordered] * order.units / USD_PER_MUSD


def kept(values: PeriodValues, chip: str) -> PerPeriod:
    """Share of a chip's fleet in the period before that has not failed for good, by period; all in the first."""
    rate = values.case.chips[chip].attrition_per_year
    return [1.0 if t == 0 else 1.0 - loss_per_period(rate, values.years[t - 1]) for t in values.periods]


def left(values: PeriodValues, chip: str, since: int, period: int) -> float:
    """Share of a chip's fleet in one period that has not failed for good in a later one."""
    return values.left(values.case.chips[chip].attrition_per_year)[since][period - since]


def fleets(values: PeriodValues, nodes: tuple[str, ...], decided: ChipDecisions) -> Fleets:
    """The state of every chip that follows from what is decided; `nodes` are those of the periods, in their order."""
    case, install, retire = values.case, decided.install, decided.retire
    orders = tuple(orders_of(values, nodes, decided.ordered))
    pairs = [(chip, market) for chip in case.chips for market in case.markets]
    delivered, cancelled, installed, in_market = ({pair: _zeros(values) for pair in pairs} for _ in range(4))
    for order in orders:
        if order.arrived is not None:
            delivered[order.chip, order.market][order.arrived] += order.units
        if order.cancelled is not None:
            cancelled[order.chip, order.market][order.cancelled] += order.units
    at_sites = dict.fromkeys((*install, *retire, *((c, s) for s in case.sites for c in case.sites[s].existing_fleet)))
    fleet: dict[Pair, PerPeriod] = {}
    nothing = _zeros(values)
    for chip, site in at_sites:
        given = case.sites[site].existing_fleet.get(chip)
        came, went = install.get((chip, site), nothing), retire.get((chip, site), nothing)
        change = [i - r for i, r in zip(came, went, strict=True)]
        fleet[chip, site] = carried(given.units if given else 0.0, change, kept(values, chip))
        pair = chip, case.market_of(site)
        for t in values.periods:
            installed[pair][t] += came[t]
            in_market[pair][t] += fleet[chip, site][t]
    stock: dict[Pair, PerPeriod] = {}
    for chip, market in pairs:
        channel = values.channel(chip, market)
        gone = decided.scrapped.get((chip, market), nothing)
        change = [
            came - used - lost
            for came, used, lost in zip(delivered[chip, market], installed[chip, market], gone, strict=True)
        ]
        stock[chip, market] = carried(channel.stock_units if channel else 0.0, change, kept(values, chip))
    young = {pair: series for pair in pairs if (series := _young(values, *pair, delivered[pair])) is not None}
    return Fleets(orders, delivered, cancelled, installed, stock, fleet, in_market, young)


def carried(before: float, changes: PerPeriod, kept: PerPeriod) -> PerPeriod:
    """A stock over time from what it was before, its changes and the share kept from each period to the next.

    >>> carried(100.0, [20.0, 0.0, -10.0], [1.0, 0.5, 0.5])
    [120.0, 60.0, 20.0]
    """
    level, levels = before, []
    for change, share in zip(changes, kept, strict=True):
        level = share * level + change
        levels.append(level)
    return levels


def _young(values: PeriodValues, chip: str, market: str, delivered: PerPeriod) -> PerPeriod | None:
    """Chips of a market within their service life; none where no life is given."""
    case, horizon = values.case, len(values.periods)
    life = case.chips[chip].service_life_years
    existing = [
        site.existing_fleet[chip]
        for name, site in case.sites.items()
        if chip in site.existing_fleet and case.market_of(name) == market
    ]
    if life is None and all(units.until is None for units in existing):
        return None
    channel = values.channel(chip, market)
    before = sum(units.units for units in existing)
    arrivals = list(delivered)
    arrivals[0] += channel.stock_units if channel else 0.0
    changes = list(arrivals)
    if life is not None:
        for t, end in enumerate(values.life_ends(life)):
            if end < horizon:
                changes[end] -= left(values, chip, t, end) * arrivals[t]
    for units in existing:
        end = horizon if units.until is None else values.line.from_date(units.until)
        if end < horizon:
            changes[end] -= left(values, chip, 0, end) * units.units
    return carried(before, changes, kept(values, chip))


def _zeros(values: PeriodValues) -> PerPeriod:
    return [0.0 for _ in values.periods]
