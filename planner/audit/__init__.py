"""A second formulation of the model, against which the planner's optimum is checked.

It shares nothing with the planner's model but the schema and the helpers for profiles, dates and money, and it has
a solver of its own.
"""

from planner.audit.scenario_tree import least_cost
from planner.audit.verdict import Audit, audit

__all__ = ["Audit", "audit", "least_cost"]
