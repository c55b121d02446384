"""Compute: which chip serves which workload from where, at what rate and cost, and what is not served.

Unless a test says otherwise a chip is 1 PFLOP/s, 1 MW and 1 million USD, a period is a year, the demand is 10 PFLOP/s
and the discount is nil, so that the chips alone cost 10.
"""

from __future__ import annotations

import pytest

from planner.errors import CaseError, InfeasibleError

from .cases import account, amounts, by_year, changed, chip, cost, near, neutral, ordered, rent, solved
from .registry import covers

US = "chips/A/markets/US"


@covers("usable_fleet")
def test_only_chips_that_work_and_may_be_used_serve() -> None:
    """Four in five work and half of those may be used: 25 chips for 10 PFLOP/s. With all usable 10."""
    case = neutral({"chips/A/availability": 0.8, f"{US}/usable_share": 0.5})
    plan = solved(case)
    assert plan.objective_musd == near(25)
    assert amounts(plan, "fleet", "powered") == near([25])
    assert amounts(plan, "serve", "units") == near([10])
    assert cost(changed(case, {"chips/A/availability": 1.0, f"{US}/usable_share": 1.0})) == near(10)


@covers("demand")
def test_demand_is_met_at_the_peak_of_its_precision_times_efficiency() -> None:
    """2 PFLOP/s in fp8 at 40 % is 0.8 a chip, 1 at 50 % from 2028: 12.5 chips in 2027 serve 12.5 in 2028.

    Without efficiency 5 and then 6.25 chips; without demand none.
    """
    case = neutral(
        {
            "chips/A/peak_pflops": {"bf16": 1.0, "fp8": 2.0},
            "workloads/work/precision": "fp8",
            "workloads/work/demand_pflops": by_year(10, 12.5),
            "workloads/work/chips": {"A": {"efficiency": by_year(0.4, 0.5)}},
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(12.5)
    assert amounts(plan, "service", "served") == near([10, 12.5])
    assert cost(changed(case, {"workloads/work/chips": None})) == near(6.25)
    assert cost(changed(case, {"workloads/work/demand_pflops": 0.0})) == near(0)


@covers("usable_fleet")
def test_workloads_share_the_fleet_of_a_region() -> None:
    """10 and 5 PFLOP/s need 15 chips together; counted for both, 10 would do."""
    case = neutral({"workloads/other": {"demand_pflops": 5.0, "precision": "bf16"}})
    plan = solved(case)
    assert plan.objective_musd == near(15)
    assert amounts(plan, "serve", "units", workload="other") == near([5])


def test_a_chip_serves_another_workload_when_demand_moves() -> None:
    """Training needs 10 in 2027 and inference 10 in 2028: the same 10 chips."""
    case = neutral(
        {
            "workloads/work/demand_pflops": by_year(10, 0),
            "workloads/other": {"demand_pflops": by_year(0, 10), "precision": "bf16"},
        },
        periods=2,
    )
    assert cost(case) == near(10)


@covers("shortfall")
def test_unmet_demand_is_rented_for_as_long_as_a_chip_is_costlier() -> None:
    """A chip of 1 against rent of 0.3 a year: three years are rented for 9; in four years chips are bought for 10.

    As a penalty the plan is the same. A quarter of a year's rent is a quarter of its price.
    """
    case = neutral({"workloads/work/shortfall": rent(0.3)}, periods=3)
    plan = solved(case)
    assert plan.objective_musd == near(9)
    assert account(plan, "shortfall") == near([3, 3, 3])
    assert amounts(plan, "service", "shortfall") == near([10, 10, 10])
    assert cost(changed(case, {"workloads/work/shortfall/kind": "penalty"})) == near(9)
    assert cost(changed(case, {"settings/periods": 4})) == near(10)
    assert cost(changed(case, {"settings/periods": 13, "settings/frequency": "quarter"})) == near(3 * 13 / 4)
    assert cost(changed(case, {"settings/periods": 14, "settings/frequency": "quarter"})) == near(10)


def test_the_price_of_rent_moves_in_time() -> None:
    """2 a year in 2027 and 0.1 from 2028: chips serve 2027 already, for 10 in place of 20 + 1 + 1."""
    case = neutral({"workloads/work/shortfall": rent(by_year(2e6, 0.1e6))}, periods=3)
    assert cost(case) == near(10)
    assert cost(changed(case, {f"{US}/price_usd": 3e6})) == near(22)


@covers("network")
def test_serving_from_a_region_costs_network() -> None:
    """0.2 a year per PFLOP/s over two years from the Grid, 0.05 from Far, where 4 MW can be had.

    10 + 2 x (6 x 0.2 + 4 x 0.05) = 12.8; without network 10.
    """
    case = neutral(
        {
            "regions/Far": {"market": "US", "headroom_mw": 4.0},
            "sites/Away": {"region": "Far", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            "workloads/work/regions": {
                "Grid": {"network_usd_per_pflops_year": 0.2e6},
                "Far": {"network_usd_per_pflops_year": 0.05e6},
            },
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(12.8)
    assert account(plan, "network") == near([1.4, 1.4])
    assert amounts(plan, "serve", "pflops", region="Far") == near([4, 4])
    assert cost(changed(case, {"workloads/work/regions": None})) == near(10)


def test_network_is_paid_on_what_is_served_and_not_on_chips() -> None:
    """20 chips at half efficiency serve 10 PFLOP/s: network 10 x 0.2."""
    plan = solved(
        neutral(
            {
                "workloads/work/chips": {"A": {"efficiency": 0.5}},
                "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 0.2e6}},
            }
        )
    )
    assert plan.objective_musd == near(22)


@covers("running")
def test_a_chip_costs_what_running_it_on_a_workload_costs() -> None:
    """20 chips at half efficiency cost 0.1 each a year to run; 25 are bought, as one in five does not work: 25 + 2 + 2.

    Paid on the fleet it would be 2.5 a year; without the cost of running 25.
    """
    case = neutral(
        {
            "chips/A/availability": 0.8,
            "workloads/work/chips": {"A": {"efficiency": 0.5, "running_usd_per_unit_year": 0.1e6}},
        },
        periods=2,
    )
    plan = solved(case)
    assert plan.objective_musd == near(25 + 4)
    assert account(plan, "running") == near([2, 2])
    assert cost(changed(case, {"workloads/work/chips/A/running_usd_per_unit_year": 0.0})) == near(25)


def test_two_stage_choice_by_running_cost() -> None:
    """A at 1 runs at 0.4 a year on work, B at 2 at nothing: two years A, three years B."""
    case = neutral(
        {"chips/B": chip(2e6), "workloads/work/chips": {"A": {"running_usd_per_unit_year": 0.4e6}, "B": {}}}, periods=2
    )
    assert cost(case) == near(18)
    assert cost(changed(case, {"settings/periods": 3})) == near(20)


def test_only_chips_with_the_memory_serve() -> None:
    """80 GB are asked for: A has 64 and C does not say, so B with 80 at 3 serves: 30; without the limit 10."""
    case = neutral(
        {
            "chips/A/memory_gb": 64.0,
            "chips/B": chip(3e6, memory_gb=80.0),
            "chips/C": chip(2e6),
            "workloads/work/min_memory_gb": 80.0,
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(30)
    assert ordered(plan, "B") == near([10])
    assert cost(changed(case, {"workloads/work/min_memory_gb": 0.0})) == near(10)


def test_only_chips_with_the_precision_serve_unless_a_pair_has_its_own() -> None:
    """Work in fp8 is for B at 3; A serves it in bf16 at 80 % where the case says so: 12.5.

    A pair without a precision that the chip has is refused.
    """
    case = neutral({"chips/B": chip(3e6, peak_pflops={"fp8": 1.0}), "workloads/work/precision": "fp8"})
    assert cost(case) == near(30)
    paired = changed(case, {"workloads/work/chips": {"A": {"precision": "bf16", "efficiency": 0.8}}})
    assert cost(paired) == near(12.5)
    with pytest.raises(CaseError, match="A has no fp8 peak"):
        solved(changed(paired, {"workloads/work/chips/A/precision": None}))


def test_only_eligible_markets_and_regions_serve() -> None:
    """Work that must stay in China is served there, with chips at 3: 30; named regions narrow it further."""
    case = neutral(
        {
            "markets/CN": {},
            "regions/North": {"market": "CN"},
            "regions/South": {"market": "CN", "tariff_usd_per_mwh": 100.0},
            "sites/Campus": {"region": "North", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            "sites/Coast": {"region": "South", "max_it_mw": 100.0, "existing_it_mw": 100.0},
            "chips/A/markets/CN": {"price_usd": 3e6},
            "workloads/work/markets": ["CN"],
        }
    )
    assert cost(case) == near(30)
    assert cost(changed(case, {"workloads/work/markets": None})) == near(10)
    assert cost(changed(case, {"workloads/work/regions": {"South": {}, "Grid": {}}})) == near(38.76)
    with pytest.raises(InfeasibleError):
        solved(changed(case, {"workloads/work/regions": {"Grid": {}}}))


def test_an_efficiency_of_nothing_serves_nothing() -> None:
    """A at an efficiency of 0 leaves everything to rent at 3: 30."""
    plan = solved(neutral({"workloads/work/chips": {"A": {"efficiency": 0.0}}, "workloads/work/shortfall": rent(3)}))
    assert plan.objective_musd == near(30)
    assert plan["serve"].empty
