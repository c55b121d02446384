"""Small cases with plans made by hand, every amount worked out on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from planner.certificate import Certificate, certify
from planner.schema import Case, parse_case
from planner.schema.scenarios import scenarios
from planner.solution import TABLES, Solution, Status, Tidiness, frame

Row = dict[str, Any]
Rows = dict[tuple[str, ...], Row]


@dataclass
class Worked:
    """A case as typed, its tables by hand and the present cost on paper; a test may spoil any of them."""

    case: dict[str, Any]
    """The case as typed."""
    tables: dict[str, Rows]
    """Rows by table and index; a number that is not typed is zero."""
    cost: float
    """Present cost on paper, million USD."""
    scenarios: dict[str, list[tuple[list[str], Any]]] = field(default_factory=dict)
    """Changes of scenarios by hand: path of the field and its value; none where the case's reveals say it all."""
    criterion: float | None = None
    """Cost that is said to have been minimised where risk weighs in; none where it does not."""
    objective: float | None = None
    """Present cost as the solver would state it; as on paper when left out."""
    bound: float | None = None
    """Proven bound; as on paper when left out."""
    linear: bool = True
    """Whether the plan is said to be continuous."""
    status: Status = Status.OPTIMAL
    """What is said of the plan."""
    twice: list[str] = field(default_factory=list)
    """Tables whose first row is written twice."""

    solver: dict[str, Any] = field(default_factory=dict)
    """What the plan says of what it was made for."""
    tidiness: Tidiness | None = None
    """What is said of a cheapest plan that this one is tidier than."""

    def solution(self) -> Solution:
        """The plan as the solver would hand it over."""
        objective = self.cost if self.objective is None else self.objective
        return Solution(
            status=self.status,
            objective_musd=objective,
            bound_musd=self.cost if self.bound is None else self.bound,
            linear=self.linear,
            tables={name: frame(name, self._rows(name)) for name in TABLES},
            criterion_musd=self.criterion,
            solver=self.solver,
            tidiness=self.tidiness,
        )

    def certificate(self) -> Certificate:
        """The check of the plan."""
        by_hand = self.scenario_cases() if self.scenarios else None
        return certify(parse_case(self.case), self.solution(), scenario_cases=by_hand)

    def scenario_cases(self) -> dict[str, Case]:
        """The case as it stands in each scenario."""
        cases = {scenario.name: scenario.case for scenario in scenarios(parse_case(self.case))}
        for name, changes in self.scenarios.items():
            case = cases[name].model_dump(exclude_unset=True)
            for path, value in changes:
                change(case, *path, value=value)
            cases[name] = parse_case(case)
        return cases

    def row(self, table: str, *index: str) -> Row:
        """A row of a table, made when it is not there."""
        return self.tables.setdefault(table, {}).setdefault(index, {})

    def _rows(self, table: str) -> list[tuple[Any, ...]]:
        spec = TABLES[table]
        empty = {name: {"float": 0.0, "whole": 0, "text": ""}[column.kind] for name, column in spec.columns.items()}
        empty |= {"ledger": {"life_left": math.nan}, "orders": {"lots": math.nan}, "onsite": {"units": math.nan}}.get(
            table, {}
        )
        rows = []
        for index, numbers in self.tables.get(table, {}).items():
            assert set(numbers) <= set(spec.columns), (table, numbers)
            if table == "serve" and "it_mw" not in numbers:
                numbers = numbers | {"it_mw": self._load(index[1], numbers)}
            rows.append((*index, *(numbers.get(name, nothing) for name, nothing in empty.items())))
        return rows[:1] * (table in self.twice) + rows

    def _load(self, chip: str, numbers: Row) -> float:
        """MW that chips which serve draw, all of them of use."""
        return float(numbers.get("units", 0.0)) * float(self.case["chips"][chip]["it_kw"]) / 1e3


def change(data: dict[str, Any], *path: str, value: Any) -> None:
    """Set a field of nested data, making the tables on the way."""
    for key in path[:-1]:
        data = data.setdefault(key, {})
    data[path[-1]] = value


