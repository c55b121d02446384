"""How sure a plan is: prices filed under their inputs, and effects held against cases solved again."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from planner.findings import Sureness, sureness
from planner.findings.scenario import case_of_scenario, probabilities, solution_of_scenario
from planner.schema import Case, parse_case
from planner.solution import Solution
from planner.solving import solve

from ..model.cases import Data, by_year, changed, chip, cost, greenfield, neutral, plan_of, rent
from ..report.conftest import BRANCHED, BRIDGED, SMALL


def sure_of(data: Data) -> Sureness:
    """What a certain case's plan rests on."""
    case = parse_case(data)
    return sureness(case, [(1.0, case, plan_of(case))])


def sources(**confidences: str) -> list[dict[str, str]]:
    """Sources by the last field of a path under chips.A; underscores stand for dots in it."""
    return [{"path": path.replace("__", "."), "confidence": sure} for path, sure in confidences.items()]


def effect(found: Sureness, path: str, kind: str) -> float:
    """What 1 % of an input moves, million USD."""
    return next(each.one_percent_musd for each in found.inputs if (each.path, each.kind) == (path, kind))


def test_the_most_specific_source_speaks() -> None:
    """Chips cost 10, their upkeep 10: the price has a source of its own, the upkeep that of the table."""
    case = neutral({"chips/A": chip(om_usd_per_unit_year=1e6)})
    case["assumptions"] = sources(chips="low", chips__A__markets__US__price_usd="high")
    found = sure_of(case)
    assert {name: found.share(name) for name in found.paid} == {
        "high": pytest.approx(0.5), "medium": 0, "low": pytest.approx(0.5), "assumption": 0, "": 0
    }  # fmt: skip
    assert found.weak_share == pytest.approx(0.5)
    assert [(each.path, each.kind) for each in found.weakest] == [("chips.A.om_usd_per_unit_year", "price")]


def test_no_source_is_weak() -> None:
    """Nobody speaks of the price; a source that does not say how sure it is counts as none."""
    assert sure_of(neutral()).share("") == pytest.approx(1)
    silent = neutral()
    silent["assumptions"] = [{"path": "chips.A", "source": "vendor"}]
    assert sure_of(silent).weak_share == pytest.approx(1)


def test_build_options_of_one_site_are_told_apart() -> None:
    """Four MW are begun in time at 1 million, six in haste at 2: 4 and 12 million of what the site costs."""
    site = greenfield(1.0, 12)
    site["build_options"]["halls"]["max_start_mw_per_year"] = 4
    site["build_options"]["haste"] = {"capex_musd_per_mw": 2.0}
    case = neutral({"sites/Site": site, "workloads/work/demand_pflops": by_year(0, 10)}, periods=2)
    found = sure_of(case)
    at = "sites.Site.build_options.{}.capex_musd_per_mw"
    assert effect(found, at.format("halls"), "price") == pytest.approx(0.04)
    assert effect(found, at.format("haste"), "price") == pytest.approx(0.12)


def test_orders_from_before_the_plan_have_prices_of_their_own() -> None:
    """Four chips at 2 million come with the six that are bought at 1."""
    order = {"chip": "A", "market": "US", "units": 4, "price_usd": 2e6, "due": "2027-01-01"}
    found = sure_of(neutral({"orders_placed": {"before": order}}))
    assert effect(found, "orders_placed.before.price_usd", "price") == pytest.approx(0.08)
    assert effect(found, "chips.A.markets.US.price_usd", "price") == pytest.approx(0.06)


LASTING: dict[str, Any] = {
    "chips/A": chip(residual_life_years=4, attrition_per_year=0.1),
    "sites/Site": greenfield(2.0, 12, opening_musd=3.0),
    "workloads/work/demand_pflops": by_year(0, 10, 14),
    "workloads/work/shortfall": rent(20.0),
    "settings/discount_rate": 0.07,
}
"""Chips and halls that keep a value; rent in 2027 costs nothing as there is no demand."""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("chips.A.markets.US.price_usd", "price"),
        ("chips.A.residual_life_years", "life"),
        ("sites.Site.build_options.halls.capex_musd_per_mw", "price"),
        ("sites.Site.build_options.halls.life_years", "life"),
        ("workloads.work.demand_pflops", "demand"),
    ],
)
def test_one_percent_moves_what_it_says(path: str, kind: str) -> None:
    """Each input a hundredth of a percent up and down: the plan solved again costs as much more and less."""
    case = neutral(LASTING, periods=3)
    case["sites"]["Site"]["build_options"]["halls"]["life_years"] = 20
    found = sure_of(case)

    def at(factor: float) -> float:
        def times(value: Any) -> Any:
            return {"step": {day: v * factor for day, v in value["step"].items()}} if isinstance(value, dict) else (
                value * factor
            )  # fmt: skip

        typed: Any = case
        for part in path.split("."):
            typed = typed[part]
        return cost(changed(case, {path.replace(".", "/"): times(typed)}))

    moved = abs(at(1.0001) - at(0.9999)) / 0.02
    assert effect(found, path, kind) == pytest.approx(moved, rel=1e-3)


