"""Accounts are declared in one place."""

from __future__ import annotations

import ast
from pathlib import Path

from planner.accounts import ACCOUNTS, capital
from planner.audit.policy import CAPITAL as AUDITED
from planner.certificate import accounts as own

PACKAGE = Path(__file__).parent.parent / "planner"
COPIES = {"accounts.py", "certificate/accounts.py", "audit/policy.py"}
"""Where lists of accounts may stand: their declaration, and the copies of what checks it."""


def test_those_who_check_know_the_same_accounts() -> None:
    """Certificate and audit keep lists of their own, so that a wrong declaration does not pass for right in both."""
    assert set(ACCOUNTS) == own.ACCOUNTS
    assert set(capital()) == set(own.CAPITAL)
    assert set(capital()) == set(AUDITED)
    assert [account.name for account in ACCOUNTS.values() if account.at_end] == [own.RESIDUAL]


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