def campus() -> Worked:
    """A campus in Texas over four years, with no discount.

    10 MW of halls begun in 2027 at 8 million a MW take two years (40 + 40); the site costs 5 to open and
    12.5 MW of grid 2.5. 10 000 chips at 40 000 USD are ordered in 2028, a quarter paid then (100) and the
    rest when they come in 2029 (300). A fifth of them is lost by 2030, so that 8 000 run in both years at
    1 kW: 8 MW of IT, 10 MW at the meter, 0.8 x 8760 h x 10 MW = 70 080 MWh, at 50 USD 3.504 a year. Upkeep
    is 10 MW x 0.1 = 1 a year for the halls and 100 USD a chip: 1 in 2029, 0.8 in 2030. At the end the halls
    are two of ten years old (64 of 80) and the 8 000 chips two of four (160 of 320).

    5 + 80 + 2.5 + 400 + 7.008 + 2 + 1.8 - 64 - 160 = 274.308
    """
    case: dict[str, Any] = {
        "settings": {"name": "campus", "start": "2027-01-01", "frequency": "year", "periods": 4, "whole_phases": True},
        "markets": {"US": {"generation_twh_per_year": 1.0, "ai_share": 0.5, "operator_share": 0.5}, "CN": {}},
        "regions": {
            "Texas": {"market": "US", "headroom_mw": 30.0, "tariff_usd_per_mwh": 50.0, "carbon_t_per_mwh": 0.5}
        },
        "sites": {
            "Abilene": {
                "region": "Texas",
                "max_it_mw": 20.0,
                "pue": 1.25,
                "load_factor": 0.8,
                "opening_musd": 5.0,
                "grid_connection_months": 12.0,
                "grid_connection_musd_per_mw": 0.2,
                "om_musd_per_mw_year": 0.1,
                "max_ready_mw_per_year": 20.0,
                "build_options": {
                    "fast": {
                        "build_months": 24.0,
                        "capex_musd_per_mw": 8.0,
                        "phase_mw": 5.0,
                        "life_years": 10.0,
                        "max_start_mw_per_year": 20.0,
                    }
                },
            }
        },
        "chips": {
            "H200": {
                "origin": "US",
                "peak_pflops": {"bf16": 1.0},
                "it_kw": 1.0,
                "memory_gb": 141.0,
                "attrition_per_year": 0.2,
                "residual_life_years": 4.0,
                "om_usd_per_unit_year": 100.0,
                "markets": {
                    "US": {"price_usd": 40000.0, "lead_months": 12.0, "deposit_share": 0.25},
                },
            }
        },
        "workloads": {
            "training": {
                "demand_pflops": {"step": {"2027-01-01": 0.0, "2029-01-01": 4000.0}},
                "precision": "bf16",
                "chips": {"H200": {"efficiency": 0.5}},
            }
        },
    }
    years = ["2027", "2028", "2029", "2030"]
    plan = Worked(case=case, tables={}, cost=274.308)
    for t, year in enumerate(years):
        parent = years[t - 1] if t else ""
        plan.row("nodes", year).update(
            period=t, label=year, first_day=f"{year}-01-01", parent=parent, probability=1.0, discount=1.0
        )
        plan.tables.setdefault("paths", {})["base", t] = {"node": year, "probability": 1.0}  # type: ignore[index]
        plan.row("halls", year, "Abilene").update(opened=1.0, begun_mw=10.0)
        plan.row("service", year, "training").update(demand=4000.0 * (t >= 2), served=4000.0 * (t >= 2))
        plan.row("regions", year, "Texas").update(draw_mw=10.0 * (t >= 2), headroom_mw=30.0)
        plan.row("markets", year, "US").update(energy_limit_twh=0.25, generation_twh=1.0)
    plan.row("starts", "2027", "Abilene", "fast").update(start_mw=10.0, phases=2.0, ready="2029")
    plan.row("halls", "2027", "Abilene").update(open=1.0)
    plan.row("halls", "2028", "Abilene").update(grid_apply_mw=12.5)
    plan.row("orders", "2028", "H200", "US").update(ordered=10000.0)
    plan.row("orders", "2029", "H200", "US").update(delivered=10000.0)
    plan.row("deliveries", "2029", "2028", "H200", "US").update(units=10000.0)
    plan.row("fleet", "2029", "H200", "Abilene").update(install=10000.0, fleet=10000.0, powered=8000.0)
    plan.row("fleet", "2030", "H200", "Abilene").update(fleet=8000.0, powered=8000.0)
    plan.row("residuals", "2030", "2028", "H200", "US").update(units=8000.0)
    for year in ("2029", "2030"):
        plan.row("halls", year, "Abilene").update(it_mw=10.0, grid_cap_mw=12.5, grid_mw=10.0, it_load_mw=8.0)
        plan.row("markets", year, "US").update(it_mw=10.0, it_load_mw=8.0, grid_mw=10.0, energy_twh=0.07008)
        plan.row("serve", year, "H200", "Texas", "training").update(units=8000.0, pflops=4000.0)
    site, fast, h200 = "sites.Abilene", "sites.Abilene.build_options.fast", "chips.H200"
    price = f"{h200}.markets.US.price_usd"
    for account, item, path, amounts in (
        ("site opening", "Abilene", f"{site}.opening_musd", {"2027": 5.0}),
        ("site capex", "Abilene", f"{fast}.capex_musd_per_mw", {"2027": 40.0, "2028": 40.0}),
        ("grid connection", "Abilene", f"{site}.grid_connection_musd_per_mw", {"2028": 2.5}),
        ("chip purchase", "H200", price, {"2028": 100.0, "2029": 300.0}),
        ("energy", "Abilene", "regions.Texas.tariff_usd_per_mwh", {"2029": 3.504, "2030": 3.504}),
        ("operations and maintenance", "Abilene", f"{site}.om_musd_per_mw_year", {"2029": 1.0, "2030": 1.0}),
        ("operations and maintenance", "H200", f"{h200}.om_usd_per_unit_year", {"2029": 1.0, "2030": 0.8}),
        ("residual value", "Abilene", f"{fast}.capex_musd_per_mw", {"2030": -64.0}),
        ("residual value", "H200", price, {"2030": -160.0}),
    ):
        for year, musd in amounts.items():
            plan.row("ledger", account, year, "US", item, path).update(musd=musd, present_musd=musd)
    halls = "ledger", "residual value", "2030", "US", "Abilene", f"{fast}.capex_musd_per_mw"
    plan.row(*halls).update(life_path=f"{fast}.life_years", life_left=0.8)
    chips = "ledger", "residual value", "2030", "US", "H200", price
    plan.row(*chips).update(life_path=f"{h200}.residual_life_years", life_left=0.5)
    return plan


