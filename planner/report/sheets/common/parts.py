"""Pieces that several sheets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.report.by_period import View, decimals, leading
from planner.report.look.colour_roles import OTHERS, series_colours
from planner.report.sheet_spec import Column, Formula, Ref, Series, Table, Value, number, row_sum
from planner.report.words import chance, joined, say, short
from planner.schema.continuous import parts_from

WIDEST = 9
"""Columns for names beyond the leading ones; more are only added up."""


def page_title(view: View, what: str, *, weighted: bool = True) -> str:
    """What a sheet shows, for which scenarios and periods; `weighted` where it shows figures expected over them."""
    scenario = scenario_words(view, weighted=weighted)
    overlays = view.dossier.provenance.overlays
    if overlays:
        names = joined(overlays)
        return say(
            "{what}; {span}, {scenario}, with {names}.", what=what, span=view.span, scenario=scenario, names=names
        )
    return say("{what}; {span}, {scenario}.", what=what, span=view.span, scenario=scenario)


def parts_words(view: View) -> list[str]:
    """That halls, lots and units are decided in parts after the first reveal, where they are."""
    day = parts_from(view.dossier.case)
    if day is None:
        return []
    words = (
        "What is decided before {day} is in whole halls, lots and units; what follows is in parts, to be made whole "
        "once it is known which scenario comes about."
    )
    return [say(words, day=day.isoformat())]


def scenario_words(view: View, *, weighted: bool) -> str:
    """Which scenarios a sheet shows."""
    names = list(view.scenarios)
    if len(names) > 1 and not weighted:
        return say("{scenarios} scenarios", scenarios=len(names))
    if len(names) > 1:
        return say("expected over {scenarios} scenarios, weighted by probability", scenarios=len(names))
    probability = view.scenarios[names[0]]
    if probability == 1:
        return say("one scenario")
    return say("scenario {name} ({probability})", name=short(names[0], 60), probability=chance(probability))


def marked(view: View, label: str) -> str:
    """A label that says so where its figure is expected over several scenarios."""
    return say("{label}, expected", label=label) if len(view.scenarios) > 1 else label


def tail_sentences(view: View) -> list[str]:
    """Until when the plan is reported, how long it goes on and why; nothing where all of it is reported."""
    if not view.tail:
        return []
    line = view.line
    first, last = line.reported, line.periods - 1
    return [
        say(
            "The plan is reported until {day}. The {months} months after it, {first} to {last}, are solved and not "
            "reported: they keep the end of the plan from distorting what is decided before. The present cost counts "
            "them.",
            day=line.first_day(first), months=line.offset(line.periods) - line.offset(first), first=line.label(first),
            last=line.label(last),
        )
    ]  # fmt: skip


def after_words(view: View) -> str:
    """Name of a line or column of all periods that are solved and not reported."""
    return say("After {day}, solved and not reported", day=view.line.first_day(view.line.reported))


def not_within(view: View) -> str:
    """When something happens that does not in the periods that are reported."""
    return say("not by {last}", last=view.periods[-1]) if view.tail else say("not in the plan")


def period_table(
    view: View,
    table: str,
    caption: str,
    amounts: Mapping[str, Sequence[float]],
    *,
    unit: str,
    leaders: Sequence[str] | None = None,
    adds_up: bool = False,
    heads: Mapping[str, str] | None = None,
) -> Table:
    """A table of periods by names: the leading ones, the rest, the total, then what the rest is made of.

    With `adds_up` there is a total row: amounts of periods, not levels.
    """
    heads = heads or {}
    names = list(amounts)
    if leaders is None:
        leaders = leading({name: view.over_time(line) for name, line in amounts.items()}, names)
    main = [name for name in leaders if name in amounts]
    rest = [name for name in names if name not in main]
    shown = rest if len(rest) <= WIDEST else []
    form = decimals([value for line in amounts.values() for value in line])
    columns = [Column("period", say("Period"), width=12)]
    columns += [Column(name, heads.get(name, name), unit, form, 12.5, adds_up) for name in main]
    if rest:
        columns.append(Column(OTHERS, say("All other"), unit, form, 12.5, adds_up))
    columns.append(Column("total", say("Total"), unit, form, 12.5, adds_up))
    columns += [
        Column(name, say("of other: {name}", name=heads.get(name, name)), unit, form, 12.5, adds_up) for name in shown
    ]
    rows = []
    for t, period in enumerate(view.periods):
        row: list[Value] = [period, *(amounts[name][t] for name in main)]
        others = [amounts[name][t] for name in rest]
        if rest:
            row.append(row_sum(table, t, shown[0], shown[-1], others) if shown else sum(others))
        last = OTHERS if rest else main[-1] if main else ""
        row.append(row_sum(table, t, columns[1].key, last, row[1:]) if last else 0.0)
        rows.append((*row, *(amounts[name][t] for name in shown)))
    return Table(table, caption, tuple(columns), tuple(rows), say("Total") if adds_up else None)


def stack_of(table: Table, main: Sequence[str], labels: Mapping[str, str] | None = None) -> tuple[Series, ...]:
    """Series of a stacked chart of a period table: the leading names and the rest."""
    colours = series_colours(main)
    keys = [column.key for column in table.columns]
    shown = [name for name in main if name in keys]
    series = [Series(name, (labels or {}).get(name, name), colours[name]) for name in shown]
    if OTHERS in keys:
        series.append(Series(OTHERS, say("all other"), colours[OTHERS]))
    return tuple(series)


def matrix(
    table: str,
    caption: str,
    corner: str,
    amounts: Mapping[tuple[str, str], float],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    unit: str,
    width: float = 12.5,
) -> Table:
    """A table of amounts by two names, with totals of both."""
    form = decimals(list(amounts.values()))
    heads = [Column("name", corner, width=24)]
    heads += [Column(name, name, unit, form, width, total=True) for name in columns]
    heads.append(Column("total", say("Total"), unit, form, width, total=True))
    lines = []
    for position, name in enumerate(rows):
        line = [amounts.get((name, column), 0.0) for column in columns]
        total: Value = row_sum(table, position, columns[0], columns[-1], line) if columns else 0.0
        lines.append((name, *line, total))
    return Table(table, caption, tuple(heads), tuple(lines), say("Total"))


def total_of(table: Table, column: str = "total") -> Formula:
    """Link to a table's total."""
    value = sum(number(row[table.position(column)]) for row in table.rows)
    return Formula("{cell}", {"cell": Ref(table.id, column, total=True)}, value)


def scale(largest: float) -> float:
    """A round end for an axis that two charts share.

    >>> scale(1782.0), scale(93.0), scale(0.0)
    (2000.0, 100.0, 1.0)
    """
    if largest <= 0:
        return 1.0
    step = 10.0 ** (len(str(int(largest))) - 1)
    for factor in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if largest <= factor * step * 1.0001:
            return round(factor * step, 6)
    return 10 * step
