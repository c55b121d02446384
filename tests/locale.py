"""The catalogues of translations, made from the sources: `python -m tests.locale` writes them anew.

What is said in planner/report and what the registries of other layers add is extracted, the catalogue of each language
is merged with it (texts that nothing says any more are dropped) and compiled. Nothing in the files depends on the day.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from planner.accounts import ACCOUNTS
from planner.certificate import CHECKS
from planner.files.field_reference import dictionary
from planner.lp.verify import KINDS
from planner.model import RULES
from planner.report import LATER, SHEETS
from planner.report.by_period import PENALTY, RENT
from planner.report.language import DOMAIN, LOCALE
from planner.report.sheets.assumptions import CONFIDENCES
from planner.report.told import FORMS, LIKELY
from planner.solution import Status
from planner.units import unit_of

PACKAGE = Path(__file__).parent.parent / "planner"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
LANGUAGES = ("zh",)
_DAY = datetime(2026, 1, 1, tzinfo=UTC)

KEYWORDS: dict[str, tuple[int, ...]] = {
    "say": (0,),
    "say_in": (0, 1),
    "several": (1, 2),
    "lot": (1,),
    "Twin": (0,),
    "_sums": (0,),
}
"""Functions that say a template, each with the positions at which it takes one."""


def sources() -> list[Path]:
    """Files that say something, in a fixed order."""
    return sorted((PACKAGE / "report").rglob("*.py"))


def said(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Templates of one file in their order, the two wordings of a plural together, each with its context if any."""
    for top in ast.parse(path.read_text("utf-8")).body:
        held = _held(top)
        for node in ast.walk(top):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS):
                continue
            places = KEYWORDS[node.func.id]
            texts = [_texts(node.args[at], held) for at in places if at < len(node.args)]
            if node.func.id == "say_in":
                yield texts[1][0], texts[0][0]
            elif len(texts) == 2:
                yield (texts[0][0], texts[1][0]), None
            else:
                yield from ((text, None) for found in texts for text in found if text)


def _held(top: ast.stmt) -> dict[str, list[str]]:
    """Texts that the names of a function stand for."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(top):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).extend(_texts(node.value, {}))
    return found


def _texts(node: ast.expr, held: dict[str, list[str]]) -> list[str]:
    """Texts that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return held.get(node.id, [])
    if isinstance(node, ast.IfExp):
        return _texts(node.body, held) + _texts(node.orelse, held)
    return []


def registered() -> Iterator[tuple[str, str]]:
    """Texts that registries of other layers add, each with where it stands."""
    for rule in RULES:
        yield rule.name.replace("_", " "), "planner/model"
        yield rule.sentence, "planner/model"
    for unit in dict.fromkeys(rule.unit for rule in RULES if rule.unit):
        yield unit, "planner/model"
    for check in CHECKS:
        yield check.id.replace("_", " "), "planner/certificate"
        yield check.unit, "planner/certificate"
        yield (check.find.__doc__ or "").strip().splitlines()[0], "planner/certificate"
    for account in (*ACCOUNTS, RENT, PENALTY):
        yield account, "planner/solution.py"
    for status in Status:
        yield status.value, "planner/solution.py"
    for form in (*FORMS, *LIKELY):
        yield form, "planner/report/told.py"
    for remedy in (*(remedy for *_, remedy in SHEETS), *(remedy for _, remedy in LATER)):
        yield remedy, "planner/report/__init__.py"
    for confidence in CONFIDENCES:
        yield confidence, "planner/report/sheets/assumptions/__init__.py"
    for unit in _units_of_fields():
        yield unit, "planner/units.py"
    yield from ((text, "planner/lp") for text in SOLVER)
    yield from ((text, "planner") for text in OTHERS)


OTHERS = (
    "base", "all scenarios", "chip", "pool unit", "A rule of the model.", "on-site plant", "build", "chip delivery",
    "chip life", "plant life",
)  # fmt: skip
"""Texts that stand in no registry: what a plan's tables may call things."""

SOLVER = (
    "solver", "options", "gap", "threads", "time limit", "algorithm", "by size", "seed", "said", "Optimal",
    "continuous musd", "iterations", "columns", "rows", "nonzeros", "ranges", "matrix", "cost", "bounds",
    "right-hand sides", "model units", *KINDS,
)  # fmt: skip
"""What the solver's record calls its parts."""


def _units_of_fields() -> list[str]:
    """Units of everything that a case may say."""
    return sorted({unit_of(header) for _, header, *_ in dictionary()} - {""})


def extracted() -> Catalog:
    """Every template, in the order in which the sources have them, without translations."""
    catalogue = _empty(None)
    for path in sources():
        for template, context in said(path):
            catalogue.add(template, locations=[(path.relative_to(PACKAGE.parent).as_posix(), 0)], context=context)
    for text, place in registered():
        if text:
            catalogue.add(text, locations=[(place, 0)])
    for message in catalogue:
        message.flags.clear()
    return catalogue


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="planner",
        version="1",
        creation_date=_DAY,
        revision_date=_DAY,
        last_translator="planner",
        language_team="planner",
        msgid_bugs_address="planner",
        fuzzy=False,
    )


def po_file(language: str) -> Path:
    """The translations of a language, for people."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """The translations of a language as they stand."""
    with po_file(language).open("rb") as file:
        return parsed(file, language)


def parsed(file: IO[bytes], language: str) -> Catalog:
    """A .po file."""
    return read_po(file, locale=language)


def merged(language: str) -> Catalog:
    """The translations of a language for exactly what is said now."""
    catalogue, old = _empty(language), read(language)
    catalogue.header_comment = old.header_comment
    for message in extracted():
        if message.id:
            before = old.get(message.id, message.context)
            string = before.string if before is not None else ""
            catalogue.add(message.id, string, locations=message.locations, context=message.context)
    for message in catalogue:
        message.flags.clear()
    return catalogue


def text_of(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file, without what would differ from day to day or version to version."""
    into = io.BytesIO()
    write_po(into, catalogue, width=120, include_lineno=False)
    lines = into.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith('"Generated-By:')).encode()


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the .mo file that programs read."""
    into = io.BytesIO()
    write_mo(into, catalogue)
    return into.getvalue()


def spoken_of(catalogue: Catalog) -> dict[str, str | tuple[str, ...]]:
    """Translations by template; what is not translated is left out."""
    return {_first(message): message.string for message in catalogue if message.id and _whole(message)}


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _whole(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return not message.fuzzy and bool(strings) and all(strings)


def missing(catalogue: Catalog) -> list[str]:
    """Templates without a translation."""
    return [_first(message) for message in catalogue if message.id and not _whole(message)]


def fields_of(template: str) -> set[str]:
    """Names in braces.

    >>> sorted(fields_of("{site} is ready in {period}."))
    ['period', 'site']
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def other_fields(catalogue: Catalog) -> list[str]:
    """Templates whose translation has other fields than they have themselves."""
    found = []
    for message in catalogue:
        if message.id and _whole(message):
            ids = (message.id,) if isinstance(message.id, str) else message.id
            strings = (message.string,) if isinstance(message.string, str) else message.string
            if any(fields_of(string) != fields_of(ids[-1]) for string in strings):
                found.append(ids[0])
    return found


if __name__ == "__main__":
    TEMPLATE.write_bytes(text_of(extracted()))
    for each in LANGUAGES:
        made = merged(each)
        po_file(each).write_bytes(text_of(made))
        po_file(each).with_suffix(".mo").write_bytes(compiled(read(each)))
        print(f"{each}: {len(made)} texts, {len(missing(made))} without translation")
