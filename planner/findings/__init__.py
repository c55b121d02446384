"""What a plan says, worked out from its tables once, for the terminal and for the report alike."""

from planner.findings.cached import CachedFindings
from planner.findings.cash_committed import BudgetWindow, Committed, CommittedPeriod, budgets, committed
from planner.findings.chip_screening import CLOSE, COMPONENTS, NET, ClosePair, Screened, close_chips, net_usd, screened
from planner.findings.confidence import CONFIDENCES, WEAK, Input, Sureness, nearest, sureness
from planner.findings.construction import MonthsTaken
from planner.findings.cost_bridge import CostBridge, Rung
from planner.findings.levelised import IDLE, Built, all_chips, as_built
from planner.findings.limit_resources import RESOURCES, binding_by_market, markets_of, resource_of, weight_by_resource
from planner.findings.markets import MarketFigures, Moment, Tightest, market_figures
from planner.findings.order_deadlines import CommittedLot, commitments
from planner.findings.plan_summary import (
    SERVED,
    Binding,
    average_delay,
    bindings,
    cash_cost,
    chips_ordered,
    cost_by_account,
    cost_by_scenario,
    delay_by_scenario,
    final_it_mw,
    first_served,
    last_nodes,
    milestones_reached,
    peak_demand,
    priced,
    residual_share,
)

__all__ = [
    "CLOSE",
    "COMPONENTS",
    "CONFIDENCES",
    "IDLE",
    "NET",
    "RESOURCES",
    "SERVED",
    "WEAK",
    "Binding",
    "BudgetWindow",
    "Built",
    "CachedFindings",
    "ClosePair",
    "Committed",
    "CommittedLot",
    "CommittedPeriod",
    "CostBridge",
    "Input",
    "MarketFigures",
    "Moment",
    "MonthsTaken",
    "Rung",
    "Screened",
    "Sureness",
    "Tightest",
    "all_chips",
    "as_built",
    "average_delay",
    "binding_by_market",
    "bindings",
    "budgets",
    "cash_cost",
    "chips_ordered",
    "close_chips",
    "commitments",
    "committed",
    "cost_by_account",
    "cost_by_scenario",
    "delay_by_scenario",
    "final_it_mw",
    "first_served",
    "last_nodes",
    "market_figures",
    "markets_of",
    "milestones_reached",
    "nearest",
    "net_usd",
    "peak_demand",
    "priced",
    "residual_share",
    "resource_of",
    "screened",
    "sureness",
    "weight_by_resource",
]
