"""What a result is: a solved and certified case, with the studies that were run on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.certificate import Certificate
from planner.files import write_yaml
from planner.schema import Case
from planner.solution import Solution
from planner.study import Studied


@dataclass(frozen=True)
class Result:
    """A solved and certified case, with the studies that were run on it."""

    case: Case
    solution: Solution
    certificate: Certificate
    run: Mapping[str, Any]
    """Who solved what, with what: versions, options, inputs with their hashes, run id, times."""
    studied: Studied = field(default_factory=Studied)
    """What was studied beside the plan."""
    certified: Mapping[str, Certificate] = field(default_factory=dict)
    """Certificate of each plan that a study found, by where in the result folder that is kept."""
    stopped: bool = False
    """Whether the user stopped it before all that was asked for was found; what there is holds."""
    lacking: str = ""
    """Why a study that was asked for has no answer, in words; empty where none lacks one."""

    @property
    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Every certificate, with where in the result folder its plan is kept."""
        yield "", self.certificate
        yield from self.certified.items()


def run_id(case: Case, version: str, options: Mapping[str, Any]) -> str:
    """Name of a run: the same case, version and options give the same twelve characters."""
    question = json.dumps([write_yaml(case), version, options], sort_keys=True, default=str)
    return hashlib.sha256(question.encode()).hexdigest()[:12]
