"""One cell as the value of a field, or why it is none: what was found, what is allowed and what to type instead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from planner.errors import CaseError
from planner.files.excel.grid import FilledCell
from planner.files.excel.layout import EMPTY_LIST, EMPTY_TABLE, SheetColumn, folded
from planner.files.values_with_places import Placed, TypedScalar
from planner.files.yamlfile import compose
from planner.message import Message, RefusedValueError
from planner.quantity import advice
from planner.quantity import readings as numbers_in
from planner.schema.wording import shown
from planner.typed_text import read_day, read_number, truth
from planner.units import unit_of

_GAPS = "\u00a0\u2007\u202f\u200b\ufeff"
"""Blanks that do not look like what they are: non-breaking, of a digit's width, narrow, of no width at all."""
_ESCAPED = re.compile(r"_x(000[0-9A-F]|001[0-9A-F])_")
_DATED = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")
_ISO = re.compile(r"\d{4}-\d\d(-\d\d)?([T ]00:00(:00)?)?")
_DAYS_BEFORE = date(1899, 12, 30).toordinal()
_FIRST_DAY, _LAST_DAY = 61, 2_958_465
"""Numbers of the days from March 1900 to the end of 9999."""
_YEARS = range(1990, 2201)


class WrongCell(RefusedValueError):  # noqa: N818  (no error of the program)
    """What is wrong with a cell."""


def unspaced(text: str) -> str:
    """Text without the blanks around it, whatever their kind.

    >>> unspaced("\\u00a0 CN ")
    'CN'
    """
    return text.strip().strip(_GAPS).strip()


def exact_text(text: str) -> str:
    """Text of a cell as it was meant: in quotes, as in JSON, where blanks around it count.

    >>> exact_text('" x"'), exact_text('"fast" track'), exact_text("a_x000D_\\n")
    (' x', '"fast" track', 'a\\n')
    """
    if text.startswith('"'):
        try:
            meant = json.loads(text, strict=False)
        except ValueError:
            return text
        return meant if isinstance(meant, str) else text
    text = text.replace("_x000D_\n", "\n") if "_x000D_\n" in text else text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text


def name_of(cell: FilledCell) -> str:
    """A name, be it typed as a number. Raises WrongCell."""
    if cell.content == "text":
        text: str = cell.value
        return exact_text(text) if text.startswith('"') else exact_text(unspaced(text))
    if cell.content == "number":
        return number_text(cell.value)
    if cell.content == "date":
        raise WrongCell(
            Message(
                "found the date {value} where a name belongs; Excel makes dates of names such as 3-4: format the "
                "cell as text and type the name again",
                value=_day(cell.value),
            )
        )
    raise WrongCell(
        Message("found {cell} where a name belongs; format the cell as text and type the name", cell=_found(cell))
    )


def number_text(value: float) -> str:
    """A number as the text that was meant.

    >>> number_text(910.0), number_text(1.5)
    ('910', '1.5')
    """
    return str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else repr(value)


def day_of(cell: FilledCell) -> str:
    """A date as year-month-day, or as typed in part: year-month. Raises WrongCell."""
    if cell.content == "date":
        if cell.value.time() != time():
            raise WrongCell(
                Message(
                    "found {value}; allowed: a date without a time of day{nearly}",
                    value=_day(cell.value),
                    nearly=_nearly(cell.value),
                )
            )
        return _day(cell.value)
    if cell.content == "number":
        raise WrongCell(_number_for_date(cell.value))
    if cell.content != "text":
        raise WrongCell(Message("found {cell}; allowed: a date, such as 2027-04-01", cell=_found(cell)))
    text = unspaced(cell.value).strip('"')
    if _ISO.fullmatch(text):
        return text[:10] if len(text) > 10 else text
    if day := read_day(text):
        return day.isoformat()
    raise WrongCell(_text_for_date(text))


def names_of(text: str) -> Iterator[str]:
    """The names in a list with commas; one in quotes, as in JSON, may hold a comma itself. Raises WrongCell.

    >>> list(names_of('H200, "a, b" , 910'))
    ['H200', 'a, b', '910']
    """
    rest = unspaced(text)
    decoder = json.JSONDecoder(strict=False)
    while True:
        rest = rest.lstrip().lstrip(_GAPS)
        name, after = None, ""
        if rest.startswith('"'):
            try:
                name, end = decoder.raw_decode(rest)
            except ValueError as error:
                raise WrongCell(
                    Message("found {rest} with a quote that does not end; end it, or take it out", rest=shown(rest))
                ) from error
            after = unspaced(rest[end:])
            if after and not after.startswith(","):
                raise WrongCell(
                    Message("found {after} after a name in quotes; put a comma between names", after=shown(after))
                )
        else:
            name, comma, more = rest.partition(",")
            name, after = unspaced(name), f"{comma}{more}"
        if not name and not rest.startswith('"'):
            raise WrongCell(
                Message("found {text} with nothing between two commas; take the spare comma out", text=shown(text))
            )
        yield name
        if not after:
            return
        rest = after[1:]


