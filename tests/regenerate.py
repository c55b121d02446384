"""Writes every generated file anew: `python -m tests.regenerate`, or with `--check` says which are stale.

Run it after a rule, a cost, a field, a sentence or the case 2026.yaml has changed. What is new in a report has to be
translated then, in planner/report/locale; until that is done it is said in English.
"""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from planner.files import read_with_origins
from planner.files.excel.write import workbook_bytes
from planner.files.field_reference import reference_page
from planner.files.json_schema import schema_text
from tests import catalogues
from tests.doc_tables import filled
from tests.registered_texts import registered

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "planner" / "docs").glob("*.md")))
"""Pages that may hold generated tables, each between `<!-- name -->` and `<!-- /name -->`."""
INPUTS = ROOT / "inputs"
SCHEMA = INPUTS / "case.schema.json"
REFERENCE = INPUTS / "REFERENCE.md"
WORKBOOK = INPUTS / "2026.xlsx"


class Generated(NamedTuple):
    """A file as the code makes it now."""

    path: Path
    """Where it belongs."""
    content: bytes
    """What it should hold."""
    same: Callable[[bytes, bytes], bool] = bytes.__eq__
    """Whether what it holds is as good as that."""

    @property
    def stale(self) -> bool:
        """Whether it is missing or other than it should be."""
        return not self.path.exists() or not self.same(self.path.read_bytes(), self.content)


def documentation() -> Iterator[Generated]:
    """Tables in the documentation that the code fills."""
    for page in PAGES:
        yield Generated(page, filled(page.read_text("utf-8")).encode())


def field_reference() -> Iterator[Generated]:
    """Every field of a case, on a page beside the cases."""
    yield Generated(REFERENCE, reference_page().encode())


def json_schema() -> Iterator[Generated]:
    """The JSON Schema with which editors check cases."""
    yield Generated(SCHEMA, schema_text().encode())


def case_workbook() -> Iterator[Generated]:
    """The case 2026.yaml as a workbook; how it is compressed differs from machine to machine."""
    case, _ = read_with_origins(INPUTS / "2026.yaml")
    yield Generated(WORKBOOK, workbook_bytes(case), lambda one, other: workbook_content(one) == workbook_content(other))


def translations() -> Iterator[Generated]:
    """The catalogues, to be translated, and what programs read, compiled from them."""
    now = catalogues.extracted(registered())
    for language in catalogues.languages():
        path, made = catalogues.po_file(language), catalogues.merged(catalogues.read(language), now)
        text = catalogues.text_of(made)
        yield Generated(path, text)
        yield Generated(path.with_suffix(".mo"), catalogues.compiled(catalogues.parsed(io.BytesIO(text), language)))


GENERATORS = (documentation, field_reference, json_schema, case_workbook, translations)
"""Everything that is generated; each yields its files."""


def workbook_content(book: bytes) -> dict[str, dict[str, Any]]:
    """Every cell of a workbook that is not blank, by sheet and address."""
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in sheets
    }


def to_translate() -> Iterator[str]:
    """What is left to a translator, a line each."""
    for language in catalogues.languages():
        catalogue = catalogues.read(language)
        for template in catalogues.missing(catalogue):
            yield f"{language}: translate {template!r}"
        for template, former in catalogues.in_review(catalogue):
            yield f"{language}: review {template!r}, whose translation was made for {former!r}"
        if catalogue.obsolete:
            yield f"{language}: {len(catalogue.obsolete)} translations (#~) are of what is no longer said; delete them"


def main(check: bool) -> int:
    """Write what is stale, or only name it; 1 if `check` found something."""
    stale = [made for generator in GENERATORS for made in generator() if made.stale]
    for made in stale:
        if not check:
            made.path.write_bytes(made.content)
        print(f"{'stale' if check else 'written'}: {made.path.relative_to(ROOT)}")
    for line in to_translate():
        print(line)
    return 1 if check and stale else 0


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m tests.regenerate", description="Write every generated file anew.")
    parser.add_argument("--check", action="store_true", help="only say which are stale")
    sys.exit(main(parser.parse_args().check))
