"""Commands that solve a case, or draw the report of one that was solved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli.options import (
    CONTEXT,
    StudyName,
    force_option,
    looking,
    plain_option,
    points_option,
    risk_options,
    solving,
)
from planner.cli.streams import as_text, tell
from planner.cli.terminal import IN_FRACTIONS, result_table, terminal_progress

if TYPE_CHECKING:
    from planner.app.progress import Progress
    from planner.app.request import Job, Question


@click.command(context_settings=CONTEXT)
@solving
@looking
@risk_options
@click.option(
    "--objective",
    type=click.Choice(["cost", "earliest", "delay", "regret"]),
    help="Objective in place of the case's own.",
)
@click.option(
    "--study",
    "studies",
    multiple=True,
    type=StudyName(),
    help="Add a study to the report; may be given several times.",
)
@points_option
@plain_option
def optimize(studies: Sequence[str], **asked: Any) -> int:
    """Find the best plan of CASE and write it as a workbook and a result folder.

    The workbook is reports/<case>.xlsx unless -o says otherwise; the folder stands beside it. The alternatives that the
    case lists are solved as well and set beside the plan.

    \b
    Examples:
      planner optimize inputs/2026.yaml
      planner optimize inputs/2026.yaml --with licence-revoked -o revoked.xlsx
      planner optimize inputs/2026.yaml --study frontier
      planner optimize inputs/2026.yaml --continuous -o bound.xlsx
      planner optimize inputs/2026.yaml --plain --json > plan.json
      planner optimize inputs/2026.yaml --lang zh --pdf
    """
    return _run(studies=frozenset(studies), **asked)


@click.command(context_settings=CONTEXT)
@solving
@looking
@risk_options
@click.option(
    "--objective",
    type=click.Choice(["cost", "regret"]),
    help="Objective in place of the case's own: cost, or the least largest regret over the scenarios.",
)
@plain_option
def risk(**asked: Any) -> int:
    """Find what to commit to in CASE before it is known which future comes.

    As `planner optimize --study risk`: solves the case over all its scenarios, then works out what knowing the future
    would save, what planning on averages would lose, which first moves any scenario would regret and what waiting for
    the reveal would cost. The workbook has the sheet Risk; the result folder holds risk.json.

    \b
    Examples:
      planner risk inputs/2026-risk.yaml
      planner risk inputs/2026-risk.yaml --risk-weight 0.5 --risk-level 0.9
      planner risk inputs/2026-risk.yaml --objective regret
    """
    return _run(studies=frozenset({"risk"}), **asked)


@click.command(context_settings=CONTEXT)
@solving
@looking
@points_option
@plain_option
def frontier(**asked: Any) -> int:
    """Find plans of CASE from the cheapest to the soonest, and what each month of delay costs.

    As `planner optimize --study frontier`: the workbook has the sheet Frontier, and every plan a result folder of its
    own, in frontier/1, 2, ... of the result folder.

    \b
    Example:
      planner frontier inputs/2026.yaml --points 9
    """
    return _run(studies=frozenset({"frontier"}), **asked)


@click.command(context_settings=CONTEXT)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Workbook to write.")
@looking
@force_option
def report(folder: Path, output: Path | None, force: bool, **looks: Any) -> int:
    """Write the report of the result folder FOLDER again, without solving.

    The workbook stands beside the folder unless -o says otherwise.

    \b
    Examples:
      planner report reports/2026
      planner report reports/2026 --pdf
      planner report reports/2026 --lang zh -o reports/2026-zh.xlsx
      planner report reports/2026 --style brand.yaml -o board.xlsx
    """
    from planner.app.reports import read_result, write_report

    workbook, result = output or folder.resolve().with_name(f"{folder.resolve().name}.xlsx"), read_result(folder)
    written = f"{write_report(result, workbook, force=force, **looks)} is written"
    if result.in_fractions:
        written += f": a study {IN_FRACTIONS}"
    tell(written, kept=written)
    return 0


def _run(*, quiet: bool, as_json: bool, **asked: Any) -> int:
    """Solve what is asked, print what was found; the exit code."""
    from planner.app.optimize import ChecksFailedError, optimize
    from planner.app.summary import summary

    progress = terminal_progress(shown=not quiet)
    try:
        finished = optimize(_job(progress, **asked))
    except ChecksFailedError as error:
        progress.done()
        if as_json:
            tell(as_text(summary(error.finished)))
            error.told = True
        raise
    progress.done()
    found = summary(finished)
    kept = f"the result is written: {finished.workbook} and {finished.folder}"
    if as_json:
        tell(as_text(found), kept=kept)
    elif not quiet:
        tell(result_table(found), kept=kept)
    return finished.exit_code


def _job(
    progress: Progress,
    *,
    case: Path,
    overlays: Sequence[str],
    output: Path | None,
    allow_outside: bool,
    force: bool,
    style: Path | None,
    language: str,
    pdf: bool,
    **asked: Any,
) -> Job:
    from planner.app.report_options import Looks
    from planner.app.request import Job

    return Job(
        case,
        overlays=overlays,
        output=output,
        question=_question(progress, **asked),
        looks=Looks(style, language, pdf),
        allow_outside=allow_outside,
        force=force,
        report=progress,
    )


def _question(
    progress: Progress,
    *,
    solver: str,
    time_limit: float | None,
    gap: float,
    threads: int,
    race: bool,
    **asked: Any,
) -> Question:
    from planner.app.request import Question, solver_named
    from planner.lp import Options

    options = Options(
        solver=solver_named(solver),
        time_limit=time_limit,
        gap=gap,
        threads=threads,
        race=race,
    )
    if options.solver != "HiGHS":
        progress(
            "solve",
            f"{options.solver} shows no progress, does not stop on Ctrl-C, checks no prices and compares nothing",
        )
    return Question(options=options, **asked)
