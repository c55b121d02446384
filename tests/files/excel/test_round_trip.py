"""Case -> workbook -> Case is the identity, also after a second program has saved the workbook."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from planner.files import read_with_origins
from planner.files.excel import case_rows
from planner.files.excel.case_rows import content_of
from planner.files.excel.expected_sheets import sheets
from planner.files.excel.extra_sheets import OWN_SHEETS
from planner.files.excel.write import workbook_bytes, write_workbook
from planner.files.read import READERS
from planner.files.values_with_places import plain
from planner.schema import Case, parse_case
from planner.time_profile import Changed, Growth, Linear
from tests.files.strategies import cases
from tests.regenerate import WORKBOOK, workbook_content

INPUTS = Path(__file__).parents[3] / "inputs"
FILES = sorted(file.name for file in INPUTS.glob("*.yaml") if file.name != "shocks.yaml")
SOFFICE = shutil.which("soffice")


def parsed(file: Path) -> Case:
    """The case in a workbook; what its shocks do to it is not asked."""
    tree, problems = READERS[".xlsx"](file, file.name, True)
    assert not problems, [str(problem) for problem in problems]
    return parse_case(plain(tree, Case))


def same(case: Case, again: Case) -> bool:
    """Whether two cases are equal, the order of the rows of tables and what was typed of them included."""
    return again == case and typed(again) == typed(case)


def typed(case: Case) -> dict[str, list[Any]]:
    """The sheets of a case; plain values and the series, which have no order of their own, sorted."""
    found: dict[str, list[Any]] = dict(content_of(case).rows)
    unordered = {layout.name for layout in sheets() if layout.form == "values"} | {each.name for each in OWN_SHEETS}
    return {name: sorted(lines, key=str) if name in unordered else lines for name, lines in found.items()}


def as_saved(value: Any) -> Any:
    """Nested plain data with as many digits of each number as survive a program that saves fifteen."""
    if isinstance(value, dict):
        return {key: as_saved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_saved(each) for each in value]
    return pytest.approx(value, rel=1e-13, abs=0.0) if isinstance(value, float) else value


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_a_case_written_and_read_is_the_same(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("case") / "case.xlsx"
    write_workbook(case, file)
    assert same(case, parsed(file))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_so_it_is_with_a_date_a_row(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("case") / "case.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_rows, "MOST_DATES", 0)
        write_workbook(case, file)
    assert same(case, parsed(file))


@pytest.mark.parametrize("name", FILES)
def test_every_case_of_ours_comes_back(name: str, tmp_path: Path) -> None:
    case, _ = read_with_origins(INPUTS / name)
    file = tmp_path / f"{name}.xlsx"
    write_workbook(case, file)
    again, origins = read_with_origins(file)
    assert same(case, again)
    assert origins.place(("sites", next(iter(case.sites)), "max_it_mw")).startswith("Sites!")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("names", "examples"),
    [(["quickstart.yaml"], 1), pytest.param(FILES, 10, marks=pytest.mark.full)],
    ids=["few", "all"],
)
def test_a_workbook_saved_by_another_program_is_the_same_case(names: list[str], examples: int, tmp_path: Path) -> None:
    """LibreOffice saves fifteen digits of a number; all else comes back as it is."""
    written: dict[str, Case] = {}

    def put(case: Case) -> None:
        file = f"case-{len(written)}.xlsx"
        write_workbook(case, tmp_path / file)
        written[file] = case

    for name in names:
        put(read_with_origins(INPUTS / name)[0])

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases())
    def generated(case: Case) -> None:
        put(case)

    generated()
    user = f"-env:UserInstallation={(tmp_path / 'user').as_uri()}"
    command = [str(SOFFICE), user, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, *(str(tmp_path / name) for name in written)], check=True, capture_output=True)
    for name, case in written.items():
        again = parsed(tmp_path / "saved" / name)
        assert again.model_dump() == as_saved(case.model_dump()), name
        assert list(again.sites) == list(case.sites)


def test_the_workbook_beside_the_cases_is_the_case_of_the_same_name() -> None:
    """`python -m tests.regenerate` writes it anew after 2026.yaml or the layout has changed."""
    case, _ = read_with_origins(WORKBOOK)
    source, _ = read_with_origins(INPUTS / "2026.yaml")
    assert same(source, case)
    assert case.shocks == source.shocks
    h200 = case.chips["H200"]
    assert isinstance(h200.markets["CN"].price_usd, Growth)
    assert isinstance(case.pools["Ascend dies"].capacity_per_year, Linear | Growth | Changed)


def test_the_workbook_beside_the_cases_is_what_is_written_now() -> None:
    assert workbook_content(WORKBOOK.read_bytes()) == workbook_content(
        workbook_bytes(read_with_origins(INPUTS / "2026.yaml")[0])
    )
