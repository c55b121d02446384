"""Tables of the documentation that the code fills: each a function here and a line in TABLES.

A page holds such a table between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from planner.accounts import ACCOUNTS, Account
from planner.cli import cli
from planner.cli.exit_codes import MEANINGS
from planner.docs import first_lines, source
from planner.model import COSTS, RULES, Rule
from planner.schema import Case
from planner.schema.base import Row
from planner.schema.goals import Goals
from planner.schema.policy import Policy
from planner.schema.settings import Settings
from planner.solution import TABLES as ANSWER
from planner.study import STUDIES, Study

_FILE = re.compile(r"\S*<\w+>[\w.]*")
"""A file name with a part in angle brackets, which a site would take for a tag."""


def rules() -> str:
    """One row a rule, in the model's order, with which way it limits and in what."""
    rows = [f"| `{rule.name}` | {rule.sentence} | {_limit(rule)} |" for rule in RULES]
    return "\n".join(["| rule | says | limit |", "|---|---|---|", *rows])


def _limit(rule: Rule) -> str:
    return ", ".join(filter(None, (rule.direction.value if rule.direction else "", rule.unit)))


def costs() -> str:
    """One row an account, in the ledger's order, with what its money is."""
    rows = [f"| {cost.account} | {cost.sentence} | {_kind(ACCOUNTS[cost.account])} |" for cost in COSTS]
    return "\n".join(["| account | says | its money |", "|---|---|---|", *rows])


def _kind(account: Account) -> str:
    kind = f"capital of {account.kind}" if account.capital else account.kind
    return f"{kind}, a benefit" if account.benefit else kind


def commands() -> str:
    """A section a command: what it does, how it is typed, which options it takes."""
    return "\n".join(_command(name, command) for name, command in cli.commands.items())


def _command(name: str, command: click.Command) -> str:
    said, examples = re.split(r"\x08\s+Examples?:\n", command.help or "")
    context = click.Context(command)
    arguments = "".join(f" {each.make_metavar(context)}" for each in command.params if isinstance(each, click.Argument))
    lines = [line.strip() for line in examples.strip().splitlines()]
    typed = "\n".join(line for line in lines if line.startswith("planner "))
    more = [f"{line[0].upper()}{line[1:]}" for line in lines if not line.startswith("planner ")]
    names = ", ".join(f"`{each.opts[-1]}`" for each in _options(command))
    paragraphs = [_FILE.sub(r"`\g<0>`", " ".join(each.split())) for each in said.strip().split("\n\n")]
    parts = [f"## `planner {name}{arguments}`", *paragraphs, f"```bash\n{typed}\n```", *more]
    return "\n\n".join([*parts, f"Options: {names}."] if names else parts) + "\n"


def options() -> str:
    """One row an option and meaning, with the commands that take it."""
    takers: dict[tuple[str, str], list[str]] = {}
    for name, command in cli.commands.items():
        for option in _options(command):
            takers.setdefault((_typed(option, command), _meaning(option)), []).append(name)
    rows = [f"| `{typed}` | {meaning} | {', '.join(names)} |" for (typed, meaning), names in takers.items()]
    return "\n".join(["| option | what it does | commands |", "|---|---|---|", *rows])


def _options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]


def _typed(option: click.Option, command: click.Command) -> str:
    value = "" if option.is_flag else " " + option.make_metavar(click.Context(command)).replace("|", "\\|")
    return f"{', '.join(option.opts)}{value}"


def _meaning(option: click.Option) -> str:
    default = f" Default: {option.default}." if option.show_default else ""
    return f"{option.help}{default}"


def exit_codes() -> str:
    """One row a code."""
    rows = [f"| {code} | {meaning} |" for code, meaning in MEANINGS.items()]
    return "\n".join(["| code | meaning |", "|---|---|", *rows])


def case_tables() -> str:
    """One row a table of a case."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in _sentences(Case)]
    at = next(number for number, row in enumerate(rows) if row.startswith("| `policy`")) + 1
    rows[at:at] = [f"| `policy.{name}` | {meaning} |" for name, meaning in _sentences(Policy)]
    return "\n".join(["| table | what it holds |", "|---|---|", *rows])


def _sentences(row: type[Row]) -> Iterator[tuple[str, str]]:
    for name, field in row.model_fields.items():
        yield name, " ".join((field.description or "").split())


def settings() -> str:
    """One row a field of the settings."""
    return _fields(Settings)


def goals() -> str:
    """One row a field of the goals."""
    return _fields(Goals)


def _fields(row: type[Row]) -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in _sentences(row)]
    return "\n".join(["| field | meaning |", "|---|---|", *rows])


def answer_tables() -> str:
    """A section a table of the answer, a line a column."""
    return "\n".join(_answer(name, table) for name, table in ANSWER.items())


def _answer(name: str, table: Any) -> str:
    index = ", ".join(f"**{column}**" for column in table.index)
    columns = [f"* `{column}`, {each.unit}: {each.meaning}" for column, each in table.columns.items()]
    return "\n".join([f"### {name}", "", f"{table.meaning} A row for each {index}.", "", *columns, ""])


def studies() -> str:
    """One row a study: what it finds out, when it is run, where it keeps that."""
    rows = [f"| `{study.name}` | {study.sentence} | {_asked(study)} | {_kept(study)} |" for study in STUDIES]
    return "\n".join(["| study | finds out | is run | keeps |", "|---|---|---|---|", *rows])


def _asked(study: Study[Any]) -> str:
    return f"with `--study {study.name}`" if study.by_name else "beside every plan, unless `--plain`"


def _kept(study: Study[Any]) -> str:
    data = f"`{study.file}`" if study.file else f"the fact `{study.name}` of `run.json`" if study.in_run else ""
    plans = f"a result folder for each of its plans in `{study.name}/`" if study.keeps_plans else ""
    return ", ".join(filter(None, (data, plans)))


def pages(folder: str = "") -> str:
    """One point a page of the documentation."""
    return "\n".join(f"* [{topic}]({folder}{topic}.md): {line}" for topic, line in first_lines().items())


def python() -> str:
    """The first lines that somebody types in Python."""
    return re.split(r"^(?=```)", source("python"), flags=re.MULTILINE)[1] + "```"


TABLES: Mapping[str, Callable[[], str]] = {
    "rules": rules,
    "studies": studies,
    "costs": costs,
    "commands": commands,
    "options": options,
    "exit codes": exit_codes,
    "case tables": case_tables,
    "settings": settings,
    "goals": goals,
    "answer tables": answer_tables,
    "python": python,
    "pages": pages,
    "pages of the readme": lambda: pages("planner/docs/"),
}
"""By their names in the comments of a page."""


def filled(text: str) -> str:
    """A page with its generated tables as they should be."""
    for name, table in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if start in text:
            before, rest = text.split(start, 1)
            text = f"{before}{start}{table()}\n{end}{rest.split(end, 1)[1]}"
    return text
