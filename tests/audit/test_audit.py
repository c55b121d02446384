"""The audit agrees with plans of every kind, and says so where a plan is not its case's best.

Run as `python -m tests.audit.test_audit FIRST LAST` to audit plans of many generated cases, each objective in turn.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from planner.audit import Audit, audit
from planner.certificate import certify
from planner.errors import CaseError, InfeasibleError, UnboundedError
from planner.files import read_with_origins
from planner.schema import Case, parse_case
from planner.schema.continuous import continuous
from planner.schema.goals import Objective
from planner.solution import Solution
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from tests.model.cases import Data, by_year, changed, chip, greenfield, neutral, rent
from tests.model.test_reference import TIGHT, Maker
from tests.model.test_reference_trees import TreeMaker

OBJECTIVE_NAMES: tuple[Objective, ...] = get_args(Objective)


def growing(**changes: Any) -> Data:
    """Demand of 10, 40 and 60 for two chips; halls, the grid and plant take a year, and 20 MW stand from the start."""
    case = neutral(
        {
            "settings/discount_rate": 0.1,
            "regions/Grid/tariff_usd_per_mwh": 20.0,
            "regions/Grid/headroom_mw": 35.0,
            "sites/Site": greenfield(
                2.0,
                12.0,
                existing_it_mw=20.0,
                grid_connection_months=12.0,
                grid_connection_musd_per_mw=0.5,
                onsite={"gas": {"max_mw": 10.0}},
            ),
            "onsite_sources/gas": {
                "capex_usd_per_kw": 500.0,
                "lead_months": 6.0,
                "fuel_usd_per_mwh": 30.0,
                "life_years": 10.0,
            },
            "chips/B": chip(0.1e6, it_kw=1250.0),
            "workloads/work/demand_pflops": by_year(10.0, 40.0, 60.0),
            "workloads/work/shortfall": rent(2.5),
        },
        periods=3,
    )
    return changed(case, changes)


def uncertain() -> Data:
    """The same, with demand that turns out high or low in 2029."""
    outcomes = {
        name: {
            "probability": probability,
            "changes": [{"table": "workloads", "field": "demand_pflops", "scale": scale}],
        }
        for name, probability, scale in (("high", 0.25, 1.5), ("low", 0.75, 0.5))
    }
    return growing(**{"uncertainty/boom": {"date": "2029-01-01", "outcomes": outcomes}})


KINDS = {"certain": growing, "uncertain": uncertain}


@cache
def best(kind: str, objective: Objective) -> tuple[Case, Solution]:
    """A case of a kind and its plan."""
    case = parse_case(changed(KINDS[kind](), {"goals/objective": objective}))
    return case, plan_of(case)


def plan_of(case: Case) -> Solution:
    """The plan of a case, by its own objective."""
    with session(case, TIGHT) as s:
        return OBJECTIVES[case.goals.objective](s)


def complaints(found: Audit) -> list[str]:
    """What an audit has against a plan."""
    return [
        *found.faults,
        *(f"{each.what}: {each.plan} for {each.audit}" for each in found.compared if not each.agrees),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("objective", OBJECTIVE_NAMES)
def test_every_objective_is_audited(kind: str, objective: Objective) -> None:
    """Plan and audit agree, each goal of the objective by itself, and by another algorithm than the plan's."""
    found = audit(*best(kind, objective))
    assert complaints(found) == []
    assert found.proven
    assert found.algorithm == "interior point with crossover"
    expected = {"cost": 1, "delay": 2, "earliest": 3, "regret": 2 if kind == "uncertain" else 1}
    assert len(found.compared) == expected[objective]


@pytest.mark.parametrize(
    ("made_for", "asked"), [("delay", "cost"), ("cost", "delay"), ("cost", "regret"), ("delay", "regret")]
)
def test_a_plan_made_for_another_objective_is_found(made_for: Objective, asked: Objective) -> None:
    """The plan keeps every rule and costs what it says, but it is not the best of what the case asks."""
    _, solution = best("uncertain", made_for)
    case, _ = best("uncertain", asked)
    assert complaints(audit(case, solution))


def test_a_plan_made_without_a_chip_is_found() -> None:
    """The plan was made with no supply of B; the certificate holds, the audit finds what it would have saved."""
    data = growing(**{"chips/B/it_kw": 1000.0})
    without = parse_case(changed(data, {"chips/B/supply_per_year": 0.0}))
    case, solution = parse_case(data), plan_of(without)
    assert certify(case, solution).ok
    (compared,) = audit(case, solution).compared
    assert not compared.agrees
    assert compared.audit == pytest.approx(plan_of(case).objective_musd, rel=1e-9)
    assert compared.audit < compared.plan - 1.0


def test_a_risk_weight_is_audited() -> None:
    """With half the weight on the worst case what was minimised is compared, not the expected cost."""
    case = parse_case(changed(uncertain(), {"goals/risk_weight": 0.5, "goals/risk_level": 0.75}))
    solution = plan_of(case)
    found = audit(case, solution)
    assert complaints(found) == []
    assert solution.criterion_musd is not None
    assert found.compared[0].plan == pytest.approx(solution.criterion_musd, rel=1e-9)
    unweighed = replace(solution, criterion_musd=None)
    assert "weighed" in audit(case, unweighed).faults[0]


