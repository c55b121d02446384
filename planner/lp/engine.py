"""HiGHS in a thread of its own: progress, Ctrl-C, and one of two that race."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any, TypeAlias

from planner.lp.answer import Options
from planner.quiet_highs import SilentHighs

log = logging.getLogger(__name__)

OnProgress: TypeAlias = Callable[[str], None]
"""Told a short text while the solver works."""

_ALARMING = ("large costs", "large effective costs", "max objective coefficient")
"""Words of the solver's alarms, in any release, that make an integer program's claim worthless: costs too far apart.

What it says of small costs, and of limits small or large, does no harm: costs too small to matter, limits too far away
to bind or too near to zero to differ from it; plans are held against the limits themselves, see `planner.lp.verify`.
A linear program's claim is proven by `Matrix.dual_bound`.
"""


class Engine:
    """One HiGHS, run in a thread of its own while the caller's stays free to hear Ctrl-C and passes it on.

    highspy's own way of doing so holds a lock that all its solvers share, so that no two could run at a time.
    """

    def __init__(self, options: Options, progress: OnProgress) -> None:
        self.stopping = False
        """Whether the last run was asked to end."""
        self.excessive: list[str] = []
        """Alarms of the solver over numbers that are too far apart."""
        self._progress = progress
        self._told = 0.0
        self._running = False
        self.highs = SilentHighs()
        self.highs.setOptionValue("threads", options.threads)
        self.highs.setOptionValue("dual_feasibility_tolerance", options.dual_tolerance)
        self.highs.setOptionValue("random_seed", options.seed)
        self.highs.setOptionValue("mip_rel_gap", options.gap)
        self.highs.setOptionValue("mip_abs_gap", 0.0)
        self.highs.cbSimplexInterrupt += self._end_if_asked
        self.highs.cbIpmInterrupt += self._end_if_asked
        self.highs.cbMipInterrupt += self._end_if_asked
        self.highs.cbLogging += self._pass_on

    def run(self) -> None:
        """Run to the end, or until Ctrl-C."""
        run_first(self)

    def begin(self, *done: Event) -> None:
        """Begin a run in a thread of its own, which sets these events when it ends."""
        self.stopping, self._running = False, True
        Thread(target=self._run_until, args=done, daemon=True).start()

    def _run_until(self, *done: Event) -> None:
        try:
            self.highs.run()
        finally:
            self._running = False
            for event in done:
                event.set()

    def stop(self) -> None:
        """Ask a run that another thread waits for to end."""
        self.stopping = True

    def _end_if_asked(self, event: Any) -> None:
        """Tell the solver to end where that was asked."""
        if self.stopping:
            event.interrupt()

    def _pass_on(self, event: Any) -> None:
        """Pass on the solver's log as progress, at most twice a second, and watch for its alarm."""
        text = event.message.strip()
        if "excessively" in text and any(each in text for each in _ALARMING):
            self.excessive.append(text)
        log.debug("%s", text)
        now = time.monotonic()
        if self._running and text[:1].isdigit() and now - self._told > 0.5:
            self._told = now
            self._progress(" ".join(text.split()))


def run_first(*engines: Engine) -> bool:
    """Run engines until the first has ended, and stop the rest; whether Ctrl-C stopped all of them."""
    interrupted = False

    def stop() -> None:
        for engine in engines:
            engine.stop()

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        stop()

    first, ends = Event(), [Event() for _ in engines]
    for engine, end in zip(engines, ends, strict=True):
        engine.begin(end, first)
    _wait(first, interrupt)
    if len(engines) > 1:
        stop()
    for end in ends:
        _wait(end, interrupt)
    return interrupted


def _wait(event: Event, stop: Callable[[], None]) -> None:
    """Wait for an event; on Ctrl-C ask for an end and wait on."""
    happened = False
    while not happened:
        try:
            happened = event.wait(0.1)
        except KeyboardInterrupt:
            stop()
