"""Small case workbooks for the tests of the reader."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

Rows = dict[str, list[list[Any]]]

SMALL: Rows = {
    "Settings": [["field", "value"], ["name", "Small"], ["start", date(2027, 1, 1)], ["periods", 8]],
    "Markets": [["name", "operator_share"], ["US", None]],
    "Regions": [["name", "market", "headroom_mw", "tariff_usd_per_mwh"], ["ERCOT", "US", None, None]],
    "Sites": [
        ["name", "region", "max_it_mw", "pue", "load_factor", "earliest_start", "whole_phases", "note"],
        ["Abilene", "ERCOT", 120, 1.2, 0.9, None, None, None],
        ["Reno", "ERCOT", 60, 1.1, 0.8, None, None, None],
    ],
    "Chips": [["name", "it_kw", "memory_gb"], ["H200", 1.4, 141], [910, 1, None]],
    "Chips peak pflops": [["chip", "name", "value"], ["H200", "bf16", 1], [910, "bf16", 0.5]],
    "Chips markets": [["chip", "name", "price_usd", "lead_months"], ["H200", "US", 30000, 6]],
    "Workloads": [["name", "demand_pflops", "precision"], ["training", 1000, "bf16"]],
    "Workloads chips": [["workload", "name", "efficiency"], ["training", "H200", 0.4], ["training", 910, 0.3]],
    "Policy bans": [["name", "chips", "markets", "enabled"], ["ban", "H200, 910", "US", "no"]],
    "Series": [
        ["table", "row", "field", "form", "base", "growth_per_year", "base_date", date(2027, 1, 1), date(2028, 1, 1)],
        ["regions", "ERCOT", "headroom_mw", "step", None, None, None, 100, 150],
        ["regions", "ERCOT", "tariff_usd_per_mwh", "growth", 50, 0.1, None, None, None],
    ],
    "Shocks changes": [["shock", "table", "field", "add"], ["late", "chips", "markets.US.lead_months", 3]],
    "Assumptions": [["path", "source", "as_of"], ["chips.H200", "vendor", 2026], ["sites.Abilene", "press", None]],
}
"""A case that is valid, with a header and no rows of units and meanings."""


def small() -> Rows:
    """The rows of a case that is valid, to be changed."""
    return deepcopy(SMALL)


def filled(rows: Rows) -> openpyxl.Workbook:
    """A workbook with rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


def saved(folder: Path, rows: Rows, edit: Callable[[Any], None] | None = None, name: str = "2026.xlsx") -> Path:
    """A file with rows, edited as a workbook before it is saved."""
    book = filled(rows)
    if edit:
        edit(book)
    path = folder / name
    book.save(path)
    return path


def with_cell(sheet: str, address: str, value: Any, number_format: str | None = None) -> Callable[[Any], None]:
    """An edit that sets one cell."""

    def edit(book: Any) -> None:
        cell = book[sheet][address]
        cell.value = value
        if number_format:
            cell.number_format = number_format

    return edit


Parts = dict[str, bytes]


def rewritten(file: Path, edit: Callable[[Parts], Parts | None]) -> Path:
    """A workbook with its parts changed, in place; an edit that returns nothing has changed them where they are."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts = edit(parts) or parts
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file


def replaced(old: str, new: str, part: str = "") -> Callable[[Parts], Parts]:
    """An edit that replaces text in every part, or in those whose name holds `part`; it must be found."""

    def edit(parts: Parts) -> Parts:
        found = {name for name, content in parts.items() if part in name and old.encode() in content}
        assert found, f"{old} is in no part"
        return {
            name: content.replace(old.encode(), new.encode()) if name in found else content
            for name, content in parts.items()
        }

    return edit


def part_of(parts: Parts, sheet: str) -> str:
    """The part of a sheet in a workbook of `saved`."""
    names = re.findall(r'<sheet [^>]*name="([^"]*)"', parts["xl/workbook.xml"].decode())
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