def licence() -> Worked:
    """Inner Mongolia over three years, where a ban on H20 may come in 2028 (one chance in four).

    Halls: 5 MW exist and 5 MW come in 2028, with 4 still to pay in 2027. 2 000 Ascend run at the start and
    must go by 2029; 100 wait in stock for a year at 1 000 USD (0.1) and are scrapped. 3 000 Ascend at 10 000
    USD come at once in 2027 (30). 2 000 H20 at 20 000 USD are ordered in 2027, half paid then (20), half on
    arrival in 2028; 1 000 more were ordered before, 5 of 20 paid. Without the ban 20 + 15 and a fee of a
    quarter of 15 000 USD on 3 000 chips (11.25) fall due; with it, half of the 20 + 5 paid comes back (-12.5).

    Power: 5 MW x 8760 h x 40 USD = 1.752, carbon 0.5 t x 10 USD = 0.219, subsidy of 10 USD per MWh of Ascend;
    from 2028 without the ban 2 000 Ascend and 3 000 H20 run; with it 5 000 and then 3 000 Ascend.
    Compute: an Ascend gives 0.5 PFLOP/s, an H20 one, of 4 000 asked for; network 200 USD, rent 5 000 USD per
    PFLOP/s, running an H20 100 USD. Soft rule from 2028, half of the installs domestic, at 100 USD a chip:
    without the ban 1 500 are missing and, once 2 000 are retired, 3 500; with it 0 and 2 000.
    Residual: the 2 000 H20 of the plan, two of four years old, at the last price of 16 000 USD: 16.

    2027:         4 + 50 + 0.1 + 1.752 + 0.219 - 0.438 + 0.5 + 7.5                 = 63.633
    2028 open:    35 + 11.25 + 1.752 + 0.219 - 0.1752 + 0.8 + 0.3 + 0.15           = 49.2958
    2028 banned:  -12.5 + 1.752 + 0.219 - 0.438 + 0.5 + 7.5                        = -2.967
    2029 open:    1.752 + 0.219 - 0.1752 + 0.8 + 0.3 + 0.35                        = 3.2458, less 16
    2029 banned:  1.0512 + 0.1314 - 0.2628 + 0.3 + 12.5 + 0.2                      = 13.9198

    At 21 % a year the middles of the years are worth 1/1.1, 1/1.331 and 1/1.61051, the end 1/1.771561.
    """
    case: dict[str, Any] = {
        "settings": {
            "name": "licence",
            "start": "2027-01-01",
            "frequency": "year",
            "periods": 3,
            "discount_rate": 0.21,
        },
        "markets": {"CN": {}},
        "regions": {"Ulanqab": {"market": "CN", "tariff_usd_per_mwh": 40.0, "carbon_t_per_mwh": 0.5}},
        "sites": {
            "Helin": {
                "region": "Ulanqab",
                "max_it_mw": 10.0,
                "existing_it_mw": 5.0,
                "committed": {"second": {"ready": "2028-01-01", "it_mw": 5.0, "remaining_cost_musd": 4.0}},
                "existing_fleet": {"Ascend": {"units": 2000.0, "until": "2029-01-01"}},
            }
        },
        "chips": {
            "Ascend": {
                "origin": "CN",
                "peak_pflops": {"bf16": 0.5},
                "it_kw": 1.0,
                "service_life_years": 10.0,
                "holding_usd_per_unit_year": 1000.0,
                "markets": {"CN": {"price_usd": 10000.0, "stock_units": 100.0}},
            },
            "H20": {
                "origin": "US",
                "peak_pflops": {"bf16": 1.0},
                "it_kw": 1.0,
                "residual_life_years": 4.0,
                "markets": {
                    "CN": {
                        "price_usd": {"step": {"2027-01-01": 20000.0, "2029-01-01": 16000.0}},
                        "chip_value_usd": 15000.0,
                        "lead_months": 10.0,
                        "deposit_share": 0.5,
                    }
                },
            },
        },
        "orders_placed": {
            "early": {
                "chip": "H20",
                "market": "CN",
                "units": 1000.0,
                "due": "2028-01-01",
                "price_usd": 20000.0,
                "deposit_paid_usd": 5e6,
            }
        },
        "workloads": {
            "inference": {
                "demand_pflops": 4000.0,
                "precision": "bf16",
                "regions": {"Ulanqab": {"network_usd_per_pflops_year": 200.0}},
                "chips": {"Ascend": {}, "H20": {"running_usd_per_unit_year": 100.0}},
                "shortfall": {"usd_per_pflops_year": 5000.0},
            }
        },
        "policy": {
            "import_fees": {"fee": {"chips": ["H20"], "markets": ["CN"], "rate": 0.25}},
            "bans": {
                "ban": {
                    "chips": ["H20"],
                    "markets": ["CN"],
                    "since": "2028-01-01",
                    "refund_share": 0.5,
                    "enabled": False,
                }
            },
            "carbon_prices": {"ets": {"markets": ["CN"], "usd_per_t": 10.0}},
            "power_subsidies": {"local": {"origins": ["CN"], "regions": ["Ulanqab"], "usd_per_kwh": 0.01}},
            "domestic_shares": {
                "half": {"market": "CN", "share": 0.5, "since": "2028-01-01", "violation_usd_per_unit_year": 100.0}
            },
        },
        "uncertainty": {
            "licence": {
                "date": "2028-01-01",
                "outcomes": {
                    "open": {"probability": 0.75},
                    "ban": {
                        "probability": 0.25,
                        "changes": [{"table": "policy.bans", "rows": ["ban"], "field": "enabled", "set": True}],
                    },
                },
            }
        },
    }
    at_node = {"2027": 63.633, "2028 open": 49.2958, "2028 ban": -2.967, "2029 open": 3.2458, "2029 ban": 13.9198}
    chance = {"2027": 1.0, "2028 open": 0.75, "2028 ban": 0.25, "2029 open": 0.75, "2029 ban": 0.25}
    factor = {"2027": 1 / 1.1, "2028": 1 / 1.331, "2029": 1 / 1.61051}
    cost = sum(musd * chance[node] * factor[node[:4]] for node, musd in at_node.items()) - 0.75 * 16 / 1.771561
    plan = Worked(case=case, tables={}, cost=cost)
    load = {"2027": 5.0, "2028 open": 5.0, "2028 ban": 5.0, "2029 open": 5.0, "2029 ban": 3.0}
    served = {"2027": 2500.0, "2028 open": 4000.0, "2028 ban": 2500.0, "2029 open": 4000.0, "2029 ban": 1500.0}
    ascend = {"2027": 5000.0, "2028 open": 2000.0, "2028 ban": 5000.0, "2029 open": 2000.0, "2029 ban": 3000.0}
    for node, mw in load.items():
        year, _, branch = node.partition(" ")
        t = int(year) - 2027
        parent = "" if t == 0 else "2027" if t == 1 else f"2028 {branch}"
        plan.row("nodes", node).update(
            period=t,
            label=year,
            first_day=f"{year}-01-01",
            parent=parent,
            probability=chance[node],
            discount=factor[year],
        )
        ready = 5.0 if t == 0 else 10.0
        plan.row("halls", node, "Helin").update(opened=1.0, it_mw=ready, grid_cap_mw=ready, grid_mw=mw, it_load_mw=mw)
        plan.row("regions", node, "Ulanqab").update(draw_mw=mw, headroom_mw=float("nan"))
        plan.row("markets", node, "CN").update(
            it_mw=ready,
            it_load_mw=mw,
            grid_mw=mw,
            energy_twh=mw * 0.00876,
            energy_limit_twh=float("nan"),
            generation_twh=float("nan"),
        )
        plan.row("service", node, "inference").update(
            demand=4000.0, served=served[node], shortfall=4000.0 - served[node]
        )
        plan.row("fleet", node, "Ascend", "Helin").update(fleet=5000.0 if t < 2 else 3000.0, powered=ascend[node])
        plan.row("serve", node, "Ascend", "Ulanqab", "inference").update(units=ascend[node], pflops=ascend[node] / 2)
    for scenario, probability in (("open", 0.75), ("ban", 0.25)):
        for t, node in enumerate(("2027", f"2028 {scenario}", f"2029 {scenario}")):
            paths = plan.tables.setdefault("paths", {})
            paths[scenario, t] = {"node": node, "probability": probability}  # type: ignore[index]
    plan.row("orders", "2027", "Ascend", "CN").update(ordered=3000.0, delivered=3000.0, stock=100.0)
    plan.row("orders", "2028 open", "Ascend", "CN").update(scrapped=100.0)
    plan.row("orders", "2028 ban", "Ascend", "CN").update(scrapped=100.0)
    plan.row("orders", "2027", "H20", "CN").update(ordered=2000.0)
    plan.row("orders", "2028 open", "H20", "CN").update(delivered=3000.0)
    plan.row("orders", "2028 ban", "H20", "CN").update(cancelled=3000.0)
    plan.row("deliveries", "2027", "2027", "Ascend", "CN").update(units=3000.0)
    plan.row("deliveries", "2028 open", "2027", "H20", "CN").update(units=2000.0)
    plan.row("deliveries", "2028 open", "early", "H20", "CN").update(units=1000.0)
    plan.row("fleet", "2027", "Ascend", "Helin").update(install=3000.0)
    plan.row("fleet", "2029 open", "Ascend", "Helin").update(retire=2000.0)
    plan.row("fleet", "2029 ban", "Ascend", "Helin").update(retire=2000.0)
    plan.row("fleet", "2028 open", "H20", "Helin").update(install=3000.0, fleet=3000.0, powered=3000.0)
    plan.row("fleet", "2029 open", "H20", "Helin").update(fleet=3000.0, powered=3000.0)
    for node in ("2028 open", "2029 open"):
        plan.row("serve", node, "H20", "Ulanqab", "inference").update(units=3000.0, pflops=3000.0)
    plan.row("residuals", "2029 open", "2027", "H20", "CN").update(units=2000.0)
    for node, amount in (("2028 open", 1500.0), ("2029 open", 3500.0), ("2029 ban", 2000.0)):
        plan.row("violations", node, "domestic_shares", "half").update(amount=amount)
    h20, work = "chips.H20.markets.CN.price_usd", "workloads.inference"
    for account, item, path, amounts in (
        ("site capex", "Helin", "sites.Helin.committed.second.remaining_cost_musd", {"2027": 4.0}),
        ("chip purchase", "Ascend", "chips.Ascend.markets.CN.price_usd", {"2027": 30.0}),
        ("chip purchase", "H20", h20, {"2027": 20.0, "2028 open": 20.0}),
        ("chip purchase", "H20", "orders_placed.early.price_usd", {"2028 open": 15.0}),
        ("import fee", "H20", "policy.import_fees.fee.rate", {"2028 open": 11.25}),
        ("cancellation", "H20", "policy.bans.ban.refund_share", {"2028 ban": -12.5}),
        ("stock holding", "Ascend", "chips.Ascend.holding_usd_per_unit_year", {"2027": 0.1}),
        ("energy", "Helin", "regions.Ulanqab.tariff_usd_per_mwh", {node: mw * 0.3504 for node, mw in load.items()}),
        ("carbon", "Helin", "policy.carbon_prices.ets.usd_per_t", {node: mw * 0.0438 for node, mw in load.items()}),
        (
            "power subsidy",
            "Helin",
            "policy.power_subsidies.local.usd_per_kwh",
            {node: -units * 87.6e-6 for node, units in ascend.items()},
        ),
        (
            "network",
            "inference",
            f"{work}.regions.Ulanqab.network_usd_per_pflops_year",
            {node: pflops * 200e-6 for node, pflops in served.items()},
        ),
        (
            "running",
            "inference",
            f"{work}.chips.H20.running_usd_per_unit_year",
            {"2028 open": 0.3, "2029 open": 0.3},
        ),
        (
            "shortfall",
            "inference",
            f"{work}.shortfall.usd_per_pflops_year",
            {"2027": 7.5, "2028 ban": 7.5, "2029 ban": 12.5},
        ),
        (
            "soft rules",
            "half",
            "policy.domestic_shares.half.violation_usd_per_unit_year",
            {"2028 open": 0.15, "2029 open": 0.35, "2029 ban": 0.2},
        ),
        ("residual value", "H20", h20, {"2029 open": -16.0}),
    ):
        for node, musd in amounts.items():
            worth = 1 / 1.771561 if account == "residual value" else factor[node[:4]]
            market = "" if account in ("shortfall", "soft rules") else "CN"
            row = plan.row("ledger", account, node, market, item, path)
            row.update(musd=musd, present_musd=musd * chance[node] * worth)
    kept = plan.row("ledger", "residual value", "2029 open", "CN", "H20", h20)
    kept.update(life_path="chips.H20.residual_life_years", life_left=0.5)
    return plan


