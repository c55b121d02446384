"""The stages of a run, told on standard error while it goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress


def _write(text: str) -> None:
    """Write to standard error, if anybody hears it; never fails."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


class Progress:
    """Stages on standard error: one line each, the running one redrawn where that is a terminal."""

    def __init__(self, *, shown: bool, live: bool = False, write: Callable[[str], None] = _write) -> None:
        """`shown` is whether anything is written at all, `live` whether a person sees lines being redrawn."""
        self._shown = shown
        self._live = shown and live
        self._write = write
        self._stage = ""

    def __call__(self, stage: str, text: str) -> None:
        """Tell a stage, and what it is at."""
        if not self._shown or (not self._live and stage == self._stage):
            return
        ended = "\n" if self._live and self._stage and stage != self._stage else ""
        self._stage = stage
        line = f"{stage:<8} {text}"[:100]
        self._write(ended + (f"\r{line:<100}" if self._live else f"{line.rstrip()}\n"))

    def done(self) -> None:
        """End the running line."""
        if self._live and self._stage:
            self._write("\n")
