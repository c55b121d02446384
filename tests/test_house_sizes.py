"""Modules and functions are of a size that a newcomer takes in at a look."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parent.parent / "planner"
LINES_OF_A_MODULE, LINES_OF_A_FUNCTION, ARGUMENTS = 400, 60, 5


def _modules() -> Iterator[tuple[str, str, ast.Module]]:
    for path in sorted(HOUSE.rglob("*.py")):
        text = path.read_text("utf-8")
        yield str(path.relative_to(HOUSE)), text, ast.parse(text)


def test_no_module_and_no_function_is_long() -> None:
    """At most 400 lines a module and 60 a function."""
    long = [name for name, text, _ in _modules() if len(text.splitlines()) > LINES_OF_A_MODULE]
    for name, _, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION:
                long.append(f"{name}:{node.name}")
    assert not long


def test_no_bag_of_arguments() -> None:
    """At most five arguments by position; those of a command are given by name, by click."""
    bags = []
    for name, _, tree in _modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            placed = [each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")]
            by_click = any(
                "click" in ast.unparse(each) or "command" in ast.unparse(each) for each in node.decorator_list
            )
            if len(placed) > ARGUMENTS and not by_click:
                bags.append(f"{name}:{node.name}")
    assert not bags
