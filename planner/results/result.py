"""What a result is: a solved and certified case, with the studies that were run on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.certificate import Certificate
from planner.files import write_yaml
from planner.schema import Case
from planner.solution import Solution
from planner.study.alternatives import Option
from planner.study.risk import Risk


@dataclass(frozen=True)
class Result:
    """A solved and certified case, with the studies that were run on it."""

    case: Case
    solution: Solution
    certificate: Certificate
    run: Mapping[str, Any]
    """Who solved what, with what: versions, options, inputs with their hashes, run id, times."""
    risk: Risk | None = None
    """The study of risk, where it was run."""
    frontier: tuple[Result, ...] = ()
    """Plans on the frontier of cost against delay, the cheapest first, where it was traced."""
    alternatives: tuple[Compared, ...] = ()
    """Alternatives of the case, where they were solved."""
    stopped: bool = False
    """Whether the user stopped it before all that was asked for was found; what there is holds."""
    lacking: str = ""
    """Why a study that was asked for has no answer, in words; empty where none lacks one."""

    @property
    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Every certificate, with where in the result folder its plan is kept."""
        yield "", self.certificate
        for position, point in enumerate(self.frontier, start=1):
            yield f"frontier/{position}", point.certificate
        for position, each in enumerate(self.alternatives, start=1):
            if each.certificate is not None:
                yield f"alternatives/{position}", each.certificate


@dataclass(frozen=True)
class Compared:
    """An alternative as it was solved, and the check of its plan."""

    option: Option
    certificate: Certificate | None
    """None where there is no plan."""


def run_id(case: Case, version: str, options: Mapping[str, Any]) -> str:
    """Name of a run: the same case, version and options give the same twelve characters."""
    question = json.dumps([write_yaml(case), version, options], sort_keys=True, default=str)
    return hashlib.sha256(question.encode()).hexdigest()[:12]
