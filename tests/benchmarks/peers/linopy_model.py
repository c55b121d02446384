"""The case in linopy: arrays over labelled dimensions, masks where a decision does not exist, shifts for what carries
over, grouped sums; HiGHS through linopy's own solve.
"""

from __future__ import annotations

import warnings
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from tests.benchmarks.peers.data import Data
from tests.benchmarks.peers.linopy_arrays import Array, Arrays, Rows

# What a mask leaves out counts as nothing, which is how linopy reads it today and warns that it may not always.
warnings.filterwarnings("ignore", category=linopy.LinopySemanticsWarning)


class Built:
    """A linopy model under construction over the rows of its arrays."""

    def __init__(self, d: Data) -> None:
        """The whole program."""
        self.arrays = Arrays(d)
        self.period = pd.RangeIndex(d.periods, name="period")
        self.model = linopy.Model()
        self._variables()
        self._sites()
        self._chips()
        self._power()
        self._compute()
        self._policy()
        self._residual()
        self._objective()

    def _variables(self) -> None:
        a = self.arrays
        self.start = self._family("start", a.option, a.start_mask)
        self.open = self._family("open", a.site, a.closed, 1.0)
        self.opened = self._family("opened", a.site, a.closed, 1.0)
        self.begun, self.it = self._family("begun", a.site), self._family("it", a.site)
        self.apply, self.applied = self._family("apply", a.site, a.apply_mask), self._family("applied", a.site)
        self.grid_cap, self.grid = self._family("grid_cap", a.site), self._family("grid", a.site)
        self.order = self._family("order", a.holding, a.order_mask)
        self.stock, self.scrap = self._family("stock", a.holding, a.held), self._family("scrap", a.holding, a.held)
        self.install = self._family("install", a.pair, a.install_mask)
        self.retire, self.fleet = (
            self._family("retire", a.pair, a.fleet_mask),
            self._family("fleet", a.pair, a.fleet_mask),
        )
        self.powered = self._family("powered", a.pair, a.fleet_mask)
        self.serve, self.shortfall = self._family("serve", a.trio, a.serve_mask), self._family("shortfall", a.workload)
        self.lot = pd.RangeIndex(len(a.lots), name="lot")
        self.left = self.model.add_variables(lower=0.0, coords=[self.lot], name="left")
        self.ruled = xr.DataArray(a.ruled, coords=[self.period])
        self.new = self._family("new", a.pair, a.counted_mask)
        self.old = self._family("old", a.pair, a.counted_mask)

    def _family(self, name: str, rows: Rows, mask: Array | None = None, high: float = np.inf) -> linopy.Variable:
        where = None if mask is None else self._over(mask, rows)
        return self.model.add_variables(lower=0.0, upper=high, coords=[rows.index, self.period], mask=where, name=name)

    def _over(self, values: Array, rows: Rows) -> xr.DataArray:
        """An array over rows and periods."""
        return self._shaped(values, rows.index, self.period)

    def _shaped(self, values: Array, *dims: pd.RangeIndex) -> xr.DataArray:
        shape = tuple(len(dim) for dim in dims)
        return xr.DataArray(np.broadcast_to(values, shape), coords=dims, dims=[dim.name for dim in dims])

    def _by(self, members: Array, rows: pd.RangeIndex, name: str) -> xr.DataArray:
        """To which larger thing each row belongs, to group by."""
        return xr.DataArray(members, coords=[rows], dims=[rows.name], name=name)

    def _limit(self, name: str, expression: Any, most: Array, rows: Rows) -> None:
        """Rows where there is a limit."""
        finite = np.isfinite(np.broadcast_to(most, (len(rows.keys), len(self.period))))
        where = None if finite.all() else self._over(finite, rows)
        self.model.add_constraints(expression <= self._over(np.where(finite, most, 0.0), rows), name=name, mask=where)

    def _matured(self, family: linopy.Variable, source: Array, rows: Rows) -> linopy.LinearExpression:
        """What matures in each period, taken from the period in which it was begun."""
        at = {
            rows.name: xr.DataArray(np.arange(len(rows.keys))[:, None] + np.zeros_like(source), dims=["row", "time"]),
            "period": xr.DataArray(np.maximum(source, 0), dims=["row", "time"]),
        }
        taken = (1 * family).isel(at).drop_vars([rows.name, "period"]).rename(row=rows.name, time="period")
        labelled = taken.assign_coords({rows.name: rows.index, "period": self.period})
        return labelled.where(self._over(source >= 0, rows)).fillna(0)

    def _in_a_year(self, done: linopy.LinearExpression) -> linopy.LinearExpression:
        """What is done in the four quarters that end with each."""
        return done + done.shift(period=1).fillna(0) + done.shift(period=2).fillna(0) + done.shift(period=3).fillna(0)

    def _sites(self) -> None:
        a, add, over = self.arrays, self.model.add_constraints, self._over
        of_site = self._by(a.site_of_option, a.option.index, "site")
        started = self.start.groupby(of_site).sum()
        finished = self._matured(self.start, a.ready_from, a.option).groupby(of_site).sum()
        closed = over(a.closed, a.site)
        add(self.opened - self.opened.shift(period=1) - self.open == 0, name="site_opening", mask=closed)
        add(self.begun - self.begun.shift(period=1) - started == 0, name="construction_begun")
        add(self.begun - over(a.room, a.site) * self.opened <= over(a.begun_limit, a.site), name="site_size")
        add(self.it - self.it.shift(period=1) - finished == over(a.hall_given, a.site), name="halls_ready")
        self._limit("start_rate", self._in_a_year(1 * self.start), a.start_limit, a.option)
        self._limit("ready_rate", self._in_a_year(finished), a.ready_limit, a.site)
        add(self.applied - self.applied.shift(period=1) - self.apply == 0, name="connection_applied")
        whole = over(a.pue * a.room, a.site)
        add(self.applied - whole * self.opened <= over(a.applied_limit, a.site), name="connection_size")
        connected = self._matured(self.apply, a.connected_from, a.site)
        given = over(a.connection_given, a.site)
        add(self.grid_cap - self.grid_cap.shift(period=1) - connected == given, name="connection_stands")

    def _chips(self) -> None:
        a, add, over = self.arrays, self.model.add_constraints, self._over
        self.delivered = self._matured(self.order, a.delivered_from, a.holding)
        kept_stock = over(a.keep_holding, a.holding) * self.stock.shift(period=1)
        installed = self.install.groupby(self._by(a.holding_of_pair, a.pair.index, "holding")).sum()
        balance = self.stock + self.scrap - kept_stock - self.delivered + installed
        add(balance == 0, name="stock_balance", mask=over(a.held, a.holding))
        exists = over(a.fleet_mask, a.pair)
        kept = over(a.keep_pair, a.pair) * self.fleet.shift(period=1)
        balance = self.fleet + self.retire - self.install - kept
        add(balance == over(a.fleet_given, a.pair), name="fleet_balance", mask=exists)
        add(self.powered - self.fleet <= 0, name="powered_fleet", mask=exists)
        self._limit("supply", 1 * self.order, a.supply, a.holding)
        of_chip = self.order.groupby(self._by(a.chip_of_holding, a.holding.index, "chip")).sum()
        self._limit("shared_supply", of_chip, a.shared_supply, a.chip)
        take = self._shaped(a.take, a.pool.index, a.holding.index)
        self._limit("supply_pools", (take * self.order).sum("holding"), a.pool_capacity, a.pool)

    def _power(self) -> None:
        a, add, over = self.arrays, self.model.add_constraints, self._over
        of_site = self._by(a.site_of_pair, a.pair.index, "site")
        drawn = (over(a.load, a.pair) * self.powered).groupby(of_site).sum()
        add(drawn - self.grid == 0, name="facility_load")
        racks = (over(a.load, a.pair) * self.fleet).groupby(of_site).sum()
        add(racks - over(a.pue, a.site) * self.it <= 0, name="hall_space")
        add(self.grid - self.grid_cap <= 0, name="connection_limit")
        in_region = self._by(a.region_of_site, a.site.index, "region")
        in_market = self._by(a.market_of_site, a.site.index, "market")
        self._limit("headroom", self.grid.groupby(in_region).sum(), a.headroom, a.region)
        used = (over(a.load_factor, a.site) * self.grid).groupby(in_market).sum()
        self._limit("national_energy", used, a.energy, a.market)
        self._limit("power_cap", self.grid.groupby(in_market).sum(), a.power_cap, a.market)

    def _compute(self) -> None:
        a, add, over = self.arrays, self.model.add_constraints, self._over
        given = self.serve.groupby(self._by(a.place_of_trio, a.trio.index, "place")).sum()
        somewhere = np.flatnonzero(a.place_of_pair >= 0)
        here = self._by(a.place_of_pair[somewhere], a.pair.index[somewhere], "place")
        working = (over(a.usable, a.pair) * self.powered).isel(pair=somewhere).groupby(here).sum()
        add(given - working <= 0, name="usable_fleet", mask=over(a.place_mask, a.place))
        of_workload = self._by(a.workload_of_trio, a.trio.index, "workload")
        served = (over(a.rate, a.trio) * self.serve).groupby(of_workload).sum()
        add(served + self.shortfall >= over(a.demand, a.workload), name="demand")

    def _policy(self) -> None:
        a, add = self.arrays, self.model.add_constraints
        arrived = self.delivered.isel(holding=a.licensed).sum("holding")
        window = xr.DataArray(a.quota_window, coords=[self.period], name="window")
        quota = self._shaped(a.quota, pd.RangeIndex(len(a.quota), name="window"))
        add(arrived.groupby(window).sum() <= quota, name="licence_quota")
        keep, counted = self._over(a.keep_pair, a.pair), self._over(a.counted_mask, a.pair)
        add(self.new + self.old - self.fleet == 0, name="new_or_old", mask=counted)
        added = self.new - keep * self.new.shift(period=1) - self.install
        add(added <= 0, name="new_left", mask=counted)
        first = self._over(
            np.broadcast_to(np.arange(a.data.periods) == a.data.share_since, a.counted_mask.shape), a.pair
        )
        from_before = keep * self.fleet.shift(period=1)
        given = self._over(a.fleet_given, a.pair)
        add(self.old - from_before <= given, name="old_at_first", mask=counted & first)
        add(self.old - keep * self.old.shift(period=1) <= 0, name="old_left", mask=counted & ~first)
        ours, every = self.new.isel(pair=a.domestic).sum("pair"), self.new.isel(pair=a.counted).sum("pair")
        add(a.data.share * every - ours <= 0, name="domestic_share", mask=self.ruled)
        windows = pd.RangeIndex(len(a.budget), name="window")
        spent: Any = 0
        for name, rows in (("start", a.option), ("order", a.holding), ("open", a.site), ("apply", a.site)):
            each = self._shaped(a.spent[name], windows, rows.index, self.period) * self.model.variables[name]
            spent = each.sum([rows.name, "period"]) + spent
        add(spent <= self._shaped(a.budget, windows), name="budget")
        begun = self.start.groupby(self._by(a.market_of_option, a.option.index, "market")).sum()
        self._limit("build_rate", self._in_a_year(begun), a.build_rate, a.market)

    def _residual(self) -> None:
        a, add = self.arrays, self.model.add_constraints
        of_lot = xr.DataArray(a.holding_of_lot, coords=[self.lot], name="holding")
        ordered = (1 * self.order).isel(holding=of_lot, period=xr.DataArray(a.period_of_lot, coords=[self.lot]))
        most = self._shaped(a.left_share, self.lot) * ordered.drop_vars(["holding", "period"])
        add(self.left - most <= 0, name="residual_of_delivery")
        last = (1 * self.fleet).isel(period=-1).drop_vars("period")
        standing = last.groupby(self._by(a.holding_of_pair, a.pair.index, "holding")).sum()
        add(self.left.groupby(of_lot).sum() - standing <= 0, name="residual_of_fleet")

    def _objective(self) -> None:
        a = self.arrays
        rows = {
            "start": a.option, "open": a.site, "apply": a.site, "order": a.holding, "stock": a.holding, "it": a.site,
            "fleet": a.pair, "grid": a.site, "serve": a.trio, "shortfall": a.workload,
        }  # fmt: skip
        cost = [(self._over(a.cost[name], of) * self.model.variables[name]).sum() for name, of in rows.items()]
        cost.append((self._shaped(a.lot_worth, self.lot) * self.left).sum())
        self.model.add_objective(linopy.merge(cost, dim="_term", cls=linopy.LinearExpression))


def built(d: Data) -> Built:
    """The whole program."""
    return Built(d)


def solved(program: Built, algorithm: str) -> float:
    """Present cost, million USD; `algorithm` is HiGHS's, "choose" being its default."""
    status, why = program.model.solve(
        solver_name="highs", io_api="direct", set_names=False, progress=False, solver=algorithm, log_to_console=False
    )
    if status != "ok":
        raise RuntimeError(f"not solved: {why}")
    return float(program.model.objective.value) + program.arrays.constant


def tables(program: Built) -> dict[str, pd.DataFrame]:
    """Starts, orders, fleet and what serves which workload, by name."""
    a = program.arrays
    families = {
        "start": (a.option, ["site", "option"]),
        "order": (a.holding, ["chip", "market"]),
        "fleet": (a.pair, ["chip", "site"]),
        "serve": (a.trio, ["chip", "region", "workload"]),
    }
    read = {}
    for name, (rows, index) in families.items():
        values = program.model.solution[name].to_numpy()
        names = pd.MultiIndex.from_tuples(rows.keys, names=index)
        wide = pd.DataFrame(values, index=names, columns=program.period)
        read[name] = wide.stack().dropna().rename(name).reset_index()
    return read
