"""What a scenario leaves lying: cancelled orders, halls without chips, chips without halls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from planner.schema.scenarios import Scenario
from planner.solution import Solution
from planner.study.risk.record import Cancelled, Waste
from planner.time_profile import Profile, value_at
from planner.units import USD_PER_MUSD


class Losses:
    """A scenario of a plan, looked through for what lies idle or is lost."""

    def __init__(self, scenario: Scenario, solution: Solution) -> None:
        """Read the nodes that a scenario passes."""
        paths = solution["paths"]
        mine = paths[paths["scenario"] == scenario.name].sort_values("period")
        self.case = scenario.case
        self.line = scenario.case.settings.timeline
        self.period = dict(zip(mine["node"], mine["period"], strict=True))
        self._solution = solution

    def cancelled(self) -> tuple[Cancelled, ...]:
        """Orders that a ban cancels, with what was paid for them."""
        arrived = {(order, chip, market) for order, chip, market in self._rows("deliveries", "order", "chip", "market")}
        orders: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        ended: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        for node, chip, market, ordered, gone in self._rows("orders", "node", "chip", "market", "ordered", "cancelled"):
            if ordered > 0 and (node, chip, market) not in arrived:
                orders[chip, market].append((self.period[node], ordered))
            if gone > 0:
                ended[chip, market].append((self.period[node], gone))
        refunds: dict[tuple[str, str], float] = defaultdict(float)
        for account, market, chip, musd in self._rows("ledger", "account", "market", "item", "musd"):
            if account == "cancellation":
                refunds[chip, market] -= musd
        found = []
        for (chip, market), ends in sorted(ended.items()):
            channel = self.case.chips[chip].markets.get(market)
            last = max(period for period, _ in ends)
            deposit, months, counted = 0.0, 0.0, 0.0
            for period, units in orders[chip, market]:
                if channel is not None and period < last:
                    end = min(at for at, _ in ends if at > period)
                    usd = self._at(channel.price_usd, period) * self._at(channel.deposit_share, period)
                    deposit += units * usd / USD_PER_MUSD
                    months += units * (self.line.offset(end) - self.line.offset(period))
                    counted += units
            placed = [
                order
                for name, order in self.case.orders_placed.items()
                if (order.chip, order.market) == (chip, market)
                and order.cancellable
                and (name, chip, market) not in arrived
            ]
            deposit += sum(order.deposit_paid_usd for order in placed) / USD_PER_MUSD
            months += sum(order.units * self.line.offset(ends[0][0]) for order in placed)
            counted += sum(order.units for order in placed)
            units = sum(amount for _, amount in ends)
            found.append(
                Cancelled(chip, market, units, months / counted if counted else 0.0, deposit, refunds[chip, market])
            )
        return tuple(found)

    def idle_halls(self) -> Waste:
        """Halls that are ready and have no chips switched on in them."""
        rate = self.case.settings.discount_rate
        capex: dict[str, float] = defaultdict(float)
        for account, site, musd in self._rows("ledger", "account", "item", "musd"):
            if account == "site capex":
                capex[site] += musd
        begun: dict[str, float] = defaultdict(float)
        for site, mw in self._rows("starts", "site", "start_mw"):
            begun[site] += mw
        by_period: dict[int, float] = defaultdict(float)
        musd = 0.0
        for node, site, ready, load in self._rows("halls", "node", "site", "it_mw", "it_load_mw"):
            idle, period = max(0.0, ready - load), self.period[node]
            by_period[period] += idle
            upkeep = self._at(self.case.sites[site].om_musd_per_mw_year, period)
            interest = rate * capex[site] / begun[site] if begun[site] > 0 else 0.0
            musd += idle * (upkeep + interest) * self.line.years(period)
        return self._waste(by_period, musd)

    def idle_chips(self) -> Waste:
        """Chips that are delivered and not switched on, in stock or at a site."""
        rate = self.case.settings.discount_rate
        by_period: dict[int, float] = defaultdict(float)
        musd = 0.0
        waiting = [
            *self._rows("orders", "node", "chip", "market", "stock"),
            *(
                (node, chip, self.case.market_of(site), fleet - powered)
                for node, chip, site, fleet, powered in self._rows("fleet", "node", "chip", "site", "fleet", "powered")
            ),
        ]
        for node, chip, market, count in waiting:
            idle, period = max(0.0, count), self.period[node]
            by_period[period] += idle
            row = self.case.chips[chip]
            channel = row.markets.get(market)
            price = self._at(channel.price_usd, period) if channel is not None else 0.0
            kept = self._at(row.holding_usd_per_unit_year, period) + rate * price
            musd += idle * kept / USD_PER_MUSD * self.line.years(period)
        return self._waste(by_period, musd)

    def _waste(self, by_period: Mapping[int, float], musd: float) -> Waste:
        """Most that lies idle in a period, how much over time and what that costs."""
        over_time = sum(idle * self.line.months(period) for period, idle in by_period.items())
        return Waste(max(by_period.values(), default=0.0), over_time, musd)

    def _rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        data = self._solution[table]
        mine = data[data["node"].isin(self.period)]
        return list(zip(*(mine[column].tolist() for column in columns), strict=True))

    def _at(self, profile: Profile, period: int) -> float:
        line = self.line
        return value_at(profile, line.first_day(period), line.first_day(period + 1), line.start)
