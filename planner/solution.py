"""The answer: a status and plain tables, with the dictionary that says what each column means.

Quantities are in the planner's units (chips, MW, PFLOP/s, million USD), never in the model's own.
`node` names a point of the scenario tree; on a single path it is the period's label, such as 2027-Q1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import pandas as pd

from planner.message import Message

ROUNDING = 1e-9
"""Share of the largest amount of a kind up to which an amount is the solver's rounding."""


class Status(Enum):
    """What is known of a plan."""

    OPTIMAL = "optimal"
    """Proven within the asked gap."""
    FEASIBLE = "feasible, not proven optimal"
    """A plan that holds, stopped by the time limit or by the user before the gap was closed."""


@dataclass(frozen=True)
class AnswerColumn:
    """A column of a table."""

    unit: str
    """Unit, or the kind of text."""
    meaning: str
    """One sentence."""
    kind: str = "float"
    """float, text or whole."""


@dataclass(frozen=True)
class AnswerTable:
    """A table of the answer."""

    meaning: str
    """One sentence."""
    index: tuple[str, ...]
    """Columns that name a row."""
    columns: Mapping[str, AnswerColumn]
    """The others."""


SAVES, COSTS_MORE = "saves", "costs"
"""What one unit more of a limit does: of one that caps it saves, of one that asks for at least so much it costs."""

