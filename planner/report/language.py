"""The language in which the report speaks: English, or any for which the package has a gettext catalogue.

English is the language of the templates themselves and needs no catalogue. Tabs keep their English names in every
language, and so do the verdicts `OK`, `FAILED`, `ALL OK` and `n FAILED`: formulas, links and tools refer to them
(`Checks!H6`). What stands inside the sheets is translated.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import east_asian_width

from planner.errors import OptionError
from planner.message import Message

DOMAIN, LOCALE = "planner", Path(__file__).parent / "locale"
"""Name of the catalogues, and the folder that holds one in each language."""
CATALOGUES = (".mo", ".po")
"""Suffixes of a catalogue: compiled, which is what programs read, and its source, which a clone of the project has."""
ENGLISH = "en"
"""Language of the templates, and the default."""
MYRIADS = ("zh", "ja", "ko")
"""Languages that count by ten thousands and their square, not by thousands."""
WIDE = ("zh", "ja")
"""Languages written without spaces, in characters twice as wide as Latin ones."""
FONTS = {"zh": "Microsoft YaHei"}
"""Fonts that have the glyphs of a language beside Latin; other languages keep the report's own."""


class _Missing(gettext.NullTranslations):
    """Stands behind a catalogue and remembers what was asked for in vain."""

    def __init__(self, misses: set[str]) -> None:
        super().__init__()
        self.misses = misses

    def gettext(self, message: str) -> str:
        """The text as it is."""
        self.misses.add(message)
        return message

    def pgettext(self, context: str, message: str) -> str:
        """The text as it is, in whatever sense."""
        self.misses.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English wording for a number."""
        self.misses.add(msgid1)
        return msgid1 if n == 1 else msgid2


@dataclass(frozen=True)
class Language:
    """A language with its catalogue."""

    name: str = ENGLISH
    """Name of its folder, such as zh."""
    catalogue: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    """Where templates are looked up."""
    known: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    """The same for texts that may be the planner's own, whose want is nothing to note."""
    misses: set[str] = field(default_factory=set)
    """Templates that were asked for and have no translation."""

    @property
    def myriads(self) -> bool:
        """Whether numbers are said in ten thousands."""
        return self.name in MYRIADS

    @property
    def wide(self) -> bool:
        """Whether it is written without spaces in characters that take two columns."""
        return self.name in WIDE


_IN_USE: ContextVar[Language | None] = ContextVar("language", default=None)
_ENGLISH = Language()


def languages() -> tuple[str, ...]:
    """Languages that a report can be written in, English first.

    >>> languages()
    ('en', 'zh')
    """
    found = {path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.*") if path.suffix in CATALOGUES}
    return (ENGLISH, *sorted(found))


@contextmanager
def speaking(language: str) -> Iterator[Language]:
    """Everything said within is said in a language; what it has no translation for stays English and is noted.

    Raises OptionError for a language that there is none of, or whose catalogue is not compiled.
    """
    there = languages()
    if language not in there:
        raise OptionError(
            Message(
                'language "{language}" is not known; there are {there}', language=language, there=" and ".join(there)
            )
        )
    found = Language()
    if language != ENGLISH:
        misses: set[str] = set()
        catalogue, quiet = _compiled(language), _compiled(language)
        catalogue.add_fallback(_Missing(misses))
        found = Language(language, catalogue, quiet, misses)
    token = _IN_USE.set(found)
    try:
        yield found
    finally:
        _IN_USE.reset(token)


def _compiled(language: str) -> gettext.NullTranslations:
    try:
        return gettext.translation(DOMAIN, LOCALE, languages=[language])
    except FileNotFoundError:
        remedy = 'run "pip install -e ." in the folder that holds setup.cfg'
        raise OptionError(
            Message('the translation into "{language}" is not compiled yet; {remedy}', language=language, remedy=remedy)
        ) from None


def spoken() -> Language:
    """The language in use."""
    return _IN_USE.get() or _ENGLISH


def translated(template: str) -> str:
    """A template in the language in use."""
    return spoken().catalogue.gettext(template) if template else template


def translated_in(context: str, template: str) -> str:
    """A template in the language in use, in one of several senses that an English word has."""
    return spoken().catalogue.pgettext(context, template)


def translated_for(amount: int, one: str, many: str) -> str:
    """The wording for an amount in the language in use."""
    return spoken().catalogue.ngettext(one, many, amount)


def known(text: str) -> str:
    """A text that may be ours, such as the name of a unit, or the planner's own, which stays as it was typed."""
    return spoken().known.gettext(text) if text else text


def font(usual: str) -> str:
    """The font that has the glyphs of the language in use."""
    return FONTS.get(spoken().name, usual)


def columns(text: str) -> int:
    """Columns that a text takes on a page: a Chinese character takes two.

    >>> columns("abc"), columns("算力"), columns("共 3 个，")
    (3, 4, 9)
    """
    return len(text) if text.isascii() else sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
