"""Seconds by stage, and who is told of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Report = Callable[[str, str], None]
"""Told the stage and a short text."""


@dataclass
class Timing:
    """Seconds by stage, in order."""

    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def rounded(self) -> dict[str, float]:
        """Seconds by stage, to the millisecond."""
        return {stage: round(spent, 3) for stage, spent in self.seconds.items()}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; the same name twice adds up."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
