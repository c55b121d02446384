"""The planner's model building against linopy's: the same decisions and rules, from one Instance to a loaded HiGHS.

The linopy side is written as its users would: arrays over labelled dimensions, masks where a decision does not exist,
shifts for state variables, grouped sums. It covers what `generate.py` writes, no more. Both sides must come out with
the same columns, rows and nonzeros, and at the smallest size with the same optimum.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import xarray as xr

from planner.instance import Instance, unroll
from planner.lp import Options
from planner.schema import Case, parse_case
from planner.solve import Timing, session
from tests.benchmarks.generate import generated_case

SIZES = (17, 82, 200)
"""Sites that give about 10,000, 50,000 and 120,000 columns."""
SAME = 1e-6
"""Relative difference of the two optima that is let pass."""

Array = np.ndarray[Any, Any]


def present(*groups: Iterable[Any]) -> list[Any]:
    """Every key once, sorted."""
    return sorted({key for group in groups for key in group})


@dataclass
class Grid:
    """Labels of the rows of an array over (label, node), and ways to fill it from dictionaries by key and node."""

    keys: list[Any]
    nodes: int
    at: dict[Any, int] = field(init=False)

    def __post_init__(self) -> None:
        self.at = {key: position for position, key in enumerate(self.keys)}

    def empty(self, value: float = 0.0) -> Array:
        """The same value everywhere."""
        return np.full((len(self.keys), self.nodes), value)

    def mask(self, keys: Iterable[Any]) -> Array:
        """Where a decision exists."""
        array = np.zeros((len(self.keys), self.nodes), dtype=bool)
        for key in keys:
            array[self.at[_label(key)], key[-1]] = True
        return array

    def filled(self, values: Mapping[Any, float], missing: float = 0.0) -> Array:
        """Values by key and node; keys that have no row are left out."""
        array = self.empty(missing)
        for key, value in values.items():
            row = self.at.get(_label(key))
            if row is not None:
                array[row, key[-1]] = value
        return array

    def column(self, values: Mapping[Any, float]) -> Array:
        """Values by key alone."""
        return np.array([values.get(key, 0.0) for key in self.keys])


def _label(key: tuple[Any, ...]) -> Any:
    return key[0] if len(key) == 2 else key[:-1]


class Arrays:
    """An Instance of one path as arrays: what a linopy user would have read from files."""

    def __init__(self, instance: Instance) -> None:
        sites, chips, power, compute = instance.sites, instance.chips, instance.power, instance.compute
        tree, rules = instance.tree, instance.rules
        count = len(tree.nodes)
        unwritten = chips.ageing or chips.evicted or chips.cancellations or rules.bundling or instance.onsite.pairs
        if len(tree.leaves) != 1 or unwritten or instance.compute.cluster:
            raise ValueError("the benchmark covers what generate.py writes, and nothing else")
        discount, self.count = np.array(tree.discount), count

        # Rows of every array.
        self.site = site = Grid(list(sites.names), count)
        self.option = option = Grid(present((s, o) for s, o, _ in sites.starts), count)
        self.holding = holding = Grid(list(chips.holdings), count)
        self.pair = pair = Grid(present((c, s) for c, s, _ in chips.fleets), count)
        self.trio = trio = Grid(present((c, r, w) for c, r, w, _ in compute.serving), count)
        self.place = place = Grid(present((c, r) for c, r, _ in trio.keys), count)
        self.workload = workload = Grid(list(compute.workloads), count)
        self.chip, self.region = Grid(list(chips.names), count), Grid(list(power.regions), count)
        self.market, self.pool = Grid(list(power.markets), count), Grid(present(chips.pool_take), count)

        # To which larger thing each row belongs.
        self.site_of_option = np.array([site.at[s] for s, _ in option.keys])
        self.market_of_option = np.array([self.market.at[sites.market[s]] for s, _ in option.keys])
        self.region_of_site = np.array([self.region.at[sites.region[s]] for s in site.keys])
        self.market_of_site = np.array([self.market.at[sites.market[s]] for s in site.keys])
        self.chip_of_holding = np.array([self.chip.at[c] for c, _ in holding.keys])
        self.site_of_pair = np.array([site.at[s] for _, s in pair.keys])
        self.holding_of_pair = np.array([holding.at[c, sites.market[s]] for c, s in pair.keys])
        self.place_of_pair = np.array([place.at.get((c, sites.region[s]), -1) for c, s in pair.keys])
        self.place_of_trio = np.array([place.at[c, r] for c, r, _ in trio.keys])
        self.workload_of_trio = np.array([workload.at[w] for _, _, w in trio.keys])

        # Where decisions exist.
        closed = np.array([s not in sites.open_before for s in site.keys])
        self.closed = np.repeat(closed[:, None], count, axis=1)
        self.start_mask, self.apply_mask = option.mask(sites.starts), site.mask(sites.connections)
        self.order_mask, self.held = holding.mask(chips.offered), holding.mask(chips.held)
        self.install_mask, self.fleet_mask = pair.mask(chips.installable), pair.mask(chips.fleets)
        self.serve_mask = trio.mask(compute.serving)
        self.place_mask = place.mask({(c, r, n) for c, r, _, n in compute.serving})

        # Node whose start, application or order matures at a node; -1 where none does.
        ready = {(s, o, n): k for (s, n), starts in sites.ready.items() for o, k in starts}
        self.ready_from = option.filled(ready, -1).astype(int)
        applied = {(s, n): k for (s, n), (k,) in sites.connected_by.items()}
        self.connected_from = site.filled(applied, -1).astype(int)
        arrived = {at: arrival.order for at, (arrival,) in chips.arrivals.items()}
        self.delivered_from = holding.filled(arrived, -1).astype(int)

        # Sites and power.
        self.pue, self.room = site.column(sites.pue)[:, None], site.column(sites.max_it)[:, None]
        self.begun_limit = np.where(closed[:, None], 0.0, self.room - site.column(sites.standing)[:, None])
        self.applied_limit = np.where(closed[:, None], 0.0, self.pue * self.room)
        self.hall_given = site.filled(sites.committed)
        self.hall_given[:, 0] += site.column(sites.existing)
        self.connection_given = np.diff(site.filled(sites.connected), axis=1, prepend=0.0)
        self.start_limit = option.filled(sites.start_limit, np.inf)
        self.ready_limit = np.maximum(0.0, site.filled(sites.ready_limit, np.inf) - site.filled(sites.committed))
        self.headroom = self.region.filled(power.headroom, np.inf)
        self.energy, self.load_factor = self.market.filled(power.energy, np.inf), site.filled(power.load_factor)
        self.power_cap = self._by_market(rules.power_caps, instance)
        self.build_rate = self._by_market(rules.build_rates, instance)

        # Chips and compute.
        keep = self.chip.column(chips.keep)
        self.keep_holding = keep[self.chip_of_holding][:, None]
        self.keep_pair = keep[[self.chip.at[c] for c, _ in pair.keys]][:, None]
        self.stock_given = holding.empty()
        self.stock_given[:, 0] = holding.column(chips.stock_before)
        self.fleet_given = pair.empty()
        self.fleet_given[:, 0] = pair.column(chips.fleet_before)
        self.supply = holding.filled(chips.supply, np.inf)
        self.shared_supply = self.chip.filled(chips.shared_supply, np.inf)
        self.pool_capacity = self.pool.filled(chips.pool_capacity, np.inf)
        takes = [[chips.pool_take[p].get(c, 0.0) for c, _ in holding.keys] for p in self.pool.keys]
        self.take = np.array(takes)
        self.load = np.array([sites.pue[s] * chips.load[c] for c, s in pair.keys])[:, None]
        self.usable = holding.filled(chips.usable)[self.holding_of_pair]
        self.rate = trio.empty()
        running = trio.empty()
        for (c, r, w), row in trio.at.items():
            for n in range(count):
                rate = compute.rate.get((c, w, n), 0.0)
                network = compute.network_cost.get((r, w, n), 0.0)
                self.rate[row, n] = rate
                running[row, n] = network * rate + compute.running_cost.get((c, w, n), 0.0)
        self.demand = workload.filled(compute.demand)
        last = chips.residual
        self.left_holding = np.array([holding.at[c, m] for c, m, *_ in last])
        self.left_order = np.array([k for _, _, k, *_ in last])
        self.left_share = np.array([share for *_, share, _ in last])

        # Rules over windows and shares.
        self.quota_holdings = np.array([holding.at[h] for h in rules.quotas[0].holdings])
        self.quota_window, self.quota = self._windows(rules.quotas)
        self.budget_window, self.budget = self._windows(rules.budgets)
        self.share = np.full(count, np.nan)
        for ratio in rules.domestic_shares:
            self.share[ratio.node] = ratio.least
        self.counted = [np.array([pair.at[at] for at in weights]) for weights in (ratio.ours, ratio.all)]

        # Money: what one unit of a decision costs at each node of payment, then in present money.
        spend = np.zeros((len(option.keys), count, count))
        for (s, o, n), capex in sites.capex.items():
            for paid_at, part in sites.payments[s, o, n]:
                spend[option.at[s, o], n, paid_at] = capex * part
        paid = np.zeros((len(holding.keys), count, count))
        for (c, m, n), deposit in chips.deposit.items():
            paid[holding.at[c, m], n, n] += deposit
        for (c, m, n), (arrival,) in chips.arrivals.items():
            paid[holding.at[c, m], arrival.order, n] += arrival.balance + arrival.fee
        opening, connecting = site.filled(sites.opening_cost), site.filled(sites.connection_cost)
        worth_left = np.array([worth for *_, worth in last])
        end = tree.end_discount
        self.cost = {
            "start": spend @ discount,
            "open": opening * discount,
            "apply": connecting * discount,
            "order": paid @ discount,
            "stock": self.chip.filled(chips.holding_cost)[self.chip_of_holding] * discount,
            "it": site.filled(sites.upkeep) * discount,
            "fleet": self.chip.filled(chips.upkeep)[[self.chip.at[c] for c, _ in pair.keys]] * discount,
            "grid": (site.filled(power.energy_cost) + site.filled(power.carbon_cost)) * discount,
            "serve": running * discount,
            "shortfall": workload.filled(compute.shortfall_cost) * discount,
            "left": -worth_left * end,
        }
        for (s, o, n), _, worth in sites.residual:
            self.cost["start"][option.at[s, o], n] -= worth * end
        inside = np.arange(len(self.budget))[:, None] == self.budget_window
        self.spent = {
            "start": np.einsum("okn,wn->wok", spend, inside),
            "order": np.einsum("hkn,wn->whk", paid, inside),
            "open": opening * inside[:, None, :],
            "apply": connecting * inside[:, None, :],
        }
        committed = np.zeros(count)
        for (_, n), amount in sites.committed_cost.items():
            committed[n] += amount
        self.constant = float(committed @ discount)
        self.budget = self.budget - inside @ committed

    def _windows(self, limits: list[Any]) -> tuple[Array, Array]:
        """Window of each node, and each window's limit."""
        window = np.full(self.count, -1)
        for position, limit in enumerate(limits):
            window[list(limit.window)] = position
        return window, np.array([limit.most for limit in limits])

    def _by_market(self, limits: list[Any], instance: Instance) -> Array:
        array = self.market.empty(np.inf)
        for limit in limits:
            array[self.market.at[instance.sites.market[limit.sites[0]]], limit.node] = limit.most
        return array


