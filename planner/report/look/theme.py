"""A theme: the font, colours and logo of the report, as a planner writes them in a small YAML file."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Annotated, Any

import yaml
from PIL import Image, UnidentifiedImageError
from pydantic import BeforeValidator, ValidationError, ValidationInfo, field_validator

from planner.errors import CaseError, Problem
from planner.message import Message, RefusedValueError
from planner.report.language import font as font_in_use
from planner.report.look.colour import Colour, Look, TextColour, read_on
from planner.schema.base import Row
from planner.schema.wording import shown, typed_problems

MOST_BYTES = 100_000
"""Largest file of a theme."""
MOST_LEVELS = 8
"""Levels of tables and lists in a theme, with room to spare."""
MOST_LOGO_BYTES = 1_000_000
"""Largest file of a logo."""
MOST_DOTS = 16_000_000
"""Largest picture of a logo, in dots: a small file can hold one that fills the memory."""
MOST_SIDE = 10_000
"""Most dots along a side of a logo."""
DIGITS = {
    "Calibri": 0.507, "Carlito": 0.507, "Times New Roman": 0.5, "Segoe UI": 0.539, "Microsoft YaHei": 0.539,
    "Tahoma": 0.546, "Cambria": 0.554, "Georgia": 0.614, "Verdana": 0.636,
}  # fmt: skip
"""Width of a figure in ems, from the fonts' own metrics; columns are as many of them wide."""
ARIAL_DIGIT = 0.556
"""The same of Arial, Helvetica and Liberation Sans, and for fonts that are not known."""


def _at_least(least: int, what: str, *, exactly: bool = False) -> BeforeValidator:
    """Refuses what is no list of enough entries."""

    def check(typed: Any) -> Any:
        allowed = f"{least} {what}" if exactly else f"{least} {what} or more"
        if not isinstance(typed, list | tuple):
            raise RefusedValueError(
                Message("found {typed}; allowed: a list of {allowed}", typed=shown(typed), allowed=allowed)
            )
        if len(typed) < least or (exactly and len(typed) > least):
            raise RefusedValueError(Message("found {typed}; allowed: {allowed}", typed=len(typed), allowed=allowed))
        return tuple(typed)

    return BeforeValidator(check)


def _points(typed: Any) -> Any:
    if isinstance(typed, str) and typed.strip().isdecimal():
        typed = int(typed)
    if not isinstance(typed, int) or isinstance(typed, bool) or not 8 <= typed <= 12:
        raise RefusedValueError(
            Message("found {typed}; allowed: a whole number of points from 8 to 12", typed=shown(typed))
        )
    return typed


def _font(typed: Any) -> str:
    if not isinstance(typed, str) or not 1 <= len(typed.strip()) <= 31 or not typed.strip().isprintable():
        raise RefusedValueError(
            Message(
                "found {typed}; allowed: the name of a font, up to 31 characters, such as Arial", typed=shown(typed)
            )
        )
    return typed.strip()


def _look(fill: str, text: str) -> Look:
    return Look(fill=fill, text=text)


class GanttLooks(Row):
    """Cells of the Gantt."""

    start: Look = _look("E08A00", "000000")
    """Halls under construction, with a start in the period."""
    build: Look = _look("FBD9A0", "3D2A00")
    """Halls under construction."""
    powered: Look = _look("1F5FA8", "FFFFFF")
    """Halls that are ready and fed."""
    bridge: Look = _look("7B5EA7", "FFFFFF")
    """Halls that own plant feeds until the grid does."""
    waits: Look = _look("B9D3EE", "0B2545")
    """Halls that are ready and wait for the grid."""


