"""Rooms and functions are of a size that a newcomer takes in at a look, and one name means one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parent.parent / "planner"
LINES_OF_A_MODULE, LINES_OF_A_FUNCTION, ARGUMENTS = 400, 60, 5
MEANT_TWICE = {
    # The case of the interface is the schema's case that knows where it came from.
    "Case",
}
"""Public classes and aliases that stand under one name in two modules, each with its reason."""


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


def test_one_meaning_a_name() -> None:
    """No two modules define public classes or type aliases of one name."""
    homes: dict[str, list[str]] = defaultdict(list)
    for name, _, tree in _modules():
        if name.startswith("audit/"):
            # The second formulation shares nothing with the first, names of its own sums included.
            continue
        for node in tree.body:
            called = node.name if isinstance(node, ast.ClassDef) else None
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
                called = ast.unparse(node.target)
            if called and not called.startswith("_"):
                homes[called].append(name)
    assert {name: found for name, found in homes.items() if len(found) > 1 and name not in MEANT_TWICE} == {}
