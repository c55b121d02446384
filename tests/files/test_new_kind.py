"""A kind of value is one entry in KINDS and one in CELL_KINDS: a time of day is added here and arrives everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import openpyxl
import pytest
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic.fields import FieldInfo

from planner.errors import CaseError
from planner.files import read_with_origins, write_yaml
from planner.files.diff import diff
from planner.files.excel import expected_sheets
from planner.files.excel.cell_kinds import CELL_KINDS, CellKind
from planner.files.excel.cells import WrongCell, read_text_cell, unspaced
from planner.files.excel.grid import FilledCell
from planner.files.excel.layout import EMPTY, TEXT_FORMAT, SheetColumn
from planner.files.excel.template import write_template
from planner.files.field_reference import reference_page
from planner.files.json_schema import case_file_schema
from planner.files.values_with_places import Placed
from planner.message import Message
from planner.schema import Case, kinds, walk_fields
from planner.schema.dotted_paths import with_values
from planner.schema.kinds import KINDS, Kind, kind_of
from planner.schema.places import Site
from planner.schema.shocks import apply_shocks
from planner.schema.uncertainty import Shock
from planner.schema.walk_fields import fields_of, items_of, members, row_of, table_of

QUICKSTART = Path(__file__).parents[2] / "inputs" / "quickstart.yaml"
SITE = "Ulanqab"
REMEDY = "type a time of day as hours and minutes, such as 06:30"


def _read(typed: Any) -> Any:
    if isinstance(typed, time):
        return typed
    try:
        return datetime.strptime(str(typed), "%H:%M").time()
    except ValueError:
        raise ValueError(f"found {typed!r}; {REMEDY}") from None


def _minutes(value: time) -> str:
    return value.isoformat("minutes")


def _read_cell(cell: FilledCell, column: SheetColumn, place: str) -> Placed:
    if cell.content == "text":
        return Placed(place, unspaced(cell.value), unspaced(cell.value))
    if isinstance(cell.value, time):
        return Placed(place, _minutes(cell.value), _minutes(cell.value))
    raise WrongCell(Message("found {found}; {remedy}", found=str(cell.value), remedy=REMEDY))


_PATTERN = {"type": "string", "pattern": "^[0-2]\\d:[0-5]\\d$"}
TimeOfDay = Annotated[time, BeforeValidator(_read), WithJsonSchema(_PATTERN)]
TIME_OF_DAY = Kind(
    "time of day",
    "a time of day, such as 06:30",
    lambda annotation: time in members(annotation),
    is_text=True,
    types=(time,),
    plain=_minutes,
    words=_minutes,
)
MEANING = "Hour at which the gate opens."


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sites with a field of the new kind, `opens`, while a test runs."""
    field = FieldInfo.from_annotated_attribute(TimeOfDay, time(8))
    with added(monkeypatch, "opens", field, TIME_OF_DAY, CellKind(_read_cell, number_format=TEXT_FORMAT, width=12.0)):
        yield


@contextmanager
def added(monkeypatch: pytest.MonkeyPatch, name: str, field: FieldInfo, kind: Kind, cells: CellKind) -> Iterator[None]:
    """Sites with a field more, of a kind more."""
    caches = (kind_of, walk_fields.fields_of, expected_sheets.sheets, expected_sheets.all_sheets)

    def rebuild() -> None:
        for cached in caches:
            cached.cache_clear()
        Site.model_rebuild(force=True)
        Case.model_rebuild(force=True)

    field.description = MEANING
    with monkeypatch.context() as patch:
        patch.setattr(kinds, "KINDS", (kind, *KINDS))
        patch.setitem(CELL_KINDS, kind, cells)
        patch.setitem(Site.model_fields, name, field)
        rebuild()
        yield
    rebuild()


@pytest.fixture
def typed(opens: None, tmp_path: Path) -> Callable[[str], Path]:
    """The quickstart with the gate of its first site as typed."""

    def write(hour: str) -> Path:
        file = tmp_path / "case.yaml"
        text = QUICKSTART.read_text("utf-8")
        file.write_text(text.replace(f"\n  {SITE}:\n", f"\n  {SITE}:\n    opens: {hour}\n", 1), "utf-8")
        return file

    return write


def test_yaml_to_case_to_workbook_to_case(typed: Callable[[str], Path], tmp_path: Path) -> None:
    """06:30 in YAML is 6.5 h after midnight; the cell says 06:30 as text; YAML again says the same."""
    case, _ = read_with_origins(typed("06:30"))
    assert case.sites[SITE].opens == time(6, 30)  # type: ignore[attr-defined]  # added while the test runs
    assert "opens: 06:30\n" in write_yaml(case) or 'opens: "06:30"' in write_yaml(case)
    workbook = tmp_path / "case.xlsx"
    write_template(workbook, case)
    assert read_with_origins(workbook)[0] == case
    sheet = openpyxl.load_workbook(workbook)["Sites"]
    column = next(cell.column for cell in sheet[2] if cell.value == "opens")
    shown = next(row[column - 1] for row in sheet.iter_rows(min_row=5) if row[0].value == SITE)
    assert (shown.value, shown.number_format) == ("06:30", TEXT_FORMAT)
    meaning = f"{MEANING} Allowed: a time of day, such as 06:30. Left blank: 08:00."
    assert sheet.cell(4, column).value == meaning


