"""A study in fractions: what it leaves out, what it costs, and that nobody takes it for a plan to sign."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

import planner
from planner.schema import Case, parse_case
from planner.schema.continuous import WHOLE, continuous, in_fractions
from planner.schema.settings import Settings

from .model.cases import changed, greenfield, near, neutral
from .test_cli import RISKY, run

WARNING = "A study in fractions of halls and lots, not for signature."
CASE = """\
settings: {name: phases, start: 2027-01-01, frequency: year, periods: 1}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites:
  North: {region: Grid, max_it_mw: 100, build_options: {halls: {capex_musd_per_mw: 2, phase_mw: 40}}}
  South:
    {region: Grid, max_it_mw: 100, whole_phases: true, build_options: {halls: {capex_musd_per_mw: 3, phase_mw: 40}}}
chips:
  Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 1000000}}}
workloads:
  Work: {demand_pflops: 60, precision: any}
"""
"""60 chips for 60 million in halls at 2 million USD a MW: 80 MW in phases, 220 in all; 60 MW in fractions, 180."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The case in a folder of its own, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    return tmp_path


def two_sites(**settings: object) -> Case:
    """Two sites that may be built on, one of which says for itself that it is whole, and one that stands."""
    return parse_case(
        {
            "settings": {"name": "two", "start": "2027-01-01", "periods": 1} | settings,
            "markets": {"US": {}},
            "regions": {"Grid": {"market": "US"}},
            "sites": {
                "as the case": greenfield(),
                "whole": greenfield(whole_phases=True),
                "standing": {"region": "Grid", "max_it_mw": 1.0, "existing_it_mw": 1.0, "whole_phases": False},
            },
            "chips": {},
            "workloads": {},
        }
    )


def test_whole_is_what_a_case_means() -> None:
    """A case that says nothing is whole; a site's own word counts for it."""
    case = two_sites()
    assert [case.is_whole(name) for name in case.sites] == [True, True, False]
    assert [two_sites(whole_phases=False).is_whole(name) for name in case.sites] == [False, True, False]


def test_every_setting_of_something_whole_is_known() -> None:
    """A setting that asks for something whole is left out of a study; its name begins so."""
    assert {name for name in Settings.model_fields if name.startswith("whole_")} == set(WHOLE)


def test_the_relaxation_is_the_same_case_with_nothing_whole() -> None:
    """Settings and sites alike, and nothing else: with the fields put back it is the case that it was."""
    case = two_sites()
    relaxed = continuous(case)
    assert not any(relaxed.is_whole(name) for name in relaxed.sites)
    assert continuous(relaxed) == relaxed
    own = {f"sites/{name}/whole_phases": site.whole_phases for name, site in case.sites.items()}
    back = own | {f"settings/{name}": getattr(case.settings, name) for name in WHOLE}
    assert parse_case(changed(relaxed.model_dump(), back)) == case


def test_a_study_is_known_by_its_case_or_by_what_was_asked() -> None:
    """A hall that may be built in part makes one; a site without any does not. So does having asked for it."""
    assert not in_fractions(two_sites(), {})
    assert in_fractions(two_sites(whole_phases=False), {})
    assert in_fractions(two_sites(), {"continuous": True})


def test_a_part_of_a_lot_or_of_a_unit_of_plant_makes_a_study() -> None:
    """Where lots and units are typed and nothing has to come in them; halls cannot be built here.

    A site's own word counts for its plant, and a unit that no site allows is never bought in part.
    """
    lots, typed = {"chips/A/markets/US/lot_units": 8.0}, {"onsite_sources/engines": {"unit_mw": 2.0}}
    units = typed | {"sites/Site/onsite": {"engines": {}}}
    for changes, setting in ((lots, "whole_lots"), (units, "whole_phases")):
        for whole in (True, False):
            case = parse_case(neutral(changes | {f"settings/{setting}": whole}))
            assert in_fractions(case, {}) is not whole
            assert not in_fractions(parse_case(neutral({f"settings/{setting}": whole})), {})
    assert not in_fractions(parse_case(neutral(typed)), {})
    for own in (True, False):
        case = parse_case(neutral(units | {"settings/whole_phases": not own, "sites/Site/whole_phases": own}))
        assert in_fractions(case, {}) is not own


def test_a_study_bounds_the_plan(folder: Path) -> None:
    """The plan in phases costs 220, the study 180; the case that was given stays as it is."""
    case = planner.read_case("case.yaml")
    plan, study = planner.solve(case, gap=0.0), planner.solve(case, continuous=True)
    assert (plan.cost_musd, study.cost_musd) == (near(220), near(180))
    assert plan.solution.solver["continuous_musd"] == near(180)
    assert (plan.in_fractions, study.in_fractions) == (False, True)
    assert study.certificate.ok
    assert (case.settings.whole_phases, study.case.settings.whole_phases) == (True, False)
    assert study.case.sites["South"].whole_phases is None


def titles(workbook: str) -> dict[str, str]:
    """Second line of every sheet, which is repeated on each page that is printed of it."""
    book = openpyxl.load_workbook(workbook)
    for sheet in book:
        once = sheet.page_setup.fitToHeight == 1
        assert once or str(sheet.print_title_rows).startswith("$1:$")
    return {sheet.title: str(sheet["A2"].value) for sheet in book}


@pytest.mark.parametrize(
    "command",
    [
        ["optimize", "case.yaml"],
        ["optimize", "case.yaml", "--study", "frontier"],
        ["frontier", "case.yaml"],
        ["risk", "risky.yaml"],
    ],
)
def test_every_page_of_a_study_says_so(command: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When it is solved and when it is drawn again; the command says it too, and the folder remembers it."""
    Path("risky.yaml").write_text(RISKY, "utf-8")
    assert run(*command, "--continuous", "-o", "study.xlsx") == 0
    assert "not for signature" in capsys.readouterr().out
    found = titles("study.xlsx")
    assert {"Summary", "Sites", "Checks", "Provenance"} <= found.keys()
    assert all(title.startswith(f"{WARNING} ") for title in found.values())
    assert json.loads(Path("study/run.json").read_text("utf-8"))["options"]["continuous"] is True
    assert planner.read_case("study/case.yaml").settings.whole_phases is False
    assert run("report", "study", "-o", "again.xlsx") == 0
    assert "not for signature" in capsys.readouterr().out
    assert titles("again.xlsx") == found
    assert Path("again.xlsx").read_bytes() == Path("study.xlsx").read_bytes()


def test_a_case_that_types_fractions_says_so_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asked for it: a plan with a part of a hall is none to sign."""
    Path("typed.yaml").write_text(CASE.replace("periods: 1", "periods: 1, whole_phases: false"), "utf-8")
    assert run("optimize", "typed.yaml", "--json", "-o", "typed.xlsx") == 0
    assert json.loads(capsys.readouterr().out)["in_fractions"] is True
    assert all(title.startswith(WARNING) for title in titles("typed.xlsx").values())


def test_a_whole_plan_is_called_no_study(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on a page nor in what the command says."""
    assert run("optimize", "case.yaml", "-o", "plan.xlsx") == 0
    assert "signature" not in capsys.readouterr().out
    assert not any("signature" in title for title in titles("plan.xlsx").values())
    assert json.loads(Path("plan/run.json").read_text("utf-8"))["options"]["continuous"] is False
