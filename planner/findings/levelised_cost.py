"""What compute costs per effective PFLOP/s-month as the plan builds it, by market and chip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.accounts import ACCOUNTS
from planner.findings.chip_screening import COMPONENTS
from planner.instance.tree import Tree, tree_of
from planner.schema import Case
from planner.solution import Solution
from planner.units import KW_PER_MW, KWH_PER_MWH, USD_PER_MUSD

IDLE = ""
"""In place of a chip: what belongs to none, such as a site on which nothing ever runs."""

Shares = defaultdict[tuple[str, str], dict[str, float]]
"""Amounts by chip, of a market and a site or workload."""


@dataclass(frozen=True)
class Built:
    """A chip in a market as the plan buys, houses and runs it."""

    market: str
    """Market."""
    chip: str
    """Chip; empty for what belongs to none."""
    musd: Mapping[str, float]
    """Present cost by component, million USD; subsidy and residual values are negative."""
    pflops_months: float
    """Present-weighted effective PFLOP/s-months that it serves."""
    rent_musd: float | None
    """What renting the same compute would have cost, present million USD; none where some of it has no rent."""
    sunk_units: float
    """Chips there at the start or waiting in stock: they were paid before the plan and cost it no purchase."""
    sunk_musd: float
    """Paid before the plan for chips still to come, million USD; this costs it nothing either."""

    @property
    def total_musd(self) -> float:
        """Present cost, million USD."""
        return sum(self.musd.values())

    @property
    def usd(self) -> float | None:
        """Levelised cost, USD per effective PFLOP/s-month; none where nothing is served."""
        return self.total_musd * USD_PER_MUSD / self.pflops_months if self.pflops_months > 0 else None

    @property
    def rent_usd(self) -> float | None:
        """Rental price of the same compute in the same periods, USD per effective PFLOP/s-month."""
        if self.rent_musd is None or not self.pflops_months > 0:
            return None
        return self.rent_musd * USD_PER_MUSD / self.pflops_months


def as_built(case: Case, solution: Solution) -> dict[str, list[Built]]:
    """Present cost over present output of each chip by market, in the case's order; expected over scenarios.

    Levelised cost as in NREL's Annual Technology Baseline and in Short, Packey and Holt 1995. Chips bear their own
    accounts. What a site costs goes to the chips that run there, by their share of its powered IT load over the plan;
    a subsidy by their share of the load that is subsidised; network and running by the PFLOP/s that each serves of
    the workload. Shares are weighted as present money is. What has no chip to bear it stands under IDLE. Rent,
    penalties and soft rules belong to no market and are left out: the chips of a market with IDLE add up to
    everything that the ledger books under its name.
    """
    tree, weights = tree_of(case), _weights(solution)
    load, subsidised = _loads(case, solution, tree, weights)
    served, rents = _served(case, solution, tree, weights)
    costs: Shares = defaultdict(lambda: dict.fromkeys(COMPONENTS, 0.0))
    for account, market, item, amount in solution.rows("ledger", "account", "market", "item", "present_musd"):
        if not market:
            continue
        booked = ACCOUNTS[account]
        own = "chip" in booked.bearers and item in case.chips
        component = booked.component(chip=own)
        shares = load[market, item]
        if own:
            shares = {item: 1.0}
        elif "workload" in booked.bearers:
            shares = served[market, item]
        elif component == "subsidy":
            shares = subsidised[market, item] or shares
        whole = sum(shares.values())
        for chip, share in shares.items() if whole > 0 else [(IDLE, 1.0)]:
            costs[market, chip][component] += amount * share / (whole or 1.0)
    return {market: list(_chips(case, market, costs, served, rents)) for market in case.markets}


def all_chips(market: str, built: Iterable[Built]) -> Built:
    """The chips of a market, and what belongs to none, as one."""
    found = list(built)
    rents = [each.rent_musd for each in found]
    return Built(
        market,
        IDLE,
        {name: sum(each.musd[name] for each in found) for name in COMPONENTS},
        sum(each.pflops_months for each in found),
        None if None in rents else sum(rent for rent in rents if rent is not None),
        sum(each.sunk_units for each in found),
        sum(each.sunk_musd for each in found),
    )


def _chips(
    case: Case, market: str, costs: Shares, served: Shares, rents: Mapping[tuple[str, str], float | None]
) -> Iterable[Built]:
    """Chips of a market that cost or serve anything, in the case's order, then what belongs to none."""
    sites = [site for name, site in case.sites.items() if case.market_of(name) == market]
    placed = [order for order in case.orders_placed.values() if order.market == market]
    for chip in (*case.chips, IDLE):
        output = sum(shares.get(chip, 0.0) for (where, _), shares in served.items() if where == market)
        musd = costs[market, chip]
        if not any(musd.values()) and not output:
            continue
        units = sum(site.existing_fleet[chip].units for site in sites if chip in site.existing_fleet)
        if chip in case.chips and market in case.chips[chip].markets:
            units += case.chips[chip].markets[market].stock_units
        paid = sum(order.deposit_paid_usd for order in placed if order.chip == chip) / USD_PER_MUSD
        yield Built(market, chip, musd, output, rents.get((market, chip), 0.0), units, paid)


