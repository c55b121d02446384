"""All that a report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.certify import Certificate
from planner.schema import Case
from planner.solution import Solution
from planner.study.bridge import WithoutPlant
from planner.study.frontier import Point

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
    frontier: tuple[Point, ...] = ()
    """Plans on the frontier of cost against delay, when that study was run."""
    without_plant: WithoutPlant | None = None
    """The same case without on-site plant, where it was solved."""
