"""Every deliberate error, each with its exit code.

```
PlannerError                 1   base; seen bare only for a bug
├── CaseError                2   the case file is wrong: every problem with its place and remedy
├── OptionError              2   a command-line option, or a solver that is not there
├── InfeasibleError          3   no plan can meet the case: which rules clash, and when
├── UnboundedError           3   the case pays for doing more of something without end
├── NoPlanError              4   the solver failed or ran out of time before it had a plan
├── CertificateError         6   the plan does not hold when it is checked again: a bug of ours
├── WriteError               7   the result was found but could not be written where asked
└── Interrupted            130   stopped by the user before there was a plan
```

A plan whose gap is not closed is no error: it is reported with exit code 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.message import Message
from planner.typed_text import escaped

GAP_NOT_CLOSED = 5
"""Exit code of a plan that is not proven within the asked gap."""
DIFFERENT = 8
"""Exit code of cases that differ, where it was asked for."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a case."""

    path: tuple[str, ...]
    """Where in the case: table, row, field, ..."""
    message: Message
    """What was found, what is allowed and what to type instead."""
    place: str | None = None
    """Where in the file: `2026.yaml:14` or `Sites!D7`; not known for cases made in Python."""

    def __str__(self) -> str:
        """The problem on one line, its place first.

        >>> found = Message("found {found}; allowed: 1 or more", found=0.9)
        >>> str(Problem(("sites", "Abilene", "pue"), found, "2026.yaml:14"))
        '2026.yaml:14 sites.Abilene.pue: found 0.9; allowed: 1 or more'
        """
        where = ".".join(self.path)
        parts = self.place, f"{where}: {self.message}" if where else str(self.message)
        return escaped(" ".join(part for part in parts if part), keep="")

    def to_json(self) -> dict[str, Any]:
        """Plain data: place, path, message, and its template with fields."""
        return {
            "place": self.place,
            "path": list(self.path),
            "message": str(self.message),
            **self.message.to_json(),
        }

    def at(self, place: str | None) -> Problem:
        """The same problem with its place in the file."""
        return replace(self, place=place)


class PlannerError(Exception):
    """Base of every deliberate error."""

    exit_code = 1
    told = False
    """Whether standard output holds an answer, or cannot hold one."""

    def __init__(self, message: Message, items: Iterable[object] = ()) -> None:
        """`message` is what went wrong and what to do about it, above a line for each item."""
        self.message = message
        super().__init__("\n".join([str(message), *(f"  {item}" for item in items)]))

    def to_json(self) -> dict[str, Any]:
        """Plain data: exit_code, error in English, and its template with fields."""
        return {"exit_code": self.exit_code, "error": str(self), **self.message.to_json()}


class CaseError(PlannerError):
    """A case file that cannot be used, with every problem that was found in it."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], *, file: str | None = None) -> None:
        """`file` is the case file as the planner typed it."""
        self.problems = tuple(problems)
        self.file = file
        count = Message("{n} problem", "{n} problems", n=len(self.problems))
        title = Message("{file}: {count}", file=file, count=count) if file else count
        super().__init__(title, self.problems)

    def to_json(self) -> dict[str, Any]:
        """As every error, and each problem: place, path, message, and its template with fields."""
        return {**super().to_json(), "problems": [problem.to_json() for problem in self.problems]}


class OptionError(PlannerError):
    """An option that cannot be used, or a solver that is not installed."""

    exit_code = 2


class InfeasibleError(PlannerError):
    """No plan can meet the case."""

    exit_code = 3


class UnboundedError(PlannerError):
    """The case rewards doing more of something without end."""

    exit_code = 3


class NoPlanError(PlannerError):
    """The solver failed or ran out of time before it had a plan."""

    exit_code = 4


@dataclass(frozen=True)
class FailedCheck:
    """A check of a plan, or of its report, that does not hold."""

    plan: str
    """Where in the result folder the plan is kept; empty for the plan itself."""
    check: str
    """Name of the check."""
    sentence: str
    """What must hold."""
    unit: str
    """Unit of the amounts."""
    off: float | None
    """By how much it does not hold; None where that is no number."""
    tolerance: float
    """By how much it may not."""
    where: str
    """Row of the plan, or sheets of the report."""
    expected: float | None = None
    """Where two amounts are compared: what it should come to, or the limit that it may not pass."""
    found: float | None = None
    """What the plan, its tables or a figure of the report come to."""

    def __str__(self) -> str:
        kept = f" (plan in {self.plan})" if self.plan else ""
        place = f" at {self.where}" if self.where else ""
        off = "no number" if self.off is None else f"{self.off:.6g} {self.unit}"
        told = f"{self.check}{place}{kept}: {self.sentence} Off by {off}, allowed {self.tolerance:.3g}"
        if self.expected is None or self.found is None:
            return told
        return f"{told}; expected {self.expected:.9g}, found {self.found:.9g}"


class CertificateError(PlannerError):
    """The plan does not hold when checked again; the result is kept, marked as failed."""

    exit_code = 6

    def __init__(self, message: Message, failed: Sequence[FailedCheck]) -> None:
        """`message` is a sentence before the list of what failed."""
        self.failed = tuple(failed)
        super().__init__(message, self.failed)


class WriteError(PlannerError):
    """The result was found but not written where asked."""

    exit_code = 7


class Interrupted(PlannerError):  # noqa: N818  (the word for it)
    """Stopped by the user before there was a plan."""

    exit_code = 130
