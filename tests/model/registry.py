"""Which test covers which rule and which cost; the suite fails when one has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

Test = Callable[[], None]

COVERED: dict[str, list[Test]] = defaultdict(list)
"""Tests by the rule or account that they cover."""


def covers(*names: str) -> Callable[[Test], Test]:
    """Say that a test would fail without these rules and accounts; the mutation test takes it at its word."""

    def note(test: Test) -> Test:
        for name in names:
            COVERED[name].append(test)
        return test

    return note
