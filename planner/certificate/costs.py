"""Every amount of money of one scenario, worked out from the case and the decisions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from planner.certificate.accounts import RESIDUAL
from planner.certificate.scenario_path import ScenarioPath
from planner.discounting import discount_factor, unspent_share
from planner.plan_reader import Order, paid_musd
from planner.units import HOURS_PER_YEAR, KW_PER_MW, KWH_PER_MWH, USD_PER_MUSD


class MoneyEntry(NamedTuple):
    """An amount of money."""

    account: str
    """Account."""
    period: int
    """Period in which it is booked."""
    market: str
    """Market, where it has one."""
    item: str
    """Site, chip, workload or rule that it is booked for."""
    musd: float
    """Million USD, not discounted."""
    new_musd: float = 0.0
    """Of a residual value, what it would be were nothing of its life spent."""


def entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    """Every amount of one scenario."""
    yield from _site_entries(path)
    yield from _plant_entries(path)
    yield from _order_entries(path)
    yield from _chip_entries(path)
    yield from _energy_entries(path)
    yield from _compute_entries(path)
    yield from _soft_entries(path)
    yield from _residual_entries(path)


def worth(path: ScenarioPath, account: str, period: int) -> float:
    """Present worth of one dollar booked in an account and period."""
    rate, line = path.case.settings.discount_rate, path.values.line
    if account == RESIDUAL:
        return discount_factor(rate, line.years_between(0, len(path.nodes)))
    return discount_factor(rate, line.middle(period))


def totals(rows: Iterable[MoneyEntry]) -> dict[tuple[str, int], float]:
    """Million USD by account and period."""
    sums: dict[tuple[str, int], float] = defaultdict(float)
    for row in rows:
        sums[row.account, row.period] += row.musd
    return dict(sums)


def soft_rows(path: ScenarioPath) -> Iterator[tuple[str, str, int, float]]:
    """Rows of the soft rules: kind, rule, period booked, price of one unit of violation, USD.

    A violation of an amount (t, MW started, chips or money in a window) is paid once, of a level for each year.
    """
    for kind in type(path.case.policy).model_fields:
        rules: dict[str, Any] = getattr(path.case.policy, kind)
        for name, rule in rules.items():
            price = getattr(rule, "violation_usd_per_unit_year", None)
            if price is not None:
                for window in path.values.windows(rule):
                    last = window[-1]
                    yield kind, name, last, price * (1.0 if rule.paid_once else path.values.years[last])


def import_fee_rate(path: ScenarioPath, chip: str, market: str, t: int) -> float:
    """Rate on the customs value of a chip that arrives in a market, all rules together."""
    return sum(
        path.values.of(fee.rate)[t]
        for fee in path.case.policy.import_fees.values()
        if chip in fee.chips and market in fee.markets and path.values.in_force(fee)[t]
    )


def _site_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    values, line, horizon = path.values, path.values.line, len(path.nodes)
    opens, applications = path.stated("halls", "open"), path.stated("halls", "grid_apply_mw")
    for (name, option_name), mw in path.read("starts", "start_mw").items():
        market, option = path.case.market_of(name), path.case.sites[name].build_options[option_name]
        capex, months = values.of(option.capex_musd_per_mw), values.of(option.build_months)
        for begun in (t for t in values.periods if mw[t]):
            end = max(begun + 1, line.arrival(begun, months[begun]))
            ready = path.halls[name].ripe.get((option_name, begun))
            last = end - 1 if ready is None else min(end - 1, max(ready, begun))
            for t in range(begun, min(last + 1, horizon)):
                share = line.part(t, begun, end, rest=t == last)
                yield MoneyEntry("site capex", t, market, name, capex[begun] * mw[begun] * share)
    for name, site in path.case.sites.items():
        market = path.case.market_of(name)
        for halls in site.committed.values():
            end = max(1, line.from_date(halls.ready))
            for t in range(min(end, horizon)):
                yield MoneyEntry("site capex", t, market, name, halls.remaining_cost_musd * line.part(t, 0, end))
        opening, connection = values.of(site.opening_musd), values.of(site.grid_connection_musd_per_mw)
        upkeep = values.of(site.om_musd_per_mw_year)
        for t in values.periods:
            yield MoneyEntry("site opening", t, market, name, opening[t] * opens[name,][t])
            yield MoneyEntry("grid connection", t, market, name, connection[t] * applications[name,][t])
            cost = upkeep[t] * path.halls[name].it_mw[t] * values.years[t]
            yield MoneyEntry("operations and maintenance", t, market, name, cost)


def _plant_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    """Plant of the sites' own: paid at the order in full, its fuel and operation as it runs."""
    values = path.values
    for (name, site), plant in path.plants.items():
        source, market = path.case.onsite_sources[name], path.case.market_of(site)
        capex, fuel = values.of(source.capex_usd_per_kw), values.of(source.fuel_usd_per_mwh)
        operating, mwh = values.of(source.operating_usd_per_mwh), path.plant_mwh[name, site]
        for t in values.periods:
            paid = capex[t] * KW_PER_MW * plant.ordered[t]
            yield MoneyEntry("on-site capex", t, market, site, paid / USD_PER_MUSD)
            yield MoneyEntry("on-site fuel", t, market, site, (fuel[t] + operating[t]) * mwh[t] / USD_PER_MUSD)


