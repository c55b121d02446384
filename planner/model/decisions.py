"""Every decision of the plan, on one page.

A family is a dictionary from a domain key to a variable; `units` says what one model unit of it is in the
planner's units. What cannot happen has no variable: an order that arrives nowhere, a chip that cannot be at a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from planner.accounts import ACCOUNTS
from planner.instance import Instance
from planner.instance.in_force import PolicyRow
from planner.lp import Constraint, Program, Term, Variable
from planner.measures import Direction, Measure
from planner.schema.goals import Milestone

DecisionKey = tuple[Any, ...]


class Family(dict[DecisionKey, Variable]):
    """Variables of one kind by key, the node's index last."""

    def __init__(self, units: float) -> None:
        super().__init__()
        self.units = units
        """What one model unit is in the planner's units."""


class RuleRow(NamedTuple):
    """One row of a rule."""

    where: tuple[str, ...]
    """Names of what it speaks of: site, chip, market, ..."""
    node: int
    """Node it belongs to, or the last of its window."""
    constraint: Constraint
    limit: float | None = None
    """The limit that a planner typed, in model units, where there is one."""
    spans: bool = False
    """Whether the row adds up several periods, so that its price is in present money."""
    scaled_by: Variable | None = None
    """The variable that the limit stands before, where it is a coefficient rather than a right-hand side."""
    direction: Direction | None = None
    """Which way the limit limits, where rows of one rule differ."""
    measure: Measure | None = None
    """What the limit is counted in, where rows of one rule differ."""
    asked: tuple[Term, ...] = ()
    """The limit, where that is a share of decisions."""


class LifeLeft(NamedTuple):
    """Why an amount is only a part of its price: what a life leaves of it."""

    path: str
    """Case path of the life."""
    share: float
    """Share of it that is left."""


class Charge(NamedTuple):
    """An amount of money at a node, a sum over decisions and a constant, in model units."""

    node: int
    market: str
    """Market it belongs to; empty where it belongs to none."""
    item: str
    """Site, chip, workload or rule."""
    prices: Mapping[str, float]
    """Case paths of the prices that make it, with the share of each: of several where rules or fields add up."""
    terms: list[Term]
    constant: float = 0.0
    life: LifeLeft | None = None
    """Of a residual value, the life that it is left of."""


