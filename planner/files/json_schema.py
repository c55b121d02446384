"""The JSON Schema of a case file, which editors complete and check against.

What a field may hold, and every row, is a definition that fields refer to; the meaning and the unit of a field stand
beside its reference. A row that is asked for its fields builds on the same row in part, which is asked for none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any, TypeAlias

from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.walk_fields import fields_of, row_of, table_of
from planner.units import unit_of

SchemaBlock: TypeAlias = dict[str, Any]
"""A schema within the schema."""
WIDTH = 120
"""Characters of a line."""
PART = "-in-part"
"""End of the name of a definition that asks for no field: what a case that extends another may say of it."""
_PREFIX = "#/$defs/"
_NOTES = ("default", "description", "x-plausible")
"""What stands beside a reference, since it speaks of one field alone."""
_TYPES = {
    "number": "number",
    "integer": "whole number",
    "string": "text",
    "boolean": "true or false",
    "null": "nothing",
}
_BOUNDS = {
    "minimum": "{:g} or more",
    "exclusiveMinimum": "above {:g}",
    "maximum": "{:g} or less",
    "exclusiveMaximum": "below {:g}",
}
_NAMES = {"type": "array", "items": {"type": "string"}}


def case_file_schema() -> SchemaBlock:
    """Schema of a whole case file: the case, and the words that files have of their own.

    A case that extends another may leave out what that one says, so it is held to the same fields but asked for none.
    """
    whole = _described(Case.model_json_schema())
    rows = {"Case": whole, **whole.pop("$defs")}
    shared: dict[str, SchemaBlock] = {}
    for row in rows.values():
        row["properties"] = {field: _each(value, _into(shared)) for field, value in row["properties"].items()}
    asking = {row.__name__ for row in _rows(Case) if _asks(row.__name__, rows)}
    parts = {f"{name}{PART}": _in_part(rows[name], asking) for name in sorted(asking)}
    rows |= {name: _complete(name, rows[name], asking) for name in asking}
    case, asked = parts.pop(f"Case{PART}"), rows.pop("Case")
    for name, annotation in fields_of(Case).items():
        if table_of(annotation) is not None:
            case["properties"][name]["properties"] = {"remove": {"$ref": f"{_PREFIX}rows-to-drop"}}
    shared["rows-to-drop"] = {**_NAMES, "description": "Rows of the extended case to drop."}
    own = {
        "extends": {"type": "string", "description": "Case file that this one changes, relative to its folder."},
        "includes": {**_NAMES, "description": "Files of named shocks, relative to this file's folder."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "planner case",
        "description": "One planning question: what a case file may say. All money is in USD.",
        "type": "object",
        "properties": {**own, **case["properties"]},
        "additionalProperties": False,
        "if": {"anyOf": [{"required": ["extends"]}, {"required": ["shocks"], "maxProperties": 1}]},
        "else": {"properties": asked["properties"], "required": asked["required"]},
        "$defs": {**shared, **rows, **parts},
    }


def schema_text() -> str:
    """The schema as the file beside the cases has it: what fits on a line stands on one."""
    return _printed(case_file_schema(), 0, 0) + "\n"


def _printed(value: Any, depth: int, before: int) -> str:
    """JSON whose blocks stand on one line where they fit, `before` being the characters that precede them."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or before + len(flat) < WIDTH:
        return flat
    keys = [f"{json.dumps(key)}: " for key in value] if isinstance(value, dict) else [""] * len(value)
    inner = value.values() if isinstance(value, dict) else value
    indent = " " * (depth + 1)
    lines = [
        indent + key + _printed(each, depth + 1, depth + 1 + len(key)) for key, each in zip(keys, inner, strict=True)
    ]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([first, ",\n".join(lines), f"{' ' * depth}{last}"])


def _described(schema: SchemaBlock) -> SchemaBlock:
    """What pydantic says of the case, without titles made of names, and with units behind the meanings."""
    plain: SchemaBlock = _each(schema, _untitled)
    for block in (plain, *plain["$defs"].values()):
        for field, value in block["properties"].items():
            if "description" in value:
                unit = unit_of(field)
                value["description"] = " ".join([*value["description"].split(), *([f"[{unit}]"] if unit else [])])
    return plain


def _untitled(block: SchemaBlock) -> SchemaBlock:
    return {
        key: each
        for key, each in block.items()
        if not (key == "title" and isinstance(each, str)) and not (key == "default" and each is None)
    }


def _rows(row: type[Row]) -> Iterator[type[Row]]:
    """A row and every kind of row that merges with an inherited one below it; items of lists are replaced."""
    found = {row: None}
    for annotation in fields_of(row).values():
        for each in (annotation, table_of(annotation)):
            nested = row_of(each)
            if nested is not None:
                found |= dict.fromkeys(_rows(nested))
    yield from found