def _order_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    for order in path.fleets.orders:
        paid = paid_musd(path.values, order) if _offered(path, order) else 0.0
        if order.ordered is not None:
            yield MoneyEntry("chip purchase", order.ordered, order.market, order.chip, paid)
        if order.arrived is not None:
            price, value = _price_and_value(path, order)
            t = order.arrived
            yield MoneyEntry("chip purchase", t, order.market, order.chip, price * order.units / USD_PER_MUSD - paid)
            fee = import_fee_rate(path, order.chip, order.market, t) * value * order.units / USD_PER_MUSD
            yield MoneyEntry("import fee", t, order.market, order.chip, fee)
        if order.cancelled is not None:
            yield MoneyEntry("cancellation", order.cancelled, order.market, order.chip, -order.refund_share * paid)


def _offered(path: ScenarioPath, order: Order) -> bool:
    return order.ordered is None or path.values.channel(order.chip, order.market) is not None


def _price_and_value(path: ScenarioPath, order: Order) -> tuple[float, float]:
    """Price and customs value of one chip of an order that arrives, USD."""
    channel = path.values.channel(order.chip, order.market)
    value = path.values.of(channel.chip_value_usd if channel else 0.0)
    if order.ordered is None:
        return path.case.orders_placed[order.name].price_usd, value[0]
    return path.values.price_usd(order.chip, order.market)[order.ordered], value[order.ordered]


def _chip_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    values = path.values
    for (chip, market), units in path.fleets.in_market.items():
        upkeep = values.of(path.case.chips[chip].om_usd_per_unit_year)
        holding = values.of(path.case.chips[chip].holding_usd_per_unit_year)
        stock = path.fleets.stock[chip, market]
        for t in values.periods:
            cost = upkeep[t] * units[t] * values.years[t] / USD_PER_MUSD
            yield MoneyEntry("operations and maintenance", t, market, chip, cost)
            waits = holding[t] * stock[t] * values.years[t] / USD_PER_MUSD
            yield MoneyEntry("stock holding", t, market, chip, waits)


def _energy_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    values, policy = path.values, path.case.policy
    carbon_usd = {name: [0.0 for _ in values.periods] for name in path.case.markets}
    for rule in policy.carbon_prices.values():
        for market in dict.fromkeys(rule.markets):
            for t in values.periods:
                carbon_usd[market][t] += values.of(rule.usd_per_t)[t] if values.in_force(rule)[t] else 0.0
    for name, site in path.case.sites.items():
        region = path.case.regions[site.region]
        tariff, carbon = values.of(region.tariff_usd_per_mwh), values.of(region.carbon_t_per_mwh)
        for t, mwh in zip(values.periods, path.grid_mwh[name], strict=True):
            if mwh:
                yield MoneyEntry("energy", t, region.market, name, mwh * tariff[t] / USD_PER_MUSD)
                price = carbon_usd[region.market][t]
                yield MoneyEntry("carbon", t, region.market, name, mwh * carbon[t] * price / USD_PER_MUSD)
    for (source, name), output in path.plant_mwh.items():
        market, carbon = path.case.market_of(name), values.of(path.case.onsite_sources[source].carbon_t_per_mwh)
        for t, mwh in zip(values.periods, output, strict=True):
            yield MoneyEntry("carbon", t, market, name, mwh * carbon[t] * carbon_usd[market][t] / USD_PER_MUSD)
    if policy.power_subsidies:
        yield from _subsidy_entries(path)


