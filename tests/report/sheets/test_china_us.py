"""China against the United States on one page, and levelised cost on Cost."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from planner import findings
from planner.message import Message
from planner.report import Dossier, sheets_of
from planner.report.by_period import View
from planner.report.sheet_spec import Beside, Charts, Note, Sheet, Table, number, plain, tables_of
from planner.report.sheets.china_us import china_us, shares, shown_figures, why_sentences
from planner.report.sheets.cost import cost
from planner.report.sheets.cost.levelised import levelised_sentences, levelised_tables
from planner.report.sheets.cost.screening import close_sentences
from planner.schema import parse_case
from planner.schema.alternatives import Alternative
from planner.solving import solve
from planner.study.alternatives import ALTERNATIVES, Option

from ..conftest import SMALL, dossier_of, with_study, with_table


def _page(dossier: Dossier) -> Sheet:
    sheet = china_us(dossier)
    assert sheet is not None
    return sheet


def _tables(sheet: Sheet) -> dict[str, Table]:
    return {table.id: table for table in tables_of(sheet.blocks) if isinstance(table, Table)}


def _notes(sheet: Sheet) -> list[str]:
    return [block.text for block in sheet.blocks if isinstance(block, Note)]


def _line(table: Table, label: str) -> list[Any]:
    return next([plain(value) for value in row[1:]] for row in table.rows if str(plain(row[0])).strip() == label)


def _alone(dossier: Dossier, market: str, *, solved: bool = True, **asked: Any) -> Option:
    """The country alone, made by moving every workload there."""
    data = copy.deepcopy(SMALL)
    for workload in data["workloads"].values():
        workload["markets"] = [market]
    case = parse_case(data)
    plan = solve(case) if solved else None
    return Option(
        market, Alternative(only_market=market, **asked), case, plan, None if solved else Message("it is too much")
    )


def test_the_page_is_one_and_called_after_the_two_countries(dossier: Dossier) -> None:
    sheet = _page(dossier)
    assert (sheet.name, sheet.one_page) == ("China vs US", True)
    assert 40 <= len(sheet.message) <= 140


def test_other_countries_have_the_same_page_under_another_name() -> None:
    data = copy.deepcopy(SMALL)
    data["markets"]["EU"] = data["markets"].pop("US")
    data["regions"]["West"]["market"] = "EU"
    data["chips"]["A"]["markets"]["EU"] = data["chips"]["A"]["markets"].pop("US")
    data["workloads"]["infer"]["markets"] = ["EU"]
    assert _page(dossier_of(data)).name == "Markets"


def test_one_market_has_no_such_page() -> None:
    data = copy.deepcopy(SMALL)
    del data["markets"]["US"], data["regions"]["West"], data["sites"]["T"], data["chips"]["A"]["markets"]["US"]
    del data["workloads"]["infer"]
    found = dossier_of(data)
    assert china_us(found) is None
    assert levelised_tables(View(found))


def test_of_many_markets_the_two_countries_and_the_largest_are_shown() -> None:
    """Six more with sites of 2, 3, ... 7 MW that stand: the largest two of them, though the US have 1 MW only."""
    data = copy.deepcopy(SMALL)
    for i in range(6):
        data["markets"][f"M{i}"] = {}
        data["regions"][f"R{i}"] = {"market": f"M{i}"}
        data["sites"][f"X{i}"] = {"region": f"R{i}", "max_it_mw": 9, "existing_it_mw": i + 2}
    found = dossier_of(data)
    assert list(shown_figures(View(found))) == ["CN", "US", "M4", "M5"]
    heads = [column.header for column in _tables(_page(found))["china_us_cost"].columns]
    assert heads == ["Criterion", "CN", "US", "M4", "M5", "Most over least", "Ahead"]


def test_figures_stand_with_their_ratio_and_who_is_ahead(dossier: Dossier) -> None:
    """Own compute: the ratio is China's over that of the US, and the lower figure is ahead."""
    figures = shown_figures(View(dossier))
    table = _tables(_page(dossier))["china_us_cost"]
    cn, us, ratio, ahead = _line(table, "Own compute as built, USD per effective PFLOP/s-month")
    assert (cn, us) == (figures["CN"].built.usd, figures["US"].built.usd)
    assert ratio == pytest.approx(cn / us)
    assert ahead == ("CN" if cn < us else "US")
    ready = _line(table, "Halls ready in 2028-Q3, MW of IT")
    assert ready[3] is None


def test_figures_within_a_hundredth_are_even() -> None:
    """The same PUE, grid and halls in both countries: no one is ahead in watts."""
    data = copy.deepcopy(SMALL)
    data["chips"].pop("=B()")
    found = dossier_of(data)
    table = _tables(_page(found))["china_us_power"]
    assert _line(table, "Watts of IT per effective PFLOP/s, 2028-Q3")[3] == "even"


