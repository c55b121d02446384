"""The command line: parse, call the program, print, exit code; no logic."""

from __future__ import annotations

import json
import logging
import math
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.errors import DIFFERENT, Interrupted, PlannerError, WriteError

if TYPE_CHECKING:
    from planner.app import Outcome, Question
    from planner.schema.goals import Objective

SHOWN = 6
"""Scenarios and moves that the short result names; the rest are counted."""
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

with_option = click.option(
    "--with",
    "overlays",
    multiple=True,
    metavar="NAME",
    help="Take a named shock of the case; may be given several times, applied in order.",
)
outside_option = click.option(
    "--allow-outside", is_flag=True, help="Let the case extend and include files outside its own folder."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object; its keys stand in the README."
)
force_option = click.option("--force", is_flag=True, help="Write over a file of that name.")
case_argument = click.argument("case", type=click.Path(path_type=Path), metavar="CASE")


class Finite(click.FloatRange):
    """A number in a range; unlike click's own, neither `nan` nor `inf`."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a usage error."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no finite number", param, ctx)
        return number


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


def solving(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options of every command that solves a case."""
    for decorate in reversed(
        (
            case_argument,
            click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Workbook to write."),
            with_option,
            outside_option,
            click.option(
                "--solver", default="HiGHS", show_default=True, help="Solver; another that PuLP finds installed."
            ),
            click.option(
                "--time-limit",
                type=Finite(min=0, min_open=True),
                metavar="S",
                help="Seconds for each solve.",
            ),
            click.option(
                "--gap",
                type=Finite(min=0, max=1),
                default=1e-3,
                show_default=True,
                metavar="G",
                help="Relative gap at which a plan with whole phases counts as proven.",
            ),
            click.option(
                "--threads", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Threads."
            ),
            click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
            click.option(
                "--json", "as_json", is_flag=True, help="Print one JSON object; its keys stand in the README."
            ),
        )
    ):
        command = decorate(command)
    return command


