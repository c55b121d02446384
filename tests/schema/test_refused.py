"""What the schema refuses, and in which words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from planner.errors import CaseError
from planner.schema import parse_case
from planner.schema.policy import Policy
from planner.schema.walk_fields import items_of, table_of

BAN = {"chips": ["A"], "markets": ["US"]}
FORMS = "base, growth_per_year, base_date | step | linear | profile, changes"


def small(changes: dict[str, Any]) -> dict[str, Any]:
    """A case with some fields set; a field's path is written with slashes, and a value of ... takes it away."""
    case: dict[str, Any] = {
        "settings": {"name": "small", "start": "2027-01-01", "frequency": "year", "periods": 4},
        "markets": {"US": {}},
        "regions": {"Grid": {"market": "US"}},
        "sites": {"Site": {"region": "Grid", "max_it_mw": 100.0}},
        "chips": {"A": {"peak_pflops": {"bf16": 1.0}, "it_kw": 1.0, "markets": {"US": {"price_usd": 1.0}}}},
        "workloads": {"work": {"demand_pflops": 10.0, "precision": "bf16"}},
    }
    for path, value in changes.items():
        *tables, name = path.split("/")
        at = case
        for table in tables:
            at = at.setdefault(table, {})
        if value is ...:
            del at[name]
        else:
            at[name] = deepcopy(value)
    return case


def refused(changes: dict[str, Any]) -> list[str]:
    """The problems of the small case with some fields set."""
    with pytest.raises(CaseError) as caught:
        parse_case(small(changes))
    return [str(problem) for problem in caught.value.problems]


LISTS = [
    (kind, name, field.is_required())
    for kind, rules in Policy.model_fields.items()
    for name, field in table_of(rules.annotation).model_fields.items()
    if items_of(field.annotation) is not None
]
"""Every list of names in every kind of rule, and whether it must be typed."""


@pytest.mark.parametrize(("kind", "field", "is_required"), LISTS)
def test_a_rule_that_speaks_of_nothing(kind: str, field: str, is_required: bool) -> None:
    remedy = "name at least one" if is_required else "name at least one, or leave it out"
    found = [line for line in refused({f"policy/{kind}/rule/{field}": []}) if f"rule.{field}:" in line]
    assert found == [f"policy.{kind}.rule.{field}: found an empty list; {remedy}"]


def test_every_kind_of_list_is_looked_at() -> None:
    names = {"chips", "markets", "sites", "regions", "origins", "foreign", "domestic"}
    assert {field for _, field, _ in LISTS} == names


def test_lists_that_may_be_left_out_may_be_null() -> None:
    case = parse_case(small({"policy/carbon_caps/cap": {"markets": None, "t_per_year": 5.0}}))
    assert case.policy.carbon_caps["cap"].markets is None


RISING, FALLING = {"step": {"2027-01": 1.0, "2029-01": 9.0}}, {"linear": {"2027-01": 20.0, "2031-01": 0.0}}


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"least": 5.0, "most": 4.0}, "found 5, above most, which is 4 (in 2027)"),
        ({"least": RISING, "most": 8.0}, "found 9, above most, which is 8 (in 2029)"),
        ({"least": 10.0, "most": FALLING}, "found 10, above most, which is 7.5 (in 2029)"),
        ({"least": RISING, "most": FALLING}, "found 9, above most, which is 7.5 (in 2029)"),
    ],
)
def test_a_limit_that_asks_for_more_than_it_allows(limit: dict[str, Any], expected: str) -> None:
    assert refused({"policy/capacity_limits/limit": limit}) == [f"policy.capacity_limits.limit.least: {expected}"]


@pytest.mark.parametrize(
    "limit",
    [
        {"least": 5.0, "most": 5.0},
        {"least": RISING, "most": 8.0, "until": "2029-01-01"},
        {"least": 10.0, "most": {"step": {"2027-01": 1.0, "2028-01": 20.0}}, "since": "2028-01-01"},
    ],
)
def test_a_limit_that_can_be_kept_while_it_holds(limit: dict[str, Any]) -> None:
    assert parse_case(small({"policy/capacity_limits/limit": limit}))


@pytest.mark.parametrize("start", ["9999-01-01", "2201-01-01", "1989-12-01", "0001-01-01"])
def test_a_plan_in_years_that_cannot_be_counted(start: str) -> None:
    expected = f"settings.start: found {start}; allowed: a day in the years 1990 to 2200"
    assert refused({"settings/start": start}) == [expected]


