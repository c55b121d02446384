"""The house keeps its own rules: layers, types, style, a README that cannot drift."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from planner.accounts import ACCOUNTS
from planner.certificate import CHECKS
from planner.cli import cli
from planner.files.placed_values import plain
from planner.files.yamlfile import read_yaml
from planner.model import COSTS, RULES
from planner.schema import Case, parse_case
from planner.solving import solve
from tests.regenerate import PAGES, README, SCHEMA, filled, json_schema

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


def test_documentation_is_current() -> None:
    """The tables of the documentation are those of the code; `python -m tests.regenerate` writes them."""
    for page in PAGES:
        text = page.read_text("utf-8")
        assert text == filled(text), page.name


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


def test_readme_names_every_command_and_exit_code() -> None:
    """Commands and exit codes stand in the README."""
    text = README.read_text("utf-8")
    for name in cli.commands:
        assert f"`planner {name}" in text
    for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 130):
        assert f"\n| {code} |" in text


def test_readme_smallest_case() -> None:
    """The smallest case of the README: 60 MW of halls at 2 million USD each, 120 million in all."""
    block = re.search(r"```yaml\n(settings: .*?)```", README.read_text("utf-8"), re.DOTALL)
    assert block
    case = yaml.load(block[1], Loader=yaml.BaseLoader)
    numbers = {"periods": int, "max_it_mw": float, "capex_musd_per_mw": float, "any": float, "it_kw": float}
    numbers |= {"price_usd": float, "demand_pflops": float}

    def typed(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: typed(each, name) for name, each in value.items()}
        return numbers[key](value) if key in numbers else value

    plan = solve(parse_case(typed(case)))  # type: ignore[arg-type]
    assert plan.objective_musd == pytest.approx(120.0, rel=1e-9)


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
