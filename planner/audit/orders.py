"""Chips ordered, cancelled, delivered, and the supply that they draw on."""

from __future__ import annotations

from math import prod

from planner.audit.linear_program import Sum, total
from planner.audit.one_scenario import NamePair, ScenarioModel, SumByPeriod
from planner.schema.chips import PlacedOrder
from planner.schema.policy import Ban
from planner.time_profile import Profile


def orders(s: ScenarioModel) -> None:
    """Orders of every chip in every market, those placed before the plan, and the limits of supply."""
    arriving: dict[tuple[str, str], list[SumByPeriod]] = {pair: [[] for _ in s.periods] for pair in s.pairs}
    for pair in s.pairs:
        s.ordered[pair] = [Sum()] * s.last
        s.deliveries[pair] = []
    for chip, row in s.case.chips.items():
        for market in row.markets:
            for t in s.periods:
                _order(s, chip, market, t, arriving[chip, market])
    for placed in s.case.orders_placed.values():
        _placed(s, placed, arriving[placed.chip, placed.market])
    for pair in s.pairs:
        s.delivered[pair] = [total(each) for each in arriving[pair]]
    _supply(s)


def _bans(s: ScenarioModel, chip: str, market: str, t: int) -> list[Ban]:
    return [
        ban for ban in s.case.policy.bans.values() if chip in ban.chips and market in ban.markets and s.holds(ban, t)
    ]


def _cancels(s: ScenarioModel, chip: str, market: str, t: int) -> list[Ban]:
    return [ban for ban in _bans(s, chip, market, t) if ban.undelivered == "cancelled"]


def _fee_rate(s: ScenarioModel, chip: str, market: str, t: int) -> float:
    return sum(
        s.at(fee.rate, t)
        for fee in s.case.policy.import_fees.values()
        if chip in fee.chips and market in fee.markets and s.holds(fee, t)
    )


def _inspection(s: ScenarioModel, chip: str, market: str, t: int) -> float:
    return sum(
        s.at(rule.months, t)
        for rule in s.case.policy.inspections.values()
        if chip in rule.chips and market in rule.markets and s.holds(rule, t)
    )


def _order(s: ScenarioModel, chip: str, market: str, t: int, arriving: list[SumByPeriod]) -> None:
    """An order and what becomes of it: cancelled by the first ban on its way, or delivered and paid."""
    channel = s.case.chips[chip].markets[market]
    if not s.line.in_force(t, channel.available_from, channel.available_until) or _bans(s, chip, market, t):
        return
    lead = s.at(channel.lead_months, t)
    arrives = next((n for n in s.periods if s.line.reach(n, lead + _inspection(s, chip, market, n)) >= t), None)
    until = s.last - 1 if arrives is None else arrives
    cancelled = next((n for n in range(t + 1, until + 1) if _cancels(s, chip, market, n)), None)
    order = "order", chip, market
    if (arrives is None or cancelled is not None) and not s.useful(t, *order):
        return
    lot = _lot(s, chip, market)
    units = s.decide(t, *order, whole=lot > 0.0 and s.settled(t), size=lot or s.lot)
    s.ordered[chip, market][t] = units
    price, deposit = s.at(channel.price_usd, t), s.at(channel.deposit_share, t)
    s.book("chip purchase", market, t, units * (price * deposit / 1e6))
    if cancelled is not None:
        share = min(ban.refund_share for ban in _cancels(s, chip, market, cancelled))
        s.book("cancellation", market, cancelled, units * (-share * price * deposit / 1e6))
        return
    if arrives is None:
        return
    arriving[arrives].append(units)
    s.deliveries[chip, market].append((t, arrives, units))
    s.book("chip purchase", market, arrives, units * (price * (1.0 - deposit) / 1e6))
    fee = _fee_rate(s, chip, market, arrives) * s.at(channel.chip_value_usd, t)
    s.book("import fee", market, arrives, units * (fee / 1e6))


def _placed(s: ScenarioModel, placed: PlacedOrder, arriving: list[SumByPeriod]) -> None:
    chip, market, due = placed.chip, placed.market, s.line.from_date(placed.due)
    if placed.cancellable:
        for t in s.periods[: due + 1]:
            bans = _cancels(s, chip, market, t)
            if bans:
                share = min(ban.refund_share for ban in bans)
                s.book("cancellation", market, t, -share * placed.deposit_paid_usd / 1e6)
                return
    if due >= s.last:
        return
    arriving[due].append(Sum(placed.units))
    balance = placed.units * placed.price_usd - placed.deposit_paid_usd
    s.book("chip purchase", market, due, balance / 1e6)
    channel = s.case.chips[chip].markets.get(market)
    if channel is not None:
        fee = _fee_rate(s, chip, market, due) * s.at(channel.chip_value_usd, 0)
        s.book("import fee", market, due, placed.units * fee / 1e6)


def _supply(s: ScenarioModel) -> None:
    markets = list(s.case.markets)
    for chip, row in s.case.chips.items():
        for market, channel in row.markets.items():
            if channel.supply_per_year is not None:
                _share_out(s, {(chip, market): 1.0}, _made(s, channel.supply_per_year, channel.operator_share))
        if row.supply_per_year is not None:
            takes = {(chip, market): 1.0 for market in markets}
            _share_out(s, takes, _made(s, row.supply_per_year, row.operator_share))
    for name, pool in s.case.pools.items():
        takes = {(chip, market): s.case.chips[chip].pools.get(name, 0.0) for chip, market in s.pairs}
        _share_out(s, takes, _made(s, pool.capacity_per_year, pool.yield_share, pool.operator_share))


def _made(s: ScenarioModel, *factors: Profile) -> list[float]:
    """What is made for this operator in each period."""
    return [prod(s.at(each, t) for each in factors) * s.years[t] for t in s.periods]


def _share_out(s: ScenarioModel, takes: dict[NamePair, float], made: list[float]) -> None:
    """Orders take no more than is made in as many periods, counted back from each, as make the largest lot."""
    largest = max((take * _lot(s, *pair) for pair, take in takes.items()), default=0.0)
    for t in s.periods:
        run, amount = [t], made[t]
        while run[0] > 0 and made[t] > 0.0 and amount < largest * (1.0 - 1e-9):
            run.insert(0, run[0] - 1)
            amount += made[run[0]]
        s.program.most(total(s.ordered[pair][v] * take for v in run for pair, take in takes.items()), amount)


def _lot(s: ScenarioModel, chip: str, market: str) -> float:
    """Chips in a lot; 0 where any number can be ordered."""
    channel = s.case.chips[chip].markets.get(market)
    return 0.0 if channel is None or not s.case.settings.whole_lots else channel.lot_units or 0.0
