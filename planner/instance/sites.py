"""Sites unrolled: what may be started where and when, when it is ready, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from planner.discounting import unspent_share
from planner.instance.tree import KeptValue, Stretch, Tree, matured
from planner.schema import Case
from planner.units import Units

Start = tuple[str, str, int]
"""Site, build option and node of a start."""


@dataclass
class Sites:
    """Sets and parameters of sites, in model units; money is not discounted."""

    names: tuple[str, ...]
    market: Mapping[str, str]
    region: Mapping[str, str]
    pue: Mapping[str, float]
    max_it: Mapping[str, float]
    whole: Mapping[str, bool]
    """Whether phases and opening are whole."""
    standing: Mapping[str, float]
    """Existing and committed MW."""
    existing: Mapping[str, float]
    open_before: frozenset[str]
    """Sites with existing or committed halls."""
    free: frozenset[str] = frozenset()
    """Sites whose opening never costs anything: what is opened of one may as well be all of it."""
    alike: tuple[tuple[str, str], ...] = ()
    """Neighbours by name among sites in whole phases that nothing tells apart."""
    phase: dict[tuple[str, str], float] = field(default_factory=dict)
    even_phase: dict[str, float] = field(default_factory=dict)
    """Size of a phase at sites in whole phases whose every start is in phases of that one size."""
    starts: list[Start] = field(default_factory=list)
    """Starts that are offered: those ready on some path."""
    ready: dict[tuple[str, int], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    """Starts (option, node) that are ready first at a site and node."""
    committed: dict[tuple[str, int], float] = field(default_factory=dict)
    """Committed MW that become ready at a site and node."""
    committed_cost: dict[tuple[str, int], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """What halls begun before the plan still cost a site at a node, by their name."""
    start_limits: dict[Start, tuple[Stretch, ...]] = field(default_factory=dict)
    """Limits on what starts in twelve months that end at a node."""
    ready_limits: dict[tuple[str, int], tuple[Stretch, ...]] = field(default_factory=dict)
    """Limits on what becomes ready in twelve months that end at a node, committed halls taken off."""
    opening_cost: dict[tuple[str, int], float] = field(default_factory=dict)
    capex: dict[Start, float] = field(default_factory=dict)
    """Cost of one unit of power started."""
    payments: dict[Start, list[tuple[int, float]]] = field(default_factory=dict)
    """Nodes at which a start is paid, with the share of its cost."""
    upkeep: dict[tuple[str, int], float] = field(default_factory=dict)
    """Cost of one ready unit of power in the node's period."""
    residual: list[KeptValue[Start]] = field(default_factory=list)
    """Starts that keep a value at the end."""
    connections: list[tuple[str, int]] = field(default_factory=list)
    """Grid applications that are offered."""
    connected_by: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    """Nodes whose applications can feed a site first at a node."""
    connected: dict[tuple[str, int], float] = field(default_factory=dict)
    """Connection that stands at a node without an application."""
    connection_cost: dict[tuple[str, int], float] = field(default_factory=dict)


def unroll_sites(case: Case, tree: Tree, units: Units) -> Sites:
    """Every site over every node."""
    names = tuple(sorted(case.sites))
    committed_mw = {
        name: sum(halls.it_mw for halls in case.sites[name].committed.values()) / units.mw for name in names
    }
    existing = {name: case.sites[name].existing_it_mw / units.mw for name in names}
    sites = Sites(
        names=names,
        market={name: case.market_of(name) for name in names},
        region={name: case.sites[name].region for name in names},
        pue={name: case.sites[name].pue for name in names},
        max_it={name: case.sites[name].max_it_mw / units.mw for name in names},
        whole={name: case.is_whole(name) for name in names},
        existing=existing,
        standing={name: existing[name] + committed_mw[name] for name in names},
        open_before=frozenset(name for name in names if existing[name] + committed_mw[name] > 0),
        alike=_alike(case, names) if len(tree.leaves) == 1 else (),
    )
    for name in names:
        _unroll_costs(sites, name, tree, units)
        _unroll_committed(sites, name, case, tree, units)
        for option in sorted(case.sites[name].build_options):
            _unroll_option(sites, name, option, tree, units)
        _unroll_connection(sites, name, tree, units)
        sizes = {sites.phase.get((name, option)) for site, option, _ in sites.starts if site == name}
        if sites.whole[name] and len(sizes) == 1 and (size := sizes.pop()) is not None:
            sites.even_phase[name] = size
    costly = {name for (name, _), cost in sites.opening_cost.items() if cost > 0.0}
    sites.free = frozenset(names) - costly
    return sites


