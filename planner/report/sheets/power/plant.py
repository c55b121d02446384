"""On-site plant: draw by source, and when each site leaves the bridge."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from planner import findings
from planner.report.by_period import View, leading
from planner.report.sheet_spec import ONE, Chart, Column, Table, Value
from planner.report.sheets.common.parts import not_within, period_table, scale, stack_of
from planner.report.words import money, say, several, short, three
from planner.study.without_plant import WITHOUT_PLANT

MOST_SOURCES = 4
"""Sources that a chart shows by themselves, the grid and the rest beside them."""
GRID = "grid"
"""Key of the grid's column; those of sources carry a word before the name."""


@dataclass(frozen=True)
class Bridge:
    """A site with on-site plant in the plan."""

    site: str
    output: list[float]
    """Output of all plant by period, MW."""
    beyond: list[bool]
    """Periods in which the site draws more than its connection carries."""

    @property
    def leaves(self) -> int | None:
        """First period from which the connection alone carries the draw to the end; None where it never does."""
        last = max((t for t, more in enumerate(self.beyond) if more), default=-1)
        return last + 1 if last + 1 < len(self.beyond) else None

    @property
    def bridged(self) -> bool:
        """Whether plant ever gives what the connection cannot carry; otherwise it only spares headroom or cost."""
        return any(self.bridges(t) for t in range(len(self.beyond)))

    def bridges(self, t: int) -> bool:
        """Whether plant gives what the connection cannot carry in a period."""
        return self.beyond[t] and self.output[t] > 0


def bridges(view: View) -> dict[str, Bridge]:
    """Sites whose plan has on-site plant, in the case's order."""
    outputs = _outputs(view)
    made = _by_site_and_node(view)
    sites = dict.fromkeys(site for site in view.dossier.case.sites for _, at in outputs if at == site)
    beyond = {site: [False] * len(view.periods) for site in sites}
    least = 1e-6 * max(view.solution["halls"]["grid_mw"], default=0.0)
    for node, site, grid, connected in view.solution.rows("halls", "node", "site", "grid_mw", "grid_cap_mw"):
        if site in beyond and grid + made.get((site, node), 0.0) > connected * (1 + 1e-6) + least:
            beyond[site][view.period_of[node]] = True
    return {site: Bridge(site, _added(outputs, [site]), beyond[site]) for site in sites}


def _added(outputs: Mapping[tuple[str, str], list[float]], sites: Container[str], source: str = "") -> list[float]:
    """Output by period of the given sites, of one source or of all."""
    lines = [line for (name, site), line in outputs.items() if site in sites and source in ("", name)]
    return [sum(each) for each in zip(*lines, strict=True)]


def _by_site_and_node(view: View) -> dict[tuple[str, str], float]:
    made: dict[tuple[str, str], float] = {}
    for node, site, output in view.solution.rows("onsite", "node", "site", "output_mw"):
        made[site, node] = made.get((site, node), 0.0) + output
    return made


def _outputs(view: View) -> dict[tuple[str, str], list[float]]:
    """Output by source and site, MW, where the plan orders or runs plant."""
    ordered = view.expected("onsite", "start_mw", "source", "site")
    found = view.by_period("onsite", "output_mw", "source", "site")
    return {(source, site): line for (source, site), line in found.items() if any(line) or ordered[source, site]}


def source_tables(view: View) -> dict[str, Table]:
    """Draw by source of each market with plant."""
    outputs = _outputs(view)
    totals: dict[str, float] = {}
    for (source, _), line in outputs.items():
        totals[source] = totals.get(source, 0.0) + sum(line)
    order = [source for source in view.dossier.case.onsite_sources if source in totals]
    leaders = [GRID, *(f"source {source}" for source in leading(totals, order, most=MOST_SOURCES))]
    tables = {}
    for position, market in enumerate(view.dossier.case.markets):
        amounts = {GRID: view.by_period("markets", "grid_mw", "market").get((market,), [0.0] * len(view.periods))}
        sites = [site for site, place in view.market_of_site.items() if place == market]
        for source in order:
            if line := _added(outputs, sites, source):
                amounts[f"source {source}"] = line
        if len(amounts) > 1:
            tables[market] = period_table(
                view,
                f"sources_{position}",
                say("{market}: draw by source", market=market),
                amounts,
                unit=say("MW facility"),
                leaders=leaders,
                heads={GRID: say("Grid")} | {f"source {source}": source for source in order},
            )
    return tables


def source_charts(view: View, tables: dict[str, Table], *, width: float, height: float) -> list[Chart]:
    """What plant gives by source, stacked, all on one scale; beside the grid's draw its columns would be too thin."""
    names = dict.fromkeys(c.key for table in tables.values() for c in table.columns if c.key.startswith("source "))
    output = {market: _made(table, list(names), len(view.periods)) for market, table in tables.items()}
    top = scale(max((mw for made in output.values() for mw in made), default=1.0))
    charts = []
    for market, table in tables.items():
        made = output[market]
        peak = max(range(len(made)), key=lambda t: made[t])
        title = say(
            "{market}: on-site plant gives most in {period}, {made} of {all} MW drawn",
            market=market, period=view.periods[peak], made=three(made[peak]),
            all=three(float(table.values("total")[peak] or 0.0)),
        )  # fmt: skip
        stack = stack_of(table, list(names), {name: name.removeprefix("source ") for name in names})
        charts.append(
            Chart(
                "stacked",
                title,
                table.id,
                "period",
                tuple(stack),
                say("Stacked columns of what on-site plant gives, by source. {title}.", title=title),
                unit=say("MW facility"),
                width=width,
                height=height,
                maximum=top,
            )
        )
    return charts


