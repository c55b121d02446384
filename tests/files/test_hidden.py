"""What cannot be seen in a case file: twins of names, characters that move others, chains without end."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import CaseError, Problem
from planner.files import read_with_origins
from planner.report.look.theme import read_theme
from planner.schema.wording import near
from planner.typed_text import escaped, unescaped
from tests.files.conftest import SMALL, Writer, refused


@pytest.mark.parametrize(
    "twin",
    [
        "Abi\\u200blene",
        "Ａbilene",
        "Abilene\\u00ad",
        "\\u202aAbilene",
        "Abilene\\ufe0f",
        "Abilene\\u3164",
        "Abi\\u034flene",
    ],
)
def test_names_that_differ_in_what_cannot_be_seen_are_one_name_typed_twice(write: Writer, twin: str) -> None:
    """The twin would add 120 MW to the site's 120: it is refused with both places."""
    text = SMALL.replace("chips:\n  H200", f'  "{twin}": {{region: ERCOT, max_it_mw: 120}}\nchips:\n  H200', 1)
    (problem,) = refused(write("case.yaml", text))
    assert problem.startswith("case.yaml:17 sites.")
    assert "one name typed twice, first at case.yaml:13" in problem
    assert problem.isprintable()


@pytest.mark.parametrize("name", ["\\u200b", "\\u3164", "\\ufe0f"])
def test_a_name_of_nothing_that_can_be_seen_is_refused(write: Writer, name: str) -> None:
    text = SMALL.replace("chips:\n  H200", f'  "{name}": {{region: ERCOT, max_it_mw: 120}}\nchips:\n  H200', 1)
    (problem,) = refused(write("case.yaml", text))
    assert problem.startswith("case.yaml:17 sites.")
    assert problem.endswith("the name holds nothing that can be seen; type one that does")


def test_a_twin_in_a_file_that_extends_another_is_told_too(write: Writer) -> None:
    write("base.yaml", SMALL)
    child = 'extends: base.yaml\nsites: {"Abilene\\u200b": {region: ERCOT, max_it_mw: 120}}\n'
    (problem,) = refused(write("child.yaml", child))
    assert problem.startswith("child.yaml:2")
    assert "first at base.yaml:13" in problem


def test_a_reference_by_a_twin_is_refused_with_the_name_that_is_meant(write: Writer) -> None:
    (problem,) = refused(write("case.yaml", SMALL.replace("region: ERCOT", 'region: "ＥＲＣＯＴ"')))
    assert problem.endswith("which is not in regions; did you mean ERCOT?")


def test_names_apart_in_capitals_alone_and_double_spaces_are_allowed_with_a_word(write: Writer) -> None:
    more = "  abilene: {region: ERCOT, max_it_mw: 1}\n  New  York: {region: ERCOT, max_it_mw: 1}\nchips:\n  H200"
    _, origins = read_with_origins(write("case.yaml", SMALL.replace("chips:\n  H200", more, 1)))
    assert tuple(map(str, origins.notes)) == (
        "case.yaml:17 sites.abilene: differs in capitals alone from Abilene at case.yaml:13",
        "case.yaml:18 sites.New  York: the name holds two spaces in a row; is one meant?",
    )


def test_controls_and_directions_are_shown_as_their_codes(capsys: pytest.CaptureFixture[str], write: Writer) -> None:
    """Neither an escape nor an override of direction reaches the terminal, and JSON reads back as it was."""
    name = "A\x1b[31m\u202eB\nC"
    typed = SMALL.replace("region: ERCOT", "region: " + json.dumps(name))
    path = write("case.yaml", typed)
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit):
            main(["check", str(path), *more])
        out = "".join(capsys.readouterr())
        assert "\x1b" not in out
        assert "\u202e" not in out
    assert "\\u202e" in json.loads(out)["problems"][0]["message"]
    assert str(Problem(("sites", name), "wrong")) == "sites.A\\x1b[31m\\u202eB\\x0aC: wrong"
    assert unescaped(escaped(name, keep="")) == name


def test_chains_of_files_end_in_a_message(write: Writer) -> None:
    for number in range(200):
        write(f"{number}.yaml", f"extends: {number + 1}.yaml\n")
    (problem,) = refused(write("case.yaml", "extends: 0.yaml\n"))
    assert problem.endswith("makes a chain of more than 50 files; let the case extend fewer")


def test_many_misspelt_names_are_looked_up_at_once() -> None:
    """800 names among 800: letter by letter that took 14 s."""
    known = [f"Site number {number:04} of the north" for number in range(800)]
    began = time.perf_counter()
    hints = [near(f"Sight number {number:04} of the north", known) for number in range(800)]
    assert time.perf_counter() - began < 3
    assert str(hints[17]) == "; did you mean Site number 0017 of the north?"


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/tty"])
def test_a_theme_is_no_device(path: str) -> None:
    with pytest.raises(CaseError, match="is no regular file"):
        read_theme(Path(path))


def test_a_logo_that_would_fill_the_memory_is_not_decoded(tmp_path: Path) -> None:
    """12,000 by 12,000 white dots are a small file and 144 million dots."""
    from PIL import Image

    Image.new("1", (12_000, 12_000), 1).save(tmp_path / "bomb.png")
    (tmp_path / "theme.yaml").write_text("logo: bomb.png\n")
    with pytest.raises(CaseError, match=r"which is no picture|12000 by 12000 dots; allowed: up to 16 million"):
        read_theme(tmp_path / "theme.yaml")