def linopy_model(a: Arrays) -> linopy.Model:
    """The planner's model of section 4 and 5 in linopy."""
    m = linopy.Model()
    node = pd.RangeIndex(a.count, name="node")

    def index(name: str, count: int) -> pd.RangeIndex:
        return pd.RangeIndex(count, name=name)

    site, option = index("site", len(a.site.keys)), index("option", len(a.option.keys))
    holding, pair = index("holding", len(a.holding.keys)), index("pair", len(a.pair.keys))
    trio, workload = index("trio", len(a.trio.keys)), index("workload", len(a.workload.keys))
    left_index, place = index("lot", len(a.left_order)), index("place", len(a.place.keys))
    chip, region = index("chip", len(a.chip.keys)), index("region", len(a.region.keys))
    market, pool = index("market", len(a.market.keys)), index("pool", len(a.pool.keys))

    def over(values: Array, *dims: pd.RangeIndex) -> xr.DataArray:
        shape = tuple(len(dim) for dim in dims)
        return xr.DataArray(np.broadcast_to(values, shape), coords=dims, dims=[dim.name for dim in dims])

    def variable(name: str, rows: pd.RangeIndex, mask: Array | None = None, high: float = np.inf) -> linopy.Variable:
        where = None if mask is None else over(mask, rows, node)
        return m.add_variables(lower=0.0, upper=high, coords=[rows, node], mask=where, name=name)

    def group(members: Array, rows: pd.RangeIndex, name: str) -> xr.DataArray:
        return xr.DataArray(members, coords=[rows], dims=[rows.name], name=name)

    def matured(family: linopy.Variable, source: Array, rows: pd.RangeIndex) -> linopy.LinearExpression:
        """What matures at each node, taken from the node at which it was begun."""
        at = {
            rows.name: xr.DataArray(np.arange(len(rows))[:, None] + np.zeros_like(source), dims=["row", "time"]),
            "node": xr.DataArray(np.maximum(source, 0), dims=["row", "time"]),
        }
        taken = (1 * family).isel(at).drop_vars([rows.name, "node"]).rename(row=rows.name, time="node")
        return taken.assign_coords({rows.name: rows, "node": node}).where(over(source >= 0, rows, node)).fillna(0)

    start = variable("start", option, a.start_mask)
    opening = variable("open", site, a.closed, 1.0)
    opened = variable("opened", site, a.closed, 1.0)
    begun, it = variable("begun", site), variable("it", site)
    apply = variable("apply", site, a.apply_mask)
    applied, grid_cap, grid = variable("applied", site), variable("grid_cap", site), variable("grid", site)
    order = variable("order", holding, a.order_mask)
    stock, scrap = variable("stock", holding, a.held), variable("scrap", holding, a.held)
    install = variable("install", pair, a.install_mask)
    retire, fleet = variable("retire", pair, a.fleet_mask), variable("fleet", pair, a.fleet_mask)
    powered = variable("powered", pair, a.fleet_mask)
    left = m.add_variables(lower=0.0, coords=[left_index], name="left")
    serve, shortfall = variable("serve", trio, a.serve_mask), variable("shortfall", workload)
    ruled = xr.DataArray(~np.isnan(a.share), coords=[node])
    ours, every = (m.add_variables(coords=[node], mask=ruled, name=name) for name in ("ours", "every"))

    def limit(expression: Any, most: Array, rows: pd.RangeIndex, name: str) -> None:
        finite = np.isfinite(most)
        most = over(np.where(finite, most, 0.0), rows, node)
        where = None if finite.all() else over(finite, rows, node)
        m.add_constraints(expression <= most, name=name, mask=where)

    # Sites.
    closed = over(a.closed, site, node)
    started = start.groupby(group(a.site_of_option, option, "site")).sum()
    finished = matured(start, a.ready_from, option).groupby(group(a.site_of_option, option, "site")).sum()
    m.add_constraints(opened - opened.shift(node=1) - opening == 0, name="site_opening", mask=closed)
    m.add_constraints(begun - begun.shift(node=1) - started == 0, name="construction_begun")
    m.add_constraints(begun - over(a.room, site, node) * opened <= over(a.begun_limit, site, node), name="site_size")
    m.add_constraints(it - it.shift(node=1) - finished == over(a.hall_given, site, node), name="halls_ready")
    limit(1 * start, np.where(a.start_mask, a.start_limit, np.inf), option, "start_rate")
    limit(finished, a.ready_limit, site, "ready_rate")
    m.add_constraints(applied - applied.shift(node=1) - apply == 0, name="connection_applied")
    m.add_constraints(
        applied - over(a.pue * a.room, site, node) * opened <= over(a.applied_limit, site, node),
        name="connection_size",
    )
    connected = matured(apply, a.connected_from, site)
    m.add_constraints(
        grid_cap - grid_cap.shift(node=1) - connected == over(a.connection_given, site, node),
        name="connection_stands",
    )

    # Chips.
    delivered = matured(order, a.delivered_from, holding)
    kept_stock = over(a.keep_holding, holding, node) * stock.shift(node=1)
    installed = install.groupby(group(a.holding_of_pair, pair, "holding")).sum()
    m.add_constraints(
        stock + scrap - kept_stock - delivered + installed == over(a.stock_given, holding, node),
        name="stock_balance",
        mask=over(a.held, holding, node),
    )
    fleet_exists = over(a.fleet_mask, pair, node)
    m.add_constraints(
        fleet + retire - install - over(a.keep_pair, pair, node) * fleet.shift(node=1)
        == over(a.fleet_given, pair, node),
        name="fleet_balance",
        mask=fleet_exists,
    )
    m.add_constraints(powered - fleet <= 0, name="powered_fleet", mask=fleet_exists)
    limit(1 * order, np.where(a.order_mask, a.supply, np.inf), holding, "supply")
    limit(order.groupby(group(a.chip_of_holding, holding, "chip")).sum(), a.shared_supply, chip, "shared_supply")
    limit((over(a.take, pool, holding) * order).sum("holding"), a.pool_capacity, pool, "supply_pools")

    # Power.
    drawn = (over(a.load, pair, node) * powered).groupby(group(a.site_of_pair, pair, "site")).sum()
    m.add_constraints(drawn - grid == 0, name="facility_load")
    m.add_constraints(grid - over(a.pue, site, node) * it <= 0, name="hall_space")
    m.add_constraints(grid - grid_cap <= 0, name="connection_limit")
    in_region, in_market = group(a.region_of_site, site, "region"), group(a.market_of_site, site, "market")
    limit(grid.groupby(in_region).sum(), a.headroom, region, "headroom")
    used = (over(a.load_factor, site, node) * grid).groupby(in_market).sum()
    limit(used, a.energy, market, "national_energy")

    # Compute.
    given = serve.groupby(group(a.place_of_trio, trio, "place")).sum()
    somewhere = a.place_of_pair >= 0
    here = group(a.place_of_pair[somewhere], pair[somewhere], "place")
    working = (over(a.usable, pair, node) * powered).isel(pair=np.flatnonzero(somewhere)).groupby(here).sum()
    m.add_constraints(given - working <= 0, name="usable_fleet", mask=over(a.place_mask, place, node))
    served = (over(a.rate, trio, node) * serve).groupby(group(a.workload_of_trio, trio, "workload")).sum()
    m.add_constraints(served + shortfall >= over(a.demand, workload, node), name="demand")

    # Policy.
    arrived = delivered.isel(holding=a.quota_holdings).sum("holding")
    window = xr.DataArray(a.quota_window, coords=[node], name="window")
    m.add_constraints(
        arrived.groupby(window).sum() <= over(a.quota, index("window", len(a.quota))), name="licence_quota"
    )
    domestic, placed = a.counted
    own = install.isel(pair=domestic).sum("pair") - retire.isel(pair=domestic).sum("pair")
    m.add_constraints(ours - ours.shift(node=1) - own == 0, name="counted_ours", mask=ruled)
    installs = install.isel(pair=placed).sum("pair")
    m.add_constraints(every - every.shift(node=1) - installs == 0, name="counted_every", mask=ruled)
    share = xr.DataArray(np.nan_to_num(a.share), coords=[node])
    m.add_constraints(share * every - ours <= 0, name="domestic_share", mask=ruled)
    windows = index("window", len(a.budget))
    spent = (
        (over(a.spent["start"], windows, option, node) * start).sum(["option", "node"])
        + (over(a.spent["order"], windows, holding, node) * order).sum(["holding", "node"])
        + (over(a.spent["open"], windows, site, node) * opening).sum(["site", "node"])
        + (over(a.spent["apply"], windows, site, node) * apply).sum(["site", "node"])
    )
    m.add_constraints(spent <= over(a.budget, windows), name="budget")
    limit(start.groupby(group(a.market_of_option, option, "market")).sum(), a.build_rate, market, "build_rate")
    limit(grid.groupby(in_market).sum(), a.power_cap, market, "power_cap")

    # Residual value.
    of_lot = xr.DataArray(a.left_holding, coords=[left_index], name="holding")
    ordered = (1 * order).isel(holding=of_lot, node=xr.DataArray(a.left_order, coords=[left_index]))
    m.add_constraints(
        left - over(a.left_share, left_index) * ordered.drop_vars(["holding", "node"]) <= 0,
        name="residual_of_delivery",
    )
    last = (1 * fleet).isel(node=-1).drop_vars("node").groupby(group(a.holding_of_pair, pair, "holding")).sum()
    m.add_constraints(left.groupby(of_lot).sum() - last <= 0, name="residual_of_fleet")

    rows = {
        "start": option, "open": site, "apply": site, "order": holding, "stock": holding, "it": site,
        "fleet": pair, "grid": site, "serve": trio, "shortfall": workload,
    }  # fmt: skip
    cost = [(over(a.cost[name], of, node) * m.variables[name]).sum() for name, of in rows.items()]
    cost.append((over(a.cost["left"], left_index) * left).sum())
    m.add_objective(linopy.merge(cost, dim="_term", cls=linopy.LinearExpression))
    return m


