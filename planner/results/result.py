"""What a result is: a solved and certified case, with the studies that were run on it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from planner.certificate import Certificate
from planner.files import write_yaml
from planner.files.case import Case
from planner.findings import average_delay
from planner.message import Message
from planner.results.result_figures import Figures, PlanOfStudy
from planner.schema import Case as TypedCase
from planner.schema.continuous import in_fractions
from planner.solution import Solution
from planner.study import Studied
from planner.study.alternatives import ALTERNATIVES
from planner.study.frontier import FRONTIER, not_dominated
from planner.study.risk import RISK, Risk


@dataclass(frozen=True, eq=False, repr=False)
class Result(Figures):
    """A solved and certified case, with the studies that were run on it. It never changes."""

    case: Case
    """The case as solved, with the goals that were asked for."""
    solution: Solution
    """Its plan as the machinery reads it; `tables` has the same as data frames."""
    certificate: Certificate
    """The independent check of the plan."""
    run: Mapping[str, Any]
    """Who solved what, with what: versions, options, inputs with their hashes, run id, times."""
    studied: Studied = field(default_factory=Studied)
    """What was studied beside the plan."""
    certified: Mapping[str, Certificate] = field(default_factory=dict)
    """Certificate of each plan that a study found, by where in the result folder that is kept."""
    stopped: bool = False
    """Whether the user stopped it before all that was asked for was found; what there is holds."""
    lacking: Message | None = None
    """Why a study that was asked for has no answer; None where none lacks one."""
    folder: Path | None = None
    """Result folder that it was read from; None for one that was just solved."""

    @property
    def in_fractions(self) -> bool:
        """Whether it is a study in fractions, and no plan to carry out."""
        return in_fractions(self.case, self.run["options"])

    @property
    def plans(self) -> dict[str, PlanOfStudy]:
        """Every plan that a study found, by where in a result folder it is kept: `frontier/1`, `alternatives/2`."""
        return {
            at: PlanOfStudy(Case.of(plan.case), plan.solution, self.certified[at])
            for at, plan in self.studied.plans(self.case)
        }

    @property
    def frontier(self) -> pd.DataFrame:
        """Plans from the cheapest to the soonest, by where they are kept; without rows where that was not studied.

        Columns: delay_months, and cost_musd, the present cost in cash, penalties left out, million USD.
        """
        studied = self.studied.get(FRONTIER)
        points = not_dominated(studied or ())
        at = pd.Index([f"{FRONTIER.name}/{number}" for number in range(1, len(points) + 1)], name="plan")
        found = {"delay_months": [p.delay_months for p in points], "cost_musd": [p.cost_musd for p in points]}
        return pd.DataFrame(found, index=at, dtype="float64")

    @property
    def alternatives(self) -> pd.DataFrame:
        """Alternatives of the case by name; without rows where they were not solved.

        Columns: cost_musd, more_musd than the plan, both present cost in million USD, delay_months, and why_none, in
        words where there is no plan.
        """
        options = self.studied.get(ALTERNATIVES) or ()
        plans = [each.solution for each in options]
        cost = [nan if plan is None else plan.objective_musd for plan in plans]
        delay = [nan if each.solution is None else average_delay(each.case, each.solution) for each in options]
        found = {"cost_musd": cost, "more_musd": [musd - self.cost_musd for musd in cost], "delay_months": delay}
        index = pd.Index([each.name for each in options], name="alternative", dtype="object")
        words = ["" if each.why_none is None else str(each.why_none) for each in options]
        return pd.DataFrame(found, index=index, dtype="float64").assign(why_none=words)

    @property
    def risk(self) -> Risk | None:
        """The study of risk: what knowing the future would save, what first moves are worth; None where not studied."""
        return self.studied.get(RISK)

    @property
    def certificates(self) -> Iterator[tuple[str, Certificate]]:
        """Every certificate, with where in the result folder its plan is kept."""
        yield "", self.certificate
        yield from self.certified.items()


def run_id(case: TypedCase, version: str, options: Mapping[str, Any]) -> str:
    """Name of a run: the same case, version and options give the same twelve characters."""
    question = json.dumps([write_yaml(case), version, options], sort_keys=True, default=str)
    return hashlib.sha256(question.encode()).hexdigest()[:12]


def the_result(found: object) -> Result:
    """A result as it is; raises TypeError, with what to give instead, for anything else."""
    if not isinstance(found, Result):
        raise TypeError(
            f"found {type(found).__name__}; allowed: a result, as planner.solve or planner.read_result gives it"
        )
    return found
