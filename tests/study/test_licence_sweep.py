"""A licence that may be revoked: what the plan does before it knows, as revocation grows from impossible to certain.

Eight quarters from October 2026, one site in China, and a demand that grows by 10 chips a quarter from the third one
on. Every chip is 1 PFLOP/s and 1 MW and costs 0.15 million USD a quarter from its arrival, whether it runs or waits;
rent is 2 million USD a quarter, so that every need is met by a chip if one can come in time. An H200 costs 1 million,
takes two quarters and comes at 13 a quarter; an Ascend costs 1.4, takes one quarter and comes in any number. Half of
an H200's price is due at the order, and half of that comes back if the licence is revoked in October 2027, when the
fifth quarter begins: a cancelled order loses 0.25.

H200 that are ordered in the first two quarters arrive before the reveal, those of the next two do not. So the needs of
the fifth and sixth quarter can be met in three ways, and each costs something over a calm order, the first one in
proportion to the probability p:

* H200 just in time, at risk: p times what revocation costs. In the fifth quarter that is the lost 0.25, an Ascend in
  place of the H200 (0.40) and a quarter of rent in place of the chip's keep until it comes (2 - 0.15), 2.5 in all; in
  the sixth, where the Ascend comes in time, 0.65.
* H200 ordered early, which is safe: 0.15 for each quarter that it waits. The first two quarters have 3 chips of supply
  each that the needs before leave over, so 3 for the fifth quarter wait one quarter, 0.15, and 3 wait two, 0.30.
* Ascend, 0.40.

For the fifth quarter the plan leaves the risk for three early H200 at p = 0.15 / 2.5 = 0.06, for three more at
0.30 / 2.5 = 0.12, and for four Ascend at 0.40 / 2.5 = 0.16; for the sixth, with no early supply left, for ten Ascend at
0.40 / 0.65 = 0.62. The least expected cost is the lower envelope of what each plan costs, a straight line in p each:
so it is concave.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from planner.certificate import certify
from planner.schema import parse_case
from planner.schema.shocks import apply_shocks
from planner.schema.uncertainty import Shock
from planner.solution import Solution
from planner.solving import solve
from tests.model.cases import Data, changed, near, neutral, rent

REVEAL = date(2027, 10, 1)
BEFORE = ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"]
PROBABILITIES = [tenth / 10 for tenth in range(11)]
DEMAND = {"2026-10": 0, "2027-04": 10, "2027-07": 20, "2027-10": 30, "2028-01": 40, "2028-04": 50, "2028-07": 60}
REVOKED: Data = {"table": "policy.bans", "rows": ["revoked"], "field": "enabled", "set": True}
KEEP = {"om_usd_per_unit_year": 0.6e6, "holding_usd_per_unit_year": 0.6e6}


def sister(probability: float | None = None) -> Data:
    """The case with the probability of revocation; without a reveal where there is none."""
    h200 = {"price_usd": 1.0e6, "lead_months": 6.0, "deposit_share": 0.5, "supply_per_year": 52.0}
    ascend = {"price_usd": 1.4e6, "lead_months": 3.0, "deposit_share": 0.3}
    one = {"peak_pflops": {"bf16": 1.0}, "it_kw": 1000.0} | KEEP
    case = neutral(
        {
            "settings/start": "2026-10-01",
            "markets": {"CN": {}},
            "regions/Grid/market": "CN",
            "chips": {"H200": one | {"markets": {"CN": h200}}, "Ascend": one | {"markets": {"CN": ascend}}},
            "workloads/work/demand_pflops": {"step": DEMAND},
            "workloads/work/shortfall": rent(8.0),
            "policy/bans/revoked": {"enabled": False, "chips": ["H200"], "markets": ["CN"], "refund_share": 0.5},
            "shocks/licence-revoked/changes": [REVOKED],
        },
        periods=8,
        frequency="quarter",
    )
    if probability is None:
        return case
    outcomes = {
        "stands": {"probability": 1.0 - probability},
        "revoked": {"probability": probability, "shocks": ["licence-revoked"]},
    }
    return changed(case, {"uncertainty/licence": {"date": REVEAL, "outcomes": outcomes}})


@cache
def plan(probability: float) -> Solution:
    """The certified plan with a probability of revocation."""
    case = parse_case(sister(probability))
    solution = solve(case)
    certificate = certify(case, solution)
    assert certificate.ok, [check for check in certificate.checks if not check.ok]
    return solution


def sweep() -> list[Solution]:
    """The plans from impossible to certain."""
    return [plan(probability) for probability in PROBABILITIES]


def ordered(solution: Solution, chip: str, nodes: list[str]) -> float:
    """Chips ordered at some nodes."""
    orders = solution["orders"].reset_index()
    return float(orders[(orders["chip"] == chip) & orders["node"].isin(nodes)]["ordered"].sum())


def expected(solution: Solution, chip: str) -> float:
    """Chips ordered in all, in expectation."""
    orders = solution["orders"].reset_index()
    weights = solution["nodes"].reset_index().set_index("node")["probability"]
    rows: pd.DataFrame = orders[orders["chip"] == chip]
    return float((rows["ordered"] * rows["node"].map(weights)).sum())


def test_orders_at_risk_shrink() -> None:
    """H200 that would arrive after the reveal: 20 of them, then 17, 10 and none."""
    at_risk = [ordered(solution, "H200", BEFORE[2:]) for solution in sweep()]
    assert at_risk == pytest.approx([20.0, 17.0] + 5 * [10.0] + 4 * [0.0], abs=1e-6)


def test_safe_orders_stock_up() -> None:
    """H200 that arrive before the reveal, whatever it brings: 20 of them, then 23 and 26, all that can be had."""
    safe = [ordered(solution, "H200", BEFORE[:2]) for solution in sweep()]
    assert safe == pytest.approx([20.0, 23.0] + 9 * [26.0], abs=1e-6)


def test_ascend_takes_their_place() -> None:
    """Ascend before the reveal: none, then 4; in expectation over the whole plan, ever more of them."""
    before = [ordered(solution, "Ascend", BEFORE) for solution in sweep()]
    assert before == pytest.approx(2 * [0.0] + 9 * [4.0], abs=1e-6)
    all_of_them = [expected(solution, "Ascend") for solution in sweep()]
    assert all(later > earlier for earlier, later in pairwise(all_of_them))


def test_cost_is_concave_in_the_probability() -> None:
    """Costlier with every step, by ever less; in between, a straight line where the plan stays the same."""
    costs = [solution.objective_musd for solution in sweep()]
    steps = [later - earlier for earlier, later in pairwise(costs)]
    assert all(step > 0 for step in steps)
    bends = [later - earlier for earlier, later in pairwise(steps)]
    assert all(bend <= 1e-9 * costs[0] for bend in bends)
    assert min(bends) < -0.1


def test_the_ends_are_the_certain_cases() -> None:
    """Impossible is the case without a reveal, 91.5; certain is the case with the shock from that day on, 106.45.

    60 H200 cost 60 and the keep of what runs 31.5. Where the licence is sure to go, 26 H200 and 34 Ascend cost 73.6,
    and the 6 early ones wait 9 quarters, 1.35.
    """
    calm = parse_case(sister())
    shocked = apply_shocks(calm, [Shock(**REVOKED, since=REVEAL)])
    for probability, certain, musd in ((0.0, calm, 91.5), (1.0, shocked, 106.45)):
        cost = plan(probability).objective_musd
        assert cost == near(musd)
        assert cost == pytest.approx(solve(certain).objective_musd, rel=1e-9)
