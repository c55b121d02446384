"""What stands at a path, found out before it is opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Literal, TypeAlias

from planner.message import Message, RefusedValueError

FileType: TypeAlias = Literal["nothing", "file", "folder", "link", "special"]
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class RefusedFileError(RefusedValueError):
    """A file that is not opened: what it is, in words."""


def file_type(path: Path) -> FileType:
    """What is at a path, links not followed. Raises OSError where that cannot be seen."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "special"


def plain_file(path: Path, most: int) -> None:
    """Raise RefusedFileError where a path is no ordinary file of at most so many bytes, OSError where none is seen."""
    kind = file_type(path)
    if kind == "nothing":
        raise RefusedFileError(Message("{file} is missing", file=path.name))
    if kind != "file":
        kinds = {
            "folder": Message("a folder"),
            "link": Message("a link to elsewhere"),
            "special": Message("a device, pipe or socket"),
        }
        raise RefusedFileError(Message("{file} is {kind}, where a file is expected", file=path.name, kind=kinds[kind]))
    if (size := path.lstat().st_size) > most:
        raise RefusedFileError(
            Message(
                "{file} has {size} bytes, more than the {most} that are read",
                file=path.name,
                size=f"{size:,}",
                most=f"{most:,}",
            )
        )


def read_plain(path: Path, most: int) -> bytes:
    """Content of an ordinary file of at most so many bytes; never waits. Raises as `plain_file`."""
    plain_file(path, most)
    with os.fdopen(os.open(path, os.O_RDONLY | _NON_BLOCKING), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise RefusedFileError(Message("{file} is no ordinary file", file=path.name))
        content = file.read(most + 1)
    if len(content) > most:
        raise RefusedFileError(
            Message("{file} has more than the {most} bytes that are read", file=path.name, most=f"{most:,}")
        )
    return content
