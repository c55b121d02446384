"""What a workbook has beside the schema's tables: sheets of profiles and dropped rows, sources, other files."""

from __future__ import annotations

from planner.files.excel.fields import columns_of, meaning_of
from planner.files.excel.layout import VALUE_HEADER, SheetColumn, SheetLayout, folded
from planner.schema.assumptions import Assumption
from planner.schema.kinds import CHOICE, DATE, NAMES, NUMBER, TEXT
from planner.time_profile import Growth

README, LISTS = "README", "Lists"
"""Sheets that are not read: the data dictionary and the choices."""
CONTENTS = "Export Summary"
"""The sheet that Numbers adds to what it exports: a list of the others."""
CALCULATION = "Calc"
"""How the name of a sheet begins that only calculates, in any case: it is not read, and tables may show its results."""

FILE_COLUMNS = (
    SheetColumn("extends", TEXT, ("extends",), meaning="Case file that this one changes"),
    SheetColumn("includes", NAMES, ("includes",), meaning="Files of named shocks"),
)
"""What Settings says of other files."""

SOURCES = tuple(column for column in columns_of(Assumption) if column.header != "path")
"""Columns that are welcome in every table: they make an assumption that speaks of the row."""

BASE_FORMS = ("step", "linear", "growth")
"""Forms of a profile that `Series` holds; step and linear may stand on `Series by date`."""
CHANGE_FORMS = ("set", "scale", "add")
"""Dated changes on top of a profile."""
_FORM = "step: in force until the next; linear: joined by straight lines; set, scale, add: changes from the date on"
_TABLE = SheetColumn("table", TEXT, meaning="Table, such as chips or policy.bans", required=True)
_SUBJECT = (
    _TABLE,
    SheetColumn("row", TEXT, meaning="Name of the row", required=True),
    SheetColumn(
        "field",
        TEXT,
        meaning="Field of the row, dotted below it: lead_months of sites, markets.CN.supply_per_year of chips",
        required=True,
    ),
)


def _form(meaning: str, choices: tuple[str, ...]) -> SheetColumn:
    """The column that says how a row's values are meant."""
    return SheetColumn("form", CHOICE, meaning=meaning, required=True, choices=choices)


SERIES = SheetLayout(
    "Series",
    (),
    "own",
    keys=_SUBJECT,
    columns=(
        _form(f"{_FORM}; growth: base and growth_per_year", (*BASE_FORMS, *CHANGE_FORMS)),
        *(
            SheetColumn(
                name,
                DATE if name == "base_date" else NUMBER,
                (name,),
                unit="fraction per year" if name == "growth_per_year" else "",
                meaning=meaning_of(info),
            )
            for name, info in Growth.model_fields.items()
        ),
    ),
    meaning="Values that move in time, one a row, with dates across.",
)
"""The wide sheet of profiles; columns headed by dates follow those named here."""
DATE_ACROSS, VALUE_BELOW = SheetColumn("date", DATE), SheetColumn(VALUE_HEADER, NUMBER)
"""The head of a date on Series, and what stands below it."""
SERIES_BY_DATE = SheetLayout(
    "Series by date",
    (),
    "own",
    keys=_SUBJECT,
    columns=(
        _form(_FORM, ("step", "linear", *CHANGE_FORMS)),
        SheetColumn("date", DATE, ("date",), meaning="Date of the value", required=True),
        SheetColumn(VALUE_HEADER, NUMBER, (VALUE_HEADER,), meaning="The value", required=True),
    ),
    meaning="Values that move in time, one a date. Changes are applied in order, those on Series first.",
)
"""The long sheet of profiles."""
REMOVE = SheetLayout(
    "Remove",
    (),
    "own",
    keys=(_TABLE, SheetColumn("row", TEXT, meaning="Row of the extended case to drop", required=True)),
    columns=(),
    meaning="Rows of the extended case to drop.",
)
"""The sheet of dropped rows."""
OWN_SHEETS = (SERIES, SERIES_BY_DATE, REMOVE)
"""The sheets that hold profiles and dropped rows."""


def is_aside(name: str) -> bool:
    """Whether a sheet is not read, going by its name.

    >>> is_aside("readme"), is_aside("Calculations 2027"), is_aside("Chips")
    (True, True, False)
    """
    plain = folded(name)
    return plain in map(folded, (README, LISTS, CONTENTS)) or plain.startswith(folded(CALCULATION))
