"""A second formulation of the model, against which the planner's optimum is checked.

It shares nothing with the planner's model but the schema and the helpers for profiles, dates and money. It has
no state variables: halls, grid, stock and fleet are sums over the whole past. That makes the matrix large and
the code short, which suits cases of a few periods. Money is in million USD, power in MW, compute in PFLOP/s and
chips are single chips.

One path, a deterministic case, is one such program. A scenario tree is the programs of its scenarios side by side, each
an ordinary deterministic case, in which decisions of the same node are one and the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from math import inf, prod

import highspy
import numpy as np

from planner.lp import SilentHighs
from planner.money import discount_factor, end_factor, loss_per_period, unspent_share
from planner.profile import value_at
from planner.schema import Case

HOURS = 8760.0
CAPITAL = {"site opening", "site capex", "grid connection", "chip purchase", "import fee", "cancellation"}


class Sum:
    """A constant plus decisions with their factors."""

    def __init__(self, constant: float = 0.0, terms: dict[int, float] | None = None) -> None:
        """Nothing by default."""
        self.constant = constant
        self.terms = terms or {}

    def __add__(self, other: Sum | float) -> Sum:
        if not isinstance(other, Sum):
            return Sum(self.constant + other, self.terms)
        terms = dict(self.terms)
        for column, factor in other.terms.items():
            terms[column] = terms.get(column, 0.0) + factor
        return Sum(self.constant + other.constant, terms)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Sum:
        return Sum(self.constant * factor, {column: value * factor for column, value in self.terms.items()})

    __rmul__ = __mul__

    def __sub__(self, other: Sum | float) -> Sum:
        return self + other * -1.0


def total(sums: Iterable[Sum]) -> Sum:
    """The sum of sums."""
    return sum(sums, Sum())


class Program:
    """A tiny linear program: decisions of 0 or more, rows of the form `sum <= limit` or `sum >= limit`."""

    def __init__(self) -> None:
        """An empty program."""
        self.whole: list[bool] = []
        self.rows: list[tuple[Sum, float, float]] = []
        self.named: dict[Hashable, Sum] = {}

    def decide(self, *, whole: bool = False) -> Sum:
        """A new decision."""
        self.whole.append(whole)
        return Sum(0.0, {len(self.whole) - 1: 1.0})

    def decide_once(self, name: Hashable, *, whole: bool = False) -> Sum:
        """A decision by name, the same one each time."""
        if name not in self.named:
            self.named[name] = self.decide(whole=whole)
        return self.named[name]

    def most(self, value: Sum, limit: Sum | float) -> None:
        """`value <= limit`."""
        self.rows.append((value - limit, -inf, 0.0))

    def least(self, value: Sum, limit: Sum | float) -> None:
        """`value >= limit`."""
        self.rows.append((value - limit, 0.0, inf))

    def minimise(self, cost: Sum) -> tuple[float, float]:
        """Least cost, and the sum of its parts without their signs; infinite when nothing is feasible."""
        solver = SilentHighs()
        for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
            solver.setOptionValue(tolerance, 1e-9)
        solver.setOptionValue("mip_rel_gap", 1e-9)
        solver.setOptionValue("mip_abs_gap", 1e-9)
        solver.passModel(self._highs(cost))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            solver.passModel(self._highs(Sum()))
            solver.run()
            feasible = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            status = highspy.HighsModelStatus.kUnbounded if feasible else highspy.HighsModelStatus.kInfeasible
        if status == highspy.HighsModelStatus.kInfeasible:
            return inf, inf
        if status == highspy.HighsModelStatus.kUnbounded:
            return -inf, inf
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            raise ArithmeticError(f"the reference's solver stopped with {solver.modelStatusToString(status)}")
        values = solver.getSolution().col_value
        parts = [factor * values[column] for column, factor in cost.terms.items()]
        return cost.constant + sum(parts), abs(cost.constant) + sum(map(abs, parts))

    def _highs(self, cost: Sum) -> highspy.HighsLp:
        count = len(self.whole)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = count, len(self.rows)
        lp.col_cost_ = np.array([cost.terms.get(column, 0.0) for column in range(count)])
        lp.col_lower_, lp.col_upper_ = np.zeros(count), np.full(count, inf)
        lp.row_lower_ = np.array([low - value.constant for value, low, _ in self.rows])
        lp.row_upper_ = np.array([high - value.constant for value, _, high in self.rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        kept = [{column: factor for column, factor in value.terms.items() if factor} for value, _, _ in self.rows]
        lp.a_matrix_.start_ = np.cumsum([0, *map(len, kept)])
        lp.a_matrix_.index_ = np.array([column for terms in kept for column in terms], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([factor for terms in kept for factor in terms.values()])
        if any(self.whole):
            kinds = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}
            lp.integrality_ = [kinds[whole] for whole in self.whole]
        return lp


def reference_cost(case: Case) -> float:
    """Least present cost of a deterministic case, million USD; infinite when no plan is feasible."""
    return reference(case)[0]


def reference(case: Case) -> tuple[float, float]:
    """Least present cost and the turnover behind it: every cost and credit without its sign, million USD."""
    one = Scenario(case)
    return one.program.minimise(one.build())


class Scenario:
    """The program of one deterministic case. Decisions are lists by period; those that do not exist are zero.

    In a tree, scenarios share a program; `nodes` names the node in each period, and decisions with the same name at
    the same node are one. `offered` names those that some scenario of the tree has a use for: what is begun
    for its sake is begun in the others as well, and comes to nothing there.
    """

    def __init__(
        self,
        case: Case,
        program: Program | None = None,
        nodes: Sequence[Hashable] | None = None,
        offered: Iterable[Hashable] = (),
    ) -> None:
        """Nothing is built yet."""
        self.case = case
        self.nodes = nodes or list(case.settings.timeline)
        self.offered = frozenset(offered)
        self.line = case.settings.timeline
        self.years = self.line.years_per_period
        self.periods = list(self.line)
        self.program = program or Program()
        self.booked: list[tuple[str, str, int, Sum]] = []
        self.at_end = Sum()
        self.market_of = {site: case.regions[row.region].market for site, row in case.sites.items()}
        self.keep = {
            chip: 1.0 - loss_per_period(row.attrition_per_year, self.years) for chip, row in case.chips.items()
        }

    def build(self) -> Sum:
        """Every row of the case, and its present cost."""
        self._sites()
        self._orders()
        self._fleets()
        self._power()
        self._compute()
        self._chip_residual()
        self._chip_rules()
        self._other_rules()
        rate = self.case.settings.discount_rate
        cost = total(value * discount_factor(rate, t, self.years) for _, _, t, value in self.booked)
        return cost + self.at_end * end_factor(rate, len(self.periods), self.years)

    # Small helpers.

    def decide(self, t: int, *name: Hashable, whole: bool = False) -> Sum:
        """The decision of that name in a period."""
        return self.program.decide_once((self.nodes[t], *name), whole=whole)

    def useful(self, t: int, *name: Hashable) -> bool:
        """Whether another scenario of the tree has a use for a decision."""
        return (self.nodes[t], *name) in self.offered

    def at(self, profile, t: int) -> float:
        """Value of a profile in a period."""
        return value_at(profile, self.line.first_day(t), self.line.first_day(t + 1), self.line.start)

    def holds(self, rule, t: int) -> bool:
        return rule.enabled and self.line.in_force(t, rule.since, rule.until)

    def span(self, rule) -> list[int]:
        """Periods in which a rule is in force."""
        return [t for t in self.periods if self.holds(rule, t)]

    def windows(self, rule) -> list[list[int]]:
        """The rule's periods, in the spans that one limit covers."""
        span = self.span(rule)
        if rule.window == "whole":
            return [span] if span else []
        if rule.window == "period":
            return [[t] for t in span]
        years = sorted({self.line.calendar_year(t) for t in span})
        return [[t for t in span if self.line.calendar_year(t) == year] for year in years]

    def book(self, account: str, market: str, t: int, musd: Sum | float) -> None:
        if t in self.periods:
            self.booked.append((account, market, t, Sum() + musd))

    def limit(self, rule, value: Sum, most: Sum | float, window: Sequence[int]) -> None:
        """`value <= most`, or the excess is paid for when the rule is soft."""
        price = rule.violation_usd_per_unit_year
        if price is not None:
            excess = self.program.decide()
            value = value - excess
            self.book("soft rules", "", window[-1], excess * (price * len(window) * self.years / 1e6))
        self.program.most(value, most)

    def rules(self, kind: str):
        return getattr(self.case.policy, kind).values()

    # Sites and grid connections.

    def _matures(self, months) -> list[int | None]:
        """For what is begun in each period, the first period that reaches back to it."""
        reach = [t - self.line.lag(self.at(months, t)) for t in self.periods]
        return [next((t for t in self.periods if reach[t] >= begun), None) for begun in self.periods]

    def _sites(self) -> None:
        self.halls: dict[str, list[Sum]] = {}
        self.connection: dict[str, list[Sum]] = {}
        self.started: dict[str, list[Sum]] = {}
        for name, site in self.case.sites.items():
            self._halls_and_grid(name, site)

    def _halls_and_grid(self, name: str, site) -> None:
        market, last = self.market_of[name], len(self.periods)
        is_whole = self.case.settings.whole_phases if site.whole_phases is None else site.whole_phases
        opened = [Sum(1.0)] * last
        if not (site.existing_it_mw or any(halls.it_mw for halls in site.committed.values())):
            opening = [self.decide(t, "opening", name, whole=is_whole) for t in self.periods]
            opened = [total(opening[: t + 1]) for t in self.periods]
            self.program.most(opened[-1], 1.0)
            for t in self.periods:
                self.book("site opening", market, t, opening[t] * self.at(site.opening_musd, t))
        committed = [0.0] * last
        for halls in site.committed.values():
            ready = self.line.from_date(halls.ready)
            if ready < last:
                committed[ready] += halls.it_mw
            for t in range(max(1, ready)):
                self.book("site capex", market, t, halls.remaining_cost_musd / max(1, ready))
        started = [Sum()] * last
        ready_now = [Sum()] * last
        for option_name, option in site.build_options.items():
            done = self._matures(option.build_months)
            for t in self.periods:
                day = self.line.first_day(t)
                too_early = site.earliest_start is not None and day < site.earliest_start
                too_late = site.latest_start is not None and day > site.latest_start
                arrives = done[t]
                start = "start", name, option_name
                if too_early or too_late or (arrives is None and not self.useful(t, *start)):
                    continue
                begun = self.decide(t, *start, whole=is_whole and option.phase_mw is not None)
                if is_whole and option.phase_mw is not None:
                    begun = begun * option.phase_mw
                started[t] += begun
                if arrives is not None:
                    ready_now[arrives] += begun
                if option.max_start_mw_per_year is not None:
                    self.program.most(begun, self.at(option.max_start_mw_per_year, t) * self.years)
                capex = self.at(option.capex_musd_per_mw, t)
                parts = max(1, self.line.lag(self.at(option.build_months, t)))
                paid = parts if arrives is None else min(parts, max(1, arrives - t + 1))
                for later in range(t, t + paid):
                    unpaid = parts - paid if later == t + paid - 1 else 0
                    self.book("site capex", market, later, begun * (capex * (1 + unpaid) / parts))
                if option.life_years is not None and arrives is not None:
                    age = (last - arrives) * self.years
                    self.at_end -= begun * (capex * unspent_share(age, option.life_years))
        self.started[name] = started
        all_committed = sum(halls.it_mw for halls in site.committed.values())
        for t in self.periods:
            begun_so_far = total(started[: t + 1]) + site.existing_it_mw + all_committed
            self.program.most(begun_so_far, opened[t] * site.max_it_mw)
            if site.max_ready_mw_per_year is not None:
                cap = self.at(site.max_ready_mw_per_year, t) * self.years
                self.program.most(ready_now[t] + committed[t], max(cap, committed[t]))
        self.halls[name] = [
            total(ready_now[: t + 1]) + site.existing_it_mw + sum(committed[: t + 1]) for t in self.periods
        ]
        for t in self.periods:
            self.book("o&m", market, t, self.halls[name][t] * (self.at(site.om_musd_per_mw_year, t) * self.years))

        done = self._matures(site.grid_connection_months)
        applied = [
            self.decide(t, "application", name) if done[t] is not None or self.useful(t, "application", name) else Sum()
            for t in self.periods
        ]
        self.connection[name] = []
        for t in self.periods:
            self.program.most(total(applied[: t + 1]), opened[t] * (site.pue * site.max_it_mw))
            self.book("grid connection", market, t, applied[t] * self.at(site.grid_connection_musd_per_mw, t))
            given = site.pue * (site.existing_it_mw + sum(committed[: t + 1]))
            if site.grid_connected_from is not None and self.line.first_day(t) >= site.grid_connected_from:
                given = max(given, site.pue * site.max_it_mw)
            arrived = [applied[k] for k in self.periods if done[k] is not None and done[k] <= t]
            self.connection[name].append(total(arrived) + given)

    # Chips.

    def _bans(self, chip: str, market: str, t: int) -> list:
        return [ban for ban in self.rules("bans") if chip in ban.chips and market in ban.markets and self.holds(ban, t)]

    def _cancels(self, chip: str, market: str, t: int) -> list:
        return [ban for ban in self._bans(chip, market, t) if ban.undelivered == "cancelled"]

    def _fee_rate(self, chip: str, market: str, t: int) -> float:
        return sum(
            self.at(fee.rate, t)
            for fee in self.rules("import_fees")
            if chip in fee.chips and market in fee.markets and self.holds(fee, t)
        )

    def _inspection(self, chip: str, market: str, t: int) -> float:
        return sum(
            self.at(rule.months, t)
            for rule in self.rules("inspections")
            if chip in rule.chips and market in rule.markets and self.holds(rule, t)
        )

    def _orders(self) -> None:
        last = len(self.periods)
        self.pairs = [(chip, market) for chip in self.case.chips for market in self.case.markets]
        self.ordered = {pair: [Sum()] * last for pair in self.pairs}
        self.delivered = {pair: [Sum()] * last for pair in self.pairs}
        self.deliveries: dict[tuple[str, str], list[tuple[int, int, Sum]]] = {pair: [] for pair in self.pairs}
        for chip, row in self.case.chips.items():
            for market, channel in row.markets.items():
                for t in self.periods:
                    self._order(chip, market, channel, t)
        for placed in self.case.orders_placed.values():
            self._placed(placed)
        self._supply()

    def _order(self, chip: str, market: str, channel, t: int) -> None:
        if not self.line.in_force(t, channel.available_from, channel.available_until):
            return
        lead = self.at(channel.lead_months, t)
        arrives = next(
            (n for n in self.periods if n - self.line.lag(lead + self._inspection(chip, market, n)) >= t), None
        )
        if self._bans(chip, market, t):
            return
        until = self.periods[-1] if arrives is None else arrives
        cancelled = next((n for n in range(t + 1, until + 1) if self._cancels(chip, market, n)), None)
        order = "order", chip, market
        if (arrives is None or cancelled is not None) and not self.useful(t, *order):
            return
        units = self.decide(t, *order)
        self.ordered[chip, market][t] += units
        price, deposit = self.at(channel.price_usd, t), self.at(channel.deposit_share, t)
        self.book("chip purchase", market, t, units * (price * deposit / 1e6))
        if cancelled is not None:
            share = min(ban.refund_share for ban in self._cancels(chip, market, cancelled))
            self.book("cancellation", market, cancelled, units * (-share * price * deposit / 1e6))
            return
        if arrives is None:
            return
        self.delivered[chip, market][arrives] += units
        self.deliveries[chip, market].append((t, arrives, units))
        self.book("chip purchase", market, arrives, units * (price * (1.0 - deposit) / 1e6))
        fee = self._fee_rate(chip, market, arrives) * self.at(channel.chip_value_usd, t)
        self.book("import fee", market, arrives, units * (fee / 1e6))

    def _placed(self, placed) -> None:
        chip, market, due = placed.chip, placed.market, self.line.from_date(placed.due)
        if placed.cancellable:
            for t in self.periods[: due + 1]:
                bans = self._cancels(chip, market, t)
                if bans:
                    share = min(ban.refund_share for ban in bans)
                    self.book("cancellation", market, t, -share * placed.deposit_paid_usd / 1e6)
                    return
        if due >= len(self.periods):
            return
        self.delivered[chip, market][due] += placed.units
        balance = placed.units * placed.price_usd - placed.deposit_paid_usd
        self.book("chip purchase", market, due, balance / 1e6)
        channel = self.case.chips[chip].markets.get(market)
        if channel is not None:
            fee = self._fee_rate(chip, market, due) * self.at(channel.chip_value_usd, due)
            self.book("import fee", market, due, placed.units * fee / 1e6)

    def _supply(self) -> None:
        for t in self.periods:
            for chip, row in self.case.chips.items():
                holders = [(row, total(self.ordered[chip, market][t] for market in self.case.markets))]
                holders += [(channel, self.ordered[chip, market][t]) for market, channel in row.markets.items()]
                for holder, units in holders:
                    if holder.supply_per_year is not None:
                        share = self.at(holder.operator_share, t)
                        self.program.most(units, self.at(holder.supply_per_year, t) * share * self.years)
            for name, pool in self.case.pools.items():
                taken = total(
                    self.ordered[chip, market][t] * self.case.chips[chip].pools.get(name, 0.0)
                    for chip, market in self.pairs
                )
                size = prod(
                    self.at(each, t) for each in (pool.capacity_per_year, pool.yield_share, pool.operator_share)
                )
                self.program.most(taken, size * self.years)

    def _worn(self, chip: str, flows: Sequence[Sum | float], t: int) -> Sum:
        """What is left in a period of all that has come and gone up to then."""
        return total(Sum() + flows[v] * self.keep[chip] ** (t - v) for v in range(t + 1))

    def _fleets(self) -> None:
        grid = [(chip, site) for chip in self.case.chips for site in self.case.sites]
        self.install = {pair: [self.decide(t, "install", *pair) for t in self.periods] for pair in grid}
        self.retire = {pair: [self.decide(t, "retire", *pair) for t in self.periods] for pair in grid}
        self.fleet: dict[tuple[str, str], list[Sum]] = {}
        for chip, site in grid:
            there = self.case.sites[site].existing_fleet.get(chip)
            flow = [self.install[chip, site][t] - self.retire[chip, site][t] for t in self.periods]
            flow[0] += there.units if there else 0.0
            self.fleet[chip, site] = [self._worn(chip, flow, t) for t in self.periods]
            upkeep = self.case.chips[chip].om_usd_per_unit_year
            for t, units in enumerate(self.fleet[chip, site]):
                self.program.least(units, 0.0)
                self.book("o&m", self.market_of[site], t, units * (self.at(upkeep, t) * self.years / 1e6))
        self.stock: dict[tuple[str, str], list[Sum]] = {}
        for chip, market in self.pairs:
            self._stock(chip, market)
            self._service_life(chip, market)
        for bar in self.rules("site_bars"):
            for t in self.span(bar):
                for chip, site in ((chip, site) for chip in bar.chips for site in bar.sites):
                    self.program.most(self.install[chip, site][t], 0.0)
                    if bar.evict:
                        self.program.most(self.fleet[chip, site][t], 0.0)

    def _sites_in(self, market: str) -> list[str]:
        return [site for site in self.case.sites if self.market_of[site] == market]

    def _stock(self, chip: str, market: str) -> None:
        row = self.case.chips[chip]
        flow = []
        for t in self.periods:
            taken = total(self.install[chip, site][t] for site in self._sites_in(market))
            flow.append(self.delivered[chip, market][t] - taken - self.decide(t, "scrap", chip, market))
        flow[0] += self._waiting(chip, market)
        self.stock[chip, market] = [self._worn(chip, flow, t) for t in self.periods]
        for t, units in enumerate(self.stock[chip, market]):
            self.program.least(units, 0.0)
            holding = self.at(row.holding_usd_per_unit_year, t) * self.years / 1e6
            self.book("stock holding", market, t, units * holding)

    def _waiting(self, chip: str, market: str) -> float:
        channel = self.case.chips[chip].markets.get(market)
        return channel.stock_units if channel else 0.0

    def _service_life(self, chip: str, market: str) -> None:
        """Units in use or waiting never exceed what was delivered and is still young enough."""
        row = self.case.chips[chip]
        life = inf if row.service_life_years is None else self.line.life(row.service_life_years)
        there = [
            self.case.sites[site].existing_fleet[chip]
            for site in self._sites_in(market)
            if chip in self.case.sites[site].existing_fleet
        ]
        for t in self.periods:
            young = total(
                self.delivered[chip, market][v] * self.keep[chip] ** (t - v) for v in range(t + 1) if t - v < life
            )
            if t < life:
                young += self._waiting(chip, market) * self.keep[chip] ** t
            for fleet in there:
                if fleet.until is None or t < self.line.from_date(fleet.until):
                    young += fleet.units * self.keep[chip] ** t
            used = total(self.fleet[chip, site][t] for site in self._sites_in(market))
            self.program.most(used + self.stock[chip, market][t], young)

    def _chip_residual(self) -> None:
        last = len(self.periods)
        for chip, market in self.pairs:
            life = self.case.chips[chip].residual_life_years
            if life is None or not self.deliveries[chip, market]:
                continue
            channel = self.case.chips[chip].markets[market]
            credited = Sum()
            for ordered, arrived, units in self.deliveries[chip, market]:
                left = self.program.decide()
                self.program.most(left, units * self.keep[chip] ** (last - 1 - arrived))
                credited += left
                price = self.at(channel.price_usd, ordered)
                if self.case.settings.residual_price == "market":
                    price = min(price, self.at(channel.price_usd, last - 1))
                worth = price * unspent_share((last - arrived) * self.years, life)
                self.at_end -= left * (worth / 1e6)
            self.program.most(credited, total(self.fleet[chip, site][-1] for site in self._sites_in(market)))

    # Power and compute.

    def _power(self) -> None:
        case = self.case
        self.powered = {pair: [self.decide(t, "powered", *pair) for t in self.periods] for pair in self.fleet}
        self.draw: dict[str, list[Sum]] = {}
        self.mwh: dict[str, list[Sum]] = {}
        for name, site in case.sites.items():
            self.draw[name], self.mwh[name] = [], []
            region, market = case.regions[site.region], self.market_of[name]
            for t in self.periods:
                for chip in case.chips:
                    self.program.most(self.powered[chip, name][t], self.fleet[chip, name][t])
                load = total(self.powered[chip, name][t] * (row.it_kw / 1e3) for chip, row in case.chips.items())
                self.program.most(load, self.halls[name][t])
                self.draw[name].append(load * site.pue)
                self.program.most(self.draw[name][t], self.connection[name][t])
                hours = self.at(site.load_factor, t) * HOURS * self.years
                self.mwh[name].append(self.draw[name][t] * hours)
                tariff = self.at(region.tariff_usd_per_mwh, t)
                self.book("energy", market, t, self.mwh[name][t] * (tariff / 1e6))
                for chip, row in case.chips.items():
                    subsidy = sum(
                        self.at(rule.usd_per_kwh, t)
                        for rule in self.rules("power_subsidies")
                        if row.origin in rule.origins and site.region in rule.regions and self.holds(rule, t)
                    )
                    kwh = self.powered[chip, name][t] * (site.pue * row.it_kw * hours)
                    self.book("power subsidy", market, t, kwh * (-min(subsidy, tariff / 1e3) / 1e6))
        for t in self.periods:
            for name, region in case.regions.items():
                if region.headroom_mw is not None:
                    drawn = total(self.draw[site][t] for site, row in case.sites.items() if row.region == name)
                    self.program.most(drawn, self.at(region.headroom_mw, t))
            for name, market in case.markets.items():
                if market.generation_twh_per_year is not None:
                    used = total(self.mwh[site][t] for site in self._sites_in(name))
                    share = self.at(market.ai_share, t) * self.at(market.operator_share, t)
                    made = self.at(market.generation_twh_per_year, t) * 1e6 * self.years
                    self.program.most(used, made * share)

    def _compute(self) -> None:
        case = self.case
        for t in self.periods:
            given: dict[tuple[str, str], Sum] = defaultdict(Sum)
            for workload_name, workload in case.workloads.items():
                served = Sum()
                for region_name, region in case.regions.items():
                    if workload.markets is not None and region.market not in workload.markets:
                        continue
                    if workload.regions is not None and region_name not in workload.regions:
                        continue
                    network = 0.0
                    if workload.regions is not None:
                        network = self.at(workload.regions[region_name].network_usd_per_pflops_year, t)
                    for chip_name, chip in case.chips.items():
                        rate, running = self._on_workload(chip_name, workload, t)
                        if rate is None or (chip.memory_gb or 0.0) < workload.min_memory_gb:
                            continue
                        units = self.decide(t, "serve", chip_name, region_name, workload_name)
                        given[chip_name, region_name] += units
                        served += units * rate
                        cost = (network * rate + running) * self.years / 1e6
                        self.book("network, running", region.market, t, units * cost)
                if workload.shortfall is not None:
                    short = self.decide(t, "shortfall", workload_name)
                    served += short
                    price = self.at(workload.shortfall.usd_per_pflops_year, t) * self.years / 1e6
                    self.book("shortfall", "", t, short * price)
                self.program.least(served, self.at(workload.demand_pflops, t))
            for (chip_name, region_name), units in given.items():
                chip = case.chips[chip_name]
                channel = chip.markets.get(case.regions[region_name].market)
                usable = self.at(chip.availability, t) * (self.at(channel.usable_share, t) if channel else 1.0)
                on = total(self.powered[chip_name, s][t] for s, row in case.sites.items() if row.region == region_name)
                self.program.most(units, on * usable)

    def _on_workload(self, chip: str, workload, t: int) -> tuple[float | None, float]:
        """PFLOP/s of one chip on a workload and its running cost, USD a year; no rate where it may not serve."""
        peak = self.case.chips[chip].peak_pflops
        if workload.chips is None:
            return peak.get(workload.precision), 0.0
        pair = workload.chips.get(chip)
        if pair is None:
            return None, 0.0
        efficiency = self.at(pair.efficiency, t)
        return peak[pair.precision or workload.precision] * efficiency, self.at(pair.running_usd_per_unit_year, t)

    # Policy.

    def _arrivals(self, chips: Iterable[str], markets: Iterable[str], window: Iterable[int]) -> Sum:
        pairs = {(chip, market) for chip in chips for market in markets}
        return total(self.delivered[pair][t] for pair in sorted(pairs) for t in window)

    def _chip_rules(self) -> None:
        for rule in self.rules("licence_quotas"):
            for window in self.windows(rule):
                if rule.units is not None:
                    most = self.at(rule.units, window[0]) * self.at(rule.operator_share, window[0])
                else:
                    parts = (rule.sales_units_per_year, rule.sales_share, rule.operator_share)
                    most = sum(prod(self.at(part, t) for part in parts) * self.years for t in window)
                self.limit(rule, self._arrivals(rule.chips, rule.markets, window), most, window)
        for rule in self.rules("bundling"):
            span = self.span(rule)
            for t in span:
                past = [v for v in span if v <= t]
                foreign = self._arrivals(rule.foreign, [rule.market], past)
                domestic = self._arrivals(rule.domestic, [rule.market], past)
                self.limit(rule, foreign * self.at(rule.ratio, t), domestic, [t])
        for rule in self.rules("domestic_shares"):
            sites = [
                site
                for site in self._sites_in(rule.market)
                if (rule.sites is None or site in rule.sites)
                and (rule.regions is None or self.case.sites[site].region in rule.regions)
            ]
            own, everything = Sum(), Sum()
            for t in self.span(rule):
                for chip, row in self.case.chips.items():
                    weight = self._weight(rule, chip, t)
                    came = total(self.install[chip, site][t] for site in sites)
                    everything += came * weight
                    if row.origin in (rule.origins if rule.origins is not None else [rule.market]):
                        own += (came - total(self.retire[chip, site][t] for site in sites)) * weight
                self.limit(rule, everything * self.at(rule.share, t), own, [t])

    def _weight(self, rule, chip: str, t: int) -> float:
        row = self.case.chips[chip]
        if rule.measure == "units":
            return 1.0
        if rule.measure == "mw":
            return row.it_kw / 1e3
        if rule.measure == "spend":
            return self.at(row.markets[rule.market].price_usd, t) / 1e6 if rule.market in row.markets else 0.0
        return row.peak_pflops.get(rule.precision, 0.0)

    def _other_rules(self) -> None:
        case = self.case
        tonnes = {
            site: [self.mwh[site][t] * self.at(case.regions[row.region].carbon_t_per_mwh, t) for t in self.periods]
            for site, row in case.sites.items()
        }
        for rule in self.rules("carbon_prices"):
            for t in self.span(rule):
                for site in self._among(rule.markets):
                    self.book("carbon", self.market_of[site], t, tonnes[site][t] * (self.at(rule.usd_per_t, t) / 1e6))
        for rule in self.rules("carbon_caps"):
            for t in self.span(rule):
                value = total(tonnes[site][t] for site in self._among(rule.markets))
                self.limit(rule, value, self.at(rule.t_per_year, t) * self.years, [t])
        for rule in self.rules("power_caps"):
            for t in self.span(rule):
                value = total(self.draw[site][t] for site in self._among(rule.markets))
                self.limit(rule, value, self.at(rule.mw, t), [t])
        for rule in self.rules("build_rates"):
            for t in self.span(rule):
                value = total(self.started[site][t] for site in self._among(rule.markets))
                self.limit(rule, value, self.at(rule.mw_per_year, t) * self.years, [t])
        for rule in self.rules("capacity_limits"):
            for t in self.span(rule):
                value = self._capacity(rule, t)
                if rule.most is not None:
                    self.limit(rule, value, self.at(rule.most, t), [t])
                if rule.least is not None:
                    self.limit(rule, value * -1.0, -self.at(rule.least, t), [t])
        capital = [entry for entry in self.booked if entry[0] in CAPITAL]
        for rule in self.rules("budgets"):
            for window in self.windows(rule):
                value = total(
                    musd
                    for _, market, t, musd in capital
                    if t in window and (rule.markets is None or market in rule.markets)
                )
                self.limit(rule, value, self.at(rule.musd, window[0]), window)

    def _among(self, markets: list[str] | None) -> list[str]:
        return [site for site in self.case.sites if markets is None or self.market_of[site] in markets]

    def _capacity(self, rule, t: int) -> Sum:
        sites = [site for site in self._among(rule.markets) if rule.sites is None or site in rule.sites]
        if rule.measure == "hall_mw":
            return total(self.halls[site][t] for site in sites)
        value = Sum()
        for chip, row in self.case.chips.items():
            if rule.chips is None or chip in rule.chips:
                weight = {
                    "units": 1.0,
                    "chip_mw": row.it_kw / 1e3,
                    "pflops": row.peak_pflops.get(rule.precision, 0.0),
                }[rule.measure]
                value += total(self.fleet[chip, site][t] for site in sites) * weight
        return value
