"""Texts of registries that reports show: what the catalogues of translations hold beside the templates of the code."""

from __future__ import annotations

from collections.abc import Iterator

from planner.accounts import ACCOUNTS
from planner.certificate import CHECKS
from planner.files.field_reference import dictionary
from planner.lp.verify import KINDS
from planner.measures import Direction
from planner.model import RULES
from planner.report import LATER, SHEETS
from planner.report.by_period import PENALTY, RENT
from planner.report.sheets.assumptions import CONFIDENCES
from planner.solution import Status
from planner.units import DEMAND_SLIPS, GROWTH_SLIPS, RENT_SLIPS, SLIPS, unit_of


def registered() -> Iterator[tuple[str, str]]:
    """Texts that registries of other layers add, each with where it stands."""
    for rule in RULES:
        yield rule.name.replace("_", " "), "planner/model"
        yield rule.sentence, "planner/model"
    for direction in Direction:
        yield direction.value, "planner/measures.py"
    for unit in dict.fromkeys(rule.unit for rule in RULES if rule.unit):
        yield unit, "planner/model"
    for check in CHECKS:
        yield check.id.replace("_", " "), "planner/certificate"
        yield check.unit, "planner/certificate"
        yield (check.find.__doc__ or "").strip().splitlines()[0], "planner/certificate"
    for account in (*ACCOUNTS, RENT, PENALTY):
        yield account, "planner/solution.py"
    for status in Status:
        yield status.value, "planner/solution.py"
    for slip in (*(slip for slips in SLIPS.values() for _, slip in slips), *GROWTH_SLIPS, *DEMAND_SLIPS, *RENT_SLIPS):
        yield slip, "planner/units.py"
    for remedy in (*(remedy for *_, remedy in SHEETS), *(remedy for _, remedy in LATER)):
        yield remedy, "planner/report/__init__.py"
    for confidence in CONFIDENCES:
        yield confidence, "planner/report/sheets/assumptions/__init__.py"
    for unit in _units_of_fields():
        yield unit, "planner/units.py"
    yield from ((text, "planner/lp") for text in SOLVER)
    yield from ((text, "planner") for text in OTHERS)


OTHERS = (
    "base", "all scenarios", "chip", "pool unit", "A rule of the model.", "on-site plant", "build", "chip delivery",
    "chip life", "plant life",
)  # fmt: skip
"""Texts that stand in no registry: what a plan's tables may call things."""

SOLVER = (
    "solver", "options", "gap", "threads", "time limit", "algorithm", "by size", "seed", "said", "Optimal",
    "continuous musd", "iterations", "columns", "rows", "nonzeros", "ranges", "matrix", "cost", "bounds",
    "right-hand sides", "model units", *KINDS,
)  # fmt: skip
"""What the solver's record calls its parts."""


def _units_of_fields() -> list[str]:
    """Units of everything that a case may say."""
    return sorted({unit_of(header) for _, header, *_ in dictionary()} - {""})
