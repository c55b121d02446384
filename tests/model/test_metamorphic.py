"""Changes of a case whose effect on the answer is known, tried on generated cases with most features on."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from planner.schema import Policy, parse_case

from .cases import Data, by_year, changed, cost, plan_of, rent, solved

PRICED = ("price_usd", "chip_value_usd")
PER_CHIP = ("om_usd_per_unit_year", "holding_usd_per_unit_year", "running_usd_per_unit_year")


def generated(seed: int) -> Data:
    """Two markets, three sites, three chips and two workloads over four years, rules of most kinds."""
    random = Random(seed)

    def between(low: float, high: float) -> float:
        return float(low) if random.random() < 0.15 else round(random.uniform(low, high), 2)

    def demand() -> Data:
        first = between(20, 60)
        return by_year(0, first, first + between(0, 40), first + between(20, 60))

    def site(region: str, **fields: Any) -> Data:
        option = {
            "build_months": between(0, 20),
            "capex_musd_per_mw": {"base": between(5, 15), "growth_per_year": between(-0.1, 0.1)},
            "life_years": 15.0,
        }
        return {
            "region": region,
            "max_it_mw": between(30, 80),
            "pue": between(1, 1.5),
            "load_factor": between(0.6, 1),
            "grid_connection_months": between(0, 20),
            "grid_connection_musd_per_mw": between(0, 1),
            "om_musd_per_mw_year": between(0, 0.5),
            "opening_musd": between(0, 20),
            "build_options": {"halls": option},
        } | fields

    def sold(price: float, **fields: Any) -> Data:
        return {
            "price_usd": {"base": price * 1e6, "growth_per_year": between(-0.2, 0.05)},
            "chip_value_usd": price * 0.7e6,
            "lead_months": between(0, 14),
            "deposit_share": between(0, 0.5),
        } | fields

    def chip(price: float, *markets: str, **fields: Any) -> Data:
        return {
            "peak_pflops": {"bf16": between(0.8, 2), "fp8": between(2, 4)},
            "it_kw": between(500, 1500),
            "availability": between(0.8, 1),
            "attrition_per_year": between(0, 0.2),
            "residual_life_years": 5.0,
            "om_usd_per_unit_year": between(0, 0.1) * 1e6,
            "holding_usd_per_unit_year": between(0, 0.1) * 1e6,
            "markets": {market: sold(price) for market in markets},
        } | fields

    def work(markets: list[str], **fields: Any) -> Data:
        return {
            "demand_pflops": demand(),
            "precision": "bf16",
            "markets": markets,
            "shortfall": rent(between(1.5, 3)),
            "chips": {
                name: {"efficiency": between(0.4, 0.8), "running_usd_per_unit_year": between(0, 0.1) * 1e6}
                for name in ("own", "old", "new")
            },
        } | fields

    return {
        "settings": {
            "name": "generated",
            "start": "2027-01-01",
            "frequency": "year",
            "periods": 4,
            "discount_rate": between(0, 0.15),
        },
        "markets": {"CN": {"generation_twh_per_year": 1.0}, "US": {}},
        "regions": {
            "North": {"market": "CN", "headroom_mw": between(30, 90), "tariff_usd_per_mwh": 50.0},
            "Texas": {"market": "US", "tariff_usd_per_mwh": 70.0, "carbon_t_per_mwh": 0.3},
        },
        "sites": {
            "Campus": site("North"),
            "Ranch": site("Texas"),
            "Works": site("Texas", existing_it_mw=10.0, max_ready_mw_per_year=25.0),
        },
        "chips": {
            "own": chip(between(0.8, 1.5), "CN", origin="CN", pools={"memory": 1.0}),
            "old": chip(between(0.8, 1.5), "CN", "US", service_life_years=3.0, pools={"memory": 1.0}),
            "new": chip(between(1.2, 2.5), "US", "CN", pools={"memory": 2.0}),
        },
        "pools": {"memory": {"unit": "stacks", "capacity_per_year": between(60, 200)}},
        "workloads": {"China": work(["CN"]), "world": work(["US", "CN"])},
        "policy": {
            "import_fees": {"fee": {"chips": ["old", "new"], "markets": ["CN"], "rate": 0.25}},
            "licence_quotas": {
                "licence": {"chips": ["new"], "markets": ["CN"], "units": between(5, 30), "window": "calendar_year"}
            },
            "bundling": {
                "bundle": {"market": "CN", "foreign": ["old", "new"], "domestic": ["own"], "ratio": between(0, 1)}
            },
            "domestic_shares": {"share": {"market": "CN", "share": between(0, 0.5), "measure": "pflops"}},
            "carbon_prices": {"carbon": {"markets": ["US"], "usd_per_t": 30.0}},
            "carbon_caps": {"cap": {"t_per_year": between(1e5, 3e5)}},
            "budgets": {"board": {"musd": between(200, 900)}},
            "capacity_limits": {"limit": {"measure": "hall_mw", "markets": ["US"], "most": between(40, 90)}},
            "build_rates": {"crews": {"markets": ["US"], "mw_per_year": between(10, 40)}},
            "power_caps": {"firm": {"markets": ["CN"], "mw": between(20, 60), "since": "2029-01-01"}},
        },
    }


def on_generated_cases(test: Callable[..., None]) -> Callable[..., None]:
    """Try a property on the same cases in every run; with Phase.generate among the phases, on as many as one likes."""
    for seed in range(10):
        test = example(case=generated(seed))(test)
    test = given(case=st.integers(10, 10**6).map(generated))(test)
    return settings(phases=[Phase.explicit], deadline=None, database=None)(test)


def everywhere(data: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """The data with every field passed through a change of name and value."""
    if isinstance(data, dict):
        data = {key: everywhere(value, change, key) for key, value in data.items()}
    return change(name, data)


def scaled(profile: Any, factor: float) -> Any:
    """A profile with its values multiplied."""
    if isinstance(profile, dict):
        if "base" in profile:
            return profile | {"base": profile["base"] * factor}
        (kind, points), *_ = profile.items()
        return {kind: {day: value * factor for day, value in points.items()}}
    return None if profile is None else profile * factor


def the_same(value: float) -> Any:
    """Equal within what two solves of the same problem may differ by."""
    return pytest.approx(value, rel=1e-7, abs=1e-7)


@on_generated_cases
def test_more_demand_never_costs_less(case: Data) -> None:
    """A tenth more of either workload costs more, and at most its rent."""
    base = cost(case)
    for name in case["workloads"]:
        path = f"workloads/{name}/demand_pflops"
        profile = case["workloads"][name]["demand_pflops"]
        assert cost(changed(case, {path: scaled(profile, 1.1)})) >= base * (1 - 1e-9)


@on_generated_cases
def test_a_dropped_rule_never_costs_more(case: Data) -> None:
    """No rule of policy but a subsidy ever helps."""
    base = cost(case)
    for kind in set(Policy.model_fields) & set(case["policy"]):
        assert cost(changed(case, {f"policy/{kind}": {}})) <= base * (1 + 1e-9)


@on_generated_cases
def test_the_order_of_rows_changes_nothing(case: Data) -> None:
    """Every table and the cost are the same to the last bit when all rows are typed in reverse."""

    def turned(_: str, value: Any) -> Any:
        if isinstance(value, dict):
            return dict(reversed(value.items()))
        return list(reversed(value)) if isinstance(value, list) else value

    one, other = solved(case), solved(everywhere(case, turned))
    assert one.objective_musd == other.objective_musd
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)


@on_generated_cases
def test_a_dominated_chip_changes_nothing(case: Data) -> None:
    """A chip that is worse in every way, under the same rules and from the same pool, is never bought."""
    worse = deepcopy(case["chips"]["new"])
    worse["it_kw"] *= 1.2
    worse["pools"] = {"memory": 2.5}
    for channel in worse["markets"].values():
        channel["price_usd"] = scaled(channel["price_usd"], 1.3)
    more = changed(case, {"chips/worse": worse})
    for workload in more["workloads"].values():
        workload["chips"]["worse"] = workload["chips"]["new"]
    for kind, field in (("import_fees", "chips"), ("licence_quotas", "chips"), ("bundling", "foreign")):
        for rule in more["policy"][kind].values():
            rule[field] = [*rule[field], "worse"]
    assert cost(more) == the_same(cost(case))


@on_generated_cases
def test_money_in_another_unit_scales_the_cost(case: Data) -> None:
    """Everything a thousand times costlier, budgets with it, costs a thousand times as much."""

    def costlier(name: str, value: Any) -> Any:
        return scaled(value, 1000.0) if "usd" in name or "musd" in name else value

    assert cost(everywhere(case, costlier)) == the_same(1000.0 * cost(case))


@on_generated_cases
def test_chips_twice_as_large_are_half_as_many(case: Data) -> None:
    """Double peak, power, price, upkeep and what is taken of pools, half the licence: the cost is the same."""

    def doubled(name: str, value: Any) -> Any:
        if name in ("it_kw", *PRICED, *PER_CHIP):
            return scaled(value, 2.0)
        if name in ("peak_pflops", "pools") and all(isinstance(part, float) for part in value.values()):
            return {key: part * 2.0 for key, part in value.items()}
        return value / 2.0 if name == "units" else value

    larger = everywhere(case, doubled)
    one, other = solved(case), solved(larger)
    assert other.objective_musd == the_same(one.objective_musd)


@on_generated_cases
def test_a_region_split_in_two_changes_nothing_without_a_headroom(case: Data) -> None:
    """Texas has no limit of its own, so that each of its sites may as well lie in a region by itself."""
    split = changed(case, {"regions/Texas West": case["regions"]["Texas"], "sites/Ranch/region": "Texas West"})
    assert cost(split) == the_same(cost(case))


def later(case: Data, years: int = 1) -> Data:
    """The case with every date and the whole plan moved by some years."""

    def moved(name: str, value: Any) -> Any:
        if name == "step":
            return {f"{int(day[:4]) + years}{day[4:]}": amount for day, amount in value.items()}
        return f"{int(value[:4]) + years}{value[4:]}" if name in ("since", "until", "earliest_start") else value

    return everywhere(case, moved)


@on_generated_cases
def test_everything_a_year_later_costs_a_year_of_discount_less(case: Data) -> None:
    """The plan has a year more at its front in which nothing may be done: the cost is that of before, discounted.

    What grows counts from its base date, which moves with the rest. There is no wait for the grid, as nothing
    would keep an application from the year at the front, and no budget in that year.
    """
    case = changed(case, {"sites/Works/existing_it_mw": 0.0})
    for site in case["sites"].values():
        site["grid_connection_months"] = 0.0

    def dated(_: str, value: Any) -> Any:
        grows = isinstance(value, dict) and "growth_per_year" in value
        return value | {"base_date": "2028-01-01"} if grows else value

    shifted = everywhere(later(case), dated)
    shifted["settings"]["periods"] += 1
    shifted["policy"]["budgets"]["board"]["musd"] = by_year(0, case["policy"]["budgets"]["board"]["musd"])
    for site in shifted["sites"].values():
        site["earliest_start"] = "2028-01-01"
    for chip in shifted["chips"].values():
        for channel in chip["markets"].values():
            channel["available_from"] = "2028-01-01"
    rate = case["settings"]["discount_rate"]
    assert cost(shifted) == the_same(cost(case) / (1 + rate))


@pytest.mark.parametrize("factor", [1e-6, 1e6])
@on_generated_cases
def test_the_unit_of_demand_changes_nothing(case: Data, factor: float) -> None:
    """Compute counted in a unit a million times larger or smaller: demand and peaks alike, prices the other way."""

    def recounted(name: str, value: Any) -> Any:
        if name == "demand_pflops":
            return scaled(value, factor)
        if name == "peak_pflops":
            return {key: part * factor for key, part in value.items()}
        return scaled(value, 1 / factor) if name in ("usd_per_pflops_year", "network_usd_per_pflops_year") else value

    assert cost(everywhere(case, recounted)) == the_same(cost(case))


@pytest.mark.parametrize("factor", [1e-3, 1e3])
@on_generated_cases
def test_the_size_of_everything_scales_the_cost(case: Data, factor: float) -> None:
    """A plan a thousand times as large, or as small, costs in proportion."""
    sizes = ("demand_pflops", "headroom_mw", "max_it_mw", "existing_it_mw", "max_ready_mw_per_year", "opening_musd")
    sizes += (
        "capacity_per_year",
        "generation_twh_per_year",
        "units",
        "musd",
        "t_per_year",
        "most",
        "mw_per_year",
        "mw",
    )

    def resized(name: str, value: Any) -> Any:
        return scaled(value, factor) if name in sizes else value

    assert cost(everywhere(case, resized)) == the_same(factor * cost(case))


def test_the_generated_cases_are_worth_solving() -> None:
    """They are no empty shells: together they buy, build, rent and bump into rules of most kinds.

    Which of two limits that bind together has the price is the solver's choice, so thirty of them are asked.
    """
    seen: set[str] = set()
    for seed in range(30):
        plan = plan_of(parse_case(generated(seed)))
        seen |= set(plan["ledger"].loc[plan["ledger"]["musd"].abs() > 1e-6, "account"])
        seen |= set(plan["prices"]["rule"])
    assert {"site capex", "chip purchase", "shortfall", "residual value", "import fee", "carbon"} <= seen
    assert {"budget", "bundling", "supply_pools", "licence_quota", "build_rate", "carbon_cap", "service_life"} <= seen
