"""Which resource each limit is about, and in which markets it binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.findings.plan_summary import Binding
from planner.schema import Case

RESOURCES = ("chips", "halls", "grid", "energy", "policy")
"""What a plan can lack: chips; sites, halls and crews; grid power and what stands in for it; national energy; leave."""
OF_RULES: Mapping[str, str] = {
    "supply": "chips",
    "shared_supply": "chips",
    "supply_pools": "chips",
    "service_life": "chips",
    "site_size": "halls",
    "start_rate": "halls",
    "ready_rate": "halls",
    "hall_space": "halls",
    "build_rate": "halls",
    # the room for a connection is that of the site: where a site is full, either may bear its price
    "connection_size": "halls",
    "connection_limit": "grid",
    "headroom": "grid",
    "plant_room": "grid",
    "plant_supply": "grid",
    "power_cap": "grid",
    "national_energy": "energy",
}
"""Resource of each rule that limits one; those of policy, and what demand and evictions ask for, are leave."""


def resource_of(rule: str) -> str:
    """Resource that a rule limits.

    >>> resource_of("headroom"), resource_of("licence_quota")
    ('grid', 'policy')
    """
    return OF_RULES.get(rule, "policy")


def markets_of(case: Case, binding: Binding) -> tuple[str, ...]:
    """Markets in which a limit binds; one over several markets binds in each, an unknown one in none."""
    if binding.policy_table:
        return _of_policy(case, binding)
    return _places(case, binding.rule).get(binding.where, ())


def binding_by_market(case: Case, found: Iterable[Binding]) -> dict[str, list[Binding]]:
    """Limits that bind in each market, the weightiest first; one over several markets stands under each."""
    by_market: dict[str, list[Binding]] = {market: [] for market in case.markets}
    for binding in found:
        for market in markets_of(case, binding):
            by_market[market].append(binding)
    return by_market


def weight_by_resource(found: Iterable[Binding]) -> dict[str, float]:
    """Weight of some limits by resource, million USD: what a hundredth of each would move, times a hundred."""
    weights = dict.fromkeys(RESOURCES, 0.0)
    for binding in found:
        weights[resource_of(binding.rule)] += binding.weight_musd
    return weights


def _places(case: Case, rule: str) -> dict[str, tuple[str, ...]]:
    """What a rule's rows may be called, each with the markets that it lies in.

    Rows are called by their names with commas between, and names may hold commas: so names are put together here
    rather than taken apart.
    """
    at_site: dict[str, tuple[str, ...]] = {site: (case.market_of(site),) for site in case.sites}
    if rule in ("site_size", "ready_rate", "hall_space", "connection_size", "connection_limit"):
        return at_site
    if rule == "start_rate":
        return {f"{site}, {o}": at_site[site] for site, row in case.sites.items() for o in row.build_options}
    if rule == "eviction":
        return {f"{chip}, {site}": markets for chip in case.chips for site, markets in at_site.items()}
    if rule == "plant_room":
        return {f"{source}, {site}": markets for source in case.onsite_sources for site, markets in at_site.items()}
    if rule in ("supply", "service_life"):
        return {f"{chip}, {market}": (market,) for chip in case.chips for market in case.markets}
    if rule == "plant_supply":
        return {f"{source}, {market}": (market,) for source in case.onsite_sources for market in case.markets}
    if rule == "shared_supply":
        return {chip: tuple(row.markets) for chip, row in case.chips.items()}
    if rule == "supply_pools":
        return {pool: _of_pool(case, pool) for pool in case.pools}
    if rule == "headroom":
        return {name: (region.market,) for name, region in case.regions.items()}
    if rule == "national_energy":
        return {market: (market,) for market in case.markets}
    return {}


def _of_pool(case: Case, pool: str) -> tuple[str, ...]:
    """Markets in which a chip is offered that takes of a shared supply."""
    takers = [chip for chip in case.chips.values() if chip.pools.get(pool)]
    return tuple(market for market in case.markets if any(market in chip.markets for chip in takers))


def _of_policy(case: Case, binding: Binding) -> tuple[str, ...]:
    """Markets of a rule of policy by what its row names, whatever its table: all of them where it names none."""
    row = getattr(case.policy, binding.policy_table, {}).get(binding.where)
    if row is None:
        return ()
    if (market := getattr(row, "market", None)) is not None:
        return (market,)
    if (region := getattr(row, "region", None)) is not None:
        return (case.regions[region].market,)
    named = getattr(row, "markets", None) or list(case.markets)
    if not hasattr(row, "sites"):
        return tuple(named)
    lie = {case.market_of(site) for site in row.sites or case.sites}
    return tuple(market for market in named if market in lie)