class Theme(Row):
    """How the report looks; what is left out stays as the report is by itself."""

    font: Annotated[str, BeforeValidator(_font)] = "Arial"
    """The one font of cells, charts and footers."""
    size: Annotated[int, BeforeValidator(_points)] = 10
    """Points of ordinary text, 8 to 12; headings and charts follow."""
    ink: TextColour = "1F2933"
    """Ordinary text."""
    quiet: TextColour = "52606D"
    """Text of less weight, and the labels of charts."""
    accent: TextColour = "12355B"
    """Messages and headings."""
    link: TextColour = "1F4E8C"
    """Links to other sheets."""
    header: Colour = "DCE6F0"
    """Fill of a table's header."""
    rule: Colour = "9AA5B1"
    """Lines below rows, and the axes of charts."""
    grid: Colour = "E4E7EB"
    """Lines across charts."""
    good: Look = _look("DDF2E3", "14532D")
    """A check that holds."""
    bad: Look = _look("B3261E", "FFFFFF")
    """A check that failed, and banners."""
    alert: Look = _look("FFF1D6", "6B4200")
    """What asks for attention."""
    series: Annotated[tuple[Colour, ...], _at_least(5, "colours")] = ("1B4F91", "E69F00", "3C9D6E", "B5477E", "7CC4E8")
    """Chips, workloads, accounts: colours that differ in hue and, printed in grey, in lightness."""
    markets: Annotated[tuple[Colour, ...], _at_least(2, "colours")] = (
        "B3261E", "1F5FA8", "3C9D6E", "E69F00", "7B5EA7", "5B6770",
    )  # fmt: skip
    """Markets in the case's order."""
    other: Colour = "B8C1CB"
    """What is too small to be shown by itself."""
    capacity: Colour = "D3DCE6"
    """Pale columns of a limit behind a line."""
    rise: Colour = "F0A868"
    """Steps up of a waterfall, which carry their number."""
    fall: Colour = "BFE5CD"
    """Steps down of a waterfall."""
    total: Colour = "93B1D6"
    """Columns that a waterfall leads from and to."""
    heat: Annotated[tuple[Look, ...], _at_least(5, "looks", exactly=True)] = (
        _look("FDF0D5", "3D2A00"), _look("FBD9A0", "3D2A00"), _look("EFA94A", "241800"), _look("A8520A", "FFFFFF"),
        _look("662A08", "FFFFFF"),
    )  # fmt: skip
    """Cells by the size of their number, from the smallest."""
    gantt: GanttLooks = GanttLooks()
    """Cells of the Gantt."""
    logo: Path | None = None
    """A PNG or JPEG on Summary, its path relative to the theme's file."""

    @field_validator("header", "rise", "fall", "total")
    @classmethod
    def _carries_ink(cls, fill: str, info: ValidationInfo) -> str:
        if "ink" in info.data:
            read_on(fill, info.data["ink"])
        return fill

    @field_validator("logo", mode="before")
    @classmethod
    def _is_a_picture(cls, typed: Any, info: ValidationInfo) -> Path | None:
        if typed is None:
            return None
        if not isinstance(typed, str | Path) or not str(typed).strip():
            raise RefusedValueError(Message("found {typed}; allowed: the path of a PNG or JPEG", typed=shown(typed)))
        path = Path((info.context or {}).get("folder", ""), typed)
        _check_picture(path, shown(str(typed)))
        return path

    def colour(self, role: str) -> str:
        """Colour of a role as RRGGBB; numbered roles begin again behind the last colour.

        >>> Theme().colour("market 2"), Theme().colour("market 8"), Theme().colour("accent")
        ('1F5FA8', '1F5FA8', '12355B')
        """
        family, _, number = role.rpartition(" ")
        if family:
            colours = {"series": self.series, "market": self.markets}[family]
            return colours[(int(number) - 1) % len(colours)]
        return {name: value for name, value in self if isinstance(value, str) and name != "font"}[role]

    def looks(self) -> dict[str, Look]:
        """Filled cells by the name of their look."""
        plain = {"good": self.good, "bad": self.bad, "banner": self.bad, "alert": self.alert}
        heat = {f"heat {i + 1}": look for i, look in enumerate(self.heat)}
        return plain | heat | {name: look for name, look in self.gantt if isinstance(look, Look)}

    @property
    def scale(self) -> float:
        """Height of a row against that of ten-point text."""
        return self.size / 10

    @property
    def digit_pixels(self) -> int:
        """Pixels that a figure of ordinary text is wide, the unit of a column's width, at 96 dots per inch.

        >>> Theme().digit_pixels, Theme(font="Calibri", size=11).digit_pixels
        (7, 7)
        """
        return round(DIGITS.get(self.font, ARIAL_DIGIT) * self.size * 96 / 72)


def theme_in_use(theme: Theme | None) -> Theme:
    """The theme asked for, else the report's own; where none names a font, one with the language's glyphs."""
    theme = theme or Theme()
    own = font_in_use(theme.font)
    return theme if own == theme.font or "font" in theme.model_fields_set else theme.model_copy(update={"font": own})


