"""Which input of the case makes each amount of money: every entry of the ledger under the path of its price.

The ledger states the amounts; where one amount is made by several prices (two build options of a site, orders from
before the plan beside those of the plan), it is shared out by what each of them comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.discounting import unspent_share
from planner.plan_reader.orders_and_fleet import Order, orders_of, paid_musd
from planner.plan_reader.path_tables import PathTables
from planner.plan_reader.period_values import first_at_least
from planner.schema import Case
from planner.solution import Solution
from planner.units import KW_PER_MW, USD_PER_MUSD

Weight = tuple[str, float]
"""Case path of a price, and what it comes to."""
Entry = tuple[str, int, str, str]
"""Account, period, market and item of an amount of the ledger."""


@dataclass(frozen=True)
class Filed:
    """An amount of money under the input that makes it."""

    account: str
    """Account of the ledger."""
    path: str
    """Case path of the price; of a residual value, that of the life that leaves it."""
    present_musd: float
    """Present amount, million USD; benefits are negative."""
    scales_with: str = ""
    """Of a residual value, the path of the price that it is a share of; empty otherwise."""
    life_effect: float = 0.0
    """Of a residual value, by what share it grows per share of its life: age over what is left of it."""


@dataclass(frozen=True)
class _Worth:
    """A residual value of one vintage: its life, its price and what is left."""

    life: str
    price: str
    amount: float
    effect: float


def filed(case: Case, solution: Solution) -> Iterator[Filed]:
    """Every amount of a plan on one path; `case` is the path's own."""
    makers = _Makers(PathTables(case, solution))
    columns = ("account", "node", "market", "item", "present_musd")
    for account, node, market, item, amount in solution.rows("ledger", *columns):
        if not amount:
            continue
        entry = (account, makers.plan.period_of[node], market or "", item)
        if account == "residual value":
            yield from _residual(makers, entry, amount)
            continue
        for path, share in _shares(list(MAKERS[account](makers, entry)), item):
            yield Filed(account, path, amount * share)


def _shares(weights: list[Weight], item: str) -> Iterator[Weight]:
    """Shares that add up to one; what no price explains stays under the name of its item."""
    total = sum(weight for _, weight in weights)
    if total > 0:
        yield from ((path, weight / total) for path, weight in weights)
    else:
        yield item, 1.0


def _residual(makers: _Makers, entry: Entry, amount: float) -> Iterator[Filed]:
    _, _, market, item = entry
    found = [worth for worth in makers.worths.get((market, item), ()) if worth.amount > 0]
    total = sum(worth.amount for worth in found)
    for worth in found:
        yield Filed(entry[0], worth.life, amount * worth.amount / total, worth.price, worth.effect)
    if not found:
        yield Filed(entry[0], item, amount)


