"""The command line: parse, call the program, print, exit code; no logic."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

import click

from planner.cli.audit import audit
from planner.cli.cases import check, convert, diff, schema, template
from planner.cli.options import CONTEXT
from planner.cli.plans import frontier, optimize, report, risk
from planner.errors import Interrupted, PlannerError, WriteError


@click.group(context_settings=CONTEXT)
@click.version_option(version("planner"), "-V", "--version", prog_name="planner")
@click.option("-v", "--verbose", is_flag=True, help="Show the solver's own log.")
def cli(verbose: bool) -> None:
    """Decide where the next gigawatt of AI compute goes: chips, sites, power and policy in one plan.

    \b
    Example:
      planner optimize inputs/2026.yaml
    """
    if verbose:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format="%(message)s")


for command in (optimize, frontier, risk, report, audit, check, diff, template, convert, schema):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: run a command and leave with its exit code, never with a traceback for a deliberate error."""
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="planner", standalone_mode=False)
    except PlannerError as error:
        click.echo(f"planner: {error}", err=True)
        code = error.exit_code
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        # Whoever reads standard output has left; Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        click.echo(f"planner: could not write to standard output: {error}", err=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = WriteError.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("planner: stopped; nothing was written", err=True)
        code = Interrupted.exit_code
    sys.exit(code or 0)