def _subsidy_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    """Discounts on the energy of each chip's own load, all rules together never above the tariff.

    Where a site allows on-site plant they are paid on no more than what it draws from the grid, the largest
    discount first.
    """
    values = path.values
    claims: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for (chip, name), on in path.read("fleet", "powered").items():
        site, origin = path.case.sites[name], path.case.chips[chip].origin
        rules = [
            rule
            for rule in path.case.policy.power_subsidies.values()
            if origin in rule.origins and site.region in rule.regions
        ]
        tariff = values.of(path.case.regions[site.region].tariff_usd_per_mwh)
        for t in values.periods if rules else ():
            given = sum(values.of(rule.usd_per_kwh)[t] for rule in rules if values.in_force(rule)[t])
            each = min(given, tariff[t] / KWH_PER_MWH)
            claims[name, t].append((each, site.pue * path.case.chips[chip].it_kw * on[t]))
    for (name, t), discounts in claims.items():
        site, market = path.case.sites[name], path.case.market_of(name)
        hours = values.of(site.load_factor)[t] * values.years[t] * HOURS_PER_YEAR
        left = max(0.0, path.grid_mw[name][t]) * KW_PER_MW if site.onsite else math.inf
        for each, kw in sorted(discounts, reverse=True):
            paid = min(kw, left)
            left -= paid
            yield MoneyEntry("power subsidy", t, market, name, -each * paid * hours / USD_PER_MUSD)


def _compute_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    values = path.values
    for (chip, region, name), units in path.read("serve", "units").items():
        workload, market = path.case.workloads[name], path.case.regions[region].market
        link = workload.regions.get(region) if workload.regions else None
        pair = workload.chips.get(chip) if workload.chips else None
        network = values.of(link.network_usd_per_pflops_year if link else 0.0)
        running = values.of(pair.running_usd_per_unit_year if pair else 0.0)
        pflops = path.pflops[chip, region, name]
        for t in values.periods:
            reaching, runs = network[t] * pflops[t] * values.years[t], running[t] * units[t] * values.years[t]
            yield MoneyEntry("network", t, market, name, reaching / USD_PER_MUSD)
            yield MoneyEntry("running", t, market, name, runs / USD_PER_MUSD)
    for name, workload in path.case.workloads.items():
        if workload.shortfall is not None:
            price = values.of(workload.shortfall.usd_per_pflops_year)
            for t in values.periods:
                missing = path.shortfall[name][t]
                yield MoneyEntry("shortfall", t, "", name, price[t] * missing * values.years[t] / USD_PER_MUSD)


def _soft_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    amounts = path.stated("violations", "amount")
    for kind, name, t, price in soft_rows(path):
        yield MoneyEntry("soft rules", t, "", name, price * amounts[kind, name][t] / USD_PER_MUSD)


def _residual_entries(path: ScenarioPath) -> Iterator[MoneyEntry]:
    values, line, horizon = path.values, path.values.line, len(path.nodes)
    leaf = horizon - 1
    for (name, option_name), mw in path.read("starts", "start_mw").items():
        option, ripe = path.case.sites[name].build_options[option_name], path.halls[name].ripe
        capex = values.of(option.capex_musd_per_mw)
        for begun in values.periods:
            ready = ripe.get((option_name, begun))
            if option.life_years is not None and ready is not None:
                left = unspent_share(line.years_between(ready, horizon), option.life_years)
                yield _residual(leaf, path.case.market_of(name), name, capex[begun] * mw[begun], left)
    for (name, site), plant in path.plants.items():
        source = path.case.onsite_sources[name]
        capex = values.of(source.capex_usd_per_kw)
        for ordered, runs in plant.ripe.items():
            if source.life_years is not None and runs is not None:
                left = unspent_share(line.years_between(runs, horizon), source.life_years)
                paid = capex[ordered] * KW_PER_MW * plant.ordered[ordered] / USD_PER_MUSD
                yield _residual(leaf, path.case.market_of(site), site, paid, left)
    left_over = path.stated("residuals", "units")
    for order in path.fleets.orders:
        life = path.case.chips[order.chip].residual_life_years
        if order.ordered is None or order.arrived is None or life is None:
            continue
        prices = values.price_usd(order.chip, order.market)
        price = prices[order.ordered]
        if path.case.settings.residual_price == "market":
            price = min(price, prices[leaf])
        paid = left_over[order.name, order.chip, order.market][leaf] * price / USD_PER_MUSD
        left = unspent_share(line.years_between(order.arrived, horizon), life)
        yield _residual(leaf, order.market, order.chip, paid, left)


def _residual(leaf: int, market: str, item: str, paid: float, left: float) -> MoneyEntry:
    """The share of a price that is left of a life; where nothing is left, nothing is new either."""
    return MoneyEntry(RESIDUAL, leaf, market, item, -paid * left, -paid if left > 0 else 0.0)
