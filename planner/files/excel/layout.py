"""The sheets of a case workbook, derived from the schema: what `read` expects and `write` lays out.

A table of the schema is a sheet; its rows are named in the first columns, parents first. Single rows are vertical
sheets; single rows within rows are flattened with a dot; tables and lists within rows are sheets of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from planner.profile import Growth
from planner.schema.assumptions import Assumption
from planner.schema.base import Row
from planner.schema.case import Case
from planner.schema.walk import Path, fields_of, is_profile, items_of, members, row_of, table_of
from planner.units import unit_of

ANY_NAME = "*"
"""Stands in a sheet's path for the name of a row."""
LONGEST_NAME = 31
"""Characters that Excel allows for a sheet's name."""
TITLE_ROW, HEADER_ROW, UNIT_ROW, MEANING_ROW, FIRST_ROW = 1, 2, 3, 4, 5
"""Rows of a sheet as written; a reader looks for the header itself."""
HEADER_WITHIN = 20
"""First rows among which a reader looks for the header."""
VERTICAL_HEADERS = ("field", "value", "unit", "meaning")
"""Headers of a vertical sheet."""
NAME, VALUE = "name", "value"
"""Header of the column that names a row, and of the one column of a table of plain values."""
BASE_FORMS = ("step", "linear", "growth")
"""Forms of a profile that `Series` holds; step and linear may stand on `Series by date`."""
CHANGE_FORMS = ("set", "scale", "add")
"""Dated changes on top of a profile."""
EMPTY_TABLE, EMPTY_LIST = "{}", "[]"
"""What a cell says of a table or list that is typed and has nothing in it, where leaving it out means all."""


