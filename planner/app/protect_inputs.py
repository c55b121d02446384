"""Files that a case is read from are never written over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.errors import OptionError
from planner.message import Message


def refuse_inputs(
    output: Path, path: Path, files: Sequence[str], *, remedy: str = "give another name for what is written"
) -> None:
    """Raise OptionError where an output would take the place of a file that the case was read from."""
    for file in (path, *(path.parent / each for each in files)):
        if same_file(file, output):
            raise OptionError(
                Message(
                    "{output} is a file that the case is read from and is never written over; {remedy}",
                    output=output,
                    remedy=remedy,
                )
            )


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same file, by whatever names."""
    try:
        return one.samefile(other)
    except OSError:
        return False
