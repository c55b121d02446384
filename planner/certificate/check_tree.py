"""Checks of the scenario tree: a proper tree, the one that the case's reveals make, and nothing known too early."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.certificate.costs import totals
from planner.certificate.recomputed import Recomputed
from planner.certificate.record import Finding, at_most, same, wrong
from planner.discounting import discount_factor


def tree_links(r: Recomputed) -> Iterator[Finding]:
    """Every scenario passes one node per period, and each node follows the one that it names as its parent."""
    passed = set()
    for path in r.paths:
        rows = r.tables.paths[path.scenario]
        yield wrong(sorted(period for period, _, _ in rows) != list(path.values.periods), path.scenario)
        for t, name in enumerate(path.nodes):
            node = r.tables.nodes.get(name)
            parent = path.nodes[t - 1] if t else ""
            yield wrong(node is None or node.period != t or node.parent != parent, path.scenario, name)
            passed.add(name)
    for name in r.tables.nodes:
        yield wrong(name not in passed, name)
    yield wrong(not r.paths, "no scenario")


def tree_dates(r: Recomputed) -> Iterator[Finding]:
    """Every node has the label, the first day and the discount of its period."""
    line, rate = r.case.settings.timeline, r.case.settings.discount_rate
    for name, node in r.tables.nodes.items():
        written = node.first_day[:10] == line.first_day(node.period).isoformat()
        yield wrong(not written or node.label != line.label(node.period), name)
        yield same(node.discount, discount_factor(rate, line.middle(node.period)), 0.0, name)


def tree_probabilities(r: Recomputed) -> Iterator[Finding]:
    """The scenarios' probabilities add up to one, and at each node to the probability of reaching it."""
    yield same(sum(path.probability for path in r.paths), 1.0, 1.0, "all scenarios")
    through: dict[str, float] = defaultdict(float)
    for path in r.paths:
        yield at_most(-path.probability, 0.0, 1.0, path.scenario)
        for _, _, probability in r.tables.paths[path.scenario]:
            yield same(probability, path.probability, 1.0, path.scenario)
        for name in dict.fromkeys(path.nodes):
            through[name] += path.probability
    for name, node in r.tables.nodes.items():
        yield same(node.probability, through[name], 1.0, name)


def scenarios_of_case(r: Recomputed) -> Iterator[Finding]:
    """The scenarios are those that the reveals of the case make, each with its probability."""
    passed = {path.scenario: path.probability for path in r.paths}
    futures = r.futures or {}
    for name in sorted({*passed, *r.scenario_names}):
        yield wrong((name in passed) != (name in r.scenario_names), name)
        if name in passed and name in futures:
            yield same(passed[name], futures[name].probability, 1.0, name)


def decided_in_common(r: Recomputed) -> Iterator[Finding]:
    """Scenarios pass the same node in every period until a reveal sets them apart, and different ones from then on."""
    node_of: dict[tuple[int, object], str] = {}
    known_at: dict[str, tuple[int, object]] = {}
    for path in r.paths:
        future = (r.futures or {}).get(path.scenario)
        if future is None:
            continue
        for t, node in enumerate(path.nodes):
            known = t, frozenset(future.by(t))
            apart = node_of.setdefault(known, node) != node
            together = known_at.setdefault(node, known) != known
            yield wrong(apart or together, path.scenario, node)


def shared_nodes(r: Recomputed) -> Iterator[Finding]:
    """Scenarios that share a node spend the same there, account by account."""
    first: dict[str, dict[str, float]] = {}
    for path, rows in zip(r.paths, r.money, strict=True):
        at_node: dict[str, dict[str, float]] = {name: {} for name in path.nodes}
        for (account, t), musd in totals(rows).items():
            at_node[path.nodes[t]][account] = musd
        for name, spent in at_node.items():
            before = first.setdefault(name, spent)
            for account in sorted({*spent, *before}):
                yield same(spent.get(account, 0.0), before.get(account, 0.0), r.floors.musd, account, name)
