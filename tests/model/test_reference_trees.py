"""The planner's optimum on scenario trees against a second formulation, with reveals that change every kind of thing.

Run as `python -m tests.model.test_reference_trees FIRST LAST` to try many seeds and see what they cover.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import inf, isinf
from random import Random
from typing import Any

import pytest

from planner.audit import least_cost
from planner.certificate import certify
from planner.errors import CaseError, InfeasibleError, UnboundedError
from planner.schema import Case, parse_case
from planner.schema.continuous import continuous
from planner.schema.scenarios import scenarios, uncertainty_problems
from planner.solving import session
from planner.solving.objectives import cheapest
from tests.model.test_reference import TIGHT, Maker

SEEDS = range(60)

Data = dict[str, Any]

SCALED = (
    ("workloads", "demand_pflops"),
    ("workloads", "shortfall.usd_per_pflops_year"),
    ("workloads", "chips.*.efficiency"),
    ("chips", "markets.*.price_usd"),
    ("chips", "markets.*.chip_value_usd"),
    ("chips", "markets.*.deposit_share"),
    ("chips", "markets.*.usable_share"),
    ("chips", "markets.*.lead_months"),
    ("chips", "markets.*.supply_per_year"),
    ("chips", "supply_per_year"),
    ("chips", "om_usd_per_unit_year"),
    ("pools", "yield_share"),
    ("pools", "capacity_per_year"),
    ("sites", "build_options.*.build_months"),
    ("sites", "build_options.*.capex_musd_per_mw"),
    ("sites", "build_options.*.max_start_mw_per_year"),
    ("sites", "grid_connection_months"),
    ("sites", "grid_connection_musd_per_mw"),
    ("sites", "opening_musd"),
    ("sites", "load_factor"),
    ("sites", "max_ready_mw_per_year"),
    ("onsite_sources", "capex_usd_per_kw"),
    ("onsite_sources", "availability"),
    ("onsite_sources", "supply_mw_per_year.*"),
    ("regions", "headroom_mw"),
    ("regions", "tariff_usd_per_mwh"),
    ("regions", "carbon_t_per_mwh"),
    ("markets", "generation_twh_per_year"),
    ("policy.import_fees", "rate"),
    ("policy.inspections", "months"),
    ("policy.licence_quotas", "units"),
    ("policy.licence_quotas", "operator_share"),
    ("policy.budgets", "musd"),
    ("policy.bundling", "ratio"),
    ("policy.domestic_shares", "share"),
    ("policy.carbon_caps", "t_per_year"),
    ("policy.carbon_prices", "usd_per_t"),
    ("policy.power_subsidies", "usd_per_kwh"),
    ("policy.capacity_limits", "most"),
    ("policy.build_rates", "mw_per_year"),
    ("policy.power_caps", "mw"),
)
"""Values that move in time, which a reveal may scale."""
LAGS = (
    ("chips", "markets.*.lead_months"),
    ("sites", "build_options.*.build_months"),
    ("sites", "grid_connection_months"),
    ("onsite_sources", "lead_months"),
    ("policy.inspections", "months"),
)
DATES = (
    ("orders_placed", "due"),
    ("sites", "grid_connected_from"),
    ("sites", "earliest_start"),
    ("sites", "latest_start"),
    ("chips", "markets.*.available_from"),
    ("chips", "markets.*.available_until"),
)
"""Dates, which a reveal may move while they lie ahead."""


class TreeMaker(Maker):
    """Makes one random case with one to three reveals."""

    def make(self) -> Data:
        case = super().make()
        for rules in case["policy"].values():
            for rule in rules.values():
                if self.maybe(0.35):
                    rule["enabled"] = False
        case["uncertainty"] = self.uncertainty()
        if self.maybe(0.3):
            case["goals"] = {"risk_weight": self.random.choice([0.3, 1.0]), "risk_level": self.random.choice([0, 0.7])}
        return case

    def uncertainty(self) -> Data:
        reveals: Data = {}
        names = ["law", "queue", "yield"][: self.random.choice([1, 2, 2, 3])]
        dates = sorted(self.inside() for _ in names)
        for name, day in zip(names, dates, strict=True):
            count = self.random.choice([1, 2, 2, 2, 3])
            parts = [self.random.randint(1, 5) for _ in range(count)]
            outcomes: Data = {}
            for n, part in enumerate(parts):
                outcome = f"{name[0]}{n}" if self.maybe(0.8) else f"o{n}"
                changes = [] if n == 0 and self.maybe(0.6) else self.changes(name, day, reveals)
                outcomes[outcome] = {"probability": part / sum(parts), "changes": changes}
            reveals[name] = {"date": day, "outcomes": outcomes}
        if len(names) > 1 and dates[0] < dates[-1] and self.maybe(0.4):
            first = reveals[names[0]]["outcomes"]
            first[self.random.choice(list(first))]["next"] = names[-1]
        return reveals

    def inside(self) -> date:
        """A day on which something may become known."""
        while True:
            day = self.day(0.05, 0.95)
            if self.line.start < day and self.line.from_date(day) < self.line.periods:
                return day

    def changes(self, name: str, day: date, reveals: Data) -> list[Data]:
        """One to three changes that a reveal on a day may bring after earlier ones, none that the case refuses."""
        wanted, kept = self.random.randint(1, 3), []
        for _ in range(15):
            change = self.change()
            alone = {"date": day, "outcomes": {"all": {"probability": 1.0, "changes": [*kept, change]}}}
            try:
                case = parse_case(self.case | {"uncertainty": reveals | {name: alone}})
            except CaseError:
                continue
            if next(uncertainty_problems(case), None) is None:
                kept.append(change)
            if len(kept) == wanted:
                break
        return kept

    def change(self) -> Data:
        kind = self.random.choice(["switch", "switch", "scale", "scale", "scale", "lag", "date", "until"])
        rules = [kind for kind, rules in self.case["policy"].items() if rules]
        if kind in ("switch", "until") and rules:
            table = self.random.choice(rules)
            row = self.random.choice(list(self.case["policy"][table]))
            change: Data = {"table": f"policy.{table}", "rows": [row]}
            rule = self.case["policy"][table][row]
            windowed = table in ("budgets", "licence_quotas") and rule.get("window") != "period"
            if windowed and "violation_usd_per_unit_year" in rule and rule.get("enabled", True):
                # What is missed is paid at a window's end, which no reveal may then bring forward to before itself.
                return {"table": "chips", "field": "availability", "scale": 0.9}
            if kind == "until":
                return change | {"field": self.random.choice(["since", "until"]), "set": self.day()}
            return change | {"field": "enabled", "set": not rule.get("enabled", True)}
        if kind == "lag":
            table, field = self.random.choice(LAGS)
            return {"table": table, "field": field, "add": self.number(0.0, 0.4 * self.span_months)}
        if kind == "date":
            table, field = self.random.choice(DATES)
            return {"table": table, "field": field, "set": self.day()}
        table, field = self.random.choice(SCALED)
        return {"table": table, "field": field, "scale": self.random.choice([0.0, 0.5, 0.8, 1.3, 2.0])}


def random_tree(seed: int) -> Case:
    """A small case with reveals; the same one for the same seed."""
    return parse_case(TreeMaker(seed).make())


def difference(case: Case) -> str | None:
    """What is wrong between the planner and the second formulation; nothing when they agree."""
    reference = least_cost(case)
    expected, turnover = reference.cost, reference.turnover
    try:
        with session(case, TIGHT) as s:
            solution = cheapest(s)
    except InfeasibleError:
        return None if expected == inf else f"the planner says infeasible, the reference {expected:.9g}"
    except UnboundedError:
        return None if expected == -inf else f"the planner says unbounded, the reference {expected:.9g}"
    found = solution.minimised_musd
    if isinf(expected) or abs(found - expected) > 1e-6 * abs(expected) + 1e-8 * turnover + 1e-9:
        return f"the planner finds {found:.9g}, the reference {expected:.9g} (turnover {turnover:.4g})"
    failed = [check for check in certify(case, solution).checks if not check.ok]
    return f"the certificate fails: {failed}" if failed else None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_of_a_tree_is_that_of_its_scenarios_with_shared_decisions(seed: int) -> None:
    """Same least cost, or both infeasible, and the plan is certified."""
    assert difference(random_tree(seed)) is None


def in_phases(seed: int, **settings: bool) -> Case:
    """A small case with reveals whose halls come in phases and whose plant comes in units."""
    made, chance = TreeMaker(seed).make(), Random(seed)
    made["settings"] |= {"whole_phases": True} | settings
    for site in made["sites"].values():
        for option in site.get("build_options", {}).values():
            if chance.random() < 0.7:
                option["phase_mw"] = chance.choice([0.5, 1.0, 2.0])
    for source in made["onsite_sources"].values():
        source["unit_mw"] = round(chance.uniform(0.3, 3.0), 2)
    return parse_case(made)


@pytest.mark.parametrize("seed", [26, 60, 76, 83, 84, 90])
def test_what_is_whole_before_a_reveal_lies_between_parts_and_all_whole(seed: int) -> None:
    """In parts a plan costs less, and all whole more; both trees agree with the second formulation."""
    first, later = in_phases(seed), in_phases(seed, whole_after_reveal=True)
    assert difference(first) is None
    assert difference(later) is None
    parts, before, all_along = (least_cost(case).cost for case in (continuous(first), first, later))
    assert parts < before - 1e-6 * abs(before)
    assert before < all_along - 1e-6 * abs(before)


def _kinds(case: Case) -> Iterator[str]:
    for reveal in case.uncertainty.values():
        for outcome in reveal.outcomes.values():
            for change in outcome.changes:
                yield f"{change.table} {change.field}"


def _hunt(first: int, last: int) -> None:
    """Try many seeds and print differences, errors and what the changes reach."""
    kinds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    for seed in range(first, last):
        try:
            case = random_tree(seed)
            kinds.update(_kinds(case))
            outcomes[f"{len(scenarios(case))} scenarios"] += 1
            wrong = difference(case)
            outcomes["wrong" if wrong else "right"] += 1
            if wrong:
                print(f"seed {seed}: {wrong}", flush=True)
        except Exception as error:  # noqa: BLE001  (the hunt goes on)
            outcomes["error"] += 1
            print(f"seed {seed}: {type(error).__name__}: {error}", flush=True)
    print(dict(outcomes))
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count}")


if __name__ == "__main__":
    _hunt(int(sys.argv[1]), int(sys.argv[2]))
