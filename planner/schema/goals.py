"""What the plan is best at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from planner.message import Message, RefusedValueError
from planner.schema.base import Name, Number, Plausible, Positive, Row, Share, Size

Objective: TypeAlias = Literal["cost", "earliest", "delay", "regret"]


def most_of_use(parts: Iterable[tuple[float, float]], demand: float) -> float:
    """The most that compute counts which serves a demand, given its PFLOP/s and what each part counts.

    Beyond the demand nothing counts; where more is served, the parts that count most for a PFLOP/s are taken.

    >>> most_of_use([(60.0, 6.0), (60.0, 12.0)], 100.0)
    16.0
    """
    left, counted = demand, 0.0
    for pflops, amount in sorted(parts, key=lambda part: -part[1] / part[0] if part[0] > 0.0 else 0.0):
        if pflops > 0.0 and left > 0.0:
            counted += amount * min(1.0, left / pflops)
            left -= pflops
    return counted


class Milestone(Row):
    """An amount of compute or power that is to be reached and then held, by what serves demand.

    Compute beyond a workload's demand and chips that serve nothing never count.
    """

    workload: Name | None = None
    """Workload that is served; every workload when left out."""
    market: Name | None = None
    """Market that serves or runs it; every market when left out."""
    pflops: Positive | None = None
    """Effective PFLOP/s served by the plan's own chips, never beyond the demand."""
    it_mw: Annotated[Positive | None, Plausible(0.5, 200000)] = None
    """MW of IT drawn by chips that serve demand, their spares included, in place of `pflops`."""

    @model_validator(mode="after")
    def _one_amount(self) -> Milestone:
        if (self.pflops is None) == (self.it_mw is None):
            raise RefusedValueError(Message("give either pflops or it_mw"))
        if self.it_mw is not None and self.workload is not None:
            raise RefusedValueError(Message("power is not counted by workload: leave workload out, or give pflops"))
        return self


class Goals(Row):
    """The objective, and what it is measured by."""

    objective: Objective = "cost"
    """cost: least expected present cost; earliest: each milestone as early as can be, then least average delay, then
    least cost; delay: least average delay, then least cost; regret: least largest regret over the scenarios, then least
    expected cost."""
    risk_weight: Share = 0.0
    """Weight of the costly scenarios in the objective cost: 0 counts the expected cost alone, 1 the mean of the worst
    scenarios alone (CVaR)."""
    risk_level: Number = Field(default=0.95, ge=0.0, lt=1.0)
    """Confidence level of that mean: 0.95 takes the worst 5 % of the probability."""
    milestones: dict[Name, Milestone] = {}
    """What `earliest` reaches, the most important first; each workload's last demand when left out."""
    delay_weights: dict[Name, Size] = {}
    """Weight of each workload in the average delay; equal for those left out when none is given, else 0."""
    delay_tolerance_months: Annotated[Size, Plausible(0.0001, 24)] = 0.01
    """Months by which the average delay may exceed the least, for the sake of cost."""

    def weights(self, peaks: Mapping[str, float]) -> dict[str, float]:
        """Share of each workload in the average delay, by its peak demand: as typed, or equal; none without demand.

        >>> Goals().weights({"training": 5.0, "inference": 2.0, "batch": 0.0})
        {'training': 0.5, 'inference': 0.5}
        """
        typed = self.delay_weights
        weights = {name: typed.get(name, 0.0) if typed else 1.0 for name, peak in peaks.items() if peak > 0}
        whole = sum(weights.values())
        return {name: weight / whole for name, weight in weights.items()} if whole > 0 else {}