def test_whole_phases_and_clusters_are_audited_within_the_gap() -> None:
    """Intervals from bound to cost overlap; a plan of one phase too many falls."""
    phases = {
        "settings/whole_phases": True,
        "sites/Site/build_options/halls/phase_mw": 7.0,
        "workloads/work/cluster_pflops": 15.0,
    }
    case = parse_case(growing(**phases))
    solution = plan_of(case)
    assert not solution.linear
    assert complaints(audit(case, solution)) == []
    starts = solution["starts"].assign(start_mw=solution["starts"]["start_mw"] * 1.5)
    assert complaints(audit(case, replace(solution, tables={**solution.tables, "starts": starts})))


CHANGES: dict[str, dict[str, Any]] = {
    "a more expensive chip": {"chips/A/markets/US/price_usd": 1.1e6},
    "a cheaper chip": {"chips/A/markets/US/price_usd": 0.9e6},
    "more room in the grid": {"regions/Grid/headroom_mw": 36.0},
    "less room in the grid": {"regions/Grid/headroom_mw": 34.0},
    "more demand": {"workloads/work/demand_pflops": by_year(10.0, 41.0, 60.0)},
    "a rule more": {"policy/power_caps/US": {"markets": ["US"], "mw": 20.0}},
    "another rate": {"settings/discount_rate": 0.09},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_case_changed_after_the_solve_is_found(change: str) -> None:
    """A price, a limit, a demand, a rule, a rate that the plan was not made for."""
    _, solution = best("certain", "cost")
    assert complaints(audit(parse_case(growing(**CHANGES[change])), solution))


EDITS = [
    ("halls", "grid_apply_mw"),
    ("starts", "start_mw"),
    ("onsite", "start_mw"),
    ("onsite", "output_mw"),
    ("orders", "ordered"),
    ("fleet", "install"),
    ("fleet", "powered"),
    ("serve", "units"),
    ("service", "shortfall"),
]


@pytest.mark.parametrize(("table", "column"), EDITS)
@pytest.mark.parametrize("factor", [1.01, 0.99])
def test_a_changed_table_is_found(table: str, column: str, factor: float) -> None:
    """The largest number of a column that states a decision, one percent more or less."""
    case, solution = best("certain", "cost")
    data: pd.DataFrame = solution[table].copy()
    row = data[column].idxmax()
    data.loc[row, column] *= factor
    assert data[column].max() > 0.0
    assert complaints(audit(case, replace(solution, tables={**solution.tables, table: data})))


def test_a_cost_that_is_not_the_plans_is_found() -> None:
    """The plan says that it costs one percent less, and its bound with it."""
    case, solution = best("certain", "cost")
    cheaper = replace(solution, objective_musd=0.99 * solution.objective_musd, bound_musd=0.99 * solution.bound_musd)
    (fault,) = audit(case, cheaper).faults
    assert "it costs" in fault


def test_an_unknown_node_is_a_fault() -> None:
    """Tables that speak of a node that the case does not have."""
    case, solution = best("certain", "cost")
    orders = solution["orders"].assign(node="1999")
    assert "orders: node 1999" in audit(case, replace(solution, tables={**solution.tables, "orders": orders})).faults


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_generated_trees_are_audited_under_every_objective(seed: int) -> None:
    """Random features, reveals and goals: no complaint about a plan that the planner proves."""
    assert generated(seed) in ("agrees", "no plan")


@pytest.mark.full
@pytest.mark.parametrize("objective", ["cost", "earliest", "delay"])
def test_the_real_case_is_audited(objective: Objective) -> None:
    """The plan of 2026 in parts by each objective: everything at full size, to a millionth."""
    case = continuous(read_with_origins(Path(__file__).parent.parent.parent / "inputs" / "2026.yaml")[0])
    asked = case.model_copy(update={"goals": case.goals.model_copy(update={"objective": objective})})
    found = audit(asked, plan_of(asked))
    assert complaints(found) == []
    assert found.proven


def generated(seed: int) -> str:
    """What an audit says of a generated case: an objective by its seed, a tree or a certain case."""
    maker = (TreeMaker if seed % 4 else Maker)(1000 + seed)
    objective = OBJECTIVE_NAMES[seed // 2 % len(OBJECTIVE_NAMES)]
    try:
        case = parse_case(changed(maker.make(), {"goals/objective": objective, "goals/risk_weight": 0.0}))
        solution = plan_of(case)
    except (CaseError, InfeasibleError, UnboundedError):
        return "no plan"
    return "; ".join(complaints(audit(case, solution, gap=TIGHT.gap))) or "agrees"


if __name__ == "__main__":
    outcomes: Counter[str] = Counter()
    for each in range(int(sys.argv[1]), int(sys.argv[2])):
        said = generated(each)
        outcomes[said if said in ("agrees", "no plan") else "complains"] += 1
        if said not in ("agrees", "no plan"):
            print(f"seed {each}: {said}", flush=True)
    print(dict(outcomes))
