"""The tables of a case while its workbook is read: nested nodes, filled row by row and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from planner.files.excel.expected_sheets import sheets
from planner.files.excel.layout import ANY_NAME, folded
from planner.files.values_with_places import Placed
from planner.schema.case import Case
from planner.schema.walk_fields import CasePath, below, is_profile, row_of, table_of


class ReadTables:
    """What was read so far."""

    def __init__(self) -> None:
        self.root: dict[str, Placed] = {}
        self.rows: set[CasePath] = set()
        """Rows that stand on sheets of their own."""
        self.elsewhere: dict[CasePath, str] = {}
        """Rows that are spoken of and stand on no sheet, with the first place."""
        self.blanks: dict[CasePath, str] = {}
        """Blank cells of fields without a default."""
        self.empty: dict[CasePath, str] = {}
        """Tables said to have no rows."""
        self.waiting: dict[CasePath, str] = {}
        """Plain values that are blank and may yet come from Series."""

    def open(self, path: CasePath, place: str) -> dict[str, Placed]:
        """The fields at a path, made where there are none; `place` is that of what is made."""
        fields = self.root
        for part in path:
            node = fields.get(part)
            if node is None or not isinstance(node.value, dict):
                node = fields[part] = Placed(place, {})
            fields = node.value  # type: ignore[assignment]
        return fields

    def items(self, path: CasePath, places: Sequence[str]) -> list[Placed]:
        """The items of a list, made where there is none; a row that needs nothing else is made with them."""
        if not any(
            column.required for layout in sheets() if layout.path == (path[0], ANY_NAME) for column in layout.columns
        ):
            self.rows.add(path[:2])
        self.speak_of(path, places)
        fields = self.open(path[:-1], places[-1])
        node = fields.setdefault(path[-1], Placed(places[-1], []))
        return node.value if isinstance(node.value, list) else []

    def row(self, path: CasePath, places: Sequence[str], *, plain: bool) -> None:
        """A row on its sheet; a plain value is put later."""
        self.speak_of(path[:-1], places)
        self.rows.add(path)
        place = places[-1]
        if plain:
            self.open(path[:-1], place)
        else:
            fields = self.open(path[:-1], place)
            fields[path[-1]] = Placed(place, fields[path[-1]].value if path[-1] in fields else {})

    def speak_of(self, path: CasePath, places: Sequence[str]) -> None:
        """Remember the rows on a path that stand on no sheet; `places` name them in turn, the last one all the rest."""
        for position, row in enumerate(rows_on(path)):
            if row not in self.rows:
                self.elsewhere.setdefault(row, places[min(position, len(places) - 1)])

    def get(self, path: CasePath) -> Placed | None:
        """What stands at a path."""
        fields = self.root
        node = None
        for part in path:
            node = fields.get(part)
            if node is None:
                return None
            fields = node.value if isinstance(node.value, dict) else {}
        return node

    def put(self, path: CasePath, node: Placed, row_place: str) -> None:
        """Set a field; what lies between it and its row was typed with it."""
        self.open(path[:-1], row_place)[path[-1]] = node


def rows_on(path: CasePath) -> Iterator[CasePath]:
    """The rows of tables that a path leads through, parents first.

    >>> list(rows_on(("sites", "X", "onsite", "gas", "max_mw")))
    [('sites', 'X'), ('sites', 'X', 'onsite', 'gas')]
    """
    annotation: Any = Case
    for length, part in enumerate(path, 1):
        if row_of(annotation) is None and table_of(annotation) is not None:
            yield path[:length]
        annotation = below(annotation, part)


def table_named(name: str) -> CasePath | None:
    """The path of a table of named rows as shocks name it; tables within rows are named with their row's name.

    >>> table_named("policy.bans"), table_named("Sites"), table_named("sites.A.1.build_options"), table_named("x")
    (('policy', 'bans'), ('sites',), ('sites', 'A.1', 'build_options'), None)
    """
    parts = name.split(".")
    for layout in sheets():
        pattern = layout.path[:-1]
        if layout.form not in ("table", "values"):
            continue
        names = pattern.count(ANY_NAME)
        if names == 0 and folded(name) == folded(layout.table):
            return pattern
        if names == 1 and len(parts) >= 3:
            first, last = folded(parts[0]) == folded(pattern[0]), folded(parts[-1]) == folded(pattern[-1])
            if first and last and pattern.index(ANY_NAME) == 1 and len(pattern) == 3:
                return pattern[0], ".".join(parts[1:-1]), pattern[-1]
    return None


def profiles_below(annotation: Any, segments: list[str]) -> Iterator[CasePath]:
    """Paths of profiles that a dotted field reaches below a row; a name with dots of its own takes several segments."""
    if not segments:
        if is_profile(annotation):
            yield ()
        return
    row = row_of(annotation)
    if is_profile(annotation):
        return
    if row is not None:
        for field in row.model_fields:
            if folded(field) == folded(segments[0]):
                yield from ((field, *rest) for rest in profiles_below(below(annotation, field), segments[1:]))
    elif table_of(annotation) is not None:
        for taken in range(1, len(segments) + 1):
            name = ".".join(segments[:taken]).strip()
            yield from ((name, *rest) for rest in profiles_below(table_of(annotation), segments[taken:]))


def profile_names(annotation: Any) -> Iterator[str]:
    """Dotted fields below a row that may move in time, for hints; `*` stands for a name."""
    if is_profile(annotation):
        yield ""
        return
    row = row_of(annotation)
    if row is not None:
        for field in row.model_fields:
            yield from (f"{field}.{rest}".rstrip(".") for rest in profile_names(below(annotation, field)))
    elif table_of(annotation) is not None:
        yield from (f"*.{rest}".rstrip(".") for rest in profile_names(table_of(annotation)))
