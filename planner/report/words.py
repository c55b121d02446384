"""The words of the report: whole templates filled with named fields, and numbers as a reader says them.

Everything is said in the language in use (see planner.report.language).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from string import Formatter
from typing import Any

from planner.message import Field, Message, english
from planner.report.language import columns, known, spoken, translated, translated_for, translated_in

__all__ = [
    "LEAST_MESSAGE",
    "MOST_MESSAGE",
    "chance",
    "count",
    "filled",
    "joined",
    "known",
    "listed",
    "message",
    "money",
    "objective_words",
    "percent",
    "say",
    "say_in",
    "say_message",
    "sentences",
    "several",
    "short",
    "three",
]

LEAST_MESSAGE, MOST_MESSAGE = 40, 140
"""Columns of a sheet's message: characters, a Chinese one counting for two."""

CENT_MUSD = 1e-8
"""An amount below which money is the solver's rounding, million USD."""

_FORMATTER = Formatter()


def say(template: str, **fields: Any) -> str:
    """A sentence for the reader: the one door for every template, looked up in the language in use.

    The template may be a constant of a module or a registry's text; it is translated when it is said.

    >>> say("{site} is ready in {period}.", site="Abilene", period="2028-Q3")
    'Abilene is ready in 2028-Q3.'
    """
    return filled(translated(template), **fields)


def say_in(context: str, template: str, **fields: Any) -> str:
    """The same for a word that English has in several senses; the context says which is meant.

    >>> say_in("resource", "chips")
    'chips'
    """
    return filled(translated_in(context, template), **fields)


def say_message(message: Message) -> str:
    """A message by its template in the language in use, its own words and sentences likewise.

    >>> say_message(Message("{path}: is it {slip}?", path="sites.A.pue", slip=Message("in percent")))
    'sites.A.pue: is it in percent?'
    """
    fields = {name: _said(field) for name, field in message.items}
    if message.many is not None:
        amount = message.fields["n"]
        template = translated_for(amount if isinstance(amount, int) else 2, message.template, message.many)
        return filled(template, **fields)
    return filled(translated(message.template), **fields)


def _said(field: Field) -> str:
    """What fills a field of a message, in the language in use."""
    if isinstance(field, Message):
        return say_message(field)
    return joined([_said(each) for each in field]) if isinstance(field, tuple) else english(field)


def filled(template: str, **fields: Any) -> str:
    """A template with its fields, for one that has been said before it was known what fills it.

    >>> filled(say("Order {chip}"), chip="H200")
    'Order H200'
    """
    if not fields:
        return template
    return _spaced(template, fields) if spoken().wide else _FORMATTER.vformat(template, (), fields)


def _spaced(template: str, fields: dict[str, Any]) -> str:
    """A filled template with a space wherever a Chinese character meets a Latin letter or figure of a field."""
    text = ""
    for literal, name, *_ in _FORMATTER.parse(template):
        for piece in (literal, "" if name is None else str(fields[name])):
            text += f" {piece}" if _apart(text[-1:], piece[:1]) else piece
    return text


def _apart(left: str, right: str) -> bool:
    """Whether a space stands between two characters, of which one is Chinese and the other is not."""
    narrow, wide = (left, right) if left.isascii() else (right, left)
    return narrow.isascii() and narrow not in "\n ,.;:!?" and columns(wide) == 2 and wide.isalnum()


def message(*candidates: str) -> str:
    """The first wording that fits a sheet's first line, else the shortest cut at a word.

    >>> message("x" * 200, "The plan begins 1,120 MW of halls at 14 sites.")
    'The plan begins 1,120 MW of halls at 14 sites.'
    """
    for words in candidates:
        if LEAST_MESSAGE <= columns(words) <= MOST_MESSAGE:
            return words
    short = min(candidates, key=columns)
    if columns(short) < LEAST_MESSAGE:
        return short + "." * (LEAST_MESSAGE - columns(short))
    cut = _cut(short, MOST_MESSAGE - 2)
    return (cut.rsplit(" ", 1)[0] if len(cut) == columns(cut) else cut) + " …"


def _cut(text: str, most: int) -> str:
    """The beginning of a text that takes no more than so many columns."""
    ends = accumulate(map(columns, text))
    return "".join(character for character, end in zip(text, ends, strict=True) if end <= most)


def three(value: float) -> str:
    """A number with three significant digits, with separators and never in powers of ten.

    >>> three(59220.1), three(1.2345), three(0.04567), three(-312.4), three(0)
    ('59,200', '1.23', '0.0457', '-312', '0')
    """
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    digits = 2 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, digits)}f}"


def money(musd: float) -> str:
    """An amount in million USD as a reader says it.

    >>> money(59220.1), money(310.0), money(0.0346), money(1e-12)
    ('59.2 billion USD', '310 million USD', '34,600 USD', '0 USD')
    """
    if abs(musd) < CENT_MUSD:
        musd = 0.0
    if spoken().myriads:
        return _money_in_myriads(musd)
    if abs(musd) >= 1000:
        return say("{amount} billion USD", amount=three(musd / 1000))
    if abs(musd) >= 1:
        return say("{amount} million USD", amount=three(musd))
    return say("{amount} USD", amount=three(musd * 1e6))


