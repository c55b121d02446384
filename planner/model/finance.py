"""Cost accounts: each amount declared once beside the case paths of its prices, not discounted.

The objective and every money table read it here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.instance.tree import fractions
from planner.lp import Term, total
from planner.model.decisions import Charge, LifeLeft, Model, RuleRow


def only(path: str) -> dict[str, float]:
    """One price that makes all of a charge, by its case path."""
    return {path: 1.0}


def by_rule(kind: str, field: str, shares: Mapping[str, float]) -> dict[str, float]:
    """Prices of several rules of a kind of policy, each with its share, by case path."""
    return {f"policy.{kind}.{rule}.{field}": share for rule, share in shares.items()}


def site_capex(m: Model) -> Iterator[Charge]:
    """Halls cost the price of their start's date, in equal parts over the construction periods."""
    sites = m.instance.sites
    for start, variable in m.start.items():
        site, option, _ = start
        price = only(f"sites.{site}.build_options.{option}.capex_musd_per_mw")
        if cost := sites.capex[start]:
            for n, share in sites.payments[start]:
                yield Charge(n, sites.market[site], site, price, [(variable, cost * share)])
    for (site, n), costs in sites.committed_cost.items():
        if cost := sum(costs.values()):
            due = {f"sites.{site}.committed.{halls}.remaining_cost_musd": cost for halls, cost in costs.items()}
            yield Charge(n, sites.market[site], site, fractions(due), [], constant=cost)


def site_opening_cost(m: Model) -> Iterator[Charge]:
    """A site is paid for when it is acquired."""
    sites = m.instance.sites
    for (site, n), variable in m.open.items():
        if cost := sites.opening_cost[site, n]:
            yield Charge(n, sites.market[site], site, only(f"sites.{site}.opening_musd"), [(variable, cost)])


def grid_connection(m: Model) -> Iterator[Charge]:
    """A grid connection is paid for at the application and not refunded."""
    sites = m.instance.sites
    for (site, n), variable in m.apply.items():
        if cost := sites.connection_cost[site, n]:
            price = only(f"sites.{site}.grid_connection_musd_per_mw")
            yield Charge(n, sites.market[site], site, price, [(variable, cost)])


def onsite_capex(m: Model) -> Iterator[Charge]:
    """On-site plant is paid for when it is ordered."""
    sites = m.instance.sites
    for (source, site, n), variable in m.onsite_start.items():
        if cost := m.instance.onsite.capex[source, n]:
            price = only(f"onsite_sources.{source}.capex_usd_per_kw")
            yield Charge(n, sites.market[site], site, price, [(variable, cost)])


def onsite_fuel(m: Model) -> Iterator[Charge]:
    """Energy made on site costs its fuel and the operation of the plant."""
    sites, onsite = m.instance.sites, m.instance.onsite
    for (source, site, n), variable in m.onsite.items():
        if cost := onsite.fuel[source, site, n]:
            prices = {f"onsite_sources.{source}.{field}": part for field, part in onsite.fuel_shares[source, n].items()}
            yield Charge(n, sites.market[site], site, prices, [(variable, cost)])


def chip_purchase(m: Model) -> Iterator[Charge]:
    """Chips cost the price of the order's date: a deposit at the order, the rest at arrival."""
    chips = m.instance.chips
    for (chip, market, n), variable in m.order.items():
        if deposit := chips.deposit[chip, market, n]:
            yield Charge(n, market, chip, _chip_price(chip, market), [(variable, deposit)])
    for (chip, market, n), arrivals in chips.arrivals.items():
        terms = [(m.order[chip, market, a.order], a.balance) for a in arrivals if a.balance]
        if terms:
            yield Charge(n, market, chip, _chip_price(chip, market), terms)
    for (chip, market, n), placed in chips.placed_arrivals.items():
        due = {f"orders_placed.{delivery.name}.price_usd": delivery.balance for delivery in placed}
        if cost := sum(due.values()):
            yield Charge(n, market, chip, fractions(due), [], constant=cost)


def _chip_price(chip: str, market: str) -> dict[str, float]:
    return only(f"chips.{chip}.markets.{market}.price_usd")


