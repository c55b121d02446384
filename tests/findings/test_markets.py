"""What sets countries apart, on a plan small enough to work out in the head; and where limits bind."""

from __future__ import annotations

from typing import Any

import pytest

from planner import findings
from planner.findings import Binding, MarketFigures, MonthsTaken
from planner.findings.binding_resources import OF_RULES
from planner.model import RULES
from planner.schema import Case, parse_case

from ..model.cases import Data, changed, chip, greenfield, neutral, plan_of, rent

TWO: Data = {
    "settings": {"name": "two countries", "start": "2027-01-01", "frequency": "quarter", "periods": 8},
    "markets": {
        "CN": {"generation_twh_per_year": {"step": {"2027-01-01": 100.0, "2028-10-01": 135.0}}},
        "US": {},
    },
    "regions": {"North": {"market": "CN", "headroom_mw": 40.0}, "West": {"market": "US"}},
    "sites": {
        "S": {
            "region": "North", "max_it_mw": 30.0, "pue": 1.25, "existing_it_mw": 5.0, "load_factor": 0.8,
            "grid_connection_months": 9.0, "grid_connection_musd_per_mw": 0.2,
            "committed": {"hall": {"ready": "2027-04-01", "it_mw": 5.0, "remaining_cost_musd": 7.0}},
            "build_options": {"halls": {"build_months": 6.0, "capex_musd_per_mw": 4.0}},
        },
        "T": {"region": "West", "max_it_mw": 10.0, "existing_it_mw": 10.0, "grid_connection_musd_per_mw": 0.2},
    },
    "chips": {"A": chip(1e6, "CN", "US")},
    "workloads": {
        "train": {
            "demand_pflops": {"step": {"2027-01-01": 5.0, "2027-04-01": 10.0, "2027-10-01": 20.0}},
            "precision": "bf16", "markets": ["CN"], "shortfall": {"usd_per_pflops_year": 1e9},
        },
        "both": {"demand_pflops": 4.0, "precision": "bf16", "chips": {"A": {"efficiency": 1.0}}},
        "rented": {
            "demand_pflops": 2.0, "precision": "bf16", "markets": ["US"], "shortfall": {"usd_per_pflops_year": 1.0},
        },
    },
}  # fmt: skip
"""CN: 5 MW run, 5 come in the second quarter and 10 more are needed from the fourth; building takes two quarters, the
grid three. US: 10 MW stand, 4 of which serve what either country may; what only it may serve is cheaper to rent."""


def _figures(data: Data) -> dict[str, MarketFigures]:
    case = parse_case(data)
    return findings.CachedFindings(case, plan_of(case)).market_figures


def _two(**fields: Any) -> dict[str, MarketFigures]:
    return _figures(changed(TWO, fields))


def test_time_and_money_of_halls() -> None:
    """10 MW begun: 40 million USD and 12.5 MW of connection at 0.2; committed halls are not begun by the plan."""
    cn = _two()["CN"]
    assert cn.begun_mw == pytest.approx(10.0)
    assert cn.begun_musd == pytest.approx(40.0 + 2.5)
    assert cn.begun_present_musd == pytest.approx(42.5)
    assert cn.to_ready == MonthsTaken(6.0, 6, 6)
    assert cn.to_grid == MonthsTaken(9.0, 9, 9)
    assert cn.unfed_mw == pytest.approx(0.0, abs=1e-9)


def test_halls_that_wait_for_the_grid_take_longer_to_power() -> None:
    """The grid takes five quarters: halls must be begun by the third and are fed in the sixth at the earliest.

    Begun in the first quarter, where nothing later is offered, they wait nine months beyond the six of building.
    """
    figures = _two(
        **{
            "sites/S/grid_connection_months": 15.0,
            "sites/S/latest_start": "2027-01-01",
            "workloads/train/demand_pflops": {"step": {"2027-01-01": 5.0, "2028-04-01": 20.0}},
        }
    )
    assert figures["CN"].to_ready == MonthsTaken(6.0, 6, 6)
    assert figures["CN"].to_power == MonthsTaken(pytest.approx(15.0), 15, 15)


