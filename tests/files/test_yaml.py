"""Every trap of YAML text, on real files: the place and the reason."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import yaml

from planner.files import read_with_origins, yamlfile

from .conftest import Writer, refused


@pytest.fixture(params=["C", "Python"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers."""
    if request.param == "Python":
        monkeypatch.setattr(yamlfile, "LOADER", yaml.SafeLoader)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "case.yaml is empty; start with the settings of a case"),
        ("# nothing\n", "case.yaml is empty; start with the settings of a case"),
        ("---\n", "case.yaml is empty; start with the settings of a case"),
        ("\n- a\n", "case.yaml:2 found a list; a case file is a table with settings, markets, sites, chips, ..."),
        ("a case", "case.yaml:1 found a single value; a case file is a table with settings, "
         "markets, sites, chips, ..."),
        (b"name: caf\xe9\n", "case.yaml:1 found byte 0xe9, which is not UTF-8; save the file as UTF-8"),
        ("name: x".encode("utf-16"), "case.yaml is saved as UTF-16; save it as UTF-8"),
        (b"a: 1\nb: \0\1", "case.yaml is no text file; a case file is YAML text saved as UTF-8"),
        (b"PK\x03\x04\0", "case.yaml is a workbook or an archive, whatever its name says; a case file "
         "here is YAML text"),
        (b"a: 1\nb: \x07", "case.yaml:2 found the control character U+0007; delete it"),
        ("a: 1\n---\nb: 2\n", "case.yaml:2 found a second document (---); a case file is one document"),
        ("a: !!python/object/apply:os.system [ls]\n", "case.yaml:1 a: found the tag tag:yaml.org,2002:python/object/"
         "apply:os.system; tags are not read, type the plain value"),
        ("a: !mine 3\n", "case.yaml:1 a: found the tag !mine; tags are not read, type the plain value"),
        ("a: *b\n", "case.yaml:1 a: found the alias *b, which has no anchor before it"),
        ("a: &b\n  c: *b\n", "case.yaml:2 a.c: found the alias *b, which stands inside what it stands for"),
        ("a:\n  ? [1, 2]\n  : 3\n", "case.yaml:2 a: found a list or a table where a key belongs; a key is a name "
         "or a date"),
        ("a: {'': 3}\n", "case.yaml:1 a: found no name where a key belongs"),
        ("a: " + "[" * 100 + "]" * 100, "is nested more than 60 deep"),
        ("a: " + "[" * 100_000, "is nested more than 60 deep"),
        ("a: " + "{b: " * 1_100, "is nested more than 60 deep"),
        ("- " * 2_000, "is nested more than 60 deep"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(write: Writer, text: str | bytes, expected: str) -> None:
    (problem,) = refused(write("case.yaml", text))
    assert problem.endswith(expected)


def test_a_mistake_in_the_syntax_has_its_line(write: Writer) -> None:
    (problem,) = refused(write("case.yaml", "settings:\n  name: x\n\tstart: 2027-01-01\n"))
    assert problem.startswith("case.yaml:3 found text that is not YAML, column 1: ")
    assert problem.endswith("; indent with spaces, not with tabs")
    (problem,) = refused(write("case.yaml", "settings:\n  name: a: b\n"))
    assert problem.startswith("case.yaml:2 found text that is not YAML, column 10: ")
    assert problem.endswith("; put text that holds a colon in quotes")


def test_few_characters_that_stand_for_a_billion_values(write: Writer) -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    begun = time.monotonic()
    (problem,) = refused(write("case.yaml", "\n".join(lines)))
    assert time.monotonic() - begun < 2
    assert "case.yaml:6 l5" in problem
    assert "stands for more than 1,000,000 values with its aliases" in problem


def test_a_file_that_is_too_large(write: Writer, monkeypatch: pytest.MonkeyPatch, small: str) -> None:
    file = write("case.yaml", small)
    monkeypatch.setattr(yamlfile, "MAX_BYTES", 100)
    assert refused(file) == ["case.yaml is larger than the 0 MB that a case file may have"]


def test_an_alias_stands_for_its_value(write: Writer, small: str) -> None:
    text = small.replace("lead_months: 6}", "lead_months: &six 6, deposit_share: 0.1}").replace(
        "it_kw: 1\n", "it_kw: *six\n"
    )
    case, origins = read_with_origins(write("case.yaml", text))
    assert case.chips["910"].it_kw == 6
    assert origins.place(("chips", "910", "it_kw")) == "case.yaml:26"


def test_keys_typed_twice_are_told_with_both_lines(write: Writer, small: str) -> None:
    text = small.replace("    max_it_mw: 120\n", "    max_it_mw: 120\n    max_it_mw: 130\n").replace(
        "2028-01: 150", "2027-01-01: 150"
    )
    assert refused(write("case.yaml", text)) == [
        "case.yaml:10 regions.ERCOT.headroom_mw.step.2027-01-01: typed twice, first at case.yaml:10; keep one of them",
        "case.yaml:16 sites.Abilene.max_it_mw: typed twice, first at case.yaml:15; keep one of them",
    ]


def test_merge_keys_are_refused(write: Writer, small: str) -> None:
    text = small.replace('  "910":\n', '  "910":\n    <<: {it_kw: 3}\n')
    (problem,) = refused(write("case.yaml", text))
    assert problem.startswith("case.yaml:25 chips.910.<<: merge keys are not read;")


def test_nothing_after_a_key_is_not_taken_for_no_limit(write: Writer, small: str) -> None:
    text = small.replace("{step: {2027-01: 100, 2028-01: 150}}", "").replace("max_it_mw: 120", "max_it_mw:")
    assert refused(write("case.yaml", text)) == [
        "case.yaml:10 regions.ERCOT.headroom_mw: found nothing; type a value, type null, or leave the key out",
        "case.yaml:15 sites.Abilene.max_it_mw: found nothing; type a value, type null, or leave the key out",
    ]


def test_words_that_older_yaml_takes_for_yes_and_no_stay_text(write: Writer, small: str) -> None:
    text = small.replace("US", "NO").replace("H200", "on").replace("name: Small", "name: 1_000")
    case, _ = read_with_origins(write("case.yaml", text))
    assert list(case.markets) == ["NO"]
    assert case.regions["ERCOT"].market == "NO"
    assert list(case.chips) == ["on", "910"]
    assert case.settings.name == "1_000"


def test_a_number_where_text_belongs_is_the_text_typed(write: Writer, small: str) -> None:
    case, _ = read_with_origins(write("case.yaml", small.replace("chips: [H200]", "chips: [910]")))
    assert case.policy.bans["ban"].chips == ["910"]
    assert case.assumptions[0].as_of == "2026"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (".inf", "found inf; allowed: a finite number"),
        ("-.inf", "found -inf; allowed: a finite number"),
        (".nan", "found nan; allowed: a finite number"),
        ("9" * 400, "found inf; allowed: a finite number"),
        ("1_000", "found '1_000'; allowed: a number"),
        ("120 MW", "found '120 MW'; allowed: a number; type the number alone: 120"),
        ("yes", "found 'yes'; allowed: a number"),
        ("true", "found True; allowed: a number"),
        ("2027-01-01", "found '2027-01-01'; allowed: a number"),
        ("12:30", "found '12:30'; allowed: a number"),
        ("-1", "found -1; allowed: 0 or more"),
    ],
)
def test_what_is_no_number(write: Writer, small: str, typed: str, expected: str) -> None:
    (problem,) = refused(write("case.yaml", small.replace("max_it_mw: 120", f"max_it_mw: {typed}")))
    assert problem.startswith(f"case.yaml:15 sites.Abilene.max_it_mw: {expected}")


