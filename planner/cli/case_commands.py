"""Commands that solve nothing: check, template, convert, diff, schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.options import CONTEXT, case_argument, force_option, json_option, outside_option, with_option
from planner.cli.streams import as_text, complain, tell
from planner.errors import DIFFERENT
from planner.message import Message

if TYPE_CHECKING:
    from planner.app.case_files import Written


@click.command(context_settings=CONTEXT)
@case_argument
@with_option
@outside_option
@click.option(
    "--marked",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="COPY",
    help="Copy of the workbook to write, with its wrong cells coloured and commented; CASE itself stays as it is.",
)
@json_option
def check(case: Path, overlays: Sequence[str], allow_outside: bool, marked: Path | None, as_json: bool) -> int:
    """Read CASE and report every problem in it, without solving.

    \b
    Examples:
      planner check inputs/2026.yaml
      planner check inputs/2026.xlsx --marked marked.xlsx
    """
    from planner.app import case_files

    checked = case_files.check(case, overlays=overlays, allow_outside=allow_outside, marked=marked)
    if as_json:
        tell(as_text(checked.to_json()))
    else:
        say = tell if checked.error is None else complain
        say("\n".join([f"{checked.error or checked.counts}", *(f"  {line}" for line in checked.notes)]))
    return 0 if checked.error is None else checked.error.exit_code


@click.command(context_settings=CONTEXT)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("planner-template.xlsx"),
    show_default=True,
    help="Workbook to write.",
)
@click.option("--from", "start", type=click.Path(path_type=Path), metavar="CASE", help="Case that it starts from.")
@force_option
@outside_option
def template(output: Path, start: Path | None, force: bool, allow_outside: bool) -> int:
    """Write a workbook to plan in: empty, or filled with a case.

    \b
    Examples:
      planner template
      planner template --from inputs/2026.yaml -o mine.xlsx
    """
    from planner.app import case_files

    _tell(case_files.template(output, start=start, force=force, allow_outside=allow_outside))
    return 0


@click.command(context_settings=CONTEXT)
@click.argument("a", type=click.Path(path_type=Path), metavar="A")
@click.argument("b", type=click.Path(path_type=Path), metavar="B")
@force_option
@outside_option
def convert(a: Path, b: Path, force: bool, allow_outside: bool) -> int:
    """Write the case in A as B, a workbook or YAML by the ending of its name.

    B is the complete case, with all that A extends and includes; comments of a YAML file are left behind.

    \b
    Examples:
      planner convert inputs/2026.yaml mine.xlsx
      planner convert mine.xlsx mine.yaml
    """
    from planner.app import case_files

    _tell(case_files.convert(a, b, force=force, allow_outside=allow_outside))
    return 0


@click.command(context_settings=CONTEXT)
@click.argument("a", type=click.Path(path_type=Path), metavar="A")
@click.argument("b", type=click.Path(path_type=Path), metavar="B")
@with_option
@outside_option
@click.option("--exit-code", is_flag=True, help="Leave with 8 where the cases differ.")
@json_option
def diff(a: Path, b: Path, overlays: Sequence[str], allow_outside: bool, exit_code: bool, as_json: bool) -> int:
    """Say in which rows and fields the cases in A and B differ, be they workbooks or YAML.

    \b
    Examples:
      planner diff inputs/2026.yaml mine.xlsx
      planner diff inputs/2026.yaml inputs/2026-risk.yaml --json
    """
    from planner.app import case_files

    compared = case_files.compare(a, b, overlays=overlays, allow_outside=allow_outside)
    if as_json:
        tell(as_text(compared.to_json()))
    else:
        tell("\n".join(compared.lines()))
    _note(compared.notes)
    return DIFFERENT if exit_code and compared.differences else 0


@click.command(context_settings=CONTEXT)
def schema() -> int:
    """Print the JSON Schema of a case file, for editors that complete and check as you type.

    \b
    Example:
      planner schema > case.schema.json
      and in the first line of a case: # yaml-language-server: $schema=case.schema.json
    """
    from planner.files.json_schema import case_file_schema

    tell(as_text(case_file_schema()))
    return 0


def _tell(written: Written) -> None:
    """What was written, and on standard error what is worth a word about the files that it came from."""
    tell(written.told, kept=written.told)
    _note(written.notes)


def _note(notes: Iterable[Message]) -> None:
    for note in notes:
        complain(f"look again: {note}")
