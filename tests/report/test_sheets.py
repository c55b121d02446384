"""The sheets: built from the results, reconciled, and loud when something is wrong."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import openpyxl
import pandas as pd
import pytest

from planner.findings import average_delay, milestones_reached
from planner.message import Message
from planner.report import SHEETS, Dossier, report_bytes, sheets_of
from planner.report.by_period import View
from planner.report.sheet_spec import Beside, Block, Charts, Gantt, Note, Sheet, Table, number, plain, tables_of
from planner.report.words import money
from planner.schema.uncertainty import Outcome, Reveal
from planner.solution import Status
from planner.study.frontier import FRONTIER

from .conftest import BRIDGED, SMALL, dossier_of, with_study, with_table


def _named(sheets: tuple[Sheet, ...], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == name)


def _tables(sheets: tuple[Sheet, ...]) -> dict[str, Table]:
    return {t.id: t for sheet in sheets for t in tables_of(sheet.blocks) if isinstance(t, Table)}


def _notes(sheet: Sheet) -> Iterator[str]:
    yield from _texts(sheet.blocks)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Note):
            yield block.text
        elif isinstance(block, Beside):
            yield from _texts((*block.left, *block.right))


def test_sheets_stand_in_order(dossier: Dossier) -> None:
    names = [sheet.name for sheet in sheets_of(dossier)]
    studies = ("Options", "Risk", "Frontier")
    assert names == [name for name, _, _ in SHEETS if name not in studies] + ["Checks", "Provenance"]


def test_messages_carry_a_number_and_fit(dossier: Dossier, bridged: Dossier, frontiered: Dossier) -> None:
    for sheet in (sheet for each in (dossier, bridged, frontiered) for sheet in sheets_of(each)):
        assert 40 <= len(sheet.message) <= 140, sheet.message
        assert any(c.isdigit() for c in sheet.message), sheet.message


def test_messages_fit_with_long_names() -> None:
    """Names of 80 characters everywhere."""
    data = copy.deepcopy(SMALL)
    long = "x" * 79
    data["sites"] = {f"S{long}": data["sites"]["S"], "T": data["sites"]["T"]}
    data["workloads"] = {f"W{long}": data["workloads"]["train"]}
    data["settings"]["name"] = "n" * 80
    for sheet in sheets_of(dossier_of(data)):
        assert 40 <= len(sheet.message) <= 140, sheet.message


def test_headlines_follow_the_inputs(dossier: Dossier) -> None:
    """Twice the demand: every headline that quotes cost, chips or compute says something else."""
    data = copy.deepcopy(SMALL)
    data["workloads"]["train"]["demand_pflops"] = 6000
    data["regions"]["North"]["headroom_mw"] = 9
    before, after = ({sheet.name: sheet.message for sheet in sheets_of(each)} for each in (dossier, dossier_of(data)))
    same = [name for name in before if before[name] == after[name]]
    assert set(same) <= {"Assumptions", "Checks", "Provenance"}


def test_summary_quotes_the_objective(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["figures"]
    first = table.rows[0]
    power = {"million USD": 1, "billion USD": 1000}[str(plain(first[2]))]
    assert float(str(plain(first[1]))) * power == pytest.approx(dossier.solution.objective_musd, rel=1e-9)


def test_money_tables_add_up_to_the_objective(dossier: Dossier) -> None:
    tables = _tables(sheets_of(dossier))
    present = sum(float(str(v)) for v in tables["present"].values("total"))
    assert present == pytest.approx(dossier.solution.objective_musd, rel=1e-9)
    by_year = sum(float(str(v)) for v in tables["years"].values("total"))
    assert by_year == pytest.approx(sum(float(str(v)) for v in tables["money"].values("total")), rel=1e-9)


def test_a_penalty_is_no_rent(dossier: Dossier) -> None:
    """Rent is cash, a penalty stands in an account of its own."""
    view = View(dossier)
    assert "rented compute" in view.accounts
    assert all(account != "shortfall" for account in view.accounts)


def _master(dossier: Dossier) -> str:
    book = openpyxl.load_workbook(io.BytesIO(report_bytes(dossier)), data_only=True)
    return str(book["Checks"]["H6"].value)


@pytest.mark.parametrize(
    ("table", "column", "check"),
    [
        ("ledger", "present_musd", "objective"),
        ("service", "demand", "demand met"),
        ("fleet", "fleet", None),
        ("halls", "grid_mw", "site draw"),
        ("orders", "ordered", "committed"),
    ],
)
def test_a_seeded_fault_shows(dossier: Dossier, table: str, column: str, check: str | None) -> None:
    """A figure changed in one table: a check of the report fails where it has a twin, and the master check says so."""

    def tampered(values: Any) -> Any:
        changed = values.copy()
        changed.iloc[-1] = changed.iloc[-1] + 12345.0
        return changed

    spoiled = with_table(dossier, table, **{column: tampered})
    results = _tables(sheets_of(spoiled))["checks_report"]
    failed = {str(row[0]) for row in results.rows if plain(row[-1]) != "OK"}
    if check is None:
        assert _master(spoiled) == "ALL OK"
    else:
        assert check in failed
        assert _master(spoiled) == f"{len(failed)} FAILED"


def test_a_failed_certificate_turns_the_report_red(dossier: Dossier) -> None:
    checks = dossier.certificate.checks
    broken = replace(checks[0], ok=False, worst=float("inf"))
    certificate = replace(dossier.certificate, ok=False, checks=(broken, *checks[1:]))
    spoiled = replace(dossier, certificate=certificate)
    assert _master(spoiled) == "1 FAILED"
    sheets = sheets_of(spoiled)
    assert any(block.look == "banner" for block in _named(sheets, "Summary").blocks if isinstance(block, Note))
    assert "FAILED" in _named(sheets, "Checks").message


def test_alerts_are_said_on_summary(dossier: Dossier) -> None:
    full = Message("The moon is {how}.", how=Message("full"))
    worse = replace(dossier, solution=replace(dossier.solution, status=Status.FEASIBLE, warnings=(full,)))
    notes = " ".join(_notes(_named(sheets_of(worse), "Summary")))
    assert "not proven" in notes
    assert "The moon is full." in notes


def test_electricity_is_told_in_words(dossier: Dossier) -> None:
    notes = " ".join(_notes(_named(sheets_of(dossier), "Power")))
    assert "CN: electricity does not limit the plan" in notes
    assert "US: no limit on electricity is given." in notes


def test_a_region_without_limit_has_no_headroom(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["headroom_regions"]
    assert set(table.values("West")) == {None}
    assert set(table.values("North")) == {5.0}


def test_sheets_without_a_study_are_left_out(dossier: Dossier) -> None:
    """No sources and no prices: two sheets less, and Provenance says how to get them."""
    bare = replace(dossier, case=dossier.case.model_copy(update={"assumptions": []}))
    empty = {
        name: table.iloc[:0] if name in ("prices", "verified") else table
        for name, table in bare.solution.tables.items()
    }
    bare = replace(bare, solution=replace(bare.solution, tables=empty))
    sheets = sheets_of(bare)
    assert not {"Assumptions", "Prices"} & {sheet.name for sheet in sheets}
    notes = " ".join(_notes(_named(sheets, "Provenance")))
    assert "Assumptions: the case names no sources" in notes
    assert "planner frontier CASE" in notes
    assert report_bytes(bare)


def test_current_values_stand_beside_their_sources(dossier: Dossier) -> None:
    table = _tables(sheets_of(dossier))["assumptions"]
    assert plain(table.rows[0][1]) == 1.0
    assert table.rows[0][2] == "kW"
    assert "50 (2027-01-01)" in str(plain(table.rows[1][1]))


def test_twins_of_a_scenario_change_no_figure(dossier: Dossier) -> None:
    """Every node split in two of half the probability: expectations by period stay as they are."""
    split = _split(dossier)
    before, after = _tables(sheets_of(dossier)), _tables(sheets_of(split))
    for name in ("fleet", "present", "money", "compute_total", "sites_end", "chip_orders", "draw_regions", "starts"):
        for one, other in zip(before[name].rows, after[name].rows, strict=True):
            for mine, theirs in zip(one, other, strict=True):
                a, b = plain(mine), plain(theirs)
                assert a == b if isinstance(a, str) or a is None else a == pytest.approx(b, rel=1e-9, abs=1e-9)


def _split(dossier: Dossier) -> Dossier:
    outcomes = {side: Outcome(probability=0.5) for side in ("a", "b")}
    uncertainty = {"coin": Reveal(date=date(2027, 1, 1), outcomes=outcomes)}
    tables = {}
    for name, table in dossier.solution.tables.items():
        if "node" not in table.columns or name in ("prices", "verified"):
            tables[name] = table
            continue
        halves = []
        for suffix in (" a", " b"):
            half = table.copy()
            for column in ("node", "order", "parent"):
                if column in half.columns:
                    half[column] = [f"{value}{suffix}" if value else value for value in half[column]]
            if "probability" in half.columns:
                half["probability"] = half["probability"] / 2
            if "present_musd" in half.columns:
                half["present_musd"] = half["present_musd"] / 2
            if "scenario" in half.columns:
                half["scenario"] = suffix.strip()
            halves.append(half)
        tables[name] = pd.concat(halves, ignore_index=True)
    prices = {name: dossier.solution[name].iloc[:0] for name in ("prices", "verified")}
    case = dossier.case.model_copy(update={"uncertainty": uncertainty})
    return replace(dossier, case=case, solution=replace(dossier.solution, tables={**tables, **prices}))


def test_a_site_leaves_the_bridge_when_its_connection_carries_it(bridged: Dossier) -> None:
    """T is connected after five quarters and draws 7.5 MW of 7.5; U waits ten years for its grid.

    All 4 MW of cells that can be had in twelve months are ordered at once, since they run a quarter before engines do:
    a quarter of 800 chips is 18 million USD of rent, the MW costs 4. Engines give the 3.5 MW that T lacks, and the 1 MW
    of U.
    """
    tables = _tables(sheets_of(bridged))
    leaves = {(str(row[0]), str(row[2])): plain(row[-1]) for row in tables["plant"].rows}
    assert leaves == {("T", "=engine"): "2028-Q1", ("T", "cell"): "2028-Q1", ("U", "=engine"): "not in the plan"}
    first = dict(zip(leaves, tables["plant"].values("first"), strict=True))
    last = dict(zip(leaves, tables["plant"].values("last"), strict=True))
    assert first == {("T", "=engine"): "2027-Q2", ("T", "cell"): "2027-Q1", ("U", "=engine"): "2027-Q2"}
    assert last == {("T", "=engine"): "2027-Q4", ("T", "cell"): "2027-Q4", ("U", "=engine"): "2028-Q3"}
    assert tables["plant"].values("peak") == pytest.approx([3.5, 4.0, 1.0], rel=1e-6)
    power = _named(sheets_of(bridged), "Power")
    assert "sites that leave the bridge: 1 of 2, the last in 2028-Q1" in power.message
    notes = " ".join(_notes(power))
    assert "sites that leave the bridge within the plan: 1." in notes


def test_draw_by_source_stands_where_there_is_plant(bridged: Dossier) -> None:
    """One market has plant: its draw is that of its halls, and the chart stacks what its plant gives, by source."""
    sheets = sheets_of(bridged)
    tables = _tables(sheets)
    assert "sources_0" not in tables
    table = tables["sources_1"]
    load = [0.0] * 8
    for node, site, mw in bridged.solution["halls"][["node", "site", "it_load_mw"]].itertuples(index=False):
        if site != "S":
            load[tables["sources_1"].values("period").index(node)] += mw * bridged.case.sites[site].pue
    assert table.values("total") == pytest.approx(load, rel=1e-6)
    charts = [c for block in _named(sheets, "Power").blocks if isinstance(block, Charts) for c in block.charts]
    stacked = [c for c in charts if c.table == "sources_1"]
    assert [series.label for series in stacked[0].series] == ["=engine", "cell"]


def test_bridged_halls_look_different(bridged: Dossier) -> None:
    """T is bridged until its connection stands, then fed; U is bridged to the end."""
    gantt = next(t for t in tables_of(_named(sheets_of(bridged), "Sites").blocks) if isinstance(t, Gantt))
    assert "bridge" in dict(gantt.legend)
    looks = {}
    for upper, lower in zip(gantt.rows[::2], gantt.rows[1::2], strict=True):
        looks[str(upper[0])] = [getattr(cell, "look", None) for cell in lower[3:]]
    assert looks["T"] == [None, *["bridge"] * 4, *["powered"] * 3]
    assert looks["U"] == [None, None, *["bridge"] * 6]
    assert set(looks["S"]) == {"powered"}
    starts = _tables(sheets_of(bridged))["starts"]
    assert all("by plant" in str(v) for v in starts.values("fed"))


def test_sites_without_plant_have_no_bridge(dossier: Dossier) -> None:
    sheets = sheets_of(dossier)
    assert not {"plant", "sources_0", "sources_1"} & set(_tables(sheets))
    gantt = next(t for t in tables_of(_named(sheets, "Sites").blocks) if isinstance(t, Gantt))
    assert "bridge" not in dict(gantt.legend)


def test_allowed_plant_that_is_not_ordered_is_said() -> None:
    data = copy.deepcopy(SMALL)
    data["onsite_sources"] = {"cell": {"capex_usd_per_kw": 1e6}}
    data["sites"]["T"]["onsite"] = {"cell": {}}
    notes = " ".join(_notes(_named(sheets_of(dossier_of(data)), "Power")))
    assert "1 site allows on-site plant; the plan orders none." in notes


def test_accounts_of_plant_have_their_group(bridged: Dossier) -> None:
    """Plant is capital, its fuel is operation; the report's own sums hold.

    Engines of 3.5 MW at T and 1 MW at U, nine tenths of which count, at 1.5 million USD a MW; 4 MW of cells at 4.
    """
    tables = _tables(sheets_of(bridged))
    groups = {str(row[0]): row[-1] for row in tables["money"].rows}
    assert groups["on-site capex"] == "halls, sites, grid and plant"
    assert groups["on-site fuel"] == "energy and operations"
    plant = sum(number(row[-2]) for row in tables["money"].rows if row[0] == "on-site capex")
    assert plant == pytest.approx(1.5 * (3.5 + 1.0) / 0.9 + 4.0 * 4.0, rel=1e-6)
    assert _master(bridged) == "ALL OK"


def test_a_month_gained_has_its_cost(bridged: Dossier) -> None:
    """Fast costs 3 million more per MW for six months less: 0.5 a month."""
    table = _tables(sheets_of(bridged))["speed"]
    rows = {(str(row[0]), str(row[2])): [plain(v) for v in row[3:]] for row in table.rows}
    assert rows["T", "slow"][1:] == [9.0, 10.0, None, None, None]
    mw, *rest = rows["T", "fast"]
    assert rest == pytest.approx([3.0, 13.0, 6.0, 0.5, 3 * float(str(mw))])
    assert rows["U", "only"][3:] == [None, None, None]
    assert "0.500" in table.caption


def test_average_delay_is_that_of_the_findings(bridged: Dossier) -> None:
    tables = _tables(sheets_of(bridged))
    delay = sum(number(row[-1]) for row in tables["delay"].rows)
    assert delay == pytest.approx(average_delay(bridged.case, bridged.solution), rel=1e-9)
    figures = {str(plain(row[0])): plain(row[1]) for row in tables["figures"].rows}
    assert figures["Average delay"] == pytest.approx(delay, rel=1e-9)
    assert not any("Milestone" in name for name in figures)


def test_summary_says_what_the_plan_is_made_for() -> None:
    """Earliest milestones: the objective in words, each milestone with its period, one of them never."""
    data = copy.deepcopy(BRIDGED)
    data["goals"] = {
        "objective": "earliest",
        "milestones": {"six": {"market": "US", "it_mw": 6}, "=far": {"it_mw": 600}, "all": {"pflops": 500}},
    }
    dossier = dossier_of(data)
    sheets = sheets_of(dossier)
    notes = " ".join(_notes(_named(sheets, "Summary")))
    assert "The plan is made for milestones as early as can be" in notes
    figures = {str(plain(row[0])): plain(row[1]) for row in _tables(sheets)["figures"].rows}
    reached = milestones_reached(dossier.case, dossier.solution)
    assert reached["six"] is not None
    assert figures["Milestone six"] == reached["six"]
    assert figures["Milestone =far"] == "never"
    assert "Prices hold every milestone" in " ".join(_notes(_named(sheets, "Prices")))
    assert _master(dossier) == "ALL OK"


def test_the_objective_is_cost_unless_asked(dossier: Dossier) -> None:
    assert "The plan is made for least present cost." in _notes(_named(sheets_of(dossier), "Summary"))


def test_prices_of_whole_phases_say_what_they_hold(dossier: Dossier) -> None:
    words = "Prices hold the whole numbers"
    whole = replace(dossier, solution=replace(dossier.solution, linear=False))
    for name in ("Summary", "Prices"):
        assert words in " ".join(_notes(_named(sheets_of(whole), name)))
        assert words not in " ".join(_notes(_named(sheets_of(dossier), name)))


def test_the_frontier_says_what_a_month_costs(frontiered: Dossier) -> None:
    sheets = sheets_of(frontiered)
    sheet, table = _named(sheets, "Frontier"), _tables(sheets)["frontier"]
    assert [s.name for s in sheets].index("Frontier") == [s.name for s in sheets].index("Cost") + 1
    points = sorted(frontiered.studied.get(FRONTIER) or (), key=lambda point: point.cost_musd)
    assert table.values("delay") == pytest.approx([p.delay_months for p in points])
    assert table.values("cost") == pytest.approx([p.cost_musd for p in points])
    rates = [
        (after.cost_musd - before.cost_musd) / (before.delay_months - after.delay_months)
        for before, after in pairwise(points)
    ]
    assert table.values("rate")[0] is None
    assert table.values("rate")[1:] == pytest.approx(rates)
    assert money(rates[0]) in sheet.message
    assert money(rates[-1]) in sheet.message
    assert 40 <= len(sheet.message) <= 140


def test_a_frontier_of_one_plan_is_none(frontiered: Dossier) -> None:
    """One point, or the same point again: no sheet."""
    (point, *_) = frontiered.studied.get(FRONTIER) or ()
    for points in ((), (point,), (point, point)):
        names = [sheet.name for sheet in sheets_of(with_study(frontiered, FRONTIER, points))]
        assert "Frontier" not in names
