"""Colours, their contrast, and what may stand on what."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import Row
from planner.schema.wording import shown

LEAST_CONTRAST = 4.5
"""Least contrast of a text with what it stands on, as WCAG 2.1 asks of ordinary text (success criterion 1.4.3)."""
PAPER = "FFFFFF"
"""Colour of the page."""
_ALLOWED = 'six hexadecimal digits, such as 1F4E8C or, in quotes, "#1F4E8C"'


def luminance(colour: str) -> float:
    """Relative luminance of RRGGBB from 0 (black) to 1 (white), as WCAG 2.1 defines it.

    >>> luminance("000000"), luminance("FFFFFF")
    (0.0, 1.0)
    """
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours from 1 to 21, as WCAG 2.1 defines it.

    >>> contrast("000000", "FFFFFF"), round(contrast("767676", "FFFFFF"), 2)
    (21.0, 4.54)
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _colour(typed: Any) -> str:
    if typed is None or typed == "":
        raise RefusedValueError(Message("found nothing, # begins a comment; allowed: {allowed}", allowed=_ALLOWED))
    digits = typed.removeprefix("#").upper() if isinstance(typed, str) else ""
    if len(digits) != 6 or set(digits) - set("0123456789ABCDEF"):
        raise RefusedValueError(Message("found {typed}; allowed: {allowed}", typed=shown(typed), allowed=_ALLOWED))
    return digits


def read_on(fill: str, text: str) -> None:
    """Refuse a text that cannot be read on its fill."""
    ratio = contrast(text, fill)
    if ratio < LEAST_CONTRAST:
        # Rounded down, so that a ratio just under the limit is not said to be the limit.
        least = f"{int(ratio * 100) / 100:.2f}:1"
        raise RefusedValueError(
            Message(
                "found {text} on {fill}, a contrast of {least}; allowed: {least_contrast}:1 or more",
                text=text,
                fill=fill,
                least=least,
                least_contrast=LEAST_CONTRAST,
            )
        )


def _on_paper(colour: str) -> str:
    read_on(PAPER, colour)
    return colour


Colour: TypeAlias = Annotated[str, BeforeValidator(_colour)]
"""A colour as RRGGBB."""
TextColour: TypeAlias = Annotated[str, BeforeValidator(_colour), AfterValidator(_on_paper)]
"""A colour of text on the page."""


class Look(Row):
    """A filled cell."""

    fill: Colour
    """What fills it."""
    text: Colour
    """Colour of its text."""

    @model_validator(mode="after")
    def _can_be_read(self) -> Look:
        read_on(self.fill, self.text)
        return self
