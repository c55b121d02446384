"""Money against money: accounts, years and markets, levelised cost, commitments, and what the cost rests on."""

from __future__ import annotations

from collections.abc import Iterator

from planner.findings.scenario import likeliest
from planner.report.dossier import Dossier
from planner.report.sheet_spec import Ref
from planner.report.sheets.checks.twin import SUM_AND_CELL, SUMS, SheetTables, Twin
from planner.report.words import say


def cost_tables(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Cost by account, by calendar year and by market."""
    musd = say("million USD")
    yield Twin(
        "money by year",
        say("Cost by account and cost by calendar year are the same money."),
        musd,
        SUMS,
        {"left": Ref("money", "total", total=True), "right": Ref("years", "total", total=True)},
        say("Cost"),
    )
    yield Twin(
        "money by market",
        say("Cost by account and cost by market are the same money."),
        musd,
        SUMS,
        {"left": Ref("money", "total", total=True), "right": Ref("cost_market", "total", total=True)},
        say("Cost"),
    )


def levelised(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Chips of each market, with what belongs to none, against what is booked there, and all that against the plan."""
    if "levelised_booked" not in tables:
        return
    for i, market in enumerate(tables["levelised_booked"].values("market")[:-1]):
        yield Twin(
            "levelised cost",
            say("What the chips of {market} cost adds up to what is booked there.", market=market),
            say("million USD"),
            SUM_AND_CELL,
            {"left": Ref(f"levelised_{i}", "total"), "right": Ref("levelised_booked", "cost", i)},
            say("Cost"),
        )
    plan = Ref("run_facts", "value", 0)
    if len(dossier.scenarios) > 1:
        plan = Ref("scenarios", "cost", list(dossier.scenarios).index(likeliest(dossier.solution)))
    yield Twin(
        "levelised cost",
        say("What is booked by market, with rent and the rest, is the present cost of the plan that is shown."),
        say("million USD"),
        SUM_AND_CELL,
        {"left": Ref("levelised_booked", "cost"), "right": plan},
        say("Cost, Provenance"),
    )


def commitments(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """Money committed against what is paid of it and what falls due after the plan."""
    if "cash_committed" not in tables:
        return
    yield Twin(
        "committed",
        say("Everything committed is paid, cancelled or falls due after the plan."),
        say("million USD"),
        "ABS({left_before}+SUM({left_new})-SUM({right_cancelled})-SUM({right_paid})-{right_after})",
        {
            "left_before": Ref("cash_committed", "begin", 0),
            "left_new": Ref("cash_committed", "new"),
            "right_cancelled": Ref("cash_committed", "cancelled"),
            "right_paid": Ref("cash_committed", "paid"),
            "right_after": Ref("commit_ends", "musd", len(tables["commit_ends"].rows) - 1),
        },
        say("Decide now"),
    )
    keys = [column.key for column in tables["years"].columns] if "years" in tables else []
    capital = {f"right_{key}": Ref("years", key) for key in ("halls", "chips") if key in keys}
    if len(dossier.scenarios) == 1 and capital:
        yield Twin(
            "capital paid",
            say("Capital paid by period is that of the calendar years."),
            say("million USD"),
            "ABS(SUM({left})" + "".join(f"-SUM({{{name}}})" for name in capital) + ")",
            {"left": Ref("capital_paid", "capital"), **capital},
            say("Decide now, Cost"),
        )


def sureness(dossier: Dossier, tables: SheetTables) -> Iterator[Twin]:
    """What is paid less what is given back, by confidence, against the plan's present cost."""
    if "sureness" not in tables:
        return
    yield Twin(
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


__all__ = ["commitments", "cost_tables", "levelised", "sureness"]
