"""Case -> YAML -> Case is the identity."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from planner.files import read_with_origins, write_yaml, yamlfile
from planner.files.values_with_places import plain
from planner.files.yamlfile import compose, scalar
from planner.schema import Case, parse_case

from .strategies import TEXTS, cases


def parsed(text: str) -> Case:
    root, problems = compose(text, "case.yaml")
    assert not problems
    return parse_case(plain(root, Case))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_a_case_written_and_read_is_the_same(case: Case) -> None:
    text = write_yaml(case)
    again = parsed(text)
    assert again == case
    assert [list(getattr(again, table)) for table in ("sites", "chips")] == [list(case.sites), list(case.chips)]
    assert write_yaml(again) == text


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_both_parsers_read_the_same(case: Case) -> None:
    text = write_yaml(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlfile, "LOADER", yaml.SafeLoader)
        assert parsed(text) == case


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_a_text_that_is_plain_text_stays_itself(text: str) -> None:
    found = scalar(text)
    assert not isinstance(found, str) or found == text


def test_a_written_file_is_read_with_places(tmp_path: Path, small: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(small, encoding="utf-8")
    case, _ = read_with_origins(file)
    written = tmp_path / "again.yaml"
    written.write_text(write_yaml(case), encoding="utf-8")
    again, origins = read_with_origins(written)
    assert again == case
    assert origins.place(("sites", "Abilene", "max_it_mw")).startswith("again.yaml:")


def test_small_tables_are_written_on_one_line(tmp_path: Path, small: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(small, encoding="utf-8")
    text = write_yaml(read_with_origins(file)[0])
    assert "    headroom_mw: {step: {2027-01-01: 100, 2028-01-01: 150}}\n" in text
    assert "    ban: {enabled: false, chips: [H200], markets: [US], undelivered: cancelled, refund_share: 0}\n" in text
    assert "policy" in text
    assert "null" not in text
    assert "pools" not in text