@dataclass(frozen=True)
class Built:
    """A program loaded into HiGHS, and what that took."""

    highs: highspy.Highs
    seconds: dict[str, float]
    columns: int
    rows: int
    nonzeros: int
    constant: float = 0.0

    def optimum(self) -> float:
        """Present cost in model units."""
        self.highs.setOptionValue("output_flag", False)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"not solved: {self.highs.getModelStatus()}")
        return float(self.highs.getInfo().objective_function_value) + self.constant


def _sizes(highs: highspy.Highs) -> tuple[int, int, int]:
    """Columns, rows with anything in them (linopy leaves empty ones out) and nonzeros."""
    lp = highs.getLp()
    matrix = lp.a_matrix_
    if matrix.format_ == highspy.MatrixFormat.kRowwise:
        rows = np.count_nonzero(np.diff(matrix.start_))
    else:
        rows = np.unique(matrix.index_).size
    return lp.num_col_, int(rows), int(np.count_nonzero(matrix.value_))


def by_planner(case: Case) -> Built:
    """The planner's own way, as its session does it."""
    timing = Timing()
    asked = session(case, Options(), timing=timing)
    seconds = {stage: timing.seconds[stage] for stage in ("build", "pass")}
    return Built(asked._door.highs, seconds, *_sizes(asked._door.highs))


