"""A message: a template with fields, kept apart until somebody reads it, so that it can be said in any language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePath
from string import Formatter
from typing import Any

_FORMAT = re.compile(r",?(\.\d)?[fg]")
_FIGURE, _DATE, _MESSAGE = {"number", "format"}, {"date"}, {"template", "many", "fields"}
"""Keys of what a field may be in plain data."""


@dataclass(frozen=True)
class Figure:
    """A number that is shown otherwise than with six significant digits."""

    number: float
    """The number."""
    format: str
    """How Python formats it, such as `,.0f`."""

    def __str__(self) -> str:
        """The number as it is shown.

        >>> str(Figure(1234.56, ",.0f"))
        '1,235'
        """
        return format(self.number, self.format)


@dataclass(frozen=True, init=False)
class Message:
    """What is said to a reader: a template with its fields, or a word without any."""

    template: str
    """The sentence in English, its fields in braces; of two wordings that for one."""
    many: str | None
    """The wording for any other number than one, which the field `n` holds; None where there is one wording."""
    items: tuple[tuple[str, Field], ...]
    """Names of the fields with what fills them."""

    def __init__(self, template: str, many: str | None = None, /, **fields: Given) -> None:
        """Both wordings are written out where a message is made: catalogues of translations are extracted from there.

        A number that is not finite, a path and an error are kept as the texts that they are shown as. A field that is
        itself a word to translate is a message.
        """
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "many", many)
        object.__setattr__(self, "items", tuple((name, _storable(field)) for name, field in fields.items()))

    @property
    def fields(self) -> dict[str, Field]:
        """What fills the template, by name."""
        return dict(self.items)

    def having(self, **fields: Given) -> Message:
        """The same message with some fields otherwise.

        >>> str(Message("{file} is missing", file="run.json").having(file="frontier/1/run.json"))
        'frontier/1/run.json is missing'
        """
        filled = {**self.fields, **{name: _storable(field) for name, field in fields.items()}}
        return _message((self.template, self.many), filled)

    def __str__(self) -> str:
        """The message in English.

        >>> site = Message("{site} takes {mw} MW from {day}.", site="Abilene", mw=12.5, day=date(2028, 1, 1))
        >>> str(site)
        'Abilene takes 12.5 MW from 2028-01-01.'
        >>> str(Message("{path}: is it {slip}?", path="sites.A.pue", slip=Message("in percent")))
        'sites.A.pue: is it in percent?'
        >>> str(Message("{n} site", "{n} sites", n=3)), str(Message("one of {names}", names=("A", "B")))
        ('3 sites', 'one of A, B')
        """
        template = self.template if self.many is None or self.fields.get("n") == 1 else self.many
        if not self.items:
            return template
        fields = self.fields
        return "".join(f"{text}{'' if name is None else english(fields[name])}" for text, name in pieces(template))

    def to_json(self) -> dict[str, Any]:
        """Plain data: template, many where there are two wordings, and fields: texts and numbers as they are.

        >>> Message("{site} from {day}", site="A", day=date(2028, 1, 1)).to_json()
        {'template': '{site} from {day}', 'fields': {'site': 'A', 'day': {'date': '2028-01-01'}}}
        """
        wordings = {"template": self.template} if self.many is None else {"template": self.template, "many": self.many}
        return {**wordings, "fields": {name: _to_json(field) for name, field in self.items}}

    @staticmethod
    def from_json(data: Any) -> Message:
        """The message that plain data holds; raises ValueError or TypeError where it holds none.

        >>> said = Message("{n} site", "{n} sites", n=2)
        >>> Message.from_json(said.to_json()) == said
        True
        >>> Message.from_json({"template": "{site.name}", "fields": {"site": "A"}})
        Traceback (most recent call last):
        ValueError: a message whose template and fields do not fit
        """
        if not isinstance(data, Mapping) or not {"template", "fields"} <= set(data) <= _MESSAGE:
            raise TypeError("a message that is no template with fields")
        wordings, fields = (data["template"], data.get("many")), data["fields"]
        if not (isinstance(wordings[0], str) and isinstance(wordings[1], str | None) and isinstance(fields, Mapping)):
            raise TypeError("a message whose template is no text, or whose fields are no table")
        asked = {name for each in wordings if each is not None and fields for _, name in pieces(each)} - {None}
        if not asked <= set(fields) or (wordings[1] is not None and "n" not in fields):
            raise ValueError("a message whose template and fields do not fit")
        return _message(wordings, {name: _from_json(field) for name, field in fields.items()})


Field = str | int | float | date | Figure | Message | tuple["Field", ...]
"""What fills a field: a name, a number, a day, a word or sentence to translate, or a list of them."""
Given = Field | PurePath | Exception
"""What may be given for a field."""


class RefusedValueError(ValueError):
    """A value that cannot be used, with the message that says why."""

    def __init__(self, message: Message) -> None:
        """`message` is what was found, and what is allowed."""
        self.message = message
        super().__init__(str(message))


def message_of(error: Exception) -> Message:
    """Why something was refused: the error's own message, or its text.

    >>> message_of(RefusedValueError(Message("found {found}", found=1.5))).fields
    {'found': 1.5}
    """
    return error.message if isinstance(error, RefusedValueError) else Message("{error}", error=error)


def lines(first: Message, *others: Message) -> Message:
    """Messages below each other.

    >>> str(lines(Message("these clash:"), Message("  {rule}", rule="headroom")))
    'these clash:\\n  headroom'
    """
    whole = first
    for following in others:
        whole = Message("{above}\n{below}", above=whole, below=following)
    return whole


def _message(wordings: tuple[str, str | None], fields: Mapping[str, Field]) -> Message:
    """A message of a template that was written out where it was first made."""
    made = Message(*wordings)
    object.__setattr__(made, "items", tuple(fields.items()))
    return made


def word(text: str) -> Message:
    """A word that a registry has, such as a unit or a name of a rule, to be translated where it is said.

    >>> str(word("million USD per MW"))
    'million USD per MW'
    """
    return Message(text)


@lru_cache(maxsize=1024)
def pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """The texts of a template, each with the name of the field behind it; None where none follows.

    >>> pieces("{n} sites")
    (('', 'n'), (' sites', None))
    """
    return tuple((text, name) for text, name, _, _ in Formatter().parse(template))


def english(field: Field) -> str:
    """A field as English shows it.

    >>> english(90000.0), english(1234567.0), english(("A", 2)), english(date(2028, 1, 1))
    ('90000', '1.23457e+06', 'A, 2', '2028-01-01')
    """
    if isinstance(field, float):
        return f"{field:g}"
    return ", ".join(map(english, field)) if isinstance(field, tuple) else str(field)


def messages_in(message: Message) -> Iterator[Message]:
    """A message with all that stand in its fields.

    >>> [each.template for each in messages_in(Message("is it {slip}?", slip=Message("in kW")))]
    ['is it {slip}?', 'in kW']
    """
    yield message
    for _, field in message.items:
        for part in field if isinstance(field, tuple) else (field,):
            if isinstance(part, Message):
                yield from messages_in(part)


def _storable(field: Given) -> Field:
    """A field that plain data can hold: a number that is none, a path and an error as text."""
    if isinstance(field, PurePath | Exception):
        return str(field)
    if isinstance(field, tuple):
        return tuple(map(_storable, field))
    if isinstance(field, Figure):
        return field if math.isfinite(field.number) else str(field)
    if isinstance(field, float):
        return float(field) if math.isfinite(field) else english(field)
    return field


def _to_json(field: Field) -> Any:
    if isinstance(field, Message):
        return field.to_json()
    if isinstance(field, Figure):
        return {"number": field.number, "format": field.format}
    if isinstance(field, tuple):
        return [_to_json(each) for each in field]
    return {"date": field.isoformat()} if isinstance(field, date) else field


def _from_json(data: Any) -> Field:
    if isinstance(data, str | int | float):
        return data
    if isinstance(data, list):
        return tuple(map(_from_json, data))
    if isinstance(data, Mapping) and set(data) == _DATE:
        return date.fromisoformat(str(data["date"]))
    if isinstance(data, Mapping) and set(data) == _FIGURE:
        number, how = data["number"], data["format"]
        if isinstance(number, int | float) and isinstance(how, str) and _FORMAT.fullmatch(how):
            return Figure(number, how)
        raise ValueError("a message with a figure that is no number")
    return Message.from_json(data)