def weighed() -> Worked:
    """The licence, with half of the weight on the mean of the worst nine tenths.

    Without the ban 63.633 / 1.1 + 49.2958 / 1.331 + 3.2458 / 1.61051 - 16 / 1.771561 = 87.86865, in all of its 0.75;
    with it 63.633 / 1.1 - 2.967 / 1.331 + 13.9198 / 1.61051 = 64.26213, in 0.15 of its 0.25.
    """
    plan = licence()
    plan.case["goals"] = {"risk_weight": 0.5, "risk_level": 0.1}
    without = 63.633 / 1.1 + 49.2958 / 1.331 + 3.2458 / 1.61051 - 16 / 1.771561
    banned = 63.633 / 1.1 - 2.967 / 1.331 + 13.9198 / 1.61051
    plan.criterion = plan.bound = 0.5 * plan.cost + 0.5 * (0.75 * without + 0.15 * banned) / 0.9
    return plan


def bridge() -> Worked:
    """A campus that makes its own power for two years until the grid comes, with no discount.

    8 MW of halls at 2 million a MW are begun in 2027 (16) on a site that costs 2 to open; 4 000 H200 and 4 000
    Ascend of 1 kW at 1 000 USD run there from 2028 (4 + 4): 10 MW at the meter. Of grid, 6 MW are applied for
    in 2027 at 0.5 (3) and come in 2029. 12.5 MW of engines at 1 000 USD a kW (12.5), of which 0.8 can be
    counted on, are ordered in 2027 and run from 2028 for two years: 10 MW in 2028, 4 in 2029. 4 MW of cells at
    3 000 USD a kW (12) are ordered in 2029 and run in 2030; one of their four years is gone by the end (9 left).

    A MW is 0.8 x 8760 = 7 008 MWh a year. Engines at 60 + 10 USD: 70 080 MWh, 4.9056, and 28 032, 1.96224; cells at
    40 + 10: 1.4016; grid at 50: 42 048 MWh, 2.1024 a year. Carbon at 10 USD a t: engines 0.5 t a MWh, 0.3504 and
    0.14016; cells 0.25, 0.07008; grid 0.25, 0.10512 a year.
    Subsidies: 20 USD a MWh of H200; 30 and 30 of Ascend, but no more than the tariff. Of the 6 MW from the grid
    Ascend's 5 MW come first, 35 040 MWh at 50, then 1 MW of H200, 7 008 at 20: 1.752 + 0.14016 = 1.89216 a year.

    2027: 2 + 16 + 3 + 12.5                                       = 33.5
    2028: 8 + 4.9056 + 0.3504                                     = 13.256
    2029: 12 + 1.96224 + 0.14016 + 2.1024 + 0.10512 - 1.89216     = 14.41776
    2030: 1.4016 + 0.07008 + 2.1024 + 0.10512 - 1.89216           = 1.78704, less 9
    """
    grant = {"regions": ["Texas"]}
    case: dict[str, Any] = {
        "settings": {
            "name": "bridge",
            "start": "2027-01-01",
            "frequency": "year",
            "periods": 4,
            "whole_phases": False,
        },
        "markets": {"US": {}},
        "regions": {"Texas": {"market": "US", "tariff_usd_per_mwh": 50.0, "carbon_t_per_mwh": 0.25}},
        "sites": {
            "Abilene": {
                "region": "Texas",
                "max_it_mw": 8.0,
                "pue": 1.25,
                "load_factor": 0.8,
                "opening_musd": 2.0,
                "grid_connection_months": 24.0,
                "grid_connection_musd_per_mw": 0.5,
                "build_options": {"fast": {"build_months": 12.0, "capex_musd_per_mw": 2.0}},
                "onsite": {"engines": {"max_mw": 12.5}, "cells": {}},
            }
        },
        "onsite_sources": {
            "engines": {
                "capex_usd_per_kw": 1000.0,
                "lead_months": 12.0,
                "fuel_usd_per_mwh": 60.0,
                "operating_usd_per_mwh": 10.0,
                "carbon_t_per_mwh": 0.5,
                "availability": 0.8,
                "life_years": 2.0,
            },
            "cells": {
                "capex_usd_per_kw": 3000.0,
                "lead_months": 12.0,
                "fuel_usd_per_mwh": 40.0,
                "operating_usd_per_mwh": 10.0,
                "carbon_t_per_mwh": 0.25,
                "life_years": 4.0,
                "supply_mw_per_year": {"US": 4.0},
            },
        },
        "chips": {
            name: {"origin": origin, "peak_pflops": {"bf16": 1.0}, "it_kw": 1.0, "markets": {"US": {"price_usd": 1e3}}}
            for name, origin in (("H200", "US"), ("Ascend", "CN"))
        },
        "workloads": {
            "training": {
                "demand_pflops": {"step": {"2027-01-01": 0.0, "2028-01-01": 8000.0}},
                "precision": "bf16",
            }
        },
        "policy": {
            "carbon_prices": {"levy": {"markets": ["US"], "usd_per_t": 10.0}},
            "power_subsidies": {
                "home": {**grant, "origins": ["US"], "usd_per_kwh": 0.02},
                "guest": {**grant, "origins": ["CN"], "usd_per_kwh": 0.03},
                "more": {**grant, "origins": ["CN"], "usd_per_kwh": 0.03},
            },
        },
    }
    years = ["2027", "2028", "2029", "2030"]
    plan = Worked(case=case, tables={}, cost=33.5 + 13.256 + 14.41776 + 1.78704 - 9.0)
    for t, year in enumerate(years):
        parent, runs, grid = years[t - 1] if t else "", t >= 1, 6.0 if t >= 2 else 0.0
        plan.row("nodes", year).update(
            period=t, label=year, first_day=f"{year}-01-01", parent=parent, probability=1.0, discount=1.0
        )
        plan.tables.setdefault("paths", {})["base", t] = {"node": year, "probability": 1.0}  # type: ignore[index]
        plan.row("halls", year, "Abilene").update(opened=1.0, begun_mw=8.0, it_mw=8.0 * runs, it_load_mw=8.0 * runs)
        plan.row("halls", year, "Abilene").update(grid_cap_mw=grid, grid_mw=grid)
        plan.row("service", year, "training").update(demand=8000.0 * runs, served=8000.0 * runs)
        plan.row("regions", year, "Texas").update(draw_mw=grid, headroom_mw=float("nan"))
        plan.row("markets", year, "US").update(
            it_mw=8.0 * runs,
            it_load_mw=8.0 * runs,
            grid_mw=grid,
            energy_twh=grid * 0.007008,
            energy_limit_twh=float("nan"),
            generation_twh=float("nan"),
        )
        for chip in ("H200", "Ascend") if runs else ():
            plan.row("fleet", year, chip, "Abilene").update(install=4000.0 * (t == 1), fleet=4000.0, powered=4000.0)
            plan.row("serve", year, chip, "Texas", "training").update(units=4000.0, pflops=4000.0)
    plan.row("starts", "2027", "Abilene", "fast").update(start_mw=8.0, ready="2028")
    plan.row("halls", "2027", "Abilene").update(open=1.0, grid_apply_mw=6.0)
    plan.row("onsite", "2027", "engines", "Abilene").update(start_mw=12.5, begun_mw=12.5)
    plan.row("onsite", "2028", "engines", "Abilene").update(begun_mw=12.5, cap_mw=12.5, output_mw=10.0)
    plan.row("onsite", "2029", "engines", "Abilene").update(begun_mw=12.5, cap_mw=12.5, output_mw=4.0)
    plan.row("onsite", "2029", "cells", "Abilene").update(start_mw=4.0, begun_mw=4.0)
    plan.row("onsite", "2030", "cells", "Abilene").update(begun_mw=4.0, cap_mw=4.0, output_mw=4.0)
    for chip in ("H200", "Ascend"):
        plan.row("orders", "2028", chip, "US").update(ordered=4000.0, delivered=4000.0)
        plan.row("deliveries", "2028", "2028", chip, "US").update(units=4000.0)
        path = f"chips.{chip}.markets.US.price_usd"
        plan.row("ledger", "chip purchase", "2028", "US", chip, path).update(musd=4.0, present_musd=4.0)
    engines, cells, given = "onsite_sources.engines", "onsite_sources.cells", "policy.power_subsidies"
    for account, path, amounts in (
        ("site opening", "sites.Abilene.opening_musd", {"2027": 2.0}),
        ("site capex", "sites.Abilene.build_options.fast.capex_musd_per_mw", {"2027": 16.0}),
        ("grid connection", "sites.Abilene.grid_connection_musd_per_mw", {"2027": 3.0}),
        ("on-site capex", f"{engines}.capex_usd_per_kw", {"2027": 12.5}),
        ("on-site capex", f"{cells}.capex_usd_per_kw", {"2029": 12.0}),
        ("on-site fuel", f"{engines}.fuel_usd_per_mwh", {"2028": 4.2048, "2029": 1.68192}),
        ("on-site fuel", f"{engines}.operating_usd_per_mwh", {"2028": 0.7008, "2029": 0.28032}),
        ("on-site fuel", f"{cells}.fuel_usd_per_mwh", {"2030": 1.12128}),
        ("on-site fuel", f"{cells}.operating_usd_per_mwh", {"2030": 0.28032}),
        ("energy", "regions.Texas.tariff_usd_per_mwh", {"2029": 2.1024, "2030": 2.1024}),
        ("carbon", "policy.carbon_prices.levy.usd_per_t", {"2028": 0.3504, "2029": 0.24528, "2030": 0.1752}),
        ("power subsidy", f"{given}.guest.usd_per_kwh", {"2029": -0.876, "2030": -0.876}),
        ("power subsidy", f"{given}.more.usd_per_kwh", {"2029": -0.876, "2030": -0.876}),
        ("power subsidy", f"{given}.home.usd_per_kwh", {"2029": -0.14016, "2030": -0.14016}),
        ("residual value", f"{cells}.capex_usd_per_kw", {"2030": -9.0}),
    ):
        for year, musd in amounts.items():
            plan.row("ledger", account, year, "US", "Abilene", path).update(musd=musd, present_musd=musd)
    kept = plan.row("ledger", "residual value", "2030", "US", "Abilene", f"{cells}.capex_usd_per_kw")
    kept.update(life_path=f"{cells}.life_years", life_left=0.75)
    return plan
