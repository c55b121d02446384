"""A lock that ends with the process that holds it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be deleted and is a lock by itself
    fcntl = None  # type: ignore[assignment]  # a module elsewhere

_TAKEN = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)


class BusyError(OSError):
    """Another process that still runs holds the place."""


def take(path: Path) -> int:
    """Take a lock file and hold it; its handle. Raises BusyError where another process holds it, OSError otherwise."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        _hold(handle)
        _refuse_moved(handle, path)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
    except BaseException:
        os.close(handle)
        raise
    return handle


def holder(path: Path) -> str:
    """The process that holds a lock, in words, as far as that is known."""
    try:
        number = path.read_bytes()[:20].decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "another process"
    return f"process {number}" if number.isdecimal() else "another process"


def _hold(handle: int) -> None:
    if fcntl is None:
        _hold_on_windows(handle)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            raise BusyError(errno.EBUSY, "another run writes there") from error
        # A file system without locks: two runs at a time are then not told apart.


def _hold_on_windows(handle: int) -> None:
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # on Windows alone
    except OSError as error:
        raise BusyError(errno.EBUSY, "another run writes there") from error


def _refuse_moved(handle: int, path: Path) -> None:
    """Raise BusyError where the lock is no longer at its path: its last holder takes it away."""
    try:
        same = os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        same = False
    if not same:
        raise BusyError(errno.EBUSY, "another run has just ended there")
