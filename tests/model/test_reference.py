"""The planner's optimum against that of a second formulation, on random small cases with every feature.

Run as `python -m tests.model.test_reference FIRST LAST` to try many seeds and see what they cover.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from math import inf, isinf
from random import Random
from typing import Any

import pytest

from planner.audit import least_cost
from planner.certificate import certify
from planner.errors import InfeasibleError, UnboundedError
from planner.lp import Options
from planner.schema import Case, Policy, parse_case
from planner.solving import solve
from planner.timeline import MONTHS, EqualPeriods, Frequency, Timeline

SEEDS = range(100, 160)
TIGHT = Options(gap=1e-9)
FREQUENCIES: list[Frequency] = ["month", "quarter", "quarter", "year"]


class Maker:
    """Makes one random case; its sizes fit each other, so that most rules matter and most cases are feasible."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        start = date(
            2026, self.random.choice([1, 4, 7, 10, self.random.randint(1, 12)]), self.random.choice([1, 1, 15])
        )
        self.line = Timeline(start, self.grid() if self.maybe(0.35) else (self.even(),))
        self.span_months = self.line.offset(self.line.periods)

    def even(self) -> EqualPeriods:
        frequency = self.random.choice(FREQUENCIES)
        return EqualPeriods(frequency, self.random.randint(2, 5) if frequency == "year" else self.random.randint(3, 8))

    def grid(self) -> tuple[EqualPeriods, ...]:
        """Two or three lengths, mostly short ones first."""
        lengths = [self.random.choice(FREQUENCIES) for _ in range(self.random.choice([2, 3, 3]))]
        if self.maybe(0.6):
            lengths.sort(key=MONTHS.__getitem__)
        most = 4 if len(lengths) == 2 else 3
        return tuple(EqualPeriods(each, self.random.randint(1, 2 if each == "year" else most)) for each in lengths)

    # Values.

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def number(self, low: float, high: float) -> float:
        return round(self.random.uniform(low, high), self.random.choice([0, 2, 2, 3]) if high > 2 else 3)

    def day(self, first: float = -0.2, last: float = 1.15) -> date:
        """A date in the plan or a little outside, often a period's first day."""
        if self.maybe(0.6):
            return self.line.first_day(self.random.randint(0, self.line.periods))
        month = int(self.random.uniform(first, last) * self.span_months) + self.line.start.month - 1
        return date(self.line.start.year + month // 12, month % 12 + 1, self.random.randint(1, 28))

    def profile(self, low: float, high: float, *, share: bool = False, moving: float = 0.4) -> Any:
        """A number, or one of the profiles that move in time, now and then with changes on top."""
        kind = self.random.choice(["growth", "step", "linear", "changed"]) if self.maybe(moving) else "number"
        if kind == "growth" and not share:
            made = {"base": self.number(low, high), "growth_per_year": self.number(-0.4, 0.6)}
            return made | ({"base_date": self.day()} if self.maybe(0.3) else {})
        if kind in ("step", "linear"):
            days = {self.day() for _ in range(self.random.randint(1, 3))}
            return {kind: {day: self.number(low, high) for day in sorted(days)}}
        if kind == "changed":
            change: dict[str, Any] = {"since": self.day()}
            how = self.random.choice(["set", "scale"] if share else ["set", "scale", "add"])
            change[how] = self.number(0.3, 1.0) if how == "scale" else self.number(low, high)
            return {"profile": self.profile(low, high, share=share), "changes": [change]}
        return self.number(low, high)

    def share(self, low: float = 0.4) -> Any:
        return 1.0 if self.maybe(0.5) else self.profile(low, 1.0, share=True)

    def months(self, longest: float) -> Any:
        """A lead time: none, constant or changing."""
        if self.maybe(0.25):
            return 0.0
        return self.profile(0.0, min(longest, 0.45 * self.span_months), moving=0.6)

    def optional(self, row: dict[str, Any], chance: float, **makers: Callable[[], Any]) -> None:
        for field, make in makers.items():
            if self.maybe(chance):
                row[field] = make()

    def some(self, names: Any, least: int = 1) -> list[str]:
        names = list(names)
        return sorted(self.random.sample(names, self.random.randint(min(least, len(names)), len(names))))

    # Tables.

    def make(self) -> dict[str, Any]:
        case: dict[str, Any] = {"settings": self.settings()}
        self.case = case
        case["markets"] = {name: self.market() for name in self.some(["CN", "US"])}
        regions = ["North", "South", "West"][: self.random.randint(1, 3)]
        case["regions"] = {name: self.region() for name in regions}
        case["pools"] = {name: self.pool() for name in self.some(["wafers", "stacks"], 0)} if self.maybe(0.4) else {}
        case["chips"] = {name: self.chip() for name in ["A", "B", "C"][: self.random.choice([1, 2, 2, 3])]}
        case["onsite_sources"] = (
            {name: self.plant() for name in self.some(["gas", "cells"])} if self.maybe(0.35) else {}
        )
        case["sites"] = {name: self.site() for name in ["one", "two", "three"][: self.random.choice([1, 2, 2, 3])]}
        case["orders_placed"] = {f"placed {n}": self.placed() for n in range(self.random.choice([0, 0, 1, 2]))}
        case["workloads"] = {name: self.workload() for name in self.some(["training", "inference"])}
        case["policy"] = self.policy()
        return case

    def settings(self) -> dict[str, Any]:
        return {
            "name": "random",
            "start": self.line.start,
            "grid": ", ".join(f"{count} {length}s" for length, count in self.line.spans),
            "discount_rate": self.random.choice([0.0, 0.08, 0.3]),
            "residual_price": self.random.choice(["market", "paid"]),
            "whole_phases": self.maybe(0.2),
        }

    def market(self) -> dict[str, Any]:
        row: dict[str, Any] = {}
        if self.maybe(0.4):
            row["generation_twh_per_year"] = self.profile(0.01, 0.12)
            row["ai_share"] = self.share()
            row["operator_share"] = self.share()
        return row

    def region(self) -> dict[str, Any]:
        row: dict[str, Any] = {"market": self.random.choice(list(self.case["markets"]))}
        self.optional(
            row,
            0.5,
            headroom_mw=lambda: self.profile(0.5, 10.0),
            tariff_usd_per_mwh=lambda: self.profile(20.0, 200.0),
            carbon_t_per_mwh=lambda: self.profile(0.1, 0.9),
        )
        return row

    def pool(self) -> dict[str, Any]:
        return {
            "unit": "pieces",
            "capacity_per_year": self.profile(200.0, 8000.0),
            "yield_share": self.share(),
            "operator_share": self.share(0.1),
        }

    def chip(self) -> dict[str, Any]:
        peak = {"bf16": self.number(0.5, 2.5)}
        self.optional(peak, 0.6, fp8=lambda: self.number(1.0, 5.0))
        row: dict[str, Any] = {
            "peak_pflops": peak,
            "it_kw": self.number(0.4, 2.0),
            "markets": {
                name: self.channel() for name in self.some(self.case["markets"], self.random.choice([0, 1, 2, 2, 2]))
            },
            "pools": {name: self.number(0.0, 4.0) for name in self.some(self.case["pools"])},
        }
        self.optional(
            row,
            0.4,
            memory_gb=lambda: self.random.choice([64.0, 96.0, 141.0]),
            availability=self.share,
            attrition_per_year=lambda: self.number(0.02, 0.4),
            service_life_years=lambda: self.number(0.2, 1.5) * self.span_months / 12 + 0.01,
            residual_life_years=lambda: self.number(0.3, 4.0) * self.span_months / 12 + 0.01,
            om_usd_per_unit_year=lambda: self.profile(0.0, 3000.0),
            holding_usd_per_unit_year=lambda: self.profile(0.0, 2000.0),
        )
        self.optional(row, 0.85, origin=lambda: self.random.choice(["CN", "US"]))
        if self.maybe(0.3):
            row |= {"supply_per_year": self.profile(500.0, 20000.0), "operator_share": self.share(0.3)}
        return row

    def channel(self) -> dict[str, Any]:
        row: dict[str, Any] = {"price_usd": self.profile(5000.0, 40000.0)}
        self.optional(
            row,
            0.5,
            chip_value_usd=lambda: self.profile(3000.0, 25000.0),
            lead_months=lambda: self.months(12.0),
            deposit_share=lambda: self.profile(0.0, 1.0, share=True),
            usable_share=self.share,
        )
        self.optional(
            row,
            0.15,
            available_from=self.day,
            available_until=self.day,
            stock_units=lambda: self.number(0.0, 1500.0),
        )
        if self.maybe(0.4):
            row |= {"supply_per_year": self.profile(500.0, 15000.0), "operator_share": self.share(0.3)}
        return row

    def site(self) -> dict[str, Any]:
        largest = self.number(3.0, 12.0)
        row: dict[str, Any] = {
            "region": self.random.choice(list(self.case["regions"])),
            "max_it_mw": largest,
            "build_options": {
                name: self.option() for name in self.some(["fast", "slow"], self.random.choice([0, 1, 1, 2, 2]))
            },
        }
        self.optional(
            row,
            0.45,
            pue=lambda: self.number(1.0, 1.6),
            load_factor=self.share,
            grid_connection_months=lambda: self.months(12.0),
            grid_connection_musd_per_mw=lambda: self.profile(0.0, 2.0),
            opening_musd=lambda: self.profile(0.0, 20.0),
            om_musd_per_mw_year=lambda: self.profile(0.0, 0.5),
            existing_it_mw=lambda: round(largest * self.number(0.0, 0.6), 3),
        )
        self.optional(
            row,
            0.2,
            grid_connected_from=self.day,
            earliest_start=self.day,
            max_ready_mw_per_year=lambda: self.profile(1.0, 20.0),
            whole_phases=lambda: self.maybe(0.5),
        )
        for name in self.some(self.case["onsite_sources"], 0):
            row.setdefault("onsite", {})[name] = {"max_mw": self.number(0.5, largest)} if self.maybe(0.5) else {}
        if self.maybe(0.2):
            row["latest_start"] = max(self.day(), row.get("earliest_start", self.line.start))
        if self.maybe(0.35):
            row["committed"] = {f"halls {n}": self.halls(largest) for n in range(self.random.randint(1, 2))}
        if self.maybe(0.5):
            row["existing_fleet"] = {name: self.existing() for name in self.some(self.case["chips"])}
        return row

    def plant(self) -> dict[str, Any]:
        row: dict[str, Any] = {"capex_usd_per_kw": self.profile(100.0, 4000.0), "lead_months": self.months(10.0)}
        self.optional(
            row,
            0.5,
            fuel_usd_per_mwh=lambda: self.profile(1.0, 150.0),
            operating_usd_per_mwh=lambda: self.profile(0.5, 40.0),
            carbon_t_per_mwh=lambda: self.profile(0.1, 0.9),
            availability=lambda: self.share(0.5),
            life_years=lambda: self.number(0.2, 12.0) + 0.01,
            supply_mw_per_year=lambda: {market: self.profile(0.5, 10.0) for market in self.some(self.case["markets"])},
        )
        return row

    def option(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "build_months": self.months(14.0),
            "capex_musd_per_mw": self.profile(1.0, 12.0),
        }
        self.optional(
            row,
            0.4,
            phase_mw=lambda: self.number(0.5, 4.0),
            max_start_mw_per_year=lambda: self.profile(1.0, 25.0),
            life_years=lambda: self.number(0.2, 12.0) + 0.01,
        )
        return row

    def halls(self, largest: float) -> dict[str, Any]:
        row = {
            "ready": max(self.day(), self.case["settings"]["start"]),
            "it_mw": round(largest * self.number(0.0, 0.2), 3),
        }
        self.optional(row, 0.6, remaining_cost_musd=lambda: self.number(0.0, 15.0))
        return row

    def existing(self) -> dict[str, Any]:
        row: dict[str, Any] = {"units": self.number(0.0, 3000.0)}
        self.optional(row, 0.4, until=self.day)
        return row

    def placed(self) -> dict[str, Any]:
        units, price = self.number(0.0, 2000.0), self.number(5000.0, 40000.0)
        row = {
            "chip": self.random.choice(list(self.case["chips"])),
            "market": self.random.choice(list(self.case["markets"])),
            "units": units,
            "due": max(self.day(), self.line.start),
            "price_usd": price,
            "deposit_paid_usd": units * price * self.random.choice([0.0, 0.3, 1.0]),
        }
        self.optional(row, 0.4, cancellable=lambda: self.maybe(0.3))
        return row

    def workload(self) -> dict[str, Any]:
        chips = self.case["chips"]
        needed = self.random.choice(["bf16", "bf16", "fp8"])
        if not any(needed in row["peak_pflops"] for row in chips.values()):
            needed = "bf16"
        is_hard = self.maybe(0.1)
        row: dict[str, Any] = {"precision": needed}
        if is_hard:
            low = self.random.uniform(0.4, 0.8)
            row["demand_pflops"] = {"step": {self.line.start: 0.0, self.day(low, 1.0): self.number(50.0, 1500.0)}}
        else:
            row["demand_pflops"] = self.profile(1000.0, 15000.0, moving=0.7)
            rent = self.random.choice([30000.0, 100000.0, 300000.0]) / min(1.0, self.span_months / 12)
            row["shortfall"] = {
                "usd_per_pflops_year": self.profile(0.3 * rent, rent),
                "kind": self.random.choice(["rent", "penalty"]),
            }
        if self.maybe(0.5):
            row["chips"] = {name: self.pair(chips[name], needed) for name in self.some(chips)}
        if self.maybe(0.4):
            row["regions"] = {
                name: {"network_usd_per_pflops_year": self.profile(0.0, 3000.0)} if self.maybe(0.7) else {}
                for name in self.some(self.case["regions"])
            }
        self.optional(
            row,
            0.2,
            markets=lambda: self.some(self.case["markets"]),
            min_memory_gb=lambda: self.random.choice([64.0, 90.0, 141.0]),
        )
        return row

    def pair(self, chip: Mapping[str, Any], needed: str) -> dict[str, Any]:
        row: dict[str, Any] = {}
        if needed not in chip["peak_pflops"] or self.maybe(0.3):
            row["precision"] = self.random.choice(sorted(chip["peak_pflops"]))
        self.optional(
            row,
            0.6,
            efficiency=lambda: self.profile(0.2, 0.9),
            running_usd_per_unit_year=lambda: self.profile(0.0, 3000.0),
        )
        return row

    # Rules.

    def policy(self) -> dict[str, Any]:
        makers: dict[str, tuple[float, Callable[[], dict[str, Any]]]] = {
            "import_fees": (0.3, self.import_fee),
            "licence_quotas": (0.3, self.licence_quota),
            "bundling": (0.2, self.bundling),
            "bans": (0.25, self.ban),
            "inspections": (0.25, self.inspection),
            "domestic_shares": (0.4, self.domestic_share),
            "site_bars": (0.2, self.site_bar),
            "power_subsidies": (0.3, self.power_subsidy),
            "carbon_prices": (0.3, self.carbon_price),
            "carbon_caps": (0.15, self.carbon_cap),
            "budgets": (0.35, self.budget),
            "capacity_limits": (0.25, self.capacity_limit),
            "build_rates": (0.35, self.build_rate),
            "power_caps": (0.2, self.power_cap),
        }
        policy = {}
        for kind, (chance, make) in makers.items():
            rules = {f"{kind} {n}": self.dated() | make() for n in range(2) if self.maybe(chance)}
            if rules:
                policy[kind] = rules
        return policy

    def dated(self) -> dict[str, Any]:
        row: dict[str, Any] = {"enabled": False} if self.maybe(0.05) else {}
        self.optional(row, 0.5, since=self.day)
        self.optional(row, 0.3, until=self.day)
        if "since" in row and "until" in row and row["until"] <= row["since"]:
            del row["until"]
        return row

    def soft(self, chance: float, low: float, high: float) -> dict[str, Any]:
        return {"violation_usd_per_unit_year": self.number(low, high)} if self.maybe(chance) else {}

    def who(self) -> dict[str, Any]:
        return {"chips": self.some(self.case["chips"]), "markets": self.some(self.case["markets"])}

    def import_fee(self) -> dict[str, Any]:
        return self.who() | {"rate": self.profile(0.0, 0.6)}

    def licence_quota(self) -> dict[str, Any]:
        row = self.who() | {"window": self.random.choice(["whole", "calendar_year", "period"])}
        row |= self.soft(0.5, 0.0, 20000.0)
        if self.maybe(0.5):
            row["units"] = self.profile(20.0, 2000.0)
        else:
            row |= {"sales_units_per_year": self.profile(100.0, 8000.0), "sales_share": self.share()}
        return row | {"operator_share": self.share()}

    def bundling(self) -> dict[str, Any]:
        chips = self.case["chips"]
        row = {"market": self.random.choice(list(self.case["markets"])), "ratio": self.profile(0.0, 1.5)}
        return row | {"foreign": self.some(chips), "domestic": self.some(chips)} | self.soft(0.6, 0.0, 30000.0)

    def ban(self) -> dict[str, Any]:
        how = {"undelivered": self.random.choice(["cancelled", "honoured"]), "refund_share": self.number(0.0, 1.0)}
        return {"chips": self.some(self.case["chips"])[:2], "markets": self.some(self.case["markets"])} | how

    def inspection(self) -> dict[str, Any]:
        return self.who() | {"months": self.profile(0.0, 0.2 * self.span_months)}

    def domestic_share(self) -> dict[str, Any]:
        measure = self.random.choice(["units", "mw", "spend", "pflops"])
        price = {"units": 20000.0, "mw": 2e7, "spend": 1e6, "pflops": 15000.0}[measure]
        row: dict[str, Any] = {
            "market": self.random.choice(list(self.case["markets"])),
            "share": self.profile(0.1, 1.0, share=True),
            "measure": measure,
        }
        if measure == "pflops":
            row["precision"] = self.precision()
        self.optional(
            row,
            0.3,
            origins=lambda: (
                self.some({chip.get("origin", "CN") for chip in self.case["chips"].values()} & self.origins()) or None
            ),
            regions=lambda: self.some(self.case["regions"]),
            sites=lambda: self.some(self.case["sites"]),
        )
        return row | self.soft(0.4, 0.0, price)

    def origins(self) -> set[str]:
        named = {chip["origin"] for chip in self.case["chips"].values() if "origin" in chip}
        return named | set(self.case["markets"])

    def precision(self) -> str:
        return self.random.choice(
            sorted({name for chip in self.case["chips"].values() for name in chip["peak_pflops"]})
        )

    def site_bar(self) -> dict[str, Any]:
        chips, sites = self.some(self.case["chips"])[:2], self.some(self.case["sites"])
        return {"chips": chips, "sites": sites, "evict": self.maybe(0.5)}

    def power_subsidy(self) -> dict[str, Any]:
        row = {"origins": self.some(self.origins()), "regions": self.some(self.case["regions"])}
        return row | {"usd_per_kwh": self.profile(0.0, 0.15)}

    def carbon_price(self) -> dict[str, Any]:
        return {"markets": self.some(self.case["markets"]), "usd_per_t": self.profile(0.0, 200.0)}

    def carbon_cap(self) -> dict[str, Any]:
        row: dict[str, Any] = {"t_per_year": self.profile(300.0, 15000.0)}
        self.optional(row, 0.4, markets=lambda: self.some(self.case["markets"]))
        return row | self.soft(0.5, 0.0, 3000.0)

    def budget(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "musd": self.profile(5.0, 120.0),
            "window": self.random.choice(["whole", "calendar_year"]),
        }
        self.optional(row, 0.3, markets=lambda: self.some(self.case["markets"]))
        return row | self.soft(0.5, 0.0, 1.5e6)

    def capacity_limit(self) -> dict[str, Any]:
        measure = self.random.choice(["units", "chip_mw", "hall_mw", "pflops"])
        size, price = {"units": (3000, 2e4), "chip_mw": (4, 2e7), "hall_mw": (8, 2e7), "pflops": (4000, 2e4)}[measure]
        row: dict[str, Any] = {"measure": measure}
        if measure == "pflops":
            row["precision"] = self.precision()
        self.optional(
            row,
            0.3,
            chips=lambda: self.some(self.case["chips"]),
            markets=lambda: self.some(self.case["markets"]),
            sites=lambda: self.some(self.case["sites"]),
        )
        is_soft = self.maybe(0.6)
        bounds = self.random.choice(["most", "least", "both"])
        if bounds == "both":
            row |= {"least": self.number(0.0, 0.1 * size), "most": self.number(0.1 * size, 0.8 * size)}
        elif bounds == "most":
            row["most"] = self.profile(0.05 * size, 1.2 * size)
        else:
            row["least"] = self.profile(0.0, 0.8 * size if is_soft else 0.1 * size)
        return row | (self.soft(1.0, 0.0, price) if is_soft else {})

    def build_rate(self) -> dict[str, Any]:
        row = {"markets": self.some(self.case["markets"]), "mw_per_year": self.profile(0.2, 8.0)}
        return row | self.soft(0.5, 0.0, 2e7)

    def power_cap(self) -> dict[str, Any]:
        row = {"markets": self.some(self.case["markets"]), "mw": self.profile(0.3, 6.0)}
        return row | self.soft(0.5, 0.0, 2e7)


def random_case(seed: int) -> Case:
    """A small case that mixes features at random; the same one for the same seed."""
    return parse_case(Maker(seed).make())


def difference(case: Case) -> str | None:
    """What is wrong between the planner and the second formulation; nothing when they agree."""
    reference = least_cost(case)
    expected, turnover = reference.cost, reference.turnover
    try:
        solution = solve(case, TIGHT)
    except InfeasibleError:
        return None if expected == inf else f"the planner says infeasible, the reference {expected:.9g}"
    except UnboundedError:
        return None if expected == -inf else f"the planner says unbounded, the reference {expected:.9g}"
    found = solution.objective_musd
    if isinf(expected) or abs(found - expected) > 1e-6 * abs(expected) + 1e-8 * turnover + 1e-9:
        return f"the planner finds {found:.9g}, the reference {expected:.9g} (turnover {turnover:.4g})"
    certificate = certify(case, solution)
    failed = [check for check in certificate.checks if not check.ok]
    return None if certificate.ok else f"the certificate fails: {failed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_is_that_of_a_second_formulation(seed: int) -> None:
    """Same least cost, or both infeasible, and the plan is certified."""
    assert difference(random_case(seed)) is None


def test_every_kind_of_rule_is_in_some_case() -> None:
    """A kind that `Maker` does not make is compared nowhere."""
    made = {kind for seed in SEEDS for kind in Maker(seed).make().get("policy", {})}
    assert made == set(Policy.model_fields)


def test_grids_and_whole_phases_are_in_many_cases() -> None:
    """About a third have periods of several lengths, short ones first or not; several of them come in whole phases."""
    cases = [random_case(seed) for seed in SEEDS]
    mixed = [case for case in cases if len(set(map(case.settings.timeline.months, case.settings.timeline))) > 1]
    months = [list(map(case.settings.timeline.months, case.settings.timeline)) for case in mixed]
    assert 0.2 < len(mixed) / len(cases) < 0.5
    assert 0 < sum(each == sorted(each) for each in months) < len(months)
    assert any(case.settings.whole_phases for case in mixed)


def without(case: Case, kind: str) -> Case:
    """The case without one kind of rule."""
    policy = case.policy.model_copy(update={kind: {}})
    return case.model_copy(update={"policy": policy})


def _hunt(first: int, last: int) -> None:
    """Try many seeds and print differences, errors and for each kind of rule how often it is there and matters."""
    present: Counter[str] = Counter()
    matters: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for seed in range(first, last):
        try:
            case = random_case(seed)
            wrong = difference(case)
            cost = least_cost(case).cost
            outcomes["feasible" if cost < inf else "infeasible"] += 1
            if wrong:
                outcomes["wrong"] += 1
                print(f"seed {seed}: {wrong}", flush=True)
            for kind in Policy.model_fields if seed % 5 == 0 else ():
                if getattr(case.policy, kind):
                    present[kind] += 1
                    matters[kind] += abs(least_cost(without(case, kind)).cost - cost) > 1e-6 * abs(cost)
        except Exception as error:  # noqa: BLE001  (the hunt goes on)
            outcomes["error"] += 1
            print(f"seed {seed}: {type(error).__name__}: {error}", flush=True)
    print(dict(outcomes))
    for kind, count in present.most_common():
        print(f"  {kind}: in {count}, matters in {matters[kind]} (of every fifth case)")


if __name__ == "__main__":
    _hunt(int(sys.argv[1]), int(sys.argv[2]))
