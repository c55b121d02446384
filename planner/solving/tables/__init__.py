"""From an answer of the solver to the plain tables of the solution, in the planner's units.

A new table is one function, one line in MAKE and its columns in planner.solution.TABLES; one without its line in MAKE
stops the first plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from planner.lp import Answer
from planner.model import FiledRow, Model
from planner.solution import TABLES, frame
from planner.solving.tables import chips, compute, money, power, sites, tree
from planner.solving.tables.all_tables import AnswerReader, TableRows

MAKE: Mapping[str, Callable[[AnswerReader], TableRows]] = {
    "nodes": tree.nodes,
    "paths": tree.paths,
    "leads": tree.leads,
    "starts": sites.starts,
    "halls": sites.halls,
    "onsite": sites.onsite,
    "orders": chips.orders,
    "deliveries": chips.deliveries,
    "fleet": chips.fleet,
    "serve": compute.serve,
    "clusters": compute.clusters,
    "service": compute.service,
    "regions": power.regions,
    "markets": power.markets,
    "residuals": chips.residuals,
    "violations": money.violations,
    "ledger": money.ledger,
    "prices": money.prices,
}
"""What makes the rows of each table."""
FILLED_LATER = frozenset({"verified"})
"""Tables that begin empty: that of prices tried again."""


def tables_of(model: Model, filed: Sequence[FiledRow], answer: Answer) -> dict[str, pd.DataFrame]:
    """Every table of the solution."""
    read = AnswerReader(model, filed, answer)
    return {name: frame(name, [] if name in FILLED_LATER else MAKE[name](read)) for name in TABLES}