TABLES: Mapping[str, AnswerTable] = {
    "nodes": AnswerTable(
        "Points of the scenario tree, one per period on a single path.",
        ("node",),
        {
            "period": AnswerColumn("periods from 0", "Position of the period.", "whole"),
            "label": AnswerColumn("text", "Name of the period.", "text"),
            "first_day": AnswerColumn("date", "First day of the period.", "text"),
            "parent": AnswerColumn("text", "Node before it; empty at the root.", "text"),
            "probability": AnswerColumn("fraction", "Probability of reaching the node."),
            "discount": AnswerColumn("fraction", "Present worth of one dollar spent in the period."),
        },
    ),
    "paths": AnswerTable(
        "Scenarios as paths through the tree.",
        ("scenario", "period"),
        {
            "node": AnswerColumn("text", "Node that the scenario passes in the period.", "text"),
            "probability": AnswerColumn("fraction", "Probability of the scenario."),
        },
    ),
    "leads": AnswerTable(
        "Lead times and service lives as typed and as whole periods, at the plan's first node.",
        ("kind", "item"),
        {
            "months": AnswerColumn("months", "Months as typed, inspection included."),
            "periods": AnswerColumn(
                "periods",
                "The same in whole periods: lead times rounded up, lives rounded down to one at least.",
                "whole",
            ),
            "rounded_months": AnswerColumn("months", "What the plan reckons with."),
        },
    ),
    "starts": AnswerTable(
        "Construction begun.",
        ("node", "site", "option"),
        {
            "start_mw": AnswerColumn("MW IT", "Halls begun."),
            "phases": AnswerColumn("phases", "Number of phases begun; empty where phases are not whole."),
            "ready": AnswerColumn("text", "Period in which they are ready, on the likeliest path.", "text"),
        },
    ),
    "halls": AnswerTable(
        "Sites over time.",
        ("node", "site"),
        {
            "opened": AnswerColumn("0 to 1", "Share of the site acquired by now."),
            "open": AnswerColumn("0 to 1", "Share of the site acquired at this node."),
            "begun_mw": AnswerColumn("MW IT", "Halls begun by the plan so far."),
            "it_mw": AnswerColumn("MW IT", "Halls ready for racks."),
            "grid_apply_mw": AnswerColumn("MW facility", "Grid connection applied for at this node."),
            "grid_cap_mw": AnswerColumn("MW facility", "Grid connection that stands."),
            "grid_mw": AnswerColumn("MW facility", "Draw from the grid."),
            "it_load_mw": AnswerColumn("MW IT", "Load of the chips that are switched on."),
        },
    ),
    "onsite": AnswerTable(
        "On-site plant over time.",
        ("node", "source", "site"),
        {
            "start_mw": AnswerColumn("MW facility", "Plant ordered at this node."),
            "units": AnswerColumn("units", "Number of units ordered; empty where units are not whole."),
            "begun_mw": AnswerColumn("MW facility", "Plant on order or standing."),
            "cap_mw": AnswerColumn("MW facility", "Plant that stands."),
            "output_mw": AnswerColumn("MW facility", "Draw from it."),
        },
    ),
    "orders": AnswerTable(
        "Chips ordered, delivered and waiting, by market.",
        ("node", "chip", "market"),
        {
            "ordered": AnswerColumn("chips", "Chips ordered at this node."),
            "lots": AnswerColumn("lots", "Number of lots ordered; empty where lots are not whole."),
            "delivered": AnswerColumn(
                "chips", "Chips that arrive at this node, those ordered before the plan included."
            ),
            "cancelled": AnswerColumn("chips", "Undelivered chips cancelled by a ban at this node."),
            "stock": AnswerColumn("chips", "Delivered chips that wait for a hall."),
            "scrapped": AnswerColumn("chips", "Chips retired from stock."),
        },
    ),
    "deliveries": AnswerTable(
        "Every delivery with the order that it comes from.",
        ("node", "order", "chip", "market"),
        {"units": AnswerColumn("chips", "Chips delivered.")},
    ),
    "fleet": AnswerTable(
        "Chips at sites.",
        ("node", "chip", "site"),
        {
            "install": AnswerColumn("chips", "Chips installed at this node."),
            "retire": AnswerColumn("chips", "Chips retired at this node."),
            "fleet": AnswerColumn("chips", "Chips installed."),
            "powered": AnswerColumn("chips", "Of these, switched on."),
        },
    ),
    "serve": AnswerTable(
        "Fleet given to workloads.",
        ("node", "chip", "region", "workload"),
        {
            "units": AnswerColumn("chips", "Chips given to the workload."),
            "pflops": AnswerColumn("effective PFLOP/s", "Compute that they serve."),
            "it_mw": AnswerColumn("MW IT", "What they and their spares draw."),
        },
    ),
    "clusters": AnswerTable(
        "Whole clusters, for workloads that ask for them.",
        ("node", "chip", "site", "workload"),
        {
            "units": AnswerColumn("chips", "Chips at the site given to the workload."),
            "pflops": AnswerColumn("effective PFLOP/s", "Compute that they serve."),
        },
    ),
    "service": AnswerTable(
        "Demand and what meets it.",
        ("node", "workload"),
        {
            "demand": AnswerColumn("effective PFLOP/s", "Demand."),
            "served": AnswerColumn("effective PFLOP/s", "Served by the plan's own chips."),
            "shortfall": AnswerColumn("effective PFLOP/s", "Not met by them: rented, or left unmet at a penalty."),
        },
    ),
    "regions": AnswerTable(
        "Grid draw against headroom.",
        ("node", "region"),
        {
            "draw_mw": AnswerColumn("MW facility", "Draw of all sites."),
            "headroom_mw": AnswerColumn("MW facility", "What the grid can give; empty without a limit."),
        },
    ),
    "markets": AnswerTable(
        "The electricity balance of each market.",
        ("node", "market"),
        {
            "it_mw": AnswerColumn("MW IT", "Halls ready."),
            "it_load_mw": AnswerColumn("MW IT", "Load of the chips that are switched on."),
            "grid_mw": AnswerColumn("MW facility", "Draw from the grid."),
            "energy_twh": AnswerColumn("TWh in the period", "Grid energy used."),
            "energy_limit_twh": AnswerColumn(
                "TWh in the period", "Grid energy open to this operator; empty without a limit."
            ),
            "generation_twh": AnswerColumn("TWh in the period", "National generation; empty when not given."),
        },
    ),
    "residuals": AnswerTable(
        "Chips that keep a value at the end of the horizon, by delivery.",
        ("node", "order", "chip", "market"),
        {"units": AnswerColumn("chips", "Chips of the delivery that are left at this leaf.")},
    ),
    "violations": AnswerTable(
        "Soft rules that are violated.",
        ("node", "kind", "rule"),
        {"amount": AnswerColumn("the rule's unit", "Amount of violation.")},
    ),
    "ledger": AnswerTable(
        "Every amount of money by account and by the case path of its price; benefits are negative.",
        ("account", "node", "market", "item", "price_path"),
        {
            "musd": AnswerColumn("million USD", "Amount, not discounted, should the node be reached."),
            "present_musd": AnswerColumn("million USD", "The same discounted and weighted by probability."),
            "life_path": AnswerColumn(
                "text", "Of a residual value, where in the case its life is typed; empty otherwise.", "text"
            ),
            "life_left": AnswerColumn(
                "fraction", "Of a residual value, the share of that life that is left, on average; empty otherwise."
            ),
        },
    ),
    "prices": AnswerTable(
        "What one more unit of each limit that binds saves, or costs where it is the least that is asked for, from the "
        "model's duals.",
        ("rule", "where", "node"),
        {
            "price_usd": AnswerColumn(
                "USD per unit",
                "What one unit more saves or costs in present cost, as `more` says, in money of the node's day.",
            ),
            "unit": AnswerColumn("text", "Unit of the limit.", "text"),
            "limit": AnswerColumn(
                "unit", "The limit as it stands; of a share what it asks for of what the plan makes."
            ),
            "present_musd": AnswerColumn(
                "million USD", "Price times limit, discounted and weighted: the weight of the rule."
            ),
            "typed": AnswerColumn(
                "text", "Where in the case the limit is typed; empty where it follows from decisions.", "text"
            ),
            "more": AnswerColumn("text", "What one unit more does: saves or costs.", "text"),
        },
    ),
    "verified": AnswerTable(
        "The weightiest prices, solved again with one unit more and one less.",
        ("rule", "where", "node"),
        {
            "price_usd": AnswerColumn("USD per unit", "Price from the dual."),
            "unit": AnswerColumn("text", "Unit of the limit.", "text"),
            "step": AnswerColumn("unit", "Size of the change that was tried."),
            "more_usd": AnswerColumn(
                "USD per unit", "Present saving per unit with one step more, below 0 a cost; empty when infeasible."
            ),
            "less_usd": AnswerColumn(
                "USD per unit", "Present cost per unit with one step less, below 0 a saving; empty when infeasible."
            ),
        },
    ),
}