def _into(shared: dict[str, SchemaBlock]) -> Callable[[SchemaBlock], SchemaBlock]:
    """Puts a block that may stand in several places among the shared ones, and leaves a reference in its place."""

    def share(block: SchemaBlock) -> SchemaBlock:
        plain = {key: each for key, each in block.items() if key not in _NOTES}
        called = _called(plain)
        if called is None:
            return block
        name = re.sub(r",? ", "-", called)
        shared[name] = {"type": "string", **plain} if called == "name" else plain
        return {"$ref": f"{_PREFIX}{name}"} | {key: block[key] for key in _NOTES if key in block}

    return share


def _called(block: SchemaBlock) -> str | None:
    """What a block of more than one word is called by what it holds; None where it speaks of one field alone.

    >>> _called({"type": "number", "maximum": 1, "minimum": 0}), _called({"type": "string", "format": "date"})
    ('number, 0 or more, 1 or less', 'date')
    >>> _called({"anyOf": [{"$ref": "#/$defs/date"}, {"type": "null"}]}), _called({"type": "boolean"})
    ('optional date', None)
    """
    return None if set(block) <= {"$ref"} or set(block) == {"type"} else _words(block)


def _words(block: SchemaBlock) -> str | None:
    match block:
        case {"$ref": str(name)} if len(block) == 1 and name.removeprefix(_PREFIX)[0].islower():
            return name.removeprefix(_PREFIX).replace("-", " ")
        case {"anyOf": [held, {"type": "null"}]} if len(block) == 1 and _words(held) is not None:
            return f"optional {_words(held)}"
        case {"oneOf": [{"type": "number"}, *forms]} if len(block) == 1 and all("$ref" in form for form in forms):
            return "number or profile"
        case {"type": "string", "format": str(form)} if len(block) == 2:
            return form
        case {"maxLength": 80, "minLength": 1} if len(block) == 2 or block.get("type") == "string":
            return "name"
        case {"type": "array", "items": {"$ref": "#/$defs/name"}} if len(block) == 2:
            return "list of names"
        case {"type": str(kind)} if kind in _TYPES and set(block) <= {"type", *_BOUNDS}:
            return ", ".join(
                [_TYPES[kind], *(said.format(block[key]) for key, said in _BOUNDS.items() if key in block)]
            )
    return None


def _each(value: Any, change: Callable[[SchemaBlock], SchemaBlock]) -> Any:
    """A schema with every block in it changed, inner ones first."""
    if isinstance(value, list):
        return [_each(each, change) for each in value]
    return change({key: _each(each, change) for key, each in value.items()}) if isinstance(value, dict) else value


def _asks(name: str, rows: Mapping[str, SchemaBlock]) -> bool:
    """Whether a row, or a row within it that merges with an inherited one, must say something."""
    row = rows[name]
    within = (each for value in row["properties"].values() for each in _merged(value))
    return "required" in row or any(_asks(each, rows) for each in within if each in rows)


def _merged(value: SchemaBlock) -> Iterator[str]:
    """The rows that a field holds, itself or by name; items of lists are replaced as a whole."""
    if "$ref" in value:
        yield value["$ref"].removeprefix(_PREFIX)
    for each in (value.get("additionalProperties"), *value.get("anyOf", ())):
        if isinstance(each, dict):
            yield from _merged(each)


def _in_part(row: SchemaBlock, asking: Container[str]) -> SchemaBlock:
    """A row asked for no field, itself or below."""
    properties = {field: _referring(value, asking, PART) for field, value in row["properties"].items()}
    return {key: value for key, value in row.items() if key != "required"} | {"properties": properties}


def _referring(value: SchemaBlock, asking: Container[str], ending: str) -> SchemaBlock:
    """A field's schema whose references to rows that ask for something have an ending."""
    changed = dict(value)
    if value.get("$ref", "").removeprefix(_PREFIX) in asking:
        changed["$ref"] += ending
    if isinstance(value.get("additionalProperties"), dict):
        changed["additionalProperties"] = _referring(value["additionalProperties"], asking, ending)
    if "anyOf" in value:
        changed["anyOf"] = [_referring(each, asking, ending) for each in value["anyOf"]]
    return changed


def _complete(name: str, row: SchemaBlock, asking: Container[str]) -> SchemaBlock:
    """A row asked for its fields, which is the row in part and more."""
    stricter = {
        field: {key: value[key] for key in ("$ref", "additionalProperties", "anyOf") if key in value}
        for field, value in row["properties"].items()
        if any(each in asking for each in _merged(value))
    }
    properties = {"properties": stricter} if stricter else {}
    required = {"required": row["required"]} if "required" in row else {}
    return {"allOf": [{"$ref": f"{_PREFIX}{name}{PART}"}], **properties, **required}
