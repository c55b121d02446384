"""What is asked of a case, and where and how its report is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, nextafter
from numbers import Integral, Real
from pathlib import Path
from typing import get_args

from planner.app.destination import Place
from planner.app.report_options import Looks
from planner.disk import safe_name, shortened_name
from planner.errors import OptionError
from planner.lp import Options
from planner.message import Message
from planner.schema import Case
from planner.schema.continuous import continuous
from planner.schema.goals import Objective
from planner.stage_timing import Report

ALMOST_ONE = nextafter(1.0, 0.0)
OUR_SOLVER = "HiGHS"
ABOVE_NOTHING = nextafter(0.0, 1.0)


def solver_named(typed: str) -> str:
    """A solver's name as it is known, HiGHS whatever its capitals.

    >>> solver_named("highs"), solver_named("CBC")
    ('HiGHS', 'CBC')
    """
    return OUR_SOLVER if typed.lower() == OUR_SOLVER.lower() else typed


@dataclass(frozen=True)
class Question:
    """What is asked of a case."""

    objective: Objective | None = None
    """Objective in place of the case's own."""
    risk_weight: float | None = None
    """Weight of the costliest scenarios in place of the case's own."""
    risk_level: float | None = None
    """Confidence level of their mean in place of the case's own."""
    studies: frozenset[str] = frozenset()
    """What is studied beside the plan, by the names of STUDIES."""
    points: int = 9
    """Plans that the study of the frontier looks for."""
    plain: bool = False
    """Whether the plan is left without the alternatives of the case, and other comparisons."""
    continuous: bool = False
    """Whether it is a study in fractions, with nothing whole that the case asks to be whole."""
    untidy: bool = False
    """Whether the cheapest plan is taken as it is, however many and small its starts and orders are."""
    options: Options = field(default_factory=Options)
    """How it is solved."""

    def __post_init__(self) -> None:
        """Raises OptionError for the first thing that cannot be asked."""
        how, objectives = self.options, get_args(Objective)
        if self.objective is not None and self.objective not in objectives:
            raise OptionError(
                Message(
                    "objective: found {objective}; allowed: {objectives}",
                    objective=repr(self.objective),
                    objectives=tuple(objectives),
                )
            )
        allowed: tuple[tuple[str, float | None, float, float, str], ...] = (
            ("risk_weight", self.risk_weight, 0.0, 1.0, "0 to 1"),
            ("risk_level", self.risk_level, 0.0, ALMOST_ONE, "0 to below 1"),
            ("gap", how.gap, 0.0, 1.0, "0 to 1"),
            ("time_limit", how.time_limit, ABOVE_NOTHING, inf, "seconds above 0, or None"),
            ("threads", how.threads, 1, 64, "1 to 64"),
            ("points", self.points, 2, inf, "2 or more"),
        )
        for name, found, low, high, words in allowed:
            if found is not None and not (_is_number(found, whole=isinstance(low, int)) and low <= found <= high):
                shown = found if _is_number(found) else repr(found)
                raise OptionError(
                    Message("{name}: found {found}; allowed: {words}", name=name, found=shown, words=words)
                )

    def of(self, case: Case) -> Case:
        """The case with the goals that are asked for in place of its own, and in fractions where that is asked for."""
        asked = {"objective": self.objective, "risk_weight": self.risk_weight, "risk_level": self.risk_level}
        goals = case.goals.model_copy(update={name: value for name, value in asked.items() if value is not None})
        asked_for = case.model_copy(update={"goals": goals})
        return continuous(asked_for) if self.continuous else asked_for


def _is_number(found: object, *, whole: bool = False) -> bool:
    """Whether something is a number; numbers of numpy are, yes and no are none."""
    return isinstance(found, Integral if whole else Real) and not isinstance(found, bool)


@dataclass(frozen=True)
class Job:
    """A case file, what is asked of it, and where and how the report is written."""

    path: Path
    overlays: Sequence[str] = ()
    output: Path | None = None
    question: Question = field(default_factory=Question)
    looks: Looks = field(default_factory=Looks)
    """How the report looks."""
    allow_outside: bool = False
    """Whether the case may extend and include files outside its own folder."""
    force: bool = False
    """Whether a workbook that is no report of the planner's is replaced."""
    report: Report = lambda stage, text: None

    def place(self, shocks: Iterable[str] = ()) -> Place:
        """Where the result goes: as asked, or reports/<case>.xlsx, overlays in the name.

        `shocks` names all that the case has: one whose name differs from another's in capitals alone is told apart.
        """
        return Place(self.output or _usual(self.path, self.overlays, shocks), pdf=self.looks.pdf, force=self.force)


def _usual(path: Path, overlays: Sequence[str], shocks: Iterable[str]) -> Path:
    """Name of a report when none is asked for; names that the case gives lead nowhere else."""
    same_name = Counter(name.casefold() for name in shocks)
    names = [safe_name(name, told_apart=same_name[name.casefold()] > 1) for name in overlays]
    return Path("reports", shortened_name("+".join([path.stem, *names])) + ".xlsx")