def test_criteria_name_their_units(dossier: Dossier) -> None:
    for name in ("china_us_cost", "china_us_power"):
        for row in _tables(_page(dossier))[name].rows:
            label = str(row[0])
            known = any(word in label for word in ("USD", "share", "Months", "MW", "PFLOP/s", "TWh"))
            assert known or label.strip() in (
                "shortest to longest",
                "since",
                "Tightest region",
                "the same at present worth",
            )


def _weighed(dossier: Dossier, used: float, **weights: float) -> str:
    """The sentence on a market whose limits weigh as given and which draws a share of its headroom."""
    figures = shown_figures(View(dossier))["CN"]
    end = replace(figures.end, draw_mw=used * 100, headroom_mw=100.0)
    given = dict.fromkeys(findings.RESOURCES, 0.0) | weights
    [words] = why_sentences({"CN": replace(figures, weights=given, end=end)})
    return words


def test_why_is_said_only_where_the_weights_show_it(dossier: Dossier) -> None:
    spare = _weighed(dossier, 0.72, chips=90.0, grid=5.0, policy=5.0)
    assert spare.startswith("CN has power to spare and lacks chips")
    assert "72 %" in spare
    assert "90 %" in spare
    assert "spare" not in _weighed(dossier, 0.95, chips=90.0, grid=5.0, policy=5.0)
    assert "spare" not in _weighed(dossier, 0.72, chips=80.0, grid=20.0)
    assert "lacks" not in _weighed(dossier, 0.72, chips=40.0, policy=60.0)
    assert _weighed(dossier, 1.0, chips=5.0, grid=95.0).startswith("CN has chips and lacks power")
    mixed = _weighed(dossier, 1.0, chips=32.0, grid=64.0, halls=4.0)
    assert "grid power and plant, 64 %" in mixed
    assert "chips, 32 %" in mixed
    assert _weighed(dossier, 1.0, halls=1.0).startswith("CN: what binds is sites and halls, 100 %")
    assert _weighed(dossier, 1.0) == "CN: nothing binds there but demand itself."


def test_weights_of_what_binds_add_up_to_the_whole(dossier: Dossier) -> None:
    table = _tables(_page(dossier))["china_us_binds"]
    figures = shown_figures(View(dossier))
    assert sum(number(row[1]) for row in table.rows) == pytest.approx(sum(figures["CN"].weights.values()))
    assert sum(number(row[2]) for row in table.rows) == pytest.approx(sum(shares(figures["CN"]).values()))


def test_a_country_alone_that_was_not_asked_says_how_to_ask(dossier: Dossier) -> None:
    sheet = _page(dossier)
    assert "china_us_alone" not in _tables(sheet)
    [note] = [note for note in _notes(sheet) if "only_market" in note]
    assert "CN and US" in note


def test_a_country_alone_stands_beside_the_plan(dossier: Dossier) -> None:
    option = _alone(dossier, "US")
    assert option.solution is not None
    sheet = _page(with_study(dossier, ALTERNATIVES, (option,)))
    table = _tables(sheet)["china_us_alone"]
    plan, alone = dossier.solution.objective_musd, option.solution.objective_musd
    assert [column.header for column in table.columns] == ["Criterion", "This plan", "US alone"]
    assert _line(table, "Present cost, million USD") == [plan, alone]
    assert _line(table, "more than this plan, million USD") == [None, pytest.approx(alone - plan)]
    assert _line(table, "Average delay, months")[1] == findings.average_delay(option.case, option.solution)
    assert _line(table, "train first fully served")[1] == (findings.first_served(option.solution)["train"] or "never")
    [asked] = [note for note in _notes(sheet) if "only_market" in note]
    assert "in CN alone" in asked
    [said] = [note for note in _notes(sheet) if note.startswith("US alone would cost")]
    assert ("more than this plan" in said) == (alone > plan)


def test_a_country_that_cannot_do_it_alone_says_why(dossier: Dossier) -> None:
    options = (_alone(dossier, "US", solved=False), _alone(dossier, "CN"))
    sheet = _page(with_study(dossier, ALTERNATIVES, options))
    assert "US alone cannot serve the same demand: it is too much" in _notes(sheet)
    assert [column.header for column in _tables(sheet)["china_us_alone"].columns] == [
        "Criterion",
        "This plan",
        "CN alone",
    ]


def test_an_alternative_that_changes_nothing_else_goes_first(dossier: Dossier) -> None:
    earliest = replace(_alone(dossier, "CN", objective="earliest"), solution=None, why_none=Message("no"))
    sheet = _page(with_study(dossier, ALTERNATIVES, (earliest, _alone(dossier, "CN"))))
    assert "china_us_alone" in _tables(sheet)


