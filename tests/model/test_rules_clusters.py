"""Whole clusters: frontier training cannot be summed over places and chips."""

from __future__ import annotations

from .cases import amounts, changed, cost, greenfield, near, neutral, rent, solved
from .registry import covers


@covers("cluster_split", "cluster_fleet", "cluster_least", "cluster_most")
def test_a_cluster_stands_in_one_place_or_not_at_all() -> None:
    """Two sites of 8 MW, 10 PFLOP/s to serve, rent at 2.5, clusters of 7 at least.

    One site gives 8 for 8; the other 2 are rented for 5: 13. Two clusters of 7 would cost 14.
    In any amounts the sites would give 8 and 2: 10.
    """
    case = neutral(
        {
            "sites/Site": greenfield(size=8.0),
            "sites/Other": greenfield(size=8.0),
            "workloads/work/shortfall": rent(2.5),
            "workloads/work/cluster_pflops": 7.0,
        }
    )
    plan = solved(case)
    assert plan.objective_musd == near(13)
    assert amounts(plan, "clusters", "pflops") == near([8])
    assert cost(changed(case, {"workloads/work/cluster_pflops": None})) == near(10)


@covers("cluster_least")
def test_a_second_cluster_is_worth_it_when_rent_is_dear() -> None:
    """At a rent of 4 two clusters of 7 are cheaper than one of 8 and 8 of rent: 14 in place of 16."""
    case = neutral(
        {
            "sites/Site": greenfield(size=8.0),
            "sites/Other": greenfield(size=8.0),
            "workloads/work/shortfall": rent(4.0),
            "workloads/work/cluster_pflops": 7.0,
        }
    )
    assert cost(case) == near(14)
