"""What is asked of a case: the file, what is changed in it, what is studied, and how the report looks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from planner.app.case_files import place_of, places_of_sources, refuse_inputs
from planner.app.destination import Place, refuse_no_workbook
from planner.app.report_options import Looks
from planner.disk import safe_name, shortened_name
from planner.errors import CaseError, OptionError, Problem
from planner.files import read_case
from planner.lp import Options
from planner.message import Message
from planner.schema import Case
from planner.schema.goals import Objective
from planner.solving import Report, Timing

Study: TypeAlias = Literal["frontier", "risk"]
"""A question that takes more than one solve and is asked for by name."""


@dataclass(frozen=True)
class Inputs:
    """What a case was read from."""

    hashes: Mapping[str, str]
    """SHA-256 of each file as it was read, by its name from the case's folder."""
    places: Mapping[str, str]
    """Where each input that has a source was typed, by the path that its source speaks of."""
    place: Callable[[str], str]
    """Where the input at a dotted path was typed."""
    notes: tuple[Message, ...] = ()
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
    force: bool = False
    """Whether a workbook that is no report of the planner's is replaced."""
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
        place = self.place(case.shocks)
        refuse_no_workbook(place.workbook)
        _refuse_inputs(self, place, origins.files)
        return case.model_copy(update={"goals": goals}), Inputs(
            {file: _sha256(self.path.parent / file) for file in origins.files},
            places_of_sources(case, origins),
            lambda path: place_of(case, origins, path),
            origins.notes,
        )

    def place(self, shocks: Iterable[str] = ()) -> Place:
        """Where the result goes: as asked, or reports/<case>.xlsx, overlays in the name.

        `shocks` names all that the case has: one whose name differs from another's in capitals alone is told apart.
        """
        return Place(self.output or _usual(self.path, self.overlays, shocks), pdf=self.looks.pdf, force=self.force)


def _usual(path: Path, overlays: Sequence[str], shocks: Iterable[str]) -> Path:
    """Name of a report when none is asked for; names that the case gives lead nowhere else."""
    alike = Counter(name.casefold() for name in shocks)
    names = [safe_name(name, told_apart=alike[name.casefold()] > 1) for name in overlays]
    return Path("reports", shortened_name("+".join([path.stem, *names])) + ".xlsx")


def _refuse_inputs(question: Question, place: Place, files: Sequence[str]) -> None:
    """Refuse a workbook, or a result folder, that would take the place of a file that the case is read from."""
    workbook, folder = place.workbook, place.folder.resolve()
    refuse_inputs(workbook, question.path, files, remedy="give the report another name with -o")
    for file in files:
        if (question.path.parent / file).resolve().is_relative_to(folder):
            raise OptionError(
                f"the tables of {workbook} would take the place of the folder that holds {file}, which the case is "
                "read from; give the report another name with -o"
            )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CaseError([Problem((), f"cannot be read: {error.strerror}", path.name)]) from error
