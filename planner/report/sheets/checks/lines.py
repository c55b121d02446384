"""What the two tables of checks have in common: columns, and the verdict of a line."""

from __future__ import annotations

from planner.report.sheet_spec import TINY, Cell, Column, Formula, Ref
from planner.report.words import say


def columns() -> tuple[Column, ...]:
    """Columns of a table of checks."""
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


def verdict(table: str, row: int, ok: bool) -> Cell:
    """Whether a line holds, worked out from its violation and tolerance."""
    cells = {"worst": Ref(table, "worst", row), "tolerance": Ref(table, "tolerance", row)}
    formula = Formula('IF({worst}<={tolerance},"OK","FAILED")', cells, "OK" if ok else "FAILED")
    return Cell(formula, look="good" if ok else "bad")


__all__ = ["columns", "verdict"]
