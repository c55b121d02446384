"""Tables of the scenario tree: nodes, paths, lead times and lives."""

from __future__ import annotations

from typing import Any

from planner.instance.chips import inspection_months
from planner.solving.tables.all_tables import AnswerReader, TableRows


def nodes(read: AnswerReader) -> TableRows:
    """Points of the tree."""
    tree = read.tree
    return [
        (
            node.name,
            node.period,
            tree.timeline.label(node.period),
            tree.timeline.first_day(node.period).isoformat(),
            "" if node.parent is None else tree[node.parent].name,
            node.probability,
            tree.discount[node.index],
        )
        for node in tree
    ]


def paths(read: AnswerReader) -> TableRows:
    """Scenarios as paths through the tree."""
    tree = read.tree
    return [
        (name, tree[index].period, tree[index].name, tree[leaf].probability)
        for leaf, name in zip(tree.leaves, tree.scenario_names, strict=True)
        for index in tree.path(leaf)
    ]


def leads(read: AnswerReader) -> TableRows:
    """Lead times and lives, as typed and in whole periods as of the plan's first day."""
    tree = read.tree
    line, case = tree.timeline, tree[0].case

    def row(kind: str, item: str, months: float) -> tuple[Any, ...]:
        periods = line.arrival(0, months)
        return kind, item, months, periods, float(line.offset(periods))

    def life(kind: str, item: str, years: float | None) -> tuple[Any, ...] | None:
        if years is None:
            return None
        periods = line.life_ends(0, years)
        return kind, item, 12.0 * years, periods, float(line.offset(periods))

    rows: list[tuple[Any, ...] | None] = [
        row("on-site plant", source, tree.value(plant.lead_months, 0))
        for source, plant in sorted(case.onsite_sources.items())
    ]
    for site in sorted(case.sites):
        for option, build in sorted(case.sites[site].build_options.items()):
            rows.append(row("build", f"{site}, {option}", tree.value(build.build_months, 0)))
        rows.append(row("grid connection", site, tree.value(case.sites[site].grid_connection_months, 0)))
    rows += [life("plant life", name, plant.life_years) for name, plant in sorted(case.onsite_sources.items())]
    rows += [life("chip life", name, chip.service_life_years) for name, chip in sorted(case.chips.items())]
    for chip in sorted(case.chips):
        for market, channel in sorted(case.chips[chip].markets.items()):
            months = tree.value(channel.lead_months, 0) + inspection_months(tree, chip, market, 0)
            rows.append(row("chip delivery", f"{chip}, {market}", months))
    return [entry for entry in rows if entry is not None]
