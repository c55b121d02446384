"""What Excel refuses to take: choices from the Lists sheet, names of other sheets, dates and ranges of numbers."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from planner.files.excel.cell_kinds import CELL_KINDS
from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import LISTS
from planner.files.excel.layout import FIRST_ROW, HEADER_ROW, TITLE_ROW, SheetColumn
from planner.files.excel.style import Styles
from planner.files.field_reference import allowed

LAST_ROW = 5000
"""Last row of a sheet that rules cover."""
LONGEST_MESSAGE = 225
"""Characters that Excel shows of a rule's message."""


Style: TypeAlias = Literal["stop", "warning"]
"""Whether Excel refuses what a rule does not allow, or asks."""
_STOP: Style = "stop"
_ASK: Style = "warning"


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


class CellRules:
    """The rules of one sheet after another; cells with the same rule share it."""

    def __init__(self, lists: Lists, *, complete: bool) -> None:
        """Unless the workbook is a `complete` case, a name may be one of the case that it extends: Excel then asks."""
        self._lists = lists
        self._complete = complete
        self._waiting: list[DataValidation] = []

    def add(self, sheet: Worksheet, column: SheetColumn, cells: str) -> None:
        """Let cells take what a column allows, if Excel can tell."""
        rule = CELL_KINDS[column.kind].rule(column, cells)
        if rule is None:
            return
        formula, style = rule.formula1, _STOP
        if rule.choices:
            formula = self._lists.reference(rule.choices, rule.title or f"{sheet.title}: {column.header}")
        elif rule.table:
            formula, style = names_of(rule.table), _STOP if self._complete else _ASK
        bounds = {"operator": rule.operator, "formula2": rule.formula2}
        said = {key: value for key, value in bounds.items() if value is not None}
        self._add(cells, rule.words or allowed(column), style, type=rule.type, formula1=formula, **said)

    def place(self, sheet: Worksheet) -> None:
        """Put the rules on a sheet."""
        for rule in self._waiting:
            sheet.add_data_validation(rule)
        self._waiting = []

    def _add(self, cells: str, words: str, style: Style, **rule: Any) -> None:
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
