"""A small case in two countries, solved and certified once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import pytest

from planner.certificate import certify
from planner.model import RULES
from planner.report import Dossier, Provenance, report_bytes
from planner.schema import parse_case
from planner.solution import Solution
from planner.solving import session
from planner.solving.objectives import OBJECTIVES
from planner.study import Studied, Study
from planner.study.frontier import FRONTIER, Point, frontier

F = TypeVar("F")

SMALL: dict[str, Any] = {
    "settings": {
        "name": "Small & simple", "prepared": "2026-09-30", "start": "2026-10-01", "periods": 8, "discount_rate": 0.08,
        "whole_phases": False,
    },
    "markets": {
        "CN": {"generation_twh_per_year": 10000, "ai_share": 0.01, "operator_share": 0.01},
        "US": {},
    },
    "regions": {
        "North": {"market": "CN", "headroom_mw": 5, "tariff_usd_per_mwh": {"step": {"2027-01-01": 50}}},
        "West": {"market": "US", "tariff_usd_per_mwh": 70},
    },
    "sites": {
        "S": {
            "region": "North", "max_it_mw": 120, "pue": 1.2, "grid_connection_months": 4,
            "build_options": {"c": {"build_months": 3, "capex_musd_per_mw": 4, "life_years": 20, "phase_mw": 1}},
        },
        "T": {
            "region": "West", "max_it_mw": 50, "existing_it_mw": 1, "existing_fleet": {"A": {"units": 500}},
            "grid_connection_musd_per_mw": 0.01,
        },
    },
    "chips": {
        "A": {
            "peak_pflops": {"bf16": 1}, "it_kw": 1, "attrition_per_year": 0.05, "residual_life_years": 5,
            "markets": {
                "CN": {"price_usd": 30000, "lead_months": 4, "deposit_share": 0.3, "supply_per_year": 4000},
                "US": {"price_usd": 35000, "lead_months": 3, "deposit_share": 0.3},
            },
        },
        "=B()": {"peak_pflops": {"bf16": 0.2}, "it_kw": 1, "markets": {"CN": {"price_usd": 3000}}},
    },
    "workloads": {
        "train": {
            "demand_pflops": 3000, "precision": "bf16", "markets": ["CN"],
            "shortfall": {"usd_per_pflops_year": 100000},
        },
        "infer": {
            "demand_pflops": 400, "precision": "bf16", "markets": ["US"],
            "shortfall": {"usd_per_pflops_year": 90000, "kind": "penalty"},
        },
    },
    "assumptions": [
        {"path": "chips.A.it_kw", "source": "=HYPERLINK(\"x\")", "confidence": "low", "as_of": "2026", "owner": "@me"},
        {"path": "regions.North.tariff_usd_per_mwh", "source": "grid", "confidence": "high"},
    ],
}  # fmt: skip

BRIDGED: dict[str, Any] = {
    "settings": SMALL["settings"] | {"name": "Bridge"},
    "markets": {"CN": {}, "US": {}},
    "regions": SMALL["regions"] | {"West": {"market": "US", "headroom_mw": 9, "tariff_usd_per_mwh": 70}},
    "onsite_sources": {
        "=engine": {
            "capex_usd_per_kw": 1500, "lead_months": 6, "fuel_usd_per_mwh": 90, "availability": 0.9, "life_years": 10,
        },
        "cell": {"capex_usd_per_kw": 4000, "lead_months": 3, "fuel_usd_per_mwh": 120, "supply_mw_per_year": {"US": 4}},
    },
    "sites": {
        "S": {"region": "North", "max_it_mw": 3, "existing_it_mw": 3},
        "T": {
            "region": "West", "max_it_mw": 6, "pue": 1.25, "grid_connection_months": 15, "opening_musd": 1,
            "onsite": {"=engine": {"max_mw": 6}, "cell": {}},
            "build_options": {
                "slow": {"build_months": 9, "capex_musd_per_mw": 10, "life_years": 20, "phase_mw": 1},
                "fast": {"build_months": 3, "capex_musd_per_mw": 13, "life_years": 20, "phase_mw": 1},
            },
        },
        "U": {
            "region": "West", "max_it_mw": 2, "grid_connection_months": 120, "onsite": {"=engine": {}},
            "build_options": {"only": {"build_months": 3, "capex_musd_per_mw": 10}},
        },
    },
    "chips": {
        "A": SMALL["chips"]["A"] | {
            "markets": {"CN": {"price_usd": 30000}, "US": {"price_usd": 30000, "supply_per_year": 8000}}
        },
    },
    "workloads": {
        "train": {
            "demand_pflops": 7000, "precision": "bf16", "markets": ["US"],
            "shortfall": {"usd_per_pflops_year": 90000},
        },
        "infer": {
            "demand_pflops": 900, "precision": "bf16", "markets": ["CN"],
            "shortfall": {"usd_per_pflops_year": 70000},
        },
    },
}  # fmt: skip
"""Sites that plant bridges until the grid connects them, and one that it feeds for good."""


BRANCHED: dict[str, Any] = BRIDGED | {
    "settings": SMALL["settings"] | {"name": "Tree"},
    "assumptions": [{"path": "chips.A.it_kw", "source": "vendor", "confidence": "low"}],
    "workloads": BRIDGED["workloads"] | {
        "train": BRIDGED["workloads"]["train"] | {
            "demand_pflops": {"linear": {"2026-10-01": 1500, "2028-07-01": 7000}},
        },
    },
    "uncertainty": {
        "grid": {
            "date": "2027-07-01",
            "outcomes": {
                "early": {"probability": 0.6},
                "late": {
                    "probability": 0.4,
                    "changes": [
                        {"table": "sites", "rows": ["T"], "field": "grid_connection_months", "scale": 1.4},
                        {"table": "sites", "rows": ["T"], "field": "build_options.fast.build_months", "scale": 2},
                    ],
                },
            },
        },
        "demand": {
            "date": "2027-04-01",
            "outcomes": {
                "calm": {"probability": 0.6},
                "rush": {
                    "probability": 0.4,
                    "changes": [{"table": "workloads", "rows": ["train"], "field": "demand_pflops", "scale": 1.5}],
                },
            },
        },
    },
}  # fmt: skip
"""The same with two reveals, so that four scenarios part; "calm, early" is the likeliest."""


def dossier_of(data: dict[str, Any], *, points: int = 0) -> Dossier:
    """A case in plain data, solved and certified, with as many plans of its frontier as asked for."""
    case = parse_case(data)
    with session(case) as s:
        solution = s.verify_prices(OBJECTIVES[case.goals.objective](s))
    plans: list[Point] = []
    if points:
        with session(case) as s:
            plans = list(frontier(s, points))
    return Dossier(
        case,
        solution,
        certify(case, solution),
        {rule.name: rule.sentence for rule in RULES},
        Provenance(
            "0.1.0", "0123456789ab", (("small.yaml", "ab" * 32),), ("what-if",), {"gap": 1e-4, "solver": "highs"}
        ),
        Studied({FRONTIER: tuple(plans)} if plans else {}),
    )


@pytest.fixture(scope="session")
def dossier() -> Dossier:
    """The small case."""
    return dossier_of(SMALL)


@pytest.fixture(scope="session")
def book(dossier: Dossier) -> bytes:
    """Its workbook."""
    return report_bytes(dossier)


@pytest.fixture(scope="session")
def bridged() -> Dossier:
    """The case with on-site plant."""
    return dossier_of(BRIDGED)


@pytest.fixture(scope="session")
def branched() -> Dossier:
    """The case with four scenarios."""
    return dossier_of(BRANCHED)


@pytest.fixture(scope="session")
def frontiered() -> Dossier:
    """The same with cheaper rent, so that waiting pays, and four plans of its frontier."""
    train = BRIDGED["workloads"]["train"] | {"shortfall": {"usd_per_pflops_year": 20000}}
    return dossier_of(BRIDGED | {"workloads": BRIDGED["workloads"] | {"train": train}}, points=4)


def with_table(dossier: Dossier, table: str, **columns: Any) -> Dossier:
    """The same dossier with columns of one table replaced; a function takes the old column."""
    data = dossier.solution[table].copy()
    for name, value in columns.items():
        data[name] = value(data[name]) if callable(value) else value
    solution: Solution = replace(dossier.solution, tables={**dossier.solution.tables, table: data})
    return replace(dossier, solution=solution)


def with_study(dossier: Dossier, study: Study[F], found: F) -> Dossier:
    """The same dossier with what a study found."""
    return replace(dossier, studied=dossier.studied.having(study, found))