def test_the_longest_plan_from_the_last_year_is_counted() -> None:
    settings = {"settings/start": "2200-12-28", "settings/periods": 600}
    line = parse_case(small(settings)).settings.timeline
    assert line.first_day(line.periods).year < 9000


def test_halls_that_were_ready_before_the_plan() -> None:
    halls = {"ready": "2026-12-31", "it_mw": 10.0}
    assert refused({"sites/Site/committed/hall": halls}) == [
        "sites.Site.committed.hall.ready: found 2026-12-31, before the plan starts on 2027-01-01; "
        "put halls that are ready by then into existing_it_mw"
    ]
    assert parse_case(small({"sites/Site/committed/hall": halls | {"ready": "2027-01-01"}}))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"regions/Grid/headroom_mw": {"liner": {"2027-01": 5.0}}},
         "regions.Grid.headroom_mw.liner: unknown; did you mean linear?"),
        ({"regions/Grid/headroom_mw": {"stpe": {"2027-01": 5.0}}},
         "regions.Grid.headroom_mw.stpe: unknown; did you mean step?"),
        ({"regions/Grid/headroom_mw": {"bsae": 5.0, "growth_per_year": 0.1}},
         "regions.Grid.headroom_mw.bsae: unknown; did you mean base?"),
        ({"regions/Grid/headroom_mw": {"base": 5.0, "growth": 0.1}},
         "regions.Grid.headroom_mw.growth: unknown; did you mean growth_per_year?"),
        ({"regions/Grid/headroom_mw": {"mw": 5.0}}, f"regions.Grid.headroom_mw.mw: unknown; allowed: {FORMS}"),
        ({"regions/Grid/headroom_mw": {"step": {"2027-01": 5.0}, "linear": {"2027-01": 5.0}}},
         f"regions.Grid.headroom_mw.linear: does not go with step; allowed: {FORMS}"),
        ({"regions/Grid/headroom_mw": {"profile": 5.0, "changs": []}},
         None),
        ({"regions/Grid/headroom_mw": {"profile": 5.0, "changes": [{"since": "2028-01", "scal": 2.0, "add": 1.0}]}},
         "regions.Grid.headroom_mw.changes.0.scal: unknown; did you mean scale?"),
        ({"regions/Grid/headroom_mw": {"profile": {"liner": {}}, "changes": []}},
         "regions.Grid.headroom_mw.profile.liner: unknown; did you mean linear?"),
        ({"regions/Grid/headroom_mw": {"base": 5.0}},
         "regions.Grid.headroom_mw.growth_per_year: missing; it has no default, so type it"),
        ({"sites/Site/max_it_mw": ..., "sites/Site/max_mw": 5.0},
         "sites.Site.max_mw: unknown; did you mean max_it_mw?"),
        ({"settings/periods": ..., "settings/period": 5}, "settings.period: unknown; did you mean periods?"),
        ({"workloads": ..., "workload": {}}, "workload: unknown; did you mean workloads?"),
        ({"regions/growth": {"market": "US", "headrom_mw": 1.0}},
         "regions.growth.headrom_mw: unknown; did you mean headroom_mw?"),
    ],
)  # fmt: skip
def test_a_misspelt_key_is_one_problem(changes: dict[str, Any], expected: str | None) -> None:
    expected = expected or "regions.Grid.headroom_mw.changs: unknown; did you mean changes?"
    assert refused(changes) == [expected]


def test_another_key_that_is_missing_is_still_told() -> None:
    changes = {"sites/Site/max_it_mw": ..., "sites/Site/max_mw": 5.0, "sites/Site/region": ...}
    assert sorted(refused(changes)) == [
        "sites.Site.max_mw: unknown; did you mean max_it_mw?",
        "sites.Site.region: missing; it has no default, so type it",
    ]


