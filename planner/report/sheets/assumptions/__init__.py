"""Assumptions: how sure the cost is, where each figure comes from and how far it can be trusted."""

from __future__ import annotations

from planner.findings import Sureness
from planner.report.by_period import View
from planner.report.case_values import shown, unit_of, value_at_path
from planner.report.dossier import Dossier
from planner.report.sheet_spec import COUNT, SHARE, Cell, Column, Formula, Note, Ref, Sheet, Table, Value
from planner.report.sheets.assumptions.sureness import sureness_blocks, sureness_messages, sureness_of
from planner.report.sheets.common.parts import page_title
from planner.report.words import known, message, percent, say

CONFIDENCES = ("high", "medium", "low", "assumption")
"""From the firmest to what is only reasoned; a row may say nothing."""


def assumptions(dossier: Dossier) -> Sheet | None:
    """What the cost rests on, then every source of the case with the value that stands there now."""
    rows = dossier.case.assumptions
    if not rows:
        return None
    view, found = View(dossier), sureness_of(dossier)
    return Sheet(
        "Assumptions",
        _message(dossier, found),
        page_title(view, say("Sources of the inputs, the value being that of the case as solved"), weighted=False),
        (
            *sureness_blocks(dossier, found),
            _table(dossier),
            _shares(dossier),
            Note(
                say(
                    "Confidence: high, official or vendor; medium, one named report; low, a weak source; "
                    "assumption, reasoned with nothing published."
                )
            ),
        ),
    )


def weak(dossier: Dossier) -> int:
    """Sources of low confidence, reasoned or without any statement."""
    return sum(1 for row in dossier.case.assumptions if row.confidence not in ("high", "medium"))


def _message(dossier: Dossier, found: Sureness) -> str:
    total = len(dossier.case.assumptions)
    return message(
        *sureness_messages(found),
        say(
            "{weak} of {total} sources ({share}) are weak or reasoned only; these figures are the first to replace.",
            weak=weak(dossier), total=total, share=percent(weak(dossier) / total),
        )
    )  # fmt: skip


def _table(dossier: Dossier) -> Table:
    rows: list[tuple[Value, ...]] = []
    for each in dossier.case.assumptions:
        value = shown(value_at_path(dossier.case, each.path))
        cell: Value = value
        if isinstance(value, int | float):
            cell = Cell(value, "#,##0.####" if value != int(value) else COUNT, "aside")
        rows.append(
            (
                each.path,
                *([dossier.places.get(each.path)] if dossier.places else ()),
                cell,
                known(unit_of(each.path)) if value is not None else None,
                each.source,
                each.as_of,
                say(each.confidence or "") or None,
                each.owner,
                each.note,
            )
        )
    return Table(
        "assumptions",
        say("Every source of the case"),
        (
            Column("path", say("Input"), width=32, wrap=True),
            *([Column("place", say("Typed at"), width=18, wrap=True)] if dossier.places else ()),
            Column("value", say("Value"), width=21, wrap=True),
            Column("unit", say("Unit"), width=14, wrap=True),
            Column("source", say("Source"), width=36, wrap=True),
            Column("as_of", say("As of"), width=11),
            Column("confidence", say("Confidence"), width=12),
            Column("owner", say("Owner"), width=10, wrap=True),
            Column("note", say("Note"), width=42, wrap=True),
        ),
        tuple(rows),
    )


def _shares(dossier: Dossier) -> Table:
    stated: list[str] = [row.confidence or "" for row in dossier.case.assumptions]
    rows: list[tuple[Value, ...]] = []
    for position, name in enumerate([*CONFIDENCES, ""]):
        count = stated.count(name)
        cells = {"n": Ref("confidences", "count", position), "all": Ref("confidences", "count", total=True)}
        rows.append((say(name) or say("not stated"), count, Formula("{n}/{all}", cells, count / len(stated))))
    return Table(
        "confidences",
        say("Sources by confidence"),
        (
            Column("name", say("Confidence"), width=32),
            Column("count", say("Sources"), say("number"), COUNT, 21, total=True),
            Column("share", say("Share"), say("of all"), SHARE, 14, total=True),
        ),
        tuple(rows),
        say("Total"),
    )
