"""Checks: the independent check of the plan, and of the report's own figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from planner.report.alerts import alerts
from planner.report.dossier import Dossier
from planner.report.scenario import likeliest
from planner.report.sheets.common.parts import page_title
from planner.report.sheets.options.bridges import row_of
from planner.report.sheets.risk import KNOWN, MINIMISED
from planner.report.spec import (
    TINY,
    Cell,
    Column,
    Formula,
    Gap,
    Note,
    Ref,
    Sheet,
    Table,
    Value,
    number,
    plain,
    tables_of,
)
from planner.report.view import View
from planner.report.words import known, message, say

MASTER = "H6"
"""Address of the master check."""
TOLERANCE = 1e-6
"""Share of its size by which a figure of the report may miss its twin."""


@dataclass(frozen=True)
class Twin:
    """Two ways to the same figure of the report."""

    id: str
    sentence: str
    unit: str
    template: str
    """Formula of their difference."""
    refs: Mapping[str, Ref]
    where: str
    at_most: bool = False
    """Whether the first figure may be smaller: a milestone above the demand serves more than is asked for."""
    other: float | None = None
    """A figure of the solver that the formula names as {other}."""


def checks(dossier: Dossier, sheets: tuple[Sheet, ...]) -> Sheet:
    """Checks of the plan and of the sheets already made."""
    view = View(dossier)
    plan = _plan_table(dossier)
    report = _report_table(dossier, sheets)
    failed = _failed(plan, report)
    total = len(plan.rows) + len(report.rows)
    found = list(alerts(view))
    master = master_formula(plan, report)
    words = (
        say(
            "All {total} checks hold: the plan was checked again from the case alone, and the report's figures agree.",
            total=total,
        )
        if not failed
        else say(
            "{failed} of {total} checks FAILED: do not rely on this plan before the fault is found.",
            failed=failed,
            total=total,
        )
    )
    return Sheet(
        "Checks",
        message(words),
        page_title(
            view,
            say("Error checks of the plan and of this report; largest violation against tolerance"),
            weighted=False,
        ),
        (
            Gap(),
            Note(say("Master check, to the right: it counts every check below that failed.")),
            Gap(),
            plan,
            report,
            Note(say("Alerts: the plan is sound, and this deserves a second look"), "heading"),
            *(Note(alert) for alert in found or [say("There is none.")]),
        ),
        options={MASTER: master},
    )


def master_formula(plan: Table, report: Table) -> Formula:
    """Counts what failed."""
    failed = _failed(plan, report)
    refs = {"plan": Ref(plan.id, "result"), "report": Ref(report.id, "result")}
    count = 'COUNTIF({plan},"FAILED")+COUNTIF({report},"FAILED")'
    return Formula(
        f'IF({count}=0,"ALL OK",{count}&" FAILED")',
        refs,
        "ALL OK" if failed == 0 else f"{failed} FAILED",
    )


def master_link(sheet: Sheet) -> Formula:
    """The master check as the other sheets show it."""
    value = sheet.options[MASTER].value
    return Formula(f"Checks!{MASTER}", {}, value)


def _failed(*tables: Table) -> int:
    return sum(1 for table in tables for value in table.values("result") if value != "OK")


def _columns() -> tuple[Column, ...]:
    return (
        Column("id", say("Check"), width=24),
        Column("sentence", say("What must hold"), width=62, wrap=True),
        Column("unit", say("Unit"), width=18, wrap=True),
        Column("worst", say("Largest violation"), "", TINY, 12),
        Column("tolerance", say("Tolerance"), "", TINY, 12),
        Column("where", say("Where"), width=30, wrap=True),
        Column("class", say("Class"), width=10),
        Column("result", say("Result"), width=14),
    )


def _verdict(table: str, row: int, ok: bool) -> Cell:
    cells = {"worst": Ref(table, "worst", row), "tolerance": Ref(table, "tolerance", row)}
    formula = Formula('IF({worst}<={tolerance},"OK","FAILED")', cells, "OK" if ok else "FAILED")
    return Cell(formula, look="good" if ok else "bad")


def _plan_table(dossier: Dossier) -> Table:
    rows: list[tuple[Value, ...]] = []
    for position, check in enumerate(dossier.certificate.checks):
        worst: Value = check.worst
        if check.worst is None or not math.isfinite(check.worst):
            worst = say("no number")
        rows.append(
            (
                say(check.id.replace("_", " ")),
                say(check.sentence),
                say(check.unit),
                worst,
                check.tolerance,
                known(check.where),
                say("error"),
                _verdict("checks_plan", position, check.ok),
            )
        )
    caption = say("The plan, checked again from the case and the decisions alone")
    return Table("checks_plan", caption, _columns(), tuple(rows), flag="result")


def _report_table(dossier: Dossier, sheets: tuple[Sheet, ...]) -> Table:
    known = {table.id: table for sheet in sheets for table in tables_of(sheet.blocks) if isinstance(table, Table)}
    rows: list[tuple[Value, ...]] = []
    twins = [twin for twin in _twins(dossier, known) if all(ref.table in known for ref in twin.refs.values())]
    for position, twin in enumerate(twins):
        left, right = _sides(twin, known)
        size = max(abs(left), abs(right), 1.0)
        difference = max(0.0, left - right) if twin.at_most else abs(left - right)
        formula = Formula(twin.template, twin.refs, difference)
        ok = difference <= TOLERANCE * size
        verdict = _verdict("checks_report", position, ok)
        rows.append(
            (say(twin.id), twin.sentence, twin.unit, formula, TOLERANCE * size, twin.where, say("error"), verdict)
        )
    return Table("checks_report", say("The report: figures that must agree"), _columns(), tuple(rows), flag="result")


def _sides(twin: Twin, known: Mapping[str, Table]) -> tuple[float, float]:
    """The two figures, worked out from the written cells."""
    sums = {name: _sum(ref, known[ref.table]) for name, ref in twin.refs.items()}
    plus = [sums[name] for name in sums if name.startswith("left")]
    minus = [sums[name] for name in sums if name.startswith("right")]
    return math.fsum(plus), math.fsum(minus)


def _sum(ref: Ref, table: Table) -> float:
    first = table.position(ref.column)
    last = table.position(ref.to or ref.column)
    rows = table.rows if ref.row is None or ref.total else (table.rows[ref.row],)
    found = [plain(row[at]) for row in rows for at in range(first, last + 1)]
    return math.fsum(v for v in found if isinstance(v, int | float))


def _twins(dossier: Dossier, known: Mapping[str, Table]) -> list[Twin]:
    musd, chips = say("million USD"), say("chips")
    both = "ABS(SUM({left})-SUM({right}))"
    weighed = dossier.solution.criterion_musd is not None
    stated = say("the expected one that the solver states") if weighed else say("the solver's objective")
    twins = [
        Twin(
            "objective",
            say("The present cost by account and year adds up to {stated}.", stated=stated),
            musd,
            both,
            {"left": _body("present", known), "right": Ref("run_facts", "value", 0)},
            say("Cost, Provenance"),
        ),
        Twin(
            "certificate",
            say("The present cost that the independent check found is {stated}.", stated=stated),
            musd,
            both,
            {"left": Ref("run_facts", "value", 1), "right": Ref("run_facts", "value", 0)},
            say("Provenance"),
        ),
        Twin(
            "money by year",
            say("Cost by account and cost by calendar year are the same money."),
            musd,
            both,
            {"left": Ref("money", "total", total=True), "right": Ref("years", "total", total=True)},
            say("Cost"),
        ),
        Twin(
            "money by market",
            say("Cost by account and cost by market are the same money."),
            musd,
            both,
            {"left": Ref("money", "total", total=True), "right": Ref("cost_market", "total", total=True)},
            say("Cost"),
        ),
        Twin(
            "chips by site",
            say("Chips installed at the end are as many by chip as by site."),
            chips,
            both,
            {"left": Ref("chip_orders", "last", total=True), "right": Ref("fleet_sites", "total", total=True)},
            "Chips",
        ),
        Twin(
            "chips by market",
            say("Chips installed over all periods are as many by chip as by market."),
            chips,
            both,
            {"left": Ref("fleet", "total"), "right": Ref("fleet_market", "total")},
            "Chips",
        ),
        Twin(
            "orders",
            say("Chips ordered are as many by chip as by period."),
            chips,
            both,
            {"left": Ref("chip_orders", "ordered", total=True), "right": Ref("ordered", "total", total=True)},
            "Chips",
        ),
        Twin(
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
        ),
        Twin(
            "workloads",
            say("What is served is the same by workload as in all."),
            say("effective PFLOP/s"),
            both,
            {"left": Ref("compute_total", "served"), "right": Ref("compute_served", "total")},
            say("Compute"),
        ),
    ]
    markets = range(len(dossier.case.markets))
    twins += _delays() if len(dossier.scenarios) == 1 else _scenarios(dossier)
    twins += _risk(dossier, known)
    twins += _bridges(known)
    twins += _levelised(dossier, known)
    twins += _commitments(dossier, known)
    twins += _sureness(known)
    sources = [name for name in known if name.startswith("sources_")]
    if sources:
        grid = {f"left_{i}": Ref(name, "grid") for i, name in enumerate(sources)}
        same = {f"right_{i}": Ref(name.replace("sources", "power"), "draw") for i, name in enumerate(sources)}
        twins.append(_sums("grid draw", say("The draw from the grid by source is the grids' draw."), grid, same))
        last = {f"left_{i}": Ref(name, "total", len(known[name].rows) - 1) for i, name in enumerate(sources)}
        drawn = {f"right_{i}": Ref(name, "grid", len(known[name].rows) - 1) for i, name in enumerate(sources)}
        end = {**drawn, "right_end": Ref("sites_end", "plant", total=True)}
        twins.append(_sums("plant", say("Output of plant at the end is the same by source as by site."), last, end))
    if "draw_regions" in known and len(known["draw_regions"].columns) > 1:
        regions = [column.key for column in known["draw_regions"].columns[1:]]
        names = {f"right_{i}": Ref(f"power_{i}", "draw") for i in markets}
        added = "".join(f"-SUM({{{name}}})" for name in names)
        twins.append(
            Twin(
                "draw",
                say("The draw of all regions is the draw of all markets."),
                say("MW facility"),
                f"ABS(SUM({{left}}){added})",
                {"left": Ref("draw_regions", regions[0], to=regions[-1]), **names},
                say("Power"),
            )
        )
        twins.append(
            Twin(
                "site draw",
                say("The draw of all sites at the end is the draw of all regions."),
                say("MW facility"),
                both,
                {
                    "left": Ref("sites_end", "draw", total=True),
                    "right": Ref("draw_regions", regions[0], len(known["draw_regions"].rows) - 1, to=regions[-1]),
                },
                say("Sites, Power"),
            )
        )
    return twins


def _delays() -> list[Twin]:
    return [
        Twin(
            "average delay",
            say("The average delay by workload is that of the plan."),
            say("months"),
            "ABS(SUM({left})-{right})",
            {"left": Ref("delay", "counted", total=True), "right": Ref("run_facts", "value", 4)},
            say("Compute, Provenance"),
        )
    ]


def _scenarios(dossier: Dossier) -> list[Twin]:
    """What the sheets say of each scenario against what is expected over all of them."""
    shown = list(dossier.scenarios).index(likeliest(dossier.solution))
    rest = "ABS(SUM({left})-{right})"
    return [
        Twin(
            "average delay",
            say("The average delay by workload is that of the scenario that is shown."),
            say("months"),
            rest,
            {"left": Ref("delay", "counted", total=True), "right": Ref("scenarios", "delay", shown)},
            say("Compute, Cost"),
        ),
        Twin(
            "delay by scenario",
            say("Delays of the scenarios, weighted by probability, add up to the plan's."),
            say("months"),
            rest,
            {"left": Ref("scenarios", "waited"), "right": Ref("run_facts", "value", 4)},
            say("Cost, Provenance"),
        ),
        Twin(
            "cost by scenario",
            say("Present costs of the scenarios, weighted by probability, add up to the plan's."),
            say("million USD"),
            rest,
            {"left": Ref("scenarios", "counted"), "right": Ref("run_facts", "value", 0)},
            say("Cost, Provenance"),
        ),
    ]


def _risk(dossier: Dossier, known: Mapping[str, Table]) -> list[Twin]:
    """What the study of risk says against the plan; nothing where it was not run.

    That nothing betters a scenario's own best plan is certain only where plans are solved to the end.
    """
    if dossier.risk is None or "risk_scenarios" not in known:
        return []
    table, musd, both = known["risk_scenarios"], say("million USD"), "ABS(SUM({left})-SUM({right}))"
    least = min(range(len(table.rows)), key=lambda row: number(table.rows[row][table.position("regret")]))
    twins = [
        Twin(
            "risk: expected cost",
            say("Scenarios' present costs times their probabilities add up to the plan's present cost."),
            musd,
            both,
            {"left": Ref("risk_scenarios", "counted", total=True), "right": Ref("run_facts", "value", 0)},
            say("Risk, Provenance"),
        ),
    ]
    if dossier.solution.linear:
        twins += [
            Twin(
                "risk: own best",
                say("In no scenario does the plan cost less than the scenario's own best plan."),
                musd,
                "MAX(0,{left}-{right})",
                {"left": Ref("risk_scenarios", "own", least), "right": Ref("risk_scenarios", "cost", least)},
                say("Risk, {scenario}", scenario=plain(table.rows[least][0])),
                at_most=True,
            ),
            Twin(
                "risk: information",
                say("Knowing the future from the first day makes no plan dearer."),
                musd,
                "MAX(0,{left}-{right})",
                {"left": Ref("risk_figures", "value", KNOWN), "right": Ref("risk_figures", "value", MINIMISED)},
                say("Risk"),
                at_most=True,
            ),
        ]
    return twins


def _commitments(dossier: Dossier, known: Mapping[str, Table]) -> list[Twin]:
    """Money committed against what is paid of it and what falls due after the plan."""
    if "cash_committed" not in known:
        return []
    found = [
        Twin(
            "committed",
            say("Everything committed is paid, cancelled or falls due after the plan."),
            say("million USD"),
            "ABS({left_before}+SUM({left_new})-SUM({right_cancelled})-SUM({right_paid})-{right_after})",
            {
                "left_before": Ref("cash_committed", "begin", 0),
                "left_new": Ref("cash_committed", "new"),
                "right_cancelled": Ref("cash_committed", "cancelled"),
                "right_paid": Ref("cash_committed", "paid"),
                "right_after": Ref("commit_ends", "musd", len(known["commit_ends"].rows) - 1),
            },
            say("Decide now"),
        )
    ]
    keys = [column.key for column in known["years"].columns] if "years" in known else []
    capital = {f"right_{key}": Ref("years", key) for key in ("halls", "chips") if key in keys}
    if len(dossier.scenarios) == 1 and capital:
        found.append(
            Twin(
                "capital paid",
                say("Capital paid by period is that of the calendar years."),
                say("million USD"),
                "ABS(SUM({left})" + "".join(f"-SUM({{{name}}})" for name in capital) + ")",
                {"left": Ref("capital_paid", "capital"), **capital},
                say("Decide now, Cost"),
            )
        )
    return found


def _sureness(known: Mapping[str, Table]) -> list[Twin]:
    """What is paid less what is given back, by confidence, against the plan's present cost."""
    if "sureness" not in known:
        return []
    return [
        Twin(
            "how sure",
            say("What is paid less what is given back, by confidence, is the present cost."),
            say("million USD"),
            "ABS(SUM({left})-SUM({right_back})-{right})",
            {
                "left": Ref("sureness", "paid"),
                "right_back": Ref("sureness", "benefits"),
                "right": Ref("run_facts", "value", 0),
            },
            say("Assumptions, Provenance"),
        )
    ]


