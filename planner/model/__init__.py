"""The model's table of contents: the rules that a plan keeps and the costs that it pays.

A new rule is one function and one line in RULES; a new cost one function and one line in COSTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.instance import Instance
from planner.measures import (
    AT_LEAST,
    AT_MOST,
    BY_ROW,
    CHIPS,
    MUSD,
    MW_FACILITY,
    MW_IT,
    MWH,
    PFLOPS,
    POOL_UNITS,
    T_CO2,
)
from planner.model import (
    chips,
    compute,
    finance,
    location,
    milestones,
    onsite,
    policy,
    power,
    risk,
    shares,
    sites,
    whole_amounts,
)
from planner.model.decisions import Charge, Model
from planner.model.rules import FiledRow, Rule, file_row

__all__ = ["COSTS", "RULES", "Cost", "FiledRow", "Model", "Rule", "build"]


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
    Rule(sites.site_size, AT_MOST, MW_IT, "sites.{0}.max_it_mw"),
    Rule(sites.halls_ready),
    Rule(sites.start_rate, AT_MOST, MW_IT, "sites.{0}.build_options.{1}.max_start_mw_per_year"),
    Rule(sites.ready_rate, AT_MOST, MW_IT, "sites.{0}.max_ready_mw_per_year"),
    Rule(sites.whole_phases),
    Rule(sites.phases_begun, for_whole=True),
    Rule(sites.alike_sites),
    Rule(sites.connection_applied),
    Rule(sites.connection_size, AT_MOST, MW_FACILITY, "sites.{0}.max_it_mw"),
    Rule(sites.connection_stands),
    Rule(chips.stock_balance),
    Rule(chips.fleet_balance),
    Rule(chips.powered_fleet),
    Rule(chips.eviction, AT_MOST, CHIPS),
    Rule(chips.youth_balance),
    Rule(chips.service_life, AT_MOST, CHIPS, "chips.{0}.service_life_years"),
    Rule(chips.whole_lots),
    Rule(chips.supply, AT_MOST, CHIPS, "chips.{0}.markets.{1}.supply_per_year"),
    Rule(chips.shared_supply, AT_MOST, CHIPS, "chips.{0}.supply_per_year"),
    Rule(chips.supply_pools, AT_MOST, POOL_UNITS, "pools.{0}.capacity_per_year"),
    Rule(onsite.plant_ordered),
    Rule(onsite.plant_room, AT_MOST, MW_FACILITY, "sites.{1}.onsite.{0}.max_mw"),
    Rule(onsite.whole_plant),
    Rule(onsite.plant_standing),
    Rule(onsite.plant_output),
    Rule(onsite.plant_supply, AT_MOST, MW_FACILITY, "onsite_sources.{0}.supply_mw_per_year.{1}"),
    Rule(onsite.subsidised_load),
    Rule(onsite.subsidised_grid),
    Rule(power.facility_load),
    Rule(power.hall_space, AT_MOST, MW_IT),
    Rule(power.connection_limit, AT_MOST, MW_FACILITY),
    Rule(power.headroom, AT_MOST, MW_FACILITY, "regions.{0}.headroom_mw"),
    Rule(power.national_energy, AT_MOST, MWH, "markets.{0}.generation_twh_per_year"),
    Rule(compute.usable_fleet),
    Rule(compute.demand, AT_LEAST, PFLOPS, "workloads.{0}.demand_pflops"),
    Rule(location.served_where_open, for_whole=True),
    Rule(compute.cluster_split),
    Rule(compute.cluster_fleet),
    Rule(compute.cluster_least),
    Rule(compute.cluster_most),
    Rule(policy.licence_quota, AT_MOST, CHIPS, "policy.licence_quotas.{0}"),
    Rule(policy.bundling_counted),
    Rule(policy.bundling, AT_LEAST, CHIPS, "policy.bundling.{0}.ratio"),
    Rule(shares.installed_since),
    Rule(shares.stood_before),
    Rule(shares.installed_at),
    Rule(shares.domestic_share, AT_LEAST, BY_ROW, "policy.domestic_shares.{0}.share"),
    Rule(policy.carbon_cap, AT_MOST, T_CO2, "policy.carbon_caps.{0}.t_per_year"),
    Rule(policy.budget, AT_MOST, MUSD, "policy.budgets.{0}.musd"),
    Rule(policy.least_capacity, AT_LEAST, BY_ROW, "policy.capacity_limits.{0}.least"),
    Rule(policy.most_capacity, AT_MOST, BY_ROW, "policy.capacity_limits.{0}.most"),
    Rule(policy.build_rate, AT_MOST, MW_IT, "policy.build_rates.{0}.mw_per_year"),
    Rule(policy.build_excess),
    Rule(policy.power_cap, AT_MOST, MW_FACILITY, "policy.power_caps.{0}.mw"),
    Rule(milestones.milestone_compute),
    Rule(milestones.milestone_power),
    Rule(finance.residual_of_delivery),
    Rule(finance.residual_of_fleet),
    Rule(whole_amounts.whole_within_limits, for_whole=True),
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


def build(instance: Instance) -> tuple[Model, list[FiledRow]]:
    """The linear program of an instance: its decisions, ledger and rows, the rows in the program's order."""
    model = Model(instance)
    for cost in COSTS:
        model.ledger[cost.account] = list(cost.charges(model))
    rows = []
    for rule in RULES:
        for row in rule.rows(model):
            model.program.require(row.constraint)
            rows.append(file_row(rule, row))
    return model, rows
