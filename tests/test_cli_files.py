"""The commands that read and write case files, as a planner types them, with real workbooks."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from planner.cli import main
from planner.files import read_with_origins, write_yaml
from planner.files.diff import ABSENT, diff
from planner.files.excel.write import workbook_bytes
from planner.files.marked_copy import MARK, PROBLEMS
from planner.schema import Case, parse_case

ROOT = Path(__file__).parent.parent

SMALL = """\
settings: {name: small, start: 2027-01-01, frequency: year, periods: 2}
markets: {Home: {}}
regions: {Grid: {market: Home, headroom_mw: 100}}
sites:
  North: {region: Grid, max_it_mw: 100, pue: 1.2, build_options: {halls: {capex_musd_per_mw: 2}}}
  South: {region: Grid, max_it_mw: 50, build_options: {halls: {capex_musd_per_mw: 3}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: {step: {2027-01-01: 5, 2028-01-01: 4}}}}}
workloads:
  Work: {demand_pflops: 60, precision: any}
goals:
  milestones: {first: {it_mw: 10}, second: {it_mw: 20}}
shocks:
  dear: {changes: [{table: sites, field: build_options.*.capex_musd_per_mw, scale: 2}]}
assumptions:
- {path: sites.North.pue, source: vendor, confidence: low}
- {path: chips.Unit.it_kw, source: data sheet}
"""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small case, in a folder of its own that is also the working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="module")
def written() -> bytes:
    """The same case as a workbook's content."""
    return workbook_bytes(case())


@pytest.fixture
def workbook(small: Path, written: bytes) -> Path:
    """The same case as a workbook, beside the YAML file."""
    path = small.with_suffix(".xlsx")
    path.write_bytes(written)
    return path


def run(*arguments: str) -> int:
    """Exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def edit(path: Path, change: Callable[[Workbook], object]) -> None:
    """Change a workbook as a planner would."""
    book = load_workbook(path)
    change(book)
    book.save(path)


def cell(book: Workbook, sheet: str, row: str, field: str) -> Any:
    """The cell of a row's field."""
    found = book[sheet]
    headers = next(r for r in found.iter_rows(max_row=20) if any(each.value in ("name", "field") for each in r))
    names = next(each.column for each in headers if each.value in ("name", "field"))
    column = next(each.column for each in headers if each.value == (field or "value"))
    for each in range(headers[0].row + 1, found.max_row + 1):
        if found.cell(each, names).value == row:
            return found.cell(each, column)
    raise AssertionError(f"no {row} in {sheet}")


def put(sheet: str, row: str, field: str, value: object) -> Callable[[Workbook], object]:
    """A change that types a value."""

    def change(book: Workbook) -> None:
        cell(book, sheet, row, field).value = value

    return change


def case(changes: Callable[[str], str] = lambda text: text) -> Case:
    """The small case with its text changed."""
    from planner.files.values_with_places import plain
    from planner.files.yamlfile import compose

    return parse_case(plain(compose(changes(SMALL), "small.yaml")[0], Case))


# ---------------------------------------------------------------- check


