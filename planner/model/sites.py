"""Sites and phases: acquired once, built up to a size, ready when construction has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def site_opening(m: Model) -> Iterator[RuleRow]:
    """A site is acquired at most once on each path, before anything is built on it, share of the site."""
    for site, n in m.opened:
        now = total([(m.opened[site, n], 1.0), (m.open[site, n], -1.0)], m.before(m.opened, site, n))
        yield RuleRow((site,), n, now == 0)


def construction_begun(m: Model) -> Iterator[RuleRow]:
    """What has been begun is what had been begun before and what starts now, MW IT."""
    starts: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for (site, _, n), variable in m.start.items():
        starts[site, n].append((variable, -1.0))
    for site, n in m.site_nodes:
        now = total([(m.begun[site, n], 1.0)], m.before(m.begun, site, n), starts[site, n])
        yield RuleRow((site,), n, now == 0)


def site_size(m: Model) -> Iterator[RuleRow]:
    """Existing, committed and begun halls never exceed what fits on the site, MW IT.

    The price is what one more MW of room at that site and time would save, USD per MW.
    """
    sites = m.instance.sites
    for site, n in m.site_nodes:
        room = sites.max_it[site]
        if site in sites.open_before:
            limit = room - sites.standing[site]
            yield RuleRow((site,), n, total([(m.begun[site, n], 1.0)]) <= limit, limit=room)
        else:
            opened = m.opened[site, n]
            built = total([(m.begun[site, n], 1.0), (opened, -room)])
            yield RuleRow((site,), n, built <= 0, limit=room, scaled_by=opened)


def halls_ready(m: Model) -> Iterator[RuleRow]:
    """Halls are ready for racks once their construction months have passed, MW IT."""
    sites = m.instance.sites
    for site, n in m.site_nodes:
        finished = ((m.start[site, option, k], -1.0) for option, k in sites.ready.get((site, n), ()))
        given = sites.committed.get((site, n), 0.0)
        if m.instance.tree[n].parent is None:
            given += sites.existing[site]
        yield RuleRow(
            (site,), n, total([(m.ready_it_mw[site, n], 1.0)], m.before(m.ready_it_mw, site, n), finished) == given
        )


def alike_sites(m: Model) -> Iterator[RuleRow]:
    """Of sites in whole phases that nothing tells apart, the one named first has begun no less, added up over the plan.

    Whatever one of them does the other could do in its place, so no plan is lost; branch and cut is spared looking at
    the same plan under every exchange of names.
    """
    nodes = range(len(m.instance.tree.nodes))
    for first, second in m.instance.sites.alike:
        more = total(((m.begun[first, n], 1.0) for n in nodes), ((m.begun[second, n], -1.0) for n in nodes))
        yield RuleRow((first, second), nodes[-1], more >= 0, spans=True)


def start_rate(m: Model) -> Iterator[RuleRow]:
    """A build option starts no more than its limit in any twelve months, MW IT.

    The price is what one more MW started in the twelve months that end then would save, USD per MW.
    """
    for (site, option, n), stretches in m.instance.sites.start_limits.items():
        for nodes, limit in stretches:
            begun = total((m.start[site, option, k], 1.0) for k in nodes if (site, option, k) in m.start)
            yield RuleRow((site, option), n, begun <= limit, limit=limit, spans=len(nodes) > 1)


def ready_rate(m: Model) -> Iterator[RuleRow]:
    """A site makes no more halls ready in any twelve months than it can take over, committed ones first, MW IT.

    The price is what one more MW made ready in the twelve months that end then would save, USD per MW.
    """
    sites = m.instance.sites
    for (site, n), stretches in sites.ready_limits.items():
        for nodes, limit in stretches:
            finished = [
                (m.start[site, option, k], 1.0) for node in nodes for option, k in sites.ready.get((site, node), ())
            ]
            if finished:
                yield RuleRow((site,), n, total(finished) <= limit, limit=limit, spans=len(nodes) > 1)


def whole_phases(m: Model) -> Iterator[RuleRow]:
    """Where phases are whole, a start is a number of phases, MW IT."""
    phase = m.instance.sites.phase
    for site, option, n in m.phases:
        size = phase[site, option]
        yield RuleRow(
            (site, option), n, total([(m.start[site, option, n], 1.0), (m.phases[site, option, n], -size)]) == 0
        )


def phases_begun(m: Model) -> Iterator[RuleRow]:
    """Where all starts of a site are in whole phases of one size, what has been begun is a number of them, MW IT.

    It follows from `whole_phases`, and gives branch and cut the question that decides most: how much by when.
    """
    sizes = m.instance.sites.even_phase
    for (site, n), count in m.phases_begun.items():
        yield RuleRow((site,), n, total([(m.begun[site, n], 1.0), (count, -sizes[site])]) == 0)


def connection_applied(m: Model) -> Iterator[RuleRow]:
    """What has been applied for is what had been applied for before and what is applied for now, MW facility."""
    for site, n in m.site_nodes:
        now = [(m.apply[site, n], -1.0)] if (site, n) in m.apply else []
        yield RuleRow((site,), n, total([(m.applied[site, n], 1.0)], m.before(m.applied, site, n), now) == 0)


def connection_size(m: Model) -> Iterator[RuleRow]:
    """A site applies for no more grid connection than its full size draws, and only once acquired, MW facility."""
    sites = m.instance.sites
    for site, n in m.site_nodes:
        most = sites.pue[site] * sites.max_it[site]
        if site in sites.open_before:
            yield RuleRow((site,), n, total([(m.applied[site, n], 1.0)]) <= most, limit=most)
        else:
            opened = m.opened[site, n]
            applied = total([(m.applied[site, n], 1.0), (opened, -most)])
            yield RuleRow((site,), n, applied <= 0, limit=most, scaled_by=opened)


def connection_stands(m: Model) -> Iterator[RuleRow]:
    """A grid connection stands once its wait has passed, beside what was connected before, MW facility."""
    sites, tree = m.instance.sites, m.instance.tree
    for site, n in m.site_nodes:
        matured = ((m.apply[site, k], -1.0) for k in sites.connected_by.get((site, n), ()))
        parent = tree[n].parent
        given = sites.connected[site, n] - (0.0 if parent is None else sites.connected[site, parent])
        yield RuleRow((site,), n, total([(m.grid_cap[site, n], 1.0)], m.before(m.grid_cap, site, n), matured) == given)
