"""Two cases compared, whatever cases they are."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import Phase, given, settings

from planner.app.case_files import Compared
from planner.files import Origins, read_with_origins
from planner.files.diff import diff
from planner.schema import Case
from tests.files.strategies import cases

INPUTS = Path(__file__).parent.parent.parent / "inputs"
NOWHERE = Origins({(): "nowhere.yaml:1"})


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(cases())
def test_a_case_is_itself(case: Case) -> None:
    """No case differs from itself, nor from itself with its rows turned round where order does not count."""
    assert diff(case, case) == []
    turned = case.model_copy(
        update={
            name: dict(reversed(getattr(case, name).items()))
            for name in ("markets", "regions", "sites", "chips", "workloads")
        }
    )
    assert diff(case, turned) == []


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(cases(), cases())
def test_two_cases_are_told_apart(one: Case, other: Case) -> None:
    """What differs one way differs the other way too, and can be told in lines and in JSON; nothing is left unsaid."""
    there, back = diff(one, other), diff(other, one)
    assert bool(there) == bool(back)
    assert sorted((each.table, each.field) for each in there if each.table != "assumptions") == sorted(
        (each.table, each.field) for each in back if each.table != "assumptions"
    )
    compared = Compared(("one.yaml", "other.yaml"), tuple(there), (NOWHERE, NOWHERE))
    assert len(compared.lines()) == (len(there) + 1 + len({each.table for each in there}) if there else 1)
    assert json.loads(json.dumps(compared.to_json()))["equal"] is (not there)
    if one.model_dump_json() == other.model_dump_json():
        assert not there


def test_variants_differ_in_what_they_say() -> None:
    """What 2026-clusters.yaml says itself is what it differs in."""
    base, clusters = (read_with_origins(INPUTS / name)[0] for name in ("2026.yaml", "2026-clusters.yaml"))
    periods = ("frequency", "periods", "grid", "report_until")
    assert {(each.table, each.field) for each in diff(base, clusters)} == {
        *(("settings", field) for field in ("name", "whole_phases", "whole_lots", *periods)),
        ("workloads", "cluster_pflops"),
        ("alternatives", ""),
        ("assumptions", ""),
    }
