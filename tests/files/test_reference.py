"""The reference page has every field, and is that of the schema as it stands."""

from __future__ import annotations

from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import FILE_COLUMNS
from planner.files.excel.layout import EMPTY
from planner.files.field_reference import reference_page
from tests.regenerate import REFERENCE


def test_the_page_is_the_one_that_is_generated_now() -> None:
    """`python -m tests.regenerate` writes it anew after a field has changed."""
    assert REFERENCE.read_text("utf-8") == reference_page()


def test_every_field_has_its_line() -> None:
    page = reference_page()
    for layout in sheets():
        section = page.split(f"\n## {layout.table}\n", 1)[1].split("\n## ", 1)[0]
        for column in layout.columns:
            if column not in FILE_COLUMNS and column.kind is not EMPTY:
                assert f"\n| `{column.header}` |" in section, (layout.table, column.header)


def test_ranges_choices_defaults_and_references_are_said() -> None:
    page = reference_page()
    assert "| `pue` |  | Facility power over IT power. | number | 1 to 5 | `1` |" in page
    assert "`month`, `quarter`, `year` | left out |" in page
    assert "| `region` |  | Grid region that feeds the site. | name | names of `regions` | none |" in page
    assert "| `per_usd`" not in page


def test_the_guide_leads_to_it() -> None:
    assert "(REFERENCE.md)" in REFERENCE.with_name("README.md").read_text("utf-8")
