"""The alternatives of a case, each solved from where the plan stands and set beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.errors import InfeasibleError, NoPlanError, UnboundedError
from planner.lp import Options
from planner.schema import Case
from planner.schema.alternative_cases import variant
from planner.schema.alternatives import Alternative
from planner.solution import Solution
from planner.solving import Report, Standing, session
from planner.solving.objectives import OBJECTIVES


@dataclass(frozen=True)
class Option:
    """An alternative as it was solved."""

    name: str
    """Name of the alternative in the case."""
    asked: Alternative
    """What was asked for."""
    case: Case
    """The case that this makes."""
    solution: Solution | None
    """Its plan; None where there is none."""
    why_none: str = ""
    """Why there is no plan, in words."""


def options(
    case: Case, start: Standing | None, how: Options, *, report: Report = lambda stage, text: None
) -> Iterator[Option]:
    """Each alternative of a case, in the case's order, from where the plan stands that they are compared with.

    One without a plan says why. Raises Interrupted.
    """
    for position, (name, asked) in enumerate(case.alternatives.items(), start=1):
        report("compare", f"{position} of {len(case.alternatives)}: {name}")
        yield _solved(name, asked, variant(case, name), start, how)


def _solved(name: str, asked: Alternative, case: Case, start: Standing | None, how: Options) -> Option:
    # A plan turned over is farther from the old one than from nothing.
    with session(case, how, start=None if asked.only_market else start) as s:
        try:
            if asked.order_most:
                s.order_most(asked.order_most, asked.order_most_in or list(case.markets))
            return Option(name, asked, case, OBJECTIVES[case.goals.objective](s))
        except (InfeasibleError, NoPlanError, UnboundedError) as error:
            return Option(name, asked, case, None, str(error))