LONG = "x" * 5000
CUT = "x" * 29 + "..." + "x" * 28


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chips/A/peak_pflops": {}}, "chips.A.peak_pflops: found an empty table; type at least one entry"),
        ({"regions/Grid/headroom_mw": {"step": {}}},
         "regions.Grid.headroom_mw.step: found an empty table; type at least one entry"),
        ({"shocks/s/changes": []}, "shocks.s.changes: found an empty list; type at least one"),
        ({"shocks/s/changes": [{"table": "chips", "field": "it_kw", "set": 1, "rows": []}]},
         "shocks.s.changes.0.rows: found an empty list; type at least one, or leave it out"),
        ({"settings/name": LONG}, f"settings.name: found '{CUT}' of 5000 characters; allowed: up to 80 characters"),
        ({"settings/name": " "}, "settings.name: found ' '; allowed: a text that is not empty"),
        ({"settings/display_currency": {"code": "yuan", "per_usd": 7.0}},
         "settings.display_currency.code: found 'yuan'; allowed: three capital letters, such as CNY"),
        ({"settings/whole_phases": "perhaps"}, "settings.whole_phases: found 'perhaps'; allowed: true or false"),
        ({"regions/Grid/market": "x" * 70}, f"regions.Grid.market: found '{CUT}', which is not in markets; "
         "allowed: US"),
        ({"chips/A/pools": {"HBM": 1.0}}, "chips.A.pools: found 'HBM', which is not in pools; there are none"),
        ({"assumptions": [{"path": LONG}]}, f"assumptions.0.path: found '{CUT}', which is no table, row or field "
         "of this case"),
        ({"sites/Site/max_it_mw": LONG}, f"sites.Site.max_it_mw: found '{CUT}'; allowed: a number"),
    ],
)  # fmt: skip
def test_words_of_our_own(changes: dict[str, Any], expected: str) -> None:
    assert refused(changes) == [expected]


SIZES = "allowed: numbers between 1e-30 and 1e30 in size"


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("sites/Site/max_it_mw", 1e300, f"sites.Site.max_it_mw: found 1e+300; {SIZES}"),
        ("sites/Site/max_it_mw", 10**40, f"sites.Site.max_it_mw: found 1e+40; {SIZES}"),
        ("sites/Site/load_factor", 1e-300, f"sites.Site.load_factor: found 1e-300; {SIZES}"),
        ("settings/discount_rate", -1e-31, f"settings.discount_rate: found -1e-31; {SIZES}"),
        ("chips/A/peak_pflops/bf16", 1e31, f"chips.A.peak_pflops.bf16: found 1e+31; {SIZES}"),
        ("regions/Grid/tariff_usd_per_mwh", {"base": 1e300, "growth_per_year": 0.5},
         f"regions.Grid.tariff_usd_per_mwh.base: found 1e+300; {SIZES}"),
        ("regions/Grid/tariff_usd_per_mwh", {"linear": {"2027-01": 1e300}},
         f"regions.Grid.tariff_usd_per_mwh.linear.2027-01: found 1e+300; {SIZES}"),
        ("regions/Grid/tariff_usd_per_mwh", {"step": {"2027-01": -1e300}},
         "regions.Grid.tariff_usd_per_mwh: found -1e+300; allowed: 0 or more"),
        ("sites/Site/load_factor", 1e300, "sites.Site.load_factor: found 1e+300; allowed: 0 to 1, so 85 % is typed "
         "0.85"),
        ("shocks/s/changes", [{"table": "chips", "field": "it_kw", "scale": 1e300}],
         f"shocks.s.changes.0.scale: found 1e+300; {SIZES}"),
        ("shocks/s/changes", [{"table": "chips", "field": "it_kw", "set": {"step": {"2027-01": 1e-40}}}],
         f"shocks.s.changes.0.set.step.2027-01: found 1e-40; {SIZES}"),
        ("regions/Grid/tariff_usd_per_mwh", {"base": 1e29, "growth_per_year": 9.0},
         "regions.Grid.tariff_usd_per_mwh: grows to 3.16228e+30; allowed: up to 1e30 in size (in 2028)"),
        ("regions/Grid/tariff_usd_per_mwh", {"base": 1.0, "growth_per_year": 1.0, "base_date": "0001-01-01"},
         "regions.Grid.tariff_usd_per_mwh: grows without bounds; allowed: up to 1e30 in size (in 2027)"),
    ],
)  # fmt: skip
def test_numbers_of_no_sensible_size(path: str, value: Any, expected: str) -> None:
    assert refused({path: value}) == [expected]


@pytest.mark.parametrize("value", [0, 0.0, 1e-30, 1e30, 5])
def test_numbers_of_every_other_size(value: float) -> None:
    assert parse_case(small({"sites/Site/max_it_mw": value})).sites["Site"].max_it_mw == value


def test_a_value_that_declines_to_nearly_nothing_is_allowed() -> None:
    falling = {"base": 1.0, "growth_per_year": -0.999}
    assert parse_case(small({"settings/periods": 40, "regions/Grid/tariff_usd_per_mwh": falling}))