class _Makers:
    """What the prices of a plan come to, by period."""

    def __init__(self, plan: PathTables) -> None:
        self.plan = plan
        self.case = plan.case
        self.values = plan.values

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """Every order, those placed before the plan included."""
        return tuple(orders_of(self.values, self.plan.nodes, self.plan.pairs("orders", "ordered")))

    @cached_property
    def halls(self) -> dict[tuple[int, str], list[Weight]]:
        """What halls of each build option, and those begun before the plan, cost a site in each period."""
        found: dict[tuple[int, str], list[Weight]] = {}
        for (name, option), amounts in self.plan.read("starts", "start_mw").items():
            build = self.case.sites[name].build_options[option]
            capex, months = self.values.of(build.capex_musd_per_mw), self.values.of(build.build_months)
            reached = self.values.matured(build.build_months)
            for begun, mw in enumerate(amounts):
                parts = max(1, self.values.line.lag(months[begun]))
                ready = first_at_least(reached, begun)
                last = begun + parts - 1 if ready is None else min(begun + parts - 1, ready)
                for t in range(begun, last + 1):
                    share = (parts - (last - begun)) / parts if t == last else 1 / parts
                    path = f"sites.{name}.build_options.{option}.capex_musd_per_mw"
                    found.setdefault((t, name), []).append((path, capex[begun] * mw * share))
        for name, site in self.case.sites.items():
            for hall, halls in site.committed.items():
                parts = max(1, self.values.line.from_date(halls.ready))
                path = f"sites.{name}.committed.{hall}.remaining_cost_musd"
                for t in range(parts):
                    found.setdefault((t, name), []).append((path, halls.remaining_cost_musd / parts))
        return found

    @cached_property
    def purchases(self) -> dict[tuple[int, str, str], list[Weight]]:
        """What orders of the plan and those before it cost a market in each period, by chip."""
        found: dict[tuple[int, str, str], list[Weight]] = {}
        for order in self.orders:
            paid = paid_musd(self.values, order)
            if order.ordered is None:
                path, price = f"orders_placed.{order.name}.price_usd", self.case.orders_placed[order.name].price_usd
            else:
                path = f"chips.{order.chip}.markets.{order.market}.price_usd"
                price = self.values.price_usd(order.chip, order.market)[order.ordered]
                found.setdefault((order.ordered, order.market, order.chip), []).append((path, paid))
            if order.arrived is not None:
                due = price * order.units / USD_PER_MUSD - paid
                found.setdefault((order.arrived, order.market, order.chip), []).append((path, due))
        return found

    @cached_property
    def worths(self) -> dict[tuple[str, str], list[_Worth]]:
        """Residual values by market and item."""
        found: dict[tuple[str, str], list[_Worth]] = {}
        for (name, option), amounts in self.plan.read("starts", "start_mw").items():
            build, at = self.case.sites[name].build_options[option], f"sites.{name}.build_options.{option}"
            reached, price = self.values.matured(build.build_months), self.values.of(build.capex_musd_per_mw)
            for t, mw in enumerate(amounts):
                paths = f"{at}.life_years", f"{at}.capex_musd_per_mw"
                worth = self._worth(*paths, mw * price[t], first_at_least(reached, t), build.life_years)
                found.setdefault((self.case.market_of(name), name), []).append(worth)
        for (name, site), amounts in self.plan.read("onsite", "start_mw").items():
            source, at = self.case.onsite_sources[name], f"onsite_sources.{name}"
            reached, price = self.values.matured(source.lead_months), self.values.of(source.capex_usd_per_kw)
            for t, mw in enumerate(amounts):
                paths = f"{at}.life_years", f"{at}.capex_usd_per_kw"
                worth = self._worth(
                    *paths, mw * price[t] * KW_PER_MW / USD_PER_MUSD, first_at_least(reached, t), source.life_years
                )
                found.setdefault((self.case.market_of(site), site), []).append(worth)
        left = self.plan.read("residuals", "units")
        for order in self.orders:
            if order.ordered is None or (order.name, order.chip, order.market) not in left:
                continue
            prices = self.values.price_usd(order.chip, order.market)
            bought = prices[order.ordered]
            each = min(bought, prices[-1]) if self.case.settings.residual_price == "market" else bought
            paths = f"chips.{order.chip}.residual_life_years", f"chips.{order.chip}.markets.{order.market}.price_usd"
            units = sum(left[order.name, order.chip, order.market])
            worth = self._worth(*paths, units * each, order.arrived, self.case.chips[order.chip].residual_life_years)
            found.setdefault((order.market, order.chip), []).append(worth)
        return found

    def _worth(self, life: str, price: str, paid: float, since: int | None, years: float | None) -> _Worth:
        """What is left at the end, straight line over a life; it changes with the life by age over what is left."""
        if since is None or years is None:
            return _Worth(life, price, 0.0, 0.0)
        age = (len(self.values.periods) - since) * self.values.years
        share = unspent_share(age, years)
        return _Worth(life, price, paid * share, age / (years - age) if share > 0 else 0.0)


def _site_capex(makers: _Makers, entry: Entry) -> list[Weight]:
    return makers.halls.get((entry[1], entry[3]), [])


def _of_site(field: str) -> Callable[[_Makers, Entry], list[Weight]]:
    return lambda makers, entry: [(f"sites.{entry[3]}.{field}", 1.0)]