def test_check_of_a_workbook(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A good workbook is counted like a good YAML file."""
    assert run("check", "small.xlsx") == 0
    assert "small.xlsx: no problems (1 markets, 1 regions, 2 sites, 1 chips, 1 workloads" in capsys.readouterr().out


def test_check_names_cells(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two mistakes, both told at once with sheet and cell, what was found and what to type."""
    edit(workbook, put("Sites", "North", "pue", 0.9))
    edit(workbook, put("Sites", "South", "region", "Grit"))
    book = load_workbook(workbook)
    places = [cell(book, "Sites", "North", "pue"), cell(book, "Sites", "South", "region")]
    assert run("check", "small.xlsx") == 2
    shown = capsys.readouterr().err
    assert f"Sites!{places[0].coordinate} sites.North.pue: found 0.9; allowed: 1 or more" in shown
    edit(workbook, put("Sites", "North", "pue", 1.1))
    assert run("check", "small.xlsx") == 2
    shown = capsys.readouterr().err
    assert f"Sites!{places[1].coordinate} sites.South.region: found 'Grit'" in shown
    assert "did you mean Grid?" in shown


def test_check_as_json(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object, every problem on its own however many are alike; warnings; the exit code as without it."""
    assert run("check", "small.yaml", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == "small.yaml"
    assert found["problems"] == []
    assert found["marked"] is None
    assert found["warnings"] == [
        "sites.North.build_options.halls and others, 2 in all, have no phase_mw: any amount of halls may start there, "
        "a part of a MW too; type how many MW are built at once."
    ]
    lines = [f"  S{n}: {{region: Grid, max_it_mw: -1}}\n" for n in range(6)]
    small.write_text(SMALL.replace("sites:\n", "sites:\n" + "".join(lines)), "utf-8")
    assert run("check", "small.yaml", "--json") == 2
    shown = capsys.readouterr()
    problems = json.loads(shown.out)["problems"]
    assert not shown.err
    assert [each["place"] for each in problems] == [f"small.yaml:{n}" for n in range(5, 11)]
    assert problems[0]["path"] == ["sites", "S0", "max_it_mw"]
    assert problems[0]["message"] == "found -1; allowed: 0 or more"


def test_json_of_a_missing_file(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not there is one problem."""
    assert run("check", "smal.yaml", "--json") == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert "did you mean small.yaml?" in problem["message"]


# ---------------------------------------------------------------- the marked copy


def test_marked_copy(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong cells are coloured and carry the message; the workbook itself stays as it is to the byte."""
    edit(workbook, put("Sites", "North", "pue", 0.9))
    edit(workbook, put("Sites", "South", "max_it_mw", "120 MW"))
    before = workbook.read_bytes()
    assert run("check", "small.xlsx", "--marked", "out/marked.xlsx") == 2
    assert "out/marked.xlsx" in capsys.readouterr().err
    assert workbook.read_bytes() == before
    book = load_workbook("out/marked.xlsx")
    assert book.sheetnames[0] == PROBLEMS
    for site, field, words in (("North", "pue", "allowed: 1 or more"), ("South", "max_it_mw", "120")):
        marked = cell(book, "Sites", site, field)
        assert marked.fill.fgColor.rgb.endswith(MARK)
        assert words in marked.comment.text
        listed = [row for row in book[PROBLEMS].iter_rows(min_row=3) if row[0].value == f"Sites!{marked.coordinate}"]
        assert [row[1].value for row in listed] == [f"sites.{site}.{field}"]
        assert listed[0][0].hyperlink.location == f"'Sites'!{marked.coordinate}"
    assert cell(book, "Sites", "South", "pue").comment is None


def test_every_cell_of_many_alike_is_marked(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is told in one line, since it is alike, is marked cell by cell."""

    def spoil(book: Workbook) -> None:
        sheet = book["Sites"]
        first = cell(book, "Sites", "North", "name")
        region, size = cell(book, "Sites", "North", "region").column, cell(book, "Sites", "North", "max_it_mw").column
        for row in range(first.row, first.row + 8):
            sheet.cell(row, first.column).value = sheet.cell(row, first.column).value or f"S{row}"
            sheet.cell(row, region).value = "Grid"
            sheet.cell(row, size).value = -1

    edit(workbook, spoil)
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    assert "and 7 more" in capsys.readouterr().err
    book = load_workbook("marked.xlsx")
    assert sum(each.comment is not None for row in book["Sites"].iter_rows() for each in row) == 8


def test_missing_column_marks_the_header(workbook: Path) -> None:
    """Where the cell does not exist, the sheet's headers or the row's name say so."""
    edit(workbook, lambda book: book["Sites"].delete_cols(cell(book, "Sites", "North", "max_it_mw").column))
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    book = load_workbook("marked.xlsx")
    comments = [each for row in book["Sites"].iter_rows() for each in row if each.comment]
    assert comments
    assert all("max_it_mw" in each.comment.text or "missing" in each.comment.text for each in comments if each.comment)


def test_own_comments_and_formulas_stay(workbook: Path) -> None:
    """A marked cell keeps what its owner had said of it."""

    def change(book: Workbook) -> None:
        wrong = cell(book, "Sites", "North", "pue")
        wrong.value = 0.9
        wrong.comment = Comment("ask Li", "Wang")

    edit(workbook, change)
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    text = cell(load_workbook("marked.xlsx"), "Sites", "North", "pue").comment.text
    assert text.startswith("ask Li\n")
    assert "allowed: 1 or more" in text


def test_marked_copy_is_replaced_by_a_newer_one_alone(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older marked copy may be written over, anything else not, and least of all the workbook itself."""
    edit(workbook, put("Sites", "North", "pue", 0.9))
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    capsys.readouterr()
    shutil.copy(workbook, "other.xlsx")
    Path("link.xlsx").symlink_to(workbook)
    before = workbook.read_bytes()
    for target, words in (
        ("other.xlsx", "is no marked copy"),
        ("small.xlsx", "would take the place of small.xlsx itself"),
        ("./small.xlsx", "would take the place of small.xlsx itself"),
        ("link.xlsx", "would take the place of small.xlsx itself"),
        ("marked.pdf", "is a workbook, such as"),
    ):
        assert run("check", "small.xlsx", "--marked", target) == 2
        assert words in capsys.readouterr().err
    assert workbook.read_bytes() == before == Path("other.xlsx").read_bytes()


def test_nothing_to_mark(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A good workbook has no marked copy, and one that cannot be opened neither; both are told."""
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 0
    assert "no marked copy was written: nothing is wrong" in capsys.readouterr().out
    workbook.write_bytes(b"PK\x03\x04 torn")
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    shown = capsys.readouterr().err
    assert "no marked copy was written: the workbook cannot be opened" in shown
    assert "Traceback" not in shown
    assert not Path("marked.xlsx").exists()
    assert run("check", "small.yaml", "--marked", "marked.xlsx") == 2
    assert "marks the cells of a workbook" in capsys.readouterr().err


def test_text_that_looks_like_a_formula_stays_text(workbook: Path) -> None:
    """What a planner typed comes back in messages and never runs."""
    edit(workbook, put("Sites", "South", "region", "@SUM(A1)"))
    assert run("check", "small.xlsx", "--marked", "marked.xlsx") == 2
    sheet = load_workbook("marked.xlsx")[PROBLEMS]
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)


# ---------------------------------------------------------------- template and convert


def test_template_is_empty_and_keeps_what_stands(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template has every sheet and no row; a second one does not take its place unless told to."""
    assert run("template") == 0
    assert "planner-template.xlsx" in capsys.readouterr().out
    assert {"Settings", "Sites", "Chips", "Workloads"} <= set(load_workbook("planner-template.xlsx").sheetnames)
    Path("planner-template.xlsx").write_text("mine", "utf-8")
    assert run("template") == 2
    assert "add --force" in capsys.readouterr().err
    assert Path("planner-template.xlsx").read_text("utf-8") == "mine"
    assert run("template", "--force") == 0
    assert run("template", "-o", "template.yaml") == 2
    assert "such as template.xlsx" in capsys.readouterr().err


def test_template_from_a_case(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A template filled with a case says what the case says."""
    assert run("template", "--from", "small.yaml", "-o", "new/mine.xlsx") == 0
    assert run("diff", "small.yaml", "new/mine.xlsx", "--exit-code") == 0
    assert "are the same case" in capsys.readouterr().out
    assert [path.name for path in Path("new").iterdir()] == ["mine.xlsx"]


def test_convert_there_and_back(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """YAML to workbook to YAML: the same case, each to the byte what the writer makes of it."""
    assert run("convert", "small.yaml", "mine.xlsx") == 0
    assert run("convert", "mine.xlsx", "back.yaml") == 0
    assert Path("back.yaml").read_text("utf-8") == write_yaml(read_with_origins(small)[0])
    capsys.readouterr()
    assert run("convert", "back.yaml", "mine.xlsx") == 2
    assert "add --force" in capsys.readouterr().err
    assert run("convert", "back.yaml", "mine.xlsx", "--force") == 0
    assert run("convert", "back.yaml", "mine.csv") == 2
    assert ".xlsx, .yaml" in capsys.readouterr().err


def test_convert_resolves_what_is_extended(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result stands alone, and the command says so."""
    Path("variant.yaml").write_text("extends: small.yaml\nsites: {North: {pue: 1.3}}\n", "utf-8")
    assert run("convert", "variant.yaml", "out/whole.yaml") == 0
    said = capsys.readouterr().out
    assert "one complete case of small.yaml, variant.yaml" in said
    whole, _ = read_with_origins(Path("out/whole.yaml"))
    assert whole.sites["North"].pue == 1.3
    assert whole.sites["South"].max_it_mw == 50


@pytest.mark.parametrize("target", ["small.yaml", "variant.yaml", "./small.yaml"])
def test_inputs_are_never_written_over(small: Path, capsys: pytest.CaptureFixture[str], target: str) -> None:
    """Not even by force, and not what the case extends either."""
    Path("variant.yaml").write_text("extends: small.yaml\nsites: {North: {pue: 1.3}}\n", "utf-8")
    before = Path(target).read_bytes()
    assert run("convert", "variant.yaml", target, "--force") == 2
    assert "is never written over" in capsys.readouterr().err
    assert Path(target).read_bytes() == before


def test_a_broken_case_is_not_converted(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written until the whole case is valid; a place that cannot be written is told."""
    small.write_text(SMALL.replace("pue: 1.2", "pue: 0.2"), "utf-8")
    assert run("convert", "small.yaml", "new/mine.xlsx") == 2
    assert "allowed: 1 or more" in capsys.readouterr().err
    assert not Path("new").exists()
    small.write_text(SMALL, "utf-8")
    Path("taken").write_text("a file", "utf-8")
    assert run("convert", "small.yaml", "taken/mine.xlsx") == 7
    assert "Nothing was written" in capsys.readouterr().err
    assert sorted(path.name for path in small.parent.iterdir()) == ["small.yaml", "taken"]


# ---------------------------------------------------------------- diff


def test_diff_of_a_case_with_itself() -> None:
    """A case is what it is, in whatever order its rows stand and however its profiles are typed."""
    assert diff(case(), case()) == []
    turned = case(
        lambda text: (
            text.replace("{step: {2027-01-01: 5, 2028-01-01: 4}}", "{step: {2028-01: 4, 2026-01-01: 5}}")
            .replace("headroom_mw: 100", "headroom_mw: {base: 100, growth_per_year: 0}")
            .replace("max_it_mw: 50,", "existing_it_mw: 0, max_it_mw: 50.0,")
        )
    )
    assert diff(case(), turned) == []
    rows = case()
    other = rows.model_copy(update={"sites": dict(reversed(rows.sites.items()))})
    other = other.model_copy(update={"assumptions": list(reversed(rows.assumptions))})
    assert diff(rows, other) == []


@pytest.mark.parametrize(
    ("old", "new", "table", "row", "field"),
    [
        ("pue: 1.2", "pue: 1.3", "sites", "North", "pue"),
        ("per_mw: 3}", "per_mw: 4}", "sites", "South", "build_options.halls.capex_musd_per_mw"),
        ("2028-01-01: 4", "2028-01-01: 3", "chips", "Unit", "markets.Home.price_usd"),
        ("{any: 1}", "{any: 1, fp8: 2}", "chips", "Unit", "peak_pflops.fp8"),
        ("periods: 2", "periods: 3", "settings", "", "periods"),
        ("{it_mw: 20}", "{it_mw: 30}", "goals.milestones", "second", "it_mw"),
        ("scale: 2", "scale: 3", "shocks", "dear", "changes.0.scale"),
        ("source: vendor", "source: author", "assumptions", "sites.North.pue", "source"),
        ("  Work: {", "  Work: {chips: {Unit: {efficiency: 0.5}}, ", "workloads", "Work", "chips"),
    ],
)  # fmt: skip
def test_diff_names_table_row_and_field(old: str, new: str, table: str, row: str, field: str) -> None:
    """One change, one difference, both ways."""
    changed = case(lambda text: text.replace(old, new, 1))
    (found,) = diff(case(), changed)
    assert (found.table, found.row, found.field) == (table, row, field)
    (back,) = diff(changed, case())
    assert (back.old, back.new) == (found.new, found.old)


def test_diff_of_rows_and_of_order() -> None:
    """A row that one case lacks is one difference; milestones stand in the order of their importance."""

    def without(text: str) -> str:
        return "".join(line for line in text.splitlines(keepends=True) if "South" not in line)

    (found,) = diff(case(), case(without))
    assert (found.table, found.row, found.field, found.new, found.only_in) == ("sites", "South", "", ABSENT, 0)
    first, second = "first: {it_mw: 10}", "second: {it_mw: 20}"
    (order,) = diff(case(), case(lambda text: text.replace(f"{first}, {second}", f"{second}, {first}")))
    assert (order.table, order.old, order.new) == ("goals.milestones", ["first", "second"], ["second", "first"])


def test_diff_across_formats(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """YAML against a workbook: values with their places, exit code 0 unless another is asked for."""
    edit(workbook, put("Sites", "North", "pue", 1.3))
    place = f"Sites!{cell(load_workbook(workbook), 'Sites', 'North', 'pue').coordinate}"
    assert run("diff", "small.yaml", "small.xlsx") == 0
    assert capsys.readouterr().out.splitlines() == [
        "small.yaml -> small.xlsx: 1 difference",
        "sites",
        f"  North pue: 1.2 (small.yaml:5) -> 1.3 ({place})",
    ]
    assert run("diff", "small.yaml", "small.xlsx", "--exit-code") == 8
    capsys.readouterr()
    assert run("diff", "small.yaml", "small.xlsx", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert not found["equal"]
    assert found["differences"] == [
        {
            "table": "sites",
            "row": "North",
            "field": "pue",
            "only_in": None,
            "old": 1.2,
            "new": 1.3,
            "old_place": "small.yaml:5",
            "new_place": place,
        }
    ]


def test_diff_with_an_overlay_and_a_broken_side(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A named shock is taken on both sides; a case that cannot be read is told as elsewhere."""
    Path("other.yaml").write_text(SMALL.replace("scale: 2", "scale: 4"), "utf-8")
    assert run("diff", "small.yaml", "other.yaml", "--with", "dear") == 0
    assert "North build_options.halls.capex_musd_per_mw: 4" in capsys.readouterr().out
    Path("other.yaml").write_text("sites: 3\n", "utf-8")
    assert run("diff", "small.yaml", "other.yaml") == 2
    assert "other.yaml:1" in capsys.readouterr().err
    assert run("diff", "small.yaml", "nowhere.yaml", "--exit-code") == 2


# ---------------------------------------------------------------- solving a workbook


def test_optimize_a_workbook(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same plan as from YAML; inputs on record with their hash, sources with their cells."""
    assert run("optimize", "small.yaml", "-q", "-o", "a/plan.xlsx") == 0
    assert run("optimize", "small.xlsx", "-q", "-o", "b/plan.xlsx", "--with", "dear") == 0
    assert run("optimize", "small.xlsx", "-q") == 0
    first, second = (json.loads(Path(folder, "run.json").read_text("utf-8")) for folder in ("a/plan", "reports/small"))
    assert second["objective_musd"] == pytest.approx(first["objective_musd"])
    assert [item["file"] for item in second["inputs"]] == ["small.xlsx"]
    assert len(second["inputs"][0]["sha256"]) == 64
    place = f"Sites!{cell(load_workbook(workbook), 'Sites', 'North', 'pue').coordinate}"
    assert second["places"]["sites.North.pue"] == place
    rows = list(load_workbook("reports/small.xlsx")["Assumptions"].iter_rows(values_only=True))
    assert ("sites.North.pue", place) in [row[:2] for row in rows]
    assert ("sites.North.pue", "small.yaml:5") in [
        row[:2] for row in load_workbook("a/plan.xlsx")["Assumptions"].iter_rows(values_only=True)
    ]
    assert json.loads(Path("b/plan/run.json").read_text("utf-8"))["overlays"] == ["dear"]


def test_frontier_of_a_workbook(workbook: Path) -> None:
    """Every command that solves takes a workbook."""
    assert run("frontier", "small.xlsx", "--points", "2", "-q") == 0
    assert Path("reports/small/frontier/1/run.json").is_file()


def test_the_report_never_takes_the_place_of_an_input(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A workbook in reports/ is refused before it is solved, and so is all that the case is read from."""
    Path("reports").mkdir()
    own = workbook.rename(Path("reports", "small.xlsx"))
    before = own.read_bytes()
    assert run("optimize", "reports/small.xlsx") == 2
    shown = capsys.readouterr().err
    assert "is never written over; give the report another name with -o" in shown
    assert own.read_bytes() == before
    assert not Path("reports/small").exists()
    assert run("optimize", "reports/small.xlsx", "-q", "-o", "reports/plan.xlsx") == 0
    assert own.read_bytes() == before
    capsys.readouterr()
    assert run("optimize", "reports/plan/case.yaml", "-o", "reports/plan.xlsx") == 2
    assert "would take the place of the folder that holds case.yaml" in capsys.readouterr().err


# ---------------------------------------------------------------- the README's tour


def test_readme_tour(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The README shows what a planner sees: two mistakes with their cells, then none, then what was changed."""
    text = (ROOT / "README.md").read_text("utf-8")
    tour = text.split("<!-- tour -->\n```\n$ planner check mine.xlsx --marked marked.xlsx\n")[1].split("```")[0]
    base = str(ROOT / "inputs" / "2026.yaml")
    assert run("template", "--from", base, "-o", "mine.xlsx") == 0
    size, share = (("Sites", "Ulanqab", "max_it_mw"), ("Chips markets", "CN", "operator_share"))
    edit(Path("mine.xlsx"), lambda book: (put(*size, "120 MW")(book), put(*share, 8)(book)))
    capsys.readouterr()
    assert run("check", "mine.xlsx", "--marked", "marked.xlsx") == 2
    assert capsys.readouterr().err == tour
    edit(Path("mine.xlsx"), lambda book: (put(*size, 120)(book), put(*share, 0.08)(book)))
    assert run("check", "mine.xlsx") == 0
    capsys.readouterr()
    assert run("diff", base, "mine.xlsx") == 0
    shown = capsys.readouterr().out
    assert "2 differences" in shown
    assert "Ulanqab max_it_mw: 300 (2026.yaml:" in shown
    assert "-> 120 (Sites!C5)" in shown


# ---------------------------------------------------------------- what is imported

HEAVY = ("pandas", "numpy", "pulp", "highspy", "openpyxl")


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        (("--help",), (*HEAVY, "pydantic", "yaml")),
        (("docs", "model"), (*HEAVY, "pydantic", "yaml")),
        (("check", "inputs/quickstart.yaml"), HEAVY),
        (("check", "inputs/quickstart.yaml", "--json"), HEAVY),
        (("diff", "inputs/quickstart.yaml", "inputs/quickstart.yaml"), HEAVY),
        (("schema",), HEAVY),
        (("check", "small.xlsx"), ("pandas", "pulp", "highspy", "planner.model", "planner.report")),
        (("template", "-o", "planner-template.xlsx"), ("pandas", "pulp", "highspy", "planner.model", "planner.report")),
        (("convert", "inputs/quickstart.yaml", "made.yaml"), HEAVY),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else None,
)
def test_commands_import_only_what_they_use(
    workbook: Path, arguments: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    """Commands that solve nothing load neither the solver nor pandas, and openpyxl only for a workbook."""
    script = (
        "import sys\n"
        "from planner.cli import main\n"
        "try:\n    main(sys.argv[2:])\n"
        "except SystemExit as left:\n    assert not left.code, left.code\n"
        "found = [name for name in sys.argv[1].split(',') if name in sys.modules]\n"
        "assert not found, found\n"
    )
    typed = [str(ROOT / each) if each.startswith("inputs/") else each for each in arguments]
    done = subprocess.run(
        [sys.executable, "-c", script, ",".join(refused), *typed], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