def test_a_time_that_excel_made_of_it(typed: Callable[[str], Path], tmp_path: Path) -> None:
    """Excel stores 06:45 as 0.28125 of a day with a format of time: it is read as typed."""
    workbook = tmp_path / "case.xlsx"
    write_template(workbook, read_with_origins(typed("06:30"))[0])
    book = openpyxl.load_workbook(workbook)
    sheet = book["Sites"]
    column = next(cell.column for cell in sheet[2] if cell.value == "opens")
    at = next(row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value == SITE)
    sheet.cell(at, column).value = time(6, 45)
    sheet.cell(at, column).number_format = "hh:mm"
    book.save(workbook)
    assert read_with_origins(workbook)[0].sites[SITE].opens == time(6, 45)  # type: ignore[attr-defined]  # as above


def test_reference_and_json_schema(opens: None) -> None:
    """Its range is empty, since it is no number."""
    assert f"| `opens` |  | {MEANING} | time of day |  | `08:00` |" in reference_page()
    schema = jsonschema.Draft202012Validator(case_file_schema())
    assert schema.is_valid({"extends": "a.yaml", "sites": {"X": {"opens": "06:30"}}})
    assert not schema.is_valid({"extends": "a.yaml", "sites": {"X": {"opens": "6.30 am"}}})


def test_diff(typed: Callable[[str], Path]) -> None:
    """One field of one site differs."""
    (found,) = diff(read_with_origins(typed("06:30"))[0], read_with_origins(typed("07:00"))[0])
    assert (found.table, found.row, found.field) == ("sites", SITE, "opens")
    assert (found.old, found.new) == (time(6, 30), time(7))


def test_shocks_set_it_and_do_not_scale_it(typed: Callable[[str], Path]) -> None:
    case, _ = read_with_origins(typed("06:30"))
    changed = apply_shocks(case, [Shock(table="sites", rows=[SITE], field="opens", set="07:15")])
    assert changed.sites[SITE].opens == time(7, 15)  # type: ignore[attr-defined]  # as above
    with pytest.raises(CaseError, match=r"sites.Ulanqab.opens is no number \(06:30:00\); set it instead"):
        apply_shocks(case, [Shock(table="sites", rows=[SITE], field="opens", scale=2)])


def test_a_wrong_one_is_refused_with_its_place(typed: Callable[[str], Path], tmp_path: Path) -> None:
    """In YAML by line, in a workbook by cell, each with what to type."""
    file = typed("noon")
    line = file.read_text("utf-8").splitlines().index("    opens: noon") + 1
    with pytest.raises(CaseError, match=rf"case.yaml:{line} sites.Ulanqab.opens: found 'noon'; {REMEDY}"):
        read_with_origins(file)
    workbook = tmp_path / "case.xlsx"
    write_template(workbook, read_with_origins(typed("06:30"))[0])
    book = openpyxl.load_workbook(workbook)
    cell = next(cell for row in book["Sites"].iter_rows(min_row=5) for cell in row if cell.value == "06:30")
    cell.value = 6.5
    book.save(workbook)
    with pytest.raises(CaseError, match=rf"Sites!{cell.coordinate} sites.Ulanqab.opens: found 6.5; {REMEDY}"):
        read_with_origins(workbook)


@dataclass(frozen=True)
class Months:
    """A duration."""

    number: float

    def __str__(self) -> str:
        return f"{self.number:g} months"


def _months(typed: Any) -> Any:
    return typed if isinstance(typed, Months) else Months(float(str(typed).removesuffix(" months")))


def test_values_may_be_of_a_class_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A duration of 18 months is one still where another field is changed or shocked, and in the workbook of the case.

    All of them read the case again from its plain data, in which it is the text that was typed.
    """
    kind = Kind("duration", "18 months", lambda each: Months in members(each), is_text=True, types=(Months,), plain=str)
    typed = Annotated[Months, BeforeValidator(_months), PlainSerializer(str)]
    field, cells = (
        FieldInfo.from_annotated_attribute(typed | None, None),
        CellKind(read_text_cell, number_format=TEXT_FORMAT),
    )
    file, workbook = tmp_path / "case.yaml", tmp_path / "case.xlsx"
    text = QUICKSTART.read_text("utf-8")
    file.write_text(text.replace(f"\n  {SITE}:\n", f"\n  {SITE}:\n    lease: 18 months\n", 1), "utf-8")
    with added(monkeypatch, "lease", field, kind, cells):
        case, _ = read_with_origins(file)
        write_template(workbook, case)
        scaled = Shock(table="sites", rows=[SITE], field="max_it_mw", scale=2)
        larger, _ = with_values(case, {f"sites.{SITE}.max_it_mw": 240})
        for each in (case, larger, apply_shocks(case, [scaled]), read_with_origins(workbook)[0]):
            assert each.sites[SITE].lease == Months(18.0)  # type: ignore[attr-defined]  # added while the test runs
        longer = Shock(table="sites", rows=[SITE], field="lease", set="24 months")
        assert apply_shocks(case, [longer]).sites[SITE].lease == Months(24.0)  # type: ignore[attr-defined]  # as above


def test_every_kind_has_its_cell_and_every_field_its_kind() -> None:
    """CELL_KINDS holds all kinds, and the cell of an empty table; no field of a case is of no kind or without rows."""
    assert set(CELL_KINDS) == {*KINDS, EMPTY}
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert not list(_unknown(Case))


def _unknown(row: Any) -> Iterator[str]:
    for name, annotation in fields_of(row).items():
        inner = table_of(annotation) or (items_of(annotation) if kind_of(annotation) is None else None) or annotation
        if row_of(inner) is not None:
            yield from _unknown(row_of(inner))
        elif kind_of(inner) is None:
            yield f"{row.__name__}.{name}"
