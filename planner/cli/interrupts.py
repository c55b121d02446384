"""Being asked to stop: by Ctrl-C, by SIGTERM, or because the terminal is gone."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
INTERRUPTED = 130


class Stops:
    """While it lasts, SIGTERM and SIGHUP stop the program as Ctrl-C does: a plan that is there is written first."""

    def __init__(self) -> None:
        """Nothing has asked to stop yet."""
        self.stopped: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stops:
        if threading.current_thread() is threading.main_thread():
            for name in _SIGNALS:
                number = getattr(signal, name, None)
                # What the one who started the program chose to ignore, as nohup does, stays ignored.
                if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def code(self, found: int) -> int:
        """The exit code: that of a run that was interrupted is 128 and the number of the signal that did it."""
        return 128 + self.stopped if found == INTERRUPTED and self.stopped is not None else found

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped = number
        raise KeyboardInterrupt
