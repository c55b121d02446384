"""Yes or no."""

from __future__ import annotations

from typing import Any

from planner.schema.kinds.kind import Kind
from planner.schema.walk_fields import members
from planner.typed_text import truth


def _words(value: Any) -> str:
    return "true" if value else "false"


YES_NO = Kind(
    "true or false",
    "yes or no",
    lambda annotation: bool in members(annotation),
    read=lambda value, field, known: truth(value),
    words=_words,
    refusals=dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
)