def _made(table: Table, keys: Sequence[str], periods: int) -> list[float]:
    """Output of all plant by period."""
    there = [table.values(column.key) for column in table.columns if column.key in keys]
    return [sum(float(line[t] or 0.0) for line in there) for t in range(periods)]


def bridge_table(view: View) -> Table:
    """Plant by site and source: when it runs, and when the grid carries the site alone."""
    found = bridges(view)
    ordered = view.expected("onsite", "start_mw", "source", "site")
    places = {site: at for at, site in enumerate(view.dossier.case.sites)}
    rows: list[tuple[Value, ...]] = []
    for (source, site), line in sorted(_outputs(view).items(), key=lambda item: (places[item[0][1]], item[0][0])):
        runs = [t for t, value in enumerate(line) if value]
        rows.append(
            (
                site,
                view.market_of_site[site],
                source,
                ordered[source, site],
                view.periods[runs[0]] if runs else say("never"),
                max(line),
                view.periods[runs[-1]] if runs else say("never"),
                line[-1],
                _left(view, found[site]),
            )
        )
    over = [bridge for bridge in found.values() if bridge.bridged]
    caption = say("On-site plant by site")
    if over:
        sites = say(", ").join(_leaving(view, bridge) for bridge in over[:3])
        caption = say("On-site plant by site; the grid connection alone carries the draw: {sites}", sites=sites)
    if len(over) > 3:
        caption = say("{caption} and {more} more below", caption=caption, more=len(over) - 3)
    return Table(
        "plant",
        caption,
        (
            Column("site", say("Site"), width=19),
            Column("market", say("Market"), width=11.5),
            Column("source", say("Source"), width=14, wrap=True),
            Column("ordered", say("Ordered"), say("MW facility"), ONE, 11.5, total=True),
            Column("first", say("First output"), width=11.5),
            Column("peak", say("Peak output"), say("MW facility"), ONE, 11.5),
            Column("last", say("Last output"), width=11.5),
            Column("end", say("Output at the end"), say("MW facility"), ONE, 11.5, total=True),
            Column("leaves", say("Leaves the bridge"), width=15),
        ),
        tuple(rows),
        say("Total"),
    )


def _left(view: View, bridge: Bridge) -> str:
    if not bridge.bridged:
        return say("was on none")
    return view.periods[bridge.leaves] if bridge.leaves is not None else not_within(view)


def _leaving(view: View, bridge: Bridge) -> str:
    if bridge.leaves is None:
        return say("{site} not in the plan", site=short(bridge.site))
    return say("{site} from {period}", site=short(bridge.site), period=view.periods[bridge.leaves])


def bridge_notes() -> str:
    """What leaving the bridge means."""
    return say(
        "A site leaves the bridge in the first period from which its grid connection alone carries its draw to the "
        "end. Plant that runs on after that spares the region's headroom, or energy that costs more."
    )


def plant_sentence(view: View) -> str | None:
    """How much plant is ordered, in words; None where no site allows any."""
    allowed = [site for site, row in view.dossier.case.sites.items() if row.onsite]
    if not allowed:
        return None
    mw = sum(view.expected("onsite", "start_mw").values())
    if not _outputs(view):
        places = several(len(allowed), "{n} site allows", "{n} sites allow")
        return say("{places} on-site plant; the plan orders none.", places=places)
    found = bridges(view)
    left = sum(1 for bridge in found.values() if bridge.bridged and bridge.leaves is not None)
    return say(
        "On-site plant: {mw} MW ordered for {sites}; sites that leave the bridge within the plan: {left}.",
        mw=three(mw), sites=several(len(found), "{n} site", "{n} sites"), left=left,
    )  # fmt: skip


def without_plant_sentences(view: View) -> list[str]:
    """What the case would cost, build and miss without on-site plant, in words; nothing where that was not solved."""
    other = view.dossier.studied.get(WITHOUT_PLANT)
    if other is None:
        return []
    case, solution = view.dossier.case, view.solved
    found = [
        say(
            "Without on-site plant the plan would cost {more} more, and its average delay would be {late} months in "
            "place of {now}.",
            more=money(other.cost_musd - solution.objective_musd),
            late=three(other.delay_months),
            now=three(findings.average_delay(case, solution)),
        )
    ]
    for market, mw in findings.final_it_mw(view.solution).items():
        lost = mw - other.final_it_mw.get(market, 0.0)
        if abs(lost) > 1e-6 * max(mw, other.final_it_mw.get(market, 0.0)):
            words = "{market} would end with {other} MW of IT in place of {mw}."
            found.append(say(words, market=market, other=three(mw - lost), mw=three(mw)))
    never = say("not within the plan")
    for name, period in findings.milestones_reached(case, solution).items():
        if other.milestones.get(name) != period and case.goals.milestones:
            words = "Milestone {name} would be reached {late} in place of {now}."
            found.append(say(words, name=name, late=other.milestones.get(name) or never, now=period or never))
    if (n := len(view.scenarios)) > 1:
        words = (
            "These comparisons without plant are expected over {n} scenarios; milestones are those held in every one."
        )
        found.append(say(words, n=n))
    return found