def _loads(case: Case, solution: Solution, tree: Tree, weights: Mapping[str, float]) -> tuple[Shares, Shares]:
    """Present-weighted load of each chip at each site, in all and where subsidised times the subsidy."""
    node_of = {node.name: node.index for node in tree}
    load: Shares = defaultdict(dict)
    subsidised: Shares = defaultdict(dict)
    for node, chip, site, powered in solution.rows("fleet", "node", "chip", "site", "powered"):
        mw = powered * case.chips[chip].it_kw / KW_PER_MW * weights[node]
        if mw > 0:
            at = case.market_of(site), site
            load[at][chip] = load[at].get(chip, 0.0) + mw
            rate = _subsidy(tree, chip, site, node_of[node])
            if rate > 0:
                subsidised[at][chip] = subsidised[at].get(chip, 0.0) + mw * rate
    return load, subsidised


def _subsidy(tree: Tree, chip: str, site: str, index: int) -> float:
    """USD per MWh that a chip's energy costs less at a site and node, never more than the tariff."""
    case, region = tree[index].case, tree[index].case.sites[site].region
    rules = [
        rule
        for rule in case.policy.power_subsidies.values()
        if case.chips[chip].origin in rule.origins and region in rule.regions and tree.in_force(rule, index)
    ]
    given = sum(tree.value(rule.usd_per_kwh, index) * KWH_PER_MWH for rule in rules)
    return min(given, tree.value(case.regions[region].tariff_usd_per_mwh, index)) if rules else 0.0


def _served(
    case: Case, solution: Solution, tree: Tree, weights: Mapping[str, float]
) -> tuple[Shares, dict[tuple[str, str], float | None]]:
    """Present-weighted PFLOP/s-months of each chip by market and workload, and what they would cost to rent."""
    months = {node.name: tree.timeline.months(node.period) for node in tree}
    node_of = {node.name: node.index for node in tree}
    served: Shares = defaultdict(dict)
    rents: dict[tuple[str, str], float | None] = {}
    columns = ("node", "chip", "region", "workload", "pflops")
    for node, chip, region, workload, pflops in solution.rows("serve", *columns):
        market, output = case.regions[region].market, pflops * months[node] * weights[node]
        served[market, workload][chip] = served[market, workload].get(chip, 0.0) + output
        price = tree[node_of[node]].case.workloads[workload].shortfall
        before = rents.get((market, chip), 0.0)
        if price is None or price.kind != "rent" or before is None:
            rents[market, chip] = None
        else:
            usd = tree.value(price.usd_per_pflops_year, node_of[node]) / 12
            rents[market, chip] = before + usd * output / USD_PER_MUSD
    return served, rents


def _weights(solution: Solution) -> dict[str, float]:
    """Present worth of one dollar at each node, weighted by its probability."""
    return {
        node: discount * probability
        for node, discount, probability in solution.rows("nodes", "node", "discount", "probability")
    }
