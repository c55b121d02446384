"""Things against things: chips, compute, and the power that sites draw and plant gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.report.dossier import Dossier
from planner.report.sheet_spec import Ref
from planner.report.sheets.checks.twin import SUMS, SheetTables, Twin
from planner.report.words import say


def chips(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Chips by type, site, market and period."""
    unit = say("chips")
    yield Twin(
        "chips by site",
        say("Chips installed at the end are as many by chip as by site."),
        unit,
        SUMS,
        {"left": Ref("chip_orders", "last", total=True), "right": Ref("fleet_sites", "total", total=True)},
        "Chips",
    )
    yield Twin(
        "chips by market",
        say("Chips installed over all periods are as many by chip as by market."),
        unit,
        SUMS,
        {"left": Ref("fleet", "total"), "right": Ref("fleet_market", "total")},
        "Chips",
    )
    yield Twin(
        "orders",
        say("Chips ordered are as many by chip as by period."),
        unit,
        SUMS,
        {"left": Ref("chip_orders", "ordered", total=True), "right": Ref("ordered", "total", total=True)},
        "Chips",
    )


def compute(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Demand against what is served and what is not, in all and by workload."""
    yield Twin(
        "demand met",
        say("Demand is served, or counted as not served."),
        say("effective PFLOP/s"),
        "MAX(0,SUM({left})-SUM({right_served})-SUM({right_short}))",
        {
            "left": Ref("compute_total", "demand"),
            "right_served": Ref("compute_total", "served"),
            "right_short": Ref("compute_total", "short"),
        },
        say("Compute"),
        at_most=True,
    )
    yield Twin(
        "workloads",
        say("What is served is the same by workload as in all."),
        say("effective PFLOP/s"),
        SUMS,
        {"left": Ref("compute_total", "served"), "right": Ref("compute_served", "total")},
        say("Compute"),
    )


def sources(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Power by source against the grids' draw and the plant of the sites; only where there is plant."""
    names = [name for name in tables if name.startswith("sources_")]
    if not names:
        return
    grid = {f"left_{i}": Ref(name, "grid") for i, name in enumerate(names)}
    same = {f"right_{i}": Ref(name.replace("sources", "power"), "draw") for i, name in enumerate(names)}
    yield _sums("grid draw", say("The draw from the grid by source is the grids' draw."), grid, same)
    last = {f"left_{i}": Ref(name, "total", len(tables[name].rows) - 1) for i, name in enumerate(names)}
    drawn = {f"right_{i}": Ref(name, "grid", len(tables[name].rows) - 1) for i, name in enumerate(names)}
    end = {**drawn, "right_end": Ref("sites_end", "plant", total=True)}
    yield _sums("plant", say("Output of plant at the end is the same by source as by site."), last, end)


def draw(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Draw by region against that by market and by site."""
    if "draw_regions" not in tables or len(tables["draw_regions"].columns) == 1:
        return
    regions = [column.key for column in tables["draw_regions"].columns[1:]]
    names = {f"right_{i}": Ref(f"power_{i}", "draw") for i in range(len(dossier.case.markets))}
    added = "".join(f"-SUM({{{name}}})" for name in names)
    yield Twin(
        "draw",
        say("The draw of all regions is the draw of all markets."),
        say("MW facility"),
        f"ABS(SUM({{left}}){added})",
        {"left": Ref("draw_regions", regions[0], to=regions[-1]), **names},
        say("Power"),
    )
    yield Twin(
        "site draw",
        say("The draw of all sites at the end is the draw of all regions."),
        say("MW facility"),
        SUMS,
        {
            "left": Ref("sites_end", "draw", total=True),
            "right": Ref("draw_regions", regions[0], len(tables["draw_regions"].rows) - 1, to=regions[-1]),
        },
        say("Sites, Power"),
    )


def _sums(id: str, sentence: str, left: Mapping[str, Ref], right: Mapping[str, Ref]) -> Twin:
    """Two sums of megawatts over several tables."""
    added = "+".join(f"SUM({{{name}}})" for name in left) + "".join(f"-SUM({{{name}}})" for name in right)
    return Twin(id, sentence, say("MW facility"), f"ABS({added})", {**left, **right}, say("Power, Sites"))


__all__ = ["chips", "compute", "draw", "sources"]
