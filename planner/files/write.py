"""A case as YAML: complete, with defaults, the same text for the same case on every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from planner.files.yamlfile import scalar
from planner.schema.case import Case
from planner.schema.kinds import plain_value

WIDTH = 100
"""Columns within which a small table is written on one line."""
_PLAIN = re.compile(r"[^\W][\w .+/%()&;'$-]*(?<! )")
_NUMBER_ELSEWHERE = re.compile(r"[-+.\d_]+([eE][-+.\d_]*)?|0[box][\w]+")
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
_BOOLEAN_ELSEWHERE = {"y", "n", "yes", "no", "on", "off"}


def write_yaml(case: Case) -> str:
    """The whole case as YAML text; reading it gives an equal case.

    Rows and fields stand in the order typed and defined; what is left out is None or empty by default.
    """
    return "\n".join(_block(_fields(case), depth=0)) + "\n"


def flow(value: Any) -> str:
    """A value on one line, as YAML in flow style.

    >>> from planner.time_profile import Growth
    >>> flow(Growth(base=100.0, growth_per_year=0.05))
    '{base: 100, growth_per_year: 0.05}'
    """
    return _flow(_data(value))


def _fields(row: BaseModel) -> dict[str, Any]:
    """A row's fields as plain data, without those that say nothing."""
    fields = {}
    for name, field in type(row).model_fields.items():
        value = getattr(row, name)
        if not field.is_required() and value == field.get_default(call_default_factory=True) and _says_nothing(value):
            continue
        fields[name] = _data(value)
    return fields


def _says_nothing(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return all(_says_nothing(getattr(value, name)) for name in type(value).model_fields)
    return value is None or value in ({}, [])


def _data(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(plain_value(key)): _data(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_data(each) for each in value]
    return plain_value(value)


def _block(value: dict[str, Any] | list[Any], *, depth: int) -> list[str]:
    """Lines of a table or list that is not empty, without indentation."""
    if isinstance(value, dict):
        return [line for key, each in value.items() for line in _entry(f"{_text(key)}:", each, depth)]
    return [line for each in value for line in _item(each, depth)]


def _entry(key: str, value: Any, depth: int) -> list[str]:
    flow = _flow(value)
    if not isinstance(value, (dict, list)) or not value:
        return [f"{key} {flow}"]
    if _is_small(value, flow, depth) and 2 * depth + len(key) + 1 + len(flow) <= WIDTH:
        return [f"{key} {flow}"]
    return [key, *(f"  {line}" for line in _block(value, depth=depth + 1))]


def _item(value: Any, depth: int) -> list[str]:
    flow = _flow(value)
    if not isinstance(value, (dict, list)) or not value or 2 * depth + 2 + len(flow) <= WIDTH:
        return [f"- {flow}"]
    first, *rest = _block(value, depth=depth + 1)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _is_small(value: dict[str, Any] | list[Any], flow: str, depth: int) -> bool:
    """Lists of names go on one line anywhere; tables below the rows of a table do."""
    if isinstance(value, list):
        return not any(isinstance(each, (dict, list)) for each in value)
    return depth >= 2 and flow.count("{") <= 2


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    return str(value) if isinstance(value, int) else _text(str(value))


def _number(value: float) -> str:
    """A number as typed: whole ones without a point.

    >>> [_number(value) for value in (3.0, 0.1, 1e-9, 1e22, float("inf"))]
    ['3', '0.1', '1e-09', '1e+22', '.inf']
    """
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(text: str) -> str:
    """Text with quotes where this reader, or one of YAML 1.1, would take it for something else.

    >>> [_text(text) for text in ("Ulanqab North", "NO", "12", "a: b", "2027-04-01")]
    ['Ulanqab North', '"NO"', '"12"', '"a: b"', '2027-04-01']
    """
    if _PLAIN.fullmatch(text) and scalar(text) == text:
        odd = _NUMBER_ELSEWHERE.fullmatch(text) and not _DATE.fullmatch(text)
        if not odd and text.lower() not in _BOOLEAN_ELSEWHERE:
            return text
    return '"' + "".join(map(_character, text)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    if character == " " or (character.isprintable() and character != "\ufeff"):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
