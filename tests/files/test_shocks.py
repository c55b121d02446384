"""Shocks: which values they reach and what becomes of each kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from planner.errors import CaseError
from planner.schema import Case, parse_case
from planner.schema.shocks import apply_shocks, trace_shocks
from planner.schema.uncertainty import Shock
from planner.time_profile import Change, Changed, Growth, Linear, Profile, Step, value_at

START = date(2027, 1, 1)
DAY = date(2028, 1, 1)


@pytest.fixture
def case(small: str) -> Case:
    """The small case with names that hold dots and spaces."""
    data = yaml.load(small, Loader=yaml.BaseLoader)
    data["settings"]["periods"] = 8
    data["sites"]["Abilene"] |= {"max_it_mw": 120, "load_factor": 0.9, "pue": 1.2}
    data["regions"]["ERCOT"] = {"market": "US", "headroom_mw": {"step": {"2027-01": 100, "2028-01": 150}}}
    data["regions"]["PJM v2.1"] = {"market": "US", "tariff_usd_per_mwh": 40.0}
    channel = {"price_usd": 30000.0, "lead_months": 6, "deposit_share": 0.8}
    for name in ("H200", "910", "Ascend 910.C"):
        data["chips"][name] = {"peak_pflops": {"bf16": 1.0}, "it_kw": 1.4, "markets": {"US": channel}}
    data["workloads"]["training"] = {
        "demand_pflops": 1000.0,
        "precision": "bf16",
        "chips": {"H200": {"efficiency": 0.4}, "Ascend 910.C": {"efficiency": 0.3}},
    }
    return parse_case(data | {"shocks": {}})


def shock(table: str, field: str, **change: Any) -> Shock:
    return Shock(table=table, field=field, **change)


def problems(case: Case, *shocks: Shock) -> list[str]:
    with pytest.raises(CaseError) as caught:
        apply_shocks(case, shocks, at=("shocks", "bad", "changes"))
    return [str(problem) for problem in caught.value.problems]


def test_rows_and_fields_by_pattern(case: Case) -> None:
    after, touched = trace_shocks(
        case,
        [
            shock("chips", "markets.*.lead_months", rows=["Ascend*", "H200"], add=3.0),
            shock("workloads", "chips.Ascend 910.C.efficiency", scale=0.5),
            shock("chips", "peak_pflops.*", rows=["910"], scale=2.0),
            shock("regions", "tariff_usd_per_mwh", rows=["PJM v2.1"], set=70),
            shock("settings", "discount_rate", set=0.1),
        ],
    )
    leads = {name: chip.markets["US"].lead_months for name, chip in after.chips.items()}
    assert leads == {"H200": 9, "910": 6, "Ascend 910.C": 9}
    assert (after.workloads["training"].chips or {})["Ascend 910.C"].efficiency == 0.15
    assert after.chips["910"].peak_pflops == {"bf16": 2}
    assert after.regions["PJM v2.1"].tariff_usd_per_mwh == 70
    assert after.settings.discount_rate == 0.1
    assert touched[0] == (("chips", "H200", "markets", "US", "lead_months"), 0)
    assert case.chips["H200"].markets["US"].lead_months == 6


def test_whole_numbers_stay_whole(case: Case) -> None:
    assert apply_shocks(case, [shock("settings", "periods", scale=2.0)]).settings.periods == 16
    assert problems(case, shock("settings", "periods", scale=0.3))[0].startswith(
        "shocks.bad.changes.0.scale: makes settings.periods wrong: "
    )


PROFILES: list[Profile] = [
    5.0,
    Growth(base=5.0, growth_per_year=0.3),
    Growth(base=5.0, growth_per_year=0.3, base_date=date(2020, 5, 1)),
    Step(step={START: 5.0, DAY: 7.0}),
    Linear(linear={START: 5.0, DAY: 7.0}),
    Changed(
        profile=Growth(base=5.0, growth_per_year=0.3),
        changes=[Change(since=DAY, scale=2.0), Change(since=date(2028, 7, 1), add=1.0)],
    ),
    Changed(profile=5.0, changes=[Change(since=DAY, set=2.0)]),
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("since", [None, DAY])
@pytest.mark.parametrize(("action", "amount"), [("scale", 1.5), ("add", 2.0), ("set", 3.0)])
def test_a_profile_is_changed_in_every_period_that_counts(
    case: Case, profile: Profile, since: date | None, action: str, amount: float
) -> None:
    region = case.regions["ERCOT"].model_copy(update={"headroom_mw": profile})
    before = case.model_copy(update={"regions": case.regions | {"ERCOT": region}})
    change = shock("regions", "headroom_mw", rows=["ERCOT"], since=since, **{action: amount})
    after = apply_shocks(before, [change]).regions["ERCOT"].headroom_mw
    assert after is not None
    line = case.settings.timeline
    for period in line:
        days = line.first_day(period), line.first_day(period + 1)
        old = value_at(profile, *days, plan_start=START)
        new = {"scale": old * amount, "add": old + amount, "set": amount}[action]
        expected = new if since is None or since <= days[0] else old
        assert value_at(after, *days, plan_start=START) == pytest.approx(expected, rel=1e-12)


def test_a_profile_set_as_a_whole(case: Case) -> None:
    after = apply_shocks(case, [shock("regions", "headroom_mw", set={"linear": {"2027-01": 5, "2028-01": 6}})])
    assert after.regions["PJM v2.1"].headroom_mw == Linear(linear={START: 5.0, DAY: 6.0})


@pytest.mark.parametrize(
    ("typed", "since", "until", "set_to", "expected"),
    [
        (False, None, None, True, (True, DAY, None)),
        (False, date(2028, 6, 1), None, True, (True, date(2028, 6, 1), None)),
        (False, START, date(2027, 6, 1), True, (False, START, date(2027, 6, 1))),
        (True, None, None, False, (True, None, DAY)),
        (True, START, date(2029, 1, 1), False, (True, START, DAY)),
        (True, DAY, None, False, (False, DAY, None)),
        (False, None, None, False, (False, None, None)),
    ],
)
def test_a_rule_is_switched_from_a_date(
    case: Case, typed: bool, since: date | None, until: date | None, set_to: bool, expected: tuple[object, ...]
) -> None:
    rule = case.policy.bans["ban"].model_copy(update={"enabled": typed, "since": since, "until": until})
    policy = case.policy.model_copy(update={"bans": {"ban": rule}})
    change = shock("policy.bans", "enabled", set=set_to, since=DAY)
    after = apply_shocks(case.model_copy(update={"policy": policy}), [change]).policy.bans["ban"]
    assert (after.enabled, after.since, after.until) == expected


def test_a_rule_switched_off_from_the_first_day_is_disabled(case: Case) -> None:
    after, touched = trace_shocks(
        case,
        [shock("policy.bans", "enabled", set=True), shock("policy.bans", "enabled", set=False, since=START)],
    )
    assert not after.policy.bans["ban"].enabled
    assert (("policy", "bans", "ban", "until"), 1) in touched


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (shock("chip", "it_kw", set=1), "0.table: found 'chip', which is no table; did you mean chips?"),
        (shock("shocks", "note", set="x"), "0.table: found 'shocks', which is no table"),
        (shock("chips", "it_kw", rows=["H200", "Ascent*"], set=1),
         "0.rows: found 'Ascent*', which matches no row of chips"),
        (shock("pools", "yield_share", set=1), "0.rows: found '*', which matches no row of pools; there are none"),
        (shock("settings", "periods", rows=["x"], set=1), "0.rows: settings has no rows; leave rows out"),
        (shock("chips", "markets.US.lead_month", set=1),
         "0.field: found 'markets.US.lead_month', which matches no field of chips; "
         "did you mean markets.US.lead_months?"),
        (shock("chips", "markets.CN.lead_months", set=1), "0.field: found 'markets.CN.lead_months', which matches no"),
        (shock("regions", "headroom_mw", rows=["PJM*"], scale=2.0),
         "0.scale: regions.PJM v2.1.headroom_mw has no value that could change; set it instead"),
        (shock("regions", "headroom_mw", rows=["PJM*"], set=2, since=DAY),
         "0.set: regions.PJM v2.1.headroom_mw has no value that could change; set it without since"),
        (shock("sites", "region", add=1.0), "0.add: sites.Abilene.region is no number (ERCOT); set it instead"),
        (shock("policy.bans", "enabled", add=1.0),
         "0.add: policy.bans.ban.enabled is no number (false); set it instead"),
        (shock("policy.bans", "enabled", set=2, since=DAY),
         "0.set: policy.bans.ban.enabled is switched with set: true or set: false"),
        (shock("chips", "peak_pflops", scale=2.0),
         "0.scale: chips.H200.peak_pflops and 2 more is no number (a table); set it instead"),
        (shock("sites", "max_it_mw", set=1, since=DAY),
         "0.set: sites.Abilene.max_it_mw is fixed for the whole plan; leave since out"),
        (shock("chips", "markets.US.deposit_share", rows=["910"], scale=1.5),
         "0.scale: makes chips.910.markets.US.deposit_share wrong: found 1.2; allowed: 0 to 1"),
        (shock("chips", "markets.US.deposit_share", rows=["910"], scale=1.5, since=DAY),
         "0.scale: makes chips.910.markets.US.deposit_share wrong: found 1.2; allowed: 0 to 1"),
        (shock("sites", "region", set="ERCO"),
         "0.set: makes sites.Abilene.region wrong: found 'ERCO', which is not in"),
        (shock("sites", "existing_it_mw", set=500),
         "0.set: makes sites.Abilene.max_it_mw wrong: found 120, below the 500"),
        (shock("sites", "pue", set="high"), "0.set: makes sites.Abilene.pue wrong: found 'high'; allowed: a number"),
        (shock("policy.bans", "chips", set=["H20"]), "0.set: makes policy.bans.ban.chips wrong: found 'H20'"),
    ],
)  # fmt: skip
def test_shocks_that_do_not_fit(case: Case, change: Shock, expected: str) -> None:
    (problem,) = problems(case, change)
    assert problem.startswith(f"shocks.bad.changes.{expected}")


def test_a_share_that_leaves_its_range_says_when(case: Case) -> None:
    (problem,) = problems(case, shock("sites", "load_factor", add=0.5, since=date(2028, 2, 1)))
    assert problem.endswith("(in 2028-Q2)")


def test_only_the_whole_is_checked_and_all_problems_are_told(case: Case) -> None:
    grown = [shock("sites", "existing_it_mw", set=500), shock("sites", "max_it_mw", set=600)]
    assert apply_shocks(case, grown).sites["Abilene"].existing_it_mw == 500
    assert len(problems(case, shock("x", "y", set=1), shock("chips", "y", set=1), shock("sites", "pue", add=1.0))) == 2
