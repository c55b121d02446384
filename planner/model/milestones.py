"""What counts towards the milestones of a plan that is to reach them early: only what serves demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.lp import Term, total
from planner.model.decisions import Model, RuleRow


def milestone_compute(m: Model) -> Iterator[RuleRow]:
    """Compute that counts towards a milestone serves a workload, and no more than its demand, effective PFLOP/s."""
    compute, goals = m.instance.compute, m.instance.tree[0].case
    milestones = goals.milestones()
    for (name, workload, n), counted in m.counted.items():
        served = [(m.serve[at], -compute.rate[at[0], workload, n]) for at in m.serving(milestones[name], workload, n)]
        yield RuleRow((name, workload), n, total([(counted, 1.0)], served) <= 0)
        yield RuleRow((name, workload), n, total([(counted, 1.0)]) <= compute.demand[workload, n])


def milestone_power(m: Model) -> Iterator[RuleRow]:
    """Chips that count towards a milestone of power serve a workload, and no more than its demand, chips."""
    compute = m.instance.compute
    by_workload: dict[tuple[str, str, int], list[Term]] = defaultdict(list)
    for (name, chip, region, workload, n), at_work in m.at_work.items():
        served = m.serve[chip, region, workload, n]
        yield RuleRow((name, chip, region, workload), n, total([(at_work, 1.0), (served, -1.0)]) <= 0)
        by_workload[name, workload, n].append((at_work, compute.rate[chip, workload, n]))
    for (name, workload, n), terms in by_workload.items():
        yield RuleRow((name, workload), n, total(terms) <= compute.demand[workload, n])