@dataclass(frozen=True)
class Tidiness:
    """What was given up of the least cost for a plan with fewer and larger actions."""

    within: float
    """Share of the least that was found which the plan may cost more."""
    cheapest_musd: float
    """Expected present cost of the cheapest plan that was found, million USD."""
    least_musd: float
    """What was minimised, of that plan, million USD: the same unless risk weighs in."""
    before: Mapping[str, float]
    """Actions of the cheapest plan by kind, expected over the scenarios: starts, orders, connections, plants and
    openings."""
    after: Mapping[str, float]
    """Actions of this plan."""


@dataclass(frozen=True)
class Solution:
    """A plan, as found."""

    status: Status
    """What is known of it."""
    objective_musd: float
    """Expected present cost as the solver states it, million USD."""
    bound_musd: float
    """Proven lower bound on what was minimised, million USD, from the duals where the plan is linear; minus infinity
    where the solver was stopped before it had proven any."""
    linear: bool
    """Whether every decision is continuous."""
    tables: Mapping[str, pd.DataFrame]
    """By name, as TABLES describes them; index columns are ordinary columns."""
    solver: Mapping[str, Any] = field(default_factory=dict)
    """Solver, version, options and sizes."""
    warnings: tuple[Message, ...] = ()
    """What the reader should know: short horizon, odd units, rounding."""
    criterion_musd: float | None = None
    """What was minimised where risk weighs in, million USD: expected cost and mean of the worst scenarios."""
    interrupted: bool = False
    """Whether the user stopped the solver before the gap was closed; told by the run that found the plan alone."""
    tidiness: Tidiness | None = None
    """What tidiness costs, where the plan is not the cheapest that was found but a tidier one."""

    @property
    def cheapest_musd(self) -> float:
        """Expected present cost of the cheapest plan that was found, million USD: what other cases are compared with.

        Those are solved for least cost alone.
        """
        return self.objective_musd if self.tidiness is None else self.tidiness.cheapest_musd

    @property
    def least_musd(self) -> float:
        """What was minimised, of the cheapest plan that was found, million USD."""
        return self.minimised_musd if self.tidiness is None else self.tidiness.least_musd

    @property
    def minimised_musd(self) -> float:
        """What was minimised, million USD: the expected present cost unless risk weighs in."""
        return self.objective_musd if self.criterion_musd is None else self.criterion_musd

    @property
    def gap(self) -> float | None:
        """Proven distance to the optimum, as a fraction of what was minimised; None where no bound is proven yet."""
        if not math.isfinite(self.bound_musd):
            return None
        return abs(self.minimised_musd - self.bound_musd) / max(1e-9, abs(self.minimised_musd))

    def __getitem__(self, table: str) -> pd.DataFrame:
        """One of the tables."""
        return self.tables[table]

    def rows(self, table: str, *columns: str) -> Iterator[Any]:
        """Rows of a table as tuples of plain values of the named columns."""
        data = self.tables[table]
        return zip(*(data[column].tolist() for column in columns), strict=True)


def more_than_rounding(amounts: Mapping[str, float]) -> dict[str, float]:
    """Amounts of one kind without those that are the solver's rounding, however small the largest is.

    >>> more_than_rounding({"H100": 60_000.0, "rare": 0.3, "none": 1e-7})
    {'H100': 60000.0, 'rare': 0.3}
    """
    least = ROUNDING * max(map(abs, amounts.values()), default=0.0)
    return {name: amount for name, amount in amounts.items() if abs(amount) > least}


def frame(table: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows as a data frame with the columns and types that TABLES declares."""
    spec = TABLES[table]
    data = pd.DataFrame(rows, columns=[*spec.index, *spec.columns])
    kinds = {name: "object" for name in spec.index if name != "period"}
    kinds |= {
        name: {"float": "float64", "whole": "int64", "text": "object"}[c.kind] for name, c in spec.columns.items()
    }
    return data.astype(kinds)
