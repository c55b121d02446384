"""The cases that alternatives make: shocks taken, another objective, or one market serving all of the demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.errors import CaseError, Problem
from planner.message import Message
from planner.schema.case import Case
from planner.schema.scenarios import uncertainty_problems
from planner.schema.shocks import trace_shocks
from planner.schema.walk_fields import CasePath
from planner.schema.workloads import ChipOnWorkload, Workload


def variant(case: Case, name: str) -> Case:
    """The case that an alternative makes, an ordinary one without alternatives of its own.

    As many chips ordered as can be is no matter of the case, but of how it is solved.
    Raises CaseError where a change cannot be applied, or what it leads to is no case.
    """
    asked = case.alternatives[name]
    changed = case.model_copy(update={"alternatives": {}})
    for shock in asked.shocks:
        changed, _ = trace_shocks(changed, case.shocks[shock].changes, at=("shocks", shock, "changes"))
    if asked.changes:
        changed, _ = trace_shocks(changed, asked.changes, at=("alternatives", name, "changes"))
    if asked.only_market is not None:
        changed = _served_by(changed, asked.only_market)
    if asked.objective is not None:
        changed = changed.model_copy(update={"goals": changed.goals.model_copy(update={"objective": asked.objective})})
    return changed


def alternative_problems(case: Case) -> Iterator[Problem]:
    """Changes of alternatives that cannot be applied, or lead to no case."""
    for name, asked in case.alternatives.items():
        if not (asked.shocks or asked.changes):
            continue
        try:
            problems = list(uncertainty_problems(variant(case, name)))
        except CaseError as error:
            problems = list(error.problems)
        if problems and all(problem.path[:1] != ("shocks",) for problem in problems):
            yield from (_laid_at(problem, name) for problem in problems)
        else:
            yield from problems


def _laid_at(problem: Problem, name: str) -> Problem:
    """A problem of the case that an alternative makes, told of the alternative."""
    at: CasePath = ("alternatives", name)
    if problem.path[:2] == at:
        return problem
    return Problem(
        (*at, "changes"), Message("makes {path} wrong: {message}", path=".".join(problem.path), message=problem.message)
    )


def _served_by(case: Case, market: str) -> Case:
    """The case in which one market serves every workload, chips doing there what they do for its like."""
    workloads = {name: _moved(row, case, market) for name, row in case.workloads.items()}
    return case.model_copy(update={"workloads": workloads})


def _moved(row: Workload, case: Case, market: str) -> Workload:
    """A workload that a market serves from all of its regions that it could use, or from any.

    A chip that the workload does not list does for it what it does for the first workload of the same precision
    that lists it.
    """
    regions = {name: there for name, there in (row.regions or {}).items() if case.regions[name].market == market}
    chips = row.chips
    if chips is not None:
        chips = {**_listed_for(row.precision, case.workloads), **chips}
    return row.model_copy(update={"markets": [market], "regions": regions or None, "chips": chips})


def _listed_for(precision: str, workloads: Mapping[str, Workload]) -> dict[str, ChipOnWorkload]:
    """What chips do for workloads of a precision, the first workload that lists a chip counting."""
    found: dict[str, ChipOnWorkload] = {}
    for row in workloads.values():
        if row.precision == precision:
            for chip, pair in (row.chips or {}).items():
                found.setdefault(chip, pair)
    return found


__all__ = ["alternative_problems", "variant"]