def import_fee(m: Model) -> Iterator[Charge]:
    """Chips that arrive pay the fee in force on their customs value."""
    chips = m.instance.chips
    for (chip, market, n), arrivals in chips.arrivals.items():
        terms = [(m.order[chip, market, a.order], a.fee) for a in arrivals if a.fee]
        if terms:
            prices = by_rule("import_fees", "rate", chips.fee_shares[chip, market, n])
            yield Charge(n, market, chip, prices, terms)
    for (chip, market, n), placed in chips.placed_arrivals.items():
        if fee := sum(delivery.fee for delivery in placed):
            prices = by_rule("import_fees", "rate", chips.fee_shares[chip, market, n])
            yield Charge(n, market, chip, prices, [], constant=fee)


def cancellation(m: Model) -> Iterator[Charge]:
    """A ban refunds a share of what was paid for the orders that it cancels."""
    chips = m.instance.chips
    for (chip, market, n), cancelled in chips.cancellations.items():
        terms = [(m.order[chip, market, c.order], -c.refund) for c in cancelled if c.refund]
        if terms:
            price = only(f"policy.bans.{chips.cancelled_by[chip, market, n]}.refund_share")
            yield Charge(n, market, chip, price, terms)
    for (chip, market, n), placed in chips.placed_cancellations.items():
        if refund := sum(order.refund for order in placed):
            price = only(f"policy.bans.{chips.cancelled_by[chip, market, n]}.refund_share")
            yield Charge(n, market, chip, price, [], constant=-refund)


def stock_holding(m: Model) -> Iterator[Charge]:
    """Delivered chips that wait for a hall cost their keep."""
    for (chip, market, n), variable in m.stock.items():
        if cost := m.instance.chips.holding_cost[chip, n]:
            yield Charge(n, market, chip, only(f"chips.{chip}.holding_usd_per_unit_year"), [(variable, cost)])


def energy(m: Model) -> Iterator[Charge]:
    """Grid energy is draw times load factor, hours and tariff."""
    sites = m.instance.sites
    for (site, n), variable in m.grid.items():
        if cost := m.instance.power.energy_cost[site, n]:
            price = only(f"regions.{sites.region[site]}.tariff_usd_per_mwh")
            yield Charge(n, sites.market[site], site, price, [(variable, cost)])


def power_subsidy(m: Model) -> Iterator[Charge]:
    """Energy of subsidised chips costs less, by at most the tariff."""
    chips, sites, power = m.instance.chips, m.instance.sites, m.instance.power
    if not power.subsidy:
        return
    for (origin, site, n), variable in m.subsidised.items():
        prices = by_rule("power_subsidies", "usd_per_kwh", power.subsidy_shares[origin, site, n])
        yield Charge(n, sites.market[site], site, prices, [(variable, -power.subsidy[origin, site, n])])
    for (chip, site, n), variable in m.powered.items():
        if site in m.sources_at:
            continue
        at = chips.origin[chip] or "", site, n
        rate = power.subsidy.get(at)
        if rate and chips.load[chip]:
            prices = by_rule("power_subsidies", "usd_per_kwh", power.subsidy_shares[at])
            terms = [(variable, -rate * sites.pue[site] * chips.load[chip])]
            yield Charge(n, sites.market[site], site, prices, terms)


def operations(m: Model) -> Iterator[Charge]:
    """Halls and chips cost their operation and maintenance."""
    sites, chips = m.instance.sites, m.instance.chips
    for (site, n), variable in m.ready_it_mw.items():
        if cost := sites.upkeep[site, n]:
            yield Charge(n, sites.market[site], site, only(f"sites.{site}.om_musd_per_mw_year"), [(variable, cost)])
    for (chip, site, n), variable in m.fleet.items():
        if cost := chips.upkeep[chip, n]:
            yield Charge(n, sites.market[site], chip, only(f"chips.{chip}.om_usd_per_unit_year"), [(variable, cost)])


def carbon(m: Model) -> Iterator[Charge]:
    """Carbon of energy, from the grid and made on site, pays the price in force."""
    market, power = m.instance.sites.market, m.instance.power

    def prices(site: str, n: int) -> dict[str, float]:
        return by_rule("carbon_prices", "usd_per_t", power.carbon_shares[market[site], n])

    for (site, n), variable in m.grid.items():
        if cost := power.carbon_cost[site, n]:
            yield Charge(n, market[site], site, prices(site, n), [(variable, cost)])
    for (source, site, n), variable in m.onsite.items():
        if cost := m.instance.onsite.carbon_cost[source, site, n]:
            yield Charge(n, market[site], site, prices(site, n), [(variable, cost)])