class Model:
    """The linear program of an instance: its decisions, and where each is filed."""

    def __init__(self, instance: Instance) -> None:
        """Declare every decision of section 4, whole where phases, lots and units of plant are."""
        self.instance = instance
        self.program = Program()
        self.ledger: dict[str, list[Charge]] = {}
        """Every amount of money, by account."""
        self.sources_at: dict[str, list[str]] = {}
        """On-site sources that each site allows."""
        for source, site in instance.onsite.pairs:
            self.sources_at.setdefault(site, []).append(source)
        self.share_at = {(share.rule, share.node): share for share in instance.rules.domestic_shares}
        """Share rules by name and node."""
        self._declare_sites(instance)
        self._declare_onsite(instance)
        self._declare_chips(instance)
        self._declare_compute(instance)
        self._declare_policy(instance)
        self._declare_milestones(instance)
        self._declare_risk(instance)

    def _declare_sites(self, instance: Instance) -> None:
        """Sites: construction begun, acquired, MW of IT ready, grid connection applied for and standing."""
        units, sites = instance.units, instance.sites
        nodes = range(len(instance.tree.nodes))
        site_nodes = [(site, n) for site in sites.names for n in nodes]
        closed = [(site, n) for site, n in site_nodes if site not in sites.open_before]
        self.start = self._family(units.mw, sites.starts)
        self.phases = self._family(1.0, self._whole_starts(), whole=True)
        even = self._whole(at for at in site_nodes if at[0] in sites.even_phase)
        self.phases_begun = self._family(1.0, even, whole=True)
        yes_or_no = self._whole(at for at in closed if sites.whole[at[0]] and at[0] not in sites.free)
        known = set(yes_or_no)
        self.open = self._family(1.0, [at for at in closed if at not in known], high=1.0)
        self.open |= self._family(1.0, yes_or_no, high=1.0, whole=True)
        self.opened = self._family(1.0, closed, high=1.0)
        self.begun = self._family(units.mw, site_nodes)
        self.ready_it_mw = self._family(units.mw, site_nodes)
        self.apply = self._family(units.mw, sites.connections)
        self.applied = self._family(units.mw, site_nodes)
        self.grid_cap = self._family(units.mw, site_nodes)
        self.grid = self._family(units.mw, site_nodes)

    def _declare_onsite(self, instance: Instance) -> None:
        """On-site plant: ordered, standing, running; and grid draw that is subsidised where plant could replace it."""
        units = instance.units
        nodes = range(len(instance.tree.nodes))
        onsite = instance.onsite
        plant_nodes = [(*pair, n) for pair in onsite.pairs for n in nodes]
        self.onsite_start = self._family(units.mw, onsite.starts)
        units_of = self._whole([at for at in onsite.starts if at[:2] in onsite.unit])
        self.plant_units = self._family(1.0, units_of, whole=True)
        self.onsite_begun = self._family(units.mw, plant_nodes)
        self.onsite_cap = self._family(units.mw, plant_nodes)
        self.onsite = self._family(units.mw, plant_nodes)
        bridged = {site for _, site in onsite.pairs}
        self.subsidised = self._family(units.mw, [at for at in instance.power.subsidy if at[1] in bridged])

    def _declare_chips(self, instance: Instance) -> None:
        """Chips: ordered, waiting, installed, switched on, retired, and young enough to run."""
        units, chips = instance.units, instance.chips
        nodes = range(len(instance.tree.nodes))
        held = [(chip, market, n) for chip, market in chips.holdings for n in nodes if (chip, market, n) in chips.held]
        self.order = self._family(units.chips, chips.offered)
        self.lots = self._family(1.0, self._whole([at for at in chips.offered if at[:2] in chips.lot]), whole=True)
        self.stock = self._family(units.chips, held)
        self.scrap = self._family(units.chips, held)
        self.install = self._family(units.chips, [at for at in chips.fleets if at in chips.installable])
        self.retire = self._family(units.chips, chips.fleets)
        self.fleet = self._family(units.chips, chips.fleets)
        self.powered = self._family(units.chips, chips.fleets)
        self.young = self._family(units.chips, [(*holding, n) for holding in chips.ageing for n in nodes])
        self.kept_at_end = self._family(
            units.chips,
            [(lot.chip, lot.market, lot.order, lot.arrival, lot.leaf) for lot in chips.residual],
        )

    def _declare_compute(self, instance: Instance) -> None:
        """Compute: fleet given to workloads, demand not met."""
        units = instance.units
        self.serve = self._family(units.chips, instance.compute.serving)
        places = list(self._places())
        self.place = self._family(units.chips, places)
        self.cluster = self._family(1.0, places, high=1.0, whole=True)
        self.shortfall = self._family(units.pflops, instance.compute.shortfall_cost)

    def _declare_policy(self, instance: Instance) -> None:
        """Policy: what counts towards ratios and shares, and violations of soft rules.

        Of chips that may stand from before a share rule those that were installed since (domestic) or stood before (all
        others) count, by date where their price counts.
        """
        units = instance.units
        ratios = instance.rules.bundling
        self.counted_ours = self._family(1.0, [(ratio.rule, ratio.node) for ratio in ratios], low=None)
        self.counted_all = self._family(1.0, [(ratio.rule, ratio.node) for ratio in ratios], low=None)
        self.since = self._family(units.chips, self._since())
        self.stood = self._family(units.chips, self._stood())
        self.vintage = self._family(units.chips, self._vintages())
        self.unexplained = self._family(units.chips, self._unexplained())
        self.violation = self._family(1.0, instance.rules.soft())

    def _declare_milestones(self, instance: Instance) -> None:
        """Milestones, where they are what a plan is best at: compute and chips that count towards each."""
        units = instance.units
        self.counted = self._family(units.pflops, self._milestone_compute())
        self.at_work = self._family(units.chips, self._milestone_power())

    def _declare_risk(self, instance: Instance) -> None:
        """Risk: present cost of each node, value at risk, cost of scenarios beyond it, largest regret."""
        units = instance.units
        nodes = range(len(instance.tree.nodes))
        goals, tree = instance.tree[0].case.goals, instance.tree
        branches = len(tree.leaves) > 1
        self.weighs_risk = branches and goals.objective == "cost" and goals.risk_weight > 0
        limits_regret = branches and goals.objective == "regret"
        self.spent = self._family(
            units.musd, [(n,) for n in nodes] if self.weighs_risk or limits_regret else [], low=None
        )
        self.at_risk = self._family(units.musd, [(0,)] if self.weighs_risk else [], low=None)
        self.beyond = self._family(units.musd, [(leaf,) for leaf in tree.leaves] if self.weighs_risk else [])
        self.largest_regret = self._family(units.musd, [(0,)] if limits_regret else [], low=None)

    def present_charges(self) -> Iterator[tuple[str, Charge, float]]:
        """Account and charge, with what a unit of it is worth in present money should its node be reached."""
        tree = self.instance.tree
        for account, charges in self.ledger.items():
            at_end = ACCOUNTS[account].at_end
            for charge in charges:
                yield account, charge, tree.end_discount if at_end else tree.discount[charge.node]

    def families(self) -> Iterator[Family]:
        """Every family of decisions."""
        return (family for family in vars(self).values() if isinstance(family, Family))

    def decision_names(self) -> list[DecisionKey]:
        """Family and key of each decision, in the order of the program."""
        names: list[DecisionKey] = [()] * len(self.program.variables)
        for name, family in vars(self).items():
            if isinstance(family, Family):
                for key, variable in family.items():
                    names[self.program.position(variable)] = (name, *key)
        return names

    def _family(
        self,
        units: float,
        keys: Iterable[DecisionKey],
        *,
        low: float | None = 0.0,
        high: float | None = None,
        whole: bool = False,
    ) -> Family:
        family = Family(units)
        decide = self.program.decide
        for key in keys:
            family[key] = decide(low=low, high=high, whole=whole)
        return family

    def _whole(self, keys: Iterable[DecisionKey]) -> list[DecisionKey]:
        """Keys of those nodes at which what comes whole is decided whole."""
        return [key for key in keys if key[-1] in self.instance.tree.whole_nodes]

    def _whole_starts(self) -> list[DecisionKey]:
        sites = self.instance.sites
        return self._whole(at for at in sites.starts if sites.whole[at[0]] and at[:2] in sites.phase)

    def _places(self) -> Iterator[DecisionKey]:
        """Chip, site, workload and node where a whole cluster can stand."""
        compute, power = self.instance.compute, self.instance.power
        for chip, region, workload, n in compute.serving:
            if workload in compute.cluster:
                for site in power.sites_in_region[region]:
                    if (chip, site, n) in self.powered:
                        yield chip, site, workload, n

    def serving(self, milestone: Milestone, workload: str, node: int) -> Iterator[DecisionKey]:
        """What serves a workload at a node towards a milestone."""
        if milestone.workload in (None, workload):
            for region, market in self.instance.power.region_market.items():
                for chip in self.instance.chips.names if milestone.market in (None, market) else ():
                    if (chip, region, workload, node) in self.serve:
                        yield chip, region, workload, node

    def _milestones(self) -> Iterator[tuple[str, Milestone]]:
        case = self.instance.tree[0].case
        if case.goals.objective == "earliest":
            yield from case.milestones().items()

    def _milestone_compute(self) -> Iterator[DecisionKey]:
        for name, milestone in self._milestones():
            for workload, n in self.instance.compute.demand:
                if milestone.pflops is not None and milestone.workload in (None, workload):
                    yield name, workload, n

    def _milestone_power(self) -> Iterator[DecisionKey]:
        for name, milestone in self._milestones():
            for workload, n in self.instance.compute.demand if milestone.it_mw is not None else ():
                yield from ((name, *at) for at in self.serving(milestone, workload, n))

    def _since(self) -> Iterator[DecisionKey]:
        for share in self.instance.rules.domestic_shares:
            for pair in sorted(share.weights):
                is_told = pair in share.standing or self.outlived(*pair, share.since[0], share.node)
                if is_told and pair[0] in share.domestic and pair not in share.prices:
                    yield share.rule, *pair, share.node

    def _stood(self) -> Iterator[DecisionKey]:
        for share in self.instance.rules.domestic_shares:
            for pair in sorted(share.standing):
                if pair[0] not in share.domestic:
                    yield share.rule, *pair, share.node

    def _vintages(self) -> Iterator[DecisionKey]:
        chips = self.instance.chips
        for share in self.instance.rules.domestic_shares:
            for chip, site in share.prices:
                for k in share.since:
                    if (chip, site, k) in chips.installable and not self.outlived(chip, site, k, share.node):
                        yield share.rule, chip, site, k, share.node

    def _unexplained(self) -> Iterator[DecisionKey]:
        chips, market = self.instance.chips, self.instance.sites.market
        for share in self.instance.rules.domestic_shares:
            for chip, site in share.prices:
                if chip not in share.domestic and (chip, market[site]) in chips.ageing:
                    yield share.rule, chip, site, share.node

    def outlived(self, chip: str, site: str, since: int, node: int) -> bool:
        """Whether chips that were new at a node have come to the end of their life at another on the way from there."""
        tree = self.instance.tree
        ends = self.instance.chips.ageing.get((chip, self.instance.sites.market[site]))
        return ends is not None and ends[tree[since].period] <= tree[node].period

    def keeps(self, chip: str, node: int) -> float:
        """Share of a fleet at a node's parent that attrition leaves."""
        return self.instance.chips.keep[chip][self.instance.tree[node].period]

    @property
    def site_nodes(self) -> Iterator[tuple[str, int]]:
        """Every site at every node."""
        return iter(self.ready_it_mw)

    def before(self, family: Family, *key: Any, keep: float = 1.0) -> list[Term]:
        """What a state was worth at the parent of the node at the end of its key, taken off; nothing at the root."""
        parent = self.instance.tree[key[-1]].parent
        if parent is None:
            return []
        variable = family.get((*key[:-1], parent))
        return [] if variable is None else [(variable, -keep)]

    def violated(self, row: PolicyRow, nodes: tuple[int, ...] = ()) -> list[Term]:
        """Violation of a soft rule of policy, at its node or at some others; nothing for a hard rule."""
        keys = ((row.head.table, row.rule, node) for node in nodes or (row.node,))
        return [(variable, 1.0) for key in keys if (variable := self.violation.get(key)) is not None]
