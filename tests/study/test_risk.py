"""The study of risk on a licence that may be revoked, worked by hand.

A chip is 1 PFLOP/s and 1 MW and costs 1 million USD, 0.4 of it at the order; it takes a year to come. 10 PFLOP/s are
asked for in 2028, or rented at 3. Ordered in 2027, the chips come in 2028 unless a ban, one in four, cancels them and
gives half of the deposits back: 10 if the licence stands, 4 - 2 + 30 = 32 if not, 15.5 on average. Known beforehand the
futures cost 10 and 30, on average 15.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.certificate import certify
from planner.errors import InfeasibleError
from planner.results import Result, load, save
from planner.schema import parse_case
from planner.solving import scenario_programs, session
from planner.solving.objectives import OBJECTIVES
from planner.study import Studied
from planner.study.risk import COMMON, RISK, Risk, risk_from_json
from planner.study.risk.short_text import risk_lines
from planner.study.risk.study import risk
from tests.model.cases import Data, by_year, changed, chip, greenfield, near, neutral, rent

US = "chips/A/markets/US"
BAN = {"table": "policy.bans", "field": "enabled", "set": True}


def licence(revoked: float = 0.25) -> Data:
    """The licence stands, or is revoked with a probability."""
    return neutral(
        {
            f"{US}/lead_months": 12.0,
            f"{US}/deposit_share": 0.4,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(3),
            "policy/bans": {"ban": {"chips": ["A"], "markets": ["US"], "enabled": False, "refund_share": 0.5}},
            "uncertainty/licence": {
                "date": "2028-01-01",
                "outcomes": {
                    "stands": {"probability": 1 - revoked},
                    "revoked": {"probability": revoked, "changes": [BAN]},
                },
            },
        },
        periods=2,
    )


def studied(case: Data) -> Risk:
    """The study of a case."""
    parsed = parse_case(case)
    with session(parsed) as s:
        return risk(s, OBJECTIVES[parsed.goals.objective](s))


def test_what_knowing_and_waiting_are_worth() -> None:
    """Knowing saves 15.5 - 15. The average future has a licence, so planning on it orders the same ten: it loses 0.

    Waiting means renting: 30 in either future, 14.5 more.
    """
    found = studied(licence())
    assert found.reveal == "2028"
    assert found.expected_musd == near(15.5)
    assert found.value_of_information_musd == near(0.5)
    assert found.value_of_stochastic_musd == 0.0
    assert {(wait.kind, wait.item): wait.cost_musd for wait in found.waits} == {
        ("everything", ()): near(14.5),
        ("order", ()): near(14.5),
    }


def test_regret_by_scenario() -> None:
    """Ordering is regretted where the ban comes, by the 2 that are lost; renting by 20 where it does not."""
    found = studied(licence())
    assert {each.name: (each.cost_musd, each.own_cost_musd) for each in found.scenarios} == {
        "revoked": (near(32), near(30)),
        "stands": (near(10), near(10)),
    }
    assert found.largest_regret_musd == near(2)
    assert found.regrets == {
        COMMON: {"revoked": near(2), "stands": 0.0},
        "revoked": {"revoked": 0.0, "stands": near(20)},
        "stands": {"revoked": near(2), "stands": 0.0},
    }


def test_a_hedge_has_its_premium_where_it_is_regretted() -> None:
    """The order commits 10, of which 4 are paid by 2028 and 2 lost with the ban, which would not order."""
    (move,) = studied(licence()).moves
    assert (move.kind, move.item, move.amounts) == ("order", ("A", "US"), {"2027": near(10)})
    assert (move.musd, move.paid_musd, move.least_musd) == (near(10), near(4), near(2))
    assert move.own == {"revoked": near(0), "stands": near(10)}
    assert move.shared == near(0)
    assert move.premium_musd == {"revoked": near(2)}


def test_a_move_that_every_scenario_would_make_is_no_hedge() -> None:
    """Where the ban honours what was ordered, both futures order all ten, and nothing is worth knowing."""
    found = studied(changed(licence(), {"policy/bans/ban/undelivered": "honoured"}))
    (move,) = found.moves
    assert move.shared == near(10)
    assert move.premium_musd == {}
    assert found.value_of_information_musd == 0.0


def test_what_is_left_open() -> None:
    """A ban nine times in ten: none are ordered, though the future with a licence would have; freeing that saves 20.

    The average future is banned, so planning on it loses nothing; the other way round it is the plan that hedges.
    """
    found = studied(licence(revoked=0.95))
    (move,) = found.moves
    assert move.amounts == {}
    assert move.musd == 0.0
    assert move.premium_musd == {"stands": near(20)}
    assert found.waits == (found.waits[0],)
    assert found.waits[0].cost_musd == 0.0


def test_planning_on_averages_can_lose() -> None:
    """A ban six times in ten: 0.4 x 10 + 0.6 x 32 = 23.2, but the average planner, banned, rents for 30."""
    found = studied(licence(revoked=0.6))
    assert found.expected_musd == near(23.2)
    assert found.average.cost_musd == near(30)
    assert found.value_of_stochastic_musd == near(6.8)


def test_planning_on_averages_can_leave_no_plan() -> None:
    """Demand of 0 or 10, which must be met from chips of 2027: the average planner orders 5, too few for one future."""
    demand = {"table": "workloads", "field": "demand_pflops"}
    outcomes = {
        "none": {"probability": 0.5, "changes": [{**demand, "set": 0.0}]},
        "some": {"probability": 0.5},
    }
    case = neutral(
        {
            f"{US}/lead_months": 12.0,
            "workloads/work/demand_pflops": by_year(0, 10),
            "uncertainty/demand": {"date": "2028-01-01", "outcomes": outcomes},
        },
        periods=2,
    )
    found = studied(case)
    assert found.value_of_stochastic_musd is None
    assert found.average.infeasible_in == ("some",)
    assert found.regrets["none"]["some"] is None
    assert found.waits[0].cost_musd is None


GRID: Data = {
    "settings/frequency": None,
    "settings/periods": None,
    "settings/grid": "6 months, 2 quarters, 1 year",
}
"""The same two years, the first by month and quarter: only an order of its first day is there in the second."""


@pytest.mark.parametrize("periods", [{}, GRID], ids=["years", "grid"])
def test_what_a_ban_cancels(periods: Data) -> None:
    """Ten chips a year after their order: 4 paid, 2 given back."""
    revoked, stands = studied(changed(licence(), periods)).scenarios
    assert stands.cancelled == ()
    (lost,) = revoked.cancelled
    assert (lost.chip, lost.market, lost.units, lost.months) == ("A", "US", near(10), near(12))
    assert (lost.deposit_musd, lost.refund_musd, lost.lost_musd) == (near(4), near(2), near(2))


@pytest.mark.parametrize("periods", [{}, GRID], ids=["years", "grid"])
def test_what_lies_idle(periods: Data) -> None:
    """100 MW of halls with an upkeep of 0.01 a year stand empty for two years where the ban comes, else 90 for one."""
    found = studied(changed(licence(), periods | {"sites/Site/om_musd_per_mw_year": 0.01}))
    revoked, stands = found.scenarios
    assert (revoked.idle_halls.peak, revoked.idle_halls.unit_months, revoked.idle_halls.musd) == (
        near(100),
        near(2400),
        near(2),
    )
    assert stands.idle_halls.unit_months == near(1200 + 1080)
    assert stands.idle_chips.unit_months == near(0)
    cut = changed(licence(), {"chips/B": chip(9e6), "sites/Site/existing_it_mw": 4.0, "settings/discount_rate": 0.1})
    _, stands = studied(changed(cut, {"workloads/work/shortfall": rent(0), f"{US}/stock_units": 10.0})).scenarios
    assert stands.idle_chips.unit_months >= 0


def test_it_is_kept_beside_the_plan(tmp_path: Path) -> None:
    """The same study is read back from plain data, and from a result folder."""
    case = parse_case(licence())
    with session(case) as s:
        plan = s.solve()
        found = risk(s, plan)
    assert risk_from_json(json.loads(json.dumps(found.to_json()))) == found
    run = {"planner": "1", "run": "kept", "inputs": [], "overlays": [], "options": {}}
    save(Result(case, plan, certify(case, plan), run, Studied({RISK: found})), tmp_path / "kept")
    assert load(tmp_path / "kept").studied.get(RISK) == found


def test_the_same_study_twice() -> None:
    assert studied(licence()).to_json() == studied(licence()).to_json()


def test_a_case_without_a_plan_is_refused_before_it_is_studied() -> None:
    case = changed(licence(), {"workloads/work/shortfall": None, f"{US}/available_until": "2027-01-01"})
    with pytest.raises(InfeasibleError):
        studied(case)


def test_whole_phases_and_a_site_are_decided_anew_as_one() -> None:
    """10 MW of halls, wanted or not, on a site that costs 1 to acquire, in phases of 5 at 1 each MW, ready in a year.

    Begun at once for 11, or rented at 9 in one future of two. Where nothing is wanted all 11 were in vain: freed alone
    the halls save 10, and with the site, which is acquired for them, 11.
    """
    demand = {"table": "workloads", "field": "demand_pflops", "set": 0.0}
    site = greenfield(1.0, 12.0, opening_musd=1.0)
    site["build_options"]["halls"]["phase_mw"] = 5.0
    case = neutral(
        {
            "settings/whole_phases": True,
            "sites/Site": site,
            f"{US}/price_usd": 0.0,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(9),
            "uncertainty/demand": {
                "date": "2028-01-01",
                "outcomes": {"some": {"probability": 0.5}, "none": {"probability": 0.5, "changes": [demand]}},
            },
        },
        periods=2,
    )
    moves = {move.kind: move.premium_musd for move in studied(case).moves if move.kind in ("start", "phases", "open")}
    assert moves == {"start": {"none": near(10)}, "phases": {"none": near(10)}, "open": {"none": near(11)}}


def halls_for() -> Data:
    """10 PFLOP/s in 2028 or, as likely, 15. Halls take a year and cost 2 a MW, in phases of 4; rent is 9."""
    change = {"table": "workloads", "rows": ["work"], "field": "demand_pflops", "set": 15.0}
    outcomes = {"level": {"probability": 0.5}, "grown": {"probability": 0.5, "changes": [change]}}
    return neutral(
        {
            "sites/Site": greenfield(2.0, 12.0, whole_phases=True),
            "sites/Site/build_options/halls/phase_mw": 4.0,
            "workloads/work/demand_pflops": by_year(0, 10),
            "workloads/work/shortfall": rent(9),
            "uncertainty": {"growth": {"date": "2028-01-01", "outcomes": outcomes}},
        },
        periods=2,
    )


@pytest.mark.parametrize("rounded_from", [scenario_programs.ROUNDED_FROM, 0], ids=["searched", "rounded"])
def test_a_plan_in_whole_halls_is_studied(monkeypatch: pytest.MonkeyPatch, rounded_from: int) -> None:
    """Four phases at 8 and chips for 10 or 15: 42 and 47, 44.5; three and rent, 34 and 63, are 48.5.

    Known beforehand three do in the first future, 34, and four in the other, 47: 40.5. Whether a scenario's plan is
    searched or rounded from the one in parts, these are its best.

    In parts 15 MW are 30 and chips 12.5: 42.5. The average future asks for 12.5 MW: 25, and 10 or 35, are 47.5, which
    is 5 more. Without halls all is rented: 90 or 135, which is 70 more.
    """
    monkeypatch.setattr(scenario_programs, "ROUNDED_FROM", rounded_from)
    found = studied(halls_for())
    assert found.minimised_musd == near(44.5)
    assert found.informed_musd == near(40.5)
    assert {each.name: each.own_cost_musd for each in found.scenarios} == {"level": near(34), "grown": near(47)}
    assert {each.name: each.regret_musd for each in found.scenarios} == {"level": near(8), "grown": near(0)}
    assert found.value_of_stochastic_musd == near(5)
    assert {(wait.kind, wait.item): wait.cost_musd for wait in found.waits}["everything", ()] == near(70)
    assert {move.kind: move.premium_musd for move in found.moves}["phases"] == {"level": near(8)}


def test_averages_without_a_plan_of_their_own_say_so() -> None:
    """Where the case with average values has no plan, no scenario is named; else those that are left without one."""
    told: Data = {
        "vss_musd": None, "average_plan_infeasible_in": [], "first_moves": [], "waiting": [], "evpi_musd": 1.0,
        "first_reveal": "2027-Q3",
    }  # fmt: skip
    assert risk_lines(told)["planning on averages"] == "has no plan itself"
    told["average_plan_infeasible_in"] = ["dry", "wet"]
    assert risk_lines(told)["planning on averages"] == "leaves no plan in dry; wet"
