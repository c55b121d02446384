"""A small run whose process is killed, or whose disk is full, at the n-th thing that it does to files."""

from __future__ import annotations

import builtins
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALLS = ("rename", "replace", "link", "unlink", "mkdir", "rmdir", "fsync", "open", "write")
"""What is counted of `os`; pathlib, shutil and tempfile go through it."""


class Counter:
    """Counts what is done to files from `arm` on, and acts at the n-th."""

    def __init__(self, at: int, act: Callable[[], Any]) -> None:
        """`at` counts from 1; 0 never acts."""
        self.at, self.act, self.count, self.armed = at, act, 0, False

    def arm(self) -> None:
        """From now on it counts: each function of `os`, and each file opened to be written."""
        self.armed = True
        for name in CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        opened = builtins.open
        import io

        def watched(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
            if any(letter in mode for letter in "wxa+"):
                self.step()
            return opened(file, mode, *rest, **more)

        builtins.open = io.open = watched  # type: ignore[assignment]  # the same but for the count

    def step(self) -> None:
        """One thing is done to a file."""
        self.count += 1
        if self.count == self.at:
            self.act()

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:
            self.step()
            return call(*arguments, **more)

        return counted


def killed_at(n: int, run: Callable[[], object]) -> tuple[int, int]:
    """Run something in a child that is killed at the n-th file operation: how it ended, and how many it did.

    0 never kills.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        tell = os.write
        counter = Counter(n, lambda: os.kill(os.getpid(), signal.SIGKILL))
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  (the child ends without closing)
        counter.arm()
        try:
            run()
        finally:
            tell(write, str(counter.count).encode())
            os._exit(0)
    os.close(write)
    counted = os.read(read, 100)
    os.close(read)
    _, status = os.waitpid(child, 0)
    return status, int(counted or b"0")


def everything(folder: Path) -> set[str]:
    """All that lies in a folder, at all depths."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
