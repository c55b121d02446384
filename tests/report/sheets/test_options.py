"""Options: what is a choice and what a what-if, why the plan and not them, and bridges that close."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from planner.message import Message, lines
from planner.report import Dossier, report_bytes, sheets_of
from planner.report.by_period import View
from planner.report.sheet_spec import Charts, Note, Sheet, Table, plain, tables_of
from planner.report.sheets.options import options, rejected_sentence
from planner.report.sheets.options.reasons import asked_words, why, why_none
from planner.report.sheets.options.rivals import rivals
from planner.schema import parse_case
from planner.schema.alternative_cases import variant
from planner.schema.alternatives import Alternative
from planner.schema.goals import Milestone
from planner.schema.uncertainty import Shock
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from planner.study.alternatives import ALTERNATIVES, Option

from ..conftest import SMALL, with_study

RENT = {"account": "shortfall", "item": "train", "market": "CN"}
CHIPS = {"account": "chip purchase", "item": "A", "market": "CN"}
SOONEST = Alternative(objective="delay")


def moved(dossier: Dossier, name: str, asked: Alternative, *, rent: float = 0.0, chips: float = 0.0) -> Option:
    """An option whose plan is the recommended one but for so much more rent and so much more for chips, million USD."""
    solution = dossier.solution
    last = str(solution["nodes"]["node"].iloc[-1])
    lines = [(RENT, rent), (CHIPS, chips)]
    more = pd.DataFrame(
        [{**at, "node": last, "musd": amount, "present_musd": amount} for at, amount in lines if amount]
    )
    ledger = pd.concat([solution["ledger"], more], ignore_index=True)
    tables = {**solution.tables, "ledger": ledger}
    plan = replace(solution, objective_musd=solution.objective_musd + rent + chips, tables=tables)
    return Option(name, asked, dossier.case, plan)


def waiting(option: Option, pflops: float) -> Option:
    """The same with so much less of the training served in the first period, effective PFLOP/s."""
    assert option.solution is not None
    service = option.solution["service"].copy()
    service.loc[service.index[service["workload"] == "train"][0], "shortfall"] += pflops
    return replace(option, solution=replace(option.solution, tables={**option.solution.tables, "service": service}))


def solved(dossier: Dossier, name: str, asked: Alternative) -> Option:
    """An option as it is solved."""
    case = variant(dossier.case.model_copy(update={"alternatives": {name: asked}}), name)
    with session(case) as s:
        return Option(name, asked, case, OBJECTIVES[case.goals.objective](s))


def beside(dossier: Dossier, *found: Option) -> Dossier:
    """The dossier with options."""
    return with_study(dossier, ALTERNATIVES, found)


def sheet_of(dossier: Dossier) -> Sheet:
    """The sheet, which must be there."""
    sheet = options(dossier)
    assert sheet is not None
    return sheet


def table_of(sheet: Sheet, name: str) -> Table:
    """A table of a sheet."""
    return next(t for t in tables_of(sheet.blocks) if isinstance(t, Table) and t.id == name)


def words_of(dossier: Dossier) -> str:
    """Why the plan and not the first option."""
    return why(rivals(View(dossier))[0])


def test_there_is_no_sheet_without_options(dossier: Dossier) -> None:
    assert options(dossier) is None
    assert rejected_sentence(View(dossier)) is None


def test_a_costlier_choice_is_rejected_for_its_largest_accounts(dossier: Dossier) -> None:
    """150 more of rent and 50 less for chips: 100 more in all."""
    with_one = beside(dossier, moved(dossier, "Soonest", SOONEST, rent=150.0, chips=-50.0))
    assert words_of(with_one) == (
        "Rejected because it is more expensive: it costs 100 million USD more (150 million USD more for rented "
        "compute; "
        "50.0 million USD less for chips with fees)."
    )
    whole = dossier.solution.objective_musd + 100
    assert rejected_sentence(View(with_one)) == (
        f"Rejected: Soonest, which would cost 100 million USD more than the plan, {whole:.0f} million USD in all."
    )


def test_the_cheapest_and_the_costliest_rejected_option_are_named(dossier: Dossier) -> None:
    found = beside(
        dossier,
        moved(dossier, "Second", SOONEST, rent=20.0),
        moved(dossier, "Third", SOONEST, rent=30.0),
        moved(dossier, "First", SOONEST, rent=10.0),
        moved(dossier, "Storm", Alternative(shocks=["storm"]), rent=90.0),
    )
    assert sheet_of(found).message == (
        "Of 3 choices that are more expensive, First costs 10.0 million USD more than the plan and Third 30.0 "
        "million USD more."
    )
    sentence = str(rejected_sentence(View(found)))
    assert sentence.startswith("Of 3 rejected options, First is the cheapest and would cost 10.0 million USD more")
    assert "Third is the most expensive and would cost 30.0 million USD more" in sentence


def test_a_cheaper_choice_is_not_called_rejected(dossier: Dossier) -> None:
    cheaper = beside(dossier, moved(dossier, "Frugal", SOONEST, chips=-40.0))
    assert words_of(cheaper) == (
        "It costs 40.0 million USD less (40.0 million USD less for chips with fees); the plan is made for least "
        "present cost."
    )
    assert "Frugal, at" in str(rejected_sentence(View(cheaper)))
    assert sheet_of(cheaper).message.startswith("No choice among 1 option is more expensive than the plan")


def test_a_costlier_choice_is_not_rejected_for_its_cost_where_the_plan_is_made_for_time(dossier: Dossier) -> None:
    case = dossier.case.model_copy(update={"goals": dossier.case.goals.model_copy(update={"objective": "earliest"})})
    late = beside(replace(dossier, case=case), moved(dossier, "Cheap", Alternative(objective="delay"), rent=40.0))
    assert words_of(late).endswith(
        "the plan is made for milestones as early as can be, in their order, then least average delay, then least cost."
    )
    assert "Rejected" not in words_of(late)


def test_within_a_ten_thousandth_an_option_is_as_good_as_the_plan(dossier: Dossier) -> None:
    hair = 0.9e-4 * dossier.solution.objective_musd
    assert words_of(beside(dossier, moved(dossier, "Twin", SOONEST, rent=hair))).startswith("It is as good as the plan")
    assert "Rejected" in words_of(beside(dossier, moved(dossier, "Other", SOONEST, rent=1.2 * hair)))


def test_what_only_rounding_tells_apart_is_shown_as_the_same(dossier: Dossier) -> None:
    """A difference of a billionth of a million USD would stand as -0.0."""
    sheet = sheet_of(beside(dossier, moved(dossier, "Twin", SOONEST, rent=-1e-9)))
    assert table_of(sheet, "options").values("more") == [0.0, 0.0]
    assert set(table_of(sheet, "bridges").values("option 1")) == {0.0}


def test_a_longer_delay_is_told_in_months(dossier: Dossier) -> None:
    """600 of a peak of 3000 PFLOP/s for 3 months, training counting half: 0.3 months."""
    slow = waiting(moved(dossier, "Slow", SOONEST, rent=40.0), 600.0)
    assert words_of(beside(dossier, slow)).endswith("Its average delay is 0.3 months longer.")
    table = table_of(sheet_of(beside(dossier, slow)), "options")
    assert table.values("later") == pytest.approx([0.0, 0.3])


def test_without_milestones_the_period_is_told_from_which_all_is_served(dossier: Dossier) -> None:
    """The plan with all of its shortfall gone but for 5 PFLOP/s in the third period, or in the last."""
    option = moved(dossier, "Served", SOONEST, rent=40.0)
    assert option.solution is not None
    service = option.solution["service"].assign(shortfall=0.0)
    for third, period in (("2027-Q2", "2027-Q3"), ("2028-Q3", "never")):
        late = service.copy()
        late.loc[(late["node"] == third) & (late["workload"] == "train"), "shortfall"] = 5.0
        plan = replace(option.solution, tables={**option.solution.tables, "service": late})
        table = table_of(sheet_of(beside(dossier, replace(option, solution=plan))), "options")
        assert table.values("served")[1] == period


def test_milestones_of_the_case_have_columns_and_are_counted(dossier: Dossier) -> None:
    """Of two milestones the option, made from the same plan without its first year of service, reaches one later."""
    goals = dossier.case.goals.model_copy(
        update={"milestones": {"some": Milestone(workload="infer", pflops=1.0), "none": Milestone(pflops=1e9)}}
    )
    case = dossier.case.model_copy(update={"goals": goals})
    plan = replace(dossier, case=case)
    option = moved(plan, "Late", SOONEST, rent=40.0)
    assert option.solution is not None
    serve = option.solution["serve"].copy()
    serve.loc[(serve["workload"] == "infer") & (serve["node"] < "2027-Q4"), "pflops"] = 0.0
    late = replace(option.solution, tables={**option.solution.tables, "serve": serve})
    found = beside(plan, replace(option, solution=late))
    table = table_of(sheet_of(found), "options")
    assert [column.header for column in table.columns[-2:]] == ["some", "none"]
    assert table.values("date 0")[1] == "2027-Q4"
    assert table.values("date 1") == ["never", "never"]
    assert words_of(found).endswith("Milestones reached sooner: 0 of 2; later: 1.")


def test_named_shocks_are_another_world(dossier: Dossier) -> None:
    storm = beside(dossier, moved(dossier, "Storm", Alternative(shocks=["storm"]), rent=90.0))
    assert words_of(storm) == (
        "A what-if and no choice: its best plan costs 90.0 million USD more (90.0 million USD more for rented compute)."
    )
    assert rejected_sentence(View(storm)) is None
    assert sheet_of(storm).message.startswith("No choice among 1 option is more expensive than the plan; Storm differs")


def test_changes_are_a_choice_where_their_plan_holds_in_the_case_itself(dossier: Dossier) -> None:
    """Buying half as much of A is open to anyone; a costlier A is not, nor is a grid with twice the headroom.

    Nor does it matter that less of A is worth more there, or that its plan is to be soonest.
    """
    half = Shock(table="chips", rows=["A"], field="markets.CN.supply_per_year", set=2000)
    dear = Shock(table="chips", rows=["A"], field="markets.CN.price_usd", scale=1.2)
    roomy = Shock(table="regions", rows=["North"], field="headroom_mw", scale=2)
    found = beside(
        dossier,
        *(solved(dossier, name, Alternative(changes=[change]))
          for name, change in (("fewer", half), ("dear", dear), ("roomy", roomy))),
        solved(dossier, "soon", Alternative(changes=[half], objective="delay")),
    )  # fmt: skip
    fewer, costlier, more_room, soon = rivals(View(found))
    assert (fewer.choice, costlier.choice, more_room.choice, soon.choice) == (True, False, False, True)
    assert fewer.rejected
    assert more_room.more_musd < 0
    assert table_of(sheet_of(found), "options").values("kind") == ["", "choice", "what if", "what if", "choice"]


def test_one_market_alone_is_a_choice_while_it_is_costlier(dossier: Dossier) -> None:
    """Cheaper, it needs what the case does not allow: here a plan that does not hold in it."""
    alone = Alternative(only_market="CN")
    assert rivals(View(beside(dossier, moved(dossier, "Alone", alone, rent=5.0))))[0].choice
    assert not rivals(View(beside(dossier, moved(dossier, "Alone", alone, rent=-5.0))))[0].choice


def test_an_option_without_a_plan_says_why(dossier: Dossier) -> None:
    clash = lines(Message("no plan can meet this case:"), Message("  {rule} [{place}]", rule="headroom", place="North"))
    none = Option("Never", SOONEST, dossier.case, None, clash)
    assert why_none(none) == "No plan was found for it: no plan can meet this case: headroom [North]"
    assert why_none(replace(none, why_none=None)) == "No plan was found for it."
    sheet = sheet_of(beside(dossier, none))
    row = table_of(sheet, "options").rows[1]
    assert row[:3] == ("Never", "no plan", None)
    assert sheet.message.startswith("The one alternative that was asked for led to no plan; the plan itself costs ")
    assert not any(isinstance(block, Charts) for block in sheet.blocks)
    assert sheet_of(beside(dossier, none, none)).message.startswith(
        "None of the 2 alternatives that were asked for led to a plan"
    )


def test_what_was_asked_for_is_said_by_the_note_or_by_the_question() -> None:
    case = parse_case(SMALL)
    change = Shock(table="chips", rows=["A"], field="it_kw", scale=1.5)
    for asked, words in (
        (Alternative(only_market="CN", note="China by itself."), "China by itself."),
        (Alternative(only_market="CN"), "Asked for: CN alone builds and serves all of the demand."),
        (
            Alternative(order_most=["A"], order_most_in=["CN"]),
            "Asked for: as many A are ordered in CN as anything allows.",
        ),
        (Alternative(order_most=["A"]), "Asked for: as many A are ordered as anything allows."),
        (Alternative(shocks=["x"], changes=[change]), "Asked for: with x; chips.A.it_kw times 1.5."),
        (Alternative(changes=[change] * 3), "Asked for: 3 changes of the case."),
        (SOONEST, "Asked for: least average delay, then least cost."),
    ):
        assert asked_words(Option("any", asked, case, None)) == words


def test_bridges_close_on_the_difference(dossier: Dossier) -> None:
    found = beside(dossier, moved(dossier, "Soonest", SOONEST, rent=150.0, chips=-50.0))
    table = table_of(sheet_of(found), "bridges")
    by_group = dict(zip(table.values("group"), table.values("option 1"), strict=True))
    assert by_group.pop("rented compute") == pytest.approx(150.0)
    assert by_group.pop("chips with fees") == pytest.approx(-50.0)
    assert list(by_group.values()) == pytest.approx([0.0] * len(by_group))
    assert sum(float(str(v)) for v in table.values("plan")) == pytest.approx(dossier.solution.objective_musd)


def test_the_waterfall_stands_on_its_base(dossier: Dossier) -> None:
    """150 up from nothing, 50 down to 100, which is the sum; turned round for an option that is cheaper by as much."""
    for sign in (1, -1):
        option = moved(dossier, "Soonest", SOONEST, rent=sign * 150.0, chips=-sign * 50.0)
        table = table_of(sheet_of(beside(dossier, option)), "waterfall option 1")
        assert table.values("label") == ["rent", "chips", "in all"]
        assert table.values("base")[:2] == pytest.approx([0.0, 100.0])
        assert table.values("rise")[0] == pytest.approx(150.0)
        assert table.values("rise")[1:] == [None, None]
        assert table.values("fall")[1] == pytest.approx(50.0)
        assert table.values("total")[2] == pytest.approx(100.0)


def test_waterfalls_are_drawn_for_the_three_choices_furthest_off(dossier: Dossier) -> None:
    amounts = {"a": 5.0, "b": 40.0, "c": -30.0, "d": 20.0}
    found = [moved(dossier, name, SOONEST, rent=amount) for name, amount in amounts.items()]
    storm = moved(dossier, "storm", Alternative(shocks=["storm"]), rent=500.0)
    sheet = sheet_of(beside(dossier, *found, storm))
    charts = [chart for block in sheet.blocks if isinstance(block, Charts) for chart in block.charts]
    assert [chart.title for chart in charts if chart.kind == "waterfall"] == [
        "b costs 40.0 million USD more than the plan",
        "The plan costs 30.0 million USD more than c",
        "d costs 20.0 million USD more than the plan",
    ]


def test_cost_shows_the_bridge_to_the_first_choice(dossier: Dossier) -> None:
    found = beside(
        dossier,
        moved(dossier, "Storm", Alternative(shocks=["storm"]), rent=90.0),
        moved(dossier, "Soonest", SOONEST, rent=150.0, chips=-50.0),
    )
    page = next(sheet for sheet in sheets_of(found) if sheet.name == "Cost")
    table = table_of(page, "cost_bridge")
    assert "Soonest" in table.caption
    steps = dict(zip(table.values("account"), table.values("step"), strict=True))
    assert steps["rented compute"] == pytest.approx(150.0)
    assert steps["chip purchase"] == pytest.approx(-50.0)
    only_storm = beside(dossier, found.options[0])
    page = next(sheet for sheet in sheets_of(only_storm) if sheet.name == "Cost")
    assert "cost_bridge" not in [table.id for table in tables_of(page.blocks)]


def _failed(dossier: Dossier) -> list[str]:
    page = next(sheet for sheet in sheets_of(dossier) if sheet.name == "Checks")
    return [str(row[0]) for row in table_of(page, "checks_report").rows if plain(row[-1]) != "OK"]


def test_a_bridge_that_does_not_close_turns_its_check_red(dossier: Dossier) -> None:
    """The option's plan states 7 more than its ledger holds."""
    option = moved(dossier, "Soonest", SOONEST, rent=150.0)
    assert option.solution is not None
    wrong = replace(option.solution, objective_musd=option.solution.objective_musd + 7)
    assert _failed(beside(dossier, option)) == []
    assert _failed(beside(dossier, replace(option, solution=wrong))) == ["cost bridge", "cost bridge"]