class Kind(Enum):
    """What a column holds."""

    NAME = "a name"
    TEXT = "text"
    CHOICE = "one of the choices"
    NUMBER = "a number"
    WHOLE = "a whole number"
    PROFILE = "a number, or rows on Series"
    DATE = "a date"
    YES_NO = "yes or no"
    NAMES = "names with commas"
    ANYTHING = "a number, a text, yes or no"
    EMPTY = "{} for none at all"
    """A nested table with a sheet of its own, for which nothing typed and nothing in it are not the same."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a horizontal sheet, or one row of a vertical one."""

    header: str
    """Field name; dotted below a nested single row."""
    path: Path
    """Where below the row: ("shortfall", "kind")."""
    annotation: Any
    """The schema's annotation of the field; None for words of the workbook's own."""
    kind: Kind
    """What the cells hold."""
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
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        words = {Kind.NAME: "a name", Kind.PROFILE: "a number"}.get(self.kind, self.kind.value)
        if self.refers_to:
            words = f"{words} of {self.refers_to.replace('_', ' ')}"
        bounds = []
        if self.low is not None:
            bounds.append(f"above {self.low:g}" if self.low_excluded else f"{self.low:g} or more")
        if self.high is not None:
            bounds.append(f"below {self.high:g}" if self.high_excluded else f"{self.high:g} or less")
        if bounds and not (self.low_excluded or self.high_excluded) and len(bounds) == 2:
            bounds = [f"{self.low:g} to {self.high:g}"]
        words = ", ".join([words, *bounds])
        return f"{words}; moving in time: blank here and a row on Series" if self.kind is Kind.PROFILE else words


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """One sheet."""

    name: str
    """Name of the sheet, at most 31 characters."""
    path: Path
    """Where in a case: ("sites", "*", "build_options", "*"); `*` stands for the names of the key columns."""
    form: Literal["vertical", "table", "values", "list", "own"]
    """vertical: one row, a field a line; table: named rows; values: named plain values; list: rows without names;
    own: words of the workbook, no table of the schema."""
    keys: tuple[Column, ...]
    """The columns that name a row, parents first."""
    columns: tuple[Column, ...]
    """The fields."""
    meaning: str
    """What the sheet holds, in one sentence."""

    @property
    def table(self) -> str:
        """The table as shocks and series name it, without names: `sites.build_options`."""
        return ".".join(part for part in self.path if part != ANY_NAME)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Key columns, then fields."""
        return (*self.keys, *self.columns)

    def column(self, header: str) -> Column | None:
        """The column with a header in any writing."""
        wanted = folded(header)
        return next((column for column in self.all_columns if folded(column.header) == wanted), None)


def folded(text: str) -> str:
    """A sheet's name, a header or a choice as compared: case, blanks, underscores and dots make no difference.

    >>> folded("  Sites.Build_Options "), folded("pue\\u00a0")
    ('sites build options', 'pue')
    """
    return re.sub(r"[\s_.\u200b\ufeff]+", " ", text).strip().casefold()


def in_words(path: Path) -> str:
    """The name of a sheet: its path in words, without its middle or its end where it is longer than Excel allows.

    >>> in_words(("sites", "*", "build_options", "*")), in_words(("onsite_sources", "*", "supply_mw_per_year", "*"))
    ('Sites build options', 'Onsite sources supply')
    >>> in_words(("uncertainty", "*", "outcomes", "*", "changes"))
    'Uncertainty changes'
    """
    parts = [part.replace("_", " ") for part in path if part != ANY_NAME]
    if len(parts) > 2:
        parts = [parts[0], parts[-1]]
    if len(" ".join(parts)) > LONGEST_NAME:
        parts[-1] = parts[-1].split(" ")[0]
    name = " ".join(parts)
    return name[0].upper() + name[1:]


def singular(table: str, row: type[Row] | None) -> str:
    """What one row of a table is called: `site` of sites, `reveal` of uncertainty."""
    if table.endswith("s") or row is None:
        return table.removesuffix("s")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", row.__name__).lower()


@cache
def sheets() -> tuple[SheetLayout, ...]:
    """The sheets of the schema's tables, Settings first, in the schema's order."""
    return tuple(_row_sheets(Case, (), ()))


@cache
def own_sheets() -> tuple[SheetLayout, ...]:
    """The sheets that hold profiles and dropped rows: Series, Series by date, Remove."""
    return SERIES, SERIES_BY_DATE, REMOVE


@cache
def sheet_position(name: str) -> int:
    """Where a sheet stands among those of a workbook; those that are not known come first."""
    names = [folded(layout.name) for layout in (*sheets(), *own_sheets())]
    return names.index(folded(name)) if folded(name) in names else -1


def _row_sheets(row: type[Row], path: Path, parents: tuple[Column, ...]) -> Iterator[SheetLayout]:
    """Sheets of the tables, lists and single rows that a row holds."""
    for field, annotation in fields_of(row).items():
        info, at = row.model_fields[field], (*path, field)
        inner, items, nested = table_of(annotation), items_of(annotation), row_of(annotation)
        if inner is not None and not is_profile(annotation):
            yield from _table_sheets(at, inner, info, parents)
        elif items is not None and row_of(items) is not None:
            model = row_of(items)
            columns = tuple(_columns(model)) if model else ()
            yield SheetLayout(in_words(at), at, "list", parents, columns, _meaning(info))
        elif nested is not None and not path and any(table_of(each) is None for each in fields_of(nested).values()):
            columns = (*_columns(nested), *(FILE_COLUMNS if field == "settings" else ()))
            yield SheetLayout(in_words(at), at, "vertical", (), columns, _meaning(info))
            yield from _row_sheets(nested, at, ())
        elif nested is not None:
            yield from _row_sheets(nested, at, parents)


def _table_sheets(path: Path, inner: Any, info: FieldInfo, parents: tuple[Column, ...]) -> Iterator[SheetLayout]:
    row = row_of(inner)
    at = (*path, ANY_NAME)
    table = path[-1]
    refers = "chips" if table == "existing_fleet" else "onsite_sources" if table == "onsite" else None
    refers = refers or ({"supply_mw_per_year": "markets", "delay_weights": "workloads"}.get(table))
    refers = refers or (table if parents and table in Case.model_fields else None)
    own = Column(NAME, (), str, Kind.NAME, meaning="Name of the row", required=True, refers_to=refers)
    if row is None:
        value = _column(VALUE, (), inner, None, table)
        yield SheetLayout(in_words(at), at, "values", (*parents, own), (value,), _meaning(info))
        return
    yield SheetLayout(in_words(at), at, "table", (*parents, own), tuple(_columns(row)), _meaning(info))
    called = singular(table, row)
    of = ".".join(part for part in path if part != ANY_NAME)
    parent = Column(called, (), str, Kind.NAME, meaning=f"Row of {in_words(path)}", required=True, refers_to=of)
    yield from _row_sheets(row, at, (*parents, parent))


def _columns(row: type[Row], path: Path = (), *, optional: bool = False) -> Iterator[Column]:
    """Columns of a row's fields; `optional` below a nested row that may be left out as a whole."""
    for field, annotation in fields_of(row).items():
        info, at = row.model_fields[field], (*path, field)
        nested, inner, items = row_of(annotation), table_of(annotation), items_of(annotation)
        if inner is not None and not is_profile(annotation):
            if type(None) in members(annotation):
                yield Column(".".join(at), at, annotation, Kind.EMPTY, meaning=_meaning(info))
        elif items is not None and row_of(items) is not None:
            continue
        elif nested is not None:
            yield from _columns(nested, at, optional=type(None) in members(annotation))
        else:
            column = _column(".".join(at), at, annotation, info, field)
            yield replace(column, required=False) if optional else column


