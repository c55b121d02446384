"""Cost accounts: each amount declared once, not discounted; the objective and every money table read it here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Charge, Model, Row


def site_capex(m: Model) -> Iterator[Charge]:
    """Halls cost the price of their start's date, in equal parts over the construction periods."""
    sites = m.instance.sites
    for start, variable in m.start.items():
        if cost := sites.capex[start]:
            for n, share in sites.payments[start]:
                yield Charge(n, sites.market[start[0]], start[0], [(variable, cost * share)])
    for (site, n), cost in sites.committed_cost.items():
        if cost:
            yield Charge(n, sites.market[site], site, [], cost)


def site_opening_cost(m: Model) -> Iterator[Charge]:
    """A site is paid for when it is acquired."""
    sites = m.instance.sites
    for (site, n), variable in m.open.items():
        if cost := sites.opening_cost[site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def grid_connection(m: Model) -> Iterator[Charge]:
    """A grid connection is paid for at the application and not refunded."""
    sites = m.instance.sites
    for (site, n), variable in m.apply.items():
        if cost := sites.connection_cost[site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def onsite_capex(m: Model) -> Iterator[Charge]:
    """On-site plant is paid for when it is ordered."""
    sites = m.instance.sites
    for (source, site, n), variable in m.onsite_start.items():
        if cost := m.instance.onsite.capex[source, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def onsite_fuel(m: Model) -> Iterator[Charge]:
    """Energy made on site costs its fuel and the operation of the plant."""
    sites = m.instance.sites
    for (source, site, n), variable in m.onsite.items():
        if cost := m.instance.onsite.fuel[source, site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def chip_purchase(m: Model) -> Iterator[Charge]:
    """Chips cost the price of the order's date: a deposit at the order, the rest at arrival."""
    chips = m.instance.chips
    for (chip, market, n), variable in m.order.items():
        if deposit := chips.deposit[chip, market, n]:
            yield Charge(n, market, chip, [(variable, deposit)])
    for (chip, market, n), arrivals in chips.arrivals.items():
        terms = [(m.order[chip, market, a.order], a.balance) for a in arrivals if a.balance]
        if terms:
            yield Charge(n, market, chip, terms)
    for (chip, market, n), placed in chips.placed_arrivals.items():
        yield Charge(n, market, chip, [], sum(delivery.balance for delivery in placed))


def import_fee(m: Model) -> Iterator[Charge]:
    """Chips that arrive pay the fee in force on their customs value."""
    chips = m.instance.chips
    for (chip, market, n), arrivals in chips.arrivals.items():
        terms = [(m.order[chip, market, a.order], a.fee) for a in arrivals if a.fee]
        if terms:
            yield Charge(n, market, chip, terms)
    for (chip, market, n), placed in chips.placed_arrivals.items():
        if fee := sum(delivery.fee for delivery in placed):
            yield Charge(n, market, chip, [], fee)


def cancellation(m: Model) -> Iterator[Charge]:
    """A ban refunds a share of what was paid for the orders that it cancels."""
    chips = m.instance.chips
    for (chip, market, n), cancelled in chips.cancellations.items():
        terms = [(m.order[chip, market, c.order], -c.refund) for c in cancelled if c.refund]
        if terms:
            yield Charge(n, market, chip, terms)
    for (chip, market, n), placed in chips.placed_cancellations.items():
        if refund := sum(order.refund for order in placed):
            yield Charge(n, market, chip, [], -refund)


def stock_holding(m: Model) -> Iterator[Charge]:
    """Delivered chips that wait for a hall cost their keep."""
    for (chip, market, n), variable in m.stock.items():
        if cost := m.instance.chips.holding_cost[chip, n]:
            yield Charge(n, market, chip, [(variable, cost)])


def energy(m: Model) -> Iterator[Charge]:
    """Grid energy is draw times load factor, hours and tariff."""
    sites = m.instance.sites
    for (site, n), variable in m.grid.items():
        if cost := m.instance.power.energy_cost[site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def power_subsidy(m: Model) -> Iterator[Charge]:
    """Energy of subsidised chips costs less, by at most the tariff."""
    chips, sites, power = m.instance.chips, m.instance.sites, m.instance.power
    if not power.subsidy:
        return
    for (origin, site, n), variable in m.subsidised.items():
        yield Charge(n, sites.market[site], site, [(variable, -power.subsidy[origin, site, n])])
    for (chip, site, n), variable in m.powered.items():
        if site in m.sources_at:
            continue
        rate = power.subsidy.get((chips.origin[chip] or "", site, n))
        if rate and chips.load[chip]:
            yield Charge(n, sites.market[site], site, [(variable, -rate * sites.pue[site] * chips.load[chip])])


def operations(m: Model) -> Iterator[Charge]:
    """Halls and chips cost their operation and maintenance."""
    sites, chips = m.instance.sites, m.instance.chips
    for (site, n), variable in m.it.items():
        if cost := sites.upkeep[site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])
    for (chip, site, n), variable in m.fleet.items():
        if cost := chips.upkeep[chip, n]:
            yield Charge(n, sites.market[site], chip, [(variable, cost)])


def carbon(m: Model) -> Iterator[Charge]:
    """Carbon of energy, from the grid and made on site, pays the price in force."""
    sites = m.instance.sites
    for (site, n), variable in m.grid.items():
        if cost := m.instance.power.carbon_cost[site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])
    for (source, site, n), variable in m.onsite.items():
        if cost := m.instance.onsite.carbon_cost[source, site, n]:
            yield Charge(n, sites.market[site], site, [(variable, cost)])


def network(m: Model) -> Iterator[Charge]:
    """Serving a workload from a region pays for the network between them."""
    compute, power = m.instance.compute, m.instance.power
    for (chip, region, workload, n), variable in m.serve.items():
        if cost := compute.network_cost[region, workload, n]:
            served = compute.rate[chip, workload, n]
            yield Charge(n, power.region_market[region], workload, [(variable, cost * served)])


def running(m: Model) -> Iterator[Charge]:
    """Chips cost what running them on a workload costs."""
    compute, power = m.instance.compute, m.instance.power
    for (chip, region, workload, n), variable in m.serve.items():
        if cost := compute.running_cost[chip, workload, n]:
            yield Charge(n, power.region_market[region], workload, [(variable, cost)])


def shortfall(m: Model) -> Iterator[Charge]:
    """Demand that the plan's chips do not meet is rented, or pays a penalty."""
    for (workload, n), variable in m.shortfall.items():
        if cost := m.instance.compute.shortfall_cost[workload, n]:
            yield Charge(n, "", workload, [(variable, cost)])


def soft_rules(m: Model) -> Iterator[Charge]:
    """Violations of soft rules pay their price."""
    prices = {(kind, row.rule, row.node): row.soft for kind, row in m.instance.rules.softenable()}
    for key, variable in m.violation.items():
        if cost := prices[key]:
            yield Charge(key[2], "", key[1], [(variable, cost)])


def residual_value(m: Model) -> Iterator[Charge]:
    """At the end halls, on-site plant and chips are still worth what is left of their life."""
    sites = m.instance.sites
    for (site, option, k), leaf, worth in sites.residual:
        yield Charge(leaf, sites.market[site], site, [(m.start[site, option, k], -worth)])
    for at, leaf, worth in m.instance.onsite.residual:
        yield Charge(leaf, sites.market[at[1]], at[1], [(m.onsite_start[at], -worth)])
    for chip, market, order, there, leaf, _, worth in m.instance.chips.residual:
        yield Charge(leaf, market, chip, [(m.left[chip, market, order, there, leaf], -worth)])


def residual_of_delivery(m: Model) -> Iterator[Row]:
    """No more of a delivery keeps a value at the end than attrition leaves of it, chips."""
    for chip, market, order, there, leaf, left, _ in m.instance.chips.residual:
        kept = [(m.left[chip, market, order, there, leaf], 1.0), (m.order[chip, market, order], -left)]
        yield Row((chip, market), leaf, total(kept) <= 0)


def residual_of_fleet(m: Model) -> Iterator[Row]:
    """No more chips keep a value at the end than are installed, chips."""
    kept: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for chip, market, order, there, leaf, _, _ in m.instance.chips.residual:
        kept[chip, market, leaf].append((m.left[chip, market, order, there, leaf], 1.0))
    power = m.instance.power
    for (chip, market, leaf), terms in kept.items():
        fleet = [(m.fleet[chip, s, leaf], -1.0) for s in power.sites_in_market[market] if (chip, s, leaf) in m.fleet]
        yield Row((chip, market), leaf, total(terms, fleet) <= 0)
