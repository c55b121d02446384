"""One measurement in a process of its own: a fresh Python, a stop, and the most memory that it held.

This module and the ones that call it import little, so that the process that measures stays small: on Linux a child's
peak starts from that of the process that starts it.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any


@dataclass(frozen=True)
class Run:
    """What one process did."""

    answer: dict[str, Any]
    """What the function returned; empty where it was stopped."""
    seconds: float
    """Wall seconds of the process, the start of Python included."""
    peak_mb: float
    """Most memory that it held, MB."""
    stopped: bool
    """Whether it was stopped at the limit."""


def alone(function: str, *, limit: float, **arguments: Any) -> Run:
    """Call `module:function` in a fresh Python and wait for what it returns, at most `limit` seconds.

    Raises RuntimeError with the end of its error output where it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        told, wrong = Path(folder) / "answer.json", Path(folder) / "errors.txt"
        command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.alone", str(told), function]
        began = time.perf_counter()
        with wrong.open("w") as errors:
            child = subprocess.Popen([*command, json.dumps(arguments)], stdout=subprocess.DEVNULL, stderr=errors)
        late = Timer(limit, child.kill)
        late.start()
        _, code, used = os.wait4(child.pid, 0)
        stopped = not late.is_alive()
        late.cancel()
        child.returncode = os.waitstatus_to_exitcode(code)
        seconds = time.perf_counter() - began
        if child.returncode and not stopped:
            raise RuntimeError(f"{function} {arguments} ended with {child.returncode}: {wrong.read_text()[-2000:]}")
        answer = {} if child.returncode else json.loads(told.read_text())
    peak = used.ru_maxrss / 1024**2 if sys.platform == "darwin" else used.ru_maxrss / 1024
    return Run(answer, seconds, peak, stopped and not answer)


class Stages(dict[str, float]):
    """Seconds by stage, in order."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; the same name twice adds up."""
        began = time.perf_counter()
        yield
        self[name] = self.get(name, 0.0) + time.perf_counter() - began


def main() -> None:
    """Call the function that the command line names and file what it returns."""
    told, function, arguments = sys.argv[1:]
    module, name = function.split(":")
    answer = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    Path(told).write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
