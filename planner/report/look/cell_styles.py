"""Named styles of cells: how each look is drawn in a theme."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from planner.report.look import colour_roles
from planner.report.look.theme import Theme

_CENTRED = ("good", "bad", *colour_roles.GANTT, *colour_roles.HEAT)
_RULED = ("body", "wrap", "strong", "quiet", "aside", *colour_roles.GANTT, *colour_roles.HEAT)


def ordinary(theme: Theme) -> Font:
    """The font of cells without a style, on which widths of columns rest."""
    return Font(name=theme.font, size=theme.size, color=theme.ink)


def named(
    name: str, look: str, number_format: str, theme: Theme, *, text: bool, wrap: bool, indent: bool
) -> NamedStyle:
    """The style of a look for text or for numbers of one format."""
    flat, look = look.endswith(" flat"), look.removesuffix(" flat")
    made = NamedStyle(name=name)
    font: dict[str, Any] = {"size": theme.size, "color": theme.ink} | _font(look, theme)
    made.font = Font(name=theme.font, **font)
    looks = theme.looks()
    if look in looks or look.startswith("header"):
        made.fill = PatternFill("solid", fgColor=looks[look].fill if look in looks else theme.header)
    if look == "total":
        made.border = Border(top=Side(style="thin", color=theme.quiet))
    elif look.startswith("header"):
        made.border = Border(bottom=Side(style="thin", color=theme.quiet))
    elif look in _RULED:
        made.border = Border(bottom=Side(style="hair", color=theme.rule))
    made.number_format = number_format
    made.alignment = _alignment(look, text=text, wrap=wrap, indent=indent, flat=flat)
    return made


def _font(look: str, theme: Theme) -> dict[str, Any]:
    """What the font of a look has of its own."""
    size, looks = theme.size, theme.looks()
    own: dict[str, dict[str, Any]] = {
        "message": {"size": size + 3, "bold": True, "color": theme.accent},
        "title plain": {"color": theme.quiet},
        "heading": {"size": size + 1, "bold": True, "color": theme.accent},
        "header": {"bold": True},
        "header number": {"bold": True},
        "total": {"bold": True},
        "strong": {"bold": True},
        "quiet": {"color": theme.quiet},
        "link": {"color": theme.link, "underline": "single"},
        "banner": {"size": size + 2, "bold": True},
        "good": {"bold": True},
        "bad": {"bold": True},
        "start": {"bold": True},
    }
    colour = {"color": looks[look].text} if look in looks else {}
    return own.get(look, {}) | colour


def _alignment(look: str, *, text: bool, wrap: bool, indent: bool, flat: bool) -> Alignment:
    if look.startswith("header"):
        across = "right" if look == "header number" else "left"
        return Alignment(
            horizontal=across, vertical="bottom", wrap_text=not flat, indent=int(indent and across == "left")
        )
    across = "center" if look in _CENTRED else "left" if text or look == "aside" else "right"
    upright = "center" if across == "center" or look in ("message", "banner") else "top"
    if look == "heading":
        upright = "bottom"
    return Alignment(horizontal=across, vertical=upright, wrap_text=wrap, indent=int(indent and across == "left"))