def test_with_several_scenarios_the_costliest_is_shown_and_told(branched: Dossier) -> None:
    """100 more at the end of the costliest scenario, which comes in 0.16 of all cases: 625 more there."""
    paths = branched.solution["paths"]
    assert paths["scenario"].iloc[-1] == "rush, late"
    assert paths["node"].iloc[-1] == branched.solution["nodes"]["node"].iloc[-1]
    found = beside(branched, moved(branched, "Soonest", SOONEST, rent=100.0))
    table = table_of(sheet_of(found), "options")
    plan, other = (float(str(v)) for v in table.values("costliest"))
    assert other - plan == pytest.approx(625.0)
    assert words_of(found).endswith(
        "Its most expensive scenario costs 625 million USD more than the plan's most expensive."
    )
    assert "expected" in " ".join(column.header for column in table.columns)


def test_long_names_and_notes_keep_to_the_page(dossier: Dossier) -> None:
    asked = Alternative(objective="delay", note="word " * 200)
    for count in (1, 12):
        names = [f"{position} {'x' * 70}" for position in range(count)]
        sheet = sheet_of(beside(dossier, *(moved(dossier, name, asked, rent=25.0) for name in names)))
        assert 40 <= len(sheet.message) <= 140
        assert len(table_of(sheet, "options").rows) == count + 1
        assert len(table_of(sheet, "bridges").columns) == 2 + min(count, 10)


