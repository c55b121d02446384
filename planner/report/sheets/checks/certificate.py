"""The plan checked again from the case alone, and its totals against what the solver and that check state."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.certificate import Certificate
from planner.errors import FailedCheck
from planner.findings.scenario import likeliest
from planner.report.dossier import Dossier
from planner.report.sheet_spec import Ref, Table, Value
from planner.report.sheets.checks.lines import columns, verdict
from planner.report.sheets.checks.twin import SUM_AND_CELL, SUMS, SheetTables, Twin
from planner.report.words import known, say


def plan_table(dossier: Dossier) -> Table:
    """The certificate's checks of the plan, a line each."""
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
                verdict("checks_plan", position, check.ok),
            )
        )
    caption = say("The plan, checked again from the case and the decisions alone")
    return Table("checks_plan", caption, columns(), tuple(rows), flag="result")


def failed_checks(plan: str, found: Certificate) -> Iterator[FailedCheck]:
    """The checks of a plan that do not hold; `plan` is where in the result folder it is kept."""
    for check in found.checks:
        if not check.ok:
            off, expected, stated = map(_finite, (check.worst, check.expected, check.found))
            yield FailedCheck(
                plan, check.id, check.sentence, check.unit, off, check.tolerance, check.where, expected, stated
            )


def _finite(amount: float | None) -> float | None:
    return amount if amount is not None and math.isfinite(amount) else None


def present_cost(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """The present cost as the sheets, the independent check and the solver have it."""
    musd, weighed = say("million USD"), dossier.solution.criterion_musd is not None
    stated = say("the expected one that the solver states") if weighed else say("the solver's objective")
    yield Twin(
        "objective",
        say("The present cost by account and year adds up to {stated}.", stated=stated),
        musd,
        SUMS,
        {"left": _body("present", tables), "right": Ref("run_facts", "value", 0)},
        say("Cost, Provenance"),
    )
    yield Twin(
        "certificate",
        say("The present cost that the independent check found is {stated}.", stated=stated),
        musd,
        SUMS,
        {"left": Ref("run_facts", "value", 1), "right": Ref("run_facts", "value", 0)},
        say("Provenance"),
    )


def delay_and_scenarios(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """The delay, and what the sheets say of each scenario, against what is expected over all of them."""
    months = say("months")
    if len(dossier.scenarios) == 1:
        yield Twin(
            "average delay",
            say("The average delay by workload is that of the plan."),
            months,
            SUM_AND_CELL,
            {"left": Ref("delay", "counted", total=True), "right": Ref("run_facts", "value", 4)},
            say("Compute, Provenance"),
        )
        return
    shown = list(dossier.scenarios).index(likeliest(dossier.solution))
    yield Twin(
        "average delay",
        say("The average delay by workload is that of the scenario that is shown."),
        months,
        SUM_AND_CELL,
        {"left": Ref("delay", "counted", total=True), "right": Ref("scenarios", "delay", shown)},
        say("Compute, Cost"),
    )
    yield Twin(
        "delay by scenario",
        say("Delays of the scenarios, weighted by probability, add up to the plan's."),
        months,
        SUM_AND_CELL,
        {"left": Ref("scenarios", "waited"), "right": Ref("run_facts", "value", 4)},
        say("Cost, Provenance"),
    )
    yield Twin(
        "cost by scenario",
        say("Present costs of the scenarios, weighted by probability, add up to the plan's."),
        say("million USD"),
        SUM_AND_CELL,
        {"left": Ref("scenarios", "counted"), "right": Ref("run_facts", "value", 0)},
        say("Cost, Provenance"),
    )


def _body(table: str, tables: SheetTables) -> Ref:
    """Every amount of a money table, without its totals."""
    if table not in tables:
        return Ref(table, "total")
    keys = [column.key for column in tables[table].columns]
    return Ref(table, keys[1], to=keys[keys.index("total") - 1])


__all__ = ["delay_and_scenarios", "plan_table", "present_cost"]
