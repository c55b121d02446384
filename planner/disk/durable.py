"""Content that is on the disk when the call returns."""

from __future__ import annotations

import os
from pathlib import Path


def write_bytes(path: Path, content: bytes) -> None:
    """Write a new file and wait until the disk has it; raises OSError."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def flush_tree(folder: Path) -> None:
    """Wait until the disk has all that lies in a folder; raises OSError."""
    for base, _, files in os.walk(folder):
        for name in files:
            with Path(base, name).open("rb+") as file:
                os.fsync(file.fileno())
        flush_folder(Path(base))


def flush_folder(folder: Path) -> None:
    """Wait until the disk has the names of a folder, on systems where that can be asked for."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        # Some network file systems know no such thing; their renames are as sure as they get.
        return
    finally:
        os.close(handle)