def _alike(case: Case, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of sites in whole phases that have the same row and that the same rules name.

    Any plan of one such site could be that of the other, all it does at once. In a tree they would have to change
    places in every scenario, which no row of one scenario can say.
    """
    rules = [rule for kind in type(case.policy).model_fields for rule in getattr(case.policy, kind).values()]
    named = [frozenset(getattr(rule, "sites", None) or ()) for rule in rules]
    groups: dict[tuple[str, tuple[bool, ...]], list[str]] = defaultdict(list)
    for name in names:
        if case.is_whole(name):
            row = case.sites[name].model_copy(update={"note": None}).model_dump_json()
            groups[row, tuple(name in sites for sites in named)].append(name)
    return tuple(pair for group in groups.values() for pair in pairwise(group))


def _unroll_costs(sites: Sites, name: str, tree: Tree, units: Units) -> None:
    for node in tree:
        years = tree.timeline.years(node.period)
        site = node.case.sites[name]
        at = (name, node.index)
        sites.opening_cost[at] = tree.value(site.opening_musd, node.index) / units.musd
        sites.upkeep[at] = tree.value(site.om_musd_per_mw_year, node.index) * years * units.mw / units.musd


def _unroll_committed(sites: Sites, name: str, case: Case, tree: Tree, units: Units) -> None:
    line = tree.timeline
    for begun, halls in case.sites[name].committed.items():
        ready = line.from_date(halls.ready)
        for node in tree:
            if node.period == ready:
                at = (name, node.index)
                sites.committed[at] = sites.committed.get(at, 0.0) + halls.it_mw / units.mw
            if share := line.part(node.period, 0, max(1, ready)):
                sites.committed_cost[name, node.index][begun] = halls.remaining_cost_musd * share / units.musd
    limits = {
        node.index: tree.value(most, node.index) / units.mw
        for node in tree
        if (most := node.case.sites[name].max_ready_mw_per_year) is not None
    }
    for n in limits:
        sites.ready_limits[name, n] = tuple(
            Stretch(nodes, max(0.0, most - sum(sites.committed.get((name, k), 0.0) for k in nodes)))
            for nodes, most in tree.stretches(n, limits)
        )


def _unroll_option(sites: Sites, name: str, option_name: str, tree: Tree, units: Units) -> None:
    line = tree.timeline
    phase = tree[0].case.sites[name].build_options[option_name].phase_mw
    if phase is not None:
        sites.phase[name, option_name] = phase / units.mw
    months = [tree.value(node.case.sites[name].build_options[option_name].build_months, node.index) for node in tree]
    limits = {
        node.index: tree.value(most, node.index) / units.mw
        for node in tree
        if (most := node.case.sites[name].build_options[option_name].max_start_mw_per_year) is not None
    }
    for node in tree:
        site = node.case.sites[name]
        option = site.build_options[option_name]
        day = line.first_day(node.period)
        if (site.earliest_start and day < site.earliest_start) or (site.latest_start and day > site.latest_start):
            continue
        arrivals = [at for at, _ in tree.first_below(node.index, matured(tree, node.period, months))]
        if not arrivals:
            continue
        start = (name, option_name, node.index)
        sites.starts.append(start)
        sites.capex[start] = tree.value(option.capex_musd_per_mw, node.index) * units.mw / units.musd
        sites.payments[start] = _payments(tree, node.index, months[node.index], set(arrivals))
        if node.index in limits:
            sites.start_limits[start] = tuple(tree.stretches(node.index, limits))
        for at in arrivals:
            sites.ready[name, at].append((option_name, node.index))
            if option.life_years is not None:
                left = unspent_share(line.years_between(tree[at].period, line.periods), option.life_years)
                worth = sites.capex[start] * left
                leaves = [leaf for leaf in tree.leaves if worth > 0 and at in tree.path(leaf)]
                sites.residual += [KeptValue(start, leaf, left, worth) for leaf in leaves]


def _payments(tree: Tree, start: int, months: float, ready: set[int]) -> list[tuple[int, float]]:
    """Evenly over the periods that construction takes as of its start; should it be done sooner, the rest then."""
    line, begun = tree.timeline, tree[start].period
    end = max(begun + 1, line.arrival(begun, months))
    payments = []
    pending = [start]
    while pending:
        n = pending.pop()
        period = tree[n].period
        done = period + 1 == end or (n in ready and n != start)
        payments.append((n, line.part(period, begun, end, rest=done)))
        if not done:
            pending.extend(tree.children[n])
    return payments


def _unroll_connection(sites: Sites, name: str, tree: Tree, units: Units) -> None:
    line = tree.timeline
    months = [tree.value(node.case.sites[name].grid_connection_months, node.index) for node in tree]
    for node in tree:
        site = node.case.sites[name]
        at = (name, node.index)
        arrivals = [there for there, _ in tree.first_below(node.index, matured(tree, node.period, months))]
        for there in arrivals:
            sites.connected_by[name, there].append(node.index)
        if arrivals:
            sites.connections.append(at)
            cost = tree.value(site.grid_connection_musd_per_mw, node.index)
            sites.connection_cost[at] = cost * units.mw / units.musd
        ready = sum(sites.committed.get((name, before), 0.0) for before in tree.path(node.index))
        sites.connected[at] = site.pue * (sites.existing[name] + ready)
        if site.grid_connected_from is not None and node.period >= line.from_date(site.grid_connected_from):
            sites.connected[at] = max(sites.connected[at], site.pue * sites.max_it[name])