def test_a_market_that_begins_nothing_has_no_times() -> None:
    us = _two()["US"]
    assert (us.begun_mw, us.to_ready, us.to_power, us.to_grid) == (0, None, None, None)


def test_power_in_the_middle_and_at_the_end() -> None:
    """20 chips of 1 MW at PUE 1.25 in CN: 25 MW of 40; 25 * 0.8 * 8760 h are 0.1752 TWh a year of 135."""
    cn = _two()["CN"]
    assert cn.end.period == "2028-Q4"
    assert cn.middle.period == "2028-Q1"
    assert (cn.end.chips, cn.end.pflops, cn.end.load_mw, cn.end.it_mw) == pytest.approx((20.0, 20.0, 20.0, 20.0))
    assert (cn.end.facility_mw, cn.end.draw_mw, cn.end.headroom_mw) == pytest.approx((25.0, 25.0, 40.0))
    assert cn.end.need_twh == pytest.approx(0.1752)
    assert cn.end.generation_twh == pytest.approx(135.0)
    assert cn.growth_twh == pytest.approx(35.0 / 1.75)
    assert cn.need_growth_twh == pytest.approx((0.1752 - 0.0438) / 1.75)
    assert cn.tightest is not None
    assert (cn.tightest.region, cn.tightest.period, cn.tightest.share) == ("North", "2027-Q4", pytest.approx(25 / 40))


def test_what_has_no_limit_has_no_figure() -> None:
    us = _two()["US"]
    assert (us.end.headroom_mw, us.end.generation_twh, us.growth_twh, us.tightest) == (None, None, None, None)


def test_plant_feeds_halls_and_counts_at_the_meter() -> None:
    """12.5 MW of plant at once in place of a grid that comes after the end: powered when ready."""
    figures = _two(
        **{
            "sites/S/grid_connection_months": 60.0,
            "sites/S/onsite": {"engine": {}},
            "onsite_sources": {"engine": {"capex_usd_per_kw": 1000.0, "availability": 0.5}},
        }
    )
    cn = figures["CN"]
    assert cn.end.plant_mw == pytest.approx(25.0)
    assert cn.end.facility_mw == pytest.approx(25.0)
    assert cn.end.draw_mw <= 12.5 + 1e-9
    assert cn.to_power == MonthsTaken(pytest.approx(6.0), 6, 6)
    assert cn.to_grid is None


def test_only_demand_that_no_other_market_may_serve_counts_as_rented() -> None:
    """CN serves all that it alone may serve; in the US everything of that kind is rented."""
    figures = _two()
    assert figures["CN"].rented_share == pytest.approx(0.0)
    assert figures["US"].rented_share == pytest.approx(1.0)
    free = _figures(neutral({"markets/CN": {}, "regions/Else": {"market": "CN"}}))
    assert free["US"].rented_share is None


@pytest.mark.parametrize(
    ("size", "supply", "bound"),
    [(8.0, 8.0, {"chips", "halls"}), (8.0, 80.0, {"halls"}), (80.0, 8.0, {"chips"})],
)
def test_what_binds_is_told_by_market_and_resource(size: float, supply: float, bound: set[str]) -> None:
    """Room for 8 of 10 chips, or as many on offer in the year, or both: one more spares rent of 5 and costs 1.

    A site that is full binds in its halls and in the connection that it may apply for; both are its size.
    """
    data = neutral(
        {
            "sites/Site": greenfield(0.0, size=size),
            "chips/A/markets/US/supply_per_year": supply,
            "workloads/work/shortfall": rent(5.0),
            "markets/CN": {},
        }
    )
    figures = _figures(data)
    weights = figures["US"].weights
    assert sum(weights[resource] for resource in bound) == pytest.approx(8 * 4.0)
    assert sum(weights.values()) == pytest.approx(8 * 4.0)
    assert sum(figures["CN"].weights.values()) == 0
    assert figures["CN"].bindings == ()


