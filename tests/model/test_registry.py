"""Every rule and every cost is covered by a test that fails without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import planner.model
from planner.certificate import CHECKS
from planner.errors import PlannerError
from planner.measures import AT_LEAST, BY_ROW, MEASURES
from planner.model import COSTS, RULES
from planner.schema import Case
from planner.schema.walk_fields import below

from . import cases
from .registry import COVERED

for module in sorted({*Path(__file__).parent.glob("test_*.py")} - {Path(__file__)}):
    import_module(f"{__package__}.{module.stem}")

NAMES = [*(rule.name for rule in RULES), *(cost.account for cost in COSTS)]


def test_every_rule_and_cost_is_covered() -> None:
    """A new rule or cost needs a test that says it covers it; a name that is neither is a slip of the pen."""
    assert set(NAMES) - set(COVERED) == set()
    assert set(COVERED) - set(NAMES) == set()
    assert len(set(NAMES)) == len(NAMES)


def test_every_rule_and_cost_explains_itself() -> None:
    """One whole sentence each, none the same."""
    sentences = [entry.sentence for entry in (*RULES, *COSTS)]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_every_limit_leads_to_what_a_planner_types() -> None:
    """A rule with a limit of its own says where in a case that is typed, and the schema knows the place."""
    for rule in (rule for rule in RULES if rule.typed):
        at: Any = Case
        for part in rule.typed.format("name", "name").split("."):
            at = below(at, part)
            assert at is not None, rule.typed


@pytest.mark.parametrize("name", NAMES)
def test_a_test_fails_without_what_it_covers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rule out of the model, or the account out of the ledger, each of its tests fails on the numbers."""
    without(name, monkeypatch)
    for test in COVERED[name]:
        with pytest.raises((AssertionError, PlannerError)):
            test()


def without(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a rule or an account out of the model and let the checker look away."""
    rules = tuple(rule for rule in RULES if rule.name != name)
    costs = tuple(replace(cost, charges=_nothing) if cost.account == name else cost for cost in COSTS)
    monkeypatch.setattr(planner.model, "RULES", rules)
    monkeypatch.setattr(planner.model, "COSTS", costs)
    monkeypatch.setattr(cases, "CERTIFIED", [False])


def _nothing(_: planner.model.Model) -> Iterator[planner.model.Charge]:
    """No charge at all."""
    yield from ()


def test_the_certificate_reads_limits_as_the_model_does() -> None:
    """Unit and way of each limit are the certificate's own, and those of the model; each measure has one line."""
    rules = {rule.name: rule for rule in RULES}
    told = {check.prices: check for check in CHECKS if check.prices}
    told |= {check.id: check for check in CHECKS if check.id in rules and rules[check.id].measure}
    assert len(told) >= 20
    for name, check in told.items():
        rule = rules[name]
        assert rule.measure is not None
        assert check.unit == rule.measure.name, name
        if check.prices:
            assert check.least == (rule.direction is AT_LEAST), name
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    for rule in RULES:
        assert (rule.measure is None) == (rule.direction is None), rule.name
        if rule.measure not in (None, BY_ROW):
            assert rule.measure in MEASURES
            assert rule.measure.unit in rule.sentence, rule.sentence
