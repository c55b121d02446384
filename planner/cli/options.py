"""Arguments and options that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

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
    "--json", "as_json", is_flag=True, help="Print one JSON object; `planner docs commands` lists its keys."
)
points_option = click.option(
    "--points",
    type=click.IntRange(min=2),
    default=9,
    show_default=True,
    metavar="N",
    help="Plans to find on the frontier.",
)
plain_option = click.option(
    "--plain", is_flag=True, help="The plan alone, without the alternatives that the case lists and other comparisons."
)
force_option = click.option(
    "--force", is_flag=True, help="Write over a file of that name, even where it is not the planner's own."
)
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


class StudyName(click.types.StringParamType):
    """A study that is asked for by name, as STUDIES lists them: read where it is needed, for that takes a while."""

    name = "study"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name, or a usage error."""
        return click.Choice(self._names()).convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str | None:
        """All names, for the help."""
        return f"[{'|'.join(self._names())}]"

    def _names(self) -> list[str]:
        from planner.study import STUDIES

        return sorted(study.name for study in STUDIES if study.by_name)


def solving(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options of every command that solves a case."""
    for decorate in reversed(
        (
            case_argument,
            click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Workbook to write."),
            force_option,
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
                default=2e-3,
                show_default=True,
                metavar="G",
                help="Relative gap at which a plan with whole phases counts as proven.",
            ),
            click.option(
                "--continuous",
                is_flag=True,
                help="A study in fractions of halls and lots, whatever the case asks: a bound, not a plan to sign.",
            ),
            click.option(
                "--untidy",
                is_flag=True,
                help="The cheapest plan as it is, not the one with fewer and larger starts and orders beside it.",
            ),
            click.option(
                "--threads", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Threads."
            ),
            click.option(
                "--race",
                is_flag=True,
                help="Let two algorithms race on two cores; which of several best plans is found may then vary.",
            ),
            click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
            click.option(
                "--json", "as_json", is_flag=True, help="Print one JSON object; `planner docs commands` lists its keys."
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


def looking(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that writes a report."""
    for decorate in reversed(
        (
            click.option(
                "--style",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="YAML file of fonts, colours and logo for the report.",
            ),
            click.option(
                "--lang", "language", default="en", show_default=True, metavar="L", help="Language of the report."
            ),
            click.option("--pdf", is_flag=True, help="Print the workbook beside it as well, through LibreOffice."),
        )
    ):
        command = decorate(command)
    return command
