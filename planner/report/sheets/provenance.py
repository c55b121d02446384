"""Provenance: what made this report, from what, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner import findings
from planner.message import Message
from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.sheet_spec import COUNT, ONE, TINY, Block, Cell, Column, Note, Sheet, Table, Value
from planner.report.sheets.common.parts import marked, page_title
from planner.report.words import joined, known, message, objective_words, percent, say, say_message, several
from planner.solution import Solution


def provenance(dossier: Dossier, missing: Sequence[tuple[str, str]]) -> Sheet:
    """The run, its inputs, the solver, roundings and limits.

    `missing` are the sheets that were left out, each with how to get it.
    """
    view = View(dossier)
    solution = dossier.solution
    rounded = _roundings(view)
    blocks: tuple[Block, ...] = (
        _facts(dossier),
        _inputs(dossier),
        _solver(dossier),
        Note(say("Warnings"), "heading"),
        *(Note(text) for text in [*map(say_message, solution.warnings)] or [say("There is none.")]),
        *([rounded] if rounded.rows else []),
        Note(say("Not in this report"), "heading"),
        *(Note(say("{sheet}: {remedy}", sheet=sheet, remedy=remedy)) for sheet, remedy in missing),
        Note(say("Limits of the model"), "heading"),
        *(Note(text) for text in limits()),
    )
    return Sheet(
        "Provenance", _message(dossier), page_title(view, say("Where this report comes from"), weighted=False), blocks
    )


def _message(dossier: Dossier) -> str:
    gap = dossier.solution.gap
    fields = {
        "run": dossier.provenance.run[:12], "version": dossier.provenance.version,
        "status": say(dossier.solution.status.value), "gap": "" if gap is None else percent(round(gap, 8)),
        "inputs": several(len(dossier.provenance.inputs), "{n} input file", "{n} input files"),
    }  # fmt: skip
    if gap is None:
        return message(
            say(
                "Run {run} of planner {version} from {inputs}: the plan is {status}; no bound is proven yet.", **fields
            ),
            say("Run {run} of planner {version}: the plan is {status}, bound none yet.", **fields),
        )
    return message(
        say("Run {run} of planner {version} from {inputs}: the plan is {status}, with a gap of {gap}.", **fields),
        say("Run {run} of planner {version}: the plan is {status}, gap {gap}.", **fields),
    )


def _pairs(table: str, caption: str, rows: Sequence[tuple[Value, ...]]) -> Table:
    columns = (
        Column("name", say("What"), width=44),
        Column("value", say("Value"), "", width=30),
        Column("unit", say("Unit"), width=16),
    )
    return Table(table, caption, columns, tuple(rows))


def _facts(dossier: Dossier) -> Table:
    solution, case, origin = dossier.solution, dossier.case, dossier.provenance
    rows: list[tuple[Value, ...]] = [
        (
            _cost_words(solution),
            Cell(solution.objective_musd, "#,##0.000000", "aside"),
            say("million USD"),
        ),
        (say("Present cost, checked again"), _checked(dossier), say("million USD")),
        (_bound_words(solution), _proven(solution, solution.bound_musd, "#,##0.000000"), say("million USD")),
        (say("Gap"), _proven(solution, solution.gap, TINY), say("fraction")),
        (
            marked(View(dossier), say("Average delay")),
            Cell(findings.average_delay(case, solution), "#,##0.000000", "aside"),
            say("months"),
        ),
        (say("Objective"), _objective(dossier), None),
        *_criterion(dossier),
        (say("Status"), say(solution.status.value), None),
        (say("Solved again from nothing, as the solver claimed"), _doubted(solution), None),
        (say("Case"), case.settings.name, None),
        (say("Prepared"), case.settings.prepared.isoformat() if case.settings.prepared else say("no date given"), None),
        *(
            [(say("Reported until"), View(dossier).line.first_day(View(dossier).line.reported).isoformat(), None)]
            if View(dossier).tail
            else []
        ),
        (say("Version of planner"), origin.version, None),
        (say("Run"), origin.run, None),
        (say("Overlays"), joined(origin.overlays) or say("none"), None),
        *_tidiness(solution),
        *([(say("Changed in Python"), joined(origin.changes), None)] if origin.changes else []),
    ]
    return _pairs("run_facts", say("Run"), rows)


def _tidiness(solution: Solution) -> Iterator[tuple[Value, ...]]:
    """What the cheapest plan costs, and how many actions either takes, where the plan is a tidier one."""
    tidiness = solution.tidiness
    if tidiness is not None:
        cheapest = Cell(tidiness.cheapest_musd, "#,##0.000000", "aside")
        yield say("Present cost of the cheapest plan found"), cheapest, say("million USD")
        yield say("Cost above it that was allowed"), Cell(tidiness.within, "0.000%", "aside"), None
        actions = say("starts, orders, applications and openings")
        yield say("Actions of this plan"), Cell(sum(tidiness.after.values()), "#,##0.##", "aside"), actions
        yield say("Actions of the cheapest"), Cell(sum(tidiness.before.values()), "#,##0.##", "aside"), actions


def _proven(solution: Solution, value: float | None, look: str) -> Value:
    """A figure of the proof; in words where the solver was stopped before it had proven any bound."""
    return say("none yet") if value is None or solution.gap is None else Cell(value, look, "aside")


def _doubted(solution: Solution) -> str:
    """What the solver said and its own plans did not bear out; each was solved again and only then believed."""
    doubted = map(Message.from_json, solution.solver.get("doubted", ()))
    return joined(list(map(say_message, doubted))) or say("nothing: its word held")


def _objective(dossier: Dossier) -> str:
    weighed = dossier.solution.criterion_musd is not None
    return objective_words(dossier.case.goals.objective, len(dossier.scenarios), weighed=weighed)


def _cost_words(solution: Solution) -> str:
    if solution.criterion_musd is not None:
        return say("Expected present cost, as the solver states it")
    return say("Present cost, the solver's objective")


def _bound_words(solution: Solution) -> str:
    if solution.criterion_musd is not None:
        return say("Proven lower bound on what was minimised")
    return say("Proven lower bound")


def _criterion(dossier: Dossier) -> list[tuple[Value, ...]]:
    """What was minimised where risk weighs in."""
    criterion, goals = dossier.solution.criterion_musd, dossier.case.goals
    if criterion is None:
        return []
    return [
        (say("What was minimised"), Cell(criterion, "#,##0.000000", "aside"), say("million USD")),
        (say("Weight of risk in it"), Cell(goals.risk_weight, "General", "aside"), say("fraction")),
        (say("Confidence level of the risk"), Cell(goals.risk_level, "General", "aside"), say("fraction")),
    ]


def _checked(dossier: Dossier) -> Cell:
    return Cell(dossier.certificate.present_cost_musd, "#,##0.000000", "aside")


def _inputs(dossier: Dossier) -> Table:
    return Table(
        "inputs",
        say("Input files"),
        (Column("file", say("File"), width=44), Column("sha", say("SHA-256"), width=30)),
        tuple(dossier.provenance.inputs),
    )


def _solver(dossier: Dossier) -> Table:
    rows: list[tuple[Value, ...]] = []
    flat = {
        **_flat({name: fact for name, fact in dossier.solution.solver.items() if name != "doubted"}),
        **{say("asked: {option}", option=k): v for k, v in _flat(dossier.provenance.options).items()},
    }
    for name, value in flat.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            rows.append((name, known(str(value)), None))
        else:
            look = COUNT if float(value).is_integer() else "General"
            rows.append((name, Cell(value, look, "aside"), None))
    return _pairs("solver", say("Solver, options and sizes"), rows)


def _flat(data: Mapping[str, Any], head: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{head}{known(str(key).replace('_', ' '))}"
        if isinstance(value, Mapping):
            found |= _flat(value, f"{name}: ")
        elif isinstance(value, list | tuple):
            found[name] = say(" to ").join(
                f"{each:g}" if isinstance(each, int | float) else str(each) for each in value
            )
        else:
            found[name] = say("none") if value is None else value
    return found


def _roundings(view: View) -> Table:
    rows: list[tuple[Value, ...]] = []
    data = view.solution["leads"]
    for kind, item, months, periods, rounded in data.itertuples(index=False):
        if abs(months - rounded) > 1e-9:
            name = say("{kind}: {item}", kind=known(kind), item=item)
            way = say("longer") if rounded > months else say("shorter")
            rows.append((name, Cell(months, ONE, "aside"), way, rounded, periods))
    caption = say("Lead times and service lives that rounding to whole periods changed")
    if len({view.line.months(t) for t in view.line}) > 1:
        caption = say(
            "Lead times and service lives that rounding to whole periods changed, begun on the plan's first day"
        )
    return Table(
        "leads",
        caption,
        (
            Column("item", say("Lead time or life"), width=44),
            Column("months", say("As typed"), say("months"), width=30),
            Column("way", say("Rounded to"), width=16),
            Column("rounded", say("Reckoned with"), say("months"), COUNT, 16),
            Column("periods", say("Periods"), say("number"), COUNT, 12),
        ),
        tuple(rows),
    )


def limits() -> tuple[str, ...]:
    """What the model leaves out, so that nobody reads more into the plan than there is."""
    return (
        say("Compute is added up across sites: training that needs one site or one network is not told apart."),
        say("Chips and megawatts are divisible unless the case asks for whole phases; read small numbers as rounding."),
        say("Energy is a balance over each period, with a load factor; hours and seasons are not told apart."),
        say("On-site plant gives the share of it that can be counted on; starts, permits and gas supply are left out."),
        say("Prices, supplies and demand are as typed: the plan does not move the market that it buys from."),
        say("Lead times are rounded up to whole periods, late and never early; service lives are rounded down."),
        say("Residual value is straight line; what a site or a chip would really fetch is not known."),
        say("All money is real; tax, debt and exchange rates are left out."),
    )
