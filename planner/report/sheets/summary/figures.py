"""Key figures of the plan, linked to the sheets that they come from."""

from __future__ import annotations

from collections.abc import Iterator

from planner import findings
from planner.report.by_period import RENT, View, digits
from planner.report.sheet_spec import Cell, Column, Formula, Ref, Table, Value, link
from planner.report.sheets.common.groups import GROUPS, group_names, group_of
from planner.report.sheets.common.parts import marked
from planner.report.sheets.compute.workloads import volumes
from planner.report.sheets.cost import year_groups
from planner.report.words import say, short

MOST_MILESTONES = 5
"""Lines that one page has room for."""


def figures(view: View) -> Table:
    """Key figures, linked to the sheets that they come from."""
    shown = view.likeliest
    cost = marked(view, say("Present cost"))
    rows: list[tuple[Value, ...]] = [
        _figure(cost, _usd(), _cells("present", "total", None), sum(view.present.values()), "strong")
    ]
    names = group_names()
    for group in GROUPS:
        lines = [i for i, account in enumerate(view.accounts) if group_of(account) == group]
        if lines:
            amount = sum(view.present[view.accounts[i]] for i in lines)
            label = say("   of which {group}", group=names[group])
            rows.append(_figure(label, _usd(), _cells("present", "total", lines), amount))
    capital = view.capital_by_year()
    peak = max(capital, key=lambda year: capital[year])
    keys = [column.key for column in year_groups(view).columns]
    cells: dict[str, Ref] = {
        name: Ref("years", name, view.years.index(peak)) for name in ("halls", "chips") if name in keys
    }
    undiscounted = _usd(say(", undiscounted"))
    largest = marked(view, say("Largest yearly capital, {year}", year=peak))
    rows.append(_figure(largest, undiscounted, cells, capital[peak]))
    rows += _rent(view)
    found = volumes(shown)
    served, missing = (sum(line[i] for line in found.values()) for i in (1, 2))
    years = (say("PFLOP/s-years"), say("thousand PFLOP/s-years"), say("million PFLOP/s-years"))
    rows.append(_figure(say("Compute from own chips"), years, _cells("workloads", "served", None), served))
    rows.append(_figure(say("Compute rented or unmet"), years, _cells("workloads", "short", None), missing))
    late = findings.average_delay(view.dossier.case, view.solved)
    months = (say("months"), say("thousand months"), say("million months"))
    cells = _cells("scenarios", "waited", None) if len(view.scenarios) > 1 else _cells("delay", "counted", None)
    rows.append(_figure(marked(view, say("Average delay")), months, cells, late))
    rows += _milestones(view)
    rows += _halls(view)
    share = findings.residual_share(view.solved)
    rows.append(
        (
            marked(view, say("Residual value")),
            Cell(share, "0.0%"),
            Cell(say("of capital"), look="quiet"),
            None,
        )
    )
    columns = (
        Column("name", say("Key figure"), width=36),
        Column("value", say("Value"), "", "0.0", 9),
        Column("unit", say("Unit"), width=22),
        Column("gap", "", width=2),
    )
    return Table("figures", "", columns, tuple(rows))


def _rent(view: View) -> Iterator[tuple[Value, ...]]:
    """What rented compute costs, where any can be rented."""
    if RENT in view.accounts:
        paid = _cells("money", "total", [view.accounts.index(RENT)])
        if view.tail:
            paid = {"cell": Ref("money", view.years[0], view.accounts.index(RENT), to=view.years[-1])}
        rent = view.reported_money(0).get((RENT,), 0.0)
        yield _figure(marked(view, say("Rented compute")), _usd(say(", undiscounted")), paid, rent)


def _halls(view: View) -> Iterator[tuple[Value, ...]]:
    """Halls at the end of what is reported, by market."""
    for market, mw in findings.final_it_mw(view.likeliest.solution).items():
        sites = [i for i, site in enumerate(view.dossier.case.sites) if view.dossier.case.market_of(site) == market]
        if sites:
            units = (say("MW of IT"), say("GW of IT"), say("TW of IT"))
            label = say("Halls ready at the end, {market}", market=market)
            yield _figure(label, units, _cells("sites_end", "ready", sites), mw)


def _milestones(view: View) -> list[tuple[Value, ...]]:
    """When milestones are reached in every scenario, where the plan is asked for them."""
    goals = view.dossier.case.goals
    if not goals.milestones and goals.objective == "cost":
        return []
    reached = list(findings.milestones_reached(view.dossier.case, view.solved).items())
    rows: list[tuple[Value, ...]] = []
    several = len(view.scenarios) > 1
    column, held = ("everywhere", say("in every scenario")) if several else ("reached", say("and held to the end"))
    for position, (name, period) in enumerate(reached[:MOST_MILESTONES]):
        when = link("milestones", column, period or say("never"), row=position)
        label = say("Milestone {name}", name=short(name, 32))
        rows.append((label, Cell(when, look="aside"), Cell(held if period or several else None, look="quiet"), None))
    if len(reached) > MOST_MILESTONES:
        more = len(reached) - MOST_MILESTONES
        rows.append((say("More milestones, on Compute"), Cell(more, "0"), Cell(say("number"), look="quiet"), None))
    return rows


def _usd(suffix: str = "") -> tuple[str, str, str]:
    return say("million USD") + suffix, say("billion USD") + suffix, say("trillion USD") + suffix


def _cells(table: str, column: str, rows: list[int] | None) -> dict[str, Ref]:
    """Cells of a column, or its total."""
    if rows is None:
        return {"cell": Ref(table, column, total=True)}
    return {f"cell{i}": Ref(table, column, row) for i, row in enumerate(rows)}


def _figure(
    label: str, units: tuple[str, str, str], cells: dict[str, Ref], value: float, look: str = "body"
) -> tuple[Value, ...]:
    """A line of the key figures, in the unit that leaves at most three digits before the point."""
    power = 0 if abs(value) < 999.5 else 1 if abs(value) < 999_500 else 2
    added = "+".join(f"SUM({{{name}}})" if ref.to else f"{{{name}}}" for name, ref in cells.items())
    scaled = value / 1000**power
    formula = Formula(f"({added})" + "/1000" * power, cells, scaled)
    return (
        Cell(label, look=look),
        Cell(formula, digits(scaled), look),
        Cell(units[power], look="quiet"),
        None,
    )


__all__ = ["figures"]
