"""What is installed: versions that were tested, in ranges that say what else is true."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests import matrix

ROOT = Path(__file__).parent.parent


def pinned() -> dict[str, str]:
    """Versions in constraints.txt by name."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.lower().split("==") for line in lines if not line.startswith("#"))


def required() -> dict[str, str]:
    """Ranges in setup.cfg of what is installed and of what the tests need, by name."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config["options"]["install_requires"].splitlines() + config["options.extras_require"]["test"].splitlines()
    split = [re.fullmatch(r"([A-Za-z0-9-]+)(.*)", line) for line in lines if line and not line.startswith("#")]
    return {each[1].lower(): each[2] for each in split if each}


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_every_requirement_is_pinned_within_its_range() -> None:
    """By name, nothing from elsewhere, at or above the oldest version and below the first that is too new."""
    versions = pinned()
    assert set(required()) <= set(versions)
    assert "planner" not in versions
    for name, allowed in required().items():
        for sense, bound in re.findall(r"(>=|<)([0-9.]+)", allowed):
            held = _parts(versions[name]) >= _parts(bound)
            assert held is (sense == ">="), f"{name} {versions[name]} against {allowed}"
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"[/@]|http|--", text)


def test_both_commands_of_the_readme_install_what_was_tested() -> None:
    """The run command and the test command take the versions from constraints.txt."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, what in (("run", "."), ("test", "-e '.[test]'")):
        command = readme.split(f"<!-- {name} command -->", 1)[1].split("```")[1]
        assert f"pip install -c constraints.txt {what}\n" in command


def test_the_solver_part_is_there() -> None:
    """What the list names are tests, each once."""
    named = (ROOT / "tests/solver_part.txt").read_text("utf-8").split()
    assert len(set(named)) == len(named)
    assert all((ROOT / each).exists() for each in named)


@pytest.mark.parametrize("name", matrix.WATCHED)
def test_the_matrix_tries_both_ends_of_every_range(name: str) -> None:
    """One row on the oldest version, one on the newest, with what it brings along left free, the rest as pinned."""
    rows = matrix.rows()
    oldest = rows[f"oldest {name}"]
    assert oldest == {name: rows["oldest"][name]}
    assert re.fullmatch(rf"{name}==[0-9.]+", oldest[name])
    assert rows[f"newest {name}"][name] == name + required()[name]
    left = [line.partition("==")[0].lower() for line in matrix.constraints(oldest)]
    assert name not in left
    assert set(matrix.WATCHED) - {name} <= set(left)
