"""A case as arrays over labelled rows and periods, for linopy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from tests.benchmarks.peers.data import Data

Array: TypeAlias = np.ndarray[Any, Any]


class Rows:
    """The rows of arrays over (label, period), and ways to fill such arrays from dictionaries by label and period."""

    def __init__(self, name: str, keys: Iterable[Any], periods: int) -> None:
        self.name = name
        self.keys = sorted(set(keys))
        self.at = {key: position for position, key in enumerate(self.keys)}
        self.periods = periods
        self.index = pd.RangeIndex(len(self.keys), name=name)

    def mask(self, keys: Iterable[Any]) -> Array:
        """Where something exists, by label and period."""
        array = np.zeros((len(self.keys), self.periods), dtype=bool)
        for key in keys:
            array[self.at[_label(key)], key[-1]] = True
        return array

    def filled(self, values: Mapping[Any, float], missing: float = 0.0) -> Array:
        """Values by label and period."""
        array = np.full((len(self.keys), self.periods), missing)
        for key, value in values.items():
            array[self.at[_label(key)], key[-1]] = value
        return array

    def column(self, values: Mapping[Any, float], missing: float = 0.0) -> Array:
        """Values by label alone, as a column."""
        return np.array([values.get(key, missing) for key in self.keys])[:, None]

    def whence(self, matures: Mapping[Any, int]) -> Array:
        """Period whose decision matures in each period; -1 where none does."""
        return self.filled({(*key[:-1], there): key[-1] for key, there in matures.items()}, -1).astype(int)


def _label(key: tuple[Any, ...]) -> Any:
    return key[0] if len(key) == 2 else key[:-1]


class Arrays:
    """What a linopy user would hold a case in."""

    def __init__(self, d: Data) -> None:
        self.data = d
        self._rows(d)
        self._belonging(d)
        self._limits(d)
        self._money(d)

    def _rows(self, d: Data) -> None:
        def rows(name: str, keys: Iterable[Any]) -> Rows:
            return Rows(name, keys, d.periods)

        self.site, self.option = rows("site", d.sites), rows("option", [key[:2] for key in d.ready])
        self.holding, self.pair = rows("holding", d.holdings), rows("pair", [key[:2] for key in d.fleets])
        self.trio, self.place = rows("trio", [key[:3] for key in d.serve]), rows("place", [key[:2] for key in d.serve])
        self.workload, self.chip = rows("workload", d.workloads), rows("chip", d.chips)
        self.region, self.market, self.pool = (
            rows("region", d.regions), rows("market", d.markets), rows("pool", d.pools),
        )  # fmt: skip
        self.lots = list(d.left_share)

    def _belonging(self, d: Data) -> None:
        """To which larger thing each row belongs, and what matures when."""
        self.site_of_option = np.array([self.site.at[site] for site, _ in self.option.keys])
        self.market_of_option = np.array([self.market.at[d.market_of[site]] for site, _ in self.option.keys])
        self.region_of_site = np.array([self.region.at[d.region_of[site]] for site in self.site.keys])
        self.market_of_site = np.array([self.market.at[d.market_of[site]] for site in self.site.keys])
        self.chip_of_holding = np.array([self.chip.at[chip] for chip, _ in self.holding.keys])
        self.site_of_pair = np.array([self.site.at[site] for _, site in self.pair.keys])
        self.holding_of_pair = np.array([self.holding.at[chip, d.market_of[site]] for chip, site in self.pair.keys])
        self.place_of_pair = np.array([self.place.at.get((chip, d.region_of[s]), -1) for chip, s in self.pair.keys])
        self.place_of_trio = np.array([self.place.at[chip, region] for chip, region, _ in self.trio.keys])
        self.workload_of_trio = np.array([self.workload.at[workload] for _, _, workload in self.trio.keys])
        self.holding_of_lot = np.array([self.holding.at[chip, market] for chip, market, _ in self.lots])
        self.period_of_lot = np.array([t for _, _, t in self.lots])

        closed = np.array([not d.standing[site] for site in self.site.keys])[:, None]
        self.closed = np.repeat(closed, d.periods, axis=1)
        self.start_mask, self.apply_mask = self.option.mask(d.ready), self.site.mask(d.connected)
        self.order_mask, self.held = self.holding.mask(d.delivered), self.holding.mask(d.held)
        self.install_mask, self.fleet_mask = self.pair.mask(d.installable), self.pair.mask(d.fleets)
        self.serve_mask = self.trio.mask(d.serve)
        self.place_mask = self.place.mask({(chip, region, t) for chip, region, _, t in d.serve})
        self.ready_from, self.connected_from = self.option.whence(d.ready), self.site.whence(d.connected)
        self.delivered_from = self.holding.whence(d.delivered)

    def _limits(self, d: Data) -> None:
        closed = self.closed[:, :1]
        self.pue, self.room = self.site.column(d.pue), self.site.column(d.room)
        self.begun_limit = np.where(closed, 0.0, self.room - self.site.column(d.standing))
        self.applied_limit = np.where(closed, 0.0, self.pue * self.room)
        self.hall_given = self.site.filled(d.committed)
        self.hall_given[:, :1] += self.site.column(d.existing)
        self.connection_given = self.site.filled(d.connection_given)
        self.start_limit = self.option.filled(d.start_limit, np.inf)
        committed = np.cumsum(self.site.filled(d.committed), axis=1)
        committed[:, 4:] -= committed[:, :-4].copy()
        ready_limit = self.site.column(d.ready_limit, np.inf) - committed
        self.ready_limit = np.maximum(0.0, ready_limit)
        self.headroom, self.energy = self.region.filled(d.headroom, np.inf), self.market.filled(d.energy, np.inf)
        self.load_factor = self.site.column(d.load_factor)
        self.power_cap = self.market.column(d.power_cap, np.inf)
        self.build_rate = self.market.column(d.build_rate, np.inf)

        keep = self.chip.column(d.keep)
        self.keep_holding = keep[self.chip_of_holding]
        self.keep_pair = self.keep_holding[self.holding_of_pair]
        self.fleet_given = np.zeros((len(self.pair.keys), d.periods))
        self.fleet_given[:, :1] = self.pair.column(d.fleet_before)
        self.supply = np.where(self.order_mask, self.holding.column(d.supply, np.inf), np.inf)
        self.shared_supply = self.chip.column(d.shared_supply, np.inf)
        self.pool_capacity = self.pool.column(d.pool_capacity, np.inf)
        chips = [chip for chip, _ in self.holding.keys]
        self.take = np.array([[d.pool_take.get((pool, chip), 0.0) for chip in chips] for pool in self.pool.keys])
        self.load = np.array([d.pue[site] * d.load[chip] for chip, site in self.pair.keys])[:, None]
        self.usable = np.array([d.usable[chip] for chip, _ in self.pair.keys])[:, None]
        self.rate = np.array([d.rate[chip, workload] for chip, _, workload in self.trio.keys])[:, None]
        self.demand = self.workload.filled(d.demand)
        self.left_share = np.array([d.left_share[lot] for lot in self.lots])

        licensed = [chip in d.quota_chips and market in d.quota_markets for chip, market in self.holding.keys]
        self.licensed = np.flatnonzero(licensed)
        self.quota_window, self.quota = _windows(d.quotas, d.periods)
        self.budget_window, self.budget = _windows(d.budgets, d.periods)
        self.ruled = np.arange(d.periods) >= d.share_since
        counted = [d.market_of[site] == d.share_market for _, site in self.pair.keys]
        own = [here and chip in d.domestic for here, (chip, _) in zip(counted, self.pair.keys, strict=True)]
        self.counted, self.domestic = np.flatnonzero(counted), np.flatnonzero(own)
        self.counted_mask = self.fleet_mask & np.array(counted)[:, None] & self.ruled

    def _money(self, d: Data) -> None:
        """What one unit of a decision costs in each period of payment, then in present money."""
        discount, end = np.array(d.discount), d.end_discount
        spend = np.zeros((len(self.option.keys), d.periods, d.periods))
        for start in d.ready:
            for paid_at, amount in d.payments(start):
                spend[self.option.at[start[:2]], start[2], paid_at] = amount
        paid = np.zeros((len(self.holding.keys), d.periods, d.periods))
        for order, there in d.delivered.items():
            row, t = self.holding.at[order[:2]], order[2]
            paid[row, t, t] += d.deposit[order]
            paid[row, t, there] += d.balance[order]
        opening, connecting = self.site.column(d.opening), self.site.column(d.connecting)
        running = np.array([d.running[chip, workload] for chip, _, workload in self.trio.keys])[:, None]
        upkeep = self.chip.column(d.chip_upkeep)[self.chip_of_holding][self.holding_of_pair]
        self.cost = {
            "start": spend @ discount - self.option.filled(d.hall_left) * end,
            "open": opening * discount,
            "apply": connecting * discount,
            "order": paid @ discount,
            "stock": self.chip.column(d.holding_cost)[self.chip_of_holding] * discount,
            "it": self.site.column(d.upkeep) * discount,
            "fleet": upkeep * discount,
            "grid": self.site.column(d.tariff) * discount,
            "serve": running * discount,
            "shortfall": self.workload.column(d.shortfall) * discount,
        }
        self.lot_worth = np.array([-d.chip_left[lot] * end for lot in self.lots])
        inside = np.arange(len(self.budget))[:, None] == self.budget_window
        self.spent = {
            "start": np.einsum("okn,wn->wok", spend, inside),
            "order": np.einsum("hkn,wn->whk", paid, inside),
            "open": opening * inside[:, None, :],
            "apply": connecting * inside[:, None, :],
        }
        self.constant = sum(discount[t] * cost for t, cost in d.committed_cost.items())


def _windows(limits: list[tuple[list[int], float]], periods: int) -> tuple[Array, Array]:
    """Window of each period, and each window's limit."""
    window = np.full(periods, -1)
    for position, (inside, _) in enumerate(limits):
        window[inside] = position
    return window, np.array([most for _, most in limits])
