"""What a case file says before the schema has looked at it: values, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_origin

from planner.schema.walk import Path, below, members

_MONTH = re.compile(r"\d{4}-\d\d")

Scalar: TypeAlias = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value, a list or a table as typed."""

    place: str
    """Where it was typed, which is where its key stands: `2026.yaml:14`."""
    value: Scalar | list[Node] | dict[str, Node]
    """What was typed."""
    text: str | None = None
    """The characters of a single value, for fields that hold text: 910 may be a chip's name."""


@dataclass(frozen=True, slots=True)
class Workbook(Node):
    """What a workbook holds, with what it leaves to the files that it goes with."""

    elsewhere: tuple[tuple[Path, str], ...] = ()
    """Rows that it speaks of and does not hold, parents first, each with the first place: another file must."""
    blanks: dict[Path, str] = field(default_factory=dict)
    """Blank cells of fields that must be typed, if not here."""
    notes: tuple[str, ...] = ()
    """What is read and yet worth a word, in whole sentences."""


def plain(node: Node, annotation: Any) -> Any:
    """Nested plain data for the schema, whose annotation says where a number is meant as text."""
    if isinstance(node.value, dict):
        return {key: plain(child, below(annotation, key)) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child, below(annotation, "")) for child in node.value]
    if node.value is not None and node.text is not None and _wants_text(annotation):
        return node.text
    return node.value


def _wants_text(annotation: Any) -> bool:
    kinds = set(members(annotation))
    return bool(kinds) and all(kind in (str, type(None)) or get_origin(kind) is Literal for kind in kinds)


def places(node: Node, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every path that was typed, with its place; a point of a profile typed as a month is also its first day."""
    yield path, node.place
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from places(child, (*path, key))
            if path and path[-1] in ("step", "linear") and _MONTH.fullmatch(key):
                yield (*path, f"{key}-01"), child.place
    elif isinstance(node.value, list):
        for position, child in enumerate(node.value):
            yield from places(child, (*path, str(position)))
