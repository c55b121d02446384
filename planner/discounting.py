"""Discounting and yearly rates: the only place for either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby


def discount_factor(rate: float, years: float) -> float:
    """Present worth of one dollar spent so many years after the plan's first day.

    >>> round(discount_factor(0.10, years=1.5), 6)
    0.866784
    """
    return float((1.0 + rate) ** -years)


def loss_per_period(rate: float, years_per_period: float) -> float:
    """Share lost in one period at a yearly rate of attrition.

    >>> round(loss_per_period(0.19, years_per_period=0.5), 6)
    0.1
    """
    return float(1.0 - (1.0 - rate) ** years_per_period)


def share_left(rate: float, runs: Iterable[tuple[float, int]]) -> float:
    """Share that a yearly rate of attrition leaves over periods: years of a period, and how many of it follow.

    >>> round(share_left(0.19, [(0.5, 3), (1.0, 1)]), 6)
    0.59049
    """
    left = 1.0
    for years, count in runs:
        left *= (1.0 - loss_per_period(rate, years)) ** count
    return left


def shares_left(rate: float, years: Iterable[float]) -> list[float]:
    """Share that a yearly rate of attrition leaves at first, and after each of some periods of so many years.

    >>> [round(share, 6) for share in shares_left(0.19, [0.5, 0.5, 1.0])]
    [1.0, 0.9, 0.81, 0.6561]
    """
    shares, before = [1.0], 1.0
    for length, run in groupby(years):
        kept = 1.0 - loss_per_period(rate, length)
        shares += [before * kept**count for count, _ in enumerate(run, start=1)]
        before = shares[-1]
    return shares


def unspent_share(age_years: float, life_years: float) -> float:
    """Straight-line share of a value that is left at an age.

    >>> unspent_share(1.0, life_years=4.0), unspent_share(5.0, life_years=4.0)
    (0.75, 0.0)
    """
    return max(0.0, 1.0 - age_years / life_years)


def mean_of_worst(costs: Sequence[tuple[float, float]], level: float) -> float:
    """Mean of the costliest outcomes, those beyond a confidence level: the conditional value at risk.

    `costs` pairs each outcome's probability with its cost. An outcome that straddles the level counts in part
    (Rockafellar and Uryasev 2002, Conditional value-at-risk for general loss distributions).

    >>> mean_of_worst([(0.5, 10.0), (0.3, 20.0), (0.2, 40.0)], level=0.5)
    28.0
    >>> round(mean_of_worst([(0.5, 10.0), (0.3, 20.0), (0.2, 40.0)], level=0.0), 9)
    19.0
    """
    wanted = left = 1.0 - level
    total = 0.0
    for probability, cost in sorted(costs, key=lambda pair: -pair[1]):
        taken = min(probability, left)
        total += taken * cost
        left -= taken
    return total / (wanted - max(0.0, left))
