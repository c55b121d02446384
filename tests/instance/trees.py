"""Trees with branches, and plans on them."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from planner.certificate import certify
from planner.instance import Node, Tree
from planner.schema import Case, parse_case
from planner.solution import Solution
from planner.solving import solve
from tests.model.cases import Data, changed


def branching(case: Data, futures: Mapping[str, tuple[float, Data]], *, at: int = 1) -> Tree:
    """A tree that is one path before a period and splits there; each future has a probability and changes of the case.

    What a future changes is meant to hold from its own first period on; before it the case is as typed.
    """
    typed = parse_case(case)
    line = typed.settings.timeline
    nodes = [Node(t, line.label(t), t, t - 1 if t else None, 1.0, typed) for t in range(at)]
    for name, (probability, changes) in futures.items():
        known = parse_case(changed(case, changes))
        parent = at - 1
        for t in range(at, line.periods):
            nodes.append(Node(len(nodes), f"{line.label(t)} {name}", t, parent, probability, known, name))
            parent = len(nodes) - 1
    return Tree(line, tuple(nodes))


def solved_on(tree: Tree) -> Solution:
    """The plan of a tree, each scenario checked again as an ordinary case."""
    case = tree[0].case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["planner.instance.unroll"], "tree_of", lambda _: tree)
        solution = solve(case)
    scenarios: dict[str, Case] = {tree[leaf].branch: tree[leaf].case for leaf in tree.leaves}
    failed = [check for check in certify(case, solution, scenario_cases=scenarios).checks if not check.ok]
    assert not failed, failed
    return solution