def _bridges(known: Mapping[str, Table]) -> list[Twin]:
    """Steps of each cost bridge, from the plan's cost on, against the cost of the option that it leads to."""
    if "bridges" not in known or "options" not in known:
        return []
    names, shown = known["options"].values("name"), [column.key for column in known["bridges"].columns[2:]]
    over = [("bridges", key, row_of(key), say("Options")) for key in shown]
    if "cost_bridge" in known:
        over.append(("cost_bridge", "step", row_of(known["cost_bridge"].columns[2].key), say("Cost, Options")))
    return [
        Twin(
            "cost bridge",
            say("The plan's present cost and the steps to {name} add up to what that costs.", name=names[row]),
            say("million USD"),
            "ABS(SUM({left})+{left_plan}-{right})",
            {"left": Ref(table, key), "left_plan": Ref("options", "cost", 0), "right": Ref("options", "cost", row)},
            where,
        )
        for table, key, row, where in over
    ]


def _levelised(dossier: Dossier, known: Mapping[str, Table]) -> list[Twin]:
    """Chips of each market, with what belongs to none, against what is booked there, and all that against the plan."""
    if "levelised_booked" not in known:
        return []
    markets = known["levelised_booked"].values("market")[:-1]
    twins = [
        Twin(
            "levelised cost",
            say("What the chips of {market} cost adds up to what is booked there.", market=market),
            say("million USD"),
            "ABS(SUM({left})-{right})",
            {"left": Ref(f"levelised_{i}", "total"), "right": Ref("levelised_booked", "cost", i)},
            say("Cost"),
        )
        for i, market in enumerate(markets)
    ]
    plan = Ref("run_facts", "value", 0)
    if len(dossier.scenarios) > 1:
        plan = Ref("scenarios", "cost", list(dossier.scenarios).index(likeliest(dossier.solution)))
    return [
        *twins,
        Twin(
            "levelised cost",
            say("What is booked by market, with rent and the rest, is the present cost of the plan that is shown."),
            say("million USD"),
            "ABS(SUM({left})-{right})",
            {"left": Ref("levelised_booked", "cost"), "right": plan},
            say("Cost, Provenance"),
        ),
    ]


def _sums(id: str, sentence: str, left: Mapping[str, Ref], right: Mapping[str, Ref]) -> Twin:
    """Two sums of megawatts over several tables."""
    added = "+".join(f"SUM({{{name}}})" for name in left) + "".join(f"-SUM({{{name}}})" for name in right)
    return Twin(id, sentence, say("MW facility"), f"ABS({added})", {**left, **right}, say("Power, Sites"))


def _body(table: str, known: Mapping[str, Table]) -> Ref:
    """Every amount of a money table, without its totals."""
    if table not in known:
        return Ref(table, "total")
    keys = [column.key for column in known[table].columns]
    return Ref(table, keys[1], to=keys[keys.index("total") - 1])


__all__ = ["MASTER", "checks", "master_formula", "master_link"]
