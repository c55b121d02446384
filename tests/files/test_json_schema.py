"""The JSON Schema that editors use: what it accepts and refuses, that it repeats nothing, and what it shows."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.files.json_schema import case_file_schema, schema_text
from planner.files.values_with_places import plain
from planner.files.yamlfile import read_yaml
from planner.schema import Case

INPUTS = Path(__file__).parents[2] / "inputs"


@cache
def _checker() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(case_file_schema())


@cache
def _typed(name: str) -> Any:
    file = INPUTS / name
    return plain(read_yaml(file, name)[0], Case)


WRONG = {
    "quickstart.yaml": [
        ("sites/Ulanqab/max_it_mw", "120 MW", "a number typed with its unit is a text"),
        ("sites/Ulanqab/max_it_mw", -1, "a site holds 0 MW or more"),
        ("sites/Ulanqab/load_factor", {"base": 1}, "growth needs growth_per_year"),
        ("sites/Ulanqab/load_factor", {"step": {}, "linear": {}}, "a profile has one form"),
        ("sites/Ulanqab/load_factor", "85 %", "a share is a fraction"),
        ("sites/Ulanqab/region", None, "a site lies in a region"),
        ("sites/Ulanqab/region", "x" * 81, "a name has up to 80 characters"),
        ("sites/Ulanqab/color", "red", "no such field"),
        ("sites/Ulanqab", {"max_it_mw": 1}, "a site needs its region"),
        ("sites/remove", ["Ulanqab"], "a case of its own inherits nothing to drop"),
        ("settings/frequency", "week", "no such choice"),
        ("settings/periods", 0, "a plan has at least one period"),
        ("settings", {"name": "x"}, "a plan has a start"),
        ("workloads", None, "a case says what computes"),
    ],
    "2026-risk.yaml": [
        ("sites/Abilene/max_it_mw", "120 MW", "a number is a number in a case that extends another, too"),
        ("sites/Abilene/color", "red", "no such field"),
        ("sites/Abilene/load_factor", {"growth_per_year": 0.1}, "a profile is replaced as a whole, so it is whole"),
    ],
}


@pytest.mark.parametrize("file", sorted(path.name for path in INPUTS.glob("*.yaml")))
def test_cases_that_are_shipped_are_accepted(file: str) -> None:
    assert not list(_checker().iter_errors(_typed(file)))


@pytest.mark.parametrize(("file", "path", "value", "why"), [(file, *wrong) for file in WRONG for wrong in WRONG[file]])
def test_one_wrong_value_is_refused(file: str, path: str, value: Any, why: str) -> None:
    """The shipped case passes; with one value changed it does not."""
    case = copy.deepcopy(_typed(file))
    *tables, last = path.split("/")
    at = case
    for part in tables:
        at = at.setdefault(part, {}) if "extends" in case else at[part]
    at[last] = value
    assert list(_checker().iter_errors(case)), why


def test_a_case_that_extends_another_may_leave_out_what_that_one_says() -> None:
    """One field of one site, and a row dropped; without `extends` the same file lacks its settings and much more."""
    changes = {"sites": {"remove": ["Ashburn"], "Abilene": {"max_it_mw": 240}}}
    assert _checker().is_valid({"extends": "2026.yaml", **changes})
    assert not _checker().is_valid(changes)


def test_nothing_is_said_twice() -> None:
    """Each form of a profile is referred to by one definition; no block of three words or more stands in ten places."""
    text = schema_text()
    for form in ("Growth", "Step", "Linear", "Changed"):
        assert text.count(f'"$ref": "#/$defs/{form}"') == 1
    notes = {"default", "description", "x-plausible", "properties"}
    blocks = Counter(json.dumps({key: each for key, each in block.items() if key not in notes}) for block in _blocks())
    assert not [block for block, times in blocks.items() if times >= 10 and block.count('": ') > 4]
    assert len(text.splitlines()) < 2500


def test_every_reference_leads_to_a_definition() -> None:
    schema = case_file_schema()
    names = {block["$ref"].removeprefix("#/$defs/") for block in _blocks() if "$ref" in block}
    assert names <= set(schema["$defs"])
    assert not [name for name in names if not name.replace("-", "").replace(".", "").isalnum()]


def test_every_field_shows_its_meaning_and_unit() -> None:
    """A field's own words stand beside its reference, which editors show and complete with."""
    site = case_file_schema()["$defs"]["Site-in-part"]["properties"]
    assert site["max_it_mw"]["$ref"] == "#/$defs/number-0-or-more"
    assert site["max_it_mw"]["description"].endswith("halls included. [MW]")
    rows = [row["properties"] for row in case_file_schema()["$defs"].values() if "additionalProperties" in row]
    fields = [each for row in rows for each in row.values()]
    assert len(fields) > 250
    assert not [each for each in fields if not each.get("description")]


def _blocks() -> Iterator[dict[str, Any]]:
    """Every block of the schema."""
    waiting: list[Any] = [case_file_schema()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
