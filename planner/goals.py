"""From the ledger, the demand and the milestones to what is minimised or asked for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.lp import Expression, Term, total
from planner.model import COSTS
from planner.model.decisions import Charge, Model
from planner.schema.goals import Milestone


def present_cost(m: Model, *, cash: bool = False) -> Expression:
    """Expected present cost, in model money: every charge, discounted and weighted by probability.

    `cash` leaves out what nobody pays: the penalties on demand that is not met.
    """
    tree = m.instance.tree
    workloads = tree[0].case.workloads
    penalised = {
        name for name, workload in workloads.items() if workload.shortfall and workload.shortfall.kind == "penalty"
    }

    def charges(account: str) -> Iterator[Charge]:
        for charge in m.ledger[account]:
            if not (cash and account == "shortfall" and charge.item in penalised):
                yield charge

    def worth(node: int, *, at_end: bool) -> float:
        return tree[node].probability * (tree.end_discount if at_end else tree.discount[node])

    def terms() -> Iterator[Term]:
        for cost in COSTS:
            for charge in charges(cost.account):
                factor = worth(charge.node, at_end=cost.at_end)
                for variable, amount in charge.terms:
                    yield variable, amount * factor

    expression = total(terms())
    expression.constant = sum(
        charge.constant * worth(charge.node, at_end=cost.at_end) for cost in COSTS for charge in charges(cost.account)
    )
    return expression


def average_delay(m: Model) -> Expression:
    """Average delay, months: the area between demand and served curve over its peak, weighted over workloads.

    Expected over scenarios; a workload without demand is left out.
    """
    instance, tree = m.instance, m.instance.tree
    weights = tree[0].case.goals.weights({name: _peak(m, name) for name in instance.compute.workloads})
    months = tree.timeline.months_per_period
    return total(
        (variable, weights[name] * tree[n].probability * months / _peak(m, name))
        for (name, n), variable in m.shortfall.items()
        if weights.get(name)
    )


def reached(m: Model, milestone: Milestone, n: int) -> tuple[Expression, float]:
    """What counts towards a milestone at a node, and the amount that it asks for, in model units."""
    instance = m.instance
    markets = [milestone.market] if milestone.market is not None else list(instance.power.markets)
    if milestone.it_mw is not None:
        sites = [site for market in markets for site in instance.power.sites_in_market[market]]
        loads = (
            (m.powered[chip, site, n], instance.chips.load[chip])
            for site in sites
            for chip in instance.chips.names
            if (chip, site, n) in m.powered
        )
        return total(loads), milestone.it_mw / instance.units.mw
    served = (
        (variable, instance.compute.rate[chip, workload, at])
        for (chip, region, workload, at), variable in m.serve.items()
        if at == n and milestone.workload in (None, workload) and instance.power.region_market[region] in markets
    )
    assert milestone.pflops is not None
    return total(served), milestone.pflops / instance.units.pflops


def _peak(m: Model, workload: str) -> float:
    return max(m.instance.compute.demand[workload, node.index] for node in m.instance.tree)