PLACES = changed(
    neutral(),
    {
        "markets/CN": {},
        "regions/Else": {"market": "CN"},
        "sites/Far, away": greenfield() | {"region": "Else", "onsite": {"engine, big": {}}},
        "onsite_sources/engine, big": {},
        "chips/A, mark 2": chip(1e6, "CN", pools={"dies": 1.0}, supply_per_year=1.0),
        "pools/dies": {"unit": "dies", "capacity_per_year": 1.0},
        "policy": {
            "licence_quotas": {"quota": {"chips": ["A"], "markets": ["CN"], "units": 1.0}},
            "bundling": {"pairs": {"market": "CN", "foreign": ["A"], "domestic": ["A, mark 2"], "ratio": 1.0}},
            "domestic_shares": {"half": {"market": "CN", "share": 0.5}},
            "carbon_caps": {"cap": {"t_per_year": 1.0}},
            "budgets": {"purse": {"markets": ["US"], "musd": 1.0}},
            "capacity_limits": {"floor": {"sites": ["Far, away"], "least": 0.0}},
            "build_rates": {"crews": {"markets": ["CN"], "mw_per_year": 1.0}},
            "power_caps": {"firm": {"markets": ["CN"], "mw": 1.0}},
        },
    },
)
"""Names with commas, a limit of each kind."""


@pytest.mark.parametrize(
    ("rule", "where", "resource", "markets"),
    [
        ("headroom", "Else", "grid", ("CN",)),
        ("national_energy", "CN", "energy", ("CN",)),
        ("site_size", "Far, away", "halls", ("CN",)),
        ("start_rate", "Far, away, halls", "halls", ("CN",)),
        ("ready_rate", "Site", "halls", ("US",)),
        ("hall_space", "Site", "halls", ("US",)),
        ("connection_size", "Far, away", "halls", ("CN",)),
        ("connection_limit", "Site", "grid", ("US",)),
        ("plant_room", "engine, big, Far, away", "grid", ("CN",)),
        ("plant_supply", "engine, big, US", "grid", ("US",)),
        ("supply", "A, mark 2, CN", "chips", ("CN",)),
        ("service_life", "A, US", "chips", ("US",)),
        ("shared_supply", "A, mark 2", "chips", ("CN",)),
        ("supply_pools", "dies", "chips", ("CN",)),
        ("eviction", "A, mark 2, Far, away", "policy", ("CN",)),
        ("licence_quota", "quota", "policy", ("CN",)),
        ("bundling", "pairs", "policy", ("CN",)),
        ("domestic_share", "half", "policy", ("CN",)),
        ("carbon_cap", "cap", "policy", ("US", "CN")),
        ("budget", "purse", "policy", ("US",)),
        ("least_capacity", "floor", "policy", ("CN",)),
        ("most_capacity", "floor", "policy", ("CN",)),
        ("build_rate", "crews", "halls", ("CN",)),
        ("power_cap", "firm", "grid", ("CN",)),
    ],
)
def test_every_limit_belongs_to_a_resource_and_to_markets(
    rule: str, where: str, resource: str, markets: tuple[str, ...]
) -> None:
    case: Case = parse_case(PLACES)
    assert findings.resource_of(rule) == resource
    (typed,) = (each.typed.format(where, "") for each in RULES if each.name == rule)
    assert findings.markets_of(case, Binding(rule, where, 1.0, "2027", "2027", typed=typed)) == markets


def test_no_priced_rule_is_forgotten() -> None:
    """Every rule with a price but demand and new rules of policy, which say themselves where they hold, is above."""
    [mark] = test_every_limit_belongs_to_a_resource_and_to_markets.pytestmark  # type: ignore[attr-defined]
    listed, priced = {row[0] for row in mark.args[1]}, {rule.name for rule in RULES if rule.unit}
    assert listed <= priced
    policy = {rule.name for rule in RULES if rule.typed.startswith("policy.")}
    assert priced - listed <= policy | {"demand"}


def test_an_unknown_limit_belongs_to_no_market() -> None:
    assert findings.markets_of(parse_case(neutral()), Binding("headroom", "Nowhere", 1.0, "2027", "2027")) == ()


def test_every_limit_is_of_a_resource() -> None:
    """A rule with a price is typed in policy, asks for what is to be served or to leave, or names what it limits."""
    priced = {rule.name for rule in RULES if rule.measure and not rule.typed.startswith("policy.")}
    assert priced - {"demand", "eviction"} == set(OF_RULES) - {"build_rate", "power_cap"}
