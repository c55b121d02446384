"""What the report says of being early, on plans worked by hand."""

from __future__ import annotations

from typing import Any

import planner
from planner.app.dossier import dossier_of
from planner.report.by_period import View
from planner.report.sheets.compute.early import early_sentences, proof_sentences
from planner.schema import parse_case
from tests.model.cases import changed, neutral
from tests.study.test_cheapest import EARLY


def view(changes: dict[str, Any]) -> View:
    """The earliest plan of 10 PFLOP/s, by chips at 1 or rent at 0.1, as its report sees it."""
    return View(dossier_of(planner.solve(parse_case(changed(neutral(EARLY), changes)), studies={"alternatives"})))


def test_the_report_says_what_being_early_costs_and_on_what() -> None:
    """10 chips for 10 in place of rent for 1: 9 more; 10 more of chips, 1 less of rent."""
    moon = {"some": {"pflops": 4.0}, "moon": {"pflops": 50.0}}
    assert early_sentences(view({"goals/milestones": moon})) == [
        "Being early costs 9.00 million USD more than the cheapest plan: 10.0 million USD in place of 1.00 million "
        "USD; the average delay is 0 months in place of 12.0.",
        "Milestone some is reached 2027; the cheapest plan reaches it not within the plan.",
        "Neither plan holds milestone moon to the end of the plan.",
        "More is spent on chip purchase: 10.0 million USD.",
        "Less is spent on rented compute: 1.00 million USD.",
    ]


def test_the_report_says_what_is_proven() -> None:
    """All is served at once: no delay, and none less is possible. A plan of least cost claims nothing of this."""
    assert proof_sentences(view({})) == [
        "No plan reaches these milestones sooner, in their order: that is proven.",
        "Of such plans the least average delay that was found is 0 months, and none below 0 is possible; the plan may "
        "exceed it by 0 months for the sake of cost.",
    ]
    cheap = view({"goals/objective": "cost"})
    assert proof_sentences(cheap) == early_sentences(cheap) == []
