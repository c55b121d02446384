"""A workbook to start from: empty, or a case to be changed."""

from __future__ import annotations

from pathlib import Path as File

from planner.files.excel.write import write_workbook
from planner.schema.case import Case


def write_template(path: File, case: Case | None = None) -> None:
    """Write a workbook to be filled in; with a case, that case in it."""
    write_workbook(case, path)