def _column(header: str, path: Path, annotation: Any, info: FieldInfo | None, field: str) -> Column:
    kind, choices = _kind(annotation)
    low, low_excluded, high, high_excluded = _range(annotation)
    return Column(
        header,
        path,
        annotation,
        kind,
        unit=unit_of(field) if kind in (Kind.NUMBER, Kind.WHOLE, Kind.PROFILE) else "",
        meaning=_meaning(info) if info else "The value",
        required=info is None or info.is_required(),
        default=None if info is None or info.is_required() else info.get_default(call_default_factory=True),
        choices=choices,
        low=low,
        low_excluded=low_excluded,
        high=high,
        high_excluded=high_excluded,
        refers_to=_refers_to(field, kind),
    )


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """What a field holds, with the choices of a choice."""
    if is_profile(annotation):
        return Kind.PROFILE, ()
    if items_of(annotation) is not None:
        return Kind.NAMES, ()
    kinds = [each for each in members(annotation) if each is not type(None)]
    for each in kinds:
        if get_origin(each) is Literal:
            return Kind.CHOICE, tuple(map(str, get_args(each)))
    simple = {bool: Kind.YES_NO, int: Kind.WHOLE, float: Kind.NUMBER, date: Kind.DATE}
    for each in kinds:
        if each in simple:
            return simple[each], ()
    if str in kinds:
        return (Kind.NAME if _is_name(annotation) else Kind.TEXT), ()
    return Kind.ANYTHING, ()


def _is_name(annotation: Any) -> bool:
    return any(getattr(each, "max_length", None) for each in _constraints(annotation))


def _constraints(annotation: Any) -> Iterator[Any]:
    """Every constraint in an annotation, those of its alternatives included."""
    for each in getattr(annotation, "__metadata__", ()):
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    for argument in (getattr(annotation, "__origin__", None), *get_args(annotation)):
        if argument is not None and argument is not annotation and not isinstance(argument, str):
            yield from _constraints(argument) if hasattr(argument, "__metadata__") or get_args(argument) else ()


def _range(annotation: Any) -> tuple[float | None, bool, float | None, bool]:
    """Least and largest number that a field allows, each with whether it is itself refused."""
    if is_profile(annotation):
        checks = checks_of(annotation)
        low = 0.0 if any(_refuses(check, -1.0) for check in checks) else None
        high = 1.0 if any(_refuses(check, 2.0) for check in checks) else None
        return low, False, high, False
    low = high = None
    low_excluded = high_excluded = False
    for each in _constraints(annotation):
        if getattr(each, "ge", None) is not None:
            low = float(each.ge)
        if getattr(each, "gt", None) is not None:
            low, low_excluded = float(each.gt), True
        if getattr(each, "le", None) is not None:
            high = float(each.le)
        if getattr(each, "lt", None) is not None:
            high, high_excluded = float(each.lt), True
    return low, low_excluded, high, high_excluded


