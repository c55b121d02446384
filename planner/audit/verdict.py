"""A plan audited: its decisions put into the second formulation, and its optimum sought there anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from planner.audit.fixed_plan import Settled
from planner.audit.goals import GOALS, SAME, AuditedPlan, ComparedAmount
from planner.audit.scenario_tree import BuiltTree, plant
from planner.audit.solver import AlgorithmName, How, Tell
from planner.audit.stated_plan import stated, told, unknown
from planner.schema import Case
from planner.solution import Solution

SIMPLEX_UP_TO = 100_000
"""Columns up to which simplex takes less than a minute or so."""
_SHOWN = 3
"""Faults told of one kind."""


@dataclass(frozen=True)
class Audit:
    """What the second formulation says of a plan."""

    faults: tuple[str, ...]
    """Why the plan is none of this case, in words; empty where it is feasible and costs what it says."""
    compared: tuple[ComparedAmount, ...]
    """What was minimised, beside the least that the second formulation finds."""
    algorithm: str
    """How the second formulation was solved, in words."""
    columns: int
    rows: int

    @property
    def agrees(self) -> bool:
        """Whether nothing speaks against the plan."""
        return not self.faults and all(each.agrees for each in self.compared)

    @property
    def proven(self) -> bool:
        """Whether every amount was sought to the end."""
        return all(each.proven for each in self.compared)

    def to_json(self) -> dict[str, Any]:
        """Plain data; what is not finite becomes empty."""
        names = ("plan", "plan_bound", "audit", "audit_bound", "tolerance")
        return {
            "agrees": self.agrees,
            "proven": self.proven,
            "faults": list(self.faults),
            "compared": [
                {"what": each.what, "unit": each.unit, "agrees": each.agrees, "proven": each.proven}
                | {name: value if abs(value := getattr(each, name)) < inf else None for name in names}
                for each in self.compared
            ],
            "algorithm": self.algorithm,
            "columns": self.columns,
            "rows": self.rows,
        }


def audit(
    case: Case,
    solution: Solution,
    *,
    gap: float = 1e-3,
    time_limit: float | None = None,
    tell: Tell = lambda text: None,
) -> Audit:
    """A plan judged by a second formulation of its case, solved by another algorithm and from nothing.

    `gap` counts where phases are whole, `time_limit` is in seconds for each solve. Raises KeyboardInterrupt where the
    user stops it, ArithmeticError where the solver fails.
    """
    tell("building the case anew")
    tree = plant(case)
    weighed = tree.weighed() if case.goals.objective == "cost" else tree.expected
    found = stated(tree, solution)
    settled = Settled(tree.program, found.amounts)
    faults = [*found.strange, *unknown(tree, found), *_missed(tree, settled)]
    if settled.least(weighed) == inf:
        faults.append("the plan's decisions cannot be completed to a plan")
    else:
        faults += _costs(tree, settled, solution)
    columns, rows = len(tree.program.whole), len(tree.program.rows)
    algorithm = _another(solution, columns, whole=any(tree.program.whole))
    if faults:
        return Audit(tuple(faults), (), "", columns, rows)
    how = How(algorithm, gap, time_limit, tell=tell)
    compared = tuple(GOALS[case.goals.objective](AuditedPlan(tree, settled, solution, how)))
    return Audit((), compared, _WORDS[algorithm], columns, rows)


_WORDS: dict[AlgorithmName, str] = {
    "simplex": "dual simplex",
    "ipx": "interior point with crossover",
    "choose": "branch and cut",
}


def _another(solution: Solution, columns: int, *, whole: bool) -> AlgorithmName:
    """Another algorithm than the plan's, unless it would take minutes."""
    if whole:
        return "choose"
    by_simplex = "simplex" in str(solution.solver.get("algorithm", ""))
    return "ipx" if by_simplex or columns > SIMPLEX_UP_TO else "simplex"


def _missed(tree: BuiltTree, settled: Settled) -> Iterator[str]:
    """Limits that the plan does not keep, the worst first."""
    for each in settled.missed[:_SHOWN]:
        names = "; ".join(told(tree.case, name) for name in each.names)
        yield f"a limit is missed by {each.by:.6g} of {each.size:.6g} by {names}"
    if len(settled.missed) > _SHOWN:
        yield f"and {len(settled.missed) - _SHOWN} more"


def _costs(tree: BuiltTree, settled: Settled, solution: Solution) -> Iterator[str]:
    """Costs that the plan states and its decisions do not have."""
    due = settled.value(tree.expected)
    allowed = SAME * abs(due) + 1e-8 * settled.turnover(tree.expected) + 1e-9
    if not abs(due - solution.objective_musd) <= allowed:
        yield f"the plan states a present cost of {solution.objective_musd:.10g} million USD; it costs {due:.10g}"
    criterion = solution.criterion_musd
    weighs = tree.case.goals.objective == "cost" and tree.case.goals.risk_weight > 0.0 and len(tree.branches) > 1
    if weighs != (criterion is not None):
        yield "the plan states a cost as weighed" + (" nowhere, where risk weighs in" if weighs else ", with no weight")
    elif criterion is not None:
        due = settled.value(tree.weighed())
        if not abs(due - criterion) <= SAME * abs(due) + 1e-9 + allowed:
            yield f"the plan states a cost as weighed of {criterion:.10g} million USD; it is {due:.10g}"
