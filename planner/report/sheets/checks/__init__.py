"""Checks: the independent check of the plan, and of the report's own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.errors import FailedCheck
from planner.report.alerts import alerts
from planner.report.by_period import View
from planner.report.dossier import Dossier
from planner.report.sheet_spec import Formula, Gap, Note, Ref, Sheet, Table, Value, tables_of
from planner.report.sheets.checks import certificate, money, physical, studies
from planner.report.sheets.checks.lines import columns, verdict
from planner.report.sheets.checks.twin import SheetTables, Twin
from planner.report.sheets.common.parts import page_title
from planner.report.words import message, say

MASTER = "H6"
"""Address of the master check."""

TWINS: tuple[Callable[[Dossier, SheetTables], Iterator[Twin]], ...] = (
    certificate.present_cost,
    money.cost_tables,
    physical.chips,
    physical.compute,
    certificate.delay_and_scenarios,
    studies.risk,
    studies.bridges,
    money.levelised,
    money.commitments,
    money.sureness,
    physical.sources,
    physical.draw,
)
"""What is reconciled, in the order of its lines; twins of tables that the report does not have are left out."""


def checks(dossier: Dossier, sheets: tuple[Sheet, ...]) -> Sheet:
    """Checks of the plan and of the sheets already made."""
    view = View(dossier)
    plan = certificate.plan_table(dossier)
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


def failed_checks(dossier: Dossier, sheets: tuple[Sheet, ...]) -> tuple[FailedCheck, ...]:
    """What does not hold: of the plan, as its certificate says, and of the figures on the report's sheets."""
    tables = _tables(sheets)
    return (
        *certificate.failed_checks("", dossier.certificate),
        *(twin.failed(tables) for twin in _twins(dossier, tables) if not twin.holds(tables)),
    )


def _tables(sheets: tuple[Sheet, ...]) -> SheetTables:
    return {table.id: table for sheet in sheets for table in tables_of(sheet.blocks) if isinstance(table, Table)}


def _twins(dossier: Dossier, tables: SheetTables) -> list[Twin]:
    """What is reconciled in the tables that the report has."""
    found = [twin for twins in TWINS for twin in twins(dossier, tables)]
    return [twin for twin in found if all(ref.table in tables for ref in twin.refs.values())]


def _report_table(dossier: Dossier, sheets: tuple[Sheet, ...]) -> Table:
    tables = _tables(sheets)
    rows: list[tuple[Value, ...]] = []
    for position, twin in enumerate(_twins(dossier, tables)):
        difference, tolerance = twin.difference(tables), twin.tolerance(tables)
        formula = Formula(twin.template, twin.refs, difference)
        result = verdict("checks_report", position, twin.holds(tables))
        rows.append((say(twin.id), twin.sentence, twin.unit, formula, tolerance, twin.where, say("error"), result))
    return Table("checks_report", say("The report: figures that must agree"), columns(), tuple(rows), flag="result")


__all__ = ["MASTER", "TWINS", "checks", "failed_checks", "master_formula", "master_link"]
