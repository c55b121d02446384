"""Discounting and yearly rates: the only place for either."""

from __future__ import annotations


def discount_factor(rate: float, period: int, years_per_period: float) -> float:
    """Present worth of one dollar spent in the middle of a period, the plan's first day being the base date.

    >>> round(discount_factor(0.10, period=1, years_per_period=1.0), 6)
    0.866784
    """
    return float((1.0 + rate) ** -((period + 0.5) * years_per_period))


def end_factor(rate: float, periods: int, years_per_period: float) -> float:
    """Present worth of one dollar at the end of the horizon.

    >>> round(end_factor(0.10, periods=2, years_per_period=1.0), 6)
    0.826446
    """
    return float((1.0 + rate) ** -(periods * years_per_period))


def loss_per_period(rate: float, years_per_period: float) -> float:
    """Share lost in one period at a yearly rate of attrition.

    >>> round(loss_per_period(0.19, years_per_period=0.5), 6)
    0.1
    """
    return float(1.0 - (1.0 - rate) ** years_per_period)


def unspent_share(age_years: float, life_years: float) -> float:
    """Straight-line share of a value that is left at an age.

    >>> unspent_share(1.0, life_years=4.0), unspent_share(5.0, life_years=4.0)
    (0.75, 0.0)
    """
    return max(0.0, 1.0 - age_years / life_years)
