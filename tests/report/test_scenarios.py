"""The sheets of a scenario tree: things are those of the likeliest scenario, money is expected over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd
import pytest

from planner import findings
from planner.findings.scenario import case_of_scenario, likeliest, solution_of_scenario
from planner.report import Dossier, sheets_of
from planner.report.sheet_spec import Beside, Block, Charts, Note, Sheet, Table, number, plain, tables_of
from planner.report.words import money
from planner.schema.goals import Milestone
from planner.solution import Solution

from .conftest import BRANCHED, dossier_of

SHOWN = "calm, early"


@pytest.fixture(scope="module")
def sheets(branched: Dossier) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in sheets_of(branched)}


@pytest.fixture(scope="module")
def tables(sheets: Mapping[str, Sheet]) -> dict[str, Table]:
    return {t.id: t for sheet in sheets.values() for t in tables_of(sheet.blocks) if isinstance(t, Table)}


def _notes(sheet: Sheet) -> str:
    return " ".join(_texts(sheet.blocks))


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    """What stands below other blocks and beside them."""
    for block in blocks:
        if isinstance(block, Note):
            yield block.text
        elif isinstance(block, Beside):
            yield from _texts((*block.left, *block.right))


def _path(solution: Solution, name: str = SHOWN) -> list[str]:
    """Nodes of a scenario by period."""
    paths = solution["paths"]
    return list(paths[paths["scenario"] == name].sort_values("period")["node"])


def _by_period(solution: Solution, table: str, column: str, **where: str) -> list[float]:
    """Sums of a column at the nodes of the likeliest scenario, straight from the plan's tables."""
    data = solution[table]
    for name, value in where.items():
        data = data[data[name] == value]
    return [float(data[data["node"] == node][column].sum()) for node in _path(solution)]


def _ledger(branched: Dossier) -> pd.DataFrame:
    """The ledger with its nodes' probability and present worth, worked out again."""
    settings = branched.case.settings
    ledger = branched.solution["ledger"].merge(branched.solution["nodes"], on="node")
    end = (1 + settings.discount_rate) ** -settings.timeline.years_between(0, settings.timeline.periods)
    worth = ledger["discount"].where(ledger["account"] != "residual value", end)
    return ledger.assign(expected=ledger["musd"] * ledger["probability"], present=ledger["musd"] * worth)


def test_titles_say_which_scenarios_are_shown(sheets: Mapping[str, Sheet]) -> None:
    for name in ("Chips", "Sites", "Power", "Compute"):
        assert "scenario calm, early (36 %)" in sheets[name].title
    for name in ("Summary", "Cost", "Prices"):
        assert "expected over 4 scenarios, weighted by probability" in sheets[name].title
    for name in ("Assumptions", "Checks", "Provenance"):
        assert "; 2026-Q4 to 2028-Q3, 4 scenarios" in sheets[name].title


def test_every_check_holds(tables: Mapping[str, Table]) -> None:
    for name in ("checks_plan", "checks_report"):
        assert set(tables[name].values("result")) == {"OK"}
    assert {"average delay", "delay by scenario", "cost by scenario"} <= set(tables["checks_report"].values("id"))


def test_chips_are_those_of_the_likeliest_scenario(branched: Dossier, tables: Mapping[str, Table]) -> None:
    plan = branched.solution
    assert tables["fleet"].values("total") == pytest.approx(_by_period(plan, "fleet", "fleet"))
    assert tables["delivered"].values("total") == pytest.approx(_by_period(plan, "orders", "delivered"))
    ordered = _by_period(plan, "orders", "ordered")
    assert tables["ordered"].values("total") == pytest.approx(ordered)
    assert sum(number(row[3]) for row in tables["chip_orders"].rows) == pytest.approx(sum(ordered))
    spent = _ledger(branched)
    spent = spent[spent["account"].isin(["chip purchase", "import fee"]) & spent["node"].isin(_path(plan))]
    assert sum(number(row[-1]) for row in tables["chip_orders"].rows) == pytest.approx(spent["musd"].sum())


