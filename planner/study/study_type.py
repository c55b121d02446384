"""What a study is: a question that takes more than one solve, as its line in STUDIES says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from planner.message import Message
from planner.schema import Case
from planner.solution import Solution

if TYPE_CHECKING:
    from planner.solving import Session, WarmStart
    from planner.stage_timing import Report

F = TypeVar("F")
"""What a study finds."""


@dataclass(frozen=True)
class StudyInput:
    """What a study works with."""

    session: Session
    """The session that found the plan; other studies may have asked it since."""
    plan: Solution
    """The plan beside which it is run."""
    start: WarmStart | None
    """Where the plan stands, for other cases to be solved from, where a study `starts_at_plan`."""
    points: int
    """How many plans a study that draws a line looks for."""
    report: Report
    """Told how far it is."""


@dataclass(frozen=True)
class PlanBeside:
    """A plan that a study found: kept in a result folder of its own, and certified as the plan is."""

    case: Case
    """The case that it answers."""
    solution: Solution
    """The plan."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What its run.json says beside how the run went."""


class KeptStudy(Protocol):
    """What a result folder holds of a study."""

    def data(self, kind: type[list[Any] | dict[str, Any]]) -> Any:
        """Its plain data; raises ValueError where it is no list or table, as asked."""

    def numbers(self) -> list[int]:
        """Numbers of its plans: 1, 2, ... without a hole; raises ValueError where one is missing."""

    def plan(self, number: int, case: Case) -> Solution:
        """A plan of it, which answers a case; raises ValueError where it is damaged."""


def _nothing(case: Case) -> Message | None:
    return None


def _none(found: Any) -> tuple[Solution, ...]:
    return ()


@dataclass(frozen=True)
class Study(Generic[F]):
    """A question that takes more than one solve: how it is asked, answered, kept and told."""

    name: str
    """Its name: what `--study` asks for, its file and folder in the result folder, its key in `--json`."""
    sentence: str
    """What it finds out."""
    run: Callable[[StudyInput], Iterator[F]]
    """What it has found, each time more: the last is its answer, or what it had when the user stopped it."""
    read: Callable[[KeptStudy, Case, Solution], F]
    """What a result folder holds of it beside its plan; raises ValueError, in words, where that is damaged."""

    by_name: bool = True
    """Whether it is run where it is asked for; else beside every plan that is not to be `--plain`."""
    needs: Callable[[Case], Message | None] = _nothing
    """What a case lacks for it, with the remedy; None where it lacks nothing."""
    before_prices: bool = False
    """Whether it is run before the plan's prices are tried, for it asks the session what the plan decides."""
    starts_at_plan: bool = False
    """Whether it solves other cases from where the plan stands."""
    stage: str = ""
    """Its stage as progress and seconds name it; its name where left out."""

    data: Callable[[F], Any] | None = None
    """What of it is kept as plain data, in <name>.json; None where its plans tell all."""
    in_run: bool = False
    """Whether that is a fact of run.json, under its name, rather than a file of its own."""
    plans: Callable[[F, Case], Mapping[int, PlanBeside]] | None = None
    """Plans of it beside the plan of a case, kept and certified, in <name>/1, 2, ...; None where it keeps none."""
    to_prove: Callable[[F], Iterable[Solution]] = _none
    """Plans whose proof was asked for: the exit code tells where one is not proven."""

    in_json: Callable[[F | None, Solution], Any] | None = None
    """What `--json` says of it beside the plan, or of its absence; None for a study that it does not tell of."""
    lines: Callable[[Any], Mapping[str, str]] = lambda told: {}
    """What the terminal says of it in short, by name of the line, from what `--json` says."""
    missing: str = ""
    """Why its sheet is not in a report, and how to get it: a template of the report."""

    @property
    def file(self) -> str | None:
        """File of its plain data; None where it has none of its own."""
        return None if self.data is None or self.in_run else f"{self.name}.json"

    @property
    def keeps_plans(self) -> bool:
        """Whether it has a folder of plans."""
        return self.plans is not None

    @property
    def told_stage(self) -> str:
        """Its stage."""
        return self.stage or self.name


@dataclass(frozen=True)
class Studied:
    """What was studied beside a plan."""

    found: Mapping[Study[Any], Any] = field(default_factory=dict)
    """What each study found."""

    def get(self, study: Study[F]) -> F | None:
        """What a study found; None where it was not run."""
        found: F | None = self.found.get(study)
        return found

    def having(self, study: Study[F], found: F) -> Studied:
        """The same with what a study found."""
        return Studied({**self.found, study: found})

    def plans(self, case: Case) -> Iterator[tuple[str, PlanBeside]]:
        """Every plan beside the plan of a case, with where in a result folder it is kept."""
        for study, found in self.found.items():
            for number, plan in (study.plans(found, case) if study.plans is not None else {}).items():
                yield f"{study.name}/{number}", plan

    def facts(self) -> dict[str, Any]:
        """What stands in run.json of studies that keep no file of their own, by their names."""
        return {
            study.name: study.data(found)
            for study, found in self.found.items()
            if study.in_run and study.data is not None
        }
