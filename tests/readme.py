"""What is generated: parts of the README, and beside the cases the JSON Schema, the reference page and the workbook.

`python -m tests.readme` writes them anew after a rule, a cost, a field or the case 2026.yaml has changed.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl

from planner.files import read_case
from planner.files.excel.write import write_workbook
from planner.files.field_reference import reference_page
from planner.files.jsonschema import case_file_schema
from planner.model import COSTS, RULES

README = Path(__file__).parent.parent / "README.md"
INPUTS = Path(__file__).parent.parent / "inputs"
SCHEMA = INPUTS / "case.schema.json"
REFERENCE = INPUTS / "REFERENCE.md"
WORKBOOK = INPUTS / "2026.xlsx"


def rules_table() -> str:
    """One row a rule, in the model's order."""
    rows = [f"| `{rule.name}` | {rule.sentence} | {rule.unit or ''} |" for rule in RULES]
    return "\n".join(["| rule | says | price per |", "|---|---|---|", *rows])


def costs_table() -> str:
    """One row an account, in the ledger's order."""
    rows = [f"| {cost.account} | {cost.sentence} |" for cost in COSTS]
    return "\n".join(["| account | says |", "|---|---|", *rows])


def filled(text: str) -> str:
    """The README with its generated parts as they should be."""
    for name, table in (("rules", rules_table()), ("costs", costs_table())):
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        _, after = rest.split(f"<!-- /{name} -->", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- /{name} -->{after}"
    return text


def schema_text() -> str:
    """The JSON Schema as it stands beside the cases."""
    return json.dumps(case_file_schema(), indent=1, ensure_ascii=False) + "\n"


def workbook_content(book: bytes) -> dict[str, dict[str, Any]]:
    """Every cell of a workbook that is not blank, by sheet and address."""
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in sheets
    }


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
    REFERENCE.write_text(reference_page(), "utf-8")
    write_workbook(read_case(INPUTS / "2026.yaml")[0], WORKBOOK)
