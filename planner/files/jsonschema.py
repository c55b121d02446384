"""The JSON Schema of a case file, which editors complete and check against."""

from __future__ import annotations

import copy
from typing import Any

from planner.schema.case import Case

TABLES = (
    "markets",
    "regions",
    "sites",
    "onsite_sources",
    "chips",
    "pools",
    "orders_placed",
    "workloads",
    "shocks",
    "uncertainty",
    "alternatives",
)
PART = ", in part"
"""End of the name of a definition that asks for no field: what a case that extends another may say of it."""


def case_file_schema() -> dict[str, Any]:
    """Schema of a whole case file: the case, and the words that files have of their own.

    A case that extends another may leave out what that one says, so it is held to the same fields but asked for none.
    """
    whole = Case.model_json_schema()
    required, definitions, properties = whole["required"], whole["$defs"], whole["properties"]
    names = {"type": "array", "items": {"type": "string"}}
    own = {
        "extends": {"type": "string", "description": "Case file that this one changes, relative to its folder."},
        "includes": {**names, "description": "Files of named shocks, relative to this file's folder."},
    }
    partial = _in_part(properties)
    for table in TABLES:
        removed = {**names, "description": "Rows of the extended case to drop."}
        partial[table].setdefault("properties", {})["remove"] = removed
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "planner case",
        "description": "One planning question: what a case file may say. All money is in USD.",
        "type": "object",
        "if": {"anyOf": [{"required": ["extends"]}, {"required": ["shocks"], "maxProperties": 1}]},
        "then": {"properties": {**own, **partial}, "additionalProperties": False},
        "else": {"properties": {**own, **properties}, "required": required, "additionalProperties": False},
        "$defs": {**definitions, **{f"{name}{PART}": _in_part(row) for name, row in definitions.items()}},
    }


def _in_part(schema: Any) -> Any:
    """The same schema asking for no field, here or below."""
    if isinstance(schema, list):
        return [_in_part(each) for each in schema]
    if not isinstance(schema, dict):
        return copy.deepcopy(schema)
    part = {key: _in_part(value) for key, value in schema.items() if key != "required" or not isinstance(value, list)}
    if isinstance(part.get("$ref"), str):
        part["$ref"] += PART
    return part
