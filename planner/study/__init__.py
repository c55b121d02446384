"""Questions that take more than one solve. A new one is one file and one line in STUDIES."""

from typing import Any

from planner.study.alternatives import ALTERNATIVES
from planner.study.cheapest import CHEAPEST
from planner.study.frontier import FRONTIER
from planner.study.risk import RISK
from planner.study.study_type import Studied, Study, StudyInput
from planner.study.without_plant import WITHOUT_PLANT

__all__ = ["STUDIES", "Studied", "Study", "StudyInput"]

STUDIES: tuple[Study[Any], ...] = (WITHOUT_PLANT, ALTERNATIVES, RISK, FRONTIER, CHEAPEST)
"""Every study, in the order in which they are run and told."""
