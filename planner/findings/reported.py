"""The part of a plan that is reported: all but its tail, which is solved so that the end distorts nothing before it."""

from __future__ import annotations

from dataclasses import replace

from planner.schema import Case
from planner.solution import Solution


def reported(case: Case, solution: Solution) -> Solution:
    """A plan's tables up to the last period that is reported; the plan itself where that is its last.

    What the solver said and the present cost stay those of all that was solved.
    """
    line = case.settings.timeline
    if line.reported == line.periods:
        return solution
    kept = [node for node, period in solution.rows("nodes", "node", "period") if period < line.reported]
    tables = {
        name: table[table["node"].isin(kept)].reset_index(drop=True) if "node" in table else table
        for name, table in solution.tables.items()
    }
    return replace(solution, tables=tables)


__all__ = ["reported"]