def test_a_limit_that_binds_counts_with_its_weight() -> None:
    """Five chips a year at 1 million, the rest is rented at 3: a chip more saves 2, 1 % of five saves 0.1."""
    case = neutral({"chips/A/markets/US/supply_per_year": 5, "workloads/work/shortfall": rent(3.0)})
    case["assumptions"] = sources(chips="low", workloads="high")
    found = sure_of(case)
    assert effect(found, "chips.A.markets.US.supply_per_year", "limit") == pytest.approx(0.1)
    assert [each.kind for each in found.weakest] == ["limit", "price"]
    assert found.share("high") == pytest.approx(15 / 20)
    assert found.demand_musd == pytest.approx(0.3)


def test_demand_is_not_among_the_weak_inputs() -> None:
    found = sure_of(neutral())
    assert found.demand_musd == pytest.approx(0.1)
    assert [each.kind for each in found.weakest] == ["price"]


def _paths(case: Case, plan: Solution) -> list[tuple[float, Case, Solution]]:
    if not case.uncertainty:
        return [(1.0, case, plan)]
    owns = {name: case_of_scenario(case, name) for name in probabilities(plan)}
    return [
        (chance, owns[name], solution_of_scenario(plan, name, owns[name]))
        for name, chance in probabilities(plan).items()
    ]


@pytest.mark.parametrize("data", [SMALL, BRIDGED, BRANCHED])
def test_everything_is_filed(data: Data) -> None:
    """Paid less given back is the present cost, shares add up to one, and every amount has a path in the case."""
    case = parse_case(deepcopy(data))
    plan = solve(case)
    found = sureness(case, _paths(case, plan))
    assert found.total - sum(found.benefits.values()) == pytest.approx(plan.objective_musd, rel=1e-9)
    assert sum(found.share(name) for name in found.paid) == pytest.approx(1)
    assert all("." in each.path for each in found.inputs)
    effects = [each.one_percent_musd for each in found.inputs]
    assert effects == sorted(effects, reverse=True)


def test_policy_money_is_filed_under_its_rule() -> None:
    """A fee, a subsidy, a carbon price, network, running and plant in one case, each under what makes it."""
    changes: dict[str, Any] = {
        "chips/A": chip(origin="US", holding_usd_per_unit_year=1.0)
        | {"markets": {"US": {"price_usd": 1e6, "chip_value_usd": 1e6}}},
        "regions/Grid": {"market": "US", "tariff_usd_per_mwh": 50, "carbon_t_per_mwh": 0.5},
        "sites/Site": greenfield(1.0, 0, grid_connection_months=120, onsite={"engine": {}}, size=4.0),
        "sites/Old": {"region": "Grid", "max_it_mw": 6, "existing_it_mw": 6, "om_musd_per_mw_year": 0.1},
        "onsite_sources": {"engine": {"capex_usd_per_kw": 1000, "fuel_usd_per_mwh": 60, "operating_usd_per_mwh": 20}},
        "workloads/work/regions": {"Grid": {"network_usd_per_pflops_year": 100}},
        "workloads/work/chips": {"A": {"running_usd_per_unit_year": 200}},
        "policy": {
            "import_fees": {"fee": {"chips": ["A"], "markets": ["US"], "rate": 0.25}},
            "power_subsidies": {"aid": {"origins": ["US"], "regions": ["Grid"], "usd_per_kwh": 0.01}},
            "carbon_prices": {"levy": {"markets": ["US"], "usd_per_t": 10}},
        },
    }
    case = parse_case(neutral(changes))
    plan = plan_of(case)
    found: dict[tuple[str, str], float] = {}
    for account, price, musd in plan.rows("ledger", "account", "price_path", "present_musd"):
        if musd:
            found[account, price] = found.get((account, price), 0.0) + musd
    hours = 8760 / 1e6
    assert found == {
        ("chip purchase", "chips.A.markets.US.price_usd"): pytest.approx(10),
        ("import fee", "policy.import_fees.fee.rate"): pytest.approx(2.5),
        ("site capex", "sites.Site.build_options.halls.capex_musd_per_mw"): pytest.approx(4),
        ("on-site capex", "onsite_sources.engine.capex_usd_per_kw"): pytest.approx(4),
        ("on-site fuel", "onsite_sources.engine.fuel_usd_per_mwh"): pytest.approx(60 * 4 * hours),
        ("on-site fuel", "onsite_sources.engine.operating_usd_per_mwh"): pytest.approx(20 * 4 * hours),
        ("energy", "regions.Grid.tariff_usd_per_mwh"): pytest.approx(50 * 6 * hours),
        ("power subsidy", "policy.power_subsidies.aid.usd_per_kwh"): pytest.approx(-10 * 6 * hours),
        ("operations and maintenance", "sites.Old.om_musd_per_mw_year"): pytest.approx(0.6),
        ("carbon", "policy.carbon_prices.levy.usd_per_t"): pytest.approx(10 * 0.5 * 6 * hours),
        ("network", "workloads.work.regions.Grid.network_usd_per_pflops_year"): pytest.approx(0.001),
        ("running", "workloads.work.chips.A.running_usd_per_unit_year"): pytest.approx(0.002),
    }
