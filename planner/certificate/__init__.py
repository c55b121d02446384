"""The independent check of a plan, from the case and the decisions alone, in plain arithmetic.

It shares nothing with the model builder but the helpers for dates, money, units and profiles. Every
scenario is walked as an ordinary deterministic case along its nodes, and what scenarios share is worked out from
the dates of the reveals. `CHECKS` lists what is checked.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.certificate import (
    check_chips,
    check_clusters,
    check_goals,
    check_money,
    check_plants,
    check_policy,
    check_power,
    check_prices,
    check_sites,
    check_tables,
    check_tree,
)
from planner.certificate.futures import futures
from planner.certificate.recomputed import Recomputed, recompute
from planner.certificate.record import Certificate, Check, Rule
from planner.schema import Case
from planner.schema.scenarios import scenarios
from planner.solution import Solution

__all__ = ["CHECKS", "Certificate", "Check", "certify"]

CHECKS: tuple[Rule[Recomputed], ...] = (
    Rule(check_tables.table_rows, "rows"),
    Rule(check_tree.tree_links, "nodes"),
    Rule(check_tree.tree_dates, "nodes, or fraction of a dollar"),
    Rule(check_tree.tree_probabilities, "fraction"),
    Rule(check_tree.scenarios_of_case, "scenarios, or fraction"),
    Rule(check_tree.decided_in_common, "nodes"),
    Rule(check_tree.shared_nodes, "million USD"),
    Rule(check_tables.decisions_not_negative, "unit of the column"),
    Rule(check_sites.opened_once, "share of the site"),
    Rule(check_sites.starts_offered, "MW IT"),
    Rule(check_sites.site_room, "MW IT"),
    Rule(check_sites.start_rate, "MW IT"),
    Rule(check_sites.ready_rate, "MW IT"),
    Rule(check_sites.whole_phases, "phases"),
    Rule(check_sites.grid_room, "MW facility"),
    Rule(check_sites.applications_offered, "MW facility"),
    Rule(check_plants.plant_offered, "MW facility"),
    Rule(check_plants.plant_room, "MW facility"),
    Rule(check_plants.plant_output, "MW facility"),
    Rule(check_plants.plant_load, "MW facility"),
    Rule(check_plants.plant_supply, "MW facility"),
    Rule(check_chips.orders_offered, "chips"),
    Rule(check_chips.market_supply, "chips"),
    Rule(check_chips.chip_supply, "chips"),
    Rule(check_chips.pool_supply, "unit of the pool"),
    Rule(check_chips.stock_balance, "chips"),
    Rule(check_chips.fleet_balance, "chips"),
    Rule(check_chips.service_life, "chips"),
    Rule(check_chips.powered_chips, "chips"),
    Rule(check_chips.residual_units, "chips"),
    Rule(check_power.hall_space, "MW IT"),
    Rule(check_power.grid_connection, "MW facility"),
    Rule(check_power.headroom, "MW facility"),
    Rule(check_power.market_energy, "MWh"),
    Rule(check_power.compute_capacity, "chips"),
    Rule(check_power.eligibility, "chips"),
    Rule(check_clusters.cluster_split, "chips"),
    Rule(check_clusters.cluster_fleet, "chips"),
    Rule(check_clusters.cluster_least, "effective PFLOP/s"),
    Rule(check_clusters.cluster_served, "effective PFLOP/s"),
    Rule(check_power.demand_met, "effective PFLOP/s"),
    Rule(check_policy.licence_quota, "chips"),
    Rule(check_policy.bundling, "chips"),
    Rule(check_policy.domestic_share, "unit of the rule's measure"),
    Rule(check_policy.site_bars, "chips"),
    Rule(check_policy.carbon_cap, "t CO2"),
    Rule(check_policy.budget, "million USD"),
    Rule(check_policy.capacity_limit, "unit of the rule's measure"),
    Rule(check_policy.build_rate, "MW IT"),
    Rule(check_policy.power_cap, "MW facility"),
    Rule(check_policy.violations_allowed, "unit of the rule"),
    Rule(check_tables.stated_halls, "MW"),
    Rule(check_tables.stated_ready, "starts"),
    Rule(check_tables.stated_onsite, "MW facility"),
    Rule(check_tables.stated_orders, "chips"),
    Rule(check_tables.stated_deliveries, "chips"),
    Rule(check_tables.stated_fleet, "chips"),
    Rule(check_tables.stated_service, "effective PFLOP/s"),
    Rule(check_tables.stated_load, "MW IT"),
    Rule(check_tables.stated_power, "MW"),
    Rule(check_tables.stated_energy, "TWh"),
    Rule(check_prices.stated_leads, "months, or entries"),
    Rule(check_prices.prices_worth, "million USD"),
    Rule(check_prices.prices_bind, "unit of the limit"),
    Rule(check_prices.prices_tried, "USD per unit"),
    Rule(check_money.ledger_nodes, "million USD"),
    Rule(check_money.ledger_present, "million USD"),
    Rule(check_money.ledger_accounts, "million USD"),
    Rule(check_money.objective, "million USD"),
    Rule(check_goals.goal_stated, "objectives"),
    Rule(check_goals.milestones_held, "unit of the milestone"),
    Rule(check_goals.delay_least, "months"),
    Rule(check_goals.regret_least, "million USD"),
    Rule(check_money.criterion, "million USD"),
    Rule(check_money.bound, "million USD"),
    Rule(check_money.gap, "million USD"),
)
"""Every check: what it looks at, and the unit of its violations."""


def certify(
    case: Case,
    solution: Solution,
    *,
    tolerance: float = 1e-6,
    scenario_cases: Mapping[str, Case] | None = None,
) -> Certificate:
    """The record of an independent check of a plan.

    `tolerance` is a fraction of the size of each row. `scenario_cases` holds, by scenario, the case as it
    stands there, in place of what the case's own uncertainty makes of it; their probabilities and what is known
    when are then not checked, since the case does not say.
    """
    known = None
    if scenario_cases is None:
        known, scenario_cases = futures(case), {scenario.name: scenario.case for scenario in scenarios(case)}
    recomputed = recompute(case, solution, scenario_cases, known)
    checks = tuple(rule.check(recomputed, tolerance) for rule in CHECKS)
    return Certificate(
        ok=all(check.ok for check in checks), checks=checks, present_cost_musd=recomputed.present_cost_musd
    )