def checks_of(annotation: Any) -> tuple[Callable[[Any], Any], ...]:
    """Checks of a number that a field allows; each raises ValueError with the reason."""
    return tuple(each.func for each in _constraints(annotation) if hasattr(each, "func"))


def _refuses(check: Any, value: float) -> bool:
    try:
        check(value)
    except (TypeError, ValueError):
        return True
    return False


def _refers_to(field: str, kind: Kind) -> str | None:
    """Table that a field of names speaks of."""
    if kind not in (Kind.NAME, Kind.NAMES):
        return None
    known = {
        "foreign": "chips",
        "domestic": "chips",
        "next": "uncertainty",
        "order_most": "chips",
        "order_most_in": "markets",
        "only_market": "markets",
    }
    return next((each for each in (known.get(field), field, f"{field}s") if each in Case.model_fields), None)


def _meaning(info: FieldInfo) -> str:
    """A field's description on one line."""
    return " ".join((info.description or "").split())


EXTENDS = Column("extends", ("extends",), str, Kind.TEXT, meaning="Case file that this one changes")
INCLUDES = Column("includes", ("includes",), list[str], Kind.NAMES, meaning="Files of named shocks")
FILE_COLUMNS = (EXTENDS, INCLUDES)
"""What Settings says of other files."""

SOURCES: tuple[Column, ...] = tuple(column for column in _columns(Assumption) if column.header != "path")
"""Columns that are welcome in every table: they make an assumption that speaks of the row."""

_SUBJECT = (
    Column("table", (), str, Kind.TEXT, meaning="Table, such as chips or policy.bans", required=True),
    Column("row", (), str, Kind.TEXT, meaning="Name of the row", required=True),
    Column(
        "field",
        (),
        str,
        Kind.TEXT,
        meaning="Field of the row, dotted below it: lead_months of sites, markets.CN.supply_per_year of chips",
        required=True,
    ),
)
_FORM = "step: in force until the next; linear: joined by straight lines; set, scale, add: changes from the date on"
SERIES = SheetLayout(
    "Series",
    (),
    "own",
    _SUBJECT,
    (
        Column(
            "form",
            (),
            str,
            Kind.CHOICE,
            meaning=f"{_FORM}; growth: base and growth_per_year",
            required=True,
            choices=(*BASE_FORMS, *CHANGE_FORMS),
        ),
        *(
            Column(
                name,
                (name,),
                info.annotation,
                Kind.DATE if name == "base_date" else Kind.NUMBER,
                unit="fraction per year" if name == "growth_per_year" else "",
                meaning=_meaning(info),
            )
            for name, info in Growth.model_fields.items()
        ),
    ),
    "Values that move in time, one a row, with dates across.",
)
"""The wide sheet of profiles; columns headed by dates follow those named here."""
SERIES_BY_DATE = SheetLayout(
    "Series by date",
    (),
    "own",
    _SUBJECT,
    (
        Column(
            "form",
            (),
            str,
            Kind.CHOICE,
            meaning=_FORM,
            required=True,
            choices=("step", "linear", *CHANGE_FORMS),
        ),
        Column("date", ("date",), date, Kind.DATE, meaning="Date of the value", required=True),
        Column(VALUE, (VALUE,), float, Kind.NUMBER, meaning="The value", required=True),
    ),
    "Values that move in time, one a date. Changes are applied in order, those on Series first.",
)
"""The long sheet of profiles."""
REMOVE = SheetLayout(
    "Remove",
    (),
    "own",
    (
        Column("table", (), str, Kind.TEXT, meaning="Table, such as chips or policy.bans", required=True),
        Column("row", (), str, Kind.TEXT, meaning="Row of the extended case to drop", required=True),
    ),
    (),
    "Rows of the extended case to drop.",
)
"""The sheet of dropped rows."""
README, LISTS = "README", "Lists"
"""Sheets that are not read: the data dictionary and the choices."""
