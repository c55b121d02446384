"""The catalogues of translations, made from the sources; `python -m tests.regenerate` writes them.

What the package says is extracted, and so is what the registries of other layers add; the catalogue of each language
follows it. A sentence that was corrected keeps its old translation for review: marked fuzzy, beside the sentence that
it was made for, and not used. Nothing in the files depends on the day.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from string import Formatter
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parent.parent / "planner"
LOCALE = PACKAGE / "report" / "locale"
ALIKE = 0.6
"""Least likeness of two sentences, from 0 to 1, of which one may be the other's correction."""
_DAY = datetime(2026, 1, 1, tzinfo=UTC)

KEYWORDS: dict[str, tuple[int, ...]] = {
    "say": (0,),
    "say_in": (0, 1),
    "several": (1, 2),
    "lot": (1,),
    "Twin": (0,),
    "_sums": (0,),
    "Message": (0, 1),
}
"""Functions and classes that take a template, each with the positions at which it takes one."""


SAYING = (
    "files/excel/read.py", "files/lookalike_names.py", "lp", "message.py", "report", "schema/warnings", "solving",
    "study",
)  # fmt: skip
"""Rooms and modules that say something to the reader of a report; what others say is read where it is typed."""
TERMINAL_ONLY = ("report/look/colour.py", "report/look/theme.py")
"""Modules of theirs that refuse what is typed, which the terminal tells in English."""


def sources() -> list[Path]:
    """Files that say something to the reader of a report, in a fixed order."""
    found = ((PACKAGE / place).rglob("*.py") if "." not in place else [PACKAGE / place] for place in SAYING)
    return sorted({path for paths in found for path in paths} - {PACKAGE / place for place in TERMINAL_ONLY})


