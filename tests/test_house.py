"""The house keeps its own rules: layers, types, style, and words where others read them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from planner.accounts import ACCOUNTS
from planner.certificate import CHECKS
from planner.cli import cli
from planner.files.values_with_places import plain
from planner.files.yamlfile import read_yaml
from planner.model import COSTS, RULES
from planner.schema import Case
from tests.regenerate import SCHEMA, json_schema

ROOT = Path(__file__).parent.parent


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_point_down() -> None:
    """Layers, the one door to the solver and the certificate's independence hold."""
    _run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()")


def test_types_hold() -> None:
    """mypy, strict."""
    _run(sys.executable, "-m", "mypy")


def test_style_holds() -> None:
    """ruff's checks and its layout."""
    _run(sys.executable, "-m", "ruff", "check", ".")
    _run(sys.executable, "-m", "ruff", "format", "--check", ".")


def test_schema_beside_the_cases_is_current() -> None:
    """Editors check cases against what the code accepts, and the cases that we ship pass."""
    assert not any(made.stale for made in json_schema()), "run python -m tests.regenerate"
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for path in sorted((ROOT / "inputs").glob("*.yaml")):
        text = path.read_text("utf-8")
        assert text.startswith("# yaml-language-server: $schema=case.schema.json\n")
        node, problems = read_yaml(path, path.name)
        assert not problems
        assert not list(schema.iter_errors(plain(node, Case))), path.name


def test_a_solver_is_asked_by_the_class_that_opened_it() -> None:
    """Nobody reaches through a program to its solver: `.door` stands after `self` alone."""
    for path in sorted((ROOT / "planner").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "door":
                assert ast.unparse(node.value) == "self", f"{path.name}:{node.lineno}"


SHARED_NAMES = {
    "Case": "the Case of the interface is that of the schema, with where it was read from",
    "Future": "the audit unfolds what is uncertain by itself, as the certificate does: they share nothing on purpose",
}
"""Public names that two modules define, and why."""


def test_a_name_has_one_meaning() -> None:
    """No two modules define a public class, or an alias of a type, of the same name."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "planner").rglob("*.py")):
        for name in _types_of(ast.parse(path.read_text("utf-8"))):
            found.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    shared = {name: places for name, places in found.items() if len(places) > 1}
    assert {name: places for name, places in shared.items() if name not in SHARED_NAMES} == {}
    assert set(SHARED_NAMES) <= set(shared)


def _types_of(module: ast.Module) -> Iterator[str]:
    """Public classes of a module, and aliases: in CamelCase, so neither constants nor functions."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        else:
            continue
        if name[0].isupper() and len(name) > 1 and not name.isupper():
            yield name


def test_every_rule_and_cost_explains_itself() -> None:
    """Names are unique, first sentences are whole, and the accounts are those of the tables."""
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [cost.account for cost in COSTS] == list(ACCOUNTS)
    for entry in (*RULES, *COSTS):
        assert entry.sentence.endswith("."), entry.sentence
    assert len({check.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_help_has_an_example(command: str) -> None:
    """Every command shows how it is typed."""
    shown = CliRunner().invoke(cli, [command, "--help"])
    assert shown.exit_code == 0
    assert f"planner {command}" in shown.output.split("Example", 1)[1]