def test_sites_are_those_of_the_likeliest_scenario(branched: Dossier, tables: Mapping[str, Table]) -> None:
    plan = branched.solution
    starts = plan["starts"]
    starts = starts[starts["node"].isin(_path(plan)) & (starts["start_mw"] > 0.05)]
    label = dict(zip(plan["nodes"]["node"], plan["nodes"]["label"], strict=True))
    expected = {(row.site, row.option, label[row.node]): row.start_mw for row in starts.itertuples()}
    found = {(row[0], row[2], row[3]): row[4] for row in tables["starts"].rows}
    assert found == pytest.approx(expected)
    for site in branched.case.sites:
        at = tables["sites_end"].values("site").index(site)
        ready = _by_period(plan, "halls", "it_mw", site=site)[-1]
        assert tables["sites_end"].values("ready")[at] == pytest.approx(ready)


def test_power_and_compute_are_those_of_the_likeliest_scenario(branched: Dossier, tables: Mapping[str, Table]) -> None:
    plan = branched.solution
    for region in branched.case.regions:
        drawn = _by_period(plan, "regions", "draw_mw", region=region)
        assert tables["draw_regions"].values(region) == pytest.approx(drawn)
    plant = _by_period(plan, "onsite", "output_mw")
    drawn = _by_period(plan, "markets", "grid_mw", market="US")
    assert tables["sources_1"].values("total") == pytest.approx([a + b for a, b in zip(plant, drawn, strict=True)])
    for column, total in (("demand", "demand"), ("served", "served"), ("shortfall", "short")):
        assert tables["compute_total"].values(total) == pytest.approx(_by_period(plan, "service", column))
        for workload in branched.case.workloads:
            line = _by_period(plan, "service", column, workload=workload)
            assert tables[f"compute_{column}"].values(workload) == pytest.approx(line)


def test_money_is_expected(branched: Dossier, tables: Mapping[str, Table]) -> None:
    """By account, year and market; and it adds up to the objective."""
    ledger = _ledger(branched)
    names = {"rented compute": "shortfall"}
    for table, column in (("money", "expected"), ("present", "present_musd")):
        by_account = ledger.groupby("account")[column].sum()
        for row in tables[table].rows:
            account = str(row[0])
            assert number(row[-2]) == pytest.approx(by_account[names.get(account, account)])
    assert tables["years"].values("total") == pytest.approx(
        list(ledger.groupby(ledger["first_day"].str[:4])["expected"].sum())
    )
    for market in branched.case.markets:
        by_market = ledger[ledger["market"] == market]["expected"].sum()
        assert sum(number(v) for v in tables["cost_market"].values(market)) == pytest.approx(by_market)
    total = sum(number(row[-2]) for row in tables["present"].rows)
    assert total == pytest.approx(branched.solution.objective_musd, rel=1e-9)


def test_each_scenario_has_its_cost(
    branched: Dossier, tables: Mapping[str, Table], sheets: Mapping[str, Sheet]
) -> None:
    ledger = _ledger(branched)
    names = tables["scenarios"].values("name")
    costs = [ledger[ledger["node"].isin(_path(branched.solution, str(name)))]["present"].sum() for name in names]
    assert tables["scenarios"].values("probability") == pytest.approx([0.36, 0.24, 0.24, 0.16])
    assert tables["scenarios"].values("cost") == pytest.approx(costs)
    expected = sum(number(v) for v in tables["scenarios"].values("counted"))
    assert expected == pytest.approx(branched.solution.objective_musd, rel=1e-9)
    words = f"they are {money(max(costs) - min(costs))} apart"
    assert words in _notes(sheets["Summary"])
    assert words in _notes(sheets["Cost"])
    assert money(min(costs)) in sheets["Summary"].message
    assert money(max(costs)) in sheets["Summary"].message


def test_the_delay_of_a_scenario_is_over_the_peak_of_all(branched: Dossier, tables: Mapping[str, Table]) -> None:
    """Demand rises to 7,000 PFLOP/s in the shown scenario and to half as much again in the rush."""
    peaks = dict(zip(tables["delay"].values("name"), tables["delay"].values("peak"), strict=True))
    assert float(str(peaks["train"])) > max(number(v) for v in tables["compute_demand"].values("train")) * 1.4
    delays = findings.delay_by_scenario(branched.case, branched.solution)
    assert sum(number(v) for v in tables["delay"].values("counted")) == pytest.approx(delays[SHOWN])
    assert len({round(delay, 6) for delay in delays.values()}) > 1
    average = findings.average_delay(branched.case, branched.solution)
    assert sum(number(v) for v in tables["scenarios"].values("waited")) == pytest.approx(average)


