"""Periods of several lengths as they are typed: what is refused, in which words, and what deserves a second look."""

from __future__ import annotations

from typing import Any

import pytest

from planner.cli import main
from planner.schema import parse_case
from planner.schema.warnings import input_warnings

from .test_refused import refused, small
from .test_warnings import warned

ALLOWED = "; allowed: lengths in their order, such as 15 months, 8 quarters, 4 years"
TWICE = (
    "settings: `grid` says the periods; leave `frequency` and `periods` out (type null over those of a case that is "
    "extended), or set `grid` to null"
)
UNSAID = "settings: say how many `periods` the plan has, or a `grid` such as 15 months, 8 quarters, 4 years"
GRID: dict[str, Any] = {
    "settings/frequency": ...,
    "settings/periods": ...,
    "settings/grid": "3 months, 1 quarter, 2 years",
}
"""Months to March 2027, a quarter to June, then years to June 2029."""
MONTH = {"frequency": "month", "periods": 3}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", "''"), (" ", "' '"), ("2 weeks", "'2 weeks'"), ("months", "'months'"), ("0 months", "'0 months'"),
        ("-3 months", "'-3 months'"), ("1.5 months", "'1.5 months'"), ("3 months,", "'3 months,'"),
        ("3 months 2 quarters", "'3 months 2 quarters'"), (12, "12"), ([], "[]"), (MONTH, str(MONTH)),
        ([MONTH | {"periods": 0}], str([MONTH | {"periods": 0}])), ([{"periods": 3}], "{'periods': 3}"),
        ([MONTH | {"frequency": "week"}], str(MONTH | {"frequency": "week"})),
    ],
)  # fmt: skip
def test_a_grid_that_cannot_be_read(typed: Any, found: str) -> None:
    assert refused(GRID | {"settings/grid": typed}) == [f"settings.grid: found {found}{ALLOWED}"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"settings/grid": "3 months"}, TWICE),
        ({"settings/grid": "3 months", "settings/periods": ...}, TWICE),
        ({"settings/periods": ...}, UNSAID),
        (GRID | {"settings/grid": None}, UNSAID),
        (GRID | {"settings/grid": "601 months"}, "settings.grid: found 601 periods; allowed: up to 600 in all"),
        (GRID | {"settings/report_until": "2027-01-01"},
         "settings: report_until 2027-01-01 leaves no period to report; the first ends on 2027-02-01"),
        (GRID | {"settings/report_until": "2029-07-02"},
         "settings: report_until 2029-07-02 comes after 2029-07-01, when the plan ends; type that day or an earlier "
         "one, or more periods"),
        ({"settings/report_until": "2031-06-01"},
         "settings: report_until 2031-06-01 comes after 2031-01-01, when the plan ends; type that day or an earlier "
         "one, or more periods"),
    ],
)  # fmt: skip
def test_periods_that_contradict_themselves(changes: dict[str, Any], expected: str) -> None:
    assert refused(changes) == [expected]


def test_lengths_may_come_in_any_order() -> None:
    """Two years and then three months are five periods, reported until the last of them ends."""
    line = parse_case(
        small(GRID | {"settings/grid": "2 Years, 3 month", "settings/report_until": "2029-04-01"})
    ).settings.timeline
    assert [line.label(t) for t in line] == ["2027", "2028", "2029-01", "2029-02", "2029-03"]
    assert line.reported == line.periods == 5


def test_a_case_that_extends_one_of_equal_periods(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The grid alone clashes with what is extended, at the place where it is typed; null over both makes room."""
    extended, over = tmp_path / "case.yaml", tmp_path / "over.yaml"
    extended.write_text(CASE, "utf-8")
    typed = "extends: case.yaml\nsettings:\n  grid: 3 months, 2 years\n"
    for text, code, said in (
        (typed, 2, f"over.yaml:2 {TWICE}"),
        (f"{typed}  frequency: null\n  periods: null\n", 0, "5 periods"),
    ):
        over.write_text(text, "utf-8")
        with pytest.raises(SystemExit) as left:
            main(["check", str(over)])
        assert (left.value.code or 0) == code
        assert said in "".join(capsys.readouterr())


CASE = """\
settings: {name: even, start: 2027-01-01, frequency: quarter, periods: 8}
markets: {Home: {}}
regions: {Grid: {market: Home}}
sites: {North: {region: Grid, max_it_mw: 20, existing_it_mw: 20}}
chips: {Unit: {peak_pflops: {any: 1}, it_kw: 1000, markets: {Home: {price_usd: 1000000}}}}
workloads: {Work: {demand_pflops: 10, precision: any}}
"""


def test_a_day_inside_a_period_is_told() -> None:
    """Reported are the periods that end by it; the first year begins in July 2027."""
    assert warned(GRID | {"settings/report_until": "2027-09-01"}) == [
        "settings.report_until 2027-09-01 is inside 2027: the plan is reported until 2027-07-01; type that day or "
        "2028-07-01."
    ]
    for day in ("2027-07-01", "2028-07-01", "2029-07-01"):
        assert warned(GRID | {"settings/report_until": day}) == []


def test_demand_that_is_level_in_the_tail_is_told_once() -> None:
    """A line that ends before the tail, changed or not; not one that reaches it or goes on, a level or steps."""
    to = {"2027-01-01": 1.0, "2028-06-01": 2.0}
    tail = GRID | {"settings/report_until": "2028-07-01"}
    row = {"precision": "bf16"}

    def said(**demands: Any) -> list[str]:
        table = {name: row | {"demand_pflops": demand} for name, demand in demands.items()}
        return [
            each
            for each in map(str, input_warnings(parse_case(small(tail | {"workloads": table}))))
            if "the tail" in each
        ]

    level = "in the tail, to 2029-07-01: what is solved there sees no growth; type points up to 2029-07-01."
    assert said(work={"linear": to}) == [
        f"workloads.work.demand_pflops has no point from 2028-07-01 on and stays level {level}"
    ]
    changed = {"profile": {"linear": to}, "changes": [{"since": "2028-01-01", "scale": 2.0}]}
    assert said(work={"linear": to}, more=changed) == [
        f"workloads.work.demand_pflops and others, 2 in all, have no point from 2028-07-01 on and stay level {level}"
    ]
    assert (
        said(
            on={"linear": to | {"2028-07-01": 3.0}},
            flat=2.0,
            step={"step": to},
            grows={"base": 1.0, "growth_per_year": 0.1},
            held={"linear": {"2027-01-01": 1.0, "2028-01-01": 1.0}},
        )
        == []
    )
    assert not any("the tail" in each for each in warned(GRID | {"workloads/work/demand_pflops": {"linear": to}}))
