"""The JSON Schema of a case file, which editors complete and check against."""

from __future__ import annotations

from typing import Any

from planner.schema.case import Case

TABLES = ("markets", "regions", "sites", "chips", "pools", "orders_placed", "workloads", "shocks")


def case_file_schema() -> dict[str, Any]:
    """Schema of a whole case file: the case, and the words that files have of their own."""
    schema = Case.model_json_schema(by_alias=True)
    required = schema.pop("required")
    names = {"type": "array", "items": {"type": "string"}}
    own = {
        "extends": {"type": "string", "description": "Case file that this one changes, relative to its folder."},
        "includes": {**names, "description": "Files of named shocks, relative to this file's folder."},
    }
    remove = {**names, "description": "Rows of the extended case to drop."}
    for table in TABLES:
        schema["properties"][table].setdefault("properties", {})["remove"] = remove
    schema["properties"] = {**own, **schema["properties"]}
    shocks_alone = {"required": ["shocks"], "maxProperties": 1}
    schema["anyOf"] = [{"required": required}, {"required": ["extends"]}, shocks_alone]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "planner case",
        "description": "One planning question: what a case file may say. All money is in USD.",
    }
