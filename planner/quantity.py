"""Numbers typed with a unit, a currency or a word for a size, and what they are in a field's own unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.typed_text import folded_name
from planner.units import CNY_PER_USD, SIZES, TYPED_UNITS

_RANGE = re.compile(r"([-+]?[\d.,]+) ?(?:[~∼〜–—…]|\.\.|至|到|to) ?([\d.,]+)(.*)")
_BEGINNING = re.compile(r"([-+]?(?:\d[\d.,']*|\.\d+)(?:[eE][-+]?\d+)?)(.*)")
_SIGNS = re.compile(r"(US\$|\$|￥|¥|USD|CNY|RMB) ?(.*)")
_PER = re.compile(r" ?(?:/| per |每| a (?=year|month|chip|unit)) ?")
_DEFAULT = "type the number alone, in the field's own unit"


def readings(digits: str) -> Iterator[float]:
    """The numbers that digits with commas and points may stand for; decimals that end in 0 are no decimals.

    >>> list(readings("1,200")), list(readings("1,234")), list(readings("1.200,5")), list(readings("1,20"))
    ([1200.0], [1234.0, 1.234], [1200.5], [1.2])
    """
    digits = re.sub(r"[ '\u2019]", "", digits).rstrip(".,")
    found: dict[float, None] = {}
    for group, point in ((",", "."), (".", ",")):
        grouped = re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(\{group}\d{{3}})+(\{point}\d+)?", digits)
        plain = re.fullmatch(rf"[-+]?\d*(\{point}\d+)?([eE][-+]?\d+)?", digits)
        if grouped or (plain and any(each.isdigit() for each in digits)):
            found[float(digits.replace(group, "").replace(point, "."))] = None
    if len(found) == 2 and digits.endswith("0") and "," in digits:
        found = dict.fromkeys([max(found, key=abs)])
    yield from found


def advice(text: str, unit: str, *, per_usd: float | None = None) -> str:
    """What to type for a text where a number belongs, in the field's own unit; empty where it holds no number.

    `unit` is the field's, as `unit_of` says it. Money of another currency is converted at `per_usd`, else at an
    example's rate, which the words name.

    >>> advice("120 MW", "MW"), advice("0.12 GW", "MW"), advice("3万", "chips")
    ('type the number alone: 120', '120 MW: type 120', '30000 chips: type 30000')
    >>> advice("0.38 元/kWh", "USD per MWh", per_usd=7.0)
    '54.2857 USD per MWh at 7 CNY per USD: type 54.2857'
    >>> advice("300亿元", "million USD", per_usd=7.0)
    '4285.71 million USD at 7 CNY per USD: type 4285.71'
    >>> advice("12~18", "months")
    'two numbers, 12 and 18: type one of them'
    >>> advice("1.2 B USD", "million USD"), advice("85 %", "fraction"), advice("1,200", "MW")
    ('1200 million USD: type 1200', 'type 0.85', 'type 1200')
    """
    plain = folded_name(text).replace("\u2212", "-").replace("CO2", "").strip()
    if found := _RANGE.fullmatch(plain):
        low, high = next(readings(found[1]), None), next(readings(found[2]), None)
        if low is not None and high is not None:
            return f"two numbers, {low:g} and {high:g}: type one of them"
    sign = _SIGNS.fullmatch(plain)
    prefix, rest = (sign[1], sign[2]) if sign else ("", plain)
    rest = re.sub(r"(?<=\d)[ '\u2019](?=\d{3}(\D|$))", "", rest)
    beginning = _BEGINNING.fullmatch(rest)
    numbers = list(readings(beginning[1])) if beginning else []
    if beginning is None or not numbers or re.match(r"[-_:年]|/\d", beginning[2]):
        return ""
    tail = f"{prefix} {beginning[2].strip()}".strip() if prefix else beginning[2].strip()
    if len(numbers) > 1:
        words = " or ".join(_number(each) for each in numbers)
        return f"the comma or point is unclear: type {words}"
    return _in_unit(numbers[0], tail, unit, per_usd)


def _in_unit(number: float, tail: str, unit: str, per_usd: float | None) -> str:
    """What a number with something behind it is in a field's unit."""
    if not tail:
        return f"type {_number(number)}"
    typed, wanted = _measured(tail), _measured(unit)
    if typed is None:
        return f"which {unit or 'number'} is meant? {_DEFAULT}"
    factor, kinds, is_cny = typed
    if not kinds and not is_cny:
        whole = number * factor
        if tail.endswith("%") and unit == "fraction":
            return f"type {_number(whole)}"
        if unit.startswith("million") and factor != 1:
            return f"in USD that is {_number(whole / 1e6)}, in {unit} {_number(whole)}: type the one meant"
        return f"{_number(whole)} {unit}".strip() + f": type {_number(whole)}"
    if wanted is None or sorted(kinds) != sorted(wanted[1]):
        return f"which is not in {unit or 'the unit of the field'}: {_DEFAULT}{f' ({unit})' if unit else ''}"
    rate = (per_usd or CNY_PER_USD) if is_cny else 1.0
    whole = number * factor / wanted[0] / rate
    if not is_cny and factor == wanted[0]:
        return f"type the number alone: {_number(whole)}"
    told = f"{_number(whole)} {unit}"
    if is_cny and per_usd is None:
        return f"at {CNY_PER_USD:g} CNY per USD that would be {told}; type the figure at your own rate"
    return f"{told}{f' at {rate:g} CNY per USD' if is_cny else ''}: type {_number(whole)}"


def _measured(text: str) -> tuple[float, list[str], bool] | None:
    """Size, kinds and whether it is in yuan of a unit such as `万元/MW`; None where a word of it is unknown."""
    factor, kinds, is_cny = 1.0, [], False
    for at, part in enumerate(_PER.split(text.replace("FLOP/s", "FLOPS").replace("fraction per", "fraction/"))):
        rest = part.strip()
        while rest:
            name = _longest(rest)
            if name is None:
                return None
            rest = rest[len(name) :].strip()
            size, kind = TYPED_UNITS[name] if name in TYPED_UNITS else (SIZES[name], "")
            factor = factor / size if at else factor * size
            is_cny = is_cny or kind == "CNY"
            if kind:
                kinds.append(("/" if at else "") + ("USD" if kind == "CNY" else kind))
    return factor, [each for each in kinds if each.strip("/") != "one"], is_cny


def _longest(text: str) -> str | None:
    """The longest unit or size that a text begins with, whole words in Latin letters."""
    found = None
    for name in (*TYPED_UNITS, *SIZES):
        if not text.lower().startswith(name.lower()):
            continue
        after = text[len(name) : len(name) + 1]
        if name[-1].isascii() and name[-1].isalpha() and after.isascii() and after.isalpha():
            continue
        exact = text.startswith(name)
        if found is None or (len(name), exact) > (len(found), text.startswith(found)):
            found = name
    return found


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


__all__ = ["advice", "readings"]