def read_name_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    name = name_of(cell)
    return Placed(place, name, name)


def read_text_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "text":
        text = exact_text(cell.value)
    elif cell.content == "number":
        text = number_text(cell.value)
    elif cell.content == "date":
        text = _day(cell.value)
    elif cell.content == "yes or no":
        text = "TRUE" if cell.value else "FALSE"
    else:
        raise WrongCell(
            Message("found {cell}; allowed: text; format the cell as text and type it again", cell=_found(cell))
        )
    return Placed(place, text, text)


def read_choice_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    typed = name_of(cell)
    meant = next((choice for choice in column.choices if folded(choice) == folded(typed)), typed)
    return Placed(place, meant, meant)


def read_number_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "number":
        return Placed(place, cell.value, number_text(cell.value))
    if cell.content == "date":
        raise WrongCell(
            Message(
                "found the date {value}; allowed: a number; format the cell as a number and type it again",
                value=_day(cell.value),
            )
        )
    if cell.content != "text":
        raise WrongCell(Message("found {cell}; allowed: a number", cell=_found(cell)))
    unit = unit_of(".".join(column.path)) or unit_of(".".join(column.path[:-1]))
    if (number := read_number(cell.value, unit)) is not None:
        return Placed(place, number, cell.value)
    raise WrongCell(_text_for_number(unspaced(cell.value), unit))


def read_whole_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    node = read_number_cell(cell, column, place)
    if isinstance(node, Placed) and isinstance(node.value, float):
        if not node.value.is_integer():
            raise WrongCell(
                Message("found {number_text}; allowed: a whole number", number_text=number_text(node.value))
            )
        return Placed(place, int(node.value), node.text)
    return node


def read_profile_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "text" and unspaced(cell.value).startswith("{"):
        return flow(unspaced(cell.value), place)
    return read_number_cell(cell, column, place)


def read_date_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    text = day_of(cell)
    return Placed(place, text, text)


def read_yes_no_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "yes or no":
        return Placed(place, cell.value, "true" if cell.value else "false")
    if cell.content == "text" and isinstance(meant := truth(cell.value), bool):
        return Placed(place, meant, cell.value)
    raise WrongCell(Message("found {cell}; allowed: yes or no", cell=_found(cell)))


def read_names_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "text" and unspaced(cell.value) == EMPTY_LIST:
        return Placed(place, [])
    names = list(names_of(cell.value)) if cell.content == "text" else [name_of(cell)]
    return Placed(place, [Placed(place, name, name) for name in names])


def read_anything_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "text" and unspaced(cell.value)[:1] in ("{", "["):
        return flow(unspaced(cell.value), place)
    if cell.content in ("text", "date"):
        return read_text_cell(cell, column, place)
    if cell.content == "yes or no":
        return Placed(place, cell.value, "true" if cell.value else "false")
    return read_number_cell(cell, column, place)


def read_empty_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed | None:
    if cell.content == "text" and unspaced(cell.value) == EMPTY_TABLE:
        return Placed(place, {})
    raise WrongCell(
        Message(
            "found {cell}; allowed: {empty_table} for none at all; type rows on the sheet of their own",
            cell=_found(cell),
            empty_table=EMPTY_TABLE,
        )
    )


def flow(text: str, place: str) -> Placed:
    """YAML in flow style typed in a cell. Raises WrongCell."""
    try:
        root, problems = compose(f"value: {text}", place)
    except CaseError as error:
        raise WrongCell(
            Message("found {text}: {message}", text=shown(text), message=error.problems[0].message)
        ) from error
    if problems:
        raise WrongCell(Message("found {text}: {message}", text=shown(text), message=problems[0].message))
    rows = root.value if isinstance(root.value, dict) else {}
    if set(rows) != {"value"}:
        raise WrongCell(
            Message("found {text}; allowed: one table in braces, or one list in brackets", text=shown(text))
        )
    return _placed(rows["value"], place)


