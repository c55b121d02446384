"""On-site plant: ordered within supply, running after its lead, to bridge the wait for the grid or for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def plant_ordered(m: Model) -> Iterator[RuleRow]:
    """On-site plant on order or standing is what there was, and what is ordered now, less what ends its life, MW."""
    onsite = m.instance.onsite
    for at in m.onsite_begun:
        source, site, _ = at
        now = [(m.onsite_start[at], -1.0)] if at in m.onsite_start else []
        ended = ((m.onsite_start[source, site, k], 1.0) for k in onsite.ending.get(at, ()))
        yield RuleRow(at[:2], at[2], total([(m.onsite_begun[at], 1.0)], m.before(m.onsite_begun, *at), now, ended) == 0)


def plant_room(m: Model) -> Iterator[RuleRow]:
    """A site holds no more on-site plant than it allows, and none before it is acquired, MW.

    The price is what room for one more MW there and then would save, USD per MW.
    """
    sites = m.instance.sites
    for (source, site, n), begun in m.onsite_begun.items():
        most = most_plant(m, source, site)
        if site in sites.open_before:
            yield RuleRow((source, site), n, total([(begun, 1.0)]) <= most, limit=most)
        else:
            opened = m.opened[site, n]
            stands = total([(begun, 1.0), (opened, -most)])
            yield RuleRow((source, site), n, stands <= 0, limit=most, scaled_by=opened)


def most_plant(m: Model, source: str, site: str) -> float:
    """Most plant of a source that a site holds, in model units: as typed, or what its full size could use."""
    sites, onsite = m.instance.sites, m.instance.onsite
    available = [share for (name, _), share in onsite.available.items() if name == source and share > 0]
    useful = sites.pue[site] * sites.max_it[site] / min(available, default=1.0)
    return onsite.most.get((source, site), useful)


def whole_plant(m: Model) -> Iterator[RuleRow]:
    """Where on-site plant comes in whole units, an order of it is a number of them, MW."""
    for at, count in m.plant_units.items():
        size = m.instance.onsite.unit[at[:2]]
        yield RuleRow(at[:2], at[2], total([(m.onsite_start[at], 1.0), (count, -size)]) == 0)


def plant_standing(m: Model) -> Iterator[RuleRow]:
    """On-site plant stands once its lead has passed and until its life ends, MW."""
    onsite = m.instance.onsite
    for at in m.onsite_cap:
        source, site, _ = at
        arrived = ((m.onsite_start[source, site, k], -1.0) for k in onsite.running_from.get(at, ()))
        ended = ((m.onsite_start[source, site, k], 1.0) for k in onsite.ending.get(at, ()))
        yield RuleRow(at[:2], at[2], total([(m.onsite_cap[at], 1.0)], m.before(m.onsite_cap, *at), arrived, ended) == 0)


def plant_output(m: Model) -> Iterator[RuleRow]:
    """On-site plant gives no more than the share of it that can be counted on, MW.

    The price is what one more MW from that plant then would save, USD per MW.
    """
    for at, output in m.onsite.items():
        share = m.instance.onsite.available[at[0], at[2]]
        yield RuleRow(at[:2], at[2], total([(output, 1.0), (m.onsite_cap[at], -share)]) <= 0)


def plant_supply(m: Model) -> Iterator[RuleRow]:
    """Orders of on-site plant in a market stay within what its makers can supply to this operator in twelve months, MW.

    The price is what one more MW on offer in the twelve months that end then would save, USD per MW.
    """
    market = m.instance.sites.market
    orders: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (source, site, n), variable in m.onsite_start.items():
        orders[source, market[site], n].append((variable, 1.0))
    for (source, place, n), stretches in m.instance.onsite.supply.items():
        for nodes, limit in stretches:
            ordered = [term for k in nodes for term in orders.get((source, place, k), [])]
            yield RuleRow((source, place), n, total(ordered) <= limit, limit=limit, spans=len(nodes) > 1)


def subsidised_load(m: Model) -> Iterator[RuleRow]:
    """Where plant can replace the grid, no more of an origin's energy is subsidised than its chips use, MW."""
    chips, sites = m.instance.chips, m.instance.sites
    loads: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (chip, site, n), powered in m.powered.items():
        loads[chips.origin[chip] or "", site, n].append((powered, -sites.pue[site] * chips.load[chip]))
    for at, subsidised in m.subsidised.items():
        yield RuleRow(at[:2], at[2], total([(subsidised, 1.0)], loads.get(at, [])) <= 0)


def subsidised_grid(m: Model) -> Iterator[RuleRow]:
    """Where plant can replace the grid, no more energy is subsidised than comes from the grid, MW."""
    at_site: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (_, site, n), subsidised in m.subsidised.items():
        at_site[site, n].append((subsidised, 1.0))
    for (site, n), terms in at_site.items():
        yield RuleRow((site,), n, total(terms, [(m.grid[site, n], -1.0)]) <= 0)


def onsite_output(m: Model, site: str, n: int, weight: float) -> list[Term]:
    """What all plant of a site gives, weighted."""
    return [(m.onsite[source, site, n], weight) for source in m.sources_at.get(site, ())]
