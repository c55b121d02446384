"""All commands in one."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version

import click

from planner.cli.audit_command import audit
from planner.cli.case_commands import check, convert, diff, schema, template
from planner.cli.docs_command import docs
from planner.cli.options import CONTEXT
from planner.cli.plan_commands import frontier, optimize, report, risk


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
        # A log that nobody can read is no reason to complain of it.
        logging.raiseExceptions = False


for command in (optimize, frontier, risk, report, audit, check, diff, template, convert, schema, docs):
    cli.add_command(command)
