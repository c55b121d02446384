"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from planner.disk import write_bytes


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it: what stood there stays until all of the new one is written.

    Raises OSError where the place cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".planner-{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        write_bytes(made, content)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


__all__ = ["write_whole"]
