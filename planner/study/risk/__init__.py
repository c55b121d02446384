"""Deciding before it is known which future comes: what to commit to now, what it may cost, what knowing would save.

Birge, J. R. and Louveaux, F. (2011), Introduction to Stochastic Programming, chapter 4, for the value of perfect
information and of the stochastic solution.
"""

from planner.study.risk.record import (
    COMMON,
    AveragePlan,
    Cancelled,
    FirstMove,
    Risk,
    ScenarioRisk,
    Wait,
    Waste,
    risk_from_json,
)
from planner.study.risk.study import risk

__all__ = [
    "COMMON",
    "AveragePlan",
    "Cancelled",
    "FirstMove",
    "Risk",
    "ScenarioRisk",
    "Wait",
    "Waste",
    "risk",
    "risk_from_json",
]