def test_summary_tells_expected_figures_from_shown_ones(
    branched: Dossier, sheets: Mapping[str, Sheet], tables: Mapping[str, Table]
) -> None:
    notes = _notes(sheets["Summary"])
    assert "The plan is made for least expected present cost." in notes
    assert "Figures marked expected are over 4 scenarios" in notes
    assert "the likeliest scenario, calm, early (36 %)" in notes
    figures = {str(plain(row[0])).strip(): plain(row[1]) for row in tables["figures"].rows}
    assert figures["Present cost, expected"] == pytest.approx(branched.solution.objective_musd)
    assert figures["Average delay, expected"] == pytest.approx(findings.average_delay(branched.case, branched.solution))
    ready = _by_period(branched.solution, "markets", "it_mw", market="US")[-1]
    assert figures["Halls ready at the end, US"] == pytest.approx(ready)
    served = sum(_by_period(branched.solution, "service", "served")) / 4
    assert figures["Compute from own chips"] == pytest.approx(served / 1000)


def test_prices_name_the_branch(branched: Dossier, tables: Mapping[str, Table], sheets: Mapping[str, Sheet]) -> None:
    """Each price that was tried, of the four that weigh most, stands on the summary with its node."""
    plan = branched.solution
    assert tables["verified"].values("first") == list(plan["verified"]["node"])
    nodes = set(plan["nodes"]["node"])
    assert set(tables["prices"].values("first")) | set(tables["limits"].values("when")) <= nodes
    assert any(" " in str(name) for name in tables["prices"].values("first"))
    tried = plan["verified"][["where", "node"]].head(4)
    assert any(" " in node for node in tried["node"])
    for where, node in tried.itertuples(index=False):
        assert f" of {where}, {node}: " in _notes(sheets["Summary"])


def test_no_chart_shows_a_period_twice(sheets: Mapping[str, Sheet], tables: Mapping[str, Table]) -> None:
    drawn = [
        c for sheet in sheets.values() for block in sheet.blocks if isinstance(block, Charts) for c in block.charts
    ]
    assert len(drawn) > 7
    for chart in drawn:
        along = tables[chart.table].values(chart.category)
        assert len(along) == len(set(along)), chart.title


def test_messages_carry_a_number_and_fit(sheets: Mapping[str, Sheet]) -> None:
    for sheet in sheets.values():
        assert 40 <= len(sheet.message) <= 140, sheet.message
        assert any(c.isdigit() for c in sheet.message), sheet.message


def test_milestones_are_held_in_the_shown_scenario_or_in_every_one(branched: Dossier) -> None:
    """Eight MW in the US are switched on in a rush alone; here the rush is the likeliest."""
    paths = branched.solution["paths"]
    chances = [0.4 if name == "rush, late" else 0.2 for name in paths["scenario"]]
    solution = replace(
        branched.solution, tables={**branched.solution.tables, "paths": paths.assign(probability=chances)}
    )
    milestones = {"eight": Milestone(market="US", it_mw=8.0), "one": Milestone(market="US", it_mw=1.0)}
    goals = branched.case.goals.model_copy(update={"milestones": milestones})
    asked = replace(branched, case=branched.case.model_copy(update={"goals": goals}), solution=solution)
    sheets = {sheet.name: sheet for sheet in sheets_of(asked)}
    load = solution["markets"][solution["markets"]["market"] == "US"].set_index("node")["it_load_mw"]
    reached = [node for node in _path(solution, "rush, late") if load[node] >= 8 * (1 - 1e-6)]
    assert _table(sheets["Compute"], "milestones", "reached")[0] == reached[0].split()[0]
    assert _table(sheets["Compute"], "milestones", "everywhere")[0] == "never"
    assert _table(sheets["Compute"], "milestones", "everywhere")[1] != "never"
    figures = {plain(row[0]): row for t in tables_of(sheets["Summary"].blocks) if t.id == "figures" for row in t.rows}
    assert [plain(v) for v in figures["Milestone eight"][1:3]] == ["never", "in every scenario"]


def test_halls_are_ready_when_the_scenario_has_them_ready(branched: Dossier) -> None:
    """Building takes twice as long where the grid is late: what starts are said to give is what halls gain."""
    plan, told = branched.solution, {}
    for name in branched.scenarios:
        seen = solution_of_scenario(plan, name, case_of_scenario(branched.case, name))
        for site in ("T", "U"):
            halls = seen["halls"][seen["halls"]["site"] == site]
            starts = seen["starts"][seen["starts"]["site"] == site]
            gained = halls["it_mw"].diff().fillna(halls["it_mw"])
            by_label = starts.groupby("ready")["start_mw"].sum()
            assert [by_label.get(label, 0.0) for label in halls["node"]] == pytest.approx(list(gained), abs=1e-9)
        fast = seen["starts"][(seen["starts"]["option"] == "fast") & (seen["starts"]["node"] == "2027-Q2")]
        told[name] = fast["ready"].item()
    assert told == {
        "calm, early": "2027-Q3", "calm, late": "2027-Q4", "rush, early": "2027-Q3", "rush, late": "2027-Q4"
    }  # fmt: skip