def _plant_capex(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    for (source, site), mw in makers.plan.read("onsite", "start_mw").items():
        if site == entry[3]:
            price = makers.values.of(makers.case.onsite_sources[source].capex_usd_per_kw)
            yield f"onsite_sources.{source}.capex_usd_per_kw", mw[entry[1]] * price[entry[1]]


def _plant_fuel(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    for (name, site), mw in makers.plan.read("onsite", "output_mw").items():
        if site == entry[3]:
            source = makers.case.onsite_sources[name]
            for field in ("fuel_usd_per_mwh", "operating_usd_per_mwh"):
                price = makers.values.of(getattr(source, field))
                yield f"onsite_sources.{name}.{field}", mw[entry[1]] * price[entry[1]]


def _purchase(makers: _Makers, entry: Entry) -> list[Weight]:
    return makers.purchases.get(entry[1:], [])


def _fee(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    _, t, market, chip = entry
    for name, rule in makers.case.policy.import_fees.items():
        if chip in rule.chips and market in rule.markets and makers.values.in_force(rule)[t]:
            yield f"policy.import_fees.{name}.rate", makers.values.of(rule.rate)[t]


def _refund(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    _, t, market, chip = entry
    for name, ban in makers.case.policy.bans.items():
        if chip in ban.chips and market in ban.markets and makers.values.in_force(ban)[t]:
            yield f"policy.bans.{name}.refund_share", ban.refund_share


def _holding(makers: _Makers, entry: Entry) -> list[Weight]:
    return [(f"chips.{entry[3]}.holding_usd_per_unit_year", 1.0)]


def _energy(makers: _Makers, entry: Entry) -> list[Weight]:
    return [(f"regions.{makers.case.sites[entry[3]].region}.tariff_usd_per_mwh", 1.0)]


def _subsidy(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    region = makers.case.sites[entry[3]].region
    for name, rule in makers.case.policy.power_subsidies.items():
        if region in rule.regions and makers.values.in_force(rule)[entry[1]]:
            yield f"policy.power_subsidies.{name}.usd_per_kwh", makers.values.of(rule.usd_per_kwh)[entry[1]]


def _upkeep(makers: _Makers, entry: Entry) -> list[Weight]:
    item = entry[3]
    if item in makers.case.sites:
        return [(f"sites.{item}.om_musd_per_mw_year", 1.0)]
    return [(f"chips.{item}.om_usd_per_unit_year", 1.0)]


def _carbon(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    for name, rule in makers.case.policy.carbon_prices.items():
        if entry[2] in rule.markets and makers.values.in_force(rule)[entry[1]]:
            yield f"policy.carbon_prices.{name}.usd_per_t", makers.values.of(rule.usd_per_t)[entry[1]]


def _network(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    _, t, market, workload = entry
    links = makers.case.workloads[workload].regions or {}
    for (_, region, served), pflops in makers.plan.read("serve", "pflops").items():
        if served == workload and region in links and makers.case.regions[region].market == market:
            price = makers.values.of(links[region].network_usd_per_pflops_year)
            yield f"workloads.{workload}.regions.{region}.network_usd_per_pflops_year", pflops[t] * price[t]


def _running(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    _, t, market, workload = entry
    pairs = makers.case.workloads[workload].chips or {}
    for (chip, region, served), units in makers.plan.read("serve", "units").items():
        if served == workload and chip in pairs and makers.case.regions[region].market == market:
            price = makers.values.of(pairs[chip].running_usd_per_unit_year)
            yield f"workloads.{workload}.chips.{chip}.running_usd_per_unit_year", units[t] * price[t]


def _shortfall(makers: _Makers, entry: Entry) -> list[Weight]:
    return [(f"workloads.{entry[3]}.shortfall.usd_per_pflops_year", 1.0)]


def _violation(makers: _Makers, entry: Entry) -> Iterator[Weight]:
    for (kind, rule), amount in makers.plan.read("violations", "amount").items():
        if rule == entry[3]:
            price = getattr(makers.case.policy, kind)[rule].violation_usd_per_unit_year or 0.0
            yield f"policy.{kind}.{rule}.violation_usd_per_unit_year", amount[entry[1]] * price


MAKERS: dict[str, Callable[[_Makers, Entry], list[Weight] | Iterator[Weight]]] = {
    "site capex": _site_capex,
    "site opening": _of_site("opening_musd"),
    "grid connection": _of_site("grid_connection_musd_per_mw"),
    "on-site capex": _plant_capex,
    "chip purchase": _purchase,
    "import fee": _fee,
    "cancellation": _refund,
    "stock holding": _holding,
    "energy": _energy,
    "on-site fuel": _plant_fuel,
    "power subsidy": _subsidy,
    "operations and maintenance": _upkeep,
    "carbon": _carbon,
    "network": _network,
    "running": _running,
    "shortfall": _shortfall,
    "soft rules": _violation,
}
"""What makes the amounts of each account but the residual value."""


__all__ = ["MAKERS", "Filed", "filed"]
