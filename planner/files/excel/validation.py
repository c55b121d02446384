"""What Excel refuses to take: choices from the Lists sheet, names of other sheets, dates and ranges of numbers."""

from __future__ import annotations

from typing import Any, Literal

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import LISTS
from planner.files.excel.layout import FIRST_ROW, HEADER_ROW, TITLE_ROW, Column, Kind
from planner.files.excel.style import Styles
from planner.files.field_reference import allowed

LAST_ROW = 5000
"""Last row of a sheet that rules cover."""
LONGEST_MESSAGE = 225
"""Characters that Excel shows of a rule's message."""
YES_NO = ("yes", "no")


class Lists:
    """The Lists sheet: a column a list of choices, each list once."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], str] = {}

    def reference(self, choices: tuple[str, ...], header: str) -> str:
        """Range that holds a list of choices."""
        self._columns.setdefault(choices, header)
        letter = get_column_letter(list(self._columns).index(choices) + 1)
        return f"{LISTS}!${letter}${HEADER_ROW + 1}:${letter}${HEADER_ROW + len(choices)}"

    def write(self, sheet: Any, styles: Styles) -> None:
        """Write the lists, a column each."""
        sheet.cell(TITLE_ROW, 1).value = "Lists: the choices that dropdowns offer."
        sheet.cell(TITLE_ROW, 1).style = styles.named("title")
        sheet.row_dimensions[TITLE_ROW].height = 24
        for at, (choices, header) in enumerate(self._columns.items(), 1):
            sheet.column_dimensions[get_column_letter(at)].width = max(len(each) + 3.0 for each in (header, *choices))
            for row, text in enumerate((header, *choices), HEADER_ROW):
                cell = sheet.cell(row, at)
                cell.value = text
                cell.style = styles.named("header" if row == HEADER_ROW else "text")
        sheet.sheet_properties.tabColor = "52606D"


class Rules:
    """The rules of one sheet after another; cells with the same rule share it."""

    def __init__(self, lists: Lists, *, complete: bool) -> None:
        """Unless the workbook is a `complete` case, a name may be one of the case that it extends: Excel then asks."""
        self._lists = lists
        self._complete = complete
        self._waiting: list[DataValidation] = []

    def add(self, sheet: Worksheet, column: Column, cells: str) -> None:
        """Let cells take what a column allows, if Excel can tell."""
        if column.kind is Kind.CHOICE:
            header = f"{sheet.title}: {column.header}"
            self._list(self._lists.reference(column.choices, header), column, cells)
        elif column.kind is Kind.YES_NO:
            self._list(self._lists.reference(YES_NO, "yes or no"), column, cells)
        elif column.kind is Kind.NAME and column.refers_to:
            self._list(names_of(column.refers_to), column, cells, style="stop" if self._complete else "warning")
        elif column.kind is Kind.DATE:
            self.date(sheet, cells)
        elif column.kind in (Kind.NUMBER, Kind.WHOLE):
            self._number(column, cells)
        elif column.kind is Kind.PROFILE:
            self._profile(column, cells)

    def date(self, sheet: Worksheet, cells: str) -> None:
        """Let cells take dates."""
        self._add(cells, "a date, such as 2027-04-01", type="date", operator="greaterThanOrEqual", formula1="61")

    def number(self, sheet: Worksheet, cells: str) -> None:
        """Let cells take any number."""
        self._add(cells, "a number", type="decimal", operator="between", formula1="-1E+30", formula2="1E+30")

    def place(self, sheet: Worksheet) -> None:
        """Put the rules on a sheet."""
        for rule in self._waiting:
            sheet.add_data_validation(rule)
        self._waiting = []

    def _list(self, reference: str, column: Column, cells: str, *, style: Literal["stop", "warning"] = "stop") -> None:
        self._add(cells, allowed(column), style=style, type="list", formula1=reference)

    def _number(self, column: Column, cells: str) -> None:
        kind = "whole" if column.kind is Kind.WHOLE else "decimal"
        low, high = column.low, column.high
        if not (column.low_excluded or column.high_excluded):
            bounds: dict[str, Any] = {
                "formula1": f"{-1e30 if low is None else low:G}",
                "formula2": f"{1e30 if high is None else high:G}",
            }
            self._add(cells, allowed(column), type=kind, operator="between", **bounds)
        elif high is None:
            self._add(cells, allowed(column), type=kind, operator="greaterThan", formula1=f"{low:G}")
        else:
            first = cells.split(":")[0]
            least = f"{first}{'>' if column.low_excluded else '>='}{low:G}"
            most = f"{first}{'<' if column.high_excluded else '<='}{high:G}"
            self._add(cells, allowed(column), type="custom", formula1=f"AND(ISNUMBER({first}),{least},{most})")

    def _profile(self, column: Column, cells: str) -> None:
        """A number in its range, or a profile in one text: {base: 100, growth_per_year: 0.05}."""
        first = cells.split(":")[0]
        bounds = [f"{first}>={column.low:G}"] if column.low is not None else []
        bounds += [f"{first}<={column.high:G}"] if column.high is not None else []
        number = f"AND({','.join([f'ISNUMBER({first})', *bounds])})"
        self._add(cells, allowed(column), type="custom", formula1=f'OR({number},LEFT({first},1)="{{")')

    def _add(self, cells: str, words: str, *, style: Literal["stop", "warning"] = "stop", **rule: Any) -> None:
        message = f"Allowed: {words}."
        message = message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 3]}..."
        for known in self._waiting:
            if rule["type"] != "custom" and known.error == message and known.formula1 == rule["formula1"]:
                known.add(cells)
                return
        made = DataValidation(allow_blank=True, showErrorMessage=True, **rule)
        made.errorTitle, made.error, made.errorStyle = "Not allowed here", message, style
        made.add(cells)
        self._waiting.append(made)


def names_of(table: str) -> str:
    """The rows of a table that have a name, on its sheet: down to the last name, so that a dropdown ends there."""
    layout = next(each for each in sheets() if each.table == table and each.keys)
    letter, name = get_column_letter(len(layout.keys)), quote_sheetname(layout.name)
    first = f"{name}!${letter}${FIRST_ROW}"
    whole = f"{first}:${letter}${LAST_ROW}"
    return f'OFFSET({first},0,0,MAX(1,SUMPRODUCT(MAX(({whole}<>"")*(ROW({whole})-ROW({first})+1)))),1)'
