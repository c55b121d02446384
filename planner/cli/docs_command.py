"""The command that shows the documentation."""

from __future__ import annotations

import shutil
import sys

import click
from click.shell_completion import CompletionItem

from planner.cli.options import CONTEXT
from planner.cli.streams import tell


def _begun(context: click.Context, argument: click.Parameter, typed: str) -> list[CompletionItem]:
    """Topics that begin like what has been typed, for shells that complete commands."""
    from planner.docs import first_lines

    return [CompletionItem(topic, help=line) for topic, line in first_lines().items() if topic.startswith(typed)]


@click.command(context_settings=CONTEXT)
@click.argument("topic", required=False, shell_complete=_begun)
def docs(topic: str | None) -> int:
    """Show the page of the documentation on TOPIC, or list the topics.

    \b
    Examples:
      planner docs
      planner docs case
      planner docs model | less
    """
    from planner.docs import listed, page
    from planner.docs.page_layout import WIDTH

    if topic is None:
        tell(f"planner docs TOPIC shows a page on\n\n{listed()}")
    elif _on_terminal():
        click.echo_via_pager(page(topic, min(WIDTH, shutil.get_terminal_size().columns)))
    else:
        tell(page(topic))
    return 0


def _on_terminal() -> bool:
    """Whether a person sees what is said on standard output."""
    return sys.stdout.isatty()
