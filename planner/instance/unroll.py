"""From what the planner typed to what the model needs: sets and parameters over the nodes of a tree."""

from __future__ import annotations

from dataclasses import dataclass

from planner.instance.chips import Chips, unroll_chips
from planner.instance.compute import Compute, unroll_compute
from planner.instance.in_force import Unrolled
from planner.instance.numeric_scale import units_of
from planner.instance.onsite import Onsite, unroll_onsite
from planner.instance.policy import Rules
from planner.instance.power import Power, unroll_power
from planner.instance.sites import Sites, unroll_sites
from planner.instance.tree import Tree, tree_of
from planner.measures import Measure
from planner.schema import Case
from planner.units import Units


@dataclass(frozen=True)
class Instance:
    """A case unrolled, in model units."""

    tree: Tree
    units: Units
    sites: Sites
    chips: Chips
    power: Power
    onsite: Onsite
    compute: Compute
    rules: Rules

    def size(self, measure: Measure, node: int) -> float:
        """How many of a measure's unit one unit of the model is at a node."""
        return measure.size(self.units, self.tree.years(node))


def unroll(case: Case) -> Instance:
    """Every value of a case in every period of every scenario, worked out once."""
    tree = tree_of(case)
    units = units_of(case, tree)
    sites = unroll_sites(case, tree, units)
    chips = unroll_chips(case, tree, units)
    power = unroll_power(case, tree, units)
    onsite = unroll_onsite(case, tree, units)
    compute = unroll_compute(case, tree, chips, units)
    rules = Rules(Unrolled(case, tree, sites, chips, units))
    return Instance(tree, units, sites, chips, power, onsite, compute, rules)
