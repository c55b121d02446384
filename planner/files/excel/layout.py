"""How a sheet of a case workbook is laid out: its rows, its columns and what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from planner.schema.kinds import Kind
from planner.schema.walk_fields import CasePath

ANY_NAME = "*"
"""Stands in a sheet's path for the name of a row."""
TITLE_ROW, HEADER_ROW, UNIT_ROW, MEANING_ROW, FIRST_ROW = 1, 2, 3, 4, 5
"""Rows of a sheet as written; a reader looks for the header itself."""
HEADER_WITHIN = 20
"""First rows among which a reader looks for the header."""
VERTICAL_HEADERS = ("field", "value", "unit", "meaning")
"""Headers of a vertical sheet."""
NAME_HEADER, VALUE_HEADER = "name", "value"
"""Header of the column that names a row, and of the one column of a table of plain values."""
EMPTY_TABLE, EMPTY_LIST = "{}", "[]"
"""What a cell says of a table or list that is typed and has nothing in it, where leaving it out means all."""


TEXT_FORMAT, DAY_FORMAT, PLAIN_FORMAT = "@", "yyyy-mm-dd", "General"
"""Number formats: text that stays text, dates as ISO writes them, and all else."""
EMPTY = Kind("table without rows", f"{EMPTY_TABLE} for none at all", holds=lambda annotation: False)
"""A nested table with a sheet of its own, for which nothing typed and nothing in it are not the same."""


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """One column of a horizontal sheet, or one row of a vertical one."""

    header: str
    """Field name; dotted below a nested single row."""
    kind: Kind
    """What the cells hold."""
    path: CasePath = ()
    """Where below the row: ("shortfall", "kind"); empty for what is no field: names, plain values."""
    unit: str = ""
    """Unit in words; empty where there is none."""
    meaning: str = ""
    """The field's description in the schema, on one line."""
    required: bool = False
    """Whether the field has no default, in a row that is typed at all."""
    default: Any = None
    """The default of a field that may be left out."""
    choices: tuple[str, ...] = ()
    """What a choice allows."""
    low: float | None = None
    """Least number allowed."""
    low_excluded: bool = False
    """Whether that least number itself is refused."""
    high: float | None = None
    """Largest number allowed."""
    high_excluded: bool = False
    """Whether that largest number itself is refused."""
    refers_to: str | None = None
    """Table of the case whose rows are named here: chips."""

    @property
    def allowed(self) -> str:
        """What may be typed, in words."""
        if self.choices:
            return ", ".join(self.choices)
        words = self.kind.allowed
        if self.refers_to:
            words = f"{words} of {self.refers_to.replace('_', ' ')}"
        words = ", ".join(filter(None, (words, self.bounds)))
        return f"{words}; moving in time: blank here and a row on Series" if self.kind.in_time else words

    @property
    def bounds(self) -> str:
        """The range of a number in words; empty where there is none."""
        bounds = []
        if self.low is not None:
            bounds.append(f"above {self.low:g}" if self.low_excluded else f"{self.low:g} or more")
        if self.high is not None:
            bounds.append(f"below {self.high:g}" if self.high_excluded else f"{self.high:g} or less")
        if bounds and not (self.low_excluded or self.high_excluded) and len(bounds) == 2:
            bounds = [f"{self.low:g} to {self.high:g}"]
        return ", ".join(bounds)


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """One sheet."""

    name: str
    """Name of the sheet, at most 31 characters."""
    path: CasePath
    """Where in a case: ("sites", "*", "build_options", "*"); `*` stands for the names of the key columns."""
    form: Literal["vertical", "table", "values", "list", "own"]
    """vertical: one row, a field a line; table: named rows; values: named plain values; list: rows without names;
    own: words of the workbook, no table of the schema."""
    keys: tuple[SheetColumn, ...]
    """The columns that name a row, parents first."""
    columns: tuple[SheetColumn, ...]
    """The fields."""
    meaning: str
    """What the sheet holds, in one sentence."""

    @property
    def table(self) -> str:
        """The table as shocks and series name it, without names: `sites.build_options`."""
        return ".".join(nameless(self.path))

    @property
    def problem_path(self) -> CasePath:
        """Where in a case a problem of the whole sheet lies."""
        return nameless(self.path) or (self.name,)

    @property
    def all_columns(self) -> tuple[SheetColumn, ...]:
        """Key columns, then fields."""
        return (*self.keys, *self.columns)

    def column(self, header: str) -> SheetColumn | None:
        """The column with a header in any writing."""
        wanted = folded(header)
        return next((column for column in self.all_columns if folded(column.header) == wanted), None)


def folded(text: str) -> str:
    """A sheet's name, a header or a choice as compared: case, blanks, underscores and dots make no difference.

    >>> folded("  Sites.Build_Options "), folded("pue\\u00a0")
    ('sites build options', 'pue')
    """
    return re.sub(r"[\s_.\u200b\ufeff]+", " ", text).strip().casefold()


def nameless(path: CasePath) -> CasePath:
    """A sheet's path without the places of its names.

    >>> nameless(("sites", "*", "build_options", "*"))
    ('sites', 'build_options')
    """
    return tuple(part for part in path if part != ANY_NAME)
