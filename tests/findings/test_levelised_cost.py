"""Levelised cost: one chip from the inputs alone against the model itself, and the plan's chips worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from planner import findings
from planner.findings import Built, Screened
from planner.schema import parse_case
from planner.solution import Solution

from ..model.cases import Data, changed, chip, greenfield, neutral, plan_of, rent

ALONE: Data = {
    "settings": {
        "name": "one chip", "start": "2027-01-01", "frequency": "quarter", "periods": 12, "discount_rate": 0.08,
        "whole_phases": False,
    },
    "markets": {"CN": {}},
    "regions": {"Grid": {"market": "CN", "tariff_usd_per_mwh": 60.0, "carbon_t_per_mwh": 0.5}},
    "sites": {
        "Site": {
            "region": "Grid", "max_it_mw": 50.0, "pue": 1.25, "load_factor": 0.8, "om_musd_per_mw_year": 0.2,
            "build_options": {"halls": {"build_months": 6.0, "capex_musd_per_mw": 5.0}},
        },
    },
    "chips": {
        "A": {
            "peak_pflops": {"bf16": 2.0}, "it_kw": 1.5,
            "markets": {"CN": {"price_usd": 30000.0, "available_until": "2027-04-01", "lead_months": 6.0}},
        },
    },
    "workloads": {"work": {"demand_pflops": 0.0, "precision": "bf16"}},
}  # fmt: skip
"""One chip, on sale in the first quarter only, one site, one workload; demand is what a thousand chips then serve."""

CHANNEL, OPTION = "chips/A/markets/CN", "sites/Site/build_options/halls"
FALLING = {"base": 30000.0, "growth_per_year": -0.2}
VARIATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no discount": {"settings/discount_rate": 0.0},
    "fee": {
        f"{CHANNEL}/chip_value_usd": 20000.0,
        "policy/import_fees/fee": {"chips": ["A"], "markets": ["CN"], "rate": 0.25, "since": "2027-07-01"},
    },
    "long lead": {f"{CHANNEL}/lead_months": 14.0},
    "inspection": {"policy/inspections/border": {"chips": ["A"], "markets": ["CN"], "months": 4.0}},
    "deposit": {f"{CHANNEL}/deposit_share": 0.4},
    "residual value": {"chips/A/residual_life_years": 5.0, f"{OPTION}/life_years": 20.0},
    "residual at the market": {"chips/A/residual_life_years": 5.0, f"{CHANNEL}/price_usd": FALLING},
    "residual at what was paid": {
        "chips/A/residual_life_years": 5.0, f"{CHANNEL}/price_usd": FALLING, "settings/residual_price": "paid",
    },
    "attrition and availability": {
        "chips/A/attrition_per_year": 0.1, "chips/A/availability": 0.9, f"{CHANNEL}/usable_share": 0.7,
        "chips/A/residual_life_years": 5.0,
    },
    "subsidy": {
        "chips/A/origin": "CN",
        "policy/power_subsidies/cheap": {
            "origins": ["CN"], "regions": ["Grid"], "usd_per_kwh": 0.02, "until": "2028-07-01",
        },
    },
    "subsidy above the tariff": {
        "chips/A/origin": "CN",
        "policy/power_subsidies/cheap": {"origins": ["CN"], "regions": ["Grid"], "usd_per_kwh": 0.2},
    },
    "carbon price": {"policy/carbon_prices/tax": {"markets": ["CN"], "usd_per_t": 40.0, "since": "2028-01-01"}},
    "halls late": {
        f"{OPTION}/build_months": 16.0, "chips/A/attrition_per_year": 0.1, "chips/A/holding_usd_per_unit_year": 300.0,
        "chips/A/om_usd_per_unit_year": 500.0,
    },
    "build lag that falls": {f"{OPTION}/build_months": {"step": {"2027-01-01": 16.0, "2027-10-01": 7.0}}},
    "grid late": {"sites/Site/grid_connection_months": 14.0, "sites/Site/grid_connection_musd_per_mw": 0.7},
    "grid from a date": {
        "sites/Site/grid_connection_months": 60.0, "sites/Site/grid_connection_musd_per_mw": 0.7,
        "sites/Site/grid_connected_from": "2028-01-01",
    },
    "opening": {"sites/Site/opening_musd": 40.0, "sites/Site/grid_connection_months": 9.0},
    "running and network": {
        "chips/A/om_usd_per_unit_year": 900.0,
        "workloads/work/chips": {
            "A": {"efficiency": {"base": 0.3, "growth_per_year": 0.1}, "running_usd_per_unit_year": 700.0},
        },
        "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 800.0}},
    },
    "end of life": {
        "chips/A/service_life_years": 1.5, "chips/A/residual_life_years": 5.0, "chips/A/attrition_per_year": 0.1,
    },
    "eviction": {
        "policy/site_bars/out": {"chips": ["A"], "sites": ["Site"], "evict": True, "since": "2028-10-01"},
    },
}  # fmt: skip


def _demand(data: Data, cost: Screened, last: int) -> tuple[Data, float]:
    """What a thousand chips of the first quarter serve in each period, and its present amount in PFLOP/s-months."""
    case = parse_case(data)
    line, row = case.settings.timeline, case.chips["A"]
    working = 1000 * row.availability * row.markets["CN"].usable_share * 2.0  # type: ignore[operator]
    growing = "chips" in data["workloads"]["work"]
    steps, present = {}, 0.0
    for t in line:
        middle = (line.offset(t) + line.offset(t + 1)) / 24
        efficiency = 0.3 * 1.1**middle if growing else 1.0
        kept = (1 - row.attrition_per_year) ** ((line.offset(t) - line.offset(cost.arrives)) / 12)
        served = working * efficiency * kept if cost.runs <= t < last else 0.0
        steps[str(line.first_day(t))] = served
        present += served * line.months(t) / (1 + case.settings.discount_rate) ** middle
    return changed(data, {"workloads/work/demand_pflops": {"step": steps}}), present


ON_A_GRID: Data = {
    "settings/frequency": None, "settings/periods": None, "settings/grid": "3 months, 3 quarters, 2 years",
    f"{CHANNEL}/available_until": "2027-02-01",
}  # fmt: skip
"""The same three years by month, by quarter from April 2027 and by year from 2028; on sale in the first month only."""


@pytest.mark.parametrize("periods", [{}, ON_A_GRID], ids=["quarters", "grid"])
@pytest.mark.parametrize("name", VARIATIONS)
def test_one_chip_costs_what_the_model_pays_where_there_is_nothing_else(name: str, periods: Data) -> None:
    """Present cost over present output of the plan for a thousand chips is the levelised cost of one.

    A life of a year and a half from July 2027 ends with 2028, and who must go by October 2028 goes then by quarter
    and, where 2028 is one period, at its end.
    """
    data = changed(changed(ALONE, VARIATIONS[name]), periods)
    [cost] = findings.screened(parse_case(data), 0)
    ends = {"end of life": 8, "eviction": 7, "": 12}
    if periods:
        ends = {"end of life": 7, "eviction": 7, "": 8}
    last = ends.get(name, ends[""])
    asked, output = _demand(data, cost, last)
    plan = plan_of(parse_case(asked))
    assert plan["orders"]["ordered"].sum() == pytest.approx(1000, rel=1e-9)
    assert cost.total_usd == pytest.approx(plan.objective_musd * 1e6 / output, rel=1e-9)
    [built] = findings.as_built(parse_case(asked), plan)["CN"]
    assert built.pflops_months == pytest.approx(output, rel=1e-9)
    assert cost.usd == pytest.approx({key: musd * 1e6 / output for key, musd in built.musd.items()}, rel=1e-9, abs=1e-6)


def _small(**fields: Any) -> Data:
    """Chips for 1 million USD each in halls for 2 million USD per MW, over one year without discount."""
    sites = {"Site": greenfield(2.0)}
    return neutral({"sites": sites, "workloads/work/shortfall": rent(6.0), **fields})


def test_a_chip_by_hand() -> None:
    """1 million USD for the chip and 2 for its MW of halls, over 12 PFLOP/s-months; rent is 6 million USD a year."""
    [cost] = findings.screened(parse_case(_small()))
    assert cost.usd["purchase"] == pytest.approx(1e6 / 12)
    assert cost.usd["halls"] == pytest.approx(2e6 / 12)
    assert cost.total_usd == pytest.approx(250_000)
    assert cost.rent_usd == pytest.approx(500_000)


def test_the_cheapest_way_to_build_is_taken() -> None:
    """Another site at 1.5 million USD per MW is cheaper; one at 1 is full, one at 0.5 is closed to the chip."""
    full = greenfield(1.0, size=5.0, existing_it_mw=5.0)
    sites = {"Site": greenfield(2.0), "Other": greenfield(1.5), "Full": full, "Closed": greenfield(0.5)}
    bar = {"chips": ["A"], "sites": ["Closed"]}
    [cost] = findings.screened(parse_case(_small(sites=sites, **{"policy/site_bars/closed": bar})))
    assert (cost.site, cost.option) == ("Other", "halls")
    assert cost.total_usd == pytest.approx(2.5e6 / 12)


def test_an_order_waits_for_halls_rather_than_in_stock() -> None:
    """Halls take two years and delivery one: the first order that need not wait is that of the second year."""
    data = changed(
        neutral(periods=5), {"sites": {"Site": greenfield(2.0, 24.0)}, "chips/A/markets/US/lead_months": 12.0}
    )
    [cost] = findings.screened(parse_case(data))
    assert (cost.ordered, cost.arrives, cost.runs) == (1, 2, 2)
    [early] = findings.screened(parse_case(data), 0)
    assert (early.ordered, early.arrives, early.runs) == (0, 1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"policy/bans/ban": {"chips": ["A"], "markets": ["US"]}},
        {"chips/A/markets/US/supply_per_year": 0.0},
        {"chips/A/markets/US/supply_per_year": 10.0, "chips/A/markets/US/operator_share": 0.0},
        {"chips/A/supply_per_year": 0.0},
        {"policy/licence_quotas/none": {"chips": ["A"], "markets": ["US"], "units": 0.0}},
        {"pools": {"dies": {"unit": "dies", "capacity_per_year": 0.0}}, "chips/A/pools": {"dies": 1.0}},
        {"chips/A/markets/US/available_from": "2030-01-01"},
        {"chips/A/markets/US/lead_months": 24.0},
        {"sites/Site/grid_connection_months": 24.0},
        {"sites/Site/latest_start": "2026-01-01"},
        {"workloads/work/min_memory_gb": 80.0},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_cannot_be_had_is_left_out(change: dict[str, Any]) -> None:
    assert len(findings.screened(parse_case(_small()))) == 1
    assert findings.screened(parse_case(_small(**change))) == []


def test_close_chips_say_what_tips_them_and_what_stands_against_it() -> None:
    """A: 1 million USD and 1 MW at 2: 3. B: 1.5 with fee 0.3 and 0.65 MW: 3.1, 3.3 % costlier. C is 40 % costlier.

    B pays 0.5 more for the chip and 0.3 for the fee, A 0.7 more for halls.
    """
    fee = {"chips": ["B"], "markets": ["US"], "rate": 0.3}
    b = chip(1.5e6, it_kw=650.0)
    b["markets"]["US"]["chip_value_usd"] = 1e6
    data = _small(**{"chips/B": b, "chips/C": chip(2.2e6), "policy/import_fees/fee": fee})
    found = findings.screened(parse_case(data))
    assert [(each.chip, round(each.total_usd * 12 / 1e6, 9)) for each in found] == [("A", 3.0), ("B", 3.1), ("C", 4.2)]
    [pair] = findings.close_chips(found)
    assert (pair.cheaper.chip, pair.costlier.chip) == ("A", "B")
    assert pair.gap == pytest.approx(0.1 / 3)
    assert (pair.tips, pair.tips_usd) == ("purchase", pytest.approx(0.5e6 / 12))
    assert (pair.holds, pair.holds_usd) == ("halls", pytest.approx(0.7e6 / 12))
    assert findings.close_chips(found, within=0.03) == []


def test_twins_cost_the_same_and_nothing_stands_against_either() -> None:
    [pair] = findings.close_chips(findings.screened(parse_case(_small(**{"chips/B": chip()}))))
    assert (pair.gap, pair.tips_usd, pair.holds, pair.holds_usd) == (0.0, 0.0, "", 0.0)


def _built(data: Data) -> tuple[dict[str, Built], Solution]:
    case = parse_case(data)
    plan = plan_of(case)
    return {each.chip: each for each in findings.as_built(case, plan)["US"]}, plan


SHARED: dict[str, Any] = {
    "sites/Site": greenfield(2.0, om_musd_per_mw_year=0.1),
    "sites/Empty": {
        "region": "Grid", "max_it_mw": 5.0, "existing_it_mw": 5.0, "om_musd_per_mw_year": 0.1,
    },
    "regions/Grid/tariff_usd_per_mwh": 100.0,
    "chips/A/origin": "US",
    "chips/A/markets/US/supply_per_year": 6.0,
    "chips/B": chip(2e6, it_kw=3000.0),
    "policy/power_subsidies/home": {"origins": ["US"], "regions": ["Grid"], "usd_per_kwh": 0.03},
    "policy/site_bars/empty": {"chips": ["A", "B"], "sites": ["Empty"]},
    "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 1000.0}},
}  # fmt: skip
"""Six chips A of 1 MW and four B of 3 MW serve 10 PFLOP/s for a year; a site stands empty."""


def test_chips_share_a_site_by_their_load_and_a_subsidy_by_who_gets_it() -> None:
    """Site: 18 MW at 2 and upkeep 1.8 million USD; energy 18 * 8760 * 100 USD; a third of each is A's.

    The subsidy, 6 MW * 8760 h * 30 USD, is A's alone; the empty site's upkeep of 0.5 is nobody's; network is 1000
    USD a PFLOP/s.
    """
    built, plan = _built(neutral(SHARED))
    energy = 18 * 8760 * 100 / 1e6
    assert built["A"].musd == pytest.approx(
        {
            "purchase": 6.0, "fee": 0.0, "halls": 12.0, "grid": 0.0, "energy": energy / 3,
            "subsidy": -6 * 8760 * 30 / 1e6, "operations": 0.6 + 0.006, "chip residual": 0.0, "hall residual": 0.0,
        }
    )  # fmt: skip
    assert built["B"].musd["halls"] == pytest.approx(24.0)
    assert built["B"].musd["subsidy"] == 0.0
    assert built["B"].musd["operations"] == pytest.approx(1.2 + 0.004)
    assert built[findings.IDLE].musd["operations"] == pytest.approx(0.5)
    assert built[findings.IDLE].usd is None
    assert (built["A"].pflops_months, built["B"].pflops_months) == pytest.approx((72.0, 48.0))
    assert sum(each.total_musd for each in built.values()) == pytest.approx(plan.objective_musd, rel=1e-9)


def test_a_market_is_the_sum_of_its_chips() -> None:
    built, plan = _built(neutral(SHARED))
    whole = findings.all_chips("US", built.values())
    assert whole.total_musd == pytest.approx(plan.objective_musd, rel=1e-9)
    assert whole.usd == pytest.approx(plan.objective_musd * 1e6 / 120)
    assert findings.all_chips("CN", []).usd is None


def test_rent_is_that_of_what_the_chip_serves_and_none_where_some_has_no_rent() -> None:
    """10 PFLOP/s at 6 million USD a year, 120 PFLOP/s-months: 500,000 USD each; a penalty is no rent."""
    fields = {"workloads/work/shortfall": rent(6.0)}
    built, _ = _built(neutral(fields))
    assert built["A"].rent_usd == pytest.approx(500_000)
    built, _ = _built(neutral({"workloads/work/shortfall": rent(6.0) | {"kind": "penalty"}}))
    assert built["A"].rent_usd is None
    built, _ = _built(neutral({**fields, "workloads/must": {"demand_pflops": 1.0, "precision": "bf16"}}))
    assert built["A"].rent_usd is None


def test_what_was_there_at_the_start_costs_no_purchase_and_is_told() -> None:
    """Three chips run at the start, two wait in stock, and half of two on order is paid: three of ten are bought."""
    placed = {
        "chip": "A", "market": "US", "units": 2.0, "due": "2027-01-01", "price_usd": 1e6, "deposit_paid_usd": 1e6,
    }  # fmt: skip
    fields = {
        "sites/Site/existing_fleet": {"A": {"units": 3.0}},
        "chips/A/markets/US/stock_units": 2.0,
        "orders_placed/first": placed,
    }
    built, _ = _built(neutral(fields))
    assert built["A"].musd["purchase"] == pytest.approx(3.0 + 1.0)
    assert (built["A"].sunk_units, built["A"].sunk_musd) == (5.0, 1.0)


def test_residual_value_is_that_of_chips_or_of_halls() -> None:
    """After one of two years chips are worth half; after one of four halls three quarters."""
    site = greenfield(2.0)
    site["build_options"]["halls"]["life_years"] = 4.0
    built, _ = _built(neutral({"sites/Site": site, "chips/A/residual_life_years": 2.0}))
    assert (built["A"].musd["chip residual"], built["A"].musd["hall residual"]) == pytest.approx((-5.0, -15.0))


def test_with_several_scenarios_cost_and_output_are_expected() -> None:
    """10 PFLOP/s in 2027; in 2028 10, or 20 in one case of four: 12.5 million USD over 10 + 12.5 PFLOP/s-years."""
    shock = {"table": "workloads", "rows": ["work"], "field": "demand_pflops", "scale": 2.0}
    outcomes = {"flat": {"probability": 0.75}, "double": {"probability": 0.25, "changes": [shock]}}
    built, _ = _built(neutral({"uncertainty/growth": {"date": "2028-01-01", "outcomes": outcomes}}, periods=2))
    assert built["A"].total_musd == pytest.approx(12.5)
    assert built["A"].pflops_months == pytest.approx(22.5 * 12)


def test_a_site_named_like_a_chip_keeps_its_own_costs() -> None:
    """Halls of the site A, 20 million USD, go to chip B that runs there."""
    data = neutral({"sites": {"A": greenfield(2.0)}, "chips": {"A": chip(9e6), "B": chip()}})
    built, _ = _built(data)
    assert built["B"].musd["halls"] == pytest.approx(20.0)
    assert "A" not in built
