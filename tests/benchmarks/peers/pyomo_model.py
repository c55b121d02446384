"""The case in Pyomo: sets, variables over the keys that exist, a rule a family of constraints, HiGHS through APPSI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from tests.benchmarks.peers.data import Data


def grouped(keys: Iterable[Any], by: Any) -> dict[Hashable, list[Any]]:
    """Keys by a larger thing that they belong to."""
    groups: dict[Hashable, list[Any]] = defaultdict(list)
    for key in keys:
        groups[by(key)].append(key)
    return groups


def built(d: Data) -> pyo.ConcreteModel:
    """The whole program."""
    m = pyo.ConcreteModel()
    m.T = pyo.RangeSet(0, d.periods - 1)
    m.sites, m.workloads = pyo.Set(initialize=d.sites), pyo.Set(initialize=d.workloads)
    m.closed = pyo.Set(initialize=[site for site in d.sites if not d.standing[site]])
    m.starts = pyo.Set(dimen=3, initialize=list(d.ready))
    m.applications = pyo.Set(dimen=2, initialize=list(d.connected))
    m.orders = pyo.Set(dimen=3, initialize=list(d.delivered))
    m.held = pyo.Set(dimen=3, initialize=d.held)
    m.fleets = pyo.Set(dimen=3, initialize=d.fleets)
    m.installable = pyo.Set(dimen=3, initialize=d.installable)
    m.serving = pyo.Set(dimen=4, initialize=d.serve)
    m.lots = pyo.Set(dimen=3, initialize=list(d.left_share))
    m.ruled = pyo.Set(initialize=range(d.share_since, d.periods))
    ruled = [at for at in d.fleets if at[2] >= d.share_since and d.market_of[at[1]] == d.share_market]
    m.counted = pyo.Set(dimen=3, initialize=ruled)

    positive = pyo.NonNegativeReals
    m.start = pyo.Var(m.starts, domain=positive)
    m.open = pyo.Var(m.closed, m.T, bounds=(0, 1))
    m.opened = pyo.Var(m.closed, m.T, bounds=(0, 1))
    m.begun = pyo.Var(m.sites, m.T, domain=positive)
    m.it = pyo.Var(m.sites, m.T, domain=positive)
    m.apply = pyo.Var(m.applications, domain=positive)
    m.applied = pyo.Var(m.sites, m.T, domain=positive)
    m.grid_cap = pyo.Var(m.sites, m.T, domain=positive)
    m.grid = pyo.Var(m.sites, m.T, domain=positive)
    m.order = pyo.Var(m.orders, domain=positive)
    m.stock = pyo.Var(m.held, domain=positive)
    m.scrap = pyo.Var(m.held, domain=positive)
    m.install = pyo.Var(m.installable, domain=positive)
    m.retire = pyo.Var(m.fleets, domain=positive)
    m.fleet = pyo.Var(m.fleets, domain=positive)
    m.powered = pyo.Var(m.fleets, domain=positive)
    m.left = pyo.Var(m.lots, domain=positive)
    m.served = pyo.Var(m.serving, domain=positive)
    m.shortfall = pyo.Var(m.workloads, m.T, domain=positive)
    m.new = pyo.Var(m.counted, domain=positive)
    m.old = pyo.Var(m.counted, domain=positive)

    _sites(m, d)
    _chips(m, d)
    _power(m, d)
    _compute(m, d)
    _policy(m, d)
    _residual(m, d)
    m.cost = pyo.Objective(expr=_cost(m, d), sense=pyo.minimize)
    return m


def _sites(m: Any, d: Data) -> None:
    started = grouped(d.ready, lambda at: (at[0], at[2]))
    finished = grouped(d.ready, lambda at: (at[0], d.ready[at]))
    matured = grouped(d.connected, lambda at: (at[0], d.connected[at]))

    @m.Constraint(m.closed, m.T)
    def site_opening(m: Any, site: str, t: int) -> Any:
        before = m.opened[site, t - 1] if t else 0
        return m.opened[site, t] == before + m.open[site, t]

    @m.Constraint(m.sites, m.T)
    def construction_begun(m: Any, site: str, t: int) -> Any:
        before = m.begun[site, t - 1] if t else 0
        return m.begun[site, t] == before + pyo.quicksum(m.start[at] for at in started[site, t])

    @m.Constraint(m.sites, m.T)
    def site_size(m: Any, site: str, t: int) -> Any:
        if site in m.closed:
            return m.begun[site, t] <= d.room[site] * m.opened[site, t]
        return m.begun[site, t] <= d.room[site] - d.standing[site]

    @m.Constraint(m.sites, m.T)
    def halls_ready(m: Any, site: str, t: int) -> Any:
        before = m.it[site, t - 1] if t else d.existing[site]
        given = d.committed.get((site, t), 0.0)
        return m.it[site, t] == before + pyo.quicksum(m.start[at] for at in finished[site, t]) + given

    @m.Constraint(list(d.start_limit))
    def start_rate(m: Any, site: str, option: str, t: int) -> Any:
        year = [(site, option, n) for n in range(t - 3, t + 1) if (site, option, n) in m.start]
        return pyo.quicksum(m.start[at] for at in year) <= d.start_limit[site, option, t]

    @m.Constraint(m.sites, m.T)
    def ready_rate(m: Any, site: str, t: int) -> Any:
        year = range(max(0, t - 3), t + 1)
        ready = [m.start[at] for n in year for at in finished[site, n]]
        limit = max(0.0, d.ready_limit[site] - sum(d.committed.get((site, n), 0.0) for n in year))
        return pyo.quicksum(ready) <= limit if ready else pyo.Constraint.Skip

    @m.Constraint(m.sites, m.T)
    def connection_applied(m: Any, site: str, t: int) -> Any:
        before = m.applied[site, t - 1] if t else 0
        return m.applied[site, t] == before + (m.apply[site, t] if (site, t) in d.connected else 0)

    @m.Constraint(m.sites, m.T)
    def connection_size(m: Any, site: str, t: int) -> Any:
        most = d.pue[site] * d.room[site]
        return m.applied[site, t] <= (most * m.opened[site, t] if site in m.closed else most)

    @m.Constraint(m.sites, m.T)
    def connection_stands(m: Any, site: str, t: int) -> Any:
        before = m.grid_cap[site, t - 1] if t else 0
        connected = pyo.quicksum(m.apply[at] for at in matured[site, t])
        return m.grid_cap[site, t] == before + connected + d.connection_given.get((site, t), 0.0)


def _chips(m: Any, d: Data) -> None:
    arriving = grouped(d.delivered, lambda at: (at[0], at[1], d.delivered[at]))
    installed = grouped(d.installable, lambda at: (at[0], d.market_of[at[1]], at[2]))
    ordered = grouped(d.delivered, lambda at: (at[0], at[2]))

    @m.Constraint(m.held)
    def stock_balance(m: Any, chip: str, market: str, t: int) -> Any:
        before = d.keep[chip] * m.stock[chip, market, t - 1] if (chip, market, t - 1) in m.stock else 0
        arrived = pyo.quicksum(m.order[at] for at in arriving[chip, market, t])
        used = pyo.quicksum(m.install[at] for at in installed[chip, market, t])
        return m.stock[chip, market, t] + m.scrap[chip, market, t] + used == before + arrived

    @m.Constraint(m.fleets)
    def fleet_balance(m: Any, chip: str, site: str, t: int) -> Any:
        now, before = (chip, site, t), (chip, site, t - 1)
        kept = d.keep[chip] * m.fleet[before] if before in m.fleet else 0
        given = d.fleet_before.get((chip, site), 0.0) if t == 0 else 0
        added = m.install[chip, site, t] if now in m.install else 0
        return m.fleet[now] + m.retire[now] == kept + given + added

    @m.Constraint(m.fleets)
    def powered_fleet(m: Any, *at: Any) -> Any:
        return m.powered[at] <= m.fleet[at]

    @m.Constraint(m.orders)
    def supply(m: Any, chip: str, market: str, t: int) -> Any:
        return m.order[chip, market, t] <= d.supply[chip, market]

    @m.Constraint(d.chips, m.T)
    def shared_supply(m: Any, chip: str, t: int) -> Any:
        if not ordered[chip, t]:
            return pyo.Constraint.Skip
        return pyo.quicksum(m.order[at] for at in ordered[chip, t]) <= d.shared_supply[chip]

    @m.Constraint(d.pools, m.T)
    def supply_pools(m: Any, pool: str, t: int) -> Any:
        drawn = [
            d.pool_take[pool, chip] * m.order[at]
            for chip in d.chips
            if (pool, chip) in d.pool_take
            for at in ordered[chip, t]
        ]
        return pyo.quicksum(drawn) <= d.pool_capacity[pool] if drawn else pyo.Constraint.Skip


def _power(m: Any, d: Data) -> None:
    at_site = grouped(d.fleets, lambda at: at[1:])
    in_region = grouped(d.sites, d.region_of.get)
    in_market = grouped(d.sites, d.market_of.get)

    @m.Constraint(m.sites, m.T)
    def facility_load(m: Any, site: str, t: int) -> Any:
        load = pyo.quicksum(d.load[at[0]] * m.powered[at] for at in at_site[site, t])
        return m.grid[site, t] == d.pue[site] * load

    @m.Constraint(m.sites, m.T)
    def hall_space(m: Any, site: str, t: int) -> Any:
        racks = [d.load[at[0]] * m.fleet[at] for at in at_site[site, t]]
        return pyo.quicksum(racks) <= m.it[site, t] if racks else pyo.Constraint.Skip

    @m.Constraint(m.sites, m.T)
    def connection_limit(m: Any, site: str, t: int) -> Any:
        return m.grid[site, t] <= m.grid_cap[site, t]

    @m.Constraint(list(in_region), m.T)
    def headroom(m: Any, region: str, t: int) -> Any:
        return pyo.quicksum(m.grid[site, t] for site in in_region[region]) <= d.headroom[region, t]

    @m.Constraint(list(in_market), m.T)
    def national_energy(m: Any, market: str, t: int) -> Any:
        used = pyo.quicksum(d.load_factor[site] * m.grid[site, t] for site in in_market[market])
        return used <= d.energy[market, t]

    @m.Constraint(list(d.power_cap), m.T)
    def power_cap(m: Any, market: str, t: int) -> Any:
        return pyo.quicksum(m.grid[site, t] for site in in_market[market]) <= d.power_cap[market]


def _compute(m: Any, d: Data) -> None:
    working = grouped(d.fleets, lambda at: (at[0], d.region_of[at[1]], at[2]))
    given = grouped(d.serve, lambda at: (at[0], at[1], at[3]))
    doing = grouped(d.serve, lambda at: at[2:])

    @m.Constraint(list(given))
    def usable_fleet(m: Any, chip: str, region: str, t: int) -> Any:
        used = pyo.quicksum(m.served[at] for at in given[chip, region, t])
        return used <= d.usable[chip] * pyo.quicksum(m.powered[at] for at in working[chip, region, t])

    @m.Constraint(m.workloads, m.T)
    def demand(m: Any, workload: str, t: int) -> Any:
        met = pyo.quicksum(d.rate[at[0], workload] * m.served[at] for at in doing[workload, t])
        return met + m.shortfall[workload, t] >= d.demand[workload, t]


def _policy(m: Any, d: Data) -> None:
    licensed = [at for at in d.delivered if at[0] in d.quota_chips and at[1] in d.quota_markets]
    delivered = grouped(licensed, d.delivered.get)
    begun = grouped(d.ready, lambda at: (d.market_of[at[0]], at[2]))
    ordered, arriving = grouped(d.delivered, lambda at: at[2]), grouped(d.delivered, d.delivered.get)
    paid: dict[int, list[Any]] = defaultdict(list)
    for at in d.ready:
        for t, amount in d.payments(at):
            paid[t].append(amount * m.start[at])
    counted = grouped(m.counted, lambda at: at[2])

    @m.Constraint(range(len(d.quotas)))
    def licence_quota(m: Any, number: int) -> Any:
        window, most = d.quotas[number]
        counted = [m.order[at] for t in window for at in delivered[t]]
        return pyo.quicksum(counted) <= most if counted else pyo.Constraint.Skip

    @m.Constraint(range(len(d.budgets)))
    def budget(m: Any, number: int) -> Any:
        window, most = d.budgets[number]
        halls = pyo.quicksum(term for t in window for term in paid[t])
        sites = pyo.quicksum(d.opening[site] * m.open[site, t] for site in m.closed for t in window)
        grid = pyo.quicksum(
            d.connecting[site] * m.apply[site, t] for site in d.sites for t in window if (site, t) in d.connected
        )
        deposits = pyo.quicksum(d.deposit[at] * m.order[at] for t in window for at in ordered[t])
        balances = pyo.quicksum(d.balance[at] * m.order[at] for t in window for at in arriving[t])
        return halls + sites + grid + deposits + balances <= most

    @m.Constraint(list(d.build_rate), m.T)
    def build_rate(m: Any, market: str, t: int) -> Any:
        year = [m.start[at] for n in range(max(0, t - 3), t + 1) for at in begun[market, n]]
        return pyo.quicksum(year) <= d.build_rate[market] if year else pyo.Constraint.Skip

    @m.Constraint(m.counted)
    def new_or_old(m: Any, *at: Any) -> Any:
        """Chips that stand were installed since the rule began or stood before."""
        return m.new[at] + m.old[at] == m.fleet[at]

    @m.Constraint(m.counted)
    def new_left(m: Any, chip: str, site: str, t: int) -> Any:
        before = (chip, site, t - 1)
        left = d.keep[chip] * m.new[before] if before in m.new else 0
        installed = [m.install[chip, site, t]] if (chip, site, t) in m.install else []
        return m.new[chip, site, t] <= left + pyo.quicksum(installed)

    @m.Constraint(m.counted)
    def old_left(m: Any, chip: str, site: str, t: int) -> Any:
        before = (chip, site, t - 1)
        if before in m.old:
            return m.old[chip, site, t] <= d.keep[chip] * m.old[before]
        if t == 0:
            return m.old[chip, site, t] <= d.fleet_before.get((chip, site), 0.0)
        return m.old[chip, site, t] <= (d.keep[chip] * m.fleet[before] if before in m.fleet else 0)

    @m.Constraint(m.ruled)
    def domestic_share(m: Any, t: int) -> Any:
        ours = pyo.quicksum(m.new[at] for at in counted[t] if at[0] in d.domestic)
        return ours >= d.share * pyo.quicksum(m.new[at] for at in counted[t])


def _residual(m: Any, d: Data) -> None:
    lots = grouped(d.left_share, lambda at: at[:2])
    last = grouped((at for at in d.fleets if at[2] == d.periods - 1), lambda at: (at[0], d.market_of[at[1]]))

    @m.Constraint(m.lots)
    def residual_of_delivery(m: Any, *at: Any) -> Any:
        return m.left[at] <= d.left_share[at] * m.order[at]

    @m.Constraint(list(lots))
    def residual_of_fleet(m: Any, chip: str, market: str) -> Any:
        standing = pyo.quicksum(m.fleet[at] for at in last[chip, market])
        return pyo.quicksum(m.left[at] for at in lots[chip, market]) <= standing


def _cost(m: Any, d: Data) -> Any:
    """Present cost, million USD."""
    worth, end = d.discount, d.end_discount
    sums = [
        (sum(worth[n] * amount for n, amount in d.payments(at)) - end * d.hall_left[at]) * m.start[at] for at in d.ready
    ]
    sums += [worth[t] * d.opening[site] * m.open[site, t] for site, t in m.open]
    sums += [worth[t] * d.connecting[site] * m.apply[site, t] for site, t in m.apply]
    sums += [worth[t] * d.upkeep[site] * m.it[site, t] for site, t in m.it]
    sums += [worth[t] * d.tariff[site] * m.grid[site, t] for site, t in m.grid]
    sums += [(worth[at[2]] * d.deposit[at] + worth[n] * d.balance[at]) * m.order[at] for at, n in d.delivered.items()]
    sums += [worth[at[2]] * d.holding_cost[at[0]] * m.stock[at] for at in d.held]
    sums += [worth[at[2]] * d.chip_upkeep[at[0]] * m.fleet[at] for at in d.fleets]
    sums += [worth[at[3]] * d.running[at[0], at[2]] * m.served[at] for at in d.serve]
    sums += [worth[t] * d.shortfall[workload] * m.shortfall[workload, t] for workload, t in m.shortfall]
    sums += [-end * d.chip_left[at] * m.left[at] for at in d.left_share]
    return pyo.quicksum(sums) + sum(worth[t] * cost for t, cost in d.committed_cost.items())


def solved(m: pyo.ConcreteModel, algorithm: str) -> float:
    """Present cost, million USD; `algorithm` is HiGHS's, "choose" being its default."""
    highs = pyo.SolverFactory("appsi_highs")
    highs.highs_options = {"solver": algorithm}
    found = highs.solve(m)
    if found.solver.termination_condition != pyo.TerminationCondition.optimal:
        raise RuntimeError(f"not solved: {found.solver.termination_condition}")
    return float(pyo.value(m.cost))


def tables(m: pyo.ConcreteModel) -> dict[str, pd.DataFrame]:
    """Starts, orders, fleet and what serves which workload, by name."""
    families = {
        "start": (m.start, ["site", "option", "period"]),
        "order": (m.order, ["chip", "market", "period"]),
        "fleet": (m.fleet, ["chip", "site", "period"]),
        "serve": (m.served, ["chip", "region", "workload", "period"]),
    }
    return {
        name: pd.Series(variable.extract_values(), name=name).rename_axis(index).reset_index()
        for name, (variable, index) in families.items()
    }
