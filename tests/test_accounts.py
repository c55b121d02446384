"""Accounts are declared in one place."""

from __future__ import annotations

import ast
from pathlib import Path

from planner.accounts import ACCOUNTS, CAPITAL
from planner.certificate import costs

PACKAGE = Path(__file__).parent.parent / "planner"
COPIES = {"accounts.py", "certificate/costs.py", "audit/policy.py"}
"""Where lists of accounts may stand: their declaration, and the copies of what checks it."""


def test_the_certificate_counts_the_same_capital() -> None:
    """It keeps a list of its own, so that a wrong declaration does not pass for right in both."""
    assert set(costs.CAPITAL) == set(CAPITAL)


def test_no_other_list_of_accounts_stands_anywhere() -> None:
    """A tuple, list or set of three accounts or more would be a second declaration of what they are."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                named = [each.value for each in node.elts if isinstance(each, ast.Constant) and each.value in ACCOUNTS]
                if len(named) > 2 and where not in COPIES:
                    found.append(f"{where}:{node.lineno} {', '.join(map(str, named))}")
    assert not found, found
