"""The command line: parse, call the program, print, exit code; no logic.

What takes time to import is imported by `main`, where being stopped is told like anywhere else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["cli", "main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: run a command and leave with its exit code, never with a traceback for a deliberate error."""
    from planner.cli.interrupts import Stops

    with Stops() as stops:
        code = _code(arguments, stops)
    sys.exit(code)


def _code(arguments: Sequence[str] | None, stops: Any) -> int:
    try:
        from planner.cli.exit_codes import run

        return int(stops.code(run(arguments)))
    except (KeyboardInterrupt, ImportError) as error:
        # Libraries turn being stopped while they are loaded into an import that failed.
        if isinstance(error, ImportError) and not stops.stopped:
            raise
        from planner.cli.streams import complain

        complain("planner: stopped; nothing was written")
        return int(stops.code(130))


def __getattr__(name: str) -> Any:
    """The command `cli`, imported where it is asked for."""
    if name == "cli":
        from planner.cli.commands import cli

        return cli
    raise AttributeError(name)