def said(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Templates of one file in their order, the two wordings of a plural together, each with its context if any."""
    for top in ast.parse(path.read_text("utf-8")).body:
        named = _named(top)
        for node in ast.walk(top):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS):
                continue
            places = KEYWORDS[node.func.id]
            texts = [_texts(node.args[at], named) for at in places if at < len(node.args)]
            if node.func.id == "say_in":
                yield texts[1][0], texts[0][0]
            elif len(texts) == 2:
                yield (texts[0][0], texts[1][0]), None
            else:
                yield from ((text, None) for found in texts for text in found if text)


def _named(top: ast.stmt) -> dict[str, list[str]]:
    """Texts that the names of a function stand for."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(top):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).extend(_texts(node.value, {}))
    return found


def _texts(node: ast.expr, named: dict[str, list[str]]) -> list[str]:
    """Texts that an expression may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return named.get(node.id, [])
    if isinstance(node, ast.IfExp):
        return _texts(node.body, named) + _texts(node.orelse, named)
    return []


def extracted(registered: Iterable[tuple[str, str]]) -> Catalog:
    """Every template, in the order in which the sources have them, without translations.

    `registered` are texts of registries, each with where it stands.
    """
    catalogue = _empty(None)
    for path in sources():
        for template, context in said(path):
            catalogue.add(template, locations=[(path.relative_to(PACKAGE.parent).as_posix(), 0)], context=context)
    for text, place in registered:
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


def languages() -> list[str]:
    """Languages that the project has translations into."""
    return sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/planner.po"))


def po_file(language: str) -> Path:
    """The translations of a language, for people."""
    return LOCALE / language / "LC_MESSAGES" / "planner.po"


def read(language: str) -> Catalog:
    """The translations of a language as they stand."""
    with po_file(language).open("rb") as file:
        return parsed(file, language)


def parsed(file: IO[bytes], language: str) -> Catalog:
    """A .po file; babel takes the lines of a sentence's former wording for comments."""
    catalogue = read_po(file, locale=language)
    for message in catalogue:
        former = [line[1:].strip() for line in message.user_comments if line.startswith("|")]
        if former:
            message.user_comments = [line for line in message.user_comments if not line.startswith("|")]
            message.previous_id = list(_wordings(_former("\n".join(former))))
    return catalogue


def _former(lines: str) -> str | tuple[str, ...]:
    strings = 'msgstr[0] ""' if "msgid_plural" in lines else 'msgstr ""'
    return next(message.id for message in read_po(io.StringIO(f"{lines}\n{strings}\n")) if message.id)


def merged(old: Catalog, said_now: Catalog) -> Catalog:
    """The translations of a language for exactly what is said now.

    A sentence that is new and resembles one that is gone has the translation of that one for review. Translations
    that belong to nothing any more are kept as obsolete.
    """
    catalogue = _empty(str(old.locale))
    catalogue.header_comment = old.header_comment
    for message in said_now:
        if message.id:
            before = old.get(message.id, message.context)
            string = before.string if before is not None else ""
            catalogue.add(message.id, string, locations=message.locations, context=message.context)
            if before is not None and before.fuzzy:
                _for_review(catalogue[message.id], before)
    gone = [message for message in old if message.id and catalogue.get(message.id, message.context) is None]
    _adopt(catalogue, [message for message in (*gone, *old.obsolete.values()) if any(_wordings(message.string))])
    for message in catalogue:
        message.flags -= message.flags - {"fuzzy"}
    return catalogue


def _adopt(catalogue: Catalog, orphans: list[Message]) -> None:
    """Give translations whose sentence is gone to the sentences without one that they fit best."""
    bare = [message for message in catalogue if message.id and not any(_wordings(message.string))]
    pairs = ((_likeness(new, orphan), -at, -n) for at, new in enumerate(bare) for n, orphan in enumerate(orphans))
    taken: set[int] = set()
    for likeness, at, n in sorted((pair for pair in pairs if pair[0] >= ALIKE), reverse=True):
        new, orphan = bare[-at], orphans[-n]
        if -n not in taken and not any(_wordings(new.string)):
            taken.add(-n)
            new.string = orphan.string
            if likeness < 1:
                _for_review(new, orphan)
    for n, orphan in enumerate(orphans):
        if n not in taken:
            made_for = _made_for(orphan)
            kept = Message(made_for[0] if len(made_for) == 1 else made_for, orphan.string, context=orphan.context)
            catalogue.obsolete[kept.id] = kept


def _for_review(message: Message, before: Message) -> None:
    message.flags.add("fuzzy")
    message.previous_id = list(_made_for(before))


def _made_for(message: Message) -> tuple[str, ...]:
    """The sentence that a translation was made for."""
    return tuple(message.previous_id) or _wordings(message.id)


def _likeness(new: Message, orphan: Message) -> float:
    """How much a sentence is the one that a translation was made for: 1 if it is the same."""
    ours, theirs = _wordings(new.id), _made_for(orphan)
    if len(ours) != len(theirs) or new.context != orphan.context:
        return 0.0
    matcher = SequenceMatcher(None, theirs[0], ours[0], autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < ALIKE:
        return 0.0
    return 1.0 if ours == theirs else min(matcher.ratio(), 0.999)


def _wordings(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def text_of(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file, without what would differ from day to day or version to version."""
    into = io.BytesIO()
    write_po(into, catalogue, width=120, include_lineno=False, include_previous=True)
    lines = into.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith('"Generated-By:')).encode()


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as the .mo file that programs read, without what waits for review."""
    into = io.BytesIO()
    write_mo(into, catalogue)
    return into.getvalue()


def compile_stale() -> None:
    """Compile the catalogues whose source is newer, where the package is used from a clone of the project."""
    for language in languages():
        source, target = po_file(language), po_file(language).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            target.write_bytes(compiled(read(language)))


def _whole(message: Message) -> bool:
    return not message.fuzzy and all(_wordings(message.string) or ("",))


def missing(catalogue: Catalog) -> list[str]:
    """Templates without a translation, not even one for review."""
    return [
        _wordings(message.id)[0]
        for message in catalogue
        if message.id and not message.fuzzy and not all(_wordings(message.string) or ("",))
    ]


def in_review(catalogue: Catalog) -> list[tuple[str, str]]:
    """Templates whose translation was made for another wording, each with that one."""
    return [(_wordings(message.id)[0], _made_for(message)[0]) for message in catalogue if message.id and message.fuzzy]


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
            ids = _wordings(message.id)
            if any(fields_of(string) != fields_of(ids[-1]) for string in _wordings(message.string)):
                found.append(ids[0])
    return found