def test_each_option_has_its_reason(dossier: Dossier) -> None:
    found = beside(dossier, moved(dossier, "One", SOONEST, rent=25.0), Option("Two", SOONEST, dossier.case, None))
    notes = [block.text for block in sheet_of(found).blocks if isinstance(block, Note)]
    assert any(text.startswith("One: Asked for: ") and "Rejected" in text for text in notes)
    assert any(text.startswith("Two: ") and text.endswith("No plan was found for it.") for text in notes)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_formulas_of_options_come_to_what_python_found(dossier: Dossier, tmp_path: Path) -> None:
    found = beside(
        dossier,
        moved(dossier, "Soonest", SOONEST, rent=150.0, chips=-50.0),
        moved(dossier, "Frugal", SOONEST, rent=-30.0, chips=10.0),
    )
    book = report_bytes(found)
    (tmp_path / "bare.xlsx").write_bytes(report_bytes(found, cached=False))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "bare.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    formulas = openpyxl.load_workbook(io.BytesIO(book))
    ours = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    theirs = openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)
    seen = 0
    for name in ("Options", "Cost", "Power", "Checks"):
        cells = [cell for row in formulas[name].iter_rows() for cell in row if cell.data_type == "f"]
        for cell in cells:
            mine: Any
            mine, other = (each[name][cell.coordinate].value for each in (ours, theirs))
            seen += 1
            if isinstance(mine, str):
                assert other == mine, (name, cell.coordinate)
            else:
                assert other == pytest.approx(mine, rel=1e-9, abs=1e-6), (name, cell.coordinate, cell.value)
    assert seen > 100