def _placed(node: Placed, place: str) -> Placed:
    value: TypedScalar | list[Placed] | dict[str, Placed] = node.value
    if isinstance(value, dict):
        value = {key: _placed(child, place) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_placed(child, place) for child in value]
    return Placed(place, value, node.text)


def _day(moment: datetime) -> str:
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "minutes")


def _nearly(moment: datetime) -> Message | str:
    """The day that a moment just before its beginning stands for: some programs shift dates by part of a minute."""
    following = moment + timedelta(minutes=1)
    return (
        Message("; for the day that begins then type {date}", date=following.date())
        if following.date() > moment.date()
        else ""
    )


def _found(cell: FilledCell) -> Message | str:
    """What a cell holds, as messages say it."""
    if cell.content == "yes or no":
        return "TRUE" if cell.value else "FALSE"
    if cell.content == "date":
        return Message("the date {day}", day=_day(cell.value))
    if cell.content == "span":
        is_time = isinstance(cell.value, (time, timedelta))
        return Message("the time {time}", time=str(cell.value) if is_time else shown(cell.value))
    return shown(unspaced(cell.value)) if isinstance(cell.value, str) else number_text(cell.value)


def _number_for_date(number: float) -> Message:
    """Why a number is no date, with the date that it would be."""
    text = number_text(number)
    if number == number and abs(number) < 1e15 and number == int(number):
        whole = int(number)
        if whole in _YEARS:
            return Message("found {text}; allowed: a date; for the year {text} type {text}-01-01", text=text)
        try:
            meant = datetime.strptime(str(whole), "%Y%m%d").date()
        except ValueError:
            meant = None
        if meant is not None and meant.year in _YEARS:
            return Message("found the number {text}; allowed: a date; type {meant}", text=text, meant=meant)
        if _FIRST_DAY <= whole <= _LAST_DAY:
            day = date.fromordinal(_DAYS_BEFORE + whole)
            return Message(
                "found the number {text}, which would be the date {day}; format the cell as a date, or type {day}",
                text=text,
                day=day,
            )
    return Message("found the number {text}; allowed: a date, such as 2027-04-01", text=text)


def _text_for_date(text: str) -> Message:
    """Why a text is no date, with the dates that it may be."""
    parts = _DATED.fullmatch(text)
    if parts is None:
        return Message("found the text {text}; allowed: a date, such as 2027-04-01", text=shown(text))
    first, middle, last = (int(part) for part in parts.groups())
    orders = [(first, middle, last)] if len(parts[1]) == 4 else [(last, middle, first), (last, first, middle)]
    dates: list[str] = []
    for year, month, day in orders:
        try:
            dates.append(date(year + 2000 if year < 100 else year, month, day).isoformat())
        except ValueError:
            continue
    dates = list(dict.fromkeys(dates))
    if not dates:
        return Message("found the text {text}; allowed: a date, such as 2027-04-01", text=shown(text))
    if len(dates) == 1:
        return Message(
            "found the text {text}, which is no date to Excel; type {dates}", text=shown(text), dates=dates[0]
        )
    return Message(
        "found the text {text}, whose order is unclear; type {dates}", text=shown(text), dates=" or ".join(dates)
    )


def _text_for_number(text: str, unit: str = "") -> Message:
    """Why a text is no number, with the number that it may be."""
    digits = re.sub(rf"[\s{_GAPS}']", "", text)
    if digits.endswith("%") and (readings := [number_text(each) for each in numbers_in(digits[:-1])]):
        readings = [number_text(round(float(each) / 100, 12)) for each in readings]
        return Message(
            "found the text {text}; allowed: a number; type {readings}",
            text=shown(text),
            readings=" or ".join(readings),
        )
    if readings := [number_text(each) for each in numbers_in(digits)]:
        if len(readings) > 1:
            return Message(
                "found the text {text}, whose comma or point is unclear; type {readings} as a number",
                text=shown(text),
                readings=" or ".join(readings),
            )
        if digits == readings[0]:
            return Message(
                "found the text {text}, which is no number to Excel; type {digits} again with the cell formatted as a "
                "number",
                text=shown(text),
                digits=digits,
            )
        return Message(
            "found the text {text}; allowed: a number; type {readings}", text=shown(text), readings=readings[0]
        )
    told = advice(text, unit)
    return (
        Message("found the text {text}; allowed: a number; {told}", text=shown(text), told=told)
        if told
        else Message("found the text {text}; allowed: a number", text=shown(text))
    )