@contextmanager
def quiet() -> Iterator[None]:
    """Keep HiGHS's banner, which it writes past Python, off the table."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def by_linopy(instance: Instance) -> Built:
    """linopy's way, with the arrays that it starts from made first."""
    began = time.perf_counter()
    arrays = Arrays(instance)
    ready = time.perf_counter()
    model = linopy_model(arrays)
    built = time.perf_counter()
    with quiet():
        highs = model.to_highspy(set_names=False)
    seconds = {"arrays": ready - began, "build": built - ready, "pass": time.perf_counter() - built}
    return Built(highs, seconds, *_sizes(highs), arrays.constant)


def compare(sites: int, *, repeats: int, solve: bool) -> None:
    """Print one line on one size; raises where the two programs differ."""
    case = parse_case(generated_case(sites))
    instance = unroll(case)
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    for _ in range(repeats):
        gc.collect()
        mine = by_planner(case)
        ours.append(mine.seconds)
        shape = (mine.columns, mine.rows, mine.nonzeros)
        optimum = mine.optimum() if solve and len(ours) == 1 else None
        del mine
        gc.collect()
        other = by_linopy(instance)
        theirs.append(other.seconds)
        if shape != (other.columns, other.rows, other.nonzeros):
            raise RuntimeError(f"planner {shape}, linopy {(other.columns, other.rows, other.nonzeros)}")
        if optimum is not None:
            again = other.optimum()
            if abs(again - optimum) > SAME * abs(optimum):
                raise RuntimeError(f"planner finds {optimum!r}, linopy {again!r}")
            print(f"# {sites} sites: both find {optimum:.9g}, {abs(again / optimum - 1):.1e} apart")
        del other
    planner = statistics.median(sum(run.values()) for run in ours)
    bare = statistics.median(run["build"] + run["pass"] for run in theirs)
    whole = statistics.median(sum(run.values()) for run in theirs)
    ratio = statistics.median(sum(p.values()) / (q["build"] + q["pass"]) for p, q in zip(ours, theirs, strict=True))
    ratio_whole = statistics.median(sum(p.values()) / sum(q.values()) for p, q in zip(ours, theirs, strict=True))
    least = min(sum(run.values()) for run in ours)
    least_bare = min(run["build"] + run["pass"] for run in theirs)
    print(
        f"{sites:6d} {shape[0]:9,d} {shape[1]:8,d} {shape[2]:9,d} {planner:8.2f} {1e6 * planner / shape[0]:8.1f}"
        f" {bare:8.2f} {whole:9.2f} {ratio:8.2f} {ratio_whole:9.2f} {least / least_bare:8.2f}",
        flush=True,
    )


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.against_linopy", description=__doc__)
    parser.add_argument("--sites", type=int, nargs="+", default=SIZES)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    by_linopy(unroll(parse_case(generated_case(min(asked.sites)))))  # imports warm
    print("seconds are medians; a ratio is planner over linopy in one run: without and with linopy's arrays, of minima")
    print(" sites   columns     rows  nonzeros  planner us/column   linopy  +arrays    ratio   +arrays   minima")
    for position, sites in enumerate(sorted(asked.sites)):
        compare(sites, repeats=asked.repeats, solve=position == 0)


if __name__ == "__main__":
    main()