def test_several_scenarios_show_the_likeliest_and_say_so(branched: Dossier) -> None:
    assert "calm, early" in _page(branched).title
    assert "calm, early" in levelised_tables(View(branched))[0].caption


def test_charts_show_what_is_there(dossier: Dossier) -> None:
    known = {table.id for sheet in sheets_of(dossier) for table in tables_of(sheet.blocks)}
    charts = [chart for block in _page(dossier).blocks if isinstance(block, Charts) for chart in block.charts]
    assert charts[0].table == "levelised_stack"
    assert {chart.table for chart in charts} <= known
    assert any(isinstance(block, Beside) for block in _page(dossier).blocks)


def test_a_plan_that_serves_nothing_has_a_page_without_cost() -> None:
    data = copy.deepcopy(SMALL)
    for workload in data["workloads"].values():
        workload["demand_pflops"] = 0
    data["sites"]["T"].pop("existing_fleet")
    sheet = _page(dossier_of(data))
    assert 40 <= len(sheet.message) <= 140
    assert _line(_tables(sheet)["china_us_cost"], "Own compute as built, USD per effective PFLOP/s-month")[:2] == [
        None,
        None,
    ]


def test_chips_add_up_to_what_the_ledger_books(dossier: Dossier) -> None:
    tables = {table.id: table for table in levelised_tables(View(dossier))}
    booked = dict(
        zip(tables["levelised_booked"].values("market"), tables["levelised_booked"].values("cost"), strict=True)
    )
    for position, market in enumerate(("CN", "US")):
        total = sum(number(row[-1]) for row in tables[f"levelised_{position}"].rows)
        assert total == pytest.approx(booked[market])
    assert sum(map(float, filter(None, booked.values()))) == pytest.approx(dossier.solution.objective_musd)


def test_checks_fail_where_chips_do_not_add_up(dossier: Dossier) -> None:
    """A million USD more in the ledger than chips bear."""

    def results(found: Dossier) -> list[str]:
        checks = next(sheet for sheet in sheets_of(found) if sheet.name == "Checks")
        report = next(table for table in tables_of(checks.blocks) if table.id == "checks_report")
        return [str(plain(row[-1])) for row in report.rows if plain(row[0]) == "levelised cost"]

    assert results(dossier) == ["OK", "OK", "OK"]
    spoiled = with_table(dossier, "ledger", present_musd=lambda old: old + 1.0)
    assert "FAILED" in results(spoiled)


def test_cost_shows_levelised_cost_beside_rent(dossier: Dossier) -> None:
    sheet = cost(dossier)
    table = _tables(sheet)["levelised"]
    whole = findings.all_chips("CN", findings.as_built(dossier.case, dossier.solution)["CN"])
    line = _line(table, "CN, all chips")
    assert line[2:4] == [pytest.approx(whole.usd), pytest.approx(whole.rent_usd)]
    assert any(note.startswith("CN: own compute costs") for note in _notes(sheet))
    assert any("500 chips were there at the start" in note for note in _notes(sheet))
    assert "not all of it could be rented" in " ".join(levelised_sentences(View(dossier)))


def test_close_chips_are_told_without_a_winner() -> None:
    """B is A with a price 2 % higher: too close to call, and the chip's own price tips it."""
    data = copy.deepcopy(SMALL)
    data["chips"]["=B()"] = copy.deepcopy(data["chips"]["A"])
    data["chips"]["=B()"]["markets"]["CN"]["price_usd"] = 30600
    data["chips"]["=B()"]["markets"].pop("US")
    words = close_sentences(View(dossier_of(data)))
    assert len(words) == 1
    assert words[0].startswith("CN, train: A at ")
    assert "too close to call" in words[0]
    assert "What tips it is the chip less its residual value: =B() needs" in words[0]


def test_chips_far_apart_are_told_so(dossier: Dossier) -> None:
    data = copy.deepcopy(SMALL)
    data["chips"]["=B()"]["markets"]["CN"]["price_usd"] = 300
    assert close_sentences(View(dossier_of(data))) == [
        "No two chips for the same workload and market come within 5 % of each other."
    ]


def test_what_counts_the_tail_is_said() -> None:
    """Eight quarters of which six are reported, to the end of March 2028; nothing is said where all are."""
    tail = {**SMALL, "settings": SMALL["settings"] | {"report_until": "2028-04-01"}}
    said = [text for text in _notes(_page(dossier_of(tail))) if "not reported" in text]
    assert said == [
        "Costs, and months from start or application, count what is solved after 2028-04-01 and not reported; all else "
        "ends there."
    ]
    assert not any("not reported" in text for text in _notes(_page(dossier_of(SMALL))))
