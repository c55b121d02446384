"""Deciding before it is known which future comes: what to commit to now, what it may cost, what knowing would save.

Birge, J. R. and Louveaux, F. (2011), Introduction to Stochastic Programming, chapter 4, for the value of perfect
information and of the stochastic solution.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.message import Message, RefusedValueError
from planner.schema import Case
from planner.schema.scenarios import scenarios
from planner.solution import Solution
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
from planner.study.risk.short_text import risk_in_json, risk_lines
from planner.study.study_type import KeptStudy, Study, StudyInput

__all__ = [
    "COMMON",
    "RISK",
    "AveragePlan",
    "Cancelled",
    "FirstMove",
    "Risk",
    "ScenarioRisk",
    "Wait",
    "Waste",
    "risk_from_json",
]


def _run(given: StudyInput) -> Iterator[Risk]:
    from planner.study.risk.study import risk

    yield risk(given.session, given.plan, report=given.report)


def _read(kept: KeptStudy, case: Case, plan: Solution) -> Risk:
    study = risk_from_json(kept.data(dict))
    if {each.name for each in study.scenarios} != set(plan["paths"]["scenario"]):
        raise RefusedValueError(Message("risk.json speaks of other scenarios than the plan"))
    return study


def _needs(case: Case) -> Message | None:
    if len(scenarios(case)) == 1:
        return Message(
            "the case has nothing uncertain in it: type a table uncertainty, with a reveal and its outcomes, "
            "or run planner optimize"
        )
    if case.goals.objective not in ("cost", "regret"):
        return Message(
            "the study of risk weighs costs, and the objective of the case is {objective}; add --objective cost or "
            "--objective regret",
            objective=case.goals.objective,
        )
    return None


RISK = Study(
    name="risk",
    sentence="What to commit to before it is known which future comes, and what that may cost.",
    run=_run,
    read=_read,
    needs=_needs,
    before_prices=True,
    data=Risk.to_json,
    in_json=risk_in_json,
    lines=risk_lines,
    missing="its study is not part of this result; run: planner risk CASE",
)
