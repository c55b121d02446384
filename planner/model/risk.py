"""What counts when the costly scenarios weigh in: the cost of each node, of each scenario, and the worst of them.

Rockafellar, R. T. and Uryasev, S. (2000), Optimization of conditional value-at-risk, Journal of Risk 2: the mean of
the worst scenarios is the least, over all thresholds, of the threshold and the mean excess over it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def node_cost(m: Model) -> Iterator[RuleRow]:
    """What a node costs is all that is charged there, in present money, million USD."""
    if not m.spent:
        return
    terms: dict[int, list[Term]] = defaultdict(list)
    constants: dict[int, float] = defaultdict(float)
    for _, charge, worth in m.present_charges():
        terms[charge.node] += [(variable, amount * worth) for variable, amount in charge.terms]
        constants[charge.node] += charge.constant * worth
    for (n,), spent in m.spent.items():
        cost = total(terms[n], [(spent, -1.0)])
        yield RuleRow((), n, cost == -constants[n])


def costly_scenario(m: Model) -> Iterator[RuleRow]:
    """What a scenario costs above the value at risk counts towards the mean of the worst, million USD."""
    for (leaf,), beyond in m.beyond.items():
        yield RuleRow((), leaf, total(_cost(m, leaf), [(m.at_risk[0,], -1.0), (beyond, -1.0)]) <= 0)


def scenario_regret(m: Model) -> Iterator[RuleRow]:
    """No scenario costs more than its own best plan and the largest regret, million USD."""
    for most in m.largest_regret.values():
        for leaf in m.instance.tree.leaves:
            yield RuleRow((), leaf, total(_cost(m, leaf), [(most, -1.0)]) <= 0)


def _cost(m: Model, leaf: int) -> list[Term]:
    return [(m.spent[n,], 1.0) for n in m.instance.tree.path(leaf)]