@pytest.mark.parametrize(
    ("typed", "value"), [("0o17", 15), ("0x1F", 31), ("007", 7), ("+3", 3), ("1e2", 100), ("8.", 8)]
)
def test_odd_numbers(write: Writer, small: str, typed: str, value: float) -> None:
    case, _ = read_with_origins(write("case.yaml", small.replace("max_it_mw: 120", f"max_it_mw: {typed}")))
    assert case.sites["Abilene"].max_it_mw == value


def test_a_byte_order_mark_and_windows_lines_are_accepted(write: Writer, small: str) -> None:
    case, origins = read_with_origins(write("case.yaml", b"\xef\xbb\xbf" + small.replace("\n", "\r\n").encode()))
    assert case.settings.name == "Small"
    assert origins.place(("sites", "Abilene")) == "case.yaml:13"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "case.xls",
            "case.xls is a workbook of the old format, which is never read; save it as Excel Workbook (.xlsx)",
        ),
        ("case.json", "case.json is no case file; a case file ends in one of .yaml, .yml, .xlsx"),
        ("case", "case is no case file; a case file ends in one of .yaml, .yml, .xlsx"),
    ],
)
def test_other_kinds_of_file(write: Writer, name: str, expected: str) -> None:
    assert refused(write(name, "a: 1")) == [expected]


def test_files_that_are_not_there(write: Writer, small: str, tmp_path: Path) -> None:
    write("2026.yaml", small)
    assert refused(tmp_path) == [f"{tmp_path.name} is a folder; name a case file in it"]
    assert refused(tmp_path / "2062.yaml") == ["2062.yaml does not exist; did you mean 2026.yaml?"]
    assert refused(tmp_path / "no" / "x.yaml") == ["x.yaml does not exist, nor does its folder"]
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refused(tmp_path / "pipe.yaml") == ["pipe.yaml is no regular file"]
    assert "does not exist" in refused(Path("a\0.yaml"))[0]


def test_capitals_in_the_ending_are_accepted(write: Writer, small: str) -> None:
    assert read_with_origins(write("CASE.YAML", small))[0].settings.name == "Small"
