"""All that a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from planner.certificate import Certificate, certify
from planner.findings import CachedFindings
from planner.findings.scenario import on_likeliest_path, probabilities
from planner.schema import Case
from planner.schema.continuous import in_fractions
from planner.schema.goals import Goals
from planner.solution import Solution
from planner.study import Studied
from planner.study.alternatives import ALTERNATIVES, Option

__all__ = ["Dossier", "Provenance"]


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from; nothing in it may change from one writing to the next."""

    version: str
    """Version of the planner."""
    run: str
    """Identity of the run."""
    inputs: tuple[tuple[str, str], ...] = ()
    """Case files by name, each with its SHA-256."""
    overlays: tuple[str, ...] = ()
    """Named shocks taken on top of the case."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the run, as asked."""
    changes: tuple[str, ...] = ()
    """Values of the case that were changed in Python, as `path = value`."""


@dataclass(frozen=True)
class Dossier:
    """A solved and certified case with everything that its report says."""

    case: Case
    """The case as solved."""
    solution: Solution
    """Its plan."""
    certificate: Certificate
    """The plan's independent check."""
    rules: Mapping[str, str]
    """Sentence of each rule of the model, by the rule's name."""
    provenance: Provenance
    """Where it comes from."""
    studied: Studied = field(default_factory=Studied)
    """What was studied beside the plan."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each input that has a source was typed, by the path that its source speaks of, where that is known."""

    @cached_property
    def scenarios(self) -> dict[str, float]:
        """Probability of each scenario, in the order of the tree."""
        return probabilities(self.solution)

    @cached_property
    def likeliest(self) -> Dossier:
        """The dossier as the likeliest scenario sees it; itself where there is only one."""
        if len(self.scenarios) == 1:
            return self
        case, solution = on_likeliest_path(self.case, self.solution)
        return replace(self, case=case, solution=solution)

    @property
    def in_fractions(self) -> bool:
        """Whether it is a study in fractions, and no plan to carry out."""
        return in_fractions(self.case, self.provenance.options)

    @cached_property
    def found(self) -> CachedFindings:
        """What is found in the plan."""
        return CachedFindings(self.case, self.solution)

    @property
    def options(self) -> tuple[Option, ...]:
        """Alternatives of the case with their plans, where they were solved."""
        return self.studied.get(ALTERNATIVES) or ()

    @cached_property
    def open_options(self) -> frozenset[str]:
        """Names of the options whose plan, as it stands and at its cost, holds in the case itself when checked there.

        Only what changes the case is checked; named shocks are another world, whatever their plan. What its plan is
        best at, and what its limits would be worth, are of its own case, and no part of what would be carried out.
        """
        changed = [each for each in self.options if each.asked.changes or each.asked.only_market]
        return frozenset(
            each.name
            for each in changed
            if not each.asked.shocks and each.solution is not None and self._holds(each.case.goals, each.solution)
        )

    def _holds(self, goals: Goals, plan: Solution) -> bool:
        """Whether a plan that was made for some goals could be carried out in the case."""
        priced = {name: plan[name].iloc[:0] for name in ("prices", "verified")}
        case = self.case.model_copy(update={"goals": goals})
        return certify(case, replace(plan, tables={**plan.tables, **priced})).ok
