"""On-site plant of one scenario, worked out from what was ordered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from planner.plan_reader import PeriodValues, first_at_least
from planner.schema.onsite import OnsiteSource
from planner.timeline import PerPeriod


@dataclass(frozen=True)
class Plant:
    """One source at one site over the periods of one scenario."""

    ordered: PerPeriod
    """MW ordered in each period."""
    begun: PerPeriod
    """MW ordered by now whose life has not ended."""
    cap_mw: PerPeriod
    """MW that can run."""
    output: PerPeriod
    """MW of facility power drawn from it."""
    ripe: Mapping[int, int | None]
    """Period from which an order runs, by its period; none beyond the horizon."""


def plant(values: PeriodValues, source: OnsiteSource, ordered: PerPeriod, output: PerPeriod) -> Plant:
    """The state of one source at one site from its orders by period.

    An order counts as begun from its own period on, runs once its lead has passed and leaves with its life.
    """
    horizon, ends = len(values.periods), values.life_ends(source.life_years)
    reached = values.matured(source.lead_months)
    begun, runs = ([0.0 for _ in values.periods] for _ in range(2))
    ripe: dict[int, int | None] = {}
    for t in values.periods:
        if ordered[t] == 0.0:
            continue
        begun[t] += ordered[t]
        ripe[t] = first = first_at_least(reached, t)
        if first is None:
            continue
        runs[first] += ordered[t]
        if ends[first] < horizon:
            begun[ends[first]] -= ordered[t]
            runs[ends[first]] -= ordered[t]
    return Plant(ordered, list(accumulate(begun)), list(accumulate(runs)), output, ripe)