def network(m: Model) -> Iterator[Charge]:
    """Serving a workload from a region pays for the network between them."""
    compute, power = m.instance.compute, m.instance.power
    for (chip, region, workload, n), variable in m.serve.items():
        if cost := compute.network_cost[region, workload, n]:
            served = compute.rate[chip, workload, n]
            price = only(f"workloads.{workload}.regions.{region}.network_usd_per_pflops_year")
            yield Charge(n, power.region_market[region], workload, price, [(variable, cost * served)])


def running(m: Model) -> Iterator[Charge]:
    """Chips cost what running them on a workload costs."""
    compute, power = m.instance.compute, m.instance.power
    for (chip, region, workload, n), variable in m.serve.items():
        if cost := compute.running_cost[chip, workload, n]:
            price = only(f"workloads.{workload}.chips.{chip}.running_usd_per_unit_year")
            yield Charge(n, power.region_market[region], workload, price, [(variable, cost)])


def shortfall(m: Model) -> Iterator[Charge]:
    """Demand that the plan's chips do not meet is rented, or pays a penalty."""
    for (workload, n), variable in m.shortfall.items():
        if cost := m.instance.compute.shortfall_cost[workload, n]:
            price = only(f"workloads.{workload}.shortfall.usd_per_pflops_year")
            yield Charge(n, "", workload, price, [(variable, cost)])


def soft_rules(m: Model) -> Iterator[Charge]:
    """Violations of soft rules pay their price."""
    for key, head in m.instance.rules.soft().items():
        if head.soft:
            price = only(f"policy.{head.table}.{head.rule}.violation_usd_per_unit_year")
            yield Charge(head.node, "", head.rule, price, [(m.violation[key], head.soft)])


def residual_value(m: Model) -> Iterator[Charge]:
    """At the end halls, on-site plant and chips are still worth what is left of their life."""
    market = m.instance.sites.market
    for start, leaf, left, worth in m.instance.sites.residual:
        site, option, _ = start
        row, terms = f"sites.{site}.build_options.{option}", [(m.start[start], -worth)]
        price, life = only(f"{row}.capex_musd_per_mw"), LifeLeft(f"{row}.life_years", left)
        yield Charge(leaf, market[site], site, price, terms, life=life)
    for order, leaf, left, worth in m.instance.onsite.residual:
        source, site, _ = order
        row, terms = f"onsite_sources.{source}", [(m.onsite_start[order], -worth)]
        price, life = only(f"{row}.capex_usd_per_kw"), LifeLeft(f"{row}.life_years", left)
        yield Charge(leaf, market[site], site, price, terms, life=life)
    for lot in m.instance.chips.residual:
        terms = [(m.kept_at_end[lot.chip, lot.market, lot.order, lot.arrival, lot.leaf], -lot.worth)]
        life = LifeLeft(f"chips.{lot.chip}.residual_life_years", lot.life_left)
        yield Charge(lot.leaf, lot.market, lot.chip, _chip_price(lot.chip, lot.market), terms, life=life)


def residual_of_delivery(m: Model) -> Iterator[RuleRow]:
    """No more of a delivery keeps a value at the end than attrition leaves of it, chips."""
    for lot in m.instance.chips.residual:
        chip, market, order = lot.chip, lot.market, lot.order
        kept = [
            (m.kept_at_end[chip, market, order, lot.arrival, lot.leaf], 1.0),
            (m.order[chip, market, order], -lot.kept),
        ]
        yield RuleRow((chip, market), lot.leaf, total(kept) <= 0)


def residual_of_fleet(m: Model) -> Iterator[RuleRow]:
    """No more chips keep a value at the end than are installed, chips."""
    kept: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for lot in m.instance.chips.residual:
        at = lot.chip, lot.market, lot.order, lot.arrival, lot.leaf
        kept[lot.chip, lot.market, lot.leaf].append((m.kept_at_end[at], 1.0))
    power = m.instance.power
    for (chip, market, leaf), terms in kept.items():
        fleet = [(m.fleet[chip, s, leaf], -1.0) for s in power.sites_in_market[market] if (chip, s, leaf) in m.fleet]
        yield RuleRow((chip, market), leaf, total(terms, fleet) <= 0)
