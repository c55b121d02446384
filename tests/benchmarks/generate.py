"""Made-up cases of any size: two countries, many sites, and a rule of every common kind."""

from __future__ import annotations

import random
from typing import Any

MARKETS = ("CN", "US")


def generated_case(
    sites: int, *, chips: int = 8, periods: int = 20, regions: int | None = None, workloads: int = 6, leaves: int = 1
) -> dict[str, Any]:
    """A case as plain data, as a case file would say it; the same arguments give the same case.

    It is feasible whatever its size: demand that is not met can be rented, and no rule asks for anything built.
    With more than one of `leaves`, that many levels of demand, equally likely, part after two years.
    """
    dice = random.Random(sites)
    regions = max(2, sites // 10) if regions is None else max(2, regions)
    # A third of the chips is offered in both markets, a third in each alone.
    offered = [(MARKETS, MARKETS[:1], MARKETS[1:])[number % 3] for number in range(chips)]
    region_names = [f"region {number:03d}" for number in range(regions)]
    chip_names = [f"chip {number:02d}" for number in range(chips)]
    size = float(sites)
    return _uncertain(leaves) | {
        "settings": {
            "name": f"Generated with {sites} sites",
            "start": "2027-01-01",
            "frequency": "quarter",
            "periods": periods,
            "discount_rate": 0.08,
        },
        "markets": {
            "CN": {"generation_twh_per_year": {"base": 11000, "growth_per_year": 0.05}, "ai_share": 0.02},
            "US": {"generation_twh_per_year": {"base": 4700, "growth_per_year": 0.02}, "ai_share": 0.08},
        },
        "regions": {
            name: {
                "market": MARKETS[number % 2],
                "headroom_mw": {"base": 40.0 * size / regions, "growth_per_year": 0.2},
                "tariff_usd_per_mwh": dice.uniform(45, 100),
                "carbon_t_per_mwh": dice.uniform(0.3, 0.7),
            }
            for number, name in enumerate(region_names)
        },
        "sites": {f"site {number:04d}": _site(number, region_names[number % regions], dice) for number in range(sites)},
        "chips": {
            name: {
                "origin": offered[number][0] if len(offered[number]) == 1 else "US",
                "peak_pflops": {"bf16": dice.uniform(0.8, 2.5)},
                "it_kw": dice.uniform(1.2, 2.0),
                "availability": dice.uniform(0.88, 0.94),
                "attrition_per_year": 0.05,
                "residual_life_years": 5,
                "om_usd_per_unit_year": 500,
                "holding_usd_per_unit_year": 300,
                "supply_per_year": 9000.0 * size / chips * len(offered[number]),
                "pools": {"packaging": dice.uniform(0.8, 2.0)},
                "markets": {
                    market: {
                        "price_usd": {"base": dice.uniform(25_000, 50_000), "growth_per_year": -0.1},
                        "chip_value_usd": 20_000,
                        "lead_months": dice.choice([3, 5, 6, 9]),
                        "deposit_share": 0.3,
                        "supply_per_year": 6000.0 * size / chips,
                    }
                    for market in offered[number]
                },
            }
            for number, name in enumerate(chip_names)
        },
        "pools": {"packaging": {"unit": "packages", "capacity_per_year": 8000.0 * size}},
        "workloads": {
            f"workload {number:02d}": _workload(number, size / workloads, chip_names, offered, dice)
            for number in range(workloads)
        },
        "policy": {
            "import_fees": {"fee": {"chips": chip_names[::3], "markets": ["CN"], "rate": 0.25}},
            "licence_quotas": {
                "licence": {
                    "chips": chip_names[::3],
                    "markets": ["CN"],
                    "units": 1000.0 * size,
                    "window": "calendar_year",
                }
            },
            "domestic_shares": {"content": {"market": "CN", "origins": ["CN"], "share": 0.4, "since": "2028-01-01"}},
            "budgets": {"board": {"musd": 150.0 * size, "window": "calendar_year"}},
            "build_rates": {market: {"markets": [market], "mw_per_year": 8.0 * size} for market in MARKETS},
            "power_caps": {market: {"markets": [market], "mw": 40.0 * size} for market in MARKETS},
        },
    }


def _uncertain(leaves: int) -> dict[str, Any]:
    """Demand between 0.7 and 1.3 times what it is thought to be."""
    if leaves == 1:
        return {}
    outcomes = {
        f"level {number + 1}": {
            "probability": 1.0 / leaves,
            "changes": [
                {
                    "table": "workloads",
                    "rows": ["*"],
                    "field": "demand_pflops",
                    "scale": 0.7 + 0.6 * number / (leaves - 1),
                }
            ],
        }
        for number in range(leaves)
    }
    return {"uncertainty": {"demand": {"date": "2029-01-01", "outcomes": outcomes}}}


def _site(number: int, region: str, dice: random.Random) -> dict[str, Any]:
    """Every fourth site stands already, every eighth of the others has halls under construction."""
    site: dict[str, Any] = {
        "region": region,
        "max_it_mw": float(dice.randrange(40, 160, 10)),
        "pue": round(dice.uniform(1.1, 1.4), 3),
        "load_factor": 0.85,
        "grid_connection_months": dice.choice([6, 12, 18]),
        "grid_connection_musd_per_mw": 0.2,
        "opening_musd": float(dice.randrange(10, 30)),
        "om_musd_per_mw_year": round(dice.uniform(0.15, 0.4), 3),
        "max_ready_mw_per_year": 60.0,
        "build_options": {
            "conventional": {
                "build_months": dice.choice([12, 15, 18]),
                "capex_musd_per_mw": round(dice.uniform(5, 12), 3),
                "life_years": 20,
            },
            "fast track": {
                "build_months": dice.choice([6, 9]),
                "capex_musd_per_mw": round(dice.uniform(12, 18), 3),
                "life_years": 20,
                "max_start_mw_per_year": 40.0,
            },
        },
    }
    if number % 4 == 0:
        site |= {"existing_it_mw": 10.0, "existing_fleet": {"chip 00": {"units": 4000.0 + 10.0 * (number % 7)}}}
    elif number % 8 == 1:
        site["committed"] = {"first": {"ready": "2027-10-01", "it_mw": 20.0, "remaining_cost_musd": 90.0}}
    return site


def _workload(
    number: int, size: float, chips: list[str], offered: list[tuple[str, ...]], dice: random.Random
) -> dict[str, Any]:
    """Two thirds of the workloads stay in one country."""
    markets = (MARKETS[:1], MARKETS[1:], MARKETS)[number % 3]
    fits = [name for name, places in zip(chips, offered, strict=True) if set(places) & set(markets)]
    return {
        "demand_pflops": {"linear": {"2027-01-01": 1500.0 * size, "2032-01-01": 15_000.0 * size}},
        "precision": "bf16",
        "markets": list(markets),
        "chips": {
            name: {
                "efficiency": round(dice.uniform(0.25, 0.45), 3),
                "running_usd_per_unit_year": float(dice.randrange(50, 150)),
            }
            for name in fits
        },
        "shortfall": {"usd_per_pflops_year": 60_000.0 + 3_000.0 * number},
    }