def read_theme(path: Path) -> Theme:
    """A theme as written in a YAML file: a table of the fields of Theme.

    Raises CaseError with every problem, each with its line, its key, what was found and what is allowed.
    """
    name = path.name
    data, places = _typed(path, name)
    try:
        return Theme.model_validate(data, context={"folder": path.parent})
    except ValidationError as error:
        problems = typed_problems(error, Theme)
        raise CaseError([each.at(_place(each.path, places)) for each in problems], file=str(path)) from error


KeyPath = tuple[str, ...]


def _typed(path: Path, name: str) -> tuple[dict[str, Any], dict[KeyPath, str]]:
    """The file as nested text, and the line of each of its values."""
    places: dict[KeyPath, str] = {}

    def refused(message: Message, line: int | None = None, at: KeyPath = ()) -> CaseError:
        place = name if line is None else f"{name}:{line + 1}"
        return CaseError([Problem(at, message, place)], file=str(path))

    def plain(node: yaml.Node, at: KeyPath) -> Any:
        line = node.start_mark.line
        places[at] = f"{name}:{line + 1}"
        if isinstance(node, yaml.SequenceNode):
            return [plain(each, (*at, str(i))) for i, each in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return node.value
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise refused(Message("found a key that is no text"), key.start_mark.line, at)
            if key.value in found:
                raise refused(Message("stands twice; delete one"), key.start_mark.line, (*at, key.value))
            found[key.value] = plain(value, (*at, key.value))
        return found

    try:
        if path.exists() and not path.is_file():
            raise refused(Message("is no regular file; name a theme written as YAML"))
        if path.stat().st_size > MOST_BYTES:
            raise refused(Message("is larger than the {text} kB that a theme may have", text=MOST_BYTES // 1000))
        text = path.read_text("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise refused(Message("found an alias (*name); write the value itself"))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_LEVELS:
                raise refused(Message("is nested deeper than a theme is"))
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = {} if root is None else plain(root, ())
    except OSError as error:
        raise refused(Message("cannot be read: {reason}", reason=str(error.strerror))) from error
    except UnicodeDecodeError as error:
        raise refused(Message("is no text saved as UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        raise refused(
            Message("found text that is not YAML: {problem}", problem=str(error.problem)),
            error.problem_mark.line if error.problem_mark else None,
        ) from error
    except yaml.YAMLError as error:
        raise refused(Message("is not YAML that can be read")) from error
    if not isinstance(data, dict):
        raise refused(Message("found {data}; a theme is a table, such as accent: 12355B", data=shown(data)), 0)
    return data, places


def _place(at: KeyPath, places: dict[KeyPath, str]) -> str | None:
    """Line of the nearest thing that was typed."""
    return next((places[at[:length]] for length in range(len(at), -1, -1) if at[:length] in places), None)


def _check_picture(path: Path, name: str) -> None:
    """Refuse what cannot be shown as a logo."""
    try:
        if path.exists() and not path.is_file():
            raise RefusedValueError(
                Message("found {name}, which is no file; allowed: the path of a PNG or JPEG", name=name)
            )
        content = path.read_bytes() if path.stat().st_size <= MOST_LOGO_BYTES else None
    except FileNotFoundError:
        raise RefusedValueError(
            Message("found {name}, and there is no such file; allowed: the path of a PNG or JPEG", name=name)
        ) from None
    except OSError as error:
        raise RefusedValueError(
            Message("found {name}, which cannot be read: {reason}", name=name, reason=str(error.strerror))
        ) from None
    if content is None:
        raise RefusedValueError(
            Message(
                "found {name}, a large file; allowed: a PNG or JPEG of up to {text} kB",
                name=name,
                text=MOST_LOGO_BYTES // 1000,
            )
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        too_large = picture.width * picture.height > MOST_DOTS or max(picture.size) > MOST_SIDE
        known = picture.format in ("PNG", "JPEG")
        if not too_large:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        known = too_large = False
    if too_large:
        dots = f"up to {MOST_DOTS // 1_000_000} million dots, {MOST_SIDE:,} a side"
        raise RefusedValueError(
            Message(
                "found {name}, a picture of {width} by {height} dots; allowed: {dots}",
                name=name,
                width=picture.width,
                height=picture.height,
                dots=dots,
            )
        )
    if not known:
        raise RefusedValueError(
            Message("found {name}, which is no picture that can be read; allowed: a PNG or JPEG", name=name)
        )
