"""A command is run, and what it raises becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from planner.cli.streams import as_text, complain, ready, settle, tell
from planner.errors import Interrupted, OptionError, PlannerError, WriteError

MEANINGS = {
    0: "a plan, proven within the asked gap; for commands that solve nothing: done; for `audit`: all agree",
    1: "a bug",
    2: "a wrong case, a wrong option, a missing solver, a result folder that was changed or damaged, or something in "
    "the way that is not the planner's",
    3: "no plan can meet the case, or the case rewards something without end",
    4: "no plan: the solver failed or ran out of time",
    5: "a plan whose gap is not closed, or for which no bound is proven yet; for `audit`: nothing speaks against the "
    "plan, but time ran out before it was proven",
    6: "a check of the plan or of its report failed, or the audit found a plan that is not its case's best: a fault of "
    "ours, or a folder that was changed; the message and `--json` name each check and its place, by how much it fails "
    "and, where two amounts are compared, what was expected and found",
    7: "not written where asked: found out before solving where it can be; else the message says where the plan is "
    "kept, and what is old",
    8: "two cases differ, where `diff --exit-code` asks; without it `diff` leaves with 0",
    129: "stopped by SIGHUP: as 130",
    130: "interrupted by Ctrl-C: a plan that is there is written first; a second signal leaves without it",
    143: "stopped by SIGTERM: as 130",
}
"""Every code that a command leaves with, and what it means."""


def run(arguments: Sequence[str] | None) -> int:
    """Run a command; its exit code."""
    ready()
    try:
        return _run(arguments)
    finally:
        settle()


def _run(arguments: Sequence[str] | None) -> int:
    try:
        from planner.cli.commands import cli

        code = cli.main(args=None if arguments is None else list(arguments), prog_name="planner", standalone_mode=False)
    except PlannerError as error:
        complain(f"planner: {error}")
        _refuse_as_json(arguments, error)
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        usage = f"{context.get_usage()}\n" if context is not None else ""
        complain(f"{usage}Error: {error.format_message()}")
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # Nobody reads standard output any more; click leaves with 1 for that.
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        complain(f"planner: the system refused: {error.strerror or error}{where}")
        return WriteError.exit_code
    except ValueError as error:
        if "null" not in str(error):
            raise
        complain("planner: a name given on the command line holds a character that no file name may have")
        return OptionError.exit_code
    except (KeyboardInterrupt, click.Abort):
        complain("planner: stopped; nothing was written")
        return Interrupted.exit_code
    return int(code or 0)


def _refuse_as_json(arguments: Sequence[str] | None, error: PlannerError) -> None:
    """Where one object was asked for and there is no answer, say so in one, unless one was told or none can be."""
    typed = sys.argv[1:] if arguments is None else arguments
    if "--json" not in typed or error.told:
        return
    with suppress(WriteError):
        tell(as_text(error.to_json()))
