"""What a case says in each period and what its plan did, read without the model: for the certificate and findings.

A case as lists over its periods, in the planner's units:

>>> from planner.plan_reader import ChipDecisions, PeriodValues, first_at_least, fleets, orders_of, paid_musd
>>> from planner.schema import parse_case
>>> case = parse_case({
...     "settings": {"name": "two years", "start": "2027-01-01", "frequency": "year", "periods": 3},
...     "markets": {"US": {}},
...     "regions": {"Texas": {"market": "US"}},
...     "sites": {"Abilene": {"region": "Texas", "max_it_mw": 10, "existing_it_mw": 10}},
...     "chips": {"H200": {
...         "peak_pflops": {"bf16": 1}, "it_kw": 1, "attrition_per_year": 0.1,
...         "markets": {"US": {"price_usd": {"step": {"2027-01-01": 40000, "2028-01-01": 30000}},
...                            "lead_months": 12, "deposit_share": 0.25}},
...     }},
...     "workloads": {"training": {"demand_pflops": 0, "precision": "bf16"}},
...     "policy": {"bans": {"ban": {"chips": ["H200"], "markets": ["US"], "since": "2029-01-01"}}},
... })
>>> values = PeriodValues(case)
>>> values.price_usd("H200", "US"), values.in_force(case.policy.bans["ban"])
([40000.0, 30000.0, 30000.0], [False, False, True])

What begins in a period and takes a year has matured in the next: in the second that of the first, and so on.

>>> values.matured(12.0), first_at_least(values.matured(12.0), 1)
([-1, 0, 1], 2)

A thousand chips ordered in the first year come in the second, a quarter of 40 million USD paid before; those of the
second would come in the third and are cancelled by the ban.

>>> ordered = {("H200", "US"): [1000.0, 500.0, 0.0]}
>>> first, second = orders_of(values, ("2027", "2028", "2029"), ordered)
>>> first.arrived, paid_musd(values, first), second.arrived, second.cancelled
(1, 10.0, None, 2)

Installed at once, a tenth of them is lost by the third.

>>> decided = ChipDecisions(ordered, scrapped={}, install={("H200", "Abilene"): [0.0, 1000.0, 0.0]}, retire={})
>>> state = fleets(values, ("2027", "2028", "2029"), decided)
>>> state.delivered["H200", "US"], state.fleet["H200", "Abilene"]
([0.0, 1000.0, 0.0], [0.0, 1000.0, 900.0])
"""

from __future__ import annotations

from planner.plan_reader.orders_and_fleet import (
    ChipDecisions,
    Fate,
    Fleets,
    Order,
    banned,
    cancellation,
    carried,
    fate,
    fleets,
    inspection_months,
    kept,
    left,
    orders_of,
    paid_musd,
)
from planner.plan_reader.path_tables import Key, PathTables
from planner.plan_reader.period_values import PeriodValues, first_at_least

__all__ = [
    "ChipDecisions",
    "Fate",
    "Fleets",
    "Key",
    "Order",
    "PathTables",
    "PeriodValues",
    "banned",
    "cancellation",
    "carried",
    "fate",
    "first_at_least",
    "fleets",
    "inspection_months",
    "kept",
    "left",
    "orders_of",
    "paid_musd",
]