def risk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that weigh scenarios."""
    weight = click.option(
        "--risk-weight",
        type=Finite(min=0, max=1),
        metavar="W",
        help="Weight of the costliest scenarios in the objective cost, 0 to 1, in place of the case's own.",
    )
    level = click.option(
        "--risk-level",
        type=Finite(min=0, max=1, max_open=True),
        metavar="A",
        help="Confidence level of their mean in place of the case's own: 0.95 takes the worst 5 %.",
    )
    return weight(level(command))


@cli.command(context_settings=CONTEXT)
@solving
@risk_options
@click.option(
    "--objective",
    type=click.Choice(["cost", "earliest", "delay", "regret"]),
    help="Objective in place of the case's own.",
)
def optimize(objective: Objective | None, quiet: bool, as_json: bool, **asked: Any) -> int:
    """Find the best plan of CASE and write it as a workbook and a result folder.

    The workbook is reports/<case>.xlsx unless -o says otherwise; the folder stands beside it.

    \b
    Examples:
      planner optimize inputs/2026.yaml
      planner optimize inputs/2026.yaml --with licence-revoked -o revoked.xlsx
      planner optimize inputs/2026.yaml --objective earliest
      planner optimize inputs/2026.yaml --json > plan.json
    """
    from planner import app

    progress = Progress(shown=not quiet)
    outcome = app.optimize(_question(progress, objective=objective, **asked))
    return _tell(outcome, progress, quiet=quiet, as_json=as_json)


@cli.command(context_settings=CONTEXT)
@solving
@risk_options
@click.option(
    "--objective",
    type=click.Choice(["cost", "regret"]),
    help="Objective in place of the case's own: cost, or the least largest regret over the scenarios.",
)
def risk(quiet: bool, as_json: bool, **asked: Any) -> int:
    """Find what to commit to in CASE before it is known which future comes.

    Solves the case over all its scenarios, then works out what knowing the future would save, what planning on
    averages would lose, which first moves any scenario would regret and what waiting for the reveal would cost.
    The workbook has the sheets Decide now and Risk; the result folder holds risk.json.

    
    Examples:
      planner risk inputs/2026-risk.yaml
      planner risk inputs/2026-risk.yaml --risk-weight 0.5 --risk-level 0.9
      planner risk inputs/2026-risk.yaml --objective regret
    """
    from planner import app

    progress = Progress(shown=not quiet)
    outcome = app.risk(_question(progress, **asked))
    return _tell(outcome, progress, quiet=quiet, as_json=as_json)


@cli.command(context_settings=CONTEXT)
@solving
@click.option("--points", type=click.IntRange(min=2), default=9, show_default=True, metavar="N", help="Plans to find.")
def frontier(points: int, quiet: bool, as_json: bool, **asked: Any) -> int:
    """Find plans of CASE from the cheapest to the soonest, and what each month of delay costs.

    The workbook is that of the cheapest with a sheet Frontier; every plan has a result folder of its own, in
    frontier/1, 2, ... of the result folder.

    \b
    Example:
      planner frontier inputs/2026.yaml --points 9
    """
    from planner import app

    progress = Progress(shown=not quiet)
    outcome = app.frontier(_question(progress, **asked), points)
    return _tell(outcome, progress, quiet=quiet, as_json=as_json)


def _question(
    progress: Progress,
    *,
    case: Path,
    output: Path | None,
    overlays: Sequence[str],
    allow_outside: bool,
    solver: str,
    time_limit: float | None,
    gap: float,
    threads: int,
    objective: Objective | None = None,
    risk_weight: float | None = None,
    risk_level: float | None = None,
) -> Question:
    from planner.app import Question
    from planner.lp import Options

    options = Options(solver=_solver_name(solver), time_limit=time_limit, gap=gap, threads=threads)
    if options.solver != "HiGHS":
        progress("solve", f"{options.solver} shows no progress, does not stop on Ctrl-C and gives no checked prices")
    return Question(
        case,
        overlays,
        output,
        objective,
        risk_weight,
        risk_level,
        allow_outside,
        options,
        progress,
    )


def _tell(outcome: Outcome, progress: Progress, *, quiet: bool, as_json: bool) -> int:
    """Print what was found; its exit code."""
    from planner import app

    progress.done()
    found = app.summary(outcome)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    elif not quiet:
        click.echo(result_table(found))
    return outcome.exit_code


@cli.command(context_settings=CONTEXT)
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
    from planner import cases

    checked = cases.check(case, overlays=overlays, allow_outside=allow_outside, marked=marked)
    if as_json:
        click.echo(json.dumps(checked.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo(f"{checked.error or checked.counts}", err=checked.error is not None)
        for line in checked.notes:
            click.echo(f"  {line}", err=checked.error is not None)
    return 0 if checked.error is None else checked.error.exit_code


@cli.command(context_settings=CONTEXT)
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
    from planner import cases

    click.echo(cases.template(output, start=start, force=force, allow_outside=allow_outside).told)
    return 0


@cli.command(context_settings=CONTEXT)
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
    from planner import cases

    click.echo(cases.convert(a, b, force=force, allow_outside=allow_outside).told)
    return 0


@cli.command(context_settings=CONTEXT)
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
    from planner import cases

    compared = cases.compare(a, b, overlays=overlays, allow_outside=allow_outside)
    if as_json:
        click.echo(json.dumps(compared.to_json(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(compared.lines()))
    return DIFFERENT if exit_code and compared.differences else 0


@cli.command(context_settings=CONTEXT)
def schema() -> int:
    """Print the JSON Schema of a case file, for editors that complete and check as you type.

    \b
    Example:
      planner schema > case.schema.json
      and in the first line of a case: # yaml-language-server: $schema=case.schema.json
    """
    from planner.files.jsonschema import case_file_schema

    click.echo(json.dumps(case_file_schema(), indent=2, ensure_ascii=False))
    return 0


class Progress:
    """Stages on standard error: one line each, the running one redrawn where that is a terminal."""

    def __init__(self, *, shown: bool) -> None:
        """`shown` is whether anything is written at all."""
        self._shown = shown
        self._live = shown and sys.stderr.isatty()
        self._stage = ""

    def __call__(self, stage: str, text: str) -> None:
        """Tell a stage, and what it is at."""
        if not self._shown or (not self._live and stage == self._stage):
            return
        if self._live and self._stage and stage != self._stage:
            sys.stderr.write("\n")
        self._stage = stage
        line = f"{stage:<8} {text}"[:100]
        sys.stderr.write(f"\r{line:<100}" if self._live else f"{line.rstrip()}\n")
        sys.stderr.flush()

    def done(self) -> None:
        """End the running line."""
        if self._live and self._stage:
            sys.stderr.write("\n")


def result_table(found: dict[str, Any]) -> str:
    """The short result at the end of a run."""
    chips = "; ".join(f"{chip} {_amount(count)}" for chip, count in found["chips_ordered"].items()) or "none"
    power = "; ".join(f"{market} {_amount(mw)}" for market, mw in found["final_it_mw"].items())
    served = "; ".join(
        f"{name} {label or 'not within the plan'}" for name, label in found["first_fully_served"].items()
    )
    binding = "; ".join(
        f"{each['rule'].replace('_', ' ')} of {each['where']} ({each['first']} to {each['last']})"
        for each in found["binding"][:3]
    )
    checked = "checked and holds" if found["certificate_ok"] else "CHECKED AND FAILS"
    rows = {
        "status": f"{found['status']}, gap {found['gap']:.2g}, {checked}",
        "present cost": f"{_amount(found['present_cost_musd'])} million USD",
        "chips ordered": chips,
        "MW of IT at the end": power,
        "first fully served": served,
        "average delay": f"{found['average_delay_months']:.3g} months",
        "what binds most": binding or "nothing",
        "report": f"{found['workbook']} (tables in {found['folder']})",
    }
    if len(found["scenarios"]) > 1:
        rows["scenarios"] = "; ".join(
            f"{each['name']} ({each['probability']:.0%}) {_amount(each['present_cost_musd'])}"
            for each in found["scenarios"][:SHOWN]
        ) + (f"; and {len(found['scenarios']) - SHOWN} more" if len(found["scenarios"]) > SHOWN else "")
    if found["risk"] is not None:
        rows |= _risk_rows(found["risk"])
    for point in found["frontier"]:
        place = f"{point['delay_months']:.3g} months for {_amount(point['present_cost_musd'])} million USD"
        rows["frontier"] = f"{rows['frontier']}; {place}" if "frontier" in rows else place
    lines = [f"{name:<21}{value}" for name, value in rows.items()]
    return "\n".join([*lines, *(f"look again           {warning}" for warning in found["warnings"])])


def _risk_rows(risk: dict[str, Any]) -> dict[str, str]:
    """What the study of risk says in short."""
    lost = risk["vss_musd"]
    if lost is None:
        averages = "leaves no plan in " + "; ".join(risk["average_plan_infeasible_in"][:SHOWN])
    else:
        averages = f"would lose {_amount(lost)} million USD"
    hedges = [move for move in risk["first_moves"] if move["premium_musd"]]
    told = "; ".join(f"{move['kind']} {' '.join(move['item'])}" for move in hedges[:SHOWN])
    waiting = next((each["costs_musd"] for each in risk["waiting"] if each["kind"] == "everything"), None)
    return {
        "knowing it now": f"would save {_amount(risk['evpi_musd'])} million USD",
        "planning on averages": averages,
        "regretted somewhere": told or "no first move",
        "deciding nothing now": f"until {risk['first_reveal']}: "
        + ("leaves no plan" if waiting is None else f"costs {_amount(waiting)} million USD more"),
    }


def _amount(value: float) -> str:
    """A number with no more digits than anyone reads: whole from a hundred on, six digits below.

    >>> _amount(57913.77), _amount(60.0), _amount(0.00042)
    ('57,914', '60', '0.00042')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.6g}"


def _solver_name(typed: str) -> str:
    return "HiGHS" if typed.lower() == "highs" else typed


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
