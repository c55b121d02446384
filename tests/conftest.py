"""What holds for the whole suite."""

from __future__ import annotations

import pytest

from tests import catalogues


def pytest_configure(config: pytest.Config) -> None:
    """Reports speak from compiled catalogues, which are not kept: they follow their sources before anything runs."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_stale()
