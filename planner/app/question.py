"""What is asked of a case: the file, what is changed in it, what is studied, and how the report looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from planner.app.looks import Looks
from planner.cases import place_of, places_of_sources, refuse_inputs
from planner.errors import OptionError
from planner.files import read_case
from planner.lp import Options
from planner.results import foreign
from planner.schema import Case
from planner.schema.goals import Objective
from planner.solve import Report, Timing

Study: TypeAlias = Literal["frontier", "risk"]
"""A question that takes more than one solve and is asked for by name."""


@dataclass(frozen=True)
class Inputs:
    """What a case was read from."""

    names: tuple[str, ...]
    """The files, from the case's folder."""
    places: Mapping[str, str]
    """Where each input that has a source was typed, by the path that its source speaks of."""
    place: Callable[[str], str]
    """Where the input at a dotted path was typed."""
    notes: tuple[str, ...] = ()
    """What is worth a word about the files themselves."""


@dataclass(frozen=True)
class Question:
    """A case file with what is asked of it."""

    path: Path
    overlays: Sequence[str] = ()
    output: Path | None = None
    objective: Objective | None = None
    """Objective in place of the case's own."""
    risk_weight: float | None = None
    """Weight of the costliest scenarios in place of the case's own."""
    risk_level: float | None = None
    """Confidence level of their mean in place of the case's own."""
    studies: frozenset[Study] = frozenset()
    """What is studied beside the plan."""
    points: int = 9
    """Plans that the study of the frontier looks for."""
    plain: bool = False
    """Whether the plan is left without the alternatives of the case, and other comparisons."""
    looks: Looks = field(default_factory=Looks)
    """How the report looks."""
    allow_outside: bool = False
    """Whether the case may extend and include files outside its own folder."""
    options: Options = field(default_factory=Options)
    report: Report = lambda stage, text: None

    def read(self, timing: Timing) -> tuple[Case, Inputs]:
        """The case, with overlays and objective, and the files it was read from.

        Raises OptionError where the result would take the place of one of them.
        """
        with timing.stage("read"):
            self.report("read", str(self.path))
            case, origins = read_case(self.path, overlays=self.overlays, allow_outside=self.allow_outside)
        asked = {"objective": self.objective, "risk_weight": self.risk_weight, "risk_level": self.risk_level}
        goals = case.goals.model_copy(update={name: value for name, value in asked.items() if value is not None})
        _refuse_inputs(self, origins.files)
        return case.model_copy(update={"goals": goals}), Inputs(
            origins.files, places_of_sources(case, origins), lambda path: place_of(case, origins, path), origins.notes
        )

    @property
    def workbook(self) -> Path:
        """Where the workbook goes: as asked, or reports/<case>.xlsx, overlays in the name.

        Raises OptionError where it is no workbook, or where its result folder would take the place of something else.
        """
        workbook = self.output or Path("reports") / ("+".join([self.path.stem, *self.overlays]) + ".xlsx")
        refuse_no_workbook(workbook)
        folder = workbook.with_suffix("")
        if reason := foreign(folder):
            raise OptionError(
                f"the tables of {workbook} go to the folder {folder}, but that {reason}; "
                "give the workbook another name with -o"
            )
        return workbook


def refuse_no_workbook(path: Path) -> None:
    """Refuse a report that would be no workbook."""
    if path.suffix.lower() != ".xlsx" or path.is_dir():
        raise OptionError(f"the report is an Excel workbook, such as plan.xlsx; found {str(path)!r}")


def _refuse_inputs(question: Question, files: Sequence[str]) -> None:
    """Refuse a workbook, or a result folder, that would take the place of a file that the case is read from."""
    workbook = question.workbook
    folder = workbook.with_suffix("").resolve()
    refuse_inputs(workbook, question.path, files, remedy="give the report another name with -o")
    for file in files:
        if (question.path.parent / file).resolve().is_relative_to(folder):
            raise OptionError(
                f"the tables of {workbook} would take the place of the folder that holds {file}, which the case is "
                "read from; give the report another name with -o"
            )