def test_a_single_path_is_seen_as_it_is(bridged: Dossier) -> None:
    assert bridged.likeliest is bridged
    seen = solution_of_scenario(bridged.solution, "base", case_of_scenario(bridged.case, "base"))
    for name, table in bridged.solution.tables.items():
        pd.testing.assert_frame_equal(seen[name], table)


def test_the_first_of_the_likeliest_is_shown(branched: Dossier) -> None:
    assert likeliest(branched.solution) == SHOWN
    paths = branched.solution["paths"].assign(probability=0.25)
    even = replace(branched.solution, tables={**branched.solution.tables, "paths": paths})
    assert likeliest(even) == "calm, early"
    paths = paths.assign(probability=[0.3 if name.startswith("rush") else 0.2 for name in paths["scenario"]])
    assert likeliest(replace(even, tables={**even.tables, "paths": paths})) == "rush, early"


def test_risk_that_weighs_in_is_said(branched: Dossier) -> None:
    """The headline stays the expected cost; what was minimised stands beside it."""
    goals = branched.case.goals.model_copy(update={"risk_weight": 0.3, "risk_level": 0.9})
    solution = replace(branched.solution, criterion_musd=321.0, bound_musd=321.0)
    risky = replace(branched, case=branched.case.model_copy(update={"goals": goals}), solution=solution)
    found = {sheet.name: sheet for sheet in sheets_of(risky)}
    assert found["Summary"].message == {s.name: s for s in sheets_of(branched)}["Summary"].message
    words = (
        "The plan is made for least present cost with risk weighed in. Minimised was 70 % of the expected present cost "
        "and 30 % of the mean of the most expensive 10 % of all outcomes, together 321 million USD."
    )
    assert words in _notes(found["Summary"])
    assert "Prices are weighted by risk" in _notes(found["Prices"])
    facts = next(t for t in tables_of(found["Provenance"].blocks) if t.id == "run_facts")
    assert isinstance(facts, Table)
    assert 321.0 in facts.values("value")
    assert any("adds up to the expected one" in str(v) for v in _table(found["Checks"], "checks_report", "sentence"))


def _table(sheet: Sheet, name: str, column: str) -> list[object]:
    table = next(t for t in tables_of(sheet.blocks) if t.id == name)
    assert isinstance(table, Table)
    return list(table.values(column))


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        ("regret", "least largest regret over the scenarios, then least expected cost"),
        ("delay", "least expected average delay, then least expected cost"),
        (
            "earliest",
            "milestones in every scenario as early as can be, in their order, then least expected average delay, "
            "then least expected cost",
        ),
    ],
)
def test_objectives_have_their_words(branched: Dossier, objective: str, words: str) -> None:
    goals = branched.case.goals.model_copy(update={"objective": objective})
    asked = replace(branched, case=branched.case.model_copy(update={"goals": goals}))
    sheets = {sheet.name: sheet for sheet in sheets_of(asked)}
    assert f"The plan is made for {words}." in _notes(sheets["Summary"])
    assert words in _table(sheets["Provenance"], "run_facts", "value")
    if objective == "regret":
        assert "Prices hold the largest regret" in _notes(sheets["Prices"])


def test_twins_of_one_scenario_are_shown_as_the_one() -> None:
    """Outcomes that change nothing: each scenario costs the same, and things stand as they do without them."""
    reveal = {"date": "2027-04-01", "outcomes": {"heads": {"probability": 0.5}, "tails": {"probability": 0.5}}}
    plain_case = {key: value for key, value in BRANCHED.items() if key != "uncertainty"}
    one, two = dossier_of(plain_case), dossier_of(plain_case | {"uncertainty": {"coin": reveal}})
    costs = findings.cost_by_scenario(two.solution)
    assert costs == pytest.approx(dict.fromkeys(("heads", "tails"), one.solution.objective_musd), rel=1e-6)
    assert findings.cost_by_scenario(one.solution) == pytest.approx({"base": one.solution.objective_musd})
