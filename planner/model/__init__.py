"""The model's table of contents: the rules that a plan keeps and the costs that it pays.

A new rule is one function and one line in RULES; a new cost one function and one line in COSTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.instance import Instance
from planner.lp import Program, Term, Variable
from planner.model import chips, compute, finance, location, milestones, onsite, policy, power, risk, shares, sites
from planner.model.decisions import Charge, Model, Row

__all__ = ["COSTS", "RULES", "Cost", "FiledRow", "Model", "Rule", "build"]


@dataclass(frozen=True)
class Rule:
    """A family of constraints."""

    rows: Callable[[Model], Iterator[Row]]
    """Generator of its rows; its name is the rule's identity, its docstring's first sentence the explanation."""
    unit: str | None = None
    """Unit in which its price is reported; none for a definition that has no price."""
    typed: str = ""
    """Case path of its limit, `{0}` and `{1}` being the names of a row; empty where it follows from decisions."""
    for_whole: bool = False
    """Whether it follows from the others in whole numbers, and is there to bound what is cut into parts."""
    floor: bool = False
    """Whether its limit is the least that is asked for, so that one unit more of it costs; of others it saves."""

    @property
    def name(self) -> str:
        """The rule's identity."""
        return self.rows.__name__

    @property
    def sentence(self) -> str:
        """The rule in business words, its unit last."""
        return (self.rows.__doc__ or "").strip().splitlines()[0]


@dataclass(frozen=True)
class Cost:
    """What is booked in a cost account."""

    account: str
    """Its name, as planner.accounts declares it."""
    charges: Callable[[Model], Iterator[Charge]]
    """Generator of its amounts; its docstring's first sentence is the explanation."""

    @property
    def sentence(self) -> str:
        """The account in business words."""
        return (self.charges.__doc__ or "").strip().splitlines()[0]


RULES = (
    Rule(sites.site_opening),
    Rule(sites.construction_begun),
    Rule(sites.site_size, "MW", "sites.{0}.max_it_mw"),
    Rule(sites.halls_ready),
    Rule(sites.start_rate, "MW", "sites.{0}.build_options.{1}.max_start_mw_per_year"),
    Rule(sites.ready_rate, "MW", "sites.{0}.max_ready_mw_per_year"),
    Rule(sites.whole_phases),
    Rule(sites.alike_sites),
    Rule(sites.connection_applied),
    Rule(sites.connection_size, "MW", "sites.{0}.max_it_mw"),
    Rule(sites.connection_stands),
    Rule(chips.stock_balance),
    Rule(chips.fleet_balance),
    Rule(chips.powered_fleet),
    Rule(chips.eviction, "chips"),
    Rule(chips.youth_balance),
    Rule(chips.service_life, "chips", "chips.{0}.service_life_years"),
    Rule(chips.supply, "chips", "chips.{0}.markets.{1}.supply_per_year"),
    Rule(chips.shared_supply, "chips", "chips.{0}.supply_per_year"),
    Rule(chips.supply_pools, "pool units", "pools.{0}.capacity_per_year"),
    Rule(onsite.plant_ordered),
    Rule(onsite.plant_room, "MW", "sites.{1}.onsite.{0}.max_mw"),
    Rule(onsite.plant_standing),
    Rule(onsite.plant_output),
    Rule(onsite.plant_supply, "MW", "onsite_sources.{0}.supply_mw_per_year.{1}"),
    Rule(onsite.subsidised_load),
    Rule(onsite.subsidised_grid),
    Rule(power.facility_load),
    Rule(power.hall_space, "MW"),
    Rule(power.connection_limit, "MW"),
    Rule(power.headroom, "MW", "regions.{0}.headroom_mw"),
    Rule(power.national_energy, "MWh", "markets.{0}.generation_twh_per_year"),
    Rule(compute.usable_fleet),
    Rule(compute.demand, "PFLOP/s", "workloads.{0}.demand_pflops", floor=True),
    Rule(location.served_where_open, for_whole=True),
    Rule(compute.cluster_split),
    Rule(compute.cluster_fleet),
    Rule(compute.cluster_least),
    Rule(compute.cluster_most),
    Rule(policy.licence_quota, "chips", "policy.licence_quotas.{0}"),
    Rule(policy.bundling_counted),
    Rule(policy.bundling, "chips", "policy.bundling.{0}.ratio", floor=True),
    Rule(shares.installed_since),
    Rule(shares.stood_before),
    Rule(shares.installed_at),
    Rule(shares.domestic_share, "measure", "policy.domestic_shares.{0}.share", floor=True),
    Rule(policy.carbon_cap, "t CO2", "policy.carbon_caps.{0}.t_per_year"),
    Rule(policy.budget, "million USD", "policy.budgets.{0}.musd"),
    Rule(policy.least_capacity, "measure", "policy.capacity_limits.{0}.least", floor=True),
    Rule(policy.most_capacity, "measure", "policy.capacity_limits.{0}.most"),
    Rule(policy.build_rate, "MW", "policy.build_rates.{0}.mw_per_year"),
    Rule(policy.build_excess),
    Rule(policy.power_cap, "MW", "policy.power_caps.{0}.mw"),
    Rule(milestones.milestone_compute),
    Rule(milestones.milestone_power),
    Rule(finance.residual_of_delivery),
    Rule(finance.residual_of_fleet),
    Rule(risk.node_cost),
    Rule(risk.costly_scenario),
    Rule(risk.scenario_regret),
)

COSTS = (
    Cost("site capex", finance.site_capex),
    Cost("site opening", finance.site_opening_cost),
    Cost("grid connection", finance.grid_connection),
    Cost("on-site capex", finance.onsite_capex),
    Cost("chip purchase", finance.chip_purchase),
    Cost("import fee", finance.import_fee),
    Cost("cancellation", finance.cancellation),
    Cost("stock holding", finance.stock_holding),
    Cost("energy", finance.energy),
    Cost("on-site fuel", finance.onsite_fuel),
    Cost("power subsidy", finance.power_subsidy),
    Cost("operations and maintenance", finance.operations),
    Cost("carbon", finance.carbon),
    Cost("network", finance.network),
    Cost("running", finance.running),
    Cost("shortfall", finance.shortfall),
    Cost("soft rules", finance.soft_rules),
    Cost("residual value", finance.residual_value),
)


class FiledRow(NamedTuple):
    """A row of the built model with the rule that it belongs to, and what Row says of it beside the sum itself."""

    rule: Rule
    where: tuple[str, ...]
    node: int
    limit: float | None
    spans: bool
    scaled_by: Variable | None
    unit: tuple[float, str] | None
    asked: tuple[Term, ...]

    @property
    def typed(self) -> str:
        """Case path of its limit; empty where it follows from decisions."""
        return self.rule.typed.format(*self.where)

    def limit_in(self, values: np.ndarray, program: Program) -> float | None:
        """The limit, in model units; of a share what it asks for of what a plan makes. None where there is none."""
        if not self.asked:
            return self.limit
        return float(sum(weight * values[program.position(variable)] for variable, weight in self.asked))


def build(instance: Instance) -> tuple[Model, list[FiledRow]]:
    """The linear program of an instance: its decisions, ledger and rows, the rows in the program's order."""
    model = Model(instance)
    for cost in COSTS:
        model.ledger[cost.account] = list(cost.charges(model))
    filed = []
    for rule in RULES:
        for row in rule.rows(model):
            model.program.require(row.constraint)
            filed.append(FiledRow(rule, row.where, row.node, *row[3:]))
    return model, filed
