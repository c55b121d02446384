"""Studies run beside a plan: those that are asked for by name, and those that every plan has beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.app.request import OUR_SOLVER, Question
from planner.errors import InfeasibleError, Interrupted, NoPlanError, OptionError, PlannerError, UnboundedError
from planner.message import Message
from planner.schema import Case
from planner.solution import Solution
from planner.solving import Session
from planner.stage_timing import Report
from planner.study import STUDIES, Studied, Study, StudyInput


@dataclass
class Found:
    """A plan and what was found beside it so far."""

    plan: Solution
    studied: Studied = field(default_factory=Studied)
    stopped: bool = False
    """Whether the user stopped a study; what it had found by then is kept."""
    failed: PlannerError | None = None
    """Why a study ended without an answer."""

    @property
    def to_prove(self) -> Iterator[Solution]:
        """Plans whose proof was asked for."""
        yield self.plan
        for study, found in self.studied.found.items():
            yield from study.to_prove(found)


def asked_studies(question: Question, case: Case) -> tuple[Study[Any], ...]:
    """The studies that are run beside the plan of a case.

    Raises OptionError for a name that no study has, and for a case that lacks what a study needs.
    """
    known = sorted(study.name for study in STUDIES)
    if unknown := sorted(question.studies - {study.name for study in STUDIES if study.by_name}):
        raise OptionError(
            Message("there is no study {unknown}; allowed: {known}", unknown=repr(unknown[0]), known=tuple(known))
        )
    named = [study for study in STUDIES if study.name in question.studies]
    if lacking := next((lacks for study in named if (lacks := study.needs(case))), None):
        raise OptionError(lacking)
    compares = question.options.solver == OUR_SOLVER and not question.plain
    return tuple(
        study for study in STUDIES if study in named or (compares and not study.by_name and not study.needs(case))
    )


def run_studies(question: Question, asked: Sequence[Study[Any]], s: Session, plan: Solution, report: Report) -> Found:
    """What was found beside a plan, itself made tidy first; the rest is left out when the user stops it."""
    found, stage = Found(plan), ""
    try:
        for stage, step in _steps(question, asked, s, report):
            try:
                with s.timing.stage(stage):
                    step(found)
            except (InfeasibleError, NoPlanError, UnboundedError) as error:
                found.failed = found.failed or error
    except (KeyboardInterrupt, Interrupted):
        report("stopped", f"while it was at {stage}; what was found until now is kept")
        found.stopped = True
    return found


StudyStep = Callable[[Found], None]


def _steps(
    question: Question, asked: Sequence[Study[Any]], s: Session, report: Report
) -> Iterator[tuple[str, StudyStep]]:
    """The plan made tidy, each study with its stage, and prices tried, in the order in which the session is asked."""
    start = s.warm_start() if any(study.starts_at_plan for study in asked) else None

    def running(study: Study[Any]) -> tuple[str, StudyStep]:
        def run(found: Found) -> None:
            for part in study.run(StudyInput(s, found.plan, start, question.points, report)):
                found.studied = found.studied.having(study, part)

        return study.told_stage, run

    def tidy(found: Found) -> None:
        cheapest = found.plan
        if cheapest.linear and "tidy_within" not in s.case.settings.model_fields_set:
            return
        found.plan = s.tidied(cheapest, s.case.settings.tidy_within)
        if found.plan.interrupted and not cheapest.interrupted:
            raise Interrupted(Message("stopped before the plan was as tidy as it can be"))

    def verify(found: Found) -> None:
        found.plan = s.verify_prices(found.plan)

    if question.options.solver == OUR_SOLVER and not question.untidy:
        yield "tidy", tidy
    yield from (running(study) for study in asked if study.before_prices)
    yield "verify", verify
    yield from (running(study) for study in asked if not study.before_prices)
