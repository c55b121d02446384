"""The independent check of a plan, from the case and the decisions alone, in plain arithmetic.

It shares nothing with the model builder but the helpers for dates, money, units and profiles. Every
scenario is walked as an ordinary deterministic case along its nodes, and what scenarios share is worked out from
the dates of the reveals. `CHECKS` lists what is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    check_tidy,
    check_tree,
)
from planner.certificate.futures import futures
from planner.certificate.recomputed import Recomputed, recompute
from planner.certificate.record import Certificate, Check, Finding, RuleCheck
from planner.schema import Case
from planner.schema.scenarios import scenarios
from planner.solution import Solution

__all__ = ["CHECKS", "Certificate", "Check", "certify"]


def prices_bind(r: Recomputed) -> Iterator[Finding]:
    """Only a limit that is used to the full has a price."""
    return check_prices.unused(r, CHECKS)


CHECKS: tuple[RuleCheck[Recomputed], ...] = (
    RuleCheck(check_tables.table_rows, "rows"),
    RuleCheck(check_tree.tree_links, "nodes"),
    RuleCheck(check_tree.tree_dates, "nodes, or fraction of a dollar"),
    RuleCheck(check_tree.tree_probabilities, "fraction"),
    RuleCheck(check_tree.scenarios_of_case, "scenarios, or fraction"),
    RuleCheck(check_tree.decided_in_common, "nodes"),
    RuleCheck(check_tree.shared_nodes, "million USD"),
    RuleCheck(check_tables.decisions_not_negative, "unit of the column"),
    RuleCheck(check_sites.opened_once, "share of the site"),
    RuleCheck(check_sites.starts_offered, "MW IT"),
    RuleCheck(check_sites.site_room, "MW IT", prices="site_size"),
    RuleCheck(check_sites.start_rate, "MW IT"),
    RuleCheck(check_sites.ready_rate, "MW IT"),
    RuleCheck(check_sites.whole_phases, "phases"),
    RuleCheck(check_sites.grid_room, "MW facility", prices="connection_size"),
    RuleCheck(check_sites.applications_offered, "MW facility"),
    RuleCheck(check_plants.plant_offered, "MW facility"),
    RuleCheck(check_plants.whole_plant, "units"),
    RuleCheck(check_plants.plant_room, "MW facility", prices="plant_room"),
    RuleCheck(check_plants.plant_output, "MW facility"),
    RuleCheck(check_plants.plant_load, "MW facility"),
    RuleCheck(check_plants.plant_supply, "MW facility"),
    RuleCheck(check_chips.orders_offered, "chips"),
    RuleCheck(check_chips.whole_lots, "lots"),
    RuleCheck(check_chips.market_supply, "chips", prices="supply"),
    RuleCheck(check_chips.chip_supply, "chips", prices="shared_supply"),
    RuleCheck(check_chips.pool_supply, "unit of the pool", prices="supply_pools"),
    RuleCheck(check_chips.stock_balance, "chips"),
    RuleCheck(check_chips.fleet_balance, "chips"),
    RuleCheck(check_chips.service_life, "chips", prices="service_life"),
    RuleCheck(check_chips.powered_chips, "chips"),
    RuleCheck(check_chips.residual_units, "chips"),
    RuleCheck(check_power.hall_space, "MW IT", prices="hall_space"),
    RuleCheck(check_power.grid_connection, "MW facility", prices="connection_limit"),
    RuleCheck(check_power.headroom, "MW facility", prices="headroom"),
    RuleCheck(check_power.market_energy, "MWh", prices="national_energy"),
    RuleCheck(check_power.compute_capacity, "chips"),
    RuleCheck(check_power.eligibility, "chips"),
    RuleCheck(check_clusters.cluster_split, "chips"),
    RuleCheck(check_clusters.cluster_fleet, "chips"),
    RuleCheck(check_clusters.cluster_least, "effective PFLOP/s"),
    RuleCheck(check_clusters.cluster_served, "effective PFLOP/s"),
    RuleCheck(check_power.demand_met, "effective PFLOP/s"),
    RuleCheck(check_policy.licence_quota, "chips"),
    RuleCheck(check_policy.bundling, "chips"),
    RuleCheck(check_policy.domestic_share, "unit of the rule's measure"),
    RuleCheck(check_policy.site_bars, "chips"),
    RuleCheck(check_policy.carbon_cap, "t CO2"),
    RuleCheck(check_policy.budget, "million USD"),
    RuleCheck(check_policy.capacity_limit, "unit of the rule's measure"),
    RuleCheck(check_policy.build_rate, "MW IT"),
    RuleCheck(check_policy.power_cap, "MW facility"),
    RuleCheck(check_policy.violations_allowed, "unit of the rule"),
    RuleCheck(check_tables.stated_halls, "MW"),
    RuleCheck(check_tables.stated_ready, "starts"),
    RuleCheck(check_tables.stated_onsite, "MW facility"),
    RuleCheck(check_tables.stated_orders, "chips"),
    RuleCheck(check_tables.stated_deliveries, "chips"),
    RuleCheck(check_tables.stated_fleet, "chips"),
    RuleCheck(check_tables.stated_service, "effective PFLOP/s"),
    RuleCheck(check_tables.stated_load, "MW IT"),
    RuleCheck(check_tables.stated_power, "MW"),
    RuleCheck(check_tables.stated_energy, "TWh"),
    RuleCheck(check_prices.stated_leads, "months, or entries"),
    RuleCheck(check_prices.prices_worth, "million USD"),
    RuleCheck(prices_bind, "unit of the limit"),
    RuleCheck(check_prices.prices_tried, "USD per unit"),
    RuleCheck(check_money.accounts_known, "accounts"),
    RuleCheck(check_money.ledger_prices, "paths"),
    RuleCheck(check_money.ledger_nodes, "million USD"),
    RuleCheck(check_money.ledger_lives, "million USD"),
    RuleCheck(check_money.ledger_present, "million USD"),
    RuleCheck(check_money.ledger_accounts, "million USD"),
    RuleCheck(check_money.objective, "million USD"),
    RuleCheck(check_goals.goal_stated, "objectives"),
    RuleCheck(check_goals.milestones_held, "unit of the milestone"),
    RuleCheck(check_goals.delay_least, "months"),
    RuleCheck(check_goals.regret_least, "million USD"),
    RuleCheck(check_money.criterion, "million USD"),
    RuleCheck(check_money.bound, "million USD"),
    RuleCheck(check_money.gap, "million USD"),
    RuleCheck(check_tidy.tidy_cost, "million USD"),
    RuleCheck(check_tidy.tidy_actions, "actions"),
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