def _money_in_myriads(musd: float) -> str:
    if abs(musd) >= 999_500:
        return say("{amount} trillion USD", amount=three(musd / 1e6))
    if abs(musd) >= 99.95:
        return say("{amount} hundred million USD", amount=three(musd / 100))
    if abs(musd) >= 0.009995:
        return say("{amount} ten thousand USD", amount=three(musd * 100))
    return say("{amount} USD", amount=three(musd * 1e6))


def count(amount: float) -> str:
    """A number of things as a reader says it.

    >>> count(1_225_000), count(27_400), count(812), count(0.4), count(0.0003)
    ('1.23 million', '27.4 thousand', '812', '0.400', '0.000300')
    """
    if spoken().myriads:
        return _count_in_myriads(amount)
    if abs(amount) >= 999_500:
        return say("{amount} million", amount=three(amount / 1e6))
    if abs(amount) >= 1000:
        return say("{amount} thousand", amount=three(amount / 1000))
    return three(round(amount, 1) if abs(amount) >= 0.95 else amount)


def _count_in_myriads(amount: float) -> str:
    if abs(amount) >= 99_950_000:
        return say("{amount} hundred million", amount=three(amount / 1e8))
    if abs(amount) >= 9_995:
        return say("{amount} ten thousand", amount=three(amount / 1e4))
    return three(round(amount, 1) if abs(amount) >= 0.95 else amount)


def percent(share: float) -> str:
    """A share as a percentage.

    >>> percent(0.5378), percent(0.9996), percent(0.004)
    ('54 %', '99.96 %', '0.4 %')
    """
    value = share * 100
    text = f"{value:.0f}"
    if (value != 0 and abs(value) < 1) or 99 < value < 100:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
    return say("{number} %", number=text)


def chance(probability: float) -> str:
    """A probability as a percentage with three significant digits at most.

    >>> chance(0.35), chance(0.175), chance(0.00125)
    ('35 %', '17.5 %', '0.125 %')
    """
    return say("{number} %", number=f"{probability * 100:.3g}")


def joined(names: Sequence[str]) -> str:
    """Names one after the other.

    >>> joined(["A", "B", "C"])
    'A, B, C'
    """
    return say(", ").join(names)


def listed(names: Sequence[str], most: int = 4) -> str:
    """Names in a sentence, the first few of many.

    >>> listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C", "D", "E"], most=3)
    ('A', 'A and B', 'A, B, C and 2 more')
    """
    if len(names) > most:
        return say("{names} and {more} more", names=joined(names[:most]), more=len(names) - most)
    if len(names) < 2:
        return "".join(names)
    return say("{names} and {last}", names=joined(names[:-1]), last=names[-1])


def sentences(*whole: str) -> str:
    """Whole sentences, one at least, one after the other.

    >>> sentences("It holds.", "It is proven.")
    'It holds. It is proven.'
    """
    words = whole[0]
    for following in whole[1:]:
        words = say("{words} {following}", words=words, following=following)
    return words


def short(name: str, most: int = 24) -> str:
    """A planner's name cut to what a line can carry.

    >>> short("Ashburn"), short("x" * 40, most=5)
    ('Ashburn', 'xxxx…')
    """
    return name if columns(name) <= most else _cut(name, most - 1) + "…"


def objective_words(objective: str, scenarios: int = 1, *, weighed: bool = False) -> str:
    """What a plan is made for, in words; `weighed` where risk is part of what was minimised.

    >>> objective_words("cost"), objective_words("cost", scenarios=6)
    ('least present cost', 'least expected present cost')
    """
    if weighed:
        return say("least present cost with risk weighed in")
    if scenarios > 1:
        return {
            "cost": say("least expected present cost"),
            "earliest": say(
                "milestones in every scenario as early as can be, in their order, then least expected average delay, "
                "then least expected cost"
            ),
            "delay": say("least expected average delay, then least expected cost"),
            "regret": say("least largest regret over the scenarios, then least expected cost"),
        }.get(objective, objective)
    return {
        "cost": say("least present cost"),
        "earliest": say("milestones as early as can be, in their order, then least average delay, then least cost"),
        "delay": say("least average delay, then least cost"),
        "regret": say("least largest regret over the scenarios, then least cost"),
    }.get(objective, objective)


def several(amount: int, one: str, many: str, **fields: object) -> str:
    """A count with its noun in the right number, and with other fields where the sentence has them.

    >>> several(1, "{n} site", "{n} sites"), several(3, "{n} site", "{n} sites")
    ('1 site', '3 sites')
    """
    return filled(translated_for(amount, one, many), n=amount, **fields)
