"""Studies against the plan: the risk of its scenarios, and the options beside it."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.dossier import Dossier
from planner.report.sheet_spec import Ref, number, plain
from planner.report.sheets.checks.twin import SUMS, SheetTables, Twin
from planner.report.sheets.options.bridges import row_of
from planner.report.sheets.risk import KNOWN, MINIMISED
from planner.report.words import say
from planner.study.risk import RISK


def risk(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """What the study of risk says against the plan; nothing where it was not run.

    That nothing betters a scenario's own best plan is certain only where plans are solved to the end.
    """
    if dossier.studied.get(RISK) is None or "risk_scenarios" not in tables:
        return
    table, musd = tables["risk_scenarios"], say("million USD")
    least = min(range(len(table.rows)), key=lambda row: number(table.rows[row][table.position("regret")]))
    yield Twin(
        "risk: expected cost",
        say("Scenarios' present costs times their probabilities add up to the plan's present cost."),
        musd,
        SUMS,
        {"left": Ref("risk_scenarios", "counted", total=True), "right": Ref("run_facts", "value", 0)},
        say("Risk, Provenance"),
    )
    if not dossier.solution.linear:
        return
    yield Twin(
        "risk: own best",
        say("In no scenario does the plan cost less than the scenario's own best plan."),
        musd,
        "MAX(0,{left}-{right})",
        {"left": Ref("risk_scenarios", "own", least), "right": Ref("risk_scenarios", "cost", least)},
        say("Risk, {scenario}", scenario=plain(table.rows[least][0])),
        at_most=True,
    )
    yield Twin(
        "risk: information",
        say("Knowing the future from the first day makes no plan more expensive."),
        musd,
        "MAX(0,{left}-{right})",
        {"left": Ref("risk_figures", "value", KNOWN), "right": Ref("risk_figures", "value", MINIMISED)},
        say("Risk"),
        at_most=True,
    )


def bridges(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Steps of each cost bridge, from the plan's cost on, against the cost of the option that it leads to."""
    if "bridges" not in tables or "options" not in tables:
        return
    names, shown = tables["options"].values("name"), [column.key for column in tables["bridges"].columns[2:]]
    over = [("bridges", key, row_of(key), say("Options")) for key in shown]
    if "cost_bridge" in tables:
        over.append(("cost_bridge", "step", row_of(tables["cost_bridge"].columns[2].key), say("Cost, Options")))
    for table, key, row, where in over:
        yield Twin(
            "cost bridge",
            say("The plan's present cost and the steps to {name} add up to what that costs.", name=names[row]),
            say("million USD"),
            "ABS(SUM({left})+{left_plan}-{right})",
            {"left": Ref(table, key), "left_plan": Ref("options", "cost", 0), "right": Ref("options", "cost", row)},
            where,
        )


__all__ = ["bridges", "risk"]
